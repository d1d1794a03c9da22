"""The data sources: what they give, against the original files read by hand, and every way in which they fail."""

import gzip
import hashlib
import importlib
import os
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import filelock
import numpy as np
import pytest

import dlcourse
from dlcourse import environment as environment_module
from dlcourse import folders, mnist
from shared import HOST, NOWHERE, environment

README = (mnist.COURSE / "README.md").read_text(encoding="utf-8")


def pictures(dataset):
    """{(the picture's bytes, its label): how often} of a tf.data set."""
    return Counter(
        (image.tobytes(), int(label))
        for images, labels in dataset.batch(1000).as_numpy_iterator()
        for image, label in zip(images, labels)
    )


def originals(folder, part):
    """The same of the original files, read by hand."""
    images = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    magic, count, height, width = struct.unpack(">4I", images[:16])
    assert (magic, height, width, len(images)) == (2051, 28, 28, 16 + 784 * count)
    assert struct.unpack(">2I", labels[:8]) == (2049, count)
    return Counter((images[16 + 784 * i : 800 + 784 * i], labels[8 + i]) for i in range(count))


@pytest.fixture
def falls_back(monkeypatch, capsys, sentence):
    """A function that asserts: auto says one sentence and uses the sample; full raises it as a CourseError.

    It returns the seconds that auto took, and what was printed before the sentence.
    """

    def assert_falls_back(*words):
        monkeypatch.setenv("DLCOURSE_DATA", "auto")
        for package in ("tensorflow", "tensorflow_datasets", "requests"):  # setup() takes the time for most of this.
            importlib.import_module(package)
        mnist._expected()
        started = time.monotonic()
        training, test = dlcourse.load_mnist()
        seconds = time.monotonic() - started
        assert (len(training), len(test), mnist.source) == (4000, 1000, "sample")
        *before, problem, source = capsys.readouterr().out.splitlines()
        sentence(problem, *words)
        assert source.startswith("MNIST, the bundled sample: 4,000 training and 1,000 test pictures.")

        monkeypatch.setenv("DLCOURSE_DATA", "full")
        monkeypatch.setattr(mnist, "PROBE_SECONDS", 2)
        with pytest.raises(dlcourse.CourseError) as caught:
            dlcourse.load_mnist()
        sentence(caught.value, *words, "DLCOURSE_DATA=full")
        assert caught.value.__suppress_context__, "the traceback from inside would be shown"
        capsys.readouterr()
        return seconds, before

    return assert_falls_back


# ---------------------------------------------------------------- The sample and the full set


def assert_mnist(dataset, count):
    image, label = dataset.element_spec
    assert (tuple(image.shape), image.dtype.name, tuple(label.shape), label.dtype.name) == (
        (28, 28, 1), "uint8", (), "int64",
    )  # fmt: skip
    assert len(dataset) == count


@pytest.mark.slow
def test_sample(monkeypatch, capsys):
    monkeypatch.setenv("DLCOURSE_DATA", "sample")
    for dataset, count in zip(dlcourse.load_mnist(), (4000, 1000)):
        assert_mnist(dataset, count)
        found = pictures(dataset)
        assert Counter(label for _, label in found.elements()) == {digit: count // 10 for digit in range(10)}
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert (mnist.DATA / "mnist_sample.npz").stat().st_size < 1e6
    with np.load(mnist.DATA / "mnist_sample.npz") as file:
        assert {name: (file[name].shape, file[name].dtype.name) for name in file} == {
            "images": ((5000, 28, 28), "uint8"), "labels": ((5000,), "uint8"),
        }  # fmt: skip
        assert len(set(np.diff(file["labels"].astype(int)))) > 10, "not shuffled"


@pytest.mark.slow
@pytest.mark.needs_mnist
def test_sample_is_taken_from_the_training_images(mnist_dir, monkeypatch):
    monkeypatch.setenv("DLCOURSE_DATA", "sample")
    training, test = map(pictures, dlcourse.load_mnist())
    assert (training + test) <= originals(mnist_dir, "train")
    assert not training & test
    assert not {image for image, _ in training | test} & {image for image, _ in originals(mnist_dir, "t10k")}


def test_full_set_is_mnist(prepared, mnist_dir, monkeypatch, capsys):
    """Prepared from MNIST_DIR; found again without it, without a network, and without asking for one."""
    monkeypatch.setenv("TFDS_DATA_DIR", str(prepared))
    monkeypatch.setenv("DLCOURSE_DATA", "full")
    monkeypatch.setattr("requests.get", lambda *_, **__: pytest.fail("asked the network"))
    before = sorted(prepared.rglob("*"))
    for dataset, count, part in zip(dlcourse.load_mnist(), (60_000, 10_000), ("train", "t10k")):
        assert_mnist(dataset, count)
        assert pictures(dataset) == originals(mnist_dir, part)
    assert capsys.readouterr().out == "MNIST, the full set: 60,000 training and 10,000 test pictures.\n"
    assert sorted(prepared.rglob("*")) == before
    assert mnist.source == "full"


@pytest.mark.parametrize("wanted, source", [("auto", "full"), ("", "full"), ("full", "full"), ("sample", "sample")])
def test_choice(wanted, source, prepared, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(prepared))
    monkeypatch.setenv("DLCOURSE_DATA", wanted)
    dlcourse.load_mnist()
    assert mnist.source == source


def test_unknown_choice(monkeypatch, sentence):
    monkeypatch.setenv("DLCOURSE_DATA", "all")
    with pytest.raises(dlcourse.CourseError) as caught:
        dlcourse.load_mnist()
    sentence(caught.value, "'all'", "auto, full or sample")


# ---------------------------------------------------------------- Broken files


def break_file(path, how):
    content = bytearray(path.read_bytes())
    path.unlink()
    if how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif how == "flipped":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif how != "missing":
        path.write_text(how)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["truncated", "flipped", "missing"])
def test_sample_broken(how, tmp_path, monkeypatch, sentence):
    shutil.copy(mnist.DATA / "mnist_sample.npz", tmp_path)
    break_file(tmp_path / "mnist_sample.npz", how)
    monkeypatch.setattr(mnist, "DATA", tmp_path)
    for wanted in ("sample", "auto"):
        monkeypatch.setenv("DLCOURSE_DATA", wanted)
        with pytest.raises(dlcourse.CourseError) as caught:
            dlcourse.load_mnist()
        sentence(caught.value, "data/mnist_sample.npz cannot be read", "fetch the course again")


@pytest.mark.parametrize("name", mnist.FILES[1:3])
@pytest.mark.parametrize("how, words", [("truncated", "its hash"), ("flipped", "its hash"), ("missing", "lacks")])
def test_original_file_broken(how, words, name, mnist_dir, tmp_path, monkeypatch, falls_back):
    for original in mnist.FILES:
        os.symlink(mnist_dir / original, tmp_path / original)
    break_file(tmp_path / name, how)
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    falls_back(words, name)
    assert not list((tmp_path / "sets").glob("mnist*/*"))


@pytest.mark.parametrize("there", [True, False])
def test_mnist_dir_empty_or_not_there(there, tmp_path, monkeypatch, falls_back):
    folder = tmp_path / "stick"
    if there:
        folder.mkdir()
    monkeypatch.setenv("MNIST_DIR", str(folder))
    falls_back("named by MNIST_DIR", *mnist.FILES, "put all four")


def test_course_folder_incomplete(tmp_path, monkeypatch, falls_back):
    """The instructor's USB stick was copied to data/mnist/, but not to the end."""
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist" / mnist.FILES[0]).write_bytes(b"")
    shutil.copy(mnist.DATA / "mnist_sample.npz", tmp_path)
    monkeypatch.setattr(mnist, "DATA", tmp_path)
    falls_back("data/mnist lacks", mnist.FILES[3])


@pytest.mark.parametrize("file", ["*train.tfrecord*", "*test.tfrecord*", "dataset_info.json", "features.json"])
@pytest.mark.parametrize("how", ["truncated", "missing"])
def test_prepared_set_damaged(file, how, prepared, tmp_path, monkeypatch, falls_back):
    shutil.copytree(prepared / "mnist", tmp_path / "sets" / "mnist")
    [path] = (tmp_path / "sets").glob(f"mnist/3.*/{file}")
    break_file(path, how)
    if (file, how) == ("dataset_info.json", "missing"):  # Then the set counts as not prepared.
        falls_back("No network")
    else:
        _, before = falls_back("No network")
        assert len(before) == 1 and "damaged" in before[0] and str(path.parent) in before[0]
        assert "delete" not in before[0]


# ---------------------------------------------------------------- Folders, packages, other notebooks


@pytest.fixture
def below_a_file(tmp_path):
    """A folder that cannot be made, not even by root."""
    (tmp_path / "file").write_text("not a folder")
    return tmp_path / "file" / "folder"


@pytest.mark.parametrize("home", ["read-only", "unknown"])
def test_home_not_writable(home, prepared, below_a_file, tmp_path, monkeypatch, capsys, sentence):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if home == "unknown":
        monkeypatch.setenv("TFDS_DATA_DIR", "~nobody-of-this-name/sets")
    else:
        monkeypatch.delenv("TFDS_DATA_DIR")
        for name in ("HOME", "USERPROFILE"):
            monkeypatch.setenv(name, str(below_a_file))
    folder, note = folders.data_folder()
    assert folder.parent == tmp_path
    sentence(note, "cannot be written to", "set TFDS_DATA_DIR")
    os.symlink(prepared / "mnist", folder / "mnist")
    dlcourse.load_mnist()
    assert capsys.readouterr().out.splitlines()[0] == note
    assert mnist.source == "full"


def test_nothing_writable(below_a_file, monkeypatch, falls_back):
    def nowhere():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setenv("TFDS_DATA_DIR", str(below_a_file))
    monkeypatch.setattr(tempfile, "tempdir", str(below_a_file))
    falls_back("Neither", str(below_a_file), "free some space")
    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    falls_back("Neither", str(below_a_file), "free some space")


def test_set_of_somebody_else_can_be_read(prepared, monkeypatch):
    def read_only(**_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setenv("TFDS_DATA_DIR", str(prepared))
    monkeypatch.setattr(tempfile, "TemporaryFile", read_only)
    dlcourse.load_mnist()
    assert mnist.source == "full"


@pytest.mark.slow
def test_package_missing(monkeypatch, tmp_path, sentence, capsys):
    code = "import sys; sys.modules['importlib_resources'] = None; import dlcourse; dlcourse.load_mnist()"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path, MNIST_DIR=tmp_path), capture_output=True, text=True
    )
    assert ran.returncode == 0 and "Traceback" not in ran.stderr, ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("MNIST, the bundled sample")

    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    monkeypatch.setattr(mnist, "_expected", mnist._expected.__wrapped__)
    dlcourse.load_mnist()
    sentence(capsys.readouterr().out.splitlines()[0], "tensorflow_datasets", "pip install -r requirements.txt")


def test_lock_held_too_long(tmp_path, monkeypatch, falls_back):
    monkeypatch.setattr(folders, "LOCK_SECONDS", 0.2)
    monkeypatch.setattr(folders, "LOCK_STEP", 0.1)
    monkeypatch.setattr(mnist, "_original_files", lambda: tmp_path)
    (tmp_path / "sets").mkdir()
    with filelock.FileLock(tmp_path / "sets" / "mnist.lock"):
        _, before = falls_back("Another notebook has been preparing", "run this cell again")
    assert re.fullmatch("Another notebook is preparing the digits: waiting for it[.]{2,}", *before)


def test_killed_while_preparing(course_of_events):
    _, left, [(text, errors, _), *_] = course_of_events
    assert "full 60000" not in text and any(name.startswith("mnist-preparing-") for name in left), errors
    assert not [name for name in left if name.startswith("mnist/")], "half a set stands where the whole one belongs"


def test_two_notebooks_at_once(course_of_events):
    folder, _, [_, *ends] = course_of_events
    for text, errors, status in ends:
        assert status == 0, errors
        assert text.splitlines()[-1] == "full 60000 10000"
    said = "".join(text for text, _, _ in ends)
    assert said.count("Preparing the digits") == 1 and said.count("waiting for it") == 1
    assert not list(folder.glob("mnist-preparing-*"))


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_preparation_interrupted(error, mnist_dir, tmp_path, monkeypatch, falls_back):
    import tensorflow_datasets as tfds

    builder = tfds.builder_cls("mnist")
    generate = builder._generate_examples

    def interrupted(self, **arguments):
        for number, example in enumerate(generate(self, **arguments)):
            if number == 100:
                assert list((tmp_path / "sets").rglob("*incomplete*")), "nothing was being prepared"
                raise error
            yield example

    monkeypatch.setattr(builder, "_generate_examples", interrupted)
    monkeypatch.setenv("MNIST_DIR", str(mnist_dir))
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            dlcourse.load_mnist()
    else:
        falls_back("could not prepare", "No space left", "check the free disk space")
    assert [path.name for path in (tmp_path / "sets").rglob("*") if path.name != "mnist.lock"] in ([], ["mnist"])
    with filelock.FileLock(tmp_path / "sets" / "mnist.lock", timeout=0):
        pass


# ---------------------------------------------------------------- The network


@pytest.mark.slow  # Imports TensorFlow.
def test_the_addresses_are_those_that_tfds_takes():
    import tensorflow_datasets as tfds

    assert {HOST + name for name in mnist.FILES} == set(tfds.builder_cls("mnist").url_infos)


@pytest.mark.slow  # Imports TensorFlow.
def test_the_sizes_that_are_said_are_those_of_the_files():
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.download import checksums

    infos = checksums.load_url_infos(tfds.builder_cls("mnist")._checksums_path)
    sizes = {info.filename: int(info.size) for info in infos.values()}
    assert list(sizes) and sorted(sizes) == sorted(mnist.FILES)
    source = Path(mnist.__file__).read_text(encoding="utf-8")
    assert re.findall(r"([\d.]+) MB", source) == [f"{sum(sizes.values()) / 1e6:.1f}"] * 2
    assert re.findall(r"the first file, ([\d,]+) bytes", source) == [f"{sizes[mnist.FILES[0]]:,}"]
    assert re.findall(r"a download of (\d+) MB", README) == [f"{sum(sizes.values()) / 1e6:.0f}"]


def test_nobody_waits_longer_than_the_course_says():
    limits = (mnist.PROBE_SECONDS, mnist.SILENCE_SECONDS, mnist.DOWNLOAD_SECONDS, folders.LOCK_SECONDS)
    assert limits == (3, 10, 120, 300) and folders.LOCK_STEP <= 10 and environment_module.SILENT_SECONDS == 10
    for text in (README, mnist.__doc__):
        assert re.findall(r"answers within (\d+) seconds", text) == [str(mnist.PROBE_SECONDS)]


class Answer(BaseHTTPRequestHandler):
    """One answer of the host: good, or bad in the way that the test asks for."""

    def do_GET(self):
        name = self.path.strip("/")
        self.server.asked.append(name)
        body = self.server.bodies[name]
        how = self.server.how.get(name, "good")
        if how == "silent":
            return self.server.over.wait(30)
        if how in ("404", "503"):
            return self.send_error(int(how))
        if how == "elsewhere":  # To a body without an end, which nobody may read.
            self.send_response(302)
            self.send_header("Location", "/huge")
            self.end_headers()
            while not self.server.over.wait(0.01):
                self.wfile.write(b"x" * 100_000)
            return
        if how == "headers":  # A header that never ends, a byte at a time: no read is ever late.
            self.send_response(200)
            self.flush_headers()
            while not self.server.over.wait(0.05):
                self.wfile.write(b"x")
            return
        if how == "page":
            body = b"<html>Welcome to our hotel. Please sign in.</html>" * random.Random(0).choice([1, 1000])
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if how == "trickle":
            for byte in body[:600]:
                self.wfile.write(bytes([byte]))
                if self.server.over.wait(0.05):
                    return
        else:
            self.wfile.write(body[: len(body) // 2] if how == "half" else body)

    def log_message(self, *_):
        pass


class Host(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, bodies, how):
        super().__init__(("127.0.0.1", 0), Answer)
        self.bodies, self.how, self.asked, self.over = bodies, how, [], threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, *_):
        pass  # The client hung up, as it should.


@pytest.fixture
def host(monkeypatch):
    """A function that starts a host: host(bodies, {file name: how it answers badly})."""
    started = []

    def start(bodies, how=()):
        started.append(Host(bodies, dict(how)))
        threading.Thread(target=started[-1].serve_forever, args=(0.05,), daemon=True).start()
        monkeypatch.setattr(mnist, "HOST", started[-1].url)
        return started[-1]

    yield start
    for server in started:
        server.over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def small(monkeypatch):
    """(four small files that stand for MNIST's, a list of what was given to be prepared)."""
    sizes = (5_000, 300_000, 30_000, 600_000)
    bodies = {name: random.Random(name).randbytes(size) for name, size in zip(mnist.FILES, sizes)}
    expected = {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in bodies.items()}
    given = []

    def prepare(folder, originals):
        given.append({path.name: path.read_bytes() for path in Path(originals).iterdir()})

    monkeypatch.setattr(mnist, "_expected", lambda: expected)
    monkeypatch.setattr(mnist, "_prepare", prepare)
    whole = range(60_000), range(10_000)
    monkeypatch.setattr(mnist, "_prepared", lambda folder: (whole if given else None, ""))
    return bodies, given


def downloaded(tmp_path):
    return sorted(path.name for path in tmp_path.rglob("*ubyte*"))


@pytest.mark.parametrize("how, words", [
    ("silent", "did not answer within"), ("trickle", "did not answer within"), ("half", "broke off"),
    ("page", "sign in"), ("404", "answered with an error (404"), ("elsewhere", "sent us elsewhere"),
    ("headers", "did not answer within"), ("503", "answered with an error (503"),
])  # fmt: skip
def test_bad_host(how, words, host, small, tmp_path, falls_back):
    host(small[0], {mnist.FILES[0]: how})
    seconds, before = falls_back(words)
    assert seconds <= 5 or how not in ("silent", "trickle")  # The course's promise; the others depend on the machine.
    assert not before and not downloaded(tmp_path)


def test_an_answer_that_is_not_encrypted_as_it_should_be(host, small, monkeypatch, falls_back):
    """As with a network that reads along, or a clock that is wrong: the host was reached."""
    server = host(small[0])
    monkeypatch.setattr(mnist, "HOST", server.url.replace("http:", "https:"))
    falls_back("The network's certificate isn't trusted", "check this computer's clock")


def test_no_network(falls_back):
    assert mnist.HOST == NOWHERE
    seconds, before = falls_back("No network", "cannot be reached")
    assert seconds <= 5 and not before


def test_no_network_and_empty_mnist_dir(monkeypatch, falls_back):
    monkeypatch.setenv("MNIST_DIR", "")
    falls_back("No network")


def test_name_lookup_hangs(monkeypatch, falls_back):
    over = threading.Event()

    def hang(*_, **__):
        over.wait(30)
        raise socket.gaierror("no such host")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(mnist, "HOST", "http://mnist.example/")
    seconds, _ = falls_back("No network", "did not answer within")
    over.set()
    assert seconds <= 5


@pytest.mark.parametrize("how, words", [
    ("silent", "broke off"), ("trickle", "too slow"), ("half", "broke off"), ("page", "sign in"),
    ("404", "answered with an error (404"), ("elsewhere", "sent us elsewhere"), ("headers", "too slow"),
])  # fmt: skip
def test_host_turns_bad(how, words, host, small, tmp_path, monkeypatch, falls_back):
    monkeypatch.setattr(mnist, "SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(mnist, "DOWNLOAD_SECONDS", 1.5)
    host(small[0], {mnist.FILES[1]: how})
    seconds, before = falls_back(words)
    assert seconds < 15, "the time limits did not hold"  # The trickle would last 30 seconds.
    assert before[0] == "Downloading MNIST, 11.6 MB, once on this machine."
    assert downloaded(tmp_path) == mnist.FILES[:1]
    assert not small[1], "something half-downloaded was prepared"


def test_download(host, small, tmp_path, monkeypatch, capsys):
    """Every file is whole when it gets its name."""
    bodies, given = small
    server = host(bodies)
    replace, renamed = os.replace, []

    def watched(source, target):
        renamed.append((Path(source).name, Path(source).read_bytes() == bodies[Path(target).name]))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    dlcourse.load_mnist()
    assert mnist.source == "full"
    assert renamed == [(f"{name}.part", True) for name in mnist.FILES]
    assert given == [bodies] and downloaded(tmp_path) == sorted(bodies)
    assert server.asked == [mnist.FILES[0], *mnist.FILES]  # The first one also to see whether the host answers.
    assert "of 0.6 MB" in capsys.readouterr().out


def test_download_resumed(host, small, tmp_path, monkeypatch):
    bodies, given = small
    host(bodies, {mnist.FILES[3]: "half"})
    dlcourse.load_mnist()
    assert mnist.source == "sample" and downloaded(tmp_path) == sorted(mnist.FILES[:3])
    (tmp_path / "sets" / "mnist_originals" / mnist.FILES[1]).write_bytes(b"damaged since")
    server = host(bodies)
    dlcourse.load_mnist()
    assert mnist.source == "full" and given == [bodies]
    assert server.asked == [mnist.FILES[0], mnist.FILES[1], mnist.FILES[3]]
    given.clear()  # The preparation was killed, and the network is gone: the files are still there.
    monkeypatch.setattr(mnist, "HOST", NOWHERE)
    dlcourse.load_mnist()
    assert mnist.source == "full" and given == [bodies]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_download_interrupted(error, host, small, tmp_path, monkeypatch, falls_back):
    host(small[0])
    write = Path.write_bytes

    def interrupted(path, content):
        write(path, content[: len(content) // 2])
        if mnist.FILES[1] in path.name:
            raise error
        write(path, content)

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            dlcourse.load_mnist()
    else:
        falls_back("could not be saved", "No space left", "free some disk space")
    assert downloaded(tmp_path) == mnist.FILES[:1] and not small[1]


def test_download_folder_in_the_way(host, small, tmp_path, falls_back):
    host(small[0])
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "mnist_originals").write_text("a file")
    falls_back("could not be saved")


def test_download_of_the_real_files(host, mnist_dir, prepared, tmp_path, monkeypatch, capsys):
    """TFDS would take from the host what it takes from MNIST_DIR; only the preparation itself is left out."""
    real = {name: (mnist_dir / name).read_bytes() for name in mnist.FILES}

    def prepare(folder, originals):
        assert {path.name: path.read_bytes() for path in originals.iterdir()} == real
        os.symlink(prepared / "mnist", folder / "mnist")

    monkeypatch.setattr(mnist, "_prepare", prepare)
    host(real)
    dlcourse.load_mnist()
    size = f"{len(real['train-images-idx3-ubyte.gz']) / 1e6:.1f}"
    assert mnist.source == "full"
    assert f"train-images-idx3-ubyte.gz: {size} of {size} MB" in capsys.readouterr().out
