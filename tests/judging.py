"""What the tests of judges share: their tries, odd answers, and the sentences that an answers.py can say."""

import ast
import re

# Tried in every exercise: no answer may make a check stop with an error, or be taken for right.
ANYTHING = [
    "None", "float('nan')", "'a text'", "b'26'", "[1, 'two']", "[]", "{}", "object()", "lambda *_: None",
    "lambda *_: 'a text'", "lambda *_: __import__('sys').exit()", "__import__('numpy').zeros((3, 3))",
    "__import__('numpy')", "1j",
    "__import__('datetime').date(2026, 1, 1)", "[[...], [...]]", "-1e30",
    "__import__('numpy').broadcast_to(1.0, (10**6, 10**6))",
]  # fmt: skip


def names_in(source):
    """The names that an answer cell defines."""
    found = []
    for part in ast.parse(source).body:
        if isinstance(part, ast.Assign):
            found += [node.id for target in part.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            found.append(part.name)
    return found


def sentences(source):
    """{sentence: pattern} of all that the judges of an answers.py can say; not what its tries are made of."""
    found = {}

    def visit(node):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Judge":
            return
        if isinstance(node, ast.keyword) and node.arg == "insight":
            return  # Said where the answer is right: test_judges.py looks at it.
        if isinstance(node, ast.Subscript):
            return  # The exercise's name.
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Constant, ast.JoinedStr)):
            return  # A piece of code that several tries are made of.
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:]
        if isinstance(node, ast.JoinedStr):
            add("".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values))
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            add(node.value)
        for child in ast.iter_child_nodes(node):
            visit(child)

    def add(text):
        if len(text.replace("\0", "x").split()) >= 4 and re.search(r"[.:?]\s*$", text):
            pattern = ".*".join(re.escape(part) for part in re.split(r"\0|\{[^}]*\}", text.strip()))
            found[text.replace("\0", "{…}")] = pattern

    visit(ast.parse(source))
    return found


def unreached(source, messages):
    """The sentences of an answers.py that none of these messages says."""
    said = "\n".join(messages)
    return [sentence for sentence, pattern in sentences(source).items() if not re.search(pattern, said)]
