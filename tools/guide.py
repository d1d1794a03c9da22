"""What the instructor's guide, docs/teach.md, has from the lessons: its minutes, its polls, its routes.

`make build` fills them in between the guide's marks. Seconds come from tools/clock.py, the lessons' minutes and the
break from course.toml, the polls from the lessons, and the remarks on their sections from their rooms (teach.toml).
Where a section was renamed, added or dropped, or a remark is missing, it raises `Mistake` with file and line.

A section starts when what comes before it in its lesson has taken the time that the clock computes; the minutes that
a lesson is promised beyond that lie at its end, as slack. Minutes are whole, counted from the start of the afternoon.
"""

import re
import tomllib
from functools import cache

import clock
import course
from course import ROOT, Mistake

SOURCE = "docs/teach.toml"
LATE = 4  # Minutes after its start from which a section is too late, where it has a mark.
TRAINS = 4  # Seconds of training in a section from which there is something to say meanwhile.
DISCUSSION = "Who answers for it?"
POLL, AGAIN = "A question before we start", "The question again"
OPENING = "Open with slide 1, then the list *You will be able to*, at the top of the notebook."


def read(place, what):
    """A TOML file of the guide as a dictionary; Mistake where it can't be read. `what` it should say."""
    try:
        return tomllib.loads((ROOT / place).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Mistake(f"{place} is missing: it says {what} in docs/teach.md.") from None
    except tomllib.TOMLDecodeError as problem:
        raise Mistake(f"{place} does not parse: {problem}.") from None


def room(one):
    """Where a lesson's remarks stand."""
    return f"lessons/{one.name}/teach.toml"


def where(one, number):
    """The file and the line at which the remark with this place begins, or where the next one would."""
    lines = (ROOT / room(one)).read_text(encoding="utf-8").splitlines()
    found = [place for place, line in enumerate(lines, 1) if line.strip() == "[[section]]"]
    return f"{room(one)}:{found[number] if number < len(found) else len(lines)}"


def hours(minutes):
    """65.4 minutes as "1:05"."""
    return f"{round(minutes) // 60}:{round(minutes) % 60:02}"


@cache
def sections(one):
    """The clock's Time of each section of a lesson; page() clears what is kept."""
    return clock.sections(one)


@cache
def core(one):
    """[(title, seconds at an instructor's pace, seconds of training)] of a lesson's core."""
    times = [time for time in sections(one) if time.part == "core"]
    cells = {title: cells for title, _, cells in course.sections(course.read(one))}
    return [
        (time.title, time.instructor, sum(cell.metadata.get("seconds", 0) for cell in cells[time.title]))
        for time in times
    ]


def starts():
    """[(lesson, first minute, last minute, [(title, minute, seconds of training)])] of the afternoon."""
    agreed = course.settings()
    now, found = agreed["afternoon"]["start"], []
    for one in course.lessons():
        if not one.minutes:
            continue
        opening = clock.OPEN_FIRST if one == course.lessons()[0] else clock.OPEN
        place, rows = now + opening / 60, []
        for title, seconds, training in core(one):
            rows.append((title, place, training))
            place += seconds / 60
        found.append((one, now, now + one.minutes, rows))
        now += one.minutes + (agreed["afternoon"]["break"] if agreed["afternoon"]["break_after"] == one.name else 0)
    return found


def remarks(one, parts):
    """The remarks of a lesson's core sections, looked through; `parts` as starts() gives them."""
    entries = read(room(one), "what happens in the lesson's sections").get("section", [])
    titles = [title for title, *_ in parts]
    for number, (title, _, training) in enumerate(parts):
        if number >= len(entries):
            raise Mistake(f"{where(one, number)}: the lesson has a section {title!r}: add it.")
        entry, here = entries[number], where(one, number)
        if entry.get("title") != title:
            raise Mistake(f"{here}: here the lesson has {title!r}, and the remark is about {entry.get('title')!r}.")
        if odd := sorted(set(entry) - {"title", "does", "waits", "ready", "late", "instead"}):
            raise Mistake(f"{here}: {odd[0]!r} means nothing here.")
        if not entry.get("does") or not entry.get("ready"):
            raise Mistake(f"{here}: {title!r} needs `does` and `ready`.")
        if (training >= TRAINS) != ("waits" in entry):
            what = f"trains for {training} seconds: add" if training >= TRAINS else "hardly trains: drop"
            raise Mistake(f"{here}: {title!r} {what} `waits`.")
        late = entry.get("late")
        if ("late" in entry) != ("instead" in entry) or ("late" in entry and late not in titles[number + 1 :]):
            raise Mistake(f"{here}: `late` needs `instead`, and a later section of the lesson: {late!r}.")
    if len(entries) > len(parts):
        extra = entries[len(parts)].get("title")
        raise Mistake(f"{where(one, len(parts))}: the lesson has no core section {extra!r}.")
    return entries


def slides(one):
    """{section's title: (its first, its last slide)}: a slide belongs to the section of the next cell of the lesson."""
    found, title, waiting, count = {}, "", [], 0
    for cell in course.read(one, slides=True).cells:
        if course.slide_only(cell):
            if cell.metadata["slide"] == "slide":
                count += 1
                waiting.append(count)
            continue
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        title = heading[1].strip() if heading else title
        if waiting:
            found[title] = (found.get(title, waiting)[0], waiting[-1])
            waiting = []
    return found


def span(first, last):
    """ "slide 3", or "slides 3 to 5"."""
    return f"slides {first} to {last}" if first < last else f"slide {last}"


def table(rows):
    head = ["| Start | Section | Do, say, ask | Go on when |", "|---|---|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])


def run_sheet():
    """The afternoon to the minute, a table for each lesson."""
    said, agreed, blocks = read(SOURCE, "what happens at start, break and close"), course.settings()["afternoon"], []
    if missing := [key for key in ("start", "break", "close") if not said.get(key, {}).get("does")]:
        raise Mistake(f"{SOURCE}: [{missing[0]}] with `does` is missing.")
    lessons = starts()
    start = ["0:00", "**Start**", said["start"]["does"], said["start"].get("ready", "")]
    blocks.append(f"### Start: {hours(0)} to {hours(agreed['start'])}\n\n{table([start])}")
    for one, first, last, parts in lessons:
        rows, shown = [], slides(one)
        for (title, minute, training), entry in zip(parts, remarks(one, parts)):
            does, (begin, end) = entry["does"], shown.get(title, (0, 0))
            deck = f"<br>{span(begin, end)}" if end else ""
            if "waits" in entry:
                does += f"<br>**While it trains** (about {training} s): {entry['waits']}"
            if "late" in entry:
                late = hours(round(minute) + LATE)
                does += f"<br>**Begun after {late}?** Go on at *{entry['late']}*: {entry['instead']}."
            rows.append([hours(minute), f"**{title}**{deck}", does, entry["ready"]])
        number, name = course_title(one)
        slack = last - (parts[-1][1] + core(one)[-1][1] / 60)
        spare = f" {slack:.0f} of these minutes are spare, at the end." if slack >= 1 else ""
        blocks.append(f"### Lesson {number}, {name}: {hours(first)} to {hours(last)}\n\n"
                      f"{OPENING}{spare}\n\n{table(rows)}")  # fmt: skip
        if agreed["break_after"] == one.name:
            blocks.append(f"### Break: {hours(last)} to {hours(last + agreed['break'])}\n\n{said['break']['does']}")
    close = lessons[-1][2]
    blocks.append(f"### Close: {hours(close)} to {hours(close + agreed['close'])}\n\n{said['close']['does']}")
    return "\n\n".join(blocks)


def course_title(one):
    """("2", "Iris")."""
    heading = re.match(r"# (?:(\d+)\. )?(.+)", one.source.read_text(encoding="utf-8"))
    return heading[1] or one.number.lstrip("0"), heading[2].strip()


def poll(one):
    """(the question, the right letter) of a lesson's poll."""
    cells = {title: "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
             for title, _, cells in course.sections(course.read(one))}  # fmt: skip
    question = cells[POLL].split("\n\n")[1]
    letter = re.search(r"</summary>\s+\*\*([A-D])\b", cells[AGAIN])
    return " ".join(question.split()), letter[1]


def polls():
    """The table of the polls: when the room votes, on what, and what is right."""
    rows = ["| Lesson | First vote | Question | Second vote | Right |", "|---|---|---|---|---|"]
    for one, _, _, parts in starts():
        minutes = {title: minute for title, minute, _ in parts}
        if POLL in minutes and AGAIN in minutes:
            question, letter = poll(one)
            row = [course_title(one)[0], hours(minutes[POLL]), question, hours(minutes[AGAIN]), letter]
            rows.append(f"| {' | '.join(row)} |")
    return "\n".join(rows)


def discussion():
    """Where ten minutes for the ethics discussion come from: its own, those of the section before, and what lacks.

    The clock gives each section a minute for a question from the room, and that is what the one before them lends.
    """
    there = [(parts, place, last) for _, _, last, parts in starts()
             for place, (title, *_) in enumerate(parts) if title == DISCUSSION and place]  # fmt: skip
    if not there:  # Its lesson was dropped.
        return "*The lesson with the discussion is not part of this course.*"
    parts, place, last = there[0]
    begins = round(parts[place][1])
    ends = round(parts[place + 1][1] if place + 1 < len(parts) else last)
    title, minute, _ = parts[place - 1]
    lent = ""
    if (lacks := round(minute) - (ends - 10)) > 0 and place > 1:
        words = "minute lies" if lacks == 1 else f"{lacks} minutes lie"
        lent = f" Its first {words} in *{parts[place - 2][0]}*: take no question there."
    return (
        f"The clock has {ends - begins} minutes for *{DISCUSSION}*, from {hours(begins)}. For the ten below, begin at "
        f"{hours(ends - 10)}.{lent} Let everybody run the cells of *{title}* without talk, and leave that section for "
        "reading at home."
    )


def chosen(route):
    """[(lesson, section's title, minutes)] of a route of course.toml."""
    found, there = [], {one.number: one for one in course.lessons()}
    for entry in course.settings()["routes"][route]:
        number, heading = entry.split(": ", 1)
        if number not in there:  # Dropped.
            continue
        one = there[number]
        times = {time.title: time.instructor / 60 for time in sections(one)}
        if heading not in times:
            raise Mistake(f"course.toml, routes: lesson {number} has no section {heading!r}.")
        found.append((one, heading, times[heading]))
    return found


def hour():
    """The run-sheet of the one-hour talk."""
    rows, now = ["| Start | Lesson | Show |", "|---|---|---|"], 0
    for one, heading, minutes in chosen("hour"):
        rows.append(f"| {hours(now)} | {course_title(one)[0]} | {heading} |")
        now += minutes
    return "\n".join([*rows, f"| {hours(now)} | | Questions: {60 - round(now)} minutes |"])


def day():
    """The sections that a day has besides the core, with their minutes."""
    rows, sums = ["| Lesson | Section | Minutes |", "|---|---|---|"], 0
    for one, heading, minutes in chosen("day"):
        rows.append(f"| {course_title(one)[0]} | {heading.removeprefix('Go further: ')} | {minutes:.0f} |")
        sums += minutes
    core_minutes = sum(one.minutes for one in course.lessons())
    rows.append(f"| | **Together, besides {core_minutes} for the core** | **{sums:.0f}** |")
    return "\n\n".join(["\n".join(rows), *sheets()])


def sheets():
    """A short run-sheet for each lesson that belongs to a day alone and has a deck: when its sections begin, slides."""
    found = []
    for one in course.lessons():
        listed = [(heading, minutes) for other, heading, minutes in chosen("day") if other == one]
        shown = {} if one.minutes else slides(one)
        if not listed or not shown:
            continue
        rows, now = ["| Start | Section | Slides |", "|---|---|---|"], 0
        for heading, minutes in listed:
            deck = span(*shown[heading]).partition(" ")[2] if heading in shown else "–"
            rows.append(f"| {hours(now)} | {heading} | {deck} |")
            now += minutes
        number, name = course_title(one)
        words = f"**Lesson {number}, {name}**: {now:.0f} minutes after its title."
        found.append(f"{words}\n\n" + "\n".join(rows))
    return found


BLOCKS = {"run-sheet": run_sheet, "polls": polls, "discussion": discussion, "hour": hour, "day": day}


def page(text, between):
    """The guide with its blocks filled in; `between` replaces what stands between two marks."""
    sections.cache_clear()
    core.cache_clear()
    for mark, block in BLOCKS.items():
        text = between(text, mark, f"\n{block()}\n")
    return text
