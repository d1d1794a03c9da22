"""Turn each lesson's slide cells into a deck for a projector, one HTML file that needs no network.

    python tools/slides.py [02 …]     build/slides/02_iris.html and so on, for every lesson that has slides

A slide is a cell of text whose metadata has `"slide": "slide"`, and what follows it: the speaker's notes (`"slide":
"notes"`) and the cells of code with `slide: "-"` (code and output) or `slide: output` (output alone). Outputs are those
of the lesson's page; nothing is executed. What does not fit a slide is a Mistake, with file and line.
"""

import json
import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

import course
import pages

WORDS, ITEMS, LINES, CHARACTERS, PICTURES = 40, 5, 8, 70, 1  # The most that one slide may have of each.
FORMULAS = ("math_block", "math_inline", "math_inline_double")


@dataclass
class Slide:
    """A slide: its cell of text, the speaker's notes, and the cells of code on it."""

    cell: object
    notes: list = field(default_factory=list)
    code: list = field(default_factory=list)


def markdown():
    """What reads a slide's Markdown: CommonMark with tables, and formulas between dollars."""
    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True)


def deck(book):
    """The Slides of a lesson that was read with its slide cells."""
    found = []
    for cell in book.cells:
        if course.slide_only(cell):
            if cell.metadata["slide"] == "slide":
                found.append(Slide(cell))
            elif found:
                found[-1].notes.append(cell)
        elif found and cell.cell_type == "code" and cell.metadata.get("slide") in course.ON_SLIDE:
            found[-1].code.append(cell)
    return found


# ---------------------------------------------------------------- What may be wrong with a slide


def words(source):
    """How many words of a text one sees: no alternatives, addresses or blocks of code; a formula counts as one."""
    seen = []
    for token in markdown().parse(source):
        for part in [token] if token.type in FORMULAS else token.children or []:
            if part.type in FORMULAS:
                seen.append(" x ")
            elif part.type in ("text", "code_inline"):
                seen.append(part.content)
            elif part.type in ("softbreak", "hardbreak"):
                seen.append(" ")
        seen.append(" ")
    return len([word for word in "".join(seen).split() if re.search(r"\w", word)])


def pictures(source):
    """[(alternative, path)] of the pictures in a text."""
    parts = [part for token in markdown().parse(source) for part in token.children or []]
    return [(part.content, part.attrGet("src")) for part in parts if part.type == "image"]


def drawn(cell):
    """The alternatives of the pictures that a cell's outputs have; the drawing pad's still picture is one."""
    outputs = [output for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
    return [output.metadata.get("image/png", {}).get("alt", "") for output in outputs]


def mistakes(one):
    """What is wrong with a lesson's slides, each as one sentence with file and line; outputs as its page has them."""
    book, found, begun = pages.with_results(one, slides=True), [], False

    def say(cell, sentence):
        found.append(f"{one.source.relative_to(course.ROOT).as_posix()}:{cell.get('line', 1)}: {sentence}")

    for number, cell in enumerate(book.cells):
        kind = cell.metadata.get("slide")
        if number == 0 and course.slide_only(cell):
            say(cell, "a lesson begins with its title: put the first slide below that cell.")
        if cell.cell_type == "code" and kind is not None and kind not in course.ON_SLIDE:
            if course.STRICT or kind not in course.OLD_SLIDES:
                say(cell, f'the slide type {kind!r} is unknown: code has `slide: "-"`, `slide: output` or none.')
        elif cell.cell_type == "code" and kind == "output" and not begun:
            say(cell, "no slide has begun that this output could stand on: put a slide cell before it.")
        elif cell.cell_type == "code" and kind == "-" and not begun and course.STRICT:
            say(cell, "no slide has begun that this code could stand on: put a slide cell before it.")
        elif cell.cell_type == "markdown" and kind == "notes" and not begun:
            say(cell, "no slide has begun that these notes could belong to: put a slide cell before them.")
        elif cell.cell_type == "markdown" and kind is not None and kind not in course.SLIDE_ONLY:
            if course.STRICT or kind not in course.OLD_SLIDES:
                say(cell, f'the slide type {kind!r} is unknown: text has "slide", "notes" or none.')
        begun = begun or (course.slide_only(cell) and kind == "slide")
    alternatives = course.ROOT / "images" / "alt.json"
    known = json.loads(alternatives.read_text(encoding="utf-8")) if alternatives.is_file() else {}
    for slide in deck(book):
        text, cell = slide.cell.source, slide.cell
        if not re.match(r"##? \S", text):
            say(cell, "a slide begins with its title: `## Its title`, or `# …` on the lesson's first.")
        if cell.metadata.get("tags"):
            say(cell, "a slide has no tags: they belong to the cells of the notebook.")
        if (count := words(text)) > WORDS:
            say(cell, f"this slide has {count} words, and {WORDS} can be read from the back: move some to the notes.")
        if (count := sum(token.type == "list_item_open" for token in markdown().parse(text))) > ITEMS:
            say(cell, f"this slide has a list of {count} items, and {ITEMS} are the most.")
        shown = pictures(text)
        for alternative, path in shown:
            name = re.fullmatch(r"(?:\.\./)+images/(\w+)\.(?:png|svg)", path)
            if not alternative.strip():
                say(cell, f"the picture {path} has no text for those who cannot see it: ![text](…).")
            elif not name or (known and name[1] not in known):
                say(cell, f"the picture {path} is not one of images/: write ![text](../../images/NAME.png).")
            elif known and known[name[1]] != alternative:
                say(cell, f"the text of {path} differs from that in images/alt.json: take it from there.")
        count = len(shown)
        for code in slide.code:
            lines = code.source.splitlines()
            if code.metadata["slide"] == "-":
                if len(lines) > LINES:
                    say(code, f"this code has {len(lines)} lines, and {LINES} fit a slide: show its output alone.")
                elif longest := max([len(line) for line in lines if len(line) > CHARACTERS], default=0):
                    say(code, f"a line of this code has {longest} characters, and {CHARACTERS} fit a slide: break it.")
            alternatives = drawn(code)
            count += len(alternatives)
            if not all(alternatives):
                say(code, "this figure has no text for those who cannot see it: give the cell an `alt`.")
        if count > PICTURES:
            say(cell, f"this slide has {count} pictures, and {PICTURES} is the most: begin another slide.")
        if not slide.notes:
            say(cell, 'this slide has no notes for the speaker: add a cell `+++ {"slide": "notes"}` below it.')
    return found
