"""What all tests share, those in tests/ and those in the lessons' rooms: the path to the helper, the figures as they
are drawn now, and an environment in which nobody's home decides a result.

Nothing is skipped. A test marked `needs_mnist` needs the four original files of MNIST, in the folder that MNIST_DIR
names; without it such tests are left out, and the last line says so. All others that prepare the full set take files
of the same shape, made here, whose hashes TensorFlow Datasets is told to expect.
"""

import dataclasses
import gzip
import hashlib
import os
import re
import struct
import subprocess
import sys
import time
from pathlib import Path

import matplotlib
import numpy as np
import pytest

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))
os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from dlcourse import mnist  # noqa: E402  It takes the place where figures are drawn from the environment.

SWITCHES = ("MNIST_DIR", "DLCOURSE_DATA", "DLCOURSE_STRICT", "DLCOURSE_PROGRESS", "TFDS_DATA_DIR")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
NAMED = os.environ.get("MNIST_DIR")
HOST = mnist.HOST
NOWHERE = "http://127.0.0.1:9/"  # The discard port: connections are refused.
# Fixtures that prepare sets, run lessons or import TensorFlow.
SLOW = {"course_of_events", "prepared", "falls_back", "host", "at"}

# Each of two notebooks: the same seed in both, since TFDS names its temporary folder at random.
NOTEBOOK = """
import os, random, sys
random.seed(42)
import dlcourse, shared
shared.mnist.HOST = sys.argv[1]
if sys.argv[2] == "made":
    shared.expect(os.environ["MNIST_DIR"])
training, test = dlcourse.load_mnist()
print(shared.mnist.source, len(training), len(test))
"""


# ---------------------------------------------------------------- Which tests run


def of_a_dropped_lesson(item):
    """Whether a test is about a lesson that the course has no more: marked lesson("03"), or it asks for lesson_03."""
    numbers = [mark.args[0] for mark in item.iter_markers("lesson")]
    numbers += [name[7:] for name in item.fixturenames if re.fullmatch(r"lesson_\d\d", name)]
    return any(not list((NOTEBOOKS.parent / "lessons").glob(f"{number}_*")) for number in numbers)


@pytest.hookimpl(tryfirst=True)  # Before `-m "not slow"` looks at the marks.
def pytest_collection_modifyitems(config, items):
    for item in items:
        if SLOW & set(item.fixturenames):
            item.add_marker(pytest.mark.slow)
    left_out = [item for item in items if item.get_closest_marker("needs_mnist") and not NAMED]
    dropped = [item for item in items if of_a_dropped_lesson(item)]
    items[:] = [item for item in items if item not in left_out and item not in dropped]
    config.hook.pytest_deselected(items=left_out + dropped)
    config.left_out = getattr(config, "left_out", 0) + len(left_out)  # Two conftest.py have this from here.
    config.dropped = getattr(config, "dropped", 0) + len(dropped)


def pytest_terminal_summary(terminalreporter, config):
    left_out, dropped = getattr(config, "left_out", 0), getattr(config, "dropped", 0)
    config.left_out = config.dropped = 0  # It is said once.
    if count := left_out:
        tests = "1 test needs" if count == 1 else f"{count} tests need"
        terminalreporter.write_line(f"Left out: {tests} the original MNIST files; name their folder in MNIST_DIR.")
    if count := dropped:
        terminalreporter.write_line(f"Left out: {count} about lessons that are not in lessons/; delete them with it.")


# ---------------------------------------------------------------- Files like MNIST's


def make_originals(folder):
    """Write four files of MNIST's names and shapes: 70,000 different pictures, labels 0 to 9 in turn."""
    noise = np.random.default_rng(0)
    for part, count in (("t10k", 10_000), ("train", 60_000)):
        images = np.zeros((count, 28, 28), "uint8")
        images[:, 9:19, 9:19] = noise.integers(0, 256, (count, 10, 10))
        labels = (np.arange(count) % 10).astype("uint8")
        for name, header, content in (
            ("images-idx3", struct.pack(">4I", 2051, count, 28, 28), images),
            ("labels-idx1", struct.pack(">2I", 2049, count), labels),
        ):
            packed = gzip.compress(header + content.tobytes(), 1, mtime=0)
            (folder / f"{part}-{name}-ubyte.gz").write_bytes(packed)


def expect(folder):
    """Tell TFDS, and so the course, to expect the files of this folder; return {address: what it expected before}."""
    import tensorflow_datasets as tfds

    infos = tfds.builder_cls("mnist").url_infos
    before = dict(infos)
    for address, info in before.items():
        content = (Path(folder) / info.filename).read_bytes()
        checksum = hashlib.sha256(content).hexdigest()
        infos[address] = dataclasses.replace(info, size=type(info.size)(len(content)), checksum=checksum)
    mnist._expected.cache_clear()
    return before


@pytest.fixture(scope="session")
def mnist_dir(tmp_path_factory):
    """A folder with four files that TFDS takes for MNIST's: the original ones where MNIST_DIR names them."""
    if NAMED:
        yield Path(NAMED).resolve()
        return
    import tensorflow_datasets as tfds

    folder = tmp_path_factory.mktemp("originals")
    make_originals(folder)
    before = expect(folder)
    yield folder
    tfds.builder_cls("mnist").url_infos.update(before)
    mnist._expected.cache_clear()


# ---------------------------------------------------------------- Notebooks in processes of their own


def environment(folder, **more):
    """The environment of a child process that works in this folder."""
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    places = {"PYTHONPATH": str(NOTEBOOKS), "HOME": str(folder), "TFDS_DATA_DIR": str(folder), "NO_PROXY": "127.0.0.1"}
    places["MPLCONFIGDIR"] = matplotlib.get_configdir()  # Or each would look for all typefaces, and say so.
    return kept | places | {name: str(value) for name, value in more.items()}


def notebook(folder, host=NOWHERE, **more):
    """Start a process that loads the full set as a notebook would."""
    child = environment(folder, DLCOURSE_DATA="full", **more)
    child["PYTHONPATH"] = os.pathsep.join([str(NOTEBOOKS), str(Path(__file__).parent)])
    command = [sys.executable, "-c", NOTEBOOK, host, "original" if NAMED else "made"]
    return subprocess.Popen(command, env=child, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(autouse=True)
def nobodys_home(monkeypatch, tmp_path, tmp_path_factory):
    for name in (*SWITCHES, *PROXIES, *map(str.upper, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "sets"))
    monkeypatch.setattr(mnist, "HOST", NOWHERE)  # No test may reach the real one.


@pytest.fixture(scope="session")
def course_of_events(mnist_dir, tmp_path_factory):
    """One notebook is killed while it prepares the full set; then two prepare it in the same folder at once.

    Returns the folder, what stood there after the kill, and (output, errors, status) of each notebook, the killed
    one first. TFDS's default extraction folder holds half a file, and somebody tidied up and left half of a set.
    """
    folder = tmp_path_factory.mktemp("sets")
    killed = notebook(folder, MNIST_DIR=mnist_dir)
    for _ in range(2400):
        if list(folder.glob("mnist-preparing-*/mnist/*incomplete*")) or killed.poll() is not None:
            break
        time.sleep(0.1)
    time.sleep(0.5)
    killed.kill()
    ends = [(*killed.communicate(), killed.returncode)]
    left = [str(path.relative_to(folder)) for path in folder.rglob("*")]

    for half in (
        "downloads/extracted/GZIP.train-images-idx3-ubyte.gz",
        "mnist/3.0.1/mnist-test.tfrecord-00000-of-00001",
    ):
        (folder / half).parent.mkdir(parents=True, exist_ok=True)
        (folder / half).write_bytes(b"\0" * 1000)
    pair = [notebook(folder, MNIST_DIR=mnist_dir) for _ in range(2)]
    ends += [(*process.communicate(timeout=400), process.returncode) for process in pair]
    return folder, left, ends


@pytest.fixture(scope="session")
def prepared(course_of_events):
    """A folder in which TFDS has prepared the full set, for reading only."""
    folder = course_of_events[0]
    assert list(folder.glob("mnist/3.*/dataset_info.json")), "the set was not prepared"
    return folder


@pytest.fixture
def sentence():
    """A function that asserts that a text is one or more sentences that say what is wrong and what to do."""
    actions = (
        "check|connect|copy|crop|delete|draw|fetch|free|give|install|leave|needs?|pass|photograph|put|reads|run|save|set"
        "|take|wait|write"  # Imperatives,
        "|must be|the names are|the course has"  # and what amounts to one.
    )

    def assert_sentence(text, *words):
        text = str(text)
        assert re.search(r"\w.*\.$", text) and "\n" not in text, text
        assert "Traceback" not in text and "object at 0x" not in text, text
        assert re.search(rf"\b({actions})\b", text), f"does not say what to do: {text}"
        assert len(text) < 500, text
        for word in words:
            assert word in text, (word, text)
        return text

    return assert_sentence


# ---------------------------------------------------------------- Figures


@pytest.fixture(scope="session")
def drawn():
    """{name: Canvas} of all figures, drawn once."""
    from drawn_figures import FIGURES

    return {name: figure.draw() for name, figure in FIGURES.items()}


@pytest.fixture(scope="session")
def fresh(drawn):
    """{name: SVG as text} of all figures as they would be written now."""
    from drawn_figures import FIGURES, drawing

    return {name: drawing.svg(FIGURES[name], canvas).decode() for name, canvas in drawn.items()}
