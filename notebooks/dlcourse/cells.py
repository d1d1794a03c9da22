"""Which cells of the notebook ended in an error: so that a check doesn't judge what an older run left behind."""

import ast
import re

from .access import describe_pictures

_cell = ""  # The cell that is running.
_failed = {}  # {name: the error that ended the cell in which it was to be assigned}
IMPORTS = {"np": "numpy as np", "plt": "matplotlib.pyplot as plt", "pd": "pandas as pd", "tf": "tensorflow as tf"}
IMPORTS |= {name: name for name in ("keras", "math", "random")}


def first_aid(problem):
    """What mends an unknown name or a decimal comma, in a sentence; "" for every other error."""
    if isinstance(problem, SyntaxError) and re.search(r"(?<!\d)\d,0\d{1,2}(?![\d,])", problem.text or ""):
        return "Python writes a decimal point: 0.05, not 0,05."
    if isinstance(problem, UnboundLocalError):
        return "A function uses a name before it gives it a value: give it one first, or take the name of a parameter."
    if not isinstance(problem, NameError) or not (name := problem.name):
        return ""
    if name in ("true", "false", "none"):
        return f"Python writes {name.capitalize()} with a capital letter. Run the cell with that."
    if re.fullmatch("[A-L]", name):
        return f'{name} is not known. As an answer write "{name}", in quotation marks; else run the cells above first.'
    if name in IMPORTS:
        return f"Its import is missing: run the cell that has `import {IMPORTS[name]}`, or write that line above."
    run = "Run the cells above first (Run → Run All Above Selected Cell), or check the spelling."
    return f"{name} is not known yet. {run}"


def watch_cells():
    """Let the notebook tell which cells end in an error, and show their pictures with text alternatives.

    Does nothing outside IPython, and no harm twice.
    """
    from IPython import get_ipython

    if (shell := get_ipython()) is None:
        return
    for event, function in [("pre_run_cell", _begins), ("post_run_cell", _ends)]:
        for older in [one for one in shell.events.callbacks[event] if one.__name__ == function.__name__]:
            shell.events.unregister(event, older)
        shell.events.register(event, function)
    describe_pictures(lambda: _cell)


def _begins(info):
    global _cell
    _cell = info.raw_cell or ""


def _ends(result):
    problem = result.error_before_exec or result.error_in_exec
    ended_in = f"NameError ({problem})" if isinstance(problem, NameError) else type(problem).__name__
    if isinstance(problem, SyntaxError) and (help := first_aid(problem)):  # Unknown names: see setup().
        print(f"Please note: {help}")
    source = getattr(result.info, "raw_cell", "") or ""
    if not problem:  # However it assigns them: x: int = 1, a = x = 1, %time x = 1.
        for name in re.findall(r"\w+", source):
            _failed.pop(name, None)
        return
    for line in source.splitlines():
        assigned = re.match(r"(?:def|class)\s+(\w+)|([\w, ]+?)\s*[-+*/]?=(?!=)", line)
        for name in re.findall(r"\w+", (assigned[1] or assigned[2]) if assigned else ""):
            _failed[name] = ended_in


def error_before():
    """The error in which an answer cell ended, for the check that is running now; None when there is none."""
    try:
        statements = ast.parse(_cell).body
    except SyntaxError:  # A cell with a magic in it.
        return None
    named = set()
    for part in reversed(statements):  # `answer = (diagnosis, mended)` may stand above the check.
        if isinstance(part, ast.Assign) and _names(part.targets[0]) & named:
            named |= _names(part.value)
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            if ast.unparse(part.value.func) == "dlcourse.check":
                named |= _names(ast.Tuple(part.value.args[1:2]))
    return next((_failed[name] for name in sorted(named) if name in _failed), None)


def _names(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
