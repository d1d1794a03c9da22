"""What the lessons promise: the claims.py beside each lesson, held against runs and against the text.

A claims.py may define

    EXPERIMENT      the name under which the lesson's own facts are kept in data/runs/ ("iris")
    READS           the names of the lesson that this file reads; each is assigned in a cell tagged `measured`
    facts(names)    {what: number} from these names, at the end of a run
    said(printed)   {what: number} from what the run printed
    SEEDS           how many runs there must be on each data source
    SOLVED          True where a run answers each exercise by its folded solution and checks it
    CLAIMS          what is promised over seeds: a list of Claim
    FRESH           {data source: (the experiment at which a run may stop, how many runs)} with new seeds in each CI run
    DIFFERENT       {(experiment-data, metric): points} below the mean that compare_run() calls different
    NOTICES         {(experiment-data, metric): points} that these runs must notice when they are lost
    NUMBERS, TOLD   numbers in the text, computed; and those that are facts of the world or of the text itself
    WRONG           [(words of the text, the same with a wrong number)]: each must go red
    POLL            words of the right answer to the question before the start

tools/seeds.py makes the runs.
"""

import ast
import functools
import importlib.util
import json
import math
import re
from dataclasses import dataclass
from types import SimpleNamespace

import course

RUNS = course.ROOT / "data" / "runs"
DEFAULTS = {
    "EXPERIMENT": "", "READS": (), "SEEDS": 0, "SOLVED": False, "POLL": "", "CLAIMS": (), "FRESH": {}, "DIFFERENT": {},
    "NOTICES": {}, "NUMBERS": (), "TOLD": (), "WRONG": (), "facts": lambda names: {}, "said": lambda printed: {},
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A promise. holds: {experiment: {metric: value}} of one run → bool.

    breaks: {experiment: {metric: value}} that would break it, close to its border, so that a claim that always passes
    is found out. share: of the seeds that must bear it out. data: where it is promised. engines: on which it is; where
    one is left out, the lesson says what happens there.
    """

    words: str
    holds: object
    breaks: dict
    share: float = 1
    data: tuple = ("sample", "full")
    engines: tuple = ("tensorflow", "jax", "torch")


@dataclass(frozen=True)
class Number:
    """Numbers in the text, computed. words: as the text has them, two words at least, so that they can be found.

    value: a function of an `At` → the number, or a list of them, in the order of the text; written in digits or, where
    the words have no digit, in letters. within: how far a rounded word ("about nine in ten") may be off.
    """

    words: str
    value: object
    within: float = 0


# ---------------------------------------------------------------- Reading


@functools.cache
def of(one):
    """A lesson's claims.py with its defaults filled in; Mistake where it says something unknown."""
    path = one.folder / "claims.py"
    if not path.is_file():
        return SimpleNamespace(**DEFAULTS)
    specification = importlib.util.spec_from_file_location(f"claims_{one.name}", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    unknown = [name for name in vars(module) if name.isupper() and not name.startswith("_") and name not in DEFAULTS]
    if unknown:
        raise course.Mistake(f"lessons/{one.name}/claims.py: {unknown[0]} says nothing: see tools/promises.py.")
    return SimpleNamespace(**{name: getattr(module, name, usual) for name, usual in DEFAULTS.items()})


def with_runs():
    """The lessons that promise something over seeds."""
    return [one for one in course.lessons() if of(one).CLAIMS]


def path_of(one):
    return RUNS / f"{one.name}.json"


def stored(one):
    """The lesson's runs file.

    {"code": the hash of the code or {data: hash}, "values": the hash of the runs, "runs": {experiment-data:
    {"seeds": […], metric: […]}}}
    """
    path = path_of(one)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"code": {}, "values": "", "runs": {}}


def parts(key):
    """("mnist", "sample") of "mnist-sample"; ("iris", "any") where the data don't matter."""
    experiment, _, data = key.rpartition("-")
    return (experiment, data) if data in ("sample", "full") and experiment else (key, "any")


def by_seed(one):
    """{data: {seed: {experiment: {metric: value}}}} of the stored runs."""
    found = {}
    for key, columns in stored(one)["runs"].items():
        experiment, data = parts(key)
        for place, seed in enumerate(columns["seeds"]):
            run = found.setdefault(data, {}).setdefault(seed, {})
            run[experiment] = {name: column[place] for name, column in columns.items() if name != "seeds"}
    return found


# ---------------------------------------------------------------- Claims


def verdicts(one, runs=None):
    """[(data, claim, how many runs bear it out, of how many, whether that is enough)]."""
    found = []
    for data, seeds in (by_seed(one) if runs is None else runs).items():
        for claim in of(one).CLAIMS:
            if data == "any" or data in claim.data:
                right = sum(bool(claim.holds(run)) for run in seeds.values())
                found.append((data, claim, right, len(seeds), right >= claim.share * len(seeds)))
    return found


def broken(one, run, data="sample"):
    """The words of the claims that a single run breaks.

    Of the claims that only most seeds bear out (share below 1) one run may miss one; two missed count as broken.
    """
    missed = [claim for claim in of(one).CLAIMS if data in claim.data and not claim.holds(run)]
    unlucky = [claim for claim in missed if claim.share < 1]
    return [claim.words for claim in missed if claim.share == 1 or len(unlucky) > 1]


def band(values, count, alarm):
    """(low, high): where the mean of `count` further runs lies, but for the probability `alarm`, judging by `values`.

    Student's t for the mean of a normal distribution of which only `values` are known. values may be rows of values,
    shape (…, n): then low and high have the shape (…).
    """
    import numpy as np
    from scipy import stats

    known = np.shape(values)[-1]
    reach = stats.t.ppf(1 - alarm / 2, known - 1) * math.sqrt(1 / known + 1 / count) * np.std(values, axis=-1, ddof=1)
    middle = np.mean(values, axis=-1)
    return middle - reach, middle + reach


def all_differ(seen, count):
    """The probability that `count` further runs all differ from a value that all of `seen` runs have (Jeffreys)."""
    return math.prod((0.5 + i) / (seen + 1 + i) for i in range(count))


def unusual(values, fresh, alarm):
    """What is odd about the mean of fresh runs, in words; "" where nothing is."""
    if len(set(values)) == 1:  # No spread, so no band: only that none of them agrees is odd.
        if any(value == values[0] for value in fresh):
            return ""
        assert all_differ(len(values), len(fresh)) <= alarm, "more fresh runs are needed"
        return f"none is {values[0]}"
    low, high = band(values, len(fresh), alarm)
    mean = sum(fresh) / len(fresh)
    return "" if low <= mean <= high else f"their mean of {mean:.4f} is outside {low:.4f} to {high:.4f}"


# ---------------------------------------------------------------- Numbers in the text

DIGITS = r"(?<![A-Za-z_\d.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
LETTERS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13)))
LETTERS |= {"one": 1, "thirteen": 13, "fifteen": 15, "sixteen": 16, "twenty": 20, "thirty": 30, "forty": 40}
LETTERS |= {"fifty": 50, "hundred": 100, "twice": 2, "half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4}


class At:
    """What numbers are computed from: the lesson's own names, its runs, and what its page shows.

    at.X_train: a name in READS, from the cells before the first training. at.runs: {experiment-data: {metric: […]}}.
    """

    def __init__(self, one, load=dict):
        """load: a function that returns the lesson's names, called when the first of them is read."""
        self.one, self.load, self.names, self.computed = one, load, None, {}
        self.runs = stored(one)["runs"]

    def __getattr__(self, name):
        if name not in of(self.one).READS:
            raise AttributeError(f"lessons/{self.one.name}/claims.py reads {name!r}, which is not in its READS.")
        self.names = self.load() if self.names is None else self.names
        return self.names[name]

    def values(self, number):
        """The values of a Number, as a list; computed once."""
        if number.words not in self.computed:
            found = number.value(self)
            self.computed[number.words] = list(found) if isinstance(found, (list, tuple)) else [found]
        return self.computed[number.words]

    def shown(self, pattern):
        """The number that the lesson's page, executed on the full set, has at this pattern's bracket."""
        return self._found(pattern, self.one.page)

    def code(self, pattern):
        """The number that the lesson's code, or a judge, has at this pattern's bracket."""
        return self._found(pattern, self.one.source, self.one.folder / "answers.py")

    def _found(self, pattern, *paths):
        found = [match for path in paths for match in re.findall(pattern, path.read_text(encoding="utf-8"))]
        if len(set(found)) != 1:
            raise course.Mistake(f"{self.one.name}: {len(set(found))} numbers are found at {pattern!r}, not one.")
        return float(found[0].replace(",", "").replace("_", ""))

    def solution(self, name):
        """What the first assignment of an exercise's folded solution computes."""
        import keras
        import numpy

        task = next(task for task in course.exercises(course.read(self.one)) if task.name == name)
        statements = ast.parse(task.solution).body
        first = next(place for place, part in enumerate(statements) if isinstance(part, ast.Assign))
        names = {"keras": keras, "np": numpy}
        exec("\n".join(map(ast.unparse, statements[: first + 1])), names)
        return names[statements[first].targets[0].id]

    def brackets(self, name):
        """What each bracket of an exercise's folded solution comes to, where the solution is a sum of brackets."""
        task = next(task for task in course.exercises(course.read(self.one)) if task.name == name)
        return [eval(inside) for inside in re.findall(r"\(([^()]*)\)", task.solution)]


def prose(text):
    """Markdown without code blocks, comments, the targets of links and HTML, on one line."""
    text = re.sub(r"<!-- (map|ten|lessons|routes|clone|engines) -->.*?<!-- /\1 -->", " ", text, flags=re.S)
    text = re.sub(r"^( *)(`{3,}).*?^\1\2`*$", " ", text, flags=re.S | re.M)
    text = re.sub(r"^ *\d+\. ", "", text, flags=re.M)  # The markers of a list.
    text = re.sub(r"<!--.*?-->|\]\([^)]*\)|</?[a-z][^>]*>", lambda m: "]" if m[0][0] == "]" else "", text, flags=re.S)
    return " ".join(text.split())


def text(one):
    """Everything in a lesson's room that is prose: cells, text alternatives, question bank, glossary; no slides."""
    cells = [cell for cell in _cells(one) if not course.slide_only(cell)]
    found = [cell.source for cell in cells if cell.cell_type == "markdown"]
    found += [cell.metadata.get("alt", "") for cell in cells]
    rooms = [one.folder / name for name in ("questions.md", "glossary.md")]
    found += [path.read_text(encoding="utf-8") for path in rooms if path.is_file()]
    return prose("\n\n".join(found))


def slides_text(one):
    """The text of a lesson's slides and of the speaker's notes beside them."""
    return prose("\n\n".join(cell.source for cell in _cells(one) if course.slide_only(cell)))


def _cells(one):
    return course.parse(one.source.read_text(encoding="utf-8"), one).cells


def written(words):
    """The numbers of a passage as written: in digits, or in letters where it has no digit."""
    digits = re.findall(DIGITS, words)
    return digits or [word for word in re.findall(r"[a-z]+", words.casefold()) if word in LETTERS]


def fits(word, value, within=0):
    """Whether a number as written is this value, rounded as it is written."""
    if word in LETTERS:
        return abs(LETTERS[word] - value) <= max(within, 1e-6)
    shown = float(word.replace(",", ""))
    half_a_step = 0.5 * 10 ** -len(word.partition(".")[2])
    return abs(shown - value) <= max(within, half_a_step) + 1e-9


def wrong_numbers(numbers, whole, at):
    """A sentence for each Number whose words the text lacks, or whose value is another."""
    found = []
    for one in numbers:
        if one.words not in whole:
            found.append(f"The text has no longer {one.words!r}.")
            continue
        values, words = at.values(one), written(one.words)
        if len(words) != len(values):
            found.append(f"{one.words!r} has {len(words)} numbers, and {len(values)} are computed.")
        elif not all(fits(word, float(value), one.within) for word, value in zip(words, values)):
            computed = ", ".join(f"{float(value):g}" for value in values)
            found.append(f"The text says {one.words!r}, and computed is {computed}.")
    return found


def unaccounted(whole, passages):
    """The places of a text, with the words around, where a number stands that none of these passages has."""
    spans = [found.span() for words in passages for found in re.finditer(re.escape(words), whole)]
    return [
        whole[max(0, number.start() - 40) : number.end() + 30]
        for number in re.finditer(DIGITS, whole)
        if not any(start <= number.start() and number.end() <= end for start, end in spans)
    ]


def borrowed(number, slides, lesson):
    """Whether a number on a slide stands the same in the lesson, with three of the words beside it.

    number: a match of DIGITS in slides. The three words follow one another, before it, after it, or on both sides
    (another number and "%" are words). The lesson's own numbers are accounted for, so this one is right as well. With
    a word alone "to 1 at random" would be the lesson's, because its shares "sum to 1".
    """
    before, after, lesson = (
        re.sub(r"[*`]", "", part) for part in (slides[: number.start()], slides[number.end() :], lesson)
    )
    word, gap = r"\d[\d.,]*\d|[^\W_]+|%", r"[^\w%]{0,3}"
    before, after = re.findall(word, before)[-3:], re.findall(word, after)[:3]
    beside = [*before, number[0], *after]
    fours = [gap.join(map(re.escape, beside[first : first + 4])) for first in range(len(beside) - 3)]
    return any(re.search(rf"(?<![\w.,]){four}(?!\w|[.,]?\d)", lesson, flags=re.I) for four in fours)


def unaccounted_on_slides(slides, lesson, passages):
    """The places of the slides' text, with the words around, with numbers that neither a passage nor the lesson has."""
    spans = [found.span() for words in passages for found in re.finditer(re.escape(words), slides)]
    return [
        slides[max(0, number.start() - 40) : number.end() + 30]
        for number in re.finditer(DIGITS, slides)
        if not any(start <= number.start() and number.end() <= end for start, end in spans)
        and not borrowed(number, slides, lesson)
    ]
