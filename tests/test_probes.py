"""The ten test pictures are as their README says, and the script still draws them."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

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
    # Two grey levels on average, because versions of Pillow render fonts a little differently.
    difference = np.abs(pixels(FOLDER / name) - pixels(redrawn / name))
    assert difference.mean() <= 2


def test_drawing_twice_gives_the_same_pixels(script, redrawn, tmp_path):
    script.draw_all(tmp_path)
    for name in LABELS:
        assert np.array_equal(pixels(tmp_path / name), pixels(redrawn / name)), name


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
