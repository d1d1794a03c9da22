"""Everything in the notebooks and the README that is derived has its one source here or in pyproject.toml.

    python tools/course.py sync                     rewrite setup cells, badges and the README's lesson table
    python tools/course.py execute [02 …]           execute lessons and normalise their outputs, for committing
    python tools/course.py repository owner/name    say where the course is published, then sync

tests/test_hygiene.py calls the same functions and fails when a file differs from what they would write.
"""

import base64
import hashlib
import io
import os
import re
import sys
import time
import tomllib
from collections import namedtuple
from pathlib import Path

import nbformat
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
PROJECT = ROOT / "pyproject.toml"

SETUP = """\
# Run this cell first. On Colab it fetches the course's helper and data; elsewhere it only imports them.
import importlib.util, os, subprocess, sys

if "google.colab" in sys.modules:
    folder = os.path.abspath("{name}")
    address = os.environ.get("DLCOURSE_REPOSITORY", "https://github.com/{repository}")
    steps = [["git", "init", "-q", folder], ["git", "-C", folder, "fetch", "-q", "--depth=1", address, "{branch}"]]
    steps += [["git", "-C", folder, "reset", "-q", "--hard", "FETCH_HEAD"]]
    if not importlib.util.find_spec("importlib_resources"):  # TensorFlow Datasets needs it.
        steps += [[sys.executable, "-m", "pip", "install", "-q", "importlib_resources"]]
    try:
        for step in steps:
            settings = {{"timeout": 120, "env": {{**os.environ, "GIT_TERMINAL_PROMPT": "0"}}}}
            subprocess.run(step, check=True, capture_output=True, **settings)
    except (OSError, subprocess.SubprocessError):
        if not os.path.exists(f"{{folder}}/notebooks/dlcourse.py"):
            raise SystemExit("The course could not be fetched: check the network, then run this cell again.") from None
        print("The course could not be refreshed; going on with the copy that is here.")
    sys.path.insert(0, f"{{folder}}/notebooks")
    [sys.modules.pop(module, None) for module in ("dlcourse", "dldata", "dlanswers")]  # Imported anew.

import dlcourse

dlcourse.setup(seed=42)
"""


def settings():
    """(owner/name, branch) of the published course."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["dlcourse"]
    return project["repository"], project["branch"]


def lessons():
    """The lessons' files in order."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


def write(book, path):
    path.write_text(nbformat.writes(book).rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def setup_source():
    repository, branch = settings()
    return SETUP.format(repository=repository, branch=branch, name=repository.split("/")[1]).strip()


def badges(stem):
    """What stands below each lesson's title: where to open it, and where words and questions are explained."""
    repository, branch = settings()
    docs = f"https://github.com/{repository}/blob/{branch}/docs"
    colab = f"https://colab.research.google.com/github/{repository}/blob/{branch}/notebooks/{stem}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repository}/{branch}?urlpath=lab/tree/notebooks/{stem}.ipynb"
    return (
        f"[![Open this lesson in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})\n"
        f"[![Open this lesson in Binder](https://mybinder.org/badge_logo.svg)]({binder})\n"
        f"· [Glossary]({docs}/glossary.md) · [Questions and answers]({docs}/questions.md)"
    )


def sections(book):
    """[(title, "core" or "optional", minutes, cells)] of a lesson: one for each `## ` heading."""
    found = []
    for cell in book.cells:
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            tags = cell.metadata.get("tags", [])
            part = "core" if "core" in tags else "optional" if "optional" in tags else None
            found.append((heading[1].strip(), part, cell.metadata.get("minutes"), []))
        if found:
            found[-1][3].append(cell)
    return found


Exercise = namedtuple("Exercise", "title text answer check solution")


def exercises(book):
    """The exercises of a lesson: title, its three cells (tagged exercise, answer, check), and the folded solution."""
    found, open_ones = [], []
    for cell in book.cells:
        tags = cell.metadata.get("tags", [])
        if "exercise" in tags:
            open_ones.append([re.match(r"### Exercise: (.+)", cell.source)[1], cell])
        elif "answer" in tags or "check" in tags:
            open_ones[-1].append(cell)
        if "check" in tags:
            title, text, answer, check = open_ones.pop()
            solution = re.search(r"<summary>Solution</summary>.*?```python\n(.*?)```", text.source, re.S)
            found.append(Exercise(title, text, answer, check, solution[1].strip()))
    if open_ones:
        raise ValueError(f"{open_ones[0][0]}: an exercise needs a cell tagged answer, and one tagged check")
    return found


def with_seed(source, seed):
    """A cell's code with another seed in the place of the lessons' 42."""
    return re.sub(r"\b(seed|random_state)=42\b", rf"\g<1>={seed}", source)


# ---------------------------------------------------------------- Derived cells


def derive(book, stem):
    """Put the common setup cell and the badges into a lesson."""
    for cell in book.cells:
        if "setup" in cell.metadata.get("tags", []):
            cell.source = setup_source()
    top = book.cells[0]
    top.source = re.sub(r"<!-- badges -->.*?(?=\n\n|\Z)", f"<!-- badges -->\n{badges(stem)}", top.source, flags=re.S)
    return book


def lesson_table():
    repository, branch = settings()
    rows = ["| | Lesson | Core, minutes | Open |", "|---|---|---|---|"]
    for path in lessons():
        book = read(path)
        title = re.match(r"# (.+)", book.cells[0].source)[1]
        number, title = title.split(". ", 1) if ". " in title else ("", title)
        minutes = sum(minutes for _, part, minutes, _ in sections(book) if part == "core")
        colab = f"https://colab.research.google.com/github/{repository}/blob/{branch}/notebooks/{path.name}"
        rows.append(f"| {number} | [{title}](notebooks/{path.name}) | {minutes or 'optional'} | [Colab]({colab}) |")
    return "\n".join(rows)


def derive_readme(text):
    """Fill in the README's lesson table and the addresses of the published course."""
    repository, _ = settings()
    name = repository.split("/")[1]
    for mark, block in {
        "lessons": lesson_table(),
        "clone": f"```sh\ngit clone https://github.com/{repository}\ncd {name}\nmake lab\n```",
    }.items():
        text = re.sub(
            rf"(<!-- {mark} -->\n).*?(\n<!-- /{mark} -->)", lambda m, b=block: m[1] + b + m[2], text, flags=re.S
        )
    return text


def before_and_after():
    """The picture for the README: lesson 5's table of the ten pictures, as it was last executed."""
    for cell in read(NOTEBOOKS / "05_augmentation.ipynb").cells:
        if "prediction_table(" in cell.source and "before" in cell.source + str(cell.outputs):
            for output in cell.outputs:
                if "before" in output.metadata.get("image/png", {}).get("alt", ""):
                    return base64.b64decode(output.data["image/png"])
    return None


def sync():
    for path in lessons():
        write(normalise(derive(read(path), path.stem)), path)
    readme = ROOT / "README.md"
    readme.write_text(derive_readme(readme.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    if picture := before_and_after():
        (ROOT / "docs" / "ten_pictures.png").write_bytes(picture)


def repository(name):
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name or ""):
        sys.exit("Say which repository: make repository NAME=owner/name.")
    text = PROJECT.read_text(encoding="utf-8")
    PROJECT.write_text(
        re.sub(r'^repository = ".*"$', f'repository = "{name}"', text, flags=re.M), encoding="utf-8", newline="\n"
    )
    sync()
    print(f"The course is published at {name}; see `git diff`.")


# ---------------------------------------------------------------- Normalised outputs


def _settle(text):
    """What a terminal would show in the end: carriage returns and backspaces carried out, timings left out."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"\x1b\[[0-9;]*m", "", line)
        shown = []
        place = 0
        for character in line:
            if character == "\r":
                place = 0
            elif character == "\b":
                place = max(0, place - 1)
            else:
                shown[place : place + 1] = character
                place += 1
        line = "".join(shown)
        line = re.sub(r" \d+(ms|s|us|m\d+s)?(:\d+)* \d+(ms|us|s)/(step|epoch)( - )?", r" ", line)
        line = re.sub(r" - \d+(ms|s|us|m\d*s?) - \d+(ms|us|s)/(step|epoch) - ", " - ", line)  # verbose=2
        lines.append(line.rstrip())
    return "\n".join(lines)


def _small_png(encoded):
    """A picture with at most 256 colours: a third of the size, and no eye sees the difference."""
    picture = Image.open(io.BytesIO(base64.b64decode(encoded)))
    if picture.mode == "P":
        return encoded
    buffer = io.BytesIO()
    picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        buffer, "PNG", optimize=True
    )
    smaller = base64.b64encode(buffer.getvalue()).decode()
    return smaller if len(smaller) < len(encoded) else encoded


def _normal_output(output, alternative):
    if output.output_type == "stream":
        output.text = _settle(output.text)
        return output
    if output.output_type == "execute_result":
        output.pop("execution_count", None)
    data = output.get("data", {})
    if data.pop("application/vnd.jupyter.widget-view+json", None) and re.match(r"[A-Z]\w+\(", data["text/plain"]):
        return None  # A slider without a running kernel does nothing; the figure beside it stays.
    if "image/png" in data:
        data["image/png"] = _small_png("".join(data["image/png"].split()))
        known = output.metadata.get("image/png", {})
        if alternative and not known.get("alt"):
            known = {**known, "alt": alternative}
        output.metadata["image/png"] = known
    return output


def normalise(book):
    """Make a lesson's file the same whenever and wherever it was executed, as far as that can be."""
    book.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    })  # fmt: skip
    book.nbformat, book.nbformat_minor = 4, 5
    count, seen = 0, set()
    for cell in book.cells:
        identity = cell.get("id", "")
        if not re.fullmatch(r"[0-9a-f]{8}(-\d+)?", identity) or identity in seen:
            identity = base = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
            number = 1
            while identity in seen:
                number += 1
                identity = f"{base}-{number}"
        seen.add(identity)
        cell["id"] = identity
        kept = ("tags", "slideshow", "minutes", "alt", "jupyter")
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in kept if key in cell.metadata})
        cell.source = cell.source.strip("\n")
        if cell.cell_type != "code":
            cell.pop("attachments", None)
            continue
        if "check" in cell.metadata.get("tags", []) and "nbval-check-output" not in cell.metadata["tags"]:
            cell.metadata["tags"].append("nbval-check-output")  # An untouched exercise says the same everywhere.
        count += 1
        cell.execution_count = count
        outputs = []
        for output in cell.outputs:
            same = outputs and output.output_type == "stream" and outputs[-1].get("name") == output.get("name")
            if same:
                outputs[-1].text += output.text
            else:
                outputs.append(output)
        outputs = [_normal_output(output, cell.metadata.get("alt")) for output in outputs]
        cell.outputs = [output for output in outputs if output is not None]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output["execution_count"] = count
    return book


def execute(book, folder=NOTEBOOKS, **settings):
    """Run a lesson in a kernel of its own, in the given folder; raises where a cell does."""
    from nbclient import NotebookClient

    NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}, **settings
    ).execute()
    return book


def execute_all(which):
    os.environ.setdefault("DLCOURSE_DATA", "auto")
    for path in lessons():
        if which and path.stem[:2] not in which:
            continue
        start = time.monotonic()
        book = normalise(execute(derive(read(path), path.stem)))
        write(book, path)
        text = "".join(output.get("text", "") for cell in book.cells for output in cell.get("outputs", []))
        note = " ON THE SAMPLE: set MNIST_DIR to commit it on the full set." if "bundled sample:" in text else ""
        print(f"{path.name}: {time.monotonic() - start:.0f} s, {path.stat().st_size / 1e6:.2f} MB.{note}", flush=True)
        if "Preparing the digits" in text:
            print("  The digits were prepared on the way: execute it once more, so that the page doesn't say so.")


if __name__ == "__main__":
    command, *rest = sys.argv[1:] or ["help"]
    if command == "sync":
        sync()
    elif command == "execute":
        execute_all(rest)
        sync()
    elif command == "repository":
        repository(*(rest or [""])[:1])
    else:
        sys.exit(__doc__)
