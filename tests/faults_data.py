"""`make test-faults`: what an attack found about data, folders and packages; docs/robustness.md lists it.

For root and for anybody else: a child process gives its rights away where root would be let in.
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

import dlcourse
from dlcourse import folders, mnist
from shared import environment, notebook
from test_data import host, pictures, small  # noqa: F401  Fixtures.

STRANGER = 65534  # "nobody", on every Linux.


def run(code, folder, rights=(), **more):
    """Run code as a notebook's process would; return what it printed, and its errors."""
    child = environment(folder, **{"MNIST_DIR": folder / "none", "DLCOURSE_DATA": "auto", **more})
    child["PYTHONPATH"] += os.pathsep + str(Path(__file__).parent)
    code = "import shared\n" + LOAD
    ran = subprocess.run([*rights, sys.executable, "-c", code], env=child, capture_output=True, text=True, timeout=120)
    return ran.stdout, ran.stderr


def load(capsys, wanted="auto"):
    """(number of training pictures, the lines that load_mnist() printed)."""
    os.environ["DLCOURSE_DATA"] = wanted
    training, _ = dlcourse.load_mnist()
    return len(training), capsys.readouterr().out.splitlines()


# ---------------------------------------------------------------- A prepared set, and the sample


@pytest.fixture
def mine(prepared, tmp_path):
    """A copy of the prepared set where the course looks for it."""
    shutil.copytree(prepared / "mnist", tmp_path / "sets" / "mnist")
    return tmp_path / "sets"


def spoil(path, how):
    content = bytearray(path.read_bytes())
    if how == "a flipped bit":
        content[len(content) // 3] ^= 4
    elif how == "zeros":
        content = bytearray(len(content))
    elif how == "the last record missing":
        content = content[:-400]
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["a flipped bit", "zeros", "the last record missing"])
@pytest.mark.parametrize("part", ["train", "test"])
def test_a_damaged_set_is_found_and_nothing_deleted(how, part, mine, capsys, sentence):
    [path] = mine.glob(f"mnist/3.*/mnist-{part}.tfrecord*")
    spoil(path, how)
    count, (damage, *_, said) = load(capsys)  # No originals, no network: the sample.
    assert count == 4000 and "bundled sample" in said and path.exists()
    sentence(damage, "damaged", str(path.parent))


def test_a_damaged_set_is_made_anew(mine, mnist_dir, monkeypatch, capsys):
    [path] = mine.glob("mnist/3.*/mnist-train.tfrecord*")
    spoil(path, "a flipped bit")
    monkeypatch.setenv("MNIST_DIR", str(mnist_dir))
    count, (damage, preparing, said) = load(capsys)
    assert count == 60_000 and "damaged" in damage and preparing.startswith("Preparing the digits")
    count, lines = load(capsys)
    assert count == 60_000 and len(lines) == 1


def test_a_set_of_another_format_is_left_alone(mine, mnist_dir, monkeypatch, capsys):
    """As JAX's data loaders want it: whole, and not for us."""
    (info,) = mine.glob("mnist/3.*/dataset_info.json")
    info.write_text(info.read_text().replace('"tfrecord"', '"array_record"'))
    monkeypatch.setenv("MNIST_DIR", str(mnist_dir))
    before = sorted(path.name for path in info.parent.iterdir())
    assert load(capsys)[0] == 4000 and sorted(path.name for path in info.parent.iterdir()) == before


def test_what_else_lies_beside_a_damaged_set_is_kept(mine, mnist_dir, monkeypatch, capsys):
    (info,) = mine.glob("mnist/3.*/dataset_info.json")
    (info.parent / "my notes.txt").write_text("mine")
    spoil(next(info.parent.glob("mnist-test.tfrecord*")), "zeros")
    monkeypatch.setenv("MNIST_DIR", str(mnist_dir))
    load(capsys)
    assert [path.read_text() for path in mine.rglob("my notes.txt")] == ["mine"]


@pytest.mark.parametrize("images, labels", [
    (np.zeros((5000, 28, 28), "float32"), np.zeros(5000, "uint8")),
    (np.zeros((5000, 784), "uint8"), np.zeros(5000, "uint8")),
    (np.zeros((4999, 28, 28), "uint8"), np.zeros(4999, "uint8")),
    (np.zeros((5000, 28, 28), "uint8"), np.zeros(5000, "int64")),
    (np.zeros((5000, 28, 28), "uint8"), np.full(5000, 10, "uint8")),
    (np.zeros((5000, 28, 28), "uint8"), np.array(["0"] * 5000)),
    (np.zeros((5000, 28, 28), "uint8"), None),
], ids=["floats", "flat", "too short", "other labels", "a label above 9", "texts", "no labels"])  # fmt: skip
def test_a_sample_of_another_kind_is_refused(images, labels, tmp_path, monkeypatch, sentence):
    np.savez(tmp_path / "mnist_sample.npz", **({"images": images} | ({} if labels is None else {"labels": labels})))
    monkeypatch.setattr(mnist, "DATA", tmp_path)
    monkeypatch.setenv("DLCOURSE_DATA", "sample")
    with pytest.raises(dlcourse.CourseError) as caught:
        dlcourse.load_mnist()
    sentence(caught.value, "data/mnist_sample.npz cannot be read", "fetch the course again")


def test_no_code_is_imported_that_a_set_names(mine, tmp_path):
    """TFDS' own reader would import the module that features.json names."""
    (tmp_path / "foreign.py").write_text(f"open({str(tmp_path / 'was here')!r}, 'w')\n")
    [path] = mine.glob("mnist/3.*/features.json")
    features = json.loads(path.read_text())
    features["type"] = features["pythonClassName"] = "foreign.Features"
    path.write_text(json.dumps(features))
    paths = os.pathsep.join([str(tmp_path), environment(tmp_path)["PYTHONPATH"]])
    text, errors = run("shared.mnist.load_mnist()", tmp_path, TFDS_DATA_DIR=mine, PYTHONPATH=paths)
    assert "MNIST, the" in text and "Traceback" not in errors, errors
    assert not (tmp_path / "was here").exists()


def test_what_a_killed_notebook_left_is_removed(mine, capsys):
    (mine / "mnist-preparing-abc" / "extracted").mkdir(parents=True)
    count, _ = load(capsys)
    assert count == 60_000 and not list(mine.glob("mnist-preparing-*"))


def test_nothing_is_removed_while_another_notebook_prepares(mine, capsys):
    (mine / "mnist-preparing-abc").mkdir()
    with folders.lock(mine):
        assert load(capsys)[0] == 60_000
    assert list(mine.glob("mnist-preparing-*"))


def test_five_notebooks_at_once_of_which_three_are_killed_at_any_moment(mnist_dir, tmp_path):
    draw = random.Random(0)
    running = [notebook(tmp_path, MNIST_DIR=mnist_dir) for _ in range(5)]
    for killed in running[:3]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            killed.wait(draw.uniform(1, 25))
        killed.kill()
    for one in running[3:]:
        text, errors = one.communicate(timeout=400)
        assert one.returncode == 0 and text.splitlines()[-1] == "full 60000 10000", errors
    assert not list(tmp_path.glob("mnist-preparing-*"))


def test_one_notebook_after_the_other_is_killed_at_any_moment(mnist_dir, tmp_path):
    """From the first second of preparing to the last; each takes up what the one before it left."""
    draw, half_way = random.Random(1), 0
    for moment in range(0, 14, 2):
        killed = notebook(tmp_path, MNIST_DIR=mnist_dir, PYTHONUNBUFFERED="1")
        for line in killed.stdout:
            if "Preparing" in line:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    killed.wait(moment + draw.uniform(0, 2))
                break
        killed.kill()
        killed.communicate()
        half_way += bool(list(tmp_path.glob("mnist-preparing-*")))
    text, errors = notebook(tmp_path, MNIST_DIR=mnist_dir).communicate(timeout=400)
    assert text.splitlines()[-1] == "full 60000 10000", errors
    assert half_way >= 2 and not list(tmp_path.glob("mnist-preparing-*"))


# ---------------------------------------------------------------- Folders


@pytest.fixture
def among_temporary_files(tmp_path, monkeypatch):
    """The folder that is tried among the temporary files, when no other can be written to; it is not there yet."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "file" / "folder"))
    return tmp_path / "temporary" / f"tensorflow_datasets_{os.getuid()}"


def test_the_spare_folder_is_for_its_owner_alone(among_temporary_files):
    folder, _ = folders.data_folder()
    assert folder == among_temporary_files and folder.stat().st_mode & 0o077 == 0
    assert folders.data_folder()[0] == folder


@pytest.mark.parametrize("what", ["open to all", "a link", "a file", "a stranger's"])
def test_a_foreign_spare_folder_is_never_used(what, among_temporary_files, prepared, tmp_path, capsys):
    shutil.copytree(prepared / "mnist", tmp_path / "bait" / "mnist")
    if what == "open to all":
        shutil.copytree(tmp_path / "bait", among_temporary_files)
        among_temporary_files.chmod(0o777)
    elif what == "a link":
        among_temporary_files.symlink_to(tmp_path / "bait")
    elif what == "a file":
        among_temporary_files.write_text("")
    elif os.getuid() == 0:
        shutil.copytree(tmp_path / "bait", among_temporary_files, copy_function=shutil.copyfile)
        among_temporary_files.chmod(0o755)
        os.chown(among_temporary_files, STRANGER, STRANGER)
    else:
        return  # Only root can make a stranger's folder; the test of rights below has one the other way round.
    folder, _ = folders.data_folder()
    assert folder != among_temporary_files and folder.parent == among_temporary_files.parent
    assert not list(folder.iterdir()) and folder.stat().st_mode & 0o077 == 0
    count, lines = load(capsys)
    assert count == 4000 and not any("delete" in line for line in lines)


@pytest.mark.parametrize("name, words", [
    ("~nobody-of-this-name/x", "'~nobody-of-this-name/x'"), ("x" * 5000, "too long"), ("/tmp ", "'/tmp '"),
    ('"/tmp"', "'\"/tmp\"'"), ("a\nb", r"'a\nb'"),
])  # fmt: skip
@pytest.mark.parametrize("variable", ["MNIST_DIR", "TFDS_DATA_DIR"])
def test_odd_names_of_folders(variable, name, words, tmp_path, monkeypatch, capsys, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(variable, name)
    count, lines = load(capsys)
    assert count == 4000
    if variable == "MNIST_DIR":
        sentence(lines[0][-450:], words)


LOAD = "shared.mnist.HOST = shared.NOWHERE; shared.mnist.load_mnist()"
# Root may enter every folder; without these rights it is as anybody is with folders of their own.
ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []


@pytest.mark.parametrize("where", ["MNIST_DIR", "its file", "data/mnist", "parent of TFDS_DATA_DIR", "the set"])
def test_folders_that_may_not_be_entered(where, prepared, tmp_path):
    locked, sets = tmp_path / "locked", tmp_path / "sets"
    shutil.copytree(prepared / "mnist", sets / "mnist") if where == "the set" else sets.mkdir()
    (locked / "inside").mkdir(parents=True)
    for name in mnist.FILES:
        (locked / name).write_bytes(b"")
    (locked / mnist.FILES[0]).chmod(0)
    code, more = LOAD, {"TFDS_DATA_DIR": sets, "MNIST_DIR": ""}
    if where in ("MNIST_DIR", "its file"):
        more["MNIST_DIR"] = locked
    elif where == "data/mnist":
        (tmp_path / "data").mkdir()
        shutil.copy(mnist.DATA / "mnist_sample.npz", tmp_path / "data")
        shutil.move(locked, tmp_path / "data" / "mnist")
        locked = tmp_path / "data" / "mnist"
        code = f"import pathlib; shared.mnist.DATA = pathlib.Path({str(tmp_path / 'data')!r})\n" + LOAD
    elif where == "parent of TFDS_DATA_DIR":
        more["TFDS_DATA_DIR"] = locked / "inside"
    else:
        locked = next(sets.glob("mnist/3.*"))
    locked.chmod(0o755 if where == "its file" else 0)
    try:
        text, errors = run(code, tmp_path, ANYBODY, TMPDIR=sets, **more)
    finally:
        locked.chmod(0o755)
    assert "MNIST, the bundled sample" in text, (text, errors)
    assert "Traceback" not in errors and "delete" not in text


def test_a_large_file_in_the_place_of_another_is_not_read(mnist_dir, tmp_path, monkeypatch, capsys):
    for name in mnist.FILES:
        (tmp_path / name).symlink_to(mnist_dir / name)
    (tmp_path / mnist.FILES[3]).unlink()
    with (tmp_path / mnist.FILES[3]).open("wb") as file:
        file.truncate(3_000_000_000)  # A file of holes takes no space.
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    mnist._expected()
    started = time.monotonic()
    count, lines = load(capsys)
    assert count == 4000 and "its hash is not MNIST's" in lines[0]
    assert time.monotonic() - started < 3


# ---------------------------------------------------------------- Packages


@pytest.mark.parametrize("package, there", [
    ("promise", True), ("toml", True), ("google.protobuf", True), ("google.protobuf", False),
])  # fmt: skip
def test_a_broken_need_of_tfds_is_no_damage(package, there, prepared, tmp_path):
    code = f"""
        import importlib.abc, sys
        class Broken(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path=None, target=None):
                if name == {package!r}:
                    raise TypeError("Descriptors cannot be created directly.\\nIf this call came from a _pb2.py file …")
        import numpy, matplotlib.pyplot, tensorflow, keras
        for name in [name for name in sys.modules if (name + ".").startswith({package + "."!r})]:
            del sys.modules[name]
        sys.meta_path.insert(0, Broken())
        shared.mnist.HOST = shared.NOWHERE
        shared.mnist.load_mnist()
    """
    text, errors = run(code, tmp_path, TFDS_DATA_DIR=prepared if there else tmp_path / "sets")
    assert "Traceback" not in errors, errors[-2000:]
    assert text.splitlines()[-1].startswith("MNIST, the "), text
    assert "damaged" not in text and "delete" not in text


@pytest.mark.parametrize("package, name", [
    ("numpy", "NumPy"), ("scipy", "SciPy"), ("matplotlib", "Matplotlib"), ("PIL", "Pillow"),
    ("skimage", "scikit-image"), ("requests", "requests"), ("filelock", "filelock"),
])  # fmt: skip
def test_a_missing_package_is_named(package, name, tmp_path, sentence):
    code = f"import sys; sys.modules[{package!r}] = None\ntry:\n    import dlcourse\nexcept Exception as problem:\n"
    code += "    print(type(problem).__name__, problem, sep='|')"
    ran = subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True)
    kind, said = ran.stdout.strip().split("|")
    assert kind == "CourseError" and sentence(said, f"{name} is missing", "pip install -r requirements.txt")


# ---------------------------------------------------------------- The network


def test_a_slow_download_says_how_far_it_is_and_not_at_every_read(host, small, monkeypatch, capsys):  # noqa: F811
    bodies, _ = small
    host(bodies)
    count, lines = load(capsys)
    assert count == 60_000
    assert len("\n".join(lines)) < 3_000


def test_an_error_of_our_own_is_not_called_the_networks(host, small, monkeypatch):  # noqa: F811
    host(small[0])
    monkeypatch.setattr(mnist, "_receive", lambda *_: 1 / 0)
    monkeypatch.setenv("DLCOURSE_DATA", "auto")
    with pytest.raises(ZeroDivisionError):
        dlcourse.load_mnist()


def test_a_proxy_that_refuses_is_called_a_proxy(small, monkeypatch, capsys, sentence):  # noqa: F811
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(mnist, "HOST", "http://mnist.example/")
    count, lines = load(capsys)
    assert count == 4000
    sentence(lines[0], "proxy", "check the setting")
