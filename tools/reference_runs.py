"""Train the reference runs that compare_run() shows: the lessons' own code, with 20 seeds each.

    python tools/reference_runs.py [02 04 …]        (lesson 5, which trains two networks, has 10 so far)

Runs the code cells of each lesson, in order, up to its last compare_run(), leaving out the cells tagged
"no-reference" (they take time and change nothing), with `seed=42` and `random_state=42` replaced. MNIST
lessons run on the sample, and on the full set when it can be had. Writes data/reference_runs.json.
"""

import contextlib
import io
import json
import os
import re
import sys
import time

import course

TARGET = course.ROOT / "data" / "reference_runs.json"
SEEDS = range(1, 21)
# Numbers of the lessons that compare_run() isn't told, kept beside its own for tests/test_promises.py.
ALSO = {"iris": ["garden_right"]}


def code_of(path):
    """The lesson's code, as far as its last compare_run()."""
    cells = [cell for cell in course.read(path).cells if cell.cell_type == "code"]
    last = max((i for i, cell in enumerate(cells) if "dlcourse.compare_run(" in cell.source), default=-1)
    return [cell.source for cell in cells[: last + 1] if "no-reference" not in cell.metadata.get("tags", [])]


def run(code, seed):
    """Run a lesson's code with another seed; return what it passed to compare_run(), and its data source."""
    import dlcourse
    import matplotlib.pyplot as plt

    recorded = {}

    def record(experiment, **metrics):
        recorded.setdefault(experiment, {}).update({name: float(value) for name, value in metrics.items()})

    dlcourse.compare_run, kept = record, dlcourse.compare_run
    try:
        names = {}
        with contextlib.redirect_stdout(io.StringIO()):
            for source in code:
                exec(course.with_seed(source, seed), names)
                plt.close("all")
    finally:
        dlcourse.compare_run = kept
    for experiment, extra in ALSO.items():
        if experiment in recorded:
            recorded[experiment] |= {name: float(names[name]) for name in extra}
    return recorded, dlcourse._source


def main(which):
    os.environ["MPLBACKEND"] = "Agg"
    os.chdir(course.NOTEBOOKS)
    sys.path.insert(0, str(course.NOTEBOOKS))
    runs = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    for path in course.lessons():
        code = code_of(path)
        if not code or (which and path.stem[:2] not in which):
            continue
        uses_mnist = any("load_mnist" in source for source in code)
        for data in ("sample", "auto") if uses_mnist else ("sample",):
            os.environ["DLCOURSE_DATA"] = data
            found = {}
            for seed in SEEDS:
                start = time.monotonic()
                recorded, source = run(code, seed)
                if data == "auto" and source != "full":
                    print(f"{path.stem}: the full set cannot be had, its reference runs stay as they are.")
                    break
                for experiment, metrics in recorded.items():
                    key = f"{experiment}-{source}" if uses_mnist else experiment
                    for name, value in metrics.items():
                        found.setdefault(key, {}).setdefault(name, []).append(round(value, 5))
                print(f"{path.stem} {data} seed {seed}: {recorded} in {time.monotonic() - start:.0f} s", flush=True)
            runs.update(found)
            lines = json.dumps(dict(sorted(runs.items())), indent=1)
            lines = re.sub(r"\[\s+([^]]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", lines)
            TARGET.write_text(lines + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
