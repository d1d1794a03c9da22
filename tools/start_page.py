"""The start page of `make lab`, my_lessons/00_start_here.md: where to begin, the lessons, what is solved, help.

It is Markdown, which JupyterLab shows as a page; copies of the glossary and the question bank stand beside it.
`dlcourse.check` notes each right answer in my_lessons/progress.txt, where anybody may read it; a thread of `make lab`
writes the page anew when that file has changed. Python alone runs it.
"""

import base64
import contextlib
import hashlib
import html
import json
import re
import threading
import time
import tomllib
from dataclasses import dataclass

from keeping import free_name, put

NAME = "00_start_here.md"  # By its name it stands above the lessons.
PROGRESS = "progress.txt"
MAP = "lessons_map"  # The name of the figure.
LARGEST = 10_000_000  # So many bytes of it are read.
SECONDS = 1  # How often the file of what was solved is looked at.
# The first line of what is written here; the hash is that of what follows, so that an edited page is known.
MARK = "<!-- make lab writes this page anew: keep your notes in another file. {} -->\n"


@dataclass(frozen=True)
class Lesson:
    """A lesson as the page needs it: its file, its heading, a phrase about it, minutes (0: none), its exercises."""

    file: str
    title: str
    phrase: str
    alone: int
    whole: int
    core: tuple
    further: tuple

    @property
    def link(self):
        return f"[{self.title}]({self.file})"


# ---------------------------------------------------------------- What is there to learn, and what is solved


def agreed(root):
    """What course.toml says; a learner whose copy of it is spoiled has the lessons all the same."""
    with contextlib.suppress(OSError, ValueError):
        return tomllib.loads((root / "course.toml").read_text(encoding="utf-8"))
    return {}


def lessons(root):
    """The lessons in order, from notebooks/ and course.toml."""
    rooms, found = {room.get("folder"): room for room in agreed(root).get("lesson", [])}, []
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        room = rooms.get(path.stem, {})
        title, core, further = contents(path)
        phrase = " ".join(str(room.get("map", "")).split())
        minutes = (room.get("alone", 0), room.get("all", 0))
        found.append(Lesson(path.name, title or path.stem, phrase, *minutes, tuple(core), tuple(further)))
    return found


def contents(path):
    """(heading, exercises of the core, further exercises) of a lesson's notebook."""
    title, exercises, part = "", {"core": [], "optional": []}, "core"
    try:
        cells = [cell for cell in json.loads(path.read_bytes())["cells"] if isinstance(cell["source"], (str, list))]
        texts = [("".join(cell["source"]), cell["metadata"].get("tags", []), cell["cell_type"]) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError):  # Not a notebook: the lesson is listed all the same.
        texts = []
    for text, tags, kind in texts:
        if kind != "markdown":
            continue
        title = title or text.partition("\n")[0].removeprefix("# ").strip()
        if text.startswith("## "):
            part = "optional" if "optional" in tags else "core"
        if "exercise" in tags and (heading := re.match(r"### Exercise: (.+)", text)):
            exercises[part].append(heading[1].strip())
    return title, exercises["core"], exercises["optional"]


def solved(own):
    """The names of the exercises that were solved; whatever else stands in the file is passed over."""
    try:
        with open(own / PROGRESS, "rb") as file:
            text = file.read(LARGEST).decode("utf-8", errors="replace")
    except OSError:
        return set()
    return set(re.findall(r"^\d{4}-\d\d-\d\d \d\d:\d\d  (.*?)\r?$", text, flags=re.M))


# ---------------------------------------------------------------- The page


def page(title, found, done, drawn):
    """The page as Markdown. found: the lessons; done: the names of what was solved; drawn: the map as HTML, or ""."""
    rows = "\n".join(row(one, done) for one in found)
    return f"""# {title}

Networks that tell flowers and read handwriting: you train them, look inside, and learn when not to believe them. \
Each lesson is a notebook, and yours is a copy: try what you like.

{onward(found, done)}

| Lesson | What it is about | Core, minutes | All, minutes | Solved, core | Solved, further |
|:--|:--|--:|--:|:--|:--|
{rows}

The *core* of a lesson is all that the next one needs; the rest is for a longer day. The minutes are for one \
person alone.

An exercise is solved when its check says *right*. This is noted in `{PROGRESS}`, beside the lessons, on this computer \
alone: delete that file to begin anew. *File → Reload Markdown File from Disk* shows here what you have solved since.

## When you need something

- **A word that you don't know**: the [glossary](glossary.md). **A question**: the [question bank](questions.md), \
with answers.
- **Stuck?** Each exercise has a hint and a solution, folded below it. When something is odd: *Kernel → Restart Kernel \
and Run All Cells*.
- **A lesson as it came**: close it, and run `%run ../tools/copies.py fresh 02` in a cell of another notebook, or \
`make fresh ONLY=02` in a terminal in the course's folder. Yours stays beside it, under another name.
{drawn}"""


def picture(root):
    """A section with the map of the lessons in it: for a file JupyterLab asks at a wrong place first."""
    try:
        drawn = base64.b64encode((root / "images" / f"{MAP}.png").read_bytes()).decode()
        alternative = json.loads((root / "images" / "alt.json").read_text(encoding="utf-8"))[MAP]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    image = f'<img width="640" alt="{html.escape(alternative)}" src="data:image/png;base64,{drawn}">'
    return f"\n## The workshop's afternoon\n\n{image}\n"


def onward(found, done):
    """Where to begin or to go on: the first lesson whose core is not solved, then the first with anything left."""
    every = {name for one in found for name in one.core + one.further}
    count = f"You have solved {len(every & done)} of {len(every)} exercises."
    left = [one for one in found if set(one.core) - done] or [one for one in found if set(one.further) - done]
    if not every & done:
        first = (left or found)[0].link if found else "a lesson"
        return f"**Begin here: {first}.** *Shift-Enter* runs a cell and goes to the next."
    return f"**Go on with {left[0].link}.** {count}" if left else f"{count} **Those are all.**"


def row(one, done):
    """A lesson's row of the table."""
    counts = [f"{len(set(part) & done)} of {len(part)}" if part else "–" for part in (one.core, one.further)]
    return f"| {one.link} | {one.phrase} | {one.alone or '–'} | {one.whole or '–'} | {counts[0]} | {counts[1]} |"


# ---------------------------------------------------------------- On the disk


def write(root, own):
    """Write the page and what it links to into the learner's folder."""
    for name in ("glossary.md", "questions.md"):
        with contextlib.suppress(FileNotFoundError):
            text = (root / "docs" / name).read_text(encoding="utf-8")
            keep(own / name, text.replace("](../notebooks/", "]("))
    title = agreed(root).get("title", "The lessons")
    keep(own / NAME, page(title, lessons(root), solved(own), picture(root)))


def keep(path, text):
    """Write a page where it differs; what a learner wrote, there or in a file of this name, is kept beside it."""
    content = (MARK.format(digest(text)) + text).encode()
    found = path.read_bytes() if path.is_file() else None
    if found == content:
        return
    if found is None and path.exists() or found is not None and not ours(found):
        path.rename(free_name(path))
    put(path, content)


def ours(content):
    """Whether a file is a page as it was written here."""
    first, _, text = content.decode("utf-8", errors="replace").replace("\r\n", "\n").partition("\n")
    return first + "\n" == MARK.format(digest(text))


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def watch(root, own):
    """Write the page anew, in a thread that ends with the program, whenever the file of what was solved has changed."""

    def stamp():
        with contextlib.suppress(OSError):
            found = (own / PROGRESS).stat()
            return found.st_mtime_ns, found.st_size

    def look():
        seen = None
        while True:
            time.sleep(SECONDS)
            if (now := stamp()) != seen:
                with contextlib.suppress(Exception):  # A full disk, half a file: the next time.
                    write(root, own)
                    seen = now

    threading.Thread(target=look, daemon=True).start()
