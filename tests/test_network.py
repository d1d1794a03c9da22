"""The mathematics of the browser edition against Keras, finite differences and the drawing pad; needs Node.

One call of Node computes all: the network of browser/network.js is given weights, and says shares, gradients and what
Adam makes of the weights.
"""

import json
import subprocess

import numpy as np
import pytest

import dlcourse
import in_browser
from course import ROOT

PROGRAM = """
import {{ readFileSync }} from "node:fs";
import {{ backward, chance, create, evaluate, exported, forward, load }} from "{browser}/network.js";
import {{ shuffled, size, step }} from "{browser}/network.js";
import {{ forward as padded }} from "{pad}";
const given = JSON.parse(readFileSync(0, "utf8"));
const numbers = (layers) =>
  layers.filter(({{ kernel }}) => kernel).flatMap(({{ kernel, bias }}) => [[...kernel], [...bias]]);
const pictures = given.pictures.map((picture) => Float32Array.from(picture));
const weights = given.weights.map((part) => Float32Array.from(part));
const layers = [0, 1, 2].map((i) => ({{ kernel: weights[2 * i], bias: weights[2 * i + 1] }}));
const network = create(1);
const found = {{ fresh: numbers(exported(network)), size: size(network) }};
found.again = numbers(exported(create(1)));
found.another = numbers(exported(create(2)));
load(network, layers);
found.loaded = numbers(exported(network));
found.shares = pictures.map((picture) => [...forward(network, picture)]);
found.padded = pictures.map((picture) => [...padded(exported(network), picture)]);
found.evaluated = evaluate(network, pictures, given.labels);
found.losses = pictures.map((picture, i) => (forward(network, picture), backward(network, picture, given.labels[i])));
found.gradient = numbers(exported(network, "gradient"));
step(network, 0.01, pictures.length);
found.stepped = numbers(exported(network));
found.emptied = numbers(exported(network, "gradient")).flat().every((value) => value === 0);
for (let more = 0; more < 4; more++) {{
  pictures.forEach((picture, i) => (forward(network, picture), backward(network, picture, given.labels[i])));
  step(network, 0.01, pictures.length);
}}
found.five = numbers(exported(network));
const random = chance(7);
found.chance = Array.from({{ length: 20000 }}, random);
found.orders = Array.from({{ length: 3000 }}, () => [...shuffled(4, random)].join(""));
console.log(JSON.stringify(found));
"""


@pytest.fixture(scope="module")
def batch():
    """(pictures (n, 28, 28, 1) float32, labels): digits as they are and inverted, the ten pictures, noise, black."""
    with np.load(in_browser.SAMPLE) as file:
        images, labels = file["images"][:12].astype("float32")[..., None] / 255, file["labels"][:12]
    probes, _ = dlcourse.load_probes()
    noise = np.random.default_rng(3).random((3, 28, 28, 1), dtype="float32")
    pictures = np.concatenate([images, 1 - images[:6], probes, noise, np.zeros((1, 28, 28, 1), "float32")])
    return pictures, np.concatenate([labels, labels[:6], np.arange(10), [3, 1, 4], [0]]).astype(int)


@pytest.fixture(scope="module")
def keras_network():
    """The same network in Keras, with 64 bits; biases are not 0, so that black paper gives ties in max pooling."""
    import keras
    from keras import layers

    with_64 = {"dtype": "float64"}
    network = keras.Sequential([
        keras.Input((28, 28, 1), dtype="float64"),
        layers.Conv2D(8, 5, activation="relu", **with_64), layers.MaxPooling2D(**with_64),
        layers.Conv2D(16, 5, activation="relu", **with_64), layers.MaxPooling2D(**with_64),
        layers.Flatten(**with_64), layers.Dense(10, activation="softmax", **with_64),
    ])  # fmt: skip
    chance = np.random.default_rng(0)
    shapes = [weights.shape for weights in network.get_weights()]
    values = [chance.normal(0, 0.15 if len(shape) > 1 else 0.05, shape).astype("float32") for shape in shapes]
    network.set_weights(values)
    return network


@pytest.fixture(scope="module")
def found(batch, keras_network):
    """What Node computed, see PROGRAM."""
    pictures, labels = batch
    weights = [part.astype("float32").ravel().tolist() for part in keras_network.get_weights()]
    given = {"pictures": pictures.reshape(len(pictures), -1).tolist(), "labels": labels.tolist(), "weights": weights}
    pad = (ROOT / "notebooks" / "dlcourse" / "pad.js").as_uri()
    program = PROGRAM.format(browser=(ROOT / "browser").as_uri(), pad=pad)
    ran = subprocess.run(
        [in_browser.node(), "--input-type=module", "--eval", program],
        input=json.dumps(given), capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def mean_loss(network, pictures, labels):
    """Keras's own loss, by its own function."""
    import keras

    shares = network(pictures.astype("float64"))
    return keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, shares))


def gradients(network, pictures, labels):
    """TensorFlow's gradients of the mean loss, a flat array for each kernel and bias."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = mean_loss(network, pictures, labels)
    found = tape.gradient(loss, [one.value for one in network.trainable_variables])
    return [one.numpy().ravel() for one in found]


def furthest(found, expected):
    """The largest difference between two lists of arrays, as a share of the largest expected number."""
    expected = [np.ravel(one) for one in expected]
    assert [len(one) for one in found] == [len(one) for one in expected]
    largest = max(np.abs(one).max() for one in expected)
    return max(np.abs(np.subtract(one, other)).max() for one, other in zip(found, expected)) / largest


def test_shares_are_those_of_keras(found, batch, keras_network):
    expected = keras_network.predict(batch[0].astype("float64"), verbose=0)
    assert np.abs(np.array(found["shares"]) - expected).max() < 1e-6
    assert np.ptp(expected.argmax(axis=1)) > 0, "the pictures get different answers"


def test_the_drawing_pad_says_the_same_of_the_exported_layers(found):
    assert np.abs(np.subtract(found["padded"], found["shares"])).max() < 1e-5


def test_what_is_loaded_is_exported_again(found, keras_network):
    assert furthest(found["loaded"], keras_network.get_weights()) == 0


def test_gradients_are_those_of_keras(found, batch, keras_network):
    expected = gradients(keras_network, *batch)
    mean = [np.array(part) / len(batch[1]) for part in found["gradient"]]
    assert furthest(mean, expected) < 1e-6  # 1e-4 is promised.
    for part, other in zip(mean, expected):  # In each layer by itself, too: the first one's are the smallest.
        assert np.abs(part - other).max() <= 1e-4 * np.abs(other).max()


def test_gradients_are_the_slopes_of_the_loss(found, batch, keras_network):
    """Finite differences of the loss that Keras computes: no backpropagation on either side of this one."""
    weights, chance = keras_network.get_weights(), np.random.default_rng(5)
    for part, one in enumerate(weights):
        for place in chance.choice(one.size, min(4, one.size), replace=False):
            losses = []
            for move in (1e-5, -1e-5):
                moved = [w.copy() for w in weights]
                moved[part].flat[place] += move
                keras_network.set_weights(moved)
                losses.append(float(mean_loss(keras_network, *batch)))
            keras_network.set_weights(weights)
            slope = found["gradient"][part][place] / len(batch[1])
            assert slope == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-3, abs=1e-5)


def test_the_loss_is_that_of_keras(found, batch, keras_network):
    expected = float(mean_loss(keras_network, *batch))
    assert np.mean(found["losses"]) == pytest.approx(expected, rel=1e-6)
    assert found["evaluated"]["loss"] == pytest.approx(expected, rel=1e-6)
    right = np.sum(keras_network.predict(batch[0].astype("float64"), verbose=0).argmax(axis=1) == batch[1])
    assert found["evaluated"]["right"] == right


@pytest.mark.parametrize("steps, name", [(1, "stepped"), (5, "five")])
def test_adam_moves_the_weights_as_keras_does(steps, name, found, batch, keras_network):
    import keras

    before = keras_network.get_weights()
    twin = keras.models.clone_model(keras_network)
    twin.set_weights(before)
    optimizer = keras.optimizers.Adam(learning_rate=0.01)
    optimizer.build(twin.trainable_variables)
    for _ in range(steps):
        slopes = gradients(twin, *batch)
        shaped = [slope.reshape(one.shape) for slope, one in zip(slopes, twin.trainable_variables)]
        optimizer.apply(shaped, twin.trainable_variables)
    moved = [np.subtract(one, other.ravel()) for one, other in zip(found[name], before)]
    expected = [one - other for one, other in zip(twin.get_weights(), before)]
    assert furthest(moved, expected) < 1e-3  # Adam divides small gradients by small ones.
    assert found["emptied"]


def test_a_new_network_begins_as_one_of_keras(found, keras_network):
    import keras

    assert found["fresh"] == found["again"] != found["another"]
    assert found["size"] == keras_network.count_params()
    shapes = [one.shape for one in keras_network.get_weights()]
    for kernel, shape in zip(found["fresh"][::2], shapes[::2]):
        glorot = float(np.abs(keras.initializers.GlorotUniform(seed=1)(shape)).max())
        assert np.abs(kernel).max() == pytest.approx(glorot, rel=0.03)
        assert np.mean(kernel) == pytest.approx(0, abs=0.1 * glorot)
    assert not np.any(np.concatenate(found["fresh"][1::2]))


def test_chance_is_even_and_orders_are_all_alike(found):
    from scipy import stats

    assert stats.kstest(found["chance"], "uniform").pvalue > 0.001
    _, counts = np.unique(found["orders"], return_counts=True)
    assert len(counts) == 24 and stats.chisquare(counts).pvalue > 0.001
