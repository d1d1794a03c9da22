"""`make test-faults`: thousands of odd answers, the same ones each time; no check ends in an error or hangs.

An answer is drawn from what beginners leave behind: texts, lists in lists, arrays of every kind, functions that raise,
print or return anything, objects that fail when they are looked at. None may be taken for right.
"""

import importlib
import random
import re
import time

import numpy as np
import pytest

import course
from dlcourse import checking, limits

COUNT = 3_000  # Answers in all, spread over the exercises.
TASKS = {task.name: task for one in course.lessons() for task in course.exercises(course.read(one))}
NAMES = sorted(TASKS)


class Evil:
    """Fails in a way of its own, whatever it is asked."""

    def __init__(self, error):
        object.__setattr__(self, "error", error)

    def __getattribute__(self, name):
        raise object.__getattribute__(self, "error")

    def __repr__(self):
        raise ValueError("no words")

    __str__ = __len__ = __iter__ = __float__ = __array__ = __bool__ = __eq__ = __repr__
    __hash__ = object.__hash__


ERRORS = [ValueError, TypeError, KeyError, ZeroDivisionError, RecursionError, MemoryError, OSError, AssertionError]
ERRORS += [SystemExit, StopIteration, UnicodeDecodeError, NotImplementedError, GeneratorExit]
KINDS = ["?", "i1", "u8", "i8", "f2", "f4", "f8", "c16", "U3", "S3", "O", "M8[D]", "m8[s]", "V4"]
TEXTS = ["", "0,5", "1.5", "...", "A", "a" * 10_000, "ß∂ƒ", "\ud800", "0" * 500, "nan", "None", "[1, 2]", "\x00", "🐶"]


def error(draw):
    kind = draw.choice(ERRORS)
    return UnicodeDecodeError("utf-8", b"x", 0, 1, "no") if kind is UnicodeDecodeError else kind("\ud800 odd\n" * 3)


def number(draw):
    small = draw.uniform(-9, 9) + 1e3 * draw.choice([-1, 1])  # Far from what any exercise asks for.
    return draw.choice([small, 10 ** draw.randint(20, 400), -(10**30), float("nan"), float("inf"), 1e-300, 1j, True])


def array(draw):
    shape = tuple(draw.randint(0, 4) for _ in range(draw.randint(0, 4)))
    kind = draw.choice(KINDS)
    try:
        made = np.zeros(shape, kind) if draw.random() < 0.7 else np.full(shape, np.nan).astype(kind)
    except (TypeError, ValueError):
        made = np.empty(shape, kind)
    return np.broadcast_to(made.ravel()[:1], (10**6, 10**5)) if made.size and draw.random() < 0.05 else made


def listed(draw):
    made = [anything(draw, False) for _ in range(draw.randint(0, 5))]
    if draw.random() < 0.1:
        made.append(made)  # A list in itself.
    return draw.choice([list, tuple, iter])(made)


def function(draw):
    result, problem, how = anything(draw, False), error(draw), draw.randint(0, 5)

    def answer(*given, **named):
        if how == 0:
            raise problem
        if how == 1:
            print(repr(type(result)))
            return None
        if how == 2:
            return answer(*given)
        if how == 3:
            return (result for _ in range(3))
        if how == 4 and given:
            return given[0]
        return result

    return answer


def anything(draw, functions=True):
    makers = [number, array, listed, lambda draw: draw.choice(TEXTS), lambda draw: Evil(error(draw))]
    makers += [lambda draw: draw.choice([None, object(), type, {}, {1: 2}, set(), b"x", slice(3), np, range(10**9)])]
    return draw.choice(makers + [function] * 3 * functions)(draw)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore")
def test_odd_answers(name, monkeypatch, capsys):
    for package in ("keras", "tensorflow", "sklearn.metrics", "scipy.signal"):  # No import may be stopped half-way.
        importlib.import_module(package)
    monkeypatch.setattr(checking, "SECONDS", 1)
    draw = random.Random(f"answers for {name}")
    more = [None] * len(TASKS[name].more)
    for number_ in range(-(-COUNT // len(NAMES))):
        answer = anything(draw)
        started = time.monotonic()
        checking.check(name, answer, *more)
        out, errors = capsys.readouterr()
        kind = (number_, type(object.__getattribute__(answer, "__class__")))
        said = out.encode("utf-8", "replace").decode().splitlines()[-1]
        assert said[:1] in ("✗", "…"), (kind, said)
        assert not errors and len(said) < 1_000 and "Traceback" not in out, (kind, said)
        assert re.search(r"[.?:] ?\S*.*$", said), (kind, said)
        assert time.monotonic() - started < 5, kind
        assert not limits._running


def test_there_are_as_many_as_is_said():
    assert -(-COUNT // len(NAMES)) * len(NAMES) >= 3_000
