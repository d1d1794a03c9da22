"""What lesson 4 promises over seeds, and where the numbers in its text come from."""

import math

from promises import Claim, Number

EXPERIMENT = "mnist_nines"
SEEDS = 20
FRESH = {"sample": ("mnist", 4), "full": ("mnist_schedule", 2)}
DIFFERENT = {
    ("mnist-full", "validation_accuracy"): 1,
    ("mnist-full", "test_accuracy"): 1,
    ("mnist_schedule-full", "test_accuracy"): 1,
    ("mnist-sample", "test_accuracy"): 1.5,
}
NOTICES = {
    ("mnist-sample", "validation_accuracy and test_accuracy"): 0.8,
    ("mnist-sample", "test_accuracy"): 1.2,
    ("mnist-full", "test_accuracy"): 0.8,
    ("mnist_schedule-full", "test_accuracy"): 0.5,
}
READS = ["training_digits", "test", "validation", "model", "sensitivity", "specificity", "precision"]
POLL = "It names a digit"


def facts(names):
    """The three shares of "Is it a 9?"; nothing before they are computed."""
    return {name: names[name] for name in ("sensitivity", "specificity", "precision") if name in names}


CLAIMS = [
    Claim(
        "98 of 100 validation digits right, or nearly: 97.5 % or more",
        lambda run: run["mnist"]["validation_accuracy"] >= 0.975,
        breaks={"mnist": {"validation_accuracy": 0.974}},
        data=("full",),
    ),
    Claim(
        "98 of 100 test digits right, or nearly: 97.5 % or more",
        lambda run: run["mnist"]["test_accuracy"] >= 0.975,
        breaks={"mnist": {"test_accuracy": 0.974}},
        data=("full",),
    ),
    Claim(
        "on the sample 95.5 % of the test digits right, or more",
        lambda run: run["mnist"]["test_accuracy"] >= 0.955,
        breaks={"mnist": {"test_accuracy": 0.954}},
        data=("sample",),
    ),
    Claim(
        "a schedule reads more than 99 % of the test digits",
        lambda run: run["mnist_schedule"]["test_accuracy"] > 0.99,
        breaks={"mnist_schedule": {"test_accuracy": 0.9895}},
        data=("full",),
    ),
    Claim(
        "the schedule wins on the validation digits",
        lambda run: run["mnist_schedule"]["validation_accuracy"] > run["mnist"]["validation_accuracy"],
        breaks={"mnist_schedule": {"validation_accuracy": 0.9}},
        share=0.9,
        data=("full",),
    ),
    Claim(
        "the test digits are easier than the validation digits",
        lambda run: run["mnist"]["test_accuracy"] > run["mnist"]["validation_accuracy"],
        breaks={"mnist": {"test_accuracy": 0.98, "validation_accuracy": 0.981}},
        share=0.9,
        data=("full",),
    ),
    Claim(
        "nearly all other digits are left alone: specificity 98.5 % or more",
        lambda run: run["mnist_nines"]["specificity"] >= 0.985,
        breaks={"mnist_nines": {"specificity": 0.984}},
    ),
    Claim(
        "most nines are found: sensitivity 80 % or more",
        lambda run: run["mnist_nines"]["sensitivity"] >= 0.8,
        breaks={"mnist_nines": {"sensitivity": 0.79}},
    ),
]


def _per_cent(values):
    return 100 * sum(values) / len(values)


def _right(at):
    """How many of 100 test digits are right, on the average of the runs on the full set."""
    return _per_cent(at.runs["mnist-full"]["test_accuracy"])


def _filters(at):
    """The convolutional layers."""
    return [layer for layer in at.model.layers if layer.name.startswith("conv2d")]


def _weights(at):
    """Weights of each convolutional layer, biases included."""
    return [layer.count_params() for layer in _filters(at)]


def _outputs(at):
    """How many values the first layer puts out."""
    return math.prod(at.model.layers[0].output.shape[1:])


def _shape(at):
    """Height, width and channels of a picture."""
    return tuple(at.training_digits.element_spec[0].shape)


def _pixels(at):
    return math.prod(_shape(at))


def _dropped(at):
    return next(layer.rate for layer in at.model.layers if layer.name.startswith("dropout"))


def _all_digits(at):
    return at.shown(r"full set: ([\d,]+) training") + at.shown(r"training and ([\d,]+) test pictures")


def _training(at):
    """Pictures for training in the full set, those for validation taken off."""
    return at.shown(r"full set: ([\d,]+) training") - at.code(r"validation_size = min\(([\d_]+),")


def _batch(at):
    return at.code(r"train_batches\.batch\((\d+)\)")


def _usual_rate(at):
    import keras

    return float(keras.optimizers.Adam().learning_rate)


def _chosen_rate(at):
    return at.code(r"Adam\(learning_rate=([\d.]+)\)\nmodel\.compile")


def _eight_filters(at):
    """The weights that one of eight filters of 3×3 has for a picture with three channels, without its bias."""
    return at.solution("eight filters on a colour picture") / 8 - 1


def _spots(at):
    """The network of the folded solution."""
    return at.solution("a network for skin spots")


def _seen(at):
    """The side of the square of pixels that a filter of the second layer sees: its kernel's places are two pixels
    apart, a pooled place has two values, and the first filter sees its kernel's side around each of them."""
    first, second = (layer.kernel_size[0] for layer in _filters(at))
    return 2 * (second - 1) + 2 + (first - 1)


def _wins(at, data):
    """In how many runs the schedule wins on the validation digits."""
    return sum(
        better > usual
        for better, usual in zip(
            at.runs[f"mnist_schedule-{data}"]["validation_accuracy"], at.runs[f"mnist-{data}"]["validation_accuracy"]
        )
    )


def _alarm_is_right(ill, healthy):
    """The precision of the exercise's test among so many ill and healthy people."""
    return 0.97 * ill / (0.97 * ill + (1 - 0.99) * healthy)


def _small(at):
    """The weights of the layers of the folded solution, and their sum."""
    network = at.solution("a twentieth of the weights")
    return [*(layer.count_params() for layer in network.layers if layer.count_params()), network.count_params()]


def _sides(at):
    """The lengths of a side after each layer; one before the first: a window of 3 costs 2 places."""
    sides = at.solution("from layer to layer")
    return [sides[0] + 2, *sides]


NUMBERS = [
    Number("gets about 98 of 100 digits right", lambda at: [_right(at), 100]),
    Number("reads 98 of 100 handwritten digits", lambda at: [_right(at), 100]),
    Number("Is 98 % good?", _right),
    Number("Is 98 per cent good?", _right),
    Number("your run lies among our 20 runs.", lambda at: len(at.runs["mnist-full"]["seeds"])),
    Number("then pooling; then 32 filters;", lambda at: _filters(at)[1].filters),
    Number("Your run beside our 20.", lambda at: len(at.runs["mnist-full"]["seeds"])),
    Number("that is why there are 20 runs.", lambda at: len(at.runs["mnist-full"]["seeds"])),
    Number("reads about 98 % of the test digits", _right),
    Number("enough for about 98 %", _right),
    Number("each digit about 10 %", lambda at: 100 / at.model.layers[-1].units),
    Number("About 10 % for each", lambda at: 100 / at.model.layers[-1].units),
    Number("guessing gets 10 of 100", lambda at: [100 / at.model.layers[-1].units, 100]),
    Number("About nine in ten", lambda at: [at.shown(r"Validation digits: ([\d.]+)% right") / 10, 10], within=0.3),
    Number("MNIST is a set of 70,000", _all_digits),
    Number("A set of 70,000 handwritten digits", _all_digits),
    Number("60,000 for training", lambda at: at.shown(r"full set: ([\d,]+) training")),
    Number("10,000 for testing", lambda at: at.shown(r"training and ([\d,]+) test pictures")),
    Number("a sample of 5,000", lambda at: len(at.training_digits) + len(at.test)),
    Number("28×28 pixels, one channel", lambda at: list(_shape(at)[:2])),
    Number("28×28 grey pixels", lambda at: list(_shape(at)[:2])),
    Number("divides all pixels by 255", lambda at: at.code(r"tf\.float32\) / (\d+), label")),
    Number("`batch(128)` groups them", _batch),
    Number(
        "Each of the 16 filters has 25 values for the one channel",
        lambda at: [_filters(at)[0].filters, math.prod(_filters(at)[0].kernel_size)],
    ),
    Number(
        "Each of the next 32 has 25 values *for each of the 16 channels*",
        lambda at: [_filters(at)[1].filters, math.prod(_filters(at)[1].kernel_size), _filters(at)[0].filters],
    ),
    Number("second convolution has twice as many", lambda at: _filters(at)[1].filters / _filters(at)[0].filters),
    Number("it have thirty times as many weights", lambda at: _weights(at)[1] / _weights(at)[0], within=1),
    Number("it receives 16 channels", lambda at: _filters(at)[0].filters),
    Number("That makes 32 times as many kernels", lambda at: _filters(at)[0].filters * 2),
    Number("A filter of the second layer sees 14×14 pixels:", lambda at: [_seen(at), _seen(at)]),
    Number("it looks at 5×5 pooled values", lambda at: _filters(at)[1].kernel_size),
    Number(
        "which come from 10×10 outputs",
        lambda at: [2 * _filters(at)[1].kernel_size[0], 2 * _filters(at)[1].kernel_size[1]],
    ),
    Number("each of those sees 2 pixels further", lambda at: (_filters(at)[0].kernel_size[0] - 1) / 2),
    Number("a stack of 16 kernels of 5×5", lambda at: [_filters(at)[0].filters, *_filters(at)[1].kernel_size]),
    Number("puts out 12,544 values for 784 pixels", lambda at: [_outputs(at), _pixels(at)]),
    Number('`Conv2D(8, 3, padding="same")` looks at it: eight filters of 3×3', lambda at: [8, 3, 3, 3]),
    Number("3×3 pixels in each of three channels: 27 weights", lambda at: [3, 3, _eight_filters(at)]),
    Number("dropped with probability 0.4;", _dropped),
    Number("multiplied by 1/0.6,", lambda at: [1, 1 - _dropped(at)]),
    Number("over the 55,000 training digits", _training),
    Number(
        "is 55,000 pictures, or 430 steps of 128,",
        lambda at: [_training(at), math.ceil(_training(at) / _batch(at)), _batch(at)],
    ),
    Number("Adam's usual one is 0.001", _usual_rate),
    Number("few steps twice that does better", lambda at: _chosen_rate(at) / _usual_rate(at)),
    Number("All 16 kernels of the first layer", lambda at: _filters(at)[0].filters),
    Number(
        "The 16 kernels of the first layer, each a grid of 5×5",
        lambda at: [_filters(at)[0].filters, *_filters(at)[0].kernel_size],
    ),
    Number(
        "92 % for training and 98 % for validation",
        lambda at: [at.shown(r"as printed   ([\d.]+)%"), at.shown(r"validation accuracy             ([\d.]+)%")],
        within=1.5,
    ),
    Number(
        "## Go further: 99 % in three passes",
        lambda at: math.floor(100 * min(at.runs["mnist_schedule-full"]["test_accuracy"])),
    ),
    Number(
        "read more than 99 % of the test digits",
        lambda at: math.floor(100 * min(at.runs["mnist_schedule-full"]["test_accuracy"])),
    ),
    Number("one digit is a quarter of a point", lambda at: [1, 100 / len(at.validation)]),
    Number("batches of 128; training", _batch),
    Number("here 40 %: no", lambda at: 100 * _dropped(at)),
    Number(
        "`Conv2D(16, 5)` has 16 filters of 5×5: 16 × (25 + 1) = 416 parameters",
        lambda at: (
            [_filters(at)[0].filters, _filters(at)[0].kernel_size[0], _filters(at)[0].filters]
            + [*_filters(at)[0].kernel_size, _filters(at)[0].filters, math.prod(_filters(at)[0].kernel_size), 1]
            + [_weights(at)[0]]
        ),
    ),
    Number(
        "has one 5×5 kernel *for each of the 16 channels*",
        lambda at: [*_filters(at)[1].kernel_size, _filters(at)[0].filters],
    ),
    Number("Photographs of skin spots have 64×64 pixels", lambda at: _spots(at).input_shape[1:3]),
    Number(
        "8 filters of 3×3, max pooling, 16 filters of 3×3",
        lambda at: [
            number
            for layer in _spots(at).layers
            if layer.name.startswith("conv2d")
            for number in (layer.filters, *layer.kernel_size)
        ],
    ),
    Number("second layer receives 8 channels", lambda at: _spots(at).layers[0].filters),
    Number(
        "above the validation score in all of our 20 runs",
        lambda at: sum(
            test > validation
            for test, validation in zip(
                at.runs["mnist-full"]["test_accuracy"], at.runs["mnist-full"]["validation_accuracy"]
            )
        ),
    ),
    Number(
        "there are 5,000 digits, not 70,000: 3,600 to train on, 400 for validation, 1,000 for the test",
        lambda at: (
            [len(at.training_digits) + len(at.test), _all_digits(at), len(at.training_digits) - len(at.validation)]
            + [len(at.validation), len(at.test)]
        ),
    ),
    Number(
        "below the validation score in 19 of our 20 runs",
        lambda at: [
            sum(
                test < validation
                for test, validation in zip(
                    at.runs["mnist-sample"]["test_accuracy"], at.runs["mnist-sample"]["validation_accuracy"]
                )
            ),
            len(at.runs["mnist-sample"]["seeds"]),
        ],
    ),
    Number("A filter of the first layer sees 5×5 pixels", lambda at: _filters(at)[0].kernel_size),
    Number("One of the second sees 14×14, through", lambda at: [_seen(at), _seen(at)]),
    Number("the patches of 5×5 pixels that excite", lambda at: _filters(at)[0].kernel_size),
    Number("patches of 14×14 pixels with curves", lambda at: [_seen(at), _seen(at)]),
    Number(
        "the schedule won in each of our 20 runs, and more than 99 % of the test digits",
        lambda at: [_wins(at, "full"), math.floor(100 * min(at.runs["mnist_schedule-full"]["test_accuracy"]))],
    ),
    Number("it wins by luck, in 8 of our 20", lambda at: [_wins(at, "sample"), len(at.runs["mnist-sample"]["seeds"])]),
    Number("And its 400 validation digits", lambda at: len(at.validation)),
    Number("About 9 %: ten of eleven alarms are false", lambda at: 100 * _alarm_is_right(10, 9_990)),
    Number("a precision of 92 %", lambda at: 100 * _alarm_is_right(1_000, 9_000)),
    Number("Of up to 1,000 validation digits we show", lambda at: at.code(r"predict\(validation_images\[:(\d+)\], b")),
    Number("A square picture of 64×64 pixels", lambda at: _sides(at)[:1] * 2),
    Number("do the same for a row of 64", lambda at: _sides(at)[0]),
    Number(
        "A window of 3 has 64 − 2 places in a row of 64. Half of 31 is 15.5,",
        lambda at: [3, _sides(at)[0], _sides(at)[0] - _sides(at)[1], _sides(at)[0], _sides(at)[2], _sides(at)[2] / 2],
    ),
    Number("after `keras.Input((64, 64, 1))`", lambda at: [_sides(at)[0], _sides(at)[0], 1]),
    Number("Our network has 215,370 parameters", lambda at: at.model.count_params()),
    Number("with **at most 10,000**", lambda at: at.code(r"weights > ([\d_]+):")),
    Number("by at least two points", lambda at: 100 * at.code(r"accuracy >= baseline_accuracy \+ ([\d.]+)")),
    Number("That is 80 + 1,168 + 7,850 = 9,098 parameters", _small),
    Number("a dog is 784 numbers", _pixels),
    Number("As many as before, 416.", lambda at: _weights(at)[0]),
    Number("(here 16, then 32)", lambda at: [layer.filters for layer in _filters(at)]),
    Number(
        "has 16 × 25 weights and 16 biases, 416 numbers, although it has 12,544 outputs",
        lambda at: (
            [_filters(at)[0].filters, math.prod(_filters(at)[0].kernel_size), _filters(at)[0].filters]
            + [_weights(at)[0], _outputs(at)]
        ),
    ),
    Number("16 filters can find 16 different things", lambda at: [_filters(at)[0].filters] * 2),
    Number(
        "one 5×5 kernel for each of the 16 channels",
        lambda at: [*_filters(at)[1].kernel_size, _filters(at)[0].filters],
    ),
]

TOLD = {
    "**1.** The first": "a question's number",
    "**2.** You train": "a question's number",
    "**3.** After one": "a question's number",
    "numbers from 0, black, to 255, white": "what uint8 holds",
    "numbers from 0 to 255": "what uint8 holds",
    "the layer before to 0 at random": "what dropped means",
    "In lesson 3 one kernel": "pointer: the kernel that is learned",
    "Open lesson 4 and run": "the lesson's own number",
    "the first one, after lesson 3?": "pointer: kernels for edges",
    "It shares out 100 % among ten": "what shares do",
    "Close to 100 % the mistakes": "as near as it goes",
    "Of 1,000 validation digits, how many will": "a count to guess in",
    "A network that always says 9 has": "the question of the section",
    "(3 minutes) Photographs": "time for the exercise",
    "(3 minutes) A colour": "time for the exercise",
    "Is it a 9?": "the question, chosen by us",
    "nearer to 0.": "what pale means",
    "White is 0;": "what white means",
    "one scale with 0 marked": "what is marked",
    "(4 minutes) A test finds 97 % of the ill and leaves 99 % of the healthy alone.": "the test, as in its judge",
    "Of 10,000 people 10 are ill": "the exercise's people; its judge has the same",
    "between 0 and 1,": "what shares are",
    "# 4. MNIST": "the lesson's own number",
    "a kernel is (lesson 3)": "pointer: kernels",
    "in Keras (lesson 2)": "pointer: training",
    "each 2×2 values": "pooling's window in Keras",
    "each 2×2 pixels": "pooling's window in Keras",
    "here it is 2, so": "pooling's stride in Keras",
    "thumb of lesson 1,": "pointer: how large a layer",
    "A colour picture has 100×100 pixels": "the exercise's picture",
    "The 100×100 pixels don't matter": "the exercise's picture",
    "kernels of lesson 3.": "pointer: Sobel",
    "The 5 that is white": "one of the ten pictures",
    "one digit in ten is a 9": "the digit of the question",
    "never says 9?": "the digit of the question",
    "never says 9 has 100 %": "no healthy one is called ill",
    "sum to 1,": "what shares do",
    "COVID-19": "its name",
    "Nature Machine Intelligence 3, 2021": "volume and year of the paper",
    "(5 minutes) Our": "time for the exercise",
    "(table, 0)": "code",
    "(5 minutes) A square": "time for the exercise",
    '`Conv2D(8, 3, padding="valid")`': "the exercise's layers; its judge has the sides",
    "zeros (lesson 3)": "pointer: padding",
    '`Conv2D(16, 3, padding="same")`': "the exercise's layers; its judge has the sides",
    "a window of 3 in a row of 5": "the hint's example",
    "(8 minutes) Another kind": "time for the exercise",
    "each 2×2 window, stride 2": "the exercise's pooling",
    "[0::2, 0::2]": "code",
    "(10 minutes) Our": "time for the exercise",
    "Kernels of 3×3 and": "the solution's kernels",
    "of the IEEE 86, 1998": "volume and year of the paper",
    "CC BY-SA 3.0": "the licence's version",
    "[Lesson 5] shows": "pointer: the next lesson",
    "divides 100 % among": "what shares do",
    "add up to 100 %": "what shares do",
    "threshold (lesson 5)": "pointer: thresholds",
    "epochs in lesson 4?": "this lesson",
}

WRONG = [
    ("has 16 filters of 5×5", "has 32 filters of 5×5"),
    ("gets about 98 of 100", "gets about 95 of 100"),
    ("7,850 = 9,098", "7,850 = 9,089"),
    ("or 430 steps of 128", "or 340 steps of 128"),
    ("A set of 70,000", "A set of 60,000"),
    ("in 19 of our 20 runs", "in 18 of our 20 runs"),
    ("3,600 to train on, 400", "3,600 to train on, 500"),
]
