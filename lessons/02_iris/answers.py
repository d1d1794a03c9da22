"""The exercises of lesson 2: what is right, and what is probably wrong with an answer that is not."""

import numpy as np

from dlcourse.checking import Judge, Value, array, not_attempted, number, result_of
from dlcourse.errors import CourseError

JUDGES = {}


def _shape(values):
    """The shape of what came back, or None for what has none."""
    try:
        return np.shape(values)
    except Exception:
        return None


def _says(sentence, *values):
    """Wrong values that share a sentence."""
    return [(value, sentence) for value in values]


def _either_sign(sentence, *values):
    """Wrong differences that share a sentence, taken the one way or the other."""
    return _says(sentence, *values, *(-value for value in values))


def birds(network):
    """6–12–8–5 in Keras, with ReLU in the hidden layers and softmax in the last."""
    if network is ...:
        raise not_attempted()
    if isinstance(network, (list, tuple)):
        return "These are the layers. keras.Sequential makes a network of them."
    if not hasattr(network, "layers"):
        raise CourseError(f"A Keras network is asked for, and this is of type {type(network).__name__}.")
    if not network.built:
        return "It doesn't know its inputs yet: its first entry is a keras.Input."
    if any(type(layer).__name__ == "Normalization" for layer in network.layers):
        return "The scaling layer was to be left out: it has seen flowers, and no birds."
    inputs = tuple(network.input_shape[1:])
    if inputs != (6,):
        return f"A bird has six measurements, and this network expects inputs of the shape {inputs}."
    sizes = [getattr(layer, "units", None) for layer in network.layers]
    if None in sizes:
        return "There is a layer in it that isn't Dense; three Dense layers will do."
    if len(sizes) != 3:
        return f"It has {len(sizes)} Dense layer{'s'[: len(sizes) != 1]}. Two hidden ones and the output are needed."
    if sizes[2] != 5:
        return f"Its last layer has {sizes[2]} outputs. One for each species is needed."
    if sizes[:2] != [12, 8]:
        return f"Its hidden layers have {sizes[0]} and {sizes[1]} neurons. Others were asked for."
    bends = [layer.activation.__name__ for layer in network.layers]
    if bends[:2] != ["relu", "relu"]:
        return f"Its hidden layers bend with {bends[0]} and {bends[1]}; ReLU was asked for."
    if bends[2] != "softmax":
        return f"Its last layer has the activation {bends[2]}. Which one makes shares that sum to 1?"
    return True


_DENSE = "keras.layers.Dense"


def _network(inputs="keras.Input((6,)), ", first=12, second=8, last=5, bend="relu", shares="softmax", more=""):
    """An answer cell with a network like the birds'."""
    return (
        f"import keras\nbirds = keras.Sequential([{inputs}{_DENSE}({first}, activation={bend!r}), "
        f"{_DENSE}({second}, activation={bend!r}), {more}{_DENSE}({last}, activation={shares!r})])"
    )


JUDGES["a network for birds"] = Judge(
    birds,
    right=[
        _network(),
        """import keras
birds = keras.Sequential()
birds.add(keras.Input(shape=(6,)))
for neurons in (12, 8):
    birds.add(keras.layers.Dense(neurons, "relu"))
birds.add(keras.layers.Dense(5, "softmax"))
birds.compile("adam", "sparse_categorical_crossentropy")""",
        _network("keras.layers.InputLayer(shape=(6,)), "),
    ],
    wrong=[
        ("birds = [12, 8, 5]", "keras.Sequential makes a network"),
        ("birds = 233", "A Keras network is asked for"),
        (_network(inputs=""), "doesn't know its inputs"),
        (_network("keras.Input((6,)), keras.layers.Normalization(), "), "scaling layer was to be left out"),
        (_network("keras.Input((4,)), "), "expects inputs of the shape (4,)"),
        (_network("keras.Input((1, 6)), "), "expects inputs of the shape (1, 6)"),
        (_network(more="keras.layers.Dropout(0.5), "), "isn't Dense"),
        (_network(more=f"{_DENSE}(8, activation='relu'), "), "It has 4 Dense layers."),
        (f"import keras\nbirds = keras.Sequential([keras.Input((6,)), {_DENSE}(5)])", "It has 1 Dense layer."),
        (_network(last=3), "One for each species"),
        (_network(first=10, second=10), "have 10 and 10 neurons"),
        (_network(first=8, second=12), "have 8 and 12 neurons"),
        (_network(bend="tanh"), "bend with tanh and tanh"),
        (_network(bend=None), "bend with linear and linear"),
        (_network(shares="sigmoid"), "activation sigmoid"),
        (_network(shares=None), "activation linear"),
    ],
    insight="Inputs, outputs and softmax follow from the problem. The hidden layers were a choice.",
)


JUDGES["count for the birds"] = Value(
    right=7 * 9 + 9 + 9 * 5 + 5 + 5 * 4 + 4,
    wrong=[
        (7 * 9 + 9 * 5 + 5 * 4, "Those are the weights. Every neuron has one more parameter, its bias."),
        *_says("That is the first hidden layer. The other two have parameters as well.", 7 * 9 + 9, 7 * 9),
        *_says(
            "Those are the two hidden layers. The output layer is missing.",
            *(7 * 9 + 9 + 9 * 5 + 5, 7 * 9 + 9 * 5),
        ),
        (7 * 9 + 9 * 5 + 5 * 4 + 3, "Not one bias for each layer, but one for each neuron."),
        (
            7 * 9 + 9 * 5 + 5 * 4 + 7 + 9 + 5 + 4,
            "Inputs have no bias: they are numbers that come in, not neurons.",
        ),
        (9 + 5 + 4, "Those are the neurons. How many weights does each of them have?"),
        (7 + 9 + 5 + 4, "Those are the inputs and the neurons. How many weights does each neuron have?"),
        (
            7 * 9 * 5 * 4,
            "Weights connect only neighbouring layers: the layers' numbers are added, not multiplied.",
        ),
    ],
    otherwise="Take one layer at a time: (its inputs) × (its neurons), and something for each neuron.",
    insight="Nearly half of them belong to the first hidden layer: sizes of neighbouring layers are multiplied.",
)


# The percentages were rounded, and so is what one flower is worth: each wrong way has several results.
JUDGES["how many flowers is that?"] = Value(
    right=37 - 36,
    also=[36 - 37],
    wrong=[
        *_says(
            "That is how many flowers one of them got right. The difference is asked for.",
            *(37, 36, 38 * 0.974, 38 * 0.947),
        ),
        (38, "That is how many flowers were held out. How many of them did each of the two get right?"),
        *_either_sign(
            "That is the difference in points of accuracy. How many of the 38 flowers is it?",
            *(97.4 - 94.7, 100 / 38, 2.63, 2.6),
        ),
        *_either_sign(
            "That is the difference as a share. How many of the 38 flowers is it?",
            *(0.974 - 0.947, 1 / 38, 0.0263, 0.026),
        ),
        *_either_sign(
            "Nearly: flowers are whole, and the percentages were rounded.",
            *(38 * (0.974 - 0.947), (97.4 - 94.7) / 2.63, (97.4 - 94.7) / 2.6, 38 * 0.026, 1.03),
        ),
        *_either_sign(
            "A percentage has to be divided by 100 before the flowers are counted.",
            *(38 * (97.4 - 94.7), 38 * 2.63, 38 * 2.6),
        ),
    ],
    otherwise="How many of the 38 flowers did each of them get right?",
    insight="Ask for counts whenever percentages are compared: here one percentage point is less than one flower.",
)


_SHARES = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4], [0.2, 0.2, 0.6]])
_GIVEN = _SHARES[[0, 1, 2], [0, 2, 2]]  # What the right species got.

JUDGES["the loss of three answers"] = Value(
    right=-np.mean(np.log(_GIVEN)),
    also=[0.59],  # Rounded to two digits.
    tolerance=1e-3,
    wrong=[
        (np.mean(np.log(_GIVEN)), "A loss is never negative here: a minus sign is missing."),
        (np.sum(np.log(_GIVEN)), "A loss is never negative here: a minus sign is missing."),
        (-np.mean(np.log10(_GIVEN)), "That is the logarithm to base 10; the natural one is np.log."),
        (-np.mean(np.log2(_GIVEN)), "That is the logarithm to base 2; the natural one is np.log."),
        (-np.sum(np.log(_GIVEN)), "That is the sum. The loss of a batch is the average of its examples."),
        (-np.log(np.mean(_GIVEN)), "Take the logarithm of each share first, then the average."),
        (-np.mean(np.log(_SHARES.max(axis=1))), "You took the largest share of each row, whichever it is."),
        (-np.mean(np.log(_SHARES)), "You took all nine shares. Which one of each row does the loss look at?"),
        (1 - np.mean(_GIVEN), "The logarithm is missing."),
        (np.mean(_GIVEN), "That is the average share. The loss takes minus the logarithm of each."),
    ],
    otherwise="Write down the three shares that the right species got, one from each row.",
    insight="The loss looks only at the share that the true label got: the smaller this share, the larger the loss.",
)


def one_hot(function):
    """Five labels of four classes, of which the last doesn't occur; then three labels of six classes."""
    labels = np.array([2, 0, 1, 0, 2])
    expected = np.eye(4)[labels]
    result = result_of(function, labels.copy(), 4)
    for shape, hint in [
        ((4, 5), "Rows and columns have changed places: each label gets a row."),
        ((5, 3), "Four classes were asked for, and a class that doesn't occur among the labels needs its column too."),
        ((4,), "This is one row. Each of the five labels that we tried needs its own."),
        ((5,), "This is one number for each label, and a row for each is asked for."),
        ((4, 4), "This is a row for each class. There should be one for each label, in the labels' order."),
    ]:
        if _shape(result) == shape:
            return hint
    result = array(result, (5, 4))
    for wrong, hint in [
        (1 - expected, "Ones and zeros have changed places."),
        (np.roll(expected, -1, axis=1), "The ones stand one column too far to the left: labels begin at 0."),
        (np.roll(expected, 1, axis=1), "The ones stand one column too far to the right: columns are counted from 0."),
        (expected * labels[:, None], "The label's column must hold a 1, not the label."),
        (np.eye(4)[np.sort(labels)], "The rows must stay in the order of the labels."),
        (np.zeros((5, 4)), "There are only zeros in it."),
    ]:
        if np.allclose(result, wrong):
            return hint
    if not np.allclose(result, expected):
        return "The shape is right. Look at one row: where does its 1 stand, and what are the other numbers?"
    again = array(result_of(function, np.array([3, 5, 0]), 6), (3, 6))
    if not np.allclose(again, np.eye(6)[[3, 5, 0]]):
        return "It is right for five labels of four classes, and wrong for three labels of six."
    return True


JUDGES["one-hot by hand"] = Judge(
    one_hot,
    right=[
        "def one_hot(labels, classes): return [[int(place == label) for place in range(classes)] for label in labels]",
        "def one_hot(labels, classes): return (labels[:, None] == np.arange(classes)).astype(int)",
        """def one_hot(labels, classes):
    table = np.zeros((len(labels), classes))
    for row, label in enumerate(labels):
        table[row, label] = 1
    return table""",
        """def one_hot(labels, classes):
    table = np.zeros((len(labels), classes), dtype="uint8")
    table[np.arange(len(labels)), labels] = 1
    return table""",
    ],
    wrong=[
        ("def one_hot(labels, classes): return np.eye(classes)[labels].T", "changed places: each label gets a row"),
        ("def one_hot(labels, classes): return np.eye(classes)[:, labels]", "changed places: each label gets a row"),
        ("def one_hot(labels, classes): return np.eye(labels.max() + 1)[labels]", "that doesn't occur"),
        ("def one_hot(labels, classes): return np.eye(classes)[labels[0]]", "This is one row"),
        ("def one_hot(labels, classes): return labels", "one number for each label"),
        ("def one_hot(labels, classes): return np.eye(classes)", "a row for each class"),
        ("def one_hot(labels, classes): return 1 - np.eye(classes)[labels]", "Ones and zeros have changed places"),
        ("def one_hot(labels, classes): return np.eye(classes)[labels - 1]", "too far to the left"),
        ("def one_hot(labels, classes): return np.eye(classes)[(labels + 1) % classes]", "too far to the right"),
        ("def one_hot(labels, classes): return np.eye(classes)[labels] * labels[:, None]", "hold a 1, not the label"),
        ("def one_hot(labels, classes): return np.eye(classes)[np.sort(labels)]", "the order of the labels"),
        ("def one_hot(labels, classes): return np.zeros((len(labels), classes))", "only zeros"),
        ("def one_hot(labels, classes): return np.ones((len(labels), classes))", "The shape is right"),
        ("def one_hot(labels, classes): return np.eye(classes)[labels] * classes", "The shape is right"),
        ("def one_hot(labels, classes): return labels[:, None] == np.arange(classes)", "True and False"),
        ("def one_hot(labels, classes): return np.eye(classes)[labels + 2]", "stopped with IndexError"),
        ("def one_hot(labels, classes): return np.eye(4)[[2, 0, 1, 0, 2]]", "3 rows and 6 columns"),
        ("def one_hot(labels, classes): return np.eye(classes)[labels % 4]", "wrong for three labels of six"),
        ("one_hot = np.eye(4)", "A function is asked for"),
    ],
    insight="The loss `categorical_crossentropy` wants this. Its `sparse_` sister takes the labels as they are.",
)


def scaled(answer, training, held_out):
    """The held-out flowers, scaled with mean and standard deviation of the training flowers."""
    if _shape(answer) == training.shape:
        return "Those are the training flowers. The held-out ones are to be scaled, with what was learned from these."
    found = array(answer, held_out.shape)
    mean, every = training.mean(axis=0), np.concatenate([training, held_out])

    def is_close(wanted):
        return np.allclose(found, wanted, rtol=1e-4, atol=1e-5)

    def scale(source, degrees):
        return (held_out - source.mean(axis=0)) / source.std(axis=0, ddof=degrees)

    for degrees in (0, 1):  # A standard deviation divides by n or by n − 1: either is right.
        if is_close(scale(training, degrees)):
            return True
        spread = training.std(axis=0, ddof=degrees)
        for wrong, hint in [
            (
                scale(held_out, degrees),
                "You used mean and spread of the held-out flowers themselves, which one can't know before.",
            ),
            (
                scale(every, degrees),
                "You used all 150 flowers, the held-out ones among them. They must not be looked at yet.",
            ),
            (held_out, "Nothing was changed."),
            (held_out - mean, "The mean is subtracted. The division by the standard deviation is missing."),
            (held_out / spread, "The division is right. The mean was not subtracted before."),
            (held_out - mean / spread, "Python divides before it subtracts: brackets are needed."),
            ((held_out - mean) / spread**2, "You divided by the variance, the standard deviation's square."),
            (
                (held_out - training.mean()) / training.std(ddof=degrees),
                "Each column needs its own mean and its own spread: axis=0.",
            ),
            (
                (held_out - training.min(axis=0)) / np.ptp(training, axis=0),
                "This brings each column to 0–1, another kind of scaling; here mean and standard deviation are asked "
                "for.",
            ),
        ]:
            if is_close(wrong):
                return hint
    return "The shape is right, the numbers are not: subtract each column's mean, divide by its standard deviation."


JUDGES["one scale for all measurements"] = Judge(
    scaled,
    right=[
        "scaled = (X_held_out - X_train.mean(axis=0)) / X_train.std(axis=0, ddof=1)",
        "scaled = ((X_held_out - np.mean(X_train, 0)) / np.sqrt(np.var(X_train, 0))).tolist()",
        """from sklearn.preprocessing import StandardScaler
scaled = StandardScaler().fit(X_train).transform(X_held_out)""",
        """layer = keras.layers.Normalization()
layer.adapt(X_train)
scaled = layer(X_held_out)""",
        """columns = []
for column in range(4):
    known = X_train[:, column]
    columns.append((X_held_out[:, column] - known.mean()) / known.std())
scaled = np.column_stack(columns)""",
    ],
    wrong=[
        ("scaled = (X_train - X_train.mean(axis=0)) / X_train.std(axis=0)", "Those are the training flowers"),
        ("scaled = (X_held_out - X_held_out.mean(axis=0)) / X_held_out.std(axis=0)", "can't know before"),
        ("scaled = (X_held_out - X_held_out.mean(0)) / X_held_out.std(0, ddof=1)", "can't know before"),
        ("scaled = (X_held_out - X.mean(axis=0)) / X.std(axis=0)", "all 150 flowers"),
        ("scaled = X_held_out", "Nothing was changed"),
        ("scaled = X_held_out - X_train.mean(axis=0)", "division by the standard deviation is missing"),
        ("scaled = X_held_out / X_train.std(axis=0)", "not subtracted before"),
        ("scaled = X_held_out - X_train.mean(axis=0) / X_train.std(axis=0)", "brackets"),
        ("scaled = X_held_out - X_train.mean(axis=0) / X_train.std(axis=0, ddof=1)", "brackets"),
        ("scaled = (X_held_out - X_train.mean(axis=0)) / X_train.var(axis=0)", "the variance"),
        ("scaled = (X_held_out - X_train.mean()) / X_train.std()", "axis=0"),
        (
            "scaled = (X_held_out - X_train.min(axis=0)) / (X_train.max(axis=0) - X_train.min(axis=0))",
            "another kind of scaling",
        ),
        ("scaled = (X_held_out - X_train.mean(axis=0)) / X_held_out.std(axis=0)", "the numbers are not"),
        ("scaled = (X_train.mean(axis=0) - X_held_out) / X_train.std(axis=0)", "the numbers are not"),
        ("scaled = X_held_out * np.nan", "not finite"),
        ("scaled = X_held_out[:, 0]", "38 rows and 4 columns, and this is a list of 38 numbers"),
        ("scaled = 0.5", "38 rows and 4 columns, and this is a single number"),
    ],
    insight="Whatever prepares the data must be learned from the training part alone. Otherwise the network has been "
    "told about the test.",
)


def always_the_same(function):
    """Accuracy on the held-out labels of the commonest training label: not the first one, the last or the middle."""
    training = np.array([1, 2, 2, 0, 2, 0, 2, 2, 2, 0] * 10)
    held_out = np.array([2, 0, 1, 0, 2, 0, 0, 1, 0, 2] * 2)
    found = number(result_of(function, training.copy(), held_out.copy()))
    for wrong, hint in [
        (0.5, "This is the commonest label among the held-out ones. The rule may only learn from training labels."),
        (0.6, "That is its accuracy on the training labels. It is asked for the held-out ones."),
        (2, "That is the label which the rule gives. How often is it right on the held-out labels?"),
        (6, "That is the number of right answers. Their share is asked for."),
        (30, "That is in per cent. A fraction from 0 to 1 is asked for."),
        (1 / 3, "That is what guessing would get. The rule always gives the same answer."),
        (0.7, "That is the share of its mistakes."),
    ]:
        if abs(found - wrong) < 1e-3:
            return hint
    if abs(found - 0.3) > 1e-3:
        return "Which label is the commonest in training? What share of the held-out labels is equal to it?"
    training, held_out = np.array([1, 3, 0, 3, 2, 3, 1, 0]), np.array([1, 1, 0, 3, 1, 2, 3, 3])
    if abs(number(result_of(function, training, held_out)) - 3 / 8) > 1e-3:
        return "It is right for one set of labels that we tried, and wrong for another."
    return True


_RULE = "def always_the_same(train_labels, held_out_labels): return "
_COMMONEST = "np.bincount(train_labels).argmax()"

JUDGES["always the same answer"] = Judge(
    always_the_same,
    right=[
        """def always_the_same(train_labels, held_out_labels):
    labels, counts = np.unique(train_labels, return_counts=True)
    return (held_out_labels == labels[counts.argmax()]).mean()""",
        """def always_the_same(train_labels, held_out_labels):
    known = list(train_labels)
    commonest = max(known, key=known.count)
    right = 0
    for label in held_out_labels:
        if label == commonest:
            right += 1
    return right / len(held_out_labels)""",
    ],
    wrong=[
        (_RULE + "np.mean(held_out_labels == np.bincount(held_out_labels).argmax())", "may only learn from training"),
        (_RULE + f"np.mean(train_labels == {_COMMONEST})", "accuracy on the training labels"),
        (_RULE + _COMMONEST, "label which the rule gives"),
        (_RULE + f"np.sum(held_out_labels == {_COMMONEST})", "Their share is asked for"),
        (_RULE + f"100 * np.mean(held_out_labels == {_COMMONEST})", "per cent"),
        (_RULE + "1 / len(np.unique(train_labels))", "guessing"),
        (_RULE + f"np.mean(held_out_labels != {_COMMONEST})", "the share of its mistakes"),
        (_RULE + "np.mean(held_out_labels == np.bincount(train_labels).argmin())", "the commonest in training"),
        (_RULE + "np.mean(held_out_labels == 2)", "wrong for another"),
        (_RULE + "np.mean(held_out_labels == np.median(train_labels))", "wrong for another"),
        (_RULE + "np.mean(held_out_labels == train_labels[0])", "the commonest in training"),
        (_RULE + "0.3", "wrong for another"),
        (_RULE + "held_out_labels == 2", "One number is asked for, and this is a list of 20 numbers"),
        ("always_the_same = 0.3", "A function is asked for"),
    ],
    insight="Put this number beside any accuracy: a network that is no better may have learned nothing. Then "
    "look at each class.",
)
