"""Formulas in LaTeX as MathML, for the slides and the web site: what can't be drawn is a sentence."""

import re

import course


def mathml(latex, display="inline"):
    """A formula as a <math> element, display "inline" or "block"; Mistake where it can't be drawn."""
    from latex2mathml.converter import convert

    try:
        found = convert(latex.strip(), display=display)
        # What the converter doesn't know, it sets as if it were a letter's name.
        if unknown := re.search(r"<m(?:i|text)\b[^>]*>[^<]*?(\\[A-Za-z]+)", found):
            raise ValueError(f"it has no {unknown[1]}")
    except Exception as problem:  # It has one for each way in which TeX can be broken.
        why = " ".join(f"{type(problem).__name__} {problem}".split())
        raise course.Mistake(f"this formula can't be drawn ({why}): {' '.join(latex.split())}") from None
    return found
