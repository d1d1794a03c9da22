"""The pages for instructors, collected from the lessons' rooms, are held against the lessons."""

import re

import pytest

import course

DOCS = course.ROOT / "docs"
LESSONS = course.lessons()
BOOKS = {one.name: course.read(one) for one in LESSONS}
SECTIONS = {stem: {title for title, *_ in course.sections(book)} for stem, book in BOOKS.items()}
README = (course.ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS["README.md"] = set(re.findall(r"^#{2,3} (.+)$", README, re.M))


def room(one, name):
    path = one.folder / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_what_a_lesson_teaches_stands_in_a_section_of_it(one):
    rows = re.findall(r"^\| (.+) \| (.+) \|$", room(one, "teaches.md"), re.M)
    rows = [row for row in rows if row[0] != "What is taught"]
    assert len(rows) >= (10 if one.minutes else 0)
    assert [(words, section) for words, found in rows for section in found.split("; ")
            if section not in SECTIONS[one.name]] == []  # fmt: skip


def test_what_the_readme_teaches_stands_in_a_section_of_it():
    text = (DOCS / "coverage.md").read_text(encoding="utf-8").split("<!-- lessons -->")[0]
    rows = [row for row in re.findall(r"^\| (.+) \| (.+) \|$", text, re.M) if row[0] != "What is taught"]
    assert rows and all(part in SECTIONS["README.md"] for _, found in rows for part in found.split("; "))


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_every_question_points_to_a_section_that_exists(one):
    for entry in re.split(r"^### ", room(one, "questions.md"), flags=re.M)[1:]:
        title, body = entry.split("\n", 1)
        here = re.findall(r"^Section: (.+)$", body, re.M)
        there = re.findall(r"^Lesson: \[(\w+), (.+)\]\(\.\./notebooks/(\w+)\.ipynb\)$", body, re.M)
        assert title.rstrip().endswith("?") and here + there, f"{title}: no last line `Section: …`"
        assert all(section in SECTIONS[one.name] for section in here), (title, here)
        assert all(stem == file and section in SECTIONS[stem] for stem, section, file in there), (title, there)
        assert 20 <= len(body.split()) <= 160, f"{title}: {len(body.split())} words"


# What people ask in the room, and how many questions of each lesson the bank answers at least.
QUESTIONS = {"01": 18, "02": 16, "03": 5, "04": 6, "05": 5, "06": 3}


def test_the_bank_has_a_question_once():
    titles = re.findall(r"^### (.+)", (DOCS / "questions.md").read_text(encoding="utf-8"), re.M)
    assert len(titles) == len(set(titles))
    here = {one.number: len(re.findall(r"^### ", room(one, "questions.md"), re.M)) for one in LESSONS}
    assert {number: count for number, count in here.items() if count < QUESTIONS.get(number, 0)} == {}


def test_glossary_terms_stand_in_their_lesson_and_once():
    terms = []
    for one in LESSONS:
        text = room(one, "glossary.md")
        prose = " ".join(
            re.sub(r"[*`]", "", " ".join(cell.source for cell in BOOKS[one.name].cells)).split()
        ).casefold()
        entries = re.findall(r"^- \*\*(.+?)\*\*(.*)$", text, re.M)
        assert len(entries) == text.count("- **")
        assert [term for term, _ in entries if term.casefold() not in prose] == [], one.name
        terms += [(term.casefold(), words.split(":")[0]) for term, words in entries]
    assert len(terms) == len(set(terms)) > 80


def test_links_between_the_pages():
    for page in [course.ROOT / "README.md", *DOCS.glob("**/*.md"), *course.ROOT.glob("*.md")]:
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        for target in re.findall(r"\]\(([^)#\s]+)", re.sub(r"`[^`]*`", "", text)):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_fault_names_a_test_that_is_there_and_every_test_of_faults_is_named():
    page = (course.ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+\.py::\w+)`", page))
    there = {
        f"{path.name}::{name}"
        for path in (course.ROOT / "tests").glob("*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), flags=re.M)
    }
    assert len(named) > 40 and named - there == set()
    faults = {one for one in there if one.startswith("faults_")} - {
        "faults_answers.py::test_there_are_as_many_as_is_said",
    }
    assert faults - named == set()
    for line in page.splitlines():
        if line.startswith("| ") and not line.startswith("| fault"):
            assert re.search(r"`\w+\.py::\w+`|the same", line), line
