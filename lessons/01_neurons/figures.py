"""What is drawn for lesson 1. Each docstring is its figure's text alternative; tools/drawing.py has the pens."""

from itertools import pairwise

import numpy as np
from PIL import Image

from course import ROOT
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


@drawing(height=580)
def activations(canvas):
    """Four curves: the neuron's output against its sum p, from -4 to 4. Threshold
    jumps from 0 to 1 at zero; sigmoid rises smoothly from 0 to 1; tanh rises smoothly
    from -1 to 1; ReLU is 0 for negative sums and then rises as a straight line.
    """
    p = np.linspace(-4, 4, 161)
    curves = [
        ("threshold", np.where(p >= 0, 1.0, 0.0), "0 or 1"),
        ("sigmoid", 1 / (1 + np.exp(-p)), "0 to 1, soft"),
        ("tanh", np.tanh(p), "−1 to 1, soft"),
        ("ReLU", np.maximum(p, 0), "0 below zero"),
    ]
    for number, (name, values, words) in enumerate(curves):
        left, wide, zero, unit = 50 + 355 * number, 335, 330, 100
        canvas.box(left, 90, wide, 360, WHITE, BLACK, THIN)
        canvas.line([(left, zero), (left + wide, zero)], GREY, THIN)
        canvas.line([(left + wide / 2, 90), (left + wide / 2, 450)], GREY, THIN)
        for height in (1, -1):
            y = zero - unit * height
            canvas.line([(left + wide / 2 - 8, y), (left + wide / 2 + 8, y)], BLACK, THIN)
            canvas.text(
                left + wide / 2 + (18 if height < 0 else -18),
                y,
                f"{height}".replace("-", "−"),
                SMALL,
                across="left" if height < 0 else "right",
            )
        path = np.column_stack([left + (p + 4) / 8 * wide, zero - unit * values])
        canvas.line(path[values <= 2.3], VERMILLION, 9)
        canvas.text(left + wide / 2, 52, name, LARGE, bold=True)
        canvas.text(left + wide / 2, 488, words, MEDIUM)
    canvas.text(WIDTH / 2, 532, "across: the sum p, from −4 to 4      up: the neuron's output", SMALL)


@drawing(height=640)
def bend(canvas):
    """Three panels with inputs from -2 to 2. The first neuron after ReLU is 0 up to
    zero and then rises; the second, halved, falls to zero and then is 0; their sum
    falls, touches 0 and rises again, a bent line. A dashed straight line shows the same
    sum without ReLU.
    """
    x = np.linspace(-2, 2, 81)
    first, second = np.maximum(x, 0), 0.5 * np.maximum(-x, 0)
    panels = [
        ("first neuron", first, "1 × x, then ReLU", None),
        ("second, halved", second, "−1 × x, then ReLU", None),
        ("the sum", first + second, "with ReLU it bends", 0.5 * x),
    ]
    for number, (name, values, words, straight) in enumerate(panels):
        left, wide, zero, unit = 55 + 490 * number, 410, 350, 105
        canvas.box(left, 100, wide, 400, WHITE, BLACK, THIN)
        canvas.line([(left, zero), (left + wide, zero)], GREY, THIN)
        canvas.line([(left + wide / 2, 100), (left + wide / 2, 500)], GREY, THIN)
        across = left + 20 + (x + 2) / 4 * (wide - 40)
        if straight is not None:
            canvas.line(np.column_stack([across, zero - unit * straight]), BLUE, 5, "dashed")
            canvas.text(left + wide - 20, 478, "dashed: without ReLU", SMALL, across="right")
        canvas.line(np.column_stack([across, zero - unit * values]), VERMILLION, 9)
        for place in (-2, 2):
            canvas.text(left + 20 + (place + 2) / 4 * (wide - 40), zero + 26, f"{place}".replace("-", "−"), SMALL)
        canvas.text(left + wide / 2, 60, name, LARGE, bold=True)
        canvas.text(left + wide / 2, 545, words, MEDIUM)
        if number < 2:
            canvas.text(left + wide + 40, 300, "+="[number], LARGE + 20, bold=True)
    canvas.text(WIDTH / 2, 605, "across: the input x      up: the output", SMALL)


@drawing(height=840)
def numpy_habits(canvas):
    """Six panels around the table with the rows 1 2 3 and 4 5 6. Shape: 2 rows and
    3 columns is (2, 3). Axis: along axis 0, down, the columns add up to 5 7 9; along
    axis 1, across, the rows add up to 6 and 15. Slice: table[0] is the first row,
    table[:, 2] the last column. Reshape: the same six numbers as 3 rows of 2. Mask:
    table > 2 marks 3, 4, 5 and 6, and table[mask] picks them. @: each row times the
    weights 1 0 2, added up, gives 7 and 16.
    """
    table = [[1, 2, 3], [4, 5, 6]]
    cell = 54

    def grid(x, y, rows, marked=()):
        for i, values in enumerate(rows):
            for j, value in enumerate(values):
                look = {"hatch": "//", "hatch_colour": tint(ORANGE, 0.7)} if (i, j) in marked else {}
                canvas.box(x + cell * j, y + cell * i, cell, cell, WHITE, BLACK, NORMAL, **look)
                if (i, j) in marked:
                    canvas.circle(x + cell * (j + 0.5), y + cell * (i + 0.5), 19, WHITE, "none")
                canvas.text(x + cell * (j + 0.5), y + cell * (i + 0.5), str(value), MEDIUM, bold=(i, j) in marked)

    titles = [
        ("1  shape", "table.shape is (2, 3)"),
        ("2  axis", "table.sum(axis=0)"),
        ("3  slice", "table[0]   table[:, 2]"),
        ("4  reshape", "table.reshape(3, 2)"),
        ("5  mask", "table[table > 2]"),
        ("6  @", "table @ weights"),
    ]
    for number, (title, code) in enumerate(titles):
        left, top = 30 + 485 * (number % 3), 28 + 396 * (number // 3)
        canvas.card(left, top, 465, 384, [SKY, GREEN, ORANGE, PURPLE, YELLOW, BLUE][number], header=70)
        canvas.text(left + 232, top + 36, title, LARGE - 4, bold=True)
        canvas.text(left + 232, top + 358, code, MEDIUM, bold=True)
        x, y = left + 150, top + 125
        if number == 0:
            grid(x, y, table)
            canvas.text(x + 81, y - 24, "3 columns", SMALL)
            canvas.text(x - 14, y + 54, "2 rows", SMALL, across="right")
            canvas.text(left + 232, top + 296, "rows first, then columns", SMALL)
        elif number == 1:
            grid(x - 40, y - 15, table)
            for j, total in enumerate([5, 7, 9]):
                canvas.arrow([(x - 13 + cell * j, y + 98), (x - 13 + cell * j, y + 132)], BLUE, NORMAL, head=16)
                canvas.text(x - 13 + cell * j, y + 156, str(total), MEDIUM, bold=True)
            canvas.text(x - 55, y + 156, "axis 0", SMALL, across="right")
            for i, total in enumerate([6, 15]):
                middle = y + 12 + cell * i
                canvas.arrow([(x + 128, middle), (x + 170, middle)], BLUE, NORMAL, head=16)
                canvas.text(x + 200, middle, str(total), MEDIUM, bold=True)
            canvas.text(x + 185, y - 32, "axis 1", SMALL)
            canvas.text(left + 232, top + 318, "0: down.  1: along the rows", SMALL)
        elif number == 2:
            grid(left + 45, y, table, [(0, 0), (0, 1), (0, 2)])
            grid(left + 260, y, table, [(0, 2), (1, 2)])
            canvas.text(left + 126, y + 140, "first row", SMALL)
            canvas.text(left + 341, y + 140, "last column", SMALL)
            canvas.text(left + 232, top + 308, "places count from 0, : is all", SMALL)
        elif number == 3:
            grid(left + 50, y + 20, table)
            canvas.arrow([(left + 228, y + 74), (left + 290, y + 74)], BLACK, NORMAL)
            grid(left + 310, y - 8, [[1, 2], [3, 4], [5, 6]])
            canvas.text(left + 232, top + 308, "same numbers, same order", SMALL)
        elif number == 4:
            grid(left + 40, y, table, [(0, 2), (1, 0), (1, 1), (1, 2)])
            canvas.arrow([(left + 212, y + 54), (left + 248, y + 54)], BLACK, NORMAL, head=20)
            for j, value in enumerate([3, 4, 5, 6]):
                canvas.text(left + 278 + 45 * j, y + 54, str(value), MEDIUM, bold=True)
            canvas.text(left + 232, top + 290, "a question to each number;\nwhere true, it is kept", SMALL)
        else:
            grid(left + 40, y, table)
            grid(left + 252, y - 27, [[1], [0], [2]])
            canvas.text(left + 226, y + 54, "@", MEDIUM, bold=True)
            canvas.text(left + 330, y + 54, "=", MEDIUM, bold=True)
            grid(left + 355, y, [[7], [16]])
            canvas.text(left + 232, top + 290, "1 × 1 + 2 × 0 + 3 × 2 = 7", SMALL)
            canvas.text(left + 232, top + 320, "multiply pair by pair, add up", SMALL)


DOG, TRUTH = 0.37, 1
ERROR = TRUTH - DOG


@drawing(height=620, answer=DOG, error=ERROR, loss=round(ERROR**2, 3))
def dog_loss(canvas):
    """The picture of a dog's head, in large grey pixels, goes into a network, and {answer}
    comes out for dog. The truth is 1. Error {error}, squared {loss}: the loss. An arrow
    leads back: every weight is moved a little, so that the loss gets smaller.
    """
    with Image.open(ROOT / "data" / "probes" / "dog.png") as picture:
        pixels = np.asarray(picture.convert("L"), float) / 255
    left, top, cell = 60, 120, 11
    for row, values in enumerate(np.round(pixels * 15) / 15):
        start = 0
        for column in range(1, len(values) + 1):  # Equal neighbours are one box.
            if column == len(values) or values[column] != values[start]:
                grey = f"#{round(255 * values[start]):02x}" + f"{round(255 * values[start]):02x}" * 2
                canvas.box(left + cell * start, top + cell * row, cell * (column - start), cell, grey, "none")
                start = column
    canvas.box(left, top, 28 * cell, 28 * cell, "none", BLACK, NORMAL)
    canvas.text(left + 14 * cell, 80, "pixels go in", MEDIUM, bold=True)
    canvas.arrow([(385, 270), (465, 270)], BLACK, THICK)
    canvas.box(480, 140, 330, 260, tint(ORANGE, 0.3), BLACK, THICK, rounding=24)
    canvas.text(645, 250, "network", LARGE, bold=True)
    canvas.text(645, 305, "many weights", MEDIUM)
    canvas.arrow([(825, 270), (905, 270)], BLACK, THICK)
    canvas.text(1015, 245, f"{DOG}", LARGE + 26, bold=True)
    canvas.text(1015, 315, "“dog”", MEDIUM)
    canvas.text(1015, 80, "output", MEDIUM, bold=True)
    canvas.text(1310, 80, "truth", MEDIUM, bold=True)
    canvas.text(1310, 245, f"{TRUTH}", LARGE + 26, bold=True)
    canvas.text(1310, 315, "it is a dog", MEDIUM)
    canvas.text(1165, 400, f"error {ERROR:.2f},  loss {ERROR:.2f}² = {ERROR**2:.3f}", LARGE - 4, bold=True)
    canvas.arrow([(1165, 440), (1165, 540), (645, 540), (645, 415)], VERMILLION, THICK, "dashed")
    canvas.text(905, 580, "move every weight a little, so that the loss gets smaller", MEDIUM)


CHAIN = {"x": 1.0, "w1": 0.5, "w2": 2.0, "t": 3.0}
HIDDEN = float(np.tanh(CHAIN["w1"] * CHAIN["x"]))
OUTPUT = CHAIN["w2"] * HIDDEN
SLOPE_Y = -2 * (CHAIN["t"] - OUTPUT)
SLOPES = {"y": SLOPE_Y, "w2": SLOPE_Y * HIDDEN, "w1": SLOPE_Y * CHAIN["w2"] * (1 - HIDDEN**2) * CHAIN["x"]}


def _two_decimals(value):
    return f"{value:.2f}".replace("-", "−")


CHAIN_WORDS = {
    "hidden": _two_decimals(HIDDEN),
    "bend": _two_decimals(1 - HIDDEN**2),
    "output": _two_decimals(OUTPUT),
    "loss": _two_decimals((CHAIN["t"] - OUTPUT) ** 2),
    "before": _two_decimals(SLOPE_Y * CHAIN["w2"] * (1 - HIDDEN**2)),
    **{name: _two_decimals(value) for name, value in SLOPES.items()},
}


@drawing(height=700, **CHAIN_WORDS)
def two_neurons(canvas):
    """Two neurons in a row. Above, forward with solid arrows: the input 1, times the
    weight w1 = 0.5, through tanh gives {hidden}; times the weight w2 = 2 gives the
    output {output}; the truth is 3, the loss {loss}. Below, backward with dashed arrows:
    the slope at the output is {y}; times {hidden}, the slope for w2 is {w2}; times w2,
    times the slope of tanh, {bend}, times the input, the slope for w1 is {w1}.
    """
    said = CHAIN_WORDS
    places = [130, 480, 880, 1310]
    canvas.text(70, 50, "forward", MEDIUM, bold=True, across="left")
    steps = [("input x", "1"), ("hidden", said["hidden"]), ("output y", said["output"]), ("loss", said["loss"])]
    for x, (name, value) in zip(places, steps):
        fill = tint(SKY, 0.5) if x == 130 else tint(YELLOW, 0.5) if x == 1310 else tint(ORANGE, 0.4)
        if x == 130:
            canvas.box(x - 60, 130, 120, 120, fill, BLACK, NORMAL, rounding=10)
        elif x == 1310:
            canvas.box(x - 105, 130, 210, 120, fill, BLACK, NORMAL, rounding=16)
        else:
            canvas.circle(x, 190, 78, fill)
        canvas.text(x, 172, name, MEDIUM)
        canvas.text(x, 212, value, LARGE - 4, bold=True)
    for start, end, words in [(190, 400, "× w₁ = 0.5\nthen tanh"), (558, 800, "× w₂ = 2"), (958, 1203, "truth 3")]:
        canvas.arrow([(start, 190), (end, 190)], BLUE, THICK)
        for y, line in zip((150, 228), words.split("\n")):
            canvas.text((start + end) / 2, y, line, SMALL)
    canvas.text(70, 350, "backward: multiply the slopes on the way", MEDIUM, bold=True, across="left")
    for start, end, words in [(1203, 985, "−2 (t − y)"), (775, 585, f"× w₂ × {said['bend']}"), (375, 190, "× x")]:
        canvas.arrow([(start, 455), (end, 455)], VERMILLION, THICK, "dashed")
        canvas.text((start + end) / 2, 420, words, SMALL)
    canvas.text(1310, 455, "loss", MEDIUM)
    canvas.text(880, 440, "at y", MEDIUM)
    canvas.text(880, 480, said["y"], LARGE - 4, bold=True)
    canvas.text(480, 440, "before tanh", MEDIUM)
    canvas.text(480, 480, said["before"], LARGE - 4, bold=True)
    canvas.arrow([(880, 515), (880, 580)], VERMILLION, NORMAL, "dashed", head=20)
    canvas.text(905, 548, f"× hidden {said['hidden']}", SMALL, across="left")
    canvas.text(930, 620, f"for w₂: {said['w2']}", LARGE - 4, bold=True)
    canvas.text(130, 440, "for w₁", MEDIUM)
    canvas.text(130, 480, said["w1"], LARGE - 4, bold=True)
    canvas.text(70, 560, f"{said['bend']} is the slope of tanh: 1 − {said['hidden']}²", SMALL, across="left")
    canvas.text(70, 620, "minus: the loss falls when the weight grows", SMALL, across="left")


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
        "Repeat, with the same or other examples: the weights\nhave moved, so every derivative is computed anew.",
        MEDIUM,
    )


def _between(start, end, gap):
    """The straight line between two points, without `gap` pixels at either end."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    along = (end - start) / np.hypot(*(end - start)) * gap
    return np.array([start + along, end - along])
