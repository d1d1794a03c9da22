"""The browser edition: one page that trains a network in the visitor's browser, build/browser/train.html.

    python tools/in_browser.py                  make browser: write the page; nothing is fetched
    python tools/in_browser.py digits FILE      the digits as the page carries them, for browser/runs.mjs
    python tools/in_browser.py runs             make browser-runs: 20 seeds each with and without inverted copies, in
                                                Node, into data/browser_runs.json; prints the seconds of each

The page is made of browser/ (its modules, style and text), of the drawing pad's module, and of data/. Modules are put
one after the other, without their imports and exports, as a whole script for the page and one for its worker: so the
page needs no server, and its script can be read as it was written.
"""

import base64
import functools
import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from jinja2 import Environment, StrictUndefined

import build
import course
import setup_cell
from course import NOTEBOOKS, ROOT, Mistake
from keeping import put

sys.path.insert(0, str(NOTEBOOKS))
from dlcourse import digits, palette  # noqa: E402 - after its folder is on the path

PARTS = ROOT / "browser"
PAGE = ROOT / "build" / "browser" / course.BROWSER_EDITION
RUNS = ROOT / "data" / "browser_runs.json"
SAMPLE = ROOT / "data" / "mnist_sample.npz"
SEEDS = range(1, 21)
WORKER = ("settings.js", "network.js", "digits.js", "training.js", "worker.js")
SCRIPT = ("settings.js", "pad.js", "memory.js", "pictures.js", "page.js")
IMPORT = re.compile(r'^import\s[^;]*?from\s+"\./([\w/.-]+)";\n', re.M)
NODE = (18, 3)  # The oldest Node.js that has all that browser/runs.mjs needs.
LARGEST = 1_500_000  # Bytes of the page.


def module(name):
    """The text of a module of browser/; the pad's is that of the notebooks."""
    path = NOTEBOOKS / "dlcourse" / name if name == "pad.js" else PARTS / name
    return path.read_text(encoding="utf-8")


def joined(names):
    """Modules as one script; Mistake where one imports what doesn't stand before it."""
    parts = []
    for place, name in enumerate(names):
        text = module(name)
        for wanted in IMPORT.findall(text):
            if Path(wanted).name not in names[:place]:
                raise Mistake(f"browser/{name} imports {wanted}: name it before, in tools/in_browser.py.")
        parts.append(re.sub(r"^export ", "", IMPORT.sub("", text), flags=re.M))
    script = "\n".join(parts)
    if "</script" in script.lower() or "<!--" in script:
        raise Mistake("A module of browser/ has </script or <!-- in it: the browser would end the script there.")
    return script


@functools.cache
def packed():
    """The bundled digits and the ten pictures as browser/digits.js unpacks them."""
    with np.load(SAMPLE) as file:
        images, labels = file["images"], file["labels"]
    probes, probe_labels = digits.load_probes()
    pictures = np.concatenate([images, np.round(255 * probes[..., 0]).astype("uint8")])
    labels = np.concatenate([labels, np.where(probe_labels < 0, 255, probe_labels).astype("uint8")])
    return base64.b64encode(gzip.compress(pictures.tobytes() + labels.tobytes(), mtime=0)).decode()


def reference():
    """What 20 seeds reached: {"plain": {"read": […], …}, "invert": {…}}; Mistake where the file is missing."""
    try:
        return json.loads(RUNS.read_text(encoding="utf-8"))["runs"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Mistake("data/browser_runs.json can't be read: run `make browser-runs`.") from None


def lessons(site):
    """[(its title, what it is about, address)] of the lessons; no address where the course has none yet."""
    published = setup_cell.published(course.settings()["repository"])
    phrases = {room["folder"]: " ".join(room["map"].split()) for room in course.settings()["lesson"]}
    found = []
    for one in course.lessons():
        outside = course.addresses(one.name)["colab"] if published else ""
        address = f"lessons/{one.number}.html" if site else outside
        found.append((build.title(one)[1], phrases[one.name], address))
    return found


def html(site=False):
    """The page. site: whether it lies in the web site, so that its links lead to the lessons there."""
    colours = {name: value for name, value in vars(palette).items() if name.isupper() and isinstance(value, str)}
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    text = environment.from_string((PARTS / "page.html.j2").read_text(encoding="utf-8")).render(
        course=course.settings()["title"],
        style=(PARTS / "page.css").read_text(encoding="utf-8"),
        colours="".join(f" --{name}: {value};" for name, value in colours.items()),
        worker=joined(WORKER),
        script=joined(SCRIPT),
        reference=json.dumps(reference()),
        names=json.dumps(digits.PROBE_NAMES),
        digits=packed(),
        lessons=lessons(site),
        home="index.html" if site else "",
        licence=(ROOT / "LICENSE").read_text(encoding="utf-8"),
    )
    if len(text.encode()) > LARGEST:
        raise Mistake(f"The page has {len(text.encode()):,} bytes, more than the {LARGEST:,} that it may have.")
    return text


def node():
    """The path of Node.js; Mistake where there is none, or one that is too old."""
    if not (found := shutil.which("node")):
        raise Mistake("This needs Node.js: install it (the package nodejs), then run this again.")
    version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip()
    if not (numbers := re.match(r"v(\d+)\.(\d+)", version)) or tuple(map(int, numbers.groups())) < NODE:
        raise Mistake(f"This needs Node.js {NODE[0]}.{NODE[1]} or newer, not {version or found}: install that one.")
    return found


def trained(file, seeds, invert=False):
    """Start Node, training one seed after the other; a process whose lines are their results."""
    words = [node(), str(PARTS / "runs.mjs"), str(file), *map(str, seeds), *["--invert"][: int(invert)]]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def runs():
    """Train all seeds, one after the other, and write what they reached; the seconds are printed only."""
    file, found = PAGE.with_name("digits.txt"), {}
    write(file, packed())
    for name in ("plain", "invert"):
        process = trained(file, SEEDS, name == "invert")
        lines = []
        for line in process.stdout:
            lines.append(json.loads(line))
            print(f"{name}: {line.strip()}", flush=True)
        if process.wait():
            raise Mistake("Node stopped with an error: it stands above.")
        found[name] = {key: [line[key] for line in lines] for key in ("seed", "read", "inverted", "nine", "dog")}
        seconds = sorted(line["seconds"] for line in lines)
        middle = seconds[len(seconds) // 2]
        print(f"{name}: {seconds[0]:.1f} to {seconds[-1]:.1f} seconds, the middle one {middle:.1f}", flush=True)
    kinds = ",\n".join(f'"{name}": {json.dumps(one)}' for name, one in found.items())
    write(RUNS, f'{{"runs": {{\n{kinds}\n}}}}\n')


def write(path, text):
    """A file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path, text.encode())


def main(words):
    match words:
        case []:
            write(PAGE, html())
            print(f"Written: {PAGE}")
        case ["digits", file]:
            write(Path(file), packed())
        case ["runs"]:
            runs()
        case _:
            sys.exit("Give nothing to write the page, `digits FILE`, or `runs`.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Mistake as problem:
        sys.exit(str(problem))
