"""What lesson 3 promises over seeds, and where the numbers in its text come from."""

from promises import Claim, Number

EXPERIMENT = "kernels"
SEEDS = 20
READS = [
    "image", "sharpen", "photograph", "pieces", "sobel_horizontal", "learned", "upright", "around", "four_apart",
    "bar_sums", "corner_sums",
]  # fmt: skip
POLL = "makes pixels differ more from their surroundings"


def facts(names):
    """How far the learned kernel is from Sobel's, in the number that is worst."""
    return {"largest_difference": abs(names["learned"] - names["sobel_horizontal"]).max()}


CLAIMS = [
    Claim(
        "the learned kernel is Sobel's, to 0.02 in each of its nine numbers",
        lambda run: run["kernels"]["largest_difference"] <= 0.02,
        breaks={"kernels": {"largest_difference": 0.021}},
    ),
]


def _sum(at, row=0, column=0):
    """The sharpen kernel's sum at this place."""
    return int((at.image[row : row + 3, column : column + 3] * at.sharpen).sum())


def _middle(at, column=0):
    return int(at.image[1, column + 1])


def _neighbours(at, column=0):
    """The mean of the four neighbours that the sharpen kernel subtracts."""
    around = at.image[0:3, column : column + 3][at.sharpen == -1]
    return around.mean()


def _zeros(at, row, column):
    """The sharpen kernel's sum at a pixel of the border, with zeros outside."""
    import numpy as np

    padded = np.pad(at.image, 1)
    return int((padded[row : row + 3, column : column + 3] * at.sharpen).sum())


def _filters_of_lesson_4(at):
    return 16 + 32  # test_04.py holds the sentence against lesson 4's network.


NUMBERS = [
    Number("The middle was 99, and has become 89.", lambda at: [_middle(at), _sum(at)]),
    Number("one pixel to the right, around 103: below 103?", lambda at: [_middle(at, 1)] * 2),
    Number("A dog, drawn in 28×28 pixels:", lambda at: [at.code(r"\[-1\]\.reshape\((\d+), 28\)")] * 2),
    Number("It gets 672 pieces of the photograph, of 20×20 pixels,", lambda at: at.pieces.shape),
    Number("The network gets 672 small pieces", lambda at: len(at.pieces)),
    Number("`Conv2D(1, 3)`, is one filter of 3×3:", lambda at: [1, 3, *at.sobel_horizontal.shape]),
    Number("nine random numbers at the start", lambda at: at.sobel_horizontal.size),
    Number("In lesson 4 there are 48 filters in two layers", lambda at: [4, _filters_of_lesson_4(at)]),
    Number(
        "In a brighter neighbourhood 99 became 89; in a darker one 103 became 111.",
        lambda at: [_middle(at), _sum(at), _middle(at, 1), _sum(at, column=1)],
    ),
    Number("427 rows, 640 columns and 3 channels", lambda at: at.photograph.shape),
    Number("first patch is 99.", _middle),
    Number("four neighbours on average (101.5), and becomes darker still: 89.", lambda at: [_neighbours(at), _sum(at)]),
    Number("In the second patch the middle, 103,", lambda at: _middle(at, 1)),
    Number(
        "its neighbours on average (101), and becomes brighter: 111.",
        lambda at: [_neighbours(at, 1), _sum(at, column=1)],
    ),
    Number("the corner of our grid is 105", lambda at: at.image[0, 0]),
    Number(
        "5 × 105 − 102 − 103 − 0 − 0 = 320:",
        lambda at: [at.sharpen[1, 1], *at.image[0, :2], at.image[1, 0], 0, 0, _zeros(at, 0, 0)],
    ),
    Number("is one kernel of 3×5:", lambda at: at.four_apart.shape),
    Number("both under the kernel, the sum is 2.", lambda at: at.bar_sums[:, 34:].max()),
    Number("A lone edge gives 1. So", lambda at: at.bar_sums[:, :26].max()),
    Number(
        "a bias of −1.5, halfway, with ReLU as in lesson 1,",
        lambda at: [(at.bar_sums[:, 34:].max() + at.bar_sums[:, :26].max()) / 2, 1],
    ),
    Number("`np.maximum(bar_sums - 1.5, 0)`", lambda at: [at.code(r"np\.maximum\(bar_sums - ([\d.]+), 0\), "), 0]),
    Number(
        "two columns of ones, three high: 6.",
        lambda at: (at.upright[12:15, 4:7] * at.around).sum(),
    ),
    Number("The bias of −6.5 lets", lambda at: at.code(r"np\.maximum\(corner_sums - ([\d.]+), 0\)")),
    Number("photograph into 672 pieces of 20×20 pixels", lambda at: at.pieces.shape),
    Number("here 18 products for each pixel instead of 25", lambda at: [2 * 3 * 3, 5 * 5]),
    Number("cheaper, with 18 numbers instead of 25;", lambda at: [2 * 3 * 3, 5 * 5]),
    Number("100 + 208 + 294 = 602.", lambda at: [*_products(at), at.solution("one sum by hand")]),
    Number("are lost: 6, then 2.", lambda at: [7 - 1, 3 - 1]),
    Number("92 rows are left", lambda at: at.solution("which size comes out")),
    Number("With 3 rows on 5 it was 3 places", lambda at: [3, len(at.image), len(at.image) - 3 + 1]),
    Number("25 pixels: 5 by 5 squares", lambda at: [at.image.size, *at.image.shape]),
    Number("brightness on it, from 96 to 106;", lambda at: [at.image.min(), at.image.max()]),
    Number("105, 102, 100; 103, 99, 103; 101, 98, 104.", lambda at: list(at.image[:3, :3].ravel())),
    Number(
        "the kernel, 3 by 3: 5 in the middle, minus 1 on its four sides, 0 in the corners",
        lambda at: [*at.sharpen.shape, at.sharpen[1, 1], -at.sharpen[0, 1], at.sharpen[0, 0]],
    ),
    Number(
        "minus 1, 0, 1; minus 2, 0, 2; minus 1, 0, 1.",
        lambda at: list(abs(at.sobel_horizontal).ravel()),
    ),
    Number("Two grids of 5 by 5 numbers", lambda at: at.image.shape),
    Number(
        "with values from 188 to 320.",
        lambda at: [
            min(_zeros(at, row, column) for row in range(5) for column in range(5) if {row, column} & {0, 4}),
            _zeros(at, 0, 0),
        ],
    ),
    Number("it falls over 20 epochs", lambda at: at.code(r"batch_size=16, epochs=(\d+), verbose=0")),
]


def _products(at):
    """The three products of the exercise, from the kernel and the patch as they stand in its text."""
    kernel = [[0, 0, 1], [0, 2, 0], [0, 0, 3]]
    products = at.image[2:, 2:] * kernel
    return list(products[products > 0])


TOLD = {
    "# 3. Kernels": "the lesson's own number",
    "trained (lessons 1 and 2)": "pointer: neuron, loss, Keras",
    "Open lesson 3 and run": "the lesson's own number",
    "what you know from lesson 2.": "pointer: how a network is trained",
    "where is the answer 0, and where": "a difference of equal sides",
    "On flat areas it is 0.": "the exercise's demand",
    "numbers whose sum isn't 0, so": "a kernel for edges",
    "from 0 (black) to 255 (white)": "what 8 bits hold",
    "Its answer is 0 where both are alike": "a difference of equal sides",
    "(2 minutes) Sobel's": "time for the exercise",
    "Build a 3×3 kernel for level ones": "the exercise's size",
    "On flat areas it must be 0, and": "the exercise's demand",
    "the row between them can be 0": "a hint",
    "CC BY 2.0": "the licence's version",
    "`Conv2D(16, 3)` has 16 filters": "code, printed by the cell above",
    "three kernels of 3×3, and one bias": "code",
    "corners of the kernel are 0, so": "seen in the figure",
    "here one filter of 3×3, with": "the kernel's size",
    "average of a patch of 5×5.": "code: blur",
    "(3×3 and 5×5 are the usual sizes.)": "a habit of the field",
    "give values below 0 or above 255?": "what 8 bits hold",
    "can be far above 255.": "what 8 bits hold",
    "inside the range 0–255,": "what 8 bits hold",
    "values below 0 and above 255 stand": "what 8 bits hold",
    "set to 0 or to 255.": "what 8 bits hold",
    "numbers of 8 bits (`uint8`, 0 to 255)": "what 8 bits hold",
    "**add up to 1**": "held by test_03.py",
    "pixels of a patch are 100, the sum is 100 × 1": "an example",
    "Sobel kernels add up to 0": "held by test_03.py",
    "the answer is 0. At an edge": "a difference of equal sides",
    "we draw 0 as middle grey": "how the figure is drawn",
    "averages add up to 1, differences to 0.": "what averages and differences do",
    "such as dividing by 255": "what 8 bits hold",
    "A kernel of 3×3 needs": "an example",
    "5×5 becomes 3×3": "printed below",
    "the digits of lesson 4": "pointer: MNIST",
    "from 0 to 1. Where": "divided by 4 in the folded cell",
    "loops of an 8": "a digit",
    "3×3 is the most usual": "a habit of the field",
    "5×5; 7×7 and 11×11 appear": "a habit of the field",
    "then 5×5. Some networks": "a habit of the field",
    "have 7×7 or 11×11 in the first layer": "a habit of the field",
    "1×1 where only": "a habit of the field",
    "1×1 is used": "a habit of the field",
    "has reached 5×5 pixels": "printed above",
    "looked at 5×5 pixels": "printed above",
    "layers in lesson 1 are one": "pointer: collapse",
    "Two 3×3 kernels in a row see as far as one of 5×5": "computed in the lesson",
    "values from 0 to 1. The whole": "divided by 255",
    "lesson 2 explains it": "pointer: Adam",
    "In lesson 4 nobody": "pointer: MNIST",
    "where the sum is 0)": "code of the fields",
    "(2 minutes) Lay": "time for the exercise",
    "patch of the 5×5 grid": "the grid's size",
    "nine products are 0.": "the exercise's kernel",
    "(3 minutes) A grey picture of 100×100": "time, and the exercise's data",
    "one of 7×7 with": "the exercise's data",
    "one of 5×5 with": "the exercise's data",
    "one of 3×3 with": "the exercise's data",
    "kernel of 7 rows lie on 100 rows": "the exercise's data",
    "(3 minutes) Find a 3×3 kernel": "time, and the exercise's size",
    "(5 minutes) Design a 3×3 kernel": "time, and the exercise's size",
    "it must be 0. For edges": "the exercise's demand",
    "two sides can be 0.": "a hint",
    "turned by 45 degrees": "half a right angle",
    "(5 minutes) Our kernel": "time for the exercise",
    "a *stride* of 2.": "the exercise's demand",
    "From 5×5 pixels a 3×3 kernel makes 2×2 numbers": "its judge has it",
    "`slide(image, kernel)[::2, ::2]`": "code",
    "(5 minutes) In lesson 4": "time, and a pointer",
    "block of 2×2 numbers": "the exercise's demand",
    "4×6 numbers become 2×3": "its judge has it",
    "(rows / 2, 2, columns / 2, 2)": "code",
    "kernel add up to 0. What": "an example",
    "0, however bright": "a difference of equal sides",
    "deep learning*, 2016": "year of the paper",
    "[arXiv:1603.07285]": "the paper's number",
    "MIT Press, 2016, chapter 9": "year and chapter of the book",
    "[Lesson 4]": "pointer: the next lesson",
    "those of an average add up to 1, those of a difference add up to 0": "what averages and differences do",
    "so that they add up to 1 and": "what averages do",
    "`Conv2D(16, 5)` has 16 filters, whatever goes in, and so 16 output channels": "code",
    "below 0 to 0, above 255 to 255": "what 8 bits hold",
}
