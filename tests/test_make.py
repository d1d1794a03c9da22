"""What the Makefile and the workflow run."""

import re
import socket
import subprocess
import sys

import yaml

import course


def recipe(target):
    """The commands of a target of the Makefile and of the targets it needs, variables filled in."""
    text = (course.ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    variables = dict(re.findall(r"^(\w+) = (.*)$", text, re.M))
    needs, lines = re.search(rf"^{target}:(.*)\n((?:\t.*\n?)*)", text, re.M).groups()
    found = [line for other in needs.split() for line in recipe(other)]
    for line in lines.splitlines():
        while used := [name for name in variables if f"$({name})" in line]:
            line = line.replace(f"$({used[0]})", variables[used[0]])
        found.append(line.strip().removeprefix("@"))
    return found


def test_every_target_has_its_line_of_help_and_is_no_file():
    text = (course.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", text, re.M)
    assert len(targets) == len(set(targets)) > 30
    assert set(re.search(r"^\.PHONY: (.+)$", text.replace("\\\n", " "), re.M)[1].split()) == set(targets)
    assert set(re.findall(r'@echo "make ([a-z-]+) {2,}\w', text)) == set(targets) - {"help"}


def test_the_browser_edition_and_its_runs_are_made_by_their_tool():
    assert recipe("browser")[-1] == ".venv/bin/python tools/in_browser.py"
    assert recipe("browser-runs")[-1] == ".venv/bin/python tools/in_browser.py runs"


def test_make_test_runs_all_tests_and_the_lessons_strictly():
    commands = recipe("test")
    tests = [line for line in commands if re.search(r"-m pytest\b", line) and "nbval" not in line]
    assert sorted(re.search(r'-m ("not slow"|slow)$', line)[1] for line in tests) == ['"not slow"', "slow"]
    (lessons,) = [line for line in commands if "--nbval-lax" in line]
    assert "DLCOURSE_STRICT=1" in lessons and "DLCOURSE_DATA=sample" in lessons and lessons.endswith(" notebooks")
    for name in ("test_solved.py", "test_fresh_seeds.py"):
        text = (course.ROOT / "tests" / name).read_text(encoding="utf-8")
        assert re.search(r"^def test_", text, re.M) and not re.search("pytest.skip|skipif|importorskip", text), name
    assert any("ruff check" in line for line in commands) and any("ruff format --check" in line for line in commands)
    assert "DLCOURSE_STRICT=1" in " ".join(recipe("test-full")) and "notebooks" in recipe("test-full")[-1]


def test_make_test_offline_runs_the_lessons_where_there_is_no_network():
    lessons = recipe("test-offline")[-1]
    assert re.search(r"sh tools/offline\.sh env .*DLCOURSE_STRICT=1.*--nbval-lax.* notebooks$", lessons)
    assert "DLCOURSE_DATA=auto" in lessons, "which source is there is what is tried"
    assert any("offline.sh" in line and "offline_simulation.py" in line for line in recipe("test-offline"))


def test_the_workflow_runs_make_test_and_make_test_offline_and_is_strict():
    jobs = yaml.safe_load((course.ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    steps = [(name, job, step["run"]) for name, job in jobs.items() for step in job["steps"] if "run" in step]
    assert {"make test", "make test-offline", "make test-colab"} <= {words.strip() for _, _, words in steps}
    strict = [job.get("env", {}).get("DLCOURSE_STRICT") for _, job, words in steps if "--nbval-lax" in words]
    assert strict and set(strict) == {"1"}


def test_offline_really_is_offline():
    """A server of this machine can't be reached from there; where that can't be had, it says so and fails."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5); print('reached')"
        command = ["sh", "tools/offline.sh", sys.executable, "-c", program]
        result = subprocess.run(command, cwd=course.ROOT, capture_output=True, text=True)
        assert result.returncode != 0 and "reached" not in result.stdout
        again = subprocess.run([*command[:2], "sh", "-c", "echo begun; exit 7"], cwd=course.ROOT, capture_output=True)
    refused = again.returncode == 1 and b"can't be cut off" in again.stderr
    assert refused or (again.returncode == 7 and again.stdout == b"begun\n"), "the command wasn't run"
