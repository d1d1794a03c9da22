"""The folder of `make stick` made anew, and the course installed from it with the network cut off (Linux). Run by
`make test-stick`: it fetches some 2 GB, and needs 6 GB of disk for a while.

STICK names a folder that was made before, which is gone on with and kept.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import course
import stick

VERSION = os.environ.get("STICK_PYTHON", stick.USUAL)
# As a learner would, in the folder that was installed; the Ready line, then where the digits come from.
TRY = "import sys; sys.path.insert(0, 'notebooks'); import dlcourse; dlcourse.setup(); dlcourse.load_mnist()"


def test_the_course_is_installed_from_the_stick_without_a_network(tmp_path):
    named = os.environ.get("STICK")
    folder = Path(named).absolute() if named else tmp_path / "stick"
    found = subprocess.run(["sh", "tools/find_python.sh", VERSION], cwd=course.ROOT, capture_output=True, text=True)
    assert found.returncode == 0, f"Python {VERSION} is needed, or another in STICK_PYTHON. {found.stderr}"
    made = subprocess.run([sys.executable, "tools/stick.py", folder, VERSION], cwd=course.ROOT)
    assert made.returncode == 0

    home = tmp_path / "home"
    home.mkdir()
    clean = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHON": found.stdout.strip(), "PIP_CONFIG_FILE": os.devnull}
    target = home / course.settings()["repository"].split("/")[1]
    offline = ["sh", "tools/offline.sh", "env", "-i", *(f"{name}={value}" for name, value in clean.items())]
    begun = time.monotonic()
    installed = subprocess.run([*offline, "sh", folder / "install.sh"], cwd=course.ROOT, capture_output=True, text=True)
    print(f"\nInstalled in {time.monotonic() - begun:.0f} s.")
    assert installed.returncode == 0, installed.stdout[-2000:] + installed.stderr[-2000:]
    assert str(target) in installed.stdout.splitlines()[-2]

    begun = time.monotonic()
    tried = subprocess.run(
        [*offline, "sh", "-c", f'cd {target} && .venv/bin/python -c "{TRY}"'],
        cwd=course.ROOT, capture_output=True, text=True,
    )  # fmt: skip
    print(f"First import in {time.monotonic() - begun:.0f} s: {tried.stdout.splitlines()[:1]}")
    assert tried.returncode == 0, tried.stderr[-2000:]
    assert tried.stdout.startswith("Ready: ")
    digits = "the full set" if (target / "data" / "mnist").is_dir() else "the bundled sample"
    assert digits in tried.stdout
    asked = subprocess.run([target / ".venv/bin/jupyter", "lab", "--version"], capture_output=True, text=True)
    assert asked.returncode == 0 and asked.stdout
    again = subprocess.run([*offline, "sh", folder / "install.sh"], cwd=course.ROOT, capture_output=True, text=True)
    assert again.returncode == 0, "started again, it goes on"
    shutil.rmtree(target)
