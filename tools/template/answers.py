"""The exercises of lesson NUMBER: what is right, and what is probably wrong with an answer that is not."""

from dlcourse.checking import Value

JUDGES = {}

JUDGES["the mean of FOLDER"] = Value(
    right=(1 + 2 + 3) / 3,
    wrong=[
        (1 + 2 + 3, "This is the sum. A mean is smaller."),
        ((1 + 2 + 3) / 2, "You divided by the wrong count."),
    ],
    otherwise="Add the numbers up first.",
    insight="A right answer is told one thing more, such as where this will come in useful.",
)
