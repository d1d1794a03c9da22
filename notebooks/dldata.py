"""Where pictures come from, and what can go wrong on the way. Only dlcourse.py imports this file.

Sources, in order: (1) already prepared by TensorFlow Datasets; (2) the four original files in the folder
named by MNIST_DIR, or in data/mnist/; (3) a download, when the host answers within 3 seconds; (4) the
5,000 digits bundled with the course. The full set is always prepared by TensorFlow Datasets (TFDS), which
checks the files' hashes, and lies where TFDS keeps its sets (TFDS_DATA_DIR, else ~/tensorflow_datasets).

DLCOURSE_DATA=auto goes through the sources in turn; full raises DataProblem rather than use the sample;
sample takes the sample at once.

TFDS alone hangs for minutes without a network, takes half-written files for data and lets two preparers
break each other. So: all four files must be there before it is called, it never fetches, it works in a
folder of its own, which is renamed when whole, and a lock keeps others out meanwhile.
"""

import contextlib
import functools
import hashlib
import io
import math
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
HOST = "https://storage.googleapis.com/cvdf-datasets/mnist/"  # TFDS's own address for MNIST.
FILES = [f"{part}-{kind}-ubyte.gz" for part in ("t10k", "train") for kind in ("labels-idx1", "images-idx3")]
PROBE_SECONDS = 3  # The host must have sent the first file, 4,542 bytes, within this time,
SILENCE_SECONDS = 10  # must not fall silent for longer than this,
DOWNLOAD_SECONDS = 120  # and must have sent all 11.6 MB within this.
LOCK_SECONDS = 300  # How long to wait for another notebook that is preparing the digits.
AGAIN = "for the full set, connect to another network or run this cell again later"


class DataProblem(Exception):
    """Why a source cannot be used, in one sentence that also says what to do."""


def load(say=print):
    """Return (training, test, "full" or "sample"): tf.data sets of (uint8 28×28×1, int64 0–9).

    say: called with each line that the learner should read. Raises DataProblem for an unknown
    DLCOURSE_DATA, and with DLCOURSE_DATA=full when the full set cannot be had.
    """
    wanted = os.environ.get("DLCOURSE_DATA", "auto") or "auto"
    if wanted not in ("auto", "full", "sample"):
        raise DataProblem(f"DLCOURSE_DATA is {wanted!r}, and must be auto, full or sample: set it anew.")
    if wanted != "sample":
        try:
            training, test = _full_set(say)
            say(f"MNIST, the full set: {len(training):,} training and {len(test):,} test pictures.")
            return training, test, "full"
        except (DataProblem, ImportError) as problem:
            if isinstance(problem, ImportError):  # TFDS imports late what it needs, and forgot to require.
                problem = f"A package is missing ({problem}): run `pip install -r requirements.txt`."
            if wanted == "full":
                raise DataProblem(f"{problem} DLCOURSE_DATA=full forbids the sample.") from None
            say(f"{problem}")
    training, test = _sample()
    say(
        f"MNIST, the bundled sample: {len(training):,} training and {len(test):,} test pictures. "
        "Everything works; expect about 97 % where the full set gives 98 %."
    )
    return training, test, "sample"


def _sample():
    import numpy as np
    import tensorflow as tf

    try:
        with np.load(DATA / "mnist_sample.npz", allow_pickle=False) as file:
            images, labels = file["images"], file["labels"]
    except Exception as error:  # NumPy has a different error for every way in which a file can be broken.
        raise DataProblem(
            f"data/mnist_sample.npz cannot be read ({type(error).__name__}): fetch the course again."
        ) from None
    images, labels = images[..., None], labels.astype("int64")
    whole = tf.data.Dataset.from_tensor_slices
    return whole((images[:4000], labels[:4000])), whole((images[4000:], labels[4000:]))


# ---------------------------------------------------------------- The full set


def _full_set(say):
    folder, note = _data_folder()
    if note:
        say(note)
    if (folder / "mnist").is_dir() and (prepared := _prepared(folder)):
        return prepared
    originals = _original_files()
    downloads = folder / "mnist_originals"
    if originals is None and not all(_is_whole(downloads / name) for name in FILES):
        _probe()  # Before the lock: without a network the answer must not wait for anybody.
    with _lock(folder, say):
        if prepared := _prepared(folder):  # Another notebook may have been faster.
            return prepared
        _prepare(folder, originals or _download(downloads, say), say)
    return _prepared(folder)


def _data_folder():
    """The folder where TFDS keeps its sets, or one for temporary files where that can't be written to."""
    wanted = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    owner = getattr(os, "getuid", lambda: "course")()
    note = ""
    for place in (Path(wanted).expanduser, lambda: Path(tempfile.gettempdir()) / f"tensorflow_datasets_{owner}"):
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
        note = (
            f"The folder {wanted} cannot be written to, so the digits are kept among the temporary files; "
            "set TFDS_DATA_DIR to a folder of yours to keep them longer."
        )
    raise DataProblem(
        f"Neither {wanted} nor the folder for temporary files can be written to: "
        "free some space, or set TFDS_DATA_DIR to a folder of yours."
    )


def _prepared(folder):
    """(training, test) when TFDS has prepared the whole set in this folder, else None."""
    versions = sorted(folder.glob("mnist/3.*/dataset_info.json"))
    if not versions:
        return None
    import tensorflow_datasets as tfds

    place = versions[-1].parent
    try:
        builder = tfds.builder_from_directory(place)
        splits = [builder.info.splits["train"], builder.info.splits["test"]]
        for split, length in zip(splits, (60_000, 10_000)):
            # TFRecord files hold 16 bytes of bookkeeping an example: a shorter file is not whole.
            size = sum(Path(path).stat().st_size for path in split.filepaths)
            if split.num_examples != length or size != split.num_bytes + 16 * length:
                raise ValueError("a file is not whole")
        return builder.as_dataset(split=["train", "test"], as_supervised=True)
    except Exception as error:
        reason = str(error).split("\n")[0] or type(error).__name__
        raise DataProblem(
            f"The digits in {place} are damaged ({reason}): delete that folder and run this cell again."
        ) from None


def _original_files():
    """The folder with the four original files, or None when nobody said that there is one."""
    named = os.environ.get("MNIST_DIR")
    folder = Path(named).expanduser() if named else DATA / "mnist"
    if not named and not any((folder / name).exists() for name in FILES):
        return None
    label = f"The folder {folder}, named by MNIST_DIR," if named else "The folder data/mnist"
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise DataProblem(f"{label} lacks {', '.join(missing)}: put all four original MNIST files there.")
    for name in FILES:
        try:
            whole = _is_whole(folder / name)
        except OSError as error:
            raise DataProblem(f"{folder / name} cannot be read ({error.strerror}): check its permissions.") from None
        if not whole:
            raise DataProblem(f"{folder / name} is broken (its hash is not MNIST's): copy or download it again.")
    return folder


@functools.cache
def _expected():
    """{file name: (size in bytes, SHA-256)}, the ones that TFDS checks."""
    import tensorflow_datasets as tfds

    infos = tfds.builder_cls("mnist").url_infos
    return {info.filename: (int(info.size), info.checksum) for info in infos.values()}


def _is_whole(path):
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == _expected()[path.name][1]


@contextlib.contextmanager
def _lock(folder, say):
    import filelock

    lock = filelock.FileLock(folder / "mnist.lock")
    try:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            say("Another notebook is preparing the digits: waiting for it.")
            lock.acquire(timeout=LOCK_SECONDS)
    except filelock.Timeout:
        raise DataProblem(
            f"Another notebook has been preparing the digits for {LOCK_SECONDS} s: run this cell again later."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise DataProblem(f"{folder} cannot be locked ({error}): set TFDS_DATA_DIR to another folder.") from None
    try:
        yield
    finally:
        lock.release()


def _prepare(folder, originals, say):
    """Let TFDS prepare the set from the four files, in a folder of its own; put it in place when whole."""
    import tensorflow_datasets as tfds

    say("Preparing the digits, once on this machine: about half a minute.")
    for left_over in folder.glob("mnist-preparing-*"):  # From a run that was killed; we hold the lock.
        shutil.rmtree(left_over, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="mnist-preparing-") as work, _silence():
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
        reason = str(error).split("\n")[0] or type(error).__name__
        raise DataProblem(
            f"TensorFlow Datasets could not prepare the digits ({reason}): check the free disk space, and that "
            "everything in requirements.txt is installed."
        ) from None


@contextlib.contextmanager
def _silence():
    """TFDS's report and progress bars say less than our one sentence, and clutter the notebook."""
    import tensorflow_datasets as tfds
    from dlcourse import quiet

    tfds.disable_progress_bar()
    with contextlib.redirect_stdout(io.StringIO()), quiet():
        yield


# ---------------------------------------------------------------- Download


def _fetch(name, deadline, chunk=lambda count: None):
    """Return the bytes of one file from the host; raise DataProblem when it's late, silent or wrong."""
    import requests

    size, checksum = _expected()[name]
    received = bytearray()
    try:
        with requests.get(HOST + name, stream=True, timeout=(PROBE_SECONDS, SILENCE_SECONDS)) as answer:
            # What has come so far, not full blocks: a trickle must not keep us from looking at the clock.
            while piece := answer.raw.read1(1 << 16, decode_content=False):
                received += piece
                chunk(len(received))
                if time.monotonic() > deadline or len(received) > size:
                    break
    except Exception as error:  # requests' own errors and, in a raw stream, untranslated ones of urllib3.
        raise DataProblem(f"The download of {name} broke off ({type(error).__name__}): {AGAIN}.") from None
    if time.monotonic() > deadline and len(received) < size:
        raise DataProblem(f"The network is too slow now to download the full set: {AGAIN}.")
    if hashlib.sha256(received).hexdigest() != checksum:
        raise DataProblem(f"The network sent something else than {name}, perhaps a page to sign in: {AGAIN}.")
    return bytes(received)


def _probe():
    """Return when the host sends the smallest file whole within 3 seconds; raise DataProblem otherwise."""
    outcome = [f"No network: MNIST's host did not answer within {PROBE_SECONDS} seconds; {AGAIN}."]

    def attempt():
        try:
            _fetch(FILES[0], time.monotonic() + PROBE_SECONDS)
            outcome[0] = None
        except DataProblem as problem:
            if "sign in" in str(problem):
                outcome[0] = str(problem)
            else:
                outcome[0] = f"No network: MNIST's host cannot be reached; {AGAIN}."

    _expected()  # Imports TFDS, which must not count.
    # A thread, since looking up a host's name has no time limit of its own.
    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    if outcome[0]:
        raise DataProblem(outcome[0])


def _download(folder, say):
    """Download what is missing of the four files, each into a .part file that is renamed when whole."""
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    say("Downloading MNIST, 11.6 MB, once on this machine.")
    for name in FILES:
        target, part = folder / name, folder / f"{name}.part"
        if _is_whole(target):
            continue
        size = _expected()[name][0]

        def progress(count, name=name, size=size):
            print(f"\r  {name}: {count / 1e6:.1f} of {size / 1e6:.1f} MB", end="", flush=True)

        try:
            folder.mkdir(exist_ok=True)
            part.write_bytes(_fetch(name, deadline, progress))
            os.replace(part, target)
        except OSError as error:
            raise DataProblem(f"{name} could not be saved ({error.strerror}): free some disk space.") from None
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            print()
    return folder


# ---------------------------------------------------------------- The learner's own pictures


def read_digit(path):
    """What dlcourse.read_digit() promises; raises DataProblem."""
    import warnings

    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = Path(path).name if isinstance(path, (str, os.PathLike)) else None
    if not name:
        raise DataProblem(f"read_digit needs the name of a picture file, not {name or type(path).__name__!r}.")
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as opened:
            if math.prod(opened.size) > 64e6:
                raise Image.DecompressionBombError
            picture = ImageOps.exif_transpose(opened)
            picture.load()
    except Image.DecompressionBombError:
        raise DataProblem(f"{name} is huge (over 64 megapixels): save a smaller copy, or crop the digit.") from None
    except FileNotFoundError:
        raise DataProblem(f"there is no file {name} here: check the name, and upload it first on Colab.") from None
    except UnidentifiedImageError:
        raise DataProblem(f"{name} is not a picture that can be read: save it as PNG or JPEG.") from None
    except Exception as error:  # Pillow has many, one for each way in which a file can be damaged.
        reason = getattr(error, "strerror", None) or str(error).split("\n")[0] or type(error).__name__
        raise DataProblem(f"{name} cannot be read ({reason}): save it again as PNG or JPEG.") from None
    if min(picture.size) < 5:
        raise DataProblem(f"{name} is only {picture.width}×{picture.height} pixels: a digit needs more.")

    if picture.mode[0] in "IF":  # 16 or 32 bits a pixel, whatever their range.
        values = np.asarray(picture, dtype="float32")
        values = (values - values.min()) / max(np.ptp(values), 1e-9)
    else:
        colours = picture.convert("RGBA")
        values = np.asarray(colours.convert("RGB").convert("L"), dtype="float32") / 255
        opaque = np.asarray(colours)[..., 3] / np.float32(255)
        # What shows through is made the opposite of the drawing: white under dark ink, black under light.
        ink = (values * opaque).sum() / max(opaque.sum(), 1e-9)
        values = values * opaque + (ink < 0.5) * (1 - opaque)
    edge = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    background = np.median(edge)
    difference = np.abs(values - background)
    if difference.max() < 0.05:
        raise DataProblem(f"{name} shows nothing, only one brightness: check that it is the right picture.")
    rows, columns = np.nonzero(difference > 0.3 * difference.max())
    digit = values[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = 20 / max(digit.shape)
    size = [max(1, round(side * scale)) for side in digit.shape[::-1]]
    small = np.asarray(Image.fromarray(digit).resize(size, Image.Resampling.LANCZOS))
    result = np.full((28, 28, 1), background, dtype="float32")
    top, left = (28 - small.shape[0]) // 2, (28 - small.shape[1]) // 2
    result[top : top + small.shape[0], left : left + small.shape[1], 0] = small
    return np.clip(result, 0, 1)
