"""Where the course lies, the one error that it raises, and the packages without which none of it works."""

import importlib.util
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]  # The folder with lessons/, data/ and images/.


class CourseError(Exception):
    """Something the learner or the network did, in one sentence; notebooks show it without a traceback."""

    def _render_traceback_(self):
        return [f"Please note: {self}"]


def reason(error):
    """What an error says, as a few words for a sentence: its first line, at most 200 characters."""
    words = getattr(error, "strerror", None) or str(error).split("\n")[0] or type(error).__name__
    return words.rstrip(". ")[:200]


def require(**packages):
    """Raise CourseError where some of these are not installed. packages: name of the module = name for pip."""
    if missing := [known for module, known in packages.items() if not importlib.util.find_spec(module)]:
        verb = "is" if len(missing) == 1 else "are"
        advice = "run `pip install -r requirements.txt`, then restart the kernel"
        raise CourseError(f"{', '.join(missing)} {verb} missing: {advice}.")


# Here, since every other module imports this one before it imports any of them.
require(
    numpy="NumPy", scipy="SciPy", matplotlib="Matplotlib", PIL="Pillow", skimage="scikit-image", requests="requests",
    filelock="filelock",
)  # fmt: skip
