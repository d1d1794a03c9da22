"""The engine on which Keras computes: TensorFlow, unless KERAS_BACKEND names jax or torch; and the device it uses.

TensorFlow is imported in each case, for its tf.data sets: after Keras, since PyTorch must be there before TensorFlow
where both bring a copy of LLVM, or the process is ended without a word. Beside another engine it keeps to the CPU.
"""

import contextlib
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from .errors import CourseError, reason

ENGINES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
AGAIN = "then restart the kernel and run this cell first"
NVIDIA = Path("/proc/driver/nvidia/gpus")  # A folder for each GPU that Linux's driver knows.
_only_cpu = []  # Once a GPU has failed in this kernel: what keeps engines off it, and the note.


def start_engine():
    """Import Keras on its engine, and TensorFlow. Return (versions, device, notes): words, words, a list of sentences.

    Raises CourseError for an engine that is unknown, missing, or too late.
    """
    wanted = wanted_engine()
    check_engine(wanted)
    if wanted == "jax":  # Or it takes three quarters of the GPU's memory at once, and a second notebook finds none.
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    import keras
    import tensorflow as tf

    engine = keras.config.backend()
    gpu, notes = "", [_only_cpu[1]] if _only_cpu else []
    try:
        if not _only_cpu and (gpu := _gpu(engine, tf)):
            keras.ops.convert_to_numpy(keras.ops.matmul(keras.ops.ones((4096, 4096)), keras.ops.ones((4096, 1))))
            keras.ops.convert_to_numpy(keras.ops.conv(keras.ops.ones((1, 8, 8, 1)), keras.ops.ones((3, 3, 1, 1))))
    except Exception as error:  # Each engine has a kind of its own: no memory, a driver that is too old, …
        gpu, notes = "", [f"The GPU cannot be used ({reason(error)[:80]}), so the CPU trains: check what else uses it."]
        _only_cpu[:] = [_use_cpu(engine, keras, tf), *notes]
    tf.zeros(1)  # The first operation writes start-up notes.
    tf.get_logger().setLevel("ERROR")
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "all") in ("", "-1")
    if not gpu and not notes and not hidden and os.path.isdir(NVIDIA) and os.listdir(NVIDIA):
        package = {"tensorflow": "tensorflow[and-cuda]", "jax": "jax[cuda12]", "torch": "torch"}[engine]
        notes.append(
            f"{ENGINES[engine]} doesn't use this machine's GPU; if you want it to, run `%pip install '{package}'`."
        )
    versions = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
    if engine != "tensorflow":
        versions = f"Keras {keras.__version__} on {ENGINES[engine]} {sys.modules[engine].__version__}"
        compiles = "; it compiles a network first, so a training begins with a wait" if engine == "jax" else ""
        notes.append(f"{ENGINES[engine]}'s numbers differ a little from the page's: compare them as ranges{compiles}.")
    return versions, gpu or f"{os.cpu_count()} CPU cores", notes


def wanted_engine():
    """The name of the engine that Keras will take: from KERAS_BACKEND, from Keras's own settings, or TensorFlow."""
    if named := os.environ.get("KERAS_BACKEND"):
        return named
    try:
        settings = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "keras.json"
        return json.loads(settings.read_text(encoding="utf-8"))["backend"]
    except (OSError, RuntimeError, ValueError, LookupError, TypeError):
        return "tensorflow"


def check_engine(wanted):
    """Raise CourseError where Keras cannot, or can no longer, run on this engine."""
    if wanted not in ENGINES:
        names = "tensorflow, jax or torch"
        raise CourseError(
            f"Keras is to run on {wanted[:30]!r}, and must run on {names}: set KERAS_BACKEND to one, {AGAIN}."
        )
    name, loaded = ENGINES[wanted], sys.modules.get("keras")
    if loaded and loaded.config.backend() != wanted:
        now = ENGINES.get(loaded.config.backend(), loaded.config.backend())
        raise CourseError(f"Keras already runs on {now} here, and is to run on {name}: restart the kernel.")
    if not find_spec(wanted):
        install = f"run `%pip install {wanted}`" if wanted != "tensorflow" else "run `pip install -r requirements.txt`"
        raise CourseError(f"Keras is to run on {name}, which is missing: {install}, or unset KERAS_BACKEND, {AGAIN}.")
    if wanted == "torch" and "tensorflow" in sys.modules and "torch" not in sys.modules:
        raise CourseError(f"TensorFlow was imported before PyTorch, which can end the kernel: restart it, {AGAIN[5:]}.")


def _use_cpu(engine, keras, tf):
    """Keep to the CPU from now on, for as long as what is returned is kept."""
    with contextlib.suppress(RuntimeError):  # Too late for TensorFlow, where it has begun to use the GPU.
        tf.config.set_visible_devices([], "GPU")
    if engine == "jax":
        sys.modules["jax"].config.update("jax_platforms", "cpu")
    scope = keras.device("cpu:0")
    scope.__enter__()
    return scope


def _gpu(engine, tf):
    """The name of the GPU that this engine uses, or ""; other notebooks can use it too."""
    gpus = tf.config.list_physical_devices("GPU")
    with contextlib.suppress(RuntimeError):  # This cell runs a second time: the GPU is in use already.
        if engine != "tensorflow":
            tf.config.set_visible_devices([], "GPU")
        else:
            for one in gpus:
                tf.config.experimental.set_memory_growth(one, True)
    if engine == "tensorflow":
        return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "a GPU") if gpus else ""
    if engine == "jax":
        import jax

        device = jax.devices()[0]
        return "" if device.platform == "cpu" else device.device_kind
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name(0)
    return "the GPU of this Mac" if torch.backends.mps.is_available() else ""
