"""Where the course lies, and the one error that it raises."""

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
