"""How long the lessons take: each section's minutes, computed from the lesson itself.

    python tools/clock.py [02 …] [--sections]

Two paces. An instructor says the visible words (130 a minute), goes through visible code (4 s a line), shows pictures
(12 s each), lets a folded question be guessed (24 s), gives an exercise the minutes that it says, a poll and a
discussion 2 minutes each, hears one question from the room in each section (a minute), and opens the lesson (3 minutes
for the first, 1.5 for the others). A lone reader reads 200 words a minute, runs each code cell and looks (15 s; 45 s
where it has 8 lines or more), looks at a picture (60 s), and takes the exercises' minutes as well. Training adds the
seconds that its section tells with `"seconds"`, in both.

The minute for a question is ours: with it the first edition comes to 308 minutes where its readers' model had 316.
Words in a fold count half for the reader. Hints, solutions and answers are not counted: they belong to exercises.
Pictures are those of the lesson's page. The promise of a lesson stands in course.toml.
"""

import re
import sys
from dataclasses import dataclass

import course
import pages

SAID, READ = 130, 200  # Words a minute.
LINE, PICTURE, FOLD, QUESTION = 4, 12, 24, 60  # The instructor's seconds.
POLL, DISCUSSION, OPEN, OPEN_FIRST = 120, 120, 90, 180
RUN, RUN_LONG, LOOK, LONG = 15, 45, 60, 8  # The reader's seconds, and the lines from which a cell is long.
EXERCISE_FOLDS = ("Hint", "Solution", "Answer", "Answers")


@dataclass
class Time:
    """A section: its title and part ("core" or "optional"), what was counted in it, and its seconds at both paces."""

    title: str
    part: str
    words: int = 0
    folded_words: int = 0
    lines: int = 0
    pictures: int = 0
    instructor: float = 0.0
    alone: float = 0.0


def folds(text):
    """[(summary, words inside)] of the folds in a text."""
    return re.findall(r"<details><summary>(.*?)</summary>(.*?)</details>", text, flags=re.S)


def words(text):
    """How many words of a text are said: without folds, tags, addresses, tables' bars and marks."""
    for pattern in (r"<details>.*?</details>", r"<!--.*?-->", r"<[^>]*>", r"\]\([^)]*\)", r"```.*?```"):
        text = re.sub(pattern, " ", text, flags=re.S)
    return len([word for word in text.split() if re.search(r"\w", word)])


def pictures(cell):
    data = [output.get("data", {}) for output in cell.get("outputs", [])]
    return sum("image/png" in one or "<img" in one.get("text/html", "") for one in data)


def section(title, part, cells):
    """The Time of a section's cells; those of an exercise take the minutes that its text says."""
    time = Time(title, part)
    poll = title == "A question before we start"
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        if "setup" in tags:
            continue
        if cell.cell_type == "code":
            time.pictures += pictures(cell)
            lines = [line for line in cell.source.splitlines() if line.strip()]
            if "hide-input" in tags:
                time.alone += RUN
            elif "answer" not in tags and "check" not in tags:  # Those are within the exercise's minutes.
                time.lines += 0 if poll else len(lines)  # The letter is written down while the room votes.
                time.alone += RUN_LONG if len(lines) >= LONG else RUN
        elif "exercise" in tags:
            minutes = float(re.search(r"\((\d+) minutes?\b", cell.source)[1])
            time.instructor += 60 * minutes
            time.alone += 60 * minutes
        else:
            time.words += words(cell.source)
            for summary, inside in folds(cell.source):
                if summary not in EXERCISE_FOLDS:
                    time.folded_words += words(summary) + words(inside)
                    time.instructor += FOLD
            time.instructor += DISCUSSION * cell.source.count("**Discuss")
        time.instructor += cell.metadata.get("seconds", 0)
        time.alone += cell.metadata.get("seconds", 0)
    time.instructor += 60 * time.words / SAID + LINE * time.lines + PICTURE * time.pictures + QUESTION
    time.instructor += POLL if poll else 0
    time.alone += 60 * (time.words + time.folded_words / 2) / READ + LOOK * time.pictures
    return time


def sections(one):
    """The Time of each section of a lesson, as its page shows it."""
    return [section(title, part, cells) for title, part, cells in course.sections(pages.with_results(one))]


def lesson(one):
    """(the core at an instructor's pace, the core alone, all of it alone), in minutes."""
    found = sections(one)
    core = [time for time in found if time.part == "core"]
    opening = OPEN_FIRST if one == course.lessons()[0] else OPEN
    return (
        (sum(time.instructor for time in core) + opening) / 60,
        (sum(time.alone for time in core) + opening) / 60,
        (sum(time.alone for time in found) + opening) / 60,
    )


def main(arguments):
    numbers = [word for word in arguments if not word.startswith("-")]
    chosen = [course.lesson(number) for number in numbers] or course.lessons()
    print("lesson           promised  workshop  alone, core  alone, all  core words")
    for one in chosen:
        core = [time for time in sections(one) if time.part == "core"]
        workshop, alone, whole = lesson(one)
        said = sum(time.words for time in core)
        print(f"{one.name:16} {one.minutes:8} {workshop:9.0f} {alone:12.0f} {whole:11.0f} {said:11,}")
        if "--sections" in arguments:
            for time in sections(one):
                print(f"    {time.part:8} {time.title[:42]:42} {time.instructor / 60:5.1f} {time.alone / 60:5.1f}"
                      f"  {time.words:5} words {time.lines:4} lines {time.pictures:3} pictures")  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, str(course.NOTEBOOKS))
    main(sys.argv[1:])
