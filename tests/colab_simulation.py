"""Each lesson alone in an empty folder, as Colab opens it. Run by `make test-colab` in Colab's own versions."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
COURSE = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))
NAME, BRANCH = COURSE["repository"].split("/")[1], COURSE["branch"]


def git(*command, folder):
    identity = ["-c", "user.name=course", "-c", "user.email=course@example.org"]
    return subprocess.run(["git", *identity, *command], cwd=folder, check=True, capture_output=True, text=True).stdout


def installed():
    """{package: version} of this environment."""
    packages = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True
    ).stdout
    return {package["name"].lower(): package["version"] for package in json.loads(packages)}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A repository that holds the working tree as it is now, on the published branch."""
    folder = tmp_path_factory.mktemp("published")
    for name in git("ls-files", "-co", "--exclude-standard", folder=ROOT).splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git("init", "-q", folder=folder)
    git("checkout", "-q", "-b", BRANCH, folder=folder)
    git("add", "-A", folder=folder)
    git("commit", "-q", "-m", "course: as published", folder=folder)
    return folder


@pytest.fixture
def colab(tmp_path, repository, monkeypatch):
    """An empty folder, with the module google.colab there from the start."""
    module = tmp_path / "site" / "google" / "colab"
    module.mkdir(parents=True)
    (module / "__init__.py").write_text("")
    (tmp_path / "site" / "sitecustomize.py").write_text("import google.colab\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(repository))
    monkeypatch.setenv("DLCOURSE_DATA", "sample")
    monkeypatch.setenv("DLCOURSE_STRICT", "1")
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "sets"))
    empty = tmp_path / "content"
    empty.mkdir()
    return empty


def run(book, folder, **settings):
    client = NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}, **settings
    )
    client.execute()
    return "".join(output.get("text", "") for cell in book.cells for output in cell.get("outputs", []))


def setup_cell():
    (cell,) = [c for c in nbformat.read(LESSONS[0], 4).cells if "setup" in c.metadata.get("tags", [])]
    return cell.source


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_lesson_runs_from_its_setup_cell_to_its_end(lesson, colab):
    before = installed()
    book = nbformat.read(lesson, 4)
    nbformat.write(book, colab / lesson.name)
    assert [path.name for path in colab.iterdir()] == [lesson.name]
    text = run(book, colab)
    assert "Ready: Python 3.13" in text and (colab / NAME / "notebooks" / "dlcourse" / "__init__.py").exists()
    assert not [o for cell in book.cells for o in cell.get("outputs", []) if o.get("name") == "stderr"]
    after = installed()
    assert {name for name in after if after[name] != before.get(name)} <= {"importlib-resources", "importlib_resources"}
    assert before.keys() <= after.keys()


def test_a_stale_clone_is_refreshed_in_a_running_session(colab, repository):
    """The setup cell runs, the course changes, and the same cell runs again in the same kernel."""
    helper = repository / "notebooks" / "dlcourse" / "__init__.py"
    publish = (
        f"import pathlib, subprocess\npath = pathlib.Path({str(helper)!r})\n"
        "path.write_text(path.read_text() + '\\nMARK = 2\\n')\n"
        f"subprocess.run(['git', '-C', {str(repository)!r}, '-c', 'user.name=c', '-c', 'user.email=c@example.org', "
        "'commit', '-q', '-a', '-m', 'newer'], check=True)\n"
    )
    cells = ["import os; os.environ['HOME'] = os.getcwd()", setup_cell(), "print(hasattr(dlcourse, 'MARK'))", publish]
    cells += [setup_cell(), "print(dlcourse.MARK)"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    try:
        text = run(book, colab)
        assert "False\n" in text and text.rstrip().endswith("2")
    finally:
        git("reset", "-q", "--hard", "HEAD~1", folder=repository)


def test_a_clone_that_fails_is_one_sentence(colab, monkeypatch):
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(colab / "nothing-here"))
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(setup_cell())])
    run(book, colab, allow_errors=True)
    (error,) = [output for output in book.cells[0].outputs if output.output_type == "error"]
    assert error.ename == "SystemExit"
    words = "check the network, and that .+ opens in a browser, then run this cell again."
    assert re.fullmatch(f"The course could not be fetched: {words}", error.evalue)


def test_this_is_what_colab_publishes():
    """The environment holds the published versions, so that the lessons above were run in them."""
    listed = dict(
        line.split("==") for line in (Path(sys.prefix) / "constraints.txt").read_text(encoding="utf-8").split()
    )
    listed = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in listed.items()}
    here = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in installed().items()}
    for name in ("tensorflow", "keras", "numpy", "scikit-learn", "ipython", "ipywidgets", "tensorflow-datasets"):
        assert here[name] == listed[name]
    assert f"{sys.version_info[0]}.{sys.version_info[1]}" == "3.13"
    assert os.path.exists(sys.prefix)
