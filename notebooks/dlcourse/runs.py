"""compare_run(): is a result usual, among those of many seeds?"""

import json
import math
import os

import matplotlib.pyplot as plt
import numpy as np

from . import mnist
from .errors import COURSE, CourseError
from .palette import COLOURS
from .pictures import show

RUNS = COURSE / "data" / "runs"  # A file for each lesson, NN_name.json; tools/seeds.py makes them.


def _reference():
    """{experiment: {metric: [its value with each seed]}} of all lessons."""
    found = {}
    for path in sorted(RUNS.glob("*.json")):
        try:
            for experiment, values in json.loads(path.read_text(encoding="utf-8"))["runs"].items():
                found[experiment] = {name: numbers for name, numbers in values.items() if name != "seeds"}
        except Exception as error:  # Half a file, or something else in its place.
            reason = type(error).__name__
            raise CourseError(f"data/runs/{path.name} cannot be read ({reason}): fetch the course again.") from None
    return found


def _tolerance(values, content):
    """The interval that holds this share of all runs, with 95 % confidence, judging by these ones.

    Howe's approximation for a normal distribution. The spread is never taken to be below 0.002: other machines and
    versions differ by about that much.
    """
    from scipy import stats

    count, mean = len(values), np.mean(values)
    factor = math.sqrt((count - 1) * (1 + 1 / count) / stats.chi2.ppf(0.05, count - 1))
    reach = factor * stats.norm.ppf((1 + content) / 2) * max(np.std(values, ddof=1), 0.002)
    return float(mean - reach), float(mean + reach)


def _in_words(value, reference):
    """Where a value stands among the reference runs' ("usual …", "different …")."""
    (low, high), (lowest, highest) = _tolerance(reference, 0.9), _tolerance(reference, 0.999)
    if round(min(reference), 3) <= round(value, 3) <= round(max(reference), 3):  # As they are printed.
        return "usual"
    if low <= value <= high:
        return f"usual, though just {'below' if value < min(reference) else 'above'} ours"
    if lowest <= value <= highest:
        return "unusual, but it happens: run it again with another seed and it will probably be closer"
    far = "higher than any of ours: check that nothing leaks into it" if value > highest else "lower than ours"
    return f"different ({far if value == value else 'not a number'}): something was changed, or went wrong"


def compare_run(experiment, **metrics):
    """Place your results among the course's reference runs: the same code, trained with many seeds.

    experiment: a name in data/runs/, without "-full" or "-sample" (the data decide that). metrics: fractions by the
    names used there, such as test_accuracy=0.981. With DLCOURSE_STRICT=1 a result that is different from the
    reference runs, not merely unusual, raises CourseError.
    """
    runs = _reference()
    key = experiment if experiment in runs else f"{experiment}-{mnist.source}"
    if key == f"{experiment}-None" and f"{experiment}-sample" in runs:
        raise CourseError("run the cell with load_mnist() first: what is usual depends on the data.")
    if key not in runs:
        raise CourseError(f"there are no reference runs for {experiment!r}: the names are {', '.join(sorted(runs))}.")
    unknown = [name for name in metrics if name not in runs[key]]
    if unknown or not metrics:
        raise CourseError(f"the reference runs of {key} hold {', '.join(runs[key])}; pass one or more of them.")
    try:
        metrics = {name: float(value) for name, value in metrics.items()}
    except Exception:
        raise CourseError(f"{key} needs one number for each of {', '.join(metrics)}: run the training first.") from None
    ours = [runs[key][name] for name in metrics]  # Accuracies near each other are compared: they share an axis.
    reach = np.ptp([*np.ravel(ours), *metrics.values()])
    alike = all(name.endswith("accuracy") for name in metrics) and reach <= 3 * max(map(np.ptp, ours))
    figure, axes = plt.subplots(len(ours), 1, figsize=(7, 0.6 + 0.9 * len(ours)), squeeze=False, sharex=bool(alike))
    different, said = [], []
    for place, (name, value) in zip(axes.flat, metrics.items()):
        reference, label = runs[key][name], name.replace("held_out", "held-out").replace("_", " ")
        words = _in_words(value, reference)
        different += [label] * words.startswith("different")
        said.append(f"Your {label} of {value:.3f} is {words}. Our {len(reference)} runs: "
                    f"{min(reference):.3f} to {max(reference):.3f}.")  # fmt: skip
        heights = np.random.default_rng(0).uniform(-0.25, 0.25, len(reference))
        place.plot(reference, heights, "o", color=COLOURS[0], alpha=0.6, markersize=5, label="our runs")
        place.plot([value], [0], "D", color=COLOURS[1], markersize=11, markeredgecolor="black", label="yours")
        place.set(ylim=(-0.6, 0.6), yticks=[], xlabel=label.capitalize())
        place.locator_params(axis="x", nbins=6)
        place.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    print("\n".join(said))
    show(figure, " ".join(said))
    if different and os.environ.get("DLCOURSE_STRICT") == "1":
        raise CourseError(f"{key}: {', '.join(different)} differ from the reference runs.")
