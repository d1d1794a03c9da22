"""The stick for a room without a network: what goes on it, and what is said when something is in the way.

Nothing is fetched: a stand-in for pip writes small wheels of the right names. `make test-stick` does it for real.
"""

import errno
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import course
import in_browser
import stick
from dlcourse import mnist

LOCK = (course.ROOT / "requirements.lock").read_text(encoding="utf-8")
unix = pytest.mark.skipif(os.name == "nt", reason="install.sh is not for Windows")
SYSTEMS = {system.name.split()[0]: system for system in stick.SYSTEMS}


def small_wheel(folder, name, version, tag):
    """A wheel of a few bytes, the same each time; its path."""
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(zipfile.ZipInfo(f"{name}-{version}.dist-info/METADATA"), f"Name: {name}\nVersion: {version}\n")
    return path


@pytest.fixture
def index(tmp_path):
    """A folder with every file that the stand-in has: one package for all, one for each system, one for Windows."""
    folder = tmp_path / "index"
    folder.mkdir()
    small_wheel(folder, "plain", "1.0", "py3-none-any")
    for tag in ("manylinux_2_28_x86_64", "macosx_11_0_arm64", "win_amd64"):
        small_wheel(folder, "fast", "2.1", f"cp312-cp312-{tag}")
    small_wheel(folder, "keys", "0.3", "cp39-abi3-win_amd64")
    return folder


def lock_of(folder, markers=None):
    """A lock of the packages in a folder, with markers where they are given."""
    lines = {}
    for path in sorted(folder.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        lines.setdefault((name, version), []).append(hashlib.sha256(path.read_bytes()).hexdigest())
    text = ""
    for (name, version), hashes in lines.items():
        marker = f" ; {markers[name]}" if markers and name in markers else ""
        text += f"{name}=={version}{marker} \\\n" + " \\\n".join(f"    --hash=sha256:{one}" for one in hashes) + "\n"
    return text


@pytest.fixture
def pip(index, monkeypatch):
    """A stand-in for pip download: it copies what fits; `calls` has the lines of each call, `fails` what it says."""

    def answer(*words):
        words = list(map(str, words))
        text = Path(words[-1]).read_text(encoding="utf-8")
        answer.calls.append([line.split("==")[0] for line in text.splitlines()])
        if answer.fails and len(answer.calls) > answer.after:
            return False, answer.fails
        platforms = [words[place + 1] for place, word in enumerate(words) if word == "--platform"]
        accepted = stick.fitting(tuple(platforms), "3.12")
        lock = stick.read_lock(text)
        target = Path(words[words.index("--dest") + 1])
        for one in lock:
            for path, fits in stick.files_of(one, index):
                if fits & accepted:
                    (target / path.name).write_bytes(path.read_bytes())
        return True, ""

    answer.calls, answer.fails, answer.after = [], "", 0
    monkeypatch.setattr(stick, "pip", answer)
    return answer


@pytest.fixture
def lock(index):
    return stick.read_lock(lock_of(index, {"keys": "sys_platform == 'win32'"}))


# ---------------------------------------------------------------- The lock and its markers


def test_every_line_of_the_lock_is_read_with_its_hashes():
    lock = stick.read_lock(LOCK)
    assert len(lock) == len(re.findall(r"^[a-z]\S*==", LOCK, re.M))
    assert sum(len(one.hashes) for one in lock) == LOCK.count("--hash=")
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for one in lock for digest in one.hashes)


@pytest.mark.parametrize("text", ["numpy==2.0\n", "numpy>=2.0 --hash=sha256:00\n"])
def test_a_lock_without_hashes_or_with_a_range_is_refused(text):
    with pytest.raises(stick.Trouble, match="make lock"):
        stick.read_lock(text)


@pytest.mark.parametrize("system, has, lacks", [
    ("Linux", {"array-record", "pexpect", "ptyprocess"}, {"appnope", "pywinpty", "colorama"}),
    ("macOS", {"appnope", "pexpect"}, {"array-record", "pywinpty", "colorama"}),
    ("Windows", {"pywinpty", "colorama"}, {"appnope", "pexpect", "array-record"}),
])  # fmt: skip
def test_markers_are_evaluated_for_the_system_that_installs(system, has, lacks):
    names = {one.name for one in stick.for_system(stick.read_lock(LOCK), SYSTEMS[system], "3.12", 9)}
    assert has <= names and not lacks & names


def test_each_system_and_patch_of_python_has_one_version_of_each_package():
    lock = stick.read_lock(LOCK)
    for version in stick.VERSIONS:
        for system, patch, lines in stick.wishes(lock, version):
            names = [one.name for one in lines]
            assert len(names) == len(set(names)), (system.name, version, patch)
    old = {(one.name, one.version) for _, patch, lines in stick.wishes(lock, "3.11") if patch == 0 for one in lines}
    assert {name for name, _ in old} == {"soupsieve"}, "Python 3.11.2, as Debian has it, needs another one"


def test_packages_of_source_alone_are_those_with_one_hash_that_is_no_wheels():
    """A package that gets wheels, or another without any, asks for SOURCES to be mended."""
    assert all(len(one.hashes) == 1 for one in stick.read_lock(LOCK) if one.name in stick.SOURCES)
    assert set(stick.SOURCES) <= {one.name for one in stick.read_lock(LOCK)}


# ---------------------------------------------------------------- Fetching


def test_each_system_gets_its_own_wheels_and_a_shared_one_is_fetched_once(index, pip, lock, tmp_path):
    stick.gather(lock, ["3.12"], tmp_path / "wheels")
    assert {path.name for path in (tmp_path / "wheels").iterdir()} == {path.name for path in index.iterdir()}
    assert pip.calls == [["fast", "plain"], ["fast"], ["fast", "keys"]]


def test_an_interrupted_run_goes_on(pip, lock, tmp_path):
    pip.fails, pip.after = "ReadTimeoutError: Connection broken", 1
    with pytest.raises(stick.Trouble, match="it goes on"):
        stick.gather(lock, ["3.12"], tmp_path / "wheels")
    pip.fails, pip.calls[:] = "", []
    stick.gather(lock, ["3.12"], tmp_path / "wheels")
    assert pip.calls == [["fast"], ["fast", "keys"]]
    pip.calls[:] = []
    stick.gather(lock, ["3.12"], tmp_path / "wheels")
    assert pip.calls == [], "nothing is fetched again, so no network is needed"


def test_a_file_that_was_cut_or_changed_is_fetched_again(pip, lock, tmp_path):
    wheels = tmp_path / "wheels"
    stick.gather(lock, ["3.12"], wheels)
    broken = wheels / "plain-1.0-py3-none-any.whl"
    broken.write_bytes(broken.read_bytes()[:-1])
    pip.calls[:] = []
    stick.gather(lock, ["3.12"], wheels)
    assert pip.calls == [["plain"]]


def test_a_wheel_with_a_foreign_hash_is_never_taken(index, pip, lock, tmp_path):
    (index / "plain-1.0-py3-none-any.whl").write_bytes(b"something else")
    with pytest.raises(stick.Trouble, match="takes for plain"):
        stick.gather(lock, ["3.12"], tmp_path / "wheels")


def test_a_wheel_of_another_python_is_not_taken(index):
    one = next(one for one in stick.read_lock(lock_of(index)) if one.name == "fast")
    assert stick.wheel(one, SYSTEMS["Linux"], "3.12", index).name == "fast-2.1-cp312-cp312-manylinux_2_28_x86_64.whl"
    assert stick.wheel(one, SYSTEMS["Linux"], "3.13", index) is None
    keys = next(one for one in stick.read_lock(lock_of(index)) if one.name == "keys")
    assert stick.wheel(keys, SYSTEMS["Windows"], "3.13", index) is not None, "abi3 serves later ones"
    assert stick.wheel(keys, SYSTEMS["macOS"], "3.13", index) is None


def test_a_package_of_source_alone_is_built_and_its_hash_is_on_the_sticks_lock(index, pip, tmp_path, monkeypatch):
    monkeypatch.setattr(stick, "SOURCES", ("promised",))
    built = []

    def build(one, folder):
        built.append(one.name)
        return stick.sha256(small_wheel(folder, "promised", "2.3", "py3-none-any"))

    monkeypatch.setattr(stick, "build", build)
    lock = stick.read_lock(lock_of(index) + f"promised==2.3 \\\n    --hash=sha256:{'0' * 64}\n")
    lock = [one for one in lock if one.name != "keys"]
    for _ in range(2):  # The second time it is there.
        found = {one.name: one for one in stick.gather(lock, ["3.12"], tmp_path / "wheels")}
    assert built == ["promised"] and len(found["promised"].hashes) == 2
    assert not any("promised" in call for call in pip.calls)


@pytest.mark.parametrize("output, words", [
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
    ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n    numpy==2.0 from https://x/numpy.whl:\n"
     "        Expected sha256 00\n             Got        11", "for numpy==2.0 whose hash is not that of"),
    ("WARNING: Retrying after NewConnectionError: Temporary failure in name resolution\n"
     "ERROR: No matching distribution found for numpy==2.0", "cannot be reached"),
    ("ERROR: No matching distribution found for numpy==2.0", "has no wheel of numpy==2.0 for Windows"),
    ("ERROR: something new", "something new"), ("", "it said nothing"),
])  # fmt: skip
def test_what_pip_says_becomes_one_sentence(output, words):
    said = stick.explained(output, "Windows x86_64 and Python 3.12")
    assert words in said and "\n" not in said


# ---------------------------------------------------------------- The disk


def test_a_disk_that_is_too_small_is_said_before_anything_is_fetched(pip, tmp_path, monkeypatch, capsys):
    usage = stick.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(stick.shutil, "disk_usage", lambda path: usage._replace(free=10**9))
    with pytest.raises(SystemExit) as said:
        stick.main([str(tmp_path / "new" / "stick")])
    assert "has room for 1.0 GB" in str(said.value) and pip.calls == [] and not (tmp_path / "new").exists()
    assert "About 2.0 GB" in capsys.readouterr().out


def test_a_disk_that_fills_up_on_the_way_is_a_sentence(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "x"))

    monkeypatch.setattr(stick, "gather", full)
    with pytest.raises(SystemExit, match="it is full: free some space, then run `make stick` again"):
        stick.main([str(tmp_path / "stick")])


def test_an_interrupt_and_an_unknown_python_are_sentences(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"3.11, 3.12, 3.13, and not with '3.14'"):
        stick.main([str(tmp_path / "stick"), "3.14"])

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(stick, "gather", stopped)
    with pytest.raises(SystemExit, match="goes on where it was"):
        stick.main([str(tmp_path / "stick")])


# ---------------------------------------------------------------- Whose folder it is


def everything(folder):
    """{path: content} of a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def small(monkeypatch, lock):
    """`make` with no package to fetch and a small course."""
    monkeypatch.setattr(stick, "gather", lambda *_: lock)
    monkeypatch.setattr(stick, "put_course", lambda folder: folder.mkdir(parents=True, exist_ok=True))
    monkeypatch.setattr(stick, "look_at_disk", lambda *_: None)
    monkeypatch.setenv("MNIST_DIR", "")


@pytest.mark.parametrize("mine", ["course/thesis.txt", "requirements.lock", ".hidden"])
def test_a_folder_with_other_things_in_it_is_left_alone(small, tmp_path, mine):
    folder = tmp_path / "work"
    (folder / mine).parent.mkdir(parents=True)
    (folder / mine).write_text("mine")
    before = everything(folder)
    with pytest.raises(SystemExit, match="has things in it that `make stick` did not put there: name a new folder"):
        stick.main([str(folder)])
    assert everything(folder) == before


def test_the_repository_and_what_contains_it_are_left_alone_even_with_our_mark(small, tmp_path, monkeypatch):
    root = tmp_path / "clones" / "course"
    root.mkdir(parents=True)
    monkeypatch.setattr(stick, "ROOT", root)
    for folder in (root, root.parent):
        (folder / stick.OURS).write_text("")
    before = everything(tmp_path)
    for folder in (root, root / ".." / "course", root.parent):
        with pytest.raises(SystemExit, match="is this course or contains it: name a new folder"):
            stick.main([str(folder)])
    assert everything(tmp_path) == before


def test_a_file_is_no_folder_for_a_stick(small, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SystemExit, match="is a file: name a new folder"):
        stick.main([str(tmp_path / "file")])


def test_a_new_an_empty_and_our_own_folder_are_taken_also_after_an_interrupt(small, tmp_path, lock, monkeypatch):
    (tmp_path / "empty").mkdir()
    for name in ("new/stick", "empty", "empty"):
        stick.main([str(tmp_path / name)])
        assert (tmp_path / name / "install.sh").is_file()

    def stopped(_, __, wheels):
        wheels.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(stick, "gather", stopped)
    with pytest.raises(SystemExit):
        stick.main([str(tmp_path / "stopped")])
    monkeypatch.setattr(stick, "gather", lambda *_: lock)
    stick.main([str(tmp_path / "stopped")])
    assert (tmp_path / "stopped" / "install.sh").is_file()


# ---------------------------------------------------------------- The digits


def test_the_digits_hashes_are_those_of_the_four_files():
    assert set(stick.digits_hashes()) == set(mnist.FILES)


def test_digits_go_along_when_they_are_mnists(tmp_path, monkeypatch):
    source, target = tmp_path / "there", tmp_path / "here"
    source.mkdir()
    hashes = {}
    for name in mnist.FILES:
        (source / name).write_bytes(name.encode())
        hashes[name] = hashlib.sha256(name.encode()).hexdigest()
    monkeypatch.setattr(stick, "digits_hashes", lambda: hashes)
    monkeypatch.setenv("MNIST_DIR", str(source))
    stick.put_digits(target)
    assert sorted(path.name for path in target.iterdir()) == sorted(hashes)
    name = mnist.FILES[0]
    (source / name).write_bytes(b"other")
    with pytest.raises(stick.Trouble, match=f"{name}: its hash is not MNIST's"):
        stick.put_digits(target)
    (source / name).unlink()
    with pytest.raises(stick.Trouble, match=f"lacks {name}"):
        stick.put_digits(target)
    monkeypatch.setenv("MNIST_DIR", "")
    stick.put_digits(tmp_path / "none")
    assert not (tmp_path / "none").exists()


# ---------------------------------------------------------------- The course


def test_the_course_on_the_stick_is_that_of_the_last_commit(tmp_path):
    stick.put_course(tmp_path / "course")
    listed = subprocess.run(["git", "ls-tree", "-r", "--name-only", "-z", "HEAD"], cwd=course.ROOT, capture_output=True)
    there = {
        path.relative_to(tmp_path / "course").as_posix() for path in (tmp_path / "course").rglob("*") if path.is_file()
    }
    assert there == set(listed.stdout.decode().split("\0")) - {""} | {stick.MARK}
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=course.ROOT, capture_output=True, text=True).stdout
    assert (tmp_path / "course" / stick.MARK).read_text(encoding="utf-8") == commit, "the scripts compare it"


def test_without_git_it_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(stick, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(stick.Trouble, match="only from a git clone"):
        stick.put_course(tmp_path / "course")


# ---------------------------------------------------------------- What people read and start


@pytest.fixture
def instructions(tmp_path, lock):
    stick.put_instructions(tmp_path, ["3.12", "3.13"], lock)
    return tmp_path


def test_nothing_is_left_to_fill_in(instructions):
    for name in ("INSTALL.txt", "install.sh", "windows.bat"):
        text = (instructions / name).read_bytes().decode()
        assert not re.search(r"@[A-Z]+@", text), name
        assert "3.12" in text and "3.13" in text and course.settings()["repository"].split("/")[1] in text, name
        assert ("\r\n" in text) == (name != "install.sh")
    assert all(len(line) <= 78 for line in (instructions / "INSTALL.txt").read_text(encoding="utf-8").splitlines())


def test_the_browser_edition_is_on_the_stick_and_named_first(instructions):
    page = (instructions / "train.html").read_text(encoding="utf-8")
    assert page == in_browser.html() and "index.html" not in page and "lessons/01.html" not in page
    text = (instructions / "INSTALL.txt").read_text(encoding="utf-8")
    assert 0 < text.index("train.html") < text.index("You need Python")


def test_the_sticks_lock_is_one_that_pip_and_we_read(instructions, lock):
    text = (instructions / "requirements.lock").read_text(encoding="utf-8")
    assert stick.read_lock(text) == lock
    first = [line.split("\\")[0].strip() for line in text.splitlines() if not line.startswith(" ")]
    assert [Requirement(line).name for line in first] == [one.name for one in lock]


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def install(folder, *words, system="Linux", machine="x86_64", path="/usr/bin:/bin", **variables):
    """Run install.sh where a stand-in for uname says which system it is."""
    program(folder / "stand-ins" / "uname", f"case $1 in -s) echo {system};; *) echo {machine};; esac\n")
    clean = {"HOME": str(folder / "home"), "PATH": f"{folder / 'stand-ins'}:{path}", **variables}
    return subprocess.run(
        [shutil.which("sh"), folder / "install.sh", *map(str, words)],
        capture_output=True,
        text=True,
        env=clean,
        cwd=folder,
    )


@pytest.fixture
def ready(instructions):
    """A stick with a small course, and a Python that writes down how it was called: it stands in for the real one."""
    (instructions / "course" / "tools").mkdir(parents=True)
    for name in (stick.MARK, "course.toml", "requirements.lock", "tools/copies.py", ".gitignore"):
        (instructions / "course" / name).write_text(name)
    fake, log = instructions / "python", instructions / "log.txt"
    log.write_text("")
    program(
        fake,
        f'echo "$@" >> "{log}"\ncase "$*" in "-m venv"*) mkdir -p .venv/bin; cp "{fake}" .venv/bin/python;; esac\n',
    )
    return instructions


def calls(ready):
    """What pip and venv were called with; the look for a Python left out."""
    return [
        line for line in (ready / "log.txt").read_text().splitlines() if line.startswith(("-m venv", "-m pip install"))
    ]


@unix
def test_the_script_asks_for_a_python_and_touches_nothing_before(instructions):
    programs = instructions / "programs"
    programs.mkdir()
    for name in ("sh", "dirname"):  # And no Python among them.
        (programs / name).symlink_to(shutil.which(name))
    said = install(instructions, instructions / "target", path=programs)
    assert said.returncode == 1 and "No Python 3.12 or 3.13 for x86_64 that starts was found" in said.stderr
    assert not (instructions / "target").exists()


@unix
@pytest.mark.parametrize("system, machine", [("Linux", "aarch64"), ("Darwin", "x86_64")])
def test_the_script_says_which_machines_have_no_packages(ready, system, machine):
    said = install(ready, ready / "target", system=system, machine=machine, PYTHON=str(ready / "python"))
    assert said.returncode == 1 and f"no packages for {system} on {machine}" in said.stderr
    assert not (ready / "target").exists() and not calls(ready)


@unix
@pytest.mark.parametrize("system, machine", [("Linux", "x86_64"), ("Darwin", "arm64")])
def test_the_script_takes_a_python_of_this_version_and_machine_alone(tmp_path, lock, system, machine):
    """As with a Python for Intel on a new Mac: it starts, and takes none of the wheels."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version, fits in ((running, machine == platform.machine()), ("3.99", False)):
        stick.put_instructions(tmp_path, [version], lock)
        said = install(tmp_path, tmp_path, system=system, machine=machine, PYTHON=sys.executable)
        assert said.returncode == 1
        assert ("is in the way" if fits else f"No Python {version} for {machine}") in said.stderr


@unix
@pytest.mark.parametrize("mine", ["mine.txt", "course.toml", ".mine"])
def test_the_script_leaves_alone_what_is_in_its_way(ready, mine):
    """A clone of the course too: it isn't from a stick."""
    target = ready / "target"
    target.mkdir()
    (target / mine).write_text("mine")
    said = install(ready, target, PYTHON=str(ready / "python"))
    assert said.returncode == 1 and "is in the way" in said.stderr
    assert everything(target) == {target / mine: b"mine"} and not calls(ready)


@unix
def test_the_script_copies_the_course_and_installs_by_hash_without_an_index(ready):
    target = ready / "my folder"
    target.mkdir()  # An empty one is taken.
    for _ in range(2):
        said = install(ready, target, PYTHON=str(ready / "python"))
        assert said.returncode == 0, said.stderr
    assert (target / ".gitignore").is_file() and (target / "tools" / "copies.py").is_file()
    assert (target / ".venv" / "installed-requirements.lock").read_text() == "requirements.lock"
    assert sum(line.startswith("-m venv") for line in calls(ready)) == 1
    (first, _) = [line for line in calls(ready) if "pip install" in line]
    for words in ("--no-index", f"--find-links {ready}/wheels", "--require-hashes", "--no-deps"):
        assert words in first
    assert said.stdout.splitlines()[-1].strip() == ".venv/bin/python tools/copies.py lab"


@unix
def test_the_script_goes_on_with_a_copy_that_was_interrupted_and_keeps_a_whole_one(ready):
    target = ready / "target"
    target.mkdir()
    (target / stick.MARK).write_text(stick.MARK)
    assert install(ready, target, PYTHON=str(ready / "python")).returncode == 0
    assert (target / "course.toml").is_file() and (target / "tools" / "copies.py").is_file()
    (target / "tools" / "copies.py").write_text("edited")
    assert install(ready, target, PYTHON=str(ready / "python")).returncode == 0
    assert (target / "tools" / "copies.py").read_text() == "edited"


@unix
def test_the_script_neither_mixes_two_versions_nor_installs_for_the_other(ready):
    target = ready / "target"
    assert install(ready, target, PYTHON=str(ready / "python")).returncode == 0
    (ready / "log.txt").write_text("")
    before = everything(target)
    for name in (stick.MARK, "requirements.lock"):
        (ready / "course" / name).write_text("newer")
    said = install(ready, target, PYTHON=str(ready / "python"))
    assert said.returncode == 1 and "Another version of the course is in" in said.stderr and "rename" in said.stderr
    assert everything(target) == before and not calls(ready)


@unix
@pytest.mark.parametrize(
    "name", ["Anna Maria", "a & touch ran", "O'Brien $(touch ran) `touch ran`; touch ran", "back\\slash"]
)
def test_what_the_script_prints_can_be_pasted_whatever_is_in_the_name(ready, name):
    said = install(ready, name, PYTHON=str(ready / "python"))  # A relative one.
    assert said.returncode == 0, said.stderr
    pasted = said.stdout.splitlines()[-2].strip() + " && pwd"
    ran = subprocess.run([shutil.which("sh"), "-c", pasted], capture_output=True, text=True, cwd=ready.parent)
    assert Path(ran.stdout.rstrip("\n")).samefile(ready / name), pasted
    assert not list(ready.parent.rglob("ran"))


def test_windows_gets_the_same_options():
    text = (stick.TEMPLATES / "windows.bat").read_text(encoding="utf-8")
    there = (stick.TEMPLATES / "install.sh").read_text(encoding="utf-8")
    options = set(re.findall(r"--(?:no-index|no-deps|no-compile|require-hashes|find-links|requirement)\b", there))
    assert len(options) == 6 and all(option in text for option in options)


@pytest.mark.parametrize("name, steps", [
    ("install.sh", ["platform.machine()", '-f "$target/@MARK@"',
                    'cmp -s "$stick/course/@MARK@" "$target/@MARK@" || stop', 'ls -A "$target"', "is in the way",
                    'cp "$stick/course/@MARK@"', "cp -R", "/course/course.toml"]),
    ("windows.bat", ["get_platform() != 'win-amd64'", 'if exist "%TARGET%\\@MARK@" goto ours', 'dir /b /a "%TARGET%"',
                     "goto theirs", 'copy /Y "%STICK%course\\@MARK@"', ":ours",
                     'fc /b "%STICK%course\\@MARK@" "%TARGET%\\@MARK@" >nul || goto other', "robocopy",
                     'copy /Y "%STICK%course\\course.toml"', ":theirs", ":other"]),
])  # fmt: skip
def test_both_scripts_look_whose_folder_it_is_before_they_copy(name, steps):
    """windows.bat can't be run here, so it is read: the same steps in the same order."""
    text = (stick.TEMPLATES / name).read_text(encoding="utf-8")
    places = [text.find(step) for step in steps]
    assert -1 not in places and places == sorted(places), dict(zip(steps, places, strict=True))


def test_windows_has_a_label_for_each_jump_and_leaves_each_end():
    text = (stick.TEMPLATES / "windows.bat").read_text(encoding="utf-8")
    labels = re.findall(r"^:(\w+)", text, re.M)
    assert set(re.findall(r"goto (\w+)", text)) == set(labels)
    ends = re.findall(r"^echo (.*)\npause\nexit /b (\d)", text, re.M)
    assert [code for _, code in ends] == ["0", "1", "1", "1", "1"] and text.count("pause") == len(ends)


def test_on_windows_names_of_folders_stand_in_quotes_also_where_they_are_printed():
    text = (stick.TEMPLATES / "windows.bat").read_text(encoding="utf-8")
    for line in text.splitlines():
        assert not re.search(r"%(TARGET|STICK|USERPROFILE)%", re.sub(r'"[^"]*"', "", line)), line
        assert line.count('"') % 2 == 0, line
    assert '\necho     cd /d "%TARGET%"\n' in text
