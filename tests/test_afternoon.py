"""Whether the afternoon fits: each core's minutes, its words, its order, and that a little Python reads it."""

import ast
import statistics

import pytest

import clock
import course
import pages

LESSONS = course.lessons()
CORES = [one for one in LESSONS if one.minutes]
WORDS, LINES, MEDIAN, FOLDED = 7500, 8, 3, 3


def names(lessons):
    return {"argvalues": lessons, "ids": [one.number for one in lessons], "argnames": "one"}


def core_cells(one):
    """The cells of a lesson's core, from its first section on, without the set-up cell."""
    cells = [cell for _, part, cells in course.sections(course.read(one)) if part == "core" for cell in cells]
    return [cell for cell in cells if "setup" not in cell.metadata.get("tags", [])]


def folded(cell):
    return "hide-input" in cell.metadata.get("tags", [])


def only_a_figure(source):
    """Whether a cell does nothing but show a figure that was drawn for the course: folding it hides nothing."""
    return all(line.startswith("dlcourse.show_figure(") for line in source.splitlines())


def visible_code(one):
    return [cell.source for cell in course_code(core_cells(one)) if not folded(cell)]


def course_code(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def lines(source):
    return len([line for line in source.splitlines() if line.strip()])


# ---------------------------------------------------------------- The clock


@pytest.mark.parametrize(**names(CORES))
def test_a_core_fits_its_minutes(one):
    workshop, *_ = clock.lesson(one)
    room = one.minutes
    assert workshop <= room, f"{one.name}: {workshop:.1f} minutes, and {room} are promised: shorten the core."


@pytest.mark.parametrize(**names(LESSONS))
def test_a_lone_reader_is_promised_what_it_takes(one):
    _, alone, whole = clock.lesson(one)
    for key, promised, takes in [("alone", one.alone, alone), ("all", one.whole, whole)]:
        if promised or key == "all":
            assert abs(promised - takes) <= 5, f"course.toml, {one.name}: {key} = {5 * round(takes / 5)}"
            assert promised % 5 == 0


def test_the_cores_have_few_words():
    core = [time for one in CORES for time in clock.sections(one) if time.part == "core"]
    said = sum(time.words + time.folded_words / 2 for time in core)
    assert said <= WORDS


# ---------------------------------------------------------------- Order


@pytest.mark.parametrize(**names(LESSONS))
def test_the_core_comes_first_and_what_goes_further_after_it(one):
    found = [(title, part) for title, part, _ in course.sections(course.read(one))]
    titles, parts = [title for title, _ in found], [part for _, part in found]
    assert parts == sorted(parts)  # "core" before "optional".
    assert titles[:2] == ["Set-up", "A question before we start"]
    last = parts.count("core") if one.minutes else len(parts)
    assert titles[last - 2 : last] == ["The question again", "You have learned to"]


# ---------------------------------------------------------------- A little Python


def beyond(source):
    """What in a cell asks for more than a little Python: [(line, construct)]."""
    found = []
    comprehensions = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
    for node in ast.walk(ast.parse(source)):
        inner = [each for each in ast.walk(node) if each is not node and isinstance(each, comprehensions)]
        construct = {
            ast.Lambda: "lambda", ast.DictComp: "a dictionary comprehension", ast.With: "with", ast.ClassDef: "class",
            ast.Try: "try", ast.NamedExpr: ":=", ast.Await: "await", ast.Yield: "yield",
        }.get(type(node))  # fmt: skip
        if isinstance(node, comprehensions) and (inner or len(node.generators) > 1):
            construct = "a nested comprehension"
        if isinstance(node, ast.Call) and any(isinstance(each, ast.Starred) for each in node.args):
            construct = "* in a call"
        if isinstance(node, ast.Call) and any(word.arg is None for word in node.keywords):
            construct = "** in a call"
        if isinstance(node, ast.Slice) and node.step is not None:
            construct = "a slice with a step"
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) > 2:
            construct = "an index along three axes"
        if construct:
            found.append((getattr(node, "lineno", 1), construct))
    return found


@pytest.mark.parametrize(
    "source, construct",
    [
        ("f = lambda p: p", "lambda"),
        ("{a: 1 for a in b}", "a dictionary comprehension"),
        ("[a for b in c for a in b]", "a nested comprehension"),
        ("[[a for a in b] for b in c]", "a nested comprehension"),
        ("f(*a)", "* in a call"),
        ("f(**a)", "** in a call"),
        ("with a:\n    b()", "with"),
        ("class A:\n    pass", "class"),
        ("try:\n    a()\nexcept ValueError:\n    pass", "try"),
        ("a[::2]", "a slice with a step"),
        ("a[0, :, 1]", "an index along three axes"),
    ],
)
def test_each_construct_is_noticed(source, construct):
    assert [found for _, found in beyond(source)] == [construct]


def test_a_little_python_is_let_through():
    source = "def f(a, b=1):\n    return [x + b for x in a]\n\nfor x in f([1, 2]):\n    print(x, A[0], A[0, 1:3])"
    assert beyond(source) == []


@pytest.mark.parametrize(**names(CORES))
def test_a_core_reads_with_a_little_python(one):
    found = [(source.splitlines()[line - 1], what) for source in visible_code(one) for line, what in beyond(source)]
    assert found == []


@pytest.mark.parametrize(**names(CORES))
def test_a_cores_cells_are_short(one):
    sizes = [lines(source) for source in visible_code(one) if not only_a_figure(source)]
    assert max(sizes) <= LINES and statistics.median(sizes) <= MEDIAN


@pytest.mark.parametrize(**names(CORES))
def test_folding_is_no_way_round(one):
    hidden = [cell.source for cell in course_code(core_cells(one)) if folded(cell)]
    assert len([source for source in hidden if not only_a_figure(source)]) <= FOLDED


@pytest.mark.parametrize(**names(LESSONS))
def test_nine_cells_in_ten_are_short(one):
    sizes = sorted(lines(cell.source) for cell in course.code(pages.with_results(one)) if not folded(cell))
    assert sizes[int(0.9 * len(sizes))] <= LINES
