"""What must always hold of lesson 7's own variables."""

import re

import numpy as np
import pytest

import course
from running import LESSONS, answers, arrays, layers, lesson, prints, prose, said, scaled, separate

lesson_07 = lesson("07")


def test_07_the_waiting_rooms_three_parts(lesson_07):
    watched, fresh = lesson_07["watched"], lesson_07["fresh"]
    test = arrays(lesson_07["test_digits"])[0]
    separate(trained=lesson_07["images"], watched=watched[0], fresh=fresh[0], test=test)
    sentence = r"([\d,]+) to train on, ([\d,]+) to \*\*watch\*\* while training .*?, and ([\d,]+) \*\*fresh\*\*"
    assert [len(lesson_07["images"]), len(watched[0]), len(fresh[0])] == said("07", sentence)
    known = answers(*arrays(lesson_07["training_digits"]))
    for pictures, labels in [(lesson_07["images"], lesson_07["labels"]), watched, fresh]:
        scaled(pictures)
        assert [known[one] for one in prints(pictures)] == labels.tolist()


def healthy_but(fit, healthy, **odd):
    """Assert that a training is the healthy one in all but what is named: the data, the rate, the layers, the loss."""
    same = {
        "data": fit.x is healthy.x and fit.y is healthy.y,
        "watched": fit.settings["validation_data"] is healthy.settings["validation_data"],
        "rate": fit.rate == pytest.approx(healthy.rate) and type(fit.model.optimizer) is type(healthy.model.optimizer),
        "layers": layers(fit.model) == layers(healthy.model),
        "loss": fit.model.loss == healthy.model.loss,
        "settings": {**fit.settings, "validation_data": 0} == {**healthy.settings, "validation_data": 0},
    }
    assert {name for name, value in same.items() if not value} == {name for name in odd if odd[name]}


def test_07_health(lesson_07):
    healthy = lesson_07.fit(lesson_07["healthy"])
    assert healthy.x is lesson_07["images"] and healthy.y is lesson_07["labels"]
    assert 0.001 <= healthy.rate <= 0.005 and healthy.settings["epochs"] == 6
    assert [layer[3] for layer in layers(healthy.model)] == [None, "relu", "softmax"]
    assert healthy.loss == pytest.approx(np.log(10), abs=0.3)  # "A network that knows nothing has about 2.3."


def test_07_patient_1_takes_steps_a_hundred_times_too_long(lesson_07):
    fit, healthy = lesson_07.fit(lesson_07["patient_1"]), lesson_07.fit(lesson_07["healthy"])
    healthy_but(fit, healthy, rate=True)
    assert fit.rate == pytest.approx(100 * healthy.rate)
    assert said("07", r"with ([\d.]+) a hundred times as long as in the healthy training") == pytest.approx([fit.rate])


def test_07_patient_2_has_a_loss_for_two_classes_and_labels_of_three(lesson_07):
    fit = lesson_07.fit(lesson_07["patient_2"])
    assert fit.model.loss == "binary_crossentropy" and layers(fit.model)[-1] == ("Dense", 1, None, "sigmoid")
    assert set(fit.y.tolist()) == {0, 1, 2} and 0.005 < fit.rate < 0.05 and fit.x.max() < 10
    assert not {tuple(row) for row in fit.x} & {tuple(row) for row in fit.watched[0]} - duplicates(lesson_07)


def duplicates(lesson_07):
    """Iris has one flower twice."""
    return {(5.8, 2.7, 5.1, 1.9)}


def test_07_patient_3_takes_steps_a_hundred_times_too_short(lesson_07):
    fit, healthy = lesson_07.fit(lesson_07["patient_3"]), lesson_07.fit(lesson_07["healthy"])
    assert type(fit.model.optimizer).__name__ == "SGD" and fit.rate <= 0.002
    assert fit.x is healthy.x and fit.y is healthy.y and fit.settings == healthy.settings
    assert layers(fit.model) == layers(healthy.model) and fit.model.loss == healthy.model.loss
    (task,) = [task for task in course.exercises(course.read(LESSONS["07"])) if task.name == "treat patient 3"]
    assert (
        f"SGD({100 * fit.rate:g})" in task.solution and "a hundred times too short" in task.solution + task.text.source
    )


def test_07_patient_4_is_given_raw_measurements(lesson_07):
    fit = lesson_07.fit(lesson_07["patient_4"])
    assert fit.x is lesson_07["X_wine"] and fit.x.max() > 1_000 and np.median(fit.x) < 10
    assert fit.loss > 20, "the first loss is that of scaled inputs"
    assert layers(fit.model)[-1] == ("Dense", 3, None, "softmax") and set(fit.y.tolist()) == {0, 1, 2}
    assert fit.model.loss == "sparse_categorical_crossentropy" and type(fit.model.optimizer).__name__ == "SGD"
    first, fourth = lesson_07.fit(lesson_07["patient_1"]), fit  # Two that look alike, and what tells them apart.
    assert first.x.min() == 0 and first.x.max() == 1 and fourth.x.max() > 1_000 > 100 * np.median(fourth.x.min(axis=0))
    table = lesson_07["train_4"]((fit.x - fit.x.mean(axis=0)) / fit.x.std(axis=0), lesson_07["X_wine_new"])[0]
    assert table is not fit.model
    commonest = np.bincount(fit.y).max() / len(fit.y)
    assert commonest < 0.5, "one class is much rarer: another illness"


def test_07_patient_5_has_the_labels_of_other_pictures(lesson_07):
    fit = lesson_07.fit(lesson_07["patient_5"])
    images, labels = lesson_07["images"][:1_000], lesson_07["labels"][:1_000]
    assert sorted(prints(fit.x)) == sorted(prints(images)) and sorted(fit.y) == sorted(labels)
    scaled(fit.x)
    known = answers(images, labels)
    right = np.mean([known[one] == label for one, label in zip(prints(fit.x), fit.y)])
    assert right < 0.2, "the labels belong to the pictures: this patient isn't ill"
    assert prints(fit.x) != prints(images) and fit.rate == pytest.approx(lesson_07.fit(lesson_07["healthy"]).rate)


def test_07_patient_6_has_softmax_twice(lesson_07):
    fit, healthy = lesson_07.fit(lesson_07["patient_6"]), lesson_07.fit(lesson_07["healthy"])
    healthy_but(fit, healthy, layers=True)
    assert layers(fit.model)[:-1] == layers(healthy.model) and type(fit.model.layers[-1]).__name__ == "Softmax"


def test_07_patient_7_is_asked_with_unscaled_numbers(lesson_07):
    fit = lesson_07.fit(lesson_07["patient_7"])
    assert np.allclose(fit.x.mean(axis=0), 0) and np.allclose(fit.x.std(axis=0), 1)
    known, checked = lesson_07["X_known"], lesson_07["X_checked"]
    assert np.allclose(lesson_07["scaler"].mean_, known.mean(axis=0)), "others had a say in the scaling"
    assert np.allclose(fit.watched[0], (checked - known.mean(axis=0)) / known.std(axis=0))
    assert not {tuple(row) for row in known} & {tuple(row) for row in checked}
    ((_, asked, labels, _),) = [one for one in lesson_07.evaluated if one[0] is lesson_07["patient_7"]]
    assert np.abs(asked).max() > 1_000, "what is evaluated was scaled too: this patient isn't ill"
    seen = {tuple(row) for row in np.concatenate([known, checked])}
    assert len(asked) == len(labels) and not seen & {tuple(row) for row in asked}
    assert layers(fit.model)[-1] == ("Dense", 1, None, "sigmoid") and fit.model.loss == "binary_crossentropy"
    assert set(fit.y.tolist()) == {0, 1} and 0.001 <= fit.rate <= 0.02


def sources_of(pictures, originals):
    """For each picture the number of the original that it is nearest to."""
    pictures, originals = (np.asarray(some).reshape(len(some), -1) for some in (pictures, originals))
    return (-2 * pictures @ originals.T + (originals**2).sum(axis=1)).argmin(axis=1)


def test_07_patient_8_has_copies_on_both_sides(lesson_07):
    training, validation, _, labels = lesson_07["parts"]
    originals = lesson_07["images"][:500]
    known, watched = sources_of(training, originals), sources_of(validation, originals)
    assert np.bincount(np.concatenate([known, watched])).tolist() == [5] * 500
    assert np.mean(np.isin(watched, known)) > 0.95, "no copies on both sides: this patient isn't ill"
    assert (lesson_07["labels"][:500][watched] == labels).all()
    twins = lesson_07["nearest"]  # The pairs that are shown.
    assert (known[twins] == watched[: len(twins)]).all()
    copies = lesson_07["enlarge"](originals[:2], np.array([3, 4]))
    assert copies[0].shape == (10, 28, 28, 1) and copies[1].tolist() == [3, 4] * 5
    assert (copies[0][:2] == originals[:2]).all() and 0.1 < (copies[0][2:4] - originals[:2]).std() < 0.3


def test_07_patient_9_is_healthy(lesson_07):
    """The healthy network with dropout, on the same digits at the same rate: none of the list's faults."""
    fit, healthy = lesson_07.fit(lesson_07["patient_9"]), lesson_07.fit(lesson_07["healthy"])
    healthy_but(fit, healthy, layers=True)
    kinds = [type(layer).__name__ for layer in fit.model.layers]
    assert kinds == ["Flatten", "Dense", "Dropout", "Dense"] and 0.5 <= fit.model.layers[2].rate <= 0.6
    assert [one for one in layers(fit.model) if one[0] == "Dense"] == layers(healthy.model)[1:]
    separate(trained=fit.x, watched=fit.watched[0], fresh=lesson_07["fresh"][0])
    assert fit.loss == pytest.approx(np.log(10), abs=0.5)


def test_07_patient_10_overfits(lesson_07):
    """Few digits, rightly labelled, and many passes: none of the other faults."""
    fit, healthy = lesson_07.fit(lesson_07["patient_10"]), lesson_07.fit(lesson_07["healthy"])
    count = len(fit.x)
    assert count <= 100 and (fit.x == healthy.x[:count]).all() and (fit.y == healthy.y[:count]).all()
    assert fit.settings["epochs"] >= 20 and fit.rate <= 0.01 and fit.model.loss == healthy.model.loss
    assert fit.model.count_params() > 100 * count and layers(fit.model)[-1] == layers(healthy.model)[-1]
    separate(trained=fit.x, watched=fit.watched[0], fresh=lesson_07["fresh"][0])
    assert np.bincount(fit.y, minlength=10).min() >= 3, "one class is much rarer: another illness"


def test_07_each_patient_has_a_diagnosis_of_its_own(lesson_07):
    tasks = [task for task in course.exercises(course.read(LESSONS["07"])) if task.name.startswith("treat patient")]
    letters = [re.search(r'diagnosis_\d+ = "(\w)"', task.solution)[1] for task in tasks]
    names = dict(re.findall(r"\*\*([A-L])\*\* ([^;|]*)", prose("07").partition("## The signs")[2]))
    assert sorted(names) == list("ABCDEFGHIJKL")
    assert len(set(letters)) == len(letters) == 10
    expected = ["rate is too high", "doesn't suit the labels", "rate is too low", "not scaled", "don't belong together",
                "twice", "prepared differently", "both sides", "nothing is wrong", "overfits"]  # fmt: skip
    assert [words for letter, words in zip(letters, expected) if words not in names[letter]] == []
