"""Pictures that are not MNIST's: the ten test pictures, and the learner's own."""

import math
import os
import warnings
from pathlib import Path

import numpy as np

from .errors import COURSE, CourseError

PROBES = COURSE / "data" / "probes"
PROBE_NAMES = ["1 low contrast", "2 printed", "3 printed", "4 printed", "5 white on black",
               "6 drawn", "7 drawn", "8 drawn", "9 door number", "dog"]  # fmt: skip
# Only what is a picture and nothing else: Pillow hands PostScript, whatever its name, to a program that runs it.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")


def load_probes():
    """Return the ten test pictures of data/probes/: (images float32 10×28×28×1, 0–1; labels (10,), dog -1).

    In the order of PROBE_NAMES. They are a demonstration, not a benchmark.
    """
    from PIL import Image

    files = sorted(PROBES.glob("*.png"))
    if len(files) != len(PROBE_NAMES):
        raise CourseError("the ten test pictures are not all in data/probes/: fetch the course again.")
    images = [np.asarray(Image.open(file), dtype="float32") / 255 for file in files]
    labels = [int(file.name[0]) if file.name[0].isdigit() else -1 for file in files]
    return np.stack(images)[..., None], np.array(labels)


def read_digit(path):
    """Read a picture of your own: float32 28×28×1, 0–1, the digit cropped, scaled to 20 pixels and centred.

    Takes PNG, JPEG, GIF, BMP, TIFF and WebP of every size up to 64 megapixels, colour mode and transparency. Dark
    stays dark and light stays light. Raises CourseError for what is not a picture or has nothing on it.
    """
    from PIL import Image

    if not (name := Path(path).name if isinstance(path, (str, os.PathLike)) else None):
        raise CourseError(f"read_digit needs the name of a picture file, not {name or type(path).__name__!r}.")
    values = _brightness(_opened(path, name))
    background = np.median(np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]]))
    difference = np.abs(values - background)
    if difference.max() < 0.05:
        raise CourseError(f"{name} shows nothing, only one brightness: check that it is the right picture.")
    rows, columns = np.nonzero(difference > 0.3 * difference.max())
    digit = values[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = 20 / max(digit.shape)
    size = [max(1, round(side * scale)) for side in digit.shape[::-1]]
    small = np.asarray(Image.fromarray(digit).resize(size, Image.Resampling.LANCZOS))
    result = np.full((28, 28, 1), background, dtype="float32")
    top, left = (28 - small.shape[0]) // 2, (28 - small.shape[1]) // 2
    result[top : top + small.shape[0], left : left + small.shape[1], 0] = small
    return np.clip(result, 0, 1)


def _opened(path, name):
    """The picture, turned as the camera was held."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=FORMATS) as opened:
            if math.prod(opened.size) > 64e6:
                raise Image.DecompressionBombError
            picture = ImageOps.exif_transpose(opened)
            picture.load()
    except Image.DecompressionBombError:
        raise CourseError(f"{name} is huge (over 64 megapixels): save a smaller copy, or crop the digit.") from None
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


def _brightness(picture):
    """The picture's brightness, float32 0–1, shaped (height, width)."""
    if picture.mode[0] in "IF":  # 16 or 32 bits a pixel, whatever their range.
        values = np.asarray(picture, dtype="float32")
        return (values - values.min()) / max(np.ptp(values), 1e-9)
    colours = picture.convert("RGBA")
    values = np.asarray(colours.convert("RGB").convert("L"), dtype="float32") / 255
    opaque = np.asarray(colours)[..., 3] / np.float32(255)
    # What shows through is made the opposite of the drawing: white under dark ink, black under light.
    ink = (values * opaque).sum() / max(opaque.sum(), 1e-9)
    return values * opaque + (ink < 0.5) * (1 - opaque)
