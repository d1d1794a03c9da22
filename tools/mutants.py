"""Break the course in many small ways, one at a time, and see whether its tests notice.

    python tools/mutants.py [--kind review|own|random] [--only 17 …] [--seed 1] [--count 100] [--sample 10] [--list]

A mutant is a file of the course in which one place says something else. Those written by hand stand in a lesson's
room, mutants.toml, and, where they are no lesson's, in tests/mutants.toml; the others a seeded program makes from
numbers and comparisons: in the lessons' core cells, in their judges, and in their text. Each is put into a copy of the
working tree, never into the tree itself; what is derived is built, as a maintainer would; then the tests that belong
to the file are run, the quickest first, until one goes red.

    killed     a test goes red, or the build stops
    told       no test but those that say "the code has changed: execute, or train, anew", as every change of code does
    accepted   all stays green, and a mutants.toml says why that is right
    SURVIVED   all stays green: a guard is missing. The command fails
"""

import argparse
import ast
import datetime
import hashlib
import io
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tokenize
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import course
from course import ROOT

LIST = ROOT / "tests" / "mutants.toml"
QUOTAS = {"core cells": 40, "judges": 30, "text": 30}  # Of 100 made by the program.
SECONDS = 300  # What one call of the tests may take: a mutant may run for ever.
# Tests that go red with every change of a lesson's code: they say that results are old, not that the code is wrong.
FRESHNESS = (
    "test_every_result_is_that_of_the_present_code",
    "test_every_compared_cell_has_its_output",
    "test_the_runs_are_those_of_todays_code_and_enough",
)


@dataclass
class Mutant:
    """file: from the root, with /; start: where old stands in it; tests: pytest's arguments, a list for each stage."""

    kind: str
    file: str
    old: str
    new: str
    start: int
    line: str = ""
    what: str = ""
    tests: list = field(default_factory=list)
    then: str = ""  # A command besides the build, such as drawing a figure anew.
    outcome: str = ""
    by: str = ""
    seconds: float = 0.0

    @property
    def place(self):
        """What an accepted survivor is known by: it stays the same when lines move."""
        return self.file, self.line, self.old, self.new

    def __str__(self):
        return self.what or f"{self.line[:60]!r}: {self.old} → {self.new}"


# ---------------------------------------------------------------- Mutants written by hand


def listed():
    """The mutants of every mutants.toml; Mistake where an old text is not there exactly once.

    An old text with `pattern = true` is a regular expression, for what a maintainer may set as they like.
    """
    found = []
    for entry in read_list().get("mutant", []):
        path = ROOT / entry["file"]
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if entry.get("pattern") and (match := re.search(entry["old"], text)):
            entry["old"] = match[0]
        if text.count(entry["old"]) != 1 and not (entry["old"] == "" and entry.get("then")):
            raise course.Mistake(
                f"{entry['list']}: {entry['what']!r}: its old text stands {text.count(entry['old'])} times in "
                f"{entry['file']}, and must stand once: write the mutant anew, or drop it."
            )
        start = text.index(entry["old"])
        mutant = Mutant(entry["kind"], entry["file"], entry["old"], entry["new"], start, what=entry["what"])
        mutant.line = line_of(text, start)
        mutant.then = entry.get("then", "")
        mutant.tests = [[one] if isinstance(one, str) else one for one in entry.get("tests", [])]
        found.append(mutant)
    return found


def read_list():
    """{"mutant": [entries], "accepted": [entries]} of tests/mutants.toml and of each lesson's own list.

    An entry's file is made one from the root; in a room's list it may be told from the room. list: where it stands.
    """
    found = {"mutant": [], "accepted": []}
    for path in [LIST, *(one.folder / "mutants.toml" for one in course.lessons())]:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for kind, entries in tomllib.loads(text).items():
            for entry in entries:
                here = path.parent / entry["file"]
                entry["file"] = here.relative_to(ROOT).as_posix() if path != LIST and here.exists() else entry["file"]
                found[kind].append({**entry, "list": path.relative_to(ROOT).as_posix()})
    return found


def accepted():
    """{place of a mutant: the reason why nothing needs to notice it}."""
    return {
        (entry["file"], entry.get("line", ""), entry["old"], entry["new"]): entry["reason"]
        for entry in read_list().get("accepted", [])
    }


# ---------------------------------------------------------------- Mutants made by the program

OTHERS = {"<": ["<=", ">="], ">": [">=", "<="], "<=": ["<", ">"], ">=": [">", "<"], "==": ["!="], "!=": ["=="]}


def made(seed, count):
    """Mutants of numbers and comparisons: 100, in the shares of QUOTAS.

    Places are drawn by a hash of themselves, so that an edit elsewhere leaves the others as they are.
    """
    places = {"core cells": [], "judges": [], "text": []}
    for one in course.lessons():
        name = one.source.relative_to(ROOT).as_posix()
        text = one.source.read_text(encoding="utf-8")
        for start, end in core_cells(one, text):
            places["core cells"] += [(name, text, *token) for token in tokens(text[start:end], start)]
        places["text"] += [(name, text, *token) for token in numbers_of(text)]
        name, text = name.replace("lesson.md", "answers.py"), (one.folder / "answers.py").read_text(encoding="utf-8")
        places["judges"] += [(name, text, *token) for token in tokens(text, 0)]
    found = []
    for kind, all_places in places.items():
        number = round(QUOTAS[kind] * count / 100)
        keyed = {}
        for name, text, start, old in all_places:
            line = line_of(text, start)
            nth = sum(text[start - 400 : start].count(word) for word in (line, old))  # Tells equal lines apart.
            key = hashlib.sha256(f"{seed}|{name}|{line}|{old}|{nth}".encode()).hexdigest()
            keyed[key] = Mutant(kind, name, old, "", start, line)
        for key in sorted(keyed)[:number]:
            keyed[key].new = changed(keyed[key].old, random.Random(key))
            found.append(keyed[key])
    return found


def line_of(text, start):
    return text[text.rfind("\n", 0, start) + 1 :].split("\n", 1)[0].strip()


def core_cells(one, text):
    """[(start, end)] of the core's code cells in a lesson's source; answers, checks and folded cells left out."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for _, part, cells in course.sections(course.read(one)):
        for cell in cells:
            tags = {"answer", "check", "setup", "hide-input"} & set(cell.metadata.get("tags", []))
            if part == "core" and cell.cell_type == "code" and not tags:
                start = text.index(cell.source, starts[cell["line"] - 1])
                found.append((start, start + len(cell.source)))
    return found


def tokens(source, offset):
    """[(start, old)] of the numbers and comparisons of a piece of Python."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NUMBER or (token.type == tokenize.OP and token.string in OTHERS):
            found.append((offset + starts[token.start[0] - 1] + token.start[1], token.string))
    return found


def numbers_of(text):
    """[(start, old)] of the numbers in a lesson's prose: not in code, addresses, names, or what a cell's head says."""

    def blank(found):
        return re.sub(r"[^\n]", " ", found[0])

    for pattern in (
        r"^```.*?^```",
        r"^\+\+\+.*$",
        r"^\d+\. ",
        r"<[^>]*>",
        r"\]\([^)]*\)",
        r"https?://\S+",
        r"\b\w*_\w+\b",
    ):
        text = re.sub(pattern, blank, text, flags=re.M | re.S if "```" in pattern else re.M)
    return [(found.start(), found[0]) for found in re.finditer(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\w])", text)]


def changed(old, dice):
    """Something else in the place of a number or a comparison."""
    if old in OTHERS:
        return dice.choice(OTHERS[old])
    plain = old.replace(",", "").replace("_", "")
    if re.fullmatch(r"\d+", plain):
        value = int(plain)
        new = dice.choice([one for one in (value + 1, value - 1, 2 * value, 10 * value) if one >= 0 and one != value])
        separator = "_" if "_" in old else "," if "," in old else ""
        return f"{new:{separator}}" if separator else str(new)
    try:
        value = float(plain)
    except ValueError:
        return f"({old} + 1)"  # A complex or a hexadecimal number.
    return f"{value * dice.choice([0.5, 2, 10]):.10g}"


# ---------------------------------------------------------------- Which tests belong to a file


def exercise_at(mutant):
    """Words of the exercises whose judges a place of an answers.py belongs to, as pytest's -k takes them."""
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    line = text.count("\n", 0, mutant.start) + 1
    parts = ast.parse(text).body
    here = next((part for part in parts if part.lineno <= line <= part.end_lineno), None)
    if here is None:
        return []
    known = {node.id for node in ast.walk(here) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    known |= {here.name} if isinstance(here, (ast.FunctionDef, ast.ClassDef)) else set()
    found = [here]
    for part in parts * 3:  # What uses it, and what uses that.
        if part not in found and known & {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}:
            found.append(part)
            known |= {part.name} if isinstance(part, ast.FunctionDef) else set()
    return [name for part in found for name in re.findall(r'^JUDGES\[["\'](.+?)["\']\]', ast.unparse(part))]


def belonging(mutant):
    """The stages of tests for a mutant, quickest first; each a list of pytest's arguments."""
    if mutant.tests:
        return mutant.tests
    file, number = mutant.file, mutant.file.removeprefix("lessons/")[:2]
    quick = ["-m", "not slow"]
    if file.endswith("answers.py"):
        stages = [["tests/test_judges.py", *quick]]
        if names := exercise_at(mutant):
            words = " or ".join(
                re.sub(r"[^\w ]", " ", name).strip().replace("  ", " ").replace(" ", " and ") for name in names
            )
            stages.append(["tests/one_exercise.py", "-k", words])
        return stages
    if file.endswith("lesson.md"):
        text = (ROOT / file).read_text(encoding="utf-8")
        told = [["tests/test_build.py", "tests/test_claims.py", *quick, "-k", " or ".join(FRESHNESS)]]
        words = f"{number} or {file.split('/')[1]} or question_bank"
        if any(start <= mutant.start < end for start, end in all_cells(text)):
            stages = [
                [
                    "/".join(file.split("/")[:2]),
                    "tests/test_numbers.py",
                    "tests/test_claims.py",
                    "tests/test_figures.py",
                    "-k",
                    f"({words} or lesson_{int(number)}s) and not test_02_the_network_of_the_borders",
                ]
            ]
            if number in ("01", "03"):  # No training to speak of: run it whole.
                stages.append(["--nbval-lax", f"notebooks/{file.split('/')[1]}.ipynb"])
            return stages + told
        rooms = ["tests/test_numbers.py", "tests/test_docs.py", "tests/test_teaching.py", "tests/test_judges.py"]
        return [[*rooms, *quick, "-k", f"{words} or test_docs or test_teaching or solution"], *told]
    if file.endswith(("questions.md", "glossary.md", "teaches.md")):
        return [
            ["tests/test_numbers.py", "tests/test_docs.py", *quick, "-k", f"{number} or question_bank or test_docs"]
        ]
    if file.endswith("figures.py"):
        return [["tests/test_figures.py", "/".join(file.split("/")[:2]), *quick]]
    if file.endswith("claims.py") or file.startswith("data/runs/"):
        one = course.lesson(Path(file).stem if file.startswith("data/") else file.split("/")[1])
        stages = [["tests/test_claims.py", "tests/test_numbers.py", *quick, "-k", one.number]]
        return stages + [[f"lessons/{one.name}", *quick]]
    if file.startswith("notebooks/dlcourse/"):
        name = {"digits": "tests/test_probes.py tests/test_helper.py tests/test_data.py",
                "mnist": "tests/test_data.py",
                "checking": "tests/test_checking.py", "cells": "tests/test_checking.py",
                "palette": "tests/test_figures.py"}.get(Path(file).stem, "tests/test_helper.py")  # fmt: skip
        return [[*name.split(), *quick]]
    if file in ("Makefile", "tools/offline.sh", ".github/workflows/ci.yml"):
        return [["tests/test_make.py", *quick]]
    if file == "README.md":
        return [
            [
                "tests/test_numbers.py",
                "tests/test_docs.py",
                "tests/test_build.py",
                *quick,
                "-k",
                "readme or links or built",
            ]
        ]
    return [["tests", "lessons", *quick]]


def all_cells(text):
    """[(start, end)] of the code cells of a lesson's source."""
    return [found.span() for found in re.finditer(r"^```\{code-cell\}.*?^```", text, re.M | re.S)]


# ---------------------------------------------------------------- A copy of the course to break


class Workshop:
    """A copy of the working tree. Breaking a file there, building, testing, and making it whole again."""

    def __init__(self, folder, original):
        self.folder, self.original = folder, original
        shutil.copytree(original, folder, symlinks=True)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)  # Tests ask git which files there are.
        self.seen = self.stats()

    def stats(self):
        found = {}
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder)
            if name.parts[0] not in (".git", ".venv") and path.is_file():
                found[name] = (path.stat().st_mtime_ns, path.stat().st_size)
        return found

    def whole_again(self):
        """Put back what was changed, and take away what was added."""
        for name, stat in self.stats().items():
            if name not in self.seen:
                (self.folder / name).unlink()
            elif self.seen[name] != stat:
                shutil.copy(self.original / name, self.folder / name)
        for name in self.seen:
            if not (self.folder / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.original / name, self.folder / name)
        self.seen = self.stats()

    def run(self, command, seconds=SECONDS):
        """(exit status, all it printed); 124 and what it printed when it took too long."""
        more = {"PYTHONDONTWRITEBYTECODE": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1",
                "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "DLCOURSE_DATA": "sample",
                "DLCOURSE_STRICT": "1", "PYTHONPATH": str(self.folder / "notebooks")}  # fmt: skip
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            process = subprocess.Popen(command, cwd=self.folder, env=os.environ | more, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                stop(process)
                status = 124
            except BaseException:
                stop(process)
                raise
            output.seek(0)
            return status, output.read()

    def pytest(self, arguments, without=()):
        deselected = [word for name in without for word in ("--deselect", name)]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no", "-W", "ignore"]
        return self.run([*command, *arguments, *deselected])

    def try_out(self, mutant, red):
        """Break, build, test; note the outcome in the mutant. red: tests that fail without any breakage."""
        start = time.monotonic()
        path = self.folder / mutant.file
        text = path.read_text(encoding="utf-8")
        assert text[mutant.start : mutant.start + len(mutant.old)] == mutant.old, mutant
        path.write_text(text[: mutant.start] + mutant.new + text[mutant.start + len(mutant.old) :], encoding="utf-8")
        try:
            mutant.outcome, mutant.by = self.outcome(mutant, red)
        finally:
            self.whole_again()
            mutant.seconds = time.monotonic() - start
        return mutant

    def outcome(self, mutant, red):
        if mutant.file.startswith("lessons/") or mutant.file in ("course.toml", "README.md", "requirements.txt"):
            status, output = self.run([sys.executable, "tools/build.py"])
            if status:
                return "killed", f"build: {output.strip().splitlines()[-1][:70] if output.strip() else status}"
        if mutant.then:
            status, output = self.run(["sh", "-c", mutant.then.replace("python", sys.executable)])
            if status:
                return "killed", mutant.then
        told = ""
        for stage in belonging(mutant):
            fresh = stage[0].startswith("tests/test_build.py") and FRESHNESS[0] in stage[-1]
            left_out = [name for name in red if not fresh or name.split("::")[-1].split("[")[0] not in FRESHNESS]
            if not fresh:
                left_out += [f"{file}::{name}" for file in ("tests/test_build.py", "tests/test_claims.py")
                             for name in FRESHNESS]  # fmt: skip
            status, output = self.pytest(stage, left_out)
            if status == 124:
                return "killed", "it would run for ever"
            if status not in (0, 5):  # 5: no test was chosen.
                by = failed(output)
                if not fresh:
                    return "killed", by[0] if by else output.strip().splitlines()[-1][:80]
                told = by[0] if by else "?"
        return ("told", told) if told else ("SURVIVED", "")


def stop(process):
    """End a process and what it started."""
    import signal

    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def failed(output):
    """The tests that an output of pytest names as failed, or as not to be collected."""
    return re.findall(r"^(?:FAILED|ERROR) (\S+(?:\[[^\n]*?\])?)", output, re.M)


def copy_of_the_tree(folder):
    """The files that git knows or would know, as they are now."""
    names = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    if (ROOT / ".venv").is_dir():
        (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def red_without_breakage(workshop, mutants):
    """Tests that fail in the course as it is: what they say about a mutant says nothing."""
    found, stages = [], []
    for mutant in mutants:
        stages += [stage for stage in belonging(mutant) if stage not in stages]
    files = sorted({word for stage in stages for word in stage if word.startswith(("tests/test_", "lessons/"))})
    rooms = [stage[0] for stage in stages if stage[0].startswith("lessons/") and "not slow" not in stage]
    for arguments in ([*files, "-m", "not slow"] if files else [], sorted(set(rooms))):
        if arguments:
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "-W", "ignore"]
            _, output = workshop.run([*command, *arguments], 1200)
            found += failed(output)
    return sorted(set(found))


# ---------------------------------------------------------------- The command


def choose(wanted):
    """The mutants that a call asks for, numbered as in the whole list."""
    whole = listed() + made(wanted.seed, wanted.count)
    chosen = list(enumerate(whole, 1))
    if wanted.kind:
        kinds = tuple(QUOTAS) if wanted.kind == "random" else (wanted.kind,)
        chosen = [(number, mutant) for number, mutant in chosen if mutant.kind in kinds]
    if wanted.only:
        chosen = [(number, mutant) for number, mutant in chosen if number in wanted.only]
    if wanted.sample:
        quick = [(number, mutant) for number, mutant in chosen if cheap(mutant)]
        chosen = sorted(random.Random(state()).sample(quick, min(wanted.sample, len(quick))))
    return chosen


def cheap(mutant):
    """Whether a mutant's tests take seconds: nothing is trained, and TensorFlow stays out."""
    stages = belonging(mutant)
    words = [word for stage in stages for word in stage]
    if any(stage[0].startswith("lessons/") and "not slow" not in stage for stage in stages):
        return False
    heavy = ("one_exercise", "nbval", "test_fresh_seeds", "test_solved", "test_helper", "test_data")
    return not mutant.then and not any(one in word for word in words for one in heavy)


def state():
    """What a sample is drawn by: the course's present commit, else the day."""
    found = subprocess.run(["git", "rev-parse", "HEAD^{tree}"], cwd=ROOT, capture_output=True, text=True)
    return found.stdout.strip() or datetime.date.today().isoformat()


def row(number, mutant):
    what = f"{mutant.file}: {mutant}".replace("\n", " ")
    by = mutant.by.replace("tests/", "")
    return f"{number:4} {mutant.outcome:9}{mutant.seconds:5.0f} s  {what[:110]:110}  {by[:90]}"


def run(chosen, jobs=2, say=print):
    """Try all chosen mutants; return the tests that were red before anything was broken."""
    reasons = accepted()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        folder = Path(folder)
        copy_of_the_tree(folder / "original")
        shops = queue.Queue()
        for number in range(min(jobs, len(chosen))):
            shops.put(Workshop(folder / f"copy {number}", folder / "original"))
        shop = shops.get()
        red = red_without_breakage(shop, [mutant for _, mutant in chosen])
        shop.whole_again()
        shops.put(shop)

        def one(numbered):
            number, mutant = numbered
            shop = shops.get()
            try:
                shop.try_out(mutant, red)
            finally:
                shops.put(shop)
            if mutant.outcome == "SURVIVED" and mutant.place in reasons:
                mutant.outcome, mutant.by = "accepted", reasons[mutant.place]
            say(row(number, mutant), flush=True)

        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(one, chosen))
    return red


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Break the course in small ways and list what no test notices.")
    parser.add_argument("--kind", choices=["review", "own", "random"])
    parser.add_argument("--only", type=int, nargs="+", default=[], help="numbers of the list")
    parser.add_argument("--seed", type=int, default=1, help="other mutants are made with another seed")
    parser.add_argument("--count", type=int, default=100, help="how many the program makes")
    parser.add_argument("--sample", type=int, default=0, help="so many quick ones, by the present commit")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--list", action="store_true", help="only show them")
    wanted = parser.parse_args(arguments)
    chosen, start = choose(wanted), time.monotonic()
    if wanted.list:
        for number, mutant in chosen:
            print(f"{number:4} {mutant.kind:10} {mutant.file}: {mutant}".replace("\n", " "))
        return 0
    red = run(chosen, wanted.jobs)
    counts = {name: 0 for name in ("killed", "told", "accepted", "SURVIVED")}
    for _, mutant in chosen:
        counts[mutant.outcome] += 1
    print(f"\n{sum(counts.values())} mutants: " + ", ".join(f"{count} {name}" for name, count in counts.items())
          + f", in {(time.monotonic() - start) / 60:.0f} minutes.")  # fmt: skip
    if red:
        print("Red before anything was broken, and left out: " + ", ".join(red))
    return 1 if counts["SURVIVED"] or red else 0


if __name__ == "__main__":
    sys.path.insert(0, str(course.NOTEBOOKS))
    try:
        sys.exit(main())
    except course.Mistake as problem:
        sys.exit(str(problem))
