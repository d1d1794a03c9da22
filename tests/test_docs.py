"""The instructor's pages: what they say about the lessons is held against the lessons, and against the syllabus."""

import os
import re
from pathlib import Path

import course
import pytest

DOCS = course.ROOT / "docs"
BOOKS = {path.stem: course.read(path) for path in course.lessons()}
SECTIONS = {stem: {title for title, *_ in course.sections(book)} for stem, book in BOOKS.items()}
README = (course.ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS["README.md"] = set(re.findall(r"^#{2,3} (.+)$", README, re.M))


def rows():
    """(first words, lesson, sections) of the coverage table."""
    text = (DOCS / "coverage.md").read_text(encoding="utf-8")
    return [
        (words, lesson, sections.split("; "))
        for words, lesson, sections in re.findall(r"^\| (.+) … \| \[(.+?)\]\(.+?\) \| (.+) \|$", text, re.M)
    ]


def plain(text):
    return " ".join(re.sub(r"[*`]", "", text).split())


@pytest.fixture
def syllabus():
    path = os.environ.get("SYLLABUS")
    if not path:
        pytest.skip("SYLLABUS doesn't name the syllabus that the course is held to")
    return Path(path).read_text(encoding="utf-8")


def test_every_row_names_a_section_that_exists():
    assert len(rows()) > 80
    unknown = [(lesson, section) for _, lesson, found in rows() for section in found if section not in SECTIONS[lesson]]
    assert unknown == []


def test_every_line_of_the_syllabus_is_covered(syllabus):
    known = [plain(words) for words, *_ in rows()]
    for lesson, body in re.findall(r"^## \d\. .+?`(\w+)\.ipynb`\)\n(.*?)(?=^## |\Z)", syllabus, re.M | re.S):
        lines = [plain(line) for line in re.findall(r"^ *- (.+)$", body, re.M)]
        missing = [line[:70] for line in lines if not any(words in line for words in known)]
        assert missing == [], lesson


def test_every_row_stands_in_the_syllabus(syllabus):
    text = plain(syllabus)
    assert [words for words, *_ in rows() if plain(words) not in text] == []


def test_every_question_points_to_a_section_that_exists():
    text = (DOCS / "questions.md").read_text(encoding="utf-8")
    entries = re.split(r"^### ", text, flags=re.M)[1:]
    for entry in entries:
        title, body = entry.split("\n", 1)
        found = re.findall(r"^Lesson: \[(\w+), (.+)\]\(\.\./notebooks/(\w+)\.ipynb\)$", body, re.M)
        assert found, f"{title}: no last line `Lesson: […]`"
        assert all(stem == file and section in SECTIONS[stem] for stem, section, file in found), (title, found)
        assert 20 <= len(body.split()) <= 160, f"{title}: {len(body.split())} words"


def test_every_question_of_the_syllabus_is_in_the_bank(syllabus):
    text = (DOCS / "questions.md").read_text(encoding="utf-8")
    asked = sum(line.count("?") for line in re.findall(r"^Q: (.+)$", syllabus, re.M))
    assert len(re.findall(r"^### .+\?", text, re.M)) >= asked


def test_glossary_terms_stand_in_their_lesson_and_in_order():
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(r"^- \*\*(.+?)\*\*(.*)\(\[lesson \d\]\(\.\./notebooks/(\w+)\.ipynb\)\)\.?$", text, re.M)
    assert len(entries) == text.count("\n- **") > 80
    prose = {stem: plain(" ".join(cell.source for cell in book.cells)).casefold() for stem, book in BOOKS.items()}
    assert [term for term, _, stem in entries if term.casefold() not in prose[stem]] == []
    keys = [term.casefold() for term, *_ in entries]
    assert keys == sorted(keys)


def test_links_between_the_pages():
    for page in [course.ROOT / "README.md", *DOCS.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
