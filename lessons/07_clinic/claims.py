"""What lesson 7 says or lets its readers see, as conditions on the facts of one run."""

import math
import re
from pathlib import Path

from promises import Claim, Number

EXPERIMENT = "clinic"
SEEDS = 20
SOLVED = True
_HISTORIES = ["healthy_history", *(f"history_{number}" for number in range(1, 8)), "history_9", "history_10"]
_NUMBERS = ["0", *(str(number) for number in range(1, 8)), "9", "10"]
READS = [
    *_HISTORIES, "patient_4", "X_wine", "y_wine", "answers_4", "patient_6", "images", "watched", "fresh",
    "build", "accuracy_7", "scores_8",
]  # fmt: skip
POLL = "the shapes fitted together, and hardly more"


def facts(names):
    """What one run shows: of each history its ends and extremes, and what each patient's prose speaks of."""
    import keras
    import numpy as np

    found = {}
    for number, name in zip(_NUMBERS, _HISTORIES):
        values = names[name].history
        for key in ("loss", "val_loss", "accuracy", "val_accuracy"):
            word, series = key.replace("_", " "), np.array(values[key])
            found[f"{number} first {word}"], found[f"{number} last {word}"] = series[0], series[-1]
            found[f"{number} best {word}" if "acc" in key else f"{number} highest {word}"] = series.max()
            found[f"{number} lowest {word}"] = series.min()
        for key in ("loss", "val_loss"):
            found[f"{number} {key.replace('_', ' ')} rises"] = np.sum(np.diff(values[key]) > 0)
    loss_2 = names["history_2"].history["loss"]
    found["2 last loss falls"] = loss_2[-1] < loss_2[-2]
    steps = -np.diff(names["history_3"].history["val_loss"])
    found["3 last step by mean step"] = steps[-1] / steps.mean()
    relu = keras.Model(names["patient_4"].inputs, names["patient_4"].layers[0].output)
    found["4 hidden neurons at 0"] = np.mean(relu.predict(names["X_wine"], verbose=0).max(axis=0) == 0)
    counts = np.bincount(names["answers_4"], minlength=3)
    found["4 answers given"] = np.sum(counts > 0)
    found["4 answer is the most frequent"] = counts.argmax() == np.bincount(names["y_wine"]).argmax()
    found["6 highest confidence"] = names["patient_6"].predict(names["watched"][0], verbose=0).max()
    plateau = np.array(names["history_4"].history["loss"][2:])
    found["4 farthest from a blind guess"] = np.abs(plateau - np.log(3)).max()
    found["7 unseen"] = names["accuracy_7"]
    history = names["history_9"].history
    found["9 epochs ahead in validation"] = np.sum(np.subtract(history["val_accuracy"], history["accuracy"]) > 0)
    found["10 lowest val loss at epoch"] = 1 + np.argmin(names["history_10"].history["val_loss"])
    found["8 validation"], found["8 new digits"] = names["scores_8"]
    return found


def said(printed):
    """What the checks and the first line of defence print: patient 8 as treated, ten digits by heart, verdicts."""
    scores = re.findall(r"validation ([\d.]+)% right, new digits ([\d.]+)% right", printed)
    found = dict(zip(("8 treated validation", "8 treated new digits"), (float(score) / 100 for score in scores[-1])))
    by_heart = re.findall(r"(\w[\w ]*?) +ten digits by heart: accuracy (\d+)%, loss ([\d.]+)", printed)
    for name, accuracy, loss in by_heart:
        found[f"ten {name} accuracy"], found[f"ten {name} loss"] = float(accuracy) / 100, float(loss)
    for data, share in re.findall(
        r"(training|watched|fresh) ([\d.]+)%", re.findall(r"measured alike: (.*)", printed)[-1]
    ):
        found[f"9 measured alike {data}"] = float(share) / 100
    losses = re.findall(r"loss on the fresh digits: ([\d.]+) before, ([\d.]+) now", printed)[-1]
    found["10 fresh loss"], found["10 treated fresh loss"] = map(float, losses)
    return found | {"accepted": len(set(re.findall(r"✓ Treat patient (\d+)", printed)))}


def _claim(words, holds, breaks, **more):
    return Claim(words, lambda run: holds(run[EXPERIMENT]), breaks={EXPERIMENT: breaks}, **more)


# Elsewhere Keras computes the loss from the shares, cut off at 1e-7, and not from the sums before softmax, so a network
# that is sure of a wrong answer gets no slope: the lesson says so.
_UNCLIPPED = {"engines": ("tensorflow",)}


CLAIMS = [
    _claim(
        "0 healthy: more than 80 % of watched digits right",
        lambda run: run["0 last val accuracy"] > 0.8,
        {"0 last val accuracy": 0.79},
    ),
    _claim(
        "0 healthy: first epoch, training is the worse one",
        lambda run: (
            run["0 first accuracy"] < run["0 first val accuracy"] and run["0 first loss"] > run["0 first val loss"]
        ),
        {"0 first accuracy": 0.9},
    ),
    _claim(
        "0 healthy: training ends ahead of validation",
        lambda run: run["0 last accuracy"] > run["0 last val accuracy"],
        {"0 last accuracy": 0.85},
    ),
    _claim("0 healthy: loss falls in every epoch", lambda run: run["0 loss rises"] == 0, {"0 loss rises": 1}),
    _claim("1 first loss above 3, frightening", lambda run: run["1 first loss"] > 3, {"1 first loss": 2.9}),
    _claim(
        "1 it comes back, with little progress: last loss 1.5 to 3, on watched digits 1.5 or more",
        lambda run: 1.5 < run["1 last loss"] < 3 and run["1 last val loss"] > 1.5,
        {"1 last loss": 1.4},
        **_UNCLIPPED,
    ),
    _claim(
        "1 most digits read wrongly in every epoch",
        lambda run: run["1 best val accuracy"] < 0.5,
        {"1 best val accuracy": 0.52},
    ),
    _claim(
        "2 loss ends below zero",
        lambda run: run["2 last loss"] < 0 and run["2 last val loss"] < 0,
        {"2 last loss": 0.1},
    ),
    _claim(
        "2 loss is still falling",
        lambda run: run["2 last loss falls"] == 1,
        {"2 last loss falls": 0},
        **_UNCLIPPED,
    ),
    _claim("2 at most two thirds right", lambda run: run["2 best val accuracy"] < 0.7, {"2 best val accuracy": 0.71}),
    _claim(
        "3 all losses fall in every epoch",
        lambda run: run["3 loss rises"] + run["3 val loss rises"] == 0,
        {"3 val loss rises": 1},
    ),
    _claim(
        "3 fewer than four in ten right at the end",
        lambda run: run["3 last val accuracy"] < 0.4,
        {"3 last val accuracy": 0.41},
    ),
    _claim(
        "3 no levelling off: last step > half of the mean step",
        lambda run: run["3 last step by mean step"] > 0.5,
        {"3 last step by mean step": 0.45},
    ),
    _claim("4 the same answer for every new wine", lambda run: run["4 answers given"] == 1, {"4 answers given": 2}),
    _claim(
        "4 fewer than half of the new wines right",
        lambda run: run["4 last val accuracy"] < 0.5,
        {"4 last val accuracy": 0.51},
    ),
    _claim(
        "4 the answer is the most frequent grower",
        lambda run: run["4 answer is the most frequent"] == 1,
        {"4 answer is the most frequent": 0},
        **_UNCLIPPED,
    ),
    _claim(
        "4 plateau at a blind guess's loss, within 0.2, from the third epoch on",
        lambda run: run["4 farthest from a blind guess"] < 0.2,
        {"4 farthest from a blind guess": 0.21},
        **_UNCLIPPED,
    ),
    _claim("4 first loss above 3", lambda run: run["4 first loss"] > 3, {"4 first loss": 2.9}),
    _claim(
        "4 most hidden neurons give 0 for every wine",
        lambda run: run["4 hidden neurons at 0"] > 0.5,
        {"4 hidden neurons at 0": 0.5},
        **_UNCLIPPED,
    ),
    _claim(
        "5 training accuracy above 30 % and rising",
        lambda run: run["5 last accuracy"] > 0.3 and run["5 last accuracy"] > run["5 first accuracy"],
        {"5 last accuracy": 0.29},
    ),
    _claim(
        "5 validation accuracy ends near chance: below 18 %",
        lambda run: run["5 last val accuracy"] < 0.18,
        {"5 last val accuracy": 0.19},
    ),
    _claim(
        "5 validation accuracy never above 25 %",
        lambda run: run["5 best val accuracy"] < 0.25,
        {"5 best val accuracy": 0.26},
    ),
    _claim("6 loss stays above 1.46", lambda run: run["6 lowest loss"] > 1.46, {"6 lowest loss": 1.45}),
    _claim(
        "6 most watched digits right: more than 60 %",
        lambda run: run["6 last val accuracy"] > 0.6,
        {"6 last val accuracy": 0.59},
    ),
    _claim(
        "6 loss ends above where the healthy one began",
        lambda run: run["6 last loss"] > run["0 first loss"],
        {"0 first loss": 1.8},
    ),
    _claim("6 loss ends near its floor: 1.46 to 1.75", lambda run: run["6 last loss"] < 1.75, {"6 last loss": 1.76}),
    _claim(
        "6 highest confidence at the ceiling of 23.2 %",
        lambda run: abs(run["6 highest confidence"] - 0.232) < 0.0005,
        {"6 highest confidence": 0.2335},
    ),
    _claim("7 validation above 90 %", lambda run: run["7 last val accuracy"] > 0.9, {"7 last val accuracy": 0.89}),
    _claim("7 unseen worse than always saying benign", lambda run: run["7 unseen"] < 0.62, {"7 unseen": 0.63}),
    _claim("8 validation above 94 %", lambda run: run["8 validation"] > 0.94, {"8 validation": 0.935}),
    _claim("8 new digits below 90 %", lambda run: run["8 new digits"] < 0.9, {"8 new digits": 0.91}),
    _claim(
        "8 gap of more than 8 points",
        lambda run: run["8 validation"] - run["8 new digits"] > 0.08,
        {"8 new digits": 0.93},
    ),
    _claim(
        "8 treated: validation score lower than before",
        lambda run: run["8 treated validation"] < run["8 validation"],
        {"8 treated validation": 1.0},
    ),
    _claim(
        "8 treated: closer to new digits than before",
        lambda run: (
            abs(run["8 treated validation"] - run["8 treated new digits"]) < run["8 validation"] - run["8 new digits"]
        ),
        {"8 treated validation": 0.99},
    ),
    _claim(
        "ten by heart, healthy: all right, loss below 0.1",
        lambda run: run["ten healthy accuracy"] == 1 and run["ten healthy loss"] < 0.1,
        {"ten healthy accuracy": 0.9},
    ),
    _claim(
        "ten by heart, patient 6: loss above 1.46",
        lambda run: run["ten patient 6 loss"] >= 1.46,
        {"ten patient 6 loss": 1.45},
    ),
    _claim(
        "9 better on the watched digits in every epoch",
        lambda run: run["9 epochs ahead in validation"] == 6,
        {"9 epochs ahead in validation": 5},
    ),
    _claim(
        "9 measured alike, better on its own digits",
        lambda run: run["9 measured alike training"] > run["9 measured alike watched"] + 0.01,
        {"9 measured alike training": 0.9, "9 measured alike watched": 0.9},
    ),
    _claim(
        "9 fresh digits do as well as the watched ones: within 4 points",
        lambda run: abs(run["9 measured alike fresh"] - run["9 measured alike watched"]) < 0.04,
        {"9 measured alike fresh": 0.8},
    ),
    _claim(
        "9 loss starts no higher than a blind guess's, and keeps falling: at most one epoch is no better",
        lambda run: run["9 first loss"] < 2.3 and run["9 loss rises"] + run["9 val loss rises"] <= 1,
        {"9 loss rises": 2},
    ),
    _claim(
        "9 nine in ten of the watched digits, or nearly",
        lambda run: run["9 last val accuracy"] > 0.85,
        {"9 last val accuracy": 0.84},
    ),
    _claim("10 training loss near 0", lambda run: run["10 last loss"] < 0.05, {"10 last loss": 0.06}),
    _claim("10 knows its own digits by heart", lambda run: run["10 last accuracy"] > 0.98, {"10 last accuracy": 0.97}),
    _claim(
        "10 validation loss ends more than a third above its lowest",
        lambda run: run["10 last val loss"] > 4 / 3 * run["10 lowest val loss"],
        {"10 lowest val loss": 1.8, "10 last val loss": 2.0},
    ),
    _claim(
        "10 validation loss is lowest after 3 to 8 epochs",
        lambda run: 3 <= run["10 lowest val loss at epoch"] <= 8,
        {"10 lowest val loss at epoch": 9},
    ),
    _claim(
        "10 most watched digits right, far above chance",
        lambda run: run["10 last val accuracy"] > 0.6,
        {"10 last val accuracy": 0.59},
    ),
    _claim(
        "10 treated: loss on fresh digits less than half",
        lambda run: run["10 treated fresh loss"] < 0.5 * run["10 fresh loss"],
        {"10 treated fresh loss": 1.5, "10 fresh loss": 1.8},
    ),
    _claim("all ten treatments accepted", lambda run: run["accepted"] == 10, {"accepted": 9}),
]


# ---------------------------------------------------------------- Numbers in the text


def _table(name):
    """A table that comes with scikit-learn."""
    import sklearn.datasets

    return getattr(sklearn.datasets, f"load_{name}")()


def _wines_reach(at):
    """How many wines exceed 1,000 in proline, the largest column; 1 where that column is the only one."""
    wine = _table("wine")
    above = [name for name, column in zip(wine.feature_names, wine.data.T) if column.max() > 1_000]
    assert above == ["proline"] and any(column.max() < 1 for column in wine.data.T)
    return [len(above)]


def _rates(at):
    """(patient 1's rate, how many times the healthy one it is, patient 3's, how many times that is the mended one)."""
    healthy = at.code(r"healthy_history = train_on\(healthy, keras\.optimizers\.Adam\(([\d.]+)\)")
    first = at.code(r"history_1 = train_on\(patient_1, keras\.optimizers\.Adam\(([\d.]+)\)")
    third = at.code(r"history_3 = train_on\(patient_3, keras\.optimizers\.SGD\(([\d.]+)\)")
    mended = at.code(r"train_on\(mended_3, keras\.optimizers\.SGD\(([\d.]+)\)")
    return first, first / healthy, third, mended / third


def _second_softmax():
    """The largest share that softmax makes of a 1 and nine 0s."""
    return math.e / (math.e + 9)


def _ten(at):
    """How many patients there are, from the headings; a slide may repeat one."""
    lesson = Path(__file__).with_name("lesson.md").read_text(encoding="utf-8")
    return len(set(re.findall(r"^## Patient (\d+):", lesson, flags=re.M)))


NUMBERS = [
    Number("Ten owners of such trainings", _ten),
    Number("None of the ten patients raised", _ten),
    Number(
        "its loss is ln 10 = 2.30 with ten classes, ln 3 = 1.10 with three",
        lambda at: [10, math.log(10), 3, math.log(3)],
    ),
    Number("Most patients read digits: 2,000 to train on, 1,000 to", lambda at: [len(at.images), len(at.watched[0])]),
    Number("and 1,000 **fresh** ones", lambda at: len(at.fresh[0])),
    Number("since 2,000 digits are few", lambda at: len(at.images)),
    Number("None is used twice; two are not used", lambda at: [2, 12 - _ten(at)]),
    Number("says that 64 neurons are too few", lambda at: at.build().layers[1].units),
    Number("with 0.3 a hundred times as long as in", lambda at: _rates(at)[0]),
    Number("a hundred times as long", lambda at: _rates(at)[1]),
    Number("descent would bear 0.3 here", lambda at: _rates(at)[0]),
    Number("were a hundred times too short", lambda at: _rates(at)[3]),
    Number("0.001 is Adam's usual rate; plain", lambda at: [_rates(at)[2]]),
    Number("178 Italian wines from three growers, thirteen", lambda at: len(_table("wine").data)),
    Number(
        "from three growers, thirteen chemical",
        lambda at: [len(set(_table("wine").target)), _table("wine").data.shape[1]],
    ),
    Number("shape (n, 13), for the network", lambda at: _table("wine").data.shape[1]),
    Number("above 1,000 in one column (proline)", lambda at: [1_000 * _wines_reach(at)[0]]),
    Number("the rate of 0.02 is fine", lambda at: at.code(r"network\.compile\(keras\.optimizers\.SGD\(([\d.]+)\)")),
    Number("a 1 and nine 0s is e / (e + 9) = 23 %", lambda at: [1, 0, 9, 100 * _second_softmax()]),
    Number("below −ln 0.232 = 1.46.", lambda at: [_second_softmax(), -math.log(_second_softmax())]),
    Number("its loss stays at 1.46 or above", lambda at: -math.log(_second_softmax())),
    Number('"569 tumours of the breast', lambda at: len(_table("breast_cancer").data)),
    Number("breast, thirty measurements each", lambda at: _table("breast_cancer").data.shape[1]),
    Number("shape (n, 30), and returns", lambda at: _table("breast_cancer").data.shape[1]),
    Number("divided by 255 in one place", lambda at: at.code(r"np\.float32\((\d+)\)")),
    Number("I have only 500 digits", lambda at: at.code(r"enlarge\(images\[:(\d+)\]")),
    Number("dropout silences six in ten hidden", lambda at: [10 * at.code(r"layers\.Dropout\(([\d.]+)\)"), 10]),
    Number("My 100 digits it soon", lambda at: at.code(r"examine\(history_10, images\[:(\d+)\]")),
    Number("learns its 100 digits by heart", lambda at: at.code(r"examine\(history_10, images\[:(\d+)\]")),
    Number("With the 100 alone, stop", lambda at: at.code(r"examine\(history_10, images\[:(\d+)\]")),
]

TOLD = {
    "# 7. The clinic": "the lesson's own number",
    "in Keras (lesson 2), the digits (lesson 4)": "pointers: fit, MNIST",
    **{f"## Patient {number}: {words}": "the patient's number" for number, words in {
        1: "a bad", 2: "less", 3: "no", 4: "one", 5: "a good", 6: "right", 7: "excellent", 8: "too good", 9: "kinder",
        10: "it was",
    }.items()},
    **{f"treat patient {number} ({minutes} minutes)": "the patient's number, and time for the exercise"
       for number, minutes in enumerate([2, 4, 2, 4, 4, 2, 4, 5, 2, 2], start=1)},
    "Lesson 1 showed a loss": "pointer: gradient descent as a ball",
    "Inputs between 0 and 1 are as": "pixels divided by their largest value; an invariant holds it",
    "The irises of lesson 2, labels 0, 1 and 2": "pointer, and scikit-learn's labels",
    "(1 − *t*) ln(1 − *p*))": "binary cross-entropy",
    "Put in *t* = 2 and an output *p* close to 1": "a label that doesn't suit the loss",
    "shares that sum to 1": "what shares do",
    "losses in lesson 2: one of several classes, labels 0, 1, 2": "pointer, and labels in general",
    "For label 2 the binary": "the label of virginica",
    "−2 ln *p* + ln(1 − *p*)": "binary cross-entropy for t = 2",
    "as *p* approaches 1.": "the sigmoid's limit",
    "only answer 0 or 1,": "a decision of a sigmoid",
    "every column near 0": "where scaled columns lie",
    "**Patients 1 and 4 look alike**": "pointers: two patients",
    "Patient 4 has such a loss too": "pointer: another patient",
    "patient 1's inputs lie between 0 and 1,": "pixels divided by their largest value; an invariant holds it",
    "stay below 1 in others": "computed beside the 1,000",
    "then give 0 for every wine": "a ReLU below its bend",
    "always gives 0 has": "a ReLU below its bend",
    "`dlcourse.show_images(mixed_images[:10], titles=mixed_labels[:10])`": "code",
    "the places 0 to n − 1, `np.random.default_rng(seed=42)": "code, and how Python counts",
    "shares between 0 and 1.": "what shares are",
    "0 is malignant, 1 is benign": "scikit-learn's labels",
    "the manner of lesson 5": "pointer: augmentation",
    "that of your lesson 4.": "pointer: the score on digits",
    "Training loss near 0,": "a claim holds it",
    "finds patients 4, 5 and 7": "pointers: three patients",
    "with patient 6's softmax": "pointer: another patient",
    "Whatever patient 6's": "pointer: another patient",
    "**1.** Training accuracy 99 %, validation accuracy 11 %": "the example's numbers",
    "**2.** The loss after": "the question's number",
    "**3.** X-rays of 300 people": "the example's numbers",
    "validation score is 99 %": "the example's numbers",
    "Not B: patient 5 learned": "pointer: another patient",
    "patients 7 and 8 showed": "pointers: two patients",
    "Networks*, 2019.": "year of the article",
    "Data 6, 2012.": "volume and year of the article",
}  # fmt: skip
