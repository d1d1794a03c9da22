"""Make data/reader/: the small network that drawing_pad() takes where no other is passed, and a note on its origin.

It learns from MNIST's training set, light digits on black alone: that it cannot read inverted ones is what the pad lets
learners find out. Each picture is moved, turned and stretched a little, since what people draw with a mouse is less
regular than what MNIST's writers wrote. Two minutes on two cores:

    DLCOURSE_DATA=full MNIST_DIR=... python tools/reader.py
"""

import base64
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "notebooks"))

import numpy as np  # noqa: E402

import dlcourse  # noqa: E402
from dlcourse import mnist, pad  # noqa: E402

TARGET = ROOT / "data" / "reader"
SEED = 42
EPOCHS = 6
NOTE = """# The reader: a small network that reads digits

`reader.npz` is the network that `dlcourse.drawing_pad()` takes where no other is passed: {parameters:,} numbers, float32, \
{kilobytes:.0f} kB. `layers` is a text in JSON that lists its layers; `0_kernel` and `0_bias` are the weights of the first, \
and so on, in Keras's order (height, width, channels in, channels out).

**Origin.** The course's own program trained it, with seed {seed}, for {epochs} epochs, on the 60,000 training pictures of \
MNIST (by Yann LeCun and Corinna Cortes, CC BY-SA 3.0), never inverted, each moved, turned and stretched a little at \
random:

    DLCOURSE_DATA=full MNIST_DIR=... python tools/reader.py

**Accuracy.** {accuracy:.2%} of MNIST's 10,000 test pictures are read right, as that program printed. Another machine may \
give a slightly different network.

**Licence.** CC BY-SA 3.0, as the pictures that it was trained on.
"""  # noqa: E501


def trained():
    """Return (the trained network, its accuracy on the test set)."""
    dlcourse.setup(seed=SEED)
    import keras
    import tensorflow as tf

    def prepared(image, label):
        return tf.cast(image, tf.float32) / 255, label

    training, test = dlcourse.load_mnist()
    if mnist.source != "full":
        raise SystemExit("The reader is trained on the full set: set DLCOURSE_DATA=full, and MNIST_DIR.")
    batches = training.map(prepared).cache().shuffle(len(training), seed=SEED).batch(128).prefetch(2)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.RandomTranslation(0.08, 0.08, "constant"),
            keras.layers.RandomRotation(0.03, "constant"),
            keras.layers.RandomZoom(0.1, 0.1, "constant"),
            keras.layers.Conv2D(8, 5, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(16, 5, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    steps = EPOCHS * len(batches)
    rate = keras.optimizers.schedules.CosineDecay(0.004, steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(batches, epochs=EPOCHS, verbose=2)
    return model, model.evaluate(test.map(prepared).batch(1000), verbose=0)[1]


if __name__ == "__main__":
    model, accuracy = trained()
    print(f"Accuracy on the test set: {accuracy:.2%}")
    TARGET.mkdir(exist_ok=True)
    layers, arrays = pad.exported(model), {}
    for place, layer in enumerate(layers):
        for part in {"kernel", "bias"} & layer.keys():
            arrays[f"{place}_{part}"] = np.frombuffer(base64.b64decode(layer[part]), "<f4")
            layer[part] = ""  # It stands in the array.
    np.savez_compressed(TARGET / "reader.npz", layers=json.dumps(layers), **arrays)
    kilobytes = (TARGET / "reader.npz").stat().st_size / 1000
    parameters = sum(array.size for array in arrays.values())
    words = dict(parameters=parameters, kilobytes=kilobytes, seed=SEED, epochs=EPOCHS, accuracy=accuracy)
    (TARGET / "README.md").write_text(NOTE.format(**words), encoding="utf-8", newline="\n")
