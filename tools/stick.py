"""A folder for a USB stick, from which thirty laptops install the course without a network.

    python tools/stick.py [FOLDER] [3.12 …]      FOLDER: build/stick where none is named; versions of Python: 3.12

    FOLDER/train.html                            the browser edition, which works before anything is installed
    FOLDER/INSTALL.txt, install.sh, windows.bat  what people read, and what makes the environment on their machine
    FOLDER/wheels/                               each package of requirements.lock, for three systems
    FOLDER/requirements.lock                     the lock, with the hashes of wheels that were built here
    FOLDER/course/                               the course as last committed; the four files of MNIST where MNIST_DIR
                                                 names them

The lock is for all systems, its markers say what is whose: they are evaluated here for each system, since pip would
evaluate them for this one. Each wheel is known by a hash of the lock, so what lies there whole isn't fetched again, and
an interrupted run goes on. A package without wheels is fetched as its source, by the lock's hash too, and its wheel is
built here with the lock's setuptools. Errors are `Trouble`, one sentence each.
"""

import errno
import hashlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packaging import tags
from packaging.requirements import Requirement
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

import course
import in_browser

ROOT = course.ROOT
TEMPLATES = ROOT / "tools" / "stick"
VERSIONS = ("3.11", "3.12", "3.13")
USUAL = "3.12"
SOURCES = ("promise",)  # Published as source alone. TensorFlow Datasets asks for it.
OURS = ".made-by-make-stick"  # In a folder that `make stick` may write over, as its first file.
MARK = ".from-stick"  # In the course on the stick, and where it was copied to: the commit, its first file.
CHUNK = 20  # Requirements that pip fetches at a time: it keeps nothing of a call that was interrupted.


@dataclass(frozen=True)
class System:
    """A system that people bring: its name, the platforms that its wheels are for, its markers, its size in MB.

    The size is that of its wheels for one version of Python, measured with the lock of November 2026; it is there to
    look at the disk before anything is fetched.
    """

    name: str
    platforms: tuple
    markers: tuple
    megabytes: int


MANYLINUX = [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)]
SYSTEMS = [
    System(
        "Linux x86_64",
        (*MANYLINUX, "manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"),
        (("sys_platform", "linux"), ("platform_system", "Linux"), ("os_name", "posix"), ("platform_machine", "x86_64")),
        880,
    ),
    System(
        "macOS arm64",
        ("macosx_12_0_arm64",),
        (("sys_platform", "darwin"), ("platform_system", "Darwin"), ("os_name", "posix"),
         ("platform_machine", "arm64")),
        480,
    ),
    System(
        "Windows x86_64",
        ("win_amd64",),
        (("sys_platform", "win32"), ("platform_system", "Windows"), ("os_name", "nt"), ("platform_machine", "AMD64")),
        610,
    ),
]  # fmt: skip


class Trouble(Exception):
    """What stands in the way of the stick, in a sentence."""


@dataclass(frozen=True)
class Wanted:
    """A line of the lock: name, version, marker (a Marker or None), hashes (hexadecimal SHA-256)."""

    name: str
    version: str
    marker: object
    hashes: frozenset

    @property
    def line(self):
        """The line as pip takes it, without its marker: it was evaluated."""
        return f"{self.name}=={self.version} " + " ".join(f"--hash=sha256:{one}" for one in sorted(self.hashes))


# ---------------------------------------------------------------- What is wanted


def read_lock(text):
    """The lines of a lock as [Wanted]; Trouble where one has no hash or more than one version."""
    found = []
    for line in re.sub(r"\\\n", "", text).splitlines():
        words = line.split("--hash=sha256:")
        if not (first := words[0].split("#")[0].strip()):
            continue
        entry = Requirement(first)
        version = re.fullmatch(r"==([^,*]+)", str(entry.specifier))
        if len(words) == 1 or not version:
            raise Trouble(f"requirements.lock: {entry.name} has no hash or no exact version: run `make lock`.")
        hashes = frozenset(word.strip() for word in words[1:])
        found.append(Wanted(entry.name, version[1], entry.marker, hashes))
    return found


def for_system(lock, system, version, patch):
    """The lines of a lock that a system with Python `version`.`patch` installs."""
    surroundings = dict(system.markers) | {
        "python_version": version, "python_full_version": f"{version}.{patch}", "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "implementation_version": f"{version}.{patch}",
        "platform_release": "", "platform_version": "", "extra": "",
    }  # fmt: skip
    return [one for one in lock if one.marker is None or one.marker.evaluate(surroundings)]


def wishes(lock, version):
    """[(system, patch, lines)]: what each system wants, with the oldest and with the newest patch of a Python.

    A marker may ask for a patch (3.11.5). Both patches' lines belong on the stick, and no call of pip takes both.
    """
    found = []
    for system in SYSTEMS:
        old, new = (for_system(lock, system, version, patch) for patch in (0, 99))
        found.append((system, 99, new))
        if rest := [one for one in old if one not in new]:
            found.append((system, 0, rest))
    return found


# ---------------------------------------------------------------- What is there


@cache
def fitting(platforms, version):
    """The tags of wheels that a system takes, with a version of Python."""
    number = tuple(int(part) for part in version.split("."))
    if platforms[0].startswith("macosx"):
        major, minor = platforms[0].split("_")[1:3]
        platforms = tuple(tags.mac_platforms((int(major), int(minor)), "arm64"))
    interpreter = f"cp{number[0]}{number[1]}"
    return frozenset(
        [*tags.cpython_tags(number, platforms=platforms, abis=[interpreter]),
         *tags.compatible_tags(number, interpreter, platforms)]
    )  # fmt: skip


@cache
def _hash(path, size, changed):
    """The SHA-256 of a file; size and time of the last change only tell one state of the file from another."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256(path):
    state = path.stat()
    return _hash(path, state.st_size, state.st_mtime_ns)


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def files_of(one, folder):
    """The files of a package in a folder that have one of its hashes, as [(path, tags; none of a source)]."""
    found = []
    for path in sorted(folder.glob("*")):
        try:
            if path.suffix == ".whl":
                name, version, _, fits = parse_wheel_filename(path.name)
            else:
                (name, version), fits = parse_sdist_filename(path.name), frozenset()
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
        if plain(name) == plain(one.name) and str(version) == one.version and sha256(path) in one.hashes:
            found.append((path, fits))
    return found


def wheel(one, system, version, folder):
    """The wheel in a folder that a system would install, whole by its hash; None where there is none."""
    accepted = fitting(system.platforms, version)
    return next((path for path, fits in files_of(one, folder) if fits & accepted), None)


def with_built(lock, built):
    """The lines of a lock with the hashes of the wheels that were built here ({name: hash}) added."""
    return [
        Wanted(one.name, one.version, one.marker, one.hashes | {built[one.name]}) if one.name in built else one
        for one in lock
    ]


# ---------------------------------------------------------------- Fetching


def explained(output, what):
    """The sentence for a pip that failed, from what it printed; `what` was to be fetched."""
    if re.search(r"No space left on device|\[Errno 28\]|not enough space", output, re.I):
        return "The disk is full: free some space (temporary files count too), then run `make stick` again; it goes on."
    if found := re.search(r"DO NOT MATCH THE HASHES.*?\n\s+(\S+)", output, re.S):
        return (
            f"The package index sent a file for {found[1]} whose hash is not that of requirements.lock: it was "
            "thrown away. Try another network; if it stays so, somebody has changed the file."
        )
    lost = r"Connection|connection broken|resolve|timed out|Max retries|Network is unreachable|ProxyError|SSLError"
    if re.search(lost, output):
        return "The package index cannot be reached: check the network, then run `make stick` again; it goes on."
    if found := re.search(r"No matching distribution found for (\S+)", output):
        return f"The package index has no wheel of {found[1]} for {what}: tell the course's maintainers."
    last = [line for line in output.splitlines() if line.strip()][-1:] or ["it said nothing"]
    return f"pip could not fetch the packages for {what}: {last[0].strip()[:200]}."


def pip(*words):
    """Run pip; (whether it succeeded, what it printed)."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, words)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    return ran.returncode == 0, ran.stdout


def fetch(lines, system, version, patch, folder):
    """Fetch the wheels of these lines for a system into a folder; raises Trouble."""
    with tempfile.TemporaryDirectory() as place:
        wanted = Path(place) / "wanted.txt"
        wanted.write_text("\n".join(one.line for one in lines) + "\n", encoding="utf-8")
        options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--dest", folder, "--retries", 2]
        options += [word for platform in system.platforms for word in ("--platform", platform)]
        options += ["--python-version", f"{version}.{patch}", "--implementation", "cp", "--requirement", wanted]
        fine, output = pip("download", *options)
    if not fine:
        raise Trouble(explained(output, f"{system.name} and Python {version}"))


def build(one, folder):
    """Fetch a package's source by the lock's hash, build its wheel in the folder; its hash."""
    with tempfile.TemporaryDirectory() as place:
        wanted = Path(place) / "wanted.txt"
        wanted.write_text(one.line + "\n", encoding="utf-8")
        options = ["--no-deps", "--require-hashes", "--no-binary", one.name, "--no-build-isolation"]
        fine, output = pip("wheel", *options, "--wheel-dir", place, "--requirement", wanted)
        if not fine:
            raise Trouble(explained(output, f"all systems ({one.name} is built here from its source)"))
        (made,) = Path(place).glob("*.whl")
        if not made.name.endswith("-none-any.whl"):
            raise Trouble(f"{one.name} has no wheel and is not plain Python: it cannot go on the stick.")
        shutil.copy(made, folder / made.name)
    return sha256(folder / made.name)


def gather(lock, versions, folder):
    """Fetch whatever is not in the folder yet; the lock as the stick needs it."""
    folder.mkdir(parents=True, exist_ok=True)
    built = {}
    for one in [one for one in lock if one.name in SOURCES]:
        made = next(folder.glob(f"{one.name.replace('-', '_')}-{one.version}-*-none-any.whl"), None)
        built[one.name] = sha256(made) if made and whole(made) else build(one, folder)
    lock = with_built(lock, built)
    for version in versions:
        for system, patch, lines in wishes(lock, version):
            missing = [one for one in lines if wheel(one, system, version, folder) is None]
            for start in range(0, len(missing), CHUNK):
                print(f"{system.name}, Python {version}: {len(missing) - start} packages to fetch.", flush=True)
                fetch(missing[start : start + CHUNK], system, version, patch, folder)
            lost = [one.name for one in lines if wheel(one, system, version, folder) is None]
            if lost:
                raise Trouble(f"pip fetched nothing that {system.name} and Python {version} takes for {lost[0]}.")
    return lock


def whole(path):
    """Whether a wheel can be read to its end."""
    try:
        with zipfile.ZipFile(path) as file:
            return file.testzip() is None
    except (zipfile.BadZipFile, OSError):
        return False


# ---------------------------------------------------------------- The course, the digits, the instructions


def put_course(folder):
    """Write the course as last committed into a folder, made anew; a sentence where edits were left out."""
    listed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True)
    if listed.returncode:
        raise Trouble("The course can be put on a stick only from a git clone: clone it, then run `make stick` there.")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(listed.stdout)) as file:
        file.extractall(folder, filter="data")
    (folder / MARK).write_text(commit, encoding="utf-8", newline="\n")
    edited = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    if edited:
        print("Please note: changes that are not committed are not in the course on the stick.")


def put_digits(folder):
    """Copy the four files of MNIST into a folder, if MNIST_DIR names them; Trouble where one is not MNIST's."""
    source = os.environ.get("MNIST_DIR", "").strip()
    if not source:
        return print("MNIST_DIR names no folder, so the stick has the bundled sample only: all lessons work with it.")
    hashes = digits_hashes()
    folder.mkdir(parents=True, exist_ok=True)
    for name, wanted in hashes.items():
        path = Path(source).expanduser() / name
        if not path.is_file():
            raise Trouble(f"MNIST_DIR names {source!r}, which lacks {name}: name the folder with the four files.")
        if sha256(path) != wanted:
            raise Trouble(f"{path}: its hash is not MNIST's. Fetch the file again, or unset MNIST_DIR.")
        shutil.copyfile(path, folder / name)


def digits_hashes():
    """{file of MNIST: SHA-256}, as TensorFlow Datasets lists them."""
    place = Path(importlib.util.find_spec("tensorflow_datasets").origin).parent / "url_checksums" / "mnist.txt"
    return dict(re.findall(r"/mnist/(t\S+\.gz)\s+\d+\s+([0-9a-f]{64})", place.read_text(encoding="utf-8")))


def put_instructions(folder, versions, lock):
    """Write INSTALL.txt, the two scripts, the browser edition and the stick's lock."""
    name = course.settings()["repository"].split("/")[1]
    words = {"VERSIONS": " ".join(versions), "FOLDER": name, "TITLE": course.settings()["title"]}
    words |= {"OR": " or ".join(versions), "MARK": MARK, "PAGE": course.BROWSER_EDITION}
    for path in sorted(TEMPLATES.iterdir()):
        text = path.read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(f"@{word}@", value)
        ending = "\r\n" if path.suffix in (".bat", ".txt") else "\n"
        (folder / path.name).write_text(text, encoding="utf-8", newline=ending)
    in_browser.write(folder / course.BROWSER_EDITION, in_browser.html())
    text = "".join(
        f"{one.name}=={one.version}" + (f" ; {one.marker}" if one.marker else "") + "".join(
            f" \\\n    --hash=sha256:{digest}" for digest in sorted(one.hashes)) + "\n" for one in lock
    )  # fmt: skip
    (folder / "requirements.lock").write_text(text, encoding="utf-8", newline="\n")


# ---------------------------------------------------------------- All together


def size(folder):
    """The megabytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6 if folder.is_dir() else 0


def look_at_disk(folder, versions):
    """Print what is needed, and raise Trouble where the disk has less."""
    needed = sum(system.megabytes for system in SYSTEMS) * len(versions) + 50
    there = size(folder)
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e6
    print(
        f"About {needed / 1000:.1f} GB: Python {', '.join(versions)} on {', '.join(one.name for one in SYSTEMS)}. "
        f"{there / 1000:.1f} GB are there already, {free / 1000:.1f} GB are free."
    )
    if free < needed - there:
        raise Trouble(f"{folder} has room for {free / 1000:.1f} GB: free some space, or name another disk (TO=folder).")


def look_at_folder(folder):
    """Raise Trouble where a folder is not ours: it is the course, contains it, or has other things in it."""
    if folder.exists() and any(folder.samefile(one) for one in (ROOT, *ROOT.parents)):
        raise Trouble(f"{folder} is this course or contains it: name a new folder for the stick (TO=folder).")
    if folder.exists() and not folder.is_dir():
        raise Trouble(f"{folder} is a file: name a new folder for the stick (TO=folder).")
    if folder.exists() and any(folder.iterdir()) and not (folder / OURS).is_file():
        raise Trouble(f"{folder} has things in it that `make stick` did not put there: name a new folder (TO=folder).")


def make(folder, versions):
    """Make the stick's folder, or go on with it."""
    if odd := [version for version in versions if version not in VERSIONS]:
        raise Trouble(f"The course runs with Python {', '.join(VERSIONS)}, and not with {odd[0]!r}.")
    look_at_folder(folder)
    look_at_disk(folder, versions)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / OURS).write_text("`make stick` writes over what is in this folder.\n", encoding="utf-8")
    lock = gather(read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8")), versions, folder / "wheels")
    put_course(folder / "course")
    put_digits(folder / "course" / "data" / "mnist")
    put_instructions(folder, versions, lock)
    print(f"{folder} is ready, {size(folder) / 1000:.1f} GB. Add the installers that docs/teach.md names, and copy it.")


def main(words):
    folder = Path(words[0]) if words and words[0] else ROOT / "build" / "stick"
    try:
        make(folder.expanduser().absolute(), words[1:] or [USUAL])
    except (Trouble, course.Mistake) as problem:
        sys.exit(str(problem))
    except OSError as problem:
        full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "it is full: free some space" if full else problem.strerror or "it cannot be written to"
        sys.exit(f"{problem.filename or folder}: {advice}, then run `make stick` again; it goes on.")
    except KeyboardInterrupt:
        sys.exit("Stopped. Run `make stick` again: it goes on where it was.")


if __name__ == "__main__":
    main(sys.argv[1:])
