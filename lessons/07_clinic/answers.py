"""The patients of lesson 7: what is right, and what is probably wrong with an answer that is not.

An answer is a pair, the letter of the diagnosis and the treatment: a network or a function; for a healthy patient the
number that proves its health. A treatment is judged by what it does, with examples that it was not trained on, whatever
the letter says.
"""

import numpy as np

from dlcourse.checking import CourseError, Judge, array, in_words, number, result_of, trained

JUDGES = {}

# For each patient the right letter, and what to say to the letters that are most often given instead.
DIAGNOSES = {
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
        "K": "More than a third are malignant: that isn't rare.",
    }),
    8: ("G", {
        "H": "All of these pictures were divided by 255. Noise makes no such difference.",
        "J": "Overfitting lowers the validation score; here it is the validation score that is too high.",
        "L": "Two honest scores for the same network would be close together.",
    }),
    9: ("L", {
        "A": "The loss starts no higher than a blind guess's and keeps falling.",
        "E": "Then the watched digits would be read at chance, and nine in ten are read.",
        "G": "No digit is in two parts of the waiting room. What else lowers the training score, while it trains?",
        "H": "All digits were divided by 255. It is the network that differs while it trains: look at its layers.",
        "I": "It reads more watched digits than the healthy network needs to.",
        "J": "An overfitted network is better on its own digits; here they seem to be the harder ones.",
    }),
    10: ("J", {
        "A": "Steps that are too long raise the training loss as well; here it falls to nearly 0.",
        "E": "With labels of other pictures the validation accuracy would be at chance; most digits are read.",
        "G": "A copy in validation would make the score too good.",
        "I": "A network that is too small can't learn its own digits by heart.",
        "L": "Look at the validation loss: it has turned and gone far up.",
    }),
}  # fmt: skip


def _both(patient, answer, is_right, wanted="treatment", fine="The treatment works"):
    """Judge the pair (letter, treatment) of one patient; is_right(treatment) judges the treatment alone.

    wanted, fine: what the treatment is called, and what is said of one that is right.
    """
    letter, treatment = answer
    right, others = DIAGNOSES[patient]
    if letter is not ...:
        letter = letter.strip().upper() if isinstance(letter, str) else ""
        if letter not in list("ABCDEFGHIJKL"):
            return "The diagnosis is one letter of the list, in quotation marks."
    try:
        treated = ... if treatment is ... else is_right(treatment)
    except CourseError as problem:
        treated = str(problem) if getattr(problem, "attempted", True) else ...
    if letter is ...:
        if treated is ...:
            return ...
        return f"{fine}. Name the fault too." if treated is True else f"No diagnosis yet. {treated}"
    if letter != right:
        why_not = others.get(letter, f"{letter} does not explain the signs: read the hint and the list again.")
        return f"{fine}, but the diagnosis doesn't fit. {why_not}" if treated is True else why_not
    if treated is ...:
        return f"The diagnosis is right. Now the {wanted}."
    return True if treated is True else f"The diagnosis is right. {treated}"


def _outputs(network, examples):
    """What a trained network says about these examples: float64 (n, outputs)."""
    try:
        outputs = np.asarray(trained(network).predict(np.asarray(examples), verbose=0), dtype="float64")
    except CourseError:
        raise
    except Exception as problem:  # Keras raises what it likes where shapes don't fit.
        wanted, given = getattr(network, "input_shape", "unknown"), np.shape(examples)
        raise CourseError(
            f"The network stopped with {type(problem).__name__}: it takes inputs of the shape {wanted}, and these "
            f"examples have the shape {given}."
        ) from None
    if not np.all(np.isfinite(outputs)):
        raise CourseError("The outputs are not finite numbers: the training exploded.")
    return outputs


def _shares(network, examples, classes):
    """What a trained network says about these examples, one number for each class: float64 (n, classes)."""
    shares = _outputs(network, examples)
    if shares.shape != (len(examples), classes):
        raise CourseError(
            f"There must be {classes} outputs for each example, and the shape of the outputs is {shares.shape}."
        )
    return shares


def _are_shares(values):
    return values.min() > -1e-3 and np.allclose(values.sum(axis=1), 1, atol=1e-3)


# The start of most tries. A network that has the healthy one's weights costs no training.
def _network(patient, letter, rate="0.003", weights="", ending=""):
    return f"""diagnosis_{patient} = "{letter}"
mended_{patient} = keras.Sequential([keras.Input((28, 28, 1)), *build().layers{ending}])
optimizer = keras.optimizers.Adam(learning_rate={rate})
mended_{patient}.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
{f"mended_{patient}.set_weights({weights})" if weights else ""}"""


def _guesses(patient, **words):
    """Tries with a letter and no treatment: (source, words)."""
    wanted = "evidence" if patient == 9 else "mended"
    return [(f'{wanted}_{patient} = ...\ndiagnosis_{patient} = "{letter}"', said) for letter, said in words.items()]


# ---------------------------------------------------------------- Patients 1 and 3: another learning rate


def _digits(network, images, labels):
    """True, or a sentence, for a network for digits that was given another learning rate."""
    accuracy = np.mean(_shares(network, images, 10).argmax(axis=1) == labels)
    if accuracy >= 0.75:
        return True
    found, rate = f"It reads {accuracy:.1%} of the fresh digits.", _rate(network)
    # Measured on this network: SGD reads more than three quarters from 0.01 to 1, Adam from 0.0002 to 0.03.
    low, high = (0.01, 1) if type(network.optimizer).__name__ == "SGD" else (0.0003, 0.02)
    if rate is not None and rate > high:
        return f"{found} The learning rate is {rate:g}: its steps are still too long."
    if rate is not None and rate < low:
        return f"{found} The learning rate is {rate:g}: its steps are too short for six epochs."
    return f"{found} Its learning rate looks sensible: was it trained, on `images` with `labels`, for six epochs?"


def _rate(network):
    try:
        return float(network.optimizer.learning_rate)
    except Exception:  # An optimizer of the learner's own may have none.
        return None


def first(answer, images, labels):
    return _both(1, answer, lambda network: _digits(network, images, labels))


JUDGES["treat patient 1"] = Judge(
    first,
    right=[
        'diagnosis_1 = "A"\nmended_1 = healthy',
        _network(1, " a ", rate="0.001", weights="healthy.get_weights()"),
        """diagnosis_1 = "A"
mended_1 = build()
mended_1.compile(keras.optimizers.SGD(0.3), loss="categorical_crossentropy")
mended_1.set_weights(healthy.get_weights())""",
    ],
    wrong=[
        *_guesses(1, B="change hardly anything", C="divided by 255", I="too small learns little", J="its own digits"),
        *_guesses(1, K="K does not explain the signs", A="Now the treatment", AB="one letter of the list"),
        ("diagnosis_1 = 1\nmended_1 = ...", "one letter of the list"),
        ("diagnosis_1 = ...\nmended_1 = ...", "not attempted"),
        ("diagnosis_1 = ...\nmended_1 = healthy", "Name the fault too"),
        ("diagnosis_1 = ...\nmended_1 = 5", "No diagnosis yet. A Keras network is asked for"),
        ('diagnosis_1 = "B"\nmended_1 = healthy', "works, but the diagnosis doesn't fit. Steps that are too short"),
        ('diagnosis_1 = "A"\nmended_1 = build()', "not compiled"),
        ('diagnosis_1 = "A"\nmended_1 = build', "of type function"),
        ('diagnosis_1 = "A"\nmended_1 = healthy_history', "of type History"),
        ('diagnosis_1 = "A"\nmended_1 = patient_1', "is 0.3: its steps are still too long"),
        (_network(1, "A", rate=0.25), "is 0.25: its steps are still too long"),
        (_network(1, "A", rate=0.000001), "too short for six epochs"),
        (_network(1, "A"), "was it trained"),
        (_network(1, "A", weights="[0 * values for values in healthy.get_weights()]"), "was it trained"),
        (_network(1, "A", weights="[np.nan * values for values in healthy.get_weights()]"), "the training exploded"),
        (_network(1, "A", ending="[:-1], keras.layers.Dense(5)"), "There must be 10 outputs"),
        (
            'diagnosis_1 = "A"\nmended_1 = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])\n'
            "mended_1.compile()",
            "it takes inputs of the shape (None, 784)",
        ),
    ],
    insight="Inputs from 0 to 1, first loss far too high: the rate is the first suspect.",
)


def third(answer, images, labels):
    return _both(3, answer, lambda network: _digits(network, images, labels))


JUDGES["treat patient 3"] = Judge(
    third,
    right=[
        _network(3, "B", rate="0.02", weights="healthy.get_weights()"),
        """diagnosis_3 = "b"
mended_3 = build()
mended_3.compile("rmsprop", "sparse_categorical_crossentropy")
mended_3.set_weights(healthy.get_weights())""",
    ],
    wrong=[
        *_guesses(3, A="as calm as can be", I="levels off", J="learned by heart", L="scale of the left axis"),
        *_guesses(3, C="C does not explain the signs", B="Now the treatment", three="one letter"),
        ('diagnosis_3 = "B"\nmended_3 = patient_3', "is 0.001: its steps are too short"),
        (_network(3, "B", rate=0.00004), "too short for six epochs"),
        (_network(3, "B", rate=0.5), "still too long"),
        (_network(3, "B"), "was it trained"),
        (
            'diagnosis_3 = "B"\nmended_3 = build()\n'
            'mended_3.compile(keras.optimizers.SGD(0.001), "sparse_categorical_crossentropy")',
            "too short for six epochs",
        ),
        (_network(3, "I", weights="healthy.get_weights()"), "works, but the diagnosis doesn't fit. A network at its"),
    ],
    insight="A curve that falls steadily and hasn't levelled off asks for longer steps, or more of them.",
)


# ---------------------------------------------------------------- Patient 2: the loss doesn't suit the labels


def second(answer, flowers, species):
    def is_right(network):
        if _outputs(network, flowers).shape[1:] == (1,):
            return "One output can't name three species without putting them in an order."
        shares = _shares(network, flowers, 3)
        if not _are_shares(shares):
            return "The three outputs don't sum to 1: look at the last activation."
        accuracy = np.mean(shares.argmax(axis=1) == species)
        if accuracy > 0.7:
            return True
        found = f"It names {accuracy:.0%} of the flowers: was it trained, for as many epochs as the patient?"
        return f"{found} If so, train on: now and then a start is unlucky."

    return _both(2, answer, is_right)


def _iris(output, weights="0 * values"):
    """A network for the irises, whose weights are given instead of trained."""
    return f"""diagnosis_2 = "D"
mended_2 = keras.Sequential([keras.Input((4,)), keras.layers.Dense({output})])
mended_2.compile("adam", loss="sparse_categorical_crossentropy")
mended_2.set_weights([{weights} for values in mended_2.get_weights()])"""


JUDGES["treat patient 2"] = Judge(
    second,
    right=[
        # No training either: which of the three mean flowers is nearest? Reckoned by one layer.
        f"""diagnosis_2 = "{letter}"
means = np.stack([X_iris[y_iris == label].mean(axis=0) for label in range(3)])
mended_2 = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
mended_2.compile("adam", loss="{loss}")
mended_2.set_weights([means.T, -0.5 * (means**2).sum(axis=1)])"""
        for letter, loss in [("D", "sparse_categorical_crossentropy"), ("d", "categorical_crossentropy")]
    ],
    wrong=[
        *_guesses(2, A="below zero", E="the pairs hold", K="of each species", L="tells the truth here"),
        *_guesses(2, B="B does not explain the signs", D="Now the treatment"),
        ('diagnosis_2 = "D"\nmended_2 = patient_2', "in an order"),
        (_iris("1"), "in an order"),
        (_iris("2, activation='softmax'"), "There must be 3 outputs"),
        (_iris("3, activation='sigmoid'"), "sum to 1"),
        (_iris("3", weights="0 * values if values.ndim == 2 else np.array([2, -1, 0])"), "sum to 1"),
        (_iris("3, activation='softmax'"), "was it trained"),
        ('diagnosis_2 = "D"\nmended_2 = keras.Sequential([keras.layers.Dense(3)])', "no weights yet"),
    ],
    insight="Loss and last layer are a pair: chosen together, from what the labels are.",
)


# ---------------------------------------------------------------- Patient 4: the inputs are not scaled


def fourth(answer, training_table, new_table, growers, train):
    def is_right(prepare):
        def prepared(table):
            return array(result_of(prepare, table.copy()), table.shape)

        known, new = prepared(training_table), prepared(new_table)
        spread = known.std(axis=0)
        if spread.max() > 20 * max(spread.min(), 1e-12):
            return "Some columns are still far larger than others: each column needs its own two numbers."
        if max(np.abs(known.mean(axis=0)).max(), spread.max()) > 10:
            return "The numbers are still large: bring every column near 0, with a spread of about 1."
        if not all(np.allclose(prepared(new_table[:few]), new[:few], atol=1e-3) for few in (3, 1)):
            return "The same wine is prepared differently in other company: take the two numbers from `X_wine` alone."
        for source in (new_table, np.concatenate([training_table, new_table])):
            for degrees in (0, 1):
                wrong = (new_table - source.mean(axis=0)) / source.std(axis=0, ddof=degrees)
                if np.allclose(new, wrong, atol=1e-4):
                    return (
                        "The new wines had a say in it, and can't be known yet: take the numbers from `X_wine` alone."
                    )
        network, _ = train(known, new)
        accuracy = np.mean(_shares(network, new, 3).argmax(axis=1) == growers)
        if accuracy > 0.9:
            return True
        return (
            f"Trained on your table, the network gets {accuracy:.0%} of the new wines: each column should have a mean "
            "near 0 and a spread of about 1."
        )

    return _both(4, answer, is_right)


def _prepare(result, before=""):
    return f'{before}diagnosis_4 = "C"\n\n\ndef mended_4(measurements):\n    return {result}'


_OWN = "(measurements - measurements.mean(axis=0)) / measurements.std(axis=0)"
_RIGHT = "(measurements - X_wine.mean(axis=0)) / X_wine.std(axis=0)"
_EVERY = "every = np.concatenate([X_wine, X_wine_new])\n"

JUDGES["treat patient 4"] = Judge(
    fourth,
    right=[
        _prepare("((measurements - X_wine.mean(axis=0)) / X_wine.std(axis=0, ddof=1)).tolist()"),
    ],
    wrong=[
        *_guesses(4, A="0.02 suits many tables", B="far too high", D="they suit each other", I="smaller still"),
        *_guesses(4, K="59, 71 and 48", J="J does not explain the signs", C="Now the treatment"),
        (_prepare("None"), "Now the treatment"),
        (_prepare("measurements"), "each column needs its own"),
        (_prepare("measurements / X_wine.max()"), "each column needs its own"),
        (_prepare("measurements - X_wine.mean(axis=0)"), "each column needs its own"),
        (_prepare("(measurements - X_wine.mean()) / X_wine.std()"), "each column needs its own"),
        (_prepare(f"{_RIGHT} * np.geomspace(1, 0.01, 13)"), "each column needs its own"),
        (_prepare("measurements / X_wine.mean(axis=0) * 100"), "still large"),
        (_prepare(f"100 * {_RIGHT}"), "still large"),
        (_prepare(_OWN), "in other company"),
        (_prepare(f"{_OWN} if len(measurements) > 1 else measurements"), "in other company"),
        (_prepare(f"{_RIGHT} if len(measurements) > 1 else measurements"), "in other company"),
        (_prepare("(measurements - every.mean(axis=0)) / every.std(axis=0)", _EVERY), "had a say"),
        (_prepare("(measurements - every.mean(axis=0)) / every.std(axis=0, ddof=1)", _EVERY), "had a say"),
        (_prepare("(measurements - X_wine_new.mean(axis=0)) / X_wine_new.std(axis=0)"), "had a say"),
        (_prepare(f"0.001 * {_RIGHT}"), "Trained on your table"),
        (_prepare("X_wine"), "and this is a table of 133 rows and 13 columns"),
        (_prepare("measurements[0]"), "and this is a list of 13 numbers"),
        (_prepare("measurements * float('nan')"), "not finite"),
        (_prepare("measurements.no_such_thing"), "stopped with AttributeError"),
        (_prepare("'a text'"), "of type str"),
        (
            'diagnosis_4 = "C"\nmended_4 = (X_wine - X_wine.mean(axis=0)) / X_wine.std(axis=0)',
            "A function is asked for",
        ),
    ],
    trains=True,
    insight="Print the range of the inputs before anything else: it takes a line and settles many cases.",
)


# ---------------------------------------------------------------- Patient 5: pictures and labels in different orders


def fifth(answer, images, labels, build, train, fresh_images, fresh_labels):
    import keras

    def is_right(shuffle):
        for count in (50, len(images)):  # In two sizes, the last one to train on.
            given, known = images[:count], labels[:count]
            result = result_of(shuffle, given.copy(), known.copy())
            if not isinstance(result, (tuple, list)) or len(result) != 2:
                return "Return two things: the pictures and the labels."
            mixed, named = array(result[0], given.shape).astype("float32"), array(result[1], known.shape)
            places = {picture.tobytes(): place for place, picture in enumerate(given.astype("float32"))}
            order = [places.get(picture.tobytes(), -1) for picture in mixed]
            if len(set(order)) != len(given) or -1 in order:
                return "Every picture must come back unchanged, and once."
            if not np.array_equal(known[order], named):
                return "Pictures and labels still come in two different orders."
        steps = np.diff(order)
        if np.mean(steps == 1) > 0.5:
            return "The pairs hold, but the order is as it was: shuffle them, together."
        # In a random order about half of the steps go forwards, and a label follows a larger one in 45 of 100 cases.
        if not 0.4 < np.mean(steps > 0) < 0.6 or np.mean(np.diff(named) < 0) < 0.3:
            return "The pairs hold, but the new order follows a rule: draw it at random."
        network = build()
        train(network, keras.optimizers.Adam(0.003), mixed, named)
        accuracy = np.mean(_shares(network, fresh_images, 10).argmax(axis=1) == fresh_labels)
        print(f"trained on your pairs: {accuracy:.0%} of the fresh digits right")
        return True

    return _both(5, answer, is_right)


def _shuffle(*lines):
    return "\n".join(
        ['diagnosis_5 = "E"\n\n', "def mended_5(some_images, some_labels):", *(f"    {line}" for line in lines)]
    )


_BOTH = "return some_images[order], some_labels[order]"

JUDGES["treat patient 5"] = Judge(
    fifth,
    right=[
        _shuffle(
            "for values in (some_images, some_labels):",
            "    np.random.default_rng(seed=1).shuffle(values)",
            "return [some_images, some_labels.tolist()]",
        ),
    ],
    wrong=[
        *_guesses(5, H="together with their labels", I="labels by heart", J="far better than chance"),
        *_guesses(5, A="A does not explain the signs", E="Now the treatment"),
        (_shuffle("..."), "Now the treatment"),
        (_shuffle("return some_images, some_labels"), "the order is as it was"),
        (_shuffle("return np.roll(some_images, 5, axis=0), np.roll(some_labels, 5)"), "the order is as it was"),
        (_shuffle("return some_images[::-1], some_labels[::-1]"), "follows a rule"),
        (_shuffle("order = np.argsort(some_labels)", _BOTH), "follows a rule"),
        (_shuffle("order = np.argsort(some_labels, kind='stable')", _BOTH), "follows a rule"),
        (
            _shuffle(
                "generator = np.random.default_rng(7)",
                "return generator.permutation(some_images), generator.permutation(some_labels)",
            ),
            "two different orders",
        ),
        (
            _shuffle(
                "order = np.random.default_rng(7).permutation(len(some_labels))", "return some_images[order], order"
            ),
            "two different orders",
        ),
        (
            _shuffle("order = np.random.default_rng(7).integers(len(some_labels), size=len(some_labels))", _BOTH),
            "and once",
        ),
        (_shuffle("return some_images / 255, some_labels"), "come back unchanged"),
        (_shuffle("some_images[0] = 0", "return some_images, some_labels"), "come back unchanged"),
        (_shuffle("return some_images"), "Return two things"),
        (_shuffle("return zip(some_images, some_labels)"), "Return two things"),
        (_shuffle("return some_labels, some_images"), "and this is a list of 50 numbers"),
        (_shuffle("order = np.random.default_rng(seed=42).permutation(1_000)", _BOTH), "stopped with IndexError"),
        (_shuffle("return images[:1_000], labels[:1_000]"), "and this is an array of the shape (1000, 28, 28, 1)"),
        (_shuffle("return 'a text', some_labels"), "of type str"),
        ('diagnosis_5 = "E"\nmended_5 = images, labels', "A function is asked for"),
    ],
    trains=True,
    insight="Validation at chance while training climbs: look at a few pictures with their labels.",
)


# ---------------------------------------------------------------- Patient 6: softmax twice


def sixth(answer, images, labels):
    def is_right(network):
        shares = _shares(network, images, 10)
        if getattr(network.loss, "from_logits", False):  # A right treatment too: the loss applies the softmax.
            shares = np.exp(shares - shares.max(axis=1, keepdims=True))
            shares = shares / shares.sum(axis=1, keepdims=True)
        if not _are_shares(shares):
            return "The outputs are no longer shares that sum to 1: too much was taken away."
        confidence, accuracy = shares.max(axis=1), np.mean(shares.argmax(axis=1) == labels)
        untrained = f"It reads {accuracy:.1%} of the fresh digits: was it trained, for as many epochs as the patient?"
        if accuracy < 0.3:  # What knows nothing isn't sure of anything either.
            return untrained
        if confidence.max() < 0.24:
            return (
                f"{accuracy:.0%} of the fresh digits are read; the highest confidence is still {confidence.max():.1%}."
            )
        if accuracy < 0.75:
            return untrained
        return True if np.mean(confidence > 0.5) > 0.5 else "It is still less than half sure of most digits."

    return _both(6, answer, is_right)


_LOGITS = 'mended_6.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n'

JUDGES["treat patient 6"] = Judge(
    sixth,
    right=[
        _network(6, "F", weights="healthy.get_weights()"),
        # Without a softmax in the network, and with the loss that has one.
        _network(6, "f", weights="healthy.get_weights()", ending="[:-1], keras.layers.Dense(10)") + "\n" + _LOGITS,
    ],
    wrong=[
        *_guesses(6, B="large enough", D="before the loss", I="The same layers", L="confidence of the two networks"),
        *_guesses(6, C="C does not explain the signs", F="Now the treatment"),
        ('diagnosis_6 = "F"\nmended_6 = patient_6', "the highest confidence is still 23."),
        # A softmax in the network, and one more in the loss.
        (_network(6, "F", weights="healthy.get_weights()") + "\n" + _LOGITS, "the highest confidence is still 23."),
        (
            _network(6, "F", weights="healthy.get_weights()", ending="[:-1], keras.layers.Dense(10)"),
            "too much was taken away",
        ),
        (
            _network(
                6,
                "F",
                weights="[0.15 * values if values.shape[-1] == 10 else values for values in healthy.get_weights()]",
            ),
            "less than half sure",
        ),
        (_network(6, "F", weights="[0 * values for values in healthy.get_weights()]"), "was it trained"),
        # Half of the digits are taken for another one: sure, and wrong.
        (
            _network(
                6,
                "F",
                weights="[values[..., [1, 0, 3, 2, 5, 4, 6, 7, 8, 9]] if values.shape[-1] == 10 else values"
                " for values in healthy.get_weights()]",
            ),
            "was it trained",
        ),
        ('diagnosis_6 = "C"\nmended_6 = healthy', "works, but the diagnosis doesn't fit. C does not explain"),
    ],
    insight="Mostly right and never sure: look for a softmax too many.",
)


# ---------------------------------------------------------------- Patient 7: prepared in two ways


def seventh(answer, measurements, benign, known, checked, network):
    def is_right(predict):
        def shares_of(table):
            result = result_of(predict, table.copy())
            shares = array(result, np.shape(result))
            if shares.size != len(table):
                raise CourseError(
                    f"One share for each tumour is asked for. For {in_words(table.shape)} it returns "
                    f"{in_words(shares.shape)}."
                )
            return shares.ravel()

        def scaled_with(*tables):
            source = np.concatenate(tables)
            return _outputs(network, (measurements - source.mean(axis=0)) / source.std(axis=0)).ravel()

        shares = shares_of(measurements)
        if shares.min() < 0 or shares.max() > 1:
            return "A share lies between 0 and 1."
        one_by_one = [shares_of(measurements[place : place + 1])[0] for place in range(4)]
        if not np.allclose(one_by_one, shares[:4], atol=0.02):
            return "A tumour gets another answer when it comes alone: its scaling depends on the others."
        everything = (known, checked, measurements)
        for tables in [(measurements,), everything, (known, measurements), (checked, measurements)]:
            if np.allclose(shares, scaled_with(*tables), atol=1e-4):
                return (
                    "The unseen tumours had a say in this scaling, and must not: take the scaler that was fitted on "
                    "`X_known`, before they were there."
                )
        accuracy = np.mean((shares > 0.5) == benign)
        if accuracy > 0.85:
            if np.all(np.isin(shares, (0, 1))):
                return "These are decisions, 0 or 1: return the shares themselves, as the network gives them."
            if not np.allclose(shares, scaled_with(known), atol=0.02):
                return (
                    f"{accuracy:.0%} are right, but these aren't the answers of `patient_7` to numbers scaled as those "
                    "that it was trained on."
                )
            return True
        if accuracy < 0.15:
            return "Nearly everything is the wrong way round: return the share for benign, label 1."
        return (
            f"{accuracy:.0%} of the unseen tumours are right: these numbers aren't yet what the network was trained on."
        )

    return _both(7, answer, is_right)


def _predict(result):
    return f'diagnosis_7 = "H"\n\n\ndef mended_7(measurements):\n    return {result}'


JUDGES["treat patient 7"] = Judge(
    seventh,
    right=[
        _predict("patient_7.predict((measurements - X_known.mean(axis=0)) / X_known.std(axis=0), verbose=0).squeeze()"),
        _predict("patient_7(scaler.transform(measurements))"),
        # The preparation as a part of the network.
        """normal = keras.layers.Normalization()
normal.adapt(X_known)
whole = keras.Sequential([keras.Input((30,)), normal, *patient_7.layers])
diagnosis_7, mended_7 = "h", lambda measurements: whole.predict(measurements, verbose=0)[:, 0].tolist()""",
    ],
    wrong=[
        *_guesses(7, C="in one place", G="not too poor", J="is excellent", K="isn't rare"),
        *_guesses(7, A="A does not explain the signs", H="Now the treatment"),
        (_predict("..."), "Now the treatment"),
        (_predict("patient_7.predict(measurements, verbose=0)"), "what the network was trained on"),
        (_predict("patient_7.predict(StandardScaler().fit_transform(measurements), verbose=0)"), "when it comes alone"),
        *(
            (
                _predict(f"patient_7.predict(StandardScaler().fit({table}).transform(measurements), verbose=0)"),
                "had a say in this scaling",
            )
            for table in ("X_unseen", "X_all", "np.concatenate([X_known, X_unseen])")
        ),
        (
            _predict("patient_7.predict(StandardScaler().fit(X_checked).transform(measurements), verbose=0)"),
            "aren't the answers of `patient_7`",
        ),
        (_predict("1 - patient_7.predict(scaler.transform(measurements), verbose=0)"), "the wrong way round"),
        (_predict("patient_7.predict(scaler.transform(measurements), verbose=0).round()"), "These are decisions"),
        (_predict("100 * patient_7.predict(scaler.transform(measurements), verbose=0)"), "between 0 and 1"),
        (_predict("patient_7.predict(scaler.transform(measurements), verbose=0) - 1"), "between 0 and 1"),
        (_predict("patient_7.predict(scaler.transform(measurements), verbose=0) > 0.5"), "True and False"),
        (_predict("patient_7.predict(scaler.transform(measurements), verbose=0)[0]"), "it returns a list of 1 number."),
        (_predict("scaler.transform(measurements)"), "it returns a table of 143 rows and 30 columns"),
        (
            _predict("patient_7.predict(scaler.transform(X_unseen), verbose=0)"),
            "For a table of 1 row and 30 columns it returns a table of 143",
        ),
        (_predict("'a text'"), "of type str"),
        ('diagnosis_7 = "H"\nmended_7 = patient_7.predict(X_scaled, verbose=0)', "A function is asked for"),
    ],
    insight="Put the preparation into a layer or function that training and predicting share: then neither can "
    "forget it.",
)


# ---------------------------------------------------------------- Patient 8: copies on both sides


def eighth(answer, images, labels, train):
    def is_right(split):
        # Forty pictures of random dots stand in for digits: each can be recognised under noise.
        dots = np.random.default_rng(1).integers(0, 2, (40, 28, 28, 1)).astype("float32")
        result = result_of(split, dots.copy(), np.arange(40) % 10)
        if not isinstance(result, (tuple, list)) or len(result) != 4:
            return "Return four things: training images, validation images, training labels, validation labels."
        parts = [array(part, np.shape(part)) for part in result]
        if any(part.shape[1:] != (28, 28, 1) for part in parts[:2]) or any(part.ndim != 1 for part in parts[2:]):
            return "The order is training images, validation images, training labels, validation labels."
        if [len(part) for part in parts[:2]] != [len(part) for part in parts[2:]]:
            return "Each part needs as many labels as pictures."
        sources, strange = zip(*(_sources(part, dots) for part in parts[:2]))
        if any(strange):
            return "Some pictures come from elsewhere: use the digits that your function is given."
        if any(np.any(source % 10 != part) for source, part in zip(sources, parts[2:])):
            return "Pictures and labels have come apart."
        training, validation = (set(source.tolist()) for source in sources)
        if training & validation:
            return f"Of 40 trial digits {len(training & validation)} are on both sides, as copies of each other."
        if not 5 <= len(validation) <= 12:
            return f"Of 40 trial digits {len(validation)} are in the validation part; about a fifth is asked for."
        if len(training | validation) < 40:
            return f"Of 40 trial digits {40 - len(training | validation)} are in neither part."
        different = {(place, picture.tobytes()) for place, picture in zip(sources[0].tolist(), parts[0])}
        if any(sum(place == each for place, _ in different) < 2 for each in training):
            return "No twins any more, but the training part has lost its noisy copies."
        train(*map(np.asarray, result_of(split, images.copy(), labels.copy())))  # Prints the two scores.
        return True

    return _both(8, answer, is_right)


def _sources(pictures, dots):
    """(which of the dotted pictures each picture is a copy of, int (n,); whether some are too far from every one)."""
    flat, patterns = pictures.reshape(len(pictures), -1), dots.reshape(len(dots), -1)
    nearest = (flat @ (patterns - 0.5).T).argmax(axis=1)
    return nearest, bool(np.any(np.square(flat - patterns[nearest]).mean(axis=1) > 0.55**2))


def _split(*lines):
    return "\n".join(
        ['diagnosis_8 = "G"\n\n', "def mended_8(some_images, some_labels):", *(f"    {line}" for line in lines)]
    )


_PARTS = "parts = train_test_split(some_images, some_labels, test_size=0.2, random_state=42)"
_COPIED = "copied, named = enlarge(parts[0], parts[2])"

JUDGES["treat patient 8"] = Judge(
    eighth,
    right=[
        # The copies of a digit stay together, in the validation part too.
        """from sklearn.model_selection import GroupShuffleSplit

diagnosis_8 = "g"


def mended_8(some_images, some_labels):
    copied, named = enlarge(some_images, some_labels)
    groups = np.tile(np.arange(len(some_labels)), 5)
    one, other = next(GroupShuffleSplit(1, test_size=0.2, random_state=42).split(copied, named, groups))
    return [copied[one], copied[other], named[one], named[other]]""",
        _split(
            "count = len(some_labels) // 4",
            "noisy = some_images[count:] + np.random.normal(0, 0.3, some_images[count:].shape)",
            "copied, named = [*some_images[count:], *noisy], [*some_labels[count:], *some_labels[count:]]",
            "return copied, some_images[:count], named, some_labels[:count]",
        ),
    ],
    wrong=[
        *_guesses(8, H="divided by 255", J="that is too high", L="close together"),
        *_guesses(8, I="I does not explain the signs", G="Now the treatment"),
        (_split("..."), "Now the treatment"),
        (
            _split("return train_test_split(*enlarge(some_images, some_labels), test_size=0.2, random_state=1)"),
            "on both sides",
        ),
        (_split(_PARTS, _COPIED, "return copied, copied[::5], named, named[::5]"), "on both sides"),
        (_split("return train_test_split(some_images, some_labels, test_size=0.2)"), "lost its noisy copies"),
        (
            _split(_PARTS, "return np.repeat(parts[0], 5, axis=0), parts[1], np.repeat(parts[2], 5), parts[3]"),
            "lost its noisy copies",
        ),
        (_split(_PARTS, "return *enlarge(parts[0], parts[2]), parts[1], parts[3]"), "The order is"),
        (_split(_PARTS, _COPIED, "return parts[1], copied, parts[3], named"), "32 are in the validation part"),
        (_split(_PARTS.replace("0.2", "0.5"), _COPIED, "return copied, parts[1], named, parts[3]"), "about a fifth"),
        (_split(_PARTS.replace("0.2", "2"), _COPIED, "return copied, parts[1], named, parts[3]"), "about a fifth"),
        (_split(_PARTS, _COPIED, "return copied[:2], parts[1], named[:2], parts[3]"), "30 are in neither part"),
        (_split(_PARTS, _COPIED, "return copied, parts[1], parts[2], parts[3]"), "as many labels as pictures"),
        (_split(_PARTS, _COPIED, "return copied, parts[1], named[::-1], parts[3]"), "have come apart"),
        (_split(_PARTS, _COPIED, "return copied, parts[1], named, (parts[3] + 1) % 10"), "have come apart"),
        (_split("return train_8, some_images, some_labels"), "Return four things"),
        (_split("return some_images"), "Return four things"),
        (_split("some_images, some_labels = images[:500], labels[:500]", _PARTS, "return parts"), "from elsewhere"),
        (_split(_PARTS, "return 'a text', *parts[1:]"), "of type str"),
        (_split("order = np.random.permutation(500)", "return some_images[order], 1, 2, 3"), "stopped with IndexError"),
        ('diagnosis_8 = "G"\nmended_8 = parts', "A function is asked for"),
    ],
    trains=True,
    insight="A score that is too good is a sign as well: ask what training and validation examples have in common.",
)


# ---------------------------------------------------------------- Patient 9: healthy


def ninth(answer, network, history, images, labels, watched, fresh):
    def is_right(evidence):
        shape = np.shape(evidence) if isinstance(evidence, (list, tuple)) else ()
        if shape == (2,):
            return "`evaluate` returns two numbers, a loss and an accuracy: which of them is the share?"
        share = number(evidence)

        def measured(examples, names):
            return np.mean(_shares(network, examples, 10).argmax(axis=1) == names)

        own, others, unseen = measured(images, labels), measured(*watched), measured(*fresh)
        if 1 < share <= 100:
            return "A share lies between 0 and 1."
        for value, sentence in [
            (own, True),
            (history.history["accuracy"][-1], "That is the epoch's mean, measured while it trained, with dropout."),
            (others, "That is the share of the watched digits; the training digits are asked for."),
            (unseen, "That is the share of the fresh digits; the training digits are asked for."),
            (network.evaluate(images, labels, verbose=0)[0], "That is the loss. The share is the other number."),
        ]:
            if abs(share - value) < 6e-4:
                if sentence is True:
                    print(f"measured alike: training {own:.1%}, watched {others:.1%}, fresh {unseen:.1%} right")
                return sentence
        return "It isn't this number: call `evaluate` of `patient_9` with the training digits and their labels."

    return _both(9, answer, is_right, "number", "The number is right")


def _proof(value, letter="L"):
    return f'diagnosis_9, evidence_9 = "{letter}", {value}'


JUDGES["treat patient 9"] = Judge(
    ninth,
    right=[
        _proof("np.mean(patient_9.predict(images, verbose=0).argmax(axis=1) == labels)"),
        _proof("round(patient_9.evaluate(images, labels, verbose=0)[1], 3)", "l"),
    ],
    wrong=[
        *_guesses(9, A="keeps falling", E="read at chance", G="lowers the training score", H="look at its layers"),
        *_guesses(
            9, I="more watched digits", J="the harder ones", K="K does not explain the signs", L="Now the number"
        ),
        ("diagnosis_9 = ...\nevidence_9 = ...", "not attempted"),
        (_proof("patient_9.evaluate(images, labels, verbose=0)"), "which of them is the share"),
        (_proof("100 * patient_9.evaluate(images, labels, verbose=0)[1]"), "between 0 and 1"),
        (_proof("history_9.history['accuracy'][-1]"), "the epoch's mean"),
        (_proof("patient_9.evaluate(*watched, verbose=0)[1]"), "share of the watched digits"),
        (_proof("patient_9.evaluate(*fresh, verbose=0)[1]"), "share of the fresh digits"),
        (_proof("patient_9.evaluate(images, labels, verbose=0)[0]"), "That is the loss"),
        (_proof("0.5"), "isn't this number"),
        (_proof("patient_9"), "This is a function or a network"),
        (
            _proof("patient_9.evaluate(images, labels, verbose=0)[1]", "G"),
            "The number is right, but the diagnosis doesn't fit. No digit is in two parts",
        ),
        (
            "diagnosis_9, evidence_9 = ..., patient_9.evaluate(images, labels, verbose=0)[1]",
            "The number is right. Name the fault too.",
        ),
    ],
    insight="Some alarms are false: before you treat, measure both scores in the same way, with the same network.",
)


# ---------------------------------------------------------------- Patient 10: overfitting


def tenth(answer, patient, images, labels):
    def is_right(network):
        def measured(some):
            shares = _shares(some, images, 10)
            if not _are_shares(shares):
                raise CourseError("The outputs are no shares that sum to 1: keep the softmax.")
            loss = -np.mean(np.log(np.maximum(shares[np.arange(len(labels)), labels], 1e-7)))
            return loss, np.mean(shares.argmax(axis=1) == labels)

        (before, read), (after, reads) = measured(patient), measured(network)
        found = f"Its loss on the fresh digits is {after:.2f}, the patient's {before:.2f}"
        if reads < read - 0.05:
            return f"{found}, and it reads only {reads:.1%} of them: was it trained for long enough?"
        if after > 0.8 * before:
            return f"{found}: that is not a fifth lower yet."
        print(f"loss on the fresh digits: {before:.2f} before, {after:.2f} now")
        return True

    return _both(10, answer, is_right)


JUDGES["treat patient 10"] = Judge(
    tenth,
    right=[
        _network(10, "j", weights="healthy.get_weights()"),
        # The same digits, and stopped in time.
        """diagnosis_10 = "J"
mended_10 = keras.models.clone_model(patient_10)
train_on(mended_10, keras.optimizers.Adam(0.01), images[:100], labels[:100], epochs=5)""",
    ],
    wrong=[
        *_guesses(10, A="falls to nearly 0", E="would be at chance", G="too good", I="own digits by heart"),
        *_guesses(10, L="has turned", C="C does not explain the signs", J="Now the treatment"),
        ('diagnosis_10 = "J"\nmended_10 = patient_10', "not a fifth lower yet"),
        (_network(10, "J"), "was it trained for long enough"),
        (
            _network(10, "J", weights="healthy.get_weights()", ending="[:-1], keras.layers.Dense(10)"),
            "keep the softmax",
        ),
        ('diagnosis_10 = "J"\nmended_10 = history_10', "of type History"),
        (_network(10, "E", weights="healthy.get_weights()"), "works, but the diagnosis doesn't fit. With labels of"),
    ],
    insight="Training far ahead, validation still far above chance: more examples, a smaller network, "
    "or an earlier stop.",
)
