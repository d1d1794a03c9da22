"""What all tests share: the path to the helper, and an environment in which nobody's home decides a result."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))
os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
SWITCHES = ("MNIST_DIR", "DLCOURSE_DATA", "DLCOURSE_STRICT", "TFDS_DATA_DIR")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
NAMED = os.environ.get("MNIST_DIR")
NOWHERE = "http://127.0.0.1:9/"  # The discard port: connections are refused.

# Each of two notebooks: the same seed in both, since TFDS names its temporary folder at random.
NOTEBOOK = """
import random, sys
random.seed(42)
import dldata
dldata.HOST = sys.argv[1]
training, test, source = dldata.load()
print(source, len(training), len(test))
"""


def environment(folder, **more):
    """The environment of a child process that works in this folder."""
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    folders = {"PYTHONPATH": str(NOTEBOOKS), "HOME": str(folder), "TFDS_DATA_DIR": str(folder), "NO_PROXY": "127.0.0.1"}
    return kept | folders | {name: str(value) for name, value in more.items()}


def notebook(folder, host=NOWHERE, **more):
    """Start a process that loads the full set as a notebook would."""
    return subprocess.Popen(
        [sys.executable, "-c", NOTEBOOK, host], env=environment(folder, DLCOURSE_DATA="full", **more),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def nobodys_home(monkeypatch, tmp_path, tmp_path_factory):
    import dldata

    for name in (*SWITCHES, *PROXIES, *map(str.upper, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "sets"))
    monkeypatch.setattr(dldata, "HOST", NOWHERE)  # No test may reach the real one.


@pytest.fixture(scope="session")
def mnist_dir():
    if not NAMED:
        pytest.skip("MNIST_DIR is not set")
    return Path(NAMED).resolve()


@pytest.fixture(scope="session")
def course_of_events(mnist_dir, tmp_path_factory):
    """One notebook is killed while it prepares the full set; then two prepare it in the same folder at once.

    Returns the folder, what stood there after the kill, and (output, errors, status) of each notebook, the killed
    one first. TFDS's default extraction folder holds half a file, and somebody tidied up and left half of a set.
    """
    folder = tmp_path_factory.mktemp("sets")
    killed = notebook(folder, MNIST_DIR=mnist_dir)
    for _ in range(600):
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
    ends += [(*process.communicate(timeout=200), process.returncode) for process in pair]
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
        "check|connect|copy|crop|delete|fetch|free|give|install|needs?|pass|put|run|save|set|wait"  # Imperatives,
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
