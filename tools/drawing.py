"""Draw the course's figures into images/: each as SVG, as PNG, and with its text alternative in alt.json.

    python tools/drawing.py       all figures
    python tools/drawing.py 02    those of lesson 2; "map" for the map of the lessons

A figure is a function marked with ``@drawing`` in lessons/NN_name/figures.py, or in tools/course_map.py. It is given a
Canvas and draws on it with the pens below. Its docstring is its text alternative. Colours come from dlcourse.palette.

In an SVG letters are outlines, so it looks the same everywhere; a PNG is 1500 pixels wide, of few colours and small.
Nothing here is random, dated or fetched: the same versions of the packages write the same files. Distances are in
pixels of the PNG, x to the right and y downwards, as on a screen.
"""

import hashlib
import io
import json
import sys
import traceback
import types
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Ellipse, FancyBboxPatch, Polygon
from matplotlib.style import context as style_context
from PIL import Image, PngImagePlugin

sys.path.append(str(Path(__file__).resolve().parent.parent / "notebooks"))

from dlcourse.errors import CourseError
from dlcourse.palette import BLACK, GREY, PANEL, PANEL_EDGE, WHITE

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "images"
MAP = "course_map.py"  # In tools/: the one figure that belongs to no lesson.

# ---------------------------------------------------------------- One look for all figures

WIDTH = 1500
DPI = 100

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


def points(pixels):
    """Matplotlib measures lines and letters in points, 72 to the inch."""
    return pixels * 72 / DPI


def tint(colour, share):
    """Mix a colour, "#RRGGBB", with white: share 1 is the colour itself, 0 is white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 + share * (part - 255)):02X}" for part in parts)


def signed(value):
    """A number as printed in a book, with a true minus sign."""
    return str(value).replace("-", "−")


def bezier(start, pull_1, pull_2, end, steps=200):
    """The points of a cubic Bézier curve, shape (steps, 2)."""
    t = np.linspace(0, 1, steps)[:, None]
    start, pull_1, pull_2, end = (np.asarray(p, float) for p in (start, pull_1, pull_2, end))
    return (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * pull_1 + 3 * (1 - t) * t**2 * pull_2 + t**3 * end


def _shortened(path, by):
    """A path without its last `by` pixels."""
    lengths = np.hypot(*np.diff(path, axis=0).T)
    position = np.concatenate([[0], np.cumsum(lengths)])
    end = max(position[-1] - by, 0)
    kept = path[position < end]
    last = [np.interp(end, position, path[:, axis]) for axis in (0, 1)]
    return np.vstack([kept, last]) if len(kept) else np.array([path[0], last])


# ---------------------------------------------------------------- The pens


class Canvas:
    """A drawing area with the panel already on it, and a few pens.

    Every pen ends in `_put`, which notes what it adds in `strokes`: (kind, place, look) with kind a name such as
    "Circle", place its numbers and look a dictionary. Tests read them.
    """

    def __init__(self, height):
        self.strokes = []
        self.figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI)
        FigureCanvasAgg(self.figure)
        self.figure.patch.set_alpha(0)
        self.axes = self.figure.add_axes([0, 0, 1, 1])
        self.axes.set_axis_off()
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        self.box(4, 4, WIDTH - 8, height - 8, PANEL, PANEL_EDGE, THIN, rounding=28)

    def fingerprint(self):
        """A short hash of everything drawn, the same with any version of the packages; both files of a figure carry it.

        Numbers are rounded to a hundredth of a pixel, which no difference between processors reaches.
        """
        noted = repr(_rounded([STYLE, DASHES, DPI, self.figure.bbox.bounds, self.strokes]))
        return hashlib.sha256(noted.encode()).hexdigest()[:16]

    def _put(self, kind, *place, **look):
        self.strokes.append((kind if isinstance(kind, str) else kind.__name__, place, look))
        if kind == "Text":
            # Words lie on top of everything.
            self.axes.text(*place, zorder=10_000, **look)
            return
        # Later strokes lie on top of earlier ones, as on paper.
        look["zorder"] = len(self.axes.patches) + len(self.axes.lines) + 1
        add = self.axes.add_line if kind is Line2D else self.axes.add_patch
        add(kind(*place, **look))

    def _fill(self, kind, place, fill, edge, width, style="solid", hatch=None, hatch_colour=GREY, **more):
        """Add one shape; a hatch is a second copy of it, without an outline."""
        if hatch:
            self._put(kind, *place, facecolor=fill, edgecolor="none", **more)
            self._put(kind, *place, facecolor="none", edgecolor=hatch_colour, hatch=hatch, linewidth=0, **more)
            fill = "none"
        linewidth = points(width) if edge != "none" else 0
        self._put(kind, *place, facecolor=fill, edgecolor=edge, linewidth=linewidth, linestyle=DASHES[style], **more)

    def box(self, x, y, wide, high, fill="none", edge=BLACK, width=NORMAL, *, rounding=0, **look):
        """A rectangle with its upper left corner at (x, y); look: style, hatch, hatch_colour."""
        shape = f"round,pad=0,rounding_size={rounding}" if rounding else "square,pad=0"
        self._fill(FancyBboxPatch, ((x, y), wide, high), fill, edge, width, boxstyle=shape, **look)

    def circle(self, x, y, radius, fill=WHITE, edge=BLACK, width=NORMAL, **look):
        """A circle around (x, y); look: style, hatch, hatch_colour."""
        self._fill(Circle, ((x, y), radius), fill, edge, width, **look)

    def ellipse(self, x, y, wide, high, fill=WHITE, edge=BLACK, width=NORMAL):
        """An ellipse around (x, y)."""
        self._fill(Ellipse, ((x, y), wide, high), fill, edge, width)

    def shape(self, outline, fill=WHITE, edge=BLACK, width=NORMAL, **look):
        """A closed shape through the given points; look: style, hatch, hatch_colour."""
        self._fill(Polygon, (outline,), fill, edge, width, closed=True, joinstyle="round", **look)

    def line(self, path, colour=BLACK, width=NORMAL, style="solid"):
        """A line through the given points."""
        path = np.asarray(path, float)
        self._put(
            Line2D,
            path[:, 0],
            path[:, 1],
            color=colour,
            linewidth=points(width),
            linestyle=DASHES[style],
            solid_capstyle="round",
            solid_joinstyle="round",
            dash_capstyle="butt",
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

    def text(self, x, y, words, size=SMALL, *, bold=False, colour=BLACK, across="center", up="center", angle=0):
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
        }
        if angle:
            self._put("Text", x, y, words, va="center", **look)
            return
        first = y + 0.76 * size if up == "top" else y + (0.34 - 0.625 * (len(lines) - 1)) * size
        for number, line in enumerate(lines):
            self._put("Text", x, first + 1.25 * size * number, line, va="baseline", **look)

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
                left, top = x + column * cell, y + row * cell
                self.box(left, top, cell, cell, fill, BLACK, THIN)
                self.text(left + cell / 2, top + cell / 2, signed(value), size, bold=bold)


def _rounded(value):
    """Numbers, arrays, lists and dictionaries as plain lists, with numbers rounded to a hundredth."""
    if isinstance(value, dict):
        return [[key, _rounded(value[key])] for key in sorted(value)]
    if isinstance(value, np.ndarray | list | tuple):
        return [_rounded(part) for part in value]
    if isinstance(value, int | float | np.number):
        return round(float(value), 2) + 0.0  # Adding zero turns -0.0 into 0.0.
    return str(value)


# ---------------------------------------------------------------- Which figures there are


@dataclass(frozen=True)
class Drawing:
    """A figure as its room defines it: the function, its height in pixels, and what its docstring is filled in from."""

    function: object
    height: int
    facts: dict

    @property
    def name(self):
        return self.function.__name__

    @property
    def room(self):
        """The folder of its lesson, such as "02_iris"; "map" for the map of the lessons."""
        path = Path(self.function.__code__.co_filename)
        return "map" if path.name == MAP else path.parent.name

    @property
    def place(self):
        """File and line, for messages."""
        return _place(self.function.__code__.co_filename, self.function.__code__.co_firstlineno)

    @cached_property
    def alternative(self):
        """The text alternative: the docstring on one line, its {fields} filled in from the facts."""
        return " ".join(self.function.__doc__.format(**self.facts).split())

    def draw(self):
        """A Canvas with the figure on it."""
        _typeface()
        with style_context(["default", STYLE]), _one_sentence(self.function.__code__.co_filename):
            canvas = Canvas(self.height)
            self.function(canvas)
        return canvas


_marked = []  # What @drawing has marked in the file that is being read.


def drawing(height, **facts):
    """Mark a function as a figure of this height, under its own name; {fields} of its docstring come from the facts."""

    def mark(function):
        _marked.append(Drawing(function, height, facts))
        return function

    return mark


def figures(root=ROOT):
    """{name: Drawing} of all figures of the course, in the order of its lessons.

    CourseError, one sentence with file and line, where a file does not parse or run, a name is used twice, or a
    figure has no text alternative.
    """
    found = {}
    for path in [*sorted((root / "lessons").glob("*/figures.py")), *(root / "tools").glob(MAP)]:
        for figure in _read(path):
            if figure.name in found:
                other = found[figure.name].place
                raise CourseError(
                    f"{figure.place}: {other} draws a figure {figure.name} too; give one of them another name."
                )
            if not (figure.function.__doc__ or "").strip():
                raise CourseError(f"{figure.place}: {figure.name} needs a docstring, its text alternative.")
            with _one_sentence(path):
                figure.alternative  # noqa: B018  A field that no fact fills shows here, not while files are written.
            found[figure.name] = figure
    return found


def _read(path):
    """The figures of one file, in its order."""
    module = types.ModuleType(path.parent.name)
    module.__file__ = str(path)
    _marked.clear()
    with _one_sentence(path):
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(module))
    return list(_marked)


@cache
def _typeface():
    """The file of the figures' typeface; CourseError where it isn't there, which Matplotlib would replace silently."""
    try:
        return font_manager.findfont(STYLE["font.family"], fallback_to_default=False)
    except ValueError:
        raise CourseError(
            f"tools/drawing.py: the typeface {STYLE['font.family']!r} is not installed here: take one that comes with "
            "Matplotlib, such as 'DejaVu Sans'."
        ) from None


@contextmanager
def _every_sign():
    """Turn the warning about a sign that the typeface lacks, and that would be an empty box, into a sentence."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        try:
            yield
        except UserWarning as problem:
            raise CourseError(
                f"tools/drawing.py: {STYLE['font.family']} lacks a sign that a figure needs ({problem}): take another "
                "typeface, or another sign."
            ) from None


@contextmanager
def _one_sentence(path):
    """Turn whatever goes wrong in a file of figures into one sentence with file and line."""
    try:
        yield
    except CourseError:
        raise
    except SyntaxError as problem:
        raise CourseError(
            f"{_place(path, problem.lineno or 1)}: check this line, the file does not parse: {problem.msg}."
        ) from None
    except Exception as problem:
        lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(path)]
        words = " ".join(str(problem).split())[:150]
        kind = type(problem).__name__
        raise CourseError(
            f"{_place(path, lines[-1] if lines else 1)}: check this line, drawing failed: {kind}: {words}."
        ) from None


def _place(path, line):
    """ "lessons/02_iris/figures.py:12", for messages."""
    parts = Path(path).parts
    return "/".join(parts[-2:] if parts[-1] == MAP else parts[-3:]) + f":{line}"


def chosen(only, every):
    """Those of the figures that belong to one lesson ("02", "02_iris" or "map"); all of them for ""."""
    some = {name: figure for name, figure in every.items() if only in ("", figure.room, figure.room[:2])}
    if not some:
        rooms = ", ".join(dict.fromkeys(figure.room for figure in every.values()))
        raise CourseError(f"No figure belongs to {only!r}: the figures belong to {rooms}; give one of these.")
    return some


# ---------------------------------------------------------------- Writing the files


def svg(figure, canvas):
    """A drawn figure as the bytes of an SVG."""
    # No date and no version of Matplotlib: the file changes with the drawing only.
    about = {
        "Title": figure.name,
        "Description": figure.alternative,
        "Identifier": canvas.fingerprint(),
        "Date": None,
        "Creator": None,
    }
    with style_context(["default", STYLE]), _every_sign():
        buffer = io.BytesIO()
        canvas.figure.savefig(buffer, format="svg", metadata=about)
    return buffer.getvalue()


def pixels(canvas):
    """A drawn figure as an RGBA picture, with all its colours."""
    with style_context(["default", STYLE]), _every_sign():
        buffer = io.BytesIO()
        canvas.figure.savefig(buffer, format="rgba", dpi=DPI)
    size = tuple(round(side) for side in canvas.figure.bbox.size)
    return Image.frombytes("RGBA", size, buffer.getvalue())


def few_colours(picture, count=128):
    """Reduce an RGBA picture to its most frequent colours, each kept exact.

    The rest, the soft edges of lines and letters, take the nearest of them.
    """
    values = np.asarray(picture).reshape(-1, 4)
    packed = values.astype(np.uint32) @ np.array([1, 1 << 8, 1 << 16, 1 << 24], np.uint32)
    colours, first, inverse, frequency = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    colours = values[first].astype(int)
    kept = colours[np.argsort(-frequency, kind="stable")[:count]]
    distances = ((colours[:, None, :] - kept[None, :, :]) ** 2).sum(axis=2)
    nearest = distances.argmin(axis=1)[inverse].astype(np.uint8)
    reduced = Image.frombytes("P", picture.size, nearest.tobytes())
    reduced.putpalette(kept[:, :3].astype(np.uint8).tobytes())
    reduced.info["transparency"] = kept[:, 3].astype(np.uint8).tobytes()
    return reduced


def png(canvas):
    """A drawn figure as the bytes of a PNG."""
    about = PngImagePlugin.PngInfo()
    about.add_text("Identifier", canvas.fingerprint())
    buffer = io.BytesIO()
    few_colours(pixels(canvas)).save(buffer, "PNG", optimize=True, pnginfo=about)
    return buffer.getvalue()


def save(figure, folder=IMAGES):
    """Write one figure as SVG and as PNG."""
    canvas = figure.draw()
    (folder / f"{figure.name}.svg").write_bytes(svg(figure, canvas))
    (folder / f"{figure.name}.png").write_bytes(png(canvas))


def main(only=""):
    """Draw all figures, or those of one lesson, and bring alt.json up to date."""
    every = figures()
    IMAGES.mkdir(exist_ok=True)
    for name, figure in chosen(only, every).items():
        save(figure)
        print(f"{name}: {(IMAGES / f'{name}.png').stat().st_size / 1000:.0f} kB")
    # The docstrings of all figures, also of those that were not drawn now; a figure that is gone leaves no text behind.
    alternatives = {name: every[name].alternative for name in sorted(every)}
    text = json.dumps(alternatives, indent=2, ensure_ascii=False) + "\n"
    (IMAGES / "alt.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    import drawing  # Under its own name, as figures.py know it.

    try:
        drawing.main(*sys.argv[1:2])
    except drawing.CourseError as problem:
        sys.exit(str(problem))
