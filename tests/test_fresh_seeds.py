"""A few runs with new seeds, held against the stored ones: a lesson's code reaches now what it did when it promised.

The seeds come from the hash of the lesson's code, outside the stored seeds, so each change of code meets new ones and
the same code always the same; DLCOURSE_SEEDS=date takes them from the day instead, as the weekly workflow does. For
each number the mean of the fresh runs must lie in a band that it leaves by chance so rarely that all bands of a whole
CI run together give a false alarm in at most one of a thousand.
"""

import datetime
import os
import random
import re

import numpy as np
import pytest

import course
import promises
import seeds
from fingerprint import code_hash

FRESH = {  # {data: {lesson: (the experiment at which its run may stop, how many fresh runs)}}
    data: {one.number: promises.of(one).FRESH[data] for one in course.lessons() if data in promises.of(one).FRESH}
    for data in ("sample", "full")
}
NOTICES = [(*key, points) for one in course.lessons() for key, points in promises.of(one).NOTICES.items()]
ALARM = 0.001  # The rate of false alarms of a whole CI run.
SHARES = {"sample": 0.8, "full": 0.2}  # How much of it the runs on each data source may spend.


# Scores whose mean is held, too: on more digits chance does less, so a smaller loss is noticed.
JOINT = [("validation_accuracy", "test_accuracy"), ("originals_after", "inverted_after")]


def known(one, last):
    """The experiments whose results a run has when it has reached this one: those compared up to there."""
    names = re.findall(r'dlcourse\.compare_run\(\s*"(\w+)"', one.source.read_text(encoding="utf-8"))
    if last not in names:
        raise course.Mistake(f"lessons/{one.name}/claims.py: FRESH names {last!r}, and lesson.md compares {names}.")
    return set(names[: names.index(last) + 1])


def compared(data):
    """[(experiment-data, metric, stored values, how many fresh runs)] of all that is held against stored runs."""
    found = []
    for number, (last, count) in FRESH[data].items():
        one = course.lesson(number)
        for key, columns in promises.stored(one)["runs"].items():
            if promises.parts(key)[1] in (data, "any") and promises.parts(key)[0] in known(one, last):
                found += [(key, name, values, count) for name, values in with_joint(columns).items() if name != "seeds"]
    return found


def with_joint(columns):
    """A run's or a runs file's metrics {name: [values]}, and the means of those that are held together."""
    means = {
        " and ".join(names): [sum(values) / len(values) for values in zip(*(columns[name] for name in names))]
        for names in JOINT
        if set(names) <= set(columns)
    }
    return {**columns, **means}


def alarm(data):
    """The rate of false alarms that one band may have."""
    return ALARM * SHARES[data] / len(compared(data))


def new_seeds(one, count, way=None):
    """Seeds that no stored run has: from the lesson's code, or from the day's date."""
    way = way or os.environ.get("DLCOURSE_SEEDS", "code") or "code"
    if way not in ("code", "date"):
        raise course.Mistake(f"DLCOURSE_SEEDS is {way!r}: set it to code or date.")
    source = code_hash(one) if way == "code" else datetime.date.today().isoformat()
    known = {seed for runs in promises.by_seed(one).values() for seed in runs}
    return random.Random(f"{one.number} {source}").sample(sorted(set(range(1000, 100_000)) - known), count)


def run_all(data, **environment):
    """{experiment-data: {metric: [its value in each fresh run]}}, all in one process: two share the cores badly."""
    tasks = [
        (course.lesson(number), seed, experiment)
        for number, (experiment, count) in FRESH[data].items()
        for seed in new_seeds(course.lesson(number), count)
    ]
    found = {}
    for (one, seed, _), run in seeds.make(tasks, runs_per_process=0, DLCOURSE_DATA=data, **environment):
        print(one.name, seed, run)  # So that a red test shows what it saw.
        for key, values in run.items():
            for name, value in values.items():
                found.setdefault(key, {}).setdefault(name, []).append(value)
    return found


def odd(data, fresh):
    """A sentence for each number whose fresh runs are unlike the stored ones."""
    found = []
    for key, name, values, count in compared(data):
        new = with_joint(fresh[key])[name]
        assert len(new) == count
        if words := promises.unusual(values, new, alarm(data)):
            found.append(f"{key}, {name}: of {count} fresh runs {words}.")
    return found


# ---------------------------------------------------------------- Fresh runs


@pytest.mark.slow
def test_fresh_runs_on_the_sample_are_like_the_stored_ones():
    assert odd("sample", run_all("sample")) == []


@pytest.mark.slow
@pytest.mark.needs_mnist
def test_fresh_runs_on_the_full_set_are_like_the_stored_ones(prepared):
    assert odd("full", run_all("full", TFDS_DATA_DIR=str(prepared))) == []


# ---------------------------------------------------------------- Which seeds


@pytest.mark.parametrize("number", FRESH["sample"])
def test_new_seeds_are_new_and_change_with_the_code(number, monkeypatch):
    one = course.lesson(number)
    found = new_seeds(one, 5, "code")
    stored = {seed for runs in promises.by_seed(one).values() for seed in runs}
    assert len(set(found)) == 5 and not set(found) & stored
    assert found == new_seeds(one, 5, "code") != new_seeds(one, 5, "date")
    monkeypatch.setattr(f"{__name__}.code_hash", lambda one: "another")
    assert new_seeds(one, 5, "code") != found


def test_seeds_of_an_unknown_way_get_a_sentence(monkeypatch):
    monkeypatch.setenv("DLCOURSE_SEEDS", "dice")
    with pytest.raises(course.Mistake, match="set it to code or date"):
        new_seeds(course.lessons()[0], 1)


# ---------------------------------------------------------------- How often an alarm is false, and what is noticed


def test_all_bands_together_give_a_false_alarm_in_at_most_one_of_a_thousand_runs():
    total = 0
    for data in FRESH:
        for _, _, values, count in compared(data):
            constant = len(set(values)) == 1
            total += promises.all_differ(len(values), count) if constant else alarm(data)
            assert not constant or promises.all_differ(len(values), count) <= alarm(data)
    assert 0.0005 < total <= ALARM + 1e-12
    assert sum(len(compared(data)) for data in FRESH) >= 16


def test_a_band_is_left_by_chance_as_often_as_it_says():
    """Simulated at a level that a few thousand draws can measure: one in twenty."""
    level, rounds = 0.05, 40_000
    for stored, fresh in sorted({(len(values), count) for data in FRESH for _, _, values, count in compared(data)}):
        values = np.random.default_rng(seed=1).normal(size=(rounds, stored + fresh))
        low, high = promises.band(values[:, :stored], fresh, level)
        means = values[:, stored:].mean(axis=1)
        left = np.mean((means < low) | (means > high))
        assert abs(left - level) < 4 * np.sqrt(level * (1 - level) / rounds), (stored, fresh)


@pytest.mark.parametrize("data", FRESH)
def test_a_band_is_not_left_more_often_by_numbers_distributed_like_the_stored_ones(data):
    """They are no normal distribution: accuracies come in steps, and some are skewed."""
    draw, rates = np.random.default_rng(seed=1), []
    for _, _, values, count in compared(data):
        if len(set(values)) > 1:
            drawn = draw.choice(values, size=(10_000, len(values) + count))
            low, high = promises.band(drawn[:, :-count], count, 0.05)
            means = drawn[:, -count:].mean(axis=1)
            rates.append(np.mean((means < low) | (means > high)))
    assert np.mean(rates) < 0.06 and max(rates) < 0.09


def smallest_loss(key, name, chance=0.5):
    """By how much a number must fall for its band to notice it in this share of CI runs, judging by the stored runs."""
    from scipy import stats

    data = "full" if key.endswith("-full") else "sample"
    found = [one[2:] for one in compared(data) if one[:2] == (key, name)]
    assert found, f"NOTICES names {name} of {key}, and no fresh run is compared with such stored ones."
    values, count = found[0]
    low, _ = promises.band(values, count, alarm(data))
    spread = np.std(values, ddof=1) * np.sqrt(1 / len(values) + 1 / count)
    return np.mean(values) - low + stats.norm.ppf(chance) * spread


@pytest.mark.parametrize("key, name, points", NOTICES)
def test_bands_are_narrow_enough_to_notice_a_loss(key, name, points):
    assert 0 < 100 * smallest_loss(key, name) < points


def test_each_lesson_with_fresh_runs_says_what_they_notice():
    assert {number for data in FRESH for number in FRESH[data]} == {
        one.number for one in course.lessons() if promises.of(one).NOTICES
    }


def test_a_loss_is_noticed_and_so_is_a_score_that_is_too_good():
    fresh = {key: {} for key, *_ in compared("sample")}
    for key, name, values, count in compared("sample"):
        if " and " not in name:
            fresh[key][name] = [float(np.mean(values))] * count
    assert odd("sample", fresh) == []
    for key, name, points in NOTICES:
        for change in (-points / 50, points / 50) if key in fresh else ():  # Twice what must be noticed half the time.
            moved = {part: [value + change for value in values] for part, values in fresh[key].items()}
            assert any(words.startswith(f"{key}, {name}: ") for words in odd("sample", {**fresh, key: moved}))
    for key, name, values, count in compared("sample"):
        if len(set(values)) == 1:
            other = {**fresh, key: {**fresh[key], name: [values[0] - 1] * count}}
            assert odd("sample", other) == [f"{key}, {name}: of {count} fresh runs none is {values[0]}."]


def test_fresh_runs_up_to_what_no_lesson_compares_get_a_sentence():
    with pytest.raises(course.Mistake, match="FRESH names 'nothing', and lesson.md compares"):
        known(course.lessons()[0], "nothing")
