"""What lesson 6 promises over seeds, and where the numbers of its results come from.

Most promises are wide and hold in every run. The effects of the slant depend on one training each: nine seeds in ten.
"""

import math
import re
from pathlib import Path

from promises import Claim, Number

_ROOM = Path(__file__).parent
EXPERIMENT = "ethics"
SEEDS = 10
READS = ["effects", "validation_pictures", "slant"]
POLL = "the 97 % can hide any number for a small group"


def facts(names):
    """What the lesson's cells collect on the way."""
    return names["effects"]


def _claim(words, holds, share=1, **breaks):
    """A claim about the run's effects. breaks: {effect: value}, the effects' names without spaces and commas."""
    values = {_NAMES[name]: value for name, value in breaks.items()}
    return Claim(words, lambda run: holds(run[EXPERIMENT]), breaks={EXPERIMENT: values}, share=share)


_NAMES = {
    "overall": "overall accuracy",
    "gap_before": "gap before",
    "gap_after": "gap after",
    "gain": "gain of slanted",
    "change": "change for upright",
    "ink": "digits that lose ink",
    "much": "digits that lose much",
    "together": "both together",
    "left_test": "mistakes left, test",
    "highest_test": "highest, test",
    "waits": "waits more: slanted",
    "fall": "largest fall",
    "low_end": "membership guessed, low end",
    "guessed_with_more": "membership guessed, more data",
    "accuracy_with_more": "accuracy, more data",
    "label": "label read from a weight",
    "leak": "leaky minus honest",
    "honest": "honest minus fresh",
    "coin_later": "best coin, later",
    "letters": "letters: by frequency minus learned",
}

CLAIMS = [
    _claim("overall accuracy looks fine: above 90 %", lambda run: run["overall accuracy"] > 0.90, overall=0.895),
    _claim("it hides a gap of more than 8 points", lambda run: run["gap before"] > 0.08, 0.9, gap_before=0.075),
    _claim(
        "the repair leaves less than a third of the gap",
        lambda run: run["gap after"] < run["gap before"] / 3,
        0.9,
        gap_before=0.15,
        gap_after=0.055,
    ),
    _claim("the slanted group gains more than 7 points", lambda run: run["gain of slanted"] > 0.07, 0.9, gain=0.065),
    _claim(
        "the upright group changes by less than 3.5 points",
        lambda run: abs(run["change for upright"]) < 0.035,
        0.9,
        change=-0.036,
    ),
    _claim("fewer than one digit in ten loses ink", lambda run: run["digits that lose ink"] < 0.1, ink=0.11),
    _claim("four in a hundred lose much, or fewer", lambda run: run["digits that lose much"] < 0.04, much=0.041),
    _claim(
        "network and people together make six mistakes or fewer where the better of them alone makes ten",
        lambda run: run["both together"] < 0.6 * min(run["network alone"], run["people alone"]),
        together=0.0185,
    ),
    _claim(
        "on the test digits the threshold leaves what was accepted, or nearly",
        lambda run: run["mistakes left, test"] < 0.025 and run["highest, test"] < 0.035,
        left_test=0.026,
        highest_test=0.036,
    ),
    _claim("unrepaired, slanted writers wait more often", lambda run: run["waits more: slanted"] > 0.1, waits=0.05),
    _claim("covering one square can cost the answer two thirds", lambda run: run["largest fall"] > 0.67, fall=0.6),
    _claim(
        "membership is guessed better than by a coin",
        lambda run: run["membership guessed, low end"] > 0.5,
        low_end=0.49,
    ),
    _claim(
        "with more data it is guessed less well",
        lambda run: run["membership guessed, more data"] < run["membership guessed"] - 0.05,
        guessed_with_more=0.67,
    ),
    _claim(
        "with more data the network is better, too",
        lambda run: run["accuracy, more data"] > run["accuracy, overfitted"],
        accuracy_with_more=0.75,
    ),
    _claim("the label is read from one weight", lambda run: run["label read from a weight"] == 1, label=0),
    _claim("honest splitting takes away more than 8 points", lambda run: run["leaky minus honest"] > 0.08, leak=0.075),
    _claim(
        "the honest split is closer to new pictures",
        lambda run: abs(run["honest minus fresh"]) < run["leaky minus honest"] / 2,
        0.9,
        honest=0.12,
    ),
    _claim(
        "the best coin-flipper looks better than it is",
        lambda run: run["best coin, reported"] > 0.62 and run["best coin, later"] < 0.55,
        coin_later=0.56,
    ),
    _claim(
        "letters are predicted better than by frequency",
        lambda run: run["letters: by frequency minus learned"] > 0.3,
        letters=0.25,
    ),
]


def _points(at, effect):
    """An effect's absolute values on both data sources, in points."""
    return [100 * abs(value) for data in ("sample", "full") for value in at.runs[f"{EXPERIMENT}-{data}"][effect]]


def _values(at, effect, data=("sample", "full")):
    """An effect in the runs, in points."""
    return [100 * value for each in data for value in at.runs[f"{EXPERIMENT}-{each}"][effect]]


def _runs_of_which_most_lost(at):
    """How many runs there are on the full set; 0 where the upright writers lost in fewer than seven of ten."""
    changes = _values(at, "change for upright", ("full",))
    return len(changes) if sum(change < 0 for change in changes) >= 0.7 * len(changes) else 0


def _lost(at):
    """How many points the upright writers lost on the full set, on average."""
    changes = _values(at, "change for upright", ("full",))
    return -sum(changes) / len(changes)


def _few(at):
    """The slanted share of the training data, in per cent."""
    return 100 * at.code(r"mixed\(train_pictures, slanted_share=(0\.0\d)\)")


def _thousand(at):
    return at.code(r"return (\d+) \* pd\.Series")


def _people(at):
    """How many of 100 cases a person gets wrong."""
    return 100 * at.code(r'all_mistakes = policies\["mistakes left"\] \+ ([\d.]+) \* policies')


def _accepted(at):
    return at.code(r'policies\["to"\] <= (\d+)')


def _wilson(at, right, count):
    """Both ends of SciPy's interval in per cent."""
    from scipy.stats import binomtest

    ends = binomtest(right, count).proportion_ci(method="wilson")
    return [100 * ends.low, 100 * ends.high]


def _lose_ink(at, shear, share=0):
    """The share of digits that lose more than this share of their ink at the edge."""
    pictures = at.validation_pictures
    ink, left = pictures.sum(axis=(1, 2, 3)), at.slant(pictures, shear).sum(axis=(1, 2, 3))
    return (1 - left / ink > share).mean()


def _affordable(at):
    return at.code(r'policies\["to a person"\] <= (\d+)')


def _alphabet(at):
    """The characters of the next-letter predictor, as the lesson's code has them."""
    return re.search(r'alphabet = "(.*)"', (_ROOM / "lesson.md").read_text(encoding="utf-8"))[1]


def _story(at):
    text = (_ROOM / "letters.txt").read_text(encoding="utf-8")
    return len(text.split())


NUMBERS = [
    Number("slanted writers are 2 % of the training data", _few),
    Number("counts these in 1,000, and", _thousand),
    Number("Say that we accept 20 mistakes in 1,000", lambda at: [_accepted(at), _thousand(at)]),
    Number("say, in 3 of 100.", lambda at: [_people(at), 100]),
    Number("all mistakes in 1,000 cases", _thousand),
    Number("And 3 in 100, easy", lambda at: [_people(at), 100]),
    Number("In most of our ten they", _runs_of_which_most_lost),
    Number("they lost (all ten averaged: 1.1 points)", _lost),
    Number("(ours is 0.6)", lambda at: at.code(r"def slant\(pictures, shear=([\d.]+)\)")),
    Number(
        "4 in 100 or fewer lose more than a hundredth",
        lambda at: [math.ceil(100 * _lose_ink(at, 0.6, 0.01)), 100],
        within=1,
    ),
    Number("more than half of them", lambda at: _lose_ink(at, -0.9), within=0.15),
    Number(
        "the score falls by 17 to 22 points",
        lambda at: [min(_values(at, "leaky minus honest")), max(_values(at, "leaky minus honest"))],
    ),
    Number("trained on 200 patients", lambda at: at.code(r"insiders = .*overfitted, train_pictures\[:(\d+)\]")),
    Number("They hold 400 pictures", lambda at: at.code(r"\{hits\} of (\d+) guesses")),
    Number(
        "training pictures (the 200 among them)", lambda at: at.code(r"insiders = .*better, train_pictures\[:(\d+)\]")
    ),
    Number("an average over 200 people", lambda at: at.code(r"insiders = .*better, train_pictures\[:(\d+)\]")),
    Number("ten neurons on 784 pixels", lambda at: math.prod(at.validation_pictures.shape[1:])),
    Number("300 digits, and of each five", lambda at: at.code(r"np\.repeat\(np\.arange\((\d+)\), 5\)")),
    Number("Now 500 classifiers", lambda at: at.code(r"size=\((\d+), cases\)")),
    Number("on the same 50 cases", lambda at: at.code(r"coin_flippers\((\d+)\), coin")),
    Number("on a story of 1,000 words", _story, within=40),
    Number("written in 29 characters", lambda at: len(_alphabet(at))),
    Number("more than 400 cases to a person", _affordable),
    Number("no more than 400 of 1,000 cases", lambda at: [_affordable(at), _thousand(at)]),
    Number("from about 58 % to 92 %", lambda at: _wilson(at, 16, 20)),
    Number("right for 98 % of all people", lambda at: 100 * (1000 - 20) / 1000),
    Number("belongs to a minority (2 %)", lambda at: 100 / 50),
    Number("Of 1,000 people 20 are in the minority, and 980", lambda at: [1000, 1000 / 50, 1000 - 1000 / 50]),
]

_SHADES = "Buolamwini and Gebru, Gender Shades, 2018"
_POLL = "the question's example"
TOLD = {
    "# 6. Ethics": "the lesson's own number",
    "right 95 times in 100 and": "what such a network may reach",
    "lessons 4 (digits": "pointer: digits",
    "the data) and 5 (confidence)": "pointer: confidence",
    "right for 97 of 100 people": _POLL,
    "for about 97 of 100 of us": _POLL,
    "the 97 % can hide": _POLL,
    "Vote again: 97 of 100.": _POLL,
    "In 1,000 cases: how": "a count to guess in",
    "the dog from lesson 1.": "pointer: the dog",
    "Lesson 4's network is": "pointer: a network",
    "off its 215,370 numbers": "lesson 4's network; a test compares them",
    "of 100 slanted digits": "per cent",
    "whiskers below are 95 % **confidence": "SciPy's usual level",
    "In 2018 Joy": "year of the paper",
    "misjudged at most 0.8 % of the time, darker-skinned women up to 34.7 %": f"{_SHADES}, table 4",
    "right about nine times in ten": f"{_SHADES}: 87.9, 93.4 and 90.0 % over all faces",
    "photographs of 1,270 members of parliament": _SHADES,
    "unsure cases (lesson 5)": "pointer: confidence",
    "(2 minutes) People": "time for the exercise",
    "dog of lesson 1 is": "pointer: the dog",
    "With a slant of 0.9 to": "the slant that is not used",
    "between 0 and 1 and works": "what shares are",
    "as in lesson 5. It": "pointer: augmentation",
    "and lesson 5 showed": "pointer: other kinds of pictures",
    "in June 2018 (the": "date of Google's principles",
    "In February 2025 the": "date of their rewriting",
    "In December 2023 the": "date of the judgment",
    "case C-634/21, SCHUFA": "the judgment's number",
    "Lesson 5 measured": "pointer: inverted digits",
    "In November 2010 a": "date of the report",
    "Of 1,000 people in each group a": "the example's people",
    "(Chouldechova, 2017)": "year of the paper",
    "in lesson 4 were": "pointer: shortcuts",
    "and others (2017) did": "year of the paper",
    "(lesson 1: the derivative": "pointer: derivatives",
    "and others (2021) got": "year of the paper",
    "Narayanan (2023) found": "year of the paper",
    "17 fields of science and 294 papers": "Kapoor and Narayanan, 2023",
    "About 80 of 100: in": "rounded; the score is printed below",
    "will save 1,000 slanted": "the discussion's example",
    "and cost 100 upright": "the discussion's example",
    "table in lesson 2)": "pointer: last layer and loss",
    "of lessons 1 and 2.": "pointer: neurons, loss, gradient",
    "cross-entropy of lesson 2.": "pointer: loss",
    "GPT-3 (Brown and others, 2020)": "its name, and the year of the paper",
    "175 billion weights and saw 300 billion pieces": "Brown and others, 2020",
    "(3 minutes) A clinic": "time for the exercise",
    "(3 minutes) A network": "time for the exercise",
    "Imagine 1,000 people": "the hint's example",
    "(4 minutes) Groups": "time for the exercise",
    "(5 minutes) A clinic": "time for the exercise",
    "numbers (from 0)": "how Python counts",
    "**1.** 20 people of a group were tested, and 16": "the question's example",
    "report 80 % and": "16 of 20",
    "**2.** With": "the question's number",
    "**3.** An": "the question's number",
    "Machine Learning Research 81, 2018": "volume and year of the paper",
    "Kinect*, 4 November 2010": "date of the article",
    "Big Data 5, 2017": "volume and year of the paper",
    "principles*, June 2018": "date of Google's principles",
    "on 4 and 5 February 2025": "date of the reports",
    "case C-634/21, judgment of 7 December 2023": "the judgment's number and date",
    "[doi.org/10.1016/j.patter.2023.100804]": "an address",
    "and Transparency, 2019": "year of the paper",
    "Computer Vision, 2014": "year of the paper",
    "and Privacy, 2017": "year of the paper",
    "Security Symposium, 2021": "year of the paper",
    "Patterns 4, 2023": "volume and year of the paper",
    "Processing Systems, 2020": "year of the paper",
    "MIT Press, 2023": "year of the book",
    "Statistical Association, 1927": "year of the paper",
    "[Lesson 7], for": "pointer: the next lesson",
    "of 100 digits, the network": "per cent",
    "mistakes in 100 digits": "per cent",
    "a scale from 0 to 1,": "what shares are",
}

WRONG = [
    ("up to 34.7 %", "up to 43.7 %"),
    ("17 to 22 points", "17 to 32 points"),
]
