"""The map of the lessons for the README: order, minutes, break and words come from course.toml, titles from lessons."""

import itertools
import tomllib
from pathlib import Path

import numpy as np

from dlcourse.errors import CourseError
from dlcourse.palette import BLACK, GREEN, GREY, ORANGE, PURPLE, SKY, WHITE, YELLOW
from drawing import LARGE, MEDIUM, NORMAL, ROOT, SMALL, THICK, THIN, WIDTH, bezier, drawing, tint

MOST = 5  # So many lessons stand legibly beside each other, before the break and after it.


def programme(root=ROOT):
    """The afternoon as course.toml has it: [(kind, name, minutes, phrase)] from start to end.

    kind is "start", "lesson", "break" or "close"; name is a lesson's heading ("2. Iris"). Lessons of 0 minutes are for
    another day and left out. CourseError where course.toml lacks something or asks for what the map can't show.
    """
    try:
        agreed = tomllib.loads((root / "course.toml").read_text(encoding="utf-8"))
        clock, rooms = agreed["afternoon"], [room for room in agreed["lesson"] if room["minutes"]]
        found = [("start", "start and\nsign-in", clock["start"], "")]
        for room in rooms:
            folder = room["folder"]
            found.append(("lesson", _title(root, folder), room["minutes"], room.get("map", "")))
            if folder == clock["break_after"]:
                found.append(("break", "break", clock["break"], ""))
        found.append(("close", "spare", clock["close"], ""))
        sum(minutes for _, _, minutes, _ in found)  # A TypeError where one is not a number.
    except FileNotFoundError as problem:
        missing = Path(problem.filename).relative_to(root).as_posix()
        raise CourseError(f"course.toml: the map of the lessons needs {missing}, which is missing.") from None
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as problem:
        kind = type(problem).__name__
        raise CourseError(f"course.toml: check it, the map of the lessons finds {kind}: {problem}.") from None
    kinds = [kind for kind, *_ in found]
    if "break" not in kinds or kinds[-2] == "break":
        raise CourseError(
            f"course.toml: the break comes after {clock['break_after']!r}; put lessons before and after it."
        )
    pause = kinds.index("break")
    if max(pause - 1, len(kinds) - pause - 2) > MOST:
        raise CourseError(
            f"course.toml: the map has room for {MOST} lessons on each side of the break; put the break elsewhere."
        )
    return found


def _title(root, folder):
    heading = (root / "lessons" / folder / "lesson.md").read_text(encoding="utf-8").split("\n", 1)[0]
    return heading.removeprefix("# ").strip()


def in_words(parts):
    """The programme as part of a sentence."""
    words = {"start": "start and sign-in {2} minutes", "break": "a break of {2}", "close": "{2} minutes are spare"}
    return "; ".join(
        words.get(part[0], "lesson {0}, {1}, {2}").format(*_number_and_title(part), part[2]) for part in parts
    )


def in_hours(parts):
    """How long the afternoon is: "three-hour", or in minutes."""
    total = sum(minutes for _, _, minutes, _ in parts)
    return {120: "two-hour", 180: "three-hour", 240: "four-hour"}.get(total, f"{total}-minute")


def _number_and_title(part):
    number, _, title = part[1].rpartition(". ")
    return number, title


def _row(number, left, right):
    """Where lessons stand in a row between two edges: their middles, their width, and how large their letters are."""
    if number < 3:
        wide = 340
        margin = gap = (right - left - wide * number) / (number + 1)
    else:
        margin, gap = 0, 50 if number == 3 else 20
        wide = (right - left - gap * (number - 1)) / number
    first = left + margin + wide / 2
    return [first + (wide + gap) * place for place in range(number)], wide, min(1, wide / 300)


def draw(canvas, parts):
    """The path with everything that the afternoon holds: one row to the right, back over the break, a second row."""
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
    for start, end in [((1140, 420), (1050, 420)), ((480, 420), (390, 420))]:
        canvas.arrow([start, end], BLACK, THICK, head=24)

    kinds = [kind for kind, *_ in parts]
    pause = kinds.index("break")
    upper, upper_wide, upper_scale = _row(pause - 1, 225, 1345)
    lower, lower_wide, lower_scale = _row(len(parts) - pause - 2, 110, 1230)
    places = [
        (115, rows[0], 150, 1),
        *[(x, rows[0], upper_wide, upper_scale) for x in upper],
        (750, 420, 260, 1),
        *[(x, rows[1], lower_wide, lower_scale) for x in lower],
        (1365, rows[1], 150, 1),
    ]
    colours = itertools.cycle([ORANGE, SKY, GREEN, PURPLE])
    clock = 0
    for part, (x, y, wide, scale) in zip(parts, places):
        kind, name, minutes, phrase = part
        times = f"{clock // 60}:{clock % 60:02d}–{(clock + minutes) // 60}:{(clock + minutes) % 60:02d}"
        clock += minutes
        high = 96 if kind == "break" else 270
        fill = tint(next(colours), 0.3) if kind == "lesson" else WHITE
        style = "solid" if kind == "lesson" else "dashed"
        canvas.box(x - wide / 2, y - high / 2, wide, high, fill, BLACK, NORMAL, style=style, rounding=22)
        if kind == "lesson":
            title = "  ".join(_number_and_title(part)).strip()
            canvas.text(x, y - 92, title, wide / 340 * (LARGE - 6), bold=True)
            canvas.text(x, y - 38, f"{minutes} min", scale * MEDIUM)
            canvas.text(x, y + 33, phrase, scale * (SMALL + 1))
            canvas.text(x, y + 105, times, scale * (SMALL - 2))
        elif kind == "break":
            canvas.text(x, y - 20, f"break, {minutes} min", SMALL + 1, bold=True)
            canvas.text(x, y + 22, times, SMALL - 2)
        else:
            canvas.text(x, y - 85, name, SMALL - 2, bold=True)
            canvas.text(x, y, f"{minutes} min", MEDIUM - 2)
            canvas.text(x, y + 105, times, SMALL - 2)
    canvas.text(WIDTH / 2, 805, "times in hours:minutes from the start", SMALL - 2)


PROGRAMME = programme()


@drawing(height=840, length=in_hours(PROGRAMME), programme=in_words(PROGRAMME))
def lessons_map(canvas):
    """The {length} workshop as a path: {programme}. Each lesson has a phrase that
    says what it is about.
    """
    draw(canvas, PROGRAMME)
