"""What lesson 5 promises over seeds, and where the numbers of its results come from."""

import math

from promises import Claim, Number

EXPERIMENT = "transfer"  # The last of a run's two; the facts of both are kept with it.
SEEDS = 20
FRESH = {"sample": ("augmentation", 2), "full": ("augmentation", 1)}
DIFFERENT = {
    ("augmentation-full", "originals_before"): 1,
    ("augmentation-full", "originals_after"): 1.3,
    ("augmentation-full", "inverted_after"): 1.6,
}
NOTICES = {
    ("augmentation-sample", "originals_after and inverted_after"): 1.4,
    ("augmentation-full", "originals_before"): 0.8,
}
READS = ["images", "table", "kinds", "after", "confidence", "right", "about_90", "learn"]
POLL = "can't be said before it is known how yours differ"
_COUNTS = (2, 5, 10, 20, 50)  # How many pictures of each class, besides the one of the lesson's own draw.


def facts(names):
    """What the text says of the dog, of mirrored digits and of confidence; and the curve of the transfer."""
    confidence, right = names["confidence"], names["right"]
    found = {
        "dog_after": names["table"]["after"][-1].max(),
        "mirrored_above_90": (names["after"].predict(names["kinds"]["mirrored"], verbose=0).max(axis=1) > 0.9).mean(),
        "right_of_all": right.mean(),
        "right_from_90": right[confidence >= 0.9].mean(),
        "right_about_90": right[names["about_90"]].mean(),
    }
    for count in _COUNTS if "learn" in names else ():
        found |= {f"{name}_{count}": score for name, score in names["learn"](count).items()}
    return found


CLAIMS = [
    Claim(
        "before: most inverted digits are misread, 45 % are read at most",
        lambda run: run["augmentation"]["inverted_before"] <= 0.45,
        breaks={"augmentation": {"inverted_before": 0.46}},
    ),
    Claim(
        "after: 95 % of the inverted digits or more",
        lambda run: run["augmentation"]["inverted_after"] >= 0.95,
        breaks={"augmentation": {"inverted_after": 0.945}},
    ),
    Claim(
        "the originals lose a point and a half at most",
        lambda run: run["augmentation"]["originals_after"] - run["augmentation"]["originals_before"] >= -0.015,
        breaks={"augmentation": {"originals_after": 0.94}},
        share=0.95,
    ),
    Claim(
        "the dog's percentages are spread out: none above 75 %",
        lambda run: run["transfer"]["dog_after"] <= 0.75,
        breaks={"transfer": {"dog_after": 0.76}},
        share=0.9,
    ),
    Claim(
        "one mirrored digit in ten, or more, gets more than 90 %",
        lambda run: run["transfer"]["mirrored_above_90"] >= 0.1,
        breaks={"transfer": {"mirrored_above_90": 0.09}},
    ),
    Claim(
        "above a threshold more answers are right",
        lambda run: run["transfer"]["right_from_90"] > run["transfer"]["right_of_all"],
        breaks={"transfer": {"right_from_90": 0.97, "right_of_all": 0.97}},
    ),
    Claim(
        "of the answers at about 90 % nearly so many are right",
        lambda run: 0.8 <= run["transfer"]["right_about_90"] <= 1,
        breaks={"transfer": {"right_about_90": 0.79}},
        share=0.9,
    ),
    Claim(
        "from one picture of each, transfer is ahead of an equally tuned start from scratch",
        lambda run: run["transfer"]["transfer_1"] > run["transfer"]["scratch_1"],
        breaks={"transfer": {"transfer_1": 0.5, "scratch_1": 0.5}},
        share=0.9,
    ),
    Claim(
        "from fifty pictures of each, a start from scratch is nearly as good: five points behind at most",
        lambda run: run["transfer"]["transfer_50"] - run["transfer"]["scratch_50"] <= 0.05,
        breaks={"transfer": {"transfer_50": 0.99, "scratch_50": 0.93}},
    ),
    Claim(
        "from one picture of each, learned kernels are ahead of random ones",
        lambda run: run["transfer"]["transfer_1"] > run["transfer"]["random_1"],
        breaks={"transfer": {"transfer_1": 0.5, "random_1": 0.5}},
        share=0.9,
    ),
]


def _all(at, metric):
    """A metric's values on both data sources."""
    return at.runs["augmentation-sample"][metric] + at.runs["augmentation-full"][metric]


def _largest_loss(at):
    """What the originals lose at most, in points: the end of the mean's 95 % interval, on the worse of the sources."""
    ends = []
    for data in ("sample", "full"):
        runs = at.runs[f"augmentation-{data}"]
        losses = [100 * (old - new) for old, new in zip(runs["originals_before"], runs["originals_after"])]
        mean = sum(losses) / len(losses)
        spread = math.sqrt(sum((loss - mean) ** 2 for loss in losses) / (len(losses) - 1))
        ends.append(mean + 1.96 * spread / math.sqrt(len(losses)))
    return max(ends)


NUMBERS = [
    Number("More than 95 % of the inverted", lambda at: 5 * math.floor(20 * min(_all(at, "inverted_after")))),
    Number("Originals lose less than one point on", lambda at: max(1, math.ceil(_largest_loss(at)))),
    Number("cost the originals less than one point", lambda at: max(1, math.ceil(_largest_loss(at)))),
    Number("one of 1,000: an inverted digit", lambda at: at.code(r"in \(len\(few_both\), ([\d_]+)\):")),
    Number("Look at 2,000 digits", lambda at: at.code(r"few = training\.take\(([\d_]+)\)")),
    Number("with a pool of 1,000.", lambda at: at.code(r"in \(len\(few_both\), ([\d_]+)\):")),
    Number(
        "Both saw 64,000 pictures",
        lambda at: at.code(r"steps_per_epoch=(\d+)") * at.code(r"digits\.batch\((\d+)\)\.map"),
    ),
    Number(
        "the first 12,000 training pictures",
        lambda at: at.code(r"next\(iter\(training\.batch\(([\d_]+)\)"),
    ),
    Number(
        "where that share is below 0.9.", lambda at: at.code(r"if shares\.max\(\) >= ([\d.]+) else \"I don't know\"\n")
    ),
    Number("the same 1,000 digits", lambda at: at.code(r"few_images, few_labels = .*batch\(([\d_]+)\)")),
    Number("up to 1,000 validation digits, also", lambda at: at.code(r"some, some_truth = images\[:([\d_]+)\]")),
    Number(
        "`RandomRotation(0.08)` turns by up to 8 % of a full circle, 29 degrees",
        lambda at: [share * at.code(r"RandomRotation\(([\d.]+), fill_mode") for share in (1, 100, 360)],
    ),
    Number("(here 2, `patience`)", lambda at: at.code(r"patience=(\d+)")),
    Number("On 1,000 digits it", lambda at: at.code(r"few_images, few_labels = .*batch\(([\d_]+)\)")),
    Number("up to 1,000 validation digits. ##", lambda at: at.code(r"watched = \(images\[:([\d_]+)\]")),
    Number("against 1 to 50 pictures of each class", lambda at: [at.code(r"one_each = learn\((\d+)\)"), max(_COUNTS)]),
    Number(
        "still gives, 99.5 % must be right",
        lambda at: 100 * at.code(r"return right\[confidence >= threshold\]\.mean\(\) >= ([\d.]+)"),
    ),
    Number("pictures 28×28×1 from 0 to 1 go in", lambda at: [*at.images.shape[1:], at.images.min(), at.images.max()]),
    Number("found a learning rate of 0.002", lambda at: at.code(r"keras\.optimizers\.Adam\((0\.002)\)")),
]

TOLD = {
    "longer side becomes 20 pixels": "as MNIST was made; tests/test_handwriting.py measures it",
    "other ways of writing a 7": "an example",
    "that says 90 % right nine": "an example",
    "and lesson 5 measures": "this lesson",
    "they sum to 1 whatever": "what shares do",
    "black (0) into white (255)": "what uint8 holds",
    "[-1])`. ###": "code",
    "# 5. Augmentation": "the lesson's own number",
    "reads 98 of 100 test digits": "the score of lesson 4, held there",
    "split of lesson 4.": "pointer: the network",
    "A. About 98: a test": "the score of lesson 4",
    "which of lesson 4's ten": "pointer: the ten pictures",
    "In lesson 4 the network": "pointer: the ten pictures",
    "white-on-black 5,": "one of the ten pictures",
    "Lesson 4's digits": "pointer: the network",
    "get more than 90 %": "the threshold of the cell above; how many get it is a claim",
    "(lesson 6). **Predict": "pointer: the policy",
    "given at about 90 %, what": "what is asked",
    "mirrored digits 90 % means": "the share that was asked about",
    "(2 minutes) The": "time for the exercise",
    "fractions from 0 to 1, in which": "what scaling does",
    "is 1 − x.": "inverting",
    "it is 255 − x": "inverting whole numbers",
    "divided by 255 when": "what scaling does",
    "lesson 6 does it": "pointer: groups of people",
    "the digits 0 to 4 among": "the first half of the digits",
    "Now the digits 5 to 9, from": "the other half of the digits",
    "rate, 0.001 or 0.003, that": "tried before the experiment, on draws of other seeds",
    "digits 5 to 9 are then": "the other half of the digits",
    "The bands are 95 % intervals": "the interval of the curve",
    "digits 5 to 9, against": "the other half of the digits",
    "a mirrored 2 is no 2, and a 6 turned upside down is a 9": "what digits are",
    "confidences than 90 %?": "what the core asks",
    "hold 95 % of what": "the interval of the figure",
    "it says 90 %, and": "an example",
    "On pictures from 0 to 1 it": "the range that the exercise names",
    "(5 minutes) Write": "time for the exercise",
    "grey, 0.5. Black, 0, becomes 0.25 and white, 1, becomes 0.75": "the exercise's rule; its judge has it",
    "numbers from 0 to 1, and returns": "the exercise's pictures",
    "a pixel and 0.5?": "the exercise's rule",
    "(5 minutes) Of": "time for the exercise",
    "`right[confidence >= 0.5]": "an example",
    "a threshold of 0.5. Go": "an example",
    "thresholds from 0.00 upwards": "the lowest threshold",
    "(10 minutes or more)": "time for the exercise",
    "Hint Lesson 4": "pointer: the learning rate",
    "**1.** Your": "a question's number",
    "**2.** You": "a question's number",
    "**3.** With a threshold of 0.99, does": "a question's number, and a threshold of the core",
    "Big Data 6, 2019": "volume and year of the paper",
    "[Lesson 6]: who": "pointer: the next lesson",
    "In lesson 5 the groups": "this lesson",
    "in lesson 6 they are": "pointer: groups of people",
    "that is 2 % of the data can lower it by 2 points": "a group of 2 % has 2 % of the answers",
    "In lesson 5 inverted": "this lesson",
    "said that 0.5 or 0.9": "what is often said",
    "lesson 6 makes": "pointer: the policy",
    "given at about 90 %, nine": "what calibrated means",
}

WRONG = [
    ("Both saw 64,000", "Both saw 46,000"),
]
