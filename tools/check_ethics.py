"""Check that what lesson 6 claims holds for nearly every seed, by running the lesson's own code cells.

    python tools/check_ethics.py sample          ten seeds on the bundled sample
    python tools/check_ethics.py full            ten seeds on the full MNIST set
    python tools/check_ethics.py sample 0 1 2    only these seeds
    python tools/check_ethics.py summary         no training: count the claims in the file of results

The seed in the notebook is replaced in the text of its cells. Nothing else is changed, and no experiment is written
down a second time here. What the cells collect in `effects` goes into data/ethics_runs.json; then every claim is
counted. The exit status is 1 when a claim holds for fewer than nine in ten of the seeds that the file has.
"""

import claims
import course

RESULTS = course.ROOT / "data" / "ethics_runs.json"

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
    """Run all code cells of the lesson with this seed; return its `effects`."""
    book = course.read(course.NOTEBOOKS / "06_ethics.ipynb")
    names, _ = claims.run([cell.source for cell in book.cells if cell.cell_type == "code"], seed)
    return claims.rounded(names["effects"])


if __name__ == "__main__":
    claims.main(run_lesson, RESULTS, CLAIMS, share=0.9)
