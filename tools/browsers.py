"""The browser that prints pages and in which they are tested: Chromium, Chrome or Edge, as the system has it."""

import contextlib
import shutil

from course import Mistake

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (  # Where they lie on macOS and Windows, whose paths don't name them.
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def program():
    """The path of the first one that is installed; Mistake where there is none."""
    found = next(filter(None, map(shutil.which, (*BROWSERS, *PLACES))), None)
    if not found:
        raise Mistake(f"This needs a browser: install Chromium ({', '.join(BROWSERS)}).")
    return found


@contextlib.contextmanager
def sheet(**settings):
    """An empty page to print from, in a browser without a window; Mistake where there is none, or where it fails."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise Mistake("Printing needs Playwright: install requirements-dev.lock, as `make print` does.") from None
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
            yield chromium.new_page(**settings)
            chromium.close()
    except Error as problem:
        raise Mistake(f"The browser could not print the page: {str(problem).splitlines()[0]}.") from None
