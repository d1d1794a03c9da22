"""Is an answer right, and if not, what is probably wrong with it?

An exercise has one name. It stands in the lesson's heading, in `check("count for the birds", answer)`, and in the
lesson's answers.py, whose dictionary JUDGES holds a judge for each exercise: a `Value` where the answer is a number or
a list of numbers, a `Judge` where it is a function or a network. A judge carries its tests, right and wrong answers.

What counts as a number: an int or a float, Python's or NumPy's, or an array or tensor without axes that holds one.
Texts, True and False, complex numbers and lists with one number in them do not count, and each gets its sentence.
"""

import contextlib
import functools
import importlib.util
import math
import numbers
import re
import sys
from dataclasses import dataclass, field

import numpy as np

from .cells import error_before, first_aid
from .errors import COURSE, CourseError
from .limits import TooLong, limited
from .progress import note

SECONDS = 10  # How long a learner's function may run.
LARGEST = 10_000_000  # How many numbers an answer may hold: more is refused before it is copied.
LONGEST = 300  # Characters of a message that came from elsewhere.
TASK = "Replace the dots and run the cell again."
NOTHING = "nothing (None): print() shows a value and gives none back"
POINT = "If a comma was to be the decimal point: Python writes 0.5, not 0,5."


# ---------------------------------------------------------------- What judges are made of


@dataclass
class Value:
    """A judge that is data: for an answer that is one number, or a list or table of numbers.

    right: the right answer; also: others that are right, too. wrong: [(value, the sentence for it)], the first that
    fits is said. otherwise: the sentence for every other number. tolerance: how far a number may be off, absolute.
    insight: what a right answer is told, beyond "right". untouched: what to do while the dots are there.
    """

    right: object
    wrong: list
    otherwise: str
    also: list = field(default_factory=list)
    tolerance: float = 1e-9
    insight: str = ""
    untouched: str = TASK
    trains = False

    def __call__(self, answer):
        shape = np.shape(self.right)
        found = number(answer) if shape == () else array(answer, shape)
        if any(self._fits(found, value) for value in [self.right, *self.also]):
            return True
        fitting = [sentence for value, sentence in self.wrong if self._fits(found, value)]
        if fitting or shape or not found or round(float(self.right), len(str(found).partition(".")[2])) != found:
            return fitting[0] if fitting else self.otherwise
        return "That is close, but rounded. Keep more digits after the point."

    def _fits(self, found, value):
        return np.shape(found) == np.shape(value) and np.allclose(found, value, rtol=0, atol=self.tolerance)


@dataclass
class Judge:
    """A judge that is a function: answer, further arguments → True, a sentence, or `...` for "not attempted".

    right: [what may stand in the answer cell]; wrong: [(what may stand there, words its sentence has)], as source
    code. trains: whether the judge itself trains, for as long as it takes; result_of() still keeps to its limit.
    insight: what a right answer is told, beyond "right".
    """

    function: object
    right: list
    wrong: list
    insight: str = ""
    untouched: str = TASK
    trains: bool = False

    def __call__(self, answer, *more):
        return self.function(answer, *more)


def not_attempted(task=""):
    """The error that says so: `raise not_attempted()`. task: what to do, instead of the judge's own words."""
    problem = CourseError(task)
    problem.attempted = False
    return problem


def number(answer):
    """The answer as one finite float; CourseError says what it is instead."""
    if answer is ...:
        raise not_attempted()
    if isinstance(answer, (str, bytes)):
        comma = f" {POINT}" if re.fullmatch(r"\s*[-+]?\d+,\d+\s*", str(answer)) else ""
        raise CourseError(f"This is a text; a number without quotation marks is asked for.{comma}")
    if isinstance(answer, (bool, np.bool_)):
        raise CourseError("True and False are no numbers here: a number is asked for.")
    if isinstance(answer, complex):
        raise CourseError("This is a complex number, and an ordinary one is asked for.")
    if callable(answer):
        raise CourseError("This is a function or a network; its result is asked for, a number.")
    if answer is None or isinstance(answer, (list, tuple)) or getattr(answer, "shape", ()) != ():
        found = NOTHING if answer is None else in_words(_shape(answer))
        more = f" {POINT}" if isinstance(answer, tuple) and _pair_of_whole(answer) else ""
        raise CourseError(f"One number is asked for, and this is {found}.{more}")
    if not isinstance(answer, numbers.Real):
        answer = _plain_array(answer, "A number is asked for").item()
    value = math.inf
    with contextlib.suppress(OverflowError):
        value = float(answer)
    if not math.isfinite(value):
        raise CourseError("This is not a finite number: something was divided by zero, or overflowed, on the way.")
    return value


def array(answer, shape):
    """The answer as a float64 array of this shape; CourseError says what it is instead."""
    if answer is ...:
        raise not_attempted()
    if answer is None:
        raise CourseError(f"What is needed is {in_words(shape)}, and this is {NOTHING}.")
    values = _plain_array(answer, "An array of numbers is asked for")
    if values.shape != tuple(shape):
        more = f" {POINT}" if values.shape == (2 * math.prod(shape),) and values.dtype.kind in "iu" else ""
        raise CourseError(f"What is needed is {in_words(shape)}, and this is {in_words(values.shape)}.{more}")
    values = values.astype("float64")
    if not np.all(np.isfinite(values)):
        raise CourseError("Some of the numbers are not finite: look for a division by zero.")
    return values


def _plain_array(answer, wanted):
    """The answer as an array of whole or broken numbers, its size looked at before it is copied."""
    if math.prod(_shape(answer)) > LARGEST:
        raise CourseError(f"{wanted}, and this one is huge: {in_words(_shape(answer))}.")
    if isinstance(answer, (list, tuple)) and "Ellipsis" in repr(answer):
        raise not_attempted()  # [..., ...]: some of the dots are still there.
    try:
        values = np.asarray(answer)
    except Exception:  # An object may fail in any way when it is asked for its numbers.
        values = np.empty((), dtype=object)
    if values.dtype.kind == "b":
        raise CourseError("True and False are no numbers here: numbers are asked for.")
    if values.dtype.kind not in "iuf":
        raise CourseError(f"{wanted}, and this is of type {type(answer).__name__}.")
    return values


def _pair_of_whole(answer):
    """Whether this is what Python makes of 0,1: two whole numbers."""
    return len(answer) == 2 and all(type(part) is int for part in answer)


def _shape(answer):
    """The shape of an array or of lists in lists, without copying; lists are taken to be as long as their first."""
    found = []
    while isinstance(answer, (list, tuple)) and len(found) < 32:
        found.append(len(answer))
        answer = answer[0] if answer else None
    with contextlib.suppress(Exception):
        found += [len(answer)] if isinstance(answer, range) else [int(length) for length in answer.shape]
    return tuple(found)


def in_words(shape):
    """A shape as a beginner would say it: a table of 3 rows and 2 columns."""
    match tuple(shape):
        case ():
            return "a single number"
        case (length,):
            return f"a list of {length} number{'s'[: length != 1]}"
        case (rows, columns):
            return f"a table of {rows} row{'s'[: rows != 1]} and {columns} column{'s'[: columns != 1]}"
    return f"an array of the shape {tuple(shape)}"


def result_of(function, *arguments):
    """What the learner's function returns for these arguments; CourseError where it stops, or runs for too long.

    Where it returns nothing, CourseError says so, also that it printed; `not attempted` while it has no body.
    """
    if function is ...:
        raise not_attempted()
    if not callable(function):
        raise CourseError(f"A function is asked for, and this is of type {type(function).__name__}.")
    given = f", given {' and '.join(in_words(_shape(one)) for one in arguments)}," if arguments else ""
    heard = _Heard(sys.stdout)
    try:
        with limited(SECONDS), contextlib.redirect_stdout(heard):
            result = function(*arguments)
    except (KeyboardInterrupt, TooLong):
        raise
    except BaseException as problem:  # SystemExit too: `exit()` in a function must not end the kernel.
        stopped = f"Your function{given} stopped with {type(problem).__name__}: {_cut(problem)}."
        raise CourseError(f"{stopped} {first_aid(problem)}".strip()) from None
    if result is None and getattr(getattr(function, "__code__", None), "co_code", b"") in NO_BODY:
        raise not_attempted()
    if result is None:
        does = "prints its result and returns nothing" if heard.anything else "returns nothing"
        raise CourseError(f"Your function {does}: let it end with `return` and the result.")
    return result


class _Heard:
    """A stream that passes on what is printed, and remembers whether there was anything."""

    def __init__(self, stream):
        self._stream, self.anything = stream, False

    def write(self, text):
        self.anything = self.anything or bool(str(text).strip())
        return self._stream.write(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)


def _untouched_function(): ...


def _untouched_with_docstring():
    """A docstring shifts the constants, so that the code differs by a byte."""
    ...


NO_BODY = {_untouched_function.__code__.co_code, _untouched_with_docstring.__code__.co_code}


def trained(model):
    """The answer, if it is a Keras network that was built and compiled; CourseError otherwise."""
    import keras

    if model is ...:
        raise not_attempted()
    if not isinstance(model, keras.Model):
        raise CourseError(f"A Keras network is asked for, and this is of type {type(model).__name__}.")
    if not model.built:
        raise CourseError("The network has no weights yet: give it an Input as its first layer.")
    if not model.compiled:
        raise CourseError("The network was not compiled: call its compile() first, then fit().")
    return model


def _cut(words):
    """A message from elsewhere, on one line and of bounded length."""
    try:
        text = " ".join(str(words).split()).encode(errors="replace").decode()  # Half a character can't be printed.
    except Exception:  # An exception of the learner's own may not be printable.
        text = "(it cannot be printed)"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


# ---------------------------------------------------------------- The face


@functools.cache
def judges():
    """{name of an exercise: its judge}, from the answers.py of all lessons."""
    found = {}
    for path in sorted((COURSE / "lessons").glob("[0-9][0-9]_*/answers.py")):
        specification = importlib.util.spec_from_file_location(f"answers_{path.parent.name}", path)
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        found.update(module.JUDGES)
    return found


def verdict(judge, answer, *more):
    """True, a sentence, or `...`: what a judge says of an answer, whatever the answer does."""
    try:
        with limited(None if judge.trains else SECONDS):
            said = ... if answer is ... else judge(answer, *more)
            return said if isinstance(said, str) or said is ... else bool(said)
    except CourseError as problem:
        return str(problem) if getattr(problem, "attempted", True) else ...
    except TooLong:
        return f"This was stopped after {SECONDS} s: is there a loop that never ends?"
    except KeyboardInterrupt:
        return "You interrupted the check. Run this cell again."
    except BaseException as problem:  # An answer may be anything, and looking at it may fail in any way.
        return f"This answer cannot be compared ({type(problem).__name__}: {_cut(problem)}). Read the task again."


def untouched(name):
    """What check() prints while the dots are still there."""
    return f"… {name[:1].upper()}{name[1:]}: not attempted yet. {judges()[name].untouched}"


def check(name, answer, *more):
    """Print ✓, ✗ with a hint, or that nothing was tried yet (`...`). Never raises, never hangs.

    name: the exercise's name, as in its heading. more: what its judge needs besides the answer.
    """
    if not isinstance(name, str) or name not in judges():
        print(f"✗ There is no exercise {name!r}: take the name from the exercise's heading.")
        return
    label = f"{name[:1].upper()}{name[1:]}"
    if type(answer) in (int, float, np.int64, np.float32, np.float64) and abs(answer) < 1e15:
        label += f" (you answered {answer:.10g})"  # Nobody takes an old verdict for a new one.
    if error := error_before():
        print(f"… {label}: the cell with your answer ended in {error}. Mend and run it, then run this cell again.")
        return
    said = verdict(judges()[name], answer, *more)
    if said is ...:
        print(untouched(name))
    elif said is True:
        print(f"✓ {label}: right. {getattr(judges()[name], 'insight', '')}".strip())
        note(name)
    else:
        print(f"✗ {label}: not yet. {said or 'Read the task again.'}")
