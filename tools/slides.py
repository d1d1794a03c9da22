"""Turn each lesson's core into a lecture for a projector, from the results that its page shows.

python tools/slides.py [folder] [02 …]      slides/02_iris.slides.html and so on
"""

import subprocess
import sys
from pathlib import Path

import nbformat

import course
import pages

SETTINGS = [
    "--to=slides",
    "--SlidesExporter.reveal_width=1280",
    "--SlidesExporter.reveal_height=720",
    "--SlidesExporter.reveal_number=c/t",  # Number of the slide, and of how many.
    "--TagRemovePreprocessor.enabled=True",
    "--TagRemovePreprocessor.remove_input_tags=hide-input",
]


def main(words):
    folder = Path(words[0] if words and not words[0].isdigit() else course.ROOT / "slides").resolve()
    chosen = [course.lesson(word) for word in words if word.isdigit()]
    books = course.ROOT / "build" / "slides"
    books.mkdir(parents=True, exist_ok=True)
    for one in chosen or [one for one in course.lessons() if one.minutes]:
        nbformat.write(pages.with_results(one), books / f"{one.name}.ipynb")
        command = [sys.executable, "-m", "jupyter", "nbconvert", *SETTINGS, f"--output-dir={folder}"]
        subprocess.run([*command, str(books / f"{one.name}.ipynb")], check=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except course.Mistake as problem:
        sys.exit(str(problem))
