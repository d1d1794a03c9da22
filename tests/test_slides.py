"""Slides: what does not fit is a sentence with file and line; a deck has everything inside, nothing from outside."""

import re
import shutil

import nbformat
import pytest

import course
import slides

SOURCE = "lessons/02_iris/lesson.md"
LESSONS = course.lessons()
SLIDE = """+++ {"slide": "slide"}

## A title

Words for the back row.

+++ {"slide": "notes"}

**Say:** more of it.

```{code-cell}
:slide: "-"

1 + 1
```
"""
PICTURE = "![](../../images/neuron.png)"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of course.toml, the rooms, the pages and the figures."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(course.ROOT / "course.toml", folder)
    for name in ("lessons", "docs", "images"):
        shutil.copytree(course.ROOT / name, folder / name)
    return folder


@pytest.fixture
def written(root, monkeypatch):
    """A function that puts a slide at the end of lesson 2 of the copy and gives (lesson, its mistakes)."""
    monkeypatch.setattr(course, "ROOT", root)
    one = course.lesson("02")
    original = one.source.read_text(encoding="utf-8")

    def write(slide):
        one.source.write_text(f"{original}\n{slide}", encoding="utf-8")
        return one, slides.mistakes(one)

    yield write
    one.source.write_text(original, encoding="utf-8")


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_the_lessons_slides_fit(one):
    assert slides.mistakes(one) == [] and len(slides.deck(course.read(one, slides=True))) >= 10


def test_what_may_stand_on_a_slide_fits_in_the_smallest_letters():
    """Lines that are not to wrap, rows of output, and as many rows as have room below a title and a line of words."""
    assert slides.CHARACTERS * slides.LETTER * slides.SMALLEST_CODE <= slides.WIDE
    assert slides.ROW * slides.LETTER * slides.SMALLEST <= slides.WIDE
    assert slides.ROWS * slides.LINE * slides.SMALLEST <= slides.BELOW[1]


@pytest.mark.parametrize("old, new, words", [
    ("row.", "row." + " word" * 34, "this slide has 41 words"),
    ("row.", "row." + "\n- one" * 6, "a list of 6 items"),
    ("row.", PICTURE, "../../images/neuron.png has no text for those who cannot see it"),
    ("row.", "![A neuron.](../../images/neuron.png)", "differs from that in images/alt.json"),
    ("row.", "![A neuron.](../../images/none.png)", "is not one of images/"),
    ("row.", "![A neuron.](https://example.org/neuron.png)", "is not one of images/"),
    ("row.", "![A neuron.](../images/neuron.png)", "is not one of images/"),
    ("row.", "row.\n\n$x_1_2$", "this formula can't be drawn (DoubleSubscriptsError): x_1_2"),
    ("row.", "row.\n\n$$\\frac{1}{$$", "this formula can't be drawn"),
    ("row.", "row, $\\unknown{x}$", "this formula can't be drawn (ValueError it has no \\unknown)"),
    ("row.", "row.\n\n| a |\n|---|\n| $\\mathbf{\\unknown}$ |", "it has no \\unknown"),
    ("row.", "row.\n\n<div>\nhidden\n</div>", "this HTML would stand there as it is written, take it out: '<div>"),
    ("row.", "row.\n\n<!-- hidden note -->", "take it out: '<!-- hidden note -->'"),
    ("row.", "row <b>in bold</b>.", "take it out: '<b>'"),
    ("row.", "<div>\n" + "word " * 60 + "\n</div>", "this slide has 68 words"),
    ("row.", "row.\n\n```python\n" + "1\n" * 9 + "```", "the code in this text has 9 lines"),
    ("row.", f"row.\n\n```python\n'{'x' * 70}'\n```", "a line of the code in this text has 72 characters"),
    ("row.", "row.\n\n| a |\n|---|\n" + "| b |\n" * 7, "code, tables and output take the room of 13 rows"),
    ("row.", "row.\n\n```python\n" + "1\n" * 5 + "```\n\n```\n" + "1\n" * 3 + "```", "take the room of 13 rows"),
    ("of it.", f"of it. {PICTURE}", "../../images/neuron.png has no text for those who cannot see it"),
    ("of it.", "of it. ![A neuron.](../../images/neuron.png)", "differs from that in images/alt.json"),
    ("of it.", "of it. ![A neuron.](../../images/none.png)", "is not one of images/"),
    ("of it.", "of it. ![A neuron.](https://example.org/neuron.png)", "is not one of images/"),
    ("of it.", "of it. $x_1_2$", "this formula can't be drawn"),
    ("of it.", "of it.\n\n<!-- hidden note -->", "take it out: '<!-- hidden note -->'"),
    ("row.", "row.\n\n## Another", "begins with a heading, and has no other: `## Its title`"),
    ("## A title", "# A title", "begins with a heading, and has no other: `## Its title`"),
    ("## A title", "A title", "begins with a heading"),
    ('{"slide": "slide"}', '{"slide": "slide", "tags": ["optional"]}', "a slide has no tags"),
    ('{"slide": "slide"}', '{"slide": "slid"}', "the slide type 'slid' is unknown"),
    ('"-"', "shown", "the slide type 'shown' is unknown"),
    ("1 + 1", "1 + 1\n" * 9, "this code has 9 lines"),
    ("1 + 1", f"'{'x' * 70}'", "a line of this code has 72 characters"),
    ('+++ {"slide": "notes"}\n\n**Say:** more of it.\n', "", "has no notes for the speaker"),
])  # fmt: skip
def test_what_does_not_fit_a_slide_is_a_sentence_with_file_and_line(written, old, new, words):
    assert old in SLIDE
    one, found = written(SLIDE.replace(old, new, 1))
    assert [sentence for sentence in found if words in sentence], found
    line = int(re.match(r"lessons/02_iris/lesson\.md:(\d+): ", found[0])[1])
    text = one.source.read_text(encoding="utf-8").splitlines()
    assert len(text) >= line > len(text) - len(SLIDE.replace(old, new, 1).splitlines())
    with pytest.raises(course.Mistake, match="lesson.md"):
        slides.html_of(one)


def test_the_line_is_that_of_the_paragraph(written):
    one, found = written(SLIDE.replace("of it.", "of it.\n\nMuch more: $x_1_2$"))
    line = int(re.match(r"lessons/02_iris/lesson\.md:(\d+): ", found[0])[1])
    assert "$x_1_2$" in one.source.read_text(encoding="utf-8").splitlines()[line - 1]


@pytest.mark.parametrize("old", ["row.", "of it."])
def test_a_missing_picture_where_nothing_is_known_of_texts(written, root, old):
    alternatives = root / "images" / "alt.json"
    alternatives.rename(root / "alt.json")
    try:
        _, found = written(SLIDE.replace(old, f"{old} ![A neuron.](../../images/none.png)"))
        _, fine = written(SLIDE.replace(old, f"{old} ![A neuron.](../../images/neuron.png)").split("```{code")[0])
    finally:
        (root / "alt.json").rename(alternatives)
    assert len(found) == 1 and "../../images/none.png is not one of images/" in found[0] and fine == []


def test_what_just_fits_is_no_mistake(written):
    fits = SLIDE.replace("row.", "row." + " word" * 28 + "\n" + "\n- one" * 5).replace(
        "1 + 1", "\n".join(["1 + 1"] * 8)
    )
    assert written(fits)[1] == []
    for more in ("| a |\n|---|\n" + "| b |\n" * 6, "```python\n" + "1\n" * 7 + "```", "$p < \\frac{1}{2}$ `<b>`"):
        assert written(SLIDE.replace("row.", f"row.\n\n{more}"))[1] == []


@pytest.mark.parametrize("cell, words", [
    ('+++ {"slide": "notes"}\n\nSay.\n', "these notes could belong to"),
    ("```{code-cell}\n:slide: output\n\n1\n```\n", "this code could stand on"),
])  # fmt: skip
def test_what_belongs_to_a_slide_comes_after_one(written, cell, words):
    one, _ = written("")
    text = one.source.read_text(encoding="utf-8")
    one.source.write_text(text.replace('+++ {"slide": "slide"}', f'{cell}\n+++ {{"slide": "slide"}}', 1), "utf-8")
    assert words in " ".join(slides.mistakes(one))


def test_the_first_cell_is_the_lessons_title_and_no_slide(written):
    one, _ = written("")
    one.source.write_text(f"{SLIDE}\n+++\n\n{one.source.read_text(encoding='utf-8')}", encoding="utf-8")
    assert "a lesson begins with its title" in slides.mistakes(one)[0]


def test_a_figure_without_text_on_a_slide(written):
    """The page has it so where a cell that draws has no `alt`."""
    one, found = written("")
    assert found == []
    page = one.page.read_text(encoding="utf-8")
    shown = [cell for slide in slides.deck(course.read(one, slides=True)) for cell in slide.code]
    assert shown
    one.page.write_text(re.sub(r"!\[[^]]+\]", "![]", page), encoding="utf-8")
    found = slides.mistakes(one)
    one.page.write_text(page, encoding="utf-8")
    assert found and all("this figure has no text for those who cannot see it" in sentence for sentence in found)


def test_too_much_output_and_two_pictures(written):
    one, _ = written("")
    text = one.source.read_text(encoding="utf-8")
    first = text.index('+++ {"slide": "slide"}', text.index(":slide: "))
    starts = [
        place.start()
        for place in re.finditer(r'\+\+\+ \{"slide": "slide"\}\n.*?(?=```\{code-cell\}|\+\+\+)', text, re.S)
    ]
    assert first in starts
    merged = re.sub(r'\+\+\+ \{"slide": "slide"\}\n.*?(?=\n```\{code-cell\}|\n\+\+\+)', "", text[first:], flags=re.S)
    one.source.write_text(text[:first] + merged, encoding="utf-8")
    found = " ".join(slides.mistakes(one))
    assert (
        re.search(r"this slide has \d+ pictures, and 1 is the most", found)
        and "rows here, and beside a picture" in found
    )


@pytest.mark.parametrize("text, count", [
    ("## Two words\n\nand three more.", 5), ("![A long alternative](a.png)", 0), ("[a link](https://x.org/y)", 2),
    ("- one\n- two\n\n1. three", 3), ("$$p = x_1 w_1 + b$$", 1), ("so $x + 1$ it is", 4), ("`a b`, **c** – d", 4),
    ("```python\nx = 1\n```", 0), ("| a | b |\n|---|---|\n| c | d e |", 5), ("one\ntwo", 2),
])  # fmt: skip
def test_words_are_those_that_one_sees(text, count):
    assert slides.words(text) == count


def test_a_deck_is_one_file_with_nothing_from_outside(written):
    formula = "$$\\frac{dJ}{dw} < 1$$"
    one, found = written(SLIDE.replace("row.", f"row.\n\n{formula}"))
    assert found == []
    deck = slides.html_of(one)
    page = re.sub(r"<script>.*?</script>", "<script></script>", deck, flags=re.S)
    assert page.count("<script></script>") == 3 and "<script " not in page
    assert not re.findall(r'<(?:script|link|img|iframe)[^>]*\b(?:src|href)="(?!data:)[^"]*', page)
    assert not re.findall(r"url\((?![\"']?data:)[^)]*\)|@import", page)
    assert 'alttext="\\frac{dJ}{dw} &lt; 1"' in deck and "<mfrac>" in deck and 'encoding="application/x-tex"' in deck
    assert (
        deck.count("<section ")
        == len(slides.deck(course.read(one, slides=True)))
        == deck.count('<aside class="notes">')
    )
    assert '<html lang="en">' in deck and "<title>2. Iris: slides</title>" in deck
    assert deck == slides.html_of(one)


@pytest.mark.parametrize("kind, shown", [
    ('"-"', ["code", "text"]), ("output", ["text"]), ("fragment", ["text fragment"]),
])  # fmt: skip
def test_what_of_a_cell_is_shown_and_when(written, monkeypatch, kind, shown):
    one, _ = written(SLIDE.replace('"-"', kind))
    book = slides.pages.with_results(one, slides=True)
    book.cells[-1].outputs = [nbformat.v4.new_output("stream", text="2")]
    monkeypatch.setattr(slides.pages, "with_results", lambda *_, **__: book)
    last = slides.html_of(one).split("<section ")[-1]
    assert re.findall(r'<div class="cell ([\w ]+)">', last) == shown


def test_html_in_a_slide_is_text(written):
    one, _ = written("")
    shown = slides.rendered("row <script>alert(1)</script>.\n\n<div>\nfive words\n</div>\n\n<!-- note -->", one)
    assert not re.search("<script|<div|<!--", shown) and "&lt;script&gt;alert(1)" in shown
    assert slides.words("<div>\nfive words\n</div>\n\n<!-- a note -->") == 6


def test_a_lesson_without_slides_has_no_deck(written):
    one, _ = written("")
    text = re.sub(
        r'\+\+\+ \{"slide": "\w+"\}\n.*?(?=\n\+\+\+|\n```\{code)', "", one.source.read_text("utf-8"), flags=re.S
    )
    one.source.write_text(re.sub(r":slide: .*\n|^slide: .*\n", "", text, flags=re.M), encoding="utf-8")
    assert slides.html_of(one) is None
