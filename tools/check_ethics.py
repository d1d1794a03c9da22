"""Check that what lesson 6 claims holds for nearly every seed, by running the lesson's own code cells.

    python tools/check_ethics.py sample          ten seeds on the bundled sample
    python tools/check_ethics.py full            ten seeds on the full MNIST set
    python tools/check_ethics.py sample 0 1 2    only these seeds

The seed in the notebook (seed=42, random_state=42) is replaced in the text of its cells. Nothing else is
changed, and no experiment is written down a second time here. What the cells collect in `effects` goes
into data/ethics_runs.json; then every claim is counted. The exit status is 1 when a claim
holds for fewer than nine in ten of the seeds that the file has.
"""

import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "data" / "ethics_runs.json"
NOTEBOOK = ROOT / "notebooks" / "06_ethics.ipynb"

# What the lesson says in words, as a condition on the effects of one run.
CLAIMS = {
    "overall accuracy looks fine: above 90 %": lambda run: run["overall accuracy"] > 0.90,
    "it hides a gap of more than 8 points": lambda run: run["gap before"] > 0.08,
    "the repair leaves less than a third of the gap": lambda run: run["gap after"] < run["gap before"] / 3,
    "the slanted group gains more than 8 points": lambda run: run["gain of slanted"] > 0.08,
    "the upright group changes by less than 3 points": lambda run: abs(run["change for upright"]) < 0.03,
    "the policy avoids more than half of the mistakes": lambda run: run["mistakes avoided"] > 0.5,
    "unrepaired, slanted writers wait more often": lambda run: run["waits more: slanted"] > 0.1,
    "covering one square can cost the answer a third": lambda run: run["largest fall"] > 0.33,
    "two occlusion maps differ: correlation below 0.9": lambda run: run["maps agree"] < 0.9,
    "membership is guessed better than by a coin": lambda run: run["membership guessed, low end"] > 0.5,
    "with more data it is guessed less well": lambda run: (
        run["membership guessed, more data"] < run["membership guessed"] - 0.05
    ),
    "with more data the network is better, too": lambda run: run["accuracy, more data"] > run["accuracy, overfitted"],
    "the label is read from one weight": lambda run: run["label read from a weight"] == 1,
    "honest splitting takes away more than 8 points": lambda run: run["leaky minus honest"] > 0.08,
    "the honest split is closer to new pictures": lambda run: (
        abs(run["honest minus fresh"]) < run["leaky minus honest"] / 2
    ),
    "the best coin-flipper looks better than it is": lambda run: (
        run["best coin, reported"] > 0.62 and run["best coin, later"] < 0.55
    ),
    "letters are predicted better than by frequency": lambda run: run["letters: by frequency minus learned"] > 0.3,
}


def run_lesson(seed):
    """Run all code cells of the notebook with this seed in one namespace; return its `effects`."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    os.chdir(NOTEBOOK.parent)
    sys.path.insert(0, str(NOTEBOOK.parent))
    import keras
    import matplotlib.pyplot as plt

    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    names = {"__name__": "lesson"}
    for cell in cells:
        if cell["cell_type"] == "code":
            source = re.sub(r"\b(seed|random_state)=42\b", rf"\g<1>={seed}", "".join(cell["source"]))
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, "lesson 6", "exec"), names)
    plt.close("all")
    keras.backend.clear_session()
    return {name: round(float(value), 4) for name, value in names["effects"].items()}


def remember(data, seed, effects):
    """Add one run to the file of results."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results.setdefault(data, {})[str(seed)] = effects
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def count(data):
    """Print for every claim how many seeds bear it out; return whether nine in ten do, for each."""
    runs = list(json.loads(RESULTS.read_text(encoding="utf-8"))[data].values())
    verdicts = []
    for claim, holds in CLAIMS.items():
        right = sum(bool(holds(run)) for run in runs)
        verdicts.append(right >= 0.9 * len(runs))
        print(f"{data:6} {'✓' if verdicts[-1] else '✗'} {right:2} of {len(runs)} seeds: {claim}")
    print()
    for name in runs[0]:
        values = sorted(run[name] for run in runs)
        print(f"{data:6} {name:38} {values[0]:7.3f} to {values[-1]:7.3f}")
    return all(verdicts)


if __name__ == "__main__":
    data, seeds = sys.argv[1], [int(word) for word in sys.argv[2:]] or range(10)
    os.environ["DLCOURSE_DATA"] = data
    for seed in seeds:
        remember(data, seed, run_lesson(seed))
        print(f"{data}: seed {seed} done", flush=True)
    sys.exit(0 if count(data) else 1)
