"""The setup cell by itself, with a stand-in for the course's repository: fast, and without TensorFlow."""

import http.server
import os
import re
import subprocess
import sys
import threading
import time
import types

import course
import pytest

NAME = course.settings()[0].split("/")[1]
SENTENCE = "The course could not be fetched: check the network, then run this cell again."


def git(*command, folder):
    identity = ["-c", "user.name=course", "-c", "user.email=course@example.org"]
    subprocess.run(["git", *identity, *command], cwd=folder, check=True, capture_output=True)


def publish(folder, version):
    """Commit a stand-in for the helper that knows its version."""
    notebooks = folder / "notebooks"
    notebooks.mkdir(parents=True, exist_ok=True)
    (notebooks / "dlcourse.py").write_text(f"def setup(seed):\n    print('version {version}, seed', seed)\n")
    if not (folder / ".git").exists():
        git("init", "-q", folder=folder)
        git("checkout", "-q", "-b", course.settings()[1], folder=folder)
    git("add", "-A", folder=folder)
    git("commit", "-q", "-m", f"version {version}", folder=folder)


@pytest.fixture
def colab(tmp_path, monkeypatch, capsys):
    """Return a function that runs the setup cell in an empty working folder, and returns what it printed."""
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    kept = {name: sys.modules.get(name) for name in ("dlcourse", "dldata")}
    publish(tmp_path / "published", 1)
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(tmp_path / "published"))
    (tmp_path / "content").mkdir()
    monkeypatch.chdir(tmp_path / "content")

    def run(source=None):
        exec(source or course.setup_source(), {})
        return capsys.readouterr().out

    run.published = tmp_path / "published"
    yield run
    for name, module in kept.items():
        if module is not None:
            sys.modules[name] = module


def test_fetches_once_and_runs_twice(colab):
    assert colab() == "version 1, seed 42\n"
    assert os.listdir() == [NAME]
    assert colab() == "version 1, seed 42\n"


def test_refreshes_a_stale_copy_in_a_running_session(colab):
    colab()
    publish(colab.published, 2)
    assert colab() == "version 2, seed 42\n"


def test_keeps_the_learners_own_files(colab):
    colab()
    own = os.path.join(NAME, "my digit.png")
    open(own, "w").close()
    publish(colab.published, 2)
    colab()
    assert os.path.exists(own)


def test_an_interrupted_fetch_is_repaired(colab):
    colab()
    os.remove(os.path.join(NAME, "notebooks", "dlcourse.py"))
    os.remove(os.path.join(NAME, ".git", "HEAD"))
    assert colab() == "version 1, seed 42\n"


def test_goes_on_with_the_copy_when_refreshing_fails(colab, monkeypatch):
    colab()
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(colab.published / "gone"))
    assert colab() == "The course could not be refreshed; going on with the copy that is here.\nversion 1, seed 42\n"


def test_without_a_copy_it_is_one_sentence(colab, monkeypatch):
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(colab.published / "gone"))
    with pytest.raises(SystemExit, match=re.escape(SENTENCE)):
        colab()


def test_without_git_it_is_one_sentence(colab, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=re.escape(SENTENCE)):
        colab()


def test_installs_the_one_missing_package_and_nothing_else(colab, monkeypatch):
    import importlib.util

    commands = []
    run, find = subprocess.run, importlib.util.find_spec

    def record(command, **settings):
        commands.append(command)
        return run(command, **settings) if command[0] == "git" else None

    monkeypatch.setattr(subprocess, "run", record)
    colab()
    assert all(command[0] == "git" for command in commands)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "importlib_resources" else find(name))
    colab()
    assert [command for command in commands if command[0] != "git"] == [
        [sys.executable, "-m", "pip", "install", "-q", "importlib_resources"]
    ]


class Portal(http.server.BaseHTTPRequestHandler):
    """A network that answers every request with a page to sign in, half a page, or nothing."""

    manner = "sign in"

    def do_GET(self):
        if self.manner == "silent":
            self.server.stopped.wait(20)
            return
        page = b"<html>Please sign in.</html>" * 100
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page[: len(page) // 2] if self.manner == "drops" else page)

    def log_message(self, *arguments):
        pass


@pytest.mark.parametrize("manner", ["sign in", "drops", "silent"])
def test_a_network_that_answers_wrongly_is_one_sentence(colab, monkeypatch, manner):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Portal,), {"manner": manner}))
    server.daemon_threads, server.stopped = True, threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DLCOURSE_REPOSITORY", f"http://127.0.0.1:{server.server_port}/course")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    start = time.monotonic()
    try:
        with pytest.raises(SystemExit, match=re.escape(SENTENCE)):
            colab(course.setup_source().replace('"timeout": 120', '"timeout": 3'))
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
    assert time.monotonic() - start < 15  # Far from the two minutes of the notebook: it's the time limit that works.


def test_elsewhere_it_only_imports(tmp_path, monkeypatch, capsys):
    publish(tmp_path / "published", 7)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "published" / "notebooks"), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    kept = sys.modules.pop("dlcourse", None)
    try:
        exec(course.setup_source(), {})
        assert capsys.readouterr().out == "version 7, seed 42\n"
        assert os.listdir() == ["published"]
    finally:
        sys.modules.pop("dlcourse", None)
        if kept is not None:
            sys.modules["dlcourse"] = kept


@pytest.mark.parametrize("cell, words", [
    ("print(guesses)", "guesses is not known yet. Run the cells above first"),
    ("INVERT = true", "Python writes True with a capital letter"),
])  # fmt: skip
def test_an_unknown_name_is_explained(cell, words):
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    cells = ["import dlcourse; dlcourse._explain_missing_names()", cell]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with pytest.raises(CellExecutionError):
        NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(course.NOTEBOOKS)}}).execute()
    assert [output.output_type for output in book.cells[1].outputs] == ["error", "stream"]
    assert words in book.cells[1].outputs[1].text
