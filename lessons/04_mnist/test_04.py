"""What must always hold of lesson 4's own variables, and what its figures say."""

import contextlib
import io
import re

import numpy as np
import pytest
from scipy.ndimage import maximum_filter

import course
import drawing
from drawn_figures import FIGURES, cell, texts, words
from running import (
    LESSONS,
    answers,
    arrays,
    compared,
    layers,
    lesson,
    mixed,
    prints,
    said,
    scaled,
    schedule_of,
    separate,
)

lesson_04 = lesson("04")


def test_04_results_are_compared_with_the_reference_runs(lesson_04):
    both = ["test_accuracy", "validation_accuracy"]
    assert compared(lesson_04) == {"mnist": both, "mnist_schedule": both}


def test_04_no_picture_is_in_two_parts(lesson_04):
    fit, test = lesson_04.fit(lesson_04["model"]), arrays(lesson_04["test"])[0]
    separate(training=fit.given[0], validation=fit.watched[0], test=test)
    given = prints(arrays(lesson_04["training_digits"])[0])
    assert sorted([*prints(fit.given[0]), *prints(fit.watched[0])]) == sorted(given), "a digit was lost"
    assert len(fit.watched[0]) == lesson_04["validation_size"] == len(given) // 10


def test_04_every_network_learns_from_the_training_digits_alone(lesson_04):
    trained = set(prints(lesson_04.fit(lesson_04["model"]).given[0]))
    assert all(set(prints(fit.given[0])) == trained for fit in lesson_04.fits)


def test_04_test_digits_are_used_once_for_each_chosen_network_and_never_before(lesson_04):
    test = set(prints(arrays(lesson_04["test"])[0]))
    tested = [
        (model, before) for model, x, y, before in lesson_04.evaluated if set(prints(arrays(x, y)[0])) & test
    ]  # fmt: skip
    assert [model for model, _ in tested] == [lesson_04["model"]]  # The second is tested only where it wins.
    for model, before in tested:
        assert lesson_04.fits.index(lesson_04.fit(model)) < before


@pytest.mark.parametrize("wins, tested", [(True, ["the test digits"]), (False, [])])
def test_04_the_schedule_is_tested_only_where_validation_chose_it(wins, tested, capsys):
    """The cell that guards the test, by itself."""
    cells = [cell.source for cell in course.code(course.read(LESSONS["04"]))]
    (guard,) = [source for source in cells if "if better_accuracy > validated" in source]
    compared, seen = {}, []

    class Better:
        def evaluate(self, batches, **settings):
            seen.append(batches)
            return 0.1, 0.995

    class Helper:
        def compare_run(self, experiment, **metrics):
            compared[experiment] = metrics

    names = {"better": Better(), "dlcourse": Helper(), "test_batches": "the test digits", "test_accuracy": 0.98}
    exec(guard, names | {"validated": 0.975, "better_accuracy": 0.985 if wins else 0.975})
    assert seen == tested
    chosen = {"validation_accuracy": 0.985 if wins else 0.975, "test_accuracy": 0.995 if wins else 0.98}
    assert compared == {"mnist_schedule": chosen}
    assert ("is tested" if wins else "isn't tested") in capsys.readouterr().out


def test_04_the_three_shares_are_those_of_scikit_learn(lesson_04):
    from sklearn.metrics import precision_score, recall_score

    labels = lesson_04["validation_labels"]
    generator = np.random.default_rng(seed=42)
    guesses = np.where(generator.random(len(labels)) < 0.8, labels, generator.integers(0, 10, len(labels)))
    source = next(cell.source for cell in course.code(course.read(LESSONS["04"])) if "\nspecificity =" in cell.source)
    names = {"np": np, "guesses": guesses, "validation_labels": labels}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, names)
    ill, called = labels == 9, guesses == 9
    assert names["sensitivity"] == pytest.approx(recall_score(ill, called))
    assert names["specificity"] == pytest.approx(recall_score(~ill, ~called))
    assert names["precision"] == pytest.approx(precision_score(ill, called))


def test_04_pictures_keep_their_labels_and_are_scaled(lesson_04):
    known = answers(*arrays(lesson_04["training_digits"]))
    fit = lesson_04.fit(lesson_04["model"])
    for pictures, labels in (fit.given, fit.watched):
        scaled(pictures)
        assert [known[one] for one in prints(pictures)] == labels.tolist()
    for _, x, y, _ in lesson_04.evaluated:
        scaled(arrays(x, y)[0])


def test_04_batches_are_mixed(lesson_04):
    fit = lesson_04.fit(lesson_04["model"])
    mixed(fit.x, arrays(lesson_04["training"])[0])
    sizes = [len(labels) for _, labels in fit.x]
    assert set(sizes[:-1]) == {128} and 0 < sizes[-1] <= 128
    assert all(len(set(np.asarray(labels).tolist())) == 10 for _, labels in fit.x.take(3))


def test_04_the_network_is_the_one_in_the_text(lesson_04):
    model, fit = lesson_04["model"], lesson_04.fit(lesson_04["model"])
    (weights,) = said("04", r"Our network has ([\d,]+) parameters")
    assert model.count_params() == weights
    filters, size = said("04", r"`Conv2D\((\d+), (\d+)\)` has")
    (second,) = said("04", r"Each of the next (\d+) has 25 values")
    convolutions = [layer for layer in layers(model) if layer[0] == "Conv2D"]
    assert convolutions == [("Conv2D", count, (size, size), "relu") for count in (filters, second)]
    dropped, kept = said("04", r"is dropped with probability ([\d.]+); the others are multiplied by 1/([\d.]+)")
    rates = [layer[1] for layer in layers(model) if layer[0] == "Dropout"]
    assert rates == [dropped] == [lesson_04["dropout"].rate] and kept == 1 - dropped
    assert layers(model)[-1] == ("Dense", 10, None, "softmax") and layers(model)[-3][3] == "relu"
    (usual,) = said("04", r"Adam's usual one is ([\d.]+); with so few steps twice that")
    assert fit.rate == pytest.approx(2 * usual) and type(model.optimizer).__name__ == "Adam"
    assert said("04", r"As many as before, (\d+)\. A filter is shared") == [model.layers[0].count_params()]


@pytest.mark.lesson("03")
def test_04_has_as_many_filters_as_lesson_3_says(lesson_04):
    filters = sum(layer[1] for layer in layers(lesson_04["model"]) if layer[0] == "Conv2D")
    assert said("03", r"In lesson 4 there are (\d+) filters in two layers") == [filters]


@pytest.mark.lesson("06")
def test_04_has_as_many_weights_as_lesson_6_says(lesson_04):
    assert said("06", r"off its ([\d,]+) numbers") == [lesson_04["model"].count_params()]


def test_04_epochs_are_about_60_000_digits_whatever_the_data(lesson_04):
    fit, count = lesson_04.fit(lesson_04["model"]), len(lesson_04["training"])
    assert 0.9 <= fit.settings["epochs"] * count / 60_000 <= 1
    better = lesson_04.fit(lesson_04["better"])
    assert better.settings["epochs"] == fit.settings["epochs"] // 2  # "On the sample half as many as before."


def test_04_the_baseline_has_no_hidden_layer(lesson_04):
    assert layers(lesson_04["baseline"]) == [("Flatten", None, None, None), ("Dense", 10, None, "softmax")]


def test_04_the_schedule_warms_up_and_falls_to_zero(lesson_04):
    better = lesson_04.fit(lesson_04["better"])
    assert layers(better.model) == layers(lesson_04["model"])
    steps = better.settings["epochs"] * len(lesson_04["train_batches"])
    rates = schedule_of(better.model.optimizer, [0, *np.linspace(0, steps, 41)])
    top = int(np.argmax(rates[1:]))
    assert rates[0] == 0 and rates[-1] < 1e-5 and 0.002 <= rates.max() <= 0.004
    assert 2 <= top <= 6 and (np.diff(rates[1 : top + 2]) > 0).all() and (np.diff(rates[top + 1 :]) < 0).all()


def test_04_mistakes_are_looked_for_among_the_validation_digits(lesson_04):
    watched = lesson_04.fit(lesson_04["model"]).watched
    assert (lesson_04["validation_images"] == watched[0]).all()
    assert (lesson_04["validation_labels"] == watched[1]).all()
    wrong = lesson_04["guesses"] != watched[1]
    sure = lesson_04["probabilities"].max(axis=1)
    assert wrong[lesson_04["worst"]].all()
    assert sure[lesson_04["worst"]].tolist() == sorted(sure[wrong], reverse=True)[:10]


# ---------------------------------------------------------------- What the figures say is right


def test_pooling_keeps_the_largest(drawn):
    """The 16 numbers of the input stand on one grid, the 4 of the output on another, to its right."""
    shown = [(x, y, int(line)) for x, y, line in texts(drawn["pooling"]) if line.isdigit()]
    grids = [sorted((y, x, value) for x, y, value in shown if (x < 600) == left) for left in (True, False)]
    small, large = (np.array([value for _, _, value in grid]) for grid in grids)
    kept = maximum_filter(small.reshape(4, 4), size=2, origin=-1)[::2, ::2]
    assert (large.reshape(2, 2) == kept).all()
    assert "stride 2:" in words(drawn["pooling"])


def rows_of_nine(canvas):
    """The two rows below the drawing of the CNN, from left to right: sizes of the outputs, and parameters."""
    rows = {}
    for x, y, line in texts(canvas):
        rows.setdefault(round(y), []).append((x, line))
    rows = [[line for _, line in sorted(row)] for _, row in sorted(rows.items()) if len(row) == 9]
    return rows[-2], rows[-1]


def network_of_lesson_4():
    """Its cells: the layers that look, those that decide, and the network made of both."""
    parts = ("layers_that_look = [", "layers_that_decide = [", "model = keras.")
    return "\n".join(cell("04_mnist", words) for words in parts)


def test_the_cnn_is_lesson_4s(drawn):
    """Its numbers follow from the layers in the lesson's cell, worked out here from the shapes of the weights."""
    source = network_of_lesson_4()
    side, depth, sizes, shapes = 28, 1, ["28×28×1"], [[]]
    for kind, first, second in re.findall(r"layers\.(\w+)\(([\d.]+)?(?:, (\d+))?", source):
        if kind == "Conv2D":
            weights = [(int(second), int(second), depth, int(first)), (int(first),)]
            depth = int(first)
        elif kind == "MaxPooling2D":
            weights, side = [], side // 2
        elif kind == "Flatten":
            weights, side, depth = [], 0, side * side * depth
        elif kind == "Dense":
            weights = [(depth, int(first)), (int(first),)]
            depth = int(first)
        else:
            assert kind == "Dropout" and f"Dropout {first} " in words(drawn["cnn"])
            weights = []
        sizes.append(f"{side}×{side}×{depth}" if side else f"{depth:,}")
        shapes.append(weights)
    parameters = [sum(int(np.prod(shape)) for shape in weights) for weights in shapes]
    assert rows_of_nine(drawn["cnn"]) == (sizes, [f"{count:,}" for count in parameters])
    total, largest = sum(parameters), max(parameters)
    assert f"total: {total:,} parameters, {100 * largest / total:.0f} % of them in Dense" in words(drawn["cnn"])
    said = ", ".join(f"{count:,}" for count in parameters if count)
    assert f"are {' and '.join(said.rsplit(', ', 1))}, together {total:,}" in FIGURES["cnn"].alternative


@pytest.mark.slow
def test_the_cnn_is_what_keras_builds(drawn):
    import keras

    names = {"keras": keras}
    exec(network_of_lesson_4(), names)
    model = next(value for value in names.values() if isinstance(value, keras.Sequential))
    shapes = [layer.output.shape[1:] for layer in model.layers]
    sizes, parameters = rows_of_nine(drawn["cnn"])
    assert sizes[1:] == ["×".join(f"{side:,}" for side in shape) for shape in shapes]
    assert parameters[1:] == [f"{layer.count_params():,}" for layer in model.layers]
    assert f"total: {model.count_params():,} " in words(drawn["cnn"])


def test_dropout_has_lesson_4s_rate_and_counts_its_crosses(drawn):
    said = words(drawn["dropout"])
    rate = float(re.search(r"Dropout\(([\d.]+)\)", network_of_lesson_4())[1])
    assert f"probability {rate}," in said
    assert said.count(f"kept outputs × 1/{1 - rate:g}") == 2
    assert f"by 1/{1 - rate:g}." in FIGURES["dropout"].alternative
    crossed = [place[0][0] for kind, place, look in drawn["dropout"].strokes
               if kind == "Circle" and look["linestyle"] == drawing.DASHES["dotted"]]  # fmt: skip
    first, second = (crossed.count(x) for x in sorted(set(crossed)))
    assert f"Here chance took {first} of 6, then {second} of 6." in said
    of_six = {2: "two", 3: "three"}
    assert f"{of_six[first]} of the six" in FIGURES["dropout"].alternative
    assert f"next step {of_six[second]} others" in FIGURES["dropout"].alternative


def test_the_three_way_split_is_lesson_4s(drawn):
    """MNIST has 60,000 pictures for training and 10,000 for the test."""
    known = {"training_digits": range(60_000)}
    exec(re.search(r"^validation_size = .*$", cell("04_mnist", "validation_size ="), re.M)[0], known)
    validation = known["validation_size"]
    parts = [f"{count:,}" for count in (60_000 - validation, validation, 10_000)]
    said = words(drawn["three_way_split"])
    for name, count in zip(("training", "validation", "test"), parts):
        assert f"{name} {count} " in said
        assert re.search(rf"\b{name}, {count}\b", FIGURES["three_way_split"].alternative)


def test_the_pipeline_is_lesson_4s(drawn):
    source = cell("04_mnist", "train_batches =", ".prefetch(")
    chain = " ".join(line for line in source.splitlines() if line.startswith("train_batches ="))
    steps = [name for name in re.findall(r"\.(\w+)\(", chain) if name != "AUTOTUNE"]
    stations = [line for _, y, line in sorted(texts(drawn["data_flow_pipeline"])) if abs(y - 95) < 10]
    assert stations == ["pictures", *steps, "model"]
    size = re.search(r"\.batch\((\d+)\)", chain)[1]
    said = words(drawn["data_flow_pipeline"])
    assert f"{size} at a time" in said and f" {size} " in said.replace(f"{size} at a time", "")
    assert f"batch puts {size} together" in FIGURES["data_flow_pipeline"].alternative
    assert re.search(r"/ 255\b", cell("04_mnist", "def to_unit_range")) and "0 … 255 0 … 1" in said
