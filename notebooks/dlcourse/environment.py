"""setup(): the newest course in Colab, a quiet TensorFlow of the right version, seeds, and the plots' style."""

import contextlib
import importlib.util
import math
import os
import re
import subprocess
import sys
import warnings
from importlib import metadata
from pathlib import Path

import matplotlib.pyplot as plt

from .cells import first_aid, watch_cells
from .engine import start_engine
from .errors import COURSE, CourseError
from .palette import COLOURS

NEEDS = (COURSE / "requirements.txt").read_text(encoding="utf-8") if (COURSE / "requirements.txt").is_file() else ""
OLDEST = {one[0]: (int(one[1]), int(one[2])) for one in re.findall(r"^(tensorflow|keras)>=(\d+)\.(\d+)", NEEDS, re.M)}
PYTHONS = ((3, 11), (3, 13))
MEMORY = 1.5  # GB that must be free: lesson 5 takes 1.3.
MACHINE, CONTAINER = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
SILENT_SECONDS = 10  # How long git, or pip, may work without a word.


def setup(seed=42):
    """Import TensorFlow quietly, seed every random generator, set the plot style, say what runs where.

    In Colab the copy of the course is brought up to date first. Raises CourseError when a version is unsuitable.
    """
    if "google.colab" in sys.modules:
        if _refresh():
            return _anew().setup(seed=seed)
        _complete_colab()
    _check_versions()
    _explain_missing_names()
    watch_cells()
    _start(seed)


def _start(seed):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # TensorFlow's faster CPU routines are off by default on many processors; they halve a training's time.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with quiet():
        versions, device, notes = start_engine()
        import keras
    # Keras 3.15 warns about its own default whenever it is given a tf.data set.
    warnings.filterwarnings("ignore", message=".*`?shuffle=True`? was passed.*")
    keras.utils.set_random_seed(seed)
    plt.rcParams.update({
        "figure.figsize": (8, 4), "figure.dpi": 90, "figure.constrained_layout.use": True, "font.size": 12,
        "axes.prop_cycle": plt.cycler(color=COLOURS), "axes.spines.top": False, "axes.spines.right": False,
        "axes.grid": True, "grid.alpha": 0.3, "lines.linewidth": 2, "image.cmap": "gray",
    })  # fmt: skip
    if device.endswith(" CPU cores") and "google.colab" in sys.modules and not notes:
        device += " (for a GPU: Runtime → Change runtime type)"
    print(f"Ready: Python {sys.version.split()[0]}, {versions}, on {device}.")
    if (free := _free_memory()) < MEMORY:
        notes.append(f"{free:.1f} GB of memory are free, and some lessons need {MEMORY}: close other notebooks.")
    for note in notes:
        print(f"Please note: {note}")


def _free_memory():
    """How many GB may still be used: by the machine, and by the container where there is one; inf where nobody says."""
    found = [math.inf]
    with contextlib.suppress(OSError, TypeError):  # Linux says it, other systems don't.
        found.append(1024 * int(re.search(r"MemAvailable: +(\d+)", MACHINE.read_text())[1]))
    with contextlib.suppress(OSError, ValueError, TypeError):  # ValueError: "max", no limit.
        limit, used = (int((CONTAINER / name).read_text()) for name in ("memory.max", "memory.current"))
        cached = re.search(
            r"^inactive_file (\d+)", (CONTAINER / "memory.stat").read_text(), re.M
        )  # Given back at need.
        found.append(limit - used + int(cached[1]))
    return min(found) / 1e9


@contextlib.contextmanager
def quiet():
    """Hide what libraries write to file descriptor 2: TensorFlow's start-up notes pass every other switch."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _check_versions(python=sys.version_info[:2]):
    if not PYTHONS[0] <= tuple(python) <= PYTHONS[1]:
        raise CourseError(
            f"this is Python {python[0]}.{python[1]}, and the course needs 3.11, 3.12 or 3.13: "
            "install one of them and run `make lab` again, or open the lesson in Colab."
        )
    for package, oldest in OLDEST.items():
        try:
            found = metadata.version(package)
        except metadata.PackageNotFoundError:
            raise CourseError(f"{package} is missing: run `pip install -r requirements.txt`.") from None
        numbers = re.match(r"(\d+)\.(\d+)", found or "")  # 3.13rc1 is 3.13; "nightly" says nothing, and is tried.
        if numbers and (int(numbers[1]), int(numbers[2])) < oldest:
            needed = f"'{package}>={oldest[0]}.{oldest[1]}'"
            raise CourseError(f"{package} {found} is too old: run `pip install -U {needed}`, then restart the kernel.")


def _explain_missing_names():
    """Let notebooks say what an unknown name asks for, mostly cells that were left out; and that a stop is no fault."""
    from IPython import get_ipython

    def explain(shell, kind, problem, traceback, tb_offset=None):
        if kind is KeyboardInterrupt and os.environ.get("DLCOURSE_STRICT") != "1":  # There a stopped cell has failed.
            return print("Please note: you stopped this cell. What a network has learned by now it keeps.")
        shell.showtraceback((kind, problem, traceback), tb_offset=tb_offset)
        print(f"Please note: {first_aid(problem) or 'a name is not known yet. Run the cells above first.'}")

    if get_ipython():
        get_ipython().set_custom_exc((NameError, KeyboardInterrupt), explain)


def _git(*command):
    settings = {"timeout": SILENT_SECONDS, "env": {**os.environ, "GIT_TERMINAL_PROMPT": "0"}}
    return subprocess.run(["git", "-C", COURSE, *command], check=True, capture_output=True, **settings).stdout


def _refresh():
    """Bring the copy that the setup cell fetched up to date; say whether the code on the disk is another now."""
    renewed = False
    if not (folder := COURSE / ".git").is_dir():
        return renewed
    try:
        # The setup cell fetches a single branch. A copy with all of them is somebody's own, and left alone.
        if "refs/heads/*" in (folder / "config").read_text(encoding="utf-8"):
            return renewed
        if not (fetched := folder / "FETCH_HEAD").exists():  # The setup cell has fetched all of it just now.
            fetched.touch()
            return renewed
        for lock in folder.rglob("*.lock"):  # Of a git that was killed: it would keep all others out.
            lock.unlink()
        before, known = _git("rev-parse", "HEAD"), _git("for-each-ref", "--format=%(objectname)", "refs/remotes")
        if (half := folder / "half-refreshed").exists():  # What a refresh that was killed had fetched is here.
            if before in (known + _git("rev-parse", "FETCH_HEAD")).splitlines(True) and not _edited():
                _renew(half)
                before, known, renewed = (_git("rev-parse", "HEAD"),) * 2 + (True,)
            else:
                half.unlink()
        if not (changed := before not in known.splitlines(True) or _git("status", "--porcelain", "-uno")):
            # Without a --refmap the clone would already count as renewed.
            _git("fetch", "--depth=1", "--no-tags", "--refmap=", "origin", _branch())
            new = [name + b"/" for name in _git("ls-tree", "-rz", "--name-only", "FETCH_HEAD").split(b"\0")[:-1]]
            own = [name.rstrip(b"/") + b"/" for name in _git("ls-files", "--others", "-z").split(b"\0")[:-1]]
            changed = [mine for mine in own for one in new if one.startswith(mine) or mine.startswith(one)]
        if changed:
            print(
                "You have changed the course here, so it is kept as it is: for the newest, rename the folder "
                f"{COURSE.name}, restart the session and run this cell again."
            )
            return renewed
        half.touch()
        _renew(half)
        if _git("rev-parse", "HEAD") != before:
            fetched.unlink()  # So that the new code doesn't fetch again.
            renewed = True
    except (OSError, subprocess.SubprocessError):
        print("The course could not be refreshed; going on with the copy that is here.")
    return renewed


def _branch():
    return _git("rev-parse", "--abbrev-ref", "HEAD").decode().strip()


def _edited():
    """The files that are neither the copy's nor what was fetched: a learner has worked in a half refreshed copy."""
    others = [set(_git("diff", "--name-only", "-z", of).split(b"\0")[:-1]) for of in ("HEAD", "FETCH_HEAD")]
    return [name for name in others[0] & others[1] if os.path.exists(os.path.join(os.fsencode(COURSE), name))]


def _renew(half):
    """Put what was fetched in the place of the copy, and forget that this was only half done."""
    _git("reset", "--hard", "FETCH_HEAD")
    _git("update-ref", f"refs/remotes/origin/{_branch()}", "HEAD")
    half.unlink()


def _anew():
    """Import the package again from the disk, into the module that the notebook knows as dlcourse."""
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name.startswith(f"{__package__}.")]:
        del sys.modules[name]
    return importlib.reload(sys.modules[__package__])


def _complete_colab():
    """Install the one package that TensorFlow Datasets needs and Colab lacks; load_mnist() says when it's missing."""
    if not importlib.util.find_spec("importlib_resources"):
        pip = [sys.executable, "-m", "pip", "install", "-q"]
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run([*pip, "importlib_resources"], check=True, capture_output=True, timeout=SILENT_SECONDS)
        importlib.invalidate_caches()
