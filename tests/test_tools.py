"""The two commands' parts: finding a Python, making .venv once, opening JupyterLab. Nothing is installed here."""

import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="make and sh are not for Windows")


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path):
    """A copy of the scripts, and a PATH with sh's own tools but no Python; returns a function that runs a command."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    bin = tmp_path / "bin"
    for name in ("sh", "cat", "cmp", "sed", "grep", "uname", "rm", "dirname", "id", "echo", "touch", "mkdir"):
        bin.mkdir(exist_ok=True)
        (bin / name).symlink_to(shutil.which(name))

    def run(*command, **environment):
        environment = {"PATH": str(bin), "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path / "pyenv")} | environment
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    run.folder, run.bin = tmp_path, bin
    return run


def test_no_python_gives_one_sentence(machine):
    result = machine("sh", "tools/find_python.sh")
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and "install one from" in result.stderr


def test_a_shim_that_fails_is_passed_over(machine):
    script(machine.bin / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127\n")
    (machine.bin / "python3").symlink_to(sys.executable)
    result = machine("sh", "tools/find_python.sh")
    assert result.stdout.strip() == str(machine.bin / "python3"), result.stderr


def test_a_python_of_another_version_is_passed_over(machine):
    (machine.bin / "python3").symlink_to(sys.executable)
    other = "3.13" if sys.version_info[:2] != (3, 13) else "3.12"
    result = machine("sh", "tools/find_python.sh", other)
    assert result.returncode == 1 and other in result.stderr


def test_a_version_managers_folder_is_searched(machine):
    version = "{}.{}".format(*sys.version_info[:2])
    place = machine.folder / "pyenv" / "versions" / f"{version}.0" / "bin" / "python"
    place.parent.mkdir(parents=True)
    place.symlink_to(sys.executable)
    assert machine("sh", "tools/find_python.sh").stdout.strip() == str(place)


@pytest.fixture
def recorded(machine):
    """A .venv whose python writes down what it is called with."""

    def make():
        script(
            machine.folder / ".venv/bin/python",
            f'echo "$@" >> {machine.folder}/calls\n[ ! -e {machine.folder}/fails ]\n',
        )

    def calls():
        path = machine.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if "pip install" in line]

    make()
    calls.make = make
    return calls


def test_installs_once_and_again_when_requirements_change(machine, recorded):
    command = ("sh", "tools/venv.sh", "requirements.txt", "requirements-dev.txt")
    assert machine(*command).returncode == 0
    assert len(recorded()) == 1 and "-r requirements.txt -r requirements-dev.txt" in recorded()[0]
    assert machine(*command).stdout == "" and len(recorded()) == 1
    with (machine.folder / "requirements-dev.txt").open("a") as file:
        file.write("something\n")
    machine(*command)
    assert len(recorded()) == 2 and "-r requirements.txt" not in recorded()[1]


def test_an_interrupted_installation_is_taken_up_again(machine, recorded):
    command = ("sh", "tools/venv.sh", "requirements.txt")
    machine(*command)
    (machine.folder / "requirements.txt").write_text("changed\n")
    (machine.folder / "fails").touch()
    # The environment must still start, and the installation fail.
    text = (
        (machine.folder / ".venv/bin/python")
        .read_text()
        .replace("[ !", 'case "$*" in *"import pip"*) exit 0;; esac\n[ !')
    )
    (machine.folder / ".venv/bin/python").write_text(text)
    assert machine(*command).returncode != 0
    (machine.folder / "fails").unlink()
    assert machine(*command).returncode == 0 and len(recorded()) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="GPUs are used on Linux")
def test_cuda_is_installed_where_a_gpu_is_listed(machine, recorded):
    script(machine.bin / "nvidia-smi", "echo 'GPU 0: NVIDIA H100 (UUID: GPU-1)'\n")
    machine("sh", "tools/venv.sh", "requirements.txt", GPU="0")
    assert "and-cuda" not in recorded()[0]
    machine("sh", "tools/venv.sh", "requirements.txt")
    assert recorded()[1].endswith("tensorflow[and-cuda]")
    script(machine.bin / "nvidia-smi", "echo 'No devices were found'\nexit 6\n")
    machine("sh", "tools/venv.sh", "requirements.txt")
    assert "and-cuda" not in recorded()[2]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_lab_without_a_display_prints_the_address_and_works_as_root(machine):
    script(machine.folder / ".venv/bin/jupyter", 'echo "$@"\n')
    without = machine("sh", "tools/lab.sh").stdout
    assert "--no-browser" in without and "open the address" in without and "--notebook-dir=notebooks" in without
    assert ("--allow-root" in without) == (os.getuid() == 0)
    assert "--no-browser" not in machine("sh", "tools/lab.sh", DISPLAY=":0").stdout


def test_lab_reaches_for_no_news(machine):
    script(machine.folder / ".venv/bin/jupyter", 'echo "$@"\n')
    assert f"--LabApp.app_settings_dir={machine.folder}/tools/lab" in machine("sh", "tools/lab.sh").stdout
    overrides = json.loads((ROOT / "tools/lab/overrides.json").read_text())
    schemas = Path(importlib.util.find_spec("jupyterlab").origin).parent / "schemas"
    for plugin, settings in overrides.items():  # Each must be a setting that this JupyterLab knows, and be off.
        known = json.loads((schemas / f"{plugin.replace(':', '/')}.json").read_text())["properties"]
        for name, value in settings.items():
            choices = [choice["const"] for choice in known[name].get("oneOf", [{"const": False}])]
            assert value in choices and value in (False, "false"), name
    assert set(overrides["@jupyterlab/apputils-extension:notification"]) == {"checkForUpdates", "fetchNews"}
