"""What must always hold of lesson 1's own variables, and what its figures say."""

import re

import numpy as np
import pytest

from dlcourse import palette
from drawn_figures import FIGURES, texts, words
from running import lesson

lesson_01 = lesson("01", until="The question again", train=True)


def test_01_no_house_is_in_both_parts_and_both_are_scaled_by_the_known_ones(lesson_01):
    rows, others = lesson_01["train_rows"], lesson_01["test_rows"]
    assert sorted([*rows, *others]) == list(range(len(lesson_01["houses"])))
    for values, train, test in [
        (lesson_01["houses"], lesson_01["train_x"], lesson_01["test_x"]),
        (lesson_01["prices"], lesson_01["train_t"], lesson_01["test_t"]),
    ]:
        mean, spread = values[rows].mean(axis=0), values[rows].std(axis=0)
        assert np.allclose(train, (values[rows] - mean) / spread)
        assert np.allclose(test, (values[others] - mean) / spread)


def test_01_backpropagation_gives_the_slopes(lesson_01):
    """Against the loss a little to both sides, for every parameter of another network and other houses."""
    generator = np.random.default_rng(5)
    parameters = [generator.normal(size=shape) for shape in [(3, 2), (2,), (2, 2), (2,), (2, 1), (1,)]]
    x, t = generator.normal(size=(7, 3)), generator.normal(size=(7, 1))
    loss, gradient = lesson_01["backpropagate"](x, t, parameters)
    assert loss == pytest.approx(np.mean((lesson_01["forward"](x, parameters)[-1] - t) ** 2))
    for number, table in enumerate(parameters):
        for place in np.ndindex(table.shape):
            ends = []
            for tiny in (1e-5, -1e-5):
                moved = [one.copy() for one in parameters]
                moved[number][place] += tiny
                ends.append(lesson_01["backpropagate"](x, t, moved)[0])
            assert gradient[number][place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-5, abs=1e-8)


# ---------------------------------------------------------------- What the figures say is right


def test_the_neurons_formula_is_a_neurons_sum(drawn):
    line = next(line for _, _, line in texts(drawn["neuron"]) if line.startswith("y = f"))
    assert re.sub(r"[( ]", "", line) in re.sub(r"[( ]", "", FIGURES["neuron"].alternative)
    formula = line.removeprefix("y = ")
    for number, sub in enumerate("₁₂₃", 1):
        formula = formula.replace(f"x{sub}w{sub}", f"x{number} * w{number}")
    x, w, b = np.array([1.0, -2.0, 3.0]), np.array([0.5, 0.25, -1.5]), 5.5
    known = {"f": np.tanh, "b": b} | {f"x{i}": x[i - 1] for i in (1, 2, 3)} | {f"w{i}": w[i - 1] for i in (1, 2, 3)}
    assert eval(formula, known) == pytest.approx(np.tanh(x @ w + b))


def test_the_small_network_has_as_many_lines_and_circles_as_it_says(drawn):
    strokes = drawn["network_3221"].strokes
    lines = sum(kind == "Line2D" and look["color"] == palette.BLUE for kind, _, look in strokes)
    circles = sum(kind == "Circle" for kind, *_ in strokes)
    assert f"{lines} weights (lines), {circles} biases (circles)" in words(drawn["network_3221"])
    assert f"{lines} lines are the weights" in FIGURES["network_3221"].alternative
    assert f"{circles} circles has a bias" in FIGURES["network_3221"].alternative


def step(rule, **named):
    """The value of a rule in words, such as "old weight − learning rate × slope"."""
    for name, value in named.items():
        rule = rule.replace(name.replace("_", " "), f"({value})")
    return eval(rule.replace("−", "-").replace("×", "*"))


def test_the_optimizers_rule_goes_downhill(drawn):
    """On the parabola w², whose slope at 3 is 6; the loss is the squared difference, whatever its sign."""
    rule = re.search(r"new weight = (old weight .*? derivative)", words(drawn["backpropagation"]))[1]
    assert step(rule, old_weight=3, learning_rate=0.1, derivative=6) == pytest.approx(2.4)
    loss = re.search(r"\(truth .*?\)²", words(drawn["backpropagation"]))[0].replace("²", "**2")
    assert step(loss, truth=1, prediction=4) == step(loss, truth=4, prediction=1) == 9
