"""What check_ethics.py and check_clinic.py share: cells run with another seed, results kept, claims counted."""

import contextlib
import io
import json
import os
import sys

import course


def run(sources, seed):
    """Run the code of these cells with this seed in one namespace; return the names and what was printed."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    os.chdir(course.NOTEBOOKS)
    sys.path.insert(0, str(course.NOTEBOOKS))
    import keras
    import matplotlib.pyplot as plt

    names, printed = {"__name__": "lesson"}, io.StringIO()
    for source in sources:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(course.with_seed(source, seed), "lesson", "exec"), names)
        plt.close("all")
    keras.backend.clear_session()
    return names, printed.getvalue()


def rounded(found):
    return {name: round(float(value), 4) for name, value in found.items()}


def keep(results, data, seed, found):
    """Add one run to the file of results."""
    runs = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    runs.setdefault(data, {})[str(seed)] = found
    results.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8", newline="\n")


def count(results, claims, share):
    """Print for every claim how many seeds bear it out, and every number's range; say whether this share does."""
    verdicts = []
    for data, seeds in json.loads(results.read_text(encoding="utf-8")).items():
        runs = list(seeds.values())
        for claim, holds in claims.items():
            right = sum(bool(holds(run)) for run in runs)
            verdicts.append(right >= share * len(runs))
            print(f"{data:6} {'✓' if verdicts[-1] else '✗'} {right:2} of {len(runs)} seeds: {claim}")
        print()
        for name in runs[0]:
            values = [run[name] for run in runs]
            print(f"{data:6} {name:38} {min(values):9.3f} to {max(values):9.3f}")
        print()
    return all(verdicts)


def main(run_lesson, results, claims, share):
    """`SCRIPT sample|full [seeds]` runs and keeps seeds, ten without a list; `SCRIPT summary` only counts."""
    if len(sys.argv) < 2 or sys.argv[1] not in ("sample", "full", "summary"):
        sys.exit(f"Say which data: {sys.argv[0]} sample, or full, or summary, which trains nothing.")
    if sys.argv[1] != "summary":
        os.environ["DLCOURSE_DATA"] = sys.argv[1]
        for seed in [int(word) for word in sys.argv[2:]] or range(10):
            keep(results, sys.argv[1], seed, run_lesson(seed))
            print(f"{sys.argv[1]}: seed {seed} done", flush=True)
    sys.exit(0 if count(results, claims, share) else 1)
