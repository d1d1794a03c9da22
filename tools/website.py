"""The course's web site, from the committed pages: build/site, to be opened from a disk or published.

    python tools/website.py          make site; nothing is fetched, nothing is executed

`prepare` writes the pages for Sphinx into build/site-source: docs/ as it is, the start pages out of the README, lists
of contents made from what is there, and links that stay inside the site. Line numbers stay what they are in docs/, so
that Sphinx, to which every warning is an error, names the right line. tools/web/ has Sphinx's settings.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from myst_parser.slugs import github_slugify

import build
import course
import in_browser
import setup_cell
from course import ROOT, Mistake

DOCS, WEB = ROOT / "docs", ROOT / "tools" / "web"
SOURCE, SITE, DECKS = ROOT / "build" / "site-source", ROOT / "build" / "site", ROOT / "build" / "slides"
PRINTED = (ROOT / "build" / "print", ROOT / "build" / "quiz")  # What `make print` and `make quiz` have written.
# The site's parts: (file, title, words below it, pages in their order). Pages that aren't there yet are left out.
LOOK_UP = ("look-up", "Look up", "Short pages to come back to.", ("summary", "questions", "glossary", "next"))
TEACH = (
    "teaching",
    "Teach it",
    "For whoever teaches the course, or wants to see how it is made.",
    ("teach", "before-and-after", "slides", "coverage", "robustness"),
)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
ELSEWHERE = re.compile(r"(https?|mailto):")
ALONE = (".pdf", ".html")  # To be printed, or opened by itself: in printed/, for a page may have the same name.
FETCHED = "*Not published yet: the links to Colab and Binder will appear here once the course has an address.*"


# ---------------------------------------------------------------- What a page has


def masked(text):
    """A text with blanks for what is code, of the same length: no link or heading is looked for there."""

    def blank(found):
        return re.sub(r"[^\n]", " ", found[0])

    text = re.sub(r"^( *)(```+|~~~+)[^\n]*\n.*?^ *\2`*~*[ \t]*$", blank, text, flags=re.M | re.S)
    text = re.sub(r"<script.*?</script>", blank, text, flags=re.S)
    return re.sub(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)", blank, text)


def headings(text):
    """{anchor: heading} of a page in Markdown, by the names that the code host and Sphinx give them."""
    found = {}
    code = re.sub(r"^( *)(```+)[^\n]*\n.*?^ *\2[ \t]*$", "", text, flags=re.M | re.S)
    for words in re.findall(r"^#{1,6} +(.+?) *#*$", code, re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words).replace("`", "").replace("*", "")
        base = anchor = github_slugify(plain)
        number = 0
        while anchor in found:
            number += 1
            anchor = f"{base}-{number}"
        found[anchor] = plain
    return found


def sections(path):
    """The headings of a page, {anchor: heading}."""
    return headings(path.read_text(encoding="utf-8"))


class Page:
    """A page on its way into the site: where it comes from, where it goes, and what its links become."""

    def __init__(self, path, target, first=1):
        self.path, self.target, self.first = path, target, first  # target: its place in the site, "lessons/04.md".
        self.agreed = course.settings()

    def mistake(self, line, words):
        return Mistake(f"{self.path.relative_to(ROOT).as_posix()}:{line}: {words}")

    def up(self, place):
        """A place in the site, seen from this page."""
        return Path(os.path.relpath(place, Path(self.target).parent)).as_posix()

    def links(self, text):
        """The text with its links and pictures as the site has them; Mistake where one leads nowhere."""
        mask, parts, end = masked(text), [], 0
        for found in LINK.finditer(mask):
            line = self.first + text.count("\n", 0, found.start())
            start, stop = found.span(2)
            parts += [text[end : found.start()], self.link(found[1], text[start:stop], found[3], line)]
            end = found.end()
        return "".join(parts) + text[end:]

    def link(self, mark, label, target, line):
        if mark:
            return self.picture(label, target, line)
        if ELSEWHERE.match(target):
            placeholder = "/owner/" in target and not setup_cell.published(self.agreed["repository"])
            return f"{label} (not published yet)" if placeholder else f"[{label}]({target})"
        place, _, anchor = target.partition("#")
        path = (self.path.parent / place).resolve() if place else self.path
        if not path.exists() or ROOT not in [path, *path.parents]:
            if DECKS in path.parents:
                return label  # Slides that nobody has made here.
            raise self.mistake(line, f"the link “{label}” leads to {place}, which isn't there.")
        if anchor and path.suffix == ".md" and anchor not in sections(path):
            raise self.mistake(
                line, f"the link “{label}” leads to the section #{anchor} of {path.name}, which isn't there."
            )
        return self.inside(label, path, anchor, line)

    def inside(self, label, path, anchor, line):
        """A link to a file of the course that is there."""
        end = f"#{anchor}" if anchor else ""
        if path.parent == course.NOTEBOOKS and (one := lesson_of(path)):
            return f"[{label}]({self.up(f'lessons/{one.number}.md')}{self.section(label, one, line)})"
        if path == ROOT / "README.md":
            begins = anchor in headings(_readme()[1])
            return f"[{label}]({self.up('start.md' if begins else 'index.md')}{end})"
        if path == self.path:
            return f"[{label}]({end})"
        if DOCS in path.parents and path.suffix == ".md":
            return f"[{label}]({self.up(path.relative_to(DOCS).as_posix())}{end})"
        if DECKS in path.parents:
            return f'<a href="{self.up("slides/" + path.name)}">{label}</a>'
        if setup_cell.published(self.agreed["repository"]):
            kind = "blob" if path.is_file() else "tree"
            seen = f"https://github.com/{self.agreed['repository']}/{kind}/{self.agreed['branch']}"
            return f"[{label}]({seen}/{path.relative_to(ROOT).as_posix()}{end})"
        return label  # In the course's folder; there is no address yet.

    def section(self, label, one, line):
        """Where a label names a section, "01_neurons, One neuron": its anchor, or nothing."""
        if not label.startswith(f"{one.name}, "):
            return ""
        wanted = label.removeprefix(f"{one.name}, ")
        for anchor, words in sections(one.page).items():
            if words == wanted.replace("`", "").replace("*", ""):
                return f"#{anchor}"
        raise self.mistake(line, f"{one.name} has no section called “{wanted}”.")

    def picture(self, words, target, line):
        """A picture: it must have words for those who don't see it; what lies outside docs/ is copied."""
        if not words.strip():
            raise self.mistake(line, f"the picture {target} has no text alternative: write what it shows in the [].")
        path = (self.path.parent / target).resolve()
        if ELSEWHERE.match(target) or not path.is_file():
            raise self.mistake(line, f"the picture {target} isn't there.")
        if ROOT not in path.parents:
            raise self.mistake(line, f"the picture {target} lies outside the course.")
        place = path.relative_to(DOCS if DOCS in path.parents else ROOT)
        (SOURCE / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, SOURCE / place)
        return f"![{words}]({self.up(place)})"


def lesson_of(notebook):
    """The lesson whose notebook this is, or None."""
    return next((one for one in course.lessons() if one.notebook == notebook), None)


# ---------------------------------------------------------------- Pages


def lesson_page(one):
    """A lesson's page, with the ways to take it home below its title."""
    page = Page(one.page, f"lessons/{one.number}.md")
    text = one.page.read_text(encoding="utf-8")
    line = re.search(r"^\[This lesson as a notebook\].*$", text, re.M)
    if not line:
        raise page.mistake(3, "the line that begins [This lesson as a notebook] is missing: run make build.")
    links = course.addresses(one.name)
    ways = [f'<a href="../notebooks/{one.name}.ipynb" download>Download the notebook</a>']
    if setup_cell.published(page.agreed["repository"]):
        ways += [f"[open it in Colab]({links['colab']})", f"[in Binder]({links['binder']})"]
    else:
        ways += ["Colab and Binder: not published yet"]
    if deck := next((deck for deck in decks() if deck.stem == one.name), None):
        ways += [f'<a href="../slides/{deck.name}">slides</a>']
    ways += ["[how to run it](../start.md)"]
    text = page.links(text.replace(line[0], "\0", 1)).replace("\0", " · ".join(ways))
    scrolls = '<div class="pst-scrollable-table-container">'
    return re.sub(r"^<div>(?=\n<table)", scrolls, text, flags=re.M)


def coverage_page():
    """What is taught where, each section a link to it."""
    path = DOCS / "coverage.md"
    page, one, lines = Page(path, "coverage.md"), None, []
    for number, line in enumerate(page.links(path.read_text(encoding="utf-8")).split("\n"), 1):
        if heading := re.match(r"## (?:(\d+)\. )?", line):
            one = course.lesson(f"{int(heading[1]):02}") if heading[1] else None
        cells = re.fullmatch(r"\| (.+) \| (.+) \|", line)
        if one and cells and not cells[1].startswith("What is taught"):
            names = cells[2].split("; ")
            where = [page.section(f"{one.name}, {name}", one, number) for name in names]
            line = f"| {cells[1]} | {'; '.join(f'[{n}](lessons/{one.number}.md{w})' for n, w in zip(names, where))} |"
        lines.append(line)
    return "\n".join(lines)


def _readme():
    """(what a visitor reads first, how to start) of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for heading in ("## The lessons", "## Start", "## For maintainers"):
        if f"\n{heading}\n" not in text:
            raise Mistake(f"README.md:1: the heading “{heading}” is missing: the site's start page is made of it.")
    first, rest = text.split("\n## Start\n", 1)
    return first, "## Start\n" + rest.split("\n## For maintainers\n")[0]


def start_pages():
    """{file: text} of the first page and of "Start", both out of the README."""
    first, start = _readme()
    lines = first.count("\n") + 2
    first = build.between(build.between(first, "lessons", "\0"), "browser", "")
    index = Page(ROOT / "README.md", "index.md").links(first).replace("\0", lesson_table())
    later = headings(start)
    index = re.sub(r"\*([^*\n]+)\* below", lambda found: _below(found, later), index)
    first_lesson = course.lessons()[0]
    train = build.INVITATION.format(f'<a href="{course.BROWSER_EDITION}">Train a network now, in this browser</a>')
    begin = (
        f"**Begin here:** [lesson 1, {build.title(first_lesson)[1]}](lessons/{first_lesson.number}.md), to read"
        " with all its results. [Start](start.md) says how to run it yourself."
        " [Teach it](teaching.md) is for instructors."
    )
    title, lead, rest = index.split("\n\n", 2)
    parts = tree(["start", "lessons/index", LOOK_UP[0], TEACH[0]])
    index = "\n\n".join([title, lead, train, begin, rest, parts])
    start = Page(ROOT / "README.md", "start.md", lines).links(start)
    start = re.sub(r"^#(#+ )", r"\1", masked_headings(start), flags=re.M)
    if not setup_cell.published(course.settings()["repository"]):
        start = start.replace("\n", "\n\n*This copy of the course isn't published yet: where an address below has "
                              "“owner” in it, its publisher's name will stand.*\n", 1)  # fmt: skip
    return {"index.md": index, "start.md": start}


def _below(found, later):
    """What the README calls *The digits* below, and the site has on another page, as a link."""
    anchor = github_slugify(found[1])
    return f"[{found[1]}](start.md#{anchor})" if anchor in later else found[0]


def masked_headings(text):
    """A text whose lines of code that begin with # have a blank before it: they are no headings."""
    return re.sub(r"^```.*?^```", lambda block: re.sub(r"^#", " #", block[0], flags=re.M), text, flags=re.M | re.S)


def lesson_table():
    rows = ["| No. | Lesson | Minutes in the workshop | On your own | All of it |", "|" + "---|" * 5]
    for one in course.lessons():
        number, words = build.title(one)
        minutes = [str(count or "–") for count in (one.minutes, one.alone, one.whole)]
        rows.append(f"| {number} | [{words}](lessons/{one.number}.md) | {' | '.join(minutes)} |")
    return "\n".join(rows)


def lessons_index():
    text = f"# Lessons\n\nEach lesson to read, with all its results. Minutes are those of its core.\n\n{lesson_table()}"
    text = text.replace("](lessons/", "](")
    if not setup_cell.published(course.settings()["repository"]):
        text += f"\n\n{FETCHED}"
    return f"{text}\n\n{tree([one.number for one in course.lessons()])}"


def decks():
    """The decks of the course's lessons that `make slides` has written."""
    return [deck for one in course.lessons() if (deck := DECKS / f"{one.name}.html").is_file()]


def slides_page():
    """A page that leads to the decks."""
    rows = []
    for deck in decks():
        words = ". ".join(build.title(course.lesson(deck.name[:2])))
        rows.append(f'- <a href="slides/{deck.name}">{words}</a>')
    about = "A deck for each lesson, with the figures of its page. A deck opens in the browser and needs no network."
    return f"# Slides\n\n{about}\n\n" + "\n".join(rows) + "\n"


def tree(names):
    """Sphinx's list of what comes next in the navigation."""
    return "```{toctree}\n:hidden:\n\n" + "\n".join(names) + "\n```\n"


def part(name, title, words, there, printed):
    """A page that leads to the pages of a part, and to what of it is to be printed or opened by itself."""
    rows = [f"- [{title_of(SOURCE / f'{page}.md')}]({page}.md)" for page in there]
    rows += [
        f'- <a href="printed/{path.name}">{path.stem.replace("-", " ").capitalize()} ({kind(path)})</a>'
        for path in printed
    ]
    return f"# {title}\n\n{words}\n\n" + "\n".join(rows) + f"\n\n{tree(there)}"


def kind(path):
    return "PDF, to print" if path.suffix == ".pdf" else "one page, without a network"


def title_of(path):
    found = re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.M)
    if not found:
        raise Mistake(f"docs/{path.name}:1: the page has no heading that begins with “# ”.")
    return found[1]


def boxes(text):
    """A text whose tasks, "- [ ] Do it", begin with a box to tick: a browser's own would need a label each."""
    return re.sub(r"^( *- )\[ \] ", r"\1☐ ", text, flags=re.M)


# ---------------------------------------------------------------- The whole


def prepare():
    """Write all pages for Sphinx into build/site-source, and what is copied as it is; Mistake at the first fault."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(WEB, SOURCE / "_static", ignore=shutil.ignore_patterns("*.py", "*.svg", "*.html", "__pycache__"))
    pages = {f"lessons/{one.number}.md": lesson_page(one) for one in course.lessons()}
    pages |= {"lessons/index.md": lessons_index(), "coverage.md": coverage_page()} | start_pages()
    for path in DOCS.glob("*.md"):
        if path.name not in pages:
            pages[path.name] = boxes(Page(path, path.name).links(path.read_text(encoding="utf-8")))
    extra = SOURCE / "_extra"
    extra.mkdir()
    (extra / course.BROWSER_EDITION).write_text(in_browser.html(site=True), encoding="utf-8", newline="\n")
    if there := decks():
        pages["slides.md"] = slides_page()
        (extra / "slides").mkdir()
        for deck in there:
            shutil.copy(deck, extra / "slides")
    for name, text in pages.items():
        (SOURCE / name).parent.mkdir(parents=True, exist_ok=True)
        (SOURCE / name).write_text(text, encoding="utf-8", newline="\n")
    (extra / "notebooks").mkdir()
    for one in course.lessons():
        shutil.copy(one.notebook, extra / "notebooks")
    printed = sorted(path for folder in PRINTED for path in folder.glob("*") if path.suffix in ALONE)
    (extra / "printed").mkdir()
    for path in printed:
        shutil.copy(path, extra / "printed")
    known = {*LOOK_UP[3], *TEACH[3], "index", "start"}
    others = sorted(path.stem for path in SOURCE.glob("*.md") if path.stem not in known)
    for name, title, words, order in (LOOK_UP, TEACH):
        order = (*order, *(others if name == TEACH[0] else ()))
        there = [page for page in order if (SOURCE / f"{page}.md").is_file()]
        own = [path for path in printed if (path.stem in LOOK_UP[3]) == (name == LOOK_UP[0])]
        (SOURCE / f"{name}.md").write_text(part(name, title, words, there, own), encoding="utf-8", newline="\n")


def sentences(said, source):
    """What Sphinx complains of, one line each, with the file that somebody writes."""
    found = []
    for line in re.sub(r"\x1b\[[0-9;]*m", "", said).splitlines():
        line = line.replace(f"{source}{os.sep}", "docs/").replace(" WARNING:", "").replace(" ERROR:", "")
        if line.strip() and not line.startswith("build finished with problems"):
            found.append(line)
    return found


def render(source, site):
    """Let Sphinx make a site of a folder with prepared pages; Mistake with all that it complains of."""
    fresh, cache = site.with_name(f"{site.name}.part"), site.with_name(f"{site.name}-cache")
    for folder in (fresh, cache):
        shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-j", "2", "-b", "html", "-c", WEB, "-d", cache]
    command += ["-D", f"html_static_path={source / '_static'}", "-D", f"html_extra_path={source / '_extra'}"]
    command = [str(word) for word in [*command, source, fresh]]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if ran.returncode:
        found = sentences(ran.stderr, source) or sentences(ran.stdout, source)
        raise Mistake("\n".join(found) or "Sphinx failed and said nothing.")
    shutil.rmtree(site, ignore_errors=True)
    fresh.rename(site)


def main():
    prepare()
    render(SOURCE, SITE)
    print(f"The site is in {SITE.relative_to(ROOT)}: open {(SITE / 'index.html').relative_to(ROOT)} in a browser.")


if __name__ == "__main__":
    try:
        main()
    except Mistake as problem:
        sys.exit(str(problem))
