"""The browser that prints pages and in which they are tested: Chromium, or Chrome, as the system has it."""

import shutil

from course import Mistake

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def program():
    """The path of the first of BROWSERS that is installed; Mistake where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise Mistake(f"This needs a browser: install Chromium ({', '.join(BROWSERS)}).")
    return found
