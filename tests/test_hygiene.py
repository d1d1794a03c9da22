"""The files as committed: derived parts in step, notebooks executed and clean, nothing of a machine in them."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import course
import dlcourse
import nbformat
import pytest
import yaml
from packaging.requirements import Requirement

ROOT = course.ROOT
LESSONS = course.lessons()
TRACKED = [
    path
    for path in ROOT.rglob("*")
    if path.suffix in {".ipynb", ".md", ".py", ".toml", ".yml", ".sh", ".json", ".txt"}
    and not any(part.startswith(".venv") or part in {".git", "__pycache__"} for part in path.parts)
]


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


@pytest.fixture
def book(lesson):
    return course.read(lesson)


def code_cells(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def printed(cell):
    return "".join(
        output.get("text", "") + json.dumps(output.get("data", {}).get("text/plain", "")) for output in cell.outputs
    )


# ---------------------------------------------------------------- Derived parts


def test_there_are_lessons():
    assert len(LESSONS) >= 2


def test_lesson_is_what_make_notebooks_would_write(lesson, book):
    text = lesson.read_text(encoding="utf-8")
    written = nbformat.writes(course.normalise(course.derive(course.read(lesson), lesson.stem))).rstrip("\n") + "\n"
    assert text == written, "run `python tools/course.py sync`"


def test_setup_cell_is_the_common_one_and_comes_first(book):
    first, *others = code_cells(book)
    assert first.source == course.setup_source()
    assert "setup" in first.metadata.tags
    assert not any("dlcourse.setup(" in cell.source for cell in others)


def test_badges_name_this_file_and_repository(lesson, book):
    repository, branch = course.settings()
    assert f"/github/{repository}/blob/{branch}/notebooks/{lesson.name})" in book.cells[0].source
    assert f"mybinder.org/v2/gh/{repository}/{branch}?urlpath=lab/tree/notebooks/{lesson.name})" in book.cells[0].source


def test_readme_is_in_step():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text == course.derive_readme(text), "run `python tools/course.py sync`"
    assert all(f"(notebooks/{lesson.name})" in text for lesson in LESSONS)


def test_the_readmes_picture_is_the_lessons():
    assert (ROOT / "docs" / "ten_pictures.png").read_bytes() == course.before_and_after(), "run course.py sync"


def test_every_address_of_the_course_is_the_one_in_pyproject():
    repository, _ = course.settings()
    addresses = r"(?:github\.com/|colab\.research\.google\.com/github/|mybinder\.org/v2/gh/)([\w.-]+/[\w.-]+)"
    for path in TRACKED:
        for found in re.findall(addresses, path.read_text(encoding="utf-8")):
            assert found.removesuffix(".git") == repository, f"{path.relative_to(ROOT)} names {found}"


def test_make_repository_rewrites_every_address(tmp_path):
    for name in ("notebooks", "tools", "docs", "README.md", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    command = [sys.executable, "tools/course.py", "repository"]
    subprocess.run([*command, "somebody/a-fork"], cwd=tmp_path, check=True, capture_output=True)
    old = course.settings()[0]
    files = [*tmp_path.glob("notebooks/*.ipynb"), tmp_path / "README.md", tmp_path / "pyproject.toml"]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "somebody/a-fork" in text and old not in text, path.name
    assert 'os.path.abspath(\\"a-fork\\")' in files[0].read_text(encoding="utf-8")
    wrong = subprocess.run([*command, "no-slash"], cwd=tmp_path, capture_output=True, text=True)
    assert wrong.returncode != 0 and "NAME=owner/name" in wrong.stderr and "Traceback" not in wrong.stderr


def test_normalising_carries_out_what_a_terminal_would():
    log = "Epoch 1/2\n 1/150 ━ 1:20 1s/step - loss: 9\b\b\b\r150/150 ━━ 2s 3ms/step - loss: 1.5 - val_loss: 2.25\n"
    assert course._settle(log) == "Epoch 1/2\n150/150 ━━ loss: 1.5 - val_loss: 2.25\n"
    assert course._settle("94/94 - 4s - 43ms/step - loss: 0.5\n") == "94/94 - loss: 0.5\n"


# ---------------------------------------------------------------- Requirements


def requirements(text):
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    return {
        re.sub(r"[-_.]+", "-", Requirement(line).name).lower(): Requirement(line).specifier for line in lines if line
    }


LEARNERS = requirements((ROOT / "requirements.txt").read_text(encoding="utf-8"))


def test_environment_yml_carries_requirements_txt():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert requirements("\n".join(pip)) == LEARNERS
    (python,) = [entry for entry in environment["dependencies"] if str(entry).startswith("python>")]
    low, high = dlcourse.PYTHONS
    assert python == f"python>={low[0]}.{low[1]},<{high[0]}.{high[1] + 1}"


def test_oldest_versions_in_the_helper_are_those_of_the_requirements():
    for name, oldest in dlcourse.OLDEST.items():
        assert f">={'.'.join(map(str, oldest))}" in str(LEARNERS[name])


def test_ranges_are_ranges():
    for name, specifier in LEARNERS.items():
        assert sorted(part.operator for part in specifier) == ["<", ">="], name


def test_lessons_import_only_what_is_required():
    names = {"scikit-learn": "sklearn", "pillow": "PIL", "tensorflow-datasets": "tensorflow_datasets"}
    allowed = set(sys.stdlib_module_names) | {names.get(name, name) for name in LEARNERS} | {"IPython"}
    sources = {path.name: path.read_text(encoding="utf-8") for path in course.NOTEBOOKS.glob("*.py")}
    modules = {Path(name).stem for name in sources}
    for path in LESSONS:
        sources[path.name] = "\n".join(cell.source for cell in code_cells(course.read(path)))
    for name, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            found = []
            if isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found = [node.module]
            for module in found:
                top = module.split(".")[0]
                own = {"dlcourse"} if name.endswith(".ipynb") else modules
                assert top in allowed | own, f"{name} imports {module}"


# ---------------------------------------------------------------- Notebooks as committed


def test_executed_from_the_first_cell_to_the_last(book):
    counts = [cell.execution_count for cell in code_cells(book)]
    assert counts == list(range(1, len(counts) + 1))
    assert any(cell.outputs for cell in code_cells(book)), "not executed: run `make notebooks`"
    tagged = [cell for cell in code_cells(book) if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert tagged and all(cell.outputs for cell in tagged)


def test_no_errors_warnings_or_paths_in_outputs(book):
    for cell in code_cells(book):
        for output in cell.outputs:
            assert output.output_type != "error" and output.get("name") != "stderr", cell.source
        text = printed(cell)
        assert not re.search(r"/(home|root|tmp|Users|work|content|usr)/|[A-Z]:\\\\", text), text
        assert "Warning" not in text and "Traceback" not in text and " at 0x" not in text


def test_committed_on_the_full_set(book):
    text = "".join(printed(cell) for cell in code_cells(book))
    assert "bundled sample:" not in text and "Preparing the digits" not in text


def test_every_picture_has_a_text_alternative(book):
    for cell in book.cells:
        if cell.cell_type == "markdown":
            for alternative in re.findall(r"!\[(.*?)\]\(", cell.source):
                assert len(alternative) >= 10, cell.source
        else:
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    assert len(output.metadata["image/png"].get("alt", "")) >= 20, cell.source


def test_small_enough(lesson):
    assert lesson.stat().st_size < 1_000_000


def test_no_magics_and_no_lines_that_need_scrolling(book):
    for cell in code_cells(book):
        ast.parse(cell.source)  # A magic or a shell escape isn't Python.
        if "setup" not in cell.metadata.get("tags", []):
            assert max(map(len, cell.source.splitlines())) <= 110, cell.source


def test_cells_are_short(book):
    lengths = sorted(
        sum(bool(line.strip()) and not line.strip().startswith("#") for line in cell.source.splitlines())
        for cell in code_cells(book)
    )
    assert lengths[len(lengths) // 2] <= 5 and lengths[int(len(lengths) * 0.9)] <= 12 and lengths[-1] <= 26


def test_every_section_says_whether_it_is_core_and_how_long_it_takes(book):
    assert course.sections(book)
    for title, part, minutes, _ in course.sections(book):
        assert part in ("core", "optional") and isinstance(minutes, int), title


def test_opening_and_closing(book):
    top = book.cells[0].source
    assert re.match(r"# \d\. ", top) and 3 <= len(re.findall(r"^- ", top, flags=re.M)) <= 5
    assert "minutes" in top and "You will be able to" in top
    title, *_ = course.sections(book)[-1]
    assert title == "You have learned to"
    assert "**Next.**" in book.cells[-1].source


def test_prose_is_plain():
    for path in [*LESSONS, *ROOT.glob("docs/*.md"), ROOT / "README.md"]:
        if path.suffix == ".ipynb":
            text = "\n".join(cell.source for cell in course.read(path).cells if cell.cell_type == "markdown")
        else:
            text = path.read_text(encoding="utf-8")
        text = re.sub(r"`[^`]*`|!\[|<!--.*?-->|\$[^$]*\$", "", text)
        found = re.search(r"!|\b(simply|obviously|[Cc]olou?r(?<!our)|behavior|neighbor|[Cc]enter)\b", text)
        assert not found, f"{path.name}: {text[max(0, found.start() - 40) : found.end() + 40]!r}"


def test_nothing_of_a_machine_in_the_project():
    for path in TRACKED:
        text = path.read_text(encoding="utf-8")
        if path != Path(__file__).resolve():
            assert not re.search(r"(?<![\w.])/(work|root)/\w", text), path.relative_to(ROOT)


def test_reference_runs_are_complete():
    runs = json.loads((ROOT / "data" / "reference_runs.json").read_text(encoding="utf-8"))
    for path in LESSONS:
        for experiment in re.findall(r'compare_run\(\s*"(\w+)"', path.read_text(encoding="utf-8").replace('\\"', '"')):
            keys = [key for key in runs if key in (experiment, f"{experiment}-full", f"{experiment}-sample")]
            assert keys in ([experiment], [f"{experiment}-full", f"{experiment}-sample"])
            for key in keys:
                # Lesson 5 trains two networks a run: ten seeds.
                count = 10 if experiment == "augmentation" else 20
                assert all(len(values) >= count for values in runs[key].values())
