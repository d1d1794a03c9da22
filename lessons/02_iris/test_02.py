"""What must always hold of lesson 2's own variables, and what its figures say."""

import importlib.util
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import course
from drawn_figures import FIGURES, texts, words
from running import LESSONS, arrays, compared, layers, lesson, said

lesson_02 = lesson("02")


def test_02_results_are_compared_with_the_reference_runs(lesson_02):
    assert compared(lesson_02) == {"iris": ["held_out_accuracy"]}


def test_02_every_flower_is_trained_on_or_held_out(lesson_02):
    """By their rows, of which two are equal; a quarter of each species is held out."""
    together = np.concatenate([lesson_02["X_train"], lesson_02["X_held_out"]])
    labels = np.concatenate([lesson_02["y_train"], lesson_02["y_held_out"]])
    rows = Counter((*row, label) for row, label in zip(together.tolist(), labels.tolist()))
    assert rows == Counter((*row, label) for row, label in zip(lesson_02["X"].tolist(), lesson_02["y"].tolist()))
    assert set(np.bincount(lesson_02["y_held_out"])) == {12, 13}


def test_02_the_network_learns_from_the_training_flowers_and_is_watched_on_all_others(lesson_02):
    fit = lesson_02.fit(lesson_02["model"])
    for given, x, y in [
        (fit.watched, lesson_02["X_held_out"], lesson_02["y_held_out"]),
        (arrays(fit.x.take(35)), lesson_02["X_train"], lesson_02["y_train"]),
    ]:
        whole = list(zip(x.tolist(), y.tolist()))
        seen = list(zip(given[0].tolist(), given[1].tolist()))
        assert all(one in seen for one in whole) and all(one in whole for one in seen)
    assert fit.watched[0].tolist() == lesson_02["X_held_out"].tolist()


def test_02_batches_are_mixed_and_each_pass_has_every_flower_once(lesson_02):
    fit, flowers = lesson_02.fit(lesson_02["model"]), lesson_02["X_train"].tolist()
    count = len(flowers)
    first, second = arrays(fit.x)[0].tolist(), arrays(fit.x)[0].tolist()
    assert sorted(first) == sorted(second) == sorted(flowers)
    assert first != second and flowers not in (first, second)
    late = sum(flowers.index(one) >= count / 2 for one in first[:56])
    assert 15 <= late <= 41, "the pool of shuffle is smaller than the data"


def test_02_steps_and_sizes_are_those_of_the_text(lesson_02):
    model = lesson_02["model"]
    first, later, *_ = fits = [fit for fit in lesson_02.fits if fit.model is model]
    assert len(fits) == 2 and first.x is later.x
    sizes = said("02", r"build (\d+)–(\d+)–(\d+)–(\d+), account for each parameter")
    assert [first.x.element_spec[0].shape[1], *(size for _, size, *_ in layers(model)[1:])] == sizes
    assert [bend for *_, bend in layers(model)[1:]] == ["relu", "relu", "softmax"]
    trained = sum(weight.shape.num_elements() for weight in model.trainable_weights)
    assert said("02", r"explain each of its (\d+) parameters") == [trained]
    assert len(next(iter(first.x))[0]) == 32 and model.loss == "sparse_categorical_crossentropy"
    assert type(model.optimizer).__name__ == "Adam"


def test_02_flowers_are_scaled_by_what_the_training_flowers_tell(lesson_02):
    """Also in each training with a seed of one's own: by its own training flowers."""
    for fit in lesson_02.fits[: 2 + 1 + 4]:
        flowers, scaling = fit.given[0], fit.model.layers[0]
        assert flowers.shape == (112, 4) and type(scaling).__name__ == "Normalization"
        results = np.asarray(scaling(flowers))
        assert np.allclose(results.mean(axis=0), 0, atol=1e-5) and np.allclose(results.std(axis=0), 1, atol=1e-5)


def test_02_a_seed_of_ones_own_goes_through_the_whole_lesson_again(lesson_02):
    """With the steps, the rate and the layers of the lesson's own network, another split and other weights."""
    model = lesson_02["model"]
    steps = sum(fit.settings["epochs"] for fit in lesson_02.fits if fit.model is model)
    one, *spread = anew = [fit for fit in lesson_02.fits if fit.model is not model][:5]
    assert len(spread) == len(lesson_02["accuracies"]) == 4
    for fit in anew:
        assert layers(fit.model) == layers(model)
        assert fit.settings["epochs"] == steps and fit.settings["batch_size"] == 32
        assert fit.rate == pytest.approx(lesson_02.fit(model).rate) == pytest.approx(0.01)
    assert len({fit.weights[3].tobytes() for fit in spread}) == 4, "four trainings, and not four starts"
    assert len({fit.given[0].sum(axis=0).tobytes() for fit in spread}) == 4, "four trainings, one split"
    scored = [(x, y) for network, x, y, _ in lesson_02.evaluated if network is one.model]
    assert [len(x) for x, _ in scored] == [38]
    separate_rows(one.given[0], scored[0][0], lesson_02["X"])


def separate_rows(training, held_out, every):
    """Assert that each flower is on one side. Two flowers have the same measurements, so they are counted."""
    both = Counter(map(bytes, training)) + Counter(map(bytes, held_out))
    assert both == Counter(map(bytes, every))


def test_02_the_dog_is_larger_than_any_flower(lesson_02):
    assert (lesson_02["dog"] > 1.5 * lesson_02["X"].max(axis=0)).all()
    assert lesson_02["dog_shares"].sum() == pytest.approx(1, abs=1e-5)


def test_02_questions_from_the_room_are_answered_by_what_they_say(lesson_02):
    noise, few, whole = map(lesson_02.fit, (lesson_02["with_noise"], lesson_02["few"], lesson_02["whole"]))
    plain, weighted = lesson_02.fit(lesson_02["plain"]), lesson_02.fit(lesson_02["weighted"])
    assert noise.x.shape == (112, 5) and len(lesson_02["sizes"]) == 5
    assert Counter(plain.y.tolist())[2] == 4 and (plain.x == weighted.x).all()
    assert "class_weight" not in plain.settings and weighted.settings["class_weight"][2] > 1
    steps = [-(-112 // fit.settings["batch_size"]) * fit.settings["epochs"] for fit in (few, whole)]
    assert steps[0] == steps[1]


def test_02_a_wrong_name_is_no_right_flower(lesson_02):
    """The garden's flowers lie among those of their species."""
    X, y, names = lesson_02["X"], lesson_02["y"], lesson_02["iris"].target_names
    for flower, name in zip(lesson_02["garden"], lesson_02["true_names"]):
        near = np.argsort(np.linalg.norm(X - flower, axis=1))[:5]
        assert [names[label] for label in y[near]] == [name] * 5
    right = sum(guess == name for guess, name in zip(lesson_02["guesses"], lesson_02["true_names"]))
    assert lesson_02["garden_right"] == right


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*shuffle=True.*:UserWarning")  # As the lessons' setup() does.
def test_02_the_network_of_the_borders_learns_from_any_start(lesson_02):
    """Also from the start that leaves every ReLU dead: all weights negative, all inputs positive."""
    import keras

    sources = [cell.source for cell in course.code(course.read(LESSONS["02"]))]
    build, fit = [source for source in sources if "petals = keras.Sequential" in source or "petals.fit(" in source]
    for seed in range(4):
        keras.utils.set_random_seed(seed)
        names = dict(lesson_02.names)
        exec(build, names)
        if seed % 2:
            first, *others = names["petals"].get_weights()
            names["petals"].set_weights([-np.abs(first), *others])
        exec(fit, names)
        assert names["petal_accuracy"] >= 0.92, seed


# ---------------------------------------------------------------- What the figures say is right


def test_the_flowers_measurements_are_those_of_the_data(drawn):
    table = Path(importlib.util.find_spec("sklearn").origin).parent / "datasets" / "data" / "iris.csv"
    flowers = np.loadtxt(table, delimiter=",", skiprows=1)
    means = [round(float(mean), 1) for mean in flowers[:, :4].mean(axis=0)]
    sizes = [line for _, _, line in texts(drawn["iris_measurements"]) if line.endswith(" cm")]
    assert sizes == [f"{means[0]} × {means[1]} cm", f"{means[2]} × {means[3]} cm"]
    said = FIGURES["iris_measurements"].alternative
    assert (
        f"sepal is {means[0]} cm long and {means[1]} cm wide, a petal {means[2]} cm long and {means[3]} cm wide" in said
    )
    assert f"means of the {len(flowers)} flowers" in words(drawn["iris_measurements"])
