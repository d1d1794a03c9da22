"""Sphinx's settings for the course's web site; tools/website.py prepares the pages and starts Sphinx with them.

Nothing is fetched when a page is opened: no fonts, no MathJax (formulas become MathML here), no summaries of what the
search finds, which a browser refuses to fetch from a disk.
"""

import sys
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import course  # noqa: E402  It lies in tools/.
import formulas  # noqa: E402
import setup_cell  # noqa: E402

agreed = course.settings()
project, language = agreed["title"], "en"
copyright = "the course's authors. Text and figures CC BY 4.0, code MIT"
extensions = ["myst_nb"]
nb_execution_mode = "off"  # Pages have their results.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
smartquotes = False  # The pages' words arrive as they were written.
nitpicky = True
suppress_warnings = ["myst.strikethrough"]
exclude_patterns = ["_extra/*"]  # To be taken home and shown; not pages.

html_theme = "pydata_sphinx_theme"
html_title = project
html_context = {"default_mode": "auto"}  # Light or dark, as the visitor's machine is set.
html_favicon = str(Path(__file__).with_name("favicon.svg"))
# navbar-nav.html is the theme's list of pages, with the browser edition before them.
templates_path = ["."]
html_css_files = ["course.css"]
html_copy_source = html_show_sourcelink = html_use_index = False
html_show_search_summary = False
html_math_renderer = "mathml"
html_theme_options = {
    "logo": {"text": project},
    "navbar_align": "left",  # Beside the title: in columns it would lie over it in a window of middle width.
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "show_toc_level": 2,
    "navigation_with_keys": False,  # Arrow keys belong to sliders and screen readers.
}
if setup_cell.published(agreed["repository"]):
    address = f"https://github.com/{agreed['repository']}"
    html_theme_options |= {"navbar_end": ["theme-switcher", "navbar-icon-links"], "github_url": address}


def mathml(kind):
    """The function that writes a formula's node: kind "inline" or "block"."""

    def visit(translator, node):
        try:
            formula = formulas.mathml(node.astext(), kind)
        except course.Mistake as problem:
            logging.getLogger(__name__).warning(str(problem), location=node)
            formula = translator.encode(node.astext())
        if kind == "block":  # On a narrow page it scrolls, with the keyboard too.
            formula = f'<div class="formula" tabindex="0">{formula}</div>'
        translator.body.append(formula)
        raise nodes.SkipNode

    return visit, None


def setup(app):
    app.add_html_math_renderer("mathml", mathml("inline"), mathml("block"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
