"""Without any network: what load_mnist() and the setup cell do. Run by `make test-offline` in its namespace."""

import socket
import subprocess
import sys
import time
import types

import pytest

import course
import dlcourse
import setup_cell
from dlcourse import mnist
from shared import HOST


@pytest.fixture(autouse=True)
def the_real_host(nobodys_home, monkeypatch):
    """shared.py points the download at a closed port; here it must be MNIST's own host."""
    monkeypatch.setattr(mnist, "HOST", HOST)


def test_the_network_is_really_cut_off():
    with socket.socket() as probe, pytest.raises(OSError, match="unreachable"):
        probe.settimeout(5)
        probe.connect(("192.0.2.1", 80))  # An address that is reserved for examples.


def test_the_choice_takes_at_most_five_seconds_and_is_one_sentence(capsys):
    # The promise is about the choice, not about importing TensorFlow and TFDS.
    mnist._expected()
    mnist._sample()
    start = time.monotonic()
    training, test = dlcourse.load_mnist()
    assert time.monotonic() - start <= 5
    assert len(training) == 4000 and len(test) == 1000
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("No network:") and "bundled sample" in second


def test_full_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setenv("DLCOURSE_DATA", "full")
    start = time.monotonic()
    with pytest.raises(dlcourse.CourseError, match="^No network: .* DLCOURSE_DATA=full forbids the sample.$"):
        dlcourse.load_mnist()
    assert time.monotonic() - start <= 5


def test_the_setup_cell_says_that_the_course_cannot_be_fetched(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.delenv("DLCOURSE_REPOSITORY", raising=False)
    monkeypatch.chdir(tmp_path)
    start = time.monotonic()
    with pytest.raises(SystemExit, match="check the network, and that .+ opens in a browser, then run this cell"):
        exec(setup_cell.source("some.body/course", "main"), {})
    assert time.monotonic() - start <= 20


def test_importing_and_setting_up_asks_for_no_network():
    command = [sys.executable, "-c", "import dlcourse; dlcourse.setup(seed=42)"]
    result = subprocess.run(command, cwd=course.NOTEBOOKS, capture_output=True, text=True, timeout=120)
    assert result.stdout.startswith("Ready:") and result.stderr == ""
