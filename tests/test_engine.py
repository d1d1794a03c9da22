"""The engine that Keras runs on, and its device: what is said, and to whom; no engine but TensorFlow is needed here.

`make test-backends` runs the lessons on the others. GPUs are simulated: this file holds the branches, not the drivers.
"""

import json
import os
import subprocess
import sys
import types

import pytest

from dlcourse import CourseError, engine
from shared import NOTEBOOKS


@pytest.fixture
def here(monkeypatch, tmp_path):
    """Nothing imported yet, all three engines installed, no settings."""
    for name in ("keras", "tensorflow", "torch", "jax"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(engine, "find_spec", lambda name: object())
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


def loaded(backend):
    return types.SimpleNamespace(config=types.SimpleNamespace(backend=lambda: backend))


# ---------------------------------------------------------------- Which engine


def test_the_engine_is_the_one_that_keras_would_take(here, monkeypatch):
    assert engine.wanted_engine() == "tensorflow"
    (here / "keras.json").write_text('{"backend": "jax"}')
    assert engine.wanted_engine() == "jax"
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    assert engine.wanted_engine() == "torch"
    monkeypatch.setenv("KERAS_BACKEND", "")
    for broken in ("{", "[]", "null", '{"floatx": "float32"}'):
        (here / "keras.json").write_text(broken)
        assert engine.wanted_engine() == "tensorflow"


@pytest.mark.parametrize("name", engine.ENGINES)
def test_each_engine_is_taken(name, here):
    engine.check_engine(name)


@pytest.mark.parametrize("name", ["theano", "openvino", "JAX", "tensorflow ", "x" * 500])
def test_an_unknown_engine_is_one_sentence(name, here, sentence):
    with pytest.raises(CourseError) as caught:
        engine.check_engine(name)
    sentence(caught.value, "tensorflow, jax or torch", "restart the kernel")


@pytest.mark.parametrize("name, install", [("jax", "%pip install jax"), ("tensorflow", "requirements.txt")])
def test_an_engine_that_is_not_installed_is_one_sentence(name, install, here, monkeypatch, sentence):
    monkeypatch.setattr(engine, "find_spec", lambda wanted: None if wanted == name else object())
    with pytest.raises(CourseError) as caught:
        engine.check_engine(name)
    sentence(caught.value, engine.ENGINES[name], install, "restart the kernel")


def test_an_engine_that_was_changed_in_a_running_kernel_is_one_sentence(here, monkeypatch, sentence):
    monkeypatch.setitem(sys.modules, "keras", loaded("tensorflow"))
    engine.check_engine("tensorflow")
    with pytest.raises(CourseError) as caught:
        engine.check_engine("jax")
    sentence(caught.value, "already runs on TensorFlow", "JAX", "restart the kernel")


def test_tensorflow_before_pytorch_is_one_sentence(here, monkeypatch, sentence):
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    engine.check_engine("jax")
    with pytest.raises(CourseError) as caught:
        engine.check_engine("torch")
    sentence(caught.value, "TensorFlow was imported before PyTorch", "restart it", "run this cell first")
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))  # Then the order was right.
    engine.check_engine("torch")


def test_keras_is_imported_before_tensorflow():
    text = (NOTEBOOKS / "dlcourse" / "engine.py").read_text(encoding="utf-8")
    assert text.index("    import keras\n") < text.index("    import tensorflow as tf\n")


# ---------------------------------------------------------------- The device


def machine(gpus, name="Simulated GPU"):
    """A stand-in for tensorflow; `done` lists what was changed."""
    done = []
    experimental = types.SimpleNamespace(
        set_memory_growth=lambda gpu, on: done.append(("grows", gpu, on)),
        get_device_details=lambda gpu: {"device_name": name} if name else {},
    )
    config = types.SimpleNamespace(
        list_physical_devices=lambda kind: gpus, experimental=experimental,
        set_visible_devices=lambda devices, kind: done.append(("sees", devices, kind)),
    )  # fmt: skip
    return types.SimpleNamespace(config=config, done=done)


def test_tensorflow_names_its_gpu_and_leaves_memory_to_others():
    tf = machine(["gpu 0", "gpu 1"])
    assert engine._gpu("tensorflow", tf) == "Simulated GPU"
    assert tf.done == [("grows", "gpu 0", True), ("grows", "gpu 1", True)]
    assert engine._gpu("tensorflow", machine(["gpu"], name="")) == "a GPU"
    assert engine._gpu("tensorflow", machine([])) == ""


def test_the_first_cell_may_run_twice_on_a_gpu():
    def late(*settings):
        raise RuntimeError("Physical devices cannot be modified after being initialized")

    tf = machine(["gpu 0"])
    tf.config.experimental.set_memory_growth = tf.config.set_visible_devices = late
    assert engine._gpu("tensorflow", tf) == "Simulated GPU"


@pytest.mark.parametrize("platform, named", [("cpu", ""), ("gpu", "Simulated GPU")])
def test_jax_names_its_device_and_tensorflow_keeps_off_the_gpu(platform, named, monkeypatch):
    device = types.SimpleNamespace(platform=platform, device_kind="Simulated GPU")
    monkeypatch.setitem(sys.modules, "jax", types.SimpleNamespace(devices=lambda: [device]))
    tf = machine(["gpu 0"])
    assert engine._gpu("jax", tf) == named and tf.done == [("sees", [], "GPU")]


@pytest.mark.parametrize("cuda, mps, named", [(True, False, "Simulated GPU"), (False, True, "Mac"), (False, False, "")])
def test_pytorch_names_its_device_and_tensorflow_keeps_off_the_gpu(cuda, mps, named, monkeypatch):
    torch = types.SimpleNamespace(
        cuda=types.SimpleNamespace(is_available=lambda: cuda, get_device_name=lambda number: "Simulated GPU"),
        backends=types.SimpleNamespace(mps=types.SimpleNamespace(is_available=lambda: mps)),
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    tf = machine(["gpu 0"])
    found = engine._gpu("torch", tf)
    assert named in found and bool(found) == bool(named) and tf.done == [("sees", [], "GPU")]


CHILD = """
import gc, sys, types
import dlcourse, pathlib
from dlcourse import engine
engine.NVIDIA = pathlib.Path("nowhere")
import keras, numpy
scopes = []
class Scope:
    def __init__(self, name):
        self.name = name
    def __enter__(self):
        scopes.append(f"entered {{self.name}}")
    def __del__(self):  # As PyTorch's scope ends, when nobody keeps it.
        scopes.append("left")
keras.device = Scope
{before}
dlcourse.setup()
dlcourse.setup()
gc.collect()
print("scopes:", *scopes)
network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
network.compile("sgd", "mse")
network.fit(numpy.ones((8, 3)), numpy.ones((8, 1)), verbose=0)
print("trained")
"""
NO_MEMORY = """
import keras
def full(*operands):
    raise RuntimeError("CUDA_ERROR_OUT_OF_MEMORY: out of memory\\nfailed to allocate 14.58GiB")
engine._gpu = lambda engine, tf: "Simulated GPU"
keras.ops.matmul, kept = full, keras.ops.matmul
keras.utils.set_random_seed, seed = lambda number: setattr(keras.ops, "matmul", kept) or seed(number), \
    keras.utils.set_random_seed
"""
WORKS = "engine._gpu = lambda engine, tf: 'Simulated GPU'"
TOO_OLD = """
def fails(engine, tf):
    raise RuntimeError("The driver is too old")
engine._gpu = fails
"""
NO_DRIVER = "engine.NVIDIA = pathlib.Path({folder!r})"


@pytest.mark.slow
@pytest.mark.parametrize("before, device, notes", [
    ("", "CPU cores.", []),
    (WORKS, "Simulated GPU.", []),
    (NO_MEMORY, "CPU cores.", ["cannot be used (CUDA_ERROR_OUT_OF_MEMORY: out of memory", "so the CPU trains"]),
    (TOO_OLD, "CPU cores.", ["cannot be used (The driver is too old)", "so the CPU trains"]),
    (NO_DRIVER, "CPU cores.", ["TensorFlow doesn't use this machine's GPU", "tensorflow[and-cuda]"]),
])  # fmt: skip
def test_a_gpu_that_cannot_be_used_is_one_sentence_and_the_cpu(before, device, notes, tmp_path, sentence):
    (tmp_path / "0000:01:00.0").mkdir()
    code = CHILD.format(before=before.replace("{folder!r}", repr(str(tmp_path))))
    child = os.environ | {"PYTHONPATH": str(NOTEBOOKS), "CUDA_VISIBLE_DEVICES": "0", "KERAS_BACKEND": "tensorflow"}
    ran = subprocess.run([sys.executable, "-c", code], env=child, capture_output=True, text=True)
    *said, scopes, trained = ran.stdout.splitlines()
    said = [line for line in said if "GB of memory" not in line]
    assert trained == "trained" and len(said) == 2 * (1 + bool(notes)), ran.stderr
    assert scopes == ("scopes: entered cpu:0" if "so the CPU trains" in notes else "scopes:")
    ready, *lines = said[: len(said) // 2]
    assert said == 2 * [ready, *lines], "the second time says something else"
    assert ready.startswith("Ready: ") and ready.endswith(device)
    for line in lines:
        assert line.startswith("Please note: ") and sentence(line, *notes)


@pytest.mark.slow
@pytest.mark.parametrize("backend, words", [("theano", "'theano'"), ("jax", "JAX, which is missing")])
def test_the_first_cell_says_so(backend, words, tmp_path):
    """In a kernel whose engine is unknown or, in this environment, not installed: no engine is loaded at all."""
    code = "import dlcourse, sys\ntry:\n    dlcourse.setup()\nexcept dlcourse.CourseError as error:\n    print(error)\n"
    code += "print(sorted({'keras', 'tensorflow', 'jax'} & set(sys.modules)))"
    child = os.environ | {"PYTHONPATH": str(NOTEBOOKS), "KERAS_BACKEND": backend}
    ran = subprocess.run([sys.executable, "-c", code], env=child, capture_output=True, text=True, check=True)
    said, modules = ran.stdout.splitlines()
    assert words in said and json.loads(modules.replace("'", '"')) == []
