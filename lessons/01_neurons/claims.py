"""What lesson 1 promises over seeds, and where the numbers in its text come from."""

from promises import Claim, Number

EXPERIMENT = "neurons"
SEEDS = 20
READS = [
    "typical_error",
    "test_x",
    "forward",
    "trained",
    "regression",
    "seen",
    "unseen",
    "mean_price",
    "ends",
    "learned",
]
EVERY_NUMBER = True
POLL = "can't be told from these"


def facts(names):
    """How wrong each method is, in thousand pounds; how the overfitted network went; what became of ReLU."""
    wrong, test_x = names["typical_error"], names["test_x"]
    return {
        "mean price": wrong(0) / 1000,
        "line": wrong(names["regression"].predict(test_x)) / 1000,
        "network": wrong(names["forward"](test_x, names["trained"])[-1]) / 1000,
        "seen at last": names["seen"][-1] / 1000,
        "unseen at the lowest": min(names["unseen"]) / 1000,
        "unseen at last": names["unseen"][-1] / 1000,
        "always the mean": names["mean_price"] / 1000,
        "ReLU stuck": sum(value > 0.99 for value in names["ends"]["ReLU"]),
        "tanh stuck": sum(value > 0.99 for value in names["ends"]["tanh"]),
        "learned from raw numbers": names["learned"],
    }


def _claim(words, holds, breaks, share=1):
    return Claim(words, lambda run: holds(run[EXPERIMENT]), breaks={EXPERIMENT: breaks}, share=share)


CLAIMS = [
    _claim(
        "the network beats linear regression by a fifth",
        lambda run: run["network"] < 0.8 * run["line"],
        {"network": 29, "line": 36},
        0.9,
    ),
    _claim("the line beats the mean price", lambda run: run["line"] < 0.5 * run["mean price"], {"line": 60}),
    _claim("its 20 houses are nearly right at last", lambda run: run["seen at last"] < 20, {"seen at last": 20.5}),
    _claim(
        "the error on unseen houses rises again by a tenth",
        lambda run: run["unseen at last"] > 1.1 * run["unseen at the lowest"],
        {"unseen at last": 74, "unseen at the lowest": 69},
        0.95,
    ),
    _claim(
        "at its lowest the network beats the mean price",
        lambda run: run["unseen at the lowest"] < 0.85 * run["always the mean"],
        {"unseen at the lowest": 97, "always the mean": 110},
    ),
    _claim(
        "a sizeable share of ReLU starts is stuck", lambda run: 6 <= run["ReLU stuck"] <= 24, {"ReLU stuck": 5}, 0.95
    ),
    _claim("no tanh start is stuck", lambda run: run["tanh stuck"] == 0, {"tanh stuck": 1}),
    _claim(
        "none or hardly any learns from raw numbers",
        lambda run: run["learned from raw numbers"] <= 2,
        {"learned from raw numbers": 3},
    ),
]


def _steps(x, t, rate, steps, weight=1.0):
    """The weight after so many steps of gradient descent for y = x w."""
    for _ in range(steps):
        weight += rate * 2 * x * (t - x * weight)
    return weight


NUMBERS = [
    Number("We invent 200 houses", lambda at: at.code(r"some_houses\((\d+), noise=15_000")),
    Number(
        "160 houses are for training, 40 are kept",
        lambda at: [at.code(r"order\[:(\d+)\]"), 200 - at.code(r"order\[(\d+):\]")],
    ),
    Number("Bedrooms go up to 5,", lambda at: at.code(r"integers\(1, (\d+), count\)") - 1),
    Number("so it says £280,000", lambda at: 100_000 * at.shown(r"output: ([\d.]+)\n")),
    Number("one step leads to 1.18 and twenty to 1.98", lambda at: [_steps(3, 6, 0.01, 1), _steps(3, 6, 0.01, 20)]),
    Number("Now 2,000 steps", lambda at: at.code(r"start, 0\.1, (\d+)\)\nprint")),
    Number("We put £15,000 of noise", lambda at: at.code(r"some_houses\(200, noise=([\d_]+)")),
    Number("because prices bend, 1,500 m", lambda at: at.code(r"maximum\((\d+) - distance")),
    Number("prices with £60,000 of noise", lambda at: at.code(r"some_houses\(20, ([\d_]+)")),
    Number("two hidden layers of 100 neurons", lambda at: at.code(r"hidden_layer_sizes=\((\d+), ")),
    Number(
        "on its 20 houses and on 500 unseen",
        lambda at: [at.code(r"few_t = some_houses\((\d+)"), at.code(r"unseen_t = some_houses\((\d+)")],
    ),
    Number("We take 60 random starts", lambda at: at.code(r'"tanh": final_losses\(train_x, train_t, (\d+)\)')),
    Number(
        "to 1.18. The loss was 9 and is now (6 − 3.54)² = 6.05",
        lambda at: [_steps(3, 6, 0.01, 1), 9, 6, 3 * 1.18, (6 - 3 * 1.18) ** 2],
    ),
    Number("20 weights, one for each line, and 6 biases", lambda at: at.brackets("count the parameters")),
]

TOLD = {
    "has stayed. 1. A neuron": "a number of a list",
    "2. Somebody says": "a number of a list",
    "3. Your loss": "a number of a list",
    "# 1. Neurons": "the lesson's own number",
    "`seed=42` fixes": "the lessons' seed",
    "trained with 20 houses": "the poll's network, trained in the lesson",
    "For these 20 it": "the same",
    "larger errors on the 20": "the same",
    "told from these 20 houses": "the same",
    "since about 2010": "year",
    "lesson 4). ## One": "pointer",
    "3 bedrooms, a garden of 2 (× 100 m²), 1 km": "the house of the code below",
    "The weights: 0.5, 0.2, −0.4. The bias: 0.1": "the neuron of the code below",
    "(rectified linear unit, `np.maximum(…, 0)`) is used most: negative numbers become 0": "what ReLU does",
    "output for −2 with ReLU": "an input of the code below",
    "(`max(…, 0)` is ReLU)": "code",
    "give −2 *x* (*t*": "the derivative of a square",
    "its slope, 1 − output²": "the derivative of tanh",
    "(3 minutes) Build": "time for the exercise",
    "With *x* = 3, *t* = 6, a start at 1 and the rate 0.01": "the judge's first try",
    "The loss is 0 at 2": "6 / 3",
    "network, 3–2–2–1, with tanh": "the shape",
    "the 40 test houses": "see the split",
    "price (scaled: 0)": "the mean of what is scaled",
    "20 houses, prices with": "see the poll",
    "It learns the 20 prices": "see the poll",
    "right for its 20 houses": "see the poll",
    "error on the 20 houses": "see the poll",
    "the first place is 0": "how Python counts",
    "`-1` in `reshape`": "code",
    "a bias of 3 do?": "a setting of the slider",
    "when the first weight is 0": "a setting of the slider",
    "A bias of 3 shifts": "a setting of the slider",
    "With the weights 1 and 1": "settings of the sliders",
    "add up to −3": "minus the bias",
    "first has 4 neurons, the second 1": "the shapes of the code below",
    "(`normal(size=(3, 4))` draws a table of 3 rows and 4 columns.)": "code",
    "`Dense(1)` is": "code",
    "all 160 houses in every step (a **batch** of 160)": "see the split",
    "Lesson 5 does something": "pointer",
    "(lesson 4 breaks": "pointer",
    "(lesson 5). But check": "pointer",
    "the 150 flowers of lesson 2": "pointer; lesson 2 counts them",
    "here after 2,000 steps": "see the training",
    "(lessons 2 and 5)": "pointer",
    "that isn't 0 moves": "a slope of 0 gives no step",
    "here all 160 houses. The": "see the split",
    "(0.001 for Adam, the": "Keras's default; lesson 2 computes it",
    'What "0.1" does': "the rate of the code above",
    "for all 160 houses at once": "see the split",
    "brings in the 160)": "see the split",
    "has the input 1.": "what a bias is multiplied by",
    "with 16 digits": "of float64",
    "(the bend at 0): at a sum of exactly 0": "where ReLU bends",
    "parameters 0 at the start": "code below",
    "learning rate 0.1, does": "code below",
    '`e+10` means "times ten to the power of 10"': "how Python writes large numbers",
    "`e+308` the": "the largest float64",
    "after 1,000 steps it is": "code above",
    "*condition number*: 1 is": "what a condition number is",
    "ReLU's output is 0 its slope is 0": "what ReLU does",
    "puts out 0 for *every*": "what dead means",
    "how many of the 60 ReLU": "code below",
    "it is nowhere 0, so": "the slope of tanh",
    "does become 0, for sums from about 20 on": "float64: tanh(20) is 1, as the review of the first edition found",
    "Loss 1 is the mean price": "scaled prices",
    "have spread 1.": "scaled prices",
    "shorter than 0.0001": "code below",
    "others trained (lesson 5)": "pointer",
    "square root of 6 / (inputs": "Glorot and Bengio, 2010",
    "For 100 inputs and 50 neurons *L* is 0.2": "computed by the cell below, which asserts it",
    "through 20 layers of 100 tanh": "code below",
    "stuck near ±1": "the ends of tanh",
    "With 40 test houses": "see the split",
    "which 40 they": "see the split",
    "with slope 3 and intercept 20": "code below",
    "slope is close to 3, the intercept roughly 20": "see the code above",
    "(3 minutes) The same": "time for the exercise",
    "*x* = 3, truth *t* = 6, weight *w* = 1, learning rate *R* = 0.01": "the exercise's numbers; its judge has them",
    "derivative −2 *x*": "the derivative of a square",
    "The derivative is −18": "−2 × 3 × (6 − 3)",
    "grows by 0.01 × 18,": "the step",
    "(2 minutes) A network of the shape 4–3–2–1": "time for the exercise, and its network",
    "(3 minutes) Two neurons": "time for the exercise",
    "*y* = 2 *x* + 1. The": "the exercise's numbers",
    "*z* = 3 *y* − 4.": "the exercise's numbers",
    "Put 2 *x* + 1 in": "the exercise's numbers",
    "Or try *x* = 0 and *x* = 1": "two easy inputs",
    "3 (2 *x* + 1) − 4 = 6 *x* − 1": "multiplied out; the judge holds 6 and −1",
    "multiplied by 3 before": "the exercise's numbers",
    "(5 minutes) A *leaky ReLU*": "time for the exercise",
    "not set to 0 but multiplied by 0.1": "the exercise's numbers; its judge has them too",
    "nowhere 0, and derivatives": "the slopes are 1 and 0.1",
    "`np.maximum(p, 0.1 * p)`": "code, tried by the judge",
    "negative ones 0.1 × *p* is": "the exercise's numbers",
    "(5 minutes) Back to": "time for the exercise",
    "*x* = 2, *t* = 3, start at *w* = 0.5, six": "the descent of the code above",
    "below 0.0001 in these": "the exercise's limit; its judge has it too",
    "Try 0.05 first": "the rate of the code above",
    "Rates from about 0.074 to 0.176": "tries of the judge",
    "by 1 − 8 *R*: at 0.125 one": "1 − 2 × 2² × R is 0 there",
    "from 0.25 on": "1 − 8 R is −1 there",
    "(10 minutes) Two inputs are 0 or 1. The output must be 1 if exactly one of them is 1, and 0 otherwise": "task",
    "(1 if the sum is 0 or more, else 0)": "the threshold",
    '"at least one input is 1", and the second "both are 1"': "the exercise",
    "(MIT Press, 2016)": "year",
    "chapters 6 to 8": "of the book",
    'neural networks" (2010)': "year",
    "[Lesson 2]": "pointer",
    "With 0.001 the curve, dashed, hardly falls. With 0.1, solid, it falls far. With 2,": "rates of the code",
    "For its 20 houses": "see the poll",
    "For the 500 unseen": "code",
    "jumps from 0 to 1 at the line": "the threshold",
    "it is 0 on one side": "ReLU",
    "Final loss of 60 random": "code",
    "all end below 1.": "held by the claim that no tanh start is stuck",
    "line at loss 1, the": "scaled prices",
    "lesson 4 breaks it": "pointer",
    "so 3–2–2–1 has three": "the shape",
    "shows with 20 houses": "see the poll",
    "as in lesson 5": "pointer",
    "150 will do for the flowers of lesson 2": "pointer",
    "early stopping, lesson 5": "pointer",
    "(0.001 for Adam in Keras)": "Keras's default; lesson 2 computes it",
    "whose slope is not 0": "a slope of 0 gives no step",
    "whose slope is 0,": "a slope of 0 gives no step",
    "puts out 0 for every": "what dead means",
    "negative numbers become 0, positive ones pass unchanged": "what ReLU does",
    "threshold, from 0 to 1.": "the sigmoid",
    "from −1 to 1": "tanh",
    "0 below zero, 1 from": "the threshold",
}
