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
import json
import logging
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from .environment import quiet
from .errors import COURSE, CourseError, reason
from .folders import data_folder, lock, tidy

DATA = COURSE / "data"
HOST = "https://storage.googleapis.com/cvdf-datasets/mnist/"  # TFDS's own address for MNIST.
FILES = [f"{part}-{kind}-ubyte.gz" for part in ("t10k", "train") for kind in ("labels-idx1", "images-idx3")]
PROBE_SECONDS = 3  # The host must have sent the first file, 4,542 bytes, within this time,
SILENCE_SECONDS = 10  # must not fall silent for longer than this,
DOWNLOAD_SECONDS = 120  # and must have sent all 11.6 MB within this.
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
        except (CourseError, OSError) as problem:
            if isinstance(problem, OSError):
                advice = "check its permissions, or set TFDS_DATA_DIR to a folder of yours"
                problem = f"{problem.filename or 'The disk'} cannot be used ({reason(problem)}): {advice}."
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
            images, labels = file["images"], file["labels"]
        if (images.shape, labels.shape, images.dtype, labels.dtype) != ((5000, 28, 28), (5000,), "uint8", "uint8"):
            raise ValueError("not 5,000 pictures and labels")
        if labels.max() > 9:
            raise ValueError("a label above 9")
    except Exception as error:  # NumPy has a different error for every way in which a file can be broken.
        why = f"{type(error).__name__}: {reason(error)}"
        raise CourseError(f"data/mnist_sample.npz cannot be read ({why}): fetch the course again.") from None
    whole, images, labels = tf.data.Dataset.from_tensor_slices, images[..., None], labels.astype("int64")
    return whole((images[:4000], labels[:4000])), whole((images[4000:], labels[4000:]))


def _full_set():
    folder, note = data_folder()
    if note:
        print(note)
    tidy(folder)
    prepared, damage = _prepared(folder)
    if prepared:
        return prepared
    if damage:
        print(f"{damage} They are made anew, if that can be done now: wait.")
    originals = _original_files()
    downloads = folder / "mnist_originals"
    if originals is None and not all(_is_whole(downloads / name) for name in FILES):
        _probe()  # Before the lock: without a network the answer must not wait for anybody.
    with lock(folder):
        if prepared := _prepared(folder)[0]:  # Another notebook may have been faster.
            return prepared
        _prepare(folder, originals or _download(downloads))
    prepared, damage = _prepared(folder)
    if damage:
        raise CourseError(f"{damage} They were made just now: check the disk, or set TFDS_DATA_DIR to another folder.")
    return prepared


def _tfds():
    """TensorFlow Datasets; CourseError when it, or what it needs, does not work here."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # TFDS logs a traceback, and goes on as half of itself.
    try:
        import tensorflow_datasets as tfds
        from tensorflow_datasets import public_api  # noqa: F401  It says what that half lacks.

        tfds.builder_cls("mnist")
        return tfds
    except Exception as error:  # Not ImportError alone: a protobuf of another version has an error of its own.
        why = f"{type(error).__name__}: {reason(error)}"
        advice = "run `pip install -r requirements.txt`, then restart the kernel"
        raise CourseError(f"TensorFlow Datasets does not work here ({why}): {advice}.") from None
    finally:
        logging.disable(before)


def _prepared(folder):
    """((training, test), "") when TFDS has prepared the whole set in this folder, (None, "") when it has not.

    Where the files are not whole it is None and a sentence; CourseError where TFDS cannot read whole ones.
    """
    versions = sorted(folder.glob("mnist/3.*/dataset_info.json"))
    if not versions:
        return None, ""
    place, tfds = versions[-1].parent, _tfds()
    with contextlib.suppress(OSError, ValueError, AttributeError):  # A damaged description: the next lines say so.
        kind = json.loads(versions[-1].read_text(encoding="utf-8")).get("fileFormat", "tfrecord")
        if kind != "tfrecord":  # Whole, but not for us, and somebody else's.
            raise CourseError(f"The digits in {place} have the format {kind}: set TFDS_DATA_DIR to another folder.")
    if damage := _damage(place):
        return None, f"The digits in {place} are damaged ({damage})."
    try:
        # By its name: a builder made from the folder would import what the folder's features.json says.
        builder = tfds.builder(f"mnist:{place.name}", data_dir=folder)
        lengths = [builder.info.splits[part].num_examples for part in ("train", "test")]
        if lengths == [60_000, 10_000]:
            return builder.as_dataset(split=["train", "test"], as_supervised=True), ""
    except Exception as error:
        why = f"{type(error).__name__}: {reason(error)}"
        advice = "run `pip install -r requirements.txt`, then restart the kernel"
        raise CourseError(f"TensorFlow Datasets cannot read the digits in {place} ({why}): {advice}.") from None
    return None, f"The digits in {place} are damaged (not 60,000 and 10,000)."


def _damage(place):
    """What is wrong with the files of a prepared set, in a few words; "" for whole ones. Takes about 0.2 s.

    A TFRecord file has a checksum for each example, so a single flipped bit is found.
    """
    import tensorflow as tf

    try:
        for name in ("dataset_info.json", "features.json"):
            json.loads((place / name).read_text(encoding="utf-8"))
        for part, length in (("train", 60_000), ("test", 10_000)):
            files = sorted(map(str, place.glob(f"mnist-{part}.tfrecord-?????-of-?????")))
            found = sum(len(batch) for batch in tf.data.TFRecordDataset(files).batch(length))
            if found != length:
                return f"{found:,} examples for {part}"
    except (OSError, ValueError, tf.errors.OpError) as error:
        return reason(error)
    return ""


def _original_files():
    """The folder with the four original files, or None when nobody said that there is one."""
    named = os.environ.get("MNIST_DIR")
    label = f"The folder {named!r}, named by MNIST_DIR," if named else "The folder data/mnist"
    try:
        folder = Path(named).expanduser() if named else DATA / "mnist"
        if not named and not any((folder / name).exists() for name in FILES):
            return None
        missing = [name for name in FILES if not (folder / name).is_file()]
        broken = [name for name in FILES if name not in missing and not _is_whole(folder / name)]
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: nobody knows whose home ~name is.
        raise CourseError(f"{label} cannot be read ({reason(error)}): check its name and its permissions.") from None
    if missing:
        raise CourseError(f"{label} lacks {', '.join(missing)}: put all four original MNIST files there.")
    if broken:
        raise CourseError(f"{folder / broken[0]} is broken (its hash is not MNIST's): copy or download it again.")
    return folder


@functools.cache
def _expected():
    """{file name: (size in bytes, SHA-256)}, the ones that TFDS checks."""
    infos = _tfds().builder_cls("mnist").url_infos
    return {info.filename: (int(info.size), info.checksum) for info in infos.values()}


def _is_whole(path):
    size, checksum = _expected()[path.name]
    if not path.is_file() or path.stat().st_size != size:  # A film of 3 GB is not hashed.
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == checksum


def _prepare(folder, originals):
    """Let TFDS prepare the set from the four files, in a folder of its own; put it in place when whole."""
    tfds = _tfds()
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
            place.parent.mkdir(exist_ok=True)
            if place.exists():  # Half a set, or a damaged one, and perhaps something of the learner's.
                os.rename(place, Path(tempfile.mkdtemp(dir=folder, prefix="mnist-damaged-")) / place.name)
            os.rename(made, place)
    except PermissionError as error:
        advice = "close other notebooks that use it, or set TFDS_DATA_DIR to another folder"
        raise CourseError(f"The digits could not be put into {folder} ({reason(error)}): {advice}.") from None
    except Exception as error:
        if _was_stopped(error):
            raise KeyboardInterrupt from None
        failure = f"TensorFlow Datasets could not prepare the digits ({reason(error)})"
        advice = "check the free disk space, and that everything in requirements.txt is installed"
        raise CourseError(f"{failure}: {advice}.") from None


def _was_stopped(error):
    """Whether an interrupt is behind this error: TFDS makes an error of its own of one that meets it in an example."""
    while error and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return bool(error)


def _fetch(name, deadline, late, progress=False):
    """Return the bytes of one file from the host; raise CourseError when it's late, silent or wrong.

    deadline: as time.monotonic() counts; late: what to say then; progress: say every second how far it is.
    """
    import requests  # noqa: F401  Here, so that its import doesn't count in the thread.

    size, checksum = _expected()[name]
    received, stop, ended = bytearray(), threading.Event(), []

    def receive():
        try:
            ended.append(_receive(name, size, received, stop))
        except BaseException as error:  # An error of the course's own: not the network's.
            ended.append(error)

    # A thread, since neither looking up a host's name nor waiting for the last header has a time limit of its own.
    thread = threading.Thread(target=receive, daemon=True)
    thread.start()
    try:
        while not ended and (left := deadline - time.monotonic()) > 0:
            thread.join(min(left, 1))
            if progress:
                print(f"\r  {name}: {len(received) / 1e6:.1f} of {size / 1e6:.1f} MB", end="", flush=True)
    finally:
        stop.set()
    problem = ended[0] if ended else late
    if isinstance(problem, BaseException):
        raise problem
    if not problem and hashlib.sha256(received).hexdigest() != checksum:
        problem = f"The network sent something else than {name}, perhaps a page to sign in"
    if problem:
        raise CourseError(f"{problem}; {AGAIN}.")
    return bytes(received)


def _receive(name, size, received, stop):
    """Read one file from the host into the bytearray `received`; return what went wrong, or ""."""
    import requests

    session = requests.Session()
    session.get_redirect_target = lambda answer: None  # Else a redirect's body is read whole, were it without an end.
    try:
        limits = (PROBE_SECONDS, SILENCE_SECONDS)
        with session, session.get(HOST + name, stream=True, allow_redirects=False, timeout=limits) as answer:
            if 300 <= answer.status_code < 400:
                return f"The network sent us elsewhere for {name}, perhaps to a page to sign in"
            if answer.status_code != 200:
                said = f"{answer.status_code} {answer.reason}".strip()[:60]
                return f"MNIST's host, or a proxy before it, answered with an error ({said})"
            while not stop.is_set() and len(received) <= size:
                if not (piece := answer.raw.read(1 << 13, decode_content=False)):
                    break
                received += piece
    except requests.exceptions.ProxyError:
        return "The network's proxy refuses or cannot be reached: check the setting https_proxy"
    except requests.exceptions.SSLError:
        return "The network's certificate isn't trusted: check this computer's clock, or a proxy that reads along"
    except (requests.RequestException, requests.packages.urllib3.exceptions.HTTPError, OSError) as error:
        if not received and isinstance(error, requests.ConnectionError):
            return "No network: MNIST's host cannot be reached"
        begun = received or isinstance(error, requests.Timeout)
        return f"The download of {name} {'broke off' if begun else 'could not begin'} ({type(error).__name__})"
    return ""


def _probe():
    """Return when the host sends the smallest file whole within 3 seconds; raise CourseError otherwise."""
    _expected()  # Imports TFDS, which must not count.
    late = f"No network: MNIST's host did not answer within {PROBE_SECONDS} seconds"
    _fetch(FILES[0], time.monotonic() + PROBE_SECONDS, late)


def _download(folder):
    """Download what is missing of the four files, each into a .part file that is renamed when whole."""
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    late = "The network is too slow now to download the full set"
    print("Downloading MNIST, 11.6 MB, once on this machine.")
    for name in FILES:
        target, part = folder / name, folder / f"{name}.part"
        try:
            if _is_whole(target):
                continue
            folder.mkdir(exist_ok=True)
            part.write_bytes(_fetch(name, deadline, late, progress=True))
            os.replace(part, target)
        except OSError as error:
            raise CourseError(f"{name} could not be saved ({reason(error)}): free some disk space.") from None
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            print()
    return folder
