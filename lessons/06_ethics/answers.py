"""The exercises of lesson 6: what is right, and what is probably wrong with an answer that is not."""

import numpy as np

from dlcourse.checking import CourseError, Judge, Value, array, number

JUDGES = {}

PATIENTS = ["Ada", "Bo", "Ada", "Cem", "Bo", "Ada"]  # As the exercise gives them: one name for each picture.


def people_err(answer, policies):
    """All mistakes in 1,000 cases, a row of the table each: those left, and 3 in 100 of what goes to a person.

    policies: indexed by threshold, with "to a person" and "mistakes left" per 1,000 cases. Reading the table's rounded
    numbers off is as good.
    """
    network, person = policies["mistakes left"].to_numpy(), policies["to a person"].to_numpy()
    if answer is not ... and np.shape(answer) == ():
        number(answer)
        return "This is one number. All rows are asked for: work with whole columns."
    found = array(answer, (len(policies),))

    def is_(values):
        return np.allclose(found, values, rtol=0, atol=0.1)

    if is_(network + 0.03 * person):
        return True
    if is_(network):
        return "These are the network's mistakes alone. People err as well."
    if is_(0.03 * person):
        return "These are the mistakes of people alone. The network's are still left."
    if is_(network + person):
        return "You count every case that goes to a person as a mistake, and only 3 in 100 are."
    if is_(network + 3 * person) or is_(network + 0.3 * person):
        return "How large a share is 3 in 100? Yours is another one."
    if is_(network + 0.97 * person):
        return "You count what people get right."
    if is_(network + 30) or is_(network + 3) or is_(network + 0.03 * (1000 - person)):
        return "People err in the cases that go to them, not in all 1,000 nor in the others."
    if is_(network * 1.03):
        return "People don't err in what the network gets wrong, but in what goes to them."
    return "Begin with the mistakes that are left, and add those which people make of what goes to them."


_LEFT, _SENT = 'policies["mistakes left"]', 'policies["to a person"]'

JUDGES["people err, too"] = Judge(
    people_err,
    right=[
        f"all_mistakes = {_LEFT} + 3 / 100 * {_SENT}",
        f"all_mistakes = ({_LEFT}.round(1) + 0.03 * {_SENT}.round(1)).tolist()",
        f"""all_mistakes = []
for left, sent in zip({_LEFT}, {_SENT}):
    all_mistakes.append(left + 0.03 * sent)""",
    ],
    wrong=[
        (f"all_mistakes = {_LEFT}", "People err as well"),
        (f"all_mistakes = 0.03 * {_SENT}", "The network's are still left"),
        (f"all_mistakes = {_LEFT} + {_SENT}", "only 3 in 100 are"),
        (f"all_mistakes = {_LEFT} + 3 * {_SENT}", "How large a share"),
        (f"all_mistakes = {_LEFT} + 0.3 * {_SENT}", "How large a share"),
        (f"all_mistakes = {_LEFT} + 0.97 * {_SENT}", "what people get right"),
        (f"all_mistakes = {_LEFT} + 0.03 * 1000", "not in all 1,000"),
        (f"all_mistakes = {_LEFT} + 3", "not in all 1,000"),
        (f"all_mistakes = {_LEFT} + 0.03 * (1000 - {_SENT})", "nor in the others"),
        (f"all_mistakes = 1.03 * {_LEFT}", "but in what goes to them"),
        (f"all_mistakes = {_LEFT} - 0.5 * {_SENT}", "Begin with the mistakes"),
        ("all_mistakes = 12", "This is one number"),
        ("all_mistakes = 'many'", "This is a text"),
        (f"all_mistakes = ({_LEFT} + 0.03 * {_SENT})[1:]", "What is needed is"),
        ("all_mistakes = policies", "What is needed is"),
    ],
    insight="Asking people isn't free of mistakes: the best policy counts theirs as well.",
)


def clinic(answer, policies):
    """The threshold of a table of policies with the fewest mistakes for at most 400 cases to a person.

    policies: indexed by threshold, with "to a person" and "mistakes left" per 1,000 cases. The lesson shows them
    rounded, so what is best by the rounded table is right as well as what is best by the exact one.
    """
    threshold, shown = number(answer), policies.round()
    places = np.flatnonzero(np.isclose(policies.index, threshold, rtol=0, atol=1e-6))
    if not len(places):
        return "This threshold is not one of the table's: choose one of its rows."
    row = shown.iloc[places[0]]
    for table in (policies, shown):
        affordable = table[table["to a person"] <= 400]
        best = affordable[affordable["mistakes left"] == affordable["mistakes left"].min()]
        if policies.index[places[0]] in best.index:
            return True
    if row["to a person"] > 400:
        return f"This sends {row['to a person']:.0f} of 1,000 cases to a person, and there is time for 400."
    return f"Affordable, but it leaves {row['mistakes left']:.0f} mistakes: another affordable row leaves fewer."


# A table whose rows don't depend on a training: by the exact numbers 0.9 is best, by the rounded ones 0.95.
_TABLE = """policies = pd.DataFrame(
    {"to a person": [0, 250.25, 400.25, 640.5], "mistakes left": [52, 14.25, 9.5, 2]}, index=[0, 0.9, 0.95, 0.999]
)
"""

JUDGES["a policy for a clinic"] = Judge(
    clinic,
    right=[
        _TABLE + "clinic_threshold = 0.95",
        _TABLE + "clinic_threshold = 0.9",
        """policies = pd.DataFrame([policy(cases, each) for each in thresholds], thresholds)  # The lesson's own again.
for each in thresholds:
    if policies.loc[each, "to a person"] <= 400:
        clinic_threshold = each""",
    ],
    wrong=[
        ("clinic_threshold = 0", "another affordable row leaves fewer"),
        ("clinic_threshold = 0.123", "not one of the table's"),
        ("clinic_threshold = 90", "not one of the table's"),
        ('clinic_threshold = "0.9"', "This is a text"),
        ("clinic_threshold = False", "True and False are no numbers"),
        ("clinic_threshold = policies", "One number"),
        (_TABLE + "clinic_threshold = 0.999", "640 of 1,000 cases to a person"),
        (_TABLE + "clinic_threshold = 0", "it leaves 52 mistakes"),
    ],
    insight="The clinic set the limit, the validation digits gave the numbers: a policy needs both.",
)


JUDGES["what the overall number hides"] = Value(
    right=100 * 980 // (1000 - 20),
    tolerance=1e-3,
    wrong=[
        (98, "That is the overall number: it counts the minority in."),
        (0.98, "That is the overall number: it counts the minority in."),
        (98 - 2, "You took the two per cent off twice: the overall number has lost them already."),
        (0.98 - 0.02, "You took the two per cent off twice: the overall number has lost them already."),
        (98 * 0.98, "You took the two per cent off twice: the overall number has lost them already."),
        (100 * (98 - 2) / (100 - 2), "You took the two per cent off twice: the overall number has lost them already."),
        (980 / 980, "As a share it would be this; per cent are asked for."),
    ],
    otherwise="Count in 1,000 people: how many are read rightly in all, and how many are the others?",
    insight="Ask for each group's accuracy, and on how many people it was measured.",
)


def hardest_digit(answer, by_digit):
    """The digit with the lowest share of right answers.

    by_digit: indexed by digit, with the columns mean (a share), sum and count (pictures).
    """
    digit = number(answer)
    if digit not in by_digit.index:
        return "A digit from 0 to 9 is asked for."
    digit = int(digit)
    shares, mistakes = by_digit["mean"], by_digit["count"] - by_digit["sum"]
    if shares[digit] == shares.min():
        return True
    if shares[digit] == shares.max():
        return "This one is read best: look for the lowest share, not the highest."
    if mistakes[digit] == mistakes.max():
        return "This one has the most mistakes, but it also has many pictures: compare shares."
    return f"It is misread {1 - shares[digit]:.1%} of the time; another one more often."


# Answers of an invented network: 29 mistakes among the pictures of the rarest digit, 30 among those of the commonest.
_INVENTED = """counts = np.bincount(validation_labels)
rarest, commonest = counts.argmin(), counts.argmax()
invented = np.ones(len(second_answers), dtype=bool)
invented[np.flatnonzero(validation_labels == rarest)[:29]] = False
invented[np.flatnonzero(validation_labels == commonest)[:30]] = False
second_answers = second_answers.assign(right=invented)
"""

_SHARES = 'second_answers[:held_out].groupby(validation_labels)["right"].mean()'

JUDGES["mistakes by digit"] = Judge(
    hardest_digit,
    right=[
        _INVENTED + "hardest_digit = rarest",
        """second_answers = measure(second_network, validation_pictures, validation_labels)  # The lesson's own again.
upright = second_answers["right"][:held_out].to_numpy()
shares = [np.mean(upright[validation_labels == digit]) for digit in range(10)]
hardest_digit = int(np.argmin(shares))""",
    ],
    wrong=[
        (f"hardest_digit = {_SHARES}.idxmax()", "read best"),
        (f"hardest_digit = {_SHARES}.sort_values().index[5]", "another one more often"),
        (f"hardest_digit = {_SHARES}", "One number"),
        (f"hardest_digit = {_SHARES}.min()", "A digit from 0 to 9"),
        ("hardest_digit = 10", "A digit from 0 to 9"),
        ("hardest_digit = '8'", "This is a text"),
        (_INVENTED + "hardest_digit = commonest", "the most mistakes"),
    ],
    insight="Any column of the data can make groups: look at them before one number is published.",
)


def split(answer, patients):
    """(training, test): lists of picture numbers, each picture in one of them, no patient on both sides."""
    if any(part is ... for part in answer):
        return ...
    train, test = (_pictures(part) for part in answer)
    if not isinstance(patients, list) or patients != PATIENTS:
        return "The list `patients` is given. Leave it as it is, and choose the two others."
    if not set(train + test) <= set(range(len(patients))):
        return f"The pictures have the numbers 0 to {len(patients) - 1}."
    if set(train) & set(test):
        return "A picture is in both lists."
    if len(set(train + test)) < len(train + test):
        return "A picture stands twice in the same list."
    if len(train + test) < len(patients):
        return "Some pictures are in neither list."
    if min(len(train), len(test)) < 2:
        return "Each list needs at least two pictures."
    both = {patients[place] for place in train} & {patients[place] for place in test}
    if both:
        return f"{sorted(both)[0]} is on both sides: the network can know the patient, not the disease."
    return True


def _pictures(part):
    """A list, an array or a set of picture numbers as a list of them: int where they are whole."""
    try:
        values = list(part)
    except TypeError:  # It can't be gone through.
        values = [""]
    if any(isinstance(value, str) for value in values):
        raise CourseError("Two lists of picture numbers are asked for.")
    values = [number(value) for value in values]
    return [int(value) if value == int(value) else value for value in values]


def _lists(train, test, patients=PATIENTS):
    """An answer cell, which holds the list of patients as well."""
    return f"patients = {patients}\ntrain_list, test_list = {train}, {test}"


JUDGES["a split that doesn't leak"] = Judge(
    split,
    right=[
        _lists("[0, 2, 5]", "[1, 3, 4]"),
        _lists("[4, 1]", "[5, 3, 2, 0]"),
        _lists("(0, 2, 3, 5)", "{1, 4}"),
        _lists("np.array([0, 2, 3, 5])", "range(1, 5, 3)"),
        _lists("[i for i in range(6) if patients[i] != 'Bo']", "[i for i in range(6) if patients[i] == 'Bo']"),
    ],
    wrong=[
        (_lists("[0, 1, 2]", "[3, 4, 5]"), "Ada is on both sides"),
        (_lists("[0, 1, 2, 5]", "[3, 4]"), "Bo is on both sides"),
        (_lists("[0, 2, 5]", "[1, 4]"), "neither list"),
        (_lists("[0, 1, 2, 3, 4, 5]", "[]"), "at least two"),
        (_lists("[0, 1, 2, 4, 5]", "[3]"), "at least two"),
        (_lists("[0, 1, 2, 4, 5]", "[3, 3]"), "twice in the same list"),
        (_lists("[0, 2, 3, 5]", "[1, 3, 4]"), "in both lists"),
        (_lists("[1, 2, 3, 4, 5, 6]", "[1, 2]"), "numbers 0 to 5"),
        (_lists("[0.5, 2, 5, 3]", "[1, 4]"), "numbers 0 to 5"),
        (_lists("[0, 2, 5, 3]", "[-5, 4]"), "numbers 0 to 5"),
        (_lists("['Ada', 'Cem']", "['Bo']"), "Two lists of picture numbers"),
        (_lists("4", "2"), "Two lists of picture numbers"),
        (_lists("[[0, 2], [5, 3]]", "[1, 4]"), "One number"),
        (_lists("[0, 2, 3, 5]", "..."), "not attempted"),
        (_lists("[0, 1, 2]", "[3, 4, 5]", patients=list("abcdef")), "is given"),
    ],
    insight="Split by what belongs together: with a patient on both sides the test measures memory.",
)
