"""The page of the questions before and after in Chromium, from disk: by mouse and by keyboard, its line, its looks."""

import re
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import browsers
import quiz
import quiz_results
from course import ROOT

QUESTIONS = quiz.questions()
NUMBER = len(QUESTIONS)
ANSWERS = ("ABCD" * NUMBER)[:NUMBER]


@pytest.fixture(scope="module")
def chromium():
    program = browsers.program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("quiz") / "before-and-after.html"
    path.write_text(quiz.page(QUESTIONS), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium, file):
    """A function that opens the page; at the end no request but the page's own was made, and nothing complained of."""
    contexts, requests, complaints = [], [], []

    def run(**options):
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 720}} | options))
        contexts.append(context)
        context.on("request", lambda asked: requests.append(asked.url))
        context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        context.on("weberror", lambda problem: complaints.append(str(problem.error)))
        page = context.new_page()
        page.goto(file.as_uri())
        return page

    yield run
    for context in contexts:
        context.close()
    assert {url for url in requests if not url.startswith("data:")} <= {file.as_uri()}
    assert complaints == []


def said(page):
    return page.get_by_role("status").inner_text()


def one_person(line):
    answers, remarks = quiz_results.read(line, "page", QUESTIONS)
    assert len(answers) == 1 and remarks == []
    return answers[0].round, answers[0].word, answers[0].letters


def test_by_mouse_the_line_is_what_was_chosen(opened):
    page = opened()
    page.get_by_label("After the course").click()
    page.get_by_label("Your code word").fill(" Blue; Whale, 7")
    for place, letter in enumerate(ANSWERS, 1):
        page.locator(f"#question-{place} label").nth("ABCD".index(letter)).click()
    page.get_by_role("button", name="Show my line").click()
    field = page.get_by_label("Copy this line")
    assert field.input_value() == f"after;bluewhale7;{ANSWERS}"
    assert one_person(field.input_value()) == ("after", "bluewhale7", ANSWERS)
    assert "Not answered" not in said(page) and re.search("The line is (copied|selected)", said(page))
    box = field.bounding_box()
    assert 0 <= box["y"] and box["y"] + box["height"] <= 720, "the line is in sight"
    page.locator("#question-1 label").nth(1).click()
    assert field.input_value() == f"after;bluewhale7;B{ANSWERS[1:]}" and "has changed" in said(page)


def test_by_keyboard_alone(opened):
    page = opened()
    keyboard = page.keyboard
    keyboard.press("Tab")
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.type("leuchtturm")
    for place, letter in enumerate(ANSWERS, 1):
        keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == f"q{place}"
        keyboard.press("Space")
        for _ in range("ABCD".index(letter)):
            keyboard.press("ArrowDown")
    keyboard.press("Tab")
    keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'line'")
    page.evaluate("window.focused = document.activeElement")
    line, start, end = page.evaluate("[focused.value, focused.selectionStart, focused.selectionEnd]")
    assert one_person(line) == ("before", "leuchtturm", ANSWERS)
    assert (start, end) == (0, len(line)), "it is selected, to be copied"


def test_what_is_missing_is_said(opened):
    page = opened()
    button = page.get_by_role("button", name="Show my line")
    button.click()
    assert said(page).startswith("Say first when") and page.evaluate("document.activeElement.name") == "round"
    page.get_by_label("Before the course").check()
    page.get_by_label("Your code word").fill("<>;")
    button.click()
    assert said(page).startswith("Write your code word") and page.evaluate("document.activeElement.id") == "word"
    assert page.locator("#word").get_attribute("aria-invalid") == "true" and page.locator("#line").is_hidden()
    page.get_by_label("Your code word").fill("灯台 é")
    for place in range(1, NUMBER - 1):
        page.locator(f"#question-{place} input").first.check()
    button.click()
    assert said(page).startswith(f"Not answered yet: questions {NUMBER - 1}, {NUMBER}.")
    line = page.locator("#line").input_value()
    assert line.endswith("A--") and one_person(line)[1:] == ("灯台e", "A" * (NUMBER - 2) + "--")


def test_nothing_stays_behind(opened):
    page = opened()
    page.get_by_label("After the course").check()
    page.get_by_label("Your code word").fill("lamp")
    page.locator("#question-1 input").first.check()
    page.reload()
    assert page.locator("input:checked").count() == 0 and page.locator("#word").input_value() == ""
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_a_screen_reader_hears_each_question_with_its_choices(opened):
    page = opened()
    for place, one in enumerate(QUESTIONS, 1):
        question = page.get_by_role("group", name=f"{place}. {one.text}", exact=True)
        for letter, text in one.choices.items():
            assert question.get_by_role("radio", name=f"{letter} {text}", exact=True).count() == 1


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_is_cut_off(opened, scheme, width):
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 800})
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    page.get_by_label("After the course").check()
    page.get_by_label("Your code word").fill("lamp")
    page.locator("#question-2 input").first.check()
    page.get_by_role("button", name="Show my line").click()
    page.locator("#line").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_without_javascript_it_says_so_and_can_be_read(opened):
    page = opened(java_script_enabled=False)
    assert page.get_by_text("JavaScript is off in this browser.").is_visible()
    assert page.get_by_role("button").count() == 0 and not page.locator("#word").is_visible()
    assert page.get_by_text(QUESTIONS[-1].choices["D"]).is_visible()


def test_printed_it_has_circles_and_a_place_for_the_word_and_no_buttons(opened):
    for scripts in (True, False):
        page = opened(java_script_enabled=scripts, color_scheme="dark")
        assert page.get_by_text("My code word:").is_hidden()
        page.emulate_media(media="print", color_scheme="dark")
        assert page.get_by_text("My code word:").is_visible() and page.get_by_text("I answer:").is_visible()
        assert page.get_by_role("button").count() == 0 and page.get_by_text("Show my line").is_hidden()
        assert page.get_by_text("JavaScript is off").count() == 0 or page.get_by_text("JavaScript is off").is_hidden()
        assert page.get_by_role("radio").count() == 4 * NUMBER
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_the_command_writes_page_and_pdf_and_it_is_a4_and_short():
    made = quiz.FOLDER / "before-and-after.html", quiz.FOLDER / "before-and-after.pdf"
    for path in made:
        path.unlink(missing_ok=True)
    ran = subprocess.run([sys.executable, "tools/quiz.py"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0 and ran.stderr == "", ran.stderr
    assert ran.stdout == "Written: build/quiz/before-and-after.html, build/quiz/before-and-after.pdf\n"
    assert made[0].read_text(encoding="utf-8") == quiz.page(QUESTIONS)
    raw = made[1].read_bytes()
    boxes = [tuple(map(float, found)) for found in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", raw)]
    assert raw.startswith(b"%PDF") and 1 <= len(boxes) <= 4
    assert all(abs(width - 595) < 2 and abs(height - 842) < 2 for width, height in boxes)
