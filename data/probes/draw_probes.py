"""Draw the ten test pictures of the course: nine digits of different origin, and a dog.

Every picture is an 8-bit grey PNG of 28×28 pixels, like a digit of MNIST.
Each is drawn large, then reduced, as a camera or a scanner would do it.
A file's first character is its label; a name that starts with no digit has the label -1.

    python draw_probes.py                  writes the pictures beside this script
    python draw_probes.py some/folder      writes them into that folder

The script needs NumPy, SciPy, Pillow and Matplotlib (for its fonts), and no network.
The same versions of these packages draw the same pixels on every run.
"""

import argparse
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

SIZE = 28  # Width and height of a finished picture, in pixels.
SCALE = 20  # A picture is drawn this many times larger, then reduced.
LARGE = SIZE * SCALE

# The typefaces of the digits that are not handwritten: files that come with Matplotlib. The README names them too.
TYPEFACES = {"2": "DejaVuSans-Bold.ttf", "3": "STIXGeneralBol.ttf", "4": "cmtt10.ttf", "9": "DejaVuSans-Bold.ttf"}

# In this script a picture is a float array: 0.0 is black, 1.0 is white.
# Positions are (x, y) in finished pixels, x to the right and y down.


# ---------------------------------------------------------------- Small tools


def blur(large, pixels):
    """Return `large` blurred by a Gaussian whose width is given in finished pixels."""
    return ndimage.gaussian_filter(large, pixels * SCALE, mode="nearest")


def reduce_to_28(large):
    """Return the 28×28 picture in which each pixel is the mean of its 20×20 large ones."""
    return large.reshape(SIZE, SCALE, SIZE, SCALE).mean(axis=(1, 3))


def mix(below, above, cover):
    """Return `above` laid over `below`; `cover` is 1 where it hides it, 0 where it is absent."""
    return below * (1 - cover) + above * cover


def smooth_noise(random, width_x, width_y):
    """Return large, smooth noise with mean 0 and spread 1; the widths are finished pixels."""
    noise = random.standard_normal((LARGE, LARGE))
    noise = ndimage.gaussian_filter(noise, (width_y * SCALE, width_x * SCALE), mode="wrap")
    return (noise - noise.mean()) / noise.std()


def centred(ink):
    """Return the ink moved so that its centre of mass is in the middle, as in MNIST."""
    y, x = ndimage.center_of_mass(ink)
    middle = (LARGE - 1) / 2
    # Whole large pixels, so that nothing is blurred by the move.
    return np.roll(ink, (round(middle - y), round(middle - x)), axis=(0, 1))


# ------------------------------------------------------------ Handwritten digits


def smooth_curve(points, steps=120):
    """Return points along a Catmull-Rom curve, which passes through every given point."""
    points = np.array(points, dtype=float)
    # The curve needs a neighbour on both sides, so the ends are continued in a straight line.
    points = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for before, start, end, after in zip(points, points[1:], points[2:], points[3:]):
        pieces.append(
            0.5
            * (
                2 * start
                + (end - before) * t
                + (2 * before - 5 * start + 4 * end - after) * t**2
                + (3 * start - before - 3 * end + after) * t**3
            )
        )
    return np.vstack(pieces + [points[-2:-1]])


def handwritten(strokes, pen_width, seed, softness=0.35):
    """Return large ink (0 to 1) for strokes drawn by a pen that a hand moves.

    Each stroke is a list of points. They are scaled so that the digit's longer side,
    pen included, is 20 pixels, as in MNIST. The hand trembles a little, the pen's width
    varies with the pressure, and a stroke begins with more pressure than it ends.
    """
    extent = np.ptp(np.vstack(strokes), axis=0).max()
    factor = (20 - pen_width) / extent
    strokes = [SIZE / 2 + factor * (np.array(stroke) - SIZE / 2) for stroke in strokes]
    # RandomState, because NumPy promises never to change the numbers it gives.
    random = np.random.RandomState(seed)
    page = Image.new("L", (LARGE, LARGE), 0)
    pen = ImageDraw.Draw(page)
    for stroke in strokes:
        curve = smooth_curve(stroke)
        tremble = ndimage.gaussian_filter1d(random.standard_normal(curve.shape), 60, axis=0, mode="nearest")
        curve = curve + 0.22 * tremble / tremble.std()
        pressure = ndimage.gaussian_filter1d(random.standard_normal(len(curve)), 70, mode="nearest")
        width = pen_width * (1 + 0.12 * pressure / pressure.std())
        width = width * np.linspace(1.08, 0.82, len(curve))
        for (x, y), radius in zip(curve * SCALE, width * SCALE / 2):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    ink = np.asarray(page, dtype=float) / 255
    return blur(centred(ink), softness)


def draw_low_contrast_one():
    """A handwritten 1 in faint pencil on grey paper: dark grey on slightly lighter grey."""
    ink = handwritten(
        [[(10.4, 9.6), (13.0, 7.0), (15.3, 4.2)], [(15.3, 4.2), (14.9, 10.0), (14.3, 17.0), (13.7, 23.6)]],
        pen_width=2.5,
        seed=1,
    )
    random = np.random.RandomState(101)
    paper = 0.56 + 0.008 * smooth_noise(random, 0.6, 0.6)
    return reduce_to_28(paper - 0.13 * ink)


def draw_handwritten_five():
    """A handwritten 5, white on black, with the proportions of an MNIST digit."""
    ink = handwritten(
        [
            [
                (11.2, 5.2),
                (10.6, 8.6),
                (9.9, 12.4),
                (12.6, 11.3),
                (16.0, 11.9),
                (18.0, 14.8),
                (17.2, 19.0),
                (13.8, 22.4),
                (10.4, 23.0),
                (8.0, 21.4),
            ],
            [(11.2, 5.2), (14.4, 4.9), (18.8, 4.3)],
        ],
        pen_width=2.5,
        seed=5,
    )
    return reduce_to_28(ink)


def draw_handwritten_six():
    """A handwritten 6, black on white, in one stroke."""
    ink = handwritten(
        [
            [
                (17.2, 4.6),
                (13.6, 7.4),
                (10.6, 12.0),
                (9.4, 17.0),
                (10.8, 21.6),
                (14.2, 23.2),
                (17.6, 21.0),
                (18.2, 17.0),
                (15.8, 14.4),
                (12.4, 15.4),
                (10.2, 18.6),
            ]
        ],
        pen_width=2.4,
        seed=6,
    )
    return 1 - reduce_to_28(ink)


def draw_handwritten_seven():
    """A handwritten 7 without a crossbar, black on white."""
    ink = handwritten(
        [[(7.8, 6.4), (11.6, 5.8), (15.4, 5.6), (19.2, 5.2)], [(19.2, 5.2), (16.9, 10.2), (14.3, 16.4), (12.4, 23.6)]],
        pen_width=2.5,
        seed=7,
    )
    return 1 - reduce_to_28(ink)


def draw_handwritten_eight():
    """A handwritten 8, black on white, in one stroke that does not quite close."""
    ink = handwritten(
        [
            [
                (18.0, 6.6),
                (15.2, 4.4),
                (11.6, 5.4),
                (10.4, 8.4),
                (12.6, 11.6),
                (15.8, 14.4),
                (17.6, 18.4),
                (15.8, 22.2),
                (12.0, 23.2),
                (9.0, 20.8),
                (10.0, 16.6),
                (14.2, 12.6),
                (17.6, 9.6),
                (18.4, 7.4),
            ]
        ],
        pen_width=2.3,
        seed=8,
    )
    return 1 - reduce_to_28(ink)


# ---------------------------------------------------------------- Printed digits


def glyph(digit, height, size=LARGE):
    """Return large ink (0 to 1): a digit of its typeface, scaled to a height in finished pixels."""
    file = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / TYPEFACES[digit])
    # The digit is drawn once to measure it, then again at the size that gives the height.
    trial = ImageFont.truetype(file, 1000)
    _, top, _, bottom = trial.getbbox(digit)
    font = ImageFont.truetype(file, round(1000 * height * SCALE / (bottom - top)))
    left, top, right, bottom = font.getbbox(digit)
    page = Image.new("L", (size, size), 0)
    corner = ((size - left - right) / 2, (size - top - bottom) / 2)
    ImageDraw.Draw(page).text(corner, digit, font=font, fill=255)
    return np.asarray(page, dtype=float) / 255


def printed(digit):
    """A printed digit, black on white, 20 pixels high."""
    return 1 - reduce_to_28(blur(glyph(digit, height=20), 0.25))


def draw_printed_two():
    """A 2 in a typeface without serifs."""
    return printed("2")


def draw_printed_three():
    """A 3 in a typeface with thick and thin lines, as in a book."""
    return printed("3")


def draw_printed_four():
    """A 4 in a typewriter's typeface, with a foot."""
    return printed("4")


# --------------------------------------------------------------- The door number


def perspective(large, corners):
    """Return `large` seen at an angle.

    `corners` are the points of `large`, in finished pixels, that come to lie in the
    result's upper left, upper right, lower right and lower left corner.
    """
    targets = [(0, 0), (LARGE, 0), (LARGE, LARGE), (0, LARGE)]
    rows, values = [], []
    for (x, y), (u, v) in zip(targets, np.array(corners) * SCALE):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    coefficients = np.linalg.solve(np.array(rows, dtype=float), np.array(values, dtype=float))
    picture = Image.fromarray(large.astype(np.float32))
    seen = picture.transform((LARGE, LARGE), Image.Transform.PERSPECTIVE, tuple(coefficients), Image.Resampling.BICUBIC)
    return np.asarray(seen, dtype=float)


def draw_door_nine():
    """A metal 9 on a painted wooden door, photographed a little from the side."""
    random = np.random.RandomState(9)
    y, x = np.mgrid[0:LARGE, 0:LARGE] / SCALE

    # The door: vertical boards with grain under the paint, and a groove between boards.
    door = 0.36 + 0.035 * smooth_noise(random, 0.3, 9) + 0.012 * smooth_noise(random, 0.1, 3)
    for groove, tone in [(3.6, -0.02), (13.9, 0.03), (24.2, -0.03)]:
        door = door + tone * (x > groove)
        door = door - 0.30 * np.exp(-(((x - groove) / 0.35) ** 2))
        door = door + 0.14 * np.exp(-(((x - groove - 0.75) / 0.35) ** 2))

    # The number: a raised plate whose edge slopes; light falls from the upper left.
    shape = glyph("9", height=19.5)
    distance = ndimage.distance_transform_edt(shape > 0.5) / SCALE
    height = ndimage.gaussian_filter(np.minimum(distance, 1.3), 0.12 * SCALE)
    slope_y, slope_x = np.gradient(height, 1 / SCALE)
    light = np.array([-0.55, -0.65, 0.52])
    steepness = np.sqrt(1 + slope_x**2 + slope_y**2)
    facing = (-slope_x * light[0] - slope_y * light[1] + light[2]) / steepness
    # Metal mirrors its surroundings: a bright sky above, darker ground below, with a clear border.
    mirrored = 0.14 * np.tanh((12.0 + 0.25 * (x - 14) - y) / 1.5)
    brushed = 0.02 * smooth_noise(random, 3, 0.12)
    metal = 0.66 + 0.75 * (facing - light[2]) + mirrored + brushed
    metal = metal + 0.9 * np.clip(facing - 0.9, 0, None)

    # The shadow falls to the lower right.
    shadow = blur(np.roll(shape, (round(1.1 * SCALE), round(1.2 * SCALE)), axis=(0, 1)), 0.45)
    picture = mix(door * (1 - 0.72 * shadow), np.clip(metal, 0.05, 1), shape)

    # The lens sees the door from the left and a little from below; the light fades to the right.
    picture = perspective(picture, [(1.0, 2.2), (27.6, 0.2), (26.6, 27.4), (2.4, 26.2)])
    picture = picture * (1.06 - 0.006 * x)
    return reduce_to_28(blur(picture, 0.2)) + 0.008 * random.standard_normal((SIZE, SIZE))


# ----------------------------------------------------------------------- The dog


def oval(centre, radii, turn=0.0, edge=0.35):
    """Return an oval's cover, and how much light its bulging surface catches (about 0 to 1).

    `turn` is in degrees, clockwise; `edge` is the width of the soft border in finished pixels.
    """
    y, x = np.mgrid[0:LARGE, 0:LARGE] / SCALE
    across, down = x - centre[0], y - centre[1]
    angle = np.radians(turn)
    u = (across * np.cos(angle) + down * np.sin(angle)) / radii[0]
    v = (-across * np.sin(angle) + down * np.cos(angle)) / radii[1]
    radius = np.sqrt(u**2 + v**2)
    cover = np.clip(0.5 + (1 - radius) * min(radii) / edge, 0, 1)
    # The normal of a ball, turned back to the picture's axes; light from the upper left.
    bulge = np.sqrt(np.clip(1 - radius**2, 0, None))
    normal_x = u * np.cos(angle) - v * np.sin(angle)
    normal_y = u * np.sin(angle) + v * np.cos(angle)
    light = np.clip(-0.40 * normal_x - 0.50 * normal_y + 0.77 * bulge, 0, 1)
    return cover, light


def draw_dog():
    """A dog's head from the front: floppy dark ears, a white blaze and muzzle, a black nose, a tongue."""
    random = np.random.RandomState(28)
    y, x = np.mgrid[0:LARGE, 0:LARGE] / SCALE
    fur = smooth_noise(random, 0.12, 0.5)

    # A garden out of focus.
    picture = 0.74 - 0.006 * y + 0.05 * smooth_noise(random, 3, 3)

    def add(centre, radii, tone, turn=0.0, edge=0.35, shading=0.5, hair=0.02):
        """Lay one furry oval over the picture."""
        nonlocal picture
        cover, light = oval(centre, radii, turn, edge)
        picture = mix(picture, tone * (1 - shading + shading * light) + hair * fur, cover)

    # Chest and shoulders, with a white bib.
    add((14, 29.5), (10.5, 8.6), 0.34)
    add((14, 22.0), (6.0, 6.0), 0.34, edge=0.8)
    add((14, 31.0), (4.8, 6.6), 0.95, edge=1.0)
    # The head, wide at the brow, and the cheeks below it.
    add((14, 10.2), (7.2, 8.8), 0.46, shading=0.4)
    add((14, 15.5), (6.2, 7.0), 0.58, shading=0.4, edge=1.0)
    # The ears start high on the head, hang down at both sides and shade the cheeks.
    for side in (-1, 1):
        shadow, _ = oval((14 + side * 8.0, 13.6), (2.8, 7.6), turn=side * -8, edge=1.5)
        picture = picture * (1 - 0.4 * shadow)
        add((14 + side * 8.9, 13.0), (2.8, 7.8), 0.22, turn=side * -12, shading=0.6)
        add((14 + side * 7.0, 6.8), (2.8, 2.0), 0.23, turn=side * 42, shading=0.5, edge=0.8)
    # The white blaze between the eyes widens into the muzzle.
    add((14, 9.0), (1.2, 5.2), 0.92, edge=0.8, shading=0.2)
    add((14, 14.2), (2.6, 4.2), 0.95, edge=1.0, shading=0.2)
    # The open mouth under the muzzle, with the tongue out.
    add((14, 21.6), (3.0, 3.2), 0.06, hair=0)
    add((14, 23.4), (1.7, 2.6), 0.56, hair=0, shading=0.3)
    # Two cheeks of the muzzle.
    add((11.7, 18.4), (3.4, 2.9), 0.98, shading=0.35, turn=-12)
    add((16.3, 18.4), (3.4, 2.9), 0.94, shading=0.35, turn=12)
    # Nose, with a wet highlight, and the line below it.
    add((14, 19.3), (0.4, 1.8), 0.12, shading=0, hair=0)
    add((14, 16.4), (2.3, 1.7), 0.05, shading=0.3, hair=0)
    add((13.3, 15.7), (0.6, 0.35), 0.55, shading=0, hair=0)
    # Eyes, with a lighter lid above and a glint.
    for eye in (10.5, 17.5):
        add((eye, 10.4), (2.0, 1.8), 0.74, shading=0.2, edge=0.8)
        add((eye, 11.0), (1.5, 1.5), 0.02, shading=0, hair=0)
        add((eye - 0.5, 10.4), (0.3, 0.3), 0.95, shading=0, hair=0)

    return reduce_to_28(blur(picture, 0.2)) + 0.008 * random.standard_normal((SIZE, SIZE))


# ------------------------------------------------------------- Writing the files

PICTURES = {
    "1_low_contrast.png": draw_low_contrast_one,
    "2_printed_sans.png": draw_printed_two,
    "3_printed_serif.png": draw_printed_three,
    "4_printed_mono.png": draw_printed_four,
    "5_handwritten_white_on_black.png": draw_handwritten_five,
    "6_handwritten.png": draw_handwritten_six,
    "7_handwritten.png": draw_handwritten_seven,
    "8_handwritten.png": draw_handwritten_eight,
    "9_door_number.png": draw_door_nine,
    "dog.png": draw_dog,
}


def label_of(name):
    """Return the label in a file's name: its first character if that is a digit, else -1."""
    return int(name[0]) if name[0] in "0123456789" else -1


def draw_all(folder):
    """Write the ten pictures into `folder`, which is made if it is missing."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        grey = np.clip(np.round(draw() * 255), 0, 255).astype(np.uint8)
        Image.fromarray(grey).save(folder / name, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the ten test pictures of the course.")
    parser.add_argument(
        "folder", nargs="?", default=Path(__file__).parent, help="where the pictures go (default: beside this script)"
    )
    folder = parser.parse_args().folder
    draw_all(folder)
    print(f"Wrote {len(PICTURES)} pictures.")
