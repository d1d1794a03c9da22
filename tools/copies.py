"""Learners work on copies: my_lessons/ gets one of every lesson, so that notebooks/ stays as it came.

    python tools/copies.py                 copy what isn't there yet, renew what nobody edited
    python tools/copies.py fresh 02 […]    a lesson as it came; the learner's own stays beside it, under another name
    python tools/copies.py lab [options]   the first, then open JupyterLab in my_lessons/, with the start page
                                           (options are JupyterLab's own)

Python alone runs it. my_lessons/.copied.json holds the hash of each lesson as it was copied: a copy that still has it
was neither edited nor run.
"""

import contextlib
import hashlib
import json
import os
import runpy
import sys
from pathlib import Path

import start_page
from keeping import free_name, put

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
OWN = ROOT / "my_lessons"
RECORD = ".copied.json"


def lessons():
    """The notebooks of all lessons, in order."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def digest(path):
    """The hash of a lesson's cells: JupyterLab notes a kernel's version in a notebook that was only opened."""
    content = path.read_bytes()
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):  # Not a notebook: the file as it is.
        cells = json.loads(content)["cells"]
        parts = ("cell_type", "source", "execution_count", "outputs")
        content = json.dumps([[cell.get(part) for part in parts] for cell in cells]).encode()
    return hashlib.sha256(content).hexdigest()


def recorded():
    """{name: hash} of the lessons as they were copied; nothing where the record is missing or spoiled."""
    try:
        found = json.loads((OWN / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def take(lesson):
    """Copy a lesson, and note what was copied. Stopped between the two, the copy is noted the next time."""
    put(OWN / lesson.name, lesson.read_bytes())
    note(lesson)


def note(lesson):
    """Record that the copy is the lesson as it is now."""
    content = json.dumps(recorded() | {lesson.name: digest(lesson)}, indent=1, sort_keys=True)
    put(OWN / RECORD, content.encode())


def edited(lesson):
    """Whether a learner's copy is neither the lesson as it was copied nor the lesson as it is now."""
    return digest(OWN / lesson.name) not in (recorded().get(lesson.name), digest(lesson))


def update():
    """Copy the lessons that aren't there yet, renew those that nobody edited, and name newer ones of the others."""
    OWN.mkdir(exist_ok=True)
    for lesson in lessons():
        if not (OWN / lesson.name).exists():
            take(lesson)
        elif edited(lesson):
            if recorded().get(lesson.name) != digest(lesson):
                print(
                    f"There is a newer {lesson.stem} than the one you edited: `make fresh ONLY={lesson.name[:2]}` "
                    f"(or `python tools/copies.py fresh {lesson.name[:2]}`) takes it, and keeps yours beside it."
                )
        elif digest(OWN / lesson.name) != digest(lesson):
            take(lesson)
        elif recorded().get(lesson.name) != digest(lesson):
            note(lesson)


def fresh(names):
    """Give lessons as they came; a copy that was edited gets another name beside it."""
    found = {name: [one for one in lessons() if name.zfill(2) in (one.stem, one.name[:2])] for name in names}
    unknown = [name for name in names if not found[name]]
    if unknown or not names:
        there = ", ".join(one.stem for one in lessons())
        wrong = f"No lesson is called {unknown[0]!r}" if unknown else "No lesson is named"
        sys.exit(f"{wrong}: give its number, for example `make fresh ONLY=02`; there are {there}.")
    OWN.mkdir(exist_ok=True)
    for lesson in [one for matches in found.values() for one in matches]:
        own = OWN / lesson.name
        said, aside = f"my_lessons/{own.name} is as it came.", None
        if own.exists() and edited(lesson):
            aside = free_name(own)
            own.rename(aside)
            said += f" Yours is kept beside it as {aside.name}."
        try:
            take(lesson)
        except OSError:  # A full disk: yours gets its name back.
            if not own.exists() and aside:
                aside.rename(own)
            raise
        print(said)


def lab(options):
    """Open JupyterLab in the copies, or in the folder that the options name. Lessons in any folder find dlcourse.

    In the copies there is the start page, which is shown the first time; from then on JupyterLab is as it was left.
    """
    if not named(options):
        options = [f"--notebook-dir={OWN}", *start(options), *options]
    paths = [str(NOTEBOOKS), os.environ.get("PYTHONPATH")]
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    # tools/lab/ holds settings: no look for news or newer versions, which would reach for the network and ask about it;
    # and how an exported page looks. Slides and PDF would take the same look, as kinds of HTML: they keep their own.
    settings = ROOT / "tools" / "lab"
    looks = {"HTML": "readable", "Slides": "reveal", "WebPDF": "webpdf"}
    exported = [f"--{kind}Exporter.template_name={look}" for kind, look in looks.items()]
    exported.append(f"--HTMLExporter.extra_template_basedirs={settings}")
    sys.argv = ["jupyterlab", f"--LabApp.app_settings_dir={settings}", *exported, *options]
    runpy.run_module("jupyterlab", run_name="__main__", alter_sys=True)


def start(options):
    """Write the start page and keep it up to date; the option that shows it, where it is new."""
    os.environ["DLCOURSE_PROGRESS"] = str(OWN / start_page.PROGRESS)  # dlcourse.check notes there what was solved.
    new = not (OWN / start_page.NAME).exists()
    try:
        start_page.write(ROOT, OWN)
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        print(
            f"The start page cannot be written to {OWN} ({why}): free some space, or close what holds the file. "
            "The lessons open without it."
        )
        return []
    start_page.watch(ROOT, OWN)
    shown = any(option.startswith(("--LabApp.default_url", "--ServerApp.default_url")) for option in options)
    return [f"--LabApp.default_url=/lab/tree/{start_page.NAME}"] if new and not shown else []


def named(options):
    """Whether JupyterLab's options name a folder."""
    return any(option.startswith(("--notebook-dir", "--ServerApp.root_dir")) for option in options)


def main(words):
    """Do what the words say; what goes wrong with files is one sentence."""
    command, rest = (words[0], words[1:]) if words else ("", [])
    if command not in ("", "fresh", "lab"):
        sys.exit(f"{command!r} is no command here: give `fresh` and a lesson's number, or `lab`, or nothing.")
    try:
        if command == "fresh":
            fresh(rest)
        elif not named(rest):
            update()
    except OSError as problem:
        sys.exit(
            f"The copies of the lessons cannot be written to {OWN} ({problem.strerror or type(problem).__name__}): "
            "free some space or make it a folder that you can write to, or copy the whole course to such a place."
        )
    if command == "lab":
        lab(rest)


if __name__ == "__main__":
    main(sys.argv[1:])
