"""The drawing pad: what the browser computes, against Keras, NumPy and SciPy; what people see and do; the sentences.

All that needs a browser happens in one page, in Chromium without a window: it writes what it found into its body.
"""

import base64
import html
import json
import re
import subprocess

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy.ndimage import center_of_mass

import browsers
import dlcourse
from dlcourse import CourseError, pad
from shared import environment

SOURCE = pad.SCRIPT.read_text(encoding="utf-8")
SIDE = 280

# What the page does. Given: NETWORKS {name: layers}, PICTURES and INKS (base64), OUTPUT (the HTML of a cell).
SCENARIO = """
const found = { errors: [], reached: [] };
let asked = 0; // Without a window frames come when they like: here they come at once, and are counted.
window.requestAnimationFrame = (update) => { asked++; setTimeout(update, 10); };
window.addEventListener("error", (event) => found.errors.push(String(event.message)));
const frames = () => new Promise((go) => setTimeout(go, 50));
const list = (values) => Array.from(values);
const decoded = (layers) => layers.map((layer) =>
  "kernel" in layer ? { ...layer, kernel: decode(layer.kernel), bias: decode(layer.bias) } : layer);

found.answers = {};
for (const [name, layers] of Object.entries(NETWORKS)) {
  found.answers[name] = PICTURES.map((picture) => list(forward(decoded(layers), decode(picture))));
}
found.untouched = list(decode(PICTURES[0]));
found.shapes = INKS.map(([side, text]) => {
  const ink = decode(text);
  const turned = ink.map((value) => 1 - value);
  return {
    drawn: list(asDrawn(ink, side)), centred: list(centred(ink, side)), told: list(centred(ink, side, false)),
    inverted: list(centred(turned, side)), toldInverted: list(centred(turned, side, true)),
  };
});

function look(root) {
  const text = (selector) => list(root.querySelectorAll(selector)).map((element) => element.textContent);
  const visible = root.querySelector("canvas.pad").getContext("2d").getImageData(0, 0, 280, 280).data;
  const grey = list(visible).filter((_, i) => i % 4 === 0);
  return {
    numbers: text(".number"), said: text(".said")[0], titles: text(".title"), marks: text(".row > :last-child"),
    largest: list(root.querySelectorAll(".row")).map((row) => row.classList.contains("largest")),
    bold: list(root.querySelectorAll(".number")).map((number) => Number(getComputedStyle(number).fontWeight) >= 700),
    widths: list(root.querySelectorAll(".bar span")).map((bar) => parseFloat(bar.style.width)),
    pressed: root.querySelector("[aria-pressed]").getAttribute("aria-pressed"),
    pens: list(root.querySelectorAll("input:checked")).map((input) => input.value),
    white: grey.filter((value) => value > 128).length, corner: grey[0],
    small: list(root.querySelectorAll("canvas.small")).map((small) =>
      list(small.getContext("2d").getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 0)),
  };
}
function point(canvas, type, x, y, more = {}) {
  const box = canvas.getBoundingClientRect();
  const at = { clientX: box.left + canvas.clientLeft + x, clientY: box.top + canvas.clientTop + y };
  canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, bubbles: true, ...at, ...more }));
}
function stroke(canvas, points) {
  point(canvas, "pointerdown", ...points[0]);
  for (const one of points.slice(1)) point(canvas, "pointermove", ...one);
  point(canvas, "pointerup", ...points.at(-1));
}
function press(element, key, more = {}) {
  element.focus();
  element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

async function pads() {
  const [one, two] = ["one", "two"].map((name) => document.getElementById(name));
  for (const place of [one, two]) mount(place, NETWORKS.reader);
  found.fallbackGone = !one.textContent.includes("Fallback");
  const canvas = (place) => place.querySelector("canvas.pad");
  const button = (place, i) => place.querySelectorAll("button")[i];
  await frames();
  found.empty = look(one);
  point(canvas(one), "pointermove", 100, 100); // Not pressed: draws nothing.
  point(canvas(one), "pointerdown", 100, 100, { button: 2 });
  await frames();
  found.hovered = look(one);
  point(canvas(one), "pointerdown", 70, 60);
  point(canvas(one), "pointermove", 170, 60);
  await frames();
  found.during = look(one);
  point(canvas(one), "pointermove", 120, 210);
  point(canvas(one), "pointermove", 20, 20, { pointerId: 2 }); // A second finger.
  point(canvas(one), "pointerup", 120, 210);
  await frames();
  found.seven = look(one);
  found.other = look(two);
  button(one, 1).click();
  await frames();
  found.sevenInverted = look(one);
  button(one, 1).click();
  button(one, 0).click();
  one.querySelector("input[value=thin]").click();
  await frames();
  found.cleared = look(one);
  asked = 0;
  stroke(canvas(one), [[70, 60], [170, 60], [120, 210]]);
  found.asked = asked;
  await frames();
  found.thin = look(one);
  found.other = look(two);

  document.addEventListener("keydown", (event) => found.reached.push((event.ctrlKey ? "Ctrl+" : "") + event.key));
  press(canvas(two), "ArrowLeft");
  await frames();
  found.cursor = look(two);
  press(canvas(two), " ");
  await frames();
  found.penDown = look(two);
  for (let i = 0; i < 10; i++) press(canvas(two), "ArrowUp");
  press(canvas(two), " ");
  canvas(two).blur();
  await frames();
  found.line = look(two);
  press(canvas(two), "ArrowLeft"); // Lifted: draws nothing.
  canvas(two).blur();
  await frames();
  found.lifted = look(two);
  press(canvas(two), "I");
  canvas(two).blur();
  await frames();
  found.keyInverted = look(two);
  for (const key of ["c", "ArrowDown", "ArrowRight", "Delete"]) press(canvas(two), key);
  press(canvas(two), "c", { ctrlKey: true });
  press(canvas(two), "Tab");
  canvas(two).blur();
  await frames();
  found.keyCleared = look(two);
  found.reachedFromCanvas = found.reached.splice(0);
  for (const control of two.querySelectorAll("button, input")) press(control, " "), press(control, "ArrowDown");
  found.reachedFromControls = found.reached.splice(0);
  found.controls = list(one.querySelectorAll("canvas.pad, button, input")).map((element) => ({
    tag: element.tagName, suppressed: element.getAttribute("data-lm-suppress-shortcuts"),
    reachable: element.tabIndex, name: element.getAttribute("aria-label") ?? element.textContent,
    role: element.getAttribute("role"), touch: getComputedStyle(element).touchAction,
    described: document.getElementById(element.getAttribute("aria-describedby"))?.textContent,
  }));
  found.live = one.querySelector(".said").getAttribute("role");
  const names = list(document.querySelectorAll("[id]")).map((element) => element.id);
  found.ids = [names.length, new Set(names).size];
}

async function notebook() { // As JupyterLab shows an output: its scripts are made anew. Twice: it was given two views.
  for (const view of ["view one", "view two"]) {
    const host = document.createElement("div");
    host.innerHTML = OUTPUT;
    document.body.append(host);
    found.fallback = host.textContent;
    for (const script of Array.from(host.getElementsByTagName("script"))) {
      const fresh = document.createElement("script");
      for (const { name, value } of script.attributes) fresh.setAttribute(name, value);
      fresh.textContent = script.textContent;
      script.parentNode.replaceChild(fresh, script);
    }
  }
  for (let i = 0; i < 100 && document.querySelectorAll(".dlcourse-pad").length < 4; i++) await frames();
  found.mounted = list(document.querySelectorAll("body > div:not([id]) > div")).map((place) => place.innerText);
}

try {
  await pads();
  await notebook();
} catch (error) {
  found.errors.push(String(error.stack));
}
found.requests = performance.getEntriesByType("resource").map((entry) => entry.name);
document.getElementById("result").textContent = JSON.stringify(found);
"""


def text(numbers):
    return base64.b64encode(np.asarray(numbers, "<f4").tobytes()).decode()


def chromium(page, folder):
    """What a page wrote into its <pre id="result">."""
    program = browsers.program()
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    options += ["--window-size=1000,900", "--virtual-time-budget=20000", "--dump-dom", file.as_uri()]
    ran = subprocess.run([program, *options], capture_output=True, text=True, timeout=120, env=environment(folder))
    result = re.search(r'<pre id="result">(.+?)</pre>', ran.stdout, re.S)
    assert result, f"The page wrote nothing. {ran.stdout[-500:]} {ran.stderr[-500:]}"
    return json.loads(html.unescape(result[1]))


# ---------------------------------------------------------------- What is given to the page


@pytest.fixture(scope="module")
def networks():
    """{name: a Keras network with weights by chance}, and the shipped reader, built here from its arrays."""
    import keras
    from keras import layers

    def sequential(*inner):
        return keras.Sequential([keras.Input((28, 28, 1)), *inner])

    softmax = layers.Dense(10, activation="softmax")
    networks = {
        "dense": sequential(layers.Flatten(), layers.Dense(20, "relu"), layers.Dense(10), layers.Activation("softmax")),
        "lesson": sequential(
            layers.Conv2D(16, 5, padding="same", activation="relu"), layers.MaxPooling2D(),
            layers.Conv2D(32, 5, padding="same", activation="relu"), layers.MaxPooling2D(),
            layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dropout(0.4), softmax,
        ),
        "valid": sequential(
            keras.Sequential([layers.RandomRotation(0.1), layers.GaussianNoise(0.5), layers.RandomFlip()]),
            layers.Activation("relu"), layers.Conv2D(4, (3, 6), activation="linear"), layers.MaxPooling2D(2),
            keras.Sequential([layers.Conv2D(6, (4, 3), padding="same", use_bias=False), layers.Activation("relu")]),
            layers.MaxPooling2D(), layers.Dense(5, "relu"), layers.Flatten(), layers.Dense(10, "softmax"),
        ),
    }  # fmt: skip
    chance = np.random.default_rng(0)
    for network in networks.values():
        network.set_weights([chance.normal(0, 0.3 / len(w) ** 0.25, w.shape) for w in network.get_weights()])
    last = networks["dense"].layers[-2]
    last.set_weights([last.get_weights()[0], last.get_weights()[1] + 100])  # e^100 is more than float32 can hold.
    with np.load(pad.READER) as file:
        reader = sequential(
            layers.Conv2D(8, 5, padding="same", activation="relu"), layers.MaxPooling2D(),
            layers.Conv2D(16, 5, padding="same", activation="relu"), layers.MaxPooling2D(),
            layers.Flatten(), layers.Dense(10, activation="softmax"),
        )  # fmt: skip
        flat = [file[f"{place}_{part}"] for place in (0, 2, 5) for part in ("kernel", "bias")]
        reader.set_weights([numbers.reshape(w.shape) for numbers, w in zip(flat, reader.get_weights())])
    return networks | {"reader": reader}


@pytest.fixture(scope="module")
def pictures():
    noise = np.random.default_rng(1).random((4, 28, 28, 1))
    probes, _ = dlcourse.load_probes()
    return np.concatenate([probes, noise, 1 - probes[:3], np.zeros((1, 28, 28, 1))]).astype("float32")


def drawn(*corners, width=22, side=SIDE):
    """Ink, 0–1: a line through these corners, its edges smooth."""
    picture = Image.new("L", (4 * side, 4 * side))
    ImageDraw.Draw(picture).line([(4 * x, 4 * y) for x, y in corners], fill=255, width=4 * width, joint="curve")
    return np.asarray(picture.resize((side, side), Image.Resampling.BOX), "float32") / 255


INKS = {
    "a seven": drawn((80, 75), (200, 75), (125, 215)),
    "small, in a corner": drawn((20, 20), (50, 20), (30, 60), width=8),
    "large, over the edge": drawn((-20, 30), (260, 30), (150, 270)),
    "lying": drawn((40, 200), (240, 215), width=14),
    "a dot": drawn((100, 100), (112, 100), width=12),
    "heavy to one side": np.maximum(drawn((60, 40), (60, 240), width=30), drawn((60, 140), (180, 140), width=6)),
    "on another pad": drawn((30, 20), (70, 20), (40, 75), width=9, side=100),
}


@pytest.fixture(scope="module")
def found(networks, pictures, tmp_path_factory):
    """What the page found, see SCENARIO."""
    given = {
        "NETWORKS": {name: pad.exported(network) for name, network in networks.items() if name != "reader"},
        "PICTURES": [text(picture) for picture in pictures],
        "INKS": [(len(ink), text(ink)) for ink in [*INKS.values(), np.zeros((SIDE, SIDE))]],
        "OUTPUT": pad._page(pad._reader()),
    }
    given["NETWORKS"]["reader"] = pad._reader()
    lines = [f"const {name} = {json.dumps(value)};".replace("</", "<\\/") for name, value in given.items()]
    places = '<pre id="result"></pre><div id="one">Fallback</div><div id="two">Fallback</div>'
    script = "\n".join([SOURCE, *lines, SCENARIO])
    page = f'<!doctype html><meta charset="utf-8"><body>{places}<script type="module">{script}</script>'
    found = chromium(page, tmp_path_factory.mktemp("browser"))
    assert found["errors"] == []
    return found


# ---------------------------------------------------------------- What the browser computes


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dense", "lesson", "valid", "reader"])
def test_the_browser_answers_as_keras_does(found, networks, pictures, name):
    right = np.asarray(networks[name](pictures, training=False))
    answers = np.array(found["answers"][name])
    assert answers.shape == right.shape == (len(pictures), 10)
    assert np.ptp(right, axis=0).max() > 0.05, "the pictures must be told apart, else anything is right"
    assert np.abs(answers - right).max() <= 1e-4
    np.testing.assert_array_equal(found["untouched"], pictures[0].ravel())


@pytest.mark.slow
def test_the_reader_reads_but_not_what_is_inverted(networks, capsys, monkeypatch):
    monkeypatch.setenv("DLCOURSE_DATA", "sample")
    test = dlcourse.load_mnist()[1]
    images, labels = (part.numpy() for part in next(iter(test.batch(1000))))
    pictures = images.astype("float32") / 255
    for given, low, high in [(pictures, 0.985, 1), (1 - pictures, 0, 0.7)]:
        right = np.asarray(networks["reader"](given)).argmax(axis=1) == labels
        assert low <= right.mean() <= high


def test_the_reader_is_small_and_its_note_says_where_it_is_from():
    assert pad.READER.stat().st_size < 1e6
    note = pad.READER.with_name("README.md").read_text(encoding="utf-8")
    for words in ("MNIST", "LeCun", "Cortes", "CC BY-SA 3.0", "python tools/reader.py"):
        assert words in note
    assert float(re.search(r"([\d.]+)% of MNIST's 10,000 test pictures", note)[1]) >= 98.5
    with np.load(pad.READER) as file:
        assert f"{sum(file[name].size for name in file if name != 'layers'):,} numbers" in note


@pytest.mark.slow
@pytest.mark.parametrize("place, name", list(enumerate(INKS)))
def test_a_drawing_is_shrunk_by_averaging(found, place, name):
    ink, result = INKS[name], np.reshape(found["shapes"][place]["drawn"], (28, 28))
    if len(ink) % 28 == 0:
        step = len(ink) // 28
        right = ink.reshape(28, step, 28, step).mean(axis=(1, 3))
    else:  # Each pixel becomes 28×28, and then len(ink)² of these one.
        side = len(ink)
        right = np.kron(ink, np.ones((28, 28))).reshape(28, side, 28, side).mean(axis=(1, 3))
    np.testing.assert_allclose(result, right, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("place, name", list(enumerate(INKS)))
def test_a_drawing_is_scaled_and_centred_as_mnist_is(found, place, name):
    ink, shapes = INKS[name], found["shapes"][place]
    result = np.reshape(shapes["centred"], (28, 28))
    np.testing.assert_allclose(center_of_mass(result), 14, atol=0.3)
    rows, columns = np.nonzero(ink > 0.1)
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    scale = 20 / max(height, width)
    rows, columns = np.nonzero(result > 0.02)
    assert abs(np.ptp(rows) + 1 - height * scale) <= 1.5 and abs(np.ptp(columns) + 1 - width * scale) <= 1.5
    assert abs(max(np.ptp(rows), np.ptp(columns)) + 1 - 20) <= 1
    assert result.sum() == pytest.approx(ink.sum() * scale**2, rel=0.01)  # No ink is lost.
    assert 0 <= result.min() and result.max() <= 1
    np.testing.assert_array_equal(shapes["told"], shapes["centred"])
    for way in ("inverted", "toldInverted"):
        np.testing.assert_allclose(shapes[way], 1 - np.array(shapes["centred"]), atol=1e-5)


@pytest.mark.slow
def test_an_empty_pad_gives_empty_paper(found):
    empty = found["shapes"][-1]
    for way, value in [("drawn", 0), ("centred", 0), ("inverted", 1)]:
        assert set(empty[way]) == {value}


# ---------------------------------------------------------------- What people see and can do

DASHES = ["–"] * 20


@pytest.mark.slow
def test_an_empty_pad_asks_for_a_digit(found):
    for when in ("empty", "hovered", "cleared", "other", "cursor", "keyCleared"):
        seen = found[when]
        assert seen["numbers"] == DASHES and set(seen["widths"]) == {0} and not any(seen["largest"])
        assert seen["said"] == "Draw a digit."
    assert found["fallbackGone"] and found["empty"]["titles"] == ["as drawn", "centred"]
    assert found["empty"]["white"] == 0 and found["cursor"]["white"] > 0
    assert found["during"]["said"] == "Draw a digit." and found["during"]["numbers"] != DASHES


@pytest.mark.slow
@pytest.mark.parametrize("when", ["during", "seven", "sevenInverted", "thin", "line", "keyInverted"])
def test_the_percentages_are_those_of_the_pictures_shown(found, networks, when):
    seen = found[when]
    shown = np.reshape(seen["small"], (2, 28, 28, 1)).astype("float32") / 255
    right = 100 * np.asarray(networks["reader"](shown, training=False)).ravel()
    np.testing.assert_allclose(seen["widths"], right, atol=2)  # What is shown is rounded to 256 steps.
    assert seen["numbers"] == [f"{int(width + 0.5)} %" for width in seen["widths"]]
    for half in (slice(0, 10), slice(10, 20)):
        largest = int(np.argmax(seen["widths"][half]))
        expected = [digit == largest for digit in range(10)]
        assert seen["largest"][half] == seen["bold"][half] == expected
        assert seen["marks"][half] == ["◀" if mark else "" for mark in expected]
    if when != "during":
        (drawn, drawn_sure), (moved, moved_sure) = (
            (int(np.argmax(part)), int(max(part) + 0.5)) for part in (seen["widths"][:10], seen["widths"][10:])
        )
        words = f"Centred: {moved} with {moved_sure} per cent. As drawn: {drawn} with {drawn_sure} per cent."
        assert seen["said"] == words


@pytest.mark.slow
def test_a_seven_is_read_and_inverting_turns_the_pictures(found):
    seven, turned, thin = (found[name] for name in ("seven", "sevenInverted", "thin"))
    assert seven["said"].startswith("Centred: 7 with ") and seven["pressed"] == "false"
    assert (seven["corner"], turned["corner"], turned["pressed"]) == (0, 255, "true")
    np.testing.assert_allclose(turned["small"], 255 - np.array(seven["small"]), atol=1)
    assert seven["white"] + turned["white"] == pytest.approx(SIDE**2, abs=50)
    ink = drawn((70, 60), (170, 60), (120, 210))
    assert seven["white"] == pytest.approx((ink > 0.5).sum(), rel=0.1)
    assert found["asked"] == 1, "several points before a frame need one update"
    assert thin["white"] < 0.6 * seven["white"] and thin["pens"] == ["thin"] and seven["pens"] == ["thick"]


@pytest.mark.slow
def test_pads_on_one_page_leave_each_other_alone(found):
    assert found["other"]["pens"] == ["thick"] and found["other"]["pressed"] == "false"
    assert found["ids"][0] == found["ids"][1] == 5  # The result, two places, two texts of help.


@pytest.mark.slow
def test_the_keyboard_draws_and_its_keys_go_nowhere_else(found):
    line, lifted = found["line"], found["lifted"]
    assert found["penDown"]["said"] == "The pen is down." and line["said"].startswith("Centred: ")
    length, width = 70, 22
    assert line["white"] == pytest.approx(length * width + np.pi * (width / 2) ** 2, rel=0.05)
    assert lifted["white"] == line["white"] and lifted["small"] == line["small"]
    assert found["keyInverted"]["pressed"] == "true" and found["keyInverted"]["corner"] == 255
    assert found["reachedFromCanvas"] == ["Ctrl+c", "Tab"] and found["reachedFromControls"] == []
    canvas, *controls = found["controls"]
    assert [control["tag"] for control in controls] == ["BUTTON", "BUTTON", "INPUT", "INPUT"]
    assert all(one["suppressed"] == "true" and one["reachable"] == 0 for one in found["controls"])
    assert canvas["role"] == "application" and "Pad to draw" in canvas["name"] and canvas["touch"] == "none"
    assert all(word in canvas["described"] for word in ("rrow keys", "Space", "Delete", "inverts"))
    assert [control["name"] for control in controls[:2]] == ["Clear", "Invert the ink"] and found["live"] == "status"


@pytest.mark.slow
def test_a_notebook_shows_it_in_every_view_and_fetches_nothing(found):
    assert pad.FALLBACK in found["fallback"] and len(found["mounted"]) == 2
    for shown in found["mounted"]:
        assert "Draw a digit." in shown and "JavaScript" not in shown
    assert found["requests"] == []


# ---------------------------------------------------------------- The HTML


def test_without_javascript_there_is_a_picture_with_words(capsys, monkeypatch):
    given = []
    monkeypatch.setattr("IPython.display.display", given.append)
    pad.drawing_pad()
    page = given[0].data
    assert pad.FALLBACK in page and pad.FALLBACK.startswith("The pad needs JavaScript. ")
    picture, alternative = re.search(r'src="data:image/png;base64,([^"]+)"', page), re.search(r'alt="(.+?)"', page)
    assert picture and "7" in alternative[1]
    assert base64.b64decode(picture[1]).startswith(b"\x89PNG")
    before, script = page.split("<script", 1)
    assert page.count("</script>") == 1 and page.endswith("</script>") and script.startswith(' type="module">')
    first, second = (re.search(r'id="(.+?)"', pad._page([]))[1] for _ in range(2))
    assert first != second


def test_nothing_is_fetched_and_nothing_moves():
    page = re.sub(r"data:image/png;base64,[^\"]+", "", pad._page([]))
    assert not re.search(r"http|[\"'(]//|\bimport\b|\bfetch\(|WebSocket|url\(|\bsrc=\"[^\"]", page)
    assert "http" not in pad._page(pad._reader())
    assert not re.search(r"transition|animation|setInterval", SOURCE)
    assert not re.search(r"[^-]\bcolor: (?!inherit)|#[0-9a-f]{3,6}\b", SOURCE)
    assert max(map(len, SOURCE.splitlines())) <= 120 and len(SOURCE.splitlines()) <= 410


# ---------------------------------------------------------------- Networks that the pad can't take


def of(*inner, shape=(28, 28, 1)):
    import keras

    return keras.Sequential([keras.Input(shape), *inner])


def bad_networks():
    """{what is wrong: (network, words of the sentence)}, made late: Keras takes seconds to import."""
    import keras
    from keras import layers

    class Own(layers.Dense):
        def call(self, inputs):
            return 2 * super().call(inputs)

    class Dropout(layers.Dropout):
        pass

    def last(activation="softmax"):
        return [layers.Flatten(), layers.Dense(10, activation)]

    unfinished = of(*last())
    unfinished.layers[-1].set_weights([np.full((784, 10), np.nan), np.zeros(10)])
    entry = keras.Input((28, 28, 1))
    functional = keras.Model(entry, layers.Dense(10, "softmax")(layers.Flatten()(entry)))
    return {
        "a text": ("reader", ["str", "trained"]),
        "dots": (..., ["ellipsis"]),
        "a class": (keras.Sequential, ["type"]),
        "functional": (functional, ["Functional"]),
        "unbuilt": (keras.Sequential(last()), ["no weights", "Input"]),
        "small pictures": (of(*last(), shape=(14, 14, 1)), ["(14, 14, 1)", "(28, 28, 1)"]),
        "colour": (of(*last(), shape=(28, 28, 3)), ["(28, 28, 3)"]),
        "two answers": (of(layers.Flatten(), layers.Dense(2, "softmax")), ["(2,)"]),
        "no softmax": (of(*last(None)), ["softmax"]),
        "sigmoid": (of(*last("sigmoid")), ["dense", "softmax"]),
        "tanh": (of(layers.Conv2D(2, 3, activation="tanh"), *last()), ["conv2d", "relu"]),
        "strides": (of(layers.Conv2D(2, 3, strides=2), *last()), ["Conv2D", "strides"]),
        "dilated": (of(layers.Conv2D(2, 3, dilation_rate=2), *last()), ["Conv2D"]),
        "groups": (of(layers.Conv2D(2, 3), layers.Conv2D(2, 3, groups=2), *last()), ["Conv2D"]),
        "permuted": (of(layers.Permute((3, 1, 2)), *last()), ["Permute"]),
        "pool of 3": (of(layers.MaxPooling2D(3), *last()), ["MaxPooling2D"]),
        "padded pool": (of(layers.MaxPooling2D(2, padding="same"), *last()), ["MaxPooling2D"]),
        "overlapping pool": (of(layers.MaxPooling2D(2, strides=1), *last()), ["MaxPooling2D"]),
        "average": (of(layers.AveragePooling2D(2), *last()), ["AveragePooling2D"]),
        "normalised": (of(layers.BatchNormalization(), *last()), ["BatchNormalization"]),
        "rescaled": (of(layers.Rescaling(1 / 255), *last()), ["Rescaling"]),
        "cropped": (of(layers.RandomCrop(20, 20), *last()), ["RandomCrop"]),
        "of their own": (of(layers.Flatten(), Own(10, "softmax")), ["Own"]),
        "of their own, known name": (of(Dropout(0.1), *last()), ["Dropout"]),
        "nested": (of(keras.Sequential([layers.AveragePooling2D(2)]), *last()), ["AveragePooling2D"]),
        "not finite": (unfinished, ["finite"]),
    }


@pytest.mark.slow
def test_a_network_that_the_pad_cannot_take_is_named_in_a_sentence(sentence):
    for wrong, (network, words) in bad_networks().items():
        for function in (pad.exported, pad.drawing_pad):
            try:
                function(network)
            except CourseError as error:
                sentence(error, *words)
            else:
                pytest.fail(f"{wrong}: was taken")


@pytest.mark.slow
def test_what_is_exported_can_be_written_down_and_leaves_out_what_only_trains(networks):
    layers = json.loads(json.dumps(pad.exported(networks["valid"])))
    kinds = ["activation", "conv", "pool", "conv", "activation", "pool", "dense", "flatten", "dense"]
    assert [layer["type"] for layer in layers] == kinds
    kernel = np.frombuffer(base64.b64decode(layers[1]["kernel"]), "<f4").reshape(3, 6, 1, 4)
    np.testing.assert_array_equal(kernel, networks["valid"].get_weights()[0])
    assert {key: layers[1][key] for key in ("filters", "size", "channels", "padding", "activation")} == {
        "filters": 4, "size": [3, 6], "channels": 1, "padding": "valid", "activation": "linear",
    }  # fmt: skip


def test_a_broken_reader_is_named_in_a_sentence(monkeypatch, tmp_path, sentence):
    file = tmp_path / "reader.npz"
    monkeypatch.setattr(pad, "READER", file)
    for content in (None, b"", b"PK\3\4 not a file"):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(CourseError) as error:
            pad.drawing_pad()
        sentence(error.value, "data/reader/reader.npz")
