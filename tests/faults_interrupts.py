"""`make test-faults`: the stop button, pressed in a real kernel at every long moment; then the kernel goes on."""

import re
import time

import filelock
import pytest
from jupyter_client.manager import start_new_kernel

from shared import NOTEBOOKS, environment

FIT = """
import keras, numpy as np
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
model.compile("sgd", "mse")
x = np.zeros((3200, 4)); y = np.zeros((3200, 2))
print("begun")
model.fit(x, y, epochs=100_000, verbose=0)
"""
CHECK = """
def train_weight(w, x, t, learning_rate, steps):
    print("begun", flush=True)
    while True:
        pass
dlcourse.check("build a training", train_weight)
"""


class Notebook:
    """A kernel in which the set-up cell was run."""

    def __init__(self, folder, **more):
        self.manager, self.client = start_new_kernel(cwd=str(NOTEBOOKS), env=environment(folder, **more))
        self.run("import dlcourse; dlcourse.setup()")

    def run(self, code, interrupt_after=None):
        """(the texts that were printed, the lines of the tracebacks) of a cell, interrupted after a printed text."""
        message = self.client.execute(code)
        printed, traceback, until = "", [], time.monotonic() + 120
        while time.monotonic() < until:
            got = self.client.get_iopub_msg(timeout=120)
            if got["parent_header"].get("msg_id") != message:
                continue
            kind, content = got["msg_type"], got["content"]
            printed += content.get("text", "") if kind == "stream" else ""
            traceback += content["traceback"] if kind == "error" else []
            if interrupt_after and interrupt_after in printed:
                interrupt_after = None
                time.sleep(1)
                self.manager.interrupt_kernel()
            if kind == "status" and content["execution_state"] == "idle":
                return printed, traceback
        raise AssertionError(f"not stopped: {printed[-500:]}")

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    one = Notebook(tmp_path_factory.mktemp("home"))
    yield one
    one.end()


def assert_one_sentence(printed, traceback, words="you stopped this cell"):
    assert not traceback, traceback
    assert words in printed and len(printed.splitlines()) <= 6, printed
    assert not re.search(r"Traceback|File ", printed), printed


def test_in_a_training_and_it_goes_on(book):
    assert_one_sentence(*book.run(FIT, "begun"))
    printed, traceback = book.run("model.fit(x, y, epochs=1, verbose=0); print('went on')")
    assert "went on" in printed and not traceback


def test_in_a_check(book):
    assert_one_sentence(*book.run(CHECK, "begun"), words="interrupted")


@pytest.fixture
def learner(mnist_dir, tmp_path):
    """A notebook that finds the four original files, and takes their hashes as they are."""
    one = Notebook(tmp_path, MNIST_DIR=mnist_dir, DLCOURSE_DATA="auto")
    one.run(f"import sys; sys.path.insert(0, {str(NOTEBOOKS.parent / 'tests')!r}); import shared")
    one.run(f"shared.expect({str(mnist_dir)!r})")
    yield one
    one.end()


def test_while_the_digits_are_prepared(learner, tmp_path):
    assert_one_sentence(*learner.run("digits = dlcourse.load_mnist()", "Preparing"))
    assert not list(tmp_path.glob("mnist/*/*")) and not list(tmp_path.glob("mnist-preparing-*/*"))


def test_in_the_middle_of_an_example(learner, tmp_path):
    """TFDS turns this one into an error of its own."""
    learner.run(
        "import tensorflow_datasets as tfds\n"
        "class Stopped(tfds.core.GeneratorBasedBuilder): pass\n"
        "def stopped(*_, **__):\n"
        "    try:\n        raise KeyboardInterrupt\n"
        "    except BaseException as error:\n        raise RuntimeError('Failed to encode example:') from error\n"
        "tfds.core.DatasetBuilder.download_and_prepare = stopped"
    )
    printed, traceback = learner.run("digits = dlcourse.load_mnist()")
    assert_one_sentence(printed, traceback)


def test_while_another_notebook_is_waited_for(learner, tmp_path):
    with filelock.FileLock(tmp_path / "mnist.lock"):
        assert_one_sentence(*learner.run("digits = dlcourse.load_mnist()", "waiting for it"))
