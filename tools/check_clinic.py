"""Check that what lesson 7 says holds for every seed, by running the lesson's own code cells.

    python tools/check_clinic.py sample          ten seeds on the bundled sample
    python tools/check_clinic.py full            ten seeds on the full MNIST set
    python tools/check_clinic.py sample 0 1 2    only these seeds
    python tools/check_clinic.py summary         no training: count the claims in the file of results

The seed in the notebook is replaced in the text of its cells, and each exercise's solution is put into its answer
cell. No experiment is written down a second time here. What each run shows goes into data/clinic_runs.json; then
every claim is counted, and the ranges are printed. The exit status is 1 when a claim fails for any seed.
"""

import re

import claims
import course

RESULTS = course.ROOT / "data" / "clinic_runs.json"

# What the lesson says or lets its readers see, as a condition on the facts of one run.
CLAIMS = {
    "0 healthy: more than 80 % of watched digits right": lambda run: run["0 last val accuracy"] > 0.8,
    "0 healthy: first epoch, training is the worse one": lambda run: (
        run["0 first accuracy"] < run["0 first val accuracy"] and run["0 first loss"] > run["0 first val loss"]
    ),
    "0 healthy: training ends ahead of validation": lambda run: run["0 last accuracy"] > run["0 last val accuracy"],
    "0 healthy: loss falls in every epoch": lambda run: run["0 loss rises"] == 0,
    "1 first loss above 3, frightening": lambda run: run["1 first loss"] > 3,
    "1 it comes back, with little progress: last losses 1.5 to 3": lambda run: (
        1.5 < run["1 last loss"] < 3 and 1.5 < run["1 last val loss"] < 3
    ),
    "1 most digits read wrongly in every epoch": lambda run: run["1 best val accuracy"] < 0.5,
    "2 loss ends below zero": lambda run: run["2 last loss"] < 0 and run["2 last val loss"] < 0,
    "2 loss is still falling": lambda run: run["2 last loss falls"] == 1,
    "2 at most two thirds right": lambda run: run["2 best val accuracy"] < 0.7,
    "3 all losses fall in every epoch": lambda run: run["3 loss rises"] + run["3 val loss rises"] == 0,
    "3 fewer than six in ten right at the end": lambda run: run["3 last val accuracy"] < 0.6,
    "3 no levelling off: last step > half of the mean step": lambda run: run["3 last step by mean step"] > 0.5,
    "4 the same answer for every new wine": lambda run: run["4 answers given"] == 1,
    "4 fewer than half of the new wines right": lambda run: run["4 last val accuracy"] < 0.5,
    "4 the answer is the most frequent grower": lambda run: run["4 answer is the most frequent"] == 1,
    "4 first loss above 3": lambda run: run["4 first loss"] > 3,
    "4 most hidden neurons give 0 for every wine": lambda run: run["4 hidden neurons at 0"] > 0.5,
    "5 training accuracy above 30 % and rising": lambda run: (
        run["5 last accuracy"] > 0.3 and run["5 last accuracy"] > run["5 first accuracy"]
    ),
    "5 validation accuracy never above 18 %": lambda run: run["5 best val accuracy"] < 0.18,
    "6 loss stays above 1.46": lambda run: run["6 lowest loss"] > 1.46,
    "6 most watched digits right: more than 60 %": lambda run: run["6 last val accuracy"] > 0.6,
    "6 loss ends above where the healthy one began": lambda run: run["6 last loss"] > run["0 first loss"],
    "6 loss ends near its floor: 1.46 to 1.75": lambda run: run["6 last loss"] < 1.75,
    "6 highest confidence at the ceiling of 23.2 %": lambda run: abs(run["6 highest confidence"] - 0.232) < 0.0005,
    "7 validation above 90 %": lambda run: run["7 last val accuracy"] > 0.9,
    "7 unseen worse than always saying benign": lambda run: run["7 unseen"] < 0.62,
    "8 validation above 95 %": lambda run: run["8 validation"] > 0.95,
    "8 new digits below 90 %": lambda run: run["8 new digits"] < 0.9,
    "8 gap of more than 8 points": lambda run: run["8 validation"] - run["8 new digits"] > 0.08,
    "8 treated: validation score lower than before": lambda run: run["8 treated validation"] < run["8 validation"],
    "8 treated: closer to new digits than before": lambda run: (
        abs(run["8 treated validation"] - run["8 treated new digits"]) < run["8 validation"] - run["8 new digits"]
    ),
    "ten by heart, healthy: all right, loss below 0.1": lambda run: (
        run["ten healthy accuracy"] == 1 and run["ten healthy loss"] < 0.1
    ),
    "ten by heart, patient 6: loss above 1.46": lambda run: run["ten patient 6 loss"] >= 1.46,
    "all eight treatments accepted": lambda run: run["accepted"] == 8,
    "untouched: eight times not attempted": lambda run: run["not attempted"] == 8,
}


def facts(names, printed):
    """What one run of the notebook shows, as numbers."""
    import numpy as np

    found = {}
    histories = {0: names["healthy_history"], **{n: names[f"history_{n}"] for n in range(1, 8)}}
    for number, history in histories.items():
        values = history.history
        for key in ("loss", "val_loss", "accuracy", "val_accuracy"):
            word, series = key.replace("_", " "), np.array(values[key])
            found[f"{number} first {word}"], found[f"{number} last {word}"] = series[0], series[-1]
            found[f"{number} best {word}" if "acc" in key else f"{number} highest {word}"] = series.max()
            found[f"{number} lowest {word}"] = series.min()
        for key in ("loss", "val_loss"):
            found[f"{number} {key.replace('_', ' ')} rises"] = np.sum(np.diff(values[key]) > 0)
    found["2 last loss falls"] = histories[2].history["loss"][-1] < histories[2].history["loss"][-2]
    steps = -np.diff(histories[3].history["val_loss"])
    found["3 last step by mean step"] = steps[-1] / steps.mean()
    relu = names["keras"].Model(names["patient_4"].inputs, names["patient_4"].layers[0].output)
    found["4 hidden neurons at 0"] = np.mean(relu.predict(names["X_wine"], verbose=0).max(axis=0) == 0)
    counts = np.bincount(names["answers_4"], minlength=3)
    found["4 answers given"] = np.sum(counts > 0)
    found["4 answer is the most frequent"] = counts.argmax() == np.bincount(names["y_wine"]).argmax()
    found["6 highest confidence"] = names["patient_6"].predict(names["watched"][0], verbose=0).max()
    found["7 unseen"] = names["accuracy_7"]
    found["8 validation"], found["8 new digits"] = names["scores_8"]
    scores = re.findall(r"validation ([\d.]+)% right, new digits ([\d.]+)% right", printed)
    found["8 treated validation"], found["8 treated new digits"] = (float(score) / 100 for score in scores[-1])
    by_heart = re.findall(r"(\w[\w ]*?) +ten digits by heart: accuracy (\d+)%, loss ([\d.]+)", printed)
    for name, accuracy, loss in by_heart:
        found[f"ten {name} accuracy"], found[f"ten {name} loss"] = float(accuracy) / 100, float(loss)
    found["accepted"], found["not attempted"] = printed.count("✓ Patient"), printed.count("not attempted yet")
    return claims.rounded(found)


def run_lesson(seed):
    """Run all code cells with this seed, each check untouched and then with its solution; return the facts."""
    book = course.read(course.NOTEBOOKS / "07_clinic.ipynb")
    solutions = {id(task.check): task.solution for task in course.exercises(book)}
    sources = []
    for cell in book.cells:
        if cell.cell_type == "code":
            sources.append(cell.source)
        if id(cell) in solutions:
            sources += [solutions[id(cell)], cell.source]
    return facts(*claims.run(sources, seed))


if __name__ == "__main__":
    claims.main(run_lesson, RESULTS, CLAIMS, share=1)
