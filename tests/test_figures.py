"""The figures: complete, small and legible, and what their functions draw today; the map is right in what it says."""

import itertools
import json
import os
import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import course_map
import dlcourse
import drawing
from dlcourse import palette
from dlcourse.errors import CourseError
from drawn_figures import FIGURES, IMAGES, NAMES, PALETTE, ROOT, again, colours, committed, every_figure, picture, words

# ---------------------------------------------------------------- The files are what is drawn


def test_lessons_show_what_is_drawn_and_what_is_drawn_is_shown():
    sources = {path.parent.name: path.read_text(encoding="utf-8") for path in ROOT.glob("lessons/*/lesson.md")}
    shown = {name for text in sources.values() for name in re.findall(r'show_figure\("(\w+)"\)', text)}
    assert sorted(shown - set(NAMES)) == [], "no figures.py draws this"
    drawn = {name for name in NAMES if FIGURES[name].room != "map"}
    assert sorted(drawn - shown) == [], "no lesson shows this: delete its function and images/NAME.*"


def test_pages_show_the_figures_as_they_are_now():
    for source in sorted(ROOT.glob("lessons/*/lesson.md")):
        number = source.parent.name[:2]
        there = {path.read_bytes() for path in (ROOT / "docs" / "lessons" / number).glob("*.png")}
        shown = re.findall(r'show_figure\("(\w+)"\)', source.read_text(encoding="utf-8"))
        old = [name for name in shown if (IMAGES / f"{name}.png").read_bytes() not in there]
        assert old == [], f"docs/lessons/{number}.md shows an older {', '.join(old)}: make pages ONLY={number}"


def test_every_figure_has_its_files_and_its_text_alternative():
    assert json.loads((IMAGES / "alt.json").read_text(encoding="utf-8")) == {
        name: FIGURES[name].alternative for name in NAMES
    }, "make figures"
    for kind in ("svg", "png"):
        there = sorted(path.stem for path in IMAGES.glob(f"*.{kind}"))
        assert there == NAMES, f"images/*.{kind}: delete {set(there) - set(NAMES)}, draw {set(NAMES) - set(there)}"


@every_figure
def test_both_files_are_of_the_drawing_as_it_is_now(name, drawn):
    fingerprint = drawn[name].fingerprint()
    identifier = re.search(r"<dc:identifier>(.*?)</dc:identifier>", committed(name))
    assert identifier and identifier[1] == fingerprint, again(name)
    assert Image.open(IMAGES / f"{name}.png").info.get("Identifier") == fingerprint, again(name)


@every_figure
def test_svg_has_todays_colours_typefaces_and_words(name, fresh):
    """Read from the drawn file itself, in what no version of Matplotlib changes."""
    old, new = committed(name), fresh[name]

    def typefaces(svg):
        return set(re.findall(r'xlink:href="#([\w-]+)-[0-9a-f]+"', svg))

    def notes(svg):
        return re.findall(r"<!-- (.*?) -->|<dc:description>(.*?)</dc:description>", svg)

    assert typefaces(new) and typefaces(old) == typefaces(new), again(name)
    assert colours(old) == colours(new), again(name)
    assert notes(old) == notes(new), again(name)


@every_figure
def test_png_shows_what_is_drawn(name, drawn):
    """Other versions of the packages move letters by a pixel, so the pictures are compared coarsely."""
    old, new = picture(name), drawing.pixels(drawn[name])
    assert old.size == new.size
    old, new = (np.asarray(each.reduce(10)).astype(int) for each in (old, new))
    assert np.abs(old - new).mean() < 1.5, again(name)


@every_figure
def test_png_has_the_colours_of_its_svg(name):
    """Every large area of the PNG has a colour of the SVG, and most of the SVG's colours are in the PNG."""
    with Image.open(IMAGES / f"{name}.png") as seen:
        values = seen.getpalette()
        areas = {
            "#" + bytes(values[3 * place : 3 * place + 3]).hex(): count / (seen.width * seen.height)
            for count, place in seen.getcolors()
        }
    of_svg = set(colours(committed(name)))
    assert {colour for colour, area in areas.items() if area > 0.02} <= of_svg, again(name)
    assert sum(colour in areas for colour in of_svg) >= 0.75 * len(of_svg), again(name)


def test_drawing_twice_gives_the_same_files(drawn, fresh):
    """Bytes of a figure with hatches; what is random in others would change their fingerprint."""
    once_more = FIGURES["pooling"].draw()
    assert drawing.svg(FIGURES["pooling"], once_more).decode() == fresh["pooling"]
    assert drawing.few_colours(drawing.pixels(once_more)) == drawing.few_colours(drawing.pixels(drawn["pooling"]))


@every_figure
def test_png_is_small_and_flat(name):
    path = IMAGES / f"{name}.png"
    width, height = Image.open(path).size
    assert path.stat().st_size < 100_000
    assert 1400 <= width <= 1600 and width / height >= 16 / 9 - 0.01


@every_figure
def test_panel_is_opaque_with_clear_corners(name):
    alpha = np.asarray(picture(name))[..., 3]
    assert alpha[0, 0] == 0
    assert (alpha[12:-12, 12:-12] == 255).all()


def crowded(canvas):
    """The words that overlap other words or come too near the edge of the panel."""
    renderer = canvas.figure.canvas.get_renderer()
    lines = [text for text in canvas.axes.texts if text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in lines]
    width, height = canvas.figure.bbox.size
    found = [
        line for line, box in boxes if box.x0 < 15 or box.y0 < 15 or box.x1 > width - 15 or box.y1 > height - 15
    ]  # fmt: skip
    for (line, box), (other_line, other) in combinations(boxes, 2):
        wide = min(box.x1, other.x1) - max(box.x0, other.x0)
        high = min(box.y1, other.y1) - max(box.y0, other.y0)
        if wide > 1 and high > 4:
            found.append((line, other_line))
    return found


@every_figure
def test_words_neither_overlap_nor_leave_the_panel(name, drawn):
    assert crowded(drawn[name]) == []


# ---------------------------------------------------------------- The text alternatives


def vocabulary(text):
    """The words and numbers of a text."""
    return set(re.findall(r"[a-z]{3,}|\d[\d.,×]*\d|\d", text.lower()))


@every_figure
def test_text_alternative_speaks_of_its_own_figure(name, drawn):
    """It shares more words with its own figure than with any other, rare words counting more."""
    alternatives = {other: vocabulary(FIGURES[other].alternative) for other in NAMES}
    mine = alternatives[name]
    weights = {word: 1 / sum(word in each for each in alternatives.values()) for word in mine}
    shares = {
        other: sum(weights[word] for word in mine & vocabulary(words(drawn[other]))) / sum(weights.values())
        for other in NAMES
    }
    own = shares.pop(name)
    assert own > 1.5 * max(shares.values()), f"{FIGURES[name].place}: the docstring fits {max(shares, key=shares.get)}"
    assert 80 < len(FIGURES[name].alternative) < 600 and FIGURES[name].alternative.endswith(".")


@every_figure
def test_numbers_of_the_text_alternative_stand_in_the_figure(name, drawn):
    """Those of one digit count what is drawn ("3 by 3"); the others can be read."""
    said = {word for word in vocabulary(FIGURES[name].alternative) if word[0].isdigit() and len(word) > 1}
    assert said <= vocabulary(words(drawn[name]))


# ---------------------------------------------------------------- The map of the lessons


def clocks(canvas):
    """[(start, end)] of the parts of the afternoon in minutes, as the map writes them."""
    times = re.findall(r"(\d+):(\d\d)–(\d+):(\d\d)", words(canvas))
    return [(60 * int(a) + int(b), 60 * int(c) + int(d)) for a, b, c, d in times]


def test_the_map_has_the_afternoon_of_course_toml(drawn):
    text = (ROOT / "course.toml").read_text(encoding="utf-8")
    clock = dict(re.findall(r'^(total|start|break|close|break_after) = "?(\w+)"?', text, re.M))
    rooms = re.findall(r'^folder = "(\w+)"\nminutes = (\d+)', text, re.M)
    parts = [("start", clock["start"])]
    for folder, minutes in rooms:
        if minutes != "0":
            title = (ROOT / "lessons" / folder / "lesson.md").read_text(encoding="utf-8").split("\n")[0]
            parts.append((title.removeprefix("# ").replace(". ", " "), minutes))
        if folder == clock["break_after"]:
            parts.append(("break", clock["break"]))
    parts.append(("spare", clock["close"]))

    said, spans = words(drawn["lessons_map"]), clocks(drawn["lessons_map"])
    assert [end - start for start, end in spans] == [int(minutes) for _, minutes in parts]
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert (spans[0][0], spans[-1][1]) == (0, int(clock["total"]))
    labels = re.findall(r"(start|break|spare|\d+ [A-Z]\w+).*?(\d+) min\b", said)
    assert [(name, minutes) for name, minutes in labels] == parts
    told = re.findall(r"(?:lesson )?(start|break|spare|\d+, [A-Z]\w+)", FIGURES["lessons_map"].alternative)
    assert [name.replace(", ", " ") for name in told] == [name for name, _ in parts]
    assert re.findall(r"\d+(?=[;. ]|$)", FIGURES["lessons_map"].alternative)[0:] == [minutes for _, minutes in parts]


@pytest.fixture
def another_afternoon(tmp_path):
    """A function that writes a course.toml with these lessons, and gives the map's programme for it."""

    def write(minutes, break_after, start=5, pause=15, close=5):
        rows = [f'[afternoon]\nstart = {start}\nbreak = {pause}\nbreak_after = "{break_after}"\nclose = {close}\n']
        for folder, some in minutes.items():
            rows.append(
                f'[[lesson]]\nfolder = "{folder}"\nminutes = {some}\nmap = "a first network\\ntells them apart"\n'
            )
            (tmp_path / "lessons" / folder).mkdir(parents=True, exist_ok=True)
            title = f"# {int(folder[:2])}. {folder[3:].capitalize()}\n\nText.\n"
            (tmp_path / "lessons" / folder / "lesson.md").write_text(title, encoding="utf-8")
        (tmp_path / "course.toml").write_text("\n".join(rows), encoding="utf-8")
        return course_map.programme(tmp_path)

    return write


def inside(point, box):
    """Whether a point lies in a box ((left, top), wide, high)."""
    (left, top), wide, high = box
    return left < point[0] < left + wide and top < point[1] < top + high


LESSONS = {"01_neurons": 40, "02_iris": 30, "03_kernels": 15, "04_mnist": 35, "05_augmentation": 20, "06_ethics": 15}


@pytest.mark.parametrize(
    ("lessons", "break_after"),
    [
        *[(LESSONS, folder) for folder in list(LESSONS)[:-1]],
        *[({name: some for name, some in LESSONS.items() if name != gone}, "02_iris") for gone in list(LESSONS)[2:]],
        (LESSONS | {"07_clinic": 30, "08_title": 10}, "03_kernels"),
        ({"01_neurons": 40, "02_iris": 30}, "01_neurons"),
    ],
)
def test_the_map_can_be_drawn_for_another_afternoon(lessons, break_after, another_afternoon):
    parts = another_afternoon(lessons, break_after)
    with drawing.style_context(["default", drawing.STYLE]):
        canvas = drawing.Canvas(FIGURES["lessons_map"].height)
        course_map.draw(canvas, parts)
    assert crowded(canvas) == []
    boxes = [place for kind, place, look in canvas.strokes if kind == "FancyBboxPatch" and look["linewidth"]][1:]
    assert len(boxes) == len(parts) == len(lessons) + 3
    for ((a, b), wide, high), ((c, d), other_wide, other_high) in combinations(boxes, 2):
        assert a + wide < c or c + other_wide < a or b + high < d or d + other_high < b, "boxes overlap"
    for text in canvas.axes.texts[:-1]:  # The last line stands below the boxes.
        (left, top), wide, _ = next(box for box in boxes if inside(text.get_position(), box))
        extent = text.get_window_extent(canvas.figure.canvas.get_renderer())
        assert left + 8 < extent.x0 and extent.x1 < left + wide - 8, text.get_text()
    assert sum(end - start for start, end in clocks(canvas)) == sum(lessons.values()) + 25
    assert len(set(course_map.in_words(parts).split("; "))) == len(parts)


def test_a_map_that_cannot_be_drawn_gets_a_sentence(another_afternoon, tmp_path, sentence):
    for lessons, break_after, word in [
        (LESSONS, "06_ethics", "06_ethics"), (LESSONS, "09_none", "09_none"),
        (LESSONS | {"07_a": 5, "08_b": 5, "09_c": 5}, "03_kernels", "elsewhere"),
        ({"01_neurons": '"forty"', "02_iris": 30}, "01_neurons", "TypeError"),
    ]:  # fmt: skip
        with pytest.raises(CourseError) as problem:
            another_afternoon(lessons, break_after)
        sentence(problem.value, "course.toml", word)
    another_afternoon(LESSONS, "03_kernels")
    (tmp_path / "lessons" / "06_ethics" / "lesson.md").unlink()
    with pytest.raises(CourseError) as problem:
        course_map.programme(tmp_path)
    sentence(problem.value, "course.toml", "lessons/06_ethics/lesson.md")
    for text, word in [("[afternoon]\n", "lesson"), ("[afternoon\n", "TOMLDecodeError")]:
        (tmp_path / "course.toml").write_text(text, encoding="utf-8")
        with pytest.raises(CourseError) as problem:
            course_map.programme(tmp_path)
        sentence(problem.value, "course.toml", word)


# ---------------------------------------------------------------- A lesson's figures.py that is wrong


@pytest.fixture
def room(tmp_path):
    """A function that writes a figures.py with this function into a lesson's folder."""

    def write(folder, body, name="cat", docstring="A cat.", decorator="@drawing(height=400)"):
        path = tmp_path / "lessons" / folder / "figures.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f"from drawing import drawing\n\n\n{decorator}\ndef {name}(canvas):\n"
        path.write_text(f'{head}    """{docstring}"""\n    {body}\n', encoding="utf-8")
        return tmp_path

    return write


GOOD = "canvas.text(700, 200, 'cat')"


def test_figures_are_found_where_they_are_added(room):
    root = room("08_title", GOOD)
    room("09_other", GOOD, name="dog")
    found = drawing.figures(root)
    assert {name: figure.room for name, figure in found.items()} == {"cat": "08_title", "dog": "09_other"}
    assert list(drawing.chosen("09", found)) == list(drawing.chosen("09_other", found)) == ["dog"]
    assert list(drawing.chosen("", found)) == ["cat", "dog"]


def test_a_wrong_figures_file_gets_one_sentence_with_file_and_line(room, sentence):
    def said(root, *words):
        with pytest.raises(CourseError) as problem:
            for figure in drawing.figures(root).values():
                figure.draw()
        sentence(problem.value, *words)

    said(room("08_title", "canvas.text(700, 200, 'cat'"), "lessons/08_title/figures.py:7", "does not parse")
    said(room("08_title", GOOD + "\n\nnonsense"), "lessons/08_title/figures.py:9", "NameError", "nonsense")
    said(room("08_title", "canvas.pen()"), "lessons/08_title/figures.py:7", "AttributeError", "pen")
    said(room("08_title", GOOD, docstring=""), "lessons/08_title/figures.py:4", "cat", "docstring")
    said(room("08_title", GOOD, docstring="{n} cats."), "lessons/08_title/figures.py:", "KeyError", "n")
    room("08_title", GOOD)
    said(room("09_other", GOOD), "lessons/08_title/figures.py:4", "lessons/09_other/figures.py:4", "cat")
    twice = GOOD + '\n\n\n@drawing(height=400)\ndef cat(canvas):\n    """A second cat."""\n'
    (room("08_title", twice) / "lessons" / "09_other" / "figures.py").unlink()
    said(room("08_title", twice), "lessons/08_title/figures.py:4", "lessons/08_title/figures.py:10", "cat")


def test_an_unknown_lesson_gets_a_sentence(sentence):
    with pytest.raises(CourseError) as problem:
        drawing.chosen("99", FIGURES)
    sentence(problem.value, "99", "01_neurons", "map")


# ---------------------------------------------------------------- One palette

# What a lesson's own code spells. HTML and JavaScript that learners read can't take colours from Python: constants of
# the palette by name, and other shades without their #. A palette that is changed has to be changed there too.
SPELLED = {
    "lessons/03_kernels/sliding.html": {"BLACK", "WHITE", "BLUE", "777777", "cfe8f7"},  # The sliding kernel's page.
    "tools/quiz_page.html": {  # Paper and ink of a page without figures, in light and dark.
        "BLACK",
        "WHITE",
        "1b1b1f",
        "55555f",
        "85858f",
        "e4eefb",
        "0b5394",
        "17181c",
        "ececf0",
        "b4b4bf",
        "20344b",
        "8cc2f7",
        "10151b",
        "666666",
    },
}
KINDS = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".txt", ".sh", ".html", ".css", ".js", ".j2", ".cfg"}
BUILT = ("docs/lessons/", "build/", "site/")  # As the notebooks, they come from lesson.md.


SPELLED = {place: names for place, names in SPELLED.items() if (ROOT / place).exists()}


def sources():
    """(place, text) of the project's text files that somebody writes."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name == ".github" or name[0] not in "._")
        for name in sorted(files):
            path = Path(folder, name)
            place = path.relative_to(ROOT).as_posix()
            if path.suffix in KINDS and not place.startswith(BUILT):
                yield place, path.read_text(encoding="utf-8")


def test_the_palette_is_the_only_place_where_colours_are_spelled():
    codes = {code[1:].lower(): name for name, code in PALETTE.items()}
    for place, text in sources():
        found = {codes.get(code.lower(), code.lower()) for code in re.findall(r"(?<![\w/&.])#([0-9a-fA-F]{6})\b", text)}
        if place == "notebooks/dlcourse/palette.py":
            assert found == set(PALETTE)
            continue
        odd = found - SPELLED.get(place, set())
        assert not odd, f"{place} spells {', '.join(sorted(odd))}: take colours from dlcourse.palette"
        gone = SPELLED.get(place, set()) - found
        assert not gone, f"{place} no longer spells {', '.join(sorted(gone))}: change it with the palette, or SPELLED"


def test_plots_use_the_palette():
    assert dlcourse.COLOURS is palette.COLOURS
    named = ["BLUE", "VERMILLION", "GREEN", "PURPLE", "ORANGE", "SKY", "BLACK", "YELLOW"]
    assert dlcourse.COLOURS == [PALETTE[name] for name in named]


def amounts(code):
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)])


@every_figure
def test_a_figures_colours_are_the_palettes_or_its_tints(name, fresh):
    """A tint takes the same share of the way to white in red, green and blue."""
    for code in set(colours(fresh[name])):
        from_white = 255 - amounts(code)
        for one in PALETTE.values():
            full = 255 - amounts(one)
            share = from_white.max() / max(full.max(), 1)
            if share <= 1 and np.abs(share * full - from_white).max() <= 1:
                break
        else:
            pytest.fail(f"{FIGURES[name].place}: {code} is neither a colour of the palette nor a tint of one")


# What is left of red, green and blue where one kind of cone is missing: Machado, Oliveira and Fernandes, 2009.
EYES = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red cones": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green cones": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue cones": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.mark.parametrize("eye", EYES)
def test_colours_can_be_told_apart_by_every_eye(eye):
    """Distances in CIE L*a*b*; the least is 16. Matplotlib's own ten colours come down to 5."""
    to_xyz = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])

    def lab(code):
        light = amounts(code) / 255
        light = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
        x, y, z = to_xyz @ np.clip(np.array(EYES[eye]) @ light, 0, 1) / to_xyz.sum(axis=1)
        x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
        return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])

    for one, other in itertools.combinations(palette.COLOURS, 2):
        assert np.linalg.norm(lab(one) - lab(other)) > 12, (one, other)


def test_a_typeface_that_is_not_there_is_a_sentence(monkeypatch):
    monkeypatch.setitem(drawing.STYLE, "font.family", "No Such Typeface")
    drawing._typeface.cache_clear()
    with pytest.raises(CourseError, match="'No Such Typeface' is not installed"):
        next(iter(FIGURES.values())).draw()
    drawing._typeface.cache_clear()


def test_a_sign_that_the_typeface_lacks_is_a_sentence():
    canvas = drawing.Canvas(200)
    canvas.text(700, 100, "\U0001f9ec")
    with pytest.raises(CourseError, match="lacks a sign"):
        drawing.pixels(canvas)
