"""Wrong answers to the lessons' exercises: (what stands in the answer cell, words that the hint must have).

For each lesson and exercise; solved_lessons.py tries them. ANYTHING is tried in every exercise: no answer may make a
check stop with an error.
"""

ANYTHING = [
    "None", "float('nan')", "'a text'", "[1, 'two']", "[]", "{}", "object()", "lambda *_: None", "lambda *_: 'a text'",
    "__import__('numpy').zeros((3, 3))", "__import__('numpy')", "__import__('keras').Sequential()", "-1e30",
]  # fmt: skip

WRONG = {}

WRONG["01_neurons"] = {
    "one step downhill": [
        ("new_weight = 1 + 0.01 * (-2 * 3 * (6 - 3 * 1))", "uphill"),
        ("new_weight = 0.01 * 18", "the change"),
        ("new_weight = 1 + 18", "learning rate"),
        ("new_weight = 1 + 0.01 * 3 * (6 - 3)", "factor 2"),
        ("new_weight = 1 + 0.01 * 2 * (6 - 3)", "input counts"),
        ("new_weight = 2", "one step"),
    ],
    "count the parameters": [
        ("parameters_4321 = 4 * 3 + 3 * 2 + 2 * 1", "not the biases"),
        ("parameters_4321 = (3 + 2 + 1) + (3 + 2 + 1)", "one for each of its inputs"),
        ("parameters_4321 = 20 + 4 + 3 + 2 + 1", "inputs a bias"),
        ("parameters_4321 = 4 * 3 * 2 * 1", "multiplied all four layers"),
    ],
    "two neurons become one": [
        ("one_for_two = [2 + 3, 1 - 4]", "added the two weights"),
        ("one_for_two = [6, 1 - 4]", "first bias goes through"),
        ("one_for_two = [-1, 6]", "wrong order"),
        ("one_for_two = 6", "list of 2 numbers"),
    ],
    "a ReLU that cannot die": [
        ("def leaky_relu(p):\n    return np.maximum(p, 0)", "ReLU itself"),
        ("def leaky_relu(p):\n    return p if p > 0 else 0.1 * p", "whole array"),
        ("def leaky_relu(p):\n    return np.where(p > 0, p, -0.1 * p)", "stay negative"),
        ("def leaky_relu(p):\n    return np.where(p > 0, p, 0.01 * p)", "negative ones are not"),
        ("def leaky_relu(p):\n    return np.minimum(p, 0.1 * p)", "exchanged"),
    ],
    "find a learning rate": [
        ("my_rate = 0.05", "too small"),
        ("my_rate = 0.2", "other side of the valley"),
        ("my_rate = 0.25", "same height"),
        ("my_rate = 1.0", "diverges"),
        ("my_rate = -0.1", "positive"),
    ],
    "either, but not both": [
        ("either_network = [[1, 1, -0.5], [1, 1, -0.5], [1, 1, -0.5]]", "one or both"),
        ("either_network = [[1, 1, -1.5], [1, 1, -1.5], [1, 1, -0.5]]", "only for the inputs 1 and 1"),
        ("either_network = [[1, 1, -0.5], [1, 1, -1.5], [1, -1, 0]]", "all four pairs"),
        ("either_network = [[1, 1], [1, 1], [1, -1]]", "3 rows and 3 columns"),
    ],
}

ONE_HOT = """def one_hot(labels, classes):
    return {}
"""
ALWAYS = """def always_the_same(train_labels, held_out_labels):
    return {}
"""

WRONG["02_iris"] = {
    "count for the birds": [
        ("bird_parameters = 6 * 12 + 12 * 8 + 8 * 5", "its bias"),
        ("bird_parameters = 6 * 12 + 12", "first hidden layer"),
        ("bird_parameters = 6 * 12 + 12 + 12 * 8 + 8", "output layer is missing"),
        ("bird_parameters = 6 * 12 + 12 * 8 + 8 * 5 + 3", "one for each neuron"),
        ("bird_parameters = 6 * 12 + 12 * 8 + 8 * 5 + 6 + 12 + 8 + 5", "Inputs have no bias"),
        ("bird_parameters = 12 + 8 + 5", "Those are the neurons"),
    ],
    "how many flowers is that?": [
        ("flowers_ahead = 97.4 - 94.7", "points of accuracy"),
        ("flowers_ahead = 0.974 - 0.947", "share"),
        ("flowers_ahead = 37", "difference is asked for"),
        ("flowers_ahead = 38 * (97.4 - 94.7)", "divided by 100"),
        ("flowers_ahead = 38 * (0.974 - 0.947)", "whole"),
    ],
    "the loss of three answers": [
        ("batch_loss = np.mean(np.log([0.7, 0.4, 0.6]))", "minus sign"),
        ("batch_loss = -np.mean(np.log10([0.7, 0.4, 0.6]))", "base 10"),
        ("batch_loss = -np.mean(np.log([0.7, 0.5, 0.6]))", "largest share"),
        ("batch_loss = -np.sum(np.log([0.7, 0.4, 0.6]))", "average"),
        ("batch_loss = -np.log(np.mean([0.7, 0.4, 0.6]))", "logarithm of each share first"),
        ("batch_loss = -np.log([0.7, 0.4, 0.6])", "One number"),
    ],
    "one-hot by hand": [
        (ONE_HOT.format("np.eye(classes)[labels].T"), "changed places"),
        (ONE_HOT.format("np.eye(labels.max() + 1)[labels]"), "doesn't occur"),
        (ONE_HOT.format("np.eye(classes)[labels - 1]"), "too far to the left"),
        (ONE_HOT.format("1 - np.eye(classes)[labels]"), "Ones and zeros"),
        (ONE_HOT.format("np.eye(classes)"), "row for each class"),
        (ONE_HOT.format("labels"), "one number for each label"),
        (ONE_HOT.format("np.eye(classes)[labels + 2]"), "IndexError"),
    ],
    "one scale for all measurements": [
        ("scaled = (X_held_out - X_held_out.mean(axis=0)) / X_held_out.std(axis=0)", "can't know before"),
        ("scaled = (X_held_out - X.mean(axis=0)) / X.std(axis=0)", "all 150 flowers"),
        ("scaled = (X_held_out - X_train.mean()) / X_train.std()", "axis=0"),
        ("scaled = X_held_out - X_train.mean(axis=0)", "division by the standard deviation"),
        ("scaled = X_held_out - X_train.mean(axis=0) / X_train.std(axis=0)", "brackets"),
        ("scaled = (X_train - X_train.mean(axis=0)) / X_train.std(axis=0)", "training flowers"),
        ("scaled = 0.5", "38 rows and 4 columns, and this is a single number"),
    ],
    "always the same answer": [
        (ALWAYS.format("np.mean(held_out_labels == np.bincount(held_out_labels).argmax())"), "held-out ones"),
        (ALWAYS.format("np.mean(train_labels == np.bincount(train_labels).argmax())"), "on the training labels"),
        (ALWAYS.format("np.bincount(train_labels).argmax()"), "label which the rule gives"),
        (ALWAYS.format("np.sum(held_out_labels == np.bincount(train_labels).argmax())"), "Their share"),
        (ALWAYS.format("100 * np.mean(held_out_labels == np.bincount(train_labels).argmax())"), "per cent"),
        (ALWAYS.format("1 / len(np.unique(train_labels))"), "guessing"),
    ],
}

_LOOP = """def slide_by_two(image, kernel):
    height, width = kernel.shape
    rows, columns = {rows}, {columns}
    output = np.empty((rows, columns))
    for row in range(rows):
        for column in range(columns):
            patch = image[{top} : {top} + height, {left} : {left} + width]
            output[row, column] = (patch * {kernel}).sum()
    return output"""
_RIGHT = {
    "rows": "(image.shape[0] - height) // 2 + 1",
    "columns": "(image.shape[1] - width) // 2 + 1",
    "top": "2 * row",
    "left": "2 * column",
    "kernel": "kernel",
}
_EVERY = {"rows": "image.shape[0] - height + 1", "columns": "image.shape[1] - width + 1"}
_OVERLAP = "np.lib.stride_tricks.sliding_window_view(picture, (2, 2)).max(axis=(2, 3))"

WRONG["03_kernels"] = {
    "one sum by hand": [
        ("one_sum = 3 * 104 + 2 * 104 + 1 * 104", "upside down"),
        ("one_sum = 100 + 2 * 99 + 3 * 104", "first patch"),
        ("one_sum = 100 + 104 + 98", "multiplied by its number"),
        ("one_sum = 101 + 2 * 104 + 3 * 104", "middle of the grid"),
    ],
    "which size comes out": [
        ("rows_at_the_end = 100 - 6 - 4 - 2", "5×5 kernel"),
        ("rows_at_the_end = 100 - 7 - 3", "whole height"),
        ("rows_at_the_end = 100", "same"),
        ("rows_at_the_end = 100 - 3 - 1", "one side"),
    ],
    "one pixel to the left": [
        ("to_the_left = [[0, 0, 0], [1, 0, 0], [0, 0, 0]]", "to the right"),
        ("to_the_left = [[0, 0, 0], [0, 0, 0], [0, 1, 0]]", "up"),
        ("to_the_left = [[0, 0, 0], [0, 1, 1], [0, 0, 0]]", "mixed"),
        ("to_the_left = [[0, 0, 0], [0, 0, 2], [0, 0, 0]]", "brightness"),
        ("to_the_left = [0, 0, 1]", "list of 3 numbers"),
    ],
    "edges that slope": [
        ("sloping = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]", "as strongly"),
        ("sloping = [[2, 1, 0], [1, 0, -1], [0, -1, -2]]", "other diagonal"),
        ("sloping = [[0, -1, -2], [1, 0, -1], [2, 1, 0]]", "sign turned"),
        ("sloping = [[0, 1, 2], [0, 0, 1], [0, 0, 0]]", "flat"),
        ("sloping = [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]", "lines"),
    ],
    "two pixels at a time": [
        (_LOOP.format(**_RIGHT | _EVERY | {"top": "row", "left": "column"}), "stride 1"),
        (_LOOP.format(**_RIGHT | {"top": "row", "left": "column"}), "one pixel apart"),
        (_LOOP.format(**_RIGHT | {"kernel": "kernel[::-1, ::-1]"}), "flipped"),
        (_LOOP.format(**_RIGHT | {"rows": "(image.shape[0] - height) // 2"}), "2 rows and 2 columns"),
    ],
    "the largest of four": [
        ("def max_pool(picture):\n    return picture.reshape(2, 2, 3, 2).mean(axis=(1, 3))", "average"),
        ("def max_pool(picture):\n    return picture[::2, ::2]", "same corner"),
        (f"def max_pool(picture):\n    return {_OVERLAP}", "overlap"),
        ("def max_pool(picture):\n    return picture.reshape(2, 2, 3, 2).max(axis=(1, 3))", "stopped"),
    ],
}

POOL = """import numpy as np


def pool(picture):
    {}
"""
TABLE = """from sklearn.metrics import confusion_matrix

answers = baseline.predict(validation_images, verbose=0).argmax(axis=1)
table = confusion_matrix(validation_labels, answers, labels=range(10))
"""
SMALL = """small = keras.Sequential([keras.Input({}), *[{}], keras.layers.Dense({}, activation="softmax")])
small.compile("adam", loss="sparse_categorical_crossentropy")
"""

WRONG["04_mnist"] = {
    "eight kernels on a colour picture": [
        ("layer_weights = 8 * (3 * 3 + 1)", "all three channels"),
        ("layer_weights = 8 * 3 * 3", "all three channels"),
        ("layer_weights = 8 * 3 * 3 * 3", "one more number"),
        ("layer_weights = 8 * 3 * 3 * 3 + 1", "don't share a bias"),
        ("layer_weights = 8 * 3 * (3 * 3 + 1)", "one bias in all"),
        ("layer_weights = 3 * 3 * 3 + 1", "one filter"),
        ("layer_weights = 100 * 100 * 8", "puts out"),
        ("layer_weights = 100 * 100 * 8 * (3 * 3 * 3 + 1)", "number of pixels"),
        ('layer_weights = "224"', "text"),
    ],
    "the baseline's commonest mix-up": [
        ("mix_up = (3, 3)", "diagonal"),
        (TABLE + "mix_up = np.unravel_index(table.argmax(), table.shape)", "diagonal"),
        (TABLE + "np.fill_diagonal(table, 0)\nmix_up = table.argmax()", "which row and which column"),
        ("mix_up = (4, 10)", "from 0 to 9"),
        ("mix_up = [4, 9, 2]", "list of 3 numbers"),
        # A pair that is rare both ways, as another network's commonest would be.
        (TABLE + "both = table + table.T\nmix_up = np.unravel_index(both.argmin(), table.shape)", "baseline's answers"),
    ],
    "from layer to layer": [
        ("sides = [64, 32, 32, 16]", "no border of zeros"),
        ("sides = [62, 31, 29, 14]", "third layer is padded"),
        ("sides = [62, 31, 31, 15.5]", "parts of pixels"),
        ("sides = [62, 31, 31, 16]", "doesn't fit"),
        ("sides = [62, 61, 61, 60]", "stride"),
        ("sides = 15", "list of 4 numbers"),
    ],
    "pooling without Keras": [
        (POOL.format("return picture.reshape(len(picture) // 2, 2, -1, 2).mean(axis=(1, 3))"), "average"),
        (POOL.format("return picture.reshape(len(picture) // 2, 2, -1, 2).min(axis=(1, 3))"), "smallest"),
        (POOL.format("return picture[::2, ::2]"), "upper left"),
        (POOL.format("return np.maximum(picture, 0)"), "as large as the picture"),
        (POOL.format("return picture.max()"), "one number"),
        (POOL.format("return np.maximum(picture[::2], picture[1::2])"), "one direction only"),
        (
            POOL.format(
                "wide = np.maximum(picture[:, 1:], picture[:, :-1])\n    return np.maximum(wide[1:], wide[:-1])"
            ),
            "overlap",
        ),
        ("pool = 4", "function"),
    ],
    "a twentieth of the weights": [
        ("small = model", "more than 10,000"),
        ("small = baseline", "no kernels"),
        (SMALL.format("(28, 28, 1)", "keras.layers.Flatten()", 10), "guessing"),
        (SMALL.format("(28, 28, 1)", "keras.layers.MaxPooling2D(7), keras.layers.Flatten()", 9), "ten numbers"),
        (SMALL.format("(784,)", "", 10), "can't read our pictures"),
        ("small = 9098", "network is asked for"),
    ],
}

WRONG["05_augmentation"] = {
    "throw the switch": [('INVERT = "True"', "quotation marks"), ("INVERT = 2", "either True or False")],
    "a picture in fog": [
        ("def fog(pictures):\n    return pictures / 2", "darker"),
        ("def fog(pictures):\n    return 1 - pictures", "inverts"),
        ("def fog(pictures):\n    return pictures.mean()", "a single number"),
        ("def fog(pictures):\n    return pictures - 0.5", "leave the range"),
    ],
    "as few questions as possible": [
        ("my_threshold = 0.0", "Too low"),
        ("my_threshold = 0.9999", "to a person"),
        ("my_threshold = 90", "percentage"),
        ("my_threshold = confidence", "One number"),
    ],
    "your challenger": [
        (
            "def challenger():\n    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])",
            "compile",
        ),
        (
            "def challenger():\n    network = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), "
            "keras.layers.Dense(10)])\n    network.compile()\n    return network",
            "softmax",
        ),
    ],
}

WRONG["06_ethics"] = {
    "a policy for a clinic": [
        ("clinic_threshold = 0", "another affordable row"),
        ("clinic_threshold = 0.123", "not one of the table"),
        ('clinic_threshold = "0.9"', "text"),
        ("clinic_threshold = policies", "One number"),
    ],
    "what the overall number hides": [
        ("right_for_the_others = 98", "overall number"),
        ("right_for_the_others = 96", "twice"),
        ("right_for_the_others = 1.0", "per cent"),
    ],
    "mistakes by digit": [
        ("hardest_digit = second_answers[:held_out].groupby(validation_labels)['right'].mean().idxmax()", "read best"),
        ("hardest_digit = second_answers[:held_out].groupby(validation_labels)['right'].mean()", "One number"),
    ],
    "a split that doesn't leak": [
        ("train_list, test_list = [0, 1, 2], [3, 4, 5]", "on both sides"),
        ("train_list, test_list = [0, 2, 5], [1, 4]", "neither list"),
        ("train_list, test_list = [0, 1, 2, 4, 5], [3]", "at least two"),
        ("train_list, test_list = [1, 2, 3, 4, 5, 6], [1, 2]", "numbers 0 to"),
    ],
}

_TRAIN = """
mended_{n} = build()
optimizer = keras.optimizers.Adam(learning_rate={rate})
mended_{n}.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
mended_{n}.fit(images, labels, batch_size=64, epochs={epochs}, validation_data=watched, verbose=0)
"""

_IRIS = """
diagnosis_2 = "D"
hidden, output = keras.layers.Dense(10, activation="relu"), keras.layers.Dense({output})
mended_2 = keras.Sequential([keras.Input((4,)), hidden, output])
mended_2.compile(keras.optimizers.Adam(learning_rate=0.02), loss="{loss}", metrics=["accuracy"])
mended_2.fit(X_iris, y_iris, batch_size=4, epochs=3, validation_data=validation_2, verbose=0)
"""

_UNTRAINED = _IRIS.format(output='3, activation="softmax"', loss="sparse_categorical_crossentropy")
_UNTRAINED = _UNTRAINED[: _UNTRAINED.index("mended_2.fit")]

WRONG["07_clinic"] = {
    "treat patient 1": [
        ('diagnosis_1 = "I"\nmended_1 = ...', "too small learns little"),
        ('diagnosis_1 = "A"' + _TRAIN.format(n=1, rate=0.25, epochs=2), "still too long"),
        ('diagnosis_1 = "A"' + _TRAIN.format(n=1, rate=0.000001, epochs=1), "too short"),
        ('diagnosis_1 = "A"\nmended_1 = build()', "not compiled"),
        ("diagnosis_1 = 1\nmended_1 = ...", "one letter"),
    ],
    "treat patient 2": [
        ('diagnosis_2 = "L"\nmended_2 = ...', "accuracy tells the truth"),
        (_IRIS.format(output="1", loss="mean_squared_error"), "in an order"),
        (_UNTRAINED, "was it trained"),
        (_IRIS.format(output='3, activation="sigmoid"', loss="sparse_categorical_crossentropy"), "sum to 1"),
    ],
    "treat patient 3": [
        ('diagnosis_3 = "I"\nmended_3 = ...', "levels off"),
        ('diagnosis_3 = "B"' + _TRAIN.format(n=3, rate=0.00004, epochs=3), "too short"),
        ('diagnosis_3 = "B"' + _TRAIN.format(n=3, rate=0.5, epochs=2), "too long"),
    ],
    "treat patient 4": [
        ('diagnosis_4 = "K"\n\n\ndef mended_4(measurements):\n    ...', "59, 71 and 48"),
        ('diagnosis_4 = "C"\n\n\ndef mended_4(measurements):\n    return measurements / X_wine.max()', "each column"),
        (
            'diagnosis_4 = "C"\n\n\ndef mended_4(measurements):\n'
            "    return (measurements - measurements.mean(axis=0)) / measurements.std(axis=0)",
            "in other company",
        ),
        (
            'diagnosis_4 = "C"\n\n\ndef mended_4(measurements):\n'
            "    return 100 * (measurements - X_wine.mean(axis=0)) / X_wine.std(axis=0)",
            "still large",
        ),
    ],
    "treat patient 5": [
        ('diagnosis_5 = "J"\n\n\ndef mended_5(some_images, some_labels):\n    ...', "far better than chance"),
        (
            'diagnosis_5 = "E"\n\n\ndef mended_5(some_images, some_labels):\n    return some_images, some_labels',
            "the order is as it was",
        ),
        (
            'diagnosis_5 = "E"\n\n\ndef mended_5(some_images, some_labels):\n'
            "    generator = np.random.default_rng(7)\n"
            "    return generator.permutation(some_images), generator.permutation(some_labels)",
            "two different orders",
        ),
        (
            'diagnosis_5 = "E"\n\n\ndef mended_5(some_images, some_labels):\n'
            "    order = np.random.default_rng(7).integers(len(some_labels), size=len(some_labels))\n"
            "    return some_images[order], some_labels[order]",
            "and once",
        ),
    ],
    "treat patient 6": [
        ('diagnosis_6 = "D"\nmended_6 = ...', "before the loss"),
        ('diagnosis_6 = "F"\nmended_6 = patient_6', "still 23."),
        (
            'diagnosis_6 = "F"\nlayers = build().layers[:-1]\n'
            "mended_6 = keras.Sequential([keras.Input((28, 28, 1)), *layers, keras.layers.Dense(10)])\n"
            'mended_6.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])\n'
            "mended_6.fit(images, labels, batch_size=64, epochs=1, verbose=0)",
            "too much was taken away",
        ),
    ],
    "treat patient 7": [
        ('diagnosis_7 = "J"\n\n\ndef mended_7(measurements):\n    ...', "is excellent"),
        (
            'diagnosis_7 = "H"\n\n\ndef mended_7(measurements):\n    return patient_7.predict(measurements, verbose=0)',
            "trained on",
        ),
        (
            'diagnosis_7 = "H"\n\n\ndef mended_7(measurements):\n'
            "    return patient_7.predict(StandardScaler().fit_transform(measurements), verbose=0)",
            "when it comes alone",
        ),
    ],
    "treat patient 8": [
        ('diagnosis_8 = "J"\n\n\ndef mended_8(some_images, some_labels):\n    ...', "too high"),
        (
            'diagnosis_8 = "G"\n\n\ndef mended_8(some_images, some_labels):\n'
            "    return train_test_split(*with_copies(some_images, some_labels), test_size=0.2, random_state=1)",
            "on both sides",
        ),
        (
            'diagnosis_8 = "G"\n\n\ndef mended_8(some_images, some_labels):\n'
            "    return train_test_split(some_images, some_labels, test_size=0.2, random_state=42)",
            "lost its noisy copies",
        ),
        (
            'diagnosis_8 = "G"\n\n\ndef mended_8(some_images, some_labels):\n'
            "    parts = train_test_split(some_images, some_labels, test_size=0.2, random_state=42)\n"
            "    return *with_copies(parts[0], parts[2]), parts[1], parts[3]",
            "The order is",
        ),
    ],
}
