"""What the lessons promise over seeds: held against the stored runs; each can fail; the runs are today's code's."""

import ast
import copy
import json
import re
import shutil

import nbformat
import pytest

import course
import fingerprint
import pages
import promises
import running
import seeds
from dlcourse.runs import _in_words

LESSONS = course.lessons()
WITH_RUNS = promises.with_runs()
CLAIMS = [
    pytest.param(one, data, claim, id=f"{one.number}-{data}-{claim.words}")
    for one in WITH_RUNS
    for data in promises.by_seed(one)
    for claim in promises.of(one).CLAIMS
    if data == "any" or data in claim.data
]


def by_name(one):
    return one.name


# ---------------------------------------------------------------- Promises


def test_the_lessons_that_measure_promise_something():
    assert {one.number for one in WITH_RUNS} >= {one.number for one in LESSONS if fingerprint.compares(one)}
    assert len(CLAIMS) > 100


def runs_of(one, data, experiments):
    """[run, …] on a data source; a sentence where there are none of these experiments."""
    runs = list(promises.by_seed(one)[data].values())
    missing = sorted(set(experiments) - set(runs[0]))
    assert missing == [], f"There are no runs of {', '.join(missing)} yet: make runs ONLY={one.number}"
    return runs


@pytest.mark.parametrize("one, data, claim", CLAIMS)
def test_a_claim_holds_over_seeds(one, data, claim):
    runs = runs_of(one, data, claim.breaks)
    assert sum(bool(claim.holds(run)) for run in runs) >= claim.share * len(runs)
    assert 0.9 <= claim.share <= 1


def claims_with_runs(one):
    """[(claim, [run, …])] for each data source on which it is promised."""
    return [
        (claim, runs_of(one, data, claim.breaks))
        for data in promises.by_seed(one)
        for claim in promises.of(one).CLAIMS
        if data == "any" or data in claim.data
    ]


@pytest.mark.parametrize("one", WITH_RUNS, ids=by_name)
def test_a_claim_is_broken_by_the_values_that_it_names(one):
    """Its condition is not wider than its own counterexample, in no run."""
    for claim, runs in claims_with_runs(one):
        for run in runs:
            assert all(set(values) <= set(run[experiment]) for experiment, values in claim.breaks.items())
            changed = {experiment: {**values, **claim.breaks.get(experiment, {})} for experiment, values in run.items()}
            assert claim.breaks and not claim.holds(changed), claim.words


class Watched(dict):
    """A dictionary that notes which of its entries are read."""

    def __init__(self, values, read):
        super().__init__(values)
        self.read = read

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("one", WITH_RUNS, ids=by_name)
def test_a_claim_depends_on_each_number_that_it_reads(one):
    for claim, runs in claims_with_runs(one):
        run = next(run for run in runs if claim.holds(run))
        read = {experiment: set() for experiment in run}
        claim.holds({experiment: Watched(values, read[experiment]) for experiment, values in run.items()})
        assert set().union(*read.values()) >= {name for values in claim.breaks.values() for name in values}
        for experiment, names in read.items():
            for name in names:
                others = [{**run, experiment: {**run[experiment], name: value}} for value in (-1e3, -1, 0, 1, 2, 1e3)]
                assert not all(claim.holds(other) for other in others), f"{claim.words}: {name} makes no difference"


@pytest.mark.parametrize("one", [one for one in WITH_RUNS if promises.of(one).DIFFERENT], ids=by_name)
def test_a_loss_of_so_many_points_is_called_different(one):
    """And half of it isn't: nobody is told that something went wrong where chance does as much."""
    for (key, name), points in promises.of(one).DIFFERENT.items():
        runs = promises.stored(one)["runs"]
        assert key in runs, f"There are no runs of {key} yet: make runs ONLY={one.number}"
        values = runs[key][name]
        mean = sum(values) / len(values)
        called = [_in_words(mean - loss / 1000, values).startswith("different (lower") for loss in range(1000)]
        least = called.index(True) / 10
        assert least <= points < 2 * least, f"DIFFERENT, {name} of {key}: from {least} points on it is different."


# ---------------------------------------------------------------- The runs


@pytest.mark.parametrize("one", WITH_RUNS, ids=by_name)
def test_the_runs_are_those_of_todays_code_and_enough(one):
    assert seeds.outdated(one) == []


@pytest.mark.parametrize("one", WITH_RUNS, ids=by_name)
def test_a_runs_file_is_whole_and_each_seed_has_a_run_of_its_own(one):
    for key, columns in promises.stored(one)["runs"].items():
        assert len(set(columns["seeds"])) == len(columns["seeds"]) >= promises.of(one).SEEDS > 0
        assert {len(column) for column in columns.values()} == {len(columns["seeds"])}
        different = [len(set(column)) for name, column in columns.items() if name != "seeds"]
        assert max(different) > 2, f"{key}: all seeds give the same"


@pytest.mark.parametrize("one", WITH_RUNS, ids=by_name)
def test_the_numbers_are_as_the_executor_wrote_them(one):
    whole = promises.stored(one)
    assert whole["values"] == seeds.values_hash(whole), "edited by hand: make these runs anew"
    for columns in whole["runs"].values():
        for name, column in columns.items():
            if name != "seeds":
                column[0] += 0.008
                assert whole["values"] != seeds.values_hash(whole)
                column[0] -= 0.008


def test_there_are_no_runs_without_a_lesson():
    assert {path.stem for path in promises.RUNS.glob("*")} == {one.name for one in WITH_RUNS}


# ---------------------------------------------------------------- The hash of the code


def test_the_hash_is_of_what_all_pythons_agree_on():
    """ast.dump() has `type_params=[]` from 3.12 on, and no empty fields from 3.13 on."""
    words = fingerprint.dumped(ast.parse("def f(x, *more):\n    return [x for x in more] or None"))
    assert "=[]" not in words and "type_params" not in words and words.startswith("Module(body=[FunctionDef(name='f'")


@pytest.fixture
def lesson_5(monkeypatch):
    """Lesson 5, and a function that gives its hash with words of its cells exchanged."""
    one, read = course.lesson("05"), course.read
    original = read(one)

    def changed(old="", new=""):
        book = copy.deepcopy(original)
        assert any(old in cell.source for cell in book.cells)
        for cell in course.code(book):
            cell.source = cell.source.replace(old, new)
        monkeypatch.setattr(course, "read", lambda lesson: book)
        found = fingerprint.code_hash(one)
        monkeypatch.setattr(course, "read", read)
        return found

    return changed


@pytest.mark.parametrize("old, new", [
    ("# Whole numbers take little memory.", "# Another comment."),
    ('"""The network of lesson 4."""', '"""The network of another lesson."""'),
    ("originals, this run", "the originals, in this run"),
    ("are right; you predicted", "are right; you guessed"),
    ("plt.show()", "plt.show()\nplt.title('More')"),
])  # fmt: skip
def test_words_and_what_does_not_run_change_no_hash(lesson_5, old, new):
    assert lesson_5(old, new) == lesson_5()


@pytest.mark.parametrize("old, new", [
    ("steps_per_epoch=500", "steps_per_epoch=501"), ("INVERT = True", "INVERT = 1"), ("Dropout(0.4)", "Dropout(0.5)"),
    (".skip(validation_size)", ".skip(0)"), ('model.compile("adam"', 'model.compile("sgd"'),
    ("print(f\"{threshold:4}:", "print(f\"{confidence[0]:4}:"),
])  # fmt: skip
def test_what_runs_changes_the_hash(lesson_5, old, new):
    assert lesson_5(old, new) != lesson_5()


@pytest.fixture
def helper(tmp_path, monkeypatch):
    """A function that gives lesson 4's hash, or another, with words of a module of dlcourse exchanged."""
    shutil.copytree(fingerprint.PACKAGE, tmp_path / "dlcourse", ignore=shutil.ignore_patterns("__pycache__"))
    cells = fingerprint.steps(course.lesson("04"))
    monkeypatch.setattr(fingerprint, "steps", lambda one: cells)

    def changed(module="mnist", old="", new="", what=lambda: fingerprint.code_hash(course.lesson("04"))):
        path = tmp_path / "dlcourse" / f"{module}.py"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path / "dlcourse")
        found = what()
        path.write_text(text, encoding="utf-8")
        return found

    return changed


@pytest.mark.parametrize("module, old, new", [
    ("mnist", "SILENCE_SECONDS = 10", "SILENCE_SECONDS = 600"), ("mnist", "import numpy", "# Numbers.\nimport numpy"),
    ("mnist", '"""Return (training, test)', '"""Give back (training, test)'),
    ("mnist", "Everything works; expect", "All is well; expect"), ("palette", "#", "#F"),
    ("environment", '"font.size": 12', '"font.size": 13'), ("pictures", "figsize=(", "figsize=(1 + "),
])  # fmt: skip
def test_words_and_looks_of_the_helper_change_no_hash(helper, module, old, new):
    assert helper(module, old, new) == helper()


@pytest.mark.parametrize("module, old, new", [
    ("mnist", "images[:4000]", "images[:3000]"), ("mnist", "as_supervised=True", "as_supervised=False"),
    ("environment", "set_random_seed(seed)", "set_random_seed(1)"),
])  # fmt: skip
def test_what_the_helper_does_changes_the_hash(helper, module, old, new):
    assert helper(module, old, new) != helper()


@pytest.mark.parametrize("module, old, new, other", [
    ("palette", 'BLUE = "#', 'BLUE = "#1', True), ("environment", '"font.size": 12', '"font.size": 13', True),
    ("pictures", "figsize=(", "figsize=(1 + ", True), ("palette", '"""The course', '"""Our course', False),
    ("environment", "set_random_seed(seed)", "set_random_seed(1)", False),
])  # fmt: skip
def test_what_plots_look_like_changes_their_hash_and_nothing_else_does(helper, module, old, new, other):
    assert (helper(module, old, new, fingerprint.looks) != helper(what=fingerprint.looks)) == other


def test_what_has_no_effect_exists():
    definitions = {f"{module}.{name}" for module, (found, _) in fingerprint.package().items() for name in found}
    assert fingerprint.WITHOUT_EFFECT - definitions == set(), "a function was renamed: tools/fingerprint.py"


def test_old_runs_are_named_with_the_command(monkeypatch):
    monkeypatch.setattr(seeds, "code_hash", lambda one: "another")
    assert seeds.outdated(course.lesson("04")) == [
        f"data/runs/04_mnist.json, {data}: the code of these runs has changed. Make them anew: "
        f"`python tools/seeds.py 04 --data {data}`." for data in ("sample", "full")
    ]  # fmt: skip


# ---------------------------------------------------------------- Seeds


SEEDED = {  # What draws at random by itself, and so must be given a seed.
    "setup": "seed", "default_rng": "seed", "set_random_seed": "seed", "train_test_split": "random_state",
    "ShuffleSplit": "random_state", "GroupShuffleSplit": "random_state", "KFold": "random_state",
    "StratifiedKFold": "random_state", "RandomState": "seed", "Random": "seed", "GaussianNoise": "seed",
    "RandomTranslation": "seed", "seed": "", "make_blobs": "random_state", "make_moons": "random_state",
}  # fmt: skip


@pytest.mark.parametrize("one", LESSONS, ids=by_name)
def test_another_seed_reaches_every_place_that_draws(one):
    for step in fingerprint.steps(one):
        tree = ast.parse(course.with_seed(step.source, 7))
        places = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Slice) for part in ast.walk(node)}
        numbers = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in places]
        assert not [node for node in numbers if node.value == 42], f"a seed that with_seed() misses: {step.source}"
        for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
            name = ast.unparse(call.func).split(".")[-1]
            words = {word.arg: word.value for word in call.keywords}
            for keyword in ("seed", "random_state"):
                if isinstance(words.get(keyword), ast.Constant):
                    assert words[keyword].value == 7, f"{ast.unparse(call)}: 42 is the lessons' seed"
            if name in SEEDED:
                assert SEEDED[name] in words, f"{ast.unparse(call)}: with_seed() needs {SEEDED[name]}=42"
    assert one.minutes == 0 or "seed=42" in course.setup_source()


def test_with_seed_changes_the_seed_and_nothing_else():
    source = "a(seed=42); b(random_state=42, n=42); c(my_seed=42); d(seed=421)"
    assert course.with_seed(source, 7) == "a(seed=7); b(random_state=7, n=42); c(my_seed=42); d(seed=421)"


@pytest.mark.slow
@pytest.mark.parametrize("one", WITH_RUNS, ids=by_name)
def test_two_seeds_begin_with_different_weights(one):
    import keras
    import numpy as np

    def any_network():
        """Where the lesson builds its network and trains it in one go: one of ours, with the lesson's seed."""
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)])

    found = []
    for seed in (42, 43):
        names = seeds.before_training(one, seed)
        build = names.get("build") or names.get("build_network") or any_network
        # Lesson 5's build() takes the seed from the text of its cell: here from the same namespace.
        network = names.get("model") or build()
        weights = [weight for weight in network.get_weights() if weight.ndim > 1]
        found.append([weights[0], names.get("X_train", names.get("houses", weights[-1]))])
    assert not any(np.array_equal(a, b) for a, b in zip(*found))


# ---------------------------------------------------------------- Names that tools read


@pytest.mark.parametrize("one", LESSONS, ids=by_name)
def test_every_name_that_is_read_is_assigned_in_a_cell_tagged_measured_and_each_such_cell_assigns_one(one):
    tagged = [cell for cell in course.code(course.read(one)) if "measured" in cell.metadata.get("tags", [])]
    assigned = [fingerprint.assigned(cell.source) for cell in tagged]
    read = set(promises.of(one).READS) | running.names_read(one)
    missing = read - set().union(*assigned)
    assert missing == set(), f"{one.source}: no cell tagged `measured` assigns this, which claims.py or a test reads"
    assert [cell.source for cell, names in zip(tagged, assigned) if not names & read] == [], "nobody reads this cell"


def test_most_lessons_have_tests_of_their_own_that_read_their_names():
    assert sum(len(running.names_read(one)) for one in LESSONS) > 5 * len(LESSONS)


@pytest.mark.parametrize("one", LESSONS, ids=by_name)
def test_a_claims_file_uses_all_it_reads_and_no_other_name(one):
    path = one.folder / "claims.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "at"
    }
    used = at - set(dir(promises.At)) - {"runs"}
    literal = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    reads = set(promises.of(one).READS)
    assert used <= reads
    assert {name for name in reads - used if name not in literal and not name.startswith("history_")} == set()


# ---------------------------------------------------------------- The executor


EXPERIMENT = "made"


@pytest.fixture
def workshop(monkeypatch, tmp_path):
    """The executor with made-up runs and folders of its own: the seeds that are asked for are noted."""
    runs = tmp_path / "runs"
    shutil.copytree(promises.RUNS, runs)
    monkeypatch.setattr(promises, "RUNS", runs)
    one, twenty = course.lesson("02"), range(1, 21)
    monkeypatch.setattr(promises.of(one), "SEEDS", 20)
    seeds.publish(one, "any", seeds.code_hash(one), {seed: {EXPERIMENT: {"score": seed / 100}} for seed in twenty})
    monkeypatch.setattr(seeds, "BUILD", course.ROOT / "build" / f"test-{tmp_path.name}")
    asked = []

    def make(tasks, jobs, **environment):
        for one, seed, _ in tasks:
            asked.append(seed)
            if seed == workshop.fails:
                raise KeyboardInterrupt
            yield (one, seed, ""), {EXPERIMENT: {"score": seed / 100}}

    def workshop(*arguments):
        asked.clear()
        seeds.main(["02", *arguments])
        return list(asked)

    workshop.fails = None
    monkeypatch.setattr(seeds, "make", make)
    yield workshop
    shutil.rmtree(seeds.BUILD, ignore_errors=True)


def stored_seeds():
    return promises.stored(course.lesson("02"))["runs"][EXPERIMENT]["seeds"]


def test_finished_seeds_are_skipped_and_new_ones_added(workshop, monkeypatch):
    assert workshop() == [] and workshop("--anew") == list(range(1, 21))
    assert workshop("--seeds", "19-22") == [21, 22]
    assert stored_seeds() == list(range(1, 23))
    assert promises.stored(course.lesson("02"))["runs"][EXPERIMENT]["score"][-1] == 0.22
    assert json.loads(promises.path_of(course.lesson("02")).read_text(encoding="utf-8"))["code"]


def test_an_interrupted_command_goes_on_where_it_was_and_leaves_the_old_runs_whole(workshop, monkeypatch):
    monkeypatch.setattr(seeds, "code_hash", lambda one: "another")
    before = promises.path_of(course.lesson("02")).read_bytes()
    workshop.fails = 4
    with pytest.raises(KeyboardInterrupt):
        workshop()
    assert promises.path_of(course.lesson("02")).read_bytes() == before
    part = seeds._part(course.lesson("02"), "any", "another")
    part.write_text(part.read_text(encoding="utf-8") + '[4, {"made": {"sco', encoding="utf-8")
    workshop.fails = None
    assert workshop() == list(range(4, 21))
    assert stored_seeds() == list(range(1, 21)) and not part.exists()
    assert seeds.noted(course.lesson("02"), "any") == "another"


def test_a_few_seeds_for_a_look_do_not_take_the_place_of_many(workshop, monkeypatch, capsys):
    monkeypatch.setattr(seeds, "code_hash", lambda one: "another")
    before = promises.path_of(course.lesson("02")).read_bytes()
    assert workshop("--seeds", "1,2") == [1, 2]
    assert promises.path_of(course.lesson("02")).read_bytes() == before
    assert "has 2 of 20 runs" in capsys.readouterr().out


def test_new_runs_on_one_data_source_leave_the_other_alone(workshop):
    one = course.lesson("04")
    before = promises.stored(one)
    seeds.publish(one, "sample", "another", {1: {"mnist-sample": {"test_accuracy": 0.5}}})
    after = promises.stored(one)
    assert after["runs"]["mnist-full"] == before["runs"]["mnist-full"]
    assert after["runs"]["mnist-sample"] == {"seeds": [1], "test_accuracy": [0.5]}
    assert after["code"] == {**before["code"], "sample": "another"}


@pytest.mark.parametrize("arguments, words", [
    (["99"], "There is no lesson '99'"), (["adopt", "x"], "no lesson 'x'"),
])  # fmt: skip
def test_bad_words_get_a_sentence(arguments, words):
    with pytest.raises(course.Mistake, match=words):
        seeds.main(arguments)


def test_a_page_whose_lesson_has_no_runs_yet_gets_a_sentence(monkeypatch):
    one = next(one for one in LESSONS if fingerprint.compares(one))
    pages._see_that_there_are_runs(one)
    monkeypatch.setattr(promises, "stored", lambda one: {})
    with pytest.raises(course.Mistake, match=f"make runs ONLY={one.number} first"):
        pages._see_that_there_are_runs(one)


def test_a_lesson_that_promises_nothing_gets_a_sentence(monkeypatch):
    monkeypatch.setattr(promises, "with_runs", list)
    with pytest.raises(course.Mistake, match="01_neurons promises nothing over seeds"):
        seeds.main(["01"])


def test_a_claims_file_with_an_unknown_word_gets_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "ROOT", tmp_path)
    one = course.Lesson("02_iris", 30, 30, 60)
    one.folder.mkdir(parents=True)
    (one.folder / "claims.py").write_text("CLAIM = []\n", encoding="utf-8")
    promises.of.cache_clear()
    with pytest.raises(course.Mistake, match="CLAIM says nothing"):
        promises.of(one)
    promises.of.cache_clear()


def test_summary_counts(capsys):
    assert seeds.main(["summary", "06"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"sample ✓ (\d+) of \1 seeds: overall accuracy looks fine", said)
    gains = promises.stored(course.lesson("06"))["runs"]["ethics-full"]["gain of slanted"]
    assert re.search(rf"gain of slanted +{min(gains):.3f} to +{max(gains):.3f}", said)


# ---------------------------------------------------------------- Facts from a lesson that ran in a kernel


def test_facts_of_a_kernel(capsys):
    one = course.lesson("06")
    effects = promises.by_seed(one)["sample"][1]["ethics"]
    names = {"effects": effects}
    exec(nbformat.v4.new_code_cell(seeds.facts_cell(one)).source, names)
    run = seeds.facts_of(one, "printed before\n" + capsys.readouterr().out)
    assert run == {"ethics": effects} and promises.broken(one, run) == []
    with pytest.raises(course.Mistake, match=r"facts_cell\(\)"):
        seeds.facts_of(one, "nothing")


def test_what_the_clinic_prints_is_read():
    printed = "".join(f"✓ Treat patient {n}: right.\n" for n in (1, 2, 2, 3, 10)) + (
        "measured alike: training 94.8%, watched 90.3%, fresh 89.9% right\n"
        "loss on the fresh digits: 1.75 before, 0.38 now\n"
        "validation 99.0% right, new digits 80.0% right\nvalidation 83.5% right, new digits 82.1% right\n"
        "healthy    ten digits by heart: accuracy 100%, loss 0.01\n"
        "patient 6  ten digits by heart: accuracy 90%, loss 1.47\n… Treat patient 4: not attempted yet.\n"
    )
    assert promises.of(course.lesson("07")).said(printed) == {
        "8 treated validation": 0.835, "8 treated new digits": 0.821, "accepted": 4, "ten healthy accuracy": 1.0,
        "ten healthy loss": 0.01, "ten patient 6 accuracy": 0.9, "ten patient 6 loss": 1.47,
        "9 measured alike training": 0.948, "9 measured alike watched": 0.903, "9 measured alike fresh": 0.899,
        "10 fresh loss": 1.75, "10 treated fresh loss": 0.38,
    }  # fmt: skip
