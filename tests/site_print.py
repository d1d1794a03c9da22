"""What is handed out on paper: each PDF is one page of A4, tagged, with every word of its source and nothing cut off.

Printed by Chromium without a window. Run by `make test-site`.
"""

import html
import re
import subprocess
import sys
import unicodedata

import pytest
from playwright.sync_api import sync_playwright

import browsers
import course
import printing

TOO_WIDE = """() => [...document.querySelectorAll("td, th, li, p")].filter((one) =>
  one.getBoundingClientRect().right > window.innerWidth + 1 || one.scrollWidth > one.clientWidth + 1
).map((one) => one.innerText)"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    return printing.write(tmp_path_factory.mktemp("print"))


def words(text):
    """The words of a text, whatever lines and ligatures were made of them."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", printing.PAGES)
def test_it_is_one_page_of_a4_with_a_title_and_a_language(printed, name):
    pdf = printed[name].read_bytes()
    assert printing.count(pdf) == 1
    box = [float(number) for number in re.search(rb"/MediaBox \[([\d. ]+)\]", pdf)[1].split()]
    assert box[2] == pytest.approx(595, abs=2) and box[3] == pytest.approx(842, abs=2)
    assert b"/StructTreeRoot" in pdf and b"/Lang (en" in pdf and b"/Title" in pdf


def test_the_command_prints(tmp_path):
    """As `make print` runs it: without what pytest puts on the path."""
    ran = subprocess.run(
        [sys.executable, "tools/printing.py", tmp_path], cwd=course.ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.pdf" for name in printing.PAGES}


@pytest.mark.parametrize("name", printing.PAGES)
def test_every_word_is_on_the_paper(printed, name, tmp_path):
    """Ghostscript reads the text back from the PDF."""
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=txtwrite", f"-sOutputFile={tmp_path / 'text'}"]
    subprocess.run([*command, printed[name]], check=True)
    found = words((tmp_path / "text").read_text(encoding="utf-8"))
    page = re.sub(r"<(title|style)>.*?</\1>", "", printing.page(name), flags=re.S)
    wanted = words(html.unescape(re.sub(r"<[^>]*>", " ", page)))
    assert len(wanted) > (150 if name in printing.SECTIONS else 250)
    joined = "".join(found)  # Ghostscript may part a word; columns change the order.
    assert [word for word in wanted if word not in joined] == []


@pytest.mark.parametrize("name", printing.PAGES)
def test_nothing_is_wider_than_the_paper_or_too_small(name):
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browsers.program(), args=["--no-sandbox"])
        sheet = chromium.new_page(
            viewport={"width": round((210 - 28) / 25.4 * 96), "height": 900}
        )  # Inside its margins.
        sheet.emulate_media(media="print")
        sheet.set_content(printing.page(name))
        wide = sheet.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
        out = sheet.evaluate(TOO_WIDE)
        body = "li" if name in printing.SECTIONS else "td"
        points = sheet.evaluate(
            f"() => parseFloat(getComputedStyle(document.querySelector('{body}')).fontSize) * 72 / 96"
        )
        chromium.close()
    assert wide[0] <= wide[1] and out == []
    assert points * min(printing.SCALES) >= 8.5


def test_the_sheet_for_each_seat_has_the_guides_words_with_room_for_names_and_answers():
    guide = (course.ROOT / "docs" / "teach.md").read_text(encoding="utf-8")
    text = printing.source("for-your-seat")
    for line in ("- Speak of the work, not of the person.", "2. One thing that is still unclear:", "## Feedback form"):
        assert line in guide and text.count(line) == 1
    assert "NAME" not in text and "TELEPHONE" not in text and text.count(printing.BLANK) == 3
    assert "Subject:" not in text, "the mail is a block of the guide, too"


@pytest.mark.parametrize("title", printing.SECTIONS["for-your-seat"])
def test_a_section_that_is_gone_or_empty_is_a_sentence(title, tmp_path, monkeypatch):
    guide = (course.ROOT / "docs" / "teach.md").read_text(encoding="utf-8")
    (tmp_path / "docs").mkdir()
    before, after = guide.split(f"\n## {title}\n")
    monkeypatch.setattr(printing, "ROOT", tmp_path)
    for text in (guide.replace(f"## {title}", "## Something else"),
                 f"{before}\n## {title}\n{after.replace('```text', '```', 1)}"):  # fmt: skip
        (tmp_path / "docs" / "teach.md").write_text(text, encoding="utf-8")
        with pytest.raises(course.Mistake, match=f"docs/teach.md: “## {title}” with a block"):
            printing.source("for-your-seat")


def test_a_page_that_is_too_long_is_a_sentence(tmp_path, monkeypatch):
    long = (course.ROOT / "docs" / "summary.md").read_text(encoding="utf-8") + "\n\nOne more line.\n" * 30
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "summary.md").write_text(long, encoding="utf-8")
    monkeypatch.setattr(printing, "ROOT", tmp_path)
    with pytest.raises(course.Mistake, match="docs/summary.md fills 2 pages of A4 and must fit on one: shorten it"):
        printing.write(tmp_path)
