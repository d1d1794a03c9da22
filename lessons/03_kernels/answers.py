"""The exercises of lesson 3: what is right, and what is probably wrong with an answer that is not."""

import numpy as np

from dlcourse.checking import Judge, Value, array, result_of
from dlcourse.errors import CourseError

JUDGES = {}

GRID = np.array([
    [105, 102, 100,  97,  96],
    [103,  99, 103, 101, 102],
    [101,  98, 104, 102, 100],
    [ 99, 101, 106, 104,  99],
    [104, 104, 104, 100,  98],
])  # fmt: skip
FIRST, MIDDLE, TOP_RIGHT, BOTTOM_LEFT, LAST = GRID[:3, :3], GRID[1:4, 1:4], GRID[:3, 2:], GRID[2:, :3], GRID[2:, 2:]
KERNEL = np.diag([0, 2, 0]) + np.array([[0, 0, 1], [0, 0, 0], [0, 0, 3]])


def _sum(patch, kernel):
    """A kernel laid on one patch."""
    return int((patch * kernel).sum())


JUDGES["one sum by hand"] = Value(
    right=_sum(LAST, KERNEL),
    wrong=[
        (
            _sum(LAST, KERNEL[::-1, ::-1]),
            "You turned the kernel upside down and back to front. Deep learning doesn't: lay it on as it is.",
        ),
        (
            _sum(LAST, KERNEL.T),  # And of KERNEL[::-1], too.
            "Rows and columns of the kernel have been exchanged, or it stands upside down. Lay it on as it is.",
        ),
        (_sum(FIRST, KERNEL), "This is the sum for the first patch, at the top left."),
        (_sum(MIDDLE, KERNEL), "This is the sum for the patch in the middle of the grid."),
        (_sum(TOP_RIGHT, KERNEL), "This patch is at the top right. The last one is at the bottom right."),
        (_sum(BOTTOM_LEFT, KERNEL), "This patch is at the bottom left. The last one is at the bottom right."),
        (
            _sum(LAST, KERNEL != 0),
            "These are the right three pixels, but each has to be multiplied by its number of the kernel.",
        ),
        (
            int(KERNEL.sum() * round(LAST.mean())),
            "The kernel's numbers add up to 6, but each pixel gets its own number.",
        ),
        (
            int(LAST.sum()),
            "This is the sum of all nine pixels. Each has to be multiplied by its number of the kernel first.",
        ),
    ],
    otherwise="Take the pixel under each of the three numbers that are not 0, multiply, and add up.",
    insight="You were a neuron just now: nine inputs, nine weights, one sum.",
)

JUDGES["which size comes out"] = Value(
    right=100 - (7 - 1) - 0 - (3 - 1),
    wrong=[
        (
            100 - (7 - 1) - (5 - 1) - (3 - 1),
            "You let the 5×5 kernel lose rows, too. What does its padding do?",
        ),
        (
            100 - 7 - 3,
            "You took each kernel's whole height away. How many places are there for 3 rows on 5? Not 5 - 3.",
        ),
        (100 - 7 - 5 - 3, "You took each kernel's whole height away, and the second one has another padding."),
        (100, "This is so if every kernel has the padding 'same'. Two of them have not."),
        (
            100 - 7 // 2 - 3 // 2,
            "You lost rows on one side only. Half of the kernel is lost at the top and at the bottom.",
        ),
        (100 - (7 - 1), "This is the size after the first kernel. There are two more."),
        (100 - (3 - 1), "This is what the 3×3 kernel alone would leave. The 7×7 kernel loses rows, too."),
        (92 * 92, "This is the number of pixels of the output. Asked for is the number of rows."),
    ],
    otherwise="Go kernel by kernel: in how many places can it lie? With 'same' the size stays.",
    insight="Sizes that don't fit stop many a first network; `summary()` shows them layer by layer.",
)

# What a single 1 does that is not in the right place; in a corner it moves the picture along a diagonal.
MOVES = {
    (1, 0): "This moves the picture to the right: each pixel gets its left neighbour's value.",
    (1, 1): "This leaves every pixel where it is.",
    (0, 1): "This moves the picture down, not sideways.",
    (2, 1): "This moves the picture up, not sideways.",
}


def to_the_left(answer):
    """The kernel that has one 1, for the neighbour on the right."""
    kernel = array(answer, (3, 3))
    places = np.argwhere(~np.isclose(kernel, 0))
    if len(places) == 0:
        return "All numbers are 0, and so is every answer: the picture goes black."
    if len(places) > 1:
        return "Several numbers are not 0, so several pixels are mixed. The picture should only move."
    place = tuple(places[0].tolist())
    if place != (1, 2):
        return MOVES.get(place, "This moves the picture along a diagonal.")
    if not np.isclose(kernel[place], 1):
        return "The place is right, but the brightness changes. What must the numbers of such a kernel add up to?"
    return True


JUDGES["one pixel to the left"] = Judge(
    to_the_left,
    right=[
        "to_the_left = ((0, 0, 0), (0, 0, 1.0), (0, 0, 0))",
        "import numpy as np\n\nto_the_left = np.zeros((3, 3))\nto_the_left[1, 2] = 1",
        "import numpy as np\n\nto_the_left = np.roll([[0, 0, 0], [0, 1, 0], [0, 0, 0]], 1, axis=1)",
    ],
    wrong=[
        ("to_the_left = [[0, 0, 0], [1, 0, 0], [0, 0, 0]]", "to the right: each pixel"),
        ("to_the_left = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]", "where it is"),
        ("to_the_left = [[0, 1, 0], [0, 0, 0], [0, 0, 0]]", "down, not sideways"),
        ("to_the_left = [[0, 0, 0], [0, 0, 0], [0, 1, 0]]", "up, not sideways"),
        ("to_the_left = [[0, 0, 1], [0, 0, 0], [0, 0, 0]]", "along a diagonal"),
        ("to_the_left = [[0, 0, 0], [0, 0, 0], [1, 0, 0]]", "along a diagonal"),
        ("to_the_left = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]", "goes black"),
        ("to_the_left = [[0, 0, 0], [0, 1, 1], [0, 0, 0]]", "several pixels are mixed"),
        ("to_the_left = [[0, 0, 1], [0, 0, 1], [0, 0, 1]]", "several pixels are mixed"),
        ("to_the_left = [[0, 0, 0], [-1, 0, 1], [0, 0, 0]]", "several pixels are mixed"),
        ("to_the_left = [[0, 0, 0], [0, 0, 2], [0, 0, 0]]", "the brightness changes"),
        ("to_the_left = [[0, 0, 0], [0, 0, -1], [0, 0, 0]]", "the brightness changes"),
        ("to_the_left = [0, 0, 1]", "3 rows and 3 columns, and this is a list of 3 numbers"),
    ],
    insight="Kernels can shift, blur or find edges. A network learns which ones it needs.",
)


def _sums(image, kernel, stride=1):
    """The sums of a kernel laid on every place, or on every second one; without a flip."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(image, dtype="float64"), np.shape(kernel))
    return (windows[::stride, ::stride] * kernel).sum(axis=(2, 3))


def _shape(values):
    """The shape of what came back, or None for what has none."""
    try:
        return np.shape(values)
    except Exception:  # What a learner's function returns may be anything.
        return None


def _edges(answer, wanted, other, wrong_edges, both_edges):
    """Any kernel that answers 0 to flat areas, positively to one edge, and at most half as strongly to another one.

    wanted, other: pictures of these edges; wrong_edges, both_edges: sentences for a kernel that confuses them.
    """
    kernel = array(answer, (3, 3))
    if not np.any(kernel):
        return "All numbers are 0: it answers nothing anywhere."
    kernel = kernel / np.abs(kernel).max()  # What is asked for doesn't depend on the kernel's scale.
    if not np.isclose(kernel.sum(), 0, atol=1e-6):
        return "On a flat area it does not answer 0. What must the numbers add up to?"
    found = _sums(wanted, kernel)
    other = np.abs(_sums(other, kernel)).max()
    highest, lowest, largest = found.max(), found.min(), np.abs(found).max()
    rounding = 1e-9
    if largest < 0.5 * other - rounding:
        return wrong_edges
    if lowest < -0.25 * largest - rounding and highest > 0.25 * largest + rounding:
        return "Its answer changes sign across one and the same edge: this finds thin lines more than edges."
    if other > 0.5 * largest + rounding:
        return both_edges
    if highest < 0.5 * largest:
        return "It finds the right edges, but with the sign turned: the answer is negative where it should be positive."
    return True


ROWS, COLUMNS = np.mgrid[0:9, 0:9]


def level(answer):
    """Any kernel that answers positively where it is bright above and dark below."""
    return _edges(
        answer,
        wanted=ROWS < 4,
        other=COLUMNS < 4,
        wrong_edges="It answers upright edges, not level ones: what lies above what in a patch?",
        both_edges="It answers upright edges as strongly, or nearly. Is each row of your kernel even on both sides?",
    )


JUDGES["level edges"] = Judge(
    level,
    right=[
        "level = [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]",
        "level = [[0, 1, 0], [0, 0, 0], [0, -1, 0]]",
        "level = [[0, 1, 0], [0, -1, 0], [0, 0, 0]]",
        "level = [[0, 0, 0], [2, 2, 2], [-2, -2, -2]]",
        "level = [[0.25, 0.5, 0.25], [0, 0, 0], [-0.25, -0.5, -0.25]]",
        "level = [[2, 1, 0], [0, 0, 0], [-1, -1, -1]]",  # A third as strong at upright edges.
        "import numpy as np\n\nlevel = -np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]).T",
        "import numpy as np\n\nlevel = np.array([[1e-9], [0], [-1e-9]]) * [3, 10, 3]",
    ],
    wrong=[
        ("level = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]", "answers nothing anywhere"),
        ("level = [[1, 2, 1], [0, 0, 0], [0, 0, 0]]", "On a flat area"),
        ("level = [[1, 2, 1], [0, 1, 0], [-1, -2, -1]]", "On a flat area"),
        ("level = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]", "upright edges, not level ones"),
        ("level = [[1, 0, -1], [1, 0, -1], [1, 0, -1]]", "upright edges, not level ones"),
        ("level = [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]]", "changes sign across one and the same edge"),
        ("level = [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]", "changes sign across one and the same edge"),
        ("level = [[2, 1, 0], [1, 0, -1], [0, -1, -2]]", "upright edges as strongly, or nearly"),
        ("level = [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]", "upright edges as strongly, or nearly"),
        ("level = [[1, 0, 0], [0, 0, 0], [0, 0, -1]]", "upright edges as strongly, or nearly"),
        ("level = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]", "with the sign turned"),
        ("level = [[0, -1, 0], [0, 0, 0], [0, 1, 0]]", "with the sign turned"),
        ("level = [1, 0, -1]", "3 rows and 3 columns, and this is a list of 3 numbers"),
    ],
    insight="Its numbers sum to 0, so flat areas vanish: every kernel that looks for changes needs that.",
)


def sloping(answer):
    """Any kernel that answers as asked to flat areas, and to edges along both diagonals."""
    return _edges(
        answer,
        wanted=COLUMNS > ROWS,
        other=COLUMNS + ROWS < 8,
        wrong_edges="It answers the other diagonal, not this one: compare the upper right with the lower left.",
        both_edges="It answers edges along the other diagonal as strongly, or nearly. Compare two opposite corners.",
    )


JUDGES["edges that slope"] = Judge(
    sloping,
    right=[
        "sloping = [[0, 0, 1], [0, 0, 0], [-1, 0, 0]]",
        "sloping = [[0, 1, 1], [-1, 0, 1], [-1, -1, 0]]",
        "sloping = [[0, 1, 0], [-1, 0, 1], [0, -1, 0]]",
        "sloping = [[0, 1, 3], [-1, -0.5, 1], [-3, -1, 0.5]]",
        "sloping = [[0, 0, 0], [0, 2, 1], [-1, -1, -1]]",  # Exactly half as strong along the other diagonal.
        "sloping = [[-1, 1, 0], [-2, 0, 3], [1, 0, -2]]",  # A quarter of its answer has the other sign: let it pass.
        "sloping = [[0, 0.1, 0.2], [-0.1, 0, 0.1], [-0.2, -0.1, 0]]",
        "import numpy as np\n\nsloping = np.arange(3) - np.arange(3).reshape(3, 1)",
        "import numpy as np\n\nsloping = 1e-9 * (np.arange(3) - np.arange(3).reshape(3, 1)) / 7",
    ],
    wrong=[
        ("sloping = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]", "answers nothing anywhere"),
        ("sloping = [[0, 1, 2], [0, 0, 1], [0, 0, 0]]", "On a flat area"),
        ("sloping = [[0, 1, 2], [-1, 1, 1], [-2, -1, 0]]", "On a flat area"),
        ("sloping = [[2, 1, 0], [1, 0, -1], [0, -1, -2]]", "the other diagonal, not this one"),
        ("sloping = [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]]", "the other diagonal, not this one"),
        ("sloping = [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]", "changes sign across one and the same edge"),
        ("sloping = [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]", "changes sign across one and the same edge"),
        ("sloping = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]", "as strongly, or nearly"),
        ("sloping = [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]", "as strongly, or nearly"),
        ("sloping = [[0, 0, 0], [-1, 0, 1], [-1, 1, 0]]", "as strongly, or nearly"),  # Twice as strongly.
        ("sloping = [[0, -1, -2], [1, 0, -1], [2, 1, 0]]", "with the sign turned"),
        ("sloping = [[0, 0, -1], [0, 0, 0], [1, 0, 0]]", "with the sign turned"),
        ("sloping = [[-1, -2, 1], [3, 0, -3], [-1, 2, 1]]", "with the sign turned"),  # 1, -4, -4 and 1 across an edge.
        ("sloping = [-1, 0, 1]", "3 rows and 3 columns, and this is a list of 3 numbers"),
    ],
    insight="Trained networks often have kernels like this one in their first layer. Nobody put them there.",
)


def _fits(result, wanted):
    """Whether this is an array of the wanted shape with the wanted numbers; False for whatever cannot be compared."""
    try:
        return np.allclose(array(result, wanted.shape), wanted)
    except CourseError:
        return False


def _asked(function, arguments, size):
    """What the function returns, which should be so many numbers.

    No right numbers are left in memory that np.empty could pick up and show: an earlier check left some.
    """
    soiled = [np.full(size * width, 0x55, dtype="uint8") for width in (4, 8) for _ in range(16)]
    del soiled
    return result_of(function, *(argument.copy() for argument in arguments))


def slide_by_two(function):
    """A function of a picture and a kernel, both of any size."""
    generator = np.random.default_rng(seed=42)
    for size, small in [((5, 5), (3, 3)), ((6, 9), (3, 3)), ((6, 8), (2, 2)), ((9, 8), (3, 2))]:
        image = generator.integers(0, 256, size).astype("float64")
        kernel = generator.integers(-5, 6, small).astype("float64")
        at_every_place = _sums(image, kernel)
        wanted = _sums(image, kernel, stride=2)
        result = _asked(function, [image, kernel], wanted.size)
        if _shape(result) == at_every_place.shape:
            return "The output is as large as with stride 1: the kernel still stands on every place."
        of = "For a picture of {}×{} and a kernel of {}×{}: ".format(*size, *small)
        try:
            result = array(result, wanted.shape)
        except CourseError as problem:
            if str(problem).startswith("What is needed"):
                raise CourseError(f"{of}w{str(problem)[1:]}") from None
            raise
        if np.allclose(result, wanted):
            continue
        rows, columns = wanted.shape
        if np.allclose(result, at_every_place[:rows, :columns]):
            return "The size is right, but the patches still lie one pixel apart: where does each patch begin?"
        if np.allclose(result, _sums(image, kernel[::-1, ::-1], stride=2)):
            return "The kernel is flipped. Lay it on as it is."
        return of + "the size is right, the numbers are not. Print the first patch and look where it lies."
    return True


LOOP = """import numpy as np


def slide_by_two(image, kernel):
    height, width = kernel.shape
    rows, columns = {rows}, {columns}
    output = np.empty((rows, columns))
    for row in range(rows):
        for column in range(columns):
            patch = image[{top} : {top} + {height}, {left} : {left} + {width}]
            output[row, column] = ({product}).sum()
    return output"""


def _loop(**changes):
    """The source of an answer: the right loop, with these parts changed."""
    right = {"height": "height", "width": "width", "top": "2 * row", "left": "2 * column", "product": "patch * kernel"}
    right |= {"rows": "(image.shape[0] - height) // 2 + 1", "columns": "(image.shape[1] - width) // 2 + 1"}
    return LOOP.format(**right | changes)


EVERY = {"rows": "image.shape[0] - height + 1", "columns": "image.shape[1] - width + 1", "top": "row", "left": "column"}

JUDGES["two pixels at a time"] = Judge(
    slide_by_two,
    right=[
        # Every second number of every second row of what the lesson's function gives.
        _loop(**EVERY).replace("slide_by_two", "at_every_place")
        + "\n\n\ndef slide_by_two(image, kernel):\n    return at_every_place(image, kernel)[::2, ::2]",
        _loop(product="kernel.T @ patch * np.eye(width)"),
        _loop(rows="-(-(image.shape[0] - height + 1) // 2)", columns="(image.shape[1] - width + 2) // 2"),
        """def slide_by_two(image, kernel):
    height, width = kernel.shape
    output = []
    for top in range(0, image.shape[0] - height + 1, 2):
        sums = []
        for left in range(0, image.shape[1] - width + 1, 2):
            sums.append((image[top : top + height, left : left + width] * kernel).sum())
        output.append(sums)
    return output""",
        """import numpy as np


def slide_by_two(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("rcij,ij->rc", windows[::2, ::2], kernel)""",
    ],
    wrong=[
        (_loop(**EVERY), "as large as with stride 1"),
        (_loop(top="row", left="column"), "one pixel apart"),
        (_loop(product="patch * kernel[::-1, ::-1]"), "The kernel is flipped"),
        (
            _loop(left="column"),
            "For a picture of 5×5 and a kernel of 3×3: the size is right, the numbers are not",
        ),
        (_loop(product="patch"), "the size is right, the numbers are not"),
        (_loop(product="patch * kernel / 9"), "the size is right, the numbers are not"),
        (
            _loop(rows="(image.shape[0] - height) // 2"),
            "For a picture of 5×5 and a kernel of 3×3: what is needed is a table of 2 rows and 2 columns, "
            "and this is a table of 1 row and 2 columns",
        ),
        (
            _loop(rows="image.shape[0] // 2", columns="image.shape[1] // 2"),
            "given a table of 6 rows and 9 columns and a table of 3 rows and 3 columns, stopped with ValueError",
        ),
        (_loop(rows="2", columns="2"), "For a picture of 6×9 and a kernel of 3×3: what is needed is"),
        (_loop(rows="(image.shape[0] - 3) // 2 + 1"), "For a picture of 6×8 and a kernel of 2×2: what is needed is"),
        (_loop(height="3", width="3"), "a table of 2 rows and 2 columns, stopped with ValueError"),
        (_loop(columns="(image.shape[1] - height) // 2 + 1"), "For a picture of 9×8 and a kernel of 3×2: what is"),
        (_loop(height="width"), "a table of 3 rows and 2 columns, stopped with ValueError"),
        (_loop().replace("output[row, column] =", "total ="), "the size is right, the numbers are not"),
        (_loop(product="patch * np.inf"), "Some of the numbers are not finite"),
        (_loop().replace("return output", "return str(output)"), "An array of numbers is asked for"),
        ("def slide_by_two(image):\n    return image[::2, ::2]", "stopped with TypeError"),
        ("slide_by_two = 2", "A function is asked for"),
    ],
    untouched="Replace the dots by code that returns the sums, and run the cell again.",
    insight="`Conv2D(…, strides=2)` does this: about a quarter of the work, and of the numbers.",
)


def max_pool(function):
    """A function of a picture with even numbers of rows and columns."""
    picture = np.array([[3, 7, -2, -9, 5, 4], [6, 1, -8, -3, 8, 0], [2, 9, 11, 14, -1, -6], [10, 5, 13, 12, -7, -4]])
    blocks = picture.reshape(2, 2, 3, 2)
    result = _asked(function, [picture], 6)
    if _shape(result) == (3, 5):
        return "The blocks overlap: the next one must begin two pixels further on."
    result = array(result, (2, 3))
    if np.allclose(result, blocks.max(axis=(1, 3))):
        return _pools_other_sizes(function) or "For 4×6 numbers it is right, but not for other sizes."
    if np.allclose(result, np.maximum(blocks.max(axis=(1, 3)), 0)):
        return "Blocks with only negative numbers come out as 0, but their largest number is negative."
    if any(np.allclose(result, picture[row::2, column::2]) for row in (0, 1) for column in (0, 1)):
        return "This keeps always the same corner of each block, whichever number is the largest."
    for values, sentence in [
        (blocks.mean(axis=(1, 3)), "This is the average of each block. Only the largest number is kept."),
        (blocks.min(axis=(1, 3)), "This is the smallest number of each block."),
        (blocks.sum(axis=(1, 3)), "This is the sum of each block. Only the largest number is kept."),
        (blocks[:, 0].max(axis=2), "This looks only at the upper row of each block."),
        (
            picture.reshape(2, 3, 4).max(axis=2),
            "The blocks are not squares of neighbours: mind the order of the axes.",
        ),
    ]:
        if np.allclose(result, values):
            return sentence
    return "The size is right, the numbers are not. Try it on a picture of 2×2: the answer must be its largest number."


def _pools_other_sizes(function):
    """Whether a function that is right for 4×6 numbers is right for pictures of other sizes, with other numbers."""
    generator = np.random.default_rng(seed=42)
    for rows, columns in [(8, 6), (6, 10), (2, 2)]:
        picture = generator.integers(-99, 100, (rows, columns))
        wanted = picture.reshape(rows // 2, 2, columns // 2, 2).max(axis=(1, 3))
        if not _fits(_asked(function, [picture], wanted.size), wanted):
            return False
    return True


POOL = """import numpy as np


def max_pool(picture):
    rows, columns = picture.shape
    blocks = picture.reshape(rows // 2, 2, columns // 2, 2)
    return {}"""

POOL_LOOP = """import numpy as np


def max_pool(picture):
    output = np.empty((len(picture) // 2, len(picture[0]) // 2))
    for row in range({rows}):
        for column in range({columns}):
            output[row, column] = {largest}
    return output"""
BLOCK = "picture[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]"
LOOPS = {"rows": "len(output)", "columns": "len(output[0])", "largest": f"{BLOCK}.max()"}

JUDGES["the largest of four"] = Judge(
    max_pool,
    right=[
        POOL_LOOP.format(**LOOPS),
        POOL.format("np.sort(blocks.swapaxes(1, 2).reshape(rows // 2, columns // 2, 4))[..., -1].astype(float)"),
        POOL.format("np.lib.stride_tricks.sliding_window_view(picture, (2, 2))[::2, ::2].max(axis=(2, 3)).tolist()"),
        """import numpy as np


def max_pool(picture):
    higher = np.maximum(picture[::2], picture[1::2])
    return np.maximum(higher[:, ::2], higher[:, 1::2])""",
        """def max_pool(picture):
    rows, columns = picture.shape
    starts = range(0, columns, 2)
    return [[picture[row : row + 2, column : column + 2].max() for column in starts] for row in range(0, rows, 2)]""",
    ],
    wrong=[
        (POOL.format("blocks.mean(axis=(1, 3))"), "This is the average of each block"),
        (POOL.format("blocks.min(axis=(1, 3))"), "This is the smallest number"),
        (POOL.format("blocks.sum(axis=(1, 3))"), "This is the sum of each block"),
        (POOL.format("picture[::2, ::2]"), "same corner of each block"),
        (POOL.format("picture[1::2, ::2]"), "same corner of each block"),
        (POOL.format("picture[1::2, 1::2]"), "same corner of each block"),
        (POOL.format("picture[::2, 1::2]"), "same corner of each block"),
        (POOL.format("blocks[:, 0].max(axis=2)"), "only at the upper row"),
        (POOL.format("picture.reshape(rows // 2, columns // 2, 4).max(axis=2)"), "not squares of neighbours"),
        (
            POOL.format("picture.reshape(rows // 2, columns // 2, 2, 2).max(axis=(2, 3))"),
            "not squares of neighbours",
        ),
        (POOL.format("np.maximum(blocks.max(axis=(1, 3)), 0)"), "Blocks with only negative numbers"),
        (
            POOL_LOOP.format(**LOOPS | {"largest": f"max(0, {BLOCK}.max())"}),
            "Blocks with only negative numbers",
        ),
        (POOL.format("np.abs(blocks).max(axis=(1, 3))"), "The size is right, the numbers are not"),
        (POOL.format("np.empty((rows // 2, columns // 2), dtype=int)"), "The size is right, the numbers are not"),
        (POOL.format("np.empty((rows // 2, columns // 2))"), "The size is right, the numbers are not"),
        (POOL.format("blocks[:, :, :, 0].max(axis=1)"), "The size is right, the numbers are not"),
        (
            POOL.format("np.lib.stride_tricks.sliding_window_view(picture, (2, 2)).max(axis=(2, 3))"),
            "The blocks overlap",
        ),
        (POOL.format("picture.max()"), "2 rows and 3 columns, and this is a single number"),
        (POOL.format("np.maximum(picture[::2], picture[1::2])"), "this is a table of 2 rows and 6 columns"),
        (POOL.format("blocks.max(axis=(1, 3)).T"), "this is a table of 3 rows and 2 columns"),
        (POOL.format("blocks.max(axis=(1, 3))[:2]"), "For 4×6 numbers it is right"),
        (POOL.format("blocks.max(axis=(1, 3))[:, :3]"), "For 4×6 numbers it is right"),
        (POOL.format("np.array([[7, -2, 8], [10, 14, -1]])"), "For 4×6 numbers it is right"),
        (POOL_LOOP.format(**LOOPS | {"rows": "2"}), "For 4×6 numbers it is right"),
        (POOL_LOOP.format(**LOOPS | {"columns": "3"}), "For 4×6 numbers it is right"),
        (
            "def max_pool(picture):\n    return picture.reshape(2, 2, 3, 2).max(axis=(1, 3))",
            "given a table of 8 rows and 6 columns, stopped with ValueError",
        ),
        (POOL_LOOP.format(**LOOPS | {"rows": "2", "columns": "4"}), "stopped with"),
        ("max_pool = 4", "A function is asked for"),
    ],
    untouched="Replace the dots by code that returns the smaller picture, and run the cell again.",
    insight="Three quarters of the numbers are gone. What was found stays, wherever in its block it was.",
)
