"""Numbers in the lessons' text, in the question bank and in the README are computed, or told with a reason.

Nothing is trained here. Values come from the lessons' cells before their first training, from the stored runs and from
the lessons' pages. Each check is tried on texts with a wrong number.
"""

import re

import pytest

import course
import promises
import seeds
from dlcourse import environment, mnist
from promises import Number

LESSONS = course.lessons()


def _uses_digits():
    """The first and the last number of the lessons that load the digits, which follow one another."""
    found = [int(one.number) for one in LESSONS if "load_mnist()" in one.source.read_text(encoding="utf-8")]
    assert found == list(range(found[0], found[-1] + 1))
    return [found[0], found[-1]]


def _full(at, pattern):
    return at.shown(rf"full set: {pattern}")


README = [
    Number("A network that reads 98 of 100 test digits", lambda at: [_right(at), 100]),
    Number("on 5,000 digits that come with the course", lambda at: len(at.training_digits) + len(at.test)),
    Number("the bundled sample of 5,000 digits", lambda at: len(at.training_digits) + len(at.test)),
    Number("Python 3.11, 3.12 or 3.13", lambda at: _versions()),
    Number("Lessons 4 to 7 use MNIST", lambda at: _uses_digits()),
    Number(
        "MNIST: 70,000 handwritten digits",
        lambda at: _full(at, r"([\d,]+) training") + _full(at, r"[\d,]+ training and ([\d,]+)"),
    ),
    Number("answers within 3 seconds", lambda at: mnist.PROBE_SECONDS),
    Number("a download of 12 MB", lambda at: _megabytes()),
]
README_TOLD = {
    "Ten minutes, before lesson 1": "the page says so itself; a pointer",
    "Lessons 1 and 5 have a pad": "pointer",
    "in Colab and Notebook 7": "a name",
    "`show_reading()` of lesson 5": "pointer",
    "the core of lessons 1 to 6, with a break after lesson 3": "course.toml; the map has its own test",
    "Of lesson 7, any": "pointer",
    "slides/01_neurons": "a file's name",
    "3 GB, once": "measured: the packages, installed",
    "`00_start_here.md`": "a file's name",
    "GPU=0": "code",
    "IP=0.0.0.0": "code",
    "`make fresh ONLY=02`": "code",
    "copies.py fresh 02`": "code",
    "about 3 minutes, 3 GB": "measured: the packages, with pip",
    "since version 2.20": "TensorFlow's release notes",
    "CC BY 4.0": "the licence's version",
    "CC BY-SA 3.0": "the licence's version",
}


def _right(at):
    accuracies = at.runs["mnist-full"]["test_accuracy"]
    return 100 * sum(accuracies) / len(accuracies)


def _versions():
    (major, first), (_, last) = environment.PYTHONS
    return [float(f"{major}.{minor}") for minor in range(first, last + 1)]


def _megabytes():
    """The size of the download as load_mnist() announces it."""
    text = (course.NOTEBOOKS / "dlcourse" / "mnist.py").read_text(encoding="utf-8")
    return float(re.search(r"Downloading MNIST, ([\d.]+) MB", text)[1])


@pytest.fixture(scope="module")
def at():
    """{lesson's name: an At}, which runs the cells before the first training when a name is asked for."""
    return {one.name: promises.At(one, lambda one=one: seeds.before_training(one)) for one in LESSONS}


def readme():
    return promises.prose((course.ROOT / "README.md").read_text(encoding="utf-8"))


def everything(one):
    """The prose of a lesson's room and of its slides."""
    return f"{promises.text(one)} {promises.slides_text(one)}"


def passages(numbers, told):
    return [number.words for number in numbers] + list(told)


def complaints(whole, numbers, told):
    """What a text's numbers are found out by, without computing: passages that are gone, numbers of nobody."""
    gone = [words for words in passages(numbers, told) if words not in whole]
    return gone + promises.unaccounted(whole, passages(numbers, told))


# ---------------------------------------------------------------- The numbers are right


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_computed_numbers_are_those_of_the_text(one, at):
    assert promises.wrong_numbers(promises.of(one).NUMBERS, everything(one), at[one.name]) == []


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_told_numbers_stand_in_the_text_with_a_reason(one):
    told, whole = promises.of(one).TOLD, everything(one)
    gone = [words for words in told if words not in whole]
    assert not gone, f"lessons/{one.name}/claims.py: the text has no longer these words: mend TOLD.\n" + "\n".join(gone)
    assert all(len(reason) > 3 for reason in dict(told).values())


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_computed_numbers_still_stand_in_the_text(one):
    """Quick: nothing is computed."""
    whole = everything(one)
    gone = [number.words for number in promises.of(one).NUMBERS if number.words not in whole]
    assert not gone, f"lessons/{one.name}/claims.py: the text has no longer these words: mend NUMBERS.\n" + "\n".join(
        gone
    )


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_no_number_is_left_over(one):
    promise = promises.of(one)
    left = promises.unaccounted(promises.text(one), passages(promise.NUMBERS, promise.TOLD))
    assert not left, f"lessons/{one.name}: these numbers are in neither NUMBERS nor TOLD of claims.py.\n" + "\n".join(
        left
    )


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_no_number_of_the_slides_is_left_over(one):
    promise = promises.of(one)
    told = passages(promise.NUMBERS, promise.TOLD)
    left = promises.unaccounted_on_slides(promises.slides_text(one), promises.text(one), told)
    assert not left, (
        f"lessons/{one.name}: these numbers on slides or in their notes stand neither so in the lesson nor in NUMBERS "
        "or TOLD of claims.py.\n" + "\n".join(left)
    )


@pytest.mark.parametrize("slide, fine", [
    ("150 flowers are there, now", True), ("so all **150** flowers are red", True), ("and *all* 150 Flowers", False),
    ("all 151 flowers are there", False), ("all 1,150 flowers are there", False), ("all 150.5 flowers are", False),
    ("hence 95 % of them", True), ("and 95 of", False), ("and 5 % of them", False), ("reads 95 % of digits", False),
    ("in lesson 4", False), ("then, in lesson 4, as well", False), ("are read in lesson 4 again", True),
    ("are read in lesson 4.5", False), ("are read in lesson 3", False), ("150", False),
    ("at 30 told", True), ("at 300 told", False),
])  # fmt: skip
def test_a_number_on_a_slide_is_the_lessons_or_in_its_claims(slide, fine):
    lesson = "All 150 flowers are there, and 95 % of them are read in lesson 4."
    assert (promises.unaccounted_on_slides(slide, lesson, ["30 told"]) == []) is fine


def test_numbers_of_the_readme(at):
    assert promises.wrong_numbers(README, readme(), at["04_mnist"]) == []
    assert complaints(readme(), README, README_TOLD) == []


def test_the_question_bank_says_of_gender_shades_what_the_lesson_says():
    """The rates are told in one place; wherever else they are told they are the same."""
    for one in LESSONS:
        for found in re.findall(r"darker-skinned women up to ([\d.]+) %", promises.text(one)):
            assert found == "34.7"
    assert "up to 34.7 %" in " ".join(promises.of(course.lesson("06")).TOLD)


# ---------------------------------------------------------------- Wrong ones are noticed

WRONG = [(one, *both) for one in LESSONS for both in promises.of(one).WRONG]


@pytest.mark.parametrize("one, right, wrong", WRONG, ids=lambda one: getattr(one, "name", one))
def test_a_wrong_number_is_noticed_in_the_text(one, right, wrong):
    promise, whole = promises.of(one), everything(one)
    assert right in whole
    told = [words for words in passages(promise.NUMBERS, promise.TOLD) if words not in whole.replace(right, wrong)]
    assert told


@pytest.mark.parametrize("right, wrong", [
    ("98 of 100 test digits", "95 of 100 test digits"), ("sample of 5,000", "sample of 50,000"),
    ("on 5,000 digits", "on 50,000 digits"), ("within 3 seconds", "within 30 seconds"),
])  # fmt: skip
def test_a_wrong_number_is_noticed_in_the_readme(right, wrong):
    assert right in readme() and complaints(readme().replace(right, wrong), README, README_TOLD)


def larger(word):
    """A number as written, made larger by one in its last place."""
    places = len(word.partition(".")[2])
    return f"{float(word.replace(',', '')) + 10**-places:{',' if ',' in word else ''}.{places}f}"


@pytest.mark.parametrize("name", ["README.md", *(one.name for one in LESSONS)])
def test_each_number_of_the_text_made_larger_is_noticed(name):
    if name == "README.md":
        whole, numbers, told = readme(), README, README_TOLD
    else:
        one = next(one for one in LESSONS if one.name == name)
        whole = promises.text(one)  # Passages of its slides alone would be missing from it whatever happens.
        numbers = [number for number in promises.of(one).NUMBERS if number.words in whole]
        told = [words for words in promises.of(one).TOLD if words in whole]
    missed = []
    for place in re.finditer(promises.DIGITS, whole):
        changed = whole[: place.start()] + larger(place[0]) + whole[place.end() :]
        if not complaints(changed, numbers, told):
            missed.append(whole[max(0, place.start() - 30) : place.end() + 20])
    assert missed == []


def changes(word):
    """A number as somebody may mistype it: one more, one less, twice, ten times and half of it."""
    value = float(word.replace(",", ""))
    others = [value - 1, 2 * value, 10 * value, value / 2]
    others = [int(other) for other in others if other >= 0 and other.is_integer()]
    written = [f"{other:,}" if "," in word else str(other) for other in others]
    return [other for other in dict.fromkeys([larger(word), *written]) if other != word]


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_each_number_of_the_slides_changed_is_noticed(one):
    promise, slides, lesson = promises.of(one), promises.slides_text(one), promises.text(one)
    told = passages(promise.NUMBERS, promise.TOLD)
    alone = [words for words in told if words in slides and words not in lesson]
    missed = []
    for place in re.finditer(promises.DIGITS, slides):
        for other in changes(place[0]):
            changed = slides[: place.start()] + other + slides[place.end() :]
            gone = any(words not in changed for words in alone)
            if not gone and not promises.unaccounted_on_slides(changed, lesson, told):
                missed.append(slides[max(0, place.start() - 30) : place.end() + 20] + " → " + other)
    assert missed == []


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_a_computed_number_written_one_larger_would_be_wrong(one, at):
    """As if somebody had changed the text and claims.py alike."""
    for number in promises.of(one).NUMBERS:
        for word, value in zip(promises.written(number.words), at[one.name].values(number)):
            if word not in promises.LETTERS and not number.within:
                assert not promises.fits(larger(word), float(value)), number.words


@pytest.mark.parametrize("word, value, fine", [
    ("2.6", 100 / 38, True), ("2.6", 2.66, False), ("12,544", 12544, True), ("43", 42.86, True), ("43", 42.4, False),
    ("twice", 2.0, True), ("twice", 3, False), ("thirty", 30.8, False), ("quarter", 0.25, True),
])  # fmt: skip
def test_a_number_is_rounded_as_it_is_written(word, value, fine):
    assert promises.fits(word, value) is fine


def test_numbers_are_found_in_prose_and_not_in_names_code_or_addresses():
    text = (
        "1. `Conv2D(16, 5)` has 1,024 of 2.5×3, see [page 7](x_99.md), uint8.\n\n```python\nx = 55\n```\n\n"
        "<!-- 66 --><a href='77'>8 %</a> of float32\n"
    )
    assert re.findall(promises.DIGITS, promises.prose(text)) == ["16", "5", "1,024", "2.5", "3", "7", "8"]


# ---------------------------------------------------------------- The answers to the lessons' questions


def poll(one, text=None):
    """(options {letter: words}, the words of the question again, its answer) of a lesson."""
    book = course.parse(text or one.source.read_text(encoding="utf-8"), one)
    cells = [cell for cell in book.cells if cell.cell_type == "markdown" and not course.slide_only(cell)]
    whole = "\n".join(cell.source for cell in cells)
    options = dict(re.findall(r"^- (?:\*\*)?([A-D])\.(?:\*\*)? (.+)$", whole, flags=re.M))
    again = re.search(r"## The question again\n(.*?)<details>.*?</summary>(.*?)</details>", whole, flags=re.S)
    return options, " ".join(again[1].split()), " ".join(again[2].split())


def poll_mistakes(one, text=None):
    """What is wrong with a lesson's poll."""
    options, again, answer = poll(one, text)
    letter = re.match(r"\*\*([A-D])\b", answer)
    found = []
    if sorted(options) != list("ABCD") or not letter:
        return ["the options are not A to D, or the answer has no letter"]
    wanted = [key for key, words in options.items() if promises.of(one).POLL.casefold() in words.casefold()]
    if not promises.of(one).POLL or wanted != [letter[1]]:
        found.append(f"the answer is {letter[1]}, and POLL stands in {wanted}")
    refuted = set(re.findall(r"[Nn]ot ([A-D])\b", answer))
    refuted |= set(re.findall(r"\b([A-D]) (?:is wrong|goes further|would be nice)", answer))
    if refuted and letter[1] in refuted:
        found.append(f"{letter[1]} is both right and refuted")
    if len(refuted) > 2 and refuted != set("ABCD") - {letter[1]}:
        found.append(f"refuted are {sorted(refuted)}")
    repeated = dict(re.findall(r"\*\*([A-D])\.\*\* (.*?)(?= \*\*[A-D]\.|$)", again))
    for key, words in repeated.items():
        shared = {
            other: len(set(words.casefold().split()) & set(options[other].casefold().split())) for other in options
        }
        if shared[key] < max(shared.values()):
            found.append(f"{key} is another option when the question is asked again")
    return found


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_the_answer_to_the_lessons_question_has_the_right_letter(one):
    assert poll_mistakes(one) == []


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.name)
def test_a_wrong_letter_is_noticed(one):
    text = one.source.read_text(encoding="utf-8")
    head, tail = text.rsplit("## The question again", 1)  # A slide may have this title too, before the lesson's.
    answer = re.search(r"</summary>\n\n\*\*([A-D])", tail)
    for wrong in set("ABCD") - {answer[1]}:
        changed = tail[: answer.end() - 1] + wrong + tail[answer.end() :]
        assert poll_mistakes(one, f"{head}## The question again{changed}"), wrong
