"""What a group's answers to the questions before and after say: lines are read, counted, and nothing in them is run.

A line is `before;word;ABDC…`: the round, a code word, and a letter for each question. `load` reads a file of them,
`report` writes what they say as text, `write_csv` a table with a row for each question. Shares are from 0 to 1, scores
and gains are counted in questions.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from scipy import stats

from course import Mistake

ROUNDS = {  # How the two rounds may be called, without accents, in some languages.
    "before": ("before", "pre", "vorher", "vor", "avant", "antes", "prima"),
    "after": ("after", "post", "nachher", "nach", "apres", "despues", "depois", "dopo"),
}
OPEN = "-"  # A question that was left open.
OPENS = "-?_.–—−‐‑‒"  # How people write that.
FEW = 10  # With fewer people there is no interval and no discrimination.
LARGEST = 10_000_000  # Bytes of a file of answers; a line has fifty or so.


@dataclass(frozen=True)
class Answers:
    """A person's answers in one round: a string with a letter or "-" for each question; line is its number."""

    round: str
    word: str
    letters: str
    line: int


# ---------------------------------------------------------------- Reading


def load(path, questions):
    """(questions, answers that count, remarks) of a file; Mistake where there is nothing to read."""
    try:
        if path.stat().st_size > LARGEST:
            raise Mistake(f"{path.name} is larger than {LARGEST // 1_000_000} MB: is it the file with the lines?")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise Mistake(f"There is no file {path.name!r}: put the pasted lines into one, and name it.") from None
    except IsADirectoryError:
        raise Mistake(f"{path.name!r} is a folder: name the file with the pasted lines.") from None
    except (OSError, ValueError) as problem:
        raise Mistake(f"{path.name!r} cannot be read: {getattr(problem, 'strerror', None) or problem}.") from None
    answers, remarks = read(decode(raw), path.name, questions)
    if not answers:
        nothing = f"{path.name} has no line that counts; one looks like before;word;{'ABCD' * 3}AB."
        raise Mistake("\n".join([*remarks, nothing]))
    return questions, answers, remarks


def decode(raw):
    """The text of a file's bytes: UTF-8, UTF-16 where it says so, otherwise what Windows once wrote."""
    for encoding in ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def read(text, name, questions):
    """(answers that count, remarks) of lines of text; a remark is a sentence with file and line."""
    number = len(questions)
    kept, remarks = {}, []
    for line, words in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        words = unicodedata.normalize("NFKC", words).strip(" \t\v\f\0\ufeff\"'`“”„«»*")
        if not words or words.startswith("#"):
            continue
        try:
            one = Answers(*split(words, number), line)
        except ValueError as problem:
            remarks.append(f"{name}:{line}: {problem}; this line is left out.")
            continue
        if earlier := kept.pop((one.round, one.word), None):
            remarks.append(
                f"{name}:{line}: {shown(one.word)} has answered {one.round} the course in line {earlier.line} already; "
                "this line, the later one, counts."
            )
        kept[one.round, one.word] = one
    return list(kept.values()), remarks


def split(words, number):
    """(round, code word, letters) of a line, `number` the number of questions; ValueError with what is wrong."""
    mark = next((mark for mark in ";\t," if words.count(mark) >= 2), None)
    if mark:
        first, word, rest = words.split(mark, 2)
        letters = "".join(re.split(r"[;,\t ]+", rest))
    else:
        first, *others = re.split(r"[;,\t ]+", words)
        # The answers are the last parts that make one letter for each question; what is between is the word.
        for start in range(len(others) - 1, 0, -1):
            letters = "".join(others[start:])
            if len(letters) >= number:
                break
        else:
            start, letters = 1, "".join(others[1:])
        word = "".join(others[:start])
    plain = _key(first)
    round = next((key for key, names in ROUNDS.items() if plain in names), None)
    if round is None:
        raise ValueError(f"it does not begin with before or after, but with {shown(first)}")
    if not (key := _key(word)):
        raise ValueError("the code word is missing, or has neither letters nor digits")
    letters = "".join(OPEN if letter in OPENS else letter.upper() for letter in letters)
    if wrong := [letter for letter in letters if letter not in f"ABCD{OPEN}"]:
        raise ValueError(f"{shown(wrong[0])} is none of the letters A to D, nor - for an open question")
    if len(letters) != number:
        raise ValueError(f"it has {len(letters)} answers where {number} belong")
    if set(letters) == {OPEN}:
        raise ValueError("no question is answered in it")
    return round, key, letters


def _key(word):
    """A word as it is compared: small letters and digits, accents of Latin letters dropped."""
    spread = unicodedata.normalize("NFKD", word.casefold())
    kept = "".join(letter for letter in spread if not "\u0300" <= letter <= "\u036f")
    return "".join(letter for letter in unicodedata.normalize("NFKC", kept) if unicodedata.category(letter)[0] in "LNM")


def shown(text):
    """Text as a message quotes it: short, and with nothing in it that a terminal would obey."""
    return repr(text if len(text) <= 30 else text[:29] + "…")


# ---------------------------------------------------------------- Counting


def correct(questions, letters):
    """An array (people, questions) of True where an answer is right; an open one is not."""
    key = np.array([one.right for one in questions])
    return np.array([list(one) for one in letters]).reshape(-1, len(questions)) == key


def discriminations(right):
    """For each question the correlation of being right with the number of other questions right; NaN where undefined.

    right: an array (people, questions) of True and False.
    """
    found = np.full(right.shape[1], np.nan)
    for i in range(right.shape[1]):
        item, rest = right[:, i].astype(float), np.delete(right, i, axis=1).sum(axis=1)
        if len(item) >= 2 and np.ptp(item) > 0 and np.ptp(rest) > 0:
            found[i] = stats.pearsonr(item, rest).statistic
    return found


def paired(answers):
    """(letters before, letters after) of those who answered both times, in the same order."""
    of = {(one.round, one.word): one.letters for one in answers}
    both = [word for round, word in of if round == "before" and ("after", word) in of]
    return [of["before", word] for word in both], [of["after", word] for word in both]


def gain(before, after):
    """(mean gain, low, high) of two arrays of scores of the same people: the 95 % interval of the paired t test."""
    low, high = stats.ttest_rel(after, before).confidence_interval(0.95)
    return float(np.mean(np.subtract(after, before))), float(low), float(high)


def items(questions, answers):
    """For each question a dictionary: n, share (right), discrimination and choices, each {round: value}."""
    found = [{"n": {}, "share": {}, "discrimination": {}, "choices": {}} for _ in questions]
    for round in ROUNDS:
        letters = [one.letters for one in answers if one.round == round]
        right = correct(questions, letters)
        sharp = discriminations(right) if len(letters) >= FEW else [None] * len(questions)
        for i, item in enumerate(found):
            item["n"][round] = len(letters)
            item["share"][round] = float(right[:, i].mean()) if letters else None
            item["discrimination"][round] = None if sharp[i] is None else float(sharp[i])
            item["choices"][round] = {letter: sum(one[i] == letter for one in letters) for letter in "ABCD" + OPEN}
    return found


# ---------------------------------------------------------------- Writing


def report(questions, answers, remarks):
    """What the answers say, as text."""
    found = items(questions, answers)
    parts = ["\n".join(remarks)] if remarks else []
    parts.append(_group(questions, answers))
    parts.append(_table(questions, found))
    parts.append(_choices(questions, found))
    return "\n\n".join(parts)


def _group(questions, answers):
    """The group's part of the report."""
    before, after = paired(answers)
    sums = [correct(questions, letters).sum(axis=1) for letters in (before, after)]
    counts = [sum(one.round == round for one in answers) for round in ROUNDS]
    lines = [
        "THE GROUP",
        f"{counts[0]} answered before, {counts[1]} after, {len(before)} both times (by their code words).",
    ]
    if len(before) < FEW:
        lines.append(
            f"With fewer than {FEW} people who answered both times no gain is computed: talk about the choices below."
        )
        return "\n".join(lines)
    gains = sums[1] - sums[0]
    lines.append(f"Those who answered both times, of {len(questions)} questions:")
    lines.append(f"  right before  {sums[0].mean():5.1f}")
    lines.append(f"  right after   {sums[1].mean():5.1f}")
    if np.ptp(gains) == 0:
        lines.append(f"  gain          {gains[0]:+5.1f}, the same for everybody: no interval can be computed.")
        return "\n".join(lines)
    mean, low, high = gain(*sums)
    lines.append(f"  gain          {mean:+5.1f}, 95 % interval {low:+.1f} to {high:+.1f}")
    if low <= 0 <= high:
        lines.append("The interval contains 0: these answers do not show that the group gained or lost.")
    lines.append(
        "The interval says how far chance among people reaches. It does not say what caused a gain: see\n"
        "docs/before-and-after.md for what may be claimed."
    )
    return "\n".join(lines)


def _table(questions, found):
    """A row for each question: the share right, and the discrimination."""
    width = max(len(one.name) for one in questions)
    lines = ["THE QUESTIONS", f"{'':{width + 3}}   right           discrimination"]
    lines.append(f"{'':{width + 3}}  before   after   before   after")
    for place, (one, item) in enumerate(zip(questions, found), 1):
        shares = [_share(item["share"][round]) for round in ROUNDS]
        sharp = [_number(item["discrimination"][round]) for round in ROUNDS]
        lines.append(f"{place:2} {one.name:{width}}  {shares[0]:>6}  {shares[1]:>6}   {sharp[0]:>6}  {sharp[1]:>6}")
    lines.append(
        "Discrimination is the correlation of being right here with being right elsewhere, from -1 to 1; near\n"
        "0 or below it, look at how the question is worded. An open question counts as not right."
    )
    for round in ROUNDS:
        if (people := found[0]["n"][round]) < FEW:
            lines.append(f"{round.capitalize()}: {people} people are too few for it ({FEW} are needed).")
    if any(value is not None and np.isnan(value) for item in found for value in item["discrimination"].values()):
        lines.append('"alike" stands where all were right, or none.')
    return "\n".join(lines)


def _share(value):
    return "-" if value is None else f"{100 * value:.0f} %"


def _number(value):
    return "-" if value is None else "alike" if np.isnan(value) else f"{value:.2f}"


def _choices(questions, found):
    """For each question how often each choice was made, and what a wrong one shows."""
    lines = ["THE CHOICES (before, after)"]
    for place, (one, item) in enumerate(zip(questions, found), 1):
        lines += ["", f"{place}. {one.text} (lesson {int(one.lesson)})"]
        for letter in "ABCD" + OPEN:
            before, after = (item["choices"][round][letter] for round in ROUNDS)
            if letter == OPEN:
                if before or after:
                    lines.append(f"   -  {before:4} {after:4}   left open")
                continue
            words = f"RIGHT: {one.choices[letter]}" if letter == one.right else one.shows[letter]
            lines.append(f"   {letter}  {before:4} {after:4}   {words}")
    return "\n".join(lines)


def write_csv(path, questions, answers):
    """A table with a row for each question; no code words are in it."""
    heads = ["question", "lesson", "right"]
    kinds = ["people", "share_right", "discrimination", *(f"chose_{letter}" for letter in "ABCD"), "left_open"]
    heads += [f"{kind}_{round}" for round in ROUNDS for kind in kinds]
    rows = []
    for one, item in zip(questions, items(questions, answers)):
        row = [one.name, one.lesson, one.right]
        for round in ROUNDS:
            sharp = item["discrimination"][round]
            row += [item["n"][round], item["share"][round], None if sharp is None or np.isnan(sharp) else sharp]
            row += list(item["choices"][round].values())
        rows.append(["" if value is None else f"{value:.4f}" if isinstance(value, float) else value for value in row])
    begins = "question,lesson,"
    try:
        if path.exists() and not path.read_bytes().startswith(begins.encode()):
            raise Mistake(f"{path.name!r} is there and is no table of ours, so it is kept: name another file.")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heads, *rows])
    except OSError as problem:
        raise Mistake(f"{path.name!r} cannot be written: {problem.strerror}.") from None
