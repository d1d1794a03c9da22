"""What is drawn for lesson 2. The docstring is the figure's text alternative; tools/drawing.py has the pens."""

import numpy as np

from dlcourse.palette import BLACK, BLUE, GREEN, GREY, PANEL_EDGE, PURPLE, YELLOW
from drawing import MEDIUM, NORMAL, SMALL, THIN, bezier, drawing, tint


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


# Means of the flowers, in centimetres: the separate parts are drawn to them. A test computes them from the data.
FLOWERS = 150
SEPAL = (5.8, 3.1)
PETAL = (3.8, 1.2)


@drawing(height=840, flowers=FLOWERS, sepal=SEPAL, petal=PETAL)
def iris_measurements(canvas):
    """Left, an iris flower: three large sepals hang down, three smaller petals
    stand up. Right, one sepal and one petal laid flat beside each other, with
    arrows that show what is measured: the length from base to tip and the width at
    the broadest place. On average over the {flowers} flowers a sepal is {sepal[0]} cm
    long and {sepal[1]} cm wide, a petal {petal[0]} cm long and {petal[1]} cm wide.
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
    for middle, (length, width), part, name in [(1085, SEPAL, _sepal, "sepal"), (1350, PETAL, _petal, "petal")]:
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
    canvas.text(1185, 783, f"(means of the {FLOWERS} flowers)", SMALL)
