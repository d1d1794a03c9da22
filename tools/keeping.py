"""Files are written whole or not at all, and what a learner wrote is never lost. Python alone runs it."""

import contextlib
import datetime
import os


def put(path, content):
    """Write a file whole or not at all."""
    half = path.with_name(f".{path.name}.part")
    try:
        half.write_bytes(content)
        os.replace(half, path)
    finally:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)


def free_name(own):
    """02_iris_yours_2026-11-26.ipynb for 02_iris.ipynb, or the first with a number that nothing has yet."""
    stem, number = f"{own.stem}_yours_{datetime.date.today()}", 1
    aside = own.with_name(f"{stem}{own.suffix}")
    while os.path.lexists(aside):
        number += 1
        aside = own.with_name(f"{stem}_{number}{own.suffix}")
    return aside
