"""Draw the explanatory figures of the course.

    python draw_figures.py            # into the folder of this script
    python draw_figures.py elsewhere  # into another folder

Each figure is one function below, marked with ``@drawing``. Its docstring is
the figure's text alternative. For every figure two files are written,
``<name>.svg`` (letters as outlines, so it looks the same everywhere) and
``<name>.png`` (1500 pixels wide, few colours, small). ``alt.json`` collects
the text alternatives.

Nothing here is random, dated or fetched: the same versions of the packages
write the same files. Distances are in pixels of the PNG, x to the right and y
downwards, as on a screen.
"""

import io
import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse, FancyBboxPatch, Polygon
from matplotlib.style import context as style_context
from PIL import Image

# --- One look for all figures -------------------------------------------------

WIDTH = 1500
DPI = 100

# The palette of Okabe and Ito can be told apart with any colour vision.
BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
WHITE = "#FFFFFF"

# The panel is opaque, so that the figures can be read on dark pages too.
PANEL = "#FCFCFA"
PANEL_EDGE = "#B8B8B8"
GREY = "#767676"

# Widths of lines and heights of letters, in pixels.
THIN, NORMAL, THICK = 2.5, 4, 7
SMALL, MEDIUM, LARGE = 26, 30, 38

STYLE = {
    "font.family": "DejaVu Sans",
    "hatch.linewidth": 1.6,
    "svg.fonttype": "path",
    "svg.hashsalt": "explanatory figures",
    "path.simplify": False,
    "text.hinting": "none",
}

# Multiples of a line's width: dash, gap, dash, gap ...
DASHES = {"solid": "solid", "dashed": (0, (3.2, 2.0)), "dotted": (0, (1.0, 1.5))}

FIGURES = {}


def drawing(height):
    """Register a function as a figure of this height, under its own name."""

    def register(function):
        FIGURES[function.__name__] = (function, height)
        return function

    return register


def text_alternative(name):
    """The text alternative of a figure: its docstring, on one line."""
    return " ".join(FIGURES[name][0].__doc__.split())


def points(pixels):
    """Matplotlib measures lines and letters in points, 72 to the inch."""
    return pixels * 72 / DPI


def tint(colour, share):
    """Mix a colour with white: share 1 is the colour itself, 0 is white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 + share * (part - 255)):02X}" for part in parts)


def bezier(start, pull_1, pull_2, end, steps=200):
    """The points of a cubic Bézier curve, shape (steps, 2)."""
    t = np.linspace(0, 1, steps)[:, None]
    start, pull_1, pull_2, end = (np.asarray(p, float) for p in (start, pull_1, pull_2, end))
    return (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * pull_1 + 3 * (1 - t) * t**2 * pull_2 + t**3 * end


class Canvas:
    """A drawing area with the panel already on it, and a few pens."""

    def __init__(self, height):
        self.figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI)
        FigureCanvasAgg(self.figure)
        self.figure.patch.set_alpha(0)
        self.axes = self.figure.add_axes([0, 0, 1, 1])
        self.axes.set_axis_off()
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        self.box(4, 4, WIDTH - 8, height - 8, PANEL, PANEL_EDGE, THIN, rounding=28)

    def _add(self, patch):
        # Later strokes lie on top of earlier ones, as on paper.
        patch.set_zorder(len(self.axes.patches) + len(self.axes.lines) + 1)
        self.axes.add_patch(patch)

    def _fill(self, make, fill, edge, width, style, hatch, hatch_colour):
        """Add one shape; a hatch is a second copy of it, without an outline."""
        if hatch:
            self._add(make(facecolor=fill, edgecolor="none"))
            self._add(make(facecolor="none", edgecolor=hatch_colour, hatch=hatch, linewidth=0))
            fill = "none"
        self._add(
            make(
                facecolor=fill,
                edgecolor=edge,
                linewidth=points(width) if edge != "none" else 0,
                linestyle=DASHES[style],
            )
        )

    def box(
        self,
        x,
        y,
        wide,
        high,
        fill="none",
        edge=BLACK,
        width=NORMAL,
        *,
        style="solid",
        rounding=0,
        hatch=None,
        hatch_colour=GREY,
    ):
        """A rectangle with its upper left corner at (x, y)."""
        shape = f"round,pad=0,rounding_size={rounding}" if rounding else "square,pad=0"

        def make(**look):
            return FancyBboxPatch((x, y), wide, high, boxstyle=shape, **look)

        self._fill(make, fill, edge, width, style, hatch, hatch_colour)

    def circle(
        self,
        x,
        y,
        radius,
        fill=WHITE,
        edge=BLACK,
        width=NORMAL,
        *,
        style="solid",
        hatch=None,
        hatch_colour=GREY,
    ):
        def make(**look):
            return Circle((x, y), radius, **look)

        self._fill(make, fill, edge, width, style, hatch, hatch_colour)

    def ellipse(self, x, y, wide, high, fill=WHITE, edge=BLACK, width=NORMAL):
        def make(**look):
            return Ellipse((x, y), wide, high, **look)

        self._fill(make, fill, edge, width, "solid", None, None)

    def shape(
        self,
        outline,
        fill=WHITE,
        edge=BLACK,
        width=NORMAL,
        *,
        style="solid",
        hatch=None,
        hatch_colour=GREY,
    ):
        """A closed shape through the given points."""

        def make(**look):
            return Polygon(outline, closed=True, joinstyle="round", **look)

        self._fill(make, fill, edge, width, style, hatch, hatch_colour)

    def line(self, path, colour=BLACK, width=NORMAL, style="solid"):
        """A line through the given points."""
        path = np.asarray(path, float)
        self.axes.plot(
            path[:, 0],
            path[:, 1],
            color=colour,
            linewidth=points(width),
            linestyle=DASHES[style],
            solid_capstyle="round",
            solid_joinstyle="round",
            dash_capstyle="butt",
            zorder=len(self.axes.patches) + len(self.axes.lines) + 1,
        )

    def arrow(self, path, colour=BLACK, width=NORMAL, style="solid", head=24, both=False):
        """A line through the given points with a filled head at its end."""
        path = np.asarray(path, float)
        heads = [self._head(path, head)]
        if both:
            heads.append(self._head(path[::-1], head))
        # The line ends inside the head, so that its blunt end does not show.
        path = _shortened(path, 0.7 * head)
        if both:
            path = _shortened(path[::-1], 0.7 * head)
        self.line(path, colour, width, style)
        for outline in heads:
            self.shape(outline, colour, "none")

    @staticmethod
    def _head(path, size):
        tip = path[-1]
        back = _shortened(path, size)[-1] - tip
        back = back / np.hypot(*back) * size
        side = np.array([-back[1], back[0]]) * 0.42
        return [tip, tip + back + side, tip + back - side]

    def text(
        self,
        x,
        y,
        words,
        size=SMALL,
        *,
        bold=False,
        colour=BLACK,
        across="center",
        up="center",
        angle=0,
    ):
        """Words on one or several lines, centred on y or hanging from it ("top").

        Each line is set by its baseline, so that words beside each other stand on
        one level whether or not they have letters that reach up or down.
        """
        lines = words.split("\n")
        look = {
            "fontsize": points(size),
            "fontweight": "bold" if bold else "normal",
            "color": colour,
            "ha": across,
            "rotation": angle,
            "zorder": 10_000,
        }
        if angle:
            self.axes.text(x, y, words, va="center", **look)
            return
        first = y + 0.76 * size if up == "top" else y + (0.34 - 0.625 * (len(lines) - 1)) * size
        for number, line in enumerate(lines):
            self.axes.text(x, first + 1.25 * size * number, line, va="baseline", **look)

    def card(self, x, y, wide, high, colour, header):
        """A white box with a coloured band, `header` pixels high, at its top."""
        self.box(x, y, wide, high, WHITE, "none", rounding=24)
        self.box(x, y, wide, header, tint(colour, 0.25), "none", rounding=24)
        self.box(x, y + header - 40, wide, 40, tint(colour, 0.25), "none")
        self.line([(x, y + header), (x + wide, y + header)], BLACK, THIN)
        self.box(x, y, wide, high, "none", BLACK, NORMAL, rounding=24)

    def grid(self, x, y, cell, numbers, size=MEDIUM, fill=WHITE, bold=False):
        """A grid of numbers, its upper left corner at (x, y)."""
        for row, values in enumerate(numbers):
            for column, value in enumerate(values):
                self.box(x + column * cell, y + row * cell, cell, cell, fill, BLACK, THIN)
                self.text(
                    x + (column + 0.5) * cell,
                    y + (row + 0.5) * cell,
                    signed(value),
                    size,
                    bold=bold,
                )


def _shortened(path, by):
    """A path without its last `by` pixels."""
    lengths = np.hypot(*np.diff(path, axis=0).T)
    position = np.concatenate([[0], np.cumsum(lengths)])
    end = max(position[-1] - by, 0)
    kept = path[position < end]
    last = [np.interp(end, position, path[:, axis]) for axis in (0, 1)]
    return np.vstack([kept, last]) if len(kept) else np.array([path[0], last])


def signed(value):
    """A number as printed in a book, with a true minus sign."""
    return str(value).replace("-", "−")


# --- Lesson 1: neurons --------------------------------------------------------


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


@drawing(height=740)
def network_3221(canvas):
    """A small network that estimates the price of a house. Three inputs (bedrooms,
    garden size, distance to school) are joined by lines to two neurons in hidden
    layer 1, these to two neurons in hidden layer 2, and these to one neuron in the
    output layer, whose output is the price. The 12 lines are the weights, each of
    the 5 circles has a bias, and data flows from left to right.
    """
    columns = [370, 660, 950, 1240]
    rows = [[190, 330, 470], [245, 415], [245, 415], [330]]

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
    canvas.text(WIDTH / 2, 665, "12 weights (lines),  5 biases (circles)", LARGE, bold=True)


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


# --- Lesson 2: iris -----------------------------------------------------------


def _blade(centre, half_width, base=0.12, widest=0.68):
    """A petal along a centre line: narrow at its base, broad, with a round tip.

    Returns its outline and a function that gives vein lines inside it.
    """
    # Points lie closer together towards the tip, which is round.
    t = np.sin(np.linspace(0, np.pi / 2, 120))
    even = np.linspace(0, 1, len(centre))
    centre = np.column_stack([np.interp(t, even, centre[:, axis]) for axis in (0, 1)])
    rise = np.clip(t / widest, 0, 1)
    rise = base + (1 - base) * (3 * rise**2 - 2 * rise**3)
    fall = np.sqrt(np.clip(1 - (np.clip(t - widest, 0, 1) / (1 - widest)) ** 2, 0, 1))
    half = half_width * rise * fall
    along = np.gradient(centre, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    normal = np.column_stack([-along[:, 1], along[:, 0]])
    outline = np.vstack([centre + normal * half[:, None], (centre - normal * half[:, None])[::-1]])

    def vein(offset, start=0.0, end=0.9):
        inside = (t >= start) & (t <= end)
        return (centre + normal * (half * offset)[:, None])[inside]

    return outline, vein


def _sepal(canvas, centre, half_width, widest=0.64):
    """A fall: large, dark, veined, with a yellow patch on its throat."""
    outline, vein = _blade(centre, half_width, base=0.2, widest=widest)
    canvas.shape(outline, tint(BLUE, 0.62), BLACK, NORMAL)
    left, right = vein(0.72, 0.14, 0.56), vein(-0.72, 0.14, 0.56)
    bulge = np.sqrt(np.sin(np.linspace(0.02, 1, len(left)) * np.pi))[:, None]
    middle = (left + right) / 2
    patch = np.vstack([middle + (left - middle) * bulge, (middle + (right - middle) * bulge)[::-1]])
    canvas.shape(patch, tint(YELLOW, 0.9), "none")
    for offset in (-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75):
        canvas.line(vein(offset, 0.12, 0.9 - 0.3 * abs(offset)), tint(BLUE, 1), THIN)


def _petal(canvas, centre, half_width):
    """A standard: smaller, lighter, with one clear midrib."""
    outline, vein = _blade(centre, half_width, base=0.16, widest=0.62)
    canvas.shape(outline, tint(PURPLE, 0.5), BLACK, NORMAL)
    for offset in (-0.5, 0, 0.5):
        canvas.line(vein(offset, 0.06, 0.86 - 0.25 * abs(offset)), PURPLE, THIN)


# Means of the 150 flowers, in centimetres: the separate parts are drawn to them.
SEPAL_LENGTH, SEPAL_WIDTH, PETAL_LENGTH, PETAL_WIDTH = 5.8, 3.1, 3.8, 1.2


@drawing(height=840)
def iris_measurements(canvas):
    """Left, an iris flower: three large sepals hang down, three smaller petals
    stand up. Right, one sepal and one petal laid flat beside each other, with
    arrows that show what is measured: the length from base to tip and the width at
    the broadest place. On average over the 150 flowers a sepal is 5.8 cm long and
    3.1 cm wide, a petal 3.8 cm long and 1.2 cm wide.
    """
    x, y = 420, 400

    def mirrored(curve):
        return np.column_stack([2 * x - curve[:, 0], curve[:, 1]])

    # From the back to the front: stem, leaf, petals, sepals, style arms.
    leaf = np.vstack(
        [
            bezier((x + 6, 805), (x + 20, 720), (x + 70, 610), (x + 150, 560)),
            bezier((x + 150, 560), (x + 110, 640), (x + 70, 720), (x + 58, 805)),
        ]
    )
    stem = [(x - 13, y + 40), (x + 13, y + 40), (x + 15, 805), (x - 15, 805)]
    canvas.shape(leaf, tint(GREEN, 0.55), BLACK, NORMAL)
    canvas.shape(stem, tint(GREEN, 0.75), BLACK, NORMAL)

    _petal(canvas, bezier((x, y), (x - 6, y - 120), (x + 6, y - 200), (x, y - 318)), 56)
    side = bezier((x - 10, y + 8), (x - 60, y - 110), (x - 160, y - 190), (x - 120, y - 300))
    _petal(canvas, side, 56)
    _petal(canvas, mirrored(side), 56)

    side = bezier((x - 8, y + 8), (x - 140, y - 110), (x - 330, y - 70), (x - 296, y + 250))
    _sepal(canvas, side, 92, widest=0.78)
    _sepal(canvas, mirrored(side), 92, widest=0.78)
    _sepal(canvas, bezier((x, y), (x, y + 60), (x, y + 200), (x, y + 310)), 108)

    # A style arm covers the base of each sepal; its tip ends in two small crests.
    arm = bezier((x - 2, y + 2), (x - 60, y - 42), (x - 110, y - 48), (x - 155, y - 34))
    for centre in (arm, mirrored(arm), bezier((x, y - 20), (x, y + 20), (x, y + 50), (x, y + 86))):
        outline, vein = _blade(centre, 25, base=0.6, widest=0.75)
        canvas.shape(outline, tint(PURPLE, 0.2), BLACK, NORMAL)
        canvas.line(vein(0, 0.1, 0.95), PURPLE, THIN)

    canvas.text(170, 130, "petal", MEDIUM, bold=True)
    canvas.arrow([(215, 138), (272, 172)], BLACK, THIN + 1, head=18)
    canvas.text(205, 738, "sepal", MEDIUM, bold=True)
    canvas.arrow([(190, 712), (142, 590)], BLACK, THIN + 1, head=18)

    canvas.line([(850, 60), (850, 780)], PANEL_EDGE, THIN)

    # The separate parts, with the base below and the tip above.
    scale = 84
    for middle, length, width, part, name in [
        (1085, SEPAL_LENGTH, SEPAL_WIDTH, _sepal, "sepal"),
        (1350, PETAL_LENGTH, PETAL_WIDTH, _petal, "petal"),
    ]:
        base, tip = 690, 690 - scale * length
        half = scale * width / 2
        rise = np.column_stack([np.full(80, float(middle)), np.linspace(base, tip, 80)])
        part(canvas, rise, half)
        arrow_x = middle - half - 42
        for level in (base, tip):
            canvas.line([(arrow_x - 14, level), (middle - 8, level)], GREY, THIN, "dotted")
        canvas.arrow([(arrow_x, base), (arrow_x, tip)], BLACK, NORMAL, both=True, head=20)
        canvas.text(arrow_x - 28, (base + tip) / 2, f"{name} length", MEDIUM, angle=90)
        arrow_y = tip - 40
        for edge in (middle - half, middle + half):
            canvas.line([(edge, arrow_y - 14), (edge, base - 0.64 * scale * length)], GREY, THIN, "dotted")
        canvas.arrow([(middle - half, arrow_y), (middle + half, arrow_y)], BLACK, NORMAL, both=True, head=20)
        canvas.text(middle, arrow_y - 34, f"{name} width", MEDIUM)
        canvas.text(middle, 733, f"{length} × {width} cm", SMALL, bold=True)
    canvas.text(1185, 783, "(means of the 150 flowers)", SMALL)


# --- Lesson 3: kernels --------------------------------------------------------

GREY_VALUES = np.array(
    [
        [105, 102, 100, 97, 96],
        [103, 99, 103, 101, 102],
        [101, 98, 104, 102, 100],
        [99, 101, 106, 104, 99],
        [104, 104, 104, 100, 98],
    ]
)
SHARPEN = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])


@drawing(height=740)
def convolution(canvas):
    """A grid of 5 by 5 grey values. The 3 by 3 sharpen kernel lies over the upper
    left patch; each of the nine values is multiplied by the kernel's number over
    it, and the sum of the nine products, 89, is the first value of the 3 by 3
    output. A dashed outline shows the next patch, one column to the right, which
    gives 111.
    """
    products = GREY_VALUES[:3, :3] * SHARPEN
    output = int(products.sum())
    following = int((GREY_VALUES[:3, 1:4] * SHARPEN).sum())
    assert (output, following) == (89, 111)

    cell, top = 84, 130
    image_x, kernel_x, product_x, output_x = 45, 545, 875, 1205
    rest = GREY_VALUES.astype(object)
    rest[:3, :3] = ""
    canvas.grid(image_x, top, cell, rest)
    for row in range(3):
        for column in range(3):
            x, y = image_x + column * cell, top + row * cell
            canvas.box(x, y, cell, cell, tint(SKY, 0.4), BLACK, THIN)
            canvas.text(x + cell / 2, y + 32, str(GREY_VALUES[row, column]), MEDIUM)
            canvas.text(
                x + cell / 2,
                y + 64,
                f"× {signed(SHARPEN[row, column])}",
                23,
                bold=True,
                colour=BLUE,
            )
    # The outlines stand a little apart, so that both can be seen.
    canvas.box(image_x - 3, top - 3, 3 * cell + 6, 3 * cell + 6, "none", BLUE, THICK + 1)
    canvas.box(image_x + cell, top + 10, 3 * cell, 3 * cell + 6, "none", VERMILLION, THICK, style="dashed")
    canvas.grid(kernel_x, top, cell, SHARPEN, fill=tint(ORANGE, 0.3), bold=True)
    canvas.grid(product_x, top, cell, products, SMALL)
    canvas.box(product_x, top, 3 * cell, 3 * cell, "none", BLACK, NORMAL)
    canvas.grid(output_x, top, cell, [["", "", ""]] * 3)
    canvas.box(output_x, top, cell, cell, tint(SKY, 0.4), BLUE, THICK + 1)
    canvas.box(output_x + cell + 8, top + 2, cell - 8, cell - 4, WHITE, VERMILLION, THICK, style="dashed")
    canvas.text(output_x + cell / 2, top + cell / 2, str(output), MEDIUM + 2, bold=True)
    canvas.text(output_x + cell * 1.5 + 4, top + cell / 2, str(following), MEDIUM)

    middle = top + 1.5 * cell
    for x, sign in [(505, "×"), (836, "=")]:
        canvas.text(x, middle, sign, LARGE + 10)
    canvas.arrow([(1135, middle), (1197, middle)], BLACK, THICK, head=28)
    titles = [
        (image_x + 2.5 * cell, "image (grey values)"),
        (kernel_x + 1.5 * cell, "kernel (sharpen)"),
        (product_x + 1.5 * cell, "products"),
        (output_x + 1.5 * cell, "output"),
    ]
    for x, words in titles:
        canvas.text(x, 75, words, MEDIUM, bold=True)
    canvas.text(1165, middle + 45, "sum", SMALL)

    # The sum, written out from the numbers themselves.
    terms = [int(value) for value in products.ravel() if value]
    sum_text = " ".join(f"{'−' if t < 0 else '+'} {abs(t)}" for t in terms).removeprefix("+ ")
    x, y = 545, 440
    canvas.box(x, y + 12, 54, 40, tint(SKY, 0.4), BLUE, THICK)
    canvas.text(x + 78, y + 32, "first patch:", MEDIUM, bold=True, across="left")
    canvas.text(x + 78, y + 80, f"{sum_text} = {output}", MEDIUM, across="left")
    canvas.box(x, y + 134, 54, 40, "none", VERMILLION, NORMAL + 1, style="dashed")
    canvas.text(x + 78, y + 154, "next patch, one column to the right:", MEDIUM, bold=True, across="left")
    canvas.text(x + 78, y + 202, f"the same kernel gives {following}", MEDIUM, across="left")
    canvas.text(
        WIDTH / 2,
        694,
        "Values under a 0 of the kernel do not count. The kernel then moves on over the whole image.",
        SMALL,
    )


# --- Lesson 4: digits ---------------------------------------------------------


@drawing(height=760)
def cnn(canvas):
    """The course's network for digits, drawn as stacks of sheets: input 28×28×1,
    convolution with 16 kernels of 5×5 to 28×28×16, max pooling to 14×14×16,
    convolution with 32 kernels to 14×14×32, max pooling to 7×7×32, flattened to
    1,568 numbers, a dense layer of 128, dropout, and a dense layer of 10 with
    softmax. The parameters are 416, 12,832, 200,832 and 1,290, together 215,370;
    most of them sit in the first dense layer.
    """
    # The parameters are computed from the sizes and the course's figures checked.
    parameters = {
        "first convolution": (5 * 5 * 1 + 1) * 16,
        "second convolution": (5 * 5 * 16 + 1) * 32,
        "first dense": (7 * 7 * 32 + 1) * 128,
        "second dense": (128 + 1) * 10,
    }
    assert list(parameters.values()) == [416, 12_832, 200_832, 1_290]
    assert sum(parameters.values()) == 215_370
    counts = [f"{count:,}" for count in parameters.values()]

    pixel, shift = 4.4, 2.8
    stacks = [  # Left edge, side, sheets, colour, what it is, size, parameters.
        (40, 28, 1, SKY, "input", "28×28×1", "0"),
        (212, 28, 16, ORANGE, "Conv2D\n16 kernels\n5×5", "28×28×16", counts[0]),
        (445, 14, 16, GREEN, "max\npooling\n2×2", "14×14×16", "0"),
        (605, 14, 32, ORANGE, "Conv2D\n32 kernels\n5×5", "14×14×32", counts[1]),
        (808, 7, 32, GREEN, "max\npooling\n2×2", "7×7×32", "0"),
    ]
    places = []
    for left, side, sheets, colour, name, size, count in stacks:
        edge = side * pixel
        reach = shift * (sheets - 1)
        middle = 300 + edge / 2 - reach / 2
        # The sheet at the back is drawn first, above and to the right.
        for sheet in reversed(range(sheets)):
            canvas.box(
                left + shift * sheet,
                middle - edge / 2 + reach / 2 - shift * sheet + (28 * pixel - edge) / 2,
                edge,
                edge,
                tint(colour, 0.45 if sheet else 0.7),
                BLACK,
                THIN if sheet == 0 else 1.2,
            )
        places.append((left, left + edge + reach, left + (edge + reach) / 2, name, size, count))

    canvas.box(40, 300, 28 * pixel, 28 * pixel, BLACK, BLACK, THIN)
    canvas.text(40 + 14 * pixel, 300 + 14 * pixel, "7", 84, colour=WHITE)

    # The flat layers are columns of numbers, not drawn to scale.
    columns = [
        (1010, 300, PURPLE, "Flatten", "1,568", "0"),
        (1135, 200, BLUE, "Dense\n128", "128", counts[2]),
        (1272, 200, BLUE, "Dropout\n0.4", "128", "0"),
        (1410, 110, VERMILLION, "Dense\n10\nsoftmax", "10", counts[3]),
    ]
    for x, high, colour, name, size, count in columns:
        top = 345 - high / 2
        canvas.box(x - 15, top, 30, high, tint(colour, 0.45), BLACK, THIN)
        pieces = 10 if name.startswith("Dense\n10") else round(high / 10)
        for piece in range(1, pieces):
            y = top + high * piece / pieces
            canvas.line([(x - 15, y), (x + 15, y)], BLACK, 1.2)
        if name.startswith("Dropout"):
            for piece in (1, 4, 6, 9, 10, 13, 16, 18):
                canvas.box(x - 14, top + 10 * piece + 1, 28, 8, BLACK, "none")
        places.append((x - 15, x + 15, x, name, size, count))

    for before, after in pairwise(places):
        canvas.arrow([(before[1] + 10, 345), (after[0] - 8, 345)], BLACK, NORMAL, head=20)
    canvas.box(20, 558, WIDTH - 40, 60, tint(YELLOW, 0.45), "none", rounding=12)
    for _, _, x, name, size, count in places:
        canvas.text(x, 108, name, SMALL, bold=True)
        canvas.text(x, 526, size, SMALL - 1)
        canvas.text(x, 587, count, SMALL - 1, bold=count != "0")
    canvas.text(
        40,
        652,
        "Below each layer: the size of its output and, on yellow, its number of parameters.",
        SMALL,
        across="left",
    )
    total = sum(parameters.values())
    share = round(100 * parameters["first dense"] / total)
    canvas.text(
        40,
        712,
        f"total: {total:,} parameters, {share} % of them in Dense 128",
        LARGE - 4,
        bold=True,
        across="left",
    )


@drawing(height=700)
def pooling(canvas):
    """Max pooling. A grid of 4 by 4 numbers is cut into four windows of 2 by 2, told
    apart by hatching and outline, and the largest number of each window is kept,
    which gives a grid of 2 by 2. An arrow shows the stride: the window jumps by 2.
    """
    numbers = np.array([[1, 3, 2, 0], [5, 4, 1, 7], [0, 6, 8, 2], [2, 1, 3, 4]])
    windows = [  # Row, column, colour, outline, hatch.
        (0, 0, ORANGE, "solid", None),
        (0, 1, SKY, "dashed", "//"),
        (1, 0, GREEN, "dotted", ".."),
        (1, 1, PURPLE, "solid", "xx"),
    ]
    cell, left, top, out_left, out_top = 112, 110, 150, 1065, 214
    large = 160
    for row, column, colour, style, hatch in windows:
        fill, lines = tint(colour, 0.3), tint(colour, 0.6)
        x, y = left + 2 * column * cell, top + 2 * row * cell
        window = numbers[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        canvas.box(x, y, 2 * cell, 2 * cell, fill, "none", hatch=hatch, hatch_colour=lines)
        canvas.line([(x + cell, y + 8), (x + cell, y + 2 * cell - 8)], BLACK, THIN)
        canvas.line([(x + 8, y + cell), (x + 2 * cell - 8, y + cell)], BLACK, THIN)
        canvas.box(x + 6, y + 6, 2 * cell - 12, 2 * cell - 12, "none", BLACK, THICK, style=style)
        for (i, j), value in np.ndenumerate(window):
            middle = x + (j + 0.5) * cell, y + (i + 0.5) * cell
            largest = value == window.max()
            canvas.circle(*middle, 36, WHITE, BLACK if largest else "none", NORMAL)
            canvas.text(*middle, str(value), LARGE, bold=largest)
        x, y = out_left + column * large, out_top + row * large
        canvas.box(x, y, large, large, fill, "none", hatch=hatch, hatch_colour=lines)
        canvas.box(x + 6, y + 6, large - 12, large - 12, "none", BLACK, THICK, style=style)
        canvas.circle(x + large / 2, y + large / 2, 40, WHITE, BLACK, NORMAL)
        canvas.text(x + large / 2, y + large / 2, str(window.max()), LARGE + 4, bold=True)

    canvas.arrow(
        bezier(
            (left + cell, top - 8),
            (left + 1.6 * cell, top - 62),
            (left + 2.4 * cell, top - 62),
            (left + 3 * cell, top - 8),
        ),
        VERMILLION,
        THICK,
        head=30,
    )
    canvas.text(left + 2 * cell, 62, "stride 2: the window jumps by 2", MEDIUM, bold=True)
    canvas.text(out_left + large, 575, "output: 2×2", MEDIUM, bold=True)
    canvas.text(left + 2 * cell, 640, "input: 4×4", MEDIUM, bold=True)
    canvas.arrow([(625, 374), (1000, 374)], BLACK, THICK, head=34)
    canvas.text(805, 325, "keep the largest", MEDIUM)
    canvas.text(805, 420, "of each window", MEDIUM)


@drawing(height=800)
def dropout(canvas):
    """A layer of six neurons at three moments. At one training step two of the six
    are crossed out and pass nothing on; at the next step three others are. The kept
    outputs are multiplied by 1/0.6. At prediction no neuron is crossed out and
    nothing is scaled.
    """
    panels = [
        ("training, step 1", {1, 4}, "kept outputs × 1/0.6", BLUE),
        ("training, step 2", {0, 2, 5}, "kept outputs × 1/0.6", BLUE),
        ("prediction", set(), "all kept, not scaled", GREEN),
    ]
    for index, (title, dropped, note, colour) in enumerate(panels):
        left = 30 + 490 * index
        canvas.card(left, 30, 460, 625, colour, header=78)
        canvas.text(left + 230, 70, title, MEDIUM + 2, bold=True)
        x, following_x = left + 120, left + 345
        heights = [160 + 76 * neuron_number for neuron_number in range(6)]
        following = [236, 350, 464]
        for number, y in enumerate(heights):
            for target in following:
                if number not in dropped:
                    canvas.line([(x, y), (following_x, target)], BLUE, THIN)
        for y in following:
            canvas.circle(following_x, y, 30, tint(GREEN, 0.4))
        for number, y in enumerate(heights):
            out = number in dropped
            canvas.circle(
                x,
                y,
                28,
                WHITE if out else tint(ORANGE, 0.7),
                GREY if out else BLACK,
                NORMAL,
                style="dotted" if out else "solid",
            )
            if out:
                for side in (-1, 1):
                    canvas.line([(x - 30, y - 30 * side), (x + 30, y + 30 * side)], VERMILLION, THICK)
        canvas.text(left + 48, 350, "layer with dropout", SMALL, angle=90)
        canvas.text(left + 418, 350, "next layer", SMALL, angle=90)
        canvas.text(left + 230, 615, note, MEDIUM, bold=True)
    canvas.text(
        WIDTH / 2,
        720,
        "Training: each output is dropped with probability 0.4, drawn anew at every step, "
        "for every\nexample. Here chance took 2 of 6, then 3 of 6. Prediction: nothing is dropped.",
        SMALL,
    )


@drawing(height=560)
def three_way_split(canvas):
    """The data as one bar, cut into three parts, not to scale, with the numbers of the
    full MNIST data: training, 55,000 pictures, from which the network learns;
    validation, 5,000, watched and used for every choice; test, 10,000, used once, at
    the end. No picture is in two parts.
    """
    parts = [
        (40, 612, SKY, None, "training", "55,000", "the network\nlearns from it"),
        (676, 340, ORANGE, "//", "validation", "5,000", "watched; used\nfor every choice"),
        (1040, 420, GREEN, "..", "test", "10,000", "used once,\nat the end"),
    ]
    for x, wide, colour, hatch, name, count, purpose in parts:
        canvas.box(
            x,
            120,
            wide,
            190,
            tint(colour, 0.45),
            BLACK,
            THICK,
            hatch=hatch,
            hatch_colour=tint(colour, 0.8),
        )
        middle = x + wide / 2
        canvas.box(middle - 140, 148, 280, 134, PANEL, "none", rounding=18)
        canvas.text(middle, 188, name, LARGE, bold=True)
        canvas.text(middle, 244, count, LARGE)
        canvas.text(middle, 390, purpose, MEDIUM + 2)
    canvas.text(40, 62, "all the labelled pictures (MNIST, full)", MEDIUM, bold=True, across="left")
    canvas.text(1460, 62, "not to scale", MEDIUM, across="right")
    canvas.text(WIDTH / 2, 500, "No picture is in two parts.", MEDIUM)


@drawing(height=600)
def data_flow_pipeline(canvas):
    """The way of the pictures to the network, in seven stations. Pictures are read
    from disk; map turns 0 to 255 into 0 to 1; cache keeps the result in memory;
    shuffle mixes their order; batch puts 128 together; prefetch gets the next batch
    ready while the model learns from the present one; then comes the model.
    """
    stations = [
        ("pictures", "read from\ndisk", SKY),
        ("map", "numbers\nto 0–1", ORANGE),
        ("cache", "keep in\nmemory", ORANGE),
        ("shuffle", "mix the\norder", ORANGE),
        ("batch", "128 at\na time", ORANGE),
        ("prefetch", "next batch\nmade ready", ORANGE),
        ("model", "learns from\neach batch", GREEN),
    ]
    wide, step = 170, 208
    middles = [40 + wide / 2 + step * index for index in range(7)]
    for x, (name, purpose, colour) in zip(middles, stations):
        canvas.box(x - wide / 2, 130, wide, 210, tint(colour, 0.25), BLACK, NORMAL, rounding=20)
        canvas.text(x, 85, name, MEDIUM + 2, bold=True)
        canvas.text(x, 400, purpose, SMALL + 1)
    for before, after in pairwise(middles):
        canvas.arrow([(before + wide / 2 + 2, 235), (after - wide / 2 - 1, 235)], BLACK, THICK, head=24)

    # A small drawing in each box says the same without words.
    y = 235
    x = middles[0]
    for shift in (20, 0, -20):
        canvas.box(x - 40 + shift, y - 40 - shift, 80, 80, BLACK, WHITE, THIN, rounding=6)
    canvas.text(x - 20, y + 20, "7", 56, colour=WHITE, bold=True)
    x = middles[1]
    canvas.text(x, y - 58, "0 … 255", MEDIUM)
    canvas.arrow([(x, y - 30), (x, y + 28)], BLACK, NORMAL)
    canvas.text(x, y + 58, "0 … 1", MEDIUM)
    x = middles[2]
    canvas.box(x - 50, y - 50, 100, 106, tint(SKY, 0.6), "none")
    canvas.ellipse(x, y + 56, 100, 34, tint(SKY, 0.6))
    canvas.box(x - 48, y + 20, 96, 36, tint(SKY, 0.6), "none")
    for side in (-50, 50):
        canvas.line([(x + side, y - 50), (x + side, y + 56)])
    canvas.ellipse(x, y - 50, 100, 34, WHITE)
    x = middles[3]
    order = [(-1, 1), (0, -1), (1, 0)]
    for start, end in order:
        canvas.arrow(
            bezier(
                (x - 48, y + 52 * start),
                (x, y + 52 * start),
                (x, y + 52 * end),
                (x + 50, y + 52 * end),
            ),
            BLUE,
            NORMAL + 1,
            head=20,
        )
    for height in (-52, 0, 52):
        canvas.circle(x - 56, y + height, 9, BLACK, "none")
    x = middles[4]
    for shift in reversed(range(6)):
        canvas.box(x - 58 + 9 * shift, y - 18 - 9 * shift, 72, 72, WHITE, BLACK, THIN, rounding=5)
    canvas.text(x - 22, y + 18, "128", MEDIUM - 2, bold=True)
    x = middles[5]
    for shift, fill, style in [(0, WHITE, "dashed"), (1, tint(YELLOW, 0.8), "solid")]:
        canvas.box(x - 62 + 68 * shift, y - 30, 56, 60, fill, BLACK, NORMAL, style=style, rounding=6)
    canvas.text(x - 34, y + 56, "next", SMALL - 2)
    canvas.text(x + 34, y - 56, "now", SMALL - 2)
    x = middles[6]
    left, right = [y - 52, y, y + 52], [y - 28, y + 28]
    for a in left:
        for b in right:
            canvas.line([(x - 42, a), (x + 38, b)], BLUE, THIN)
    for column, heights in [(x - 42, left), (x + 38, right)]:
        for height in heights:
            canvas.circle(column, height, 17, WHITE, BLACK, NORMAL)
    canvas.text(
        WIDTH / 2,
        523,
        "Shuffling is for the training data; validation and test pictures keep their order.",
        SMALL + 1,
    )


# --- The course ---------------------------------------------------------------


@drawing(height=840)
def lessons_map(canvas):
    """The three-hour workshop as a path: start and sign-in 5 minutes; lesson 1,
    Neurons, 40; lesson 2, Iris, 30; lesson 3, Kernels, 15; a break of 15; lesson 4,
    MNIST, 35; lesson 5, Augmentation, 20; lesson 6, Ethics, 15; 5 minutes are spare.
    Each lesson has a phrase that says what it is about.
    """
    programme = [
        ("start and\nsign-in", 5, ""),
        ("1  Neurons", 40, "sums and bends,\nand how they learn"),
        ("2  Iris", 30, "a first network\ntells flowers apart"),
        ("3  Kernels", 15, "numbers that slide\nover a picture"),
        ("break", 15, ""),
        ("4  MNIST", 35, "a network\nreads digits"),
        ("5  Augmentation", 20, "it only knows what\nit was shown"),
        ("6  Ethics", 15, "when not to\nbelieve it"),
        ("spare", 5, ""),
    ]
    assert sum(minutes for _, minutes, _ in programme) == 180

    # The path: one row to the right, back over the break, a second row.
    rows = (205, 635)
    road = np.vstack(
        [
            [(110, rows[0]), (1300, rows[0])],
            bezier((1300, rows[0]), (1480, rows[0]), (1480, 420), (1300, 420)),
            bezier((1300, 420), (900, 420), (600, 420), (240, 420)),
            bezier((240, 420), (20, 420), (20, rows[1]), (210, rows[1])),
            [(1390, rows[1])],
        ]
    )
    canvas.line(road, BLACK, 34)
    canvas.line(road, tint(YELLOW, 0.55), 27)
    canvas.line(road, GREY, THIN, "dashed")

    places = [
        (115, rows[0], 150),
        (395, rows[0], 340),
        (785, rows[0], 340),
        (1175, rows[0], 340),
        (750, 420, 260),
        (280, rows[1], 340),
        (670, rows[1], 340),
        (1060, rows[1], 340),
        (1365, rows[1], 150),
    ]
    for start, end in [((1140, 420), (1050, 420)), ((480, 420), (390, 420))]:
        canvas.arrow([start, end], BLACK, THICK, head=24)
    colours = [WHITE, ORANGE, SKY, GREEN, WHITE, PURPLE, ORANGE, SKY, WHITE]
    clock = 0
    for (name, minutes, phrase), (x, y, wide), colour in zip(programme, places, colours):
        times = f"{clock // 60}:{clock % 60:02d}–{(clock + minutes) // 60}:{(clock + minutes) % 60:02d}"
        clock += minutes
        high = 270 if wide != 260 else 96
        fill = WHITE if colour == WHITE else tint(colour, 0.3)
        canvas.box(
            x - wide / 2,
            y - high / 2,
            wide,
            high,
            fill,
            BLACK,
            NORMAL,
            style="solid" if phrase else "dashed",
            rounding=22,
        )
        if phrase:
            canvas.text(x, y - 92, name, LARGE - 6, bold=True)
            canvas.text(x, y - 38, f"{minutes} min", MEDIUM)
            canvas.text(x, y + 33, phrase, SMALL + 1)
            canvas.text(x, y + 105, times, SMALL - 2)
        elif name == "break":
            canvas.text(x, y - 20, f"break, {minutes} min", SMALL + 1, bold=True)
            canvas.text(x, y + 22, times, SMALL - 2)
        else:
            canvas.text(x, y - 85, name, SMALL - 2, bold=True)
            canvas.text(x, y, f"{minutes} min", MEDIUM - 2)
            canvas.text(x, y + 105, times, SMALL - 2)
    canvas.text(WIDTH / 2, 805, "times in hours:minutes from the start", SMALL - 2)


# --- Writing the files --------------------------------------------------------


def draw(name):
    """Draw one figure and return it as a Matplotlib figure."""
    function, height = FIGURES[name]
    with style_context(["default", STYLE]):
        canvas = Canvas(height)
        function(canvas)
    return canvas.figure


def few_colours(picture, count=128):
    """Reduce an RGBA picture to its most frequent colours, each kept exact.

    The rest, the soft edges of lines and letters, take the nearest of them.
    """
    pixels = np.asarray(picture).reshape(-1, 4)
    packed = pixels.astype(np.uint32) @ np.array([1, 1 << 8, 1 << 16, 1 << 24], np.uint32)
    colours, first, inverse, frequency = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    colours = pixels[first].astype(int)
    kept = colours[np.argsort(-frequency, kind="stable")[:count]]
    distances = ((colours[:, None, :] - kept[None, :, :]) ** 2).sum(axis=2)
    nearest = distances.argmin(axis=1)[inverse].astype(np.uint8)
    reduced = Image.frombytes("P", picture.size, nearest.tobytes())
    reduced.putpalette(kept[:, :3].astype(np.uint8).tobytes())
    reduced.info["transparency"] = kept[:, 3].astype(np.uint8).tobytes()
    return reduced


def save(name, folder):
    """Write one figure as SVG and as PNG."""
    figure = draw(name)
    with style_context(["default", STYLE]):
        # No date and no version of Matplotlib: the file changes with the drawing only.
        description = {
            "Title": name,
            "Description": text_alternative(name),
            "Date": None,
            "Creator": None,
        }
        figure.savefig(folder / f"{name}.svg", metadata=description)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=DPI)
    picture = few_colours(Image.open(buffer).convert("RGBA"))
    picture.save(folder / f"{name}.png", optimize=True)


def main(folder=None):
    """Write all figures and alt.json into a folder, by default this script's own."""
    folder = Path(folder) if folder else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(FIGURES):
        save(name, folder)
        print(f"{name}: {(folder / f'{name}.png').stat().st_size / 1000:.0f} kB")
    alternatives = {name: text_alternative(name) for name in sorted(FIGURES)}
    text = json.dumps(alternatives, indent=2, ensure_ascii=False) + "\n"
    (folder / "alt.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:2])
