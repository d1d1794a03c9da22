"""load_mnist(): where the digits come from, and what can go wrong on the way.

Sources, in order: (1) already prepared by TensorFlow Datasets; (2) the four original files in the folder named by
MNIST_DIR, or in data/mnist/; (3) a download, when the host answers within 3 seconds; (4) the 5,000 digits bundled with
the course. The full set is always prepared by TensorFlow Datasets (TFDS), which checks the files' hashes, and lies
where TFDS keeps its sets (TFDS_DATA_DIR, else ~/tensorflow_datasets). DLCOURSE_DATA=auto goes through the sources in
turn; full raises CourseError rather than use the sample; sample takes the sample at once.

TFDS alone hangs for minutes without a network, takes half-written files for data and lets two preparers break each
other. So: all four files must be there before it is called, it never fetches, it works in a folder of its own, which
is renamed when whole, and a lock keeps others out meanwhile.
"""

import contextlib
import functools
import hashlib
import io
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from .environment import quiet
from .errors import COURSE, CourseError

DATA = COURSE / "data"
HOST = "https://storage.googleapis.com/cvdf-datasets/mnist/"  # TFDS's own address for MNIST.
FILES = [f"{part}-{kind}-ubyte.gz" for part in ("t10k", "train") for kind in ("labels-idx1", "images-idx3")]
PROBE_SECONDS = 3  # The host must have sent the first file, 4,542 bytes, within this time,
SILENCE_SECONDS = 10  # must not fall silent for longer than this,
DOWNLOAD_SECONDS = 120  # and must have sent all 11.6 MB within this.
LOCK_SECONDS = 300  # How long to wait for another notebook that is preparing the digits.
AGAIN = "for the full set, connect to another network or run this cell again later"
source = None  # "full" or "sample", once load_mnist() has chosen.


def load_mnist():
    """Return (training, test), tf.data sets of (picture uint8 28×28×1, label int64 0–9), of known length.

    60,000 and 10,000 pictures where the full set can be had, else the bundled 4,000 and 1,000; a printed line says
    which. Raises CourseError for an unknown DLCOURSE_DATA, and with full when the full set cannot be had.
    """
    global source
    wanted = os.environ.get("DLCOURSE_DATA", "auto") or "auto"
    if wanted not in ("auto", "full", "sample"):
        raise CourseError(f"DLCOURSE_DATA is {wanted!r}, and must be auto, full or sample: set it anew.")
    if wanted != "sample":
        try:
            training, test = _full_set()
            print(f"MNIST, the full set: {len(training):,} training and {len(test):,} test pictures.")
            source = "full"
            return training, test
        except (CourseError, ImportError) as problem:
            if isinstance(problem, ImportError):  # TFDS imports late what it needs, and forgot to require.
                problem = f"A package is missing ({problem}): run `pip install -r requirements.txt`."
            if wanted == "full":
                raise CourseError(f"{problem} DLCOURSE_DATA=full forbids the sample.") from None
            print(problem)
    training, test = _sample()
    sizes = f"{len(training):,} training and {len(test):,} test pictures"
    print(f"MNIST, the bundled sample: {sizes}. Everything works; expect about 97 % where the full set gives 98 %.")
    source = "sample"
    return training, test


def _sample():
    import tensorflow as tf

    try:
        with np.load(DATA / "mnist_sample.npz", allow_pickle=False) as file:
            images, labels = file["images"][..., None], file["labels"].astype("int64")
    except Exception as error:  # NumPy has a different error for every way in which a file can be broken.
        reason = type(error).__name__
        raise CourseError(f"data/mnist_sample.npz cannot be read ({reason}): fetch the course again.") from None
    whole = tf.data.Dataset.from_tensor_slices
    return whole((images[:4000], labels[:4000])), whole((images[4000:], labels[4000:]))


def _full_set():
    folder, note = _data_folder()
    if note:
        print(note)
    if (folder / "mnist").is_dir() and (prepared := _prepared(folder)):
        return prepared
    originals = _original_files()
    downloads = folder / "mnist_originals"
    if originals is None and not all(_is_whole(downloads / name) for name in FILES):
        _probe()  # Before the lock: without a network the answer must not wait for anybody.
    with _lock(folder):
        if prepared := _prepared(folder):  # Another notebook may have been faster.
            return prepared
        _prepare(folder, originals or _download(downloads))
    return _prepared(folder)


def _data_folder():
    """(the folder where TFDS keeps its sets, or one for temporary files where that can't be written to; a note)."""
    wanted = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    spare, note = f"tensorflow_datasets_{getattr(os, 'getuid', lambda: 'course')()}", ""
    for place in (Path(wanted).expanduser, lambda: Path(tempfile.gettempdir()) / spare):
        folder = None
        try:
            folder = place()
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder, note
        except (OSError, RuntimeError):  # RuntimeError: nobody knows where the home folder is.
            # A set that somebody else prepared can be read where nothing can be written.
            if folder and list(folder.glob("mnist/3.*/dataset_info.json")):
                return folder, note
        note = f"The folder {wanted} cannot be written to, so the digits are kept among the temporary files; "
        note += "set TFDS_DATA_DIR to a folder of yours to keep them longer."
    advice = "free some space, or set TFDS_DATA_DIR to a folder of yours"
    raise CourseError(f"Neither {wanted} nor the folder for temporary files can be written to: {advice}.")


def _reason(error):
    return str(error).split("\n")[0] or type(error).__name__


def _prepared(folder):
    """(training, test) when TFDS has prepared the whole set in this folder, else None."""
    versions = sorted(folder.glob("mnist/3.*/dataset_info.json"))
    if not versions:
        return None
    import tensorflow_datasets as tfds

    place = versions[-1].parent
    try:
        builder = tfds.builder_from_directory(place)
        for split, length in zip((builder.info.splits["train"], builder.info.splits["test"]), (60_000, 10_000)):
            # TFRecord files hold 16 bytes of bookkeeping an example: a shorter file is not whole.
            size = sum(Path(path).stat().st_size for path in split.filepaths)
            if split.num_examples != length or size != split.num_bytes + 16 * length:
                raise ValueError("a file is not whole")
        return builder.as_dataset(split=["train", "test"], as_supervised=True)
    except Exception as error:
        damage = f"The digits in {place} are damaged ({_reason(error)})"
        raise CourseError(f"{damage}: delete that folder and run this cell again.") from None


def _original_files():
    """The folder with the four original files, or None when nobody said that there is one."""
    named = os.environ.get("MNIST_DIR")
    folder = Path(named).expanduser() if named else DATA / "mnist"
    if not named and not any((folder / name).exists() for name in FILES):
        return None
    label = f"The folder {folder}, named by MNIST_DIR," if named else "The folder data/mnist"
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise CourseError(f"{label} lacks {', '.join(missing)}: put all four original MNIST files there.")
    for name in FILES:
        try:
            whole = _is_whole(folder / name)
        except OSError as error:
            raise CourseError(f"{folder / name} cannot be read ({error.strerror}): check its permissions.") from None
        if not whole:
            raise CourseError(f"{folder / name} is broken (its hash is not MNIST's): copy or download it again.")
    return folder


@functools.cache
def _expected():
    """{file name: (size in bytes, SHA-256)}, the ones that TFDS checks."""
    import tensorflow_datasets as tfds

    infos = tfds.builder_cls("mnist").url_infos
    return {info.filename: (int(info.size), info.checksum) for info in infos.values()}


def _is_whole(path):
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == _expected()[path.name][1]


def _lock(folder):
    """Keep other notebooks out of the folder until the end of `with`, or wait for the one that was faster."""
    import filelock

    lock = filelock.FileLock(folder / "mnist.lock")
    try:
        try:
            return lock.acquire(timeout=0)
        except filelock.Timeout:
            print("Another notebook is preparing the digits: waiting for it.")
            return lock.acquire(timeout=LOCK_SECONDS)
    except filelock.Timeout:
        busy = f"Another notebook has been preparing the digits for {LOCK_SECONDS} s"
        raise CourseError(f"{busy}: run this cell again later.") from None
    except (OSError, NotImplementedError) as error:
        raise CourseError(f"{folder} cannot be locked ({error}): set TFDS_DATA_DIR to another folder.") from None


def _prepare(folder, originals):
    """Let TFDS prepare the set from the four files, in a folder of its own; put it in place when whole."""
    import tensorflow_datasets as tfds

    print("Preparing the digits, once on this machine: about half a minute.")
    for left_over in folder.glob("mnist-preparing-*"):  # From a run that was killed; we hold the lock.
        shutil.rmtree(left_over, ignore_errors=True)
    # TFDS's report and progress bars say less than our one sentence, and clutter the notebook.
    tfds.disable_progress_bar()
    silence = contextlib.redirect_stdout(io.StringIO())
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="mnist-preparing-") as work, silence, quiet():
            builder = tfds.builder("mnist", data_dir=work)
            # Only the .gz files are hashed, so what is extracted from them must be fresh.
            config = tfds.download.DownloadConfig(manual_dir=originals, extract_dir=Path(work) / "extracted")
            builder.download_and_prepare(download_dir=Path(work) / "downloads", download_config=config)
            made = Path(builder.data_path)
            place = folder / "mnist" / made.name
            shutil.rmtree(place, ignore_errors=True)  # Without dataset_info.json: nobody can use it.
            place.parent.mkdir(exist_ok=True)
            os.rename(made, place)
    except Exception as error:
        failure = f"TensorFlow Datasets could not prepare the digits ({_reason(error)})"
        advice = "check the free disk space, and that everything in requirements.txt is installed"
        raise CourseError(f"{failure}: {advice}.") from None


def _fetch(name, deadline, progress=False):
    """Return the bytes of one file from the host; raise CourseError when it's late, silent or wrong."""
    import requests

    size, checksum = _expected()[name]
    received = bytearray()
    try:
        with requests.get(HOST + name, stream=True, timeout=(PROBE_SECONDS, SILENCE_SECONDS)) as answer:
            # What has come so far, not full blocks: a trickle must not keep us from looking at the clock.
            while piece := answer.raw.read1(1 << 16, decode_content=False):
                received += piece
                if progress:
                    print(f"\r  {name}: {len(received) / 1e6:.1f} of {size / 1e6:.1f} MB", end="", flush=True)
                if time.monotonic() > deadline or len(received) > size:
                    break
    except Exception as error:  # requests' own errors and, in a raw stream, untranslated ones of urllib3.
        raise CourseError(f"The download of {name} broke off ({type(error).__name__}): {AGAIN}.") from None
    if time.monotonic() > deadline and len(received) < size:
        raise CourseError(f"The network is too slow now to download the full set: {AGAIN}.")
    if hashlib.sha256(received).hexdigest() != checksum:
        raise CourseError(f"The network sent something else than {name}, perhaps a page to sign in: {AGAIN}.")
    return bytes(received)


def _probe():
    """Return when the host sends the smallest file whole within 3 seconds; raise CourseError otherwise."""
    outcome = [f"No network: MNIST's host did not answer within {PROBE_SECONDS} seconds; {AGAIN}."]

    def attempt():
        try:
            _fetch(FILES[0], time.monotonic() + PROBE_SECONDS)
            outcome[0] = None
        except CourseError as problem:
            unreachable = f"No network: MNIST's host cannot be reached; {AGAIN}."
            outcome[0] = str(problem) if "sign in" in str(problem) else unreachable

    _expected()  # Imports TFDS, which must not count.
    # A thread, since looking up a host's name has no time limit of its own.
    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    if outcome[0]:
        raise CourseError(outcome[0])


def _download(folder):
    """Download what is missing of the four files, each into a .part file that is renamed when whole."""
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    print("Downloading MNIST, 11.6 MB, once on this machine.")
    for name in FILES:
        target, part = folder / name, folder / f"{name}.part"
        if _is_whole(target):
            continue
        try:
            folder.mkdir(exist_ok=True)
            part.write_bytes(_fetch(name, deadline, progress=True))
            os.replace(part, target)
        except OSError as error:
            raise CourseError(f"{name} could not be saved ({error.strerror}): free some disk space.") from None
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            print()
    return folder
