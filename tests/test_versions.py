"""The course on other versions and engines: how tools/versions.py reads what it ran, and what it says of it."""

import re
import subprocess
import sys
import types

import pytest
import yaml

import course
import promises
import versions

REPORT = """<testsuites><testsuite>{}</testsuite></testsuites>"""
CASE = '<testcase classname="notebooks.{}.ipynb" name="Cell {}">{}</testcase>'
LOCK = """# A lock.
keras==3.15.1 \\
    --hash=sha256:0
numpy==2.4.6 ; python_full_version >= '3.11'
scikit-learn==1.9.0
scipy==1.17.1 ; python_full_version < '3.12'
scipy==1.18.1 ; python_full_version >= '3.12'
tensorflow-datasets==4.9.10
"""


def test_the_lesson_of_a_failed_cell_is_named():
    cells = CASE.format("04_mnist", 3, "<failure/>") + CASE.format("02_iris", 1, "") + CASE.format("04_mnist", 4, "")
    assert versions.failed(REPORT.format(cells)) == ["04"]
    assert versions.failed(REPORT.format(cells + CASE.format("01_neurons", 9, "<error/>"))) == ["01", "04"]
    assert versions.failed(REPORT.format(CASE.format("02_iris", 1, ""))) == []


def test_cells_that_did_not_run_are_not_green():
    with pytest.raises(course.Mistake, match="No cell of any lesson ran"):
        versions.failed(REPORT.format(""))
    assert versions.failed(REPORT.format(CASE.format("conftest", 1, "<error/>"))) == ["?"]


def test_what_has_moved_since_the_lock(monkeypatch):
    here = {
        "scipy": "1.18.1",
        "Keras": "3.16.0",
        "numpy": "2.4.6",
        "scikit_learn": "1.9.1",
        "tensorflow-datasets": "4.9.10",
        "uv": "9",
    }
    monkeypatch.setattr(versions, "installed", lambda python: here)
    changes = versions.moved("python", LOCK)
    assert changes == [("keras", "3.15.1", "3.16.0"), ("scikit-learn", "1.9.0", "1.9.1")]
    said = versions.sentence(changes, ["04"], ["keras"])
    assert said.endswith(".") and ". " not in said  # One sentence.
    assert "keras 3.15.1 → 3.16.0" in said and "lesson 04" in said and "keras alone does it" in said
    assert versions.sentence([], []) == "Since the lock has moved: nothing; all lessons are green."


def test_the_library_that_did_it_is_found_by_moving_each_alone(monkeypatch):
    done = []
    monkeypatch.setattr(versions, "install", lambda python, *words: done.append(words))
    monkeypatch.setattr(versions, "lessons_green", lambda *more: ["04"] if done[-1] == ("keras==3.16.0",) else [])
    monkeypatch.setattr(subprocess, "run", lambda *command, **more: None)
    assert versions.blame("python", [("numpy", "2.4.6", "2.5.0"), ("keras", "3.15.1", "3.16.0")], ["04"]) == ["keras"]
    assert [words[0] for words in done] == ["-r", "numpy==2.5.0", "-r", "keras==3.16.0"]  # The locked ones first.


def test_three_seeds_are_enough_or_not():
    always, mostly = (types.SimpleNamespace(share=share) for share in (1, 0.9))
    assert [versions.enough(always, right, 3) for right in range(4)] == [False, False, False, True]
    assert [versions.enough(mostly, right, 3) for right in range(4)] == [False, False, True, True]


def test_claims_are_left_out_on_an_engine_only_where_the_lesson_says_so():
    """TensorFlow keeps all of them; the page names the others where one is left out."""
    for one in promises.with_runs():
        partial = [claim for claim in promises.of(one).CLAIMS if set(claim.engines) != {"tensorflow", "jax", "torch"}]
        assert all("tensorflow" in claim.engines for claim in partial)
        assert not partial or "On JAX and PyTorch" in one.source.read_text(encoding="utf-8")
    assert (
        len([claim for one in promises.with_runs() for claim in promises.of(one).CLAIMS if len(claim.engines) < 3]) == 5
    )


@pytest.mark.parametrize("words, said", [
    (["ancient"], "oldest"), (["seeds"], "choose from jax, torch"), (["seeds", "oldest"], "choose from jax, torch"),
    (["table", "jax"], "choose from"), (["jax", "--lessons", "04"], "goes with `seeds`"),
])  # fmt: skip
def test_a_command_that_asks_for_nothing_is_a_sentence(words, said, capsys):
    with pytest.raises(SystemExit) as caught:
        versions.main(words)
    assert caught.value.code and said in capsys.readouterr().err


def test_a_lesson_that_is_not_there_is_a_sentence():
    with pytest.raises(course.Mistake, match="--lessons 4: give numbers such as 04"):
        versions.three_seeds("jax", ["4"])


def test_a_table_of_half_the_figures_is_not_written(monkeypatch, tmp_path):
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    monkeypatch.setattr(versions, "BUILD", tmp_path)
    with pytest.raises(course.Mistake, match="jax.json is missing: run"):
        versions.table()
    (tmp_path / "jax.json").write_text('{"version": "1", "02_iris": {}}')
    with pytest.raises(course.Mistake, match="jax.json lacks 04_mnist: run"):
        versions.table()


def test_a_python_that_is_missing_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).touch()
    monkeypatch.setattr(subprocess, "run", lambda *command, **more: types.SimpleNamespace(returncode=1))
    with pytest.raises(course.Mistake, match="newest needs Python 3.13: install it"):
        versions.build("newest")


WORKFLOWS = sorted((course.ROOT / ".github" / "workflows").glob("*.y*ml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_one_that_github_takes(path, tmp_path):
    """By GitHub's own schema; and a slip is found."""
    text = path.read_text(encoding="utf-8")
    linter = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    for source, fine in [(text, True), (text.replace("runs-on:", "run-on:", 1), False)]:
        (tmp_path / "workflow.yml").write_text(source, encoding="utf-8")
        ran = subprocess.run([*linter, tmp_path / "workflow.yml"], capture_output=True, text=True)
        assert (ran.returncode == 0) == fine, ran.stdout


def test_each_target_that_the_workflows_make_is_there():
    read = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"] for path in WORKFLOWS}
    jobs = {f"{stem} {name}": job for stem, there in read.items() for name, job in there.items()}
    makefile = (course.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {word for line in re.findall(r"^([a-z][a-z -]*):", makefile, re.M) for word in line.split()}
    asked = {words for job in jobs.values() for step in job["steps"]
             for words in re.findall(r"^make ([a-z-]+)$", step.get("run", ""), re.M)}  # fmt: skip
    asked |= set(jobs["ci weekly"]["strategy"]["matrix"]["what"])
    assert len(asked) >= 9 and asked <= targets
