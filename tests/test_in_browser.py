"""How the browser edition is put together: its scripts, its digits, what stands in the page, the sentences.

What the page does in a browser: browser_edition.py. Its mathematics: test_network.py.
"""

import json
import math
import re
import subprocess
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

import course
import in_browser
import setup_cell
from course import ROOT, Mistake

UNPACK = """
import { readFile, writeFile } from "node:fs/promises";
import { parted, unpack } from "DIGITS";
const all = await unpack(await readFile(process.argv[2], "utf8"));
await writeFile(process.argv[3], Uint8Array.from(all.pictures.flatMap((one) => Array.from(one, (value) => 255 * value))
  .map(Math.round)));
const parts = Object.values(parted(all)).map(({ pictures, labels }) => [pictures.length, labels.length]);
console.log(JSON.stringify({ labels: [...all.labels], parts, same: all.pictures.every((one) => one.length === 784) }));
"""


class Parts(HTMLParser):
    """The addresses that a page leads to or loads, and its scripts {id or type: text}."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loaded, self.scripts, self.within = [], [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.links += [attributes["href"]] if tag == "a" and "href" in attributes else []
        self.loaded += [value for name, value in attributes.items() if name == "src" or (name == "href" and tag != "a")]
        self.within = attributes.get("id", attributes.get("type", "")) if tag == "script" else None

    def handle_endtag(self, tag):
        self.within = None

    def handle_data(self, data):
        if self.within is not None:
            self.scripts[self.within] = self.scripts.get(self.within, "") + data


@pytest.fixture(scope="module")
def page():
    return in_browser.html()


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """A folder in which a test may change the modules."""
    folder = tmp_path / "browser"
    folder.mkdir()
    for path in in_browser.PARTS.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(in_browser, "PARTS", folder)
    return folder


# ---------------------------------------------------------------- The page


def test_the_page_is_small_and_stands_alone(page):
    found = Parts(page)
    assert len(page.encode()) < 1_500_000
    assert found.loaded == ["data:,"]  # Its icon.
    assert len(found.links) <= len(course.lessons()) and not re.search(r"@import|url\(", page)
    outside = set(re.findall(r"""(?:https?:)?//[\w.-]+\.\w+[^\s"'<]*""", page.replace(in_browser.packed(), "")))
    assert outside - set(found.links) == {"http://www.w3.org/2000/svg"}  # The name of a kind of picture.


def test_its_links_lead_to_the_lessons_where_the_course_is_published(monkeypatch):
    monkeypatch.setattr(setup_cell, "published", lambda repository: True)
    found = Parts(in_browser.html())
    assert found.links == [course.addresses(one.name)["colab"] for one in course.lessons()]
    found = Parts(in_browser.html(site=True))
    assert found.links == ["index.html", *(f"lessons/{one.number}.html" for one in course.lessons())]


def test_its_links_are_left_out_where_it_is_not(monkeypatch):
    monkeypatch.setattr(setup_cell, "published", lambda repository: False)
    assert Parts(in_browser.html()).links == []


def test_it_carries_the_digits_and_the_runs(page):
    scripts = Parts(page).scripts
    assert scripts["packed"] == in_browser.packed()
    assert json.loads(scripts["reference"]) == json.loads(in_browser.RUNS.read_text())["runs"]
    assert json.loads(scripts["names"])[-1] == "dog"


def test_20_runs_read_what_is_promised():
    runs = in_browser.reference()
    for kind in ("plain", "invert"):
        assert runs[kind]["seed"] == list(range(1, 21))
        assert all(len(runs[kind][name]) == 20 for name in ("read", "inverted", "nine", "dog"))
    assert min(runs["plain"]["read"]) >= 960
    assert max(runs["plain"]["inverted"]) < 500 and min(runs["invert"]["inverted"]) >= 900


def test_a_page_that_is_too_large_is_not_made(monkeypatch):
    monkeypatch.setattr(in_browser, "LARGEST", 100_000)
    with pytest.raises(Mistake, match="more than the 100,000"):
        in_browser.html()


# ---------------------------------------------------------------- Its scripts


@pytest.mark.parametrize("names", [in_browser.WORKER, in_browser.SCRIPT], ids=["worker", "page"])
def test_the_joined_scripts_are_whole(names, tmp_path):
    """As a module, too, since there a name may not be given twice, not even to two functions."""
    script = in_browser.joined(names)
    assert not re.search(r"^\s*(import|export)\b", script, re.M)
    for ending in ("mjs", "cjs"):
        path = tmp_path / f"script.{ending}"
        path.write_text(script, encoding="utf-8")
        ran = subprocess.run([in_browser.node(), "--check", path], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr


def test_an_import_must_stand_before(parts):
    with pytest.raises(Mistake, match=r"browser/training\.js imports network\.js: name it before"):
        in_browser.joined(("settings.js", "digits.js", "training.js", "network.js"))
    text = (parts / "digits.js").read_text()
    (parts / "digits.js").write_text('import {\n  several,\n  lines,\n} from "./elsewhere.js";\n' + text)
    with pytest.raises(Mistake, match=r"browser/digits\.js imports elsewhere\.js"):
        in_browser.joined(in_browser.WORKER)


@pytest.mark.parametrize("words", ["</script>", "</SCRIPT", "<!-- no"])
def test_what_would_end_the_script_is_refused(words, parts):
    with (parts / "worker.js").open("a") as file:
        file.write(f"// {words}\n")
    with pytest.raises(Mistake, match="the browser would end the script there"):
        in_browser.joined(in_browser.WORKER)


# ---------------------------------------------------------------- Its digits


def test_unpacked_the_digits_are_the_courses_own(tmp_path):
    (tmp_path / "unpack.mjs").write_text(UNPACK.replace("DIGITS", (in_browser.PARTS / "digits.js").as_uri()))
    assert in_browser.main(["digits", str(tmp_path / "digits.txt")]) is None
    words = [in_browser.node(), *(str(tmp_path / name) for name in ("unpack.mjs", "digits.txt", "pictures"))]
    ran = subprocess.run(words, capture_output=True, text=True)
    assert ran.returncode == 0 and ran.stderr == "", ran.stderr
    found = json.loads(ran.stdout)
    assert found["parts"] == [[4000, 4000], [1000, 1000], [10, 10]] and found["same"]
    pictures = np.fromfile(tmp_path / "pictures", "uint8").reshape(-1, 28, 28)
    with np.load(ROOT / "data" / "mnist_sample.npz") as file:
        assert (pictures[:5000] == file["images"]).all() and found["labels"][:5000] == file["labels"].tolist()
    files = sorted((ROOT / "data" / "probes").glob("*.png"))
    assert (pictures[5000:] == np.stack([np.asarray(Image.open(path)) for path in files])).all()
    assert found["labels"][5000:] == [*range(1, 10), 255] and files[-1].name == "dog.png"


# ---------------------------------------------------------------- Sentences


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"other": 1}'])
def test_without_the_runs_there_is_a_sentence_and_no_page(text, tmp_path, monkeypatch, sentence):
    monkeypatch.setattr(in_browser, "RUNS", tmp_path / "runs.json")
    monkeypatch.setattr(in_browser, "PAGE", tmp_path / "page.html")
    if text is not None:
        in_browser.RUNS.write_text(text)
    in_browser.PAGE.write_text("the old one")
    with pytest.raises(Mistake) as raised:
        in_browser.main([])
    sentence(raised.value, "data/browser_runs.json", "make browser-runs")
    assert in_browser.PAGE.read_text() == "the old one"


def test_without_node_there_is_a_sentence(tmp_path, monkeypatch, sentence):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Mistake) as raised:
        in_browser.trained(tmp_path / "digits.txt", [1])
    sentence(raised.value, "Node.js")


def test_other_words_get_a_sentence(sentence):
    with pytest.raises(SystemExit) as raised:
        in_browser.main(["digits"])
    sentence(raised.value, "`digits FILE`")


@pytest.mark.parametrize("said", ["v18.2.0", "v8.17.0", "nothing"])
def test_with_an_old_node_there_is_a_sentence(said, tmp_path, monkeypatch, sentence):
    old = tmp_path / "node"
    old.write_text(f"#!/bin/sh\necho {said}\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Mistake) as raised:
        in_browser.trained(tmp_path / "digits.txt", [1])
    sentence(raised.value, "Node.js 18.3 or newer", said)


def test_numbers_in_the_text_are_those_of_the_code():
    settings = {
        name: float(value) for name, value in re.findall(r"const (\w+) = ([\d.]+)", in_browser.module("settings.js"))
    }
    with np.load(in_browser.SAMPLE) as file:
        count, side, _ = file["images"].shape
    held = int(settings["HELD_OUT"])
    passes = settings["STEPS"] * settings["BATCH"] / (count - held)
    filters, kernel = settings["FILTERS"], f"{settings['SIDE']:.0f}×{settings['SIDE']:.0f}"
    second = re.search(r"channels: FILTERS, filters: (\d+)", in_browser.module("network.js"))
    names = {6: "six", 8: "eight", 16: "Sixteen"}
    text, script = in_browser.module("page.html.j2"), in_browser.module("page.js")
    for words in (
        f"a picture of {side}×{side} = {side * side} pixels", f"the {side * side} brightnesses",
        f"It will learn from {count - held:,} digits. Another {held:,} are", f"each of its {count - held:,} digits",
        f"digits {names[passes]} times", f"At each step it looks at {settings['BATCH']:.0f} digits.",
        f"begins with {names[filters]} <strong>filters</strong> of {kernel} weights",
        f"{names[int(second[1])]} more filters look at these {names[filters]} pictures",
    ):  # fmt: skip
        assert words in text, words
    assert f"guessing has {math.log(10):.1f}," in script and f"top: {held}," in script
    assert f"Pure guessing reads about {held // 10}." in text
    assert in_browser.reference().keys() == {"plain", "invert"}
    for runs in in_browser.reference().values():
        assert runs["seed"] == list(in_browser.SEEDS) and {len(one) for one in runs.values()} == {len(in_browser.SEEDS)}
    # Who reads fewer has not learned, the page says: none of ours.
    least = int(re.search(r"LEARNED = (\d+)", script)[1])
    assert min(min(runs["read"]) for runs in in_browser.reference().values()) > least
    assert max(in_browser.reference()["plain"]["inverted"]) < held / 3  # "less than a third"
    default = int(re.search(r"SEED = (\d+)", script)[1])
    assert default not in in_browser.SEEDS
