"""How a lesson is built: its minutes against the workshop's clock, its polls, questions and exercises."""

import re

import pytest

import course
import pages

LESSONS = course.lessons()
BOOKS = {one.name: pages.with_results(one) for one in LESSONS}
AFTERNOON = {one.name for one in LESSONS if one.minutes}


@pytest.fixture(params=BOOKS)
def stem(request):
    return request.param


@pytest.fixture
def book(stem):
    return BOOKS[stem]


def test_the_clock_is_three_hours():
    clock = course.settings()["afternoon"]
    assert clock["total"] == 180
    assert clock["start"] + clock["break"] + clock["close"] + sum(one.minutes for one in LESSONS) == 180


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
