"""The exercises' judges, each tried with the answers that it was made for.

What needs a lesson's variables or a training is tried in the lesson's own kernel, by test_solved.py.
"""

import ast
import re

import numpy as np
import pytest

import course
from dlcourse import checking
from judging import ANYTHING, names_in, sentences, unreached

LESSONS = {one.name: one for one in course.lessons()}
TASKS = {task.name: (one, task) for one in course.lessons() for task in course.exercises(course.read(one))}
JUDGES = checking.judges()
VALUES = [name for name, judge in JUDGES.items() if isinstance(judge, checking.Value)]
FUNCTIONS = [name for name, judge in JUDGES.items() if isinstance(judge, checking.Judge)]


def answer_of(name, source):
    """What an answer cell gives to the check, where it needs NumPy alone."""
    names = {"np": np}
    exec(source, names)
    return names[names_in(TASKS[name][1].answer.source)[0]]


def quick(name):
    """Whether an exercise's tries need neither the lesson's variables nor Keras."""
    judge, task = JUDGES[name], TASKS[name][1]
    sources = [*judge.right, *(source for source, _ in judge.wrong)]
    known = set(dir(__builtins__)) | set(__builtins__) if isinstance(__builtins__, dict) else set(dir(__builtins__))
    for source in sources:
        tree = ast.parse(source)
        stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        stored |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | set(names_in(source))
        loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if loaded - stored - known - {"np"}:
            return False
    return not task.more


QUICK = [name for name in FUNCTIONS if quick(name)]


def test_the_lessons_and_their_judges_are_in_order():
    assert course.mistakes() == []


def test_there_are_exercises_enough():
    assert len(TASKS) >= 20 and set(TASKS) == set(JUDGES)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_judge_knows_right_from_wrong(name):
    judge = JUDGES[name]
    for right in [judge.right, *judge.also]:
        assert checking.verdict(judge, right) is True
        assert checking.verdict(judge, np.array(right)) is True
    for value, sentence in judge.wrong:
        assert checking.verdict(judge, value) == sentence, value
    other = 0.123 + 7.7 * np.asarray(judge.right, dtype=float)
    assert checking.verdict(judge, other if other.shape else float(other)) == judge.otherwise
    assert len(judge.wrong) >= 2 and len({sentence for _, sentence in judge.wrong}) >= 2


def test_a_right_answer_is_told_more_than_that_it_is_right():
    insights = {name: judge.insight for name, judge in JUDGES.items()}
    assert len(set(insights.values())) == len(insights)
    for name, insight in insights.items():
        assert 6 <= len(insight.split()) <= 24 and insight.endswith("."), name
        assert insight not in TASKS[name][1].text.source, name


@pytest.mark.parametrize("name", VALUES)
def test_a_count_is_right_or_wrong(name):
    judge = JUDGES[name]
    if np.asarray(judge.right).dtype.kind == "i":
        for off in (-1, 1):
            near = np.asarray(judge.right) + off
            if not any(np.array_equal(near, also) for also in judge.also):
                assert checking.verdict(judge, near if near.shape else int(near)) is not True


@pytest.mark.parametrize("name", VALUES)
def test_no_hint_gives_the_answer_away(name):
    judge = JUDGES[name]
    for number in np.ravel(judge.right):
        if abs(number) >= 10 or number != round(number):
            for sentence in [judge.otherwise, *(words for _, words in judge.wrong)]:
                assert not re.search(rf"(?<![\d.]){re.escape(f'{number:g}')}(?!\.?\d)", sentence), sentence


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # Some wrong answers divide by zero.
@pytest.mark.parametrize("name", QUICK)
def test_a_judge_of_functions_knows_right_from_wrong(name):
    judge = JUDGES[name]
    for source in [TASKS[name][1].solution, *judge.right]:
        assert checking.verdict(judge, answer_of(name, source)) is True, source
    for source, words in judge.wrong:
        said = checking.verdict(judge, answer_of(name, source))
        assert isinstance(said, str) and words in said, (source, said)
    assert len(judge.wrong) >= 2


@pytest.mark.parametrize("name", [*VALUES, *QUICK])
def test_no_odd_answer_is_right_or_stops_a_check(name, capsys):
    for source in ANYTHING:
        answer = eval(source)
        checking.check(name, answer)
        assert capsys.readouterr().out[:1] in ("✗", "…"), source


@pytest.mark.parametrize("name", TASKS)
def test_solution_of_a_value_is_right(name):
    one, task = TASKS[name]
    if name in VALUES and names_in(task.answer.source):
        names = {"np": np}
        try:
            exec(task.solution, names)
        except NameError:
            return  # It needs the lesson's variables: test_solved.py runs it.
        assert checking.verdict(JUDGES[name], names[names_in(task.answer.source)[0]]) is True


@pytest.mark.parametrize("stem", LESSONS)
def test_every_sentence_of_a_quick_lesson_is_reached(stem):
    """Where all tries are quick; for the others test_solved.py asks the same."""
    tasks = [name for name, (one, _) in TASKS.items() if one.name == stem]
    if any(name in FUNCTIONS and name not in QUICK for name in tasks):
        assert sentences((LESSONS[stem].folder / "answers.py").read_text(encoding="utf-8"))
        return
    messages = []
    for name in tasks:
        judge = JUDGES[name]
        if name in VALUES:
            messages += [judge.otherwise, *(str(checking.verdict(judge, value)) for value, _ in judge.wrong)]
        else:
            messages += [str(checking.verdict(judge, answer_of(name, source))) for source, _ in judge.wrong]
    assert unreached((LESSONS[stem].folder / "answers.py").read_text(encoding="utf-8"), messages) == []


def test_a_sentence_that_no_try_reaches_is_noticed():
    source = 'def f(x):\n    """Not this sentence here."""\n    if x:\n        return f"After {x} steps it falls."\n'
    source += '    return "This is one that nobody hears."\n'
    assert unreached(source, ["After 3 steps it falls."]) == ["This is one that nobody hears."]
