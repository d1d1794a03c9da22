"""The tries of one exercise whose judge needs a lesson's variables or trains, without running its whole lesson.

    python -m pytest tests/one_exercise.py -k "treat and patient and 3"

Only the cells are run that the check's own names go back to. `make mutants` uses it; in `make test` the whole lesson
is run with all its exercises, by test_solved.py.
"""

import ast
import contextlib
import io

import numpy as np
import pytest

import course
import test_judges
import test_solved
from fingerprint import assigned

NAMES = [name for name in test_judges.TASKS if name not in (*test_judges.VALUES, *test_judges.QUICK)]


def loaded(source):
    """The names that a piece of code needs from outside."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


CHANGES = ("fit", "compile", "set_weights", "add", "build")


def touched(source):
    """The names that a cell assigns or imports, and those whose methods change them: network.fit(…)."""
    found = set(assigned(source))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(name.asname or name.name).split(".")[0] for name in node.names}
        elif isinstance(node, ast.Attribute) and node.attr in CHANGES and isinstance(node.value, ast.Name):
            found.add(node.value.id)
    return found


def needed(one, task):
    """The sources of the cells before a check that it, its solution and its tries go back to."""
    book = course.read(one)
    cells = course.code(book)
    place = [cell.source for cell in cells].index(task.check.source)
    checks = {other.check.source for other in course.exercises(book)}
    wanted = loaded(task.check.source) | loaded(task.solution)
    for _, source, _ in test_solved.tries(task):
        with contextlib.suppress(SyntaxError):
            wanted |= loaded(source)
    found = []
    for cell in reversed(cells[:place]):
        setup = "setup" in cell.metadata.get("tags", [])
        if setup or (cell.source not in checks and touched(cell.source) & wanted):
            found.append(cell.source)
            wanted |= loaded(cell.source)
    return found[::-1]


def verdict(check, names):
    """The last line that a check prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(check, names)
    lines = printed.getvalue().strip().splitlines()
    return lines[-1] if lines else ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_one_exercise(name, monkeypatch):
    import dlcourse

    monkeypatch.setenv("DLCOURSE_DATA", "sample")
    one, task = test_judges.TASKS[name]
    names = {"__name__": "lesson", "dlcourse": dlcourse, "np": np}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in needed(one, task):
            exec(source, names)
    missed = []
    for kind, source, words in test_solved.tries(task):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(test_solved.cell(source).source, names)
        said = verdict(task.check.source, names)
        if not (said.startswith("✓") if kind == "right" else said[:1] in ("✗", "…") and words in said):
            missed.append((kind, source, words, said))
    assert missed == []
