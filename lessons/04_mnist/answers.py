"""The exercises of lesson 4: what is right, and what is probably wrong with an answer that is not."""

import numpy as np

from dlcourse.checking import CourseError, Judge, Value, array, in_words, number, result_of, trained

JUDGES = {}


def _shape(values):
    """The shape of what came back, or None for what has none."""
    try:
        return np.shape(values)
    except Exception:
        return None


def _is_number(answer):
    try:
        number(answer)
    except CourseError:
        return False
    return True


def _says(sentence, *values):
    """Wrong values that share a sentence."""
    return [(value, sentence) for value in values]


JUDGES["eight filters on a colour picture"] = Value(
    right=8 * (3 * 3 * 3 + 1),
    wrong=[
        (8 * 3 * 3 * 3, "Nearly: those are the kernels' values. Every filter has one more number, added to its sum."),
        *_says(
            "A filter sees all three channels of the colour picture, and needs values of its own for each.",
            *(8 * (3 * 3 + 1), 8 * 3 * 3),
        ),
        (8 * 3 * (3 * 3 + 1), "Nearly: a filter has one bias in all, not one for each channel."),
        (8 * 3 * 3 * 3 + 1, "Nearly: the filters don't share a bias."),
        *_says("That is one filter. The layer has eight.", 3 * 3 * 3 + 1, 3 * 3 * 3, 3 * 3 + 1, 3 * 3),
        (100 * 100 * 8, "Those are the values that the layer puts out. How many does it have to learn?"),
        *_says(
            "The number of pixels doesn't come into it: the same filters are used in all places of the picture.",
            *(100 * 100 * 8 * (3 * 3 * 3 + 1), 100 * 100 * 8 * 3 * 3 * 3),
            *(100 * 100 * 8 * (3 * 3 + 1), 100 * 100 * 8 * 3 * 3),
            *(100 * 100 * 3 * 8 + 8, 100 * 100 * 3 * 8),  # As in a dense layer of eight neurons.
            *(100 * 100 * 3, 100 * 100),
        ),
    ],
    otherwise="Count for one filter first: which values of the picture does it look at in one place?",
    insight="Eight dense neurons on this picture would need 240,008 weights. The filters need only 224, because "
    "all places share them.",
)


def spots(model):
    """A network for colour pictures of 64×64, layer by layer; the first thing that is wrong is spoken of."""
    import keras

    if not isinstance(model, keras.Model):
        return f"A Keras network is asked for, and this is of type {type(model).__name__}."
    if not model.built or len(model.inputs) != 1:
        return "It has no weights yet: what does a picture look like? That goes into keras.Input, the first line."
    given = tuple(model.inputs[0].shape[1:])
    if given == (64, 64) or given == (64, 64, 1):
        return "A colour picture has three channels, and your Input has one."
    if given == (28, 28, 1):
        return "Your Input is still that of a digit. How large is a photograph here, and how many channels has it?"
    if given != (64, 64, 3):
        return f"Your Input is {given}. It is height, width and channels of one photograph, in this order."
    layers = [layer for layer in model.layers if not isinstance(layer, (keras.layers.InputLayer, keras.layers.Dropout))]
    filters = [layer for layer in layers if isinstance(layer, keras.layers.Conv2D)]
    if [layer.filters for layer in filters] != [8, 16]:
        found = ", ".join(str(layer.filters) for layer in filters) or "none"
        return f"Two convolutional layers are asked for, the first with fewer filters. Yours: {found}."
    if any(layer.kernel_size != (3, 3) for layer in filters):
        return "The kernels are not all of 3×3: that is the second number of Conv2D."
    kinds = [type(layer).__name__ for layer in layers if type(layer).__name__ != "Activation"]
    if kinds.count("MaxPooling2D") != 2:
        return "Max pooling follows each of the two convolutional layers."
    if "Flatten" not in kinds:
        return "Between the pictures and the output all values have to be put into one row."
    if kinds != ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense"]:
        return f"The layers are not in the order of the task, or some are too many: {', '.join(kinds)}."
    if layers[-1].units != 2:
        return "The output layer needs one neuron for each class."
    if any(layer.activation.__name__ == "linear" for layer in filters):
        return "A convolutional layer needs its bend, the ReLU, like every hidden layer."
    if layers[-1].activation.__name__ != "softmax":
        return "The shares of the classes have to sum to 1. Which activation does that?"
    return True


_SPOTS = """import keras

spots = keras.Sequential([
    keras.Input({}),
    keras.layers.Conv2D({}, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D({}, padding="same", activation="relu"),
    {}
    keras.layers.Dense({}),
])"""
_REST = "keras.layers.MaxPooling2D(), keras.layers.Flatten(),"
_COLOUR, _OUT = "(64, 64, 3)", '2, activation="softmax"'

JUDGES["a network for skin spots"] = Judge(
    spots,
    right=[
        _SPOTS.format(_COLOUR, "8, 3", "16, 3", _REST, _OUT),  # Without a border of zeros.
        _SPOTS.format(_COLOUR, "8, 3", "16, 3", _REST + " keras.layers.Dropout(0.4),", _OUT),
        """import keras

inputs = keras.Input((64, 64, 3))
maps = keras.layers.MaxPooling2D()(keras.layers.Conv2D(8, (3, 3), activation="relu")(inputs))
maps = keras.layers.MaxPooling2D()(keras.layers.Conv2D(16, (3, 3), activation="relu")(maps))
spots = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(keras.layers.Flatten()(maps)))""",
    ],
    wrong=[
        ("spots = 8", "A Keras network is asked for"),
        ("import keras\n\nspots = keras.Sequential([keras.layers.Dense(2)])", "has no weights yet"),
        (_SPOTS.format("(64, 64, 1)", "8, 3", "16, 3", _REST, _OUT), "three channels"),
        (_SPOTS.format("(28, 28, 1)", "8, 3", "16, 3", _REST, _OUT), "still that of a digit"),
        (_SPOTS.format("(64, 64, 4)", "8, 3", "16, 3", _REST, _OUT), "in this order"),
        (_SPOTS.format(_COLOUR, "16, 3", "32, 3", _REST, _OUT), "Yours: 16, 32."),
        (_SPOTS.format(_COLOUR, "8, 5", "16, 5", _REST, _OUT), "not all of 3×3"),
        (_SPOTS.format(_COLOUR, "8, 3", "16, 3", "keras.layers.Flatten(),", _OUT), "Max pooling follows each"),
        (_SPOTS.format(_COLOUR, "8, 3", "16, 3", "keras.layers.MaxPooling2D(),", _OUT), "put into one row"),
        (_SPOTS.format(_COLOUR, "8, 3", "16, 3", _REST + " keras.layers.Dense(128),", _OUT), "some are too many"),
        (_SPOTS.format(_COLOUR, "8, 3", "16, 3", _REST, '10, activation="softmax"'), "one neuron for each class"),
        (
            _SPOTS.format(_COLOUR, "8, 3", "16, 3", _REST, _OUT).replace(', activation="relu"', ""),
            "needs its bend, the ReLU",
        ),
        (_SPOTS.format(_COLOUR, "8, 3", "16, 3", _REST, "2"), "Which activation does that"),
        ("spots = model", "still that of a digit"),
    ],
    insight="Nothing in it says skin: the same layers could tell cats from dogs.",
)

_FOUND, _FALSE = 0.97 * 10, (1 - 0.99) * 9_990

JUDGES["a rare illness"] = Value(
    right=_FOUND / (_FOUND + _FALSE),
    wrong=[
        (
            0.97,
            "That is the sensitivity: of the ill, how many get an alarm. Asked is: of the alarms, how many are ill.",
        ),
        (0.99, "That is the specificity: of the healthy, how many are left alone. Asked is: of the alarms, …"),
        (_FALSE / (_FOUND + _FALSE), "That is the share of the alarms that are false."),
        (
            _FOUND / _FALSE,
            "Nearly: you compare with the false alarms. Compare with all alarms, the right ones included.",
        ),
        (
            0.97 / (0.97 + 0.01),
            "Rates cannot be added like people: there are far more healthy than ill ones. Count people.",
        ),
        (10 / 10_000, "So many are ill among all people. Asked is how many are ill among those who get an alarm."),
        (100 * _FOUND / (_FOUND + _FALSE), "A share between 0 and 1 is asked for, not per cent."),
        (_FOUND, "So many ill people get an alarm. Which share of all alarms is that?"),
    ],
    otherwise="Count people: how many of the ill get an alarm, and how many of the healthy?",
    also=[0.089, 0.09, _FOUND / (_FOUND + 0.01 * 10_000)],  # Rounded; or with 10,000 healthy people.
    tolerance=0.0001,
    insight="Where an illness is rare, most alarms are false even with a good test: ask how common it is.",
)


def mix_up(answer, baseline, images, labels):
    """The pair (true digit, answer) that occurs most often among the baseline's mistakes."""
    if _is_number(answer):
        return "This is one number, and a pair is asked for: which row and which column of the table is it?"
    pair = array(answer, (2,))
    if np.any(pair != np.round(pair)) or pair.min() < 0 or pair.max() > 9:
        return "Both have to be digits, whole numbers from 0 to 9."
    row, column = pair.astype(int)
    if row == column:
        return "These were right answers. Leave the table's diagonal out before you look for the largest count."
    table = np.zeros((10, 10), dtype=int)
    np.add.at(table, (labels, baseline.predict(images, batch_size=1000, verbose=0).argmax(axis=1)), 1)
    np.fill_diagonal(table, 0)
    count, reverse = table[row, column], table[column, row]
    if count == table.max():
        return True
    if reverse == table.max():
        return "The right two digits in the wrong order: the true digit comes first, then the answer."
    if count == 0:
        return "The baseline never made this mix-up. Were they the baseline's answers?"
    times = "once" if count == 1 else f"{count} times"
    return f"The baseline made this mix-up {times}, and another more often. Were they the baseline's answers?"


_TABLE = """import numpy as np
from sklearn.metrics import confusion_matrix

answers = baseline.predict(validation_images, verbose=0).argmax(axis=1)
table = confusion_matrix(validation_labels, answers, labels=range(10))
"""
_MISTAKES = _TABLE + "np.fill_diagonal(table, 0)\n"
_RARE = _MISTAKES + "rare = [(i, j) for i in range(10) for j in range(10) if i != j and table[j, i] < table.max()]\n"

JUDGES["the baseline's commonest mix-up"] = Judge(
    mix_up,
    right=[
        _TABLE + "mix_up = max(((i, j) for i in range(10) for j in range(10) if i != j), key=lambda ij: table[ij])",
        """from collections import Counter

answers = baseline.predict(validation_images, verbose=0).argmax(axis=1)
pairs = Counter((int(a), int(b)) for a, b in zip(validation_labels, answers) if a != b)
mix_up = list(pairs.most_common(1)[0][0])""",
        _MISTAKES + "mix_up = np.argwhere(table == table.max())[-1]",
    ],
    wrong=[
        ("mix_up = (3, 3)", "Leave the table's diagonal out"),
        (_TABLE + "mix_up = np.unravel_index(table.argmax(), table.shape)", "Leave the table's diagonal out"),
        (_MISTAKES + "mix_up = table.argmax()", "which row and which column"),
        (_MISTAKES + "mix_up = table.max()", "which row and which column"),
        ("mix_up = (4, 10)", "from 0 to 9"),
        ("mix_up = (-1, 4)", "from 0 to 9"),
        ("mix_up = (4.5, 9)", "from 0 to 9"),
        ("mix_up = [4, 9, 2]", "this is a list of 3 numbers"),
        ('mix_up = ("4", "9")', "An array of numbers is asked for"),
        (_MISTAKES + "mix_up = np.unravel_index(table.argmax(), table.shape)[::-1]", "in the wrong order"),
        (_RARE + "mix_up = next(pair for pair in rare if table[pair] == 0)", "never made this mix-up"),
        (_RARE + "mix_up = next(pair for pair in rare if table[pair] == 1)", "this mix-up once, and another"),
        (_RARE + "mix_up = next(pair for pair in rare if 1 < table[pair] < table.max())", " times, and another"),
    ],
    insight="Accuracy says how often it is right, the confusion matrix where it errs: there you look next.",
)


def sides(answer):
    """64 through valid 3×3, pooling, same 3×3, pooling; the first side that is wrong is spoken of."""
    found = array(answer, (4,))
    first, second, third, fourth = found
    if np.any(found != np.round(found)):
        return "There are no parts of pixels: a window that doesn't fit completely is left out."
    if first == 64:
        return "The first layer has no border of zeros, so its window can't stand in the middle of an outer pixel."
    if first != 62:
        return "Look at the first layer again: in how many places can a window of 3 stand in a row of 64?"
    if second in (61, 62):
        return "Pooling jumps by two pixels at a time (its stride), not by one."
    if second != 31:
        return "Look at the second layer again: each window takes two pixels in each direction."
    if third == 29:
        return 'The third layer is padded ("same"), the first is not.'
    if third != 31:
        return "Look at the third layer again: what does the border of zeros do to the size?"
    if fourth == 16:
        return "In the last layer one window doesn't fit into the picture completely. What happens to it?"
    if fourth != 15:
        return "The first three are right. Look at the last layer again."
    return True


JUDGES["from layer to layer"] = Judge(
    sides,
    right=["sides = (62, 31, 31, 15)", "sides = np.array([64 - 2, 62 / 2, 31, 31 // 2])"],
    wrong=[
        ("sides = [64, 32, 32, 16]", "no border of zeros"),
        ("sides = [61, 30, 30, 15]", "in how many places can a window of 3 stand"),
        ("sides = [62, 61, 61, 60]", "Pooling jumps by two pixels"),
        ("sides = [62, 62, 62, 62]", "Pooling jumps by two pixels"),
        ("sides = [62, 30, 30, 15]", "each window takes two pixels"),
        ("sides = [62, 31, 29, 14]", "The third layer is padded"),
        ("sides = [62, 31, 33, 16]", "what does the border of zeros do"),
        ("sides = [62, 31, 31, 15.5]", "no parts of pixels"),
        ("sides = [62, 31, 31, 16]", "one window doesn't fit"),
        ("sides = [62, 31, 31, 14]", "The first three are right"),
        ("sides = 15", "a list of 4 numbers, and this is a single number"),
        ("sides = [(62, 62), (31, 31), (31, 31), (15, 15)]", "this is a table of 4 rows and 2 columns"),
    ],
    insight="Each number at the end has seen 10×10 pixels: the deeper a layer, the more it sees.",
)


def pool(function):
    """Average pooling of 2×2 windows with stride 2: a picture of 4×6 with many negative values, then one of 28×28."""
    picture = np.array([[1, -9, 3, 4, 7, 2], [5, 6, 8, 1, 0, 3], [-2, -7, -6, -1, 9, 2], [-4, -3, -8, -5, 1, 4]], float)
    result = result_of(function, picture.copy())
    if _is_number(result):
        return "This is one number for the whole picture. Each window of 2×2 needs its own."
    for shape, hint in [
        ((4, 6), "The result is as large as the picture. Each window of four values leaves one."),
        ((3, 5), "The windows overlap: let them jump by two (the stride), so that no value is used twice."),
        ((4, 3), "The picture was halved in one direction only."),
        ((2, 6), "The picture was halved in one direction only."),
        ((3, 2), "Rows and columns have changed places."),
    ]:
        if _shape(result) == shape:
            return hint
    result = array(result, (2, 3))
    windows = picture.reshape(2, 2, 3, 2)
    for wrong, hint in [
        (windows.max(axis=(1, 3)), "You keep the largest value of each window: that is max pooling. Take the mean."),
        (windows.sum(axis=(1, 3)), "You add up each window; divide by how many values it has."),
        (windows.sum(axis=(1, 3)) / 2, "You divide by 2, and each window has more values."),
        (
            windows.sum(axis=(1, 3)) // 4,
            "The mean may have decimals, and yours are cut off: by `//`, or by an array of whole numbers.",
        ),
        (np.median(windows, axis=(1, 3)), "That is the median of each window. The mean is asked for."),
        (np.abs(windows).mean(axis=(1, 3)), "Negative values lost their sign. They count as they are."),
        (windows.clip(0).mean(axis=(1, 3)), "Negative values became 0. They count as they are."),
        (windows[:, 0, :, 0], "You keep the upper left value of each window. Take the mean of all four."),
        (windows[:, 0].mean(axis=2), "You look at the upper row of each window only."),
        (windows[:, :, :, 0].mean(axis=1), "You look at the left column of each window only."),
    ]:
        if np.allclose(result, wrong):
            return hint
    if not np.allclose(result, windows.mean(axis=(1, 3))):
        return "The size is right. Look at one window: what comes out of its four values?"
    picture = np.random.default_rng(7).normal(size=(28, 28))
    result = array(result_of(function, picture.copy()), (14, 14))
    if not np.allclose(result, picture.reshape(14, 2, 14, 2).mean(axis=(1, 3))):
        return "It is right for a picture of 4×6 pixels and wrong for one of 28×28."
    return True


_POOL = """import numpy as np


def pool(picture):
    """
_WINDOWS = _POOL + "windows = picture.reshape(len(picture) // 2, 2, -1, 2)\n    "
_LOOPS = """import numpy as np


def pool(picture):
    rows, columns = {}
    pooled = {}
    for row in range(rows):
        for column in range(columns):
            window = picture[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
            pooled[row][column] = {}
    return pooled"""
_HALF = "len(picture) // 2, picture.shape[1] // 2"
_ZEROS = "np.zeros((rows, columns))"

JUDGES["pooling without Keras"] = Judge(
    pool,
    right=[
        _WINDOWS + "return windows.mean(axis=3).mean(axis=1)",
        _LOOPS.format(_HALF, _ZEROS, "(window[0, 0] + window[0, 1] + window[1, 0] + window[1, 1]) / 4"),
        _LOOPS.format(_HALF, "[[0] * columns for row in range(rows)]", "window.mean()"),
        _POOL + "return np.mean([picture[i::2, j::2] for i in (0, 1) for j in (0, 1)], axis=0)",
    ],
    wrong=[
        (_POOL + "return np.maximum(picture, 0)", "as large as the picture"),
        (_POOL + "return np.lib.stride_tricks.sliding_window_view(picture, (2, 2)).mean(axis=(2, 3))", "overlap"),
        (_POOL + "return (picture[::2] + picture[1::2]) / 2", "one direction only"),
        (_POOL + "return (picture[:, ::2] + picture[:, 1::2]) / 2", "one direction only"),
        (_WINDOWS + "return windows.mean(axis=(1, 3)).T", "Rows and columns have changed places"),
        (_POOL + "return picture.mean()", "one number for the whole picture"),
        (_WINDOWS + "return windows.max(axis=(1, 3))", "that is max pooling"),
        (_WINDOWS + "return windows.sum(axis=(1, 3))", "You add up each window"),
        (_WINDOWS + "return windows.sum(axis=(1, 3)) / 2", "You divide by 2"),
        (_WINDOWS + "return windows.sum(axis=(1, 3)) // 4", "yours are cut off"),
        (_LOOPS.format(_HALF, "np.zeros((rows, columns), int)", "window.mean()"), "yours are cut off"),
        (_WINDOWS + "return np.median(windows, axis=(1, 3))", "the median"),
        (_WINDOWS + "return np.abs(windows).mean(axis=(1, 3))", "lost their sign"),
        (_LOOPS.format(_HALF, _ZEROS, "window.clip(0).mean()"), "Negative values became 0"),
        (_POOL + "return picture[::2, ::2]", "the upper left value"),
        (_POOL + "return (picture[::2, ::2] + picture[::2, 1::2]) / 2", "the upper row"),
        (_POOL + "return (picture[::2, ::2] + picture[1::2, ::2]) / 2", "the left column"),
        (_POOL + "return picture[1::2, 1::2]", "what comes out of its four values"),
        (_POOL + "return picture.reshape(len(picture) // 2, -1, 4).mean(axis=2)", "what comes out of its four values"),
        (_LOOPS.format("2, 3", "np.zeros((len(picture) // 2, picture.shape[1] // 2))", "window.mean()"), "of 28×28"),
        (_LOOPS.format("2, 3", _ZEROS, "window.mean()"), "a table of 14 rows and 14 columns, and this is"),
        (_LOOPS.format(_HALF, "np.zeros((rows, rows))", "window.mean()"), "stopped with IndexError"),
        ("pool = 4", "A function is asked for"),
    ],
    insight="No weights, nothing to learn. The mean weakens a thin bright line; the largest value keeps it.",
)


def small(answer, batches, baseline_accuracy):
    """A trained network with at most 10,000 weights, two points better than the baseline on these batches."""
    model = trained(answer)
    weights = model.count_params()
    if weights > 10_000:
        return f"It has {weights:,} weights, more than 10,000. Which layer has most of them?"
    right, seen = 0, 0
    for images, labels in batches:
        try:
            guesses = model.predict_on_batch(images)
        except Exception:
            return "It can't read our pictures: does it begin with Input((28, 28, 1))?"
        if guesses.shape != (len(labels), 10):
            return f"For each picture ten numbers are needed; yours gives {in_words(guesses.shape[1:])}."
        right, seen = right + np.sum(guesses.argmax(axis=1) == labels.numpy()), seen + len(labels)
    accuracy = right / seen
    if accuracy >= baseline_accuracy + 0.02:
        return True
    if accuracy < 0.3:
        return f"It gets {accuracy:.0%} right, hardly more than guessing. Was fit() called, for enough passes?"
    if not any(type(layer).__name__.endswith("Conv2D") for layer in model.layers):
        return f"It gets {accuracy:.1%} right, near the baseline's {baseline_accuracy:.1%}. It has no kernels."
    return (
        f"It gets {accuracy:.1%} right; at least {baseline_accuracy + 0.02:.1%} are needed. Try another learning rate."
    )


# The wrong networks of the tries are not trained: what they say is clear from how they are built.
_SMALL = """small = keras.Sequential([keras.Input({}), {}keras.layers.Dense({})])
small.compile("adam", loss="sparse_categorical_crossentropy")
"""
_FLATTEN = "keras.layers.Flatten(), "
_SAME_AGAIN = "keras.layers.Conv2D(1, 1, kernel_initializer='ones'), "  # A kernel that changes nothing.

JUDGES["a twentieth of the weights"] = Judge(
    small,
    right=[
        """inputs = keras.Input((28, 28, 1))
maps = keras.layers.Conv2D(12, 5, strides=2, activation="relu")(inputs)
maps = keras.layers.SeparableConv2D(32, 3, strides=2, activation="relu")(maps)
outputs = keras.layers.Dense(10)(keras.layers.Flatten()(maps))
small = keras.Model(inputs, outputs)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
small.compile(keras.optimizers.Adam(0.01), loss=loss)
small.fit(train_batches, epochs=(epochs + 1) // 2, verbose=0)""",
    ],
    wrong=[
        ("small = model", "It has 215,370 weights, more than 10,000"),
        ("small = baseline", "It has no kernels"),
        (_SMALL.format("(28, 28, 1)", _FLATTEN, 10), "hardly more than guessing"),
        (
            _SMALL.format("(28, 28, 1)", _SAME_AGAIN + _FLATTEN, "10, activation='softmax'")
            + "small.layers[-1].set_weights(baseline.layers[-1].get_weights())",
            "Try another learning rate",
        ),
        (_SMALL.format("(28, 28, 1)", _FLATTEN, 9), "ten numbers are needed; yours gives a list of 9 numbers"),
        (_SMALL.format("(28, 28, 1)", "", 10), "yours gives an array of the shape (28, 28, 10)"),
        (_SMALL.format("(784,)", "", 10), "can't read our pictures"),
        ("small = keras.Sequential([keras.layers.Dense(10)])", "has no weights yet"),
        ("small = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])", "was not compiled"),
        ("small = 9098", "A Keras network is asked for"),
        ("small = model.history", "this is of type History"),  # This is what fit() returns.
    ],
    insight="A small network can read well, too: kernels share a few weights among all places of the picture.",
)
