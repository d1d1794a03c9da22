"""How a lesson is built: its minutes against the workshop's clock, its slides, polls, questions and exercises."""

import math
import re

import course
import pytest

BOOKS = {path.stem: course.read(path) for path in course.lessons()}
CLOCK = {  # Core minutes in a three-hour workshop; what isn't here is an optional lesson.
    "01_neurons": 40, "02_iris": 30, "03_kernels": 15, "04_mnist": 35, "05_augmentation": 20, "06_ethics": 15,
}  # fmt: skip
LINES_ON_A_SLIDE = 30


@pytest.fixture(params=BOOKS)
def stem(request):
    return request.param


@pytest.fixture
def book(stem):
    return BOOKS[stem]


def kind(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type")


def test_the_core_fits_the_clock(stem, book):
    assert sum(minutes for _, part, minutes, _ in course.sections(book) if part == "core") == CLOCK.get(stem, 0)


def test_the_clock_is_three_hours():
    start, a_break, spare = 5, 15, 5
    assert start + sum(CLOCK.values()) + a_break + spare == 180


# ---------------------------------------------------------------- Slides


def test_every_cell_has_a_slide_type(stem, book):
    known = {"slide", "subslide", "fragment", "-", "skip", "notes"}
    assert [cell.source[:60] for cell in book.cells if kind(cell) not in known] == []


def test_slides_show_the_core_and_nothing_else(stem, book):
    for title, part, _, cells in course.sections(book):
        if part == "optional":
            assert [cell.source[:60] for cell in cells if kind(cell) != "skip"] == [], title
        elif title != "Set-up" and stem in CLOCK:
            assert kind(cells[0]) == "slide", title


def lines_of(cell):
    """About how many lines of a slide a cell fills."""
    text = re.sub(r"<details>.*?</summary>|</details>", "", cell.source, flags=re.S)
    if cell.cell_type == "markdown":
        return sum(math.ceil(len(line) / 95) for line in text.splitlines() if line.strip())
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
    count = 0 if hidden else len(text.splitlines())
    for output in cell.outputs:
        if "image/png" in output.get("data", {}):
            count += 14
        else:
            count += len((output.get("text") or output.get("data", {}).get("text/plain", "")).splitlines())
    return count


def slides(book):
    found = []
    for cell in book.cells:
        if kind(cell) in ("slide", "subslide") or not found:
            found.append([])
        if kind(cell) not in ("skip", "notes"):
            found[-1].append(cell)
    return [slide for slide in found if slide]


def test_no_slide_has_more_than_a_screenful(stem, book):
    full = [(sum(map(lines_of, slide)), slide[0].source[:70]) for slide in slides(book)]
    assert [slide for slide in full if slide[0] > LINES_ON_A_SLIDE] == []


# ---------------------------------------------------------------- Questions and exercises


def folded(cells):
    return sum(cell.source.count("<details>") for cell in cells)


@pytest.mark.parametrize("stem", CLOCK)  # An optional lesson has no poll.
def test_a_question_opens_the_lesson_and_is_asked_again(stem, book):
    titles = [title for title, *_ in course.sections(book)]
    first, again = titles.index("A question before we start"), titles.index("The question again")
    assert first == 1 and again == len(titles) - 2
    poll, answers = course.sections(book)[first][3], course.sections(book)[again][3]
    choices = re.findall(r"^- \**([A-D])\b", "\n".join(cell.source for cell in poll), re.M)
    assert 3 <= len(choices) and folded(poll) == 0
    assert "### Three quick questions" in "\n".join(cell.source for cell in answers) and folded(answers) >= 2


def test_exercises(stem, book):
    tasks = course.exercises(book)
    assert len(tasks) >= 3 and len({task.title for task in tasks}) == len(tasks)
    core = {id(cell) for _, part, _, cells in course.sections(book) if part == "core" for cell in cells}
    assert sum(id(task.answer) in core for task in tasks) == (1 if stem in CLOCK else 0)
    for task in tasks:
        assert folded([task.text]) >= 2 and "<summary>Hint" in task.text.source, task.title
        assert re.search(r"\(.*\bminutes?\b", task.text.source), f"{task.title}: how long does it take?"
        said = "".join(output.get("text", "") for output in task.check.outputs)
        assert "not attempted yet" in said, f"{task.title}: {said}"


def test_there_are_twenty_exercises():
    assert sum(len(course.exercises(book)) for book in BOOKS.values()) >= 20
