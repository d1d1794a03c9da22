"""Every lesson in one kernel: its core alone, then its optional sections, then all of it once more.

Run by `make test`; pytest doesn't collect it by itself, because it trains for minutes. The solutions are taken from
the lessons' folded cells and put into the answer cells. In the second round the wrong answers of wrong_answers.py are
tried before each solution, and each must get its own hint. So no core cell may need an optional one, every cell bears
being run twice, and every solution passes its check. Two lessons run side by side.
"""

import ast
import os
import re
from concurrent.futures import ThreadPoolExecutor

import course
import nbformat
import pytest
from wrong_answers import ANYTHING, WRONG

LESSONS = {path.stem: path for path in course.lessons()}


def names_in(source):
    """The names that an answer cell defines."""
    found = []
    for part in ast.parse(source).body:
        if isinstance(part, ast.Assign):
            found += [node.id for target in part.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            found.append(part.name)
    return found


def cell(source, kind="plain", title="", words=""):
    # The final challenge trains for a minute: here for two seconds.
    source = re.sub(r"^seconds = 60$", "seconds = 2", source, flags=re.M)
    return nbformat.v4.new_code_cell(source, metadata={"kind": kind, "title": title, "words": words})


def first_round(book):
    """The core's cells, then the optional ones, with the solutions in place."""
    optional = {id(each) for _, part, _, cells in course.sections(book) if part == "optional" for each in cells}
    solved = {id(task.answer): task.solution for task in course.exercises(book)}
    cells = [each for each in book.cells if each.cell_type == "code"]
    in_order = [each for each in cells if id(each) not in optional] + [each for each in cells if id(each) in optional]
    return [cell(solved.get(id(each), each.source)) for each in in_order]


def second_round(book, wrong):
    """All cells in order; at each check, what must be refused, then the solution."""
    tasks = {id(task.check): task for task in course.exercises(book)}
    solved = {id(task.answer): task.solution for task in course.exercises(book)}
    cells = []
    for each in book.cells:
        task = tasks.get(id(each))
        if task:
            for answer, words in wrong[task.title]:
                cells += [cell(answer), cell(each.source, "wrong", task.title, words)]
            for anything in ANYTHING:
                answers = "\n".join(f"{name} = {anything}" for name in names_in(task.answer.source))
                cells += [cell(answers), cell(each.source, "wrong", task.title)]
            cells += [cell(task.solution), cell(each.source, "right", task.title)]
        elif each.cell_type == "code":
            cells.append(cell(solved.get(id(each), each.source)))
    return cells


def run(stem):
    """Execute both rounds; return the cells with their outputs, or the exception."""
    book = course.derive(course.read(LESSONS[stem]), stem)
    program = nbformat.v4.new_notebook(cells=first_round(book) + second_round(book, WRONG.get(stem, {})))
    try:
        return course.execute(program).cells
    except Exception as problem:
        return problem


@pytest.fixture(scope="module")
def runs(request):
    os.environ["MPLBACKEND"] = "Agg"
    chosen = {item.callspec.params["stem"] for item in request.session.items}  # All, or those that -k left.
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(sorted(chosen), pool.map(run, sorted(chosen))))


def said(each):
    """The verdict: the last line that a check prints. (Before it, some print what they measured.)"""
    text = "".join(output.get("text", "") for output in each.outputs if output.output_type == "stream").strip()
    return text.splitlines()[-1] if text else ""


@pytest.mark.parametrize("stem", LESSONS)
def test_lesson_runs_in_parts_and_twice(stem, runs):
    assert not isinstance(runs[stem], Exception), str(runs[stem])


@pytest.mark.parametrize("stem", LESSONS)
def test_solutions_are_right(stem, runs):
    verdicts = {each.metadata.title: said(each) for each in runs[stem] if each.metadata.kind == "right"}
    assert len(verdicts) >= 3
    assert {title: words for title, words in verdicts.items() if not words.startswith("✓")} == {}


@pytest.mark.parametrize("stem", LESSONS)
def test_wrong_answers_get_their_hint(stem, runs):
    tried = [each for each in runs[stem] if each.metadata.kind == "wrong"]
    assert all(said(each)[:1] in ("✗", "…") for each in tried), [said(each) for each in tried]
    missing = [(e.metadata.title, e.metadata.words, said(e)) for e in tried if e.metadata.words not in said(e)]
    assert missing == []


@pytest.mark.parametrize("stem", LESSONS)
def test_each_exercise_has_two_wrong_answers_and_hints_of_their_own(stem):
    tasks = course.exercises(course.read(LESSONS[stem]))
    assert len(tasks) >= 3
    assert {task.title for task in tasks} == set(WRONG[stem])
    for title, tries in WRONG[stem].items():
        assert len(tries) >= 2 and all(words for _, words in tries), title
