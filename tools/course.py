"""The course as tools and tests see it: what course.toml agrees on, and each lesson read from its one source.

`lessons()` lists the rooms, `read(lesson)` gives a lesson as the notebook that learners open, without outputs, with
everything filled in that is derived: set-up cell, badges, time line, folded cells. `plain(book)` is the way back. Cells
of a source for its slides alone stay out of it; `read(lesson, slides=True)` has them too. Whatever is wrong with a
source raises `Mistake`, one sentence with file and line.
"""

import ast
import copy
import difflib
import functools
import hashlib
import itertools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat

import setup_cell

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
BROWSER_EDITION = "train.html"  # The name of its page, in build/browser/, in the web site and on the stick.
TAGS = {  # What may stand in a cell's `tags`, and what it says (CONTRIBUTING.md shows the same table).
    "core": "a section that fits the clock; filled in by the build",
    "optional": "a section for another day",
    "exercise": "the text of an exercise, under `### Exercise: its name`",
    "answer": "the cell with the dots",
    "check": "the cell that calls dlcourse.check",
    "hide-input": "folded code: run, you need not read",
    "nbval-check-output": "prints the same on every machine and data: stored, and compared by nbval",
    "page-check-output": "prints the same everywhere and gives a prediction away: compared with the lesson's page",
    "no-reference": "left out of the runs over many seeds",
    "measured": "assigns what a claims.py or a test reads by name",
    "setup": "the set-up cell; filled in by the build",
}
WORDS = {  # What the build, the slides and the tests look for in every lesson, and why. Keep it, in any edition.
    "You will be able to": "before the list of objectives",
    "**Before you start:**": "the line with the time goes before it",
    "## Set-up": "the set-up cell goes below it",
    "## A question before we start": "the poll",
    "## The question again": "the poll's answer",
    "## You have learned to": "the objectives, looked back at",
    "Three quick questions": "the heading of what the reader may ask himself at the end",
    "**Next.**": "where to go on",
}
# What a check says by its error's own traceback, where dlcourse isn't imported and can say nothing.
CHECK_NOTE = "# A NameError here? Run the lesson's first cell, then the one with your answer.\n"
SLIDE_ONLY = ("slide", "notes")  # What `slide` may say of a cell of text: it is for the slides alone.
ON_SLIDE = ("-", "output", "fragment")  # And of code: with its output, its output alone, its output at the next key.
KEYS = ("tags", "seconds", "slide", "alt")  # What may stand in a cell's metadata in a source.


class Mistake(Exception):
    """Something is wrong with a source: one sentence, with file and line."""


@dataclass(frozen=True)
class Lesson:
    """A lesson's room. name "02_iris", number "02", minutes of its core (0: not part of the afternoon).

    alone and whole are the minutes of a lone reader, for the core and for all of it.
    """

    name: str
    minutes: int
    alone: int
    whole: int

    @property
    def number(self):
        return self.name[:2]

    @property
    def folder(self):
        return ROOT / "lessons" / self.name

    @property
    def source(self):
        return self.folder / "lesson.md"

    @property
    def notebook(self):
        return NOTEBOOKS / f"{self.name}.ipynb"

    @property
    def page(self):
        return ROOT / "docs" / "lessons" / f"{self.number}.md"


@dataclass
class Exercise:
    """An exercise's cells, its name and folded solution, and the further arguments of its check, as source."""

    name: str
    text: object
    answer: object
    check: object
    solution: str
    more: list


# ---------------------------------------------------------------- course.toml


def settings():
    """What course.toml says, as a dictionary; Mistake where it can't be read or its minutes don't add up."""
    path = ROOT / "course.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        clock, rooms = found["afternoon"], found["lesson"]
        lessons_minutes = sum(room["minutes"] for room in rooms)
        sum_of_all = clock["start"] + lessons_minutes + clock["break"] + clock["close"]
        names = [room["folder"] for room in rooms]
        sum(room["alone"] + room["all"] for room in rooms)
    except FileNotFoundError:
        raise Mistake("course.toml is missing: it says which lessons there are.") from None
    except tomllib.TOMLDecodeError as problem:
        raise Mistake(f"course.toml does not parse: {problem}.") from None
    except (KeyError, TypeError) as problem:
        raise Mistake(f"course.toml lacks {problem}: see CONTRIBUTING.md for what stands there.") from None
    if sum_of_all != clock["total"]:
        raise Mistake(
            f"course.toml:{_line('course.toml', 'total')}: start, lessons, break and close are {sum_of_all} minutes "
            f"together, and total says {clock['total']}."
        )
    if clock["break_after"] not in names:
        line = _line("course.toml", "break_after")
        raise Mistake(f"course.toml:{line}: the break comes after {clock['break_after']!r}, which is no lesson.")
    rooms_there = sorted(path.name for path in (ROOT / "lessons").glob("[0-9][0-9]_*") if path.is_dir())
    if sorted(names) != rooms_there:
        odd = sorted(set(names) ^ set(rooms_there))[0]
        where = "is named in course.toml and has no folder" if odd in names else "has a folder and no entry"
        raise Mistake(f"course.toml: the lesson {odd} {where} in lessons/.")
    return found


def _line(path, words):
    """The number of the first line of a file that has these words."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if words in line), 1)


def lessons():
    """The lessons in their order."""
    return [Lesson(*(room[key] for key in ("folder", "minutes", "alone", "all"))) for room in settings()["lesson"]]


def lesson(number):
    """The lesson with this number or name ("02", "02_iris")."""
    found = [one for one in lessons() if number in (one.number, one.name)]
    if not found:
        raise Mistake(f"There is no lesson {number!r}: they are {', '.join(one.name for one in lessons())}.")
    return found[0]


def addresses(name):
    """{what: address} of a lesson on the code host, in Colab and in Binder."""
    repository, branch = settings()["repository"], settings()["branch"]
    blob = f"https://github.com/{repository}/blob/{branch}"
    return {
        "colab": f"https://colab.research.google.com/github/{repository}/blob/{branch}/notebooks/{name}.ipynb",
        "binder": f"https://mybinder.org/v2/gh/{repository}/{branch}?urlpath=lab/tree/notebooks/{name}.ipynb",
        "page": f"{blob}/docs/lessons/{name[:2]}.md",
        "glossary": f"{blob}/docs/glossary.md",
        "questions": f"{blob}/docs/questions.md",
    }


def site():
    """The address at which the code host publishes the web site of a repository: GitHub Pages."""
    owner, name = settings()["repository"].split("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def setup_source():
    """The set-up cell, the same in all lessons."""
    return setup_cell.source(settings()["repository"], settings()["branch"])


# ---------------------------------------------------------------- From the source to the notebook


def read(one, slides=False):
    """A lesson as learners get it, without outputs: a notebook with everything derived filled in.

    slides: with the cells for the slides alone, at their places.
    """
    book = parse(one.source.read_text(encoding="utf-8"), one)
    return derive(book, one, slides)


def slide_only(cell):
    """Whether a cell is for the slides alone: text of a slide, or the speaker's notes."""
    return cell.cell_type == "markdown" and cell.metadata.get("slide") in SLIDE_ONLY


def parse(text, one):
    """A source's cells as they stand there; Mistake with file and line where it doesn't parse."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("+++ ") and not re.fullmatch(r'\+\+\+ \{(".*)?\}', line):
            raise Mistake(f'{_where(one, number)}: what follows +++ must be {{"key": value, …}}: {line[:60]!r}.')
    try:
        book = copy.deepcopy(_cells(text))
    except Exception as problem:  # jupytext has several, one for each way in which Markdown or YAML can be broken.
        line = re.search(r"line (\d+)", str(problem))
        words = " ".join(str(problem).split())[:150]
        raise Mistake(f"{_where(one, int(line[1]) if line else 1)}: the lesson does not parse: {words}.") from None
    place = 0
    lines = text.splitlines()
    for cell in book.cells:
        cell.source = cell.source.strip("\n")
        first = cell.source.split("\n")[0]
        place = next((i for i in range(place, len(lines)) if lines[i] == first), place)
        cell["line"] = place + 1
        place += cell.source.count("\n") + 1
        if cell.cell_type == "code" and re.search(r"^(\+\+\+|```)", cell.source, flags=re.M):
            raise Mistake(f"{_where(one, cell['line'])}: this code cell is not closed: three backticks are missing.")
    return book


@functools.lru_cache(maxsize=50)
def _cells(text):
    """The notebook that jupytext reads in a Markdown text."""
    return jupytext.reads(text, fmt="md:myst")


def _where(one, line):
    return f"{one.source.relative_to(ROOT).as_posix()}:{line}"


def derive(book, one, slides=False):
    """Fill in what a source leaves out; cells that have it already get it anew. slides: keep those for slides alone."""
    cells, part = [], None
    number = 0
    for cell in book.cells:
        if slide_only(cell):
            cells += [cell] if slides else []
            continue
        metadata = cell.metadata
        tags = list(metadata.get("tags", []))
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            part = "optional" if "optional" in tags else "core"
            tags = [part, *[tag for tag in tags if tag not in ("core", "optional")]]
        if number == 0:
            cell.source = _title(cell.source, book, one)
        if "hide-input" in tags:
            metadata["jupyter"] = {"source_hidden": True}
        if "check" in tags and "nbval-check-output" not in tags:
            tags.append("nbval-check-output")  # An untouched exercise says the same everywhere.
        if tags:
            metadata["tags"] = tags
        cells.append(cell)
        number += 1
        if heading and heading[1] == "Set-up":
            cells.append(_setup(cell))
    book.cells = cells
    return book


def _setup(after):
    metadata = {"tags": ["setup"], "cellView": "form"}
    metadata["jupyter"] = {"source_hidden": True}
    cell = nbformat.v4.new_code_cell(setup_source(), metadata=metadata)
    cell["line"] = after.get("line", 1)
    return cell


def _title(source, book, one):
    """The first cell: below the title the badges, before "Before you start" the time it takes."""
    title, _, rest = source.partition("\n")
    links = addresses(one.name)
    badges = (
        f"[Open this lesson in Colab]({links['colab']}) · [in Binder]({links['binder']})\n"
        f"· [The lesson with all results]({links['page']}) · [Glossary]({links['glossary']})"
        f" · [Questions and answers]({links['questions']})"
    )
    if one.minutes:
        alone = f"about {one.alone} on your own; all of it about {one.whole}"
        time = f"**Time:** {one.minutes} minutes in the workshop; {alone}. "
    else:
        time = f"**Time:** about {one.whole} minutes in all, for another day. "
    rest = rest.replace("**Before you start:**", f"{time}**Before you start:**", 1)
    return f"{title}\n\n<!-- badges -->\n{badges}\n{rest}"


def plain(book, one):
    """The way back: a notebook, perhaps edited in JupyterLab, without what the build fills in and without outputs.

    A notebook has no cells for slides alone: those of the lesson's source stand again where they stood.
    """
    cells = []
    for number, cell in enumerate([cell for cell in book.cells if "setup" not in cell.metadata.get("tags", [])]):
        tags = list(cell.metadata.get("tags", []))
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            tags = [tag for tag in tags if tag != "core"]
        if "check" in tags and "nbval-check-output" in tags:
            tags.remove("nbval-check-output")
        source = cell.source.strip("\n").removeprefix(CHECK_NOTE)
        if number == 0:
            source = re.sub(r"\n\n<!-- badges -->\n.*?(?=\n\n|\Z)", "", source, flags=re.S)
            source = re.sub(r"\*\*Time:\*\* .*?\. (?=\*\*Before you start)", "", source)
        kept = {key: cell.metadata[key] for key in ("seconds", "alt", "slide") if key in cell.metadata}
        if tags:
            kept["tags"] = tags
        make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
        cells.append(make(source, metadata=kept))
    return nbformat.v4.new_notebook(cells=_with_slides(cells, one))


def _with_slides(cells, one):
    """A notebook's cells with those for slides alone of the lesson's source, each before the cell that it belongs to.

    That is the one that follows it, wherever it stands now. Where it was edited or deleted, they stand after the one
    before; where both were, at the place that the cells around them give.
    """
    text = one.source.read_text(encoding="utf-8") if one.source.is_file() else ""
    old, after = [], {}  # The source's other cells, and {how many of them stand before: cells for slides alone}.
    for cell in parse(text, one).cells if text else []:
        if slide_only(cell):
            make = nbformat.v4.new_markdown_cell
            after.setdefault(len(old), []).append(make(cell.source, metadata=cell.metadata))
        else:
            old.append((cell.cell_type, cell.source))
    new = [(cell.cell_type, cell.source) for cell in cells]
    places = {0: 0}  # {how many cells stood before: how many stand there now}
    for _, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for place in range(start, end):
            places[place + 1] = min(new_start + place - start + 1, new_end)
    again = _partners(old, new, places)
    stands = {}
    for place in after:
        if place in again:
            stands[place] = again[place]
        else:
            stands[place] = again[place - 1] + 1 if place - 1 in again else places[place]
    found = []
    for number in range(len(cells) + 1):
        found += cells[number - 1 : number] if number else []
        found += [cell for place in after if stands[place] == number for cell in after[place]]
    return found


def _partners(old, new, places):
    """{place in old: place in new} of the identical cells; of several alike those whose neighbours are alike too."""
    pairs = []
    for i, cell in enumerate(old):
        for j in [j for j, other in enumerate(new) if other == cell]:
            before = zip(reversed(old[:i]), reversed(new[:j]))
            alike = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], before))
            alike += sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(old[i:], new[j:])))
            pairs.append((-alike, abs(places[i] - j), i, j))
    found = {}
    for *_, i, j in sorted(pairs):
        if i not in found and j not in found.values():
            found[i] = j
    return found


def write_source(book, one):
    """A plain lesson as Markdown."""
    text = jupytext.writes(plain(book, one), fmt="md:myst")
    return re.sub(r"\A---\n.*?\n---\n+", "", text, flags=re.S).removeprefix("+++\n\n").rstrip("\n") + "\n"


# ---------------------------------------------------------------- Sections and exercises


def sections(book):
    """[(title, "core" or "optional", cells)] of a lesson: one for each `## ` heading."""
    found = []
    for cell in book.cells:
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            part = "optional" if "optional" in cell.metadata.get("tags", []) else "core"
            found.append((heading[1].strip(), part, []))
        if found:
            found[-1][2].append(cell)
    return found


def exercises(book):
    """The exercises of a lesson in order; where a cell is missing its place in the Exercise is None."""
    found = []
    for cell in book.cells:
        tags = cell.metadata.get("tags", [])
        if "exercise" in tags:
            heading = re.match(r"### Exercise: (.+)", cell.source)
            solution = re.search(r"<summary>Solution</summary>.*?```python\n(.*?)```", cell.source, re.S)
            name = heading[1].strip() if heading else ""
            found.append(Exercise(name, cell, None, None, solution[1].strip() if solution else "", []))
        elif "answer" in tags and found and found[-1].answer is None:
            found[-1].answer = cell
        elif "check" in tags and found and found[-1].check is None:
            found[-1].check = cell
            call = check_call(cell.source)
            found[-1].more = [ast.unparse(argument) for argument in call.args[2:]] if call else []
    return found


def check_call(source):
    """The call of dlcourse.check in a cell, as a syntax tree; None when there is none."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return next((call for call in calls if ast.unparse(call.func) == "dlcourse.check"), None)


def predicts(cell):
    """Whether a cell asks for a prediction, whose answer must not stand below it already."""
    return cell.cell_type == "markdown" and bool(re.search(r"\*\*Predict|<summary>Think first", cell.source))


def code(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def with_seed(source, seed):
    """A cell's code with another seed in the place of the lessons' 42."""
    return re.sub(r"\b(seed|random_state)=42\b", rf"\g<1>={seed}", source)


# ---------------------------------------------------------------- What may be wrong with a source


def mistakes():
    """Every mistake in course.toml, the lessons and their judges, each as one sentence with file and line."""
    import dlcourse.checking
    import slides

    try:
        every = lessons()
    except Mistake as problem:
        return [str(problem)]
    found, names = [], {}
    for one in every:
        for needed in ("lesson.md", "answers.py"):
            if not (one.folder / needed).is_file():
                found.append(f"lessons/{one.name}/{needed} is missing.")
        if not one.source.is_file():
            continue
        try:
            book = read(one)
            wrong_slides = slides.mistakes(one)
        except Mistake as problem:
            found.append(str(problem))
            continue
        found += _mistakes_of_cells(book, one) + _missing_words(book, one)
        found += wrong_slides
        for task in exercises(book):
            place = f"{_where(one, task.text['line'])}"
            if task.name in names:
                found.append(f"{place}: the exercise {task.name!r} is also in {names[task.name]}: names are unique.")
            names[task.name] = place
    try:
        judges = dlcourse.checking.judges()
    except Exception as problem:
        return [*found, f"{_file_of(problem)}: the judges cannot be read ({type(problem).__name__}: {problem})."]
    for one in every:
        path = one.folder / "answers.py"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        said = re.findall(r'^JUDGES\["(.+?)"\]', text, flags=re.M)
        for name in said:
            line = next(i for i, row in enumerate(text.splitlines(), 1) if row.startswith(f'JUDGES["{name}"]'))
            where = f"lessons/{one.name}/answers.py:{line}"
            if not names.get(name, "").startswith(f"lessons/{one.name}/"):
                found.append(f"{where}: there is a judge for {name!r}, and no exercise of that name in this lesson.")
            if said.count(name) > 1:
                found.append(f"{where}: the judge for {name!r} stands here twice.")
    missing = [(name, place) for name, place in names.items() if name not in judges]
    found += [f"{place}: the exercise {name!r} has no judge: write one into answers.py." for name, place in missing]
    return list(dict.fromkeys(found))


def _file_of(problem):
    frames, trace = [], problem.__traceback__
    while trace:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    if isinstance(problem, SyntaxError):
        frames.append((problem.filename, problem.lineno))
    inside = [(name, line) for name, line in frames if "/lessons/" in (name or "").replace("\\", "/")]
    name, line = (inside or frames)[-1]
    return f"{Path(name).relative_to(ROOT).as_posix() if ROOT in Path(name).parents else name}:{line}"


def _missing_words(book, one):
    """A sentence for each of WORDS that a lesson lacks; in an edition in another language too they stay as they are."""
    text = "\n".join(f"\n{cell.source}\n" for cell in book.cells if cell.cell_type == "markdown")
    missing = {words: why for words, why in WORDS.items() if f"\n{words}" not in text and words not in text}
    return [
        f"{_where(one, 1)}: {words!r} is missing ({why}): write it so, word for word." for words, why in missing.items()
    ]


def _mistakes_of_cells(book, one):
    found = []
    before = None
    for cell in book.cells:
        place, metadata = _where(one, cell["line"]), cell.metadata
        tags = metadata.get("tags", [])
        found += [
            f"{place}: the tag {tag!r} is unknown: {', '.join(TAGS)} are there." for tag in tags if tag not in TAGS
        ]
        known = (*KEYS, "jupyter", "cellView")
        found += [f"{place}: {key!r} says nothing here: {', '.join(KEYS)} do." for key in metadata if key not in known]
        if cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except SyntaxError as problem:
                line = cell["line"] + (problem.lineno or 1) - 1
                found.append(f"{_where(one, line)}: this is not Python ({problem.msg}); magics are not used here.")
            if "nbval-check-output" in tags and before is not None and predicts(before):
                found.append(f"{place}: this stored output would give the prediction above it away: drop the tag.")
        before = cell
    if any("is not Python" in sentence for sentence in found):
        return found
    tasks = exercises(book)
    for task in tasks:
        place = _where(one, task.text["line"])
        if not task.name:
            found.append(f"{place}: an exercise begins with `### Exercise: its name`.")
        for part in ("answer", "check"):
            if getattr(task, part) is None:
                found.append(f"{place}: the exercise {task.name!r} has no cell tagged {part}.")
        if not task.solution:
            found.append(f"{place}: the exercise {task.name!r} has no folded Solution with a Python block.")
        call = check_call(task.check.source) if task.check else None
        if task.check and not (call and call.args and isinstance(call.args[0], ast.Constant)):
            found.append(f'{_where(one, task.check["line"])}: the cell tagged check has no dlcourse.check("name", …).')
        elif call and call.args[0].value != task.name:
            said = call.args[0].value
            found.append(f"{_where(one, task.check['line'])}: checks {said!r}, and the heading says {task.name!r}.")
    owned = {id(cell) for task in tasks for cell in (task.answer, task.check)}
    for cell in book.cells:
        for part in ("answer", "check"):
            if part in cell.metadata.get("tags", []) and id(cell) not in owned:
                found.append(f"{_where(one, cell['line'])}: a cell tagged {part}, and no exercise above that needs it.")
    return found


def identity(cell, seen):
    """A cell's id, made from its source, so that the same lesson gives the same file."""
    base = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
    found, number = base, 1
    while found in seen:
        number += 1
        found = f"{base}-{number}"
    seen.add(found)
    return found
