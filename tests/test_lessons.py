"""What the lessons' own functions do, taken from the notebooks: no copy of them stands here."""

import ast

import course
import numpy as np
import pytest


def functions(stem, *wanted):
    """The named functions of a lesson, and the imports they need, run in a namespace of their own."""
    import tensorflow as tf

    names = {"tf": tf, "np": np}
    for cell in course.read(course.NOTEBOOKS / f"{stem}.ipynb").cells:
        if cell.cell_type == "code":
            for part in ast.parse(cell.source).body:
                if isinstance(part, ast.FunctionDef) and part.name in wanted:
                    exec(ast.unparse(part), names)
    assert all(name in names for name in wanted), "a function was renamed"
    return [names[name] for name in wanted]


@pytest.fixture(scope="module")
def doubled_epoch():
    """For each batch of one epoch of lesson 5's doubled training data: how many pictures are inverted, of how many."""
    import tensorflow as tf

    tf.keras.utils.set_random_seed(1)
    inverted, make_batches = functions("05_augmentation", "inverted", "make_batches")
    dark = np.zeros((4_000, 2, 2, 1), "float32")
    digits = tf.data.Dataset.from_tensor_slices((dark, np.arange(4_000) % 10))
    batches = make_batches(digits, invert=True, shuffle=True)
    return [(int(images.numpy()[:, 0, 0, 0].sum()), len(images)) for images, labels in batches]


def test_an_epoch_has_every_digit_twice(doubled_epoch):
    assert sum(size for count, size in doubled_epoch) == 8_000
    assert sum(count for count, size in doubled_epoch) == 4_000


def test_originals_and_inverted_are_mixed_evenly_through_the_epoch(doubled_epoch):
    for count, size in doubled_epoch:
        assert abs(count - size / 2) <= 5 * np.sqrt(size) / 2, "a batch has far more of one kind"
    for tenth in np.array_split(np.array(doubled_epoch), 10):
        count, size = tenth.sum(axis=0)
        assert abs(count - size / 2) <= 5 * np.sqrt(size) / 2, "a part of the epoch has more of one kind"


def test_validation_batches_keep_their_order():
    import tensorflow as tf

    inverted, make_batches = functions("05_augmentation", "inverted", "make_batches")
    digits = tf.data.Dataset.from_tensor_slices((np.zeros((300, 2, 2, 1), "float32"), np.arange(300)))
    labels = np.concatenate([labels for images, labels in make_batches(digits, invert=False, shuffle=False)])
    assert labels.tolist() == list(range(300))


@pytest.mark.filterwarnings("ignore:.*shuffle=True.*:UserWarning")  # As the lessons' setup() does.
def test_the_network_of_lesson_2s_borders_learns_from_any_start():
    """Also from the start that leaves every ReLU dead: all weights negative, all inputs positive."""
    import keras
    import tensorflow as tf
    from sklearn.datasets import load_iris

    X, y = load_iris(return_X_y=True)
    train = tf.data.Dataset.from_tensor_slices((X, y)).shuffle(150).repeat().batch(32)
    sources = [cell.source for cell in course.read(course.NOTEBOOKS / "02_iris.ipynb").cells]
    build, fit = [source for source in sources if "petals = keras.Sequential" in source or "petals.fit(" in source]
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        names = {"keras": keras, "np": np, "train": train, "X": X, "y": y}
        exec(build, names)
        if seed % 2:
            first, *others = names["petals"].get_weights()
            names["petals"].set_weights([-np.abs(first), *others])
        exec(fit, names)
        assert names["petal_accuracy"] >= 0.92, seed


@pytest.mark.parametrize("shape, words", [
    ((), "a single number"), ((1,), "a list of 1 number"), ((3,), "a list of 3 numbers"),
    ((1, 2), "a table of 1 row and 2 columns"), ((3, 1), "a table of 3 rows and 1 column"),
    ((2, 3, 4), "an array of the shape (2, 3, 4)"),
])  # fmt: skip
def test_a_shape_in_words(shape, words):
    import dlanswers

    assert dlanswers.in_words(shape) == words
