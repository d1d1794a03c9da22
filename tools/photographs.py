"""Synthetic phone photographs of handwritten digits, for tuning and testing read_digit.

    python tools/photographs.py                    write the four photographs that come with the course
    python tools/photographs.py measure            how many are read right, by lesson 5's networks: minutes
    python tools/photographs.py FOLDER [SEED]      one photograph of each condition, to look at

MNIST_DIR names the folder with the four original files of MNIST.

Nobody's hand is in them: a digit of MNIST is thinned to its middle line, drawn again with a pen of another width and
colour, tilted, put somewhere on a page, lit, and photographed with blur, noise and JPEG. What varies, and how far:

    pen       2 to 12 % of the digit's height, any colour; strokes vary in strength by a tenth
    tilt      up to 15° either way;  place anywhere on the page;  height 25 to 60 % of the picture's
    plain     white or tinted paper, light that falls off by up to 30 %
    ruled     lines at 20 to 50 % of the digit's height, of 10 to 40 % of the ink's contrast;  grid: both ways
    shadow    the edge of a shadow across the page, sharp or soft, that leaves 40 to 70 % of the light
    dim       15 to 40 % of the light, warm, with the noise of a small sensor
    edge      the table, of wood, on one or two sides of the page
    board     chalk on a dark board with smears

Seeds below 1,000 are for tuning; from 1,000 on for tests. Nothing is tuned on the latter.
"""

import gzip
import io
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage.morphology import skeletonize

CONDITIONS = ("plain", "ruled", "grid", "shadow", "dim", "edge", "board")
FIRST_TEST_SEED = 1_000
PLAIN = slice(500, 1_000)  # The test digits that are read as files; on others read_digit was mended.
PHOTOGRAPHS = Path(__file__).resolve().parent.parent / "data" / "photographs"
SAMPLES = {"ruled": (502, 9020), "shadow": (501, 9011), "edge": (503, 9032), "board": (502, 9023)}  # Seed, digit.


def _smooth_noise(generator, shape, coarse):
    """Noise of about -1 to 1 whose patches are `coarse` pixels wide."""
    small = generator.uniform(-1, 1, [max(2, side // coarse + 2) for side in shape])
    picture = Image.fromarray(small.astype("float32")).resize(shape[::-1], Image.Resampling.BICUBIC)
    return np.asarray(picture)


def middle_line(digit):
    """How far each pixel lies from the digit's middle line, in its heights; float (560, 560), the digit's box."""
    large = ndimage.zoom(digit.astype("float32"), 20, order=3)
    strokes = ndimage.gaussian_filter(large, 6) > 100
    parts, count = ndimage.label(strokes)
    sizes = ndimage.sum_labels(strokes, parts, range(1, count + 1))
    line = skeletonize(np.isin(parts, 1 + np.flatnonzero(sizes > 0.05 * sizes.sum())))
    rows, columns = np.nonzero(line)
    height = max(np.ptp(rows), np.ptp(columns))
    return ndimage.distance_transform_edt(~line) / height, (rows, columns), height


def _stroke_distance(digit, generator, shape, height, box):
    """Each pixel's distance from the middle line, in pixels, with the digit tilted and somewhere in `box`."""
    distance, (rows, columns), drawn = middle_line(digit)
    angle, scale = np.radians(generator.uniform(-15, 15)), drawn / height
    middle = np.array([rows.min() + np.ptp(rows) / 2, columns.min() + np.ptp(columns) / 2])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    margin = 0.62 * height
    top, bottom, left, right = box
    place = np.array([
        generator.uniform(top + margin, max(bottom - margin, top + margin + 1)),
        generator.uniform(left + margin, max(right - margin, left + margin + 1)),
    ])  # fmt: skip
    matrix = turn * scale
    far = ndimage.affine_transform(
        distance * height, matrix, middle - matrix @ place, output_shape=shape, order=1, mode="constant", cval=height
    )
    return far, place


def photograph(digit, condition, seed, megapixels=0.8):
    """The bytes of a JPEG: this MNIST digit (uint8 28×28) photographed under one of CONDITIONS."""
    generator = np.random.default_rng([seed, CONDITIONS.index(condition)])
    width = int(np.sqrt(megapixels * 1e6 * 4 / 3))
    shape = (width * 3 // 4, width)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    height = generator.uniform(0.25, 0.6) * shape[0]
    board = condition == "board"

    # The page, or the board.
    if board:
        surface = np.array([0.13, 0.16, 0.14]) * generator.uniform(0.6, 1.6)
        page = surface + 0.03 * _smooth_noise(generator, shape, width // 8)[..., None]
        page = page + 0.02 * _smooth_noise(generator, shape, 4)[..., None]
    else:
        page = np.ones((*shape, 3)) * (generator.uniform(0.82, 0.95) + generator.uniform(-0.04, 0.04, 3))
        page = page * (1 + 0.015 * _smooth_noise(generator, shape, 3)[..., None])

    # The ink: any colour that a person can read on it.
    while True:
        ink = generator.uniform(0.75, 1, 3) if board else generator.uniform(0, 0.9, 3)
        contrast = np.abs(page.mean(axis=(0, 1)) - ink)
        if contrast.max() > 0.4 and contrast @ [0.3, 0.59, 0.11] > 0.25:
            break

    # The table's edge, on one or two sides.
    box = [0, shape[0], 0, shape[1]]
    if condition == "edge":
        grain = _smooth_noise(generator, (shape[0] // 24 + 1, width), 6).repeat(24, axis=0)[: shape[0]]
        wood = np.array([0.42, 0.28, 0.17]) * generator.uniform(0.5, 1.3) * (1 + 0.2 * grain)[..., None]
        for side in generator.choice(4, size=generator.integers(1, 3), replace=False):
            share, slope = generator.uniform(0.05, 0.25), generator.uniform(-0.06, 0.06)
            along, across = (columns, rows) if side < 2 else (rows, columns)
            length = shape[0] if side < 2 else shape[1]
            line = share * length + slope * (along - along.mean())
            outside = across < line if side % 2 == 0 else across > length - line
            page = np.where(outside[..., None], wood, page)
            box[side] = (share + 0.05) * length if side % 2 == 0 else length - (share + 0.05) * length
        height = min(height, 0.75 * (box[1] - box[0]), 0.75 * (box[3] - box[2]))

    # Lines, tilted as the page is.
    if condition in ("ruled", "grid"):
        spacing, thick = generator.uniform(0.2, 0.5) * height, max(1.0, generator.uniform(0.006, 0.015) * height)
        tilt, strength = generator.uniform(-0.05, 0.05), generator.uniform(0.1, 0.4)
        lines = ((rows + tilt * columns) % spacing) < thick
        if condition == "grid":
            lines |= ((columns - tilt * rows) % spacing) < thick
        page = page - strength * (page - ink) * lines[..., None]

    # The digit.
    pen = generator.uniform(0.02, 0.12) * height
    far, _ = _stroke_distance(digit, generator, shape, height, box)
    cover = np.clip(pen / 2 - far + 0.5, 0, 1) * (0.9 + 0.1 * _smooth_noise(generator, shape, max(2, int(pen))))
    if board:
        cover = cover * np.clip(0.8 + 0.5 * _smooth_noise(generator, shape, 3), 0, 1)
    scene = page + np.clip(cover, 0, 1)[..., None] * (ink - page)

    # The light.
    direction = generator.uniform(0, 2 * np.pi)
    across = (np.cos(direction) * rows + np.sin(direction) * columns) / width
    across = (across - across.min()) / np.ptp(across)
    light = 1 - generator.uniform(0, 0.3) * across
    if condition == "shadow":
        edge = across - generator.uniform(0.3, 0.7) + 0.05 * _smooth_noise(generator, shape, width // 3)
        inside = 1 / (1 + np.exp(-np.clip(edge / generator.uniform(0.002, 0.06), -50, 50)))
        light = light * (1 - generator.uniform(0.3, 0.6) * inside)
    warm = 1.0
    if condition == "dim":
        light, warm = light * generator.uniform(0.15, 0.4), np.array([1.0, 0.9, 0.72])
    seen = np.clip(scene * light[..., None] * warm, 0, 1)

    # The camera.
    blur = generator.uniform(0.5, 1.5) * width / 1000
    seen = ndimage.gaussian_filter(seen, (blur, blur, 0))
    seen = seen + generator.normal(0, 0.03 if condition == "dim" else 0.01, seen.shape)
    picture = Image.fromarray((255 * np.clip(seen, 0, 1)).astype("uint8"))
    exif = Image.Exif()
    orientation = int(generator.choice([1, 3, 6, 8]))
    turned = {3: "ROTATE_180", 6: "ROTATE_90", 8: "ROTATE_270"}
    if orientation in turned:
        picture = picture.transpose(Image.Transpose[turned[orientation]])
    exif[0x0112] = orientation
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=int(generator.integers(70, 93)), exif=exif)
    return file.getvalue()


def mnist_test():
    """MNIST's test digits and their labels, uint8 (10000, 28, 28) and (10000,), from the files in MNIST_DIR."""
    folder = Path(os.environ["MNIST_DIR"])
    images = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:]
    return np.frombuffer(images, "uint8").reshape(-1, 28, 28), np.frombuffer(labels, "uint8")


def write_samples():
    """Write the four photographs that come with the course."""
    images, labels = mnist_test()
    for condition, (seed, number) in SAMPLES.items():
        path = PHOTOGRAPHS / f"{condition}_{labels[number]}.jpg"
        path.write_bytes(photograph(images[number], condition, seed, megapixels=0.3))


def networks_of_lesson_5(numbers):
    """Train the network of lesson 5, with inverted copies, by the lesson's own cells, once with each seed."""
    import course
    import seeds

    for seed in numbers:
        names = seeds.before_training(course.lesson("05"), seed, "full")
        yield names["train"](names["training"].concatenate(names["training"].map(names["inverted"])))


def measure(networks=5, each=30):
    """Read photographs from test seeds with lesson 5's networks; write the table into data/photographs/README.md."""
    from dlcourse import CourseError, handwriting

    images, labels = mnist_test()
    found, truth, kinds, plain = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photograph.jpg"
        for number in range(each):
            for place, condition in enumerate(CONDITIONS):
                digit = (FIRST_TEST_SEED + number) * len(CONDITIONS) + place
                file.write_bytes(photograph(images[digit], condition, FIRST_TEST_SEED + number))
                try:
                    digits = handwriting.read_digits(file)
                except CourseError:
                    digits = []
                found.append(digits[0] if len(digits) == 1 else np.zeros((28, 28, 1)))
                truth.append(labels[digit] if len(digits) == 1 else -1)  # Refused, or several: not read.
                kinds.append(condition)
        for image in images[PLAIN]:
            Image.fromarray(image).save(Path(folder) / "digit.png")
            try:
                plain.append(handwriting.read_digits(Path(folder) / "digit.png")[0])
            except CourseError:
                plain.append(np.zeros((28, 28, 1)))
    kinds, rows, lost = np.array(kinds), [], []
    for network in networks_of_lesson_5(range(1, networks + 1)):
        right = np.asarray(network(np.stack(found))).argmax(axis=1) == truth
        rows.append([100 * right[kinds == condition].mean() for condition in CONDITIONS] + [100 * right.mean()])
        before = np.asarray(network(images[PLAIN, ..., None].astype("float32") / 255)).argmax(axis=1) == labels[PLAIN]
        after = np.asarray(network(np.stack(plain))).argmax(axis=1) == labels[PLAIN]
        lost.append(100 * (before.mean() - after.mean()))
    rows = np.array(rows)
    lines = [f"| condition | read right, median of {networks} networks | lowest, highest |", "|---|---|---|"]
    for name, values in zip([*CONDITIONS, "**all**"], rows.T):
        lines.append(f"| {name} | {np.median(values):.0f} % | {values.min():.0f} to {values.max():.0f} % |")
    points = f"{np.median(lost):.1f} points (500 pictures; lowest {min(lost):.1f}, highest {max(lost):.1f})"
    lines.append(f"\n{each} photographs of each condition. MNIST's own test pictures, read as files, lose {points}.")
    path = PHOTOGRAPHS / "README.md"
    before, rest = path.read_text(encoding="utf-8").split("<!-- table -->\n")
    after = rest.split("<!-- end -->")[1]
    path.write_text(f"{before}<!-- table -->\n" + "\n".join(lines) + f"\n<!-- end -->{after}", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    sys.path.insert(0, str(PHOTOGRAPHS.parent.parent / "notebooks"))
    task, *rest = sys.argv[1:] or ["samples"]
    if task == "samples":
        write_samples()
    elif task == "measure":
        measure()
    else:
        folder, seed = Path(task), int(rest[0]) if rest else 0
        folder.mkdir(parents=True, exist_ok=True)
        for number, condition in enumerate(CONDITIONS):
            digit = mnist_test()[0][seed * len(CONDITIONS) + number]
            (folder / f"{condition}.jpg").write_bytes(photograph(digit, condition, seed))
