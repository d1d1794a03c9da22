"""The course on other versions and other engines, each in an environment of its own beside .venv.

    python tools/versions.py oldest         the lowest versions of the ranges in requirements.txt, on Python 3.11
    python tools/versions.py newest         the highest ones, on Python 3.13; says what has moved since the lock
    python tools/versions.py jax            the locked versions, and Keras on JAX
    python tools/versions.py torch          the same on PyTorch
    python tools/versions.py table          data/engines.json, for README's table, from what the last two have measured
    python tools/versions.py seeds jax --lessons 04     inside an engine's environment: only the three seeds

For each: the tests that train nothing (versions only), three seeds of each lesson held to its claims (engines only),
and all cells of the lessons on the bundled sample. A claim that holds for all seeds must hold for all three; one that
holds for most may fail once. Figures go to build/versions/NAME.json and are printed as a table.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as tree
from importlib.metadata import version
from pathlib import Path

import course
from build import SCORES
from course import ROOT, Mistake

BUILD = ROOT / "build" / "versions"
SEEDS = (101, 102, 103)
LOCKED, RANGES = ["requirements.lock", "requirements-dev.lock"], ["requirements.txt", "requirements-dev.txt"]
# Name: (Python, the installer's options, its files, what pip adds). PyTorch comes by pip and in one version, since a
# registry with processor-only builds is mostly in pip's settings alone, and the newest one brings 3 GB of CUDA.
KINDS = {
    "oldest": ("3.11", ["--resolution", "lowest-direct"], RANGES, ""),
    "newest": ("3.13", [], RANGES, ""),
    "jax": ("", [], LOCKED, "jax>=0.7,<1"),
    "torch": ("", [], LOCKED, "torch==2.13.0"),
}
ENGINES = ("jax", "torch")
ENGINES_FILE = ROOT / "data" / "engines.json"


# ---------------------------------------------------------------- Environments


def build(name):
    """Make .venv-NAME, or leave it alone where it was made of the same files; return its Python."""
    python, options, files, more = KINDS[name]
    folder = ROOT / f".venv-{name}"
    stamp, inside = folder / "installed.txt", folder / "bin" / "python"
    state = "\n".join([*options, more, *((ROOT / file).read_text(encoding="utf-8") for file in files)])
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state and name != "newest":
        return inside
    found = subprocess.run(["sh", "tools/find_python.sh", *([python] if python else [])], cwd=ROOT, text=True,
                           stdout=subprocess.PIPE)  # fmt: skip
    if found.returncode:
        raise Mistake(f"{name} needs Python {python or '3.11 to 3.13'}: install it, as the lines above say.")
    print(f"Making {folder.name}: about 3 GB.", flush=True)
    subprocess.run([found.stdout.strip(), "-m", "venv", "--clear", folder], check=True)
    wanted = [word for file in files for word in ("-r", file)]
    install(inside, *options, *wanted)
    if more:
        pip = [inside, "-m", "pip", "--disable-pip-version-check", "install", "-q", more]
        if subprocess.run(pip, cwd=ROOT).returncode:
            raise Mistake(f"{more} could not be installed for the reason above: check the network and the registry.")
    stamp.write_text(state, encoding="utf-8")
    return inside


def install(python, *words):
    """Install with uv, which .venv has."""
    uv = Path(sys.executable).parent / "uv"
    if subprocess.run([uv, "pip", "install", "-q", "--python", python, *words], cwd=ROOT).returncode:
        raise Mistake("The packages could not be installed, for the reason that uv gives above: check the network.")


def installed(python):
    """{package: version} of an environment, names as PyPI spells them."""
    uv = Path(sys.executable).parent / "uv"
    command = [uv, "pip", "list", "--format", "json", "--python", python]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {one["name"]: one["version"] for one in json.loads(listed)}


# ---------------------------------------------------------------- Lessons


def lessons_green(python, name, only=(), **environment):
    """Run the lessons' cells under nbval; return the lessons that failed, and print what did."""
    report = BUILD / f"{name}.xml"
    report.unlink(missing_ok=True)
    child = os.environ | {"DLCOURSE_STRICT": "1", "DLCOURSE_DATA": "sample", "PYTHONPATH": str(course.NOTEBOOKS)}
    books = [course.NOTEBOOKS / f"{one.name}.ipynb" for one in only] or [course.NOTEBOOKS]
    command = [python, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadscope"]
    ran = subprocess.run([*command, f"--junitxml={report}", *books], cwd=ROOT, env=child | environment)
    if ran.returncode not in (0, 1) or not report.is_file():  # 1: some cells failed. Others: it broke off.
        raise Mistake(f"The lessons did not start in .venv-{name}: look at the lines above.")
    return failed(report.read_text(encoding="utf-8"))


def failed(report):
    """The numbers of the lessons of which a cell failed, from pytest's XML report; Mistake where none ran."""
    cases = tree.fromstring(report).findall(".//testcase")
    if not cases:
        raise Mistake("No cell of any lesson ran: look at the lines above.")
    red = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    found = {one.number for one in course.lessons() for case in red if one.name in str(case.attrib)}
    return sorted(found) or (["?"] if red else [])


def moved(python, lock):
    """[(package, locked version, version here)] of the packages that requirements.txt names and that have moved."""
    names = re.findall(r"^([\w-]+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M)
    here, found = {plain(name): version for name, version in installed(python).items()}, []
    for name in names:
        # A lock for several Pythons may have two versions of a package.
        locked = re.findall(rf"^{re.escape(plain(name))}==([^\s;\\]+)", lock, re.M | re.I)
        if locked and here.get(plain(name)) not in locked:
            found.append((plain(name), locked[-1], here.get(plain(name), "none")))
    return found


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def sentence(changes, red, blamed=()):
    """What the weekly job says: which library moved, and which lesson that touched."""
    news = ", ".join(f"{name} {old} → {new}" for name, old, new in changes) or "nothing"
    if not red:
        return f"Since the lock has moved: {news}; all lessons are green."
    cause = f", and {' or '.join(blamed)} alone does it" if blamed else ""
    return f"Since the lock has moved: {news}; it touched lesson {' and '.join(red)}{cause}."


def blame(newest, changes, red):
    """The packages of which each, new beside the locked others, makes one of these lessons fail.

    newest: the Python of the environment in which they failed.
    """
    folder, found = ROOT / ".venv-blame", []
    python = folder / "bin" / "python"
    subprocess.run([newest, "-m", "venv", "--clear", folder], check=True)
    only = [one for one in course.lessons() if one.number in red]
    for name, _, new in changes:
        try:
            install(python, *(word for file in LOCKED for word in ("-r", file)))
            install(python, f"{name}=={new}")
            if lessons_green(python, "blame", only):
                found.append(name)
        except Mistake:
            found.append(f"{name} (it does not go with the locked others)")
    return found


# ---------------------------------------------------------------- Engines


def enough(claim, right, count):
    """Whether three runs bear a claim out: all of them, or all but one where not all seeds are promised."""
    return right >= count - (claim.share < 1)


def three_seeds(name, lessons=()):
    """Run each lesson with three seeds on this engine, in this process' environment; write and print the figures."""
    import promises
    import seeds

    figures, broken = {}, []
    chosen = [one for one in promises.with_runs() if not lessons or one.number in lessons]
    if len(chosen) < len(set(lessons)):
        raise Mistake(f"--lessons {' '.join(lessons)}: give numbers such as {chosen[0].number if chosen else '04'}.")
    for one in chosen:
        runs, seconds = {}, []
        for seed in SEEDS:
            start = time.monotonic()
            made = seeds.make([(one, seed, "")], KERAS_BACKEND=name, DLCOURSE_DATA="sample")
            runs[seed] = {promises.parts(key)[0]: values for _, run in made for key, values in run.items()}
            seconds.append(round(time.monotonic() - start))
        verdicts = [found for found in promises.verdicts(one, {"sample": runs}) if name in found[1].engines]
        broken += [
            f"{one.name}: {right} of {count} seeds: {claim.words}"
            for _, claim, right, count, _ in verdicts
            if not enough(claim, right, count)
        ]
        figures[one.name] = {"seconds": seconds, "claims": len(verdicts), "runs": runs}
        print(f"{name:10} {one.name:16} {min(seconds):4} to {max(seconds):4} s, {len(verdicts):2} claims", flush=True)
    figures["version"] = version(name)
    BUILD.mkdir(parents=True, exist_ok=True)
    known = (
        json.loads((BUILD / f"{name}.json").read_text(encoding="utf-8")) if (BUILD / f"{name}.json").is_file() else {}
    )
    if sys.platform == "linux":  # Others count in other units, or don't.
        import resource

        print(f"{name:10} at most {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6:.1f} GB of memory")
    (BUILD / f"{name}.json").write_text(json.dumps(known | figures, indent=1), encoding="utf-8")
    for words in broken:
        print(f"✗ {words}")
    return not broken


def table():
    """Write data/engines.json: each engine's version, and its scores on the sample."""
    found = {}
    for name in ENGINES:
        path = BUILD / f"{name}.json"
        if not path.is_file():
            raise Mistake(f"{path.relative_to(ROOT)} is missing: run `python tools/versions.py {name}` first.")
        figures = json.loads(path.read_text(encoding="utf-8"))
        if missing := sorted({lesson for lesson, _, _ in SCORES} - set(figures)):
            raise Mistake(f"{path.relative_to(ROOT)} lacks {missing[0]}: run `python tools/versions.py {name}` first.")
        found[name] = {"version": figures["version"]}
        for lesson, experiment, metric in SCORES:
            found[name][metric] = [run[experiment][metric] for run in figures[lesson]["runs"].values()]
    text = re.sub(r"\[\s+([^]]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", json.dumps(found, indent=1))
    ENGINES_FILE.write_text(text + "\n", encoding="utf-8", newline="\n")
    print(f"Written: {ENGINES_FILE.relative_to(ROOT)}. Now `make build`.")
    return True


# ---------------------------------------------------------------- The command


def check(name):
    """Build one environment and run everything in it; whether all is green."""
    python = build(name)
    BUILD.mkdir(parents=True, exist_ok=True)
    if name in ENGINES:
        fine = subprocess.run([python, "tools/versions.py", "seeds", name], cwd=ROOT).returncode == 0
        red = lessons_green(python, name, KERAS_BACKEND=name)
        print(f"{name}: " + (f"lesson {' and '.join(red)} fails." if red else "all cells of all lessons are green."))
        return fine and not red
    fine = subprocess.run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow"], cwd=ROOT)
    red = lessons_green(python, name)
    if name == "oldest":
        print("oldest: " + (f"lesson {' and '.join(red)} fails." if red else "all lessons are green."))
    else:
        changes = moved(python, (ROOT / "requirements.lock").read_text(encoding="utf-8"))
        said = sentence(changes, red, blame(python, changes, red) if red and changes else ())
        print(said)
        if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            with open(summary, "a", encoding="utf-8") as file:
                file.write(said + "\n")
    return fine.returncode == 0 and not red


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Run the course on other versions and engines.")
    parser.add_argument("names", nargs="+", metavar="name", help=f"{', '.join(KINDS)}; `table`; or `seeds` and engines")
    parser.add_argument("--lessons", nargs="+", default=(), help="04 …: only these, with `seeds`")
    wanted = parser.parse_args(arguments)
    first, *others = wanted.names
    if wanted.lessons and first != "seeds":
        parser.error("--lessons goes with `seeds`")
    if first == "table" and not others:
        return 0 if table() else 1
    allowed = ENGINES if first == "seeds" else tuple(KINDS)
    names = others if first == "seeds" else wanted.names
    if not names or not set(names) <= set(allowed):
        parser.error(f"choose from {', '.join(allowed)}")
    done = [three_seeds(name, wanted.lessons) if first == "seeds" else check(name) for name in names]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(course.NOTEBOOKS))
    import versions  # So that a run's process finds its function by this name.

    try:
        sys.exit(versions.main())
    except Mistake as problem:
        sys.exit(str(problem))
