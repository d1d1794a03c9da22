"""The setup cell and what dlcourse.setup() does in Colab, with a stand-in for the published course: without TensorFlow.

The stand-in holds the helper as it is, except that setup() ends by saying its version instead of starting TensorFlow.
"""

import ast
import http.server
import importlib.util
import os
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import pytest

import course
import setup_cell
from shared import NOTEBOOKS

NAME = course.settings()["repository"].split("/")[1]
BRANCH = course.settings()["branch"]
PUBLISHED = f"some.body/{NAME}"
CELL = setup_cell.source(PUBLISHED, BRANCH)
UNPUBLISHED = setup_cell.source(f"owner/{NAME}", BRANCH)
FETCHED = "The course could not be fetched: {}, then run this cell again."
NOT_FETCHED = FETCHED.format(f"check the network, and that https://github.com/{PUBLISHED} opens in a browser")
IN_ITS_WAY = FETCHED.format(f"something else called {NAME} is in its way, so rename that")
NO_GIT = FETCHED.format("git is missing, so install it")
NO_SPACE = FETCHED.format("less than 100 MB of disk are left, so delete something")
HASTY = CELL.replace("-k 5 120", "-k 1 2")
NOT_REFRESHED = "The course could not be refreshed; going on with the copy that is here.\n"
KEPT = (
    f"You have changed the course here, so it is kept as it is: for the newest, rename the folder {NAME}, restart the "
    "session and run this cell again.\n"
)


def git(*command, folder):
    identity = ["-c", "user.name=course", "-c", "user.email=course@example.org"]
    subprocess.run(["git", *identity, *command], cwd=folder, check=True, capture_output=True)


def publish(folder, version):
    """Commit the helper, as a version that says its number."""
    package = folder / "notebooks" / "dlcourse"
    shutil.copytree(NOTEBOOKS / "dlcourse", package, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    with (package / "environment.py").open("a") as file:
        file.write(f"\n\ndef _start(seed):\n    print('version {version}, seed', seed)\n")
    with (package / "__init__.py").open("a") as file:
        file.write(f"\nfrom .news_{version} import VERSION\n")
    (package / f"news_{version}.py").write_text(f"VERSION = {version}\n")
    if not (folder / ".git").exists():
        git("init", "-q", folder=folder)
        git("checkout", "-q", "-b", BRANCH, folder=folder)
    git("add", "-A", folder=folder)
    git("commit", "-q", "-m", f"version {version}", folder=folder)


def forget():
    """Take the helper's modules out of this process, as in a new kernel; return them."""
    names = [name for name in sys.modules if name.split(".")[0] == "dlcourse"]
    return {name: sys.modules.pop(name) for name in names}


@pytest.fixture
def kernel(monkeypatch):
    """This process without the helper, which gets its own back in the end."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    # A version and the next one are written in the same second: no stored bytecode can tell them apart.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    kept = forget()
    yield
    forget()
    sys.modules.update(kept)


@pytest.fixture
def colab(tmp_path, monkeypatch, capfd, kernel):
    """Return a function that runs the setup cell in an empty working folder, and returns all that was printed.

    Its `commands` are those of git that setup() gave; `names` is the notebook's namespace.
    """
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    publish(tmp_path / "published", 1)
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(tmp_path / "published"))
    (tmp_path / "content").mkdir()
    monkeypatch.chdir(tmp_path / "content")
    true_run = subprocess.run

    def record(command, **settings):
        if command[:2] == ["git", "-C"]:  # As setup() calls it; the test itself uses git too.
            run.commands.append(command[3])
        return true_run(command, **settings)

    def run(source=CELL):
        exec(source, run.names)
        printed = capfd.readouterr()
        assert not printed.err
        return printed.out

    monkeypatch.setattr(subprocess, "run", record)
    run.published, run.commands, run.names = tmp_path / "published", [], {}
    return run


# ---------------------------------------------------------------- The cell's form


@pytest.mark.parametrize("cell, most", [(CELL, 21), (UNPUBLISHED, 24)])
def test_the_cell_is_short_plain_python_with_a_title(cell, most):
    lines = cell.splitlines()
    assert len(lines) <= most and re.match(r"# @title \w", lines[0]) and max(map(len, lines)) <= 130
    ast.parse(cell)  # A magic or a shell escape isn't Python.
    assert not [line for line in lines if line.lstrip().startswith(("!", "%"))]
    assert cell.endswith("import dlcourse\ndlcourse.setup(seed=42)")


def test_the_cell_asks_for_the_published_course_for_two_minutes_at_most():
    words = re.sub(r"\\\n\s*", "", CELL)
    assert f"timeout --foreground -k 5 120 git clone -q --depth=1 -b {BRANCH} " in words
    assert "GIT_HTTP_LOW_SPEED_LIMIT=1000 GIT_HTTP_LOW_SPEED_TIME=10\n" in words
    assert f"${{DLCOURSE_REPOSITORY:-https://github.com/{PUBLISHED}}}" in words and f"n={NAME};" in words


def test_the_lessons_get_this_cell():
    assert course.setup_source() == setup_cell.source(course.settings()["repository"], BRANCH)


def test_a_published_course_has_nothing_of_the_placeholder():
    assert "owner" not in CELL and "github.com" not in UNPUBLISHED
    extra = set(UNPUBLISHED.splitlines()) - set(CELL.splitlines())
    assert len(UNPUBLISHED.splitlines()) == len(CELL.splitlines()) + 3 and len(extra) == 5  # And what is cloned.


# ---------------------------------------------------------------- Fetching


def test_fetches_once_and_runs_twice(colab):
    assert colab() == "version 1, seed 42\n"
    assert os.listdir() == [NAME] and not colab.commands  # What was fetched just now isn't refreshed.
    assert colab() == "version 1, seed 42\n"
    assert os.listdir() == [NAME] and colab.commands.count("fetch") == 1


def test_a_clone_that_was_killed_is_in_nobodys_way(colab):
    os.makedirs(f"{NAME}.part/.git")
    Path(f"{NAME}.part/.git/index.lock").touch()
    assert colab() == "version 1, seed 42\n"
    assert os.listdir() == [NAME]


@pytest.mark.parametrize("what", ["file", "folder", "link to nothing", "damaged copy"])
def test_what_is_in_its_way_is_named_and_left_alone(what, colab, sentence, monkeypatch):
    if what == "file":
        Path(NAME).write_text("mine")
    elif what == "folder":
        Path(NAME).mkdir()
        Path(NAME, "my digit.png").touch()
    elif what == "link to nothing":
        os.symlink("nowhere", NAME)
    else:
        colab()
        shutil.rmtree(f"{NAME}/notebooks/dlcourse")
        Path(NAME, "my digit.png").touch()
        forget()
    with monkeypatch.context() as patch:
        patch.setattr(os, "system", lambda command: pytest.fail("two minutes for nothing"))
        with pytest.raises(SystemExit, match=f"^{re.escape(IN_ITS_WAY)}$") as caught:
            colab()
    sentence(caught.value)
    assert os.listdir() == [NAME]
    os.rename(NAME, "mine")
    assert colab() == "version 1, seed 42\n"
    assert sorted(os.listdir()) == sorted([NAME, "mine"])
    assert what not in ("folder", "damaged copy") or Path("mine", "my digit.png").exists()


def test_without_a_copy_it_is_one_sentence_and_the_next_try_works(colab, monkeypatch):
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(colab.published / "gone"))
    with pytest.raises(SystemExit, match=re.escape(NOT_FETCHED)):
        colab()
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(colab.published))
    assert colab() == "version 1, seed 42\n"


def test_without_git_it_is_one_sentence(colab, monkeypatch, sentence):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=f"^{re.escape(NO_GIT)}$") as caught:
        colab()
    sentence(caught.value)


def test_a_full_disk_is_one_sentence(colab, monkeypatch, sentence):
    """As with a disk of 3 MB: git fails, and that little is left."""
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(colab.published / "gone"))
    monkeypatch.setattr(shutil, "disk_usage", lambda place: types.SimpleNamespace(free=3e6))
    with pytest.raises(SystemExit, match=f"^{re.escape(NO_SPACE)}$") as caught:
        colab()
    sentence(caught.value)


def test_the_course_fits_into_what_counts_as_a_full_disk():
    listed = subprocess.run(["git", "ls-files"], cwd=course.ROOT, capture_output=True, text=True, check=True).stdout
    sizes = [path.stat().st_size for name in listed.splitlines() if (path := course.ROOT / name).is_file()]
    assert 2 * sum(sizes) < 1e8, "files and history take more than the set-up cell allows for"


def test_the_placeholder_is_refused_and_nothing_is_fetched(colab, monkeypatch, sentence):
    monkeypatch.delenv("DLCOURSE_REPOSITORY")
    with monkeypatch.context() as patch:
        patch.setattr(os, "system", lambda command: pytest.fail("asked a stranger"))
        with pytest.raises(SystemExit) as caught:
            colab(UNPUBLISHED)
    sentence(caught.value, "has no address yet", "make repository NAME=")
    assert not os.listdir()
    monkeypatch.setenv("DLCOURSE_REPOSITORY", str(colab.published))
    assert colab(UNPUBLISHED) == "version 1, seed 42\n"
    monkeypatch.delenv("DLCOURSE_REPOSITORY")  # The copy is there, however it came.
    assert colab(UNPUBLISHED) == "version 1, seed 42\n"


class Portal(http.server.BaseHTTPRequestHandler):
    """A network that answers every request with a page to sign in, half a page, or nothing."""

    manner = "sign in"

    def do_GET(self):
        self.server.asked.set()
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


@pytest.fixture
def portal(monkeypatch):
    """Return a function that starts such a network, and returns the server with its `url`."""
    servers = []

    def start(manner):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Portal,), {"manner": manner}))
        server.daemon_threads, server.stopped, server.asked = True, threading.Event(), threading.Event()
        server.url = f"http://127.0.0.1:{server.server_port}/course"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return server

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield start
    for server in servers:
        server.stopped.set()
        server.shutdown()
        server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("manner", ["sign in", "drops", "silent"])
def test_a_network_that_answers_wrongly_is_one_sentence(manner, colab, portal, monkeypatch):
    monkeypatch.setenv("DLCOURSE_REPOSITORY", portal(manner).url)
    start = time.monotonic()
    with pytest.raises(SystemExit, match=re.escape(NOT_FETCHED)):
        colab(HASTY)
    assert time.monotonic() - start < 15  # Far from the two minutes of the notebook: it's the time limit that works.
    assert not os.listdir()


@pytest.fixture
def stalling(colab):
    """The address of a server that begins to send the published course, and says no more after the pack's beginning."""
    stopped, reached = threading.Event(), []

    class Stall(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(int(self.request.recv(4), 16) - 4)  # Which folder is asked for: there is one.
            command = ["git", "upload-pack", str(colab.published)]
            environment = os.environ | {"GIT_PROTOCOL": "version=1"}
            with subprocess.Popen(
                command, stdin=self.request, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            ) as git:
                sent = b""
                while b"PACK" not in sent and (piece := os.read(git.stdout.fileno(), 100)):
                    self.request.sendall(piece)
                    sent += piece
                reached.append(b"PACK" in sent)
                stopped.wait(20)
                git.kill()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Stall) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield types.SimpleNamespace(url=f"git://127.0.0.1:{server.server_address[1]}/course", reached=reached)
        stopped.set()
        server.shutdown()


@pytest.mark.slow
def test_a_server_that_falls_silent_is_given_up_by_itself(colab, portal, monkeypatch):
    """Not by the two minutes, and a dot says meanwhile that something is done."""
    monkeypatch.setenv("DLCOURSE_REPOSITORY", portal("silent").url)
    start = time.monotonic()
    with pytest.raises(SystemExit, match=re.escape(NOT_FETCHED)):
        colab()
    assert 9 < time.monotonic() - start < 19


@pytest.mark.slow
def test_a_slow_clone_says_that_it_goes_on(colab, tmp_path, monkeypatch):
    """A git that takes 12 seconds: two dots, and none after the end."""
    slow = tmp_path / "slow"
    slow.mkdir()
    (slow / "git").write_text(f'#!/bin/sh\nsleep 12\nexec {shutil.which("git")} "$@"\n')
    (slow / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow}:{os.environ['PATH']}")
    assert colab() == "..version 1, seed 42\n"


@pytest.mark.slow
def test_a_clone_that_stalls_within_the_pack_is_in_nobodys_way(colab, stalling, monkeypatch):
    """Stopped by its time limit, and once more by one that leaves no time to tidy up."""
    published = os.environ["DLCOURSE_REPOSITORY"]
    monkeypatch.setenv("DLCOURSE_REPOSITORY", stalling.url)
    for cell in (HASTY, HASTY.replace("-k 1 2", "-s KILL 2")):
        with pytest.raises(SystemExit, match=re.escape(NOT_FETCHED)):
            colab(cell)
    assert stalling.reached == [True, True] and os.listdir() == [f"{NAME}.part"]
    monkeypatch.setenv("DLCOURSE_REPOSITORY", published)
    assert colab() == "version 1, seed 42\n"
    assert os.listdir() == [NAME]


@pytest.mark.slow
def test_a_refresh_that_stalls_within_the_pack_is_in_nobodys_way(colab, stalling, monkeypatch):
    colab()
    publish(colab.published, 2)
    git("remote", "set-url", "origin", stalling.url, folder=NAME)
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["dlcourse.environment"], "SILENT_SECONDS", 2)
        assert colab() == NOT_REFRESHED + "version 1, seed 42\n"
    assert stalling.reached == [True] and Path(NAME, ".git", "shallow.lock").exists()
    git("remote", "set-url", "origin", str(colab.published), folder=NAME)
    assert colab() == "version 2, seed 42\n"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["interrupted", "killed"])
def test_a_clone_that_is_stopped_half_way(how, colab, portal, monkeypatch):
    """Interrupted as Jupyter does it, by a signal to the kernel's group; or killed with all that it had started."""
    server = portal("silent")
    code = f"import sys, types; sys.modules['google.colab'] = types.ModuleType('google.colab')\n{CELL}"
    environment = os.environ | {"DLCOURSE_REPOSITORY": server.url}
    cell = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, start_new_session=True, stderr=subprocess.PIPE
    )
    assert server.asked.wait(60) and os.path.exists(f"{NAME}.part")
    os.killpg(cell.pid, signal.SIGINT if how == "interrupted" else signal.SIGKILL)
    _, said = cell.communicate(timeout=10)
    assert how == "killed" or said.decode().splitlines() == [NOT_FETCHED]
    assert colab() == "version 1, seed 42\n"
    assert os.listdir() == [NAME]


# ---------------------------------------------------------------- Refreshing


def test_refreshes_a_stale_copy_in_a_running_session(colab):
    colab()
    known = colab.names["dlcourse"]
    assert known.VERSION == 1
    publish(colab.published, 2)
    assert colab() == "version 2, seed 42\n"
    assert colab.commands.count("fetch") == 1
    # The notebook's own name sees the new code, and so does whoever imports a part of it.
    assert colab.names["dlcourse"] is known is sys.modules["dlcourse"] and known.VERSION == 2
    assert known.setup is sys.modules["dlcourse.environment"].setup
    publish(colab.published, 3)
    assert colab() == "version 3, seed 42\n"


def test_refreshes_a_stale_copy_in_a_new_session(colab):
    colab()
    publish(colab.published, 2)
    forget()
    assert colab() == "version 2, seed 42\n"


def test_setup_keeps_the_seed_when_it_refreshes(colab):
    colab()
    publish(colab.published, 2)
    assert colab(CELL.replace("seed=42", "seed=7")) == "version 2, seed 7\n"


def test_follows_a_history_that_was_rewritten(colab):
    colab()
    git("commit", "-q", "--amend", "-m", "rewritten", folder=colab.published)
    publish(colab.published, 2)
    assert colab() == "version 2, seed 42\n"


def test_keeps_the_learners_own_files(colab):
    colab()
    own = Path(NAME, "my digit.png")
    own.touch()
    publish(colab.published, 2)
    colab()
    assert own.exists()


def test_a_file_of_the_learners_that_the_newest_course_has_too_is_kept(colab):
    colab()
    publish(colab.published, 2)
    own = Path(NAME, "notebooks", "dlcourse", "news_2.py")
    own.write_text("mine")
    for _ in range(2):
        assert colab() == KEPT + "version 1, seed 42\n" and own.read_text() == "mine"
    own.rename("mine.py")
    assert colab() == "version 2, seed 42\n"


def test_a_refresh_that_was_killed_is_in_nobodys_way(colab, monkeypatch):
    """Killed while git wrote the new files: some are new, some are gone, and its locks are there."""
    colab()
    publish(colab.published, 2)
    run = subprocess.run

    def die(command, **settings):
        if command[3] == "reset":
            Path(NAME, "notebooks", "dlcourse", "runs.py").unlink()
            for name in ("environment.py", "__init__.py"):
                shutil.copy(colab.published / "notebooks" / "dlcourse" / name, Path(NAME, "notebooks", "dlcourse"))
            for lock in ("index.lock", "shallow.lock", f"refs/remotes/origin/{BRANCH}.lock"):
                Path(NAME, ".git", lock).parent.mkdir(parents=True, exist_ok=True)
                Path(NAME, ".git", lock).touch()
            raise SystemExit("killed")
        return run(command, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", die)
        with pytest.raises(SystemExit, match="killed"):
            colab()
    assert colab() == "version 2, seed 42\n"
    assert Path(NAME, "notebooks", "dlcourse", "runs.py").exists()
    # What is changed from now on is the learner's again.
    Path(NAME, "notebooks", "dlcourse", "runs.py").write_text("# Mine.")
    assert colab() == KEPT + "version 2, seed 42\n"


@pytest.mark.parametrize("last", ["reset", "update-ref"])
@pytest.mark.parametrize("work", ["edited", "committed"])
def test_work_in_a_copy_whose_refresh_was_stopped_is_kept(last, work, colab, monkeypatch):
    colab()
    publish(colab.published, 2)
    run = subprocess.run

    def slow(command, **settings):
        if command[3] == last:
            raise subprocess.TimeoutExpired(command, 10)
        return run(command, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", slow)
        assert colab().startswith(NOT_REFRESHED)
    mine = Path(NAME, "notebooks", "dlcourse", "limits.py")
    mine.write_text(words := mine.read_text() + "# My own line.\n")
    if work == "committed":
        git("commit", "-q", "-a", "-m", "mine", folder=NAME)
    for _ in range(2):
        assert KEPT.splitlines()[0] in colab() and mine.read_text() == words


@pytest.mark.parametrize("own, new", [("notes/mine.txt", "notes"), ("notes", "notes/x.txt")])
def test_a_learners_folder_whose_name_the_newest_course_has_too_is_kept(own, new, colab):
    colab()
    for top, name in ((Path(NAME), own), (colab.published, new)):
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_text("mine")
    git("add", "-A", folder=colab.published)
    git("commit", "-q", "-m", "more", folder=colab.published)
    assert colab() == KEPT + "version 1, seed 42\n" and Path(NAME, own).read_text() == "mine"


def edit(module):
    module.write_text(module.read_text() + "# My own line.\n")


def stage(module):
    edit(module)
    git("add", "-A", folder=NAME)


def commit(module):
    stage(module)
    git("commit", "-q", "-m", "mine", folder=NAME)


def branch(module):
    git("checkout", "-q", "-b", "mine", folder=NAME)
    commit(module)


def detach(module):
    git("checkout", "-q", "--detach", folder=NAME)
    commit(module)


@pytest.mark.parametrize("change", [edit, stage, commit, branch, detach, Path.unlink], ids=lambda way: way.__name__)
def test_what_a_learner_changed_in_the_copy_is_kept(change, colab, sentence):
    colab()
    module = Path(NAME, "notebooks", "dlcourse", "pad.js")
    change(module)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=NAME, capture_output=True, check=True).stdout
    publish(colab.published, 2)
    for _ in range(2):
        assert colab() == KEPT + "version 1, seed 42\n"
    assert module.read_text().endswith("# My own line.\n") if change != Path.unlink else not module.exists()
    assert subprocess.run(["git", "rev-parse", "HEAD"], cwd=NAME, capture_output=True, check=True).stdout == head
    sentence(KEPT.strip())
    # What the sentence says to do: rename, restart, run again.
    os.rename(NAME, "mine")
    forget()
    assert colab() == "version 2, seed 42\n"


def test_somebodys_own_clone_is_left_alone(colab):
    git("clone", "-q", str(colab.published), NAME, folder=".")
    module = Path(NAME, "notebooks", "dlcourse", "runs.py")
    module.write_text(module.read_text() + "# My own line.\n")
    publish(colab.published, 2)
    for _ in range(2):
        assert colab() == "version 1, seed 42\n"
    assert module.read_text().endswith("# My own line.\n") and not colab.commands


@pytest.mark.parametrize("what", ["published", "git", "config"])
def test_goes_on_with_the_copy_when_refreshing_fails(what, colab, monkeypatch):
    colab()
    colab()
    if what == "published":
        colab.published.rename(colab.published.parent / "gone")
    elif what == "git":
        monkeypatch.setenv("PATH", "")
    else:
        Path(NAME, ".git", "config").unlink()
    assert colab() == NOT_REFRESHED + "version 1, seed 42\n"


def test_a_copy_without_its_history_is_used_as_it_is(colab):
    """Unpacked from an archive."""
    colab()
    shutil.rmtree(Path(NAME, ".git"))
    assert colab() == "version 1, seed 42\n"


@pytest.mark.slow
def test_goes_on_with_the_copy_when_refreshing_takes_too_long(colab, portal, monkeypatch):
    colab()
    git("remote", "set-url", "origin", portal("silent").url, folder=NAME)
    monkeypatch.setattr(sys.modules["dlcourse.environment"], "SILENT_SECONDS", 1)
    start = time.monotonic()
    assert colab() == NOT_REFRESHED + "version 1, seed 42\n"
    assert time.monotonic() - start < 15


def test_git_never_asks_for_a_password(colab, monkeypatch):
    colab()
    asked = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *command, **more: asked.append(more) or run(*command, **more))
    colab()
    assert asked and all(more["env"]["GIT_TERMINAL_PROMPT"] == "0" and more["timeout"] == 10 for more in asked)
    assert "export GIT_TERMINAL_PROMPT=0 " in CELL


def test_installs_the_one_missing_package_and_nothing_else(colab, monkeypatch):
    commands = []
    run, find = subprocess.run, importlib.util.find_spec

    def record(command, **settings):
        commands.append(command)
        if command[0] == "git":
            return run(command, **settings)
        raise subprocess.CalledProcessError(1, command)  # As without a network: load_mnist() says what is missing.

    monkeypatch.setattr(subprocess, "run", record)
    colab()
    assert not commands
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "importlib_resources" else find(name))
    assert colab() == "version 1, seed 42\n"
    assert [command for command in commands if command[0] != "git"] == [
        [sys.executable, "-m", "pip", "install", "-q", "importlib_resources"]
    ]


# ---------------------------------------------------------------- Elsewhere


def test_elsewhere_it_only_imports(tmp_path, monkeypatch, capfd, kernel):
    publish(tmp_path / "published", 7)
    monkeypatch.chdir(tmp_path)
    sys.path.insert(0, str(tmp_path / "published" / "notebooks"))
    before = list(sys.path)
    (tmp_path / "published" / ".git" / "FETCH_HEAD").touch()  # In Colab a reason to ask for news.
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("asked git"))
    exec(CELL, {})
    assert capfd.readouterr().out == "version 7, seed 42\n"
    assert os.listdir() == ["published"] and sys.path == before


@pytest.mark.slow
@pytest.mark.parametrize("cell, kinds, words", [
    ("print(guesses)", ["error", "stream"], "guesses is not known yet. Run the cells above first"),
    ("np.pi", ["error", "stream"], "Its import is missing: run the cell that has `import numpy as np`"),
    ("my_choice = C", ["error", "stream"], 'As an answer write "C", in quotation marks'),
    ("INVERT = true", ["error", "stream"], "Python writes True with a capital letter"),
    ("raise KeyboardInterrupt", ["stream"], "you stopped this cell"),
])  # fmt: skip
def test_an_unknown_name_is_explained_and_a_stopped_cell_has_no_traceback(cell, kinds, words):
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    cells = ["import dlcourse; dlcourse.environment._explain_missing_names()", cell]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with pytest.raises(CellExecutionError):
        NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    assert [output.output_type for output in book.cells[1].outputs] == kinds
    assert words in book.cells[1].outputs[-1].text


@pytest.mark.slow
def test_where_results_must_be_right_a_stopped_cell_is_an_error(monkeypatch):
    """nbval stops a cell that takes too long, and would count it as passed if it ended in a sentence alone."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    monkeypatch.setenv("DLCOURSE_STRICT", "1")
    cells = ["import dlcourse; dlcourse.environment._explain_missing_names()", "raise KeyboardInterrupt"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with pytest.raises(CellExecutionError):
        NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    assert book.cells[1].outputs[0].output_type == "error"
