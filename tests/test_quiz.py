"""Before and after: the questions' own rules, the page, the reading of pasted lines, and the statistics on simulated
groups whose truth is known. The page in a browser: site_quiz.py."""

import dataclasses
import re
import string

import numpy as np
import pytest
from markdown_it import MarkdownIt
from scipy import stats

import browsers
import build
import course
import quiz
import quiz_results

QUESTIONS = quiz.questions()
NUMBER = len(QUESTIONS)
KEY = "".join(one.right for one in QUESTIONS)
SOURCE = quiz.SOURCE.read_text(encoding="utf-8")
GUIDE = quiz.GUIDE.read_text(encoding="utf-8")
GOOD = "ABCDABCDABCDAB"


def words_of(one):
    return " ".join([one.text, *one.choices.values()]).split()


# ---------------------------------------------------------------- The questions


def test_there_are_fourteen_over_six_lessons_and_no_letter_is_favoured():
    assert NUMBER == SOURCE.count("\n[[question]]") == 14, "a lesson is gone: give its questions' ideas another one"
    assert {one.lesson for one in QUESTIONS} == {"01", "02", "03", "04", "05", "06"}
    assert all(list(one.choices) == list("ABCD") and set(one.shows) == set("ABCD") - {one.right} for one in QUESTIONS)
    assert all(2 <= KEY.count(letter) <= 5 for letter in "ABCD"), KEY
    assert not re.search(r"(.)\1\1", KEY)


def test_they_fit_ten_minutes():
    """At 120 words a minute, slow for reading and so with time to choose."""
    assert sum(len(words_of(one)) for one in QUESTIONS) <= 1200
    assert max(len(words_of(one)) for one in QUESTIONS) <= 120


def test_the_length_of_a_choice_does_not_tell_the_right_one():
    ranks = []
    for one in QUESTIONS:
        lengths = {letter: len(text) for letter, text in one.choices.items()}
        assert max(lengths.values()) <= 2 * min(lengths.values()), one.name
        ranks.append(sorted(lengths.values()).index(lengths[one.right]))
    assert ranks.count(3) <= 5 and ranks.count(0) <= 6, ranks


def test_none_repeats_a_poll_or_a_sentence_of_the_course():
    """No seven words in a row stand in a lesson: a learner would remember the letter."""
    texts = [one.source.read_text(encoding="utf-8") for one in course.lessons()]
    lessons = re.sub(r"[^\w% ]+", "", " ".join(" ".join(texts).casefold().split()))
    for one in QUESTIONS:
        for text in (one.text, *one.choices.values()):
            words = re.sub(r"[^\w% ]+", "", text.casefold()).split()
            runs = [" ".join(words[i : i + 7]) for i in range(len(words) - 6)]
            assert [run for run in runs if f" {run} " in lessons] == [], one.name


# Glossary terms that stand in the questions as everyday words.
EVERYDAY = {"edge"}


def test_they_need_none_of_the_courses_terms():
    glossary = (course.ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = {term.casefold() for term in re.findall(r"^- \*\*(.+?)\*\*", glossary, re.M)} - EVERYDAY
    assert len(terms) > 80
    for one in QUESTIONS:
        text = " ".join(words_of(one)).casefold()
        assert [term for term in terms if re.search(rf"\b{re.escape(term)}s?\b", text)] == [], one.name


SECTION = QUESTIONS[4].section
BREAKS = [
    (f'section = "{SECTION}"', 'section = "Was renamed"', "no section 'Was renamed' any more"),
    ('right = "D"', 'right = "E"', "'E' is none of A, B, C and D"),
    ('right = "D"', 'right = "A"', "each wrong choice, and no other, needs a line in shows"),
    ('lesson = "02"', 'lesson = "2"', "named by its two digits, not '2'"),
    ('lesson = "02"', "lesson = 2", "lesson of the question must be text"),
    ("why = ", "wy = ", "the question lacks 'why'"),
    ('id = "by_heart"', 'id = "what_changes"', "there is a question 'what_changes' already"),
    ('C = "Rules', 'E = "Rules', "must be A, B, C and D, in this order"),
    ('C = "People write the rules."', 'C = " "', "shows of the question must be text, and not empty"),
]


@pytest.mark.parametrize("old, new, words", BREAKS)
def test_a_mistake_in_the_source_is_a_sentence_with_file_and_line(tmp_path, old, new, words):
    path = tmp_path / "questions.toml"
    assert old in SOURCE
    path.write_text(SOURCE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(course.Mistake, match=re.escape(words)) as raised:
        quiz.questions(path)
    line = int(re.match(r"questions\.toml:(\d+): [^\n]+\.$", str(raised.value))[1])
    changed = next(i for i, (a, b) in enumerate(zip(SOURCE.split("\n"), path.read_text().split("\n")), 1) if a != b)
    start = SOURCE.split("\n")[:changed][::-1].index("[[question]]")
    assert changed - start <= line <= changed, "the line is in the question that is wrong"
    if words.startswith(("no section", "'E'", "named", "there is")):
        assert line == changed


@pytest.mark.parametrize("raw, words", [
    (b"", "begins with a line [[question]]"), (b"question = 3", "begins with a line [[question]]"),
    (b"[[question]", "does not parse"), (b"\xff\xfe", "not in UTF-8"), (None, "is missing"),
    (b'[[question]]\nid = "a"\n', "the question lacks 'choices'"),
])  # fmt: skip
def test_a_source_that_is_none(tmp_path, raw, words):
    path = tmp_path / "questions.toml"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(course.Mistake, match=re.escape(words)):
        quiz.questions(path)


def test_questions_of_a_dropped_lesson_are_left_out(monkeypatch):
    kept = [one for one in course.lessons() if one.number != "03"]
    monkeypatch.setattr(course, "lessons", lambda: kept)
    assert [one.name for one in quiz.questions()] == [one.name for one in QUESTIONS if one.lesson != "03"]


# ---------------------------------------------------------------- The page and the guide


def test_the_page_does_not_know_the_right_answers():
    """With other letters right, other reasons and other misconceptions the page is the same, to the byte."""
    others = [
        dataclasses.replace(
            one,
            right=chr(ord("A") + (ord(one.right) - ord("A") + 1 + i % 3) % 4),
            shows={letter: "?" for letter in one.shows},
            why="?",
            section="?",
            lesson="?",
        )
        for i, one in enumerate(QUESTIONS)
    ]
    assert quiz.page(others) == quiz.page(QUESTIONS)


def test_the_page_is_whole_and_asks_for_nothing():
    page = quiz.page(QUESTIONS)
    assert "Fourteen questions" in page and not re.search(r"\b(NUMBER|COURSE|QUESTIONS)\b", page)
    assert page.count('type="radio" name="q') == 4 * NUMBER and page.count("<legend>") == NUMBER + 1
    assert not re.search(r"https?:|//\w|\bsrc=|@import|url\(|fetch|XMLHttp|sendBeacon|localStorage|cookie", page)
    assert "default-src 'none'" in page


def test_what_a_question_says_is_only_text():
    one = dataclasses.replace(QUESTIONS[0], text="<script>alert(1)</script>", choices=dict.fromkeys("ABCD", '"<img>&'))
    page = quiz.page([one])
    assert "<script>alert" not in page and "<img>" not in page and "&quot;&lt;img&gt;&amp;" in page


def test_the_guide_is_as_built_and_has_every_answer():
    assert quiz.guide() == GUIDE, "run `make build`"
    assert quiz.GUIDE in build.derived()
    for place, one in enumerate(QUESTIONS, 1):
        part = GUIDE.split(f"### {place}. {one.text}")[1].split("\n### ")[0]
        assert f"- **{one.right}.** {one.choices[one.right]} **Right.**" in part and one.why in part
        assert all(f"- **{letter}.** {one.choices[letter]} *{shown}*" in part for letter, shown in one.shows.items())


def test_the_guides_words_are_the_tools():
    assert GUIDE.split("\n")[2].startswith("Fourteen questions") and "you have looked at fourteen" in GUIDE
    assert quiz_results.FEW == 10 and "from ten matched people on" in GUIDE and "**Fewer than ten people**" in GUIDE
    example = re.search(r"`(before;[^`]+)`", GUIDE)[1]
    (answers, remarks) = quiz_results.read(example, "guide", QUESTIONS)
    assert len(answers) == 1 and remarks == []
    assert "not yet validated" in GUIDE and "no control group" in GUIDE


def table():
    rows = re.findall(r"^\| (\d+) \|(.+)\|$", GUIDE, re.M)
    return {int(people): [cell.strip() for cell in cells.split("|")] for people, cells in rows}


def test_the_claims_agree_with_scipy_on_data():
    """Half-widths and ranges of the table, from samples that have exactly the assumed spread and correlation."""
    assert list(table()) == list(quiz.GROUPS) == [10, 15, 30, 60]
    rng = np.random.default_rng(0)
    for people, cells in table().items():
        for spread, cell in zip(quiz.SPREADS, cells):
            gains = stats.zscore(rng.normal(size=people), ddof=1) * spread
            low, high = stats.ttest_1samp(gains, 0).confidence_interval()
            assert cell == f"± {(high - low) / 2:.1f}"
        x, noise = rng.normal(size=(2, people))
        x = stats.zscore(x)
        rest = stats.zscore(noise - x * stats.linregress(x, noise).slope)
        found = stats.pearsonr(x, 0.3 * x + np.sqrt(1 - 0.09) * rest)
        assert found.statistic == pytest.approx(0.3)
        assert quiz.discrimination_range(people) == pytest.approx(list(found.confidence_interval()), abs=1e-4)
        assert cells[-1] == "{:.1f} to {:.1f}".format(*found.confidence_interval()).replace("-", "−")
    guesses = rng.integers(0, 4, (2, 40_000, NUMBER)) == 0
    spread = float(re.search(r"alone spreads the gains by ([\d.]+) questions", GUIDE)[1])
    assert spread == pytest.approx((guesses[1].sum(1) - guesses[0].sum(1)).std(), abs=0.06)


# ---------------------------------------------------------------- Reading


def only(text):
    """The one person's answers in a text, or the remark."""
    answers, remarks = quiz_results.read(text, "answers.txt", QUESTIONS)
    assert len(answers) + len(remarks) == 1, (answers, remarks)
    return answers[0] if answers else remarks[0]


@pytest.mark.parametrize("line, expected", [
    (f"before;lamp;{GOOD}", ("before", "lamp", GOOD)),
    (f"after,lamp,{GOOD.lower()}", ("after", "lamp", GOOD)),
    (f"Before\tLAMP\t{GOOD}", ("before", "lamp", GOOD)),
    (f"before lamp {GOOD}", ("before", "lamp", GOOD)),
    (f"  before  ;  lamp ;  {GOOD}  \r", ("before", "lamp", GOOD)),
    ("before;lamp;A;B;C;D;A;B;C;D;A;B;C;D;A;B", ("before", "lamp", GOOD)),
    ("before, lamp, A, B, C, D, A, B, C, D, A, B, C, D, A, B", ("before", "lamp", GOOD)),
    ("before lamp A B C D A B C D A B C D A B", ("before", "lamp", GOOD)),
    ("before lamp: ABCD ABCD ABCD AB", ("before", "lamp", GOOD)),
    (f"before blue whale {GOOD}", ("before", "bluewhale", GOOD)),
    (f"before;Blue Whale 7;{GOOD}", ("before", "bluewhale7", GOOD)),
    (f"before abba {GOOD}", ("before", "abba", GOOD)),
    (f"before;abcd;{GOOD}", ("before", "abcd", GOOD)),
    ("before;lamp;ABCD-BCD?BCDA_", ("before", "lamp", "ABCD-BCD-BCDA-")),
    ("before;lamp;ABCD–BCD—BCDA−", ("before", "lamp", "ABCD-BCD-BCDA-")),
    (f"vorher;Leuchtturm;{GOOD}", ("before", "leuchtturm", GOOD)),
    (f"NACHHER;straße;{GOOD}", ("after", "strasse", GOOD)),
    (f"avant;café;{GOOD}", ("before", "cafe", GOOD)),
    (f"Après;cafe\u0301;{GOOD}", ("after", "cafe", GOOD)),
    (f"apres;cafe;{GOOD}", ("after", "cafe", GOOD)),
    (f"antes;niño;{GOOD}", ("before", "nino", GOOD)),
    (f"después;灯台;{GOOD}", ("after", "灯台", GOOD)),
    (f"\ufeffbefore;маяк;{GOOD}", ("before", "маяк", GOOD)),
    (f'"before;lamp;{GOOD}"', ("before", "lamp", GOOD)),
    (f"`before;lamp;{GOOD}`", ("before", "lamp", GOOD)),
    ("ｂｅｆｏｒｅ；ｌａｍｐ；ＡＢＣＤＡＢＣＤＡＢＣＤＡＢ", ("before", "lamp", GOOD)),
    (f"before;<script>alert(1)</script>;{GOOD}", ("before", "scriptalert1script", GOOD)),
    (f"before;=cmd|'/c calc'!A1;{GOOD}", ("before", "cmdccalca1", GOOD)),
])  # fmt: skip
def test_a_line_is_read_as_people_write_it(line, expected):
    one = only(line)
    assert not isinstance(one, str), one
    assert (one.round, one.word, one.letters) == expected


@pytest.mark.parametrize("line, words", [
    ("hello", "does not begin with before or after"),
    ("<script>alert(1)</script>", "does not begin with before or after"),
    ("=HYPERLINK(1);lamp;ABCD", "does not begin with before or after"),
    ("before", "the code word is missing"),
    (f"before {GOOD}", "it has 0 answers where 14 belong"),
    (f"before;;{GOOD}", "the code word is missing"),
    (f"before;🐳;{GOOD}", "neither letters nor digits"),
    ("before;lamp;ABCD", "it has 4 answers where 14 belong"),
    ("before lamp ABCD", "it has 4 answers where 14 belong"),
    (f"before;lamp;{GOOD}A", "it has 15 answers where 14 belong"),
    ("before;lamp;ABCDEBCDABCDAB", "'E' is none of the letters A to D"),
    ("before;lamp;АBCDABCDABCDAB", "is none of the letters A to D"),
    ("before;lamp;--------------", "no question is answered"),
    ("before;lamp;\x1b[31mABCDABCDABCDAB", r"'\x1b' is none of the letters"),
])  # fmt: skip
def test_a_wrong_line_is_a_sentence_with_file_and_line_and_is_left_out(line, words):
    answers, remarks = quiz_results.read(f"# pasted\n\nafter;lamp;{GOOD}\n{line}\n", "answers.txt", QUESTIONS)
    assert len(answers) == 1 and len(remarks) == 1
    assert remarks[0].startswith("answers.txt:4: ") and remarks[0].endswith("; this line is left out.")
    assert words in remarks[0] and remarks[0].isprintable()


def test_of_two_lines_the_later_one_counts():
    text = f"before;lamp;{GOOD}\nafter;lamp;{GOOD}\nBEFORE;Lamp;{KEY}\n"
    answers, remarks = quiz_results.read(text, "answers.txt", QUESTIONS)
    assert {one.round: one.letters for one in answers} == {"before": KEY, "after": GOOD}
    (remark,) = remarks
    assert (
        remark.startswith("answers.txt:3: 'lamp' has answered before the course in line 1 already")
        and "later" in remark
    )


LINES = [
    f"before;lamp;{GOOD}",
    f"after,tower,{KEY.lower()}",
    f"vorher\tweg\t{GOOD}",
    "antes casa A B C D A B C D A B C D - ?",
]
BITS = [
    ";", ",", "\t", " ", "\r", "\n", "\0", "\x1b[2J", "\ufeff", "\u202e", "\u2028", "=1+1", "<script>", "</td>",
    "__import__('os')", "${HOME}", "`id`", "%s", "{0}", "é", "ß", "灯", "🐳", "-", "?", "'", '"', "A", "z", "9",
    *string.punctuation,
]  # fmt: skip


def mutated(rng):
    """A line of LINES with one or two changes."""
    line = LINES[rng.integers(len(LINES))]
    for _ in range(rng.integers(1, 3)):
        place, bit = rng.integers(len(line) + 1), BITS[rng.integers(len(BITS))]
        match rng.integers(4):
            case 0:
                line = line[:place] + bit + line[place:]
            case 1:
                line = line[:place] + line[place + rng.integers(1, 5) :]
            case 2:
                line = line[:place] + bit + line[place + 1 :]
            case 3:
                line = line + line[: rng.integers(20)]
    return line


def test_five_thousand_damaged_lines_are_read_or_named():
    rng = np.random.default_rng(15)
    read = named = 0
    for _ in range(5000):
        line = mutated(rng)
        answers, remarks = quiz_results.read(line, "answers.txt", QUESTIONS)
        read, named = read + len(answers), named + len(remarks)
        assert answers or remarks or not re.sub(r"[\s\0\ufeff\"'`*]|^#.*", "", line, flags=re.M), line
        for one in answers:
            assert one.round in ("before", "after") and one.word and re.fullmatch(r"[ABCD-]{14}", one.letters), line
            assert one.word.isprintable() and not set(one.word) & set(string.punctuation + string.whitespace), line
        for remark in remarks:
            assert re.match(r"answers\.txt:\d+: ", remark) and remark.isprintable() and len(remark) < 200, line
    assert read > 500 and named > 1000


def test_any_bytes_are_text_and_a_report_has_nothing_a_terminal_obeys():
    rng = np.random.default_rng(16)
    for _ in range(300):
        noise = rng.integers(0, 256, 200).astype("uint8").tobytes()
        raw = noise[:50] + f"\nbefore;lamp;{GOOD}\n{mutated(rng)}\n".encode() + noise[50:]
        answers, remarks = quiz_results.read(quiz_results.decode(raw), "answers.txt", QUESTIONS)
        report = quiz_results.report(QUESTIONS, answers, remarks)
        assert all(letter.isprintable() or letter == "\n" for letter in report)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_of_all_kinds(tmp_path, encoding, end):
    path = tmp_path / "answers.txt"
    path.write_bytes(end.join([f"avant;café;{GOOD}", f"après;café;{KEY}", ""]).encode(encoding))
    _, answers, remarks = quiz_results.load(path, QUESTIONS)
    assert [(one.round, one.word) for one in answers] == [("before", "cafe"), ("after", "cafe")] and remarks == []


# ---------------------------------------------------------------- Simulated groups

GUESS = 0.25
SHARP = np.array([1.5] * 10 + [0.6, 2.5, 0, 0])  # The last two questions discriminate not at all.
HARD = np.linspace(-1, 1.5, 14)
LEARNED, VARIED = 0.9, 0.6  # How much ability people gain, on average, and its standard deviation.


def chances(ability):
    """Chances of being right (people, questions): the three-parameter logistic model, guessing at one in four."""
    return GUESS + (1 - GUESS) / (1 + np.exp(-SHARP * (np.asarray(ability)[:, None] - HARD)))


def simulate(rng, people, learned=LEARNED, varied=VARIED):
    """(right before, right after), arrays (people, questions), of people drawn from the model."""
    before = rng.normal(size=people)
    after = before + rng.normal(learned, varied, size=people)
    return tuple(rng.random((people, NUMBER)) < chances(ability) for ability in (before, after))


def letters(rng, right):
    """Right answers as the letter that is right, others as one of the three that are wrong."""
    wrong = [[letter for letter in "ABCD" if letter != one.right] for one in QUESTIONS]
    return ["".join(KEY[i] if ok else wrong[i][rng.integers(3)] for i, ok in enumerate(row)) for row in right]


def pasted(rng, before, after):
    """The lines of a group, in any order."""
    lines = [f"before;word {i};{row}" for i, row in enumerate(letters(rng, before))]
    lines += [f"after;WORD{i};{row}" for i, row in enumerate(letters(rng, after))]
    return "\n".join(lines[i] for i in rng.permutation(len(lines)))


def true_gain(learned=LEARNED, varied=VARIED):
    """The expected gain in questions, by integrating the model over the abilities."""
    points, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    spread = np.sqrt(1 + varied**2)
    return weights @ (chances(learned + spread * points).sum(axis=1) - chances(points).sum(axis=1))


def coverage(interval, groups=2000, people=10):
    """The share of simulated groups whose interval contains the true gain."""
    rng, truth, inside = np.random.default_rng(2026), true_gain(), 0
    for _ in range(groups):
        before, after = simulate(rng, people)
        _, low, high = interval(before.sum(axis=1), after.sum(axis=1))
        inside += low <= truth <= high
    return inside / groups


def narrower(quantile):
    """An interval with another quantile than that of Student's t for 95 %."""

    def interval(before, after):
        gains = after - before
        half = quantile * gains.std(ddof=1) / np.sqrt(len(gains))
        return gains.mean(), gains.mean() - half, gains.mean() + half

    return interval


def test_the_interval_contains_the_true_gain_in_95_of_100_groups():
    assert 0.935 <= coverage(quiz_results.gain) <= 0.965


def test_the_band_would_notice_an_interval_of_90_in_100_or_one_without_student():
    assert coverage(narrower(stats.t.ppf(0.95, 9))) < 0.935
    assert coverage(narrower(stats.norm.ppf(0.975))) < 0.935
    assert coverage(narrower(stats.t.ppf(0.985, 9))) > 0.965


def test_lines_in_give_the_groups_numbers_out():
    rng = np.random.default_rng(3)
    before, after = simulate(rng, 40)
    answers, remarks = quiz_results.read(pasted(rng, before, after), "answers.txt", QUESTIONS)
    assert len(answers) == 80 and remarks == []
    found = quiz_results.items(QUESTIONS, answers)
    for i, item in enumerate(found):
        assert item["share"] == pytest.approx({"before": before[:, i].mean(), "after": after[:, i].mean()})
        assert sum(item["choices"]["before"].values()) == 40
        assert item["choices"]["after"][KEY[i]] == after[:, i].sum()
        rest = before.sum(axis=1) - before[:, i]
        assert item["discrimination"]["before"] == pytest.approx(np.corrcoef(before[:, i], rest)[0, 1])
    gains = after.sum(axis=1) - before.sum(axis=1)
    low, high = stats.bootstrap([gains], np.mean, rng=0).confidence_interval  # Another method, nearly the same answer.
    report = quiz_results.report(QUESTIONS, answers, remarks)
    numbers = re.search(r"gain +([+-][\d.]+), 95 % interval ([+-][\d.]+) to ([+-][\d.]+)", report).groups()
    assert [float(number) for number in numbers] == pytest.approx([gains.mean(), low, high], abs=0.25)
    assert f"{gains.mean():+.1f}" == numbers[0]


def test_difficulty_and_discrimination_are_those_that_were_put_in():
    rng, people = np.random.default_rng(4), 4000
    right, _ = simulate(rng, people)
    answers = [quiz_results.Answers("before", str(i), row, i) for i, row in enumerate(letters(rng, right))]
    found = quiz_results.items(QUESTIONS, answers)
    points, weights = np.polynomial.hermite_e.hermegauss(80)
    shares = (weights / weights.sum()) @ chances(points)
    sharp = [item["discrimination"]["before"] for item in found]
    assert [item["share"]["before"] for item in found] == pytest.approx(shares, abs=4 * 0.5 / np.sqrt(people))
    assert max(abs(value) for value in sharp[-2:]) < 4 / np.sqrt(people)
    assert min(sharp[:-2]) > 0.1 and sharp[10] < sharp[9] and sharp[10] < sharp[11]


def test_blind_guessing_gives_a_quarter_and_no_gain():
    rng, people = np.random.default_rng(5), 2000
    rows = ["".join(row) for row in rng.choice(list("ABCD"), (2 * people, NUMBER))]
    answers = [quiz_results.Answers(("before", "after")[i % 2], str(i // 2), row, i) for i, row in enumerate(rows)]
    found = quiz_results.items(QUESTIONS, answers)
    for item in found:
        for round in ("before", "after"):
            assert item["share"][round] == pytest.approx(GUESS, abs=4 * np.sqrt(GUESS * 0.75 / people))
            assert abs(item["discrimination"][round]) < 4 / np.sqrt(people)
    assert "The interval contains 0" in quiz_results.report(QUESTIONS, answers, [])


# ---------------------------------------------------------------- What is said, and not said


def group(people, right_before=3, right_after=3, only_before=0):
    """People who all have the first so many right."""
    rows = {"before": right_before, "after": right_after}
    wrong = "".join("ABCD"["ABCD".index(letter) - 1] for letter in KEY)
    lines = [f"{round};w{i};{KEY[:n]}{wrong[n:]}" for round, n in rows.items() for i in range(people)]
    lines += [f"before;x{i};{KEY}" for i in range(only_before)]
    return quiz_results.read("\n".join(lines), "answers.txt", QUESTIONS)


def test_few_people_get_a_sentence_in_place_of_a_gain():
    report = quiz_results.report(QUESTIONS, *group(9, only_before=3))
    assert "12 answered before, 9 after, 9 both times" in report
    assert "With fewer than 10 people who answered both times no gain is computed" in report
    assert "95 % interval" not in report and "  gain" not in report
    assert "After: 9 people are too few for it (10 are needed)." in report and "Before: 12" not in report
    assert "docs/before-and-after.md for what may be claimed" in quiz_results.report(QUESTIONS, *simulated_group())


def simulated_group():
    rng = np.random.default_rng(6)
    return quiz_results.read(pasted(rng, *simulate(rng, 12)), "answers.txt", QUESTIONS)


def test_everybody_alike_has_no_interval_and_no_discrimination():
    report = quiz_results.report(QUESTIONS, *group(12, 3, 5))
    assert "gain           +2.0, the same for everybody: no interval can be computed." in report
    assert "alike" in report and not re.search(r"\bnan\b", report)


def test_one_round_alone_is_a_report_too():
    answers, _ = group(12)
    for round in ("before", "after"):
        report = quiz_results.report(QUESTIONS, [one for one in answers if one.round == round], [])
        assert "0 both times" in report and not re.search(r"\bnan\b", report)


def test_the_choices_name_the_misconceptions():
    report = quiz_results.report(QUESTIONS, *simulated_group())
    for one in QUESTIONS:
        assert one.text in report and all(shown in report for shown in one.shows.values())
        assert f"RIGHT: {one.choices[one.right]}" in report


def test_the_table_for_other_programs_has_numbers_and_no_words(tmp_path):
    rng = np.random.default_rng(7)
    text = pasted(rng, *simulate(rng, 12)).replace("word", "=cmd").replace("WORD", "=CMD")
    answers, _ = quiz_results.read(text, "answers.txt", QUESTIONS)
    path = tmp_path / "items.csv"
    quiz_results.write_csv(path, QUESTIONS, answers)
    rows = [row.split(",") for row in path.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == NUMBER + 1 and {len(row) for row in rows} == {len(rows[0])}
    assert not re.search("cmd|=", path.read_text(encoding="utf-8"))
    row = dict(zip(rows[0], rows[1]))
    assert (
        row["question"] == QUESTIONS[0].name
        and row["people_before"] == "12"
        and 0 <= float(row["share_right_after"]) <= 1
    )
    assert sum(int(row[f"chose_{letter}_after"]) for letter in "ABCD") == 12


@pytest.mark.parametrize("make, words", [
    (lambda folder: folder / "none.txt", "There is no file 'none.txt'"),
    (lambda folder: folder, "is a folder"),
    (lambda folder: written(folder, b""), "has no line that counts; one looks like before;word;"),
    (lambda folder: written(folder, b"hello\n"), "answers.txt:1: it does not begin with before or after"),
    (lambda folder: written(folder, b"\0" * (quiz_results.LARGEST + 1)), "is larger than 10 MB"),
    (lambda folder: "a\0b", "cannot be read"),
])  # fmt: skip
def test_a_slip_at_the_command_line_is_a_sentence(tmp_path, make, words, capsys):
    with pytest.raises(SystemExit) as ended:
        quiz.main(["read", str(make(tmp_path))])
    assert words in str(ended.value) and "Traceback" not in str(ended.value)
    assert capsys.readouterr().out == ""


def written(folder, raw):
    path = folder / "answers.txt"
    path.write_bytes(raw)
    return path


def test_without_a_file_or_with_other_words_it_says_how():
    for words, said in (
        (["read"], "ANSWERS=answers.txt"),
        (["read", ""], "ANSWERS=answers.txt"),
        (["sing"], "quiz.py read"),
    ):
        with pytest.raises(SystemExit, match=said):
            quiz.main(words)


def test_the_command_reads_prints_and_writes(tmp_path, capsys):
    path = written(tmp_path, f"before;lamp;{GOOD}\nafter;lamp;{KEY}\nnonsense\n".encode())
    quiz.main(["read", str(path), "--csv", str(tmp_path / "items.csv")])
    said = capsys.readouterr().out
    assert said.startswith("answers.txt:3: ") and "THE GROUP" in said and "THE CHOICES" in said
    assert (tmp_path / "items.csv").read_text(encoding="utf-8").startswith("question,lesson,right,people_before")
    quiz.main(["read", str(path), "--csv", str(tmp_path / "items.csv")])  # Its own table is written anew.
    before = path.read_bytes()
    with pytest.raises(SystemExit, match="is kept: name another file"):
        quiz.main(["read", str(path), "--csv", str(path)])
    assert path.read_bytes() == before
    with pytest.raises(SystemExit, match="cannot be written"):
        quiz.main(["read", str(path), "--csv", str(tmp_path / "none" / "items.csv")])


def test_what_a_question_says_marks_nothing_up_in_the_guide():
    odd = dataclasses.replace(QUESTIONS[0], text="<script>alert(1)</script> *a* _b_ $c$ `d` [e](f)")
    shown = quiz.answers_block([odd])
    assert MarkdownIt().renderInline(shown.split("\n")[1].removeprefix("### 1. ")) == (
        "&lt;script&gt;alert(1)&lt;/script&gt; *a* _b_ $c$ `d` [e](f)"
    )


def test_a_pdf_without_a_browser_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(browsers, "BROWSERS", ("no-such-browser",))
    monkeypatch.setattr(browsers, "PLACES", ())
    with pytest.raises(course.Mistake, match="install Chromium"):
        quiz.write_pdf(tmp_path / "a.html", tmp_path / "a.pdf")
