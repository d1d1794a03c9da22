"""Renew the locks: exact versions with hashes, for every system and for Python 3.11 to 3.13.

    python tools/lock.py

`make lab` and `make test` install the locks, so that the course starts as it was last proven, whatever moves. The
ranges in requirements.txt stay what Colab and the matrix of versions are held to. uv, from .venv, finds the newest
versions within the ranges. Run the tests afterwards: a lock says "proven".
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each lock and its ranges. The first stands by itself; the others go on top of it, and agree with it.
LOCKS = {
    "requirements.lock": "requirements.txt",
    "requirements-dev.lock": "requirements-dev.txt",
    "requirements-cuda.lock": "requirements-cuda.txt",
}
OLDEST_PYTHON = "3.11"
# No address and no comment by uv stands in a lock: whoever installs it asks the registry of their own settings.
OPTIONS = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header"]
OPTIONS += ["--no-annotate", "--python-version", OLDEST_PYTHON, "--quiet"]


def requirements(text):
    """The lines of a requirements file that say something, without comments."""
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line]


def header(ranges):
    """A lock's first lines; `ranges` is the name of the file that it was made from."""
    lines = "\n".join(requirements((ROOT / ranges).read_text(encoding="utf-8")))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return f"# Written by `make lock`, for every system and Python 3.11 to 3.13.\n# {ranges}: {digest[:16]}\n"


def main():
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        sys.exit("uv is missing from .venv: run `make lock`, which installs it.")
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "requirements.lock"
        for lock, ranges in LOCKS.items():
            written = Path(folder) / lock
            on_top = [] if written == base else ["--constraints", base]
            command = [uv, "pip", "compile", *OPTIONS, *on_top, "--output-file", written, ranges]
            if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
                sys.exit(f"{ranges} could not be locked, for the reason that uv gives above: no lock was changed.")
        # All or nothing: locks of different days need not agree.
        for lock, ranges in LOCKS.items():
            text = header(ranges) + (Path(folder) / lock).read_text(encoding="utf-8")
            (ROOT / lock).write_text(text, encoding="utf-8", newline="\n")
    print("Renewed: " + ", ".join(LOCKS) + ". Now `make build`, and `make test` has to prove them.")


if __name__ == "__main__":
    main()
