"""What would distract from the lessons: set-up, data, pictures, tables, checks.

Everything that teaches stands in the lessons; this package is for the rest. What a lesson may use:

    setup(seed=42)                        TensorFlow without its noise, seeds, plot style; in Colab the newest course
    load_mnist()                          (training, test): tf.data sets of (picture uint8 28×28×1, label int64)
    load_probes(), PROBE_NAMES            the ten test pictures and their labels; their names
    read_digit(path), read_digits(path)   a photograph of your own digit, or digits, as MNIST would have them
    show_reading(path, model)             how a photograph is read, step by step
    drawing_pad(model)                    a pad to draw on, read while you draw
    show_images(images, titles)           pictures in rows
    show_figure(name)                     a figure drawn for the course
    image_html(png, alternative)          HTML of a picture, with its text alternative
    show_controls(controls)               ipywidgets, within reach of the keyboard
    plot_history(history)                 the curves of a training
    prediction_table(images, labels, probabilities)   each picture, its ten percentages, right or wrong
    check(name, answer)                   is the answer to an exercise right, and if not, what is wrong?
    compare_run(experiment, **metrics)    is a result usual?
    COLOURS                               eight colours that everybody can tell apart
    FOLDER                                the folder with lessons/, data/, images/ and notebooks/
    CourseError                           what went wrong, in one sentence that also says what to do

Pictures of digits are 28×28 with one channel: uint8 0–255 as loaded, float32 0–1 as prepared. Each name is explained
where it is defined: help(dlcourse.show_images), or dlcourse.show_images? in a cell.
"""

from .access import image_html, show_controls
from .checking import check
from .digits import PROBE_NAMES, load_probes
from .environment import setup
from .errors import COURSE as FOLDER
from .errors import CourseError
from .handwriting import read_digit, read_digits, show_reading
from .mnist import load_mnist
from .pad import drawing_pad
from .palette import COLOURS
from .pictures import plot_history, prediction_table, show_figure, show_images
from .runs import compare_run

__all__ = [
    "COLOURS", "FOLDER", "PROBE_NAMES", "CourseError", "check", "compare_run", "drawing_pad", "image_html",
    "load_mnist", "load_probes", "plot_history", "prediction_table", "read_digit", "read_digits", "setup",
    "show_controls", "show_figure", "show_images", "show_reading",
]  # fmt: skip
