"""The lessons in JupyterLab as a learner sees them, in Chromium without a window: figures with their alternatives, the
controls by mouse and by keyboard, the drawing pad; the start page. Run by `make test-browser`.

JupyterLab is started by tools/lab.sh in a copy of the course, so that saved notebooks change nothing here. Lessons run
on the bundled sample. One server, one browser, and a page for each lesson, kept open while tests look at it. The start
page has a copy and servers of its own, since it is about the first time and the next.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from urllib.parse import urlparse

import matplotlib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import browsers
import course
from shared import SWITCHES

LESSONS = [one.name for one in course.lessons()]
TOKEN = "browser"
LATER = ("01_neurons", "03_kernels", "05_augmentation")  # Those with controls stay open.
MINUTES = 5  # In which a lesson must have run.
# What the kernel has shown, {id of a cell: {outputs, pictures}}, in the order of the cells.
LOOK = """() => jupyterapp.shell.currentWidget.content.widgets.map((cell) => ({
  id: cell.model.id, kind: cell.model.type,
  outputs: cell.model.type === "code" ? cell.model.outputs.toJSON() : [],
  shown: [...cell.node.querySelectorAll(".jp-OutputArea-output")].map((output) => output.innerText).join("\\n"),
  pictures: [...cell.node.querySelectorAll(".jp-OutputArea-output img")].map((picture) =>
    ({ alt: picture.alt, width: picture.naturalWidth })),
}))"""
# Where JupyterLab is: the active cell, and how many cells and folded headings there are.
PLACE = """() => {
  const book = jupyterapp.shell.currentWidget.content;
  const folded = book.node.querySelectorAll(".jp-collapseHeadingButton.jp-mod-collapsed").length;
  const hidden = [...book.node.querySelectorAll(".jp-Cell")].filter((cell) => cell.offsetParent === null).length;
  return [book.activeCellIndex, book.mode, book.widgets.length, folded, hidden];
}"""
NAMELESS = re.compile(r'- (slider|spinbutton|combobox|checkbox|button|radio|textbox|img|application)\b(?! ".)')
# Milliseconds from the end of a stroke until the last change of a pad's words and numbers, and the frame after it.
WATCH = """(root) => {
  const times = { changes: [] };
  window.strokeTimes = times;
  root.addEventListener("pointerup", () => (times.end = performance.now()), true);
  new MutationObserver(() => {
    if (!times.end) return;
    const change = performance.now() - times.end;
    requestAnimationFrame(() => times.changes.push([change, performance.now() - times.end]));
  }).observe(root.querySelector(".read"), { subtree: true, childList: true, characterData: true });
}"""


# ---------------------------------------------------------------- JupyterLab, a browser, a lesson in it


def copy_of_the_course(copy, home):
    """Copy the course, and give JupyterLab a home with settings for these tests."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=course.ROOT, check=True, capture_output=True, text=True).stdout.split("\0"):
        if name and (course.ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(course.ROOT / name, copy / name)
    (copy / ".venv").mkdir()
    for path in (course.ROOT / ".venv").resolve().iterdir():
        (copy / ".venv" / path.name).symlink_to(path)
    settings = home / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"windowingMode": "none"}')  # All cells are in the page, not only those in sight.


@contextlib.contextmanager
def jupyterlab(copy, home):
    """The address of a JupyterLab that tools/lab.sh has started there, until the end of `with`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in {*SWITCHES, "PYTHONPATH", "MPLBACKEND"}}
    places = {"HOME": str(home), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "DLCOURSE_DATA": "sample"}
    places["MPLCONFIGDIR"] = matplotlib.get_configdir()  # Or it would look for all typefaces, and say so.
    options = [f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--no-browser", "--ip=127.0.0.1"]
    command = ["sh", "tools/lab.sh", *options, "--LabApp.expose_app_in_browser=True"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=copy, env=kept | places, stdout=log, stderr=log, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, (home / "log").read_text()
                time.sleep(0.2)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)  # It ends its kernels.
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab in a copy of the course."""
    copy, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    copy_of_the_course(copy, home)
    with jupyterlab(copy, home) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    """A browser, and what it asked of other machines and complained about: (context, requests, complaints)."""
    program = browsers.program()
    requests, complaints = [], []

    def refuse(route):
        requests.append(route.request.url)
        route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.route(lambda url: urlparse(url).scheme.startswith("http") and "//127.0.0.1:" not in url, refuse)
        context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda problem: complaints.append(str(problem.error)))
        yield context, requests, complaints
        browser.close()


class Notebook:
    """A lesson in JupyterLab."""

    def __init__(self, page, name):
        self.name, self.page = name, page
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=90_000,
        )

    def run_whole(self):
        start = time.monotonic()
        self.run("notebook:run-all-cells")
        self.seconds = time.monotonic() - start

    def run_cell(self, number, code=None):
        """Run a cell, perhaps with another code in it, and return what is shown below it."""
        self.page.evaluate(f"() => {{ jupyterapp.shell.currentWidget.content.activeCellIndex = {number}; }}")
        if code is not None:
            active = "jupyterapp.shell.currentWidget.content.activeCell"
            self.page.evaluate(f"() => {active}.model.sharedModel.setSource({json.dumps(code)})")
        self.run("notebook:run-cell")
        return self.page.evaluate(LOOK)[number]["shown"]

    def run(self, command):
        """Carry out a command of JupyterLab and wait for its end."""
        late = f"new Promise((_, refuse) => setTimeout(() => refuse('It takes too long.'), {60_000 * MINUTES}))"
        self.page.evaluate(f"() => Promise.race([jupyterapp.commands.execute({json.dumps(command)}), {late}])")
        self.page.wait_for_timeout(500)  # What was displayed last is drawn.

    def cells(self):
        return [cell for cell in self.page.evaluate(LOOK) if cell["kind"] == "code"]

    def cell(self, words):
        """The cell, as a place in the page, whose source in the lesson has these words."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self.number(words))

    def number(self, words):
        (number,) = [i for i, cell in enumerate(course.read(course.lesson(self.name[:2])).cells)
                     if cell.cell_type == "code" and words in cell.source]  # fmt: skip
        return number

    def place(self):
        return self.page.evaluate(PLACE)

    def close(self):
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()


@pytest.fixture(scope="module")
def opened(lab, chromium):
    """A function that gives a lesson in JupyterLab, run whole the first time it is asked for."""
    books = {}

    def give(name):
        if name not in books:
            page = chromium[0].new_page()
            page.goto(f"{lab}/lab/tree/{name}.ipynb?token={TOKEN}&reset")
            books[name] = Notebook(page, name)
            books[name].run_whole()
        books[name].page.bring_to_front()  # Behind another page nothing is drawn.
        return books[name]

    yield give
    for name in set(books) & set(LATER):
        books[name].close()


@contextlib.contextmanager
def stays(book):
    """Assert that JupyterLab is where it was after what is done: same cell, same mode, nothing folded, none added."""
    before = book.place()
    yield
    book.page.wait_for_timeout(50)
    assert book.place() == before


# ---------------------------------------------------------------- Every lesson, run whole


def expected(name):
    """{id of a cell: the text alternative of its pictures}, from the lesson's source and the figures' own list."""
    drawn = json.loads((course.ROOT / "images" / "alt.json").read_text(encoding="utf-8"))
    found, seen = {}, set()
    for cell in course.read(course.lesson(name[:2])).cells:
        identity = course.identity(cell, seen)
        if alternative := cell.metadata.get("alt"):
            found[identity] = alternative
        elif cell.cell_type == "code" and (figure := re.search(r'dlcourse\.show_figure\("(\w+)"\)', cell.source)):
            found[identity] = drawn[figure[1]]
    return found


@pytest.mark.parametrize("name", LESSONS, scope="module")  # One lesson after the other: kernels take memory.
def test_a_lesson_runs_whole_and_all_its_pictures_say_what_they_show(name, opened, capsys):
    book = opened(name)
    cells, alternatives = book.cells(), expected(name)
    with capsys.disabled():
        pictures = sum(len(cell["pictures"]) for cell in cells)
        print(f"\n{name}: {book.seconds:.0f} s in JupyterLab, {pictures} pictures.")
    assert set(alternatives) <= {cell["id"] for cell in cells}
    for cell in cells:
        for output in cell["outputs"]:
            assert output["output_type"] != "error", output
            assert output.get("name") != "stderr", output
        assert not re.search(r"(?i)run (this cell|the cells above|it) (again|first)", cell["shown"]), cell["shown"]
        for picture in cell["pictures"]:
            assert picture["width"] > 0, cell["id"]
            assert picture["alt"] and not re.match("Picture|Figure:|No description", picture["alt"]), cell["id"]
        if any("image/png" in output.get("data", {}) for output in cell["outputs"]):
            assert cell["pictures"], cell["id"]
        if cell["id"] in alternatives:
            assert {picture["alt"] for picture in cell["pictures"]} == {alternatives[cell["id"]]}


@pytest.mark.parametrize("name", LESSONS, scope="module")  # One lesson after the other: kernels take memory.
def test_a_picture_keeps_its_alternative_when_its_cell_is_run_again(name, opened):
    book, alternatives = opened(name), expected(name)
    cells = book.page.evaluate(LOOK)
    number = next(i for i, cell in enumerate(cells) if cell["pictures"] and cell["id"] in alternatives)
    for _ in range(2):
        book.page.evaluate(f"() => {{ jupyterapp.shell.currentWidget.content.activeCellIndex = {number}; }}")
        book.run("notebook:run-cell")
        again = book.page.evaluate(LOOK)[number]
        assert [picture["alt"] for picture in again["pictures"]] == [alternatives[again["id"]]]
    if name not in LATER:
        book.close()


def test_a_figure_of_the_learners_own_says_what_is_written_on_it(opened):
    book = opened("01_neurons")
    code = "plt.plot([1, 2], label='mine'); plt.title('My curve'); plt.xlabel('step'); plt.legend(); plt.show()"
    book.page.evaluate("""() => {
      const book = jupyterapp.shell.currentWidget.content;
      book.activeCellIndex = book.widgets.length - 1;
    }""")
    book.run("notebook:insert-cell-below")
    book.page.evaluate(f"""() => jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel
        .setSource({json.dumps(code)})""")
    book.run("notebook:run-cell")
    (picture,) = book.page.evaluate(LOOK)[-1]["pictures"]
    assert picture["alt"] == "Figure: My curve; step; mine."


# ---------------------------------------------------------------- Sliders, fields, lists


def view_of(cell):
    """(text alternative, picture) that a cell's controls show."""
    picture = cell.locator(".widget-html img")
    return picture.get_attribute("alt"), picture.get_attribute("src")


@contextlib.contextmanager
def changes(book, cell, control):
    """Assert that what is done changes a control's value, then the picture and its alternative; JupyterLab stays."""
    value = "one => one.type === 'checkbox' ? one.checked : one.value ?? one.getAttribute('aria-valuenow')"
    before, (words, picture) = control.evaluate(value), view_of(cell)
    with stays(book):
        yield
        for _ in range(200):
            now = view_of(cell)
            if control.evaluate(value) != before and now[0] != words and now[1] != picture:
                return
            book.page.wait_for_timeout(50)
    raise AssertionError(f"{before} → {control.evaluate(value)}, {words} → {view_of(cell)[0]}")


def begin(book, cell):
    """Make a cell the active one, and wait until its controls are there."""
    cell.locator(".jp-InputPrompt, .jp-InputCollapser, .jp-OutputPrompt").first.scroll_into_view_if_needed()
    number = cell.evaluate("cell => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].indexOf(cell)")
    book.page.evaluate(f"() => {{ jupyterapp.shell.currentWidget.content.activeCellIndex = {number}; }}")
    cell.locator(".widget-html img").wait_for()


def nameless(cell):
    """What of a cell's outputs a screen reader could not name."""
    areas = cell.locator(".jp-RenderedHTMLCommon, .jupyter-widgets")
    return NAMELESS.findall("\n".join(areas.nth(i).aria_snapshot() for i in range(areas.count())))


def test_the_neurons_sliders_by_keyboard(opened):
    book = opened("01_neurons")
    cell, keyboard = book.cell("ipywidgets.FloatSlider"), book.page.keyboard
    begin(book, cell)
    assert nameless(cell) == []
    for name in ("weight_1", "weight_2", "bias"):
        slider = cell.get_by_role("slider", name=name, exact=True)
        slider.focus()
        for key in ("ArrowUp", "ArrowLeft") if name == "bias" else ("ArrowDown", "ArrowRight"):
            with changes(book, cell, slider):
                keyboard.press(key)
    choice = cell.get_by_role("combobox", name="activation", exact=True)
    choice.focus()
    for key in ("ArrowDown", "ArrowUp", "r"):  # JupyterLab would make the cell a raw one by R.
        with changes(book, cell, choice):
            keyboard.press(key)
    assert "ReLU" in view_of(cell)[0]


def test_the_neurons_sliders_by_mouse(opened):
    book = opened("01_neurons")
    cell, mouse = book.cell("ipywidgets.FloatSlider"), book.page.mouse
    begin(book, cell)
    for name in ("weight_1", "weight_2", "bias"):
        slider = cell.get_by_role("slider", name=name, exact=True)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        with changes(book, cell, slider):
            mouse.move(x, y)
            mouse.down()
            mouse.move(x + 30, y, steps=3)
            mouse.up()
    choice = cell.get_by_role("combobox", name="activation", exact=True)
    with changes(book, cell, choice):
        choice.select_option("tanh")


PLACES = [f"row {row}, column {column}" for row in (1, 2, 3) for column in (1, 2, 3)]


def test_the_kernels_fields_by_keyboard(opened):
    book = opened("03_kernels")
    cell, keyboard = book.cell("ipywidgets.HBox(row)"), book.page.keyboard
    begin(book, cell)
    assert nameless(cell) == []
    for name in PLACES:
        field = cell.get_by_role("spinbutton", name=name, exact=True)
        field.focus()
        with changes(book, cell, field):
            keyboard.press("ArrowUp")
    with changes(book, cell, field):
        keyboard.press("ArrowDown")
    with changes(book, cell, field):
        keyboard.press("Control+a")
        keyboard.type("-7")
        keyboard.press("Enter")
    assert "-7.0]]" in view_of(cell)[0]
    choice = cell.get_by_role("combobox", name="Start from", exact=True)
    choice.focus()
    for key in ("ArrowDown", "o"):
        with changes(book, cell, choice):
            keyboard.press(key)
    corner = cell.get_by_role("spinbutton", name=PLACES[0], exact=True)
    corner.focus()
    for _ in range(2):
        with changes(book, cell, corner):  # Now the sum is no longer 0, so that it can be divided by, nor 1.
            keyboard.press("ArrowUp")
    assert choice.input_value() == "outline" and corner.input_value() == "1"
    divide = cell.get_by_role("checkbox", name="Divide by the sum", exact=True)
    divide.focus()
    with changes(book, cell, divide):
        keyboard.press("Space")


def test_the_kernels_fields_by_mouse(opened):
    book = opened("03_kernels")
    cell = book.cell("ipywidgets.HBox(row)")
    begin(book, cell)
    choice = cell.get_by_role("combobox", name="Start from", exact=True)
    choice.select_option("copy")
    for name in PLACES:
        field = cell.get_by_role("spinbutton", name=name, exact=True)
        field.hover()
        box = field.bounding_box()  # The little arrow up stands at its right end.
        with changes(book, cell, field):
            field.click(position={"x": box["width"] - 12, "y": box["height"] * 0.3})
    divide = cell.get_by_role("checkbox", name="Divide by the sum", exact=True)
    with changes(book, cell, divide):
        divide.click()
    with changes(book, cell, choice):
        choice.select_option("emboss")


# ---------------------------------------------------------------- The kernel, step by step


def step_through(book):
    """(its output, its slider) of the step-through, standing still at the beginning, its cell the active one."""
    cell = book.cell("HTML(sliding)").locator(".jp-OutputArea-output")
    slider = cell.get_by_role("slider", name="step of the kernel", exact=True)
    slider.scroll_into_view_if_needed()
    slider.click(position={"x": 8, "y": 8})
    book.page.keyboard.press("End")  # Whatever changes the slider stops it.
    book.page.keyboard.press("Home")
    return cell, slider


def test_the_step_through_by_keyboard_and_mouse(opened):
    book = opened("03_kernels")
    cell, slider = step_through(book)
    words = cell.locator(".sliding-kernel p")
    assert nameless(book.cell("HTML(sliding)")) == []
    assert cell.get_by_role("button", name="Play", exact=True).is_visible()
    said = {}
    for key, value in [("Home", "0"), ("ArrowRight", "1"), ("ArrowUp", "2"), ("ArrowLeft", "1"), ("ArrowDown", "0")]:
        with stays(book):
            book.page.keyboard.press(key)
        assert slider.input_value() == value
        assert slider.get_attribute("aria-valuetext") == said.setdefault(value, words.inner_text())
    assert len(set(said.values())) == 3 and said["0"].endswith("= 89")
    with stays(book):
        slider.click(position={"x": slider.bounding_box()["width"] - 8, "y": 8})
    assert slider.input_value() == "8" and words.inner_text().endswith("= 113")


@pytest.mark.parametrize("means", ["mouse", "Enter", "Space"])
def test_the_step_through_plays_and_pauses(means, opened):
    book = opened("03_kernels")
    cell, slider = step_through(book)
    for name in ("Play", "Pause"):
        before, button = slider.input_value(), cell.get_by_role("button", name=name, exact=True)
        with stays(book):
            if means == "mouse":
                button.click()
            else:
                button.focus()
                book.page.keyboard.press(means)
        book.page.wait_for_timeout(1500)  # A step takes 1.2 seconds.
        assert (slider.input_value() != before) == (name == "Play")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_step_through_starts_by_itself_unless_motion_is_reduced(motion, opened):
    book = opened("03_kernels")
    book.page.emulate_media(reduced_motion=motion)
    number = book.number("HTML(sliding)")
    book.page.evaluate(f"() => {{ jupyterapp.shell.currentWidget.content.activeCellIndex = {number}; }}")
    book.run("notebook:run-cell")
    cell = book.cell("HTML(sliding)").locator(".jp-OutputArea-output")
    cell.locator(".sliding-kernel button").scroll_into_view_if_needed()
    cell.locator(".sliding-kernel table").first.scroll_into_view_if_needed()
    book.page.wait_for_timeout(2000)
    moved = cell.get_by_role("slider").input_value() != "0"
    assert moved == (motion == "no-preference")
    assert cell.get_by_role("button").inner_text() == ("Pause" if moved else "Play")


# ---------------------------------------------------------------- The drawing pad

SEVEN = [(70, 60), (170, 60), (120, 210)]  # In the pad's 280×280 pixels.


class Pad:
    """A pad in a notebook, by mouse and keyboard."""

    def __init__(self, book, words):
        self.book, self.cell = book, book.cell(words)
        self.canvas = self.cell.get_by_role("application", name=re.compile("Pad to draw"))
        self.canvas.scroll_into_view_if_needed()
        number = book.number(words)
        book.page.evaluate(f"() => {{ jupyterapp.shell.currentWidget.content.activeCellIndex = {number}; }}")
        self.canvas.scroll_into_view_if_needed()

    def numbers(self):
        return self.cell.locator(".dlcourse-pad .number").all_inner_texts()

    def said(self):
        self.book.page.wait_for_timeout(200)
        return self.cell.locator(".dlcourse-pad .said").inner_text()

    def press(self, name):
        self.cell.get_by_role("button", name=name).click()

    def stroke(self, points):
        box, mouse = self.canvas.bounding_box(), self.book.page.mouse
        for i, (x, y) in enumerate(points):
            mouse.move(box["x"] + 1 + x * (box["width"] - 2) / 280, box["y"] + 1 + y * (box["height"] - 2) / 280,
                       steps=1 if i == 0 else 12)  # fmt: skip
            if i == 0:
                mouse.down()
        mouse.up()

    def keys(self, points):
        """Draw with the keyboard, from the middle of the pad."""
        step = int(re.search(r"STEP = (\d+)", (course.NOTEBOOKS / "dlcourse" / "pad.js").read_text())[1])
        (x, y), down = (140, 140), False
        self.canvas.focus()
        for to_x, to_y in points:
            while (across := round((to_x - x) / step)) or round((to_y - y) / step):
                upright = round((to_y - y) / step)
                if abs(across) >= abs(upright):
                    self.book.page.keyboard.press("ArrowRight" if across > 0 else "ArrowLeft")
                    x += step if across > 0 else -step
                else:
                    self.book.page.keyboard.press("ArrowDown" if upright > 0 else "ArrowUp")
                    y += step if upright > 0 else -step
            if not down:
                self.book.page.keyboard.press("Space")
                down = True
        self.book.page.keyboard.press("Space")


@pytest.mark.parametrize("name, words", [
    ("01_neurons", "dlcourse.drawing_pad()"), ("05_augmentation", "dlcourse.drawing_pad(after)"),
])  # fmt: skip
def test_a_seven_is_read_cleared_and_inverted(name, words, opened, capsys):
    pad = Pad(opened(name), words)
    assert nameless(pad.cell) == []
    assert pad.said() == "Draw a digit." and set(pad.numbers()) == {"–"}
    pad.canvas.locator("xpath=ancestor::*[contains(@class, 'dlcourse-pad')]").evaluate(WATCH)
    with stays(pad.book):
        pad.stroke(SEVEN)
    assert re.match("Centred: 7 with", pad.said())
    light, shown = pad.numbers(), [max(pair) for pair in zip(*pad.book.page.evaluate("strokeTimes.changes"))]
    with capsys.disabled():
        print(f"\n{name}: percentages {shown[0]:.0f} ms after the end of a stroke, on the screen after {shown[1]:.0f}.")
    assert shown[1] < 1000
    pad.press("Invert the ink")
    assert pad.said() and pad.numbers() != light
    assert pad.cell.get_by_role("button", name="Invert the ink").get_attribute("aria-pressed") == "true"
    corner = "canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[0]"
    assert pad.canvas.evaluate(corner) == 255
    pad.press("Invert the ink")
    pad.book.page.wait_for_timeout(200)
    assert pad.numbers() == light and pad.canvas.evaluate(corner) == 0
    pad.press("Clear")
    assert pad.said() == "Draw a digit." and set(pad.numbers()) == {"–"}


@pytest.mark.parametrize("name, words", [
    ("01_neurons", "dlcourse.drawing_pad()"), ("05_augmentation", "dlcourse.drawing_pad(after)"),
])  # fmt: skip
def test_a_seven_is_drawn_by_keyboard(name, words, opened):
    pad = Pad(opened(name), words)
    keyboard = pad.book.page.keyboard
    pad.canvas.focus()
    with stays(pad.book):
        keyboard.press("c")
        assert pad.said() == "Draw a digit."
        pad.keys(SEVEN)
        assert re.match("Centred: 7 with", pad.said())
        light = pad.numbers()
        keyboard.press("i")
        pad.book.page.wait_for_timeout(200)
        assert pad.numbers() != light
        keyboard.press("i")
        keyboard.press("Delete")
        assert pad.said() == "Draw a digit."


# ---------------------------------------------------------------- The start page


START = ".jp-MainAreaWidget:not(.lm-mod-hidden) .jp-MarkdownViewer .jp-RenderedMarkdown"


def seen(page, words):
    """The start page, rendered, once it has these words."""
    place = page.locator(START)
    place.get_by_text(words).first.wait_for(timeout=60_000)
    return place


def faults(page):
    """What axe finds serious or critical in the start page, in JupyterLab's light theme and its dark one."""
    found = []
    for theme in ("Dark", "Light"):
        name = json.dumps(f"JupyterLab {theme}")
        page.evaluate(f"() => jupyterapp.commands.execute('apputils:change-theme', {{ theme: {name} }})")
        page.wait_for_function(f"() => document.body.dataset.jpThemeName === {name}")
        page.wait_for_timeout(500)  # Its colours are there.
        answer = Axe().run(page, context=START).response
        assert len(answer["passes"]) > 5
        found += [one["id"] for one in answer["violations"] if one["impact"] in ("serious", "critical")]
    return found


def solve(book, name):
    """Run the set-up cell, then an exercise with its right answer; the last cell says what the course's judge says."""
    cells = course.read(course.lesson(book.name[:2])).cells
    (exercise,) = [one for one in course.exercises(course.read(course.lesson(book.name[:2]))) if one.name == name]
    sources = [cell.source for cell in cells]
    book.run_cell(next(i for i, cell in enumerate(cells) if "setup" in cell.metadata.get("tags", [])))
    book.run_cell(sources.index(exercise.answer.source), exercise.solution)
    return book.run_cell(sources.index(exercise.check.source))


def test_the_start_pages_progress_survives_a_restart(chromium, tmp_path):
    copy, home = tmp_path / "the course", tmp_path / "home"
    copy_of_the_course(copy, home)
    own, blank = copy / "my_lessons", chromium[0].new_page
    every = sum(len(course.exercises(course.read(one))) for one in course.lessons())
    with jupyterlab(copy, home) as address, contextlib.closing(blank()) as page:
        page.goto(f"{address}/?token={TOKEN}")
        place = seen(page, "Begin here:")
        assert urlparse(page.url).path == "/lab/tree/00_start_here.md"
        assert place.locator("img").evaluate("one => one.complete && one.naturalWidth > 0 && one.alt.length > 100")
        assert faults(page) == []

        # On to the first lesson, by the keyboard alone.
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(f"() => document.activeElement.matches('{START} a')"):
                break
        assert page.evaluate("() => document.activeElement.innerText") == "1. Neurons"
        page.keyboard.press("Enter")
        book = Notebook(page, "01_neurons")
        assert "right" in solve(book, "count the parameters")
        for kind, sign in (("html", "a:any-link { text-decoration: underline; }"), ("slides", '<div class="reveal">')):
            exported = f"{address}/nbconvert/{kind}/01_neurons.ipynb?token={TOKEN}"
            with urllib.request.urlopen(exported, timeout=60) as answer:
                assert sign in answer.read().decode()  # A page in the look of tools/lab/, slides in their own.
        assert "count the parameters" in (own / "progress.txt").read_text(encoding="utf-8")

        # A lesson as it came, as the page tells to take it.
        came = (own / "02_iris.ipynb").read_bytes()
        (own / "02_iris.ipynb").write_text("mine")
        (told,) = re.findall("%run .* 02", (own / "00_start_here.md").read_text(encoding="utf-8"))
        assert "is as it came" in book.run_cell(book.number("import dlcourse"), told)
        assert (own / "02_iris.ipynb").read_bytes() == came
        assert [path.read_text() for path in own.glob("02_iris_yours_*.ipynb")] == ["mine"]

        # What was solved, as the page tells to see it.
        page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        page.get_by_role("tab", name="00_start_here.md").click()
        page.get_by_role("menuitem", name="File").click()
        page.get_by_role("menuitem", name="Reload Markdown File from Disk").click()
        place = seen(page, f"You have solved 1 of {every} exercises.")
        place.get_by_role("link", name="glossary").click()
        page.locator(START).get_by_role("heading", name="Glossary").wait_for()

    with jupyterlab(copy, home) as address, contextlib.closing(blank()) as page:
        page.goto(f"{address}/?token={TOKEN}")
        page.wait_for_function("() => window.jupyterapp?.shell")
        assert urlparse(page.url).path == "/lab", "it opens as it was left"
        page.locator(".jp-DirListing-item", has_text="00_start_here.md").dblclick()
        place = seen(page, f"You have solved 1 of {every} exercises.")
        assert "1 of 6" in place.get_by_role("row", name="1. Neurons").inner_text()
        assert faults(page) == []


# ---------------------------------------------------------------- What the browser asked and said; stands last


def test_no_request_left_the_machine_and_nothing_was_complained_about(opened, chromium):
    opened("01_neurons")
    _, requests, complaints = chromium
    assert requests == []
    assert complaints == []
