"""What must always hold of the lessons' own variables, whatever is learned: no picture on both sides, batches mixed,
inputs scaled, the slant slants, each patient is ill.

A lesson's own cells are run here, in this process, on the bundled sample. Training is left out: `fit` only notes what
it was given and computes a first loss, so a lesson takes seconds. What the trainings promise stands in claims.py.
Cells that assign what is read here carry the tag `measured`.
"""

import ast
import contextlib
import functools
import io
import re
import socket
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

import course

LESSONS = {one.number: one for one in course.lessons()}


# ---------------------------------------------------------------- A lesson without its trainings


class Fit:
    """What a call of fit was given: data, settings, the network's weights, and the loss of its first examples."""

    def __init__(self, model, x, y, settings):
        self.model, self.x, self.y, self.settings = model, x, y, settings
        self.weights = [table.copy() for table in model.get_weights()]
        examples, labels = next(iter(x.take(1))) if y is None else (x[:32], y[:32])
        examples, labels = np.asarray(examples)[:32], np.asarray(labels)[:32]
        self.loss = float(model.compute_loss(x=examples, y=labels, y_pred=model(examples)))

    @property
    def rate(self):
        """The learning rate; a schedule's highest."""
        rate = self.model.optimizer.learning_rate
        return float(np.asarray(rate))

    @functools.cached_property
    def given(self):
        """(examples, labels) of one pass."""
        return arrays(self.x, self.y)

    @functools.cached_property
    def watched(self):
        """(examples, labels) of the validation data."""
        given = self.settings["validation_data"]
        return arrays(*given) if isinstance(given, tuple) else arrays(given)


def arrays(x, y=None):
    """Examples and labels as two arrays, from two arrays or from a tf.data set, batched or not."""
    if y is not None:
        return np.asarray(x), np.asarray(y)
    batches = x if x.element_spec[1].shape.rank else x.batch(1_000)
    parts = [(np.asarray(examples), np.asarray(labels)) for examples, labels in batches]
    return np.concatenate([some for some, _ in parts]), np.concatenate([labels for _, labels in parts])


class Lesson:
    """A lesson's variables by name, and what it called: fits, evaluations, comparisons with the reference runs."""

    def __init__(self, number, until=None, train=False):
        """number: "04"; until: the section before which to stop; train: let fit train."""
        self.one, self.fits, self.evaluated, self.compared, self.scored = LESSONS[number], [], [], {}, []
        self.names = {}
        quiet = contextlib.redirect_stdout(io.StringIO())
        with pytest.MonkeyPatch.context() as patch, quiet, warnings.catch_warnings(action="ignore"):
            patch.setenv("DLCOURSE_DATA", "sample")
            self._stand_ins(patch, train)
            self._run(until)

    def __getitem__(self, name):
        assert name in self.names, f"{self.one.name} no longer assigns {name!r}, which tests/test_invariants.py reads."
        return self.names[name]

    def fit(self, model):
        """The first call of fit for this network."""
        return next(fit for fit in self.fits if fit.model is model)

    def _run(self, until):
        import dlcourse

        for cell in course.read(self.one).cells:
            if until and cell.cell_type == "markdown" and cell.source.startswith(f"## {until}"):
                break
            if cell.cell_type == "code":
                if "setup" in cell.metadata.get("tags", []):
                    self.names["dlcourse"] = dlcourse
                    dlcourse.setup(seed=42)
                else:
                    exec(compile(cell.source, f"{self.one.name}, line {cell['line']}", "exec"), self.names)

    def _stand_ins(self, patch, train):
        import keras
        import matplotlib.pyplot
        import sklearn.model_selection

        import dlcourse

        def fit(model, x=None, y=None, **settings):
            self.fits.append(Fit(model, x, y, settings))
            history = keras.callbacks.History()
            falling = list(np.linspace(1, 0.5, min(settings.get("epochs", 1), 50)))
            history.history = {f"{part}{name}": falling for part in ("", "val_") for name in ("loss", "accuracy")}
            return history

        def evaluate(model, x=None, y=None, **settings):
            self.evaluated.append((model, x, y, len(self.fits)))
            return [1.0, 0.5] if len(model.metrics) > 1 else 1.0

        def predict(model, x, **settings):
            parts = [np.asarray(model(x[start : start + 500])) for start in range(0, len(x), 500)]
            return np.concatenate(parts)

        def compare_run(experiment, **metrics):
            self.compared[experiment] = metrics

        def cross_val_score(classifier, X, y, groups=None, cv=None):
            self.scored.append((X, y, cv))
            return np.array([0.5])

        if not train:
            patch.setattr(keras.Model, "fit", fit)
            patch.setattr(keras.Model, "evaluate", evaluate)
            patch.setattr(keras.Model, "predict", predict)
        for name in ("show_images", "show_figure", "plot_history", "prediction_table"):
            patch.setattr(dlcourse, name, lambda *_, **__: None)
        patch.setattr(matplotlib.pyplot, "show", lambda: matplotlib.pyplot.close("all"))
        patch.setattr(dlcourse, "compare_run", compare_run)
        patch.setattr(sklearn.model_selection, "cross_val_score", cross_val_score)


def lesson(number, **how):
    """The fixture lesson_04 and so on; tests that ask for one are slow."""
    run = pytest.param(number, marks=pytest.mark.slow)
    return pytest.fixture(scope="module", name=f"lesson_{number}", params=[run])(lambda request: Lesson(number, **how))


neurons = lesson("01", until="The question again", train=True)
iris = lesson("02")
kernels = lesson("03", until="Go further: the learned kernel")
mnist = lesson("04")
augmentation = lesson("05")
ethics = lesson("06")
clinic = lesson("07")


def read_here():
    """{(lesson, name)} of the variables that the tests below read: the subscripts of their lessons."""
    found = set()
    for node in ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id[:7] == "lesson_":
            found.add((node.value.id[7:], node.slice.value))
    return sorted((number, name) for number, name in found if number in LESSONS)


def assigned(source):
    """The names that a cell gives a value to, those inside its functions left out."""
    found, todo = set(), list(ast.parse(source).body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        else:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            todo += ast.iter_child_nodes(node)
    return found


def test_all_names_that_are_read_here_are_assigned_in_measured_cells():
    tagged = {
        number: [cell.source for cell in course.code(course.read(one)) if "measured" in cell.metadata.get("tags", [])]
        for number, one in LESSONS.items()
    }
    missing = [
        f"{LESSONS[number].name}: tests/test_invariants.py reads {name!r}, and no cell tagged measured assigns it."
        for number, name in read_here()
        if not any(name in assigned(source) for source in tagged[number])
    ]
    assert missing == [], "\n".join(missing)
    assert len(read_here()) > 5 * len(LESSONS)


# ---------------------------------------------------------------- What tests ask of pictures and batches


def prints(pictures):
    """A fingerprint for each picture, the same for 0–255 and 0–1."""
    pictures = np.asarray(pictures)
    if pictures.dtype != np.uint8:
        pictures = np.round(pictures * (255 if pictures.max() <= 1 else 1)).astype("uint8")
    return [hash(picture.tobytes()) for picture in pictures]


def separate(**parts):
    """Assert that no picture is in two of these parts."""
    names = list(parts)
    sets = {name: set(prints(pictures)) for name, pictures in parts.items()}
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            both = len(sets[name] & sets[other])
            assert both == 0, f"{both} pictures are in {name} and in {other}"


def scaled(pictures):
    """Assert that what goes into a network lies between 0 and 1, and uses that range."""
    assert np.asarray(pictures).dtype == np.float32
    assert np.min(pictures) >= 0 and np.max(pictures) <= 1, "not scaled to 0–1"
    assert np.max(pictures) > 0.9 and np.min(pictures) < 0.1, "hardly anything is left of the pictures"


def mixed(batches, in_order):
    """Assert that a pass over the batches has each picture once, in an order that owes nothing to the file's."""
    place = {one: number for number, one in enumerate(prints(in_order))}
    passes = [[place[one] for one in prints(arrays(batches)[0])] for _ in range(2)]
    assert passes[0] != passes[1], "two epochs have the same order"
    for order in passes:
        assert sorted(order) == list(range(len(place))), "not each picture once"
        for part in np.array_split(np.array(order), 20):
            late = np.mean(part >= len(place) / 2)
            assert abs(late - 0.5) <= 5 * 0.5 / np.sqrt(len(part)), "the epoch goes through the file, not at random"


def answers(pictures, labels):
    """{fingerprint: label} of pictures."""
    return dict(zip(prints(pictures), labels.tolist()))


def layers(model):
    """[(kind, its size, its bend)] of a network's layers that have one, for comparing networks."""
    found = []
    for layer in model.layers:
        setting = layer.get_config()
        size = setting.get("units") or setting.get("filters") or setting.get("rate")
        found.append((type(layer).__name__, size, setting.get("kernel_size"), setting.get("activation")))
    return found


def prose(number):
    """All text of a lesson, in one line."""
    cells = course.read(LESSONS[number]).cells
    return " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())


def said(number, pattern):
    """The numbers in a sentence of a lesson; fails with a sentence where it is gone."""
    found = re.search(pattern, prose(number))
    assert found, f"{LESSONS[number].name} no longer says /{pattern}/, which a test compares with its code."
    return [float(value.replace(",", "")) for value in found.groups()]


def schedule_of(optimizer, steps):
    """The learning rate at each step."""
    schedule = optimizer._learning_rate
    return np.array([float(schedule(step)) for step in steps])


# ---------------------------------------------------------------- All lessons


# What each lesson shows of its results: one that is compared nowhere is held by nothing.


def compared(lesson):
    return {name: sorted(metrics) for name, metrics in lesson.compared.items()}


def test_02_results_are_compared_with_the_reference_runs(lesson_02):
    assert compared(lesson_02) == {"iris": ["held_out_accuracy"]}


def test_04_results_are_compared_with_the_reference_runs(lesson_04):
    both = ["test_accuracy", "validation_accuracy"]
    assert compared(lesson_04) == {"mnist": both, "mnist_schedule": both}


def test_05_results_are_compared_with_the_reference_runs(lesson_05):
    four = ["inverted_after", "inverted_before", "originals_after", "originals_before"]
    assert compared(lesson_05) == {"augmentation": four, "transfer": ["random_1", "scratch_1", "transfer_1"]}


# ---------------------------------------------------------------- The ten pictures


def test_00_the_ten_pictures_are_scaled_and_have_their_labels():
    """By the files themselves: what is in them is held by test_probes.py."""
    import dlcourse

    folder = course.ROOT / "data" / "probes"
    names = ["1_low_contrast", "2_printed_sans", "3_printed_serif", "4_printed_mono", "5_handwritten_white_on_black",
             "6_handwritten", "7_handwritten", "8_handwritten", "9_door_number", "dog"]  # fmt: skip
    pictures, labels = dlcourse.load_probes()
    scaled(pictures)
    assert pictures.shape == (10, 28, 28, 1)
    assert labels.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, -1]
    for picture, name in zip(pictures, names):
        assert np.abs(picture[:, :, 0] * 255 - np.asarray(Image.open(folder / f"{name}.png"))).max() < 0.01, name
    for name, label in zip(dlcourse.PROBE_NAMES, labels):
        assert name == "dog" if label == -1 else name.startswith(f"{label} ")


# ---------------------------------------------------------------- What is run


def recipe(target):
    """The commands of a target of the Makefile and of the targets it needs, variables filled in."""
    text = (course.ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    variables = dict(re.findall(r"^(\w+) = (.*)$", text, re.M))
    needs, lines = re.search(rf"^{target}:(.*)\n((?:\t.*\n?)*)", text, re.M).groups()
    found = [line for other in needs.split() for line in recipe(other)]
    for line in lines.splitlines():
        while used := [name for name in variables if f"$({name})" in line]:
            line = line.replace(f"$({used[0]})", variables[used[0]])
        found.append(line.strip().removeprefix("@"))
    return found


def test_00_make_test_runs_all_tests_and_the_lessons_strictly():
    commands = recipe("test")
    tests = [line for line in commands if re.search(r"-m pytest\b", line) and "nbval" not in line]
    assert sorted(re.search(r'-m ("not slow"|slow)$', line)[1] for line in tests) == ['"not slow"', "slow"]
    (lessons,) = [line for line in commands if "--nbval-lax" in line]
    assert "DLCOURSE_STRICT=1" in lessons and "DLCOURSE_DATA=sample" in lessons and lessons.endswith(" notebooks")
    for name in ("test_solved.py", "test_fresh_seeds.py"):
        text = (course.ROOT / "tests" / name).read_text(encoding="utf-8")
        assert re.search(r"^def test_", text, re.M) and not re.search("pytest.skip|skipif|importorskip", text), name
    assert any("ruff check" in line for line in commands) and any("ruff format --check" in line for line in commands)
    assert "DLCOURSE_STRICT=1" in " ".join(recipe("test-full")) and "notebooks" in recipe("test-full")[-1]


def test_00_make_test_offline_runs_the_lessons_where_there_is_no_network():
    lessons = recipe("test-offline")[-1]
    assert re.search(r"sh tools/offline\.sh env .*DLCOURSE_STRICT=1.*--nbval-lax.* notebooks$", lessons)
    assert "DLCOURSE_DATA=auto" in lessons, "which source is there is what is tried"
    assert any("offline.sh" in line and "offline_simulation.py" in line for line in recipe("test-offline"))


def test_00_the_workflow_runs_make_test_and_make_test_offline_and_is_strict():
    jobs = yaml.safe_load((course.ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    steps = [(name, job, step["run"]) for name, job in jobs.items() for step in job["steps"] if "run" in step]
    assert {"make test", "make test-offline", "make test-colab"} <= {words.strip() for _, _, words in steps}
    strict = [job.get("env", {}).get("DLCOURSE_STRICT") for _, job, words in steps if "--nbval-lax" in words]
    assert strict and set(strict) == {"1"}


def test_00_offline_really_is_offline():
    """A server of this machine can't be reached from there; where that can't be had, it says so and fails."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5); print('reached')"
        command = ["sh", "tools/offline.sh", sys.executable, "-c", program]
        result = subprocess.run(command, cwd=course.ROOT, capture_output=True, text=True)
        assert result.returncode != 0 and "reached" not in result.stdout
        again = subprocess.run([*command[:2], "sh", "-c", "echo begun; exit 7"], cwd=course.ROOT, capture_output=True)
    refused = again.returncode == 1 and b"can't be cut off" in again.stderr
    assert refused or (again.returncode == 7 and again.stdout == b"begun\n"), "the command wasn't run"


# ---------------------------------------------------------------- Lesson 1


def test_01_no_house_is_in_both_parts_and_both_are_scaled_by_the_known_ones(lesson_01):
    rows, others = lesson_01["train_rows"], lesson_01["test_rows"]
    assert sorted([*rows, *others]) == list(range(len(lesson_01["houses"])))
    for values, train, test in [
        (lesson_01["houses"], lesson_01["train_x"], lesson_01["test_x"]),
        (lesson_01["prices"], lesson_01["train_t"], lesson_01["test_t"]),
    ]:
        mean, spread = values[rows].mean(axis=0), values[rows].std(axis=0)
        assert np.allclose(train, (values[rows] - mean) / spread)
        assert np.allclose(test, (values[others] - mean) / spread)


def test_01_backpropagation_gives_the_slopes(lesson_01):
    """Against the loss a little to both sides, for every parameter of another network and other houses."""
    generator = np.random.default_rng(5)
    parameters = [generator.normal(size=shape) for shape in [(3, 2), (2,), (2, 2), (2,), (2, 1), (1,)]]
    x, t = generator.normal(size=(7, 3)), generator.normal(size=(7, 1))
    loss, gradient = lesson_01["backpropagate"](x, t, parameters)
    assert loss == pytest.approx(np.mean((lesson_01["forward"](x, parameters)[-1] - t) ** 2))
    for number, table in enumerate(parameters):
        for place in np.ndindex(table.shape):
            ends = []
            for tiny in (1e-5, -1e-5):
                moved = [one.copy() for one in parameters]
                moved[number][place] += tiny
                ends.append(lesson_01["backpropagate"](x, t, moved)[0])
            assert gradient[number][place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-5, abs=1e-8)


# ---------------------------------------------------------------- Lesson 2


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


# ---------------------------------------------------------------- Lesson 3


def test_03_kernels_add_up_to_what_the_text_says(lesson_03):
    assert lesson_03["blur"].sum() == pytest.approx(1) and lesson_03["sharpen"].sum() == 1
    assert lesson_03["sobel_horizontal"].sum() == lesson_03["sobel_vertical"].sum() == 0
    assert lesson_03["blur"].shape == (5, 5) and (lesson_03["blur"] == lesson_03["blur"][0, 0]).all()


def test_03_sobel_is_positive_where_it_gets_brighter_to_the_right_or_downwards(lesson_03):
    """As the text says; against the slope of ramps, which are 1 a pixel."""
    down, right = np.mgrid[:5, :5].astype(float)
    for ramp, horizontal, vertical in [(right, 8, 0), (down, 0, 8), (-right, -8, 0), (-down, 0, -8)]:
        assert (lesson_03["slide"](ramp, lesson_03["sobel_horizontal"]) == horizontal).all()
        assert (lesson_03["slide"](ramp, lesson_03["sobel_vertical"]) == vertical).all()
    assert "positive where the picture gets brighter (to the right, or downwards)" in prose("03")


def test_03_the_loop_is_a_correlation_and_what_is_clipped_is_brightness(lesson_03):
    from scipy.signal import correlate2d

    picture = lesson_03["building"]
    for kernel, result in [
        (lesson_03["sharpen"], lesson_03["sharper"]),
        (lesson_03["blur"], lesson_03["blurred"]),
        (lesson_03["sobel_horizontal"], lesson_03["change_horizontal"]),
        (lesson_03["sobel_vertical"], lesson_03["change_vertical"]),
    ]:
        assert np.allclose(result, correlate2d(picture, kernel, mode="valid"))
        assert np.allclose(result, lesson_03["slide_by_loop"](picture, kernel))
    assert lesson_03["clipped"].min() == 0 and lesson_03["clipped"].max() == 255
    both = np.hypot(lesson_03["change_horizontal"], lesson_03["change_vertical"])
    assert np.allclose(lesson_03["magnitude"], both)


# ---------------------------------------------------------------- Lesson 4


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
    (weights,) = said("04", r"Our network has ([\d,]+) weights")
    assert model.count_params() == weights == said("06", r"off its ([\d,]+) numbers")[0]
    filters, size = said("04", r"`Conv2D\((\d+), (\d+)\)` has")
    (second,) = said("04", r"Each of the next (\d+) has 25 values")
    convolutions = [layer for layer in layers(model) if layer[0] == "Conv2D"]
    assert convolutions == [("Conv2D", count, (size, size), "relu") for count in (filters, second)]
    assert said("03", r"In lesson 4 there are (\d+) filters in two layers") == [filters + second]
    dropped, kept = said("04", r"is dropped with probability ([\d.]+); the others are multiplied by 1/([\d.]+)")
    rates = [layer[1] for layer in layers(model) if layer[0] == "Dropout"]
    assert rates == [dropped] == [lesson_04["dropout"].rate] and kept == 1 - dropped
    assert layers(model)[-1] == ("Dense", 10, None, "softmax") and layers(model)[-3][3] == "relu"
    (usual,) = said("04", r"Adam's usual one is ([\d.]+); with so few steps twice that")
    assert fit.rate == pytest.approx(2 * usual) and type(model.optimizer).__name__ == "Adam"
    assert said("04", r"As many as before, (\d+)\. A filter is shared") == [model.layers[0].count_params()]


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


# ---------------------------------------------------------------- Lesson 5


def test_05_no_picture_is_in_two_parts(lesson_05):
    training, validation = arrays(lesson_05["training"])[0], arrays(lesson_05["validation"])[0]
    separate(training=training, validation=validation, test=arrays(lesson_05["test"])[0])
    assert len(training) + len(validation) == len(lesson_05["training_digits"])
    assert len(validation) == len(lesson_05["training_digits"]) // 10


def a_pass(fit, pictures):
    """The batches of one pass over so many pictures, of a training that repeats them for a number of steps."""
    return fit.x.take(-(-len(pictures) // 128))


def test_05_before_learns_from_originals_and_after_from_inverted_copies_too(lesson_05):
    before, after = lesson_05.fit(lesson_05["before"]), lesson_05.fit(lesson_05["after"])
    pictures, labels = arrays(lesson_05["training"])
    known, known_inverted = answers(pictures, labels), answers(255 - pictures, labels)
    plain = arrays(a_pass(before, pictures))
    doubled = arrays(a_pass(after, [*pictures, *pictures]))
    assert sorted(prints(plain[0])) == sorted(known)
    assert sorted(prints(doubled[0])) == sorted([*known, *known_inverted])
    for images, given in (plain, doubled):
        scaled(images)
        assert [(known | known_inverted)[one] for one in prints(images)] == given.tolist()


def test_05_both_start_from_the_same_weights_and_take_as_many_steps(lesson_05):
    before, after = lesson_05.fit(lesson_05["before"]), lesson_05.fit(lesson_05["after"])
    assert lesson_05["before"] is not lesson_05["after"]
    assert all((one == other).all() for one, other in zip(before.weights, after.weights))
    assert before.settings == after.settings == {"steps_per_epoch": 500}
    assert said("05", r"Both saw ([\d,]+) pictures") == [500 * 128]


def test_05_the_network_is_lesson_4s(lesson_05, lesson_04):
    assert layers(lesson_05["before"]) == layers(lesson_05["after"]) == layers(lesson_04["model"])
    assert lesson_05.fit(lesson_05["before"]).rate == pytest.approx(0.001)


def test_05_originals_and_inverted_are_mixed_evenly_through_the_pass(lesson_05):
    pictures = arrays(lesson_05["training"])[0]
    doubled = np.concatenate([pictures, 255 - pictures])
    mixed(a_pass(lesson_05.fit(lesson_05["before"]), pictures), pictures)
    mixed(a_pass(lesson_05.fit(lesson_05["after"]), doubled), doubled)


def test_05_accuracies_are_of_the_right_network_on_the_right_digits(lesson_05):
    plain, turned = prints(lesson_05["images"]), prints(1 - lesson_05["images"])
    measured = [(model, prints(x)) for model, x, _, _ in lesson_05.evaluated[:4]]
    networks = [lesson_05["before"], lesson_05["after"]]
    assert measured == [(one, turned) for one in networks] + [(one, plain) for one in networks]
    assert all(y is lesson_05["labels"] for _, _, y, _ in lesson_05.evaluated[:4])


def test_05_validation_digits_are_whole_and_keep_their_labels(lesson_05):
    pictures, labels = arrays(lesson_05["validation"])
    assert prints(lesson_05["images"]) == prints(pictures) and lesson_05["labels"].tolist() == labels.tolist()
    scaled(lesson_05["images"])
    assert prints(lesson_05["both_ways"]) == prints(pictures) + prints(255 - pictures)
    assert lesson_05["truth"].tolist() == 2 * labels.tolist()


def test_05_confidence_and_right_are_of_the_network_with_the_switch_on(lesson_05):
    shares = np.concatenate(
        [np.asarray(lesson_05["after"](part)) for part in np.array_split(lesson_05["both_ways"], 4)]
    )
    assert np.allclose(lesson_05["confidence"], shares.max(axis=1), atol=1e-4)
    assert np.mean(lesson_05["right"] == (shares.argmax(axis=1) == lesson_05["truth"])) > 0.99
    about = lesson_05["confidence"][lesson_05["about_90"]]
    assert ((about > 0.85) & (about < 0.95)).all()


def test_05_the_other_kinds_are_what_they_are_called(lesson_05):
    kinds, labels = lesson_05["kinds"], lesson_05["labels"]
    assert prints(kinds["digits"]) == prints(lesson_05["images"])
    turned_back = set(prints(kinds["mirrored"][:, :, ::-1]))
    expected = [one for one, label in zip(prints(kinds["digits"]), labels) if label not in (0, 1, 8)]
    assert turned_back == set(expected) and len(kinds["mirrored"]) == len(expected)
    assert not turned_back & set(prints(kinds["mirrored"]))
    scaled(kinds["noise"])
    assert 0.45 < kinds["noise"].mean() < 0.55 and not kinds["blank"].any()
    assert prints(kinds["dog"]) == prints(lesson_05["probes"][-1:])


def test_05_the_cost_is_after_minus_before_in_the_runs_of_these_data(lesson_05):
    stored = lesson_05["stored_runs"]["augmentation-sample"]
    assert lesson_05["source"] == "sample"
    gaps = 100 * (np.array(stored["originals_after"]) - stored["originals_before"])
    assert np.allclose(lesson_05["changes"], gaps)
    assert lesson_05["reach"] == pytest.approx(1.96 * gaps.std(ddof=1) / len(gaps) ** 0.5)


def test_05_changes_are_those_of_the_text(lesson_05):
    changes = {name: layer.get_config() for name, layer in lesson_05["layers"].items()}
    sentence = r"`RandomRotation\(([\d.]+)\)` turns by up to (\d+) % of a full circle, (\d+) degrees"
    factor, percent, degrees = said("05", sentence)
    assert np.abs(changes["turned"]["factor"]).max() == factor == percent / 100
    assert degrees == round(360 * factor)
    assert said("05", r"for some epochs \(here (\d+), `patience`\)") == [lesson_05["stop"].patience]


def test_05_the_layers_stand_inside_the_networks_and_change_pictures_only_in_training(lesson_05):
    first = lesson_05["few_images"]
    assert prints(first) == prints(arrays(lesson_05["training"])[0][:1_000])
    fits = {name: lesson_05.fit(network) for name, network in lesson_05["networks"].items()}
    plain = fits.pop("plain")
    for name, fit in fits.items():
        assert fit.x is first and fit.y is plain.y and fit.settings == plain.settings
        assert all((one == other).all() for one, other in zip(plain.weights, fit.weights)), f"{name}: other weights"
        layer = lesson_05["networks"][name].layers[0]
        assert layer is lesson_05["layers"][name]
        assert np.abs(np.asarray(layer(first[:50], training=False)) - first[:50]).max() < 1e-6
        assert 0.01 < np.abs(np.asarray(layer(first[:50], training=True)) - first[:50]).mean() < 0.3
    assert sorted(fits) == ["shifted", "turned", "zoomed"]


def test_05_the_changed_validation_digits_are_changed_and_nobody_learned_from_them(lesson_05):
    tested = lesson_05["sets"]
    assert all(len(some) == len(lesson_05["some_truth"]) for some in tested.values())
    separate(training=lesson_05["few_images"], tested=tested["as they are"])
    changes = [np.abs(some - tested["as they are"]).mean() for name, some in tested.items() if name != "as they are"]
    assert min(changes) > 0.03


def test_05_transfer_starts_from_other_digits_and_the_three_differ_in_their_convolutions_alone(lesson_05):
    first = lesson_05.fit(lesson_05["first_network"])
    assert set(first.y.tolist()) == {0, 1, 2, 3, 4}
    place = lesson_05.fits.index(first)
    transfer, random_one, scratch = lesson_05.fits[place + 1 : place + 4]
    for fit in (transfer, random_one, scratch):
        counts = Counter(dict(zip(prints(fit.x), fit.y.tolist())).values())
        assert counts == Counter(range(5, 10)), "not one picture of each"
        assert len(fit.x) == 100 * 32 and fit.settings == transfer.settings
        assert layers(fit.model.layers[0]) + layers(fit.model)[1:] == layers(lesson_05["first_network"])
        separate(drawn=fit.x, validation=lesson_05["images"])
    frozen = [len(fit.model.layers[0].trainable_weights) for fit in (transfer, random_one, scratch)]
    assert frozen == [0, 0, 4]
    assert transfer.model.layers[0].layers == lesson_05["first_network"].layers[:5]
    assert all((one == other).all() for one, other in zip(random_one.weights, scratch.weights))
    tested = {id(model): y for model, _, y, _ in lesson_05.evaluated}
    assert all(set(tested[id(fit.model)].tolist()) == {5, 6, 7, 8, 9} for fit in (transfer, random_one, scratch))


def test_05_the_switch_is_thrown_once_and_the_reveal_waits(lesson_05):
    assert lesson_05["INVERT"] is True and lesson_05["REVEAL"] is False and lesson_05["seconds"] == 60


# ---------------------------------------------------------------- Lesson 6


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
    limit, thousand = said("06", r"Say that (\d+) mistakes in ([\d,]+) are acceptable")
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


# ---------------------------------------------------------------- Lesson 7


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
