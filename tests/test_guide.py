"""The instructor's guide: its minutes are the clock's; a renamed section is a sentence with file and line."""

import re

import pytest

import build
import clock
import course
import guide
import slides

TEACH = course.ROOT / "docs" / "teach.md"
TEXT = TEACH.read_text(encoding="utf-8")
AFTERNOON = course.settings()["afternoon"]
LESSONS = [one for one in course.lessons() if one.minutes]


def block(mark, text=TEXT):
    return re.search(rf"<!-- {mark} -->\n(.*?)<!-- /{mark} -->", text, re.S)[1]


def minutes(words):
    """ "1:05" as 65."""
    hour, minute = words.split(":")
    return 60 * int(hour) + int(minute)


def timetable(text=TEXT):
    """{lesson's number: (first minute, last minute, [(minute, section)])} as the guide prints it."""
    found = {}
    for part in re.split(r"^### ", block("run-sheet", text), flags=re.M)[1:]:
        heading = re.match(r"Lesson (\d+), .+: (\d:\d\d) to (\d:\d\d)\n", part)
        if heading:
            rows = re.findall(r"^\| (\d:\d\d) \| \*\*(.+?)\*\*[ <].*?\|", part, re.M)
            table = [(minutes(begin), title) for begin, title in rows]
            found[int(heading[1])] = (minutes(heading[2]), minutes(heading[3]), table)
    return found


def wrong(text=TEXT):
    """What the printed times are found out by, against the clock and course.toml, added up here once more."""
    said, now = [], AFTERNOON["start"]
    printed = timetable(text)
    for one in LESSONS:
        first, last, table = printed[int(one.number)]
        if (first, last) != (now, now + one.minutes):
            said.append(f"lesson {one.number}: {first} to {last}, and it is {now} to {now + one.minutes}")
        core = [time for time in clock.sections(one) if time.part == "core"]
        if [title for _, title in table] != [time.title for time in core]:
            said.append(f"lesson {one.number}: its sections are others")
        place = now + (clock.OPEN_FIRST if one == LESSONS[0] else clock.OPEN) / 60
        for (minute, title), time in zip(table, core):
            if abs(minute - place) > 0.5:
                said.append(f"lesson {one.number}, {title}: minute {minute}, and it is {place:.1f}")
            place += time.instructor / 60
        if place > last + 1:  # As the clock's own test allows.
            said.append(f"lesson {one.number} ends at {place:.1f}, after its last minute {last}")
        now += one.minutes + (AFTERNOON["break"] if one.name == AFTERNOON["break_after"] else 0)
    if now + AFTERNOON["close"] != AFTERNOON["total"]:
        said.append("the afternoon is longer or shorter")
    return said


def remarks(name):
    return (course.ROOT / "lessons" / name / "teach.toml").read_text(encoding="utf-8")


@pytest.fixture
def edited(tmp_path, monkeypatch):
    """A function that writes one of the guide's TOML files with another text; what guide.page says of it then."""
    for path in [course.ROOT / guide.SOURCE, *course.ROOT.glob("lessons/*/teach.toml")]:
        target = tmp_path / path.relative_to(course.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(guide, "ROOT", tmp_path)

    def edit(place, text):
        (tmp_path / place).write_text(text, encoding="utf-8")
        with pytest.raises(course.Mistake) as problem:
            guide.page(TEXT, build.between)
        return str(problem.value)

    return edit


# ---------------------------------------------------------------- Times


def test_the_guides_times_are_the_clocks():
    assert wrong() == []


@pytest.mark.parametrize("number", range(1, 7))
def test_a_time_that_is_off_is_noticed(number):
    first, last, table = timetable()[number]
    minute, title = table[len(table) // 2]
    for change in (-2, 2):
        row = f"| {guide.hours(minute)} | **{title}**"
        assert row in TEXT
        assert wrong(TEXT.replace(row, f"| {guide.hours(minute + change)} | **{title}**"))
    span = f"{guide.hours(first)} to {guide.hours(last)}\n"
    assert wrong(TEXT.replace(span, f"{guide.hours(first)} to {guide.hours(last + 1)}\n"))


def test_a_lesson_that_takes_longer_makes_the_guide_another(monkeypatch):
    """A slower instructor: the derived page differs from the committed one."""
    assert guide.page(TEXT, build.between) == TEXT
    monkeypatch.setattr(clock, "QUESTION", 120)
    assert guide.page(TEXT, build.between) != TEXT


def test_the_marks_for_latecomers_lie_behind_them_and_each_lesson_has_one():
    for part in re.split(r"^### Lesson ", block("run-sheet"), flags=re.M)[1:]:
        rows = dict(re.findall(r"^\| (\d:\d\d) \| \*\*(.+?)\*\*[ <].*?\|", part, re.M))
        titles = list(rows.values())
        marks = re.findall(
            r"^\| \d:\d\d \| \*\*(.+?)\*\*[ <].*?\*\*Begun after (\d:\d\d)\?\*\* Go on at \*(.+?)\*:", part, re.M
        )
        assert marks, part[:40]
        for here, _, there in marks:
            assert titles.index(here) < titles.index(there)


def test_the_hours_route_fits_an_hour_and_the_days_adds_up():
    rows = [minutes(begin) for begin in re.findall(r"^\| (\d:\d\d) ", block("hour"), re.M)]
    assert rows == sorted(rows) and rows[-1] <= 55, "five minutes for questions at least"
    route = course.settings()["routes"]["day"]
    listed = re.findall(r"^\| \d \| (.+?) \| (\d+) \|", block("day"), re.M)
    assert len(listed) == len(route)
    total = int(re.search(r"\*\*(\d+)\*\* \|$", block("day"), re.M)[1])
    assert abs(sum(int(count) for _, count in listed) - total) <= len(listed) / 2
    readme = (course.ROOT / "README.md").read_text(encoding="utf-8")
    assert f"for the core and {total} |" in readme


def test_the_polls_answers_are_the_lessons():
    rows = re.findall(r"^\| (\d) \| \d:\d\d \| .+ \| \d:\d\d \| ([A-D]) \|$", block("polls"), re.M)
    assert len(rows) == len(LESSONS)
    for number, letter in rows:
        text = course.lesson(f"0{number}").source.read_text(encoding="utf-8")
        assert re.search(r"</summary>\n\n\*\*([A-D])", text.rsplit("## The question again")[-1])[1] == letter


def test_each_slide_of_a_deck_belongs_to_a_section_of_the_run_sheet():
    for one, part in zip(LESSONS, re.split(r"^### Lesson ", block("run-sheet"), flags=re.M)[1:]):
        shown = []
        for first, last in re.findall(r"<br>slides? (?:(\d+) to )?(\d+) \|", part):
            shown += range(int(first or last), int(last) + 1)
        count = one.source.read_text(encoding="utf-8").count('+++ {"slide": "slide"}')
        assert shown == list(range(1, count + 1)), one.name


@pytest.mark.parametrize("one", [one for one in course.lessons() if slides.deck(course.read(one, slides=True))])
def test_the_slide_with_the_polls_answer_belongs_to_the_question_again(one):
    """The answer's slide begins with the right letter; it is found by its words, not by its place."""
    text = one.source.read_text(encoding="utf-8")
    letter = re.search(r"</summary>\n\n\*\*([A-D])", text.rsplit("## The question again")[-1])[1]
    titles = re.findall(r'^\+\+\+ \{"slide": "slide"\}\n\n#+ (.+)', text, re.M)
    answers = [number for number, title in enumerate(titles, 1) if title.startswith(f"{letter}: ")]
    first, last = guide.slides(one)[guide.AGAIN]
    assert first < last == answers[-1], f"{one.name}: slides {first} to {last}, and the answer is on {answers}"


def test_when_a_network_misbehaves_is_no_part_of_the_vote():
    """It is the last slide of "I don't know" in lesson 5."""
    one = course.lesson("05")
    titles = re.findall(r'^\+\+\+ \{"slide": "slide"\}\n\n#+ (.+)', one.source.read_text(encoding="utf-8"), re.M)
    assert guide.slides(one)['"I don\'t know"'][1] == titles.index("When a network misbehaves") + 1


def test_the_ten_minutes_of_the_discussion_are_found_in_the_run_sheet():
    """They end with its section; where they begin before the section that they replace, its neighbour is named."""
    _, last, table = timetable()[6]
    titles = [title for _, title in table]
    place = titles.index(guide.DISCUSSION)
    begin = minutes(re.search(r"begin at (\d:\d\d)\.", block("discussion"))[1])
    assert begin + 10 == table[place + 1][0]
    running = [title for minute, title in table if minute <= begin][-1]
    replaced, lender = titles[place - 1], titles[place - 2]
    assert running in (replaced, lender), "more than a question's minute is missing"
    named = re.search(r"Its first minute lies in \*(.+?)\*: take no question there", block("discussion"))
    assert (named and named[1]) == (lender if running == lender else None)
    assert f"cells of *{replaced}*" in block("discussion")


def test_the_sheet_of_the_lesson_for_a_day_has_its_whole_deck_and_adds_up():
    one = course.lesson("07")
    rows = re.findall(r"^\| (\d:\d\d) \| (.+?) \| (?:(\d+) to )?(\d+) \|$", block("day"), re.M)
    shown = [number for *_, first, last in rows for number in range(int(first or last), int(last) + 1)]
    assert shown == list(range(1, one.source.read_text(encoding="utf-8").count('+++ {"slide": "slide"}') + 1))
    taken = {time.title: time.instructor / 60 for time in clock.sections(one)}
    place = 0
    for begin, title, *_ in rows:
        assert abs(minutes(begin) - place) <= 0.5, title
        place += taken[title]
    said = int(re.search(r"\*\*Lesson 7, .+?\*\*: (\d+) minutes", block("day"))[1])
    assert abs(said - place) <= 0.5
    listed = re.findall(r"^\| 7 \| (.+?) \| \d+ \|", block("day"), re.M)
    assert [title for _, title, *_ in rows] == listed


# ---------------------------------------------------------------- Remarks that don't fit


def test_a_renamed_section_is_a_sentence_with_file_and_line(edited):
    text = remarks("02_iris")
    line = text.splitlines().index('title = "Look at the data"')  # Of [[section]], one line before.
    said = edited("lessons/02_iris/teach.toml", text.replace('"Look at the data"', '"Look at flowers"'))
    assert said.startswith(f"lessons/02_iris/teach.toml:{line}: ")
    assert "'Look at the data'" in said and "'Look at flowers'" in said


@pytest.mark.parametrize("name, old, new, words", [
    ("05_augmentation", 'title = "Set-up"', 'title = "Setup"', "'Set-up'"),
    ("02_iris", "waits = ", "wait = ", "'wait' means nothing"),
    ("01_neurons", 'late = "Train it"', 'late = "One neuron"', "a later section"),
    ("02_iris", 'ready = "it runs on every screen"', 'ready = ""', "needs `does` and `ready`"),
    ("02_iris", 'ready = "it runs on every screen"', 'ready = "it runs"\nwaits = "?"', "hardly trains: drop"),
    ("03_kernels", "waits = ", "# ", "trains for 5 seconds: add"),
    ("02_iris", "[[section]]", "[[section]", "does not parse"),
])  # fmt: skip
def test_other_slips_are_sentences(edited, name, old, new, words):
    text = remarks(name)
    assert old in text
    said = edited(f"lessons/{name}/teach.toml", text.replace(old, new, 1))
    assert said.startswith(f"lessons/{name}/teach.toml") and words in said and "\n" not in said


def test_a_section_without_a_remark_and_a_remark_without_a_section(edited):
    text, place = remarks("06_ethics"), "lessons/06_ethics/teach.toml"
    last = text.rindex("[[section]]")
    assert "the lesson has a section 'You have learned to': add it" in edited(place, text[:last])
    more = '\n[[section]]\ntitle = "Encore"\ndoes = "a"\nready = "b"\n'
    line = len(text.splitlines()) + 2
    assert f"{place}:{line}: the lesson has no core section 'Encore'" in edited(place, text + more)


def test_a_room_without_remarks_and_an_afternoon_without_a_start(edited):
    assert "[break] with `does` is missing" in edited(guide.SOURCE, '[start]\ndoes = "a"\n[close]\ndoes = "b"\n')
    (guide.ROOT / "lessons/04_mnist/teach.toml").unlink()
    text = (course.ROOT / guide.SOURCE).read_text(encoding="utf-8")
    assert "lessons/04_mnist/teach.toml is missing" in edited(guide.SOURCE, text)


# ---------------------------------------------------------------- What the guide says


def test_the_guide_has_what_an_instructor_asks_for():
    headings = re.findall(r"^##+ (.+)$", TEXT, re.M)
    for words in ("The mail", "From a stick", "Colab for a room", "Run-sheet", "Polls", "dots on the board",
                  "ethics discussion", "Other routes", "Feedback form", "Code of conduct"):  # fmt: skip
        assert any(words in heading for heading in headings), words
    first = TEXT.index("make repository")
    assert first < TEXT.index("make stick") and first < TEXT.index("## The mail")


def test_what_the_course_is_said_to_print_it_prints():
    """The sentences that the guide and the helper's card quote stand in the course's code."""
    code = "".join(path.read_text(encoding="utf-8") for path in [
        *(course.NOTEBOOKS / "dlcourse").glob("*.py"), course.ROOT / "tools" / "setup_cell.py"])  # fmt: skip
    card = (course.ROOT / "docs" / "helpers-card.md").read_text(encoding="utf-8")
    for words in ("Ready: Python", "GB of memory are free", "so the CPU trains", "this is Python",
                  "and the course needs", "is missing: run", "This copy of the course has no address yet",
                  "The course could not be fetched", "Run this cell first: it makes the course ready"):  # fmt: skip
        shown = words.removesuffix(" Python") if words.startswith("Ready") else words
        assert words in code and shown in TEXT, words
    for words in ("is not known yet", "Python writes a decimal point", "not attempted yet", "GB of memory are free",
                  "Please note: ", "you stopped this cell", "The course could not be fetched", "this is Python",
                  "the bundled sample"):  # fmt: skip
        assert words in code and words in card, words


def test_the_summarys_last_layers_and_losses_are_lesson_2s():
    lesson = course.lesson("02").source.read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+? \| (`Dense\(.+?`) \| (`\w+`) \|$", lesson, re.M)
    summary = (course.ROOT / "docs" / "summary.md").read_text(encoding="utf-8")
    assert (
        len(rows) == 3
        and [row[:2] for row in re.findall(r"^\| .+? \| (`Dense\(.+?`) \| (`\w+`) \| (.+) \|$", summary, re.M)] == rows
    )  # noqa: E501


def test_without_the_lesson_that_has_it_the_discussion_is_left_out(monkeypatch):
    remaining = [one for one in course.lessons() if one.number != "06"]
    monkeypatch.setattr(course, "lessons", lambda: remaining)
    assert "not part of this course" in guide.discussion()
