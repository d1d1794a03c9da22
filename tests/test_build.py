"""What is derived is what its source gives; a mistake in a source is one sentence with file and line."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement

import build
import course
import dlcourse.environment
import fingerprint
import in_browser
import pages
import promises
from dlcourse import checking

ROOT = course.ROOT
LESSONS = course.lessons()
LISTED = ["git", "ls-files", "-co", "--exclude-standard"]
TEXT = {".ipynb", ".md", ".py", ".toml", ".yml", ".yaml", ".sh", ".json", ".txt"}
NAMES = subprocess.run(LISTED, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
TRACKED = [ROOT / name for name in NAMES if Path(name).suffix in TEXT and (ROOT / name).is_file()]


@pytest.fixture(params=LESSONS, ids=lambda one: one.name)
def one(request):
    return request.param


@pytest.fixture(scope="module")
def books():
    return {one: nbformat.read(one.notebook, as_version=4) for one in LESSONS}


@pytest.fixture
def book(one, books):
    return books[one]


# ---------------------------------------------------------------- What is derived


def test_built_files_are_what_their_sources_give():
    assert build.differences() == [], "run `make build`"


def test_every_result_is_that_of_the_present_code(one):
    old = [cell.source[:60] for cell in pages.outdated(one)]
    assert old == [], f"run `make pages ONLY={one.number}`"


def test_every_page_has_plots_of_todays_looks(one):
    assert pages.looked(one) == fingerprint.looks(), (
        f"the plots' colours or style changed: run `make pages`, {one.name}"
    )


def test_every_compared_cell_has_its_output(one, book):
    empty = [cell.source[:60] for cell in book.cells if build.needs_output(cell)]
    assert empty == [], f"run `make pages ONLY={one.number}`"


def test_there_and_back_again(one):
    """A notebook saved by JupyterLab goes back into its source, whatever outputs and states it was saved with."""
    book = nbformat.read(one.notebook, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="learned\n")]
            cell.execution_count = 7
            cell.metadata["execution"] = {"iopub.status.busy": "2026"}
            cell.metadata["collapsed"] = False
    assert course.write_source(book, one) == one.source.read_text(encoding="utf-8"), f"make back ONLY={one.number}"


def test_an_edit_in_the_notebook_goes_back(one, tmp_path, monkeypatch):
    book = nbformat.read(one.notebook, as_version=4)
    book.cells[1].source += "\n\nA new sentence."
    assert "A new sentence." in course.write_source(book, one)


SLIDES = """+++ {"slide": "slide"}

## A title

Words for the back row.

+++ {"slide": "notes"}

**Say:** more of it.

"""


@pytest.fixture
def with_slides(sources):
    """Lesson 3 of a copy: instead of its slides one with its notes before a cell of code, and another at the end."""
    one = course.lesson("03")
    book = course.read(one)
    for cell in book.cells:
        cell.metadata.pop("slide", None)
    one.source.unlink()  # Or its slides would come back.
    one.source.write_text(course.write_source(book, one), encoding="utf-8")
    first = SLIDES.replace("## A title", "# A title")
    change(one.source, "```{code-cell}\nHTML(sliding)", first + "```{code-cell}\n:slide: output\n\nHTML(sliding)")
    one.source.write_text(
        one.source.read_text(encoding="utf-8") + "\n" + SLIDES.replace("A title", "The end").rstrip("\n") + "\n",
        encoding="utf-8",
    )
    return one


def test_cells_for_slides_stay_out_of_the_notebook(with_slides):
    here, there = course.read(with_slides), course.read(with_slides, slides=True)
    assert len(there.cells) == len(here.cells) + 4
    assert "back row" not in "".join(cell.source for cell in here.cells)
    assert [cell for cell in here.cells if not course.slide_only(cell)] == here.cells
    assert [course.identity(cell, set()) for cell in here.cells] == [
        course.identity(cell, set()) for cell in there.cells if not course.slide_only(cell)
    ]
    assert "back row" not in pages.text(with_slides) and "back row" not in build.notebook_text(with_slides)
    assert "slideshow" not in build.notebook_text(with_slides)
    assert "back row" not in promises.text(with_slides) and "back row" in promises.slides_text(with_slides)


def test_a_notebook_brought_back_keeps_the_slides_at_their_place(with_slides):
    book, text = build.notebook(with_slides), with_slides.source.read_text(encoding="utf-8")
    assert course.write_source(book, with_slides) == text


def edited(book, what):
    """Edit the cell before the slide of with_slides as somebody in JupyterLab may; returns what was written there."""
    place = next(place for place, cell in enumerate(book.cells) if cell.source == "HTML(sliding)")
    if what == "changed":
        book.cells[place - 1].source = "Another sentence."
    elif what == "deleted":
        del book.cells[place - 1]
    elif what == "inserted":
        book.cells.insert(place - 1, nbformat.v4.new_markdown_cell("One more."))
    elif what == "split":
        book.cells.insert(place, nbformat.v4.new_code_cell("print(1)"))
    elif what == "first":
        book.cells.insert(1, nbformat.v4.new_code_cell("print(0)"))
        book.cells[place].source = "Another sentence."


@pytest.mark.parametrize("what", ["changed", "deleted", "inserted", "split", "first"])
def test_slides_find_their_place_in_an_edited_notebook(with_slides, what):
    book = build.notebook(with_slides)
    edited(book, what)
    text = course.write_source(book, with_slides)
    assert text.count("back row") == 2 and text.endswith(
        "## The end\n" + SLIDES.split("## A title\n")[1].rstrip() + "\n"
    )
    with_slides.source.write_text(text, encoding="utf-8")
    there = course.read(with_slides, slides=True).cells
    (slide,) = [place for place, cell in enumerate(there) if cell.source.startswith("# A title")]
    assert [cell.source for cell in there[slide + 2 : slide + 3]] == ["HTML(sliding)"]
    before = {"changed": "Another sentence.", "first": "Another sentence."}.get(what)
    assert before in (None, there[slide - 1].source)
    assert course.slide_only(there[slide + 1]) and course.mistakes() == []


def beside(one, source=None):
    """[(a slide's or note's text, the ordinary cell that follows it)] of a lesson, in any order."""
    cells, found, after = course.parse(source or one.source.read_text("utf-8"), one).cells, [], "the end"
    for cell in reversed(cells):
        if course.slide_only(cell):
            found.append((cell.source, after))
        else:
            after = cell.source
    return sorted(found)


def section_of(book, title):
    """(first, end) of the cells of a notebook's section."""
    starts = [place for place, cell in enumerate(book.cells) if cell.source.startswith("## ")] + [len(book.cells)]
    place = next(place for place in starts if book.cells[place].source.split("\n")[0] == f"## {title}")
    return place, starts[starts.index(place) + 1]


def test_slides_go_with_a_section_that_was_moved(sources):
    one = course.lesson("02")
    book, text = build.notebook(one), one.source.read_text(encoding="utf-8")
    (first, middle), (_, end) = section_of(book, "Train"), section_of(book, "Three flowers from the garden")
    book.cells[first:end] = book.cells[middle:end] + book.cells[first:middle]
    moved = course.write_source(book, one)
    titles = [cell.source for cell in course.parse(moved, one).cells if cell.metadata.get("slide") == "slide"]
    train, garden = (
        next(i for i, title in enumerate(titles) if title.startswith(f"## {words}")) for words in ("Train:", "Three fl")
    )
    assert moved != text and beside(one, moved) == beside(one) and garden < train
    book.cells[first:end] = book.cells[first + end - middle : end] + book.cells[first : first + end - middle]
    one.source.write_text(moved, encoding="utf-8")
    assert course.write_source(book, one) == text


def test_slides_of_a_moved_cell_that_was_edited_stand_after_the_one_before(sources):
    """In both of two sections that change places, so that one of them is what difflib takes for moved."""
    one = course.lesson("02")
    book, titles = build.notebook(one), ("## Loss falls", "## It always answers")

    def neighbours(source):
        cells = course.parse(source, one).cells
        found = [place for place, cell in enumerate(cells) if cell.source.startswith(titles)]
        ordinary = [[cell.source for cell in part if not course.slide_only(cell)] for part in
                    [cells[:place] for place in found] + [cells[place:] for place in found]]  # fmt: skip
        return {cells[place].source: (ordinary[n][-1], ordinary[n + 2][0]) for n, place in enumerate(found)}

    stood = neighbours(one.source.read_text(encoding="utf-8"))
    for _, after in stood.values():
        (cell,) = [cell for cell in book.cells if cell.source == after]
        cell.source += "\nprint()"
    (first, middle), (_, end) = section_of(book, "Train"), section_of(book, "Three flowers from the garden")
    book.cells[first:end] = book.cells[middle:end] + book.cells[first:middle]
    wanted = {slide: (before, after + "\nprint()") for slide, (before, after) in stood.items()}
    assert len(wanted) == 2 and neighbours(course.write_source(book, one)) == wanted


def test_of_two_cells_alike_the_slides_take_the_one_among_the_same_neighbours(with_slides):
    """The same line of code in two sections: where they change places, each keeps its own slides."""
    part = f"\n+++\n\n## Part X\n\n{SLIDES.replace('A title', 'Slide X')}```{{code-cell}}\nalike()\n```\n\nOf X.\n"
    source, other = ("# A lesson\n" + "".join(part.replace("X", letter) for letter in order) for order in ("AB", "BA"))
    with_slides.source.write_text(other, encoding="utf-8")
    book = course.parse(source, with_slides)
    book.cells = [cell for cell in book.cells if not course.slide_only(cell)]
    back = course.write_source(book, with_slides)
    assert re.findall(r"^## (.+)", back, flags=re.M) == ["Part A", "Slide A", "Part B", "Slide B"]


def test_notebooks_store_outputs_only_where_they_are_compared(book):
    for before, cell in zip([None, *book.cells], book.cells):
        if cell.cell_type == "code":
            compared = "nbval-check-output" in cell.metadata.get("tags", [])
            assert bool(cell.outputs) == bool(cell.execution_count) == compared, cell.source
            assert not (cell.outputs and before is not None and course.predicts(before)), cell.source


def test_opening_and_saving_in_jupyterlab_changes_nothing(book):
    assert book.metadata.kernelspec == {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }


def test_setup_cell_is_the_common_one_and_comes_first(book):
    first, *others = course.code(book)
    assert first.source == course.setup_source() and "setup" in first.metadata.tags
    assert len(first.source.splitlines()) <= 24 and first.source.startswith("# @title ")
    assert first.metadata.cellView == "form" and first.metadata.jupyter.source_hidden
    assert not any("dlcourse.setup(" in cell.source for cell in others)


def test_notebook_and_page_link_each_other(one, book):
    repository, branch = course.settings()["repository"], course.settings()["branch"]
    top = book.cells[0].source
    assert f"(https://github.com/{repository}/blob/{branch}/docs/lessons/{one.number}.md)" in top
    assert f"/github/{repository}/blob/{branch}/notebooks/{one.name}.ipynb)" in top
    assert f"mybinder.org/v2/gh/{repository}/{branch}?urlpath=lab/tree/notebooks/{one.name}.ipynb)" in top
    assert f"(../../notebooks/{one.name}.ipynb)" in one.page.read_text(encoding="utf-8")


def test_times_in_a_lesson_are_those_of_course_toml(one, book):
    times = re.findall(r"\*\*Time:\*\* (?:about )?(\d+) minutes", book.cells[0].source)
    assert len(times) == 1
    assert "**Time:**" not in one.source.read_text(encoding="utf-8")
    (room,) = [room for room in course.settings()["lesson"] if room["folder"] == one.name]
    told = book.cells[0].source.split("**Time:**")[1].split("**Before you start")[0]
    said = [int(number) for number in re.findall(r"\d+", told)]
    assert said == [room[key] for key in ("minutes", "alone", "all") if room[key]]


def test_every_address_of_the_course_is_the_one_in_course_toml():
    repository = course.settings()["repository"]
    addresses = r"(?:github\.com/|colab\.research\.google\.com/github/|mybinder\.org/v2/gh/)([\w.-]+/[\w.-]+)"
    for path in TRACKED:
        for found in re.findall(addresses, path.read_text(encoding="utf-8")):
            assert found.removesuffix(".git") == repository, f"{path.relative_to(ROOT)} names {found}"


# ---------------------------------------------------------------- Mistakes, in a copy of the sources

SOURCE, ANSWERS = "lessons/02_iris/lesson.md", "lessons/02_iris/answers.py"
FIRST, OTHER = [task.name for task in course.exercises(course.read(course.lesson("02")))][:2]


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of course.toml and the lessons' rooms, which tools/course.py and dlcourse take for the course."""
    shutil.copy(ROOT / "course.toml", tmp_path)
    shutil.copytree(ROOT / "lessons", tmp_path / "lessons")
    monkeypatch.setattr(course, "ROOT", tmp_path)
    monkeypatch.setattr(checking, "COURSE", tmp_path)
    checking.judges.cache_clear()
    yield tmp_path
    checking.judges.cache_clear()


@pytest.mark.parametrize("path, old, new, words", [
    (SOURCE, ":tags: [answer]", ":tags: [anwser]", "the tag 'anwser' is unknown"),
    (SOURCE, ":tags: [answer]\n", "", "has no cell tagged answer"),
    (SOURCE, ":tags: [check]\n", "", "has no cell tagged check"),
    (SOURCE, f'check("{FIRST}"', 'check("made up"', f"checks 'made up', and the heading says {FIRST!r}"),
    (SOURCE, f"### Exercise: {FIRST}\n", f"### Exercise: {OTHER}\n", "names are unique"),
    (SOURCE, f"### Exercise: {FIRST}\n", "### Exercise:\n", "begins with `### Exercise: its name`"),
    (SOURCE, "<summary>Solution</summary>", "<summary>Answer</summary>", "has no folded Solution"),
    (SOURCE, '+++ {"tags": ["exercise"]}', '+++ {"tags": ["exercise"]', "what follows +++ must be"),
    (SOURCE, '+++ {"tags": ["optional"]}', '+++ {"tegs": ["optional"]}', "'tegs' says nothing here"),
    (SOURCE, '+++ {"slide": "notes"}', '+++ {"slide": "fragment"}', "the slide type 'fragment' is unknown"),
    (SOURCE, ":slide: output", ":slide: skip", "the slide type 'skip' is unknown"),
    (SOURCE, "model.summary()\n```", "model.summary()\n", "this code cell is not closed"),
    (SOURCE, "model.summary()", "model.summary(", "this is not Python"),
    (SOURCE, ":tags: [hide-input]", ":tags: [hide-input", "does not parse"),
    (ANSWERS, f'JUDGES["{FIRST}"]', 'JUDGES["made up"]', "there is a judge for 'made up', and no exercise"),
    (ANSWERS, f'JUDGES["{FIRST}"]', f'JUDGES["{OTHER}"]', "stands here twice"),
    (ANSWERS, "JUDGES = {}", "JUDGES = {", "the judges cannot be read (SyntaxError"),
    (ANSWERS, "JUDGES = {}", "JUDGES = 1 / 0", "the judges cannot be read (ZeroDivisionError"),
], ids=lambda value: str(value)[:40])  # fmt: skip
def test_a_mistake_in_a_source_is_a_sentence_with_file_and_line(sources, path, old, new, words):
    change(sources / path, old, new)
    found = [sentence for sentence in course.mistakes() if words in sentence]
    assert found and re.match(r"lessons/02_iris/(lesson\.md|answers\.py):\d+: ", found[0]), course.mistakes()


@pytest.mark.parametrize("old, new, words", [
    (r"break = \d+", "break = 99", "total says 180"),
    (r'break_after = ".*"', 'break_after = "03"', "the break comes after '03'"),
    (r"minutes = \d+", 'minutes = "30"', "course.toml lacks"),
    (r"\[afternoon\]", "[afternoon", "does not parse"),
    (r"close = \d+\n", "", "course.toml lacks 'close'"),
    (r"alone = \d+\n", "", "course.toml lacks 'alone'"),
    (r'folder = "01_neurons"', 'folder = "01_neuron"', "01_neuron is named in course.toml and has no folder"),
])  # fmt: skip
def test_a_mistake_in_course_toml_is_a_sentence(sources, old, new, words):
    path = sources / "course.toml"
    path.write_text(re.sub(old, new, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    (found,) = course.mistakes()
    assert words in found and found.startswith("course.toml")


def test_a_lesson_without_judges_and_judges_without_a_lesson(sources):
    (sources / ANSWERS).unlink()
    assert "lessons/02_iris/answers.py is missing." in course.mistakes()
    shutil.rmtree(sources / "lessons" / "07_clinic")
    assert course.mistakes() == [
        "course.toml: the lesson 07_clinic is named in course.toml and has no folder in lessons/."
    ]


def test_the_line_of_a_mistake_is_the_right_one(sources):
    change(sources / SOURCE, ":slide: output", ":slide: fragement")
    (found,) = course.mistakes()
    line = int(re.match(r"lessons/02_iris/lesson\.md:(\d+)", found)[1])
    text = (sources / SOURCE).read_text(encoding="utf-8").splitlines()
    assert any("fragement" in row for row in text[line - 5 : line])


@pytest.mark.parametrize("repository, address", [
    ("Some-Body/a-fork", "https://some-body.github.io/a-fork/"),
    ("somebody/Somebody.github.io", "https://somebody.github.io/"),
])  # fmt: skip
def test_the_readme_links_first_to_the_browser_edition_on_the_site(monkeypatch, repository, address):
    agreed = course.settings() | {"repository": repository}
    monkeypatch.setattr(course, "settings", lambda: agreed)
    text = build.readme()
    first = re.search(r"(!?)\[[^]]*\]\(([^)]+)\)", text)
    assert first[2] == f"{address}train.html" and not first[1]
    assert text.index(first[0]) < text.index("<!-- ten -->") and text.count("train.html") == 1
    assert "Not published" not in text.split("<!-- ten -->")[0]


def test_the_readme_of_an_unpublished_course_says_how_to_make_the_browser_edition(monkeypatch):
    agreed = course.settings() | {"repository": "owner/some-course"}
    monkeypatch.setattr(course, "settings", lambda: agreed)
    start = build.readme().split("<!-- ten -->")[0]
    assert "`make browser`" in start and "Not published yet" in start and "](" not in start
    assert in_browser.PAGE.relative_to(ROOT).as_posix() in start


# ---------------------------------------------------------------- Commands, in a copy of the course


@pytest.fixture
def copy(tmp_path):
    """A copy of the course, and a function that runs tools/build.py there."""
    for name in ("lessons", "notebooks", "tools", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "data" / "runs", tmp_path / "data" / "runs")
    files = ["README.md", "course.toml", "requirements.txt", "requirements.lock", "environment.yml"]
    for name in (*files, "images/alt.json", "data/engines.json", "data/before_and_after.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)

    def run(*words):
        command = [sys.executable, "tools/build.py", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    run.folder = tmp_path
    return run


@pytest.mark.slow
def test_another_repository_is_one_command(copy):
    result = copy("repository", "somebody/a-fork")
    assert result.returncode == 0, result.stderr
    old = course.settings()["repository"]
    for one in LESSONS:
        for path in (one.notebook, one.page):
            text = (copy.folder / path.relative_to(ROOT)).read_text(encoding="utf-8")
            assert "somebody/a-fork" in text and old not in text and "no address yet" not in text, path.name
    readme = (copy.folder / "README.md").read_text(encoding="utf-8")
    assert "Not published" not in readme and "(https://somebody.github.io/a-fork/train.html)" in readme
    assert "under Pages, choose GitHub Actions" in result.stdout
    assert "make pages" not in result.stdout  # The results are still those of this code.
    wrong = copy("repository", "no-slash")
    assert wrong.returncode != 0 and "NAME=owner/name" in wrong.stderr and "Traceback" not in wrong.stderr
    assert copy("repository", "owner/course").returncode != 0, "that is the placeholder"


@pytest.mark.slow
def test_a_new_lesson_is_one_command_and_is_built(copy):
    result = copy("lesson", "08_a_new_one")
    assert result.returncode == 0, result.stderr
    book = nbformat.read(copy.folder / "notebooks" / "08_a_new_one.ipynb", 4)
    assert book.cells[0].source.startswith("# 8. A new one")
    assert copy("--check").returncode == 0
    wrong = copy("lesson", "title")
    assert wrong.returncode != 0 and "NAME=08_title" in wrong.stderr and "Traceback" not in wrong.stderr
    assert "take another number" in copy("lesson", "08_again").stderr


@pytest.mark.slow
def test_the_check_names_what_differs(copy):
    assert copy("--check").returncode == 0
    change(copy.folder / "notebooks" / "02_iris.ipynb", "You will be able to", "You shall be able to")
    change(copy.folder / "README.md", "| 2 |", "| 3 |")
    result = copy("--check")
    assert result.returncode != 0 and "make build" in result.stderr
    assert "notebooks/02_iris.ipynb" in result.stderr and "README.md" in result.stderr


@pytest.mark.slow
def test_dropping_a_lesson_leaves_nothing_behind(copy):
    shutil.rmtree(copy.folder / "lessons" / "07_clinic")
    half = copy()
    assert half.returncode != 0 and "Traceback" not in half.stderr
    settings = (copy.folder / "course.toml").read_text(encoding="utf-8")
    (entry,) = re.findall(r'\n\[\[lesson\]\]\nfolder = "07_clinic"\n(?:\w+ = .+\n)+', settings)
    change(copy.folder / "course.toml", entry, "")
    result = copy()
    assert result.returncode == 0, result.stderr
    assert not (copy.folder / "notebooks" / "07_clinic.ipynb").exists()
    assert not (copy.folder / "docs" / "lessons" / "07.md").exists()
    assert "07_clinic" not in (copy.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_edit_in_jupyterlab_is_brought_back(copy):
    change(copy.folder / "notebooks" / "02_iris.ipynb", "**Next.** ", "**Next.** Now: ")
    assert copy("back", "02").returncode == 0
    assert "**Next.** Now: " in (copy.folder / SOURCE).read_text(encoding="utf-8")
    assert copy("--check").returncode != 0  # The page doesn't have it yet.
    assert copy().returncode == 0 and copy("--check").returncode == 0


def test_an_interrupted_page_leaves_the_old_one_whole(tmp_path, monkeypatch):
    """Writing stops after the pictures: the page that was there, and all it shows, is still there."""
    one = next(one for one in LESSONS if one.page.with_suffix("").is_dir())
    (tmp_path / "docs" / "lessons").mkdir(parents=True)
    shutil.copy(one.page, tmp_path / "docs" / "lessons")
    shutil.copytree(one.page.with_suffix(""), tmp_path / "docs" / "lessons" / one.number)
    monkeypatch.setattr(type(one), "page", property(lambda self: tmp_path / "docs" / "lessons" / f"{self.number}.md"))
    old = one.page.read_bytes()
    book = pages.with_results(one)
    monkeypatch.setattr(pages.os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    for cell in course.code(book):
        cell.outputs = cell.outputs[:1]
    with pytest.raises(KeyboardInterrupt):
        pages.write(one, book)
    assert one.page.read_bytes() == old
    shown = re.findall(r"\]\((\d\d/\w+\.png)\)", old.decode())
    assert shown and all((one.page.parent / name).is_file() for name in shown)


# ---------------------------------------------------------------- Pages


def test_pages_show_no_errors_warnings_or_paths(one):
    shown = "\n".join(pages.blocks(one).values())
    assert shown
    assert not re.search(r"/(home|root|tmp|Users|work|content|usr)/|[A-Z]:\\\\", shown)
    assert "Warning" not in shown and "Traceback" not in shown and " at 0x" not in shown
    assert "ms/step" not in shown and "Preparing the digits" not in shown


def test_pages_are_of_the_full_set(one):
    page = one.page.read_text(encoding="utf-8")
    assert "the bundled sample:" not in "\n".join(pages.blocks(one).values())
    if "load_mnist()" in page:
        assert "MNIST, the full set" in page


def test_every_picture_has_a_text_alternative_and_is_there(one):
    text = one.page.read_text(encoding="utf-8")
    pictures = re.findall(r"!\[([^\]]*)\]\((\d\d/\w+\.png)\)", text)
    assert len(pictures) == text.count("<!-- picture -->")
    for alternative, name in pictures:
        assert len(alternative) >= 20 and (one.page.parent / name).is_file(), name
    folder = one.page.with_suffix("")
    there, shown = {path.name for path in folder.glob("*")}, {name.split("/")[1] for _, name in pictures}
    assert there == shown, f"make pages ONLY={one.number}"
    assert sum(path.stat().st_size for path in folder.glob("*")) < 1_000_000


def test_compared_outputs_are_those_of_the_page(one, book):
    """Two records of the same execution: what the notebook stores and what the page shows."""
    shown, names = pages.blocks(one), {id(task.check) for task in course.exercises(book)}
    for cell in course.code(book):
        if cell.outputs and id(cell) not in names:
            for output in cell.outputs:
                text = output.get("text") or output.get("data", {}).get("text/plain", "")
                assert pages.settle(text).strip() in shown[cell.id], cell.source


def test_settling_carries_out_what_a_terminal_would():
    log = "Epoch 1/2\n 1/150 ━ 1:20 1s/step - loss: 9\b\b\b\r150/150 ━━ 2s 3ms/step - loss: 1.5 - val_loss: 2.25\n"
    assert pages.settle(log) == "Epoch 1/2\n150/150 ━━ loss: 1.5 - val_loss: 2.25\n"
    assert pages.settle("94/94 - 4s - 43ms/step - loss: 0.5\n") == "94/94 - loss: 0.5\n"


# ---------------------------------------------------------------- Requirements


def requirements(text):
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    found = [Requirement(line) for line in lines if line]
    return {re.sub(r"[-_.]+", "-", one.name).lower(): one.specifier for one in found}


LEARNERS = requirements((ROOT / "requirements.txt").read_text(encoding="utf-8"))


def test_environment_yml_carries_requirements_txt():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert requirements("\n".join(pip)) == LEARNERS
    (python,) = [entry for entry in environment["dependencies"] if str(entry).startswith("python")]
    # As repo2docker reads it: one version. Of "python>=3.11,<3.14" it makes an image with Python 3.10.
    found = re.fullmatch(r"python=(\d+)\.(\d+)", python)
    low, high = dlcourse.environment.PYTHONS
    assert low <= (int(found[1]), int(found[2])) <= high


def test_oldest_versions_in_the_helper_are_those_of_the_requirements():
    assert list(dlcourse.environment.OLDEST) == ["tensorflow", "keras"]
    for name, oldest in dlcourse.environment.OLDEST.items():
        assert f">={'.'.join(map(str, oldest))}" in str(LEARNERS[name])


def test_ranges_are_ranges():
    for name, specifier in LEARNERS.items():
        assert sorted(part.operator for part in specifier) == ["<", ">="], name


def test_lessons_import_only_what_is_required():
    names = {"scikit-learn": "sklearn", "pillow": "PIL", "tensorflow-datasets": "tensorflow_datasets"}
    names["scikit-image"] = "skimage"
    allowed = set(sys.stdlib_module_names) | {names.get(name, name) for name in LEARNERS} | {"IPython", "dlcourse"}
    sources = {path.name: path.read_text(encoding="utf-8") for path in (course.NOTEBOOKS / "dlcourse").glob("*.py")}
    for one in LESSONS:
        sources[one.name] = "\n\n".join(cell.source for cell in course.code(course.read(one)))
        sources[f"{one.name}'s answers"] = (one.folder / "answers.py").read_text(encoding="utf-8")
    for name, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                found = [node.module]
            for module in found:
                engine = {"jax", "torch"} if name == "engine.py" else set()  # Where KERAS_BACKEND names it.
                assert module.split(".")[0] in allowed | engine, f"{name} imports {module}"


# ---------------------------------------------------------------- Style, and nothing of a machine


def test_no_magics_and_no_lines_that_need_scrolling(book):
    for cell in course.code(book):
        ast.parse(cell.source)  # A magic or a shell escape isn't Python.
        if "setup" not in cell.metadata.get("tags", []):
            assert max(map(len, cell.source.splitlines())) <= 110, cell.source


def test_cells_are_short(book):
    lengths = sorted(
        sum(bool(line.strip()) and not line.strip().startswith("#") for line in cell.source.splitlines())
        for cell in course.code(book)
    )
    assert lengths[len(lengths) // 2] <= 5 and lengths[int(len(lengths) * 0.9)] <= 12 and lengths[-1] <= 26


def test_opening_and_closing(book):
    top = book.cells[0].source
    assert re.match(r"# \d\. ", top) and 3 <= len(re.findall(r"^- ", top, flags=re.M)) <= 5
    assert "You will be able to" in top and "**Before you start:**" in top
    assert "You have learned to" in [title for title, *_ in course.sections(book)]
    assert "**Next.**" in book.cells[-1].source


def test_links_between_lessons_lead_somewhere(one, book):
    for cell in book.cells:
        for target in re.findall(r"\]\((\d\d_\w+\.ipynb)\)", cell.source):
            assert (course.NOTEBOOKS / target).is_file(), f"{one.name} links {target}"


def test_prose_is_plain():
    sources = [one.source for one in LESSONS] + [
        *ROOT.glob("lessons/*/*.md"),
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
    ]
    for path in sources:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
        text = re.sub(r"`[^`]*`|!\[|<!--.*?-->|\$[^$]*\$", "", text)
        found = re.search(r"!|\b(simply|obviously|[Cc]olou?r(?<!our)|behavior|neighbor|[Cc]enter)\b", text)
        assert not found, f"{path.name}: {text[max(0, found.start() - 40) : found.end() + 40]!r}"


def test_nothing_of_a_machine_in_the_project():
    for path in TRACKED:
        text = path.read_text(encoding="utf-8")
        if path != Path(__file__).resolve():
            assert not re.search(r"(?<![\w.])/(work|root)/\w", text), path.relative_to(ROOT)
        if path.relative_to(ROOT).parts[0] not in (".ci", "tests"):
            assert "../shared" not in text, path.relative_to(ROOT)
