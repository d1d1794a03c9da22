"""The ten test pictures are as their README says, show what their labels say, and the script still draws them."""

import importlib.util
import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

import dlcourse
import running

FOLDER = Path(__file__).resolve().parent.parent / "data" / "probes"
LABELS = {
    "1_low_contrast.png": 1,
    "2_printed_sans.png": 2,
    "3_printed_serif.png": 3,
    "4_printed_mono.png": 4,
    "5_handwritten_white_on_black.png": 5,
    "6_handwritten.png": 6,
    "7_handwritten.png": 7,
    "8_handwritten.png": 8,
    "9_door_number.png": 9,
    "dog.png": -1,
}
BLACK_ON_WHITE = [name for name in LABELS if name[0] in "234678"]
HANDWRITTEN = [name for name in LABELS if name[0] in "5678"]


@pytest.fixture(scope="module")
def script():
    """The drawing script, imported from the folder of the pictures."""
    specification = importlib.util.spec_from_file_location("draw_probes", FOLDER / "draw_probes.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def redrawn(script, tmp_path_factory):
    """A folder in which the script has drawn the pictures again."""
    folder = tmp_path_factory.mktemp("redrawn")
    script.draw_all(folder)
    return folder


def pixels(path):
    """The picture as an array of signed integers, so that differences can be negative."""
    with Image.open(path) as picture:
        return np.asarray(picture).astype(int)


def border(picture):
    """The outermost ring of pixels."""
    return np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])


def test_exactly_the_ten_files_are_there():
    assert {path.name for path in FOLDER.glob("*.png")} == set(LABELS)


@pytest.mark.parametrize("name", LABELS)
def test_size_and_mode(name):
    with Image.open(FOLDER / name) as picture:
        assert picture.format == "PNG"
        assert picture.size == (28, 28)
        assert picture.mode == "L"


def test_labels_come_from_the_names(script):
    assert {name: script.label_of(name) for name in script.PICTURES} == LABELS


@pytest.mark.parametrize("name", LABELS)
def test_readme_describes_every_picture(name):
    assert f"`{name}`" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LABELS)
def test_redrawing_gives_the_same_picture(name, redrawn):
    """Half a grey level on average, should a version of Pillow render letters differently.

    Pillow 11.3 and 13.0 don't. Of Matplotlib's other typefaces the nearest is 11 grey levels away.
    """
    difference = np.abs(pixels(FOLDER / name) - pixels(redrawn / name))
    assert difference.mean() <= 0.5, f"{name} is not what the script draws: python data/probes/draw_probes.py"


def test_readme_names_the_typefaces_of_the_script(script):
    rows = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    named = {row.split("|")[2].strip(): match[0] for row in rows if (match := re.search(r"[\w-]+\.ttf", row))}
    assert named == script.TYPEFACES


@pytest.mark.parametrize("name", ["1_low_contrast.png", "2_printed_sans.png", "8_handwritten.png"])
def test_drawing_twice_gives_the_same_pixels(name, script):
    """One with noise, one with letters, one with a trembling hand."""
    assert np.array_equal(script.PICTURES[name](), script.PICTURES[name]())


@pytest.mark.parametrize("name", BLACK_ON_WHITE)
def test_black_on_white(name):
    picture = pixels(FOLDER / name)
    assert border(picture).min() > 240
    assert picture.min() < 30
    assert picture.mean() > 160


def test_the_five_is_white_on_black():
    picture = pixels(FOLDER / "5_handwritten_white_on_black.png")
    assert border(picture).max() < 15
    assert picture.max() > 225
    assert picture.mean() < 95


@pytest.mark.parametrize("name", HANDWRITTEN)
def test_handwritten_digits_have_the_size_and_place_of_mnist(name):
    picture = pixels(FOLDER / name)
    ink = picture if name.startswith("5") else 255 - picture
    rows, columns = np.nonzero(ink > 64)
    assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 22
    # MNIST puts the centre of mass in the middle, which is 13.5 when pixels count from 0.
    positions = np.arange(28)
    assert abs((ink.sum(axis=1) * positions).sum() / ink.sum() - 13.5) < 1
    assert abs((ink.sum(axis=0) * positions).sum() / ink.sum() - 13.5) < 1


def test_the_one_has_little_contrast():
    picture = pixels(FOLDER / "1_low_contrast.png")
    assert 20 <= np.ptp(picture) <= 60
    # The digit is darker than the paper around it.
    assert picture.min() < border(picture).min() - 10


@pytest.mark.parametrize("name", ["9_door_number.png", "dog.png"])
def test_photo_like_pictures_have_many_greys(name):
    picture = pixels(FOLDER / name)
    assert len(np.unique(picture)) > 100
    assert np.ptp(picture) > 180


# ---------------------------------------------------------------- What they show is what their labels say

# Typefaces that the pictures don't use, for an opinion of its own.
OTHER_TYPEFACES = ["DejaVuSans.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSerif-Bold.ttf", "STIXGeneral.ttf", "cmr10.ttf"]


def compared(ink):
    """Ink (…, 28, 28) a little blurred, as vectors of mean 0 and length 1: their product says how alike two are."""
    soft = ndimage.gaussian_filter(ink.astype(float), (0,) * (ink.ndim - 2) + (1, 1)).reshape(*ink.shape[:-2], -1)
    soft -= soft.mean(axis=-1, keepdims=True)
    return soft / np.linalg.norm(soft, axis=-1, keepdims=True)


def centred(ink):
    """Ink with its centre of mass in the middle, as in MNIST."""
    return ndimage.shift(ink, 13.5 - np.array(ndimage.center_of_mass(ink)), order=1)


@pytest.fixture(scope="module")
def known_digits():
    """The course's 5,000 real digits and ten printed ones in five typefaces: (vectors, labels)."""
    with np.load(FOLDER.parent / "mnist_sample.npz") as sample:
        images, labels = list(sample["images"]), list(sample["labels"])
    for file in OTHER_TYPEFACES:
        font = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / file), 26)
        for digit in range(10):
            page = Image.new("L", (28, 28))
            ImageDraw.Draw(page).text((14, 14), str(digit), 255, font, anchor="mm")
            images.append(centred(np.asarray(page)))
            labels.append(digit)
    return compared(np.array(images)), np.array(labels)


def nearest(image, known_digits):
    """(label, likeness) of the known digit that a picture (28, 28), 0 to 1, is most like; dark on light is the same."""
    difference = np.abs(image - np.median(border(image)))
    ink = np.clip(difference / np.quantile(difference, 0.99), 0, 1)
    # Paper and boards are not quite even: what differs little from them is not ink.
    vectors, labels = known_digits
    likeness = vectors @ compared(centred(np.where(ink > 0.4, ink, 0)))
    return labels[likeness.argmax()], likeness.max()


def test_labels_are_what_the_pictures_show(known_digits):
    """Judged by real and printed digits, not by the files' names."""
    images, labels = dlcourse.load_probes()
    assert images.shape == (10, 28, 28, 1) and images.dtype == "float32"
    read = [nearest(image[..., 0], known_digits) for image in images]
    assert [int(label) for label in labels[:9]] == [int(label) for label, _ in read[:9]]
    # The dog is the least like a digit, by far.
    assert labels[9] == -1
    assert read[9][1] + 0.1 < min(likeness for _, likeness in read[:9])
    assert [name[0] for name in dlcourse.PROBE_NAMES] == [*"123456789", "d"]


def test_the_loaded_pictures_are_the_files():
    images, labels = dlcourse.load_probes()
    assert images.shape == (10, 28, 28, 1) and labels.tolist() == list(LABELS.values())
    running.scaled(images)
    for image, label, name, title in zip(images, labels, LABELS, dlcourse.PROBE_NAMES):
        assert np.abs(image[..., 0] * 255 - pixels(FOLDER / name)).max() < 0.01, name
        assert title == "dog" if label == -1 else title.startswith(f"{label} ")
