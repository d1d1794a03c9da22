"""The exercises of lesson 5: what is right, and what is probably wrong with an answer that is not."""

import numpy as np

from dlcourse.checking import Judge, array, not_attempted, number, result_of, trained

JUDGES = {}


# Digits and their shares; all other digits share the rest. A share of exactly 0.9 is not below it.
_PICTURES = [(3, 0.93), (7, 0.4), (0, 0.97), (8, 0.89), (5, 0.9)]


def let_it_pass(function):
    """A function from ten shares to a digit, or to "I don't know" where the largest share is below 0.9."""
    for digit, share in _PICTURES:
        shares = np.full(10, (1 - share) / 9)
        shares[digit] = share
        result = result_of(function, shares.copy())
        if result is ...:
            raise not_attempted()
        if share < 0.9 and not isinstance(result, str):
            return f"It still answers a picture whose largest share is {share}."
        if share < 0.9 and result.replace("’", "'").strip(" .").casefold() != "i don't know":
            return f"Where it passes, another text is asked for than {result!r}."
        if share >= 0.9 and isinstance(result, str):
            return f"It passes on a picture whose largest share is {share}, which is not below 0.9."
        if share >= 0.9 and np.isclose(number(result), share):
            return "This is the largest share, and the digit that has it is asked for."
        if share >= 0.9 and number(result) != digit:
            return f"The largest share belongs to another digit than {result}."
    return True


JUDGES["let it pass"] = Judge(
    let_it_pass,
    right=[
        """def answer_or_pass(shares):
    if shares.max() < 0.9:
        return "I don't know"
    return shares.argmax()""",
        """def answer_or_pass(shares):
    return 'I don’t know.' if all(shares < 0.9) else int(shares.argmax())""",
        """def answer_or_pass(shares):
    for digit in range(10):
        if shares[digit] >= 0.9:
            return digit
    return "i don't know\"""",
    ],
    wrong=[
        ("def answer_or_pass(shares): return shares.argmax()", "still answers a picture whose largest share is 0.4"),
        (
            'def answer_or_pass(shares): return shares.argmax() if shares.max() > 0.5 else "I don\'t know"',
            "still answers a picture whose largest share is 0.89",
        ),
        ("def answer_or_pass(shares): return shares.argmax() if shares.max() > 0.5 else 'no idea'", "another text"),
        (
            'def answer_or_pass(shares): return shares.argmax() if shares.max() > 0.9 else "I don\'t know"',
            "largest share is 0.9, which is not below",
        ),
        ('def answer_or_pass(shares): return "I don\'t know"', "largest share is 0.93, which is not below"),
        ("def answer_or_pass(shares): return str(shares.argmax())", "largest share is 0.93, which is not below"),
        (
            'def answer_or_pass(shares): return shares.max() if shares.max() >= 0.9 else "I don\'t know"',
            "This is the largest share",
        ),
        (
            'def answer_or_pass(shares): return shares.argmin() if shares.max() >= 0.9 else "I don\'t know"',
            "belongs to another digit",
        ),
        ("def answer_or_pass(shares): return [shares.argmax()]", "One number is asked for"),
        ("def answer_or_pass(): return 3", "stopped with TypeError"),
        ("answer_or_pass = 3", "A function is asked for"),
    ],
    insight="Now it can pass. Where the threshold should lie depends on what a mistake costs, and what asking a "
    "person costs.",
)


def fog(function):
    """Half the contrast about 0.5, tried on two pictures whose own mean is far from 0.5, then on a single row."""
    pictures = np.linspace(0, 1, 2 * 28 * 28).reshape(2, 28, 28, 1) ** 2
    given = pictures.copy()
    result = array(result_of(function, given), pictures.shape)
    if not np.array_equal(given, pictures):
        return "Your function changes the pictures it is given: return new ones instead."
    low, high = result.min(), result.max()
    own_mean = [pictures.mean(), pictures.mean(axis=(1, 2), keepdims=True)]
    if np.allclose(result, pictures / 2, atol=1e-3):
        return "Everything became darker: black must become lighter while white becomes darker."
    if np.allclose(result, pictures):
        return "The pictures are as they were."
    if np.allclose(result, 1 - pictures):
        return "This inverts the pictures: black and white change places, and the contrast stays."
    if any(np.allclose(result, (pictures + mean) / 2, atol=1e-3) for mean in own_mean):
        return "The pixels move towards the mean of the pictures. The middle grey is the same for all: 0.5."
    if high > 1 or low < 0:
        return "Some values leave the range from 0 to 1."
    if not np.allclose(result, (pictures + 0.5) / 2, atol=1e-3):
        return f"Black becomes {low:.2f} and white {high:.2f}, or the steps between them are uneven."
    row = np.array([0.2, 1.0, 0.0])
    if not np.allclose(array(result_of(function, row.copy()), row.shape), (row + 0.5) / 2, atol=1e-3):
        return "It is right for two pictures of 28×28×1, and wrong for a single row of three pixels."
    return True


JUDGES["a picture in fog"] = Judge(
    fog,
    right=[
        "def fog(pictures): return 0.25 + pictures / 2",
        "def fog(pictures): return pictures + 0.5 * (0.5 - pictures)",
        "def fog(pictures): return np.interp(pictures, [0, 1], [0.25, 0.75])",
        "def fog(pictures): return (pictures / 3).astype('float32') * 1.5 + 0.25",
        """def fog(pictures):
    lighter = pictures.copy()
    lighter *= 0.5
    lighter += 0.25
    return lighter""",
        """def fog(pictures):
    new = [np.mean([pixel, 0.5]) for pixel in pictures.ravel()]
    return np.reshape(new, pictures.shape).tolist()""",
    ],
    wrong=[
        (
            """def fog(pictures):
    pictures += 0.5
    pictures /= 2
    return pictures""",
            "changes the pictures it is given",
        ),
        ("def fog(pictures): return pictures / 2", "Everything became darker"),
        ("def fog(pictures): return pictures", "as they were"),
        ("def fog(pictures): return 1 - pictures", "inverts"),
        ("def fog(pictures): return (pictures + pictures.mean()) / 2", "towards the mean of the pictures"),
        (
            "def fog(pictures): return (pictures + pictures.mean(axis=(1, 2), keepdims=True)) / 2",
            "towards the mean of the pictures",
        ),
        ("def fog(pictures): return pictures + 0.5 / 2", "leave the range"),
        ("def fog(pictures): return pictures - 0.5", "leave the range"),
        ("def fog(pictures): return pictures / 2 + 0.5", "Black becomes 0.50 and white 1.00"),
        ("def fog(pictures): return 0.25 + pictures**2 / 2", "Black becomes 0.25 and white 0.75, or the steps"),
        ("def fog(pictures): return pictures * 0 + 0.5", "Black becomes 0.50 and white 0.50"),
        ("def fog(pictures): return (pictures + 0.5) / 2 if pictures.ndim > 1 else pictures", "wrong for a single row"),
        ("def fog(pictures): return (pictures[:, :, :, :] + 0.5) / 2", "stopped with IndexError"),
        ("def fog(pictures): return pictures.mean()", "this is a single number"),
        ("def fog(pictures): return pictures * np.nan", "not finite"),
        ("fog = 0.25", "A function is asked for"),
    ],
    insight="On training pictures it is an augmentation; on test pictures it shows whether the network can stand fog.",
)


def lowest_threshold(answer, confidence, right):
    """The lowest threshold, to 0.01, at which 99.5 % of the answers given are right."""
    threshold = number(answer)
    if np.isclose(threshold, 1, rtol=0, atol=1e-9):
        threshold = 1.0  # A hundred times 0.01, added up, is a little more.
    if 1 < threshold <= 100:
        return "This looks like a percentage: a threshold is a number from 0 to 1."
    if not 0 <= threshold <= 1:
        return "A threshold is a number from 0 to 1."
    given = confidence >= threshold
    if not given.any():
        return "At this threshold nothing is answered any more."

    def is_enough(limit):
        kept = right[confidence >= limit]
        return len(kept) > 0 and kept.mean() >= 0.995

    best = next((limit for limit in np.arange(0, 1, 0.01) if is_enough(limit)), None)
    if not is_enough(threshold) and best is None:
        return "With your network no threshold of two digits is enough: try more digits after the point."
    if not is_enough(threshold):
        return f"Too low: only {right[given].mean():.2%} of the answers given are right."
    if best is not None and threshold > best + 0.0051:  # Half a hundredth: it may have been rounded.
        return f"Right often enough, but it sends {np.mean(~given):.1%} to a person: a lower threshold will do."
    return True


# What a threshold does depends on the network, so the last tries put other values in the place of the lesson's: all
# confidences lower, all answers right, all answers wrong. The very last one puts the lesson's back.
JUDGES["as few questions as possible"] = Judge(
    lowest_threshold,
    right=[
        """my_threshold = 0
while right[confidence >= my_threshold].mean() < 0.995:
    my_threshold = round(my_threshold + 0.01, 2)""",
        """my_threshold = 0
while right[confidence >= my_threshold].mean() < 0.995:
    my_threshold += 0.001  # More exactly than it was asked for.""",
        """import numpy as np

hundredths = np.arange(100) / 100
my_threshold = hundredths[np.array([right[confidence >= one].mean() >= 0.995 for one in hundredths]).argmax()]""",
    ],
    wrong=[
        ("my_threshold = 0.0", "% of the answers given are right"),
        ("my_threshold = 1.01", "looks like a percentage"),
        ("my_threshold = 100", "looks like a percentage"),
        ("my_threshold = -0.5", "A threshold is a number from 0 to 1"),
        ("my_threshold = 250", "A threshold is a number from 0 to 1"),
        ("my_threshold = confidence", "One number is asked for"),
        ("my_threshold = '0.9'", "This is a text"),
        ("own, confidence = (confidence, right), confidence * 0.9\nmy_threshold = 1", "nothing is answered any more"),
        ("my_threshold = sum([0.01] * 100)", "nothing is answered any more"),
        ("confidence, right = own[0], own[1] | True\nmy_threshold = 0.006", "Right often enough, but it sends"),
        ("my_threshold = 0.9", "% to a person: a lower threshold will do"),
        ("right = own[1] & False\nmy_threshold = 0.5", "no threshold of two digits is enough"),
        ("confidence, right = own\nmy_threshold = 0.0", "Too low"),
    ],
    insight="Each question costs time, each answer trusted may be wrong: a threshold trades one for the other.",
)


def challenger(function):
    """A function that returns a compiled network for digits, ready to be trained and scored."""
    import keras

    if isinstance(function, keras.Model):
        return "This is a network. A function that builds and returns one is asked for, so that it can be built anew."
    network = trained(result_of(function))
    if tuple(network.input_shape[1:]) != (28, 28, 1):
        return f"The network takes inputs of shape {network.input_shape[1:]}: pictures are (28, 28, 1)."
    if tuple(network.output_shape[1:]) != (10,):
        return f"The network gives outputs of shape {network.output_shape[1:]}: ten shares are needed."
    pictures = np.random.default_rng(7).uniform(size=(10, 28, 28, 1)).astype("float32")
    shares = network.predict_on_batch(pictures)
    if shares.min() < 0 or not np.allclose(shares.sum(axis=1), 1, atol=1e-3):
        return "The ten outputs don't sum to 1: the last layer needs softmax."
    try:
        scores = network.evaluate(pictures, np.arange(10), verbose=0, return_dict=True)
    except Exception:
        return "It can't be trained on labels from 0 to 9: which loss takes whole numbers?"
    if not any("acc" in name for name in scores):
        return "Its accuracy can't be compared: give compile() the metric, too."
    return True


_NETWORK = """def challenger():
    flatten, dense = keras.layers.Flatten(), keras.layers.Dense({outputs}, activation="{activation}")
    network = keras.Sequential([keras.Input({inputs}), flatten, dense])
    network.compile({settings})
    return network"""
_ALL_RIGHT = {
    "inputs": "(28, 28, 1)",
    "outputs": "10",
    "activation": "softmax",
    "settings": "'sgd', 'sparse_categorical_crossentropy', metrics=['accuracy']",
}


def _network(**changed):
    return _NETWORK.format(**_ALL_RIGHT | changed)


JUDGES["your challenger"] = Judge(
    challenger,
    right=[
        "challenger = build",
        _network(),
        _network(settings="loss=keras.losses.SparseCategoricalCrossentropy(), metrics=['sparse_categorical_accuracy']"),
        """def challenger():
    inputs = keras.Input((28, 28, 1))
    smaller = keras.layers.MaxPooling2D()(inputs)
    outputs = keras.layers.Dense(10, activation="softmax")(keras.layers.Flatten()(smaller))
    network = keras.Model(inputs, outputs)
    network.compile("adam", loss="sparse_categorical_crossentropy", metrics=["acc"])
    return network""",
    ],
    wrong=[
        ("challenger = build()", "This is a network"),
        ("def challenger(): return build", "A Keras network is asked for"),
        ("def challenger(network): return network", "stopped with TypeError"),
        ("def challenger(): return keras.Sequential([keras.layers.Dense(10)])", "has no weights yet"),
        ("def challenger(): return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])", "compile()"),
        (_network(inputs="(784,)"), "The network takes inputs of shape (784,)"),
        (_network(outputs="9"), "The network gives outputs of shape (9,)"),
        (_network(activation="linear"), "don't sum to 1"),
        (_network(activation="sigmoid"), "don't sum to 1"),
        (_network(settings="'adam', loss='categorical_crossentropy', metrics=['accuracy']"), "takes whole numbers"),
        (_network(settings="'adam', metrics=['accuracy']"), "takes whole numbers"),
        (_network(settings="'adam', loss='sparse_categorical_crossentropy'"), "give compile() the metric"),
    ],
    insight="If it wins, change `seed=42` in `build` and train again: one win may be luck.",
)
