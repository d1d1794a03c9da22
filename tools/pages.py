"""The lessons with all their results, for reading: docs/lessons/NN.md and its pictures.

    python tools/pages.py [02 …]     execute on the full set; write the pages and the notebooks' compared outputs

A page is the lesson's text and code as its source gives them, with the outputs of one execution between comments.
Building the course anew (tools/build.py) rewrites the text around them; only executing changes the outputs. They are
normalised: no timings, no warnings, no paths, no state of sliders. Pictures are named by their content and written
before the page, so that an interrupted run leaves the old page whole.
"""

import base64
import hashlib
import io
import os
import re
import sys
import time

import nbformat
from PIL import Image

import course
import fingerprint
from course import ROOT

BUILD = ROOT / "build"


# ---------------------------------------------------------------- Executing


def execute(book, folder=course.NOTEBOOKS, **settings):
    """Run a lesson in a kernel of its own, in the given folder; raises where a cell does."""
    from nbclient import NotebookClient

    paths = [str(course.NOTEBOOKS), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in dict.fromkeys(paths) if path)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(book, timeout=600, kernel_name="python3", resources=resources, **settings).execute()
    return book


def settle(text):
    """What a terminal would show in the end: carriage returns and backspaces carried out, timings left out."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"\x1b\[[0-9;]*m", "", line)
        shown, place = [], 0
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


def small_png(encoded):
    """A picture with at most 256 colours: a third of the size, and no eye sees the difference."""
    picture = Image.open(io.BytesIO(base64.b64decode(encoded)))
    if picture.mode == "P":
        return encoded
    buffer = io.BytesIO()
    few = picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(buffer, "PNG", optimize=True)
    smaller = base64.b64encode(buffer.getvalue()).decode()
    return smaller if len(smaller) < len(encoded) else encoded


STILL = r'<img alt="([^"]*)" src="data:image/png;base64,([^"]+)"'  # What the drawing pad shows without JavaScript.


def normalised(outputs, alternative=None):
    """A cell's outputs as they would be on every machine, as far as that can be."""
    kept = []
    for output in outputs:
        output = nbformat.from_dict(output)
        if kept and output.output_type == kept[-1].output_type == "stream" and output.name == kept[-1].name:
            kept[-1].text += output.text
            continue
        data = output.get("data", {})
        if data.pop("application/vnd.jupyter.widget-view+json", None) and re.match(r"[A-Z]\w+\(", data["text/plain"]):
            continue  # A slider without a running kernel does nothing; the figure beside it stays.
        if "image/png" in data:
            data.pop("text/html", None)  # The same picture once more, with its alternative, for JupyterLab.
        elif "<script" in data.get("text/html", "") and (still := re.search(STILL, data["text/html"])):
            del data["text/html"]  # The drawing pad: a page shows the picture that stands for it.
            data["image/png"], output.metadata["image/png"] = still[2], {"alt": still[1]}
        if "image/png" in data:
            data["image/png"] = small_png("".join(data["image/png"].split()))
            if alternative and not output.metadata.get("image/png", {}).get("alt"):
                output.metadata["image/png"] = {**output.metadata.get("image/png", {}), "alt": alternative}
        kept.append(output)
    for output in kept:
        if output.output_type == "stream":
            output.text = settle(output.text)
    return kept


# ---------------------------------------------------------------- A page


PARTS = ("text", "picture", "html", "markdown")


def text(one, outputs=None, executed=None, looks=None):
    """The page of a lesson; what is not given is taken from the page as it is.

    outputs: {id of a cell: what the page shows below it}; executed: the ids of the cells that were executed; looks:
    the hash of how plots looked then.
    """
    outputs = blocks(one) if outputs is None else outputs
    executed = known(one) if executed is None else executed
    looks = looked(one) if looks is None else looks
    book, seen = course.read(one), set()
    links = course.addresses(one.name)
    parts = []
    for number, cell in enumerate(book.cells):
        identity = course.identity(cell, seen)
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            parts.append(_prose(cell.source, one, links) if number == 0 else _links(cell.source))
        elif "setup" not in tags:
            if "hide-input" not in tags:
                parts.append(f"```python\n{cell.source}\n```")
            if identity in outputs:
                parts.append(f"<!-- output {identity} -->\n{outputs[identity]}\n<!-- /output -->")
    parts.append(f"<!-- looks {looks} -->\n<!-- executed {' '.join(executed)} -->")
    return "\n\n".join(parts) + "\n"


def _prose(source, one, links):
    """The first cell: instead of badges, the way to the notebook."""
    line = (
        f"[This lesson as a notebook](../../notebooks/{one.name}.ipynb) · [in Colab]({links['colab']})"
        " · [Glossary](../glossary.md) · [Questions and answers](../questions.md)"
    )
    return _links(re.sub(r"<!-- badges -->\n.*?(?=\n\n)", line, source, flags=re.S))


def _links(source):
    """A link to another lesson's notebook leads to its page."""
    return re.sub(r"\]\((\d\d)_\w+\.ipynb\)", r"](\1.md)", source)


def blocks(one):
    """{id of a cell: what stands below it} of a lesson's page as it is."""
    if not one.page.is_file():
        return {}
    page = one.page.read_text(encoding="utf-8")
    found = re.findall(r"<!-- output (\S+) -->\n(.*?)\n<!-- /output -->", page, flags=re.S)
    return dict(found)


def known(one):
    """The ids of the cells whose results a lesson's page has."""
    page = one.page.read_text(encoding="utf-8") if one.page.is_file() else ""
    executed = re.search(r"<!-- executed (.*?) -->", page)
    return executed[1].split() if executed else []


def looked(one):
    """The hash of how plots looked when a lesson's page was made; "" where the page doesn't say."""
    page = one.page.read_text(encoding="utf-8") if one.page.is_file() else ""
    found = re.search(r"<!-- looks (\w*) -->", page)
    return found[1] if found else ""


def outdated(one):
    """The code cells whose results the page lacks, because they have changed since it was executed."""
    seen, there = set(), set(known(one))
    cells = [(course.identity(cell, seen), cell) for cell in course.read(one).cells]
    return [cell for identity, cell in cells if executable(cell) and identity not in there]


def executable(cell):
    """Whether a cell has results of its own: code, and not the set-up cell, which a new repository changes."""
    return cell.cell_type == "code" and "setup" not in cell.metadata.get("tags", [])


def shown(outputs, folder):
    """What a page shows of a cell's outputs; writes the pictures into the folder, named by their content."""
    parts = []
    for output in outputs:
        data = output.get("data", {})
        if output.output_type == "error" or output.get("name") == "stderr":
            raise SystemExit(f"A cell ended with {output.get('ename') or output.get('text')}: nothing was written.")
        if "image/png" in data:
            content = base64.b64decode(data["image/png"])
            path = folder / f"{hashlib.sha256(content).hexdigest()[:12]}.png"
            if not path.is_file():
                path.write_bytes(content)
            known = output.metadata.get("image/png", {})
            alternative = re.sub(r"[\[\]\s]+", " ", known.get("alt", "")).strip()
            parts.append(f"<!-- picture -->\n![{alternative}]({folder.name}/{path.name})")
        elif "<table" in data.get("text/html", ""):
            parts.append(f"<!-- html -->\n{_table(data['text/html'])}")
        elif "text/markdown" in data:
            parts.append(f"<!-- markdown -->\n{data['text/markdown'].strip()}")
        else:
            plain = settle(output.get("text") or data.get("text/plain", "")).rstrip()
            if plain:
                parts.append(f"<!-- text -->\n```text\n{plain}\n```")
    return "\n\n".join(parts)


def _table(html):
    """A table without the style sheet that pandas adds; blank lines would end it in Markdown."""
    html = re.sub(r"<style.*?</style>|<!--.*?-->", "", html, flags=re.S)
    return "\n".join(line for line in html.splitlines() if line.strip())


def with_results(one, slides=False):
    """A lesson as a notebook with the outputs that its page shows. slides: with its cells for slides alone."""
    book, outputs, seen = course.read(one, slides), blocks(one), set()
    new = nbformat.v4.new_output
    for cell in book.cells:
        if course.slide_only(cell):
            continue  # Without an id, so that those of the other cells are the notebook's.
        cell["id"] = course.identity(cell, seen)
        if not slides:
            cell.pop("line", None)
        if cell.cell_type != "code":
            continue
        cell.outputs = []
        found = re.split(rf"<!-- ({'|'.join(PARTS)}) -->\n", outputs.get(cell.id, ""))[1:]
        for kind, words in zip(found[::2], found[1::2]):
            words = words.strip("\n")
            if kind == "picture":
                alternative, path = re.fullmatch(r"!\[(.*)\]\((.+)\)", words, flags=re.S).groups()
                data = {"image/png": base64.b64encode((one.page.parent / path).read_bytes()).decode()}
                metadata = {"image/png": {"alt": alternative}}
                if "show_figure(" in cell.source:
                    metadata["image/png"]["width"] = 800  # As dlcourse.show_figure displays it.
                cell.outputs.append(new("display_data", data=data, metadata=metadata))
            elif kind == "text":
                words = re.fullmatch(r"```text\n(.*)\n```", words, flags=re.S)[1]
                cell.outputs.append(new("stream", name="stdout", text=words + "\n"))
            else:
                cell.outputs.append(new("display_data", data={f"text/{kind}": words}))
    return book


def write(one, book):
    """Write a lesson's page from its executed notebook: pictures first, then the page in one step, then tidy up."""
    folder = one.page.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    seen, outputs, executed = set(), {}, []
    for cell in book.cells:
        identity = course.identity(cell, seen)
        if executable(cell):
            executed.append(identity)
            if block := shown(normalised(cell.outputs, cell.metadata.get("alt")), folder):
                outputs[identity] = block
    page = text(one, outputs, executed, fingerprint.looks())
    part = one.page.with_suffix(".part")
    part.write_text(page, encoding="utf-8", newline="\n")
    os.replace(part, one.page)
    for path in folder.iterdir():
        if path.name not in page:
            path.unlink()
    if not list(folder.iterdir()):
        folder.rmdir()


def _see_that_there_are_runs(one):
    """Mistake where the lesson compares its result with runs that were never made: it would end in an error."""
    import promises

    there = {promises.parts(key)[0] for key in promises.stored(one).get("runs", {})}
    text = one.source.read_text(encoding="utf-8")
    for name in re.findall(r'dlcourse\.compare_run\(\s*"(\w+)"', text):
        if name not in there:
            raise course.Mistake(
                f"{one.name} compares its result with runs of {name}: make runs ONLY={one.number} first."
            )


def main(numbers):
    import build

    os.environ.setdefault("DLCOURSE_DATA", "full")
    if found := course.mistakes():
        sys.exit("\n".join(found))
    for one in [course.lesson(number) for number in numbers] or course.lessons():
        start = time.monotonic()
        _see_that_there_are_runs(one)
        book = execute(course.read(one))
        said = "".join(output.get("text", "") for cell in course.code(book) for output in cell.outputs)
        if "Preparing the digits" in said:  # Once more, so that the page doesn't say so.
            book = execute(course.read(one))
        BUILD.mkdir(exist_ok=True)
        nbformat.write(book, BUILD / f"{one.name}.ipynb")
        write(one, book)
        seen = set()
        stored = {course.identity(cell, seen): normalised(cell.get("outputs", [])) for cell in book.cells}
        one.notebook.write_text(build.notebook_text(one, stored), encoding="utf-8", newline="\n")
        print(f"{one.name}: {time.monotonic() - start:.0f} s, {one.page.relative_to(ROOT)}", flush=True)
    build.build()


if __name__ == "__main__":
    sys.path.insert(0, str(course.NOTEBOOKS))
    try:
        main(sys.argv[1:])
    except course.Mistake as problem:
        sys.exit(str(problem))
