"""Does an answer hold, and if not, what is probably wrong with it? One function for each exercise of the lessons.

Each takes the learner's answer and returns True, or a sentence that names the likely mistake without giving the
answer away. dlcourse.check() calls them and prints what they say; only dlcourse.py imports this file.
"""

import numpy as np


class Hint(Exception):
    """A sentence for the learner about an answer that can't be compared at all."""


class NotAttempted(Exception):
    """The dots are still there."""


def number(answer):
    """The answer as one finite float."""
    if isinstance(answer, str):
        raise Hint("This is a text; a number without quotation marks is asked for.")
    if callable(answer) and not hasattr(answer, "__float__"):
        raise Hint("This is a function or a network; its result is asked for, a number.")
    try:
        values = np.asarray(answer, dtype="float64")
    except Exception:
        raise Hint(f"A number is asked for, and this is of type {type(answer).__name__}.") from None
    if answer is None or values.size != 1:
        found = "nothing (None)" if answer is None else f"an array or list of {values.size} numbers"
        raise Hint(f"One number is asked for, and this is {found}.")
    if not np.isfinite(values.item()):
        raise Hint("This is not a finite number: something was divided by zero, or overflowed, on the way.")
    return values.item()


def in_words(shape):
    """A shape as a beginner would say it: a table of 3 rows and 2 columns."""
    match tuple(shape):
        case ():
            return "a single number"
        case (length,):
            return f"a list of {length} number{'s'[: length != 1]}"
        case (rows, columns):
            return f"a table of {rows} row{'s'[: rows != 1]} and {columns} column{'s'[: columns != 1]}"
    return f"an array of the shape {tuple(shape)}"


def array(answer, shape):
    """The answer as a float64 array of this shape."""
    try:
        values = np.asarray(answer, dtype="float64")
    except Exception:
        raise Hint(f"An array of numbers is asked for, and this is of type {type(answer).__name__}.") from None
    if answer is None or values.shape != tuple(shape):
        found = "nothing (None)" if answer is None else in_words(values.shape)
        raise Hint(f"What is needed is {in_words(shape)}, and this is {found}.")
    if not np.all(np.isfinite(values)):
        raise Hint("Some of the numbers are not finite: look for a division by zero.")
    return values


def result_of(function, *arguments):
    """What the learner's function returns for these arguments."""
    if not callable(function):
        raise Hint(f"A function is asked for, and this is of type {type(function).__name__}.")
    try:
        result = function(*arguments)
    except Exception as problem:
        given = " and ".join(in_words(np.shape(argument)) for argument in arguments)
        given = f", given {given}," if arguments else ""
        raise Hint(f"Your function{given} stopped with {type(problem).__name__}: {problem}.") from None
    if result is None:
        raise NotAttempted
    return result


def trained(model):
    """The answer, if it is a Keras network that was built and compiled."""
    import keras

    if not isinstance(model, keras.Model):
        raise Hint(f"A Keras network is asked for, and this is of type {type(model).__name__}.")
    if not model.built:
        raise Hint("The network has no weights yet: give it an Input as its first layer.")
    if not model.compiled:
        raise Hint("The network was not compiled: call its compile() first, then fit().")
    return model


def known_number(answer, right, mistakes, default, tolerance=1e-9):
    """True for the right number, else the sentence of the mistake whose number it is, else the default."""
    answer = number(answer)
    if np.isclose(answer, right, rtol=0, atol=tolerance):
        return True
    for value, sentence in mistakes.items():
        if np.isclose(answer, value, rtol=0, atol=tolerance):
            return sentence
    return default


# ---------------------------------------------------------------- 1. Neurons


def one_step_downhill(answer):
    mistakes = {
        0.82: "This goes uphill: the step must be taken against the derivative. Look at the two minus signs.",
        0.18: "This is the change. Add it to the weight you started from.",
        -0.18: "This is the change, and with the wrong sign. Step against the derivative, from the old weight.",
        -18: "This is the derivative. The step comes next: multiply by the learning rate, and mind the sign.",
        18: "This is the derivative with the sign turned. It must still be multiplied by the learning rate.",
        19: "The whole derivative was taken as the step. Multiply it by the learning rate first.",
        -17: "The derivative was added to the weight, without the learning rate and without the minus sign.",
        1.09: "The derivative is too small by half: the square has a slope, too, and it brings in a factor 2.",
        1.06: "A factor is missing in the derivative: the input counts there once more, outside the brackets.",
        1.03: "Two factors are missing in the derivative: there are a 2 and an input before the brackets.",
        2: "This is the weight with no error left, at the end of many steps. Asked for is one step.",
    }  # fmt: skip
    default = "Work out the derivative for these numbers first, then multiply it by the learning rate."
    return known_number(answer, 1.18, mistakes, default, tolerance=1e-3)


def parameters_4321(answer):
    mistakes = {
        20: "You counted the weights but not the biases.",
        6: "These are the biases. The weights, one for each line, come on top.",
        12: "One weight for each neuron is too few: a neuron has one for each of its inputs.",
        30: "You gave the inputs a bias, too. They are no neurons: they compute nothing.",
        14: "You seem to have left out the biases and one of the layers of lines.",
        24: "You multiplied all four layers together. The lines run only between a layer and the next: add them up.",
        10: "These are the circles, inputs and neurons together. Count the lines between them.",
        21: "There is one bias for each neuron, not one for the whole network.",
        23: "There is one bias for each neuron, not one for each layer.",
        8: "The lines from the inputs to the first hidden layer are missing, and the biases.",
    }  # fmt: skip
    default = "Count the lines between each layer and the next, add them up, then see to the biases."
    return known_number(answer, 26, mistakes, default)


def one_for_two(answer):
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


def leaky_relu(function):
    sums = np.array([[-4.0, -0.5, 0.0], [0.25, 1.0, 30.0]])
    wanted = np.where(sums > 0, sums, 0.1 * sums)
    try:
        result = result_of(function, sums.copy())
    except Hint as problem:
        if "ambiguous" in str(problem):
            return "It works for one number, but `if` cannot decide for a whole array. The hint names what can."
        raise
    result = array(result, sums.shape)
    if np.allclose(result, wanted):
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


def rate_for_six_steps(answer):
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


def either_network(answer):
    first, second, last = array(answer, (3, 3))
    outputs = {}
    for inputs in [(0, 0), (0, 1), (1, 0), (1, 1)]:
        hidden = [float(np.dot(row[:2], inputs) + row[2] >= 0) for row in (first, second)]
        outputs[inputs] = int(np.dot(last[:2], hidden) + last[2] >= 0)
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
    return f"Wrong for the inputs {'; '.join(wrong)}. Work through one of these by hand, neuron by neuron."


# ---------------------------------------------------------------- 2. Iris


def iris_bird_parameters(answer):
    """A dense network 6–12–8–5."""
    found = number(answer)
    sizes = [6, 12, 8, 5]
    weights = [a * b for a, b in zip(sizes, sizes[1:])]
    layers = [weight + neurons for weight, neurons in zip(weights, sizes[1:])]
    if abs(found - sum(layers)) < 0.5:
        return True
    if found == sum(weights):
        return "Those are the weights. Every neuron has one more parameter, its bias."
    if found in (layers[0], weights[0]):
        return "That is the first hidden layer. The other two have parameters as well."
    if found in (layers[0] + layers[1], weights[0] + weights[1]):
        return "Those are the two hidden layers. The output layer is missing."
    if found == sum(weights) + 3:
        return "Not one bias for each layer, but one for each neuron."
    if found == sum(weights) + sum(sizes):
        return "Inputs have no bias: they are numbers that come in, not neurons."
    if found in (sum(sizes), sum(sizes[1:])):
        return "Those are the neurons. How many weights does each of them have?"
    if found == sizes[0] * sizes[1] * sizes[2] * sizes[3]:
        return "Weights connect only neighbouring layers: the layers' numbers are added, not multiplied."
    return "Take one layer at a time: (its inputs) × (its neurons), and something for each neuron."


def iris_flowers_ahead(answer):
    """97.4 % and 94.7 % of 38 flowers."""
    found = number(answer)
    if found in (1, -1):
        return True
    if found in (36, 37, 38):
        return "That is how many flowers one of them got right. The difference is asked for."
    if abs(abs(found) - 2.7) < 0.11:
        return "That is the difference in points of accuracy. How many of the 38 flowers is it?"
    if abs(abs(found) - 0.027) < 0.001:
        return "That is the difference as a share. How many of the 38 flowers is it?"
    if 0.9 < abs(found) < 1.1:
        return "Nearly: flowers are whole, and the percentages were rounded."
    if 100 < abs(found) < 105:
        return "A percentage has to be divided by 100 before the flowers are counted."
    return "How many of the 38 flowers did each of them get right?"


def iris_batch_loss(answer):
    """Mean cross-entropy of three flowers with labels 0, 2, 2."""
    found = number(answer)
    shares = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4], [0.2, 0.2, 0.6]])
    given = shares[[0, 1, 2], [0, 2, 2]]
    right = -np.mean(np.log(given))
    for value, hint in [
        (-right, "A loss is never negative here: a minus sign is missing."),
        (-np.mean(np.log10(given)), "That is the logarithm to base 10; the natural one is np.log."),
        (-np.mean(np.log2(given)), "That is the logarithm to base 2; the natural one is np.log."),
        (-np.sum(np.log(given)), "That is the sum. The loss of a batch is the average of its examples."),
        (-np.log(np.mean(given)), "Take the logarithm of each share first, then the average."),
        (-np.mean(np.log(shares.max(axis=1))), "You took the largest share of each row, whichever it is."),
        (-np.mean(np.log(shares)), "You took all nine shares. Which one of each row does the loss look at?"),
        (1 - np.mean(given), "The logarithm is missing."),
        (np.mean(given), "That is the average share. The loss takes minus the logarithm of each."),
    ]:  # fmt: skip
        if abs(found - value) < 0.002:
            return hint
    if abs(found - right) < 0.005:
        return True
    return "Write down the three shares that the right species got, one from each row."


def iris_one_hot(function):
    """One-hot encoding as a function of labels and the number of classes."""
    labels = np.array([2, 0, 1, 0, 2])
    expected = np.eye(4)[labels]
    result = np.asarray(result_of(function, labels.copy(), 4))
    if result.shape == (4, 5):
        return "Rows and columns have changed places: each label gets a row."
    if result.shape == (5, 3):
        return "Four classes were asked for, and a class that doesn't occur among the labels needs its column too."
    if result.shape == (4,):
        return "This is one row. Each of the five labels that we tried needs its own."
    if result.shape == (5,):
        return "This is one number for each label, and a row for each is asked for."
    if result.shape == (4, 4):
        return "This is a row for each class. There should be one for each label, in the labels' order."
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
    return True


def iris_scaled(answer, training, held_out):
    """The held-out flowers, scaled with mean and standard deviation of the training flowers."""
    if np.shape(answer) == training.shape:
        return "Those are the training flowers. The held-out ones are to be scaled, with what was learned from these."
    scaled = array(answer, held_out.shape)
    mean = training.mean(axis=0)
    every = np.concatenate([training, held_out])
    for degrees in (0, 1):
        spread = training.std(axis=0, ddof=degrees)
        if np.allclose(scaled, (held_out - mean) / spread, rtol=1e-4, atol=1e-5):
            return True
        for source, hint in [
            (held_out, "You used mean and spread of the held-out flowers themselves, which one can't know before."),
            (every, "You used all 150 flowers, the held-out ones among them. They must not be looked at yet."),
        ]:  # fmt: skip
            if np.allclose(scaled, (held_out - source.mean(axis=0)) / source.std(axis=0, ddof=degrees)):
                return hint
    spread = training.std(axis=0)
    for wrong, hint in [
        (held_out, "Nothing was changed."),
        (held_out - mean, "The mean is subtracted. The division by the standard deviation is missing."),
        (held_out / spread, "The division is right. The mean was not subtracted before."),
        (held_out - mean / spread, "Python divides before it subtracts: brackets are needed."),
        ((held_out - mean) / training.var(axis=0), "You divided by the variance, the standard deviation's square."),
        ((held_out - training.mean()) / training.std(), "Each column needs its own mean and its own spread: axis=0."),
        (
            (held_out - training.min(axis=0)) / (training.max(axis=0) - training.min(axis=0)),
            "This brings each column to 0–1, another kind of scaling; here mean and standard deviation are asked for.",
        ),
    ]:  # fmt: skip
        if np.allclose(scaled, wrong):
            return hint
    return "The shape is right, the numbers are not: subtract each column's mean, divide by its standard deviation."


def iris_always_the_same(function):
    """Accuracy on the held-out labels of the commonest training label."""
    training = np.repeat([2, 0, 1], [60, 30, 10])
    held_out = np.repeat([0, 2, 1], [10, 6, 4])
    found = number(result_of(function, training.copy(), held_out.copy()))
    for wrong, hint in [
        (0.5, "This is the commonest label among the held-out ones. The rule may only learn from training labels."),
        (0.6, "That is its accuracy on the training labels. It is asked for the held-out ones."),
        (2, "That is the label which the rule gives. How often is it right on the held-out labels?"),
        (6, "That is the number of right answers. Their share is asked for."),
        (30, "That is in per cent. A fraction from 0 to 1 is asked for."),
        (1 / 3, "That is what guessing would get. The rule always gives the same answer."),
        (0.7, "That is the share of its mistakes."),
    ]:  # fmt: skip
        if abs(found - wrong) < 1e-3:
            return hint
    if abs(found - 0.3) > 1e-3:
        return "Which label is the commonest in training? What share of the held-out labels is equal to it?"
    second = number(result_of(function, np.array([0, 0, 0, 1]), np.array([0, 0, 0, 1, 1])))
    if abs(second - 0.6) > 1e-3:
        return "It is right for one set of labels that we tried, and wrong for another."
    return True


# ---------------------------------------------------------------- 3. Kernels


def _sums(image, kernel, stride=1):
    """The sums of a kernel laid on every place, or on every second one; without a flip."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(image, dtype="float64"), np.shape(kernel))
    return (windows[::stride, ::stride] * kernel).sum(axis=(2, 3))


def _shape(values):
    """The shape of what came back, or None for what has none."""
    try:
        return np.shape(values)
    except Exception:
        return None


def one_sum(answer):
    mistakes = {
        624: "You turned the kernel upside down and back to front. Deep learning doesn't: lay it on as it is.",
        606: "Rows and columns of the kernel have been exchanged.",
        610: "This is the sum for the first patch, at the top left.",
        621: "This is the sum for the patch in the middle of the grid.",
        598: "This patch is at the top right. The last one is at the bottom right.",
        618: "This patch is at the bottom left. The last one is at the bottom right.",
        302: "These are the right three pixels, but each has to be multiplied by its number of the kernel.",
        612: "The kernel's numbers add up to 6, but each pixel gets its own number.",
        917: "This is the sum of all nine pixels. Each has to be multiplied by its number of the kernel first.",
    }
    default = "Take the pixel under each of the three numbers that are not 0, multiply, and add up."
    return known_number(answer, 602, mistakes, default)


def rows_at_the_end(answer):
    mistakes = {
        88: "You let the 5×5 kernel lose rows, too. What does its padding do?",
        90: "You took each kernel's whole height away. How many places are there for 3 rows on 5? Not 5 - 3.",
        85: "You took each kernel's whole height away, and the second one has another padding.",
        100: "This is so if every kernel has the padding 'same'. Two of them have not.",
        96: "You lost rows on one side only. Half of the kernel is lost at the top and at the bottom.",
        94: "This is the size after the first kernel. There are two more.",
        98: "This is what the 3×3 kernel alone would leave. The 7×7 kernel loses rows, too.",
        8464: "This is the number of pixels of the output. Asked for is the number of rows.",
    }
    default = "Go kernel by kernel: in how many places can it lie? With 'same' the size stays."
    return known_number(answer, 92, mistakes, default)


def to_the_left(answer):
    kernel = array(answer, (3, 3))
    names = {(1, 2): True}
    names[1, 0] = "This moves the picture to the right: each pixel gets its left neighbour's value."
    names[1, 1] = "This leaves every pixel where it is."
    names[0, 1] = "This moves the picture down, not sideways."
    names[2, 1] = "This moves the picture up, not sideways."
    places = np.argwhere(~np.isclose(kernel, 0))
    if len(places) == 0:
        return "All numbers are 0, and so is every answer: the picture goes black."
    if len(places) > 1:
        return "Several numbers are not 0, so several pixels are mixed. The picture should only move."
    place = tuple(int(part) for part in places[0])
    verdict = names.get(place, "This moves the picture along a diagonal.")
    if verdict is True and not np.isclose(kernel[place], 1):
        return "The place is right, but the brightness changes. What must the numbers of such a kernel add up to?"
    return verdict


def sloping(answer):
    kernel = array(answer, (3, 3))
    if np.allclose(kernel, 0):
        return "All numbers are 0: it answers nothing anywhere."
    if not np.isclose(kernel.sum(), 0, atol=1e-6 * np.abs(kernel).max()):
        return "On a flat area it does not answer 0. What must the numbers add up to?"
    rows, columns = np.mgrid[0:9, 0:9]
    pictures = [columns > rows, columns >= rows, columns + rows < 8, columns + rows <= 8]
    wanted = np.concatenate([_sums(picture, kernel) for picture in pictures[:2]])
    other = np.abs(np.concatenate([_sums(picture, kernel) for picture in pictures[2:]])).max()
    highest, lowest, largest = wanted.max(), wanted.min(), np.abs(wanted).max()
    if largest < 0.5 * other:
        return "It answers the other diagonal, not this one: compare the upper right with the lower left."
    if lowest < -0.25 * largest and highest > 0.25 * largest:
        return "Its answer changes sign across one and the same edge: this finds thin lines more than edges."
    if other > 0.5 * largest:
        return "It answers edges along the other diagonal as strongly, or nearly. Compare two opposite corners."
    if highest < 0.25 * largest:
        return "It finds the right edges, but with the sign turned: the answer is negative where it should be positive."
    return True


def slide_by_two(function):
    generator = np.random.default_rng(seed=42)
    for size, small in [((5, 5), (3, 3)), ((6, 9), (3, 3)), ((6, 8), (2, 2))]:
        image = generator.integers(0, 256, size).astype("float64")
        kernel = generator.integers(-5, 6, small).astype("float64")
        at_every_place = _sums(image, kernel)
        wanted = _sums(image, kernel, stride=2)
        result = result_of(function, image.copy(), kernel.copy())
        if _shape(result) == at_every_place.shape:
            return "The output is as large as with stride 1: the kernel still stands on every place."
        of = "For a picture of {}×{} and a kernel of {}×{}: ".format(*size, *small)
        try:
            result = array(result, wanted.shape)
        except Hint as problem:
            raise Hint(of + str(problem)[0].lower() + str(problem)[1:]) from None
        if np.allclose(result, wanted):
            continue
        rows, columns = wanted.shape
        if np.allclose(result, at_every_place[:rows, :columns]):
            return "The size is right, but the patches still lie one pixel apart: where does each patch begin?"
        if np.allclose(result, _sums(image, kernel[::-1, ::-1], stride=2)):
            return "The kernel is flipped. Lay it on as it is."
        return of + "the size is right, the numbers are not. Print the first patch and look where it lies."
    return True


def max_pool(function):
    picture = np.array([[3, 7, -2, -9, 5, 4], [6, 1, -8, -3, 8, 0], [2, 9, 11, 14, -1, -6], [10, 5, 13, 12, -7, -4]])
    blocks = picture.reshape(2, 2, 3, 2)
    result = result_of(function, picture.copy())
    if _shape(result) == (3, 5):
        return "The blocks overlap: the next one must begin two pixels further on."
    result = array(result, (2, 3))
    if np.allclose(result, blocks.max(axis=(1, 3))):
        image = np.arange(48.0).reshape(8, 6)[::-1]
        again = array(result_of(function, image.copy()), (4, 3))
        right = np.allclose(again, image.reshape(4, 2, 3, 2).max(axis=(1, 3)))
        return True if right else "For 4×6 numbers it is right, but not for other sizes."
    if np.allclose(result, np.maximum(blocks.max(axis=(1, 3)), 0)):
        return "Blocks with only negative numbers come out as 0, but their largest number is negative."
    mistakes = {
        "This is the average of each block. Only the largest number is kept.": blocks.mean(axis=(1, 3)),
        "This is the smallest number of each block.": blocks.min(axis=(1, 3)),
        "This is the sum of each block. Only the largest number is kept.": blocks.sum(axis=(1, 3)),
        "This keeps always the same corner of each block, whichever number is the largest.": picture[::2, ::2],
        "This looks only at the upper row of each block.": blocks[:, 0].max(axis=2),
        "The blocks are not squares of neighbours: mind the order of the axes.": picture.reshape(2, 3, 4).max(axis=2),
    }  # fmt: skip
    for sentence, values in mistakes.items():
        if np.allclose(result, values):
            return sentence
    return "The size is right, the numbers are not. Try it on a picture of 2×2: the answer must be its largest number."


# ---------------------------------------------------------------- 4. MNIST


def mnist_layer_weights(answer):
    """Eight kernels of 3×3 on three channels, 100×100 pixels."""
    found = number(answer)
    kernels, values, channels, places = 8, 9, 3, 100 * 100
    right = kernels * (values * channels + 1)
    if abs(found - right) < 0.5:
        return True
    if found == right - kernels:
        return "Nearly: those are the kernels' values. Every filter has one more number, added to its sum."
    if found in (kernels * (values + 1), kernels * values):
        return "A filter sees all three channels of the colour picture, and needs values of its own for each."
    if found == kernels * channels * (values + 1):
        return "Nearly: a filter has one bias in all, not one for each channel."
    if found == kernels * values * channels + 1:
        return "Nearly: the filters don't share a bias."
    if found in (values * channels + 1, values * channels, values + 1, values):
        return "That is one filter. The layer has eight."
    if found == places * kernels:
        return "Those are the values that the layer puts out. How many does it have to learn?"
    if found >= places:
        return "The number of pixels doesn't come into it: the same kernels are used in all places of the picture."
    return "Count for one filter first: which values of the picture does it look at in one place?"


def mnist_mix_up(answer, baseline, images, labels):
    """The pair (true digit, answer) that occurs most often among the baseline's mistakes."""
    if isinstance(answer, (int, float, np.number)) and np.isfinite(answer):
        return "This is one number, and a pair is asked for: which row and which column of the table is it?"
    pair = array(answer, (2,))
    if np.any(pair != np.round(pair)) or pair.min() < 0 or pair.max() > 9:
        return "Both have to be digits, whole numbers from 0 to 9."
    table = np.zeros((10, 10), dtype=int)
    np.add.at(table, (labels, baseline.predict(images, batch_size=1000, verbose=0).argmax(axis=1)), 1)
    row, column = pair.astype(int)
    if row == column:
        return "These were right answers. Leave the table's diagonal out before you look for the largest count."
    np.fill_diagonal(table, 0)
    count, reverse = table[row, column], table[column, row]
    if count == table.max():
        return True
    if reverse == table.max():
        return "The right two digits in the wrong order: the true digit comes first, then the answer."
    return f"The baseline made this mix-up {count} times, and another more often. Were they the baseline's answers?"


def mnist_sides(answer):
    """64 through valid 3×3, pooling, same 3×3, pooling."""
    sides = array(answer, (4,))
    first, second, third, fourth = sides
    if np.any(sides != np.round(sides)):
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


def mnist_pool(function):
    """Max pooling of 2×2 windows with stride 2, as a function of one grey picture."""
    generator = np.random.default_rng(7)
    picture = np.array([[1, -9, 3, 4, 7, 2], [5, 6, 8, 1, 0, 3], [-2, -7, -6, -1, 9, 2], [-4, -3, -8, -5, 1, 4]], float)
    result = np.asarray(result_of(function, picture.copy()))
    if result.shape == picture.shape:
        return "The result is as large as the picture. Each window of four values leaves one."
    if result.shape == (3, 5):
        return "The windows overlap: let them jump by two (the stride), so that no value is used twice."
    if result.shape in ((4, 3), (2, 6)):
        return "The picture was halved in one direction only."
    if result.shape == (3, 2):
        return "Rows and columns have changed places."
    if result.size == 1:
        return "This is one number for the whole picture. Each window of 2×2 needs its own."
    result = array(result, (2, 3))
    windows = picture.reshape(2, 2, 3, 2)
    for wrong, hint in [
        (windows.mean(axis=(1, 3)), "You average each window, another kind of pooling. Here the largest is kept."),
        (windows.sum(axis=(1, 3)), "You add up each window; its largest value is asked for."),
        (windows.min(axis=(1, 3)), "You keep the smallest value of each window."),
        (np.abs(windows).max(axis=(1, 3)), "You keep the largest value without its sign; −1 is larger than −7."),
        (windows.max(axis=(1, 3)).clip(0), "Negative values became 0. Of four negative values the largest is kept."),
        (windows[:, 0, :, 0], "You keep the upper left value of each window, whether it is the largest or not."),
        (windows[:, 0].max(axis=2), "You look at the upper row of each window only."),
        (windows[:, :, :, 0].max(axis=1), "You look at the left column of each window only."),
    ]:  # fmt: skip
        if np.allclose(result, wrong):
            return hint
    if not np.allclose(result, windows.max(axis=(1, 3))):
        return "The size is right. Look at one window: which of its four values comes out?"
    picture = generator.normal(size=(28, 28))
    result = array(result_of(function, picture.copy()), (14, 14))
    if not np.allclose(result, picture.reshape(14, 2, 14, 2).max(axis=(1, 3))):
        return "It is right for a picture of 4×6 pixels and wrong for one of 28×28."
    return True


def mnist_small(answer, batches, baseline_accuracy):
    """A trained network with at most 10,000 weights, two points better than the baseline."""
    model = trained(answer)
    weights = model.count_params()
    if weights > 10_000:
        return f"It has {weights:,} weights, more than 10,000. Which layer has most of them?"
    right, seen = 0, 0
    for images, labels in batches.take(15):
        try:
            guesses = np.asarray(model(images, training=False))
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


# ---------------------------------------------------------------- 5. Augmentation


def switch(answer, inverted_accuracy):
    """INVERT, and how many inverted digits the network of that setting reads."""
    if answer is False:
        raise NotAttempted("Set INVERT to True at the top of the lesson, and choose Run all.")
    if isinstance(answer, str):
        return "True is written without quotation marks: in quotation marks it is a text."
    if answer is not True and not (isinstance(answer, (int, np.bool_)) and answer == 1):
        return "The switch is either True or False."
    if inverted_accuracy < 0.9:
        return "The switch is on, but the network was trained without it: choose Run all."
    return True


def fog(answer):
    """A function that halves the contrast about 0.5."""
    pictures = np.linspace(0, 1, 2 * 28 * 28).reshape(2, 28, 28, 1)
    kept = pictures.copy()
    result = array(result_of(answer, pictures), pictures.shape)
    if not np.array_equal(pictures, kept):
        return "Your function changes the pictures it is given: return new ones instead."
    low, high = result.min(), result.max()
    if np.allclose(result, (kept + 0.5) / 2, atol=1e-3):
        return True
    if np.allclose(result, kept / 2, atol=1e-3):
        return "Everything became darker: black must become lighter while white becomes darker."
    if np.allclose(result, kept):
        return "The pictures are as they were."
    if np.allclose(result, 1 - kept):
        return "This inverts the pictures: black and white change places, and the contrast stays."
    if high > 1 or low < 0:
        return "Some values leave the range from 0 to 1."
    return f"Black becomes {low:.2f} and white {high:.2f}, or the steps between them are uneven."


def lowest_threshold(answer, confidence, right):
    """The lowest threshold, to 0.01, at which 99.5 % of the answers given are right."""
    threshold = number(answer)
    if 1 < threshold <= 100:
        return "This looks like a percentage: a threshold is a number from 0 to 1."
    if not 0 <= threshold <= 1:
        return "A threshold is a number from 0 to 1."
    given = confidence >= threshold
    if not given.any():
        return "At this threshold nothing is answered any more."
    accuracy = right[given].mean()
    if accuracy < 0.995:
        return f"Too low: only {accuracy:.2%} of the answers given are right."
    best = next((t for t in np.arange(0, 1, 0.01) if right[confidence >= t].mean() >= 0.995), threshold)
    if threshold > best + 0.0051:
        return f"Right often enough, but it sends {np.mean(~given):.1%} to a person: a lower threshold will do."
    return True


def challenger(answer):
    """A function that returns a compiled network for digits."""
    network = trained(result_of(answer))
    if tuple(network.input_shape[1:]) != (28, 28, 1):
        return f"The network takes inputs of shape {network.input_shape[1:]}: pictures are (28, 28, 1)."
    if tuple(network.output_shape[1:]) != (10,):
        return f"The network gives outputs of shape {network.output_shape[1:]}: ten shares are needed."
    shares = np.asarray(network(np.zeros((1, 28, 28, 1), "float32")))
    if not np.isclose(shares.sum(), 1, atol=1e-3):
        return "The ten outputs don't sum to 1: the last layer needs softmax."
    return True


# ---------------------------------------------------------------- 6. Ethics


def clinic(answer, policies):
    """The threshold of a table of policies with the fewest mistakes for at most 400 cases to a person."""
    threshold = number(answer)
    rows = policies[np.isclose(policies.index, threshold, atol=1e-6)]
    if not len(rows):
        return "This threshold is not one of the table's: choose one of its rows."
    row = rows.iloc[0]
    if row["to a person"] > 400:
        return f"This sends {row['to a person']:.0f} of 1,000 cases to a person, and there is time for 400."
    best = policies[policies["to a person"] <= 400]["mistakes left"].min()
    if row["mistakes left"] > best:
        return f"Affordable, but it leaves {row['mistakes left']:.0f} mistakes: another affordable row leaves fewer."
    return True


def hidden_minority(answer):
    """98 % overall, 2 % of the people always misread."""
    share = number(answer)
    if np.isclose(share, 100):
        return True
    if np.isclose(share, 1):
        return "As a share it would be this; per cent are asked for."
    if np.isclose(share, 98):
        return "That is the overall number: it counts the minority in."
    if np.isclose(share, 96):
        return "You took the two per cent off twice: the overall number has lost them already."
    return "Count in 1,000 people: how many are read rightly in all, and how many are the others?"


def hardest_digit(answer, by_digit):
    """The digit with the lowest share of right answers; by_digit has the columns mean, sum and count."""
    digit = number(answer)
    if digit not in range(10):
        return "A digit from 0 to 9 is asked for."
    if by_digit["mean"][int(digit)] == by_digit["mean"].min():
        return True
    if digit == by_digit["mean"].idxmax():
        return "This one is read best: look for the lowest share, not the highest."
    most = (by_digit["count"] - by_digit["sum"]).max()
    if by_digit["count"][int(digit)] - by_digit["sum"][int(digit)] == most:
        return "This one has the most mistakes, but it also has many pictures: compare shares."
    return f"It is misread {1 - by_digit['mean'][int(digit)]:.1%} of the time; another one more often."


def split(answer, patients):
    """(training, test): lists of the numbers of pictures, no patient on both sides."""
    if any(part is ... for part in answer):
        return ...
    try:
        train, test = [[int(number(value)) for value in part] for part in answer]
    except TypeError:
        return "Two lists of picture numbers are asked for."
    if not set(train + test) <= set(range(len(patients))):
        return f"The pictures have the numbers 0 to {len(patients) - 1}."
    if set(train) & set(test):
        return "A picture is in both lists."
    if len(set(train + test)) < len(patients):
        return "Some pictures are in neither list."
    if min(len(train), len(test)) < 2:
        return "Each list needs at least two pictures."
    both = {patients[number] for number in train} & {patients[number] for number in test}
    if both:
        return f"{sorted(both)[0]} is on both sides: the network can know the patient, not the disease."
    return True


# ---------------------------------------------------------------- 7. The clinic


# For each patient the right letter, and what to say to the letters that are most often given instead.
_CLINIC_DIAGNOSES = {
    1: ("A", {
        "B": "Steps that are too short change hardly anything; this loss began far above that of a blind guess.",
        "C": "These pictures were divided by 255, as for the healthy training.",
        "I": "A network that is too small learns little, but its loss doesn't begin far above that of a blind guess.",
        "J": "An overfitted network reads its own digits well; this one doesn't read those either.",
    }),
    2: ("D", {
        "A": "A step that is too long makes a loss jump; it can't bring it below zero.",
        "E": "The flowers and their labels were split together, so the pairs hold.",
        "K": "There are equally many flowers of each species.",
        "L": "The accuracy tells the truth here, and it isn't good.",
    }),
    3: ("B", {
        "A": "Steps that are too long make the loss explode or jump; this one is as calm as can be.",
        "I": "A network at its limits levels off; this loss is still on its way down in the last epoch.",
        "J": "Training and validation stay together, and both are poor: nothing was learned by heart.",
        "L": "Compare the scale of the left axis with the healthy training's.",
    }),
    4: ("C", {
        "A": "A lower rate would help a little. Ask what makes the steps so large here: 0.02 suits many tables.",
        "B": "The loss of the first epoch is far too high for steps that are too short.",
        "D": "Three classes, labels 0, 1 and 2, softmax and a sparse cross-entropy: they suit each other.",
        "I": "Logistic regression, which is smaller still, solves this table.",
        "K": "The growers have 59, 71 and 48 wines: none is rare.",
    }),
    5: ("E", {
        "H": "Both kinds of digits were divided by 255; look at the pictures together with their labels.",
        "I": "It is large enough to learn labels by heart.",
        "J": "An overfitted network is still far better than chance on other digits.",
    }),
    6: ("F", {
        "B": "Most digits are read, so the steps are large enough.",
        "D": "The loss suits labels from 0 to 9. Something before the loss is wrong.",
        "I": "The same layers do well in the healthy training.",
        "L": "Compare the confidence of the two networks.",
    }),
    7: ("H", {
        "C": "They are scaled: in one place.",
        "G": "No tumour is on both sides, and a leak would make the score too good, not too poor.",
        "J": "Overfitting would show in the validation score, and that one is excellent.",
        "K": "More than a third are malignant: that isn't rare. And the classes were split evenly.",
    }),
    8: ("G", {
        "H": "All of these pictures were divided by 255. Noise makes no such difference.",
        "J": "Overfitting lowers the validation score; here it is the validation score that is too high.",
        "L": "Two honest scores for the same network would be close together.",
    }),
}  # fmt: skip


def _clinic(patient, answer, treatment_is_right):
    """Judge the pair (letter, treatment) of one patient; the last argument judges the treatment alone."""
    letter, treatment = answer
    right, others = _CLINIC_DIAGNOSES[patient]
    try:
        treated = ... if treatment is ... else treatment_is_right(treatment)
    except NotAttempted:
        treated = ...
    except Hint as problem:
        treated = str(problem)
    if letter is ...:
        if treated is ...:
            return ...
        return "The treatment works. Name the fault too." if treated is True else f"No diagnosis yet. {treated}"
    if not isinstance(letter, str) or letter.strip().upper() not in list("ABCDEFGHIJKL"):
        return "The diagnosis is one letter of the list, in quotation marks."
    letter = letter.strip().upper()
    if letter != right:
        why_not = others.get(letter, f"{letter} does not explain the signs: read the hint and the list again.")
        return f"The treatment works, but the diagnosis doesn't. {why_not}" if treated is True else why_not
    if treated is ...:
        return "The diagnosis is right. Now the treatment."
    return True if treated is True else f"The diagnosis is right. {treated}"


def _clinic_shares(network, images, classes):
    """What a trained network says about these examples, as shares (n, classes)."""
    shares = np.asarray(trained(network).predict(np.asarray(images), verbose=0), dtype="float64")
    if shares.shape != (len(images), classes):
        raise Hint(f"There must be {classes} outputs for each example, and the shape of the outputs is {shares.shape}.")
    if not np.all(np.isfinite(shares)):
        raise Hint("The outputs are not finite numbers: the training exploded.")
    return shares


def _clinic_rate(network):
    try:
        return float(network.optimizer.learning_rate)
    except Exception:  # An optimizer of the learner's own may have none.
        return None


def _clinic_digits(network, images, labels):
    """True, or a sentence, for a network for digits that was given another learning rate."""
    accuracy = np.mean(_clinic_shares(network, images, 10).argmax(axis=1) == labels)
    if accuracy >= 0.75:
        return True
    rate, found = _clinic_rate(network), f"It reads {accuracy:.0%} of the fresh digits."
    if rate and rate > 0.02:
        return f"{found} The learning rate is {rate:g}: its steps are still too long."
    if rate and rate < 0.0003:
        return f"{found} The learning rate is {rate:g}: its steps are too short for six epochs."
    return f"{found} Its learning rate looks sensible: was it trained, on `images` with `labels`, for six epochs?"


def clinic_1(answer, images, labels):
    return _clinic(1, answer, lambda network: _clinic_digits(network, images, labels))


def clinic_2(answer, flowers, species):
    def treated(network):
        outputs = trained(network).output_shape[-1]
        if outputs == 1:
            return "One output can't name three species without putting them in an order."
        shares = _clinic_shares(network, flowers, 3)
        if not np.allclose(shares.sum(axis=1), 1, atol=1e-3):
            return "The three outputs don't sum to 1: look at the last activation."
        accuracy = np.mean(shares.argmax(axis=1) == species)
        if accuracy > 0.8:
            return True
        return f"It names {accuracy:.0%} of the flowers: was it trained, for as many epochs as the patient?"

    return _clinic(2, answer, treated)


def clinic_3(answer, images, labels):
    return _clinic(3, answer, lambda network: _clinic_digits(network, images, labels))


def clinic_4(answer, training_table, new_table, growers, train):
    def treated(prepare):
        prepared = array(result_of(prepare, training_table.copy()), training_table.shape)
        prepared_new = array(result_of(prepare, new_table.copy()), new_table.shape)
        spread = prepared.std(axis=0)
        if spread.max() > 20 * max(spread.min(), 1e-12):
            return "Some columns are still far larger than others: each column needs its own two numbers."
        if max(np.abs(prepared.mean(axis=0)).max(), spread.max()) > 10:
            return "The numbers are still large: bring every column near 0, with a spread of about 1."
        if not np.allclose(array(result_of(prepare, new_table[:3].copy()), (3, 13)), prepared_new[:3], atol=1e-3):
            return "The same wine is prepared differently in other company: take the two numbers from `X_wine` alone."
        network, history = train(prepared, prepared_new)
        accuracy = np.mean(_clinic_shares(network, prepared_new, 3).argmax(axis=1) == growers)
        return True if accuracy > 0.9 else f"Trained on your table, the network gets {accuracy:.0%} of the new wines."

    return _clinic(4, answer, treated)


def clinic_5(answer, images, labels, train, fresh_images, fresh_labels):
    def treated(shuffle):
        result = result_of(shuffle, images.copy(), labels.copy())
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            return "Return two things: the pictures and the labels."
        new_images, new_labels = array(result[0], images.shape), array(result[1], labels.shape)
        places = {picture.tobytes(): place for place, picture in enumerate(images.astype("float32"))}
        order = [places.get(picture.tobytes(), -1) for picture in new_images.astype("float32")]
        if len(set(order)) != len(images) or -1 in order:
            return "Every picture must come back unchanged, and once."
        if not np.array_equal(labels[order], new_labels):
            return "Pictures and labels still come in two different orders."
        if np.mean(np.diff(order) == 1) > 0.5:
            return "The pairs hold, but the order is as it was: shuffle them, together."
        network, history = train(result[0], result[1])
        accuracy = np.mean(_clinic_shares(network, fresh_images, 10).argmax(axis=1) == fresh_labels)
        return (
            True if accuracy > 0.7 else f"Trained on your pairs, the network reads {accuracy:.0%} of the fresh digits."
        )

    return _clinic(5, answer, treated)


def clinic_6(answer, images, labels):
    def treated(network):
        shares = _clinic_shares(network, images, 10)
        if getattr(network.loss, "from_logits", False):  # A right treatment too: the loss applies the softmax.
            shares = np.exp(shares - shares.max(axis=1, keepdims=True))
            shares = shares / shares.sum(axis=1, keepdims=True)
        if not np.allclose(shares.sum(axis=1), 1, atol=1e-3):
            return "The outputs are no longer shares that sum to 1: too much was taken away."
        confidence, accuracy = shares.max(axis=1), np.mean(shares.argmax(axis=1) == labels)
        if confidence.max() < 0.24:
            return (
                f"{accuracy:.0%} of the fresh digits are read; the highest confidence is still {confidence.max():.1%}."
            )
        if accuracy < 0.75:
            return f"It reads {accuracy:.0%} of the fresh digits: was it trained, for as many epochs as the patient?"
        return True if np.mean(confidence > 0.5) > 0.5 else "It is still less than half sure of most digits."

    return _clinic(6, answer, treated)


def clinic_7(answer, measurements, benign):
    def treated(predict):
        shares = np.asarray(result_of(predict, measurements.copy()), dtype="float64")
        if shares.size != len(benign):
            return f"One share for each tumour is asked for: {len(benign)} of them, and these are {shares.size}."
        shares = shares.ravel()
        one_by_one = np.ravel([result_of(predict, measurements[i : i + 1].copy()) for i in range(8)])
        if not np.allclose(one_by_one, shares[:8], atol=0.02):
            return "A tumour gets another answer when it comes alone: its scaling depends on the others."
        accuracy = np.mean((shares > 0.5) == benign)
        if accuracy > 0.85:
            return True
        if accuracy < 0.15:
            return "Nearly everything is the wrong way round: return the share for benign, label 1."
        return (
            f"{accuracy:.0%} of the unseen tumours are right: these numbers aren't yet what the network was trained on."
        )

    return _clinic(7, answer, treated)


def clinic_8(answer, images, labels, train):
    def treated(split):
        # Forty pictures of random dots stand in for digits: each can be recognised under noise.
        dots = np.random.default_rng(1).integers(0, 2, (40, 28, 28, 1)).astype("float32")
        result = result_of(split, dots.copy(), np.arange(40) % 10)
        if not isinstance(result, (tuple, list)) or len(result) != 4:
            return "Return four things: training images, validation images, training labels, validation labels."
        parts = [np.asarray(part) for part in result]
        if any(part.shape[1:] != (28, 28, 1) for part in parts[:2]) or any(part.ndim != 1 for part in parts[2:]):
            return "The order is training images, validation images, training labels, validation labels."
        if [len(part) for part in parts[:2]] != [len(part) for part in parts[2:]]:
            return "Each part needs as many labels as pictures."
        patterns = dots.reshape(40, -1) - 0.5
        sources = [(part.reshape(len(part), -1) @ patterns.T).argmax(axis=1) for part in parts[:2]]
        if any(np.any(source % 10 != part) for source, part in zip(sources, parts[2:])):
            return "Pictures and labels have come apart."
        training, validation = (set(source.tolist()) for source in sources)
        if training & validation:
            return f"Of 40 trial digits {len(training & validation)} are on both sides, as copies of each other."
        if not 4 <= len(validation) <= 20:
            return f"Of 40 trial digits {len(validation)} are in the validation part; about a fifth is asked for."
        if len(parts[0]) < 2 * len(training):
            return "No twins any more, but the training part has lost its noisy copies."
        train(*split(images, labels))  # Prints the two scores.
        return True

    return _clinic(8, answer, treated)
