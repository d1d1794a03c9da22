"""Everything that is derived, written from its one source in seconds, without training.

    python tools/build.py                  notebooks/, the pages' text, README, environment.yml, docs/
    python tools/build.py --check          write nothing; name what differs, and fail
    python tools/build.py back [02 …]      bring lessons edited in JupyterLab back into lessons/NN_name/lesson.md
    python tools/build.py lesson 08_title  begin a new lesson from tools/template/
    python tools/build.py repository owner/name   say where the course is published, and build
    python tools/build.py mentions WORD    every line of the project that mentions a lesson (or any other word)

Sources are course.toml, lessons/ and requirements.txt. Outputs come from executing (`make pages`); building keeps those
of cells whose code is unchanged.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

import clock
import course
import guide
import pages
import quiz
import setup_cell
from course import ROOT, Mistake

LANGUAGE = {  # What JupyterLab itself writes, so that opening and saving a lesson changes nothing.
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "mimetype": "text/x-python",
        "name": "python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3",
    },
}  # fmt: skip
DOCS = {  # Pages made of what the lessons' rooms say: file in a room, page, a title for each lesson or none.
    "questions.md": "questions.md",
    "glossary.md": "glossary.md",
    "teaches.md": "coverage.md",
}


# ---------------------------------------------------------------- Notebooks


def notebook(one, stored=None):
    """A lesson's notebook as committed: outputs and counts only where nbval compares them.

    stored: {id: outputs} of an execution; without it the outputs of the notebook that is there are kept, for cells
    whose code is unchanged. An untouched check needs no execution: what it prints is known.
    """
    from dlcourse import checking

    book = course.read(one)
    stored = stored_outputs(one) if stored is None else stored
    names = {id(task.check): task.name for task in course.exercises(book)}
    seen, count = set(), 0
    for cell in book.cells:
        cell.pop("line", None)
        cell["id"] = course.identity(cell, seen)
        if cell.cell_type != "code":
            continue
        count += 1
        cell.outputs, cell.execution_count = [], None
        if id(cell) in names:
            cell.source = course.CHECK_NOTE + cell.source
        if "nbval-check-output" not in cell.metadata.get("tags", []):
            continue
        if id(cell) in names and names[id(cell)] in checking.judges():
            text = checking.untouched(names[id(cell)]) + "\n"
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        else:
            cell.outputs = stored.get(cell.id, [])
        cell.execution_count = count if cell.outputs else None
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output["execution_count"] = count
    book.metadata = nbformat.from_dict(LANGUAGE)
    book.nbformat, book.nbformat_minor = 4, 5
    return book


def stored_outputs(one):
    """{id: outputs} of the compared cells of a lesson's notebook as it is there now."""
    try:
        book = nbformat.read(one.notebook, as_version=4)
    except Exception:  # None yet, or somebody's half-edited file: nothing to keep.
        return {}
    return {cell.get("id"): cell.outputs for cell in book.cells if cell.cell_type == "code" and cell.outputs}


def notebook_text(one, stored=None):
    return nbformat.writes(notebook(one, stored)).rstrip("\n") + "\n"


# ---------------------------------------------------------------- README, environment.yml, docs/

# What the table of the engines shows: {(lesson, experiment, metric): words}.
SCORES = {
    ("02_iris", "iris", "held_out_accuracy"): "flowers (lesson 2)",
    ("04_mnist", "mnist", "test_accuracy"): "digits (lesson 4)",
    ("05_augmentation", "augmentation", "inverted_after"): "inverted digits, mended (lesson 5)",
}

# Where the browser edition is named first: in the README and on the site's start page.
INVITATION = (
    "**{}**: it learns to read handwriting while you watch, and then reads what you draw. The page needs no Python and "
    "no installation. Ten minutes, before lesson 1."
)


def between(text, mark, block):
    """A text with what stands between <!-- mark --> and <!-- /mark --> replaced."""
    if f"<!-- {mark} -->" not in text:
        raise Mistake(f"The marks <!-- {mark} --> and <!-- /{mark} --> are missing: put them where the block belongs.")
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{block}\n{found[2]}", text, flags=re.S)


def title(one):
    """("2", "Iris") from "# 2. Iris"."""
    heading = re.match(r"# (?:(\d+)\. )?(.+)", one.source.read_text(encoding="utf-8"))
    return (heading[1] or "", heading[2].strip()) if heading else ("", one.name)


def lesson_table():
    rows = ["| | Lesson | Minutes in the workshop | On your own | All of it | Read | Open |", "|" + "---|" * 7]
    for one in course.lessons():
        number, words = title(one)
        cells = [number, f"[{words}](notebooks/{one.name}.ipynb)"]
        cells += [str(minutes or "–") for minutes in (one.minutes, one.alone, one.whole)]
        cells += [f"[results](docs/lessons/{one.number}.md)", f"[Colab]({course.addresses(one.name)['colab']})"]
        rows.append(f"| {' | '.join(cells)} |")
    if not setup_cell.published(course.settings()["repository"]):
        rows += [
            "",
            "*Not published yet: `make repository NAME=owner/name` makes the links to Colab and Binder lead here.*",
        ]
    return "\n".join(rows)


def routes():
    """The table of the two other routes: their sections by lesson, with the minutes that tools/clock.py computes."""
    rows = ["| Lesson | In one hour, show | On a day, besides the core |", "|---|---|---|"]
    sums = {"hour": 0.0, "day": 0.0}
    chosen = {key: [entry.split(": ", 1) for entry in course.settings()["routes"][key]] for key in sums}
    for one in course.lessons():
        time = {each.title: each.instructor / 60 for each in clock.sections(one)}
        cells = []
        for key, entries in chosen.items():
            titles = [heading for number, heading in entries if number == one.number]
            for heading in titles:
                if heading not in time:
                    raise Mistake(f"course.toml, routes: lesson {one.number} has no section {heading!r}.")
            minutes = sum(time[heading] for heading in titles)
            sums[key] += minutes
            words = "; ".join(heading.removeprefix("Go further: ") for heading in titles)
            cells.append(f"{words} ({minutes:.0f})" if titles else "–")
        rows.append(f"| {one.number.lstrip('0')} | {' | '.join(cells)} |")
    core = sum(one.minutes for one in course.lessons())
    rows.append(f"| Minutes | {sums['hour']:.0f} | {core} for the core and {sums['day']:.0f} |")
    return "\n".join(rows)


def ten_pictures():
    """The table of the ten pictures before and after, from the page that shows it; nothing where none does."""
    words = (
        "Table of ten pictures with the network's guesses in per cent. Before: few of the dark-on-light digits are "
        "read. After training with inverted copies: most of them are. The dog gets a digit both times."
    )
    pages = [one.page.read_text(encoding="utf-8") for one in course.lessons() if one.page.is_file()]
    found = [re.search(r"!\[Table of guesses[^]]*\bafter [^]]*\]\(([^)]+)\)", page) for page in pages]
    return next((f"![{words}](docs/lessons/{match[1]})" for match in found if match), "")


def engines():
    """The table of the three engines' scores on the sample: TensorFlow's from its runs, the others' from their own."""
    from dlcourse.engine import ENGINES

    shown = {what: words for what, words in SCORES.items() if (ROOT / "data" / "runs" / f"{what[0]}.json").is_file()}
    if not (path := ROOT / "data" / "engines.json").is_file() or not shown:
        return ""
    found = {"tensorflow": {}} | json.loads(path.read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found["tensorflow"]["version"] = re.search(r"^tensorflow==([\d.]+)", lock, re.M)[1]
    for lesson, experiment, metric in shown:
        runs = json.loads((ROOT / "data" / "runs" / f"{lesson}.json").read_text(encoding="utf-8"))["runs"]
        found["tensorflow"][metric] = (runs.get(f"{experiment}-sample") or runs[experiment])[metric]
    rows = [f"| Keras on | seeds | {' | '.join(shown.values())} |", "|" + "---|" * (len(shown) + 2)]
    for name, figures in found.items():
        scores = [[100 * score for score in figures[metric]] for _, _, metric in shown]
        ranges = [f"{min(values):.1f} to {max(values):.1f} %" for values in scores]
        rows.append(f"| {ENGINES[name]} {figures['version'].split('+')[0]} | {len(scores[0])} | {' | '.join(ranges)} |")
    return "\n".join(rows)


def browser_edition():
    """The README's first link: to the browser edition on the site, or how to make it where there is no site yet."""
    if setup_cell.published(course.settings()["repository"]):
        return INVITATION.format(f"[Train a network now, in your browser]({course.site()}{course.BROWSER_EDITION})")
    made = f"`make browser` writes it, `build/browser/{course.BROWSER_EDITION}`, and a double click opens it."
    later = "*Not published yet: a link to it will stand here once the course has an address.*"
    return f"{INVITATION.format('Train a network now, in your browser')} {made} {later}"


def readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    repository = course.settings()["repository"]
    clone = f"```sh\ngit clone https://github.com/{repository}\ncd {repository.split('/')[1]}\nmake lab\n```"
    if not setup_cell.published(repository):
        clone += "\n\n*In the address, `owner` stands for whoever publishes the course.*"
    alternatives = json.loads((ROOT / "images" / "alt.json").read_text(encoding="utf-8"))
    text = between(text, "map", f"![{alternatives['lessons_map']}](images/lessons_map.svg)")
    text = between(between(text, "routes", routes()), "ten", ten_pictures())
    text = between(between(text, "engines", engines()), "browser", browser_edition())
    return between(between(text, "lessons", lesson_table()), "clone", clone)


def environment():
    """environment.yml, for conda and Binder: the ranges of requirements.txt."""
    from dlcourse.environment import PYTHONS

    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    packages = [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]
    # One version: repo2docker, which makes Binder's images, reads no range, and takes a Python that is too old then.
    major, minor = PYTHONS[1]
    return "\n".join([
        "# For conda and Binder: the packages of requirements.txt, written by `make build`.",
        "name: deep-learning", "channels:", "  - conda-forge", "dependencies:",
        f"  - python={major}.{minor - 1}", "  - pip", "  - pip:",
        *[f"      - {package}" for package in packages], "",
    ])  # fmt: skip


def page_of(name):
    """A page of docs/ that is collected from the lessons' rooms, its introduction kept."""
    target = ROOT / "docs" / DOCS[name]
    blocks = []
    for one in course.lessons():
        path = one.folder / name
        if path.is_file():
            blocks.append((one, path.read_text(encoding="utf-8").strip()))
    if name == "glossary.md":
        entries = [
            f"{line.rstrip()} ([lesson {int(one.number)}](../notebooks/{one.name}.ipynb))"
            for one, text in blocks
            for line in text.splitlines()
            if line.startswith("- ")
        ]
        block = "\n".join(sorted(entries, key=lambda line: re.match(r"- \*\*(.+?)\*\*", line)[1].casefold()))
    else:
        block = "\n\n".join(f"## {'. '.join(filter(None, title(one)))}\n\n{linked(text, one)}" for one, text in blocks)
    return between(target.read_text(encoding="utf-8"), "lessons", f"\n{block}\n")


def linked(text, one):
    """Where a room says `Section: title`, the page names and links the lesson."""
    link = f"../notebooks/{one.name}.ipynb"
    return re.sub(r"^Section: (.+)$", lambda found: f"Lesson: [{one.name}, {found[1]}]({link})", text, flags=re.M)


def derived():
    """{path: text} of every derived file, as building writes it."""
    found = {}
    for one in course.lessons():
        found[one.notebook] = notebook_text(one)
        if one.page.is_file():
            found[one.page] = pages.text(one)
    found[ROOT / "README.md"] = readme()
    found[ROOT / "environment.yml"] = environment()
    found[ROOT / "docs" / "teach.md"] = guide.page((ROOT / "docs" / "teach.md").read_text(encoding="utf-8"), between)
    for name, page in DOCS.items():
        found[ROOT / "docs" / page] = page_of(name)
    found[quiz.GUIDE] = quiz.guide()
    return found


def stray():
    """Derived files that no lesson has any more."""
    wanted = {path for one in course.lessons() for path in (one.notebook, one.page, one.page.with_suffix(""))}
    there = [*course.NOTEBOOKS.glob("*.ipynb"), *(ROOT / "docs" / "lessons").glob("[0-9][0-9]*")]
    return [path for path in there if path not in wanted]


def differences():
    """The derived files that are not what building writes."""
    texts = derived()
    differ = [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return [path.relative_to(ROOT).as_posix() for path in [*differ, *stray()]]


# ---------------------------------------------------------------- Commands


def build(check=False):
    """Write what is derived; with check only say what would be written. Stops at any mistake in a source."""
    if found := course.mistakes():
        sys.exit("\n".join(found))
    if check:
        if differ := differences():
            sys.exit(f"Not what its source gives: {', '.join(differ)}. Run `make build`.")
        return
    changed = differences()
    for path in stray():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path, text in derived().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    print(f"Built: {', '.join(changed) or 'nothing has changed'}.")
    for one in course.lessons():
        missing = [cell for cell in course.code(notebook(one)) if needs_output(cell)]
        if missing or not one.page.is_file() or pages.outdated(one):
            print(f"{one.name}: its code has changed, so its results are old. Run `make pages ONLY={one.number}`.")


def needs_output(cell):
    """Whether a cell is to be compared and has nothing stored."""
    return "nbval-check-output" in cell.metadata.get("tags", []) and not cell.outputs


def back(numbers):
    """Write lesson.md from notebooks that were edited in JupyterLab."""
    for one in [course.lesson(number) for number in numbers] or course.lessons():
        try:
            book = nbformat.read(one.notebook, as_version=4)
        except Exception as problem:
            sys.exit(f"notebooks/{one.name}.ipynb cannot be read ({type(problem).__name__}): save it again.")
        text = course.write_source(book, one)
        if text != one.source.read_text(encoding="utf-8"):
            one.source.write_text(text, encoding="utf-8", newline="\n")
            print(f"lessons/{one.name}/lesson.md is as the notebook now.")


def new_lesson(name):
    """Begin a lesson: its room from the template, and its entry in course.toml."""
    if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", name or ""):
        sys.exit("Give the lesson a number and a name: make lesson NAME=08_title.")
    if any(one.number == name[:2] for one in course.lessons()) or (ROOT / "lessons" / name).exists():
        sys.exit(f"There is a lesson {name[:2]} already: take another number.")
    shutil.copytree(ROOT / "tools" / "template", ROOT / "lessons" / name)
    for path in (ROOT / "lessons" / name).iterdir():
        words = {"NUMBER": str(int(name[:2])), "TITLE": name[3:].replace("_", " ").capitalize(), "FOLDER": name}
        text = path.read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        path.write_text(text, encoding="utf-8", newline="\n")
    with (ROOT / "course.toml").open("a", encoding="utf-8", newline="\n") as file:
        file.write(f'\n[[lesson]]\nfolder = "{name}"\nminutes = 0\nalone = 0\nall = 10\n')
    build()
    print(f"Now write lessons/{name}/lesson.md and answers.py, then run `make build`.")


def repository(name):
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name or "") or not setup_cell.published(name):
        sys.exit("Say which repository, with its true owner: make repository NAME=owner/name.")
    path = ROOT / "course.toml"
    text = re.sub(r'^repository = ".*?"', f'repository = "{name}"', path.read_text(encoding="utf-8"), flags=re.M)
    path.write_text(text, encoding="utf-8", newline="\n")
    build()
    print(f"The course is published at {name}; see `git diff`.")
    print("In the repository's settings, under Pages, choose GitHub Actions: the README links to the web site.")


def mentions(word):
    """Print each line that names a lesson (by folder or as "lesson 3"), or has another word; derived files left out."""
    if not word:
        sys.exit("Say what to look for: make mentions OF=03_kernels.")
    lesson = re.fullmatch(r"0?(\d)_\w+", word)
    pattern = re.escape(word)
    if lesson:
        pattern += rf"|\b[Ll]essons? {lesson[1]}\b|\b[Ll]essons [\d, ]*(and )?{lesson[1]}\b"
    listed = ["git", "ls-files", "-co", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    made = {path.relative_to(ROOT).as_posix() for path in derived()} - {"README.md"}
    for name in files:
        path = ROOT / name
        if name in made or not path.is_file() or path.suffix in (".png", ".svg", ".npz", ".lock"):
            continue
        if lesson and name.startswith(f"lessons/{word}/"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if re.search(pattern, line):
                print(f"{name}:{number}: {line.strip()[:140]}")


def main(words):
    command, *rest = words or ["build"]
    try:
        match command:
            case "build" | "--check":
                build(check=command == "--check")
            case "back":
                back(rest)
            case "lesson":
                new_lesson(*(rest or [""])[:1])
            case "repository":
                repository(*(rest or [""])[:1])
            case "mentions":
                mentions(*(rest or [""])[:1])
            case _:
                sys.exit(__doc__)
    except Mistake as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(course.NOTEBOOKS)))
    main(sys.argv[1:])
