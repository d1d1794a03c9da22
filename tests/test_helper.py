"""The helper: its form, set-up, pictures, tables, runs. Expected values are computed here, by other means."""

import ast
import graphlib
import importlib
import importlib.metadata
import itertools
import json
import random
import re
import statistics
import subprocess
import sys
import types
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import dlcourse
from dlcourse import CourseError, access, compare_run, mnist, plot_history, prediction_table, show_images
from dlcourse import environment as set_up
from dlcourse import runs as reference_runs
from shared import environment

PACKAGE = Path(dlcourse.__file__).parent
MODULES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.glob("*.py"))}
COURSE = PACKAGE.parent.parent


def python_of(lesson):
    """The code of a lesson's source, its cells one after another."""
    text = (COURSE / "lessons" / lesson / "lesson.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```", text, flags=re.M | re.S))


def run_python(code, folder):
    child = environment(folder, DLCOURSE_DATA="sample", IPYTHONDIR=folder)
    child.pop("TF_CPP_MIN_LOG_LEVEL", None)
    return subprocess.run([sys.executable, "-c", code], env=child, capture_output=True, text=True, timeout=400)


# ---------------------------------------------------------------- Its form


def test_the_face_is_small_and_so_is_all_behind_it():
    lines = {name: len(text.splitlines()) for name, text in MODULES.items()}
    assert lines.pop("__init__") <= 150
    assert max(lines.values()) <= 350, lines
    # A hundred of them are access.py: JupyterLab by itself keeps no text alternative, and takes keys from controls.
    assert sum(lines.values()) + len(MODULES["__init__"].splitlines()) <= 2140, lines


def imported(text):
    """The modules of the package that a module imports, anywhere in its text."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "dlcourse"):
            module = (node.module or "").removeprefix("dlcourse").strip(".").split(".")[0]
            found |= {module} if module else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {(alias.name.split(".") + ["__init__"])[1] for alias in node.names if "dlcourse" in alias.name}
    return found


def test_no_module_imports_itself_by_a_detour():
    graph = {name: imported(text) for name, text in MODULES.items()}
    assert {part for parts in graph.values() for part in parts} <= set(MODULES) - {"__init__"}
    order = list(graphlib.TopologicalSorter(graph).static_order())  # CycleError names the circle.
    assert order[-1] == "__init__"


@pytest.mark.parametrize("texts, circle", [
    ({"a": "from .b import x", "b": "def f():\n    from . import c", "c": "import dlcourse.a"}, True),
    ({"a": "from .b import x", "b": "from . import c", "c": "import json"}, False),
])  # fmt: skip
def test_a_detour_is_noticed(texts, circle):
    sorter = graphlib.TopologicalSorter({name: imported(text) for name, text in texts.items()})
    if circle:
        with pytest.raises(graphlib.CycleError):
            sorter.prepare()
    else:
        sorter.prepare()


def test_nothing_is_made_up_when_it_is_asked_for():
    for name, text in MODULES.items():
        defined = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        assert "__getattr__" not in defined, name


def test_there_is_one_class_of_errors():
    found = set()
    for name in set(MODULES) - {"__init__"}:
        things = vars(importlib.import_module(f"dlcourse.{name}")).values()
        found |= {thing for thing in things if isinstance(thing, type) and issubclass(thing, Exception)}
    assert {thing for thing in found if thing.__module__.startswith("dlcourse")} == {CourseError}


def test_the_face_is_what_lessons_use():
    offered = {name for name, thing in vars(dlcourse).items() if not name.startswith("_")}
    modules = {name for name in offered if isinstance(getattr(dlcourse, name), types.ModuleType)}
    assert modules <= set(MODULES)
    assert offered - modules == set(dlcourse.__all__) and len(set(dlcourse.__all__)) == len(dlcourse.__all__)
    lessons = [path.name for path in (COURSE / "lessons").glob("[0-9][0-9]_*")]
    used = {name for lesson in lessons for name in re.findall(r"\bdlcourse\.(\w+)", python_of(lesson))}
    # No lesson sets up by itself, none catches an error; the learner's own digits wait for a lesson.
    unused = {"setup", "CourseError", "read_digit", "read_digits"}
    assert lessons and used | unused == set(dlcourse.__all__)
    for name in dlcourse.__all__:
        assert re.search(rf"^    .*\b{name}\b", dlcourse.__doc__, flags=re.M), f"the docstring lacks {name}"


@pytest.mark.slow  # Starts Python anew.
def test_importing_is_quick(tmp_path):
    """Libraries that take seconds to load wait until they are needed."""
    slow = ["tensorflow", "keras", "tensorflow_datasets", "scipy", "pandas", "sklearn", "requests"]
    ran = run_python(f"import dlcourse, sys; print([name for name in {slow} if name in sys.modules])", tmp_path)
    assert ran.stdout == "[]\n" and not ran.stderr


@pytest.mark.slow
def test_a_lesson_runs_from_any_folder(tmp_path):
    code = """
import dlcourse
dlcourse.setup(seed=42)
training, test = dlcourse.load_mnist()
images, labels = dlcourse.load_probes()
dlcourse.show_figure("neuron")
dlcourse.check("no such exercise", 1)
dlcourse.check(next(iter(dlcourse.checking.judges())), ...)
dlcourse.compare_run("mnist", test_accuracy=0.97)
print(images.shape, labels.tolist(), dlcourse.FOLDER)
"""
    (tmp_path / "elsewhere").mkdir()
    ran = run_python(f"import os; os.chdir({str(tmp_path / 'elsewhere')!r})" + code, tmp_path)
    assert ran.returncode == 0 and not ran.stderr, ran.stderr
    for words in ("Ready: ", "bundled sample: 4,000", "✗ There is no exercise", "not attempted yet", "Our 20 runs"):
        assert words in ran.stdout, ran.stdout
    last = f"(10, 28, 28, 1) {[*range(1, 10), -1]} {COURSE}"
    assert ran.stdout.splitlines()[-1] == last and not list((tmp_path / "elsewhere").iterdir())


# ---------------------------------------------------------------- Set-up


@pytest.mark.slow
def test_setup_is_quiet(tmp_path):
    code = "import dlcourse; dlcourse.setup(); next(iter(dlcourse.load_mnist()[0].batch(2)))"
    ran = run_python(code, tmp_path)
    assert ran.stderr == "" and ran.returncode == 0
    ready, _ = ran.stdout.splitlines()
    for package in ("keras", "tensorflow"):
        assert importlib.metadata.version(package) in ready
    assert sys.version.split()[0] in ready and ("CPU cores" in ready or "GPU" in ready.upper() or "NVIDIA" in ready)


def test_quiet_gives_file_descriptor_2_back(capfd):
    with pytest.raises(ZeroDivisionError), set_up.quiet():
        subprocess.run([sys.executable, "-c", "import os; os.write(2, b'noise')"])
        raise ZeroDivisionError
    subprocess.run([sys.executable, "-c", "import os; os.write(2, b'wanted')"])
    assert capfd.readouterr().err == "wanted"


@pytest.mark.slow
def test_setup_seeds(capsys):
    import keras

    def numbers(seed):
        dlcourse.setup(seed=seed)
        return random.random(), np.random.rand(), *np.asarray(keras.random.uniform((3,)))

    first, other, again = numbers(1), numbers(2), numbers(1)
    assert first == again
    assert not set(first) & set(other)


def floor(package):
    """The lowest version that requirements.txt lets in."""
    text = (dlcourse.FOLDER / "requirements.txt").read_text(encoding="utf-8")
    return re.search(rf"^{package}\s*>=\s*([\d.]+)", text, flags=re.M)[1]


@pytest.mark.parametrize("python, found, words", [
    ((3, 10), {}, ("Python 3.10", "3.11, 3.12 or 3.13")),
    ((3, 14), {}, ("Python 3.14", "make lab")),
    ((3, 11), {"tensorflow": "2.19.1"}, ("tensorflow 2.19.1", f">={floor('tensorflow')}")),
    ((3, 12), {"keras": "3.9.2"}, ("keras 3.9.2", f">={floor('keras')}")),
    ((3, 12), {"keras": "2.15.0"}, ("keras 2.15.0", "too old")),
    ((3, 13), {"keras": None}, ("keras is missing", "requirements.txt")),
])  # fmt: skip
def test_unsupported_version(python, found, words, monkeypatch, sentence):
    def version(package):
        if (answer := found.get(package, "99.0")) is None:
            raise importlib.metadata.PackageNotFoundError(package)
        return answer

    monkeypatch.setattr(importlib.metadata, "version", version)
    with pytest.raises(CourseError) as caught:
        set_up._check_versions(python)
    sentence(caught.value, *words)


@pytest.mark.parametrize("python", [(3, 11), (3, 12), (3, 13)])
def test_supported_version(python, monkeypatch):
    oldest = {package: ".".join(map(str, numbers)) + ".0rc1" for package, numbers in set_up.OLDEST.items()}
    monkeypatch.setattr(importlib.metadata, "version", oldest.get)
    set_up._check_versions(python)


@pytest.mark.parametrize("version", ["99.13rc1", "99.1.dev20261126+nightly", "nightly", "", "99"])
def test_a_version_that_is_written_oddly(version, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda package: version)
    set_up._check_versions((3, 12))


@pytest.mark.parametrize("limit, used, free", [
    ("3000000000", "2000000000", 1.0), ("max", "5", None), (None, None, None), ("9" * 30, "0", None),
])  # fmt: skip
def test_free_memory_is_the_machines_or_the_containers(limit, used, free, monkeypatch, tmp_path):
    monkeypatch.setattr(set_up, "CONTAINER", tmp_path)
    monkeypatch.setattr(set_up, "MACHINE", tmp_path / "meminfo")
    assert set_up._free_memory() == float("inf")
    (tmp_path / "meminfo").write_text("MemTotal:       12000000 kB\nMemAvailable:    6835938 kB\n")
    stat = "anon 1\ninactive_file 0\n"
    for name, text in (("memory.max", limit), ("memory.current", used), ("memory.stat", used and stat)):
        if text:
            (tmp_path / name).write_text(f"{text}\n")
    assert set_up._free_memory() == pytest.approx(free or 7.0)
    if free and free < 5:  # What the system only keeps in case that it is read again is free too.
        (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 500000000\n")
        assert set_up._free_memory() == pytest.approx(free + 0.5)


@pytest.mark.slow
def test_too_little_memory_is_said_before_a_lesson_begins(monkeypatch, capsys, sentence):
    monkeypatch.setattr(set_up, "_free_memory", lambda: 0.8)
    dlcourse.setup()
    ready, note = capsys.readouterr().out.splitlines()
    assert ready.startswith("Ready: ") and sentence(note, "0.8 GB of memory are free", "close other notebooks")


def test_setup_leaves_nothing_out(monkeypatch):
    done = []
    for name in ("_refresh", "_complete_colab", "_check_versions", "_explain_missing_names", "watch_cells", "_start"):
        monkeypatch.setattr(set_up, name, lambda *given, name=name: done.append((name, *given)))
    dlcourse.setup(seed=7)
    assert done == [("_check_versions",), ("_explain_missing_names",), ("watch_cells",), ("_start", 7)]


@pytest.mark.slow
def test_course_error_in_a_notebook(tmp_path):
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_cell("import dlcourse; dlcourse.show_images([])")
shell.run_cell("print('the kernel lives')")
"""
    ran = run_python(code, tmp_path)
    assert "Please note: show_images needs" in ran.stdout and "the kernel lives" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr and "Error" not in ran.stdout + ran.stderr


# ---------------------------------------------------------------- Text alternatives in a running notebook


@pytest.fixture
def published(monkeypatch):
    """A function that gives (data, metadata) as a kernel would publish them when a cell displays a PNG."""
    hooks = []
    publisher = types.SimpleNamespace(register_hook=hooks.append, unregister_hook=hooks.remove)
    shell = types.SimpleNamespace(display_pub=publisher)
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr(plt.Figure, "_repr_mimebundle_", None, raising=False)
    running = []
    for _ in range(2):  # As when the setup cell is run twice.
        access.describe_pictures(lambda: running[-1])
    assert len(hooks) == 1

    def publish(source, about, **metadata):
        running.append(source)
        content = {"data": {"image/png": "iVBORw0KGgo=\n"}, "metadata": {"image/png": dict(about), **metadata}}
        for hook in hooks:
            assert hook({"content": content}) is not None  # None would keep it from being shown.
        return content["data"], content["metadata"]

    return publish


def test_a_picture_takes_its_own_alternative_then_its_cells_then_what_is_written_on_it(published):
    cells = json.loads((PACKAGE.parent / "01_neurons.ipynb").read_text(encoding="utf-8"))["cells"]
    cell = next(cell for cell in cells if "alt" in cell["metadata"])
    source, written = "".join(cell["source"]), {"written": "Figure: loss."}
    for code, about, more, words in [
        (source, {"alt": "Its own & more."}, written, "Its own &amp; more."),
        (source, {}, written, cell["metadata"]["alt"].replace("'", "&#x27;")),
        (source + " ", {}, written, "Figure: loss."),
        ("", {}, {}, "Picture."),
    ]:
        data, metadata = published(code, about, **more)
        assert data["text/html"].startswith(f'<img alt="{words}" ') and data["image/png"] == "iVBORw0KGgo=\n"
        assert 'src="data:image/png;base64,iVBORw0KGgo="' in data["text/html"]
        assert "written" not in metadata  # Nothing more is saved than before.
    assert 'width="800"' in published("", {"width": 800})[0]["text/html"]


def test_every_lessons_alternatives_are_found_by_the_code_of_their_cells():
    for path in PACKAGE.parent.glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if "alt" in cell["metadata"]:
                assert access._alternatives()[access._identity("".join(cell["source"]))] == cell["metadata"]["alt"]


def test_what_is_written_on_a_figure():
    figure, (left, right) = plt.subplots(1, 2)
    left.plot([1], label="training")
    left.set(title="Loss", xlabel="Epoch", ylabel="Error")
    left.legend()
    right.set(xlabel="Epoch")
    assert access._written(figure) == ({}, {"written": "Figure: Loss; Error against Epoch; training; Epoch."})
    plt.close(figure)


def test_image_html_takes_bytes_and_keeps_to_its_words():
    made = dlcourse.image_html(b"\x89PNG", 'a "b" <c>')
    assert made.startswith('<img alt="a &quot;b&quot; &lt;c&gt;" ') and made.endswith(
        'src="data:image/png;base64,iVBORw==">'
    )


# ---------------------------------------------------------------- Figures and tables


@pytest.fixture
def shown(monkeypatch):
    """What was displayed: a list of (figure, text alternative)."""
    plt.close("all")  # What other tests left open is not this test's.
    displayed = []
    monkeypatch.setattr(
        "IPython.display.display", lambda figure, metadata: displayed.append((figure, metadata["image/png"]["alt"]))
    )
    yield displayed
    assert not plt.get_fignums(), "a figure left open would be shown a second time"


@pytest.mark.parametrize("dtype, brightest", [("uint8", 255), ("float32", 1)])
@pytest.mark.parametrize("shape", [(12, 28, 28, 1), (12, 28, 28), (12, 28, 28, 3), (1, 8, 8)])
def test_show_images(dtype, brightest, shape, shown):
    titles = [f"no. {number}" for number in range(shape[0])]
    show_images(np.ones(shape, dtype), titles)
    [(figure, alternative)] = shown
    pictures = [place for place in figure.axes if place.images]
    assert [place.get_title() for place in pictures] == titles
    assert all(title in alternative for title in titles) and alternative.startswith(f"{shape[0]} pictures")
    assert {place.images[0].get_clim() for place in pictures} == {(0, brightest)}
    assert len({place.get_subplotspec().rowspan.start for place in pictures}) == (2 if shape[0] == 12 else 1)


@pytest.mark.parametrize("images", [
    np.zeros((28, 28)), np.zeros((28, 28, 1)), [], np.zeros((0, 28, 28)), np.zeros((2, 28, 28, 2)), 5, None, "pictures",
    [np.zeros((28, 28)), np.zeros((14, 14))], np.zeros((1, 2, 28, 28, 1)),
], ids=str)  # fmt: skip
def test_show_images_wrong_shape(images, shown, sentence):
    with pytest.raises(CourseError) as caught:
        show_images(images)
    sentence(caught.value, "show_images needs")
    assert not shown


def test_plot_history(shown):
    history = {
        "loss": [2.0, 1.0, 0.25], "accuracy": [0.5, 0.75, 0.875], "learning_rate": [1e-3] * 3,
        "val_loss": [1.5, 1.0, 0.5], "val_accuracy": [0.25, 0.5, 0.625],
    }  # fmt: skip
    plot_history(types.SimpleNamespace(history=history))
    plot_history({"loss": history["loss"]})
    (figure, alternative), (alone, _) = shown
    for key, values in history.items():
        name = ("validation " if key.startswith("val_") else "training ") + key.removeprefix("val_")
        assert (f"{name} from {values[0]:.3g} to {values[-1]:.3g}" in alternative) == (key != "learning_rate")
    for place, name in zip(figure.axes, ("loss", "accuracy"), strict=True):
        training, validation = place.lines
        assert training.get_ydata().tolist() == history[name] and training.get_xdata().tolist() == [1, 2, 3]
        assert validation.get_ydata().tolist() == history[f"val_{name}"]
        assert training.get_marker() != validation.get_marker(), "told apart by colour alone"
        assert [text.get_text() for text in place.get_legend().get_texts()] == ["training", "validation"]
    assert len(alone.axes) == 1


@pytest.mark.parametrize("history", [None, {}, ..., {"loss": []}, "history", [1, 2]])
def test_plot_history_of_nothing(history, shown, sentence):
    with pytest.raises(CourseError) as caught:
        plot_history(history)
    sentence(caught.value, "plot_history needs")


ROWS = [  # Label, probabilities, and what the table must show of them.
    (3, {3: 0.804, 5: 0.19, 8: 0.006}, "· · · 80 · 19 · · 1 ·", "label 3: guess 3 with 80 per cent, right"),
    (4, {9: 0.61, 4: 0.386, 1: 0.004}, "· · · · 39 · · · · 61", "label 4: guess 9 with 61 per cent, wrong"),
    (-1, {8: 0.33, 0: 0.32, 2: 0.35}, "32 · 35 · · · · · 33 ·", "no digit: guess 2 with 35 per cent, no digit"),
    (0, {0: 1.0}, "100 · · · · · · · · ·", "label 0: guess 0 with 100 per cent, right"),
]


def table_rows():
    labels = np.array([label for label, *_ in ROWS])
    probabilities = np.array([[chances.get(digit, 0) for digit in range(10)] for _, chances, *_ in ROWS])
    return np.zeros((len(ROWS), 28, 28, 1)), labels, probabilities


def test_prediction_table(shown):
    prediction_table(*table_rows())
    [(figure, alternative)] = shown
    assert alternative == "Table of guesses in per cent. " + "; ".join(words for *_, words in ROWS) + "."
    table = figure.axes[1]
    for row, (_, chances, numbers, words) in enumerate(ROWS):
        cells = [text for text in table.texts if text.get_position()[1] == row + 0.5]
        *digits, verdict = sorted(cells, key=lambda text: text.get_position()[0])
        assert " ".join(text.get_text() for text in digits) == numbers
        guess = max(chances, key=chances.get)
        assert [digit for digit, text in enumerate(digits) if text.get_bbox_patch()] == [guess]
        mark = "✓" if words.endswith("right") else "✗"
        assert verdict.get_text() == f"{guess}  {mark} {words.split(', ')[1]}"


def test_prediction_table_side_by_side(shown):
    images, labels, after = table_rows()
    before = np.roll(after, 1, axis=1)
    prediction_table(images, labels, {"before": before, "after": after}, names=["a", "b", "c", "d"])
    [(figure, alternative)] = shown
    assert "before a: guess 4 with 80 per cent, wrong" in alternative
    assert "after a: guess 3 with 80 per cent, right" in alternative
    assert {"before", "after"} <= {text.get_text() for place in figure.axes for text in place.texts}


@pytest.mark.parametrize("titles, room", [((), (1084, 448)), (("before", "after"), (1084, 561))], ids=str)
def test_prediction_table_can_be_read_from_the_back_of_a_room(titles, room, shown, monkeypatch):
    """On the slides of lessons 4 and 5 its letters are 20 pixels high or higher, and none lies on another."""
    monkeypatch.setitem(plt.rcParams, "figure.constrained_layout.use", True)  # As setup() does.
    images, labels = dlcourse.load_probes()
    worst = np.tile([0.14, 0.12, 0.24, 0.1, 0.05, 0.05, 0.11, 0.04, 0.05, 0.1], (10, 1))
    worst[1:4] = np.eye(10)[[0, 5, 9]]
    prediction_table(images, labels, dict.fromkeys(titles, worst) or worst, dlcourse.PROBE_NAMES)
    [(figure, _)] = shown
    figure.set_dpi(90)
    figure.draw_without_rendering()
    texts = [text for place in figure.axes for text in place.texts if text.get_text() not in ("", "·")]
    boxes = [text.get_window_extent() for text in texts]
    size = figure.get_tightbbox().padded(0.1).size * 90  # As Jupyter cuts it out.
    scale = min(np.array(room) / size)
    assert min(text.get_fontsize() for text in texts) / 72 * 90 * scale >= 20
    assert size[0] * scale > 0.95 * room[0]
    pairs = itertools.combinations(zip(boxes, texts, strict=True), 2)
    assert [(one.get_text(), other.get_text()) for (box, one), (b, other) in pairs if box.overlaps(b)] == []


@pytest.mark.parametrize("change", [
    {"probabilities": np.zeros((4, 9))}, {"probabilities": np.zeros(10)}, {"probabilities": [[1], [1, 2]]},
    {"probabilities": np.zeros((3, 10))}, {"probabilities": {"before": np.zeros((4, 10)), "after": np.zeros((4, 2))}},
    {"labels": np.zeros(3, int)}, {"labels": 5}, {"labels": None}, {"labels": np.zeros((4, 1), int)},
    {"images": np.zeros((4, 784))}, {"images": None}, {"images": np.zeros((28, 28))}, {"names": ["a", "b"]},
], ids=str)  # fmt: skip
def test_prediction_table_wrong_shape(change, shown, sentence):
    with pytest.raises(CourseError) as caught:
        prediction_table(**dict(zip(("images", "labels", "probabilities"), table_rows())) | change)
    sentence(caught.value, "needs")
    assert not shown


@pytest.mark.parametrize("label", [10, -2, 2.5, "seven", float("nan")])
def test_prediction_table_label_that_is_no_digit(label, shown, sentence):
    images, _, probabilities = table_rows()
    with pytest.raises(CourseError) as caught:
        prediction_table(images, [label, 1, 2, 3], probabilities)
    sentence(caught.value, "0 to 9")
    assert not shown


# ---------------------------------------------------------------- Reference runs

RUNS = [0.96 + 0.001 * step for step in (-9, -7, -5, -5, -4, -3, -2, -1, -1, 0, 0, 1, 1, 2, 3, 4, 5, 5, 7, 9)]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    seeds = list(range(1, 21))
    lessons = {
        "02_iris": {"iris": {"seeds": seeds, "test_accuracy": RUNS, "loss": [0.1] * 20}},
        "04_mnist": {
            "mnist-full": {"seeds": seeds, "test_accuracy": [value + 0.02 for value in RUNS]},
            "mnist-sample": {"seeds": seeds, "test_accuracy": RUNS},
        },
    }
    for name, reference in lessons.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"code": {}, "runs": reference}))
    monkeypatch.setattr(reference_runs, "RUNS", tmp_path)
    monkeypatch.setattr(mnist, "source", "sample")
    return tmp_path


@pytest.mark.parametrize("count, content, factor", [  # Published two-sided normal tolerance factors, 95 % confidence.
    (10, 0.90, 2.839), (20, 0.90, 2.310), (20, 0.95, 2.752), (20, 0.99, 3.615), (50, 0.90, 1.996), (100, 0.99, 2.934),
])  # fmt: skip
def test_tolerance_factor(count, content, factor):
    values = np.linspace(-1, 1, count)
    low, high = reference_runs._tolerance(values, content)
    assert high == pytest.approx(-low)
    assert high / statistics.stdev(values) == pytest.approx(factor, rel=0.01)


@pytest.mark.parametrize("content", [0.9, 0.999])
def test_tolerance_by_simulation(content):
    """Of many samples of 20, 95 % must give an interval that holds this share of the whole distribution."""
    normal, random_numbers = statistics.NormalDist(), np.random.default_rng(0)
    holds = []
    for sample in random_numbers.normal(size=(2000, 20)):
        low, high = reference_runs._tolerance(sample, content)
        holds.append(normal.cdf(high) - normal.cdf(low) >= content)
    assert np.mean(holds) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("deviations, word", [
    (0, "usual."), (2.25, "usual, though just above"), (2.4, "unusual"), (4.5, "unusual"),
    (4.8, "different (higher"), (50, "different (higher"),
])  # fmt: skip
@pytest.mark.parametrize("sign", [1, -1])
def test_compare_run(deviations, word, sign, runs, shown, capsys, monkeypatch, sentence):
    value = statistics.mean(RUNS) + sign * deviations * statistics.stdev(RUNS)
    word = word if sign > 0 else word.replace("higher", "lower").replace("above", "below")
    compare_run("iris", test_accuracy=value)
    said = capsys.readouterr().out
    assert said.startswith(f"Your test accuracy of {value:.3f} is {word}")
    assert said.endswith("Our 20 runs: 0.951 to 0.969.\n")
    [(figure, alternative)] = shown
    assert alternative == said.strip()
    ours, yours = figure.axes[0].lines
    assert list(ours.get_xdata()) == RUNS and list(yours.get_xdata()) == [value]
    assert ours.get_marker() != yours.get_marker(), "told apart by colour alone"

    monkeypatch.setenv("DLCOURSE_STRICT", "1")
    if "different" in word:
        with pytest.raises(CourseError, match="test accuracy"):
            compare_run("iris", test_accuracy=value)
    else:
        compare_run("iris", test_accuracy=value)


def test_compare_run_allows_for_other_machines(runs, shown, capsys):
    """Twenty runs may agree to all digits: a spread of 0.002 is assumed all the same."""
    compare_run("iris", loss=0.1 + 2.25 * 0.002, test_accuracy=0.96)
    loss, accuracy = capsys.readouterr().out.splitlines()
    assert " is usual, though just above ours." in loss and " is usual." in accuracy
    compare_run("iris", loss=0.1 + 2.4 * 0.002)
    assert "unusual" in capsys.readouterr().out


def test_compare_run_by_source(runs, shown, capsys, monkeypatch, sentence):
    compare_run("mnist", test_accuracy=np.array(0.96))
    monkeypatch.setattr(mnist, "source", "full")
    compare_run("mnist", test_accuracy=np.float32(0.98))
    assert capsys.readouterr().out.count(" is usual.") == 2
    monkeypatch.setattr(mnist, "source", None)
    with pytest.raises(CourseError) as caught:
        compare_run("mnist", test_accuracy=0.96)
    sentence(caught.value, "load_mnist()")


@pytest.mark.parametrize("first, apart, second, yours, one_axis", [
    ("validation_accuracy", 0.03, "test_accuracy", 0.98, True),
    ("validation_accuracy", 0.04, "test_accuracy", 0.98, False),
    ("validation_accuracy", 0, "test_accuracy", 0.5, False), ("validation_accuracy", 0, "loss", 0.98, False),
    ("dog_share", 0, "test_accuracy", 0.98, False),
])  # fmt: skip
def test_compare_run_draws_what_is_alike_on_one_axis(first, apart, second, yours, one_axis, runs, shown, capsys):
    """Runs reach over 0.018: two accuracies that reach over no more than 0.054 together, yours too, are compared."""
    content = {first: RUNS, second: [value + apart for value in RUNS], "seeds": [1]}
    (runs / "02_iris.json").write_text(json.dumps({"runs": {"iris": content}}))
    compare_run("iris", **{first: RUNS[0], second: yours})
    [(figure, alternative)] = shown
    figure.draw_without_rendering()
    upper, lower = figure.axes
    assert (upper.get_xlim() == lower.get_xlim()) == one_axis
    assert [[*place.lines[1].get_xdata()] for place in figure.axes] == [[RUNS[0]], [yours]]
    written = [place.get_xlabel() for place in figure.axes]
    assert written == [name.replace("_", " ").capitalize() for name in (first, second)]
    numbers = [any(tick.label1.get_visible() for tick in place.xaxis.get_major_ticks()) for place in figure.axes]
    assert numbers == [not one_axis, True] and alternative == capsys.readouterr().out.replace("\n", " ").strip()


def test_compare_run_says_held_out_with_a_hyphen(runs, shown, capsys):
    content = {"held_out_accuracy": RUNS, "seeds": [1]}
    (runs / "02_iris.json").write_text(json.dumps({"runs": {"iris": content}}))
    compare_run("iris", held_out_accuracy=RUNS[0])
    [(figure, alternative)] = shown
    assert capsys.readouterr().out.startswith("Your held-out accuracy of 0.951 is usual.")
    assert alternative.startswith("Your held-out accuracy") and figure.axes[0].get_xlabel() == "Held-out accuracy"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_compare_run_of_a_failed_training(value, runs, shown, capsys, monkeypatch):
    compare_run("iris", test_accuracy=value)
    said = capsys.readouterr().out
    assert " is different (" in said and ("not a number" in said) == (value != value)
    figure, _ = shown[0]
    figure.draw_without_rendering()
    monkeypatch.setenv("DLCOURSE_STRICT", "1")
    with pytest.raises(CourseError):
        compare_run("iris", test_accuracy=value)


@pytest.mark.parametrize("experiment, metrics, words", [
    ("tulips", {"test_accuracy": 0.9}, ("'tulips'", "iris")), (None, {"test_accuracy": 0.9}, ("None",)),
    ("iris", {"seeds": 1}, ("test_accuracy",)),
    ("iris", {"accuracy": 0.9}, ("test_accuracy",)), ("iris", {}, ("test_accuracy",)),
    ("iris", {"test_accuracy": ...}, ("test_accuracy",)), ("iris", {"test_accuracy": "high"}, ("test_accuracy",)),
    ("iris", {"test_accuracy": [0.9, 0.8]}, ("test_accuracy",)),
    ("iris", {"test_accuracy": 1, "loss": None}, ("loss", "one number")),
])  # fmt: skip
def test_compare_run_unknown(experiment, metrics, words, runs, shown, sentence):
    with pytest.raises(CourseError) as caught:
        compare_run(experiment, **metrics)
    sentence(caught.value, *words)
    assert not shown


@pytest.mark.parametrize("content", ["", "{", "[]", '{"code": {}}', '{"runs": 5}'])
def test_compare_run_with_a_broken_file(content, runs, shown, sentence):
    (runs / "04_mnist.json").write_text(content)
    with pytest.raises(CourseError) as caught:
        compare_run("iris", test_accuracy=0.96)
    sentence(caught.value, "data/runs/04_mnist.json cannot be read", "fetch the course again")
    assert caught.value.__suppress_context__ and not shown


def test_the_course_has_runs_of_every_experiment_and_seed():
    """Each experiment has one name in all lessons, and as many values of each quantity as it has seeds."""
    count, found = {}, reference_runs._reference()
    for path in sorted((COURSE / "data" / "runs").glob("*.json")):
        for experiment, values in json.loads(path.read_text(encoding="utf-8"))["runs"].items():
            assert experiment not in count, f"{experiment} stands in two files"
            count[experiment] = len(set(values["seeds"]))
            for name, numbers in found[experiment].items():
                assert len(numbers) == len(values["seeds"]) == count[experiment], (experiment, name)
    for lesson in sorted(path.name for path in (COURSE / "lessons").glob("[0-9][0-9]_*")):
        for name, metrics in re.findall(r'dlcourse\.compare_run\(\s*"(\w+)",([^)]*)', python_of(lesson)):
            keys = [key for key in found if key in (name, f"{name}-full", f"{name}-sample")]
            there = keys in ([name], [f"{name}-full", f"{name}-sample"])
            assert there, f"There are no runs of {name} yet: make runs ONLY={lesson[:2]}"
            for key in keys:
                assert {*re.findall(r"(\w+)=", metrics)} <= set(found[key])
                assert count[key] >= 20, key
