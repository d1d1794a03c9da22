"""The figures as they are drawn now, and what the tests of figures ask of them."""

import re

import pytest
from PIL import Image

import drawing
from dlcourse import palette

ROOT, IMAGES = drawing.ROOT, drawing.IMAGES
FIGURES = drawing.figures()
NAMES = sorted(FIGURES)
PALETTE = {name: value for name, value in vars(palette).items() if isinstance(value, str) and value.startswith("#")}
every_figure = pytest.mark.parametrize("name", NAMES)


def again(name):
    """What to do where a file isn't what its function draws."""
    room = FIGURES[name].room
    only = room if room == "map" else room[:2]
    return f"images/{name} is not what {FIGURES[name].place} draws: make figures ONLY={only}"


def picture(name):
    """A committed PNG as it looks: palette and transparency resolved, (height, width, 4)."""
    return Image.open(IMAGES / f"{name}.png").convert("RGBA")


def committed(name):
    return (IMAGES / f"{name}.svg").read_text(encoding="utf-8")


def colours(svg):
    """The colours of an SVG in the order in which they are used."""
    return re.findall(r"#[0-9a-f]{6}\b", svg)


def texts(canvas):
    """[(x, y, words)] of a drawn figure; a line of several lines counts as several."""
    return [place for kind, place, _ in canvas.strokes if kind == "Text" and place[2]]


def words(canvas):
    """All words of a figure as one text, in the order of drawing."""
    return " ".join(" ".join(line.split()) for _, _, line in texts(canvas))


def numbers(canvas):
    """The texts of a figure that are whole numbers, signs and kernels' "× −1" included, sorted."""
    found = [re.fullmatch(r"(?:× )?([−-]?\d+)", line) for _, _, line in texts(canvas)]
    return sorted(int(match[1].replace("−", "-")) for match in found if match)


def room_of(name):
    """The names that a figure's file defines."""
    return FIGURES[name].function.__globals__


def cells(lesson):
    """The code cells of a lesson's source."""
    text = (ROOT / "lessons" / lesson / "lesson.md").read_text(encoding="utf-8")
    return [
        re.sub(r"\A(:.*\n)+\n*", "", cell) for cell in re.findall(r"^```\{code-cell\}.*\n([\s\S]*?)^```", text, re.M)
    ]


def cell(lesson, *marks):
    """The first code cell of a lesson that has all of these words."""
    return next(source for source in cells(lesson) if all(mark in source for mark in marks))
