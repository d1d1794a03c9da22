"""How the web site's pages are prepared. How they look and work, tests/site_pages.py sees in a browser."""

import re

import pytest

import course
import in_browser
import website

PUBLISHED = "somebody/some-course"
REPOSITORY = course.settings()["repository"]
PAGE = course.ROOT / "docs" / "glossary.md"


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setattr(website, "SOURCE", tmp_path / "source")
    return website.Page(PAGE, "glossary.md")


@pytest.fixture
def published(monkeypatch):
    agreed = course.settings() | {"repository": PUBLISHED, "branch": "main"}
    monkeypatch.setattr(course, "settings", lambda: agreed)


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("[lesson 2](../notebooks/02_iris.ipynb)", "[lesson 2](lessons/02.md)"),
        ("[01_neurons, One neuron](../notebooks/01_neurons.ipynb)",
         "[01_neurons, One neuron](lessons/01.md#one-neuron)"),
        ("[the\nquestions](questions.md#1-neurons)", "[the\nquestions](questions.md#1-neurons)"),
        ("[here](#glossary)", "[here](#glossary)"),
        ("[start](../README.md#working-in-a-notebook)", "[start](start.md#working-in-a-notebook)"),
        ("[the course](../README.md)", "[the course](index.md)"),
        ("[how to carry on](../CONTRIBUTING.md)", "how to carry on"),
        ("[Keras](https://keras.io/guides/)", "[Keras](https://keras.io/guides/)"),
        (f"[in Colab](https://colab.research.google.com/github/{REPOSITORY})", "in Colab (not published yet)"),
        ("[deck](../build/slides/99-none.html)", "deck"),
        ("`[code](nowhere.md)`", "`[code](nowhere.md)`"),
        ("\n```python\n[code](nowhere.md)\n```\n", "\n```python\n[code](nowhere.md)\n```\n"),
    ],
)  # fmt: skip
def test_links_stay_inside_the_site(page, monkeypatch, written, becomes):
    agreed = course.settings() | {"repository": "owner/some-course"}
    monkeypatch.setattr(course, "settings", lambda: agreed)
    page.agreed = agreed
    assert page.links(f"a {written} b") == f"a {becomes} b"


def test_links_to_the_sources_lead_to_the_published_course(published):
    page = website.Page(PAGE, "glossary.md")
    seen = f"https://github.com/{PUBLISHED}"
    assert page.links("[x](../CONTRIBUTING.md)") == f"[x]({seen}/blob/main/CONTRIBUTING.md)"
    assert page.links("[x](../tools)") == f"[x]({seen}/tree/main/tools)"


def test_a_lesson_can_be_taken_along(published):
    text = website.lesson_page(course.lesson("04"))
    assert '<a href="../notebooks/04_mnist.ipynb" download>' in text
    links = course.addresses("04_mnist")
    assert f"({links['colab']})" in text and f"({links['binder']})" in text
    assert "somebody/some-course" in links["colab"]


def test_a_lesson_of_an_unpublished_course_has_no_dead_links(monkeypatch):
    agreed = course.settings() | {"repository": "owner/some-course"}
    monkeypatch.setattr(course, "settings", lambda: agreed)
    text = website.lesson_page(course.lesson("04"))
    assert "Colab and Binder: not published yet" in text and "/owner/" not in text


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("[x](questions.md#a-section-that-was-renamed)", "to the section #a-section-that-was-renamed"),
        ("[x](#nothing-here)", "leads to the section #nothing-here of glossary.md, which isn't there"),
        ("[x](../README.md#nothing-here)", "leads to the section #nothing-here of README.md"),
        ("[01_neurons, A renamed one](../notebooks/01_neurons.ipynb)", "no section called “A renamed one”"),
        ("[x](nowhere.md)", "the link “x” leads to nowhere.md, which isn't there"),
        ("[x](../../../../etc/hostname)", "which isn't there"),
        ("![](../images/cnn.png)", "the picture ../images/cnn.png has no text alternative"),
        ("![ ](../images/cnn.png)", "has no text alternative"),
        ("![A picture.](../images/none.png)", "the picture ../images/none.png isn't there"),
        ("![A picture.](https://example.org/x.png)", "isn't there"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_a_sentence_with_file_and_line(page, written, sentence):
    with pytest.raises(course.Mistake) as caught:
        page.links(f"# Title\n\n```text\ncode\n```\n\nWords {written}.\n")
    assert str(caught.value).startswith("docs/glossary.md:7: ") and sentence in str(caught.value)


def test_a_picture_from_elsewhere_in_the_course_is_copied(page):
    assert page.links("![A network.](../images/cnn.png)") == "![A network.](images/cnn.png)"
    assert (website.SOURCE / "images" / "cnn.png").is_file()


def test_lines_stay_where_they_are(monkeypatch, tmp_path):
    """So that Sphinx names the line that somebody has written."""
    monkeypatch.setattr(website, "SOURCE", tmp_path)
    for one in course.lessons():
        before, after = one.page.read_text(encoding="utf-8").split("\n"), website.lesson_page(one).split("\n")
        assert len(before) == len(after)
        assert [line for line in before if line.startswith("#")] == [line for line in after if line.startswith("#")]


def test_tasks_have_boxes_and_not_brackets(monkeypatch, tmp_path):
    """The code host makes boxes of "- [ ]", Sphinx does not."""
    monkeypatch.setattr(website, "SOURCE", tmp_path)
    website.prepare()
    tasks = re.findall(r"^- \[ \] (\w+)", (course.ROOT / "docs" / "teach.md").read_text(encoding="utf-8"), re.M)
    prepared = (tmp_path / "teach.md").read_text(encoding="utf-8")
    assert len(tasks) > 10 and re.findall(r"^- ☐ (\w+)", prepared, re.M) == tasks
    assert "[ ]" not in website.masked(prepared)


def test_what_is_taught_leads_to_its_section():
    text = website.coverage_page()
    rows = re.findall(r"^\| .+ \| (.+) \|$", text.split("## 1. ")[1], re.M)
    rows = [row for row in rows if row != "Section"]
    assert len(rows) > 60 and all(re.fullmatch(r"(\[.+?\]\(lessons/\d\d\.md#[^)]+\)(; )?)+", row) for row in rows)


def test_the_start_page_has_what_a_visitor_asks_for(monkeypatch, tmp_path):
    monkeypatch.setattr(website, "SOURCE", tmp_path)
    made = website.start_pages()
    assert "**Begin here:** [lesson 1, " in made["index.md"] and "lessons_map.svg)" in made["index.md"]
    for one in course.lessons():
        minutes = [str(count or "–") for count in (one.minutes, one.alone, one.whole)]
        assert f"](lessons/{one.number}.md) | {' | '.join(minutes)} |" in made["index.md"]
    assert made["start.md"].startswith("# Start\n") and "\n## Working in a notebook\n" in made["start.md"]
    assert "git clone" in made["start.md"] and "For maintainers" not in "".join(made.values())


def test_the_start_page_leads_to_the_browser_edition_first(monkeypatch, tmp_path):
    """Also where the README can't link it yet: here it is a page of the site."""
    monkeypatch.setattr(website, "SOURCE", tmp_path)
    for repository in ("owner/some-course", PUBLISHED):
        agreed = course.settings() | {"repository": repository}
        monkeypatch.setattr(course, "settings", lambda agreed=agreed: agreed)
        text = website.start_pages()["index.md"]
        first = re.search(r'<a href="([^"]+)">|\]\(([^)]+)\)', text)
        assert first[1] == "train.html" and first.start() < text.index("**Begin here:**")
        assert text.count("Train a network now") == 1 and "make browser" not in text


def test_the_browser_edition_lies_in_the_site_and_leads_to_its_lessons(monkeypatch, tmp_path):
    monkeypatch.setattr(website, "SOURCE", tmp_path / "source")
    website.prepare()
    text = (tmp_path / "source" / "_extra" / "train.html").read_text(encoding="utf-8")
    links = re.findall(r'<a href="([^"#]+)"', text)
    assert links == ["index.html", *(f"lessons/{one.number}.html" for one in course.lessons())]
    for link in links:
        assert (tmp_path / "source" / link).with_suffix(".md").is_file(), link
    assert len(text.encode()) <= in_browser.LARGEST


def test_a_readme_without_its_headings_is_a_sentence(monkeypatch, tmp_path):
    (tmp_path / "README.md").write_text("# Course\n\n## The lessons\n\n## Begin\n")
    monkeypatch.setattr(website, "ROOT", tmp_path)
    with pytest.raises(course.Mistake, match="README.md:1: the heading “## Start” is missing"):
        website.start_pages()


@pytest.mark.slow
def test_what_sphinx_finds_is_a_sentence_with_file_and_line(tmp_path):
    """One run of Sphinx over faults that only it sees; a formula that is right becomes MathML."""
    source, site = tmp_path / "source", tmp_path / "site"
    for folder in ("_static", "_extra"):
        (source / folder).mkdir(parents=True)
    text = "# Title\n\n$x^2$\n\n#### Too deep\n\n$$x_1_2$$\n\n[x](nowhere.md)\n\n$\\unknown{x}$\n"
    (source / "index.md").write_text(text, encoding="utf-8")
    with pytest.raises(course.Mistake) as caught:
        website.render(source, site)
    said = str(caught.value).splitlines()
    assert any(line.startswith("docs/index.md:5: ") and "header" in line for line in said), said
    assert any(line.startswith("docs/index.md:7: ") and "this formula can't be drawn" in line for line in said), said
    assert any(line.startswith("docs/index.md:9: ") and "nowhere.md" in line for line in said), said
    assert any(line.startswith("docs/index.md:11: ") and "it has no \\unknown" in line for line in said), said
    assert not site.exists()
