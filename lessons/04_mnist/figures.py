"""What is drawn for lesson 4. Each docstring is its figure's text alternative; tools/drawing.py has the pens."""

from itertools import pairwise

import numpy as np

from dlcourse.palette import BLACK, BLUE, GREEN, GREY, ORANGE, PANEL, PURPLE, SKY, VERMILLION, WHITE, YELLOW
from drawing import LARGE, MEDIUM, NORMAL, SMALL, THICK, THIN, WIDTH, bezier, drawing, tint

# The course's network. A layer's parameters: a weight for each input of a neuron and a bias, times the neurons.
SIDE, FILTERS, KERNEL, HIDDEN, CLASSES, RATE = 28, (16, 32), 5, 128, 10, 0.4
FLAT = (SIDE // 4) ** 2 * FILTERS[1]
PARAMETERS = [
    (KERNEL**2 * 1 + 1) * FILTERS[0],
    (KERNEL**2 * FILTERS[0] + 1) * FILTERS[1],
    (FLAT + 1) * HIDDEN,
    (HIDDEN + 1) * CLASSES,
]
COUNTS = [f"{count:,}" for count in PARAMETERS]
SIZES = [
    f"{SIDE // shrunk}×{SIDE // shrunk}×{depth}"
    for shrunk, depth in [(1, 1), (1, FILTERS[0]), (2, FILTERS[0]), (2, FILTERS[1]), (4, FILTERS[1])]
]

# The parts of the full data, and what one step learns from.
TRAINING, VALIDATION, TEST = 55_000, 5_000, 10_000
BATCH = 128


@drawing(
    height=760, sizes=SIZES, filters=FILTERS, kernel=f"{KERNEL}×{KERNEL}", flat=f"{FLAT:,}", hidden=HIDDEN,
    classes=CLASSES, counts=COUNTS, total=f"{sum(PARAMETERS):,}",
)  # fmt: skip
def cnn(canvas):
    """The course's network for digits, drawn as stacks of sheets: input {sizes[0]},
    convolution with {filters[0]} filters of {kernel} to {sizes[1]}, max pooling to
    {sizes[2]}, convolution with {filters[1]} filters to {sizes[3]}, max pooling to
    {sizes[4]}, flattened to {flat} numbers, a dense layer of {hidden}, dropout, and a
    dense layer of {classes} with softmax. The parameters are {counts[0]}, {counts[1]},
    {counts[2]} and {counts[3]}, together {total}; most of them sit in the first dense
    layer.
    """
    pixel, shift = 4.4, 2.8
    stacks = [  # Left edge, side, sheets, colour, what it is, size, parameters.
        (40, 28, 1, SKY, "input", SIZES[0], "0"),
        (212, 28, 16, ORANGE, f"Conv2D\n{FILTERS[0]} filters\n{KERNEL}×{KERNEL}", SIZES[1], COUNTS[0]),
        (445, 14, 16, GREEN, "max\npooling\n2×2", SIZES[2], "0"),
        (605, 14, 32, ORANGE, f"Conv2D\n{FILTERS[1]} filters\n{KERNEL}×{KERNEL}", SIZES[3], COUNTS[1]),
        (808, 7, 32, GREEN, "max\npooling\n2×2", SIZES[4], "0"),
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
        (1010, 300, PURPLE, "Flatten", f"{FLAT:,}", "0"),
        (1135, 200, BLUE, f"Dense\n{HIDDEN}", f"{HIDDEN}", COUNTS[2]),
        (1272, 200, BLUE, f"Dropout\n{RATE}", f"{HIDDEN}", "0"),
        (1410, 110, VERMILLION, f"Dense\n{CLASSES}\nsoftmax", f"{CLASSES}", COUNTS[3]),
    ]
    for x, high, colour, name, size, count in columns:
        top = 345 - high / 2
        canvas.box(x - 15, top, 30, high, tint(colour, 0.45), BLACK, THIN)
        pieces = CLASSES if colour == VERMILLION else round(high / 10)
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
    total = sum(PARAMETERS)
    share = round(100 * PARAMETERS[2] / total)
    canvas.text(
        40,
        712,
        f"total: {total:,} parameters, {share} % of them in Dense {HIDDEN}",
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


KEPT = f"1/{1 - RATE:g}"


@drawing(height=800, kept=KEPT)
def dropout(canvas):
    """A layer of six neurons at three moments. At one training step two of the six
    are crossed out and pass nothing on; at the next step three others are. The kept
    outputs are multiplied by {kept}. At prediction no neuron is crossed out and
    nothing is scaled.
    """
    panels = [
        ("training, step 1", {1, 4}, f"kept outputs × {KEPT}", BLUE),
        ("training, step 2", {0, 2, 5}, f"kept outputs × {KEPT}", BLUE),
        ("prediction", set(), "all kept, not scaled", GREEN),
    ]
    first, second = (len(dropped) for _, dropped, _, _ in panels[:2])
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
        f"Training: each output is dropped with probability {RATE}, drawn anew at every step, for every\nexample. "
        f"Here chance took {first} of 6, then {second} of 6. Prediction: nothing is dropped.",
        SMALL,
    )


@drawing(height=560, training=f"{TRAINING:,}", validation=f"{VALIDATION:,}", test=f"{TEST:,}")
def three_way_split(canvas):
    """The data as one bar, cut into three parts, not to scale, with the numbers of the
    full MNIST data: training, {training} pictures, from which the network learns;
    validation, {validation}, watched and used for every choice; test, {test}, used
    once, at the end. No picture is in two parts.
    """
    parts = [
        (40, 612, SKY, None, "training", f"{TRAINING:,}", "the network\nlearns from it"),
        (676, 340, ORANGE, "//", "validation", f"{VALIDATION:,}", "watched; used\nfor every choice"),
        (1040, 420, GREEN, "..", "test", f"{TEST:,}", "used once,\nat the end"),
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


@drawing(height=600, batch=BATCH)
def data_flow_pipeline(canvas):
    """The way of the pictures to the network, in seven stations. Pictures are read
    from disk; map turns 0 to 255 into 0 to 1; cache keeps the result in memory;
    shuffle mixes their order; batch puts {batch} together; prefetch gets the next batch
    ready while the model learns from the present one; then comes the model.
    """
    stations = [
        ("pictures", "read from\ndisk", SKY),
        ("map", "numbers\nto 0–1", ORANGE),
        ("cache", "keep in\nmemory", ORANGE),
        ("shuffle", "mix the\norder", ORANGE),
        ("batch", f"{BATCH} at\na time", ORANGE),
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
    canvas.text(x - 22, y + 18, str(BATCH), MEDIUM - 2, bold=True)
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


@drawing(height=620)
def two_kinds_of_mistake(canvas):
    """A table of four boxes for the question "is it a 9?". Rows: it is a 9 (a doctor
    would say: ill), it is not (healthy). Columns: the network says 9, the network
    says another digit. The upper row has "found" and "missed", the lower row "false
    alarm" and "rightly left alone". Brackets show three shares. Sensitivity: found, of
    the upper row. Specificity: rightly left alone, of the lower row. Precision: found,
    of the left column.
    """
    left, top, wide, high = 330, 130, 330, 165
    boxes = [  # Row, column, words, colour, hatch.
        (0, 0, "found", GREEN, None),
        (0, 1, "missed", ORANGE, "//"),
        (1, 0, "false alarm", ORANGE, "//"),
        (1, 1, "rightly\nleft alone", GREEN, None),
    ]
    for row, column, words, colour, hatch in boxes:
        x, y = left + column * wide, top + row * high
        canvas.box(x, y, wide, high, tint(colour, 0.3), BLACK, NORMAL, hatch=hatch, hatch_colour=tint(colour, 0.75))
        canvas.box(x + 40, y + 35, wide - 80, high - 70, PANEL, "none", rounding=18)
        canvas.text(x + wide / 2, y + high / 2, words, MEDIUM + 4, bold=True)
    canvas.text(left + wide / 2, 80, "network says 9", MEDIUM + 2)
    canvas.text(left + 1.5 * wide, 80, "says another digit", MEDIUM + 2)
    for row, words in enumerate(["is a 9\n(“ill”)", "is no 9\n(“healthy”)"]):
        canvas.text(170, top + (row + 0.5) * high, words, MEDIUM + 2)
    right, bottom = left + 2 * wide, top + 2 * high
    for row, name, words in [
        (0, "sensitivity", "of all 9s,\nhow many are found?"),
        (1, "specificity", "of all others, how\nmany are left alone?"),
    ]:
        y = top + row * high
        canvas.line(
            [(right + 22, y + 14), (right + 40, y + 14), (right + 40, y + high - 14), (right + 22, y + high - 14)]
        )
        canvas.text(right + 64, y + 38, name, LARGE, bold=True, across="left")
        canvas.text(right + 64, y + 108, words, MEDIUM, across="left")
    canvas.line(
        [
            (left + 14, bottom + 22),
            (left + 14, bottom + 40),
            (left + wide - 14, bottom + 40),
            (left + wide - 14, bottom + 22),
        ]
    )
    canvas.text(left + 14, bottom + 82, "precision", LARGE, bold=True, across="left")
    canvas.text(left + 260, bottom + 82, "of all answers “9”, how many are right?", MEDIUM, across="left")


STREET = """
sssssssssssssstts
sssbbbbbsssssttts
sssbbbbbsssssttts
sssbbbbbbbbssstss
sssbbbbbbbbpsstss
rrrrccccrrrprrrrr
rrcccccccrrprrrrr
rrrrrrrrrrrrrrrrr
""".split()


FRAMES = (40, 814)  # The left edges of a picture before and after.
CELL = 38  # A block's width.


@drawing(height=560)
def segmentation(canvas):
    """Segmentation. A street with a house, a tree, a car and a person; then, after an
    arrow, the same street in blocks: sky, house, tree, person, car and road each have
    their word, and a hatch of their own where they are not sky.
    """
    canvas.text(40, 58, "segmentation: a class for every pixel", MEDIUM + 4, bold=True, across="left")
    (first, second), cell, top = FRAMES, CELL, 110
    wide, high = cell * len(STREET[0]), 1.35 * cell * len(STREET)
    canvas.arrow([(first + wide + 18, top + high / 2), (second - 18, top + high / 2)], BLACK, THICK, head=30)

    # The street as it is seen: the same places as in the letters above.
    def at(column, row):
        return first + cell * column, top + 1.35 * cell * row

    def outline(*corners):
        return [at(*corner) for corner in corners]

    canvas.box(first, top, wide, high, tint(SKY, 0.35), BLACK, NORMAL)
    canvas.shape(outline((0, 5), (17, 5), (17, 8), (0, 8)), tint(GREY, 0.5), BLACK, THIN)
    canvas.shape(
        outline((3, 5), (3, 1.6), (5.5, 0.7), (8, 1.6), (8, 3), (11, 3), (11, 5)), tint(ORANGE, 0.5), BLACK, NORMAL
    )
    for column, row in [(3.8, 2.1), (6, 2.1), (3.8, 3.6), (6, 3.6), (8.8, 3.6)]:
        canvas.shape(outline((column, row), (column + 1.1, row), (column + 1.1, row + 0.8), (column, row + 0.8)), WHITE)
    canvas.shape(outline((14.2, 5), (14.2, 2.5), (14.8, 2.5), (14.8, 5)), tint(VERMILLION, 0.6), BLACK, THIN)
    canvas.ellipse(*at(14.5, 1.6), 3 * cell, 3.6 * cell, tint(GREEN, 0.6))
    canvas.shape(outline((2, 7), (2, 6.2), (4, 5.9), (4.8, 5.1), (7, 5.1), (8, 6), (9, 6.3), (9, 7)), tint(BLUE, 0.6))
    for column in (3.5, 7.4):
        canvas.circle(*at(column, 6.95), 22, WHITE, BLACK, THICK)
    canvas.line(outline((11.5, 4.8), (11.5, 6)), BLACK, THICK)
    canvas.line(outline((11.1, 6.9), (11.5, 6), (11.9, 6.9)), BLACK, THICK)
    canvas.line(outline((11, 5.3), (12, 5.3)), BLACK, THICK)
    canvas.circle(*at(11.5, 4.45), 16, WHITE, BLACK, NORMAL)

    # The same in blocks.
    classes = {
        "s": (SKY, 0.25, None), "b": (ORANGE, 0.45, "//"), "t": (GREEN, 0.5, "oo"),
        "p": (YELLOW, 0.8, "xx"), "c": (BLUE, 0.5, "\\\\"), "r": (GREY, 0.35, ".."),
    }  # fmt: skip
    for row, letters in enumerate(STREET):
        for column, letter in enumerate(letters):
            colour, share, hatch = classes[letter]
            x, y = second + cell * column, top + 1.35 * cell * row
            lines = tint(colour, 0.9) if letter != "p" else BLACK
            canvas.box(
                x, y, cell, 1.35 * cell, tint(colour, share), tint(GREY, 0.4), 1.2, hatch=hatch, hatch_colour=lines
            )
    for column, row, word in [
        (1.6, 0.7, "sky"), (5.5, 2.4, "house"), (15, 1.6, "tree"), (5.5, 6.3, "car"),
        (13.4, 5.1, "person"), (14.5, 7.3, "road"),
    ]:  # fmt: skip
        x, y = second + cell * column, top + 1.35 * cell * row
        canvas.box(x - 10 * len(word) - 8, y - 20, 20 * len(word) + 16, 40, PANEL, "none", rounding=10)
        canvas.text(x, y, word, SMALL, bold=True)


@drawing(height=620)
def style_transfer(canvas):
    """Style transfer. A house and a sun drawn with a ruler; then, after an arrow, the
    same house and sun in short wavy strokes, as a painter might do it.
    """
    canvas.text(40, 58, "style transfer: the same house in another manner", MEDIUM + 4, bold=True, across="left")
    (first, second), cell = FRAMES, CELL
    wide = cell * len(STREET[0])
    canvas.arrow([(first + wide + 18, 340), (second - 18, 340)], BLACK, THICK, head=30)

    # A house: its walls, roof, door, windows and the sun, as lines in a frame of 17 by 8.
    lines = [
        [(4, 7.4), (4, 3.6), (12, 3.6), (12, 7.4)], [(3.2, 3.6), (8, 0.8), (12.8, 3.6), (3.2, 3.6)],
        [(7.2, 7.4), (7.2, 5.2), (8.8, 5.2), (8.8, 7.4)], [(0.4, 7.4), (16.6, 7.4)],
        [(5, 4.4), (6.4, 4.4), (6.4, 5.6), (5, 5.6), (5, 4.4)],
        [(9.6, 4.4), (11, 4.4), (11, 5.6), (9.6, 5.6), (9.6, 4.4)],
    ]  # fmt: skip
    top, step = 110, 58
    for left in (first, second):
        canvas.box(left, top, wide, 460, WHITE, BLACK, NORMAL)
    for path in lines:
        canvas.line([(first + cell * x, top + step * y) for x, y in path], BLACK, NORMAL)
    canvas.circle(first + cell * 14.6, top + step * 1.4, 40, WHITE, BLACK, NORMAL)
    colours = [ORANGE, VERMILLION, BLUE, GREEN, PURPLE, PURPLE]
    for path, colour in zip(lines, colours):
        for (a, b), (c, d) in pairwise(path):
            ends = np.array([[second + cell * a, top + step * b], [second + cell * c, top + step * d]])
            _dabs(canvas, ends, colour)
    for turn in np.linspace(0, 2 * np.pi, 13)[:-1]:
        middle = np.array([second + cell * 14.6, top + step * 1.4])
        away = np.array([np.cos(turn), np.sin(turn)])
        canvas.line(
            bezier(middle + 18 * away, middle + 30 * away + 14 * away[::-1], middle + 40 * away, middle + 56 * away),
            ORANGE,
            THICK + 3,
        )


def _dabs(canvas, ends, colour):
    """A straight line as a painter's short wavy strokes, three beside each other."""
    along = ends[1] - ends[0]
    length = np.hypot(*along)
    along, across = along / length, np.array([-along[1], along[0]]) / length
    count = max(2, round(length / 44))
    for lane in (-1, 0, 1):
        for place in range(count):
            start = ends[0] + along * length * (place + 0.15 * lane + 0.1) / count + 12 * lane * across
            end = start + along * 0.75 * length / count
            bend = 10 * (-1) ** (place + lane) * across
            path = bezier(start, start + bend + along * 8, end - bend - along * 8, end, steps=30)
            canvas.line(path, tint(colour, 0.6 + 0.2 * (lane + 1)), THICK + 1)
