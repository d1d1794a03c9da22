"""What lesson 5 promises over seeds, and where the numbers of its results come from."""

import math

from promises import Claim, Number

SEEDS = 10
POLL = "can't be said before it is known how yours differ"

CLAIMS = [
    Claim(
        "before: three in ten inverted digits are read at most",
        lambda run: run["augmentation"]["inverted_before"] <= 0.30,
        breaks={"augmentation": {"inverted_before": 0.31}},
    ),
    Claim(
        "after: 95 % of the inverted digits or more",
        lambda run: run["augmentation"]["inverted_after"] >= 0.95,
        breaks={"augmentation": {"inverted_after": 0.945}},
    ),
    Claim(
        "the originals lose a point at most",
        lambda run: run["augmentation"]["originals_after"] - run["augmentation"]["originals_before"] >= -0.01,
        breaks={"augmentation": {"originals_after": 0.95}},
    ),
]


def _all(at, metric):
    """A metric's values on both data sources."""
    return at.runs["augmentation-sample"][metric] + at.runs["augmentation-full"][metric]


NUMBERS = [
    Number(
        "between about one in twelve and one in four",
        lambda at: [1, 1 / min(_all(at, "inverted_before")), 1, 1 / max(_all(at, "inverted_before"))],
        within=0.3,
    ),
    Number("about a quarter of the inverted digits", lambda at: max(_all(at, "inverted_before")), within=0.03),
    Number("more than 95 %", lambda at: 5 * math.floor(20 * min(_all(at, "inverted_after")))),
]
