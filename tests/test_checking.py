"""dlcourse.check: whatever an answer is, one sentence comes back, in time; and nothing odd is taken for a number."""

import datetime
import fractions
import re
import subprocess
import sys
import threading
import types

import nbformat
import numpy as np
import pytest

import course
import dlcourse
import pages
from dlcourse import CourseError, cells, checking
from dlcourse.checking import Judge, Value

SEVEN = Value(right=7, wrong=[(8, "One too many.")], otherwise="Count again.", insight="So many days has a week.")
FUNCTION = Judge(lambda function: checking.result_of(function, 2) == 4 or "Double it.", right=[], wrong=[])


def said(judge, answer):
    return checking.verdict(judge, answer)


@pytest.mark.parametrize("answer", [
    7, 7.0, np.int64(7), np.float32(7), np.array(7), np.array(7, dtype="uint8"), fractions.Fraction(7),
], ids=repr)  # fmt: skip
def test_what_counts_as_a_number(answer):
    assert said(SEVEN, answer) is True


@pytest.mark.parametrize("answer, words", [
    ("7", "quotation marks"), (b"7", "quotation marks"), (True, "True and False"), (np.bool_(True), "True and False"),
    (7 + 0j, "complex"), (np.complex128(7), "complex"), ([7], "a list of 1 number"), ((7,), "a list of 1 number"),
    (np.array([7]), "a list of 1 number"), ([[7]], "a table of 1 row and 1 column"), (None, "nothing (None)"),
    (datetime.date(2026, 1, 1), "type date"), (np.datetime64("2026-01-01"), "type datetime64"), ({7}, "type set"),
    (float("nan"), "not a finite number"), (10**400, "not a finite number"), (float("inf"), "not a finite number"),
    (len, "function or a network"), (object(), "type object"), (np.array("7"), "type ndarray"),
], ids=lambda value: re.sub(" at 0x.*", "", repr(value)))  # fmt: skip
def test_what_does_not_count_gets_its_sentence(answer, words):
    assert words in said(SEVEN, answer)


def test_false_is_not_zero():
    assert "True and False" in said(Value(right=0, wrong=[], otherwise="No."), False)


@pytest.mark.parametrize("answer, words", [
    ([True, False], "True and False"), (["1", "2"], "type list"), ([1, 2, 3], "a list of 3 numbers"), (5, "a single"),
    ([1, float("nan")], "not finite"), ([1, None], "type list"), (None, "nothing"), ("12", "type str"),
    ([1j, 2], "type list"),
], ids=repr)  # fmt: skip
def test_what_is_no_pair_of_numbers(answer, words):
    assert words in said(Value(right=[1, 2], wrong=[], otherwise="No."), answer)


@pytest.mark.parametrize("answer", [
    np.broadcast_to(1.0, (10**6, 10**6)), [[0] * 10**4] * 10**4, np.broadcast_to(np.int8(1), (10**12,)),
], ids=["array", "lists", "row"])  # fmt: skip
def test_a_giant_is_refused_before_it_is_copied(answer):
    assert "huge" in said(Value(right=[1, 2], wrong=[], otherwise="No."), answer)


def test_a_list_within_itself():
    answer = []
    answer.append(answer)
    assert isinstance(said(Value(right=[1, 2], wrong=[], otherwise="No."), answer), str)
    assert isinstance(said(SEVEN, answer), str)


class Unprintable(Exception):
    def __str__(self):
        raise ValueError


def stops(problem):
    def function(x):
        raise problem

    return function


@pytest.mark.parametrize("problem, words", [
    (ValueError("too small"), "stopped with ValueError: too small"), (SystemExit(3), "SystemExit"),
    (Unprintable(), "cannot be printed"), (GeneratorExit(), "GeneratorExit"), (RecursionError("deep"), "Recursion"),
])  # fmt: skip
def test_a_function_that_stops(problem, words):
    assert words in said(FUNCTION, stops(problem))


@pytest.mark.parametrize("answer, close", [
    (1.18, True), (1.2, True), (1, False), (1.179, False), (1.1, False), (1.19, False), (0, False), (2, False),
])  # fmt: skip
def test_a_rounded_answer_is_close(answer, close):
    judge = Value(right=1.1802, wrong=[(2, "No.")], otherwise="No.")
    assert said(judge, answer) == ("That is close, but rounded. Keep more digits after the point." if close else "No.")
    assert said(Value(right=0.002, wrong=[], otherwise="No."), 0.0) == "No."


@pytest.mark.parametrize("answer", [..., [..., ...], [[...], [...]], (1, ...)], ids=repr)
def test_dots_are_no_attempt(answer):
    assert said(Value(right=[1, 2], wrong=[], otherwise="No."), answer) is ...


def test_long_messages_are_cut():
    sentence = said(FUNCTION, stops(ValueError("no " * 10_000)))
    assert len(sentence) < 500 and "…" in sentence


def test_a_function_that_returns_nothing_was_not_attempted():
    assert said(FUNCTION, lambda x: None) is ...
    assert said(FUNCTION, lambda x: 2 * x) is True


def endless(x):
    while True:
        try:
            x += 1
        except Exception:
            pass


class Endless:
    def __array__(self, *_, **__):
        endless(1)


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="Windows can't stop a running function")
def test_an_endless_loop_is_stopped(monkeypatch):
    assert checking.SECONDS == 10
    monkeypatch.setattr(checking, "SECONDS", 0.2)
    assert "loop that never ends" in said(FUNCTION, endless)
    assert "loop that never ends" in said(Value(right=[1], wrong=[], otherwise="No."), Endless())
    assert said(FUNCTION, lambda x: 4) is True  # The alarm is off again.


def test_where_a_loop_cannot_be_stopped_a_sentence_says_how_to(monkeypatch, capsys):
    monkeypatch.setattr(checking, "SECONDS", 0.1)
    found = []
    slow = lambda x: __import__("time").sleep(0.4) or 4  # noqa: E731
    thread = threading.Thread(target=lambda: found.append(said(FUNCTION, slow)))
    thread.start()
    thread.join()
    assert found == [True] and "Kernel → Interrupt Kernel" in capsys.readouterr().out


def test_interrupting_a_check_is_a_sentence():
    assert "interrupted" in said(FUNCTION, stops(KeyboardInterrupt()))


class Evil:
    def __getattribute__(self, name):
        raise RuntimeError("no")


def test_an_answer_that_fails_whatever_is_asked():
    assert isinstance(said(SEVEN, Evil()), str) and isinstance(said(FUNCTION, Evil()), str)


def prints(a):
    print("the result is", a)


def returns_nothing(a):
    a = a + 1


def untouched(a): ...


def untouched_with_docstring(a):
    """What it is to do."""
    ...


@pytest.mark.parametrize("answer, words", [
    (prints, "prints its result and returns nothing: let it end with `return`"),
    (returns_nothing, "Your function returns nothing: let it end with `return`"), (untouched, ...),
    (untouched_with_docstring, ...), (lambda a: None, ...), (lambda a: nump.sin(a), "check the spelling"),  # noqa: F821
    (lambda a: plt.plot(a), "its import is missing"), (lambda a: true, "True with a capital letter"),  # noqa: F821
])  # fmt: skip
def test_a_function_that_gives_nothing_back_or_lacks_a_name(answer, words, capsys):
    verdict = said(FUNCTION, answer)
    assert verdict is ... if words is ... else words.lower() in verdict.lower(), verdict
    assert capsys.readouterr().out == ("the result is 2\n" if answer is prints else "")  # What it prints is seen.


@pytest.mark.parametrize("answer, named", [
    ((0, 5), True), ("0,5", True), ("-12,25", True), ((0, 5, 1), False), ([0, 5], False), ("5", False),
    ((0.5, 1), False),
], ids=repr)  # fmt: skip
def test_a_decimal_comma_is_named(answer, named):
    assert ("Python writes 0.5, not 0,5" in said(SEVEN, answer)) == named


def test_decimal_commas_in_a_list_are_named():
    pair = Value(right=[0.5, 1.5], wrong=[], otherwise="No.")
    assert "Python writes 0.5, not 0,5" in said(pair, [0, 5, 1, 5])
    assert "Python writes" not in said(pair, [0, 5, 1]) + said(pair, [0.0, 5.0, 1.0, 5.0])


def test_what_was_printed_and_not_kept_is_named():
    for judge in (SEVEN, Value(right=[1, 2], wrong=[], otherwise="No.")):
        assert "print() shows a value and gives none back" in said(judge, None)


def test_check_prints_one_line_and_never_raises(capsys, monkeypatch):
    monkeypatch.setattr(checking, "judges", lambda: {"count to seven": SEVEN})
    for answer, words in [
        (7, "✓ Count to seven (you answered 7): right. So many days has a week."),
        (np.array(7.0), "✓ Count to seven: right. So many days has a week."),
        (8, "✗ Count to seven (you answered 8): not yet. One too many."),
        (np.float64(7.5), "✗ Count to seven (you answered 7.5): not yet. Count again."),
    ]:  # fmt: skip
        checking.check("count to seven", answer)
        assert capsys.readouterr().out == words + "\n"
    checking.check("count to seven", ...)
    out = capsys.readouterr().out
    assert out == "… Count to seven: not attempted yet. Replace the dots and run the cell again.\n"
    assert out == checking.untouched("count to seven") + "\n"
    checking.check("count to eight", 8)
    assert "no exercise 'count to eight'" in capsys.readouterr().out


@pytest.mark.slow
def test_a_network_that_is_none():
    for answer, words in [(5, "type int"), (None, "NoneType")]:
        with pytest.raises(CourseError, match=words):
            checking.trained(answer)


CELLS = """
import dlcourse; it = dlcourse.checking; dlcourse.cells.watch_cells(); it.judges()["made up"] = it.Value(1, [], "No.")
answer = 36
dlcourse.check("made up", answer)
answer = 1 / 0
dlcourse.check("made up", answer)
answer = (1
dlcourse.check("made up", answer)
answer = 1
dlcourse.check("made up", answer)
answer = 1 / 0
pair = (7, answer); dlcourse.check("made up", pair)
answer = nump.pi
dlcourse.check("made up", answer)
answer = 0,05
dlcourse.check("made up", answer)
"""


@pytest.mark.slow
def test_a_check_does_not_judge_what_was_there_before_an_error():
    cells = [nbformat.v4.new_code_cell(line) for line in CELLS.strip().splitlines()]
    book = pages.execute(nbformat.v4.new_notebook(cells=cells), allow_errors=True)
    printed = [cell.outputs[0].text for cell in book.cells[2::2]]
    assert [line[0] for line in printed] == ["✗", "…", "…", "✓", "…", "…", "…"]
    assert "ended in NameError (name 'nump' is not defined)" in printed[5]
    assert "decimal point: 0.05, not 0,05" in "".join(output.get("text", "") for output in book.cells[13].outputs)
    assert "ended in ZeroDivisionError" in printed[1] and "ended in SyntaxError" in printed[2]


@pytest.mark.slow
def test_a_check_in_a_fresh_kernel_says_which_cells_to_run():
    cells = []
    for one in course.lessons():
        book = nbformat.read(one.notebook, as_version=4)
        checks = [cell for cell in book.cells if "check" in cell.metadata.get("tags", [])]
        assert checks and all(cell.source.startswith(course.CHECK_NOTE) for cell in checks)
        cells += [nbformat.v4.new_code_cell(cell.source) for cell in checks]
    fresh = pages.execute(nbformat.v4.new_notebook(cells=cells), allow_errors=True)
    for cell in fresh.cells:
        shown = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(cell.outputs[0].traceback))
        assert "NameError" in shown and course.CHECK_NOTE.strip() in shown


@pytest.mark.slow
def test_importing_the_helper_imports_neither_tensorflow_nor_keras():
    code = "import sys, dlcourse; print([name for name in ('tensorflow', 'keras', 'scipy') if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=course.NOTEBOOKS, capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stderr


# ---------------------------------------------------------------- Odd cells


@pytest.mark.parametrize(
    "cell", ["dlcourse.check('x', a) or 1", "dlcourse.check('x', a) == None", "print(1) if 1 else 0"]
)
def test_an_odd_check_cell_has_no_error_before(cell, monkeypatch):
    monkeypatch.setattr(cells, "_cell", cell)
    assert cells.error_before() is None


@pytest.mark.parametrize("name", [["x"], {}, None, 3])
def test_a_name_that_is_no_text_is_a_sentence(name, capsys):
    dlcourse.check(name, 1)
    assert "There is no exercise" in capsys.readouterr().out


def test_a_name_without_a_value_in_a_function_is_explained():
    def slip():
        weight = weight + 1  # noqa: F821, F841

    with pytest.raises(UnboundLocalError) as caught:
        slip()
    assert "before it gives it a value" in cells.first_aid(caught.value)


@pytest.mark.parametrize("mended", ["count: int = 5", "a = count = 5", "%time count = 5", "(count) = 5", "count = 5"])
def test_a_cell_that_was_mended_no_longer_counts_as_failed(mended, monkeypatch):
    monkeypatch.setattr(cells, "_failed", {})
    monkeypatch.setattr(cells, "_cell", "dlcourse.check('x', count)")
    for source, problem, failed in [("count = 5 / 0", ZeroDivisionError(), "ZeroDivisionError"), (mended, None, None)]:
        info = types.SimpleNamespace(raw_cell=source)
        cells._ends(types.SimpleNamespace(error_before_exec=None, error_in_exec=problem, info=info))
        assert cells.error_before() == failed
