"""Before and after: fourteen questions, the page and the PDF of them, and what a group's answers say.

    python tools/quiz.py                                      build/quiz/before-and-after.html and .pdf
    python tools/quiz.py page                                 the page alone; it needs no browser
    python tools/quiz.py read answers.txt [--csv items.csv]   what the pasted lines say, as text

The one source is data/before_and_after.toml. The page has no right answers in it. docs/before-and-after.md has them;
`make build` writes that page's derived blocks. Errors are sentences, with file and line where there is one.
"""

import html
import math
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import browsers
import course
import quiz_results
from course import ROOT, Mistake

SOURCE = ROOT / "data" / "before_and_after.toml"
TEMPLATE = ROOT / "tools" / "quiz_page.html"
GUIDE = ROOT / "docs" / "before-and-after.md"
FOLDER = ROOT / "build" / "quiz"
LETTERS = "ABCD"
NAMES = {14: "Fourteen"}  # How a number of questions is written at the beginning of a sentence.
GROUPS = (10, 15, 30, 60)  # Matched people, in the table of what may be claimed.
SPREADS = (2, 3, 4)  # Standard deviations of people's gains, in questions, assumed in that table.


@dataclass(frozen=True)
class Question:
    """A question: choices {letter: text}, shows {wrong letter: misconception}, and where it is taught."""

    name: str
    lesson: str
    section: str
    text: str
    choices: dict
    right: str
    shows: dict
    why: str


# ---------------------------------------------------------------- The source


def questions(path=SOURCE):
    """The questions in their order; Mistake with file and line where a rule of the source is broken.

    Questions about a lesson that the course has no more are left out.
    """
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text).get("question", [])
    except FileNotFoundError:
        raise Mistake(f"{name} is missing: it has the questions.") from None
    except UnicodeDecodeError:
        raise Mistake(f"{name} is not in UTF-8: save it so.") from None
    except tomllib.TOMLDecodeError as problem:
        raise Mistake(f"{name} does not parse: {problem}.") from None
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.strip() == "[[question]]"]
    if not isinstance(entries, list) or not entries or len(entries) != len(starts):
        raise Mistake(f"{name}:1: each question begins with a line [[question]].")
    taught = {one.number: headings(one) for one in course.lessons()}
    found, names = [], set()
    for entry, start in zip(entries, starts):

        def where(key, start=start):
            """File and line of a key of this question, or of its beginning."""
            return f"{name}:{next((i for i in range(start, len(lines)) if lines[i].startswith(key)), start) + 1}"

        one = _question(entry, where)
        if one.name in names:
            raise Mistake(f"{where('id')}: there is a question {one.name!r} already.")
        names.add(one.name)
        if one.lesson not in taught:
            continue
        if one.section not in taught[one.lesson]:
            raise Mistake(
                f"{where('section')}: lesson {one.lesson} has no section {one.section!r} any more: name the one that "
                f"teaches what {one.name!r} asks."
            )
        found.append(one)
    return found


def _question(entry, where):
    """A question of its table in the source; where(key) gives file and line."""
    keys = {"id", "lesson", "section", "text", "right", "why", "choices", "shows"}
    if wrong := sorted(keys ^ set(entry)):
        raise Mistake(
            f"{where('[[')}: the question {'lacks' if wrong[0] in keys else 'has an unknown key'} {wrong[0]!r}."
        )
    texts = [(key, entry[key]) for key in keys - {"choices", "shows"}]
    for key in ("choices", "shows"):
        if not isinstance(entry[key], dict):
            raise Mistake(f"{where('[[')}: {key} of the question must be a table with a line for each letter.")
        texts += [(key, value) for value in entry[key].values()]
    for key, value in texts:
        if not isinstance(value, str) or not value.strip():
            raise Mistake(f"{where('[[')}: {key} of the question must be text, and not empty.")
    if list(entry["choices"]) != list(LETTERS):
        raise Mistake(f"{where('id')}: the choices of {entry['id']!r} must be A, B, C and D, in this order.")
    if entry["right"] not in entry["choices"]:
        raise Mistake(f"{where('right')}: the right letter {entry['right']!r} is none of A, B, C and D.")
    if set(entry["shows"]) != set(LETTERS) - {entry["right"]}:
        raise Mistake(f"{where('id')}: in {entry['id']!r} each wrong choice, and no other, needs a line in shows.")
    if not re.fullmatch(r"\d\d", entry["lesson"]):
        raise Mistake(f"{where('lesson')}: a lesson is named by its two digits, not {entry['lesson']!r}.")
    return Question(*(entry[key] for key in ("id", "lesson", "section", "text", "choices", "right", "shows", "why")))


def headings(lesson):
    """The headings of a lesson's sections and of their parts."""
    cells = course.parse(lesson.source.read_text(encoding="utf-8"), lesson).cells
    lines = [line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    return {line.lstrip("#").strip() for line in lines if line.startswith(("## ", "### "))}


# ---------------------------------------------------------------- The page


def page(found):
    """The page as HTML, complete in itself; the right letters are not in it."""
    parts = []
    for place, one in enumerate(found, 1):
        choices = "\n".join(
            f'<label class="choice"><input type="radio" name="q{place}" value="{letter}"> '
            f'<span class="letter">{letter}</span> <span>{html.escape(text)}</span></label>'
            for letter, text in one.choices.items()
        )
        parts.append(
            f'<fieldset class="question" id="question-{place}">\n<legend>{place}. {html.escape(one.text)}</legend>\n'
            f"<div>\n{choices}\n</div>\n</fieldset>"
        )
    text = TEMPLATE.read_text(encoding="utf-8")
    filled = {
        "NUMBER": NAMES.get(len(found), str(len(found))),
        "COURSE": html.escape(course.settings()["title"]),
        "QUESTIONS": "\n".join(parts),
    }
    for mark, value in filled.items():
        text = text.replace(mark, value)
    return text


def write_pdf(source, target):
    """Print a page to a PDF with Chromium; Mistake where there is no browser."""
    with browsers.sheet() as sheet:
        sheet.goto(source.as_uri())
        sheet.pdf(path=target, prefer_css_page_size=True, tagged=True)


def make(pdf=True):
    """Write the page and, with pdf, its PDF; print where they are."""
    found = questions()
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / "before-and-after.html"
    target.write_text(page(found), encoding="utf-8", newline="\n")
    if dropped := SOURCE.read_text(encoding="utf-8").count("\n[[question]]") - len(found):
        print(f"Left out: {dropped} of the questions, about lessons that are not in course.toml.")
    made = [target]
    if pdf:
        made.append(target.with_suffix(".pdf"))
        write_pdf(*made)
    print("Written:", ", ".join(path.relative_to(ROOT).as_posix() for path in made))


# ---------------------------------------------------------------- What the guide derives


def plain(text):
    """A text as Markdown that shows it as it stands: it marks up nothing."""
    return re.sub(r"([\\`*_$<\[\]])", r"\\\1", text)


def answers_block(found):
    """The answers with their reasons, as Markdown."""
    rows = []
    for place, one in enumerate(found, 1):
        lesson = course.lesson(one.lesson)
        rows += [f"### {place}. {plain(one.text)}", ""]
        for letter, text in one.choices.items():
            shown = "**Right.**" if letter == one.right else f"*{plain(one.shows[letter])}*"
            rows.append(f"- **{letter}.** {plain(text)} {shown}")
        link = f"[lesson {int(one.lesson)}, {one.section}](../notebooks/{lesson.name}.ipynb)"
        rows += ["", f"{plain(one.why)} Taught in {link}.", ""]
    return "\n" + "\n".join(rows)


def half_width(people, spread):
    """Half of the 95 % interval of a mean gain, in questions, where people's gains have this standard deviation."""
    from scipy import stats

    return stats.t.ppf(0.975, people - 1) * spread / math.sqrt(people)


def guessing_spread(number):
    """The standard deviation of the gain of somebody who guesses `number` questions blindly, both times."""
    from scipy import stats

    return math.sqrt(2) * stats.binom.std(number, 1 / len(LETTERS))


def discrimination_range(people, value=0.3):
    """The ends of the 95 % interval of a correlation, by Fisher's transformation."""
    return [math.tanh(math.atanh(value) + side * 1.96 / math.sqrt(people - 3)) for side in (-1, 1)]


def claims_block(number):
    """The table of what the number of matched people allows, as Markdown, for a quiz of `number` questions."""
    from scipy import stats

    heads = [f"mean gain, spread {spread}" for spread in SPREADS]
    rows = [f"| Matched people | {' | '.join(heads)} | one question, about half right | a discrimination of 0.3 |"]
    rows.append("|" + "---|" * (len(SPREADS) + 3))
    for people in GROUPS:
        cells = [f"± {half_width(people, spread):.1f}" for spread in SPREADS]
        right = (people + 1) // 2
        share = stats.binomtest(right, people).proportion_ci(method="wilson")
        cells.append(f"{right} of {people}: {100 * share.low:.0f} to {100 * share.high:.0f} %")
        cells.append("{:.1f} to {:.1f}".format(*discrimination_range(people)).replace("-", "−"))
        rows.append(f"| {people} | {' | '.join(cells)} |")
    many = next(people for people in range(10, 10_000, 10) if 0.3 - discrimination_range(people)[0] <= 0.1)
    rows += [
        "",
        f"Blind guessing, both times, alone spreads the gains by {guessing_spread(number):.1f} questions. To know a "
        f"discrimination of 0.3 to within 0.1 takes about {many} people.",
    ]
    return "\n".join(rows)


def guide():
    """docs/before-and-after.md as building writes it."""
    import build  # It imports this module.

    text = GUIDE.read_text(encoding="utf-8")
    found = questions()
    return build.between(build.between(text, "claims", claims_block(len(found))), "answers", answers_block(found))


# ---------------------------------------------------------------- Commands


def main(words):
    try:
        match words:
            case []:
                make()
            case ["page"]:
                make(pdf=False)
            case ["read"] | ["read", ""]:
                sys.exit("Say which file has the lines: make quiz-results ANSWERS=answers.txt.")
            case ["read", path]:
                print(quiz_results.report(*quiz_results.load(Path(path), questions())))
            case ["read", path, "--csv", target]:
                loaded = quiz_results.load(Path(path), questions())
                print(quiz_results.report(*loaded))
                quiz_results.write_csv(Path(target), *loaded[:2])
            case _:
                sys.exit(__doc__)
    except Mistake as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(course.NOTEBOOKS)))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    main(sys.argv[1:])
