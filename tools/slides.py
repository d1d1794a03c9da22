"""Turn each lesson's slide cells into a deck for a projector, one HTML file that needs no network.

    python tools/slides.py [02 …]     build/slides/02_iris.html and so on, for every lesson that has slides

A slide is a cell of text whose metadata has `"slide": "slide"`, and what follows it: the speaker's notes (`"slide":
"notes"`) and the cells of code with `slide: "-"` (code and output), `slide: output` (output alone) or `slide: fragment`
(output alone, at the next press of a key). Outputs are those of the lesson's page; nothing is executed. What does not
fit a slide is a Mistake, with file and line.
"""

import base64
import html
import importlib.resources
import io
import json
import math
import re
import sys
from dataclasses import dataclass, field

import jinja2
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

import course
import formulas
import pages

WORDS, ITEMS, LINES, CHARACTERS, PICTURES = 40, 5, 8, 66, 1  # The most that one slide may have of each.
ROWS, ROWS_WITH_PICTURE, ROW = 12, 5, 61  # The same of rows of code, output and tables; characters in a row of output.
SMALLEST_CODE, SMALLEST = 26, 28  # Letters of code, and of outputs, in pixels: what the back row can read.
WIDE = 1040  # Pixels of a row of code or output.
LETTER, LINE = 0.602, 1.35  # How wide a letter of a fixed-width font is, and how high a line, in letters' heights.
HIGHER = 1.5  # How much higher a row of code or of a table is in a slide's own text, whose letters are larger.
FORMULAS = ("math_block", "math_inline", "math_inline_double")


@dataclass
class Slide:
    """A slide: its cell of text, the speaker's notes, and the cells of code on it."""

    cell: object
    notes: list = field(default_factory=list)
    code: list = field(default_factory=list)


def markdown(html=False):
    """What reads a slide's Markdown: CommonMark, tables, formulas between dollars. html: HTML is no text."""
    reader = MarkdownIt("commonmark", {"html": html}).enable("table")
    return reader.use(dollarmath_plugin, double_inline=True, allow_labels=False)


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


def pieces(source, html=False):
    """[(token, lines before its block)] of a text: its blocks and what stands in them. html: HTML is no text."""
    found, line = [], 0
    for token in markdown(html).parse(source):
        line = token.map[0] if token.map else line
        found += [(part, line) for part in [token, *(token.children or [])]]
    return found


def pictures(source):
    """[(alternative, path, lines before it)] of the pictures in a text."""
    return [(part.content, part.attrGet("src"), line) for part, line in pieces(source) if part.type == "image"]


def blocks(source):
    """The blocks of code in a text, each as a list of lines."""
    return [part.content.splitlines() for part, _ in pieces(source) if part.type in ("fence", "code_block")]


def drawn(cell):
    """The alternatives of the pictures that a cell's outputs have; the drawing pad's still picture is one."""
    outputs = [output for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
    return [output.metadata.get("image/png", {}).get("alt", "") for output in outputs]


def rows(cell):
    """How many rows a cell takes on its slide: lines of code that is shown, of output as it wraps, and of tables."""
    count = len(cell.source.splitlines()) if cell.metadata["slide"] == "-" else 0
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "text/html" in data:
            rows_of_each = [table.count("<tr") for table in data["text/html"].split("<table")]
            count += math.ceil(1.2 * max(rows_of_each))  # They are higher; several stand beside each other.
        elif "text/markdown" in data:
            count += len(data["text/markdown"].strip().splitlines())
        elif "image/png" not in data:
            lines = (output.get("text") or data.get("text/plain", "")).rstrip().splitlines()
            count += sum(max(1, math.ceil(len(line) / ROW)) for line in lines)
    return count


def rows_of_text(source):
    """How many rows of output have the room of the code and the tables in a slide's text."""
    tables = sum(part.type == "tr_open" for part, _ in pieces(source))
    return int(HIGHER * (sum(map(len, blocks(source))) + tables))


def wrong_text(source, one, known):
    """[(lines before it, sentence)] of what can't be shown of a slide's text or of its notes.

    known: {name: text} of the pictures in images/, empty where images/alt.json is missing.
    """
    found = []
    for part, line in pieces(source, html=True):
        if part.type in ("html_block", "html_inline"):
            words = " ".join(part.content.split())[:40]
            found.append((line, f"this HTML would stand there as it is written, take it out: {words!r}."))
    for part, line in pieces(source):
        if part.type in FORMULAS:
            try:
                formula(part.content)
            except course.Mistake as problem:
                found.append((line, str(problem)))
    for alternative, path, line in pictures(source):
        name = re.fullmatch(r"\.\./\.\./images/(\w+)\.(?:png|svg)", path)
        if not alternative.strip():
            found.append((line, f"the picture {path} has no text for those who cannot see it: ![text](…)."))
        if not name or (known and name[1] not in known) or not (one.folder / path).is_file():
            found.append((line, f"the picture {path} is not one of images/: write ![text](../../images/NAME.png)."))
        elif alternative.strip() and known and known[name[1]] != alternative:
            found.append((line, f"the text of {path} differs from that in images/alt.json: take it from there."))
    return found


def mistakes(one):
    """What is wrong with a lesson's slides, each as one sentence with file and line; outputs as its page has them."""
    book, found, begun = pages.with_results(one, slides=True), [], False

    def say(cell, sentence, below=0):
        line = cell.get("line", 1) + below
        found.append(f"{one.source.relative_to(course.ROOT).as_posix()}:{line}: {sentence}")

    for number, cell in enumerate(book.cells):
        kind = cell.metadata.get("slide")
        if number == 0 and course.slide_only(cell):
            say(cell, "a lesson begins with its title: put the first slide below that cell.")
        if cell.cell_type == "code" and kind is not None and kind not in course.ON_SLIDE:
            say(cell, f'the slide type {kind!r} is unknown: code has `slide: "-"`, output, fragment or none.')
        elif cell.cell_type == "code" and kind is not None and not begun:
            say(cell, "no slide has begun that this code could stand on: put a slide cell before it.")
        elif cell.cell_type == "markdown" and kind == "notes" and not begun:
            say(cell, "no slide has begun that these notes could belong to: put a slide cell before them.")
        elif cell.cell_type == "markdown" and kind is not None and kind not in course.SLIDE_ONLY:
            say(cell, f'the slide type {kind!r} is unknown: text has "slide", "notes" or none.')
        begun = begun or (course.slide_only(cell) and kind == "slide")
    alternatives = course.ROOT / "images" / "alt.json"
    known = json.loads(alternatives.read_text(encoding="utf-8")) if alternatives.is_file() else {}
    for number, slide in enumerate(deck(book)):
        text, cell = slide.cell.source, slide.cell
        headings = [token.tag for token in markdown().parse(text) if token.type == "heading_open"]
        if headings != ["h2" if number else "h1"] or not text.startswith("#"):
            wanted = "## Its title" if number else "# The lesson's title"
            say(cell, f"this slide begins with a heading, and has no other: `{wanted}`.")
        if cell.metadata.get("tags"):
            say(cell, "a slide has no tags: they belong to the cells of the notebook.")
        if (count := words(text)) > WORDS:
            say(cell, f"this slide has {count} words, and {WORDS} can be read from the back: move some to the notes.")
        if (count := sum(token.type == "list_item_open" for token in markdown().parse(text))) > ITEMS:
            say(cell, f"this slide has a list of {count} items, and {ITEMS} are the most.")
        for part in [cell, *slide.notes]:
            for below, sentence in wrong_text(part.source, one, known):
                say(part, sentence, below)
        for lines in blocks(text):
            if len(lines) > LINES:
                say(cell, f"the code in this text has {len(lines)} lines, and {LINES} fit a slide: shorten it.")
            if longest := max([len(line) for line in lines if len(line) > CHARACTERS], default=0):
                say(cell, f"a line of the code in this text has {longest} characters, and {CHARACTERS} fit: break it.")
        count = len(pictures(text))
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
        taken = rows_of_text(text) + sum(map(rows, slide.code))
        if taken > (most := ROWS_WITH_PICTURE if count else ROWS):
            beside = "beside a picture " if count else ""
            most = f"{beside}{most} fit a slide: show fewer."
            say(cell, f"code, tables and output take the room of {taken} rows here, and {most}")
        if count > PICTURES:
            say(cell, f"this slide has {count} pictures, and {PICTURES} is the most: begin another slide.")
        if not slide.notes:
            say(cell, 'this slide has no notes for the speaker: add a cell `+++ {"slide": "notes"}` below it.')
    return found


# ---------------------------------------------------------------- A deck as HTML

FOLDER = course.ROOT / "build" / "slides"
PARTS = course.ROOT / "tools" / "deck"  # The template, and our own style and script.
HIGHLIGHT = "a11y-high-contrast-light"  # A style of accessible-pygments.
BESIDE, BELOW = (614, 636), (1084, 470)  # The room for a picture beside a slide's words, and below them: pixels.


def vendored(place):
    """A file of reveal.js, as sphinx-revealjs carries it, safe to stand in a <script> or <style>."""
    path = importlib.resources.files("sphinx_revealjs") / "_static" / "revealjs" / place
    if not path.is_file():
        raise course.Mistake(f"sphinx-revealjs has no {place}: install requirements-dev.lock (make slides does).")
    return re.sub(r"<(?=!--|/?script)", r"\\x3c", path.read_text(encoding="utf-8"), flags=re.I)


def data_uri(content, kind):
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def formula(latex, display="inline"):
    """A formula in LaTeX as MathML, with the LaTeX as its text alternative and annotation."""
    latex = latex.strip()
    found = re.fullmatch(r"<math([^>]*)>(.*)</math>", formulas.mathml(latex, display), flags=re.S)
    words = html.escape(latex)
    return (
        f'<math{found[1]} alttext="{words}"><semantics>{found[2]}'
        f'<annotation encoding="application/x-tex">{words}</annotation></semantics></math>'
    )


def rendered(source, one):
    """A slide's Markdown as HTML: formulas as MathML, pictures of images/ inside."""
    reader = markdown()
    tokens = reader.parse(source)
    for token in tokens:
        for part in token.children or []:
            if part.type == "image":
                path = one.folder / part.attrGet("src")
                kind = "image/svg+xml" if path.suffix == ".svg" else "image/png"
                part.attrSet("src", data_uri(path.read_bytes(), kind))
    rules = reader.renderer.rules
    rules["math_inline"] = lambda tokens, place, *_: formula(tokens[place].content)
    rules["math_block"] = lambda tokens, place, *_: formula(tokens[place].content, "block")
    rules["math_inline_double"] = rules["math_block"]
    return reader.renderer.render(tokens, reader.options, {})


def code_html(source):
    return f"<pre><code>{highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()}</code></pre>"


def output_parts(cell):
    """[(kind, HTML)] of a cell's outputs: "text", "picture", "html" or "pad"."""
    found = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if re.search(r"\bdrawing_pad\(\)", cell.source):
            found.append(("pad", f'<div class="place">{pad_html(cell.id)}</div>'))
        elif "image/png" in data:
            words = html.escape(output.metadata["image/png"]["alt"])
            content = base64.b64decode(data["image/png"])
            found.append(
                ("picture", f'<div class="place"><img alt="{words}" src="{data_uri(content, "image/png")}"></div>')
            )
        elif "text/html" in data:
            found.append(("html", f'<div class="place">{data["text/html"]}</div>'))
        elif "text/markdown" in data:
            found.append(("html", f'<div class="place">{markdown().render(data["text/markdown"])}</div>'))
        else:
            found.append(("text", f"<pre>{html.escape((output.get('text') or data['text/plain']).rstrip())}</pre>"))
    return found


def pad_html(name):
    """The drawing pad with the course's own reader: what drawing_pad() shows, under a name that stays the same."""
    from dlcourse import pad

    return re.sub(r"pad-[0-9a-f]{32}", f"pad-{name}", pad._page(pad._reader()))


def size(cells, picture):
    """The size of letters, in pixels, in which the code and output of these cells fill a slide: 28 to 36.

    Code is at least 26: outputs may wrap, code that wraps would read as other code.
    """
    taken = sum(map(rows, cells))
    code = [cell.source for cell in cells if cell.metadata["slide"] == "-"]
    outputs = [output.get("text", "") for cell in cells for output in cell.get("outputs", [])]
    longest = max((len(line) for source in code + outputs for line in source.splitlines()), default=1)
    fitting = min(28 if picture else 36, WIDE // (LETTER * longest), 400 // (LINE * max(1, taken)))
    return max(SMALLEST_CODE if code else SMALLEST, fitting)


def shape(parts, shown):
    """How a slide is laid out: "title", "alone" (words), "beside" (words, and a high picture) or "below"."""
    if not parts:
        return "title" if shown.startswith("# ") else "alone"
    (kind, source), *more = parts
    if more or kind != "picture":
        return "below"
    with Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", source)[1]))) as picture:
        beside, below = (min(wide / picture.width, high / picture.height) for wide, high in (BESIDE, BELOW))
    return "beside" if beside > below else "below"


def html_of(one):
    """A lesson's deck as HTML; None where the lesson has no slides. Mistake where one does not fit."""
    if found := mistakes(one):
        raise course.Mistake("\n".join(found))
    book = pages.with_results(one, slides=True)
    numbers = {id(cell): number for number, cell in enumerate(course.code(book), 1)}
    if not (found := deck(book)):
        return None
    shown = []
    for slide in found:
        parts = []
        for cell in slide.code:
            label = f'<div class="prompt" aria-hidden="true">[{numbers[id(cell)]}]</div>'  # As the notebook has it.
            here = [("code", code_html(cell.source))] if cell.metadata["slide"] == "-" else []
            later = " fragment" if cell.metadata["slide"] == "fragment" else ""  # What reveal.js shows at the next key.
            for kind, source in here + output_parts(cell):
                parts.append((kind, later, source, label))
                label = '<div class="prompt"></div>'
        picture = any(kind != "code" and "<table" not in source for kind, _, source, _ in parts if kind != "text")
        shown.append({
            "words": rendered(slide.cell.source, one),
            "notes": "\n".join(rendered(note.source, one) for note in slide.notes),
            "parts": [f'<div class="cell {kind}{later}">{label}{source}</div>' for kind, later, source, label in parts],
            "layout": "is-" + shape([(kind, source) for kind, _, source, _ in parts], slide.cell.source),
            "size": f"{size(slide.code, picture):.0f}",
        })  # fmt: skip
    from dlcourse import palette

    title = re.sub(r"#+ +", "", found[0].cell.source.split("\n")[0])
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    template = environment.from_string((PARTS / "deck.html.j2").read_text(encoding="utf-8"))
    return template.render(
        title=html.escape(title),
        slides=shown,
        palette={name: code for name, code in vars(palette).items() if name.isupper() and isinstance(code, str)},
        reveal_css=vendored("dist/reset.css") + vendored("dist/reveal.css"),
        reveal_js=vendored("dist/reveal.js"),
        notes_js=vendored("plugin/notes/notes.js"),
        highlight_css=HtmlFormatter(style=HIGHLIGHT).get_style_defs(".reveal .cell.code"),
        own_css=(PARTS / "deck.css").read_text(encoding="utf-8"),
        own_js=(PARTS / "deck.js").read_text(encoding="utf-8"),
    )


def main(numbers):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for one in [course.lesson(number) for number in numbers] or course.lessons():
        path = FOLDER / f"{one.name}.html"
        if text := html_of(one):
            path.write_text(text + "\n", encoding="utf-8", newline="\n")
            print(f"{path.relative_to(course.ROOT)}: {text.count('<section ')} slides, {len(text) / 1e6:.1f} MB")
        else:
            path.unlink(missing_ok=True)
            print(f"{one.name} has no slides.")


if __name__ == "__main__":
    sys.path.insert(0, str(course.NOTEBOOKS))
    try:
        main(sys.argv[1:])
    except course.Mistake as problem:
        sys.exit(str(problem))
