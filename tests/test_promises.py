"""What the lessons promise, held against the reference runs: the lessons' own code, trained with many seeds."""

import json
import re

import check_clinic
import check_ethics
import course
import numpy as np
import pytest

RUNS = json.loads((course.ROOT / "data" / "reference_runs.json").read_text(encoding="utf-8"))


def test_iris_is_above_92_per_cent_in_19_of_20_seeds():
    accuracies = np.array(RUNS["iris"]["held_out_accuracy"])
    assert np.mean(accuracies >= 0.92) >= 19 / 20


def test_the_garden_flowers_are_told_apart():
    assert np.mean(np.array(RUNS["iris"]["garden_right"]) == 3) >= 19 / 20


@pytest.mark.parametrize("part", ["validation_accuracy", "test_accuracy"])
def test_mnist_is_above_97_5_per_cent_on_the_full_set(part):
    assert min(RUNS["mnist-full"][part]) >= 0.975


def test_a_schedule_reaches_99_per_cent_on_the_full_set_and_wins_on_the_validation_digits():
    runs = RUNS["mnist_schedule-full"]
    assert len(runs["test_accuracy"]) == 20 and min(runs["test_accuracy"]) > 0.99
    assert np.mean(np.array(runs["validation_accuracy"]) > RUNS["mnist-full"]["validation_accuracy"]) >= 0.9


def test_mnist_is_above_95_5_per_cent_on_the_sample():
    assert min(RUNS["mnist-sample"]["test_accuracy"]) >= 0.955


@pytest.mark.parametrize("source", ["full", "sample"])
def test_inverted_copies_mend_inverted_digits_and_cost_the_originals_next_to_nothing(source):
    runs = {name: np.array(values) for name, values in RUNS[f"augmentation-{source}"].items()}
    assert len(runs["inverted_after"]) >= 10
    assert max(runs["inverted_before"]) <= 0.30
    assert min(runs["inverted_after"]) >= 0.95
    assert min(runs["originals_after"] - runs["originals_before"]) >= -0.01


def kept(script, share):
    """A script's claims on each data source: the condition, the kept runs, the share of them that must bear it out."""
    runs = json.loads(script.RESULTS.read_text(encoding="utf-8"))
    return [
        pytest.param(holds, list(runs[source].values()), share, id=f"{script.__name__}-{source}-{claim}")
        for claim, holds in script.CLAIMS.items()
        for source in ("full", "sample")
    ]


@pytest.mark.parametrize("holds, runs, share", kept(check_ethics, 0.9) + kept(check_clinic, 1))
def test_what_lessons_6_and_7_claim_holds_over_seeds(holds, runs, share):
    assert len(runs) >= 8
    assert sum(bool(holds(run)) for run in runs) >= share * len(runs)


def test_lesson_6_was_run_with_ten_seeds_on_each_source():
    assert all(len(runs) >= 10 for runs in json.loads(check_ethics.RESULTS.read_text(encoding="utf-8")).values())


@pytest.mark.parametrize("effect, words", [
    ("gain of slanted", r"between (\d+) and (\d+) points"),
    ("leaky minus honest", r"falls by (\d+) to (\d+) points"),
    ("change for upright", r"changed by ()(\d+) points at most"),
])  # fmt: skip
def test_ranges_named_in_lesson_6_are_those_of_its_runs(effect, words):
    text = " ".join(cell.source for cell in course.read(course.NOTEBOOKS / "06_ethics.ipynb").cells)
    low, high = re.search(words, text).groups()
    results = json.loads(check_ethics.RESULTS.read_text(encoding="utf-8"))
    points = [abs(100 * run[effect]) for runs in results.values() for run in runs.values()]
    assert round(max(points)) == int(high) and low in ("", str(round(min(points))))
