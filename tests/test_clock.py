"""The clock's minutes, held against seconds that were added up by hand."""

import nbformat
import pytest

import clock

text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
PICTURE = nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="})
FOLD = "<details><summary>Think first</summary>\n\nOne two three.\n\n</details>"


def seconds(*cells, title="Look", part="core"):
    time = clock.section(title, part, cells)
    return time.instructor, time.alone


def test_words_are_said_at_130_a_minute_and_read_at_200():
    assert seconds(text("word " * 130)) == (60 + 60, pytest.approx(39))


@pytest.mark.parametrize("source, count", [
    ("Two words", 2), ("a [link](https://example.org/three) here", 3), (f"Before {FOLD} after", 2),
    ("| a | table |\n|---|---|", 2), ("a – b", 2), ("<!-- nothing -->", 0), ("```python\nx = 1\n```", 0),
])  # fmt: skip
def test_what_counts_as_a_word(source, count):
    assert clock.words(source) == count


def test_code_is_four_seconds_a_line_and_a_long_cell_takes_a_reader_longer():
    assert seconds(code("a = 1\n\nb = 2")) == (60 + 8, 15)
    assert seconds(code("a = 1\n" * 8)) == (60 + 32, 45)
    assert seconds(code("a = 1\n" * 8, metadata={"tags": ["hide-input"]})) == (60, 15)


def test_pictures():
    assert seconds(code("draw()", outputs=[PICTURE])) == (60 + 4 + 12, 15 + 60)


def test_a_fold_is_guessed_and_its_words_count_half():
    assert seconds(text(FOLD)) == (60 + 24, pytest.approx(5 / 2 * 60 / 200))
    assert seconds(text(FOLD.replace("Think first", "Answer"))) == (60, 0)


def test_an_exercise_takes_the_minutes_that_it_says_and_its_cells_none():
    task = text("### Exercise: add\n\n(2 minutes) " + "word " * 100, metadata={"tags": ["exercise"]})
    cells = [code("answer = ...", metadata={"tags": ["answer"]}), code("check()", metadata={"tags": ["check"]})]
    assert seconds(task, *cells) == (60 + 120, 120)


def test_training_takes_the_seconds_that_its_cell_tells():
    assert seconds(code("model.fit(x)", metadata={"seconds": 25})) == (60 + 4 + 25, 15 + 25)


def test_a_poll_and_a_discussion_take_two_minutes_each():
    assert seconds(text(""), title="A question before we start")[0] == 60 + 120
    assert seconds(text("**Discuss:**"))[0] == pytest.approx(60 + 120 + 60 / 130)


def test_the_setup_cell_and_optional_sections_are_not_in_the_core(monkeypatch):
    book = nbformat.v4.new_notebook(cells=[
        text("# Title"), text("## Look"), code("x = 1\n" * 8, metadata={"tags": ["setup"]}),
        text("## Go further", metadata={"tags": ["optional"]}), code("y = 2"),
    ])  # fmt: skip
    monkeypatch.setattr(clock.pages, "with_results", lambda one: book)
    workshop, alone, whole = clock.lesson(clock.course.lesson("02"))
    assert workshop == pytest.approx((60 * 1 / 130 + 60 + 90) / 60)
    assert whole - alone == pytest.approx((60 * 2 / 200 + 15) / 60)
