"""How a lesson is built: its minutes against the workshop's clock, its slides, polls, questions and exercises."""

import base64
import math
import re
import struct
import subprocess
import sys

import pytest

import course
import pages

LESSONS = course.lessons()
BOOKS = {one.name: pages.with_results(one) for one in LESSONS}
AFTERNOON = {one.name for one in LESSONS if one.minutes}
SLIDE = {"width": 1280, "height": 720, "characters": 97}  # Pixels, as in tools/slides.py; characters of code in a line.


@pytest.fixture(params=BOOKS)
def stem(request):
    return request.param


@pytest.fixture
def book(stem):
    return BOOKS[stem]


def hidden(cell):
    return "hide-input" in cell.metadata.get("tags", [])


def kind(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type")


def test_the_clock_is_three_hours():
    clock = course.settings()["afternoon"]
    assert clock["total"] == 180
    assert clock["start"] + clock["break"] + clock["close"] + sum(one.minutes for one in LESSONS) == 180


# ---------------------------------------------------------------- Slides


def test_slides_show_the_core_and_nothing_else(stem, book):
    for title, part, cells in course.sections(book):
        if part == "optional":
            assert [cell.source[:60] for cell in cells if kind(cell) != "skip"] == [], title
        elif title != "Set-up" and stem in AFTERNOON:
            assert kind(cells[0]) == "slide", title


def height_of_text(text):
    """About how many pixels a text takes on a slide; calibrated, like the rest, on slides in Chromium."""
    text = re.sub(r"<details>.*?</details>", "- folded", text, flags=re.S)
    height = 24
    for block in re.split(r"\n\s*\n", re.sub(r"<!--.*?-->", "", text, flags=re.S).strip()):
        lines = block.strip().splitlines()
        for heading, pixels in {"# ": 95, "## ": 70, "### ": 55}.items():
            if lines and lines[0].startswith(heading):
                height, lines = height + pixels, lines[1:]
        if lines and re.match(r"- |\d\. |\|", lines[0]):
            items = re.split(r"\n(?=- |\d\. |\|)", "\n".join(lines))
            height += 20 + 27 * sum(math.ceil(len(item) / 110) for item in items)
        elif lines and lines[0].startswith("$$"):
            height += 60
        elif lines:
            height += 22 + 23 * math.ceil(sum(len(line) + 1 for line in lines) / 108)
    return height


def height_of_output(output):
    data = output.get("data", {})
    if "image/png" in data:
        width, height = struct.unpack(">II", base64.b64decode(data["image/png"])[16:24])
        return 35 + height * output.metadata.get("image/png", {}).get("width", width) / width
    if "<table" in data.get("text/html", ""):
        return 20 + 32 * data["text/html"].count("<tr")
    if "text/markdown" in data:
        return 20 + 32 * len(data["text/markdown"].splitlines())
    text = output.get("text") or data.get("text/plain", "")
    return 32 + 20 * sum(max(1, math.ceil(len(line) / 100)) for line in text.splitlines())


def height_of(cell):
    if cell.cell_type == "markdown":
        return height_of_text(cell.source)
    code = 0 if hidden(cell) else 42 + 20 * len(cell.source.splitlines())
    return code + sum(map(height_of_output, cell.outputs))


def slides(book):
    found = []
    for cell in book.cells:
        if kind(cell) in ("slide", "subslide") or not found:
            found.append([])
        if kind(cell) not in ("skip", "notes"):
            found[-1].append(cell)
    return [slide for slide in found if slide]


def test_no_slide_has_more_than_a_screenful(stem, book):
    full = [(round(sum(map(height_of, slide))), slide[0].source[:70]) for slide in slides(book)]
    limit = SLIDE["height"] - 20  # The estimate is good to 20 pixels or so.
    assert [slide for slide in full if slide[0] > limit] == []


def test_no_line_of_code_is_cut_off_on_a_slide(stem, book):
    shown = [cell for slide in slides(book) for cell in slide if cell.cell_type == "code" and not hidden(cell)]
    assert [line for cell in shown for line in cell.source.splitlines() if len(line) > SLIDE["characters"]] == []


@pytest.mark.slow
@pytest.mark.lesson("03")
def test_slides_are_made(tmp_path):
    command = [sys.executable, "tools/slides.py", str(tmp_path), "03"]
    subprocess.run(command, cwd=course.ROOT, check=True, capture_output=True)
    page = (tmp_path / "03_kernels.slides.html").read_text(encoding="utf-8")
    kinds = [kind(cell) for cell in BOOKS["03_kernels"].cells]  # A slide is a section with subslides' sections inside.
    assert page.count("<section>") == 2 * kinds.count("slide") + kinds.count("subslide")
    assert "show_figure" not in page and "Run this cell first" not in page and "Further reading" not in page
    assert all(f"{name}: {SLIDE[name]}" in page for name in ("width", "height"))
    pictures = sum("image/png" in output.get("data", {}) for slide in slides(BOOKS["03_kernels"]) for cell in slide
                   for output in cell.get("outputs", []))  # fmt: skip
    assert page.count("data:image/png;base64") >= pictures > 3


# ---------------------------------------------------------------- Questions and exercises


def folded(cells):
    return sum(cell.source.count("<details>") for cell in cells)


def test_a_question_opens_the_lesson_and_is_asked_again(stem, book):
    found = course.sections(book)
    titles = [title for title, *_ in found]
    first, again = titles.index("A question before we start"), titles.index("The question again")
    assert first == 1 and titles[again + 1] == "You have learned to"
    poll, answers = found[first][2], found[again][2]
    choices = re.findall(r"^- \**([A-D])\b", "\n".join(cell.source for cell in poll), re.M)
    assert 3 <= len(choices) and folded(poll) == 0 and folded(answers) >= 1
    (quick,) = [cells for _, _, cells in found if "Three quick questions" in "".join(cell.source for cell in cells)]
    assert folded(quick) >= 2


def test_exercises(stem, book):
    tasks = course.exercises(book)
    assert len(tasks) >= 3
    core = {id(cell) for _, part, cells in course.sections(book) if part == "core" for cell in cells}
    assert sum(id(task.answer) in core for task in tasks) == (1 if stem in AFTERNOON else 0)
    for task in tasks:
        assert folded([task.text]) >= 2 and "<summary>Hint" in task.text.source, task.name
        assert re.search(r"\(.*\bminutes?\b", task.text.source), f"{task.name}: how long does it take?"
        assert "..." in task.answer.source or task.name == "throw the switch", task.name
