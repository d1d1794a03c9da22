"""What is drawn for lesson 1. Each docstring is its figure's text alternative; tools/drawing.py has the pens."""

from itertools import pairwise

import numpy as np

from dlcourse.palette import BLACK, BLUE, GREEN, GREY, ORANGE, PANEL, PURPLE, SKY, VERMILLION, WHITE, YELLOW
from drawing import LARGE, MEDIUM, NORMAL, SMALL, THICK, THIN, WIDTH, bezier, drawing, tint


@drawing(height=760)
def nested_fields(canvas):
    """Four boxes, one inside the other. Artificial intelligence, for example a
    chess program with hand-written rules, contains machine learning, for
    example linear regression and k-means. Machine learning contains neural
    networks, which may have a few layers, and these contain deep learning:
    networks with many layers.
    """
    fields = [
        ("Artificial intelligence", "a chess program with hand-written rules", ORANGE, "solid"),
        ("Machine learning", "linear regression, k-means", SKY, "dashed"),
        ("Neural networks", "a network with a few layers", GREEN, "dotted"),
        ("Deep learning", "a network with many layers", PURPLE, "solid"),
    ]
    for depth, (name, example, colour, style) in enumerate(fields):
        x, y = 40 + 75 * depth, 40 + 150 * depth
        bottom = 720 - 22 * depth
        canvas.box(
            x,
            y,
            WIDTH - 80 - 100 * depth,
            bottom - y,
            tint(colour, 0.28),
            BLACK,
            THICK if depth == 3 else NORMAL,
            style=style,
            rounding=30,
        )
        canvas.text(x + 40, y + 48, name, LARGE, bold=True, across="left")
        canvas.text(x + 40, y + 104, f"for example: {example}", MEDIUM, across="left")


@drawing(height=800)
def neuron(canvas):
    """One artificial neuron drawn as pipes. Three inputs x₁, x₂ and x₃ flow
    through valves, the weights w₁, w₂ and w₃, which set how much of each passes.
    They meet in a tank where they are summed and the bias b is added; the sum goes
    through the activation function f, drawn as a bent line, and one number y comes
    out: y = f(x₁w₁ + x₂w₂ + x₃w₃ + b).
    """
    water = tint(SKY, 0.75)
    pipe = 27  # Half the height of a pipe.
    tank_left, tank_right, tank_top, tank_bottom = 610, 850, 130, 560
    middle = 345

    # A pipe's water is as deep as what flows in it; behind the valve, less does.
    for number, (y, flow) in enumerate([(205, 18), (345, 11), (485, 4)], start=1):
        sub = "₁₂₃"[number - 1]
        canvas.box(150, y - pipe, tank_left - 150, 2 * pipe, WHITE, "none")
        canvas.box(150, y - 21, 230, 42, water, "none")
        canvas.box(380, y - flow, tank_left - 380, 2 * flow, water, "none")
        for side in (-pipe, pipe):
            canvas.line([(150, y + side), (tank_left, y + side)])
        canvas.arrow([(185, y), (275, y)], BLUE, NORMAL)
        canvas.arrow([(490, y), (570, y)], BLUE, NORMAL)
        canvas.text(95, y, f"x{sub}", LARGE, bold=True)
        for side in (-1, 1):
            wide = [(380 + side * 46, y - 38), (380 + side * 46, y + 38), (380, y)]
            canvas.shape(wide, tint(ORANGE, 0.8))
        canvas.line([(380, y), (380, y - 56)])
        canvas.box(346, y - 68, 68, 15, tint(ORANGE, 0.8), BLACK, NORMAL, rounding=7)
        canvas.text(452, y - 60, f"w{sub}", LARGE, bold=True)

    # The tank, with the bias flowing in from above.
    canvas.box(tank_left, tank_top, 240, tank_bottom - tank_top, WHITE, BLACK, THICK, rounding=22)
    canvas.box(tank_left + 6, 290, 228, tank_bottom - 294, water, "none", rounding=18)
    canvas.box(tank_left + 6, 270, 228, 60, water, "none")
    canvas.line([(tank_left + 6, 270), (tank_right - 6, 270)], BLUE, THIN)
    canvas.text(730, 395, "sum", LARGE, bold=True)
    canvas.text(730, 445, "of all that\nflows in", SMALL, up="top")
    canvas.box(703, 40, 54, 96, WHITE, "none")
    canvas.box(716, 40, 28, 232, water, "none")
    canvas.line([(703, 40), (703, 128)])
    canvas.line([(757, 40), (757, 128)])
    canvas.arrow([(730, 60), (730, 240)], BLUE, NORMAL)
    canvas.text(785, 62, "b", LARGE, bold=True, across="left")
    canvas.text(822, 63, "bias: added to every sum", SMALL, across="left")

    # The activation function bends the number; then the output.
    canvas.box(tank_right, middle - pipe, 130, 2 * pipe, water, "none")
    canvas.box(1200, middle - pipe, 130, 2 * pipe, water, "none")
    for left, right in [(tank_right + 3, 960), (1220, 1330)]:
        for side in (-pipe, pipe):
            canvas.line([(left, middle + side), (right, middle + side)])
    canvas.arrow([(872, middle), (945, middle)], BLUE, NORMAL)
    canvas.arrow([(1240, middle), (1385, middle)], BLUE, NORMAL)
    canvas.box(960, 215, 260, 260, tint(GREEN, 0.25), BLACK, THICK, rounding=22)
    canvas.line([(985, 395), (1195, 395)], GREY, THIN)
    canvas.line([(1090, 240), (1090, 450)], GREY, THIN)
    canvas.line([(985, 395), (1090, 395), (1195, 265)], VERMILLION, 9)
    canvas.text(1025, 270, "f", LARGE + 6, bold=True)
    canvas.text(1420, middle, "y", LARGE + 6, bold=True)

    labels = [
        (95, "inputs"),
        (380, "weights: how\nmuch passes"),
        (730, "tank: sum\nand bias"),
        (1090, "activation function:\na bend"),
        (1385, "output:\none number"),
    ]
    for x, words in labels:
        canvas.text(x, 585, words, SMALL, up="top")
    canvas.text(WIDTH / 2, 702, "y = f ( x₁w₁ + x₂w₂ + x₃w₃ + b )", LARGE, bold=True)
    canvas.text(WIDTH / 2, 758, "A weight can be negative: its input then lowers the sum.", SMALL)


def _network(canvas, columns, rows, radius, connect):
    """Draw the 3–2–2–1 network: `connect` draws a line, the inputs are squares."""
    for left in range(3):
        for y_left in rows[left]:
            for y_right in rows[left + 1]:
                connect((columns[left], y_left), (columns[left + 1], y_right))
    for layer, (x, heights) in enumerate(zip(columns, rows)):
        for y in heights:
            if layer == 0:
                canvas.box(
                    x - radius,
                    y - radius,
                    2 * radius,
                    2 * radius,
                    tint(SKY, 0.5),
                    BLACK,
                    NORMAL,
                    rounding=8,
                )
            else:
                canvas.circle(x, y, radius, tint(ORANGE if layer < 3 else GREEN, 0.5))


# How many circles stand in each column, and what follows from it: a weight for each line, a bias for each neuron.
LAYERS = [3, 2, 2, 1]
WEIGHTS = sum(before * after for before, after in pairwise(LAYERS))
BIASES = sum(LAYERS[1:])


@drawing(height=740, weights=WEIGHTS, biases=BIASES)
def network_3221(canvas):
    """A small network that estimates the price of a house. Three inputs (bedrooms,
    garden size, distance to school) are joined by lines to two neurons in hidden
    layer 1, these to two neurons in hidden layer 2, and these to one neuron in the
    output layer, whose output is the price. The {weights} lines are the weights, each of
    the {biases} circles has a bias, and data flows from left to right.
    """
    columns = [370, 660, 950, 1240]
    rows = [[190, 330, 470], [245, 415], [245, 415], [330]]
    assert [len(heights) for heights in rows] == LAYERS

    _network(canvas, columns, rows, 44, lambda a, b: canvas.line([a, b], BLUE, NORMAL))
    for y, words in zip(rows[0], ["bedrooms", "garden size", "distance\nto school"]):
        canvas.text(300, y, words, MEDIUM, across="right")
        canvas.text(370, y, "x" + "₁₂₃"[rows[0].index(y)], MEDIUM, bold=True)
    neurons = [(x, y) for x, heights in zip(columns[1:], rows[1:]) for y in heights]
    for sub, (x, y) in zip("₁₂₃₄₅", neurons):
        canvas.text(x, y, f"b{sub}", MEDIUM, bold=True)
    canvas.arrow([(1284, 330), (1345, 330)])
    canvas.text(1360, 330, "price", MEDIUM, bold=True, across="left")
    for x, words in zip(columns, ["input layer", "hidden layer 1", "hidden layer 2", "output layer"]):
        canvas.text(x, 85, words, MEDIUM, bold=True)
    canvas.arrow([(370, 568), (1240, 568)], BLACK, THICK, head=34)
    canvas.box(632, 540, 346, 56, PANEL, "none")
    canvas.text(805, 568, "data flows this way", MEDIUM)
    canvas.text(WIDTH / 2, 665, f"{WEIGHTS} weights (lines),  {BIASES} biases (circles)", LARGE, bold=True)


@drawing(height=800)
def backpropagation(canvas):
    """One training step in three panels: first, forward, with solid arrows, the inputs
    go through the network to a prediction, which is compared with the truth and gives
    the loss. Second, backpropagation, with dashed arrows from the loss back through
    the same network, computes a derivative for every weight. Third, and separately,
    the optimizer moves every weight a small step against its derivative; then all of
    it is repeated.
    """
    lefts = [30, 520, 1010]
    titles = [
        ("1  Forward", "predict, then compare", BLUE),
        ("2  Backpropagation", "computes derivatives", VERMILLION),
        ("3  Optimizer", "takes a small step", GREEN),
    ]
    for left, (title, purpose, colour) in zip(lefts, titles):
        canvas.card(left, 30, 460, 600, colour, header=114)
        canvas.text(left + 230, 66, title, LARGE - 2, bold=True)
        canvas.text(left + 230, 114, purpose, MEDIUM)

    # Panels 1 and 2 show the same network, passed through in opposite directions.
    def columns(left):
        return [left + 55, left + 165, left + 275, left + 385]

    rows = [[205, 290, 375], [235, 345], [235, 345], [290]]

    def forward(start, end):
        canvas.arrow(_between(start, end, 26), BLUE, 3.5, head=16)

    def backward(start, end):
        canvas.arrow(_between(end, start, 26), VERMILLION, 3.5, "dashed", head=16)

    _network(canvas, columns(lefts[0]), rows, 22, forward)
    _network(canvas, columns(lefts[1]), rows, 22, backward)
    for left, inset, wide in [(lefts[0], 175, 265), (lefts[1], 30, 410)]:
        canvas.box(left + inset, 480, wide, 128, tint(YELLOW, 0.45), BLACK, NORMAL, rounding=16)
        canvas.text(left + inset + wide / 2, 507, "loss", MEDIUM, bold=True)
    left = lefts[0]
    canvas.arrow([(left + 385, 316), (left + 385, 478)], BLUE, NORMAL)
    canvas.text(left + 370, 432, "prediction", SMALL, across="right")
    canvas.text(left + 65, 544, "truth", SMALL)
    canvas.arrow([(left + 108, 544), (left + 173, 544)], BLACK, NORMAL)
    canvas.text(left + 307, 564, "(truth −\nprediction)²", SMALL)

    left = lefts[1]
    canvas.arrow([(left + 385, 478), (left + 385, 316)], VERMILLION, NORMAL, "dashed")
    canvas.text(left + 365, 437, "one derivative\nfor each weight", SMALL, across="right")
    canvas.text(left + 235, 564, "which way, and how much,\neach weight changes it", SMALL)

    # Panel 3: every weight moves a little, each by its own amount and sign.
    left = lefts[2]
    steps = [("w₁", 0.62, -0.2), ("w₂", 0.30, 0.11), ("w₃", 0.52, 0.24)]
    for row, (name, old, step) in enumerate(steps):
        y = 218 + 82 * row
        x_old, x_new = (left + 95 + 330 * place for place in (old, old + step))
        canvas.text(left + 50, y, name, MEDIUM, bold=True)
        canvas.line([(left + 95, y), (left + 425, y)], GREY, NORMAL)
        canvas.circle(x_old, y, 13, WHITE, BLACK, NORMAL)
        canvas.circle(x_new, y, 15, GREEN, BLACK, NORMAL)
        gap = 18 if x_new > x_old else -18
        canvas.arrow(
            bezier((x_old, y - 18), (x_old + gap, y - 40), (x_new - gap, y - 40), (x_new, y - 20)),
            BLACK,
            THIN + 1,
            head=14,
        )
    canvas.text(left + 230, 438, "⋮", LARGE)
    canvas.text(
        left + 230,
        535,
        "new weight =\nold weight − learning\nrate × derivative",
        SMALL + 2,
        bold=True,
    )

    for left in lefts[:2]:
        canvas.arrow([(left + 460, 250), (left + 490, 250)], BLACK, THICK, head=26)
    canvas.arrow([(1240, 632), (1240, 715), (260, 715), (260, 634)], BLACK, NORMAL, head=26)
    canvas.box(335, 670, 830, 96, PANEL, "none")
    canvas.text(
        WIDTH / 2,
        716,
        "Repeat with the next examples: the weights have\nmoved, so every derivative is computed anew.",
        MEDIUM,
    )


def _between(start, end, gap):
    """The straight line between two points, without `gap` pixels at either end."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    along = (end - start) / np.hypot(*(end - start)) * gap
    return np.array([start + along, end - along])


@drawing(height=800)
def loss_valleys(canvas):
    """A hilly curve: the loss for each value of one weight. Two balls start at
    different places and go downhill in steps, each as long as the learning rate
    times the slope, so they shorten where the ground gets flat; one ends in a
    valley, the other in a deeper one. Two dimensions are drawn; real losses have
    thousands.
    """

    # The curve is a bowl with waves; the balls' places are real gradient descent.
    def loss(w):
        return 0.075 * (w - 5.2) ** 2 + 0.9 * np.cos(1.55 * w + 0.6) + 1.2

    def derivative(w):
        return 0.15 * (w - 5.2) - 0.9 * 1.55 * np.sin(1.55 * w + 0.6)

    weights = np.linspace(-0.35, 9.9, 400)
    lowest, highest = loss(weights).min(), loss(weights).max()

    def place(w):
        x = 130 + (w - weights[0]) / (weights[-1] - weights[0]) * 1300
        return np.array([x, 575 - (loss(w) - lowest) / (highest - lowest) * 430])

    ground = np.array([place(w) for w in weights])
    canvas.shape(
        np.vstack([ground, [(1430, 655), (130, 655)]]),
        tint(SKY, 0.3),
        "none",
        hatch="//",
        hatch_colour=tint(SKY, 0.55),
    )
    canvas.line(ground, BLACK, THICK)
    canvas.arrow([(110, 657), (1445, 657)])
    canvas.arrow([(110, 657), (110, 50)])
    canvas.text(1440, 688, "weight", MEDIUM, across="right")
    canvas.text(70, 350, "loss", MEDIUM, angle=90)

    def above(w):
        """Where a ball lies that touches the curve at w."""
        slope = place(w + 0.01) - place(w - 0.01)
        normal = np.array([slope[1], -slope[0]]) / np.hypot(*slope)
        return place(w) + normal * 25

    balls = [(0.05, ORANGE, "start A", "a valley"), (7.5, GREEN, "start B", "a deeper valley")]
    learning_rate = 0.22
    for start, colour, name, end in balls:
        path = [start]
        for _ in range(30):
            path.append(path[-1] - learning_rate * derivative(path[-1]))
        canvas.circle(*above(path[0]), 22, tint(colour, 0.5), BLACK, NORMAL, style="dotted")
        for first, second in pairwise(path):
            a, b = above(first), above(second)
            if np.hypot(*(b - a)) > 8:
                canvas.arrow([a, b], VERMILLION, NORMAL, head=min(20, 0.75 * np.hypot(*(b - a))))
                canvas.circle(*a, 5, BLACK, "none")
        # The ball at rest hides the last, very small steps.
        canvas.circle(*above(path[-1]), 24, colour, BLACK, NORMAL)
        x, y = above(path[0])
        canvas.text(x + 36, y - 28, name, MEDIUM, bold=True, across="left")
        x, y = place(path[-1])
        canvas.text(x, y + 36, end, SMALL)
    canvas.circle(530, 132, 5, BLACK, "none")
    canvas.arrow([(530, 132), (600, 132)], VERMILLION, NORMAL, head=20)
    canvas.text(625, 132, "one step: the weight changes by\n− learning rate × slope", MEDIUM, across="left")
    canvas.text(WIDTH / 2, 743, "Two dimensions drawn; real losses have thousands.", MEDIUM, bold=True)
