"""Where the full set is kept: in a folder that is the learner's own, written to by one notebook at a time."""

import contextlib
import functools
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

from .errors import CourseError, reason

LOCK_SECONDS, LOCK_STEP = 300, 5  # How long to wait for another notebook that prepares; how often to say so.


def data_folder():
    """(the folder where TFDS keeps its sets, or one for temporary files where that can't be written to; a note).

    The note is a sentence for the learner, or "". CourseError where nothing can be written at all.
    """
    wanted = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    folder = None
    try:
        folder = Path(wanted).expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder, ""
    except (OSError, RuntimeError, ValueError):  # RuntimeError: nobody knows where the home folder is.
        with contextlib.suppress(OSError, ValueError):
            if folder and list(folder.glob("mnist/3.*/dataset_info.json")):
                return folder, ""  # A set that can be read where nothing can be written.
    try:
        spare = _spare()
        with tempfile.TemporaryFile(dir=spare):
            pass
    except OSError:
        advice = "free some space, or set TFDS_DATA_DIR to a folder of yours"
        raise CourseError(f"Neither {wanted} nor the folder for temporary files can be written to: {advice}.") from None
    note = f"The folder {wanted!r} cannot be written to, so the digits are kept among the temporary files; "
    return spare, note + "set TFDS_DATA_DIR to a folder of yours to keep them longer."


def _spare():
    """A folder of the learner's own among the temporary files, where everybody may make folders of any name.

    One that is a link, somebody else's, or open to others is not used: a new one with a name of its own is.
    """
    mine = getattr(os, "getuid", None)  # Windows has temporary folders for each user.
    folder = Path(tempfile.gettempdir()) / f"tensorflow_datasets_{mine() if mine else 'course'}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()  # Of a link itself.
    if stat.S_ISDIR(found.st_mode) and (not mine or found.st_uid == mine() and not found.st_mode & 0o022):
        return folder
    return _new_spare(folder)


@functools.cache
def _new_spare(instead_of):
    return Path(tempfile.mkdtemp(prefix="tensorflow_datasets_"))  # One for each notebook, not for each call.


def lock(folder):
    """Keep other notebooks out of the folder until the end of `with`, or wait for the one that was faster."""
    import filelock

    guard, end = filelock.FileLock(folder / "mnist.lock"), time.monotonic() + LOCK_SECONDS
    try:
        with contextlib.suppress(filelock.Timeout):
            return guard.acquire(timeout=0)
        print("Another notebook is preparing the digits: waiting for it.", end="", flush=True)
        try:
            while (left := end - time.monotonic()) > 0:
                with contextlib.suppress(filelock.Timeout):
                    return guard.acquire(timeout=min(left, LOCK_STEP))
                print(".", end="", flush=True)
        finally:
            print()
        busy = f"Another notebook has been preparing the digits for {LOCK_SECONDS} s"
        raise CourseError(f"{busy}: run this cell again later.")
    except (OSError, NotImplementedError) as error:
        raise CourseError(
            f"{folder} cannot be locked ({reason(error)}): set TFDS_DATA_DIR to another folder."
        ) from None


def tidy(folder):
    """Remove what a notebook left that was killed while it prepared the set; nothing while one is preparing it."""
    import filelock

    with contextlib.suppress(OSError, NotImplementedError, filelock.Timeout):
        if left_over := list(folder.glob("mnist-preparing-*")):
            with filelock.FileLock(folder / "mnist.lock", timeout=0):
                for one in left_over:
                    shutil.rmtree(one, ignore_errors=True)
