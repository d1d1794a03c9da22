"""Run the lessons as Colab would: its published versions, one notebook alone in an empty folder, a fresh clone.

    python tools/colab.py [FREEZE]

FREEZE is a file or an address with Colab's published list (pip freeze); without one it's taken from the
environment variable COLAB_FREEZE, or from where Colab publishes it. Makes .venv-colab with a Python 3.13 and exactly
these versions of what the course imports, then runs tests/colab_simulation.py in it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = "https://raw.githubusercontent.com/googlecolab/backend-info/main/pip-freeze.txt"
ENVIRONMENT = ROOT / ".venv-colab"
# What runs a notebook there, beside what the course imports; pytest drives the simulation.
RUNS = ["ipykernel", "ipython", "nbclient", "nbformat", "pytest"]


def published_list(source):
    """The text of Colab's list, from a file or an address."""
    if re.match(r"https?://", source):
        import requests

        try:
            answer = requests.get(source, timeout=20)
            answer.raise_for_status()
        except requests.RequestException as error:
            sys.exit(f"Colab's list could not be fetched ({type(error).__name__}): give a file, COLAB_FREEZE=list.txt.")
        return answer.text
    try:
        return Path(source).read_text(encoding="utf-8")
    except OSError as error:
        sys.exit(f"Colab's list {source} cannot be read ({error.strerror}): give a file or an address in COLAB_FREEZE.")


def pinned(text):
    """The lines name==version, without what another index carries (+cu126 and the like)."""
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if re.fullmatch(r"[\w.-]+==[\w.]+", line)]


def wanted(pins):
    """What to install: the course's requirements as far as Colab preloads them, and what runs notebooks."""
    names = {re.sub(r"[-_.]+", "-", pin.split("==")[0]).lower() for pin in pins}
    lines = [
        line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    ]
    requirements = [Requirement(line) for line in lines if line]
    # JupyterLab and nbval are for other machines; importlib_resources is what the setup cell adds.
    preloaded = [str(one) for one in requirements if re.sub(r"[-_.]+", "-", one.name).lower() in names]
    return preloaded + RUNS


def build(text):
    """Make .venv-colab, or leave it alone when it holds these versions already."""
    stamp, constraints = ENVIRONMENT / "installed.txt", ENVIRONMENT / "constraints.txt"
    pins = pinned(text)
    packages = wanted(pins)
    state = "\n".join([*packages, *pins])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return
    python = subprocess.run(["sh", str(ROOT / "tools" / "find_python.sh"), "3.13"], stdout=subprocess.PIPE, text=True)
    if python.returncode:
        sys.exit(1)  # find_python.sh has said what to install.
    print(f"Making {ENVIRONMENT.name} with Colab's published versions: once, about 3 GB.", flush=True)
    subprocess.run([python.stdout.strip(), "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    constraints.write_text("\n".join(pins) + "\n", encoding="utf-8")
    python, uv = ENVIRONMENT / "bin" / "python", Path(sys.executable).parent / "uv"
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    install = [uv, "pip", "install", "--python", python] if uv.exists() else [*pip, "install"]
    # The requirements' ranges are given too: the installer says so when Colab's versions are outside.
    if subprocess.run([*install, "-q", "-c", constraints, *packages]).returncode:
        sys.exit("Colab's versions could not be installed for the reason above: check the network and Colab's list.")
    subprocess.run([*pip, "uninstall", "-qq", "-y", "importlib_resources"], check=True)  # Colab's image lacks it.
    stamp.write_text(state, encoding="utf-8")


if __name__ == "__main__":
    build(published_list((sys.argv[1:] or [os.environ.get("COLAB_FREEZE") or PUBLISHED])[0]))
    command = [str(ENVIRONMENT / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    sys.exit(subprocess.run([*command, "--rootdir", str(ROOT), "tests/colab_simulation.py"], cwd=ROOT).returncode)
