"""Which of a lesson's code its runs come from, and a hash of it: so that a test notices when the code has changed.

The hash is made of the syntax trees of the cells that run and of what they call in dlcourse, followed through the
package. Comments, docstrings, printed words and the words of errors are left out: they change no number.
"""

import ast
import hashlib
from types import SimpleNamespace

import course
import promises

PACKAGE = course.NOTEBOOKS / "dlcourse"
# What no run depends on in dlcourse, and the hash leaves out with all that only it calls: what draws or speaks, is
# replaced in a run, judges an answer, looks after Colab, IPython or a GPU, or fetches what is checked by its own hash.
WITHOUT_EFFECT = {
    "access.image_html", "access.show_controls", "access.describe_pictures",
    "pictures.show_images", "pictures.show_figure", "pictures.plot_history", "pictures.prediction_table",
    "palette.COLOURS", "errors.CourseError", "runs.compare_run", "checking.check", "environment._refresh",
    "environment._anew", "environment._complete_colab", "environment._check_versions",
    "environment._explain_missing_names", "environment.quiet", "environment._free_memory", "cells.watch_cells",
    "engine.start_engine", "errors.reason", "folders.data_folder", "folders.lock", "folders.tidy",
    "mnist._original_files", "mnist._prepare",
    "mnist._probe", "mnist._download", "mnist._is_whole", "mnist._tfds", "mnist._damage",
}  # fmt: skip


# ---------------------------------------------------------------- Which code runs


def steps(one, experiment=""):
    """The cells of a run, in order: SimpleNamespace(source, setup). experiment: stop after its compare_run()."""
    book = course.read(one)
    cells = [cell for cell in course.code(book) if "no-reference" not in cell.metadata.get("tags", [])]
    compared = f'dlcourse.compare_run("{experiment}"' if experiment else "dlcourse.compare_run("
    last = max((i for i, cell in enumerate(cells) if compared in cell.source), default=len(cells) - 1)
    solved = promises.of(one).SOLVED
    tasks = {id(task.check): task for task in course.exercises(book)}
    answers = {id(task.answer) for task in course.exercises(book)}
    kept = cells[: last + 1]
    needed = {
        node.id
        for cell in kept
        if id(cell) not in answers and "check" not in cell.metadata.get("tags", [])
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    found = []
    for cell in kept:
        tags = cell.metadata.get("tags", [])
        if "check" in tags:
            found += [tasks[id(cell)].solution, cell.source] if solved else []
        elif id(cell) not in answers or (not solved and assigned(cell.source) & needed):
            found.append(cell.source)
    setup = course.setup_source()
    return [SimpleNamespace(source=source, setup=source == setup) for source in found]


def assigned(source):
    """The names that a cell assigns, on its top level and in its loops."""
    names = {node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return stored | {part.name for part in ast.parse(source).body if hasattr(part, "name")}


def uses_mnist(one):
    return any("load_mnist(" in step.source for step in steps(one))


def compares(one):
    """Whether a lesson places its results among stored runs."""
    return any("dlcourse.compare_run(" in step.source for step in steps(one))


def kinds(one):
    """The data sources on which a lesson is run: ["sample", "full"], or ["any"] where they don't matter."""
    return ["sample", "full"] if uses_mnist(one) else ["any"]


# ---------------------------------------------------------------- The hash of the code


class _Bare(ast.NodeTransformer):
    """A syntax tree without docstrings, the words of what is printed and of errors, and calls of pyplot alone."""

    def _without_docstring(self, node):
        self.generic_visit(node)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    visit_FunctionDef = visit_ClassDef = visit_Module = _without_docstring

    def visit_Call(self, node):
        self.generic_visit(node)
        return _wordless(node) if getattr(node.func, "id", "") == "print" else node

    def visit_Expr(self, node):
        self.generic_visit(node)
        drawing = isinstance(node.value, ast.Call) and ast.unparse(node.value.func).startswith("plt.")
        return None if drawing else node

    def visit_Raise(self, node):
        self.generic_visit(node)
        return _wordless(node)


def _wordless(node):
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            part.value = ""
    return node


def bare(tree):
    return dumped(_Bare().visit(tree))


def dumped(node):
    """A syntax tree in words, the same on each Python: from 3.12 on ast.dump() has other empty fields."""
    if isinstance(node, list):
        return f"[{', '.join(map(dumped, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [(name, value) for name, value in ast.iter_fields(node) if value is not None and value != []]
    return f"{type(node).__name__}({', '.join(f'{name}={dumped(value)}' for name, value in fields)})"


def package():
    """{module of dlcourse: (its definitions {name: syntax tree}, what it imports from the package {name: (module,
    name)}, its own modules among the names)}."""
    found = {}
    for path in sorted(PACKAGE.glob("*.py")):
        definitions, imports = {}, {}
        for part in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
                definitions[part.name] = part
            elif isinstance(part, (ast.Assign, ast.AnnAssign)):
                for node in ast.walk(part):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        definitions[node.id] = part
            elif isinstance(part, ast.ImportFrom) and part.level == 1:
                for name in part.names:
                    imports[name.asname or name.name] = (part.module or name.name, part.module and name.name)
        found[path.stem] = definitions, imports
    return found


def reached(sources):
    """{"mnist.load_mnist": syntax tree} of all in dlcourse that these sources call, and what that calls in turn."""
    modules, found, waiting = package(), {}, []

    def look(module, name):
        definitions, imports = modules[module]
        if name in definitions and f"{module}.{name}" not in {*found, *WITHOUT_EFFECT}:
            found[f"{module}.{name}"] = definitions[name]
            waiting.append((module, definitions[name]))
        elif name not in definitions and name in imports and imports[name][1]:
            look(*imports[name])

    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "dlcourse":
                look("__init__", node.attr)
    while waiting:
        module, tree = waiting.pop()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                look(module, node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                other = modules[module][1].get(node.value.id, ("", ""))
                if other[0] in modules and other[1] is None:
                    look(other[0], node.attr)
    return found


def code_hash(one):
    """The hash of the code that a lesson's runs come from. A comment, a docstring or a printed word changes nothing."""
    parts, cells = [], steps(one)
    for step in cells:
        tree = ast.parse(step.source)
        if step.setup:  # Another repository is another set-up cell, and the same run.
            parts += [dumped(node) for node in ast.walk(tree) if isinstance(node, ast.Call)
                      and ast.unparse(node.func).startswith("dlcourse.")]  # fmt: skip
        else:
            parts.append(bare(tree))
    helpers = reached([step.source for step in cells])
    parts += [f"{name} {bare(helpers[name])}" for name in sorted(helpers)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def looks():
    """The hash of how plots look: the palette, the helper's pictures and the plots' style. Comments change nothing."""
    names = ("palette", "pictures", "environment")
    trees = {name: ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8")) for name in names}
    calls = [node for node in ast.walk(trees["environment"]) if isinstance(node, ast.Call)]
    style = [dumped(node) for node in calls if ast.unparse(node.func) == "plt.rcParams.update"]
    parts = [bare(trees["palette"]), bare(trees["pictures"]), *style]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
