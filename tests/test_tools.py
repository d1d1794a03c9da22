"""Installing and opening: finding a Python, .venv made once, the locks, JupyterLab. Nothing is installed here."""

import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import lock

ROOT = Path(__file__).resolve().parent.parent
unix = pytest.mark.skipif(os.name == "nt", reason="make and sh are not for Windows")


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path):
    """A copy of the scripts, and a PATH with sh's own tools but no Python; returns a function that runs a command."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in (*lock.LOCKS, *lock.LOCKS.values()):
        shutil.copy(ROOT / name, tmp_path)
    bin = tmp_path / "bin"
    bin.mkdir()
    for name in ("sh", "cat", "cmp", "cp", "sed", "grep", "uname", "rm", "dirname", "id", "echo", "touch", "mkdir"):
        (bin / name).symlink_to(shutil.which(name))

    def run(*command, **environment):
        environment = {"PATH": str(bin), "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path / "pyenv")} | environment
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    run.folder, run.bin = tmp_path, bin
    return run


# ---------------------------------------------------------------- Finding a Python


@unix
def test_no_python_gives_one_sentence(machine):
    result = machine("sh", "tools/find_python.sh")
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and "install one from" in result.stderr


@unix
def test_a_shim_that_fails_is_passed_over(machine):
    script(machine.bin / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127\n")
    (machine.bin / "python3").symlink_to(sys.executable)
    result = machine("sh", "tools/find_python.sh")
    assert result.stdout.strip() == str(machine.bin / "python3"), result.stderr


@unix
def test_a_python_of_another_version_is_passed_over(machine):
    (machine.bin / "python3").symlink_to(sys.executable)
    other = "3.13" if sys.version_info[:2] != (3, 13) else "3.12"
    result = machine("sh", "tools/find_python.sh", other)
    assert result.returncode == 1 and other in result.stderr


@unix
def test_a_version_managers_folder_is_searched(machine):
    version = "{}.{}".format(*sys.version_info[:2])
    place = machine.folder / "pyenv" / "versions" / f"{version}.0" / "bin" / "python"
    place.parent.mkdir(parents=True)
    place.symlink_to(sys.executable)
    assert machine("sh", "tools/find_python.sh").stdout.strip() == str(place)


# ---------------------------------------------------------------- Making .venv

# An environment's python, and its uv. Each writes down what it is called with; files in the folder decide what fails.
PYTHON = """echo "python $*" >> calls
case "$*" in
    *"import ensurepip"*) [ ! -e broken ] ;;
    *"install --quiet"*) [ ! -e no-uv ] && cp uv .venv/bin/uv ;;
    *"install --require-hashes"*) [ ! -e pip-fails ] ;;
esac
"""
UV = """echo "uv $*" >> calls
[ "$1" = --version ] || [ ! -e uv-fails ]
"""


@pytest.fixture
def recorded(machine):
    """A Python whose .venv is a pretence; returns a function that gives the installations since the last question."""
    folder = machine.folder
    script(folder / "uv", UV)
    script(folder / "venv-python", PYTHON)
    # What finds it asks it to run a program; what calls it with -m venv wants an environment.
    make = "mkdir -p .venv/bin && cp venv-python .venv/bin/python"
    script(machine.bin / "python3", f'[ "$1" != -m ] || {{ echo made >> calls; {make}; }}\n')

    def installations():
        path = folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        path.write_text("")
        return [line for line in lines if line == "made" or "--require-hashes" in line]

    return installations


LOCKS = ("sh", "tools/venv.sh", "requirements.lock", "requirements-dev.lock")
WITH_UV = "uv pip install --python .venv/bin/python --require-hashes -r "
WITH_PIP = "python -m pip --disable-pip-version-check install --require-hashes -r "


@unix
def test_installs_once_with_uv_and_again_when_a_lock_changes(machine, recorded):
    assert machine(*LOCKS).returncode == 0
    assert recorded() == ["made", WITH_UV + "requirements.lock -r requirements-dev.lock"]
    again = machine(*LOCKS)
    assert again.returncode == 0 and again.stdout == again.stderr == "" and recorded() == []
    with (machine.folder / "requirements-dev.lock").open("a") as file:
        file.write("something\n")
    assert machine(*LOCKS).returncode == 0
    assert recorded() == [WITH_UV + "requirements-dev.lock"]


@unix
def test_without_uv_pip_installs_and_a_sentence_says_so(machine, recorded):
    (machine.folder / "no-uv").touch()
    result = machine(*LOCKS[:3])
    assert result.returncode == 0 and "uv could not be installed, so pip" in result.stdout
    assert "so pip tries" not in result.stdout and result.stderr == ""
    assert recorded() == ["made", WITH_PIP + "requirements.lock"]
    assert machine(*LOCKS[:3]).stdout == "" and recorded() == []


@unix
def test_what_uv_can_not_reach_pip_may(machine, recorded):
    (machine.folder / "uv-fails").touch()
    result = machine(*LOCKS[:3])
    assert result.returncode == 0 and "so pip tries" in result.stdout
    assert recorded() == ["made", WITH_UV + "requirements.lock", WITH_PIP + "requirements.lock"]


@unix
def test_an_interrupted_installation_is_taken_up_again(machine, recorded):
    for name in ("uv-fails", "pip-fails"):
        (machine.folder / name).touch()
    assert machine(*LOCKS).returncode != 0
    for name in ("uv-fails", "pip-fails"):
        (machine.folder / name).unlink()
    recorded()
    assert machine(*LOCKS).returncode == 0 and len(recorded()) == 1


@unix
def test_an_environment_that_no_longer_starts_is_made_anew(machine, recorded):
    assert machine(*LOCKS).returncode == 0
    (machine.folder / "broken").touch()
    (machine.folder / ".venv" / "old").touch()
    recorded()
    result = machine(*LOCKS)
    assert result.returncode == 0 and "no longer starts" in result.stdout
    assert recorded()[0] == "made" and not (machine.folder / ".venv" / "old").exists()


@unix
def test_without_a_lock_only_the_installer_is_had(machine, recorded):
    """`make lock` must start where the locks no longer do."""
    for name in lock.LOCKS:
        (machine.folder / name).unlink()
    script(machine.bin / "nvidia-smi", "echo 'GPU 0: NVIDIA H100 (UUID: GPU-1)'\n")
    assert machine("sh", "tools/venv.sh").returncode == 0
    assert recorded() == ["made"] and (machine.folder / ".venv/bin/uv").exists()


@unix
@pytest.mark.skipif(sys.platform != "linux", reason="GPUs are used on Linux")
def test_cuda_is_installed_where_a_gpu_is_listed(machine, recorded):
    script(machine.bin / "nvidia-smi", "echo 'No devices were found'\nexit 6\n")
    machine(*LOCKS[:3])
    assert "cuda" not in recorded()[-1]
    script(machine.bin / "nvidia-smi", "echo 'GPU 0: NVIDIA H100 (UUID: GPU-1)'\n")
    machine(*LOCKS[:3], GPU="0")
    assert recorded() == []
    machine(*LOCKS[:3])
    assert recorded() == [WITH_UV + "requirements-cuda.lock"]


@unix
def test_an_intel_mac_is_told_where_to_go(machine, recorded):
    (machine.bin / "uname").unlink()
    script(machine.bin / "uname", '[ "$1" = -s ] && echo Darwin || echo x86_64\n')
    result = machine(*LOCKS)
    assert result.returncode == 1 and result.stdout == "" and recorded() == []
    assert result.stderr.count("\n") == 1 and "open the lessons in Colab" in result.stderr


# ---------------------------------------------------------------- The locks

PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = {  # As markers see them: sys_platform, platform_system, os_name, platform_machine.
    "Linux": ("linux", "Linux", "posix", "x86_64"),
    "Linux on ARM": ("linux", "Linux", "posix", "aarch64"),
    "macOS": ("darwin", "Darwin", "posix", "arm64"),
    "Windows": ("win32", "Windows", "nt", "AMD64"),
}
ENTRY = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?==(\S+)(?: ; (.+?))?((?: \\\n {4}--hash=sha256:[0-9a-f]{64})+)\n")


def environments():
    for python in PYTHONS:
        for sys_platform, platform_system, os_name, platform_machine in MACHINES.values():
            yield {
                "python_version": python, "python_full_version": f"{python}.9", "implementation_name": "cpython",
                "platform_python_implementation": "CPython", "sys_platform": sys_platform, "os_name": os_name,
                "platform_system": platform_system, "platform_machine": platform_machine,
            }  # fmt: skip


def entries(name):
    """(package, version, marker or None) of each entry of a lock."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [(canonicalize_name(m[1]), m[2], m[3]) for m in ENTRY.finditer(text)]


def versions(name, environment):
    """{package: version} that a lock installs there; an entry that applies twice is an error."""
    found = {}
    for package, version, marker in entries(name):
        if marker is None or Marker(marker).evaluate(environment):
            assert package not in found, f"{name}: {package} has two versions for {environment}"
            found[package] = version
    return found


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_is_versions_with_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    rest = ENTRY.sub("", re.sub(r"\A(#.*\n){2}", "", text))
    assert "://" not in text and not rest.strip(), f"{name}: neither a version nor a hash: {rest[:200]}"
    assert len(entries(name)) == text.count("==") - sum("==" in (marker or "") for *_, marker in entries(name))


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_is_not_older_than_its_ranges(name):
    ranges = lock.LOCKS[name]
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.startswith(lock.header(ranges)), f"{ranges} has changed since {name} was written: run `make lock`"


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_has_each_package_within_its_range_everywhere(name):
    wanted = [Requirement(line) for line in lock.requirements((ROOT / lock.LOCKS[name]).read_text(encoding="utf-8"))]
    for environment in environments():
        locked = versions(name, environment)
        for one in wanted:
            version = locked.get(canonicalize_name(one.name))
            assert version, f"{name} has no {one.name} for {environment}"
            assert one.specifier.contains(version), f"{name}: {one.name} {version} is outside {one.specifier}"


@pytest.mark.parametrize("name", list(lock.LOCKS)[1:])
def test_what_goes_on_top_agrees(name):
    for environment in environments():
        base, top = versions("requirements.lock", environment), versions(name, environment)
        shared = base.keys() & top.keys()
        assert shared and {one: base[one] for one in shared} == {one: top[one] for one in shared}


def test_tensorflow_is_locked_with_cuda():
    linux = next(environments())
    assert any(package.startswith("nvidia-cudnn") for package in versions("requirements-cuda.lock", linux))
    assert not any(package.startswith("nvidia") for package in versions("requirements.lock", linux))


@unix
def test_a_lock_that_can_not_be_made_changes_none(machine):
    before = {name: (machine.folder / name).read_text() for name in lock.LOCKS}
    # It writes two locks and fails at the third.
    script(
        machine.folder / "bin/uv",
        'while [ "$1" != --output-file ]; do shift; done\n'
        '[ "$3" != requirements-cuda.txt ] || exit 1\necho "one==1" > "$2"\n',
    )
    code = "import sys; sys.path.insert(0, 'tools'); sys.executable = 'bin/python'; import lock; lock.main()"
    result = machine(sys.executable, "-c", code)
    assert result.returncode == 1 and "no lock was changed" in result.stderr and "Traceback" not in result.stderr
    assert {name: (machine.folder / name).read_text() for name in lock.LOCKS} == before
    script(machine.folder / "bin/uv", 'while [ "$1" != --output-file ]; do shift; done\necho "one==1" > "$2"\n')
    assert machine(sys.executable, "-c", code).returncode == 0
    for name, ranges in lock.LOCKS.items():
        assert (machine.folder / name).read_text() == lock.header(ranges) + "one==1\n"


# ---------------------------------------------------------------- Opening JupyterLab


@pytest.fixture
def lab(machine):
    """A function that runs tools/lab.sh and returns what it called; test_copies.py has what becomes of that."""
    script(machine.folder / ".venv/bin/python", 'echo "$*"\n')
    for name in ("02_second.ipynb", "01_first.ipynb"):
        (machine.folder / "notebooks").mkdir(exist_ok=True)
        (machine.folder / "notebooks" / name).touch()

    def open_it(*options, **environment):
        result = machine("sh", "tools/lab.sh", *options, **environment)
        assert result.returncode == 0, result.stderr
        return result.stdout

    open_it.folder = machine.folder
    return open_it


@unix
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_lab_without_a_display_prints_the_address_and_works_as_root(lab):
    without = lab()
    assert "tools/copies.py lab " in without and "--no-browser" in without and "open the address" in without
    assert ("--allow-root" in without) == (os.getuid() == 0)
    assert "--no-browser" not in lab(DISPLAY=":0")


@unix
def test_no_option_is_given_twice(lab):
    own = lab("--no-browser", "--allow-root", "--LabApp.default_url=/lab", "--notebook-dir=elsewhere")
    for option in ("--no-browser", "--allow-root", "--LabApp.default_url", "--notebook-dir"):
        assert own.count(option) == 1, own


@unix
def test_lab_listens_on_this_machine_alone_unless_a_person_says_otherwise(lab):
    """In a container, too: whatever in the script looks for one is made to find one."""
    path = lab.folder / "tools" / "lab.sh"
    text = re.sub(r"/\.dockerenv|/run/\.containerenv", "tools", path.read_text())
    path.write_text(text)
    assert "--ip" not in lab() and "0.0.0.0" not in text
    assert lab("--ip=0.0.0.0").count("--ip=0.0.0.0") == 1


@unix
def test_make_lab_passes_an_address_on():
    shown = [
        subprocess.run(["make", "-n", "lab", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for words in ([], ["IP=0.0.0.0"])
    ]
    assert "--ip" not in shown[0] and 'tools/lab.sh "--ip=0.0.0.0"' in shown[1]


@unix
def test_lab_reaches_for_no_news():
    overrides = json.loads((ROOT / "tools/lab/overrides.json").read_text())
    schemas = Path(importlib.util.find_spec("jupyterlab").origin).parent / "schemas"
    viewers = overrides.pop("@jupyterlab/docmanager-extension:plugin")
    assert viewers == {"defaultViewers": {"markdown": "Markdown Preview"}}  # test-browser looks at what it does.
    for plugin, settings in overrides.items():  # Each must be a setting that this JupyterLab knows, and be off.
        known = json.loads((schemas / f"{plugin.replace(':', '/')}.json").read_text())["properties"]
        for name, value in settings.items():
            choices = [choice["const"] for choice in known[name].get("oneOf", [{"const": False}])]
            assert value in choices and value in (False, "false"), name
    assert set(overrides["@jupyterlab/apputils-extension:notification"]) == {"checkForUpdates", "fetchNews"}


# ---------------------------------------------------------------- Other commands


@unix
def test_where_the_network_can_not_be_cut_off_nothing_passes(machine):
    script(machine.bin / "unshare", "exit 1\n")
    result = machine("sh", "tools/offline.sh", "echo", "passed")
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and "run this on Linux" in result.stderr


def test_make_help_has_a_line_for_each_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", text, flags=re.M)) - {"help"}
    lines = re.findall(r'^\t@echo "make ([a-z-]+) +\S.*"$', text, flags=re.M)
    assert len(lines) == len(set(lines)) and set(lines) == targets
    phony = re.search(r"\.PHONY:((?:.*\\\n)*.*)", text)[1].replace("\\", "").split()
    assert set(phony) == targets | {"help"}


def test_every_tool_that_make_calls_is_there():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in re.findall(r"tools/\w+\.(?:py|sh)", text):
        assert (ROOT / name).exists(), name


def test_pre_commit_fetches_nothing():
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in settings["repos"]} == {"local"}
    hooks = [hook for repository in settings["repos"] for hook in repository["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/python ") for hook in hooks)
