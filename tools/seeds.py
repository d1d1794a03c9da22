"""Runs over many seeds: the lessons' own code, trained with other seeds, kept in data/runs/.

    python tools/seeds.py [02 …] [--data sample|full] [--seeds 1-20] [--jobs 1] [--anew]
    python tools/seeds.py summary [06 …]   no training: how many seeds bear each claim out, and each number's range
    python tools/seeds.py adopt 02         a change of code can't have changed the runs: note that they are this code's

A run is a process of its own. It executes the lesson's code cells in order as far as the last compare_run() (all of
them where there is none) with the seed replaced. Left out are cells tagged `no-reference`, checks, and answers that
no other cell needs; with SOLVED in the lesson's claims.py each exercise is answered by its folded solution and checked.
Each finished run is written to build/runs/ at once, so an interrupted command goes on where it was; when all seeds are
there they are put into data/runs/ together with a hash of the code. What learners see is never half of it.
"""

import argparse
import ast
import contextlib
import hashlib
import io
import json
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import course
import promises
from course import ROOT, Mistake
from fingerprint import code_hash, kinds, steps, uses_mnist

BUILD = ROOT / "build" / "runs"


# ---------------------------------------------------------------- Which runs there are


def noted(one, data):
    """The hash of the code that made the stored runs on this data source; "" where there are none."""
    code = promises.stored(one).get("code", {})
    return code if isinstance(code, str) else code.get(data, "")


def outdated(one):
    """A sentence for each data source whose stored runs come from other code than today's, or are too few."""
    found, present, runs = [], code_hash(one), promises.by_seed(one)
    for data in kinds(one):
        where = f"data/runs/{one.name}.json" + (f", {data}" if data != "any" else "")
        command = f"python tools/seeds.py {one.number}" + (f" --data {data}" if data != "any" else "")
        if noted(one, data) != present:
            found.append(f"{where}: the code of these runs has changed. Make them anew: `{command}`.")
        elif len(runs.get(data, {})) < promises.of(one).SEEDS:
            count = len(runs.get(data, {}))
            found.append(f"{where}: {count} runs, and {promises.of(one).SEEDS} are promised: `{command}`.")
    return found


# ---------------------------------------------------------------- One run


def run(one, seed, experiment=""):
    """Execute a lesson's cells in this process with another seed; return {experiment-data: {metric: value}}."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    import matplotlib.pyplot as plt

    import dlcourse

    # TensorFlow is not imported here: setup() must come before it, or a run takes twice as long.
    recorded, names, printed = {}, {"__name__": "lesson"}, io.StringIO()

    def record(name, **metrics):
        recorded.setdefault(name, {}).update({key: float(value) for key, value in metrics.items()})

    dlcourse.compare_run, kept = record, dlcourse.compare_run
    try:
        for step in steps(one, experiment):
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
                exec(compile(course.with_seed(step.source, seed), one.name, "exec"), names)
            plt.close("all")
    finally:
        dlcourse.compare_run = kept
    for name, values in facts(one, names, printed.getvalue()).items():
        recorded.setdefault(name, {}).update(values)
    sys.modules["keras"].backend.clear_session()
    source = f"-{dlcourse.mnist.source}" if uses_mnist(one) else ""
    rounded = {name: {key: round(value, 5) for key, value in values.items()} for name, values in recorded.items()}
    return {f"{name}{source}": values for name, values in rounded.items()}


def facts(one, names, printed=""):
    """{experiment: {what: number}} that a lesson's claims.py finds in its names (those in READS) and its prints."""
    promise = promises.of(one)
    found = promise.facts({name: names[name] for name in promise.READS if name in names})
    found |= promise.said(printed)
    return {promise.EXPERIMENT: {what: float(value) for what, value in found.items()}} if found else {}


FACTS = "Facts of this run: "


def facts_cell(one):
    """The source of a cell that prints the facts of the lesson in whose kernel it runs; facts_of() reads them."""
    return (
        f"import json, sys\nsys.path.insert(0, {str(ROOT / 'tools')!r})\nimport course, seeds\n"
        f"found = seeds.promises.of(course.lesson({one.number!r}))\n"
        "found = found.facts({name: globals()[name] for name in found.READS if name in globals()})\n"
        f"print({FACTS!r} + json.dumps({{what: float(value) for what, value in found.items()}}))"
    )


def facts_of(one, printed):
    """{experiment: {what: number}} of a lesson that ran in a kernel: all it printed, that of facts_cell() included."""
    found = re.findall(rf"^{FACTS}(.+)$", printed, flags=re.M)
    if not found:
        raise Mistake(f"{one.name}: the cell that prints its facts did not run: add seeds.facts_cell() as the last.")
    promise = promises.of(one)
    return {promise.EXPERIMENT: json.loads(found[-1]) | promise.said(printed)}


def before_training(one, seed=42, data="sample"):
    """The lesson's names, from its cells on these data before the first that trains: what costs no time."""
    names, before = {"__name__": "lesson"}, os.environ.get("DLCOURSE_DATA")
    os.environ["DLCOURSE_DATA"] = data
    try:
        for step in steps(one):
            if trains(step.source):
                break
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                exec(compile(course.with_seed(step.source, seed), one.name, "exec"), names)
    finally:
        os.environ.pop("DLCOURSE_DATA")
        os.environ |= {"DLCOURSE_DATA": before} if before is not None else {}
    return names


def trains(source):
    """Whether a cell calls Keras's fit, or a function named train…, on its top level."""
    calls = [
        node for part in ast.parse(source).body for node in ast.walk(part)
        if isinstance(node, ast.Call) and not isinstance(part, ast.FunctionDef)
    ]  # fmt: skip
    fits = [call for call in calls if ast.unparse(call.func).endswith(".fit")]
    named = [call for call in calls if ast.unparse(call.func).startswith("train") and "." not in ast.unparse(call.func)]
    passes = {"epochs", "steps_per_epoch"}
    return bool([call for call in fits if passes & {word.arg for word in call.keywords}] or
                [call for call in named if ast.unparse(call.func) != "train_test_split"])  # fmt: skip


# ---------------------------------------------------------------- Many runs


def _in_child(number, seed, experiment, environment):
    os.environ.update({"MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3", **environment})
    return run(course.lesson(number), seed, experiment)


def make(tasks, jobs=1, runs_per_process=1, **environment):
    """Execute tasks (lesson, seed, experiment) in processes of their own; yield (task, its run) as they finish.

    environment: variables for the runs, DLCOURSE_DATA among them. Mistake when a process dies.
    """
    context = get_context("spawn")
    more = {"max_tasks_per_child": runs_per_process} if runs_per_process else {}
    with ProcessPoolExecutor(jobs, mp_context=context, **more) as pool:
        try:
            waiting = {pool.submit(_in_child, one.number, seed, experiment, environment): (one, seed, experiment)
                       for one, seed, experiment in tasks}  # fmt: skip
            for future in as_completed(waiting):
                one, seed, _ = waiting[future]
                if problem := future.exception():
                    words = (
                        "it was ended, perhaps for lack of memory"
                        if isinstance(problem, BrokenProcessPool)
                        else problem
                    )
                    raise Mistake(f"{one.name}, seed {seed}: {type(problem).__name__}: {words}") from problem
                yield waiting[future], future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def finished(one, data, code, anew=False):
    """{seed: run} that this code has made on this data source: stored ones, and those of an interrupted command."""
    found = {}
    if noted(one, data) == code and not anew:
        for key, columns in promises.stored(one)["runs"].items():
            if promises.parts(key)[1] == data:
                for place, seed in enumerate(columns["seeds"]):
                    values = {name: column[place] for name, column in columns.items() if name != "seeds"}
                    found.setdefault(seed, {})[key] = values
    path = _part(one, data, code)
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        with contextlib.suppress(ValueError):  # The last line may be half written.
            seed, values = json.loads(line)
            found[seed] = values
    return found


def _part(one, data, code):
    return BUILD / f"{one.name}.{data}.{code}.jsonl"


def publish(one, data, code, runs):
    """Write these runs, {seed: run}, into data/runs/ in the place of the ones that are there on this data source."""
    whole = promises.stored(one)
    kept = {key: columns for key, columns in whole["runs"].items() if promises.parts(key)[1] != data}
    for seed, found in sorted(runs.items()):
        for key, values in found.items():
            columns = kept.setdefault(key, {"seeds": []})
            columns["seeds"].append(seed)
            for name, value in values.items():
                columns.setdefault(name, []).append(value)
    hashes = whole.get("code", {})
    hashes = code if data == "any" else {**(hashes if isinstance(hashes, dict) else {}), data: code}
    write(one, {"code": hashes, "runs": dict(sorted(kept.items()))})


def values_hash(whole):
    """A hash of the numbers in a runs file: nobody edits them by hand unnoticed."""
    return hashlib.sha256(json.dumps(whole["runs"], sort_keys=True).encode()).hexdigest()[:16]


def write(one, whole):
    """Write a runs file in one step, a metric a line."""
    lines = json.dumps({"code": whole["code"], "values": values_hash(whole), "runs": whole["runs"]}, indent=1)
    lines = re.sub(r"\[\s+([^]]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", lines)
    part = promises.path_of(one).with_suffix(".part")
    part.write_text(lines + "\n", encoding="utf-8", newline="\n")
    os.replace(part, promises.path_of(one))


def collect(one, data, seeds, jobs, anew=False):
    """Make the runs of one lesson on one data source that are not there yet, and publish them.

    anew: as if those in data/runs/ were not there.
    """
    from tqdm import tqdm

    code = code_hash(one)
    done = finished(one, data, code, anew)
    BUILD.mkdir(parents=True, exist_ok=True)
    part, tasks = _part(one, data, code), [(one, seed, "") for seed in seeds if seed not in done]
    environment = {"DLCOURSE_DATA": "sample" if data == "any" else data}
    with tqdm(total=len(seeds), initial=len(seeds) - len(tasks), desc=f"{one.name} {data}", unit="run") as bar:
        for (_, seed, _), found in make(tasks, jobs, **environment):
            with part.open("a", encoding="utf-8") as file:
                file.write(json.dumps([seed, found]) + "\n")
            done[seed] = found
            bar.update()
    if len(done) < promises.of(one).SEEDS:  # A few seeds for a look must not take the place of many.
        print(f"{part.relative_to(ROOT)} has {len(done)} of {promises.of(one).SEEDS} runs; data/runs/ stays as it is.")
        return
    publish(one, data, code, done)
    part.unlink(missing_ok=True)


# ---------------------------------------------------------------- The command


def summary(one):
    """Print for every claim how many seeds bear it out, and every number's range; say whether all are enough."""
    verdicts = promises.verdicts(one)
    for data, claim, right, count, fine in verdicts:
        print(f"{data:6} {'✓' if fine else '✗'} {right:2} of {count} seeds: {claim.words}")
    for key, columns in promises.stored(one)["runs"].items():
        print(f"\n{key}, {len(columns['seeds'])} seeds")
        for name, values in columns.items():
            if name != "seeds":
                print(f"  {name:38} {min(values):9.3f} to {max(values):9.3f}")
    print()
    return all(fine for *_, fine in verdicts)


def numbers(words):
    """The seeds that "1-20" or "1,2,5" names."""
    found = []
    for part in words.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Train the lessons' own code with many seeds.")
    parser.add_argument("lessons", nargs="*", help="02 …; before them perhaps `summary` or `adopt`")
    parser.add_argument("--data", choices=["sample", "full"])
    parser.add_argument("--seeds", type=numbers, help="1-20, or 1,2,5; without it as many as the lesson promises")
    parser.add_argument("--jobs", type=int, default=1, help="how many runs at a time")
    parser.add_argument("--anew", action="store_true", help="even those that are there")
    wanted = parser.parse_args(arguments)
    words = wanted.lessons
    task = words.pop(0) if words[:1] in (["summary"], ["adopt"]) else "run"
    chosen = [course.lesson(number) for number in words] or promises.with_runs()
    if silent := [one.name for one in chosen if one not in promises.with_runs()]:
        raise Mistake(f"{silent[0]} promises nothing over seeds: lessons/{silent[0]}/claims.py has no CLAIMS.")
    if task == "summary":
        return 0 if all([summary(one) for one in chosen]) else 1
    for one in chosen:
        for data in [kind for kind in kinds(one) if kind == "any" or wanted.data in (None, kind)]:
            if task == "adopt":
                publish(one, data, code_hash(one), finished(one, data, noted(one, data)))
            else:
                collect(one, data, wanted.seeds or range(1, promises.of(one).SEEDS + 1), wanted.jobs, wanted.anew)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(course.NOTEBOOKS))
    import seeds  # So that a run's process finds its function by this name.

    try:
        sys.exit(seeds.main())
    except Mistake as problem:
        sys.exit(str(problem))
