"""The exercises of lesson 1: what is right, and what is probably wrong with an answer that is not."""

import numpy as np

from dlcourse.checking import Judge, Value, array, in_words, number, result_of
from dlcourse.errors import CourseError

JUDGES = {}

derivative = -2 * 3 * (6 - 3 * 1)
JUDGES["one step downhill"] = Value(
    right=1 - 0.01 * derivative,
    tolerance=1e-3,
    wrong=[
        (
            1 + 0.01 * derivative,
            "This goes uphill: the step must be taken against the derivative. Look at the two minus signs.",
        ),
        (-0.01 * derivative, "This is the change. Add it to the weight you started from."),
        (
            0.01 * derivative,
            "This is the change, and with the wrong sign. Step against the derivative, from the old weight.",
        ),
        (derivative, "This is the derivative. The step comes next: multiply by the learning rate, and mind the sign."),
        (-derivative, "This is the derivative with the sign turned. It must still be multiplied by the learning rate."),
        (1 - derivative, "The whole derivative was taken as the step. Multiply it by the learning rate first."),
        (
            1 + derivative,
            "The derivative was added to the weight, without the learning rate and without the minus sign.",
        ),
        (
            1 - 0.01 * -3 * (6 - 3 * 1),
            "The derivative is too small by half: the square has a slope, too, and it brings in a factor 2.",
        ),
        (
            1 - 0.01 * -2 * (6 - 3 * 1),
            "A factor is missing in the derivative: the input counts there once more, outside the brackets.",
        ),
        (
            1 - 0.01 * -(6 - 3 * 1),
            "Two factors are missing in the derivative: there are a 2 and an input before the brackets.",
        ),
        (6 / 3, "This is the weight with no error left, at the end of many steps. Asked for is one step."),
        (round(1 - 0.01 * derivative, 1), "Close, but rounded too much: keep two decimals."),
    ],
    otherwise="Work out the derivative for these numbers first, then multiply it by the learning rate.",
    insight="The derivative's sign gave the direction; its size, times the rate, gave the length. A training is "
    "many such steps.",
)


def train_weight(function):
    """A function that takes steps for y = x w; each multiplies the distance to t / x by a factor."""
    tries = [(1.0, 3.0, 6.0, 0.01, 20), (0.5, 2.0, 3.0, 0.05, 6), (2.0, -1.0, 1.0, 0.1, 3)]

    def after(w, x, t, rate, steps, factor=2.0):
        return t / x + (w - t / x) * (1 - factor * rate * x * x) ** steps

    found = number(result_of(function, *tries[0]))
    w, x, t, rate, steps = tries[0]
    derivative = -2 * x * (t - x * w)
    if np.isclose(found, after(*tries[0])):
        for others in tries[1:]:
            if not np.isclose(number(result_of(function, *others)), after(*others)):
                return "For one set of numbers it is right, but not for others: use the names, not the numbers."
        return True
    if np.isclose(found, after(w, x, t, rate, 1)):
        return "It takes one step and no more. Does `return` stand inside the loop?"
    if np.isclose(found, after(w, x, t, rate, steps - 1)) or np.isclose(found, after(w, x, t, rate, steps + 1)):
        return "It takes one step too few or too many: `range(steps)` counts them."
    if np.isclose(found, w):
        return "The weight comes back unchanged. In the loop, w must get a new value: `w = …`."
    if np.isclose(found, w - rate * steps * derivative):
        return "Every step is the same. The derivative must be computed anew in the loop: w has moved."
    if np.isclose(found, after(w, x, t, rate, steps, -2.0)):
        return "This goes uphill: the step must be taken against the derivative. Look at the minus signs."
    if np.isclose(found, after(w, x, t, rate, steps, 1.0)):
        return "The steps are too small by half: the square has a slope, too, and it brings in a factor 2."
    if np.isclose(found, after(w, x, t, 1.0, steps)):
        return "The whole derivative was taken as the step. Multiply it by the learning rate first."
    return "Take one step by hand with w = 1, x = 3, t = 6 and the rate 0.01. It leads to 1.18: does yours?"


TRAIN = """def train_weight(w, x, t, learning_rate, steps):
{}"""

JUDGES["build a training"] = Judge(
    train_weight,
    right=[
        TRAIN.format("""    for step in range(steps):
        w = w + learning_rate * 2 * x * (t - x * w)
    return w"""),
        TRAIN.format("""    while steps > 0:
        w -= learning_rate * 2 * x * (x * w - t)
        steps -= 1
    return w"""),
        TRAIN.format("    return t / x + (w - t / x) * (1 - 2 * learning_rate * x**2) ** steps"),
    ],
    wrong=[
        (
            TRAIN.format("""    for step in range(steps):
        w = w + learning_rate * 2 * x * (t - x * w)
        return w"""),
            "one step and no more",
        ),
        (
            TRAIN.format("""    for step in range(1, steps):
        w = w + learning_rate * 2 * x * (t - x * w)
    return w"""),
            "one step too few or too many",
        ),
        (
            TRAIN.format("""    for step in range(steps + 1):
        w = w + learning_rate * 2 * x * (t - x * w)
    return w"""),
            "one step too few or too many",
        ),
        (
            TRAIN.format("""    for step in range(steps):
        change = learning_rate * 2 * x * (t - x * w)
    return w"""),
            "comes back unchanged",
        ),
        (
            TRAIN.format("""    derivative = -2 * x * (t - x * w)
    for step in range(steps):
        w = w - learning_rate * derivative
    return w"""),
            "computed anew in the loop",
        ),
        (
            TRAIN.format("""    for step in range(steps):
        w = w - learning_rate * 2 * x * (t - x * w)
    return w"""),
            "goes uphill",
        ),
        (
            TRAIN.format("""    for step in range(steps):
        w = w + learning_rate * x * (t - x * w)
    return w"""),
            "brings in a factor 2",
        ),
        (
            TRAIN.format("""    for step in range(steps):
        w = w + 2 * x * (t - x * w)
    return w"""),
            "Multiply it by the learning rate first",
        ),
        (
            TRAIN.format("""    for step in range(steps):
        w = w + learning_rate * 2 * (t - x * w)
    return w"""),
            "does yours?",
        ),
        (
            TRAIN.format("""    for step in range(20):
        w = w + learning_rate * 2 * 3 * (6 - 3 * w)
    return w"""),
            "use the names, not the numbers",
        ),
        ("def train_weight(w):\n    return w", "stopped with TypeError"),
        ("train_weight = 1.98", "A function is asked for"),
    ],
    untouched="Replace the dots by a loop, with `return w` after it, and run the cell again.",
    insight="These few lines are the heart of every training: large networks do the same, with all weights "
    "moving in each step.",
)

JUDGES["count the parameters"] = Value(
    right=(4 * 3 + 3 * 2 + 2 * 1) + (3 + 2 + 1),
    wrong=[
        (4 * 3 + 3 * 2 + 2 * 1, "You counted the weights but not the biases."),
        (3 + 2 + 1, "These are the biases. The weights, one for each line, come on top."),
        (
            (3 + 2 + 1) + (3 + 2 + 1),
            "One weight for each neuron is too few: a neuron has one for each of its inputs.",
        ),
        (
            (4 * 3 + 3 * 2 + 2 * 1) + (4 + 3 + 2 + 1),
            "You gave the inputs a bias, too. They are no neurons: they compute nothing.",
        ),
        (4 * 3 + 2 * 1, "You seem to have left out the biases and one of the layers of lines."),
        (4 * 3 + 3 * 2, "You seem to have left out the biases and one of the layers of lines."),
        (
            4 * 3 * 2 * 1,
            "You multiplied all four layers together. The lines run only between a layer and the next: add them up.",
        ),
        (4 + 3 + 2 + 1, "These are the circles, inputs and neurons together. Count the lines between them."),
        (4 * 3 + 3 * 2 + 2 * 1 + 1, "There is one bias for each neuron, not one for the whole network."),
        (4 * 3 + 3 * 2 + 2 * 1 + 3, "There is one bias for each neuron, not one for each layer."),
        (3 * 2 + 2 * 1, "The lines from the inputs to the first hidden layer are missing, and the biases."),
    ],
    otherwise="Count the lines between each layer and the next, add them up, then see to the biases.",
    insight="In lesson 2 the computer counts them for you. Language models have billions of parameters, weights "
    "and biases like these.",
)


def one_for_two(answer):
    """The weight and the bias of z = 3 (2 x + 1) − 4. A judge that is a function: most hints hold for any bias."""
    if isinstance(answer, np.ndarray) and answer.size == 2:
        answer = answer.ravel()
    weight, bias = array(answer, (2,))
    if np.allclose([weight, bias], [6, -1]):
        return True
    if np.allclose([weight, bias], [-1, 6]):
        return "The two numbers stand in the wrong order: the weight comes first."
    if np.isclose(weight, 5):
        return "You added the two weights. What is multiplied twice is multiplied by the product."
    if not np.isclose(weight, 6):
        return "The weight is not right: how much does z grow when x grows by 1?"
    if np.isclose(bias, -3):
        return "The weight is right. The first bias goes through the second neuron, too: something happens to it there."
    if np.isclose(bias, -7):
        return "The weight is right. What is multiplied by 3 is the first neuron's whole output, not with a minus."
    return "The weight is right, the bias is not: what does z become for x = 0?"


JUDGES["two neurons become one"] = Judge(
    one_for_two,
    right=[
        "one_for_two = (6, -1)",
        "import numpy as np\n\none_for_two = np.array([[3]]) @ np.array([[2, 1]]) - np.array([[0, 4]])",
        """def both(x):
    return 3 * (2 * x + 1) - 4


one_for_two = [both(1) - both(0), both(0)]""",
    ],
    wrong=[
        ("one_for_two = [3 * 1 - 4, 2 * 3]", "wrong order: the weight comes first"),
        ("one_for_two = [2 + 3, 1 - 4]", "added the two weights"),
        ("one_for_two = [2 + 3, 3 * 1 - 4]", "added the two weights"),
        ("one_for_two = [3, -1]", "how much does z grow"),
        ("one_for_two = [2 * 3 + 1, -4]", "how much does z grow"),
        ("one_for_two = [6, 1 - 4]", "first bias goes through"),
        ("one_for_two = [6, -3 * 1 - 4]", "not with a minus"),
        ("one_for_two = [6, 1 * -4]", "what does z become for x = 0"),
        ("one_for_two = [6, 3 * 1 + 4]", "what does z become for x = 0"),
        ("one_for_two = [6, 0]", "what does z become for x = 0"),
        ("one_for_two = 6", "a list of 2 numbers, and this is a single number"),
        ("one_for_two = [6, 3, -4]", "this is a list of 3 numbers"),
        ("one_for_two = [[6, -1]]", "this is a table of 1 row and 2 columns"),
    ],
    insight="This is why hidden neurons need a bend: without it, more layers add nothing.",
)


def _leaky(sums):
    return np.where(sums > 0, sums, 0.1 * sums)


def _fits(result, wanted):
    """Whether this is an array of the wanted shape with the wanted numbers; False for whatever cannot be compared."""
    try:
        return np.allclose(array(result, wanted.shape), wanted)
    except CourseError:
        return False


def _asked(function, sums):
    """What the function returns. No right numbers are left in memory that np.empty could pick up and show."""
    soiled = [np.full(sums.size * width, 0x55, dtype="uint8") for width in (4, 8) for _ in range(16)]
    del soiled
    return result_of(function, sums.copy())


def leaky_relu(function):
    """A function of an array of sums, of any shape."""
    sums = np.array([[-4.0, -0.5, 0.0], [0.25, 1.0, 30.0]])
    wanted = _leaky(sums)
    try:
        result = _asked(function, sums)
    except CourseError as problem:
        if "ambiguous" in str(problem):
            return "It works for one number, but `if` cannot decide for a whole array. The hint names what can."
        raise
    result = array(result, sums.shape)
    if np.allclose(result, wanted):
        for others in [np.array([-20.0, 3.0, -1.0, 7.0, -0.2]), np.linspace(-3, 5, 8).reshape(4, 2)]:
            if not _fits(_asked(function, others), _leaky(others)):
                return f"For 2×3 numbers it is right, but not for {in_words(others.shape)}."
        return True
    if np.allclose(result, np.maximum(sums, 0)):
        return "This is ReLU itself: negative numbers must not become 0."
    if np.allclose(result, 0.1 * sums):
        return "All numbers were multiplied, the positive ones, too. Those must pass unchanged."
    if np.allclose(result, np.abs(wanted)):
        return "Negative numbers must stay negative; only their size changes."
    if np.allclose(result, np.where(sums > 0, 0.1 * sums, sums)):
        return "The two sides are exchanged: positive numbers must pass unchanged."
    if np.allclose(result, sums):
        return "All numbers pass unchanged. Negative ones must get smaller in size."
    if np.allclose(result[sums > 0], sums[sums > 0]):
        return "Positive numbers are right, negative ones are not: by what were they multiplied?"
    return "Try it by hand with -4 and with 30, and compare with the task."


RELU = """import numpy as np


def leaky_relu(p):
    return {}"""

JUDGES["a ReLU that cannot die"] = Judge(
    leaky_relu,
    right=[
        RELU.format("np.maximum(p, 0.1 * p)"),
        RELU.format("np.where(p < 0, p / 10, p)"),
        RELU.format("np.maximum(p, 0) + 0.1 * np.minimum(p, 0)"),
        RELU.format("p * (0.1 + 0.9 * (p > 0))"),
        RELU.format("np.vectorize(lambda one: one if one > 0 else 0.1 * one)(p)"),
        RELU.format("np.array([one if one > 0 else 0.1 * one for one in p.ravel()]).reshape(p.shape)"),
        """def leaky_relu(p):
    p = p.copy()
    p[p < 0] *= 0.1
    return p""",
        """def leaky_relu(p):
    p[p < 0] = 0.1 * p[p < 0]
    return p""",
    ],
    wrong=[
        (RELU.format("np.maximum(p, 0)"), "This is ReLU itself"),
        (RELU.format("p if p > 0 else 0.1 * p"), "`if` cannot decide for a whole array"),
        (RELU.format("max(p, 0.1 * p)"), "`if` cannot decide for a whole array"),
        (RELU.format("0.1 * p"), "All numbers were multiplied"),
        (RELU.format("np.where(p > 0, p, -0.1 * p)"), "stay negative"),
        (RELU.format("np.maximum(p, -0.1 * p)"), "stay negative"),
        (RELU.format("np.minimum(p, 0.1 * p)"), "two sides are exchanged"),
        (RELU.format("np.where(p > 0, 0.1 * p, p)"), "two sides are exchanged"),
        (RELU.format("p"), "All numbers pass unchanged"),
        (RELU.format("np.where(p > 0, p, 0.01 * p)"), "by what were they multiplied"),
        (RELU.format("np.where(p > 0, p, 0.1)"), "by what were they multiplied"),
        (RELU.format("np.where(p > 0, 1, 0.1)"), "Try it by hand"),
        (RELU.format("np.empty(p.shape)"), "Try it by hand"),
        (
            """import numpy as np


def leaky_relu(p):
    output = np.empty(p.shape)
    output[p > 0] = p[p > 0]
    return output""",
            "by what were they multiplied",
        ),
        (RELU.format("np.where(p > 0, p, 0.1 * p)[0]"), "2 rows and 3 columns, and this is a list of 3 numbers"),
        (RELU.format("np.array([[-0.4, -0.05, 0], [0.25, 1, 30]])"), "right, but not for a list of 5 numbers"),
        (
            RELU.format("np.where(p > 0, p, 0.1 * p)[:2]"),
            "For 2×3 numbers it is right, but not for a list of 5 numbers",
        ),
        (
            RELU.format("np.where(p > 0, p, 0.1 * p)[: 2 if p.ndim == 2 else 5]"),
            "right, but not for a table of 4 rows and 2 columns",
        ),
        (
            RELU.format("np.array([[one if one > 0 else 0.1 * one for one in row] for row in p])"),
            "given a list of 5 numbers, stopped with TypeError",
        ),
        ("def leaky_relu():\n    return 0.1", "stopped with TypeError"),
        ("leaky_relu = 0.1", "A function is asked for"),
    ],
    untouched="Replace the dots by code that returns the array, and run the cell again.",
    insight="In Keras it is `keras.layers.LeakyReLU(negative_slope=0.1)`. Its slope is never 0, so no "
    "neuron is dead for good.",
)


def rate_for_six_steps(answer):
    """A learning rate for x = 2, t = 3, from w = 0.5: the error is 2 at first, and the loss its square."""
    rate = number(answer)
    if rate <= 0:
        return "With this rate the steps go uphill or nowhere: a learning rate is positive."
    factor = 1 - 8 * rate  # Each step multiplies the error by this.
    loss = (2 * factor**6) ** 2 if abs(factor) < 1e20 else np.inf
    if loss < 0.0001:
        return True
    after = f"After six steps the loss is {loss:.2g}."
    if factor > 0:
        return f"{after} It falls, but too slowly: the rate is too small."
    if np.isclose(factor, -1):
        return f"{after} Every step jumps across the valley to the same height: the rate is too large."
    if factor < -1:
        return f"{after} It grows with every step, it diverges: the rate is much too large."
    return f"{after} Every step jumps across the bottom to the other side of the valley: the rate is too large."


JUDGES["find a learning rate"] = Judge(
    rate_for_six_steps,
    right=["my_rate = 0.074", "my_rate = 1 / 8", "my_rate = 0.176", "import numpy as np\n\nmy_rate = np.float32(0.1)"],
    wrong=[
        ("my_rate = 0.05", "After six steps the loss is 0.0087. It falls, but too slowly"),
        ("my_rate = 0.073", "After six steps the loss is 0.00011. It falls, but too slowly"),
        ("my_rate = 1e-12", "After six steps the loss is 4. It falls, but too slowly"),
        ("my_rate = 0.177", "After six steps the loss is 0.00011. Every step jumps across the bottom"),
        ("my_rate = 0.2", "After six steps the loss is 0.0087. Every step jumps across the bottom"),
        ("my_rate = 0.25", "After six steps the loss is 4. Every step jumps across the valley to the same height"),
        ("my_rate = 0.26", "After six steps the loss is 10. It grows with every step"),
        ("my_rate = 1e30", "After six steps the loss is inf. It grows with every step"),
        ("my_rate = 0", "uphill or nowhere"),
        ("my_rate = -0.12", "uphill or nowhere"),
        ('my_rate = "0.12"', "This is a text"),
        ("my_rate = [0.05, 0.12]", "One number is asked for, and this is a list of 2 numbers"),
    ],
    insight="You searched by trial, and so do most people. When a training hardly moves or explodes, suspect the "
    "rate early.",
)


def _fires(row, inputs):
    """Whether weight × input + weight × input + bias is 0 or more. What rounding leaves of a 0 counts as 0."""
    parts = [row[0] * inputs[0], row[1] * inputs[1], row[2]]
    return int(sum(parts) >= -1e-12 * sum(abs(part) for part in parts))


def either_network(answer):
    """Three threshold neurons, one for each row; any that give the right four outputs."""
    first, second, last = array(answer, (3, 3)).tolist()
    outputs = {}
    for inputs in [(0, 0), (0, 1), (1, 0), (1, 1)]:
        hidden = [_fires(row, inputs) for row in (first, second)]
        outputs[inputs] = _fires(last, hidden)
    found = tuple(outputs.values())
    if found == (0, 1, 1, 0):
        return True
    if len(set(found)) == 1:
        return f"The output is {found[0]} for all four pairs of inputs. Look at the biases first."
    if found == (0, 1, 1, 1):
        return "This is 'one or both': for the inputs 1 and 1 the output must be 0. Let a hidden neuron prevent it."
    if found == (0, 0, 0, 1):
        return "This is 'both': the output is 1 only for the inputs 1 and 1."
    if found == (1, 0, 0, 1):
        return "It is the wrong way round: 0 where exactly one input is 1. Turn the output neuron's signs."
    wrong = [f"{a} and {b}" for (a, b), output in outputs.items() if output != (a != b)]
    which = "this pair" if len(wrong) == 1 else "one of these"
    return f"Wrong for the inputs {'; '.join(wrong)}. Work through {which} by hand, neuron by neuron."


JUDGES["either, but not both"] = Judge(
    either_network,
    right=[
        "either_network = [[1, 1, -1.5], [1, 1, -0.5], [-1, 1, -0.5]]",  # The hidden neurons have changed places.
        "either_network = [[1, 1, -1], [1, 1, -2], [1, -1, -1]]",  # Sums of exactly 0 fire.
        "either_network = [[1, 1, -0.5], [-1, -1, 1.5], [1, 1, -1.5]]",  # At least one, and not both.
        "either_network = [[1, -1, -0.5], [-1, 1, -0.5], [1, 1, -0.5]]",  # Only the first, or only the second.
        "either_network = [[0.1, 0.2, -0.1], [-0.1, -0.2, 0.1 + 0.1], [1, 1, -2]]",
        "either_network = [[0.7, 0.7, -0.7], [-0.1, -0.2, 0.3 - 0.1], [0.1, 0.2, -0.1 - 0.2]]",
        "import numpy as np\n\neither_network = 100 * np.array([[1, 1, -0.5], [1, 1, -1.5], [1, -1, -0.5]])",
    ],
    wrong=[
        ("either_network = [[1, 1, -0.5], [1, 1, -1.5], [1, -1, 0]]", "The output is 1 for all four pairs"),
        ("either_network = [[1, 1, -0.5], [1, 1, -1.5], [1, 1, -3]]", "The output is 0 for all four pairs"),
        ("either_network = [[1, 1, -0.5], [1, 1, -0.5], [1, 1, -0.5]]", "This is 'one or both'"),
        ("either_network = [[1, 1, -0.5], [1, 1, -1.5], [1, 1, -0.5]]", "This is 'one or both'"),
        ("either_network = [[1, 1, -1.5], [1, 1, -1.5], [1, 1, -0.5]]", "This is 'both'"),
        ("either_network = [[1, 1, -0.5], [1, 1, -1.5], [1, 1, -1.5]]", "This is 'both'"),
        ("either_network = [[1, 1, -0.5], [1, 1, -1.5], [-1, 1, 0.5]]", "wrong way round"),
        (
            "either_network = [[-1, -1, 1.5], [-1, -1, 1.5], [1, 1, -0.5]]",
            "Wrong for the inputs 0 and 0. Work through this pair by hand",
        ),
        (
            "either_network = [[1, -1, -0.5], [1, -1, -0.5], [1, 1, -0.5]]",
            "Wrong for the inputs 0 and 1. Work through this pair by hand",
        ),
        (
            "either_network = [[1, 0, -0.5], [1, 0, -0.5], [1, 1, -0.5]]",
            "Wrong for the inputs 0 and 1; 1 and 1. Work through one of these by hand",
        ),
        (
            "either_network = [[1, 1, -0.5], [1, 1, -0.5], [-1, -1, 0.5]]",
            "Wrong for the inputs 0 and 0; 0 and 1; 1 and 0. Work through one of these by hand",
        ),
        ("either_network = [[1, 1], [1, 1], [1, -1]]", "a table of 3 rows and 2 columns"),
        ("either_network = [1, 1, -0.5, 1, 1, -1.5, 1, -1, -0.5]", "a list of 9 numbers"),
    ],
    insight="It is called XOR. One neuron can't compute it, a hidden layer can: that is what layers are for.",
)
