"""The learner's own digits: from a photograph of handwriting to pictures such as MNIST has.

Light falls unevenly, paper has lines, pens have colours. So nothing is compared with one brightness: each place is
compared with the paper around it, as grey-scale closing shows it (the lightest, then the darkest, in a window that is
wider than a stroke). What is left are strokes, and how much darker they are than their paper.
"""

import math
import os
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from .errors import CourseError
from .palette import COLOURS
from .pictures import show

# Only what is a picture and nothing else: Pillow hands PostScript, whatever its name, to a program that runs it.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
SIDE = 800  # The longer side of the picture that is worked on, in pixels.
FAINT = 0.07  # What differs less from its paper is no ink.
STROKE = 0.12  # MNIST's strokes, as a part of the digit's height: thinner ones are made as wide.
NARROW = 40  # The shorter side, in pixels: in less there is no paper beside a stroke.
MOST = 12  # Marks on a page, above which it is not taken for digits.


def read_digit(path):
    """Read a photograph of one digit: float32 28×28×1, 0–1, as MNIST would have it, light on dark.

    Takes PNG, JPEG, GIF, BMP, TIFF and WebP of every size up to 64 megapixels, colour mode and transparency; shadows,
    dim light, faintly ruled paper, pens of any colour, and chalk. The digit's longer side becomes 20 pixels, its
    centre of mass the middle, and a thin stroke as wide as MNIST's. Raises CourseError, with what to do, for what is no
    picture or no single digit.
    """
    name, _, _, digits = _read(path)
    if len(digits) > 1:
        raise CourseError(f"{name} has {len(digits)} digits on it: read_digits reads them all, one by one.")
    return digits[0]


def read_digits(path):
    """Read a photograph of several digits: float32 n×28×28×1, 0–1, line by line, otherwise as read_digit does."""
    return _read(path)[3]


def show_reading(path, model):
    """Show how a photograph is read: the photograph, the ink found in it, 28×28 pixels, the model's percentages.

    model: what gives ten shares for pictures (n, 28, 28, 1). Several digits come one below the other.
    """
    import keras

    name, picture, ink, digits = _read(path)
    try:
        shares = keras.ops.convert_to_numpy(model(digits)).astype("float64")
    except Exception as error:
        raise CourseError(f"show_reading needs a network that reads 28×28×1 pixels ({type(error).__name__}).") from None
    if shares.shape != (len(digits), 10):
        raise CourseError(f"show_reading needs a network with ten outputs, not {shares.shape[1:]}.")
    figure = plt.figure(figsize=(11, max(2.6, 1.5 * len(digits))), layout="constrained")
    places = figure.add_gridspec(len(digits), 4, width_ratios=[3, 3, 1.5, 3])
    for column, (title, shown) in enumerate({"photograph": picture, "ink found": ink}.items()):
        place = figure.add_subplot(places[:, column])
        place.imshow(shown, cmap="gray")
        place.set_title(title, fontsize=12)
        place.axis("off")
    said = []
    for row, (digit, values) in enumerate(zip(digits, 100 * shares)):
        place, bars = (figure.add_subplot(places[row, column]) for column in (2, 3))
        place.imshow(digit[..., 0], cmap="gray", vmin=0, vmax=1)
        place.axis("off")
        bars.bar(range(10), values, color=COLOURS[0])
        bars.set(xticks=range(10), ylim=(0, 125), yticks=[])
        bars.spines[["top", "left", "right"]].set_visible(False)
        guess = int(values.argmax())
        bars.text(guess, values[guess] + 3, f"{values[guess]:.0f} %", ha="center", weight="bold", fontsize=11)
        if row == 0:
            place.set_title("28×28 pixels", fontsize=12)
            bars.set_title("the network's percentages", fontsize=12)
        said.append(f"read as {guess} with {values[guess]:.0f} per cent")
    show(figure, f"{name}, the ink found in it, and the digits made of it: {'; '.join(said)}.")


def _read(path):
    """(name, picture as a uint8 array, ink, digits) of a file; see find_digits."""
    from PIL import ImageOps

    if not (name := Path(path).name if isinstance(path, (str, os.PathLike)) else None):
        raise CourseError(f"read_digit needs the name of a picture file, not {name or type(path).__name__!r}.")
    picture = _colours(_opened(path, name))
    if max(picture.size) < 100:  # No photograph, but a digit that is cut out: it gets some paper around it.
        pixels = np.asarray(picture)
        rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        picture = ImageOps.expand(
            picture, max(picture.size) // 3, fill=tuple(np.median(rim, axis=0).astype(int).tolist())
        )
    longer = max(picture.size)
    scale = min(SIDE, 10 * longer) / longer
    size = [max(1, round(side * scale)) for side in picture.size]
    if min(size) < NARROW:
        raise CourseError(f"{name} is too narrow a strip: leave paper all around the digit.")
    picture = np.asarray(picture.resize(size, reducing_gap=3))
    return name, picture, *find_digits(picture.astype("float32") / 255, name)


def _opened(path, name):
    """The picture, turned as the camera was held."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise OSError("it is no file")  # A folder; a pipe, which one would wait for in vain.
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=FORMATS) as opened:
            most = 30 if opened.format == "WEBP" else 64  # WebP is decoded into several copies.
            if math.prod(opened.size) > most * 1.02e6:  # Phones of 64 megapixels save a little more.
                raise CourseError(f"{name} is huge (over {most} megapixels): save a smaller copy, or crop the digit.")
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # A JPEG is decoded smaller, and sooner.
            opened.load()
            ImageOps.exif_transpose(opened, in_place=True)
            picture = _smaller(opened)
    except Image.DecompressionBombError:
        raise CourseError(f"{name} is huge: save a smaller copy, or crop the digit.") from None
    except CourseError:
        raise
    except FileNotFoundError:
        raise CourseError(f"there is no file {name} here: check the name, and upload it first on Colab.") from None
    except UnidentifiedImageError:
        raise CourseError(f"{name} is not a picture that can be read: save it as PNG or JPEG.") from None
    except Exception as error:  # Pillow has many, one for each way in which a file can be damaged.
        reason = getattr(error, "strerror", None) or str(error).split("\n")[0] or type(error).__name__
        raise CourseError(f"{name} cannot be read ({reason}): save it again as PNG or JPEG.") from None
    if min(picture.size) < 5:
        raise CourseError(f"{name} is only {picture.width}×{picture.height} pixels: a digit needs more.")
    return picture


def _smaller(picture):
    """A large picture at a whole part of its size, still twice what is worked on: what follows makes copies of it."""
    factor = max(picture.size) // (2 * SIDE)
    if factor < 2:
        return picture.copy()  # Of the pixels alone, without the file.
    if factor >= 4 and (picture.has_transparency_data or picture.mode in ("1", "P")):
        # Every second pixel, before there are four bytes for each.
        picture, factor = picture.resize((picture.width // 2, picture.height // 2), 0), factor // 2
    if picture.mode in ("1", "P", "PA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    elif picture.mode.startswith("I;"):
        picture = picture.convert("I")
    return picture.reduce(factor)


def _colours(picture):
    """The picture in RGB, without transparency."""
    from PIL import Image

    if picture.mode[0] in "IF":  # 16 or 32 bits a pixel, whatever their range.
        values = np.asarray(picture, dtype="float64")
        finite = values[np.isfinite(values)]
        low, high = np.quantile(finite, [0.001, 0.999]) if finite.size else (0, 0)
        values = np.clip(np.nan_to_num(values, nan=low, posinf=high, neginf=low), low, high)
        grey = (values / 2 - low / 2) / max(high / 2 - low / 2, 1e-300)  # Halves: a difference may be infinite.
        return Image.fromarray((255 * grey).astype("uint8")).convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    colours = picture.convert("RGBA")
    opaque = np.asarray(colours)[..., 3] / 255
    ink = (np.asarray(colours.convert("RGB")).mean(axis=2) * opaque).sum() / max(opaque.sum(), 1e-9)
    # What shows through is made the opposite of the drawing: white under dark ink, black under light.
    under = Image.new("RGBA", colours.size, "white" if ink < 128 else "black")
    return Image.alpha_composite(under, colours).convert("RGB")


def find_digits(working, name="the picture"):
    """Find the digits: (ink bool (height, width), digits float32 (n, 28, 28, 1), 0–1, light on dark, line by line).

    working: float32 (height, width, 3), 0–1, its sides 40 to 1,000 pixels. `name` is what the sentence of a
    CourseError calls the picture.
    """
    from scipy import ndimage
    from skimage.filters import apply_hysteresis_threshold

    smooth = np.clip(ndimage.gaussian_filter(working, (1.5, 1.5, 0)), 0, 1)
    strength, level = _strokes(_page_only(smooth))
    if level < FAINT:
        advice = "write with a thicker pen, in more light, and leave paper all around the digit"
        raise CourseError(f"{name} shows nothing that looks like a digit: {advice}.")
    ink = apply_hysteresis_threshold(strength, 0.45 * level, 0.6 * level)
    if ink.mean() > 0.3:
        raise CourseError(f"{name} is nearly all ink: leave some paper around the digit, and take a thinner pen.")
    marks = _marks(ink, np.clip(strength / level, 0, 1))
    if len(marks) > MOST:
        raise CourseError(f"{name} has {len(marks)} marks on it: photograph a digit, or a few, and nothing else.")
    return ink, np.stack([_as_mnist(*mark, name) for mark in marks])


def _page_only(working):
    """The picture without the table: what comes in over the border in another colour is covered with paper.

    A shadow darkens all colours alike, and down to 40 % of the light: so the shares of red, green and blue tell wood
    from paper in the shadow, and so does what is darker than a third of the page.
    """
    from scipy import ndimage

    coarse = ndimage.zoom(working, (0.2, 0.2, 1), order=1)
    coarse = ndimage.median_filter(coarse, (15, 15, 1))  # Wider than strokes: they vanish.
    height, width = coarse.shape[:2]
    shares = (coarse + 0.02) / (coarse + 0.02).sum(axis=2, keepdims=True)
    middle = (slice(height // 4, -(height // 4)), slice(width // 4, -(width // 4)))
    strange = np.abs(shares - np.median(shares[middle], axis=(0, 1))).max(axis=2) > 0.03
    strange |= coarse.mean(axis=2) < 0.3 * np.median(coarse[middle].mean(axis=2))
    parts, _ = ndimage.label(strange)
    edges = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    table = np.isin(parts, edges[edges > 0])
    if not 0.01 < table.mean() < 0.55:  # More is the paper itself, around a digit that fills the picture.
        return working
    table = ndimage.binary_dilation(table, iterations=3)
    zoom = np.array(working.shape[:2]) / table.shape
    table = ndimage.zoom(table.astype("float32"), zoom, order=1)[: working.shape[0], : working.shape[1]] > 0.3
    nearest = ndimage.distance_transform_edt(table, return_distances=False, return_indices=True)
    return working[tuple(nearest)]


def _strokes(working):
    """How far each pixel stands out from the paper around it, (height, width) from 0 to 1, and the value of ink."""
    from scipy import ndimage

    grey = working.mean(axis=2)
    coarse = ndimage.zoom(grey, 0.2, order=1)
    paper = ndimage.median_filter(coarse, max(3, min(coarse.shape) // 3))
    dark = ((coarse - paper) ** 3).sum() < 0  # Ink is the smaller part of what surrounds it.
    window = int(0.3 * min(grey.shape))
    if dark:
        paper = ndimage.grey_closing(working, (window, window, 1))
        strength = 1 - working / (paper + 0.02)
    else:
        paper = ndimage.grey_opening(working, (window, window, 1))
        strength = working - paper
    strength = strength.max(axis=2)  # A red pen shows in green and blue, a yellow one in blue.
    strength = np.clip(strength - np.median(strength), 0, 1)
    allowed = np.ones(strength.shape, dtype=bool)
    for _ in range(4):  # The table's edge, a finger: whatever comes in over the border is taken away.
        level = _level(strength, allowed)
        parts, count = ndimage.label((strength > 0.5 * level) & allowed)
        edges = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
        edges = edges[edges > 0]
        if not edges.size:
            break
        allowed &= ~ndimage.binary_dilation(np.isin(parts, edges), iterations=3)
    return strength * allowed, _level(strength, allowed)


def _level(strength, allowed):
    """The value of full ink: few pixels are above it."""
    values = strength[allowed]
    return float(np.quantile(values, 1 - 150 / max(values.size, 300))) if values.size else 0.0


def _marks(ink, strength):
    """Each mark by itself, cut out, in reading order: [(ink bool, strength 0–1 in it and close to it)]."""
    from scipy import ndimage

    parts, _ = ndimage.label(ink, np.ones((3, 3)))
    boxes = ndimage.find_objects(parts)
    tallest = max(max(side.stop - side.start for side in box) for box in boxes)
    # A 5 whose roof stands apart is one digit, so a gap upwards counts less than one sideways.
    near = ndimage.distance_transform_edt(~ink, sampling=(0.4, 1)) <= 0.06 * tallest
    groups, _ = ndimage.label(near, np.ones((3, 3)))
    found = []
    for number, box in enumerate(ndimage.find_objects(groups), start=1):
        mark = ink[box] & (groups[box] == number)
        rows, columns = np.nonzero(mark)
        cut = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
        mark, soft = mark[cut], (strength[box] * (groups[box] == number))[cut]
        if max(mark.shape) >= 0.35 * tallest:
            found.append((box, (mark, soft)))
    lines = []
    for box, mark in sorted(found, key=lambda one: one[0][0].start + one[0][0].stop):
        middle = (box[0].start + box[0].stop) / 2
        if lines and middle < lines[-1][0][0][0].stop:  # Its middle is above the foot of the line's first.
            lines[-1].append((box, mark))
        else:
            lines.append([(box, mark)])
    return [mark for line in lines for _, mark in sorted(line, key=lambda one: one[0][1].start)]


def _as_mnist(mark, soft, name):
    """One mark as MNIST would have it: strokes as wide, 20 pixels long, its weight in the middle of 28×28."""
    from scipy import ndimage
    from skimage.morphology import skeletonize
    from skimage.transform import resize

    height = max(mark.shape)
    mark, soft = (np.pad(part, round(STROKE * height)) for part in (mark, soft))
    line = skeletonize(mark)
    if line.sum() < 0.2 * height:
        raise CourseError(f"{name} shows a blot, no strokes: take a thinner pen, or photograph it from nearer.")
    if line.sum() > 9 * height:
        raise CourseError(f"{name} shows more strokes than a digit has: draw a single digit, without a frame.")
    width = 2 * np.median(ndimage.distance_transform_edt(mark)[line])
    grow = max(0, (STROKE * height - width) / 2)
    if grow:
        mark = ndimage.distance_transform_edt(~mark) <= grow
        soft = mark.astype("float64")
    rows, columns = np.nonzero(mark)
    soft = soft[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    size = [max(1, round(20 * side / max(soft.shape))) for side in soft.shape]
    small = resize(soft, size, order=1, anti_aliasing=True)
    result = np.zeros((28, 28), dtype="float32")
    result[4 : 4 + size[0], 4 : 4 + size[1]] = small / small.max()
    shift = 14 - np.array(ndimage.center_of_mass(result))  # Where MNIST's digits have theirs, on average.
    return np.clip(ndimage.shift(result, shift, order=1), 0, 1)[..., None].astype("float32")
