"""What lesson 4 promises over seeds, and where the numbers in its text come from."""

import math

from promises import Claim, Number

SEEDS = 20
READS = ["training_digits", "test", "validation", "picture_spec", "model"]
EVERY_NUMBER = True
POLL = "It names a digit"

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
        breaks={"mnist_schedule": {"validation_accuracy": 0.976}},
        share=0.9,
        data=("full",),
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


def _pixels(at):
    return math.prod(at.picture_spec.shape)


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


def _eight_kernels(at):
    """The weights that one of eight filters of 3×3 has for a picture with three channels, without its bias."""
    return at.solution("eight kernels on a colour picture") / 8 - 1


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
    Number("gets 98 of 100 right", lambda at: [_right(at), 100]),
    Number("reads 98 of 100 handwritten digits", lambda at: [_right(at), 100]),
    Number("Is 98 % good?", _right),
    Number("gets about 98 % of its test digits right", _right),
    Number("Fewer than 98 % of nine", _right),
    Number("enough for about 98 %", _right),
    Number("each of the ten digits about 10 %", lambda at: 100 / at.model.layers[-1].units),
    Number("About 10 % for each digit", lambda at: 100 / at.model.layers[-1].units),
    Number("if guessing gets 10?", lambda at: 100 / at.model.layers[-1].units),
    Number("It is about 90:", lambda at: at.shown(r"Baseline: ([\d.]+)%"), within=2),
    Number("About nine in ten", lambda at: [at.shown(r"Baseline: ([\d.]+)%") / 10, 10], within=0.3),
    Number("MNIST is a set of 70,000", _all_digits),
    Number("A set of 70,000 handwritten digits", _all_digits),
    Number("60,000 for training", lambda at: at.shown(r"full set: ([\d,]+) training")),
    Number("10,000 for testing", lambda at: at.shown(r"training and ([\d,]+) test pictures")),
    Number("a sample of 5,000", lambda at: len(at.training_digits) + len(at.test)),
    Number("up to 5,000 of them", lambda at: at.code(r"validation_size = min\(([\d_]+),")),
    Number("28×28 pixels and one channel", lambda at: list(at.picture_spec.shape[:2])),
    Number("28×28 grey pixels", lambda at: list(at.picture_spec.shape[:2])),
    Number("divided by 255", lambda at: at.code(r"tf\.float32\) / (\d+), label")),
    Number("`batch(128)` groups them", _batch),
    Number(
        "`Conv2D(16, 5)` has 16 kernels of 5×5",
        lambda at: (
            [_filters(at)[0].filters, _filters(at)[0].kernel_size[0], _filters(at)[0].filters]
            + list(_filters(at)[0].kernel_size)
        ),
    ),
    Number(
        "Each of the 16 kernels has 25 values for the one channel",
        lambda at: [_filters(at)[0].filters, math.prod(_filters(at)[0].kernel_size)],
    ),
    Number(
        "Each of the next 32 has 25 values *for each of the 16 channels*",
        lambda at: [_filters(at)[1].filters, math.prod(_filters(at)[1].kernel_size), _filters(at)[0].filters],
    ),
    Number("second convolution has twice as many", lambda at: _filters(at)[1].filters / _filters(at)[0].filters),
    Number("it have thirty times as many weights", lambda at: _weights(at)[1] / _weights(at)[0], within=1),
    Number("it receives 16 channels", lambda at: _filters(at)[0].filters),
    Number("a stack of 16 grids of 5×5", lambda at: [_filters(at)[0].filters, *_filters(at)[1].kernel_size]),
    Number("puts out 12,544 values for 784 pixels", lambda at: [_outputs(at), _pixels(at)]),
    Number('`Conv2D(8, 3, padding="same")` looks at it: eight kernels of 3×3', lambda at: [8, 3, 3, 3]),
    Number("3×3 pixels in each of three channels: 27 weights", lambda at: [3, 3, _eight_kernels(at)]),
    Number("dropped with probability 0.4;", _dropped),
    Number("larger by 1/0.6,", lambda at: [1, 1 - _dropped(at)]),
    Number("over the 55,000 training digits", _training),
    Number(
        "is 55,000 pictures, or 430 steps of 128,",
        lambda at: [_training(at), math.ceil(_training(at) / _batch(at)), _batch(at)],
    ),
    Number("usual learning rate is 0.001", _usual_rate),
    Number("few steps twice that does better", lambda at: _chosen_rate(at) / _usual_rate(at)),
    Number("These are the 16 kernels", lambda at: _filters(at)[0].filters),
    Number(
        "92 % for training and 98 % for validation",
        lambda at: [at.shown(r"as printed   ([\d.]+)%"), at.shown(r"validation accuracy             ([\d.]+)%")],
        within=1.5,
    ),
    Number(
        "## Go further: 99 % in under a minute",
        lambda at: math.floor(100 * min(at.runs["mnist_schedule-full"]["test_accuracy"])),
    ),
    Number(
        "more than 99 % of the test digits were right in each of our 20 runs",
        lambda at: [
            math.floor(100 * min(at.runs["mnist_schedule-full"]["test_accuracy"])),
            len(at.runs["mnist_schedule-full"]["seeds"]),
        ],
    ),
    Number(
        "read more than 99 % of the test digits",
        lambda at: math.floor(100 * min(at.runs["mnist_schedule-full"]["test_accuracy"])),
    ),
    Number("There, 400 validation digits", lambda at: len(at.validation)),
    Number("one digit is a quarter of a point", lambda at: [1, 100 / len(at.validation)]),
    Number("A square picture of 64×64 pixels", lambda at: _sides(at)[:1] * 2),
    Number("do the same for a row of 64", lambda at: _sides(at)[0]),
    Number(
        "A window of 3 has 64 − 2 places in a row of 64. Half of 31 is 15.5,",
        lambda at: [3, _sides(at)[0], _sides(at)[0] - _sides(at)[1], _sides(at)[0], _sides(at)[2], _sides(at)[2] / 2],
    ),
    Number("after `keras.Input((64, 64, 1))`", lambda at: [_sides(at)[0], _sides(at)[0], 1]),
    Number("Our network has 215,370 weights", lambda at: at.model.count_params()),
    Number("with **at most 10,000**", lambda at: at.code(r"weights > ([\d_]+):")),
    Number("by at least two points", lambda at: 100 * at.code(r"accuracy >= baseline_accuracy \+ ([\d.]+)")),
    Number("That is 80 + 1,168 + 7,850 = 9,098 weights", _small),
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
    "# 4. MNIST": "the lesson's own number",
    "a kernel is (lesson 3)": "pointer: kernels",
    "in Keras (lesson 2)": "pointer: training",
    "In lesson 3 somebody": "pointer: chosen kernels",
    "each 2×2 values": "pooling's window in Keras",
    "each 2×2 pixels": "pooling's window in Keras",
    "here it is 2, so": "pooling's stride in Keras",
    "from 0 to 255. Here 0 is black and 255 is white": "what uint8 holds",
    "how many of 100 digits": "per cent",
    "something like 50": "what people expect when asked",
    "thumb of lesson 1,": "pointer: how large a layer",
    "(3 minutes) A colour": "time for the exercise",
    "A colour picture has 100×100 pixels": "the exercise's picture",
    "The 100×100 pixels don't matter": "the exercise's picture",
    "kernels of lesson 3.": "pointer: Sobel",
    "a low-contrast 1,": "one of the ten pictures",
    "a 5 drawn as": "one of the ten pictures",
    "The white-on-black 5": "one of the ten pictures",
    "a 9 drawn like": "one of the ten pictures",
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
    "(8 minutes) Write": "time for the exercise",
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
