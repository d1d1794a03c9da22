"""Every lesson in one kernel: its core alone, then its optional sections, then all of it once more, exercises solved.

In the second round each exercise's tries are typed into its answer cell, the wrong ones and the right ones, and an odd
answer of every kind; each must get its sentence. So no core cell needs an optional one, every cell bears being run
twice, every solution passes its check, and every sentence of a judge is reached. Two lessons run side by side.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import nbformat
import numpy as np
import pytest

import course
import pages
import promises
import seeds
from dlcourse import checking
from judging import ANYTHING, names_in, unreached

pytestmark = pytest.mark.slow
LESSONS = {one.name: one for one in course.lessons()}
JUDGES = checking.judges()
# Lessons with promises that compare_run() doesn't hold by itself: their claims meet this run too.
CLAIMING = [
    one.name
    for one in LESSONS.values()
    if promises.of(one).CLAIMS and "compare_run(" not in one.source.read_text(encoding="utf-8")
]


def cell(source, kind="plain", name="", words="", identity=""):
    # The final challenge trains for a minute: here for two seconds.
    source = re.sub(r"^seconds = 60$", "seconds = 2", source, flags=re.M)
    return nbformat.v4.new_code_cell(source, metadata={"kind": kind, "task": name, "words": words, "page": identity})


def first_round(book):
    """The core's cells, then the optional ones, with the solutions in place."""
    optional = {id(each) for _, part, cells in course.sections(book) if part == "optional" for each in cells}
    solved = {id(task.answer): task.solution for task in course.exercises(book)}
    seen, cells = set(), []
    for each in book.cells:
        each["page"] = course.identity(each, seen)
        if each.cell_type == "code":
            cells.append(each)
    in_order = [each for each in cells if id(each) not in optional] + [each for each in cells if id(each) in optional]
    return [cell(solved.get(id(each), each.source), identity=compared(each)) for each in in_order]


def compared(each):
    """The id of a cell whose output is held against the lesson's page."""
    return each["page"] if "page-check-output" in each.metadata.get("tags", []) else ""


def tries(task):
    """(kind, source of the answer cell, words) of everything that is typed into an exercise's answer cell."""
    judge = JUDGES[task.name]
    assigned = names_in(task.answer.source)
    if isinstance(judge, checking.Value):
        found = [("wrong", f"{assigned[0]} = {np.asarray(value).tolist()!r}", words) for value, words in judge.wrong]
        found.append(
            ("wrong", f"{assigned[0]} = {(7.7 * np.asarray(judge.right) + 0.123).tolist()!r}", judge.otherwise)
        )
    else:
        found = [("wrong", source, words) for source, words in judge.wrong]
        found += [("right", source, "") for source in judge.right]
    found += [("wrong", "\n".join(f"{name} = {odd}" for name in assigned), "") for odd in ANYTHING]
    return [*found, ("right", task.solution, "")]


def second_round(book):
    """All cells in order; at each check everything that is tried, at last the solution."""
    tasks = {id(task.check): task for task in course.exercises(book)}
    answers = {id(task.answer) for task in course.exercises(book)}
    cells = []
    for each in course.code(book):
        if task := tasks.get(id(each)):
            for kind, source, words in tries(task):
                cells += [cell(source), cell(each.source, kind, task.name, words)]
        elif id(each) not in answers:
            cells.append(cell(each.source))
    return cells


def run(stem):
    """Execute both rounds; return the cells with their outputs, or the exception."""
    book = course.read(LESSONS[stem])
    facts = [cell(seeds.facts_cell(LESSONS[stem]), "facts")] if stem in CLAIMING else []
    program = nbformat.v4.new_notebook(cells=first_round(book) + facts + second_round(book))
    try:
        return pages.execute(program).cells
    except Exception as problem:
        return problem


@pytest.fixture(scope="module")
def runs(request):
    chosen = sorted({item.callspec.params["stem"] for item in request.session.items if "runs" in item.fixturenames})
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(chosen, pool.map(run, chosen)))


def said(each):
    """The verdict: the last line that a check prints. (Before it, some print what they measured.)"""
    text = "".join(output.get("text", "") for output in each.outputs if output.output_type == "stream").strip()
    return text.splitlines()[-1] if text else ""


@pytest.mark.parametrize("stem", LESSONS)
def test_lesson_runs_in_parts_and_twice(stem, runs):
    assert not isinstance(runs[stem], Exception), str(runs[stem])


@pytest.mark.parametrize("stem", LESSONS)
def test_right_answers_are_right(stem, runs):
    tried = [each for each in runs[stem] if each.metadata.kind == "right"]
    assert len(tried) >= 3
    assert [(each.metadata.task, said(each)) for each in tried if not said(each).startswith("✓")] == []


@pytest.mark.parametrize("stem", LESSONS)
def test_wrong_answers_get_their_sentence(stem, runs):
    tried = [each for each in runs[stem] if each.metadata.kind == "wrong"]
    missed = [(each.metadata.task, each.metadata.words, said(each)) for each in tried]
    assert [one for one in missed if one[2][:1] not in ("✗", "…") or one[1] not in one[2]] == []


@pytest.mark.parametrize("stem", LESSONS)
def test_every_sentence_of_the_judges_is_reached(stem, runs):
    messages = [said(each) for each in runs[stem] if each.metadata.kind in ("wrong", "right")]
    source = (LESSONS[stem].folder / "answers.py").read_text(encoding="utf-8")
    assert unreached(source, messages) == []


@pytest.mark.parametrize("stem", LESSONS)
def test_what_a_prediction_hides_is_what_the_page_shows(stem, runs):
    """Cells whose output is the same everywhere, and is not stored in the notebook because it is to be guessed."""
    shown = pages.blocks(LESSONS[stem])
    for each in runs[stem]:
        if each.metadata.page:
            text = "".join(output.get("text", "") for output in each.outputs if output.output_type == "stream")
            assert pages.settle(text).strip() in shown[each.metadata.page]


@pytest.mark.parametrize("stem", CLAIMING)
def test_what_the_lesson_claims_holds_in_this_run(stem, runs):
    first = []
    for each in runs[stem]:
        first.append("".join(output.get("text", "") for output in each.outputs if output.output_type == "stream"))
        if each.metadata.kind == "facts":
            break
    run = seeds.facts_of(LESSONS[stem], "\n".join(first))
    assert promises.broken(LESSONS[stem], run) == []
