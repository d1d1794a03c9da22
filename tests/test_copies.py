"""Learners work on copies: none is lost, none is renewed against its owner's will, notebooks/ stays as it came."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import get_export_names, get_exporter
from nbconvert.nbconvertapp import NbConvertApp

import copies
import course
import keeping
import start_page


@pytest.fixture
def learner(tmp_path, monkeypatch, capsys):
    """A course of two lessons in a folder with a space; a function that runs a command and returns what was said."""
    root = tmp_path / "the course"
    monkeypatch.setattr(copies, "ROOT", root)
    monkeypatch.setattr(copies, "NOTEBOOKS", root / "notebooks")
    monkeypatch.setattr(copies, "OWN", root / "my_lessons")
    (root / "notebooks" / "dlcourse").mkdir(parents=True)

    def run(*words):
        copies.main(list(words))
        return capsys.readouterr().out

    run.came, run.own = root / "notebooks", root / "my_lessons"
    for name in ("01_neurons", "02_iris"):
        (run.came / f"{name}.ipynb").write_text(f"{name}, first edition")
    return run


def content(folder):
    """{name: text} of what stands in a folder, the record left out."""
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file() and path.name != copies.RECORD}


def test_every_lesson_gets_a_copy_and_what_is_edited_stays(learner):
    assert learner() == "" and content(learner.own) == content(learner.came)
    (learner.own / "02_iris.ipynb").write_text("mine")
    (learner.own / "01_neurons.ipynb").unlink()
    came = content(learner.came)
    assert learner() == "", "nothing is newer"
    assert content(learner.own) == came | {"02_iris.ipynb": "mine"} and content(learner.came) == came


def test_a_newer_lesson_replaces_a_copy_that_nobody_edited_and_no_other(learner):
    learner()
    (learner.own / "02_iris.ipynb").write_text("mine")
    for edition in ("second", "third"):
        for path in learner.came.glob("*.ipynb"):
            path.write_text(f"{path.stem}, {edition} edition")
        said = learner()
        assert content(learner.own) == {
            "01_neurons.ipynb": f"01_neurons, {edition} edition",
            "02_iris.ipynb": "mine",
        }
        assert said.count("\n") == 1 and "newer 02_iris" in said
        assert "make fresh ONLY=02" in said and "python tools/copies.py fresh 02" in said
        assert learner() == said  # Until it is taken.
    learner("fresh", "02")
    assert learner() == ""


@pytest.mark.parametrize("part", ["opened", "source", "outputs", "execution_count"])
def test_a_lesson_that_was_only_opened_counts_as_unedited(part, learner):
    """JupyterLab saves by itself, with the kernel's version; a cell that was run has results that may be kept."""
    for name in ("01_neurons.ipynb", "02_iris.ipynb"):
        shutil.copy(course.NOTEBOOKS / name, learner.came)
    learner()
    path = learner.own / "02_iris.ipynb"
    book = nbformat.read(path, as_version=4)
    book.metadata.language_info["version"] = "3.13.1"
    cell = next(cell for cell in book.cells if cell.cell_type == "code")
    if part == "outputs":
        cell.outputs = [nbformat.v4.new_output("stream", text="Ready")]
    elif part != "opened":
        cell[part] = {"source": "mine", "execution_count": 1}[part]
    nbformat.write(book, path)
    saved = path.read_bytes()
    newer = nbformat.read(path, as_version=4)
    newer.cells[0].source += " Second edition."
    nbformat.write(newer, learner.came / "02_iris.ipynb")
    assert ("newer 02_iris" in learner()) == (part != "opened")
    assert (path.read_bytes() == saved) == (part != "opened")


def test_a_fresh_copy_keeps_the_learners_own_and_overwrites_nothing(learner, monkeypatch):
    class Today(keeping.datetime.date):
        @classmethod
        def today(cls):
            return cls(2026, 11, 26)

    monkeypatch.setattr(keeping.datetime, "date", Today)
    learner()
    for number, words in enumerate(("02", "2", "02_iris"), 1):
        (learner.own / "02_iris.ipynb").write_text(f"mine, {number}")
        said = learner("fresh", words)
        assert said.count("\n") == 1 and "02_iris.ipynb is as it came" in said and "02_iris_yours_2026-11-26" in said
    assert content(learner.own) == content(learner.came) | {
        "02_iris_yours_2026-11-26.ipynb": "mine, 1",
        "02_iris_yours_2026-11-26_2.ipynb": "mine, 2",
        "02_iris_yours_2026-11-26_3.ipynb": "mine, 3",
    }
    assert "yours" not in learner("fresh", "02", "01").lower() and len(content(learner.own)) == 5


def test_on_a_full_disk_the_learners_own_keeps_its_name(learner, monkeypatch):
    learner()
    (learner.own / "02_iris.ipynb").write_text("mine")

    def full(lesson):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies, "take", full)
    with pytest.raises((OSError, SystemExit)):
        learner("fresh", "02")
    assert (learner.own / "02_iris.ipynb").read_text() == "mine" and not list(learner.own.glob("*yours*"))


@pytest.mark.parametrize("words", [(), ("09",), ("iris",), ("02", "9")])
def test_a_fresh_copy_of_no_lesson_is_one_sentence(words, learner, sentence):
    learner()
    (learner.own / "02_iris.ipynb").write_text("mine")
    with pytest.raises(SystemExit) as caught:
        learner("fresh", *words)
    sentence(caught.value, "make fresh ONLY=02", "01_neurons, 02_iris")
    assert content(learner.own)["02_iris.ipynb"] == "mine" and len(content(learner.own)) == 2


def test_an_unknown_word_is_one_sentence(learner, sentence):
    with pytest.raises(SystemExit) as caught:
        learner("02")
    sentence(caught.value, "'02' is no command", "`fresh`")
    assert not learner.own.exists()


@pytest.mark.parametrize("record", [None, "", "{", "[]", '{"01_neurons.ipynb": 5}'])
def test_without_its_record_no_copy_is_taken_for_unedited(record, learner):
    learner()
    (learner.own / copies.RECORD).unlink() if record is None else (learner.own / copies.RECORD).write_text(record)
    (learner.came / "02_iris.ipynb").write_text("second edition")
    own = content(learner.own)
    assert "newer 02_iris" in learner() and content(learner.own) == own
    # A copy that is the lesson of today is known again, and renewed when that changes.
    (learner.came / "01_neurons.ipynb").write_text("second edition")
    learner()
    assert content(learner.own)["01_neurons.ipynb"] == "second edition"


def test_a_copy_that_was_stopped_half_way_is_in_nobodys_way(learner, monkeypatch):
    learner()
    (learner.came / "01_neurons.ipynb").write_text("second edition")
    own = content(learner.own)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            learner()
    assert content(learner.own) == own
    with monkeypatch.context() as patch:  # And between the copy and the record.
        patch.setattr(copies, "note", lambda lesson: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            learner()
    (learner.came / "01_neurons.ipynb").write_text("third edition") if learner() == "" else pytest.fail("named")
    learner()
    assert content(learner.own)["01_neurons.ipynb"] == "third edition"


@pytest.mark.parametrize("way", ["a file in its place", "a folder in a copy's place", "not writable", "full disk"])
@pytest.mark.parametrize("words", [(), ("fresh", "01"), ("lab",)])
def test_what_cannot_be_written_is_one_sentence(way, words, learner, sentence, monkeypatch):
    monkeypatch.setattr(copies, "lab", lambda options: pytest.fail("opened all the same"))
    if way == "a file in its place":
        learner.own.write_text("mine")
    elif way == "a folder in a copy's place":
        (learner.own / "01_neurons.ipynb").mkdir(parents=True)
    else:
        problem = PermissionError(13, "Permission denied") if way == "not writable" else OSError(28, "No space left")
        monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(problem))
    with pytest.raises(SystemExit) as caught:
        learner(*words)
    sentence(caught.value, "cannot be written", str(learner.own))
    assert not list(learner.own.glob(".*.part"))


# ---------------------------------------------------------------- JupyterLab


@pytest.fixture
def jupyterlab(tmp_path):
    """A function that opens a pretended JupyterLab, and returns its options and where Python looks for modules."""
    place = tmp_path / "the course"
    (place / "notebooks").mkdir(parents=True)
    for name in ("01_neurons.ipynb", "02_iris.ipynb"):
        shutil.copy(course.NOTEBOOKS / name, place / "notebooks")
    shutil.copytree(course.ROOT / "tools" / "lab", place / "tools" / "lab")
    for name in ("copies.py", "keeping.py", "start_page.py", "lab.sh"):
        shutil.copy(course.ROOT / "tools" / name, place / "tools")
    (tmp_path / "site" / "jupyterlab").mkdir(parents=True)
    said = "*sys.argv[1:], *(f'{name}={os.environ.get(name)}' for name in ('DLCOURSE_PROGRESS', 'PYTHONPATH'))"
    program = f"import os, sys\nprint({said}, sep='\\n')\n"
    (tmp_path / "site" / "jupyterlab" / "__main__.py").write_text(program)
    (tmp_path / "site" / "jupyterlab" / "__init__.py").touch()

    def run(*options):
        environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
        command = [sys.executable, str(place / "tools" / "copies.py"), "lab", *options]
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()

    run.place, run.site = place, tmp_path / "site"
    return run


def test_jupyterlab_opens_the_copies_and_lessons_find_the_helper(jupyterlab):
    options = jupyterlab("--no-browser")
    assert f"--notebook-dir={jupyterlab.place / 'my_lessons'}" in options and "--no-browser" in options
    own = content(jupyterlab.place / "my_lessons")
    assert own.pop(start_page.NAME) and own == content(jupyterlab.place / "notebooks")
    assert options[-1] == f"PYTHONPATH={jupyterlab.place / 'notebooks'}{os.pathsep}{jupyterlab.site}"
    assert f"--LabApp.app_settings_dir={jupyterlab.place / 'tools' / 'lab'}" in options


def test_exported_pages_take_the_courses_look_and_nothing_else_does(jupyterlab):
    program = NbConvertApp()
    program.parse_command_line([option for option in jupyterlab("--no-browser") if "Exporter" in option])
    config = program.config
    for kind in get_export_names():
        own, given = get_exporter(kind)(), get_exporter(kind)(config=config)
        if getattr(own, "template_name", None):
            assert given.template_name == {"lab": "readable"}.get(own.template_name, own.template_name), kind
    page, _ = get_exporter("html")(config=config).from_filename(course.NOTEBOOKS / "03_kernels.ipynb")
    style = (course.ROOT / "tools" / "lab" / "readable" / "index.html.j2").read_text(encoding="utf-8")
    assert re.search("<style>.*</style>", style, flags=re.S)[0] in page


def test_a_maintainer_opens_the_lessons_themselves(jupyterlab):
    options = jupyterlab("--notebook-dir=notebooks")
    assert [option for option in options if "notebook-dir" in option] == ["--notebook-dir=notebooks"]
    assert not (jupyterlab.place / "my_lessons").exists()
    assert "DLCOURSE_PROGRESS=None" in options and "default_url" not in " ".join(options)


def test_the_first_time_the_start_page_is_shown_and_from_then_on_what_was_open(jupyterlab):
    first = jupyterlab("--no-browser")
    assert f"--LabApp.default_url=/lab/tree/{start_page.NAME}" in first and " ".join(first).count("default_url") == 1
    assert f"DLCOURSE_PROGRESS={jupyterlab.place / 'my_lessons' / 'progress.txt'}" in first
    again = jupyterlab("--no-browser")
    assert "default_url" not in " ".join(again) and set(again) < set(first)


@pytest.mark.parametrize("own", ["--LabApp.default_url=/lab", "--ServerApp.default_url=/lab"])
def test_an_address_of_the_learners_own_takes_its_place(own, jupyterlab):
    assert [option for option in jupyterlab(own) if "default_url" in option] == [own]


def test_lessons_refer_to_nothing_beside_them_but_each_other():
    """What a copy would not find: a picture or page by a path from notebooks/."""
    names = {path.name for path in copies.lessons()}
    assert len(names) >= 7
    for path in copies.lessons():
        text = path.read_text(encoding="utf-8")
        links = re.findall(r"(?:\]\(|src=\\?[\"'])(?![a-z]+:|#)([\w./-]+\.\w+)", text)
        assert set(links) <= names, (path.name, links)
        assert "../" not in "".join(re.findall(r"[\"'(]\.\./\w+", text)), path.name


def test_git_takes_no_notice_of_the_copies():
    command = ["git", "check-ignore", "-q", "my_lessons/02_iris.ipynb"]
    assert subprocess.run(command, cwd=course.ROOT).returncode == 0
