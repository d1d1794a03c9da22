"""What lesson 6 promises over seeds, and where the numbers of its results come from.

Most promises are wide and hold in every run. The effects of the slant depend on one training each: nine seeds in ten.
"""

from promises import Claim, Number

EXPERIMENT = "ethics"
SEEDS = 10
READS = ["effects"]
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
    "avoided": "mistakes avoided",
    "waits": "waits more: slanted",
    "fall": "largest fall",
    "agree": "maps agree",
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
    _claim("the slanted group gains more than 8 points", lambda run: run["gain of slanted"] > 0.08, 0.9, gain=0.075),
    _claim(
        "the upright group changes by less than 3 points",
        lambda run: abs(run["change for upright"]) < 0.03,
        0.9,
        change=-0.035,
    ),
    _claim("the policy avoids more than half of the mistakes", lambda run: run["mistakes avoided"] > 0.5, avoided=0.45),
    _claim("unrepaired, slanted writers wait more often", lambda run: run["waits more: slanted"] > 0.1, waits=0.05),
    _claim("covering one square can cost the answer a third", lambda run: run["largest fall"] > 0.33, fall=0.3),
    _claim("two occlusion maps differ: correlation below 0.9", lambda run: run["maps agree"] < 0.9, agree=0.92),
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


NUMBERS = [
    Number(
        "between 9 and 25 points",
        lambda at: [min(_points(at, "gain of slanted")), max(_points(at, "gain of slanted"))],
    ),
    Number(
        "the score falls by 15 to 23 points",
        lambda at: [min(_points(at, "leaky minus honest")), max(_points(at, "leaky minus honest"))],
    ),
    Number("lose little: 3 points at most", lambda at: max(_points(at, "change for upright"))),
    Number("accuracy changed by 3 points at most", lambda at: max(_points(at, "change for upright"))),
    Number("checked with ten seeds", lambda at: len(at.runs[f"{EXPERIMENT}-sample"]["seeds"])),
]

_SHADES = "Buolamwini and Gebru, Gender Shades, 2018"
TOLD = {
    "photographs of 1,270 members of parliament": _SHADES,
    "misjudged at most 0.8 % of the time, darker-skinned women up to 34.7 %": f"{_SHADES}, table 4",
    "right about nine times in ten": f"{_SHADES}: 87.9, 93.4 and 90.0 % over all faces",
    "case C-634/21, SCHUFA": "the judgment's number",
    "17 fields of science and 294 papers": "Kapoor and Narayanan, 2023",
    "175 billion weights and saw 300 billion pieces": "Brown and others, 2020",
}
