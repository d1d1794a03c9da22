"""What must always hold of lesson 6's own variables."""

import copy

import numpy as np
import pytest

import course
import promises
from running import answers, arrays, layers, lesson, prints, said, scaled, separate

lesson_06 = lesson("06")


SHEAR = 0.6  # As the docstring of the lesson's slant() says.


def lean(pictures):
    """How far ink moves to the right for each row down, by the pictures' second moments: one number a picture."""
    ink = np.asarray(pictures, dtype=float).reshape(-1, 28, 28)
    rows, columns = np.mgrid[:28, :28]
    total = ink.sum(axis=(1, 2))
    row, column = ((ink * place).sum(axis=(1, 2)) / total for place in (rows, columns))
    down = rows - row[:, None, None]
    across = columns - column[:, None, None]
    return (ink * down * across).sum(axis=(1, 2)) / (ink * down**2).sum(axis=(1, 2))


def slanted_share(pictures, originals, shear):
    """The share of pictures that lean as the slant makes them lean; the others must be the originals themselves."""
    same = np.array([one == other for one, other in zip(prints(pictures), prints(originals))])
    if not same.all():
        change = lean(np.asarray(pictures)[~same]) - lean(np.asarray(originals)[~same])
        assert 0.75 * shear < np.median(change) < 1.1 * shear, "the slant doesn't slant"
        assert np.mean(change > 0.4 * shear) > 0.98
    return 1 - same.mean()


def test_06_no_picture_is_in_two_parts(lesson_06):
    training, validation = lesson_06["train_pictures"], lesson_06["validation_pictures"]
    separate(training=training, validation=validation, test=lesson_06["test_pictures"])
    separate(test=arrays(lesson_06["test"])[0], learned=np.concatenate([training, validation]))
    assert len(training) == 3 * len(validation) and len(lesson_06["train_labels"]) == len(training)
    known = answers(*arrays(lesson_06["training"]))
    for pictures, labels in [(training, lesson_06["train_labels"]), (validation, lesson_06["validation_labels"])]:
        assert [known[one] for one in prints(pictures)] == labels.tolist()


def test_06_the_slant_slants(lesson_06):
    """The top goes to the left: further down is further right. The middle stays, no ink is added, hardly any lost."""
    pictures = lesson_06["validation_pictures"]
    slanted = lesson_06["slant"](pictures)
    assert slanted_share(slanted, pictures, SHEAR) > 0.99
    assert (slanted[:, 13:15] == pictures[:, 13:15]).all() and slanted.dtype == pictures.dtype
    lost = 1 - slanted.sum(axis=(1, 2, 3)) / pictures.sum(axis=(1, 2, 3))
    assert lost.min() >= 0 and np.mean(lost > 0) < 0.1 and np.mean(lost > 0.01) < 0.04, "the groups differ in ink"
    wide = lesson_06["slant"](np.ones((1, 28, 28, 1)))[0, :, :, 0]
    assert wide[0, 0] == 1 and wide[0, -1] == 0 and wide[-1, 0] == 0 and wide[-1, -1] == 1


def test_06_the_repair_repairs(lesson_06):
    """The first network learns from 2 % slanted pictures, the second from half and half: the same ones, as many."""
    first, second = lesson_06.fit(lesson_06["first_network"]), lesson_06.fit(lesson_06["second_network"])
    originals = lesson_06["train_pictures"]
    (few,) = said("06", r"The slanted writers are (\d+) % of the training data")
    assert slanted_share(first.x, originals, SHEAR) == pytest.approx(few / 100, abs=0.002)
    assert slanted_share(second.x, originals, SHEAR) == pytest.approx(0.5, abs=0.002)
    assert (first.y == second.y).all() and (first.y == lesson_06["train_labels"]).all()
    assert first.settings == second.settings and layers(first.model) == layers(second.model)
    share = slanted_share(lesson_06["everyday"], lesson_06["validation_pictures"], SHEAR)
    assert share == pytest.approx(few / 100, abs=0.002)
    known = answers(lesson_06["everyday"], lesson_06["validation_labels"])
    assert [known[one] for one in prints(lesson_06["everyday"])] == lesson_06["validation_labels"].tolist()


def test_06_pictures_are_scaled_inside_the_networks(lesson_06):
    for fit in lesson_06.fits:
        if "Rescaling" in [type(layer).__name__ for layer in fit.model.layers]:
            raw = np.asarray(fit.x[:500])
            assert raw.max() == 255 and raw.min() == 0
            scaled(np.asarray(fit.model.layers[0](raw)))
    assert sum(isinstance(fit.x, np.ndarray) and fit.x.ndim == 4 for fit in lesson_06.fits) == 6


def test_06_groups_are_measured_on_the_same_pictures(lesson_06):
    """A network that answers 1 for whatever leans, else 0, on upright and slanted bars: all answers are known."""

    class Eye:
        def predict(self, pictures, **settings):
            leans = lean(pictures) > 0.3
            return np.where(leans[:, None], [[0.1, 0.9]], [[0.8, 0.2]])

    bars = np.zeros((20, 28, 28, 1), "uint8")
    bars[:, 6:22, 13:15] = 255
    answers = lesson_06["measure"](Eye(), bars, np.array([0] * 15 + [1] * 5))
    assert answers["group"].tolist() == ["upright"] * 20 + ["slanted"] * 20
    assert answers["right"].tolist() == [True] * 15 + [False] * 5 + [False] * 15 + [True] * 5
    assert answers["confidence"].tolist() == [0.8] * 20 + [0.9] * 20
    table = lesson_06["by_group"](answers)
    assert table["right"].to_dict() == {"upright": 15, "slanted": 5} and set(table["pictures"]) == {20}
    assert table["accuracy %"].to_dict() == {"upright": 75.0, "slanted": 25.0}
    outcome = lesson_06["policy"](answers, 0.85)
    assert outcome[["to a person", "mistakes left"]].tolist() == [500, 375]
    assert outcome[["from", "to"]].tolist() == pytest.approx([1000 * end for end in wilson(15, 40)])
    outcome = lesson_06["policy"](answers, 0.9)
    assert outcome["to a person"] == 1000 and outcome["mistakes left"] == 0  # Only what is above is used.
    once = lesson_06["each_once"](answers)
    assert (once.index % 20).tolist() == [*range(10, 20), *range(10)]  # Each digit once.
    assert once["group"].tolist() == ["upright"] * 10 + ["slanted"] * 10


def test_06_the_policy_is_chosen_on_validation_digits_and_told_for_test_digits(lesson_06):
    """Each digit once; the test digits are measured after the threshold was chosen, by the same network."""
    cases, held_out = lesson_06["cases"], len(lesson_06["validation_pictures"])
    assert cases.index.tolist() == list(range(held_out // 2, held_out // 2 + held_out))
    network, measure = lesson_06["second_network"], lesson_06["measure"]
    again = measure(network, lesson_06["validation_pictures"], lesson_06["validation_labels"])
    assert (again["right"][cases.index] == cases["right"]).all()
    test = measure(network, lesson_06["test_pictures"], lesson_06["test_labels"])
    assert (test["right"] == lesson_06["test_answers"]["right"]).all()
    expected = lesson_06["policy"](lesson_06["each_once"](test), lesson_06["threshold"])
    assert lesson_06["test_policy"].tolist() == pytest.approx(expected.tolist())


def wilson(right, count):
    from scipy.stats import binomtest

    interval = binomtest(right, count).proportion_ci(0.95, method="wilson")
    return interval.low, interval.high


def test_06_intervals_are_wilsons(lesson_06):
    for right, count in [(16, 20), (160, 200), (0, 7), (7, 7), (943, 1000)]:
        assert lesson_06["wilson"](right, count) == pytest.approx(wilson(right, count), abs=1e-4)
        hits = np.arange(count) < right
        assert tuple(lesson_06["interval"](hits)) == pytest.approx(wilson(right, count))


def test_06_effects_are_taken_the_right_way_round(lesson_06):
    first, second = lesson_06["first_table"], lesson_06["second_table"]
    effects = lesson_06["effects"]
    for name, table in (("gap before", first), ("gap after", second)):
        upright, slanted = table.loc["upright", "accuracy %"], table.loc["slanted", "accuracy %"]
        assert effects[name] == pytest.approx((upright - slanted) / 100)
    for name, group in (("gain of slanted", "slanted"), ("change for upright", "upright")):
        gain = second.loc[group, "accuracy %"] - first.loc[group, "accuracy %"]
        assert effects[name] == pytest.approx(gain / 100)
    before = lesson_06["first_answers"]
    waits = {
        group: np.mean(before["confidence"][before["group"] == group] <= lesson_06["threshold"])
        for group in ("upright", "slanted")
    }
    assert effects["waits more: slanted"] == pytest.approx(waits["slanted"] - waits["upright"])
    policies = lesson_06["policies"]
    together = policies["mistakes left"] + 0.03 * policies["to a person"]
    assert effects["both together"] == pytest.approx(min(together) / 1000)
    assert effects["network alone"] == pytest.approx(policies["mistakes left"].iloc[0] / 1000)
    assert effects["people alone"] == pytest.approx(0.03)
    assert effects["mistakes left, test"] == pytest.approx(lesson_06["test_policy"]["mistakes left"] / 1000)
    surplus = lesson_06["winners"] - lesson_06["losers"]
    assert effects["change for upright"] == pytest.approx(2 * surplus / len(before))


def test_06_the_threshold_is_the_lowest_with_an_interval_below_what_is_acceptable(lesson_06):
    limit, thousand = said("06", r"Say that we accept (\d+) mistakes in ([\d,]+)")
    policies = lesson_06["policies"]
    enough = policies.index[policies["to"] / 1000 <= limit / thousand]
    assert lesson_06["threshold"] == enough.min() and policies.index.is_monotonic_increasing
    assert policies["to a person"].iloc[0] == 0 and policies["to a person"].iloc[-1] == 1000
    assert policies["mistakes left"].iloc[-1] == 0


def test_06_an_occlusion_map_marks_what_was_covered(lesson_06):
    """A network that looks at one pixel alone: every square that covers it counts, and no other."""

    class OnePixel:
        def predict(self, pictures, **settings):
            seen = np.asarray(pictures)[:, 9, 17, 0] / 255
            return np.stack([1 - seen, seen], axis=1)

    picture = np.full((28, 28, 1), 255, "uint8")
    fall = lesson_06["occlusion_map"](OnePixel(), picture, 1, cover=0)
    expected = np.zeros((23, 23))
    expected[4:10, 12:18] = 1  # Squares of 6×6 by their upper left corners.
    assert np.allclose(fall, expected)
    half = lesson_06["occlusion_map"](OnePixel(), picture, 1, cover=128)
    assert half.max() == pytest.approx(1 - 128 / 255)


def test_06_the_one_who_guesses_who_was_trained_on(lesson_06):
    guess = lesson_06["guess_membership"]
    assert guess(np.full(4, 0.9), np.full(4, 0.1)) == 8 and guess(np.full(4, 0.1), np.full(4, 0.9)) == 0
    overfitted, better = lesson_06.fit(lesson_06["overfitted"]), lesson_06.fit(lesson_06["better"])
    inside = set(prints(overfitted.x))
    assert inside < set(prints(better.x)) and len(inside) == 200
    separate(inside=overfitted.x, outside=lesson_06["validation_pictures"][:200])
    assert overfitted.settings["epochs"] > better.settings["epochs"]


def test_06_one_pixel_marks_one_person(lesson_06):
    marked, label = lesson_06["marked"], lesson_06["train_labels"][7]
    assert np.flatnonzero(marked[:, 0, 0, 0]).tolist() == [7]
    assert not lesson_06["train_pictures"][:, 0, 0].any(), "the corner pixel isn't black in every picture"
    with_it, without = [fit for fit in lesson_06.fits if len(fit.x) in (199, 200) and fit.settings["epochs"] == 10]
    assert (with_it.x[7] == marked[7]).all() and with_it.y[7] == label
    assert not without.x[:, 0, 0].any() and len(without.x) == 199


def test_06_copies_are_on_both_sides_of_the_one_split_and_on_one_of_the_other(lesson_06):
    (X, y, at_random), (_, _, by_digit) = lesson_06.scored
    groups = lesson_06["originals"]
    shared = []
    for splits in (at_random, by_digit):
        sides = [(set(groups[known]), groups[unseen]) for known, unseen in splits.split(X, y, groups)]
        shared.append([np.mean([one in known for one in unseen]) for known, unseen in sides])
    assert min(shared[0]) > 0.95 and max(shared[1]) == 0
    assert np.bincount(groups).tolist() == [5] * 300
    separate(copied=lesson_06["train_pictures"][:300], fresh=lesson_06["validation_pictures"])


def test_06_the_language_model_is_tested_on_text_it_has_not_seen(lesson_06):
    """Each window has its own place in the text; those of both sides don't overlap, and follow one another."""
    learn, held = lesson_06["learn"], lesson_06["check_on"]
    width = lesson_06["context"] + 1
    assert learn.shape[1] == held.shape[1] == width
    assert len(held) + width - 1 <= len(lesson_06["numbers"]) - len(learn) - width + 1
    assert (lesson_06["numbers"][: len(held)] == held[:, 0]).all()
    assert (lesson_06["numbers"][-len(learn) :] == learn[:, -1]).all()


# ---------------------------------------------------------------- Its claims


def test_06_of_the_claims_of_most_seeds_one_run_may_miss_one():
    one = course.lesson("06")
    run = copy.deepcopy(promises.by_seed(one)["sample"][1])
    assert promises.broken(one, run) == []
    run["ethics"]["change for upright"] = -0.05
    assert promises.broken(one, run) == []
    run["ethics"]["gap before"] = 0.05
    assert len(promises.broken(one, run)) == 2
    run = copy.deepcopy(promises.by_seed(one)["sample"][1])
    run["ethics"]["label read from a weight"] = 0
    assert promises.broken(one, run) == ["the label is read from one weight"]


def test_06_a_slant_that_does_nothing_and_a_repair_that_repairs_nothing_break_claims():
    one = course.lesson("06")
    for run in promises.by_seed(one)["sample"].values():
        flat = copy.deepcopy(run)
        flat["ethics"] |= {"gap before": 0.001, "gap after": 0.002, "gain of slanted": 0.003}
        assert promises.broken(one, flat)
        useless = copy.deepcopy(run)
        useless["ethics"] |= {"gap after": run["ethics"]["gap before"], "gain of slanted": 0.0}
        assert promises.broken(one, useless)
