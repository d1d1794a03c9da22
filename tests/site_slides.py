"""The decks of `make slides` in Chromium without a window, from disk, with the network cut off: every slide of each.

Run by `make test-site`. Decks are made here, into a folder of their own.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import browsers
import course
import pages
import slides

LESSONS = [one for one in course.lessons() if slides.deck(course.read(one, slides=True))]
SERIOUS = ("serious", "critical")
# What one sees on the slide that is shown: {words, cut: elements that reach over its edges, small: smallest body text
# in pixels, code: smallest letters of code and output, alternatives, notes, level of the heading}.
LOOK = """() => {
  const slide = Reveal.getCurrentSlide(), edge = slide.getBoundingClientRect();
  const seen = [...slide.querySelectorAll("*")].filter((part) => !part.closest("aside") && part.checkVisibility());
  const box = (part) => part.getBoundingClientRect();
  const over = (part) => box(part).width > 0 && !part.closest(".sliding-kernel output, .dlcourse-pad svg") &&
    (box(part).bottom > edge.bottom + 1 || box(part).right > edge.right + 1 || box(part).left < edge.left - 1 ||
     box(part).top < edge.top - 1);
  const wide = (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display === "block";
  const letters = (parts) => Math.min(...parts.map((part) => parseFloat(getComputedStyle(part).fontSize)));
  const own = (part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const words = slide.querySelector(".words").cloneNode(true);
  for (const formula of words.querySelectorAll("math")) formula.replaceWith(" x ");
  for (const code of words.querySelectorAll("pre")) code.remove();
  const text = seen.filter((part) => own(part) && part.closest(".words") && !part.closest("math"));
  const shown = seen.filter((part) => part.matches("pre"));
  return {
    words: words.textContent, height: slide.scrollHeight, width: slide.scrollWidth,
    cut: seen.filter((part) => over(part) || (part.matches("pre, h1, h2, p, li, td") && wide(part)))
      .map((part) => `${part.tagName}: ${part.textContent.trim().slice(0, 40)}`),
    small: letters(text), code: shown.length ? letters(shown) : null,
    alternatives: seen.filter((part) => part.matches("img")).map((picture) => picture.alt),
    broken: seen.filter((part) => part.matches("img") && !part.naturalWidth).length,
    high: seen.filter((part) => part.matches(".picture img")).map((picture) => box(picture).height),
    notes: [...slide.querySelectorAll("aside.notes")].map((notes) => notes.textContent.trim()).join(" "),
    headings: seen.filter((part) => part.matches("h1, h2, h3, h4")).map((part) => part.tagName),
  };
}"""


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        program = browsers.program()
        found = playwright.chromium.launch(executable_path=program)
        yield found
        found.close()


@pytest.fixture(scope="module", params=LESSONS, ids=lambda one: one.name)
def opened(request, browser, tmp_path_factory):
    """(the lesson, its deck in a page, what the page complained of and asked for), offline, at 1280×720."""
    one = request.param
    path = tmp_path_factory.mktemp("slides") / f"{one.name}.html"
    path.write_text(slides.html_of(one), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    odd = []
    inside = ("file:", "data:", "about:")
    context.on("request", lambda asked: None if asked.url.startswith(inside) else odd.append(asked.url[:99]))
    page = context.new_page()
    page.on("console", lambda said: odd.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: odd.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_function("window.Reveal?.isReady()")
    yield one, page, odd
    context.close()


@pytest.fixture(scope="module")
def looks(opened):
    """What one sees on each slide: see LOOK."""
    _, page, _ = opened
    found = []
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number}, 0, 9)")  # With all that appears at the next keys.
        page.wait_for_function("[...Reveal.getCurrentSlide().querySelectorAll('img')].every((one) => one.complete)")
        found.append(page.evaluate(LOOK))
    return found


def numbered(looks):
    return enumerate(looks, 1)


def test_every_slide_fits(looks):
    cut = {number: look["cut"][:3] for number, look in numbered(looks) if look["cut"]}
    assert cut == {}
    assert [number for number, look in numbered(looks) if look["height"] > 720 or look["width"] > 1280] == []


def test_what_is_stressed_is_seen_to_be(opened):
    _, page, _ = opened
    looks = "(kind) => [...document.querySelectorAll(kind)].map((one) => getComputedStyle(one))"
    strong = page.evaluate(f"({looks})('.words strong').map((look) => Number(look.fontWeight))")
    slopes = page.evaluate(f"({looks})('.words em').map((look) => look.fontStyle)")
    assert len(strong) > 3 and min(strong) >= 600 and set(slopes) <= {"italic"}


def test_every_picture_is_there_and_large(looks):
    assert [number for number, look in numbered(looks) if look["broken"]] == []
    assert [number for number, look in numbered(looks) if look["high"] and min(look["high"]) < 300] == []


def test_letters_can_be_read_from_the_back(looks):
    assert [number for number, look in numbered(looks) if look["small"] < 28] == []
    assert [number for number, look in numbered(looks) if (look["code"] or 26) < 26] == []


def test_no_slide_has_more_than_40_words(opened, looks):
    one, _, _ = opened
    for look, slide in zip(looks, slides.deck(course.read(one, slides=True)), strict=True):
        count = len([word for word in look["words"].split() if re.search(r"\w", word)])
        assert count <= 40 and count == slides.words(slide.cell.source), look["words"]


def test_pictures_have_the_alternatives_of_their_sources(opened, looks):
    one, _, _ = opened
    for look, slide in zip(looks, slides.deck(pages.with_results(one, slides=True)), strict=True):
        wanted = [alternative for alternative, _ in slides.pictures(slide.cell.source)]
        wanted += [words for cell in slide.code if "drawing_pad()" not in cell.source for words in slides.drawn(cell)]
        assert look["alternatives"] == wanted and all(wanted)


def test_every_slide_has_notes_and_one_heading(looks):
    assert [number for number, look in numbered(looks) if len(look["notes"]) < 20] == []
    assert [look["headings"] for look in looks] == [["H1"], *[["H2"]] * (len(looks) - 1)]


def test_keys_move_on_and_back_and_the_number_is_shown(opened):
    _, page, _ = opened
    total = page.evaluate("Reveal.getTotalSlides()")
    page.evaluate("Reveal.slide(0); document.activeElement.blur()")
    for key, number in [("ArrowRight", 2), ("Space", 3), ("ArrowLeft", 2), ("End", total), ("Home", 1)]:
        page.keyboard.press(key)
        assert page.evaluate("Reveal.getSlidePastCount()") == number - 1
        assert re.sub(r"\s", "", page.locator(".slide-number").inner_text()) == f"{number}/{total}"
    page.locator(".controls .navigate-right").click()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getSlidePastCount()") == 2
    page.keyboard.press("Home")
    for key in ("g", "3", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("Reveal.getSlidePastCount() === 2 && location.hash === '#/3'")


def test_axe_finds_nothing_serious(opened):
    _, page, _ = opened
    found = {}
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number}, 0, 9)")  # With all that appears at the next keys.
        result = Axe().run(page, options={"resultTypes": ["violations", "incomplete"]})
        bad = [one["id"] for one in result.response["violations"] if one["impact"] in SERIOUS]
        unseen = [node["html"] for one in result.response["incomplete"] for node in one["nodes"]
                  if one["id"] == "color-contrast" and re.match(r"<(h1|h2|p|li)\b", node["html"])]  # fmt: skip
        found |= {number + 1: bad + unseen} if bad + unseen else {}
    assert found == {}


def test_the_speakers_window_shows_the_notes_of_the_slide(opened):
    _, page, _ = opened
    page.evaluate("Reveal.slide(1); document.activeElement.blur()")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    window = popup.value
    said = page.evaluate("Reveal.getCurrentSlide().querySelector('aside.notes').textContent").split()[:5]
    window.wait_for_function(f"document.body.innerText.includes({' '.join(said)!r})", timeout=10_000)
    window.wait_for_function("document.querySelectorAll('iframe').length === 2", timeout=10_000)
    for frame, number in zip(window.frames[1:], (1, 2), strict=True):  # This slide, and the next one.
        frame.wait_for_function(f"window.Reveal?.isReady() && Reveal.getSlidePastCount() === {number}")
    page.evaluate("Reveal.slide(2)")
    said = page.evaluate("Reveal.getCurrentSlide().querySelector('aside.notes').textContent").split()[:5]
    window.wait_for_function(f"document.body.innerText.includes({' '.join(said)!r})", timeout=10_000)
    window.close()


def test_printed_it_has_a_page_for_each_slide(opened, tmp_path):
    _, page, _ = opened
    page.evaluate("Reveal.slide(0)")
    page.emulate_media(media="print")
    visible = (
        "[...document.querySelectorAll('.cell')].every((cell) => cell.checkVisibility({visibilityProperty: true}))"
    )
    assert page.evaluate(visible)
    page.emulate_media(media="null")
    content = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", content)) == page.evaluate("Reveal.getTotalSlides()")


def test_nothing_was_fetched_and_nothing_went_wrong(opened, looks):
    assert opened[2] == []


# ---------------------------------------------------------------- What works on a slide


@pytest.mark.parametrize("opened", LESSONS[:1], indirect=True, ids=lambda one: one.name)
def test_the_pad_reads_what_is_drawn_on_a_slide(opened):
    """A stroke by mouse changes what the network says."""
    _, page, _ = opened
    pad = page.locator(".dlcourse-pad")
    page.evaluate("Reveal.slide(Reveal.getSlides().findIndex((slide) => slide.querySelector('.dlcourse-pad')))")
    canvas = pad.locator("canvas.pad")
    box = canvas.bounding_box()
    before = pad.locator(".read").inner_text()
    for place, (x, y) in enumerate([(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
        if place == 0:
            page.mouse.down()
    page.mouse.up()
    page.wait_for_function("!document.querySelector('.dlcourse-pad .number').textContent.includes('–')")
    assert pad.locator(".read").inner_text() != before
    ink = "(pad, [x, y]) => pad.getContext('2d').getImageData(x * pad.width, y * pad.height, 1, 1).data[0]"
    assert [canvas.evaluate(ink, place) for place in [(0.32, 0.25), (0.5, 0.25), (0.5, 0.5), (0.9, 0.25)]] == [
        255,
        255,
        0,
        0,
    ]


def at(page, selector):
    """Show the first slide that has such an element; (its number from 0, the element)."""
    page.evaluate("document.activeElement.blur()")
    page.evaluate(f"Reveal.slide(Reveal.getSlides().findIndex((slide) => slide.querySelector({selector!r})))")
    return page.evaluate("Reveal.getSlidePastCount()"), page.locator(selector).first


def stroke(page, element):
    """Press on an element and move, as one draws or drags, and let go outside it: (x, y) where that is."""
    box = element.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] + 90, steps=4)
    page.mouse.up()


HAND = (".dlcourse-pad canvas.pad", ".sliding-kernel input")  # What one draws on, or drags, on a slide.
BUTTONS = (".dlcourse-pad button", ".dlcourse-pad label:first-of-type", ".sliding-kernel button")


@pytest.mark.parametrize("opened", [LESSONS[0], LESSONS[2]], indirect=True, ids=lambda one: one.name)
def test_what_was_used_by_hand_gives_the_keys_back(opened):
    """After a stroke, a drag or a click with the mouse, every key does what it does on a slide without a pad."""
    _, page, _ = opened
    total, tried = page.evaluate("Reveal.getTotalSlides()"), 0
    for selector in HAND + BUTTONS:
        if not page.locator(selector).count():
            continue
        tried += 1
        for key, step in [("ArrowRight", 1), ("Space", 1), ("n", 1), ("PageUp", -1), ("PageDown", 1)]:
            here, part = at(page, selector)
            stroke(page, part) if selector in HAND else part.click()
            page.keyboard.press(key)
            assert (selector, key, page.evaluate("Reveal.getSlidePastCount()")) == (selector, key, here + step)
        here, part = at(page, selector)
        stroke(page, part) if selector in HAND else part.click()
        page.keyboard.press("Escape")
        assert page.evaluate("Reveal.isOverview()"), selector
        page.keyboard.press("Escape")
        assert (page.evaluate("Reveal.isOverview()"), page.evaluate("Reveal.getSlidePastCount()")) == (False, here)
    assert tried >= 2 and total > here


@pytest.mark.parametrize("opened", [LESSONS[0], LESSONS[2]], indirect=True, ids=lambda one: one.name)
def test_what_was_reached_by_keyboard_keeps_the_keys_until_escape_or_another_slide(opened):
    _, page, _ = opened
    now = "[Reveal.getSlidePastCount(), Reveal.isOverview(), document.activeElement.tagName]"
    here, part = at(page, [selector for selector in HAND if page.locator(selector).count()][0])
    tag = part.evaluate("(part) => part.tagName")
    part.focus()
    for key in ("ArrowRight", "Space", "ArrowDown", "c"):
        page.keyboard.press(key)
        assert page.evaluate(now) == [here, False, tag], key
    page.keyboard.press("Escape")
    assert page.evaluate(now) == [here, False, "BODY"]
    page.keyboard.press("ArrowRight")
    assert page.evaluate(now) == [here + 1, False, "BODY"]
    for turned in (lambda: page.keyboard.press("PageDown"), lambda: page.evaluate("Reveal.next()")):
        page.keyboard.press("ArrowLeft")
        part.focus()
        turned()  # The second as the speaker's window does.
        assert page.evaluate(now) == [here + 1, False, "BODY"]


@pytest.mark.parametrize("opened", LESSONS[:2], indirect=True, ids=lambda one: one.name)
def test_what_the_room_works_out_first_appears_at_the_next_key(opened):
    one, page, _ = opened
    now = """[Reveal.getSlidePastCount(), ...[...Reveal.getCurrentSlide().querySelectorAll(".cell")].map(
      (cell) => cell.checkVisibility({visibilityProperty: true, opacityProperty: true}))]"""
    found = 0
    for number, slide in enumerate(slides.deck(course.read(one, slides=True))):
        kinds = [cell.metadata["slide"] for cell in slide.code]
        if "fragment" not in kinds:
            continue
        found += 1
        assert kinds in (["fragment"], ["output", "fragment"])
        page.evaluate(f"document.activeElement.blur(); Reveal.slide({number - 1})")
        for wanted in (["output"], ["output", "fragment"]):
            page.keyboard.press("ArrowRight")
            assert page.evaluate(now) == [number, *[kind in wanted for kind in kinds]]
        page.keyboard.press("ArrowRight")
        assert page.evaluate(now)[0] == number + 1
        page.keyboard.press("PageUp")
        assert page.evaluate(now) == [number, *[True] * len(kinds)]
    assert found


def test_motion_can_be_reduced(browser, opened, tmp_path):
    _, page, _ = opened
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True, reduced_motion="reduce")
    still = context.new_page()
    still.goto(page.url.split("#")[0])
    still.wait_for_function("window.Reveal?.isReady()")
    lasting = "(part) => parseFloat(getComputedStyle(part).transitionDuration) > 0"
    assert still.evaluate(f"[...document.querySelectorAll('.reveal *')].filter({lasting}).length") == 0
    assert page.evaluate(f"[...document.querySelectorAll('.reveal *')].filter({lasting}).length") > 0
    context.close()
