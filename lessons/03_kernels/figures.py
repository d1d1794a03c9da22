"""What is drawn for lesson 3. The docstring is the figure's text alternative; tools/drawing.py has the pens."""

import numpy as np

from dlcourse.palette import BLACK, BLUE, ORANGE, SKY, VERMILLION, WHITE
from drawing import LARGE, MEDIUM, NORMAL, SMALL, THICK, THIN, WIDTH, drawing, signed, tint

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
PRODUCTS = GREY_VALUES[:3, :3] * SHARPEN
OUTPUT = int(PRODUCTS.sum())
FOLLOWING = int((GREY_VALUES[:3, 1:4] * SHARPEN).sum())


@drawing(height=740, output=OUTPUT, following=FOLLOWING)
def convolution(canvas):
    """A grid of 5 by 5 grey values. The 3 by 3 sharpen kernel lies over the upper
    left patch; each of the nine values is multiplied by the kernel's number over
    it, and the sum of the nine products, {output}, is the first value of the 3 by 3
    output. A dashed outline shows the next patch, one column to the right, which
    gives {following}.
    """
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
    canvas.grid(product_x, top, cell, PRODUCTS, SMALL)
    canvas.box(product_x, top, 3 * cell, 3 * cell, "none", BLACK, NORMAL)
    canvas.grid(output_x, top, cell, [["", "", ""]] * 3)
    canvas.box(output_x, top, cell, cell, tint(SKY, 0.4), BLUE, THICK + 1)
    canvas.box(output_x + cell + 8, top + 2, cell - 8, cell - 4, WHITE, VERMILLION, THICK, style="dashed")
    canvas.text(output_x + cell / 2, top + cell / 2, str(OUTPUT), MEDIUM + 2, bold=True)
    canvas.text(output_x + cell * 1.5 + 4, top + cell / 2, str(FOLLOWING), MEDIUM)

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
    terms = [int(value) for value in PRODUCTS.ravel() if value]
    sum_text = " ".join(f"{'−' if t < 0 else '+'} {abs(t)}" for t in terms).removeprefix("+ ")
    x, y = 545, 440
    canvas.box(x, y + 12, 54, 40, tint(SKY, 0.4), BLUE, THICK)
    canvas.text(x + 78, y + 32, "first patch:", MEDIUM, bold=True, across="left")
    canvas.text(x + 78, y + 80, f"{sum_text} = {OUTPUT}", MEDIUM, across="left")
    canvas.box(x, y + 134, 54, 40, "none", VERMILLION, NORMAL + 1, style="dashed")
    canvas.text(x + 78, y + 154, "next patch, one column to the right:", MEDIUM, bold=True, across="left")
    canvas.text(x + 78, y + 202, f"the same kernel gives {FOLLOWING}", MEDIUM, across="left")
    canvas.text(
        WIDTH / 2,
        694,
        "Values under a 0 of the kernel do not count. The kernel then moves on over the whole image.",
        SMALL,
    )
