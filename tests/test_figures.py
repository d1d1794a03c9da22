"""Checks of the figures: complete, small, legible, and still what the script draws."""

import json
import re
from itertools import combinations
from pathlib import Path

import draw_figures
import numpy as np
import pytest
from PIL import Image

FOLDER = Path(draw_figures.__file__).parent
NAMES = sorted(draw_figures.FIGURES)


@pytest.fixture(scope="module")
def redrawn(tmp_path_factory):
    """Two folders with freshly drawn figures."""
    folders = [tmp_path_factory.mktemp(f"figures_{number}") for number in (1, 2)]
    for folder in folders:
        draw_figures.main(folder)
    return folders


def picture(path):
    """A picture as it looks: palette and transparency resolved."""
    return Image.open(path).convert("RGBA")


def words(path):
    """The words in an SVG: Matplotlib notes each beside its outlines."""
    return re.findall(r"<!-- (.*?) -->", path.read_text(encoding="utf-8"))


def test_every_figure_has_its_files_and_its_text_alternative():
    alternatives = json.loads((FOLDER / "alt.json").read_text(encoding="utf-8"))
    assert sorted(alternatives) == NAMES
    for kind in ("svg", "png"):
        assert sorted(path.stem for path in FOLDER.glob(f"*.{kind}")) == NAMES
    for name, alternative in alternatives.items():
        assert alternative == draw_figures.text_alternative(name)
        assert 80 < len(alternative) < 600 and alternative.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_png_is_small_and_flat(name):
    path = FOLDER / f"{name}.png"
    width, height = Image.open(path).size
    assert path.stat().st_size < 100_000
    assert 1400 <= width <= 1600 and width / height >= 16 / 9 - 0.01


@pytest.mark.parametrize("name", NAMES)
def test_drawing_twice_gives_the_same_files(name, redrawn):
    first, second = redrawn
    for kind in ("svg", "png"):
        assert (first / f"{name}.{kind}").read_bytes() == (second / f"{name}.{kind}").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_files_are_what_the_script_draws(name, redrawn):
    fresh = redrawn[0]
    assert words(FOLDER / f"{name}.svg") == words(fresh / f"{name}.svg")
    # Other versions of the packages move letters by a pixel: compare coarsely.
    old, new = (picture(folder / f"{name}.png") for folder in (FOLDER, fresh))
    assert old.size == new.size
    old, new = (np.asarray(each.reduce(10)).astype(int) for each in (old, new))
    assert np.abs(old - new).mean() < 1.5


@pytest.mark.parametrize("name", NAMES)
def test_words_neither_overlap_nor_leave_the_panel(name):
    figure = draw_figures.draw(name)
    renderer = figure.canvas.get_renderer()
    texts = [text for text in figure.axes[0].texts if text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    width, height = figure.bbox.width, figure.bbox.height
    for line, box in boxes:
        assert box.x0 > 15 and box.y0 > 15 and box.x1 < width - 15 and box.y1 < height - 15, line
    for (line, box), (other_line, other) in combinations(boxes, 2):
        wide = min(box.x1, other.x1) - max(box.x0, other.x0)
        high = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert wide <= 1 or high <= 4, (line, other_line)


@pytest.mark.parametrize("name", NAMES)
def test_panel_is_opaque_with_clear_corners(name):
    alpha = np.asarray(picture(FOLDER / f"{name}.png"))[..., 3]
    assert alpha[0, 0] == 0
    assert (alpha[12:-12, 12:-12] == 255).all()
