"""What lesson 2 promises over seeds, and where the numbers in its text come from."""

from promises import Claim, Number

EXPERIMENT = "iris"
SEEDS = 20
READS = ["X", "y", "X_train", "X_held_out", "label", "shares", "model", "passes", "garden_right"]
EVERY_NUMBER = True
POLL = "chance is part of training"


def facts(names):
    """How many of the three flowers from the garden are right, a number that compare_run() isn't told."""
    return {"garden_right": names["garden_right"]}


CLAIMS = [
    Claim(
        "92 % of the held-out flowers right, or more",
        lambda run: run["iris"]["held_out_accuracy"] >= 0.92,
        breaks={"iris": {"held_out_accuracy": 34 / 38}},
        share=0.95,
    ),
    Claim(
        "the three flowers from the garden are told apart",
        lambda run: run["iris"]["garden_right"] == 3,
        breaks={"iris": {"garden_right": 2}},
        share=0.95,
    ),
]


def _fewest_right(at):
    """How many held-out flowers the baseline gets right in the worst of ten splits."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from threadpoolctl import threadpool_limits

    found = []
    for seed in range(10):
        X_train, X_test, y_train, y_test = train_test_split(at.X, at.y, stratify=at.y, random_state=seed)
        with threadpool_limits(1):  # Several threads get into each other's way on so few numbers.
            score = LogisticRegression(max_iter=1000).fit(X_train, y_train).score(X_test, y_test)
        found.append(score * len(X_test))
    return round(min(found))


def _flowers(at, share):
    """The whole number of held-out flowers that is nearest to this share of them."""
    return round(share * len(at.X_held_out))


def _in_per_cent(at, share):
    """This share, as near as the number of held-out flowers allows."""
    return 100 * _flowers(at, share) / len(at.X_held_out)


def _layers(at):
    """The sizes of the network's layers, its inputs first."""
    return [at.X.shape[1], *(layer.units for layer in at.model.layers)]


def _usual_rate(at):
    import keras

    return float(keras.optimizers.Adam().learning_rate)


NUMBERS = [
    Number("measurements of 150 iris flowers", lambda at: len(at.X)),
    Number("the same 150 flowers", lambda at: len(at.X)),
    Number("learned 150 flowers by heart would get all 150 right", lambda at: [len(at.X)] * 2),
    Number("nothing about the 151st", lambda at: len(at.X) + 1),
    Number("of three species", lambda at: len(set(at.y))),
    Number("Four lengths were taken", lambda at: at.X.shape[1]),
    Number(
        "Four inputs, two hidden layers of ten neurons",
        lambda at: [_layers(at)[0], len(_layers(at)) - 2, _layers(at)[1]],
    ),
    Number("for each species. `(4,)` is the shape of *one* example", lambda at: at.X.shape[1]),
    Number("*one* example: four numbers in a row", lambda at: [1, at.X.shape[1]]),
    Number("`(4)` would be the plain number 4", lambda at: [at.X.shape[1]] * 2),
    Number("`(4,)` is a tuple with one number in it", lambda at: at.X.shape[1]),
    Number("each of its 193 parameters", lambda at: at.model.count_params()),
    Number("Where do the 193 parameters come from?", lambda at: at.model.count_params()),
    Number("build 4–10–10–3, account", _layers),
    Number("it gets 97 % of the unseen flowers right", lambda at: _in_per_cent(at, 0.97)),
    Number("and get 92 %. What happened?", lambda at: _in_per_cent(at, 0.92)),
    Number("gives 97 % and then 92 %", lambda at: [_in_per_cent(at, 0.97), _in_per_cent(at, 0.92)]),
    Number("with 38 held-out flowers two more mistakes", lambda at: len(at.X_held_out)),
    Number(
        "two more mistakes are five points",
        lambda at: [_flowers(at, 0.97) - _flowers(at, 0.92), 100 * 2 / len(at.X_held_out)],
        within=0.3,
    ),
    Number("how many of the 38 held-out flowers", lambda at: len(at.X_held_out)),
    Number("Nearly all: 35 or more", _fewest_right),
    Number("One flower alone is worth 2.6,", lambda at: 100 / len(at.X_held_out)),
    Number("`batch(32)` makes groups of 32", lambda at: [at.code(r"\.repeat\(\)\.batch\((\d+)\)")] * 2),
    Number("for the shares 0.4, 0.3 and 0.3 when label 0 is right", lambda at: [*at.shares[0], at.label[0]]),
    Number('an "epoch" here is about 43 passes', lambda at: at.passes),
    Number("the epoch and its 150 steps", lambda at: at.code(r"model\.fit\(train, steps_per_epoch=(\d+)")),
    Number(
        "where 150 steps are about 43 passes",
        lambda at: [at.code(r"model\.fit\(train, steps_per_epoch=(\d+)"), at.passes],
    ),
    Number("get one flower in three right", lambda at: [1, len(set(at.y))]),
    Number("with 20 different seeds", lambda at: len(at.runs["iris"]["seeds"])),
    Number(
        "300 steps instead of 1,500,",
        lambda at: [
            at.code(r"fresh\.fit\(train, steps_per_epoch=(\d+)"),
            at.code(r"model\.fit\(train, steps_per_epoch=(\d+)") * at.code(r"epochs=(\d+), validation_data=held_out"),
        ],
    ),
    Number(
        "a learning rate of 0.01 instead of Adam's usual 0.001",
        lambda at: [at.code(r"fresh\.compile\(keras\.optimizers\.Adam\(([\d.]+)\)"), _usual_rate(at)],
    ),
    Number("Together 84 + 104 + 45.", lambda at: at.brackets("count for the birds")),
    Number("on the same split, with 38 held-out flowers", lambda at: len(at.X_held_out)),
    Number(
        "97.4 % of 38 is 37, and 94.7 % is 36.",
        lambda at: [
            _in_per_cent(at, 0.974),
            len(at.X_held_out),
            _flowers(at, 0.974),
            _in_per_cent(at, 0.947),
            _flowers(at, 0.974) - at.solution("how many flowers is that?"),
        ],
    ),
    Number("One reports 97.4 %, the other only 94.7 %", lambda at: [_in_per_cent(at, 0.974), _in_per_cent(at, 0.947)]),
    Number("y_held_out)` is about a third", lambda at: 1 / len(set(at.y))),
    Number(
        "Sepal lengths are around 6 cm and petal widths around 1 cm",
        lambda at: [at.X[:, 0].mean(), at.X[:, 3].mean()],
    ),
    Number("Of 1,000 people 950 are healthy", lambda at: [1000, 950]),
    Number("is right for 95 % of them", lambda at: 100 * 950 / 1000),
]

TOLD = {
    "# 2. Iris": "the lesson's own number",
    "are (lesson 1)": "pointer: neuron, layer, weight, loss",
    "In 1936 the": "year of Fisher's paper",
    "Eugenics 7, 1936": "volume and year of Fisher's paper",
    "0 is setosa, 1 is versicolor, 2 is virginica": "scikit-learn's labels, printed by the cell below",
    "from lesson 4 on we keep": "pointer: three parts of the data",
    "from lesson 4 on they are separate": "pointer: three parts of the data",
    "the *number* 0, 1 or 2": "the labels",
    "outputs 0, 1 or 2": "the labels",
    "labels 0, 1, 2 …": "labels in general",
    "how often 0, 1, 2 … occur": "labels in general",
    "Numbering the categories 1, 2, 3": "labels in general",
    "a single 1": "one-hot encoding",
    "with a 1 in the column that applies": "one-hot encoding",
    "a 1 in the label's column, and 0 elsewhere": "one-hot encoding",
    "(3 minutes) A network shall tell": "time for the exercise",
    "a hidden layer of 12 neurons, a second one of 8,": "the exercise's network; its judge has the sum",
    "in a row, 6, 12, 8, 5.": "the exercise's network, from inputs to outputs",
    "sum to 1": "what shares do",
    "is a question for lesson 5": "pointer: confidence",
    "0 for a share of 1,": "minus the logarithm of 1",
    "`Dense(1, activation=": "code: one sigmoid",
    "`Dense(1)`": "code: one output",
    "In lesson 4 it will be a single one": "pointer: epochs",
    "as in lesson 4.": "pointer: epochs",
    "once gave its author 75 %, and 97 % another time": "the author's first runs, which nobody kept",
    "from the start (lesson 1)": "pointer: dead ReLUs",
    "for the dog in lesson 4": "pointer: the dog",
    "(2 minutes) Two friends": "time for the exercise",
    "(4 minutes) A network gives": "time for the exercise",
    "Their true labels are 0, 2 and 2.": "the exercise's data",
    "`0.7 0.2 0.1` · `0.1 0.5 0.4` · `0.2 0.2 0.6`": "the exercise's data",
    "(5 minutes) Write what": "time for the exercise",
    "`np.eye(3)`": "code",
    "(5 minutes) Sepal": "time for the exercise",
    "mean(axis=0)": "code",
    "(6 minutes) Of 1,000": "time for the exercise",
    "a fraction from 0 to 1": "what a share is",
    "one class, from 0 to 1": "what a share is",
    "already shows 95 %": "a made-up second run of fit",
    "gets 100 % on": "a made-up score",
    "[Lesson 3] turns": "pointer: the next lesson",
    "split in lesson 2 cross-validation": "a question about this lesson",
    "section of lesson 1 has": "pointer: k-fold",
    "with 98 % healthy patients": "the example's data",
    "for everybody is 98 % right": "the same share",
    "as lesson 6 does": "pointer: groups of writers",
    "as in lesson 2, where": "this lesson",
    "In lesson 2 one": "this lesson",
    "baseline of lessons 2 and 4": "pointer: logistic regression",
    "such as (4,)": "code: a tuple",
    "comma in `(4,)`": "code: a tuple",
    "`(4)` is the plain number 4": "code: no tuple",
}
