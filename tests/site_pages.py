"""The web site as a visitor meets it, in Chromium without a window. Run by `make test-site`.

The site is made anew. Its files are looked through for links, pictures and headings; then every page is opened, from a
server of this machine, with all that leads elsewhere blocked and recorded.
"""

import functools
import html
import http.server
import re
import threading
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from playwright.sync_api import sync_playwright

import browsers
import course
import in_browser
import pages
import website
from dlcourse import access

BAD = ("serious", "critical")
AXE = {"resultTypes": ["violations"], "preload": False}
COLOURS = AXE | {"runOnly": ["color-contrast", "link-in-text-block"]}  # What the theme changes.
# All folds open; of the words of code, the first of each colour stands for all, which axe would take minutes for.
READY = """() => {
  document.querySelectorAll("details").forEach((one) => (one.open = true));
  const seen = new Set();
  for (const word of document.querySelectorAll("div.highlight pre span")) {
    if (word.children.length === 0 && seen.has(word.className)) word.replaceWith(word.textContent);
    seen.add(word.className);
  }
}"""
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 720}


@pytest.fixture(scope="module")
def site():
    """{name: its soup} of the pages of the site, made anew; slides and pages to print are none."""
    website.main()
    found = {}
    for path in sorted(website.SITE.rglob("*.html")):
        name = path.relative_to(website.SITE).as_posix()
        text = path.read_text(encoding="utf-8")
        if 'data-content_root="' in text and not name.startswith("_static/"):
            found[name] = BeautifulSoup(text, "html.parser")
    assert {f"lessons/{one.number}.html" for one in course.lessons()} | {"index.html", "glossary.html"} <= set(found)
    return found


@pytest.fixture(scope="module")
def served(site):
    """The address of a server of the site on this machine."""
    handler = functools.partial(Quiet, directory=website.SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def chromium():
    """A window of a browser, and what it asked of other machines and complained about: (page, requests, complaints)."""
    program = browsers.program()
    requests, complaints = [], []

    def refuse(route):
        requests.append(route.request.url)
        route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(viewport=DESK, reduced_motion="reduce")
        context.route(lambda url: urlsplit(url).scheme.startswith("http") and "//127.0.0.1:" not in url, refuse)
        context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        context.on("weberror", lambda problem: complaints.append(str(problem.error)))

        def failed(request):
            # Going on to another page ends what is still on its way.
            if request.failure != "net::ERR_ABORTED" or not request.url.startswith(("file:", "http://127.0.0.1:")):
                complaints.append(f"{request.url}: {request.failure}")

        context.on("requestfailed", failed)
        yield context.new_page(), requests, complaints
        browser.close()


# ---------------------------------------------------------------- What lies in the files


def test_every_link_picture_and_anchor_inside_the_site_leads_somewhere(site):
    broken, count = [], 0
    anchors = {}
    for name, soup in site.items():
        for tag in soup.find_all(["a", "img", "link", "script", "source", "iframe"]):
            target = tag.get("href") or tag.get("src")
            if not target or urlsplit(target).scheme:
                continue
            place, _, anchor = target.partition("#")
            path = (website.SITE / name).parent / unquote(place.partition("?")[0]) if place else website.SITE / name
            count += 1
            if not path.is_file():
                broken.append(f"{name}: {target}")
            elif anchor and path.suffix == ".html" and anchor not in ("", "#"):
                path = path.resolve()
                if path not in anchors:
                    there = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
                    anchors[path] = {one["id"] for one in there.find_all(id=True)}
                if unquote(anchor) not in anchors[path]:
                    broken.append(f"{name}: {target}")
    assert count > 1000 and broken == []


def test_nothing_that_a_page_needs_lies_elsewhere(site):
    for name, soup in site.items():
        needed = [tag.get("src") or tag.get("href") for tag in soup.find_all(["img", "script", "link", "iframe"])]
        assert [target for target in needed if target and target.startswith(("http:", "https:", "//"))] == [], name
    for path in website.SITE.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(@import\s*|url\(\s*)[\"']?(https?:|//)", text), path


def test_no_link_leads_to_the_placeholder(site):
    if course.settings()["repository"].startswith("owner/"):
        for name, soup in site.items():
            assert [tag["href"] for tag in soup.find_all("a", href=True) if "/owner/" in tag["href"]] == [], name


def test_the_browser_edition_leads_to_pages_of_the_site(site):
    path = website.SITE / "train.html"
    there = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    links = [tag["href"] for tag in there.find_all("a", href=True) if not tag["href"].startswith("#")]
    assert links[0] == "index.html" and [link for link in links if link not in site] == []
    assert len(links) == 1 + len(course.lessons()) and path.stat().st_size <= in_browser.LARGEST
    needed = [tag["href"] for tag in there.find_all("link", href=True)]
    assert there.find_all(src=True) == [] and all(target.startswith("data:") for target in needed)


def test_every_page_has_the_browser_edition_first_in_its_navigation(site):
    for name, soup in site.items():
        for place in soup.find_all("ul", class_="bd-navbar-elements"):
            target = ((website.SITE / name).parent / place.find("a")["href"]).resolve()
            assert target == website.SITE / "train.html", name
    assert len(site["index.html"].find_all("ul", class_="bd-navbar-elements")) == 2, "one of them is a phone's"


def alternatives(text):
    """The text alternatives of a page in Markdown, in their order."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return [" ".join(words.split()) for words in re.findall(r"!\[(.*?)\]\([^)\s]+\)", text, re.S)]


def shown(soup):
    return [tag.get("alt") for tag in soup.main.find_all("img")]


def test_the_text_alternatives_arrive_word_for_word(site):
    count = 0
    for path in [*website.DOCS.glob("*.md"), *(website.DOCS / "lessons").glob("*.md")]:
        expected = alternatives(path.read_text(encoding="utf-8"))
        name = path.relative_to(website.DOCS).with_suffix(".html").as_posix()
        assert shown(site[name]) == expected and all(expected), name
        count += len(expected)
    readme = alternatives((course.ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown(site["index.html"]) + shown(site["start.html"]) == readme and len(readme) >= 2
    assert count > 80


@pytest.mark.parametrize("one", course.lessons(), ids=lambda one: one.name)
def test_what_a_lessons_cells_say_of_their_pictures_is_on_its_page(site, one):
    there = shown(site[f"lessons/{one.number}.html"])
    outputs, seen = pages.blocks(one), set()
    for cell in course.read(one).cells:
        block = outputs.get(course.identity(cell, seen), "")
        if "alt" in cell.metadata and "<!-- picture -->" in block:
            assert " ".join(re.sub(r"[\[\]\s]+", " ", cell.metadata["alt"]).split()) in there, cell.source


def test_headings_are_in_order_and_a_page_has_one_title(site):
    for name, soup in site.items():
        levels = [int(tag.name[1]) for tag in soup.main.find_all(re.compile("^h[1-6]$"))]
        assert levels.count(1) == 1 and levels[0] == 1, (name, levels)
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), (name, levels)
        assert soup.html["lang"] == "en" and soup.title.get_text(strip=True), name


@pytest.mark.parametrize("one", course.lessons(), ids=lambda one: one.name)
def test_a_lessons_page_is_small_and_its_notebook_lies_beside_it(site, one):
    name = f"lessons/{one.number}.html"
    size = (website.SITE / name).stat().st_size
    for picture in {tag["src"] for tag in site[name].main.find_all("img")}:
        size += ((website.SITE / name).parent / picture).stat().st_size
    assert size < 1_500_000
    (link,) = [tag["href"] for tag in site[name].find_all("a", download=True)]
    assert ((website.SITE / name).parent / link).read_bytes() == one.notebook.read_bytes()


def test_formulas_are_mathml(site):
    """As many as the pages have, and none is left as TeX."""
    for one in course.lessons():
        text = re.sub(r"^```.*?^```|`[^`]*`", "", one.page.read_text(encoding="utf-8"), flags=re.M | re.S)
        text = re.sub(r"<script.*?</script>", "", text, flags=re.S)
        formulas = re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", text, re.S)
        main = site[f"lessons/{one.number}.html"].main
        assert len(main.find_all("math")) == len(formulas)
        assert not re.search(r"\$\$|\\frac", main.get_text())


# ---------------------------------------------------------------- In the browser


def findings(page, options=AXE):
    """What axe finds serious or critical: [(rule, first place, what is wrong)]."""
    found = Axe().run(page, options=options).response["violations"]
    return [
        (one["id"], one["nodes"][0]["target"], one["nodes"][0].get("failureSummary", "")[:200])
        for one in found
        if one["impact"] in BAD
    ]


def test_every_page_is_quiet_open_to_everyone_and_fits_a_phone(site, served, chromium):
    page, requests, complaints = chromium
    wrong = []
    for name in site:
        page.goto(served + name)
        page.evaluate(READY)
        page.evaluate("document.documentElement.dataset.theme = 'light'")
        wrong += [(name, "light", *one) for one in findings(page)]
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        wrong += [(name, "dark", *one) for one in findings(page, COLOURS)]
        page.set_viewport_size(PHONE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong += [(name, f"{wide} pixels wide")] if wide > PHONE["width"] else []
        page.set_viewport_size(DESK)
    assert wrong == [] and requests == [] and complaints == []


@pytest.mark.parametrize("where", ["served", "from a disk"])
def test_the_way_to_the_browser_edition_and_on_to_lesson_1(site, served, chromium, where):
    """From the start page and back, and from its last step to the lesson."""
    page, requests, complaints = chromium
    address = served if where == "served" else website.SITE.as_uri() + "/"
    page.goto(address + "index.html")
    page.click("article a:not(.headerlink) >> nth=0")
    page.wait_for_selector("html[data-ready]")
    assert page.url == address + "train.html"
    page.click("header a")
    page.wait_for_selector("h1 >> text=Deep learning")
    assert page.url == address + "index.html"
    page.goto(address + "lessons/04.html")
    page.click("header >> text=Train a network")
    page.wait_for_selector("html[data-ready]")
    page.goto(address + "train.html#end")
    page.click("#end .lessons a >> nth=0")
    page.wait_for_selector("h1 >> text=1. Neurons")
    assert page.url == address + "lessons/01.html"
    assert requests == [] and complaints == []


@pytest.mark.parametrize("width", [960, 1100, 1280])
def test_what_stands_in_the_header_does_not_lie_over_something_else(served, chromium, site, width):
    page, _, _ = chromium
    page.set_viewport_size({"width": width, "height": 720})
    page.goto(served + "lessons/04.html")
    lines = "(all) => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    boxes = page.eval_on_selector_all(".bd-header .navbar-brand *, .bd-header .nav-link", lines)
    boxes = sorted(box for box in boxes if box[1] > box[0])
    page.set_viewport_size(DESK)
    assert len(boxes) >= 6 and all(before[1] <= after[0] for before, after in zip(boxes, boxes[1:])), boxes


@pytest.mark.parametrize("where", ["served", "from a disk"])
def test_the_search_finds_dropout(site, served, chromium, where):
    page, requests, complaints = chromium
    address = served if where == "served" else website.SITE.as_uri() + "/"
    page.goto(address + "lessons/01.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("dropout")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")
    page.wait_for_function("document.querySelector('#search-results .search-summary')?.innerText.match(/\\d/)")
    found = page.eval_on_selector_all("#search-results li a", "(all) => all.map((one) => one.href.split(/[?#]/)[0])")
    assert address + "lessons/04.html" in found
    page.click("#search-results li a >> text=4. MNIST")
    page.wait_for_selector("h1 >> text=4. MNIST")
    assert requests == [] and complaints == []


def test_every_page_opens_from_a_disk(site, chromium):
    page, requests, complaints = chromium
    for name in site:
        page.goto((website.SITE / name).as_uri())
        broken = page.evaluate("[...document.images].filter((one) => one.complete && !one.naturalWidth).length")
        assert broken == 0 and page.title(), name
    assert requests == [] and complaints == []


def test_the_keyboard_reaches_search_and_the_first_link(served, chromium, site):
    """The first key leads past the navigation; the search opens and closes; the focus can be seen."""
    page, _, _ = chromium
    page.goto(served + "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    reached = page.evaluate("[document.activeElement.tagName, document.activeElement.getAttribute('href')]")
    assert reached[0] == "A" and page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.goto(served + "index.html")
    for _ in range(15):
        page.keyboard.press("Tab")
        if "search-button" in page.evaluate("document.activeElement.className"):
            break
    else:
        pytest.fail("Tab does not reach the search")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('input[type=search]')")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.activeElement.matches('input[type=search]')")


def test_pictures_keep_their_colours_in_the_dark(served, chromium, site):
    page, _, _ = chromium
    page.goto(served + "lessons/04.html")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate("getComputedStyle(document.querySelector('main img')).filter") == "none"


# ---------------------------------------------------------------- Exported HTML


def exported(book):
    """The text alternatives of a notebook's pictures, as plain `jupyter nbconvert --to html` exports them."""
    body, _ = HTMLExporter().from_notebook_node(book)
    assert "No description has been provided" not in body
    return [tag.get("alt") for tag in BeautifulSoup(body, "html.parser").main.find_all("img")]


@pytest.mark.parametrize("one", course.lessons(), ids=lambda one: one.name)
def test_html_that_is_exported_from_a_lesson_has_its_alternatives(one):
    """A picture in a running lesson is HTML too (dlcourse.access sees to that), and nbconvert takes the HTML."""
    book = pages.with_results(one)
    for cell in book.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data["text/html"] = access.image_html(
                    output.data["image/png"], output.metadata["image/png"]["alt"]
                )
    expected = [html.unescape(words) for words in alternatives(one.page.read_text(encoding="utf-8"))]
    assert exported(book) == expected and len(expected) >= 4
    assert {cell.metadata["alt"] for cell in course.read(one).cells if "alt" in cell.metadata} <= set(expected)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("one", course.lessons(), ids=lambda one: one.name)
def test_html_that_make_lab_exports_is_open_to_everyone(one, theme, chromium, tmp_path):
    """nbconvert's own look has pale prompts, and links that only their colour tells."""
    page, requests, _ = chromium
    looks = {"template_name": "readable", "extra_template_basedirs": [str(course.ROOT / "tools" / "lab")]}
    body, _ = HTMLExporter(theme=theme, **looks).from_notebook_node(pages.with_results(one))
    soup = BeautifulSoup(body, "html.parser")
    if one.number == "01":  # What sets its formulas would be fetched: without a network they stay LaTeX.
        soup.find("script", src=re.compile("mathjax")).decompose()
    (tmp_path / "exported.html").write_text(str(soup), encoding="utf-8")
    page.goto((tmp_path / "exported.html").as_uri())
    page.evaluate(READY)
    assert page.locator(".jp-InputPrompt").count() > 20 and findings(page) == [] and requests == []


def test_a_lesson_that_was_run_exports_its_alternatives(monkeypatch):
    """Truly run, as far as the first three pictures of lesson 3, which train nothing."""
    monkeypatch.delenv("MPLBACKEND")  # Plots are shown, as in a notebook that somebody opens.
    book = course.read(course.lesson("03"))
    described = [number for number, cell in enumerate(book.cells) if "alt" in cell.metadata]
    last, expected = described[2], [book.cells[number].metadata["alt"] for number in described[:3]]
    cells = [nbformat.from_dict({key: cell[key] for key in cell if key != "line"}) for cell in book.cells[: last + 1]]
    book = pages.execute(nbformat.v4.new_notebook(cells=cells))
    assert exported(book) == expected
