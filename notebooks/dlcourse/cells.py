"""Which cells of the notebook ended in an error: so that a check doesn't judge what an older run left behind."""

import ast
import re

from .access import describe_pictures

_cell = ""  # The cell that is running.
_failed = {}  # {name: the error that ended the cell in which it was to be assigned}


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
    for line in (getattr(result.info, "raw_cell", "") or "").splitlines():
        assigned = re.match(r"(?:def|class)\s+(\w+)|([\w, ]+?)\s*[-+*/]?=(?!=)", line)
        for name in re.findall(r"\w+", (assigned[1] or assigned[2]) if assigned else ""):
            if problem:
                _failed[name] = type(problem).__name__
            else:
                _failed.pop(name, None)


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
        elif isinstance(part, ast.Expr) and ast.unparse(part.value).startswith("dlcourse.check("):
            named |= _names(ast.Tuple(part.value.args[1:2]))
    return next((_failed[name] for name in sorted(named) if name in _failed), None)


def _names(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
