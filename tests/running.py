"""A lesson's own cells, run here without its trainings, and what the lessons' tests ask of pictures and batches.

A lesson's own tests, lessons/NN_name/test_NN.py, say what must always hold of its variables, whatever is learned: no
picture on both sides, batches mixed, inputs scaled, the slant slants, each patient is ill. They run on the bundled
sample. Training is left out: `fit` only notes what it was given and computes a first loss, so a lesson takes seconds.
What the trainings promise stands in claims.py. Cells that assign what is read here carry the tag `measured`.
"""

import ast
import contextlib
import functools
import io
import re
import warnings

import numpy as np
import pytest

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
        assert name in self.names, f"{self.one.name} no longer assigns {name!r}, which a test reads."
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
            parts = [model(x[start : start + 500]) for start in range(0, len(x), 500)]
            if isinstance(parts[0], list):  # A model with several outputs.
                return [np.concatenate([np.asarray(one) for one in outputs]) for outputs in zip(*parts)]
            return np.concatenate([np.asarray(part) for part in parts])

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


def compared(lesson):
    """{experiment: [metrics]} of the results that a lesson compares: what is compared nowhere nothing holds."""
    return {name: sorted(metrics) for name, metrics in lesson.compared.items()}


# ---------------------------------------------------------------- Which names the tests read


def names_read(one):
    """The names of a lesson that tests in the lessons' rooms read, as `lesson_02["name"]`."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in course.ROOT.glob("lessons/*/test_*.py")]
    read = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    return {node.slice.value for node in read if ast.unparse(node.value) == f"lesson_{one.number}"}
