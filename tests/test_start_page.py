"""The start page: what it counts, where it leads, what it keeps; and the note of what was solved."""

import ast
import base64
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest

import copies
import course
import dlcourse
import start_page
from dlcourse import checking, progress

LESSONS = start_page.lessons(course.ROOT)
EVERY = [name for one in LESSONS for name in (*one.core, *one.further)]


@pytest.fixture
def own(tmp_path):
    """A learner's folder, as `make lab` leaves it before JupyterLab is opened."""
    folder = tmp_path / "my lessons"
    folder.mkdir()
    for path in course.NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(path, folder)
    start_page.write(course.ROOT, folder)
    return folder


def read(folder):
    return (folder / start_page.NAME).read_text(encoding="utf-8")


def rows(folder):
    """{file of a lesson: the cells of its row}."""
    lines = [line.strip("| ").split(" | ") for line in read(folder).splitlines() if line.startswith("| [")]
    return {re.search(r"\((.*)\)", cells[0])[1]: cells[1:] for cells in lines}


def solve(folder, *names):
    with (folder / start_page.PROGRESS).open("a", encoding="utf-8") as file:
        file.writelines(f"2026-11-26 14:03  {name}\n" for name in names)
    start_page.write(course.ROOT, folder)


# ---------------------------------------------------------------- What it counts


def checks(path):
    """{"core" or "optional": names} of what a notebook's cells check, by Python's own reading of them."""
    found, part = {"core": [], "optional": []}, None
    for cell in nbformat.read(path, as_version=4).cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            (part,) = {"core", "optional"} & set(tags)
        elif cell.cell_type == "code" and "dlcourse.check(" in cell.source:
            calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
            found[part] += [one.args[0].value for one in calls if ast.unparse(one.func) == "dlcourse.check"]
    return found


def test_it_counts_the_exercises_that_stand_in_the_lessons():
    assert [one.file for one in LESSONS] == [f"{one.name}.ipynb" for one in course.lessons()]
    for one in LESSONS:
        found = checks(course.NOTEBOOKS / one.file)
        assert (list(one.core), list(one.further)) == (found["core"], found["optional"]) and one.core + one.further
    assert sorted(EVERY) == sorted(checking.judges())  # No name twice, none without a judge.


def test_a_row_says_what_a_lesson_is_about_how_long_it_takes_and_what_is_solved(own):
    first, *others = course.settings()["lesson"]
    assert list(rows(own)) == [f"{room['folder']}.ipynb" for room in (first, *others)]
    for room in (first, *others):
        about, core, whole, *solved = rows(own)[f"{room['folder']}.ipynb"]
        assert about == room["map"].replace("\n", " ") and whole == str(room["all"])
        assert core == (str(room["alone"]) if room["alone"] else "–")
        assert all(re.fullmatch(r"0 of \d+|–", one) for one in solved)
    lesson = LESSONS[0]
    solve(own, lesson.core[0], *lesson.further[:2], lesson.core[0], "an exercise of an older edition")
    assert rows(own)[lesson.file][3:] == [f"1 of {len(lesson.core)}", f"2 of {len(lesson.further)}"]
    assert f"You have solved 3 of {len(EVERY)} exercises." in read(own)
    assert {cells[3].split()[0] for file, cells in rows(own).items() if file != lesson.file} <= {"0", "–"}


def test_it_leads_on_through_the_core_then_through_the_rest(own):
    def onward():
        return re.search(r"\*\*(Begin here:|Go on with) \[.*?\]\((.*?)\)\.\*\*", read(own)).groups()

    assert onward() == ("Begin here:", LESSONS[0].file)
    solve(own, LESSONS[0].further[0])
    assert onward() == ("Go on with", LESSONS[0].file)
    solve(own, *LESSONS[0].core, *LESSONS[2].core)
    assert onward() == ("Go on with", LESSONS[1].file)
    solve(own, *(name for one in LESSONS for name in one.core))
    assert onward() == ("Go on with", LESSONS[0].file)
    solve(own, *EVERY)
    assert f"You have solved {len(EVERY)} of {len(EVERY)} exercises. **Those are all.**" in read(own)
    assert not re.search("Begin here|Go on with", read(own))
    (own / start_page.PROGRESS).unlink()
    start_page.write(course.ROOT, own)
    assert onward() == ("Begin here:", LESSONS[0].file)


# ---------------------------------------------------------------- Where it leads


@pytest.mark.parametrize("name", [start_page.NAME, "glossary.md", "questions.md"])
def test_every_link_leads_to_a_file_beside_it(name, own):
    text = (own / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]*)\)|(?:src|href)=\"(?!data:)([^\"]*)\"", text)
    assert len(links) > 5
    for link in map("".join, links):
        file, _, heading = link.partition("#")
        assert "/" not in file and (own / file).is_file() and not heading, link
    assert {one.file for one in LESSONS} - {"07_clinic.ipynb"} <= set(map("".join, links))


def test_what_it_tells_to_type_is_there(own):
    assert "%run ../tools/copies.py fresh 02" in read(own) and (course.ROOT / "tools" / "copies.py").is_file()
    assert "`make fresh ONLY=02`" in read(own) and "\nfresh:" in (course.ROOT / "Makefile").read_text(encoding="utf-8")
    assert LESSONS[1].file.startswith("02_")


def test_the_map_has_its_alternative(own):
    alternative, drawn = re.search(
        '<img width="640" alt="(.*?)" src="data:image/png;base64,(.*?)">', read(own)
    ).groups()
    assert alternative == json.loads((course.ROOT / "images" / "alt.json").read_text(encoding="utf-8"))["lessons_map"]
    assert base64.b64decode(drawn) == (course.ROOT / "images" / "lessons_map.png").read_bytes()


def test_it_is_short(own):
    seen = re.sub(r"<.*?>|\(\S*\)", "", read(own))
    assert 200 < len(re.findall(r"\w+", seen)) < 350


# ---------------------------------------------------------------- What it keeps


@pytest.mark.parametrize("name", [start_page.NAME, "glossary.md"])
@pytest.mark.parametrize("what", ["edited", "of another kind", "a folder", "no text"])
def test_what_a_learner_wrote_is_kept_beside_it(what, name, own):
    path = own / name
    came = path.read_bytes()
    if what == "edited":
        path.write_bytes(came.replace(b"lesson", b"LESSON", 1))
    elif what == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(b"mine" if what == "of another kind" else b"\xff\x00")
    mine = None if path.is_dir() else path.read_bytes()
    start_page.write(course.ROOT, own)
    (kept,) = own.glob(f"{path.stem}_yours_*.md")
    assert path.read_bytes() == came and (kept.is_dir() if mine is None else kept.read_bytes() == mine)
    start_page.write(course.ROOT, own)
    assert len(list(own.glob("*_yours_*"))) == 1


def test_a_page_that_nobody_edited_is_written_anew_and_one_without_news_is_not(own):
    before = os.stat(own / start_page.NAME).st_ino
    start_page.write(course.ROOT, own)
    assert os.stat(own / start_page.NAME).st_ino == before  # put() gives a file a new one.
    path = own / start_page.NAME
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))  # As another program may have saved it.
    solve(own, EVERY[0])
    assert not list(own.glob("*_yours_*")) and "You have solved 1 of" in read(own)


def test_it_is_written_anew_while_jupyterlab_runs(own, monkeypatch):
    monkeypatch.setattr(start_page, "SECONDS", 0.01)
    start_page.watch(course.ROOT, own)
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(own / start_page.PROGRESS))
    progress.note(EVERY[0])
    for words in (f"You have solved 1 of {len(EVERY)} exercises", "Begin here"):
        for _ in range(1000):
            if words in read(own):
                break
            time.sleep(0.02)
        assert words in read(own)
        (own / start_page.PROGRESS).unlink(missing_ok=True)  # And begun anew.
    assert all(one.daemon for one in threading.enumerate() if one is not threading.main_thread())


def test_it_needs_python_alone_and_a_spoiled_course_toml_is_no_hindrance(own, tmp_path):
    shutil.copytree(course.ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(course.NOTEBOOKS, tmp_path / "notebooks", ignore=shutil.ignore_patterns("dlcourse"))
    (tmp_path / "course.toml").write_text("title = ")
    (tmp_path / "notebooks" / "08_new.ipynb").write_text("{}")
    code = "import start_page, pathlib, sys; start_page.write(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    subprocess.run([sys.executable, "-ISc", f"import sys; sys.path.insert(0, {str(tmp_path / 'tools')!r}); {code}",
                    tmp_path, own], check=True)  # fmt: skip
    assert rows(own)["08_new.ipynb"] == ["", "–", "–", "–", "–"]
    assert "**Begin here: [1. Neurons](01_neurons.ipynb).**" in read(own)


def test_without_room_for_the_page_jupyterlab_opens_all_the_same(own, monkeypatch, capsys, sentence):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies, "OWN", own)
    monkeypatch.setattr(start_page, "put", full)
    monkeypatch.setenv("DLCOURSE_PROGRESS", "")
    (own / start_page.NAME).unlink()
    assert copies.start([]) == []
    sentence(capsys.readouterr().out.strip(), "start page", "No space left on device")


# ---------------------------------------------------------------- The note of what was solved


@pytest.fixture
def exercise(monkeypatch):
    """A function that checks the right answer of an exercise, or a wrong one, and returns what was printed."""
    judge = checking.Value(right=7, wrong=[], otherwise="Count again.")
    monkeypatch.setattr(checking, "judges", lambda: {"days of a week": judge})

    def check(answer=7):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            dlcourse.check("days of a week", answer)
        return printed.getvalue()

    return check


def test_a_right_answer_is_noted_and_no_other(exercise, own, monkeypatch):
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(own / start_page.PROGRESS))
    exercise(8), exercise(...), exercise("seven")
    assert not (own / start_page.PROGRESS).exists() and start_page.solved(own) == set()
    exercise()
    assert start_page.solved(own) == {"days of a week"}
    text = (own / start_page.PROGRESS).read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d  days of a week\n", text)


def test_without_make_lab_nothing_is_written(exercise, own, monkeypatch):
    before = sorted(own.parent.rglob("*"))
    monkeypatch.chdir(own)
    for value in (None, ""):
        monkeypatch.delenv("DLCOURSE_PROGRESS") if value is None and "DLCOURSE_PROGRESS" in os.environ else None
        monkeypatch.setenv("DLCOURSE_PROGRESS", value) if value is not None else None
        assert exercise().startswith("✓")
    assert sorted(own.parent.rglob("*")) == before


WRONG = [
    "a folder in its place",
    "no such folder",
    "a file in the folder's place",
    "full disk",
    "locked",
    "a long name",
]


@contextlib.contextmanager
def locked(path):
    """Another process holds a lock."""
    code = (
        "import filelock, sys; one = filelock.FileLock(sys.argv[1]); one.acquire(); print(flush=True); sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code, path], **pipes) as other:
        other.stdout.readline()
        yield
        other.stdin.close()


@pytest.mark.parametrize("what", WRONG)
def test_whatever_is_wrong_with_the_note_the_check_says_the_same(what, exercise, own, monkeypatch):
    expected, path = exercise(), own / start_page.PROGRESS
    guard = contextlib.nullcontext()
    if what == "a folder in its place":
        path.mkdir()
    elif what == "no such folder":
        path = own / "gone" / "progress.txt"
    elif what == "a file in the folder's place":
        (own / "file").touch()
        path = own / "file" / "progress.txt"
    elif what == "full disk":
        path = Path("/dev/full")
    elif what == "locked":
        monkeypatch.setattr(progress, "PATIENCE", 0.05)
        guard = locked(own / ".progress.lock")
    else:
        path = own / ("long" * 1000)
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(path))
    with guard, contextlib.redirect_stderr(io.StringIO()) as errors:
        assert exercise() == expected
    assert errors.getvalue() == "" and start_page.solved(own) == set()


@pytest.mark.parametrize("spoiled", [b"\xff\xfe\x00", b"2026-11-26 14:0", b"[1, 2", b"\r\n\r\n", b"mine, not yours"])
def test_what_is_spoiled_is_passed_over(spoiled, exercise, own, monkeypatch):
    path = own / start_page.PROGRESS
    path.write_bytes(b"2026-11-26 14:03  an older one\n" + spoiled)
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(path))
    exercise()
    assert start_page.solved(own) == {"an older one", "days of a week"} and spoiled in path.read_bytes()


def test_two_notebooks_at_once_lose_nothing(own):
    code = "import sys; from dlcourse import progress; [progress.note(f'{sys.argv[1]} {i}') for i in range(200)]"
    environment = os.environ | {"DLCOURSE_PROGRESS": str(own / "progress.txt"), "PYTHONPATH": str(course.NOTEBOOKS)}
    pair = [subprocess.Popen([sys.executable, "-c", code, name], env=environment) for name in ("one", "two")]
    assert [one.wait() for one in pair] == [0, 0]
    assert start_page.solved(own) == {f"{name} {i}" for name in ("one", "two") for i in range(200)}
