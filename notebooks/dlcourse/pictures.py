"""Pictures and tables, each with a text alternative, none told by colour alone."""

import json

import matplotlib.pyplot as plt
import numpy as np

from .errors import COURSE, CourseError

IMAGES = COURSE / "images"


def show(figure, alternative):
    """Display a figure with a text alternative, once."""
    from IPython.display import display

    display(figure, metadata={"image/png": {"alt": alternative}})
    plt.close(figure)


def show_figure(name):
    """Display one of the figures drawn for the course, images/NAME.png, with its text alternative."""
    from IPython.display import Image, display

    alternatives = json.loads((IMAGES / "alt.json").read_text(encoding="utf-8"))
    if name not in alternatives:
        raise CourseError(f"there is no figure {name!r}: the course has {', '.join(sorted(alternatives))}.")
    picture = Image(str(IMAGES / f"{name}.png"), width=800)
    display(picture, metadata={"image/png": {"alt": alternatives[name]}})


def show_images(images, titles=(), columns=10):
    """Show pictures in rows: uint8 0–255 or float 0–1, shaped (n, height, width[, channels])."""
    titles = [str(title) for title in titles]
    try:
        images = np.asarray(images)
        shape = images.shape[:-1] if images.ndim == 4 and images.shape[-1] == 1 else images.shape
    except Exception:
        shape = "several sizes"
    if len(shape) not in (3, 4) or 0 in shape or shape[2] == 1 or shape[3:] not in ((), (3,), (4,)):
        raise CourseError(f"show_images needs pictures of one size, shaped (n, height, width), not {shape}.")
    images = images.reshape(shape)
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(1.1 * columns, 1.35 * rows), squeeze=False)
    for place in axes.flat:
        place.axis("off")
    for place, image, title in zip(axes.flat, images, titles + [""] * len(images)):
        place.imshow(image, vmin=0, vmax=255 if images.dtype == np.uint8 else 1, cmap="gray")
        place.set_title(title, fontsize=11)
    shown = ": " + ", ".join(filter(None, titles)) if titles else f" of {images.shape[1]}×{images.shape[2]} pixels"
    show(figure, f"{len(images)} pictures{shown}.")


def plot_history(history):
    """Plot what fit() returned: a panel for each quantity, training beside validation."""
    values = getattr(history, "history", history)
    values = values if isinstance(values, dict) else {}
    names = [name for name in values if not name.startswith("val_") and name != "learning_rate" and values[name]]
    if not names:
        raise CourseError("plot_history needs what fit() returned after one epoch or more: run the training first.")
    figure, axes = plt.subplots(1, len(names), figsize=(4.5 * len(names), 3.5), squeeze=False)
    said = []
    for place, name in zip(axes.flat, names):
        for key, label, style in [(name, "training", "o-"), (f"val_{name}", "validation", "s--")]:
            if key in values:
                place.plot(range(1, len(values[key]) + 1), values[key], style, label=label, markersize=5)
                said.append(f"{label} {name} from {values[key][0]:.3g} to {values[key][-1]:.3g}")
        place.set(xlabel="Epoch", ylabel=name.capitalize())
        place.xaxis.get_major_locator().set_params(integer=True)
        place.legend()
    show(figure, "Training curves: " + "; ".join(said) + ".")


def prediction_table(images, labels, probabilities, names=None):
    """Show for each picture the ten percentages, the guess, and whether it is right.

    images (n, 28, 28, 1) float 0–1; labels (n,), -1 where no answer is right; probabilities (n, 10), or a
    dictionary of such arrays ({"before": …, "after": …}) to stand side by side; names (n,) of the rows.
    """
    tables = probabilities if isinstance(probabilities, dict) else {"": probabilities}
    try:
        tables = {name: np.asarray(values) for name, values in tables.items()}
        images, labels, count = np.asarray(images), np.asarray(labels), len(images)
        shapes = [images.ndim in (3, 4), labels.shape == (count,), names is None or len(names) == count]
    except Exception:  # Lists of unequal lengths, or no arrays at all.
        shapes = [False]
    if not all(shapes):
        raise CourseError("a table needs pictures (n, 28, 28, 1), labels (n,) and probabilities (n, 10), the same n.")
    for label in labels.tolist():
        if label not in range(-1, 10):
            raise CourseError(f"the label {label!r} is no digit: it must be 0 to 9, or -1 where no answer is right.")
    for values in tables.values():
        if values.shape != (count, 10):
            raise CourseError(f"a table of {count} pictures needs {count}×10 numbers, not {values.shape}.")
    names = [f"label {label}" if label >= 0 else "no digit" for label in labels] if names is None else names
    alone, top = len(tables) == 1, 0.9 if "" in tables else 1.8
    widths, said, middle = [2.2] + [7 if alone else 3.6] * len(tables), [], {"ha": "center", "va": "center", "size": 13}
    size = (sum(widths), 0.35 * (count + top))  # In letters that can be read from a slide.
    figure, axes = plt.subplots(1, len(widths), figsize=size, width_ratios=widths, squeeze=False)
    for place in axes.flat:
        place.axis("off")
        place.set(xlim=(0, 1), ylim=(count, -top))
    for row, (image, name) in enumerate(zip(images, names)):
        picture = axes[0, 0].inset_axes((0.84, row + 0.04, 0.16, 0.92), transform=axes[0, 0].transData)
        picture.imshow(np.squeeze(image), cmap="gray", vmin=0, vmax=1)
        picture.axis("off")
        axes[0, 0].text(0.82, row + 0.5, name, ha="right", va="center", size=13)
    for place, (title, values) in zip(axes[0, 1:], tables.items()):
        place.set(xlim=(-0.7, 12.8 if alone else 11.9))
        place.text(4.5, -1.4, title, weight="bold", **middle)
        for digit in range(10):
            place.text(digit, -0.45, digit, weight="bold", **middle)
        place.text(10.3 if alone else 9.9, -0.45, "guess", weight="bold", va="center", size=13)
        for row, (percent, label) in enumerate(zip(values * 100, labels)):
            guess = int(percent.argmax())
            for digit, number in enumerate(percent):
                strong = {"weight": "bold", "bbox": {"facecolor": "none", "pad": 2}} if digit == guess else {}
                place.text(digit, row + 0.5, f"{number:.0f}" if number >= 0.5 else "·", **middle, **strong)
            verdict = "✓ right" if guess == label else "✗ wrong" if label >= 0 else "✗ no digit"
            place.text(10.3, row + 0.5, f"{guess}  {verdict if alone else verdict[0]}", va="center", size=13)
            words = f"{title} {names[row]}: guess {guess} with {percent[guess]:.0f} per cent, {verdict[2:]}"
            said.append(words.strip())
    show(figure, "Table of guesses in per cent. " + "; ".join(said) + ".")
