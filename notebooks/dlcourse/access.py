"""Pictures that keep their text alternatives in a running notebook, and controls that the keyboard reaches."""

import base64
import functools
import hashlib
import html
import json
import uuid

from .errors import COURSE

# JupyterLab takes keys for its own shortcuts, such as arrows, Enter or x, unless the element that has the focus forbids
# it. Sliders have a label to see, but none that a screen reader finds.
CONTROLS = """<div id="{name}"></div><script>
for (const mark of document.querySelectorAll("#{name}")) {{
  const area = mark.closest(".jp-OutputArea") ?? document.body;
  const reach = () => {{
    for (const control of area.querySelectorAll("input, select, button, [tabindex]")) {{
      control.setAttribute("data-lm-suppress-shortcuts", "true");
      control.closest(".widget-inline-hbox")?.style.setProperty("max-width", "100%"); // On a narrow screen.
    }}
    for (const handle of area.querySelectorAll(".widget-slider [role=slider]"))
      handle.setAttribute("aria-label", handle.closest(".widget-slider").querySelector("label").textContent);
  }};
  new MutationObserver(reach).observe(area, {{ childList: true, subtree: true }});
  reach();
}}
</script>"""


def image_html(png, alternative, size=""):
    """HTML of a picture with its text alternative. png: bytes, or base64; size: attributes of the <img>."""
    encoded = base64.b64encode(png).decode() if isinstance(png, bytes) else "".join(png.split())
    look = f'{size} style="max-width: 100%; height: auto"'.strip()
    return f'<img alt="{html.escape(alternative)}" {look} src="data:image/png;base64,{encoded}">'


def show_controls(controls):
    """Display ipywidgets so that all keys reach them, and sliders say their names to screen readers."""
    from IPython.display import display

    display(controls)
    display({"text/html": CONTROLS.format(name=f"controls-{uuid.uuid4().hex}"), "text/plain": ""}, raw=True)


def describe_pictures(running):
    """Let what cells display as PNG be HTML with an alternative as well: JupyterLab keeps no other alternative.

    running: a function that returns the source of the cell that runs. It is a figure's own alternative if it was
    displayed with one, else its cell's in the lesson, while that is unchanged, else what is written on the figure.
    """
    from IPython import get_ipython
    from matplotlib.figure import Figure

    def described(message):
        data, metadata = message["content"].get("data", {}), message["content"].get("metadata", {})
        about = metadata.get("image/png", {})
        written = metadata.pop("written", "Picture.")
        if "image/png" in data and "text/html" not in data:
            words = about.get("alt") or _alternatives().get(_identity(running())) or written
            size = " ".join(f'{side}="{about[side]}"' for side in ("width", "height") if side in about)
            data["text/html"] = image_html(data["image/png"], words, size)
        return message

    publisher = getattr(get_ipython(), "display_pub", None)
    if hasattr(publisher, "register_hook"):  # Of a notebook's kernel.
        if older := getattr(publisher, "described", None):  # setup() ran before.
            publisher.unregister_hook(older)
        publisher.register_hook(described)
        publisher.described = described
        Figure._repr_mimebundle_ = _written


def _written(figure, include=None, exclude=None):
    """What is written on a figure, as metadata beside no data: IPython makes the picture."""
    said = []
    for axes in figure.axes:
        labels = " against ".join(filter(None, [axes.get_ylabel(), axes.get_xlabel()]))
        legend = [text.get_text() for text in axes.get_legend().get_texts()] if axes.get_legend() else []
        said += filter(None, [axes.get_title(), labels, ", ".join(legend)])
    return {}, {"written": f"Figure: {'; '.join(dict.fromkeys(said)) or 'nothing is written on it'}."}


def _identity(source):
    return hashlib.sha256(source.encode()).hexdigest()[:8]  # As the build makes the ids of cells.


@functools.cache
def _alternatives():
    """{identity of a cell's source: text alternative of its picture} of all lessons as they came."""
    found = {}
    for path in (COURSE / "notebooks").glob("*.ipynb"):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            found |= {cell["id"].split("-")[0]: cell["metadata"]["alt"] for cell in cells if "alt" in cell["metadata"]}
        except Exception:  # Half a file, or no notebook, in whatever way: its figures say what's on them.
            continue
    return found
