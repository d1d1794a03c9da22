"""The pages that are handed out on paper, as PDF, in build/print/: summary, helper's card, and a sheet for each seat.

    python tools/printing.py [FOLDER]

Each is a page of docs/, or sections of one, set by markdown-it and printed by Chromium without a window, on one side of
A4. A page that doesn't fit is an error: what is handed out is read at a glance. The PDF is tagged, so that it can be
read aloud.
"""

import html
import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt

import browsers
import course
import setup_cell

sys.path.insert(0, str(course.NOTEBOOKS))
from dlcourse.palette import GREY  # noqa: E402 - after its folder is on the path

ROOT = course.ROOT
PAGES = {"summary": "docs/summary.md", "helpers-card": "docs/helpers-card.md", "for-your-seat": "docs/teach.md"}
SECTIONS = {"for-your-seat": ("Code of conduct", "Feedback form")}  # Of their page; a fence in each has the words.
BLANK = "." * 30  # To be filled in with a pen.
SCALES = (1, 0.97, 0.94)  # Other fonts are wider: a little smaller then, but still to be read at arm's length.
STYLE = """
@page { size: A4; margin: 13mm 14mm }
body { font: 9.4pt/1.33 "DejaVu Sans", Verdana, Arial, sans-serif }
body { margin: 0; color: #000; background: #fff; font-variant-ligatures: none }
h1 { font-size: 18pt; margin: 0 0 2mm }
h2 { font-size: 12pt; margin: 3.6mm 0 1.2mm }
p, ol, ul { margin: 0 0 1.4mm }
ol, ul { padding-left: 5mm }
table { border-collapse: collapse; width: 100%; margin: 0 0 1.5mm }
th, td { border-bottom: 0.25mm solid GREY; padding: 0.7mm 2.5mm 0.7mm 0; text-align: left; vertical-align: top }
th { border-bottom: 0.5mm solid #000 }
code { font: 0.93em "DejaVu Sans Mono", Consolas, monospace }
a { color: inherit; text-decoration: none }
.for-your-seat { font-size: 11pt }
.for-your-seat ol li { margin-bottom: 26mm }
footer { border-top: 0.25mm solid GREY; margin-top: 2mm; padding-top: 0.8mm; font-size: 8.5pt }
""".replace("GREY", GREY)


def source(name):
    """The Markdown of one of PAGES; where it is made of sections, the fence of each, with room for names."""
    text = (ROOT / PAGES[name]).read_text(encoding="utf-8")
    if name not in SECTIONS:
        return text
    parts = [f"# {name.replace('-', ' ').capitalize()}"]
    for title in SECTIONS[name]:
        section = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
        found = re.search(r"^```text\n(.*?)^```$", section, re.M | re.S)
        if not found:
            raise course.Mistake(f"{PAGES[name]}: “## {title}” with a block ```text is missing: it goes on paper.")
        parts += [f"## {title}", re.sub(r"\b(NAME|TELEPHONE)\b", BLANK, found[1])]
    return "\n\n".join(parts)


def page(name):
    """The HTML of one of PAGES."""
    text = source(name)
    body = MarkdownIt("commonmark").enable("table").render(text)
    title = re.search(r"^# (.+)", text, re.M)[1]
    agreed = course.settings()
    where = f" · github.com/{agreed['repository']}" if setup_cell.published(agreed["repository"]) else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<style>{STYLE}</style></head><body><main class="{name}">{body}</main>'
        f"<footer>{html.escape(agreed['title'] + where)} · CC BY 4.0</footer></body></html>"
    )


def count(pdf):
    """How many pages a PDF has that Chromium wrote."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def write(folder):
    """Print PAGES into a folder; {name: path}. Mistake at one that needs more than a page."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    with browsers.sheet(java_script_enabled=False) as sheet:
        sheet.route("**/*", lambda route: route.abort())
        for name in PAGES:
            sheet.set_content(page(name))
            for scale in SCALES:
                pdf = sheet.pdf(prefer_css_page_size=True, tagged=True, scale=scale)
                if (pages := count(pdf)) == 1:
                    break
            else:
                raise course.Mistake(f"{PAGES[name]} fills {pages} pages of A4 and must fit on one: shorten it.")
            found[name] = folder / f"{name}.pdf"
            found[name].write_bytes(pdf)
    return found


def main(words):
    folder = Path(words[0]) if words else ROOT / "build" / "print"
    for path in write(folder).values():
        print(f"Printed: {path}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except course.Mistake as problem:
        sys.exit(str(problem))
