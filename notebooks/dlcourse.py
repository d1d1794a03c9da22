"""What would distract from the lessons: set-up, data, pictures, tables, checks.

Everything that teaches stands in the notebooks. This file is for the rest, and is meant to be read in
five minutes. Pictures of digits are 28×28 with one channel: uint8 0–255 as loaded, float32 0–1 as prepared.
Where the MNIST digits come from, and what can go wrong on the way, is in dldata.py beside this file.
"""

import contextlib
import json
import math
import os
import random
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
DATA = FOLDER / "data"
OLDEST = {"tensorflow": (2, 20), "keras": (3, 13)}  # The same as in requirements.txt; a test compares.
PYTHONS = ((3, 11), (3, 13))
# Okabe and Ito's colours: people with any kind of colour vision can tell them apart.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442"]
_source = None  # "full" or "sample", once load_mnist() has chosen.


class CourseError(Exception):
    """Something the learner or the network did, in one sentence; notebooks show it without a traceback."""

    def _render_traceback_(self):
        return [f"Please note: {self}"]


# ---------------------------------------------------------------- Set-up


@contextlib.contextmanager
def quiet():
    """Hide what libraries write to file descriptor 2: TensorFlow's start-up notes pass every other switch."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _check_versions(python=sys.version_info[:2]):
    from importlib.metadata import PackageNotFoundError, version

    if not PYTHONS[0] <= tuple(python) <= PYTHONS[1]:
        raise CourseError(
            f"this is Python {python[0]}.{python[1]}, and the course needs 3.11, 3.12 or 3.13: "
            "install one of them and run `make lab` again, or open the lesson in Colab."
        )
    for package, oldest in OLDEST.items():
        needed = ".".join(map(str, oldest))
        try:
            found = version(package)
        except PackageNotFoundError:
            raise CourseError(f"{package} is missing: run `pip install -r requirements.txt`.") from None
        if tuple(int(part) for part in found.split(".")[:2]) < oldest:
            raise CourseError(
                f"{package} {found} is too old: run `pip install -U '{package}>={needed}'`, then restart the kernel."
            )


def _explain_missing_names():
    """After the error about an unknown name, let notebooks say what to do: mostly, cells were left out."""
    from IPython import get_ipython

    def explain(shell, kind, problem, traceback, tb_offset=None):
        shell.showtraceback((kind, problem, traceback), tb_offset=tb_offset)
        name = problem.name or "this name"
        if name in ("true", "false", "none"):
            print(f"Please note: Python writes {name.capitalize()} with a capital letter. Run the cell with that.")
        else:
            print(f"Please note: {name} is not known yet. Run the cells above first, in order; or check the spelling.")

    if get_ipython():
        get_ipython().set_custom_exc((NameError,), explain)


def setup(seed=42):
    """Import TensorFlow quietly, seed every random generator, set the plot style, say what runs where.

    Raises CourseError when Python, TensorFlow or Keras is of a version the course doesn't run on.
    """
    _check_versions()
    _explain_missing_names()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # TensorFlow's faster CPU routines are off by default on many processors; they halve a training's time.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with quiet():
        import keras
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        tf.zeros(1)  # The first operation writes start-up notes too.
        tf.get_logger().setLevel("ERROR")
    import warnings

    import matplotlib.pyplot as plt

    # Keras 3.15 warns about its own default whenever it is given a tf.data set.
    warnings.filterwarnings("ignore", message=".*`?shuffle=True`? was passed.*")
    keras.utils.set_random_seed(seed)
    plt.rcParams.update({
        "figure.figsize": (8, 4), "figure.dpi": 90, "figure.constrained_layout.use": True, "font.size": 12,
        "axes.prop_cycle": plt.cycler(color=COLOURS), "axes.spines.top": False, "axes.spines.right": False,
        "axes.grid": True, "grid.alpha": 0.3, "lines.linewidth": 2, "image.cmap": "gray",
    })  # fmt: skip
    if gpus:
        device = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "a GPU")
    else:
        device = f"{os.cpu_count()} CPU cores"
        if "google.colab" in sys.modules:
            device += " (for a GPU: Runtime → Change runtime type)"
    versions = f"Python {sys.version.split()[0]}, Keras {keras.__version__}, TensorFlow {tf.__version__}"
    print(f"Ready: {versions}, on {device}.")


# ---------------------------------------------------------------- Data


def load_mnist():
    """Return (training, test), tf.data sets of (picture uint8 28×28×1, label int64 0–9), of known length.

    60,000 and 10,000 pictures where the full set can be had, else the bundled 4,000 and 1,000; a printed
    line says which. DLCOURSE_DATA=auto|full|sample and MNIST_DIR steer the choice: see dldata.py.
    """
    import dldata

    global _source
    try:
        training, test, _source = dldata.load(say=print)
    except dldata.DataProblem as problem:
        raise CourseError(str(problem)) from None
    return training, test


PROBE_NAMES = ["1 low contrast", "2 printed", "3 printed", "4 printed", "5 white on black",
               "6 drawn", "7 drawn", "8 drawn", "9 door number", "dog"]  # fmt: skip


def load_probes():
    """Return the ten test pictures of data/probes/: (images float32 10×28×28×1, 0–1; labels (10,), dog -1).

    In the order of PROBE_NAMES. They are a demonstration, not a benchmark.
    """
    import numpy as np
    from PIL import Image

    files = sorted((DATA / "probes").glob("*.png"))
    if len(files) != len(PROBE_NAMES):
        raise CourseError("the ten test pictures are not all in data/probes/: fetch the course again.")
    images = [np.asarray(Image.open(file), dtype="float32") / 255 for file in files]
    labels = [int(file.name[0]) if file.name[0].isdigit() else -1 for file in files]
    return np.stack(images)[..., None], np.array(labels)


def read_digit(path):
    """Read a picture of your own: float32 28×28×1, 0–1, the digit cropped, scaled to 20 pixels and centred.

    Takes every format, size, colour mode and transparency that Pillow reads, up to 64 megapixels. Dark
    stays dark and light stays light. Raises CourseError for what is not a picture or has nothing on it.
    """
    import dldata

    try:
        return dldata.read_digit(path)
    except dldata.DataProblem as problem:
        raise CourseError(str(problem)) from None


# ---------------------------------------------------------------- Pictures and tables


def _show(figure, alternative):
    """Display a figure with a text alternative, once."""
    import matplotlib.pyplot as plt
    from IPython.display import display

    display(figure, metadata={"image/png": {"alt": alternative}})
    plt.close(figure)


def show_figure(name):
    """Display one of the figures drawn for the course, images/NAME.png, with its text alternative."""
    from IPython.display import Image, display

    alternatives = json.loads((FOLDER / "images" / "alt.json").read_text(encoding="utf-8"))
    if name not in alternatives:
        raise CourseError(f"there is no figure {name!r}: the course has {', '.join(sorted(alternatives))}.")
    picture = Image(str(FOLDER / "images" / f"{name}.png"), width=800)
    display(picture, metadata={"image/png": {"alt": alternatives[name]}})


def show_images(images, titles=(), columns=10):
    """Show pictures in rows: uint8 0–255 or float 0–1, shaped (n, height, width[, channels])."""
    import matplotlib.pyplot as plt
    import numpy as np

    titles = [str(title) for title in titles]
    try:
        images = np.asarray(images)
        shape = images.shape[:-1] if images.ndim == 4 and images.shape[-1] == 1 else images.shape
    except Exception:
        shape = "several sizes"
    if len(shape) not in (3, 4) or 0 in shape or shape[2] == 1 or shape[3:] not in ((), (3,), (4,)):
        raise CourseError(f"show_images needs pictures of one size, shaped (n, height, width), not {shape}.")
    images = images.reshape(shape)
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(1.1 * columns, 1.35 * rows), squeeze=False)
    for place in axes.flat:
        place.axis("off")
    for place, image, title in zip(axes.flat, images, titles + [""] * len(images)):
        place.imshow(image, vmin=0, vmax=255 if images.dtype == np.uint8 else 1, cmap="gray")
        place.set_title(title, fontsize=11)
    shown = ": " + ", ".join(filter(None, titles)) if titles else f" of {images.shape[1]}×{images.shape[2]} pixels"
    _show(figure, f"{len(images)} pictures{shown}.")


def plot_history(history):
    """Plot what fit() returned: a panel for each quantity, training beside validation."""
    import matplotlib.pyplot as plt

    values = getattr(history, "history", history)
    values = values if isinstance(values, dict) else {}
    names = [name for name in values if not name.startswith("val_") and name != "learning_rate" and values[name]]
    if not names:
        raise CourseError("plot_history needs what fit() returned after one epoch or more: run the training first.")
    figure, axes = plt.subplots(1, len(names), figsize=(4.5 * len(names), 3.5), squeeze=False)
    said = []
    for place, name in zip(axes.flat, names):
        for key, label, style in [(name, "training", "o-"), (f"val_{name}", "validation", "s--")]:
            if key in values:
                place.plot(range(1, len(values[key]) + 1), values[key], style, label=label, markersize=5)
                said.append(f"{label} {name} from {values[key][0]:.3g} to {values[key][-1]:.3g}")
        place.set(xlabel="Epoch", ylabel=name.capitalize())
        place.xaxis.get_major_locator().set_params(integer=True)
        place.legend()
    _show(figure, "Training curves: " + "; ".join(said) + ".")


def prediction_table(images, labels, probabilities, names=None):
    """Show for each picture the ten percentages, the guess, and whether it is right.

    images (n, 28, 28, 1) float 0–1; labels (n,), -1 where no answer is right; probabilities (n, 10), or a
    dictionary of such arrays ({"before": …, "after": …}) to stand side by side; names (n,) of the rows.
    """
    import matplotlib.pyplot as plt
    import numpy as np

    tables = probabilities if isinstance(probabilities, dict) else {"": probabilities}
    try:
        tables = {name: np.asarray(values) for name, values in tables.items()}
        images, labels, count = np.asarray(images), np.asarray(labels), len(images)
        shapes = [images.ndim in (3, 4), labels.shape == (count,), names is None or len(names) == count]
    except Exception:  # Lists of unequal lengths, or no arrays at all.
        shapes = [False]
    if not all(shapes):
        raise CourseError("a table needs pictures (n, 28, 28, 1), labels (n,) and probabilities (n, 10), the same n.")
    strange = [label for label in labels.tolist() if label not in range(-1, 10)]
    if strange:
        raise CourseError(
            f"the label {strange[0]!r} is no digit: a label must be 0 to 9, or -1 where no answer is right."
        )
    for values in tables.values():
        if values.shape != (count, 10):
            raise CourseError(f"a table of {count} pictures needs {count}×10 numbers, not {values.shape}.")
    names = [f"label {label}" if label >= 0 else "no digit" for label in labels] if names is None else names
    figure, axes = plt.subplots(
        1, 1 + len(tables), figsize=(2.6 + 5.6 * len(tables), 0.45 * len(images) + 0.9),
        width_ratios=[2.6] + [5.6] * len(tables), squeeze=False,
    )  # fmt: skip
    said = []
    for place in axes.flat:
        place.axis("off")
        place.set(xlim=(0, 1), ylim=(len(images), -1.4 if tables.keys() != {""} else -0.9))
    for row, (image, name) in enumerate(zip(images, names)):
        picture = axes[0, 0].inset_axes((0.72, row + 0.04, 0.28, 0.92), transform=axes[0, 0].transData)
        picture.imshow(np.squeeze(image), cmap="gray", vmin=0, vmax=1)
        picture.axis("off")
        axes[0, 0].text(0.66, row + 0.5, name, ha="right", va="center", fontsize=11)
    for place, (title, values) in zip(axes[0, 1:], tables.items()):
        place.set(xlim=(-0.6, 13))
        place.text(5, -1.1, title, ha="center", va="center", weight="bold", fontsize=13)
        for digit in range(10):
            place.text(digit, -0.4, digit, ha="center", va="center", weight="bold")
        place.text(11.2, -0.4, "guess", ha="center", va="center", weight="bold")
        for row, (percent, label) in enumerate(zip(values * 100, labels)):
            guess = int(percent.argmax())
            for digit, number in enumerate(percent):
                strong = {"weight": "bold", "bbox": {"facecolor": "none", "edgecolor": "black", "pad": 2.5}}
                text = f"{number:.0f}" if number >= 0.5 else "·"
                place.text(digit, row + 0.5, text, ha="center", va="center", fontsize=11,
                           **(strong if digit == guess else {}))  # fmt: skip
            verdict = "✓ right" if guess == label else "✗ wrong" if label >= 0 else "✗ no digit"
            place.text(10.3, row + 0.5, f"{guess}  {verdict}", va="center", fontsize=11)
            said.append(
                f"{title} {names[row]}: guess {guess} with {percent[guess]:.0f} per cent, {verdict[2:]}".strip()
            )
    _show(figure, "Table of guesses in per cent. " + "; ".join(said) + ".")


# ---------------------------------------------------------------- Answers to the learner


def _matches(answer, expected):
    """Say whether an answer is the expected one: counts exactly, other numbers to 0.1 %, words in any capitals."""
    import numpy as np

    if callable(expected):
        return expected(answer)
    if isinstance(expected, str):
        return isinstance(answer, str) and answer.strip().casefold() == expected.strip().casefold()
    if isinstance(expected, (set, dict, type(None))):
        return type(answer) is type(expected) and answer == expected
    answer, expected = np.asarray(answer), np.asarray(expected)
    if expected.dtype.kind == answer.dtype.kind == "U" and answer.shape == expected.shape:
        return all(map(_matches, answer.flat, expected.flat))
    if answer.dtype.kind not in "biuf" or answer.shape != expected.shape:
        return False
    if (answer.dtype.kind == "b") != (expected.dtype.kind == "b"):
        return False
    if expected.dtype.kind in "iu":
        return bool(np.all(answer == expected))  # A count is right or wrong.
    return bool(np.allclose(answer.astype(float), expected.astype(float), rtol=1e-3, atol=1e-6))


def check(description, answer, expected, hint=""):
    """Print ✓, ✗ with the hint, or that nothing was tried yet (`...`). Never raises because of an answer.

    expected: a value (number, word, list, array), or a function answer → True, False, a sentence that says
    what is wrong, or `...` for "not attempted". The exercises' functions are in dlanswers.py (dlcourse.answers).
    """
    from dlanswers import Hint, NotAttempted

    task = "Replace the dots and run the cell again."
    try:
        verdict = ... if answer is ... else _matches(answer, expected)
        verdict = verdict if isinstance(verdict, str) or verdict is ... else bool(verdict)
    except NotAttempted as problem:
        verdict, task = ..., str(problem) or task
    except Hint as problem:
        verdict = str(problem)
    except Exception:  # An answer may be anything, and comparing it may fail in any way.
        verdict = False
    if verdict is ...:
        print(f"… {description}: not attempted yet. {task}")
    elif verdict is True:
        print(f"✓ {description}: right.")
    else:
        print(f"✗ {description}: not yet. {verdict if isinstance(verdict, str) else hint}".rstrip())


def __getattr__(name):
    if name == "answers":
        import dlanswers

        return dlanswers
    raise AttributeError(f"module 'dlcourse' has no attribute {name!r}")


def _tolerance(values, content):
    """The interval that holds this share of all runs, with 95 % confidence, judging by these ones.

    Howe's approximation for a normal distribution. The spread is never taken to be below 0.002: other
    machines and versions differ by about that much.
    """
    import numpy as np
    from scipy import stats

    count, mean = len(values), np.mean(values)
    factor = stats.norm.ppf((1 + content) / 2) * math.sqrt(
        (count - 1) * (1 + 1 / count) / stats.chi2.ppf(0.05, count - 1)
    )
    reach = factor * max(np.std(values, ddof=1), 0.002)
    return float(mean - reach), float(mean + reach)


def compare_run(experiment, **metrics):
    """Place your results among the course's reference runs: the same code, trained with many seeds.

    experiment: a name in data/reference_runs.json, without "-full" or "-sample" (the data decide that).
    metrics: fractions by the names used there, such as test_accuracy=0.981. With DLCOURSE_STRICT=1 a
    result that is different from the reference runs, not merely unusual, raises CourseError.
    """
    import matplotlib.pyplot as plt

    runs = json.loads((DATA / "reference_runs.json").read_text(encoding="utf-8"))
    key = experiment if experiment in runs else f"{experiment}-{_source}"
    if key == f"{experiment}-None" and f"{experiment}-sample" in runs:
        raise CourseError("run the cell with load_mnist() first: what is usual depends on the data.")
    if key not in runs:
        raise CourseError(f"there are no reference runs for {experiment!r}: the names are {', '.join(sorted(runs))}.")
    unknown = [name for name in metrics if name not in runs[key]]
    if unknown or not metrics:
        raise CourseError(f"the reference runs of {key} hold {', '.join(runs[key])}; pass one or more of them.")
    try:
        metrics = {name: float(value) for name, value in metrics.items()}
    except Exception:
        raise CourseError(f"{key} needs one number for each of {', '.join(metrics)}: run the training first.") from None
    figure, axes = plt.subplots(len(metrics), 1, figsize=(7, 0.6 + 0.9 * len(metrics)), squeeze=False)
    different, said = [], []
    for place, (name, value) in zip(axes.flat, metrics.items()):
        reference, label = runs[key][name], name.replace("_", " ")
        (low, high), (lowest, highest) = _tolerance(reference, 0.9), _tolerance(reference, 0.999)
        if min(reference) <= value <= max(reference):
            words = "usual"
        elif low <= value <= high:
            words = f"usual, though just {'below' if value < min(reference) else 'above'} ours"
        elif lowest <= value <= highest:
            words = "unusual, but it happens: run it again with another seed and it will probably be closer"
        else:
            far = "higher than any of ours: check that nothing leaks into it" if value > highest else "lower than ours"
            words = f"different ({far if value == value else 'not a number'}): something was changed, or went wrong"
            different.append(label)
        said.append(f"Your {label} of {value:.3f} is {words}. Our {len(reference)} runs: "
                    f"{min(reference):.3f} to {max(reference):.3f}.")  # fmt: skip
        random_heights = random.Random(0)
        heights = [random_heights.uniform(-0.25, 0.25) for _ in reference]
        place.plot(reference, heights, "o", color=COLOURS[0], alpha=0.6, markersize=5, label="our runs")
        place.plot([value], [0], "D", color=COLOURS[1], markersize=11, markeredgecolor="black", label="yours")
        place.set(ylim=(-0.6, 0.6), yticks=[], xlabel=label.capitalize())
        place.locator_params(axis="x", nbins=6)
        place.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    print("\n".join(said))
    _show(figure, " ".join(said))
    if different and os.environ.get("DLCOURSE_STRICT") == "1":
        raise CourseError(f"{key}: {', '.join(different)} differ from the reference runs.")
