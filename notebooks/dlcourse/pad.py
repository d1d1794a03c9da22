"""drawing_pad(): draw a digit, and a network reads it while you draw.

The network was trained here, in Python; its weights go into the cell's output, with pad.js, which computes with them
in the browser. So the pad needs no kernel, no widget and no internet. Without JavaScript a picture stands in its place.
"""

import base64
import io
import json
import uuid
from pathlib import Path

import numpy as np

from .errors import COURSE, CourseError

READER = COURSE / "data" / "reader" / "reader.npz"
SCRIPT = Path(__file__).with_name("pad.js")
ALTERNATIVE = "The drawing pad, black, with a 7 drawn on it in white. In the notebook you draw here."
FALLBACK = (
    "The pad needs JavaScript. Run this cell again, or trust the notebook "
    "(File → Trust Notebook; in JupyterLab: View → Activate Command Palette → Trust Notebook)."
)
# What pad.js can compute: these layers of Keras, so set.
LAYERS = {
    "Conv2D": {"strides": (1, 1), "dilation_rate": (1, 1), "groups": 1, "data_format": "channels_last"},
    "MaxPooling2D": {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid", "data_format": "channels_last"},
    "Flatten": {"data_format": "channels_last"},
    "Dense": {},
    "Activation": {},
}
ONLY_TRAIN = ("InputLayer", "Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise")  # And Random…, below.


def drawing_pad(model=None):
    """Show a pad to draw on, and how a network reads the drawing: as drawn, and placed as MNIST's digits are.

    model: a trained keras.Sequential that takes pictures (28, 28, 1), 0–1, and answers with ten percentages. Without
    one it is the course's own small reader, which has only seen light digits on black. Raises CourseError for a network
    that exported() does not take.
    """
    from IPython.display import HTML, display

    display(HTML(_page(_reader() if model is None else exported(model))))


def exported(model):
    """Return the layers of a trained keras.Sequential as pad.js takes them: a list of dictionaries for JSON.

    What only acts in training is left out. Kernels and biases are float32, little endian, in base64. Raises CourseError
    for what is no such network, has no weights or broken ones, takes or answers anything but (28, 28, 1) and ten
    percentages, or has a layer that the pad can't compute.
    """
    import keras

    if not isinstance(model, keras.Sequential):
        kind = type(model).__name__
        raise CourseError(f"drawing_pad needs a keras.Sequential, not {kind}: pass the network that you trained.")
    if not model.built:
        raise CourseError("The network has no weights yet: give it an Input as its first layer, and train it.")
    ends = model.input_shape[1:], model.output_shape[1:]
    if ends != ((28, 28, 1), (10,)):
        raise CourseError(f"The pad needs a network from (28, 28, 1) to (10,), not from {ends[0]} to {ends[1]}.")
    layers = _exported(model)
    if layers[-1].get("activation") != "softmax":
        raise CourseError('The pad shows percentages: give the last layer activation="softmax", and train again.')
    return layers


def _exported(layer):
    """The dictionaries of a layer: none where it only acts in training, several where it is itself a Sequential."""
    import keras

    kind, settings = type(layer).__name__, layer.get_config()
    if isinstance(layer, keras.Sequential):
        return [part for inner in layer.layers for part in _exported(inner)]
    known = type(layer) is getattr(keras.layers, kind, None)  # Not a class of the learner's own.
    if known and (kind in ONLY_TRAIN or kind.startswith("Random") and kind != "RandomCrop"):  # That one always crops.
        return []
    if not known or any(settings[name] != value for name, value in LAYERS.get(kind, {"name": None}).items()):
        can = "Conv2D with strides of 1, MaxPooling2D of 2, Flatten, Dense, Dropout and random augmentation"
        raise CourseError(f"The pad can't compute the layer {layer.name} ({kind}): pass a network of {can}.")
    activation = {"activation": settings["activation"]} if "activation" in settings else {}
    if activation and activation["activation"] not in ("relu", "linear", "softmax"):
        raise CourseError(f"The pad needs the activations relu and softmax: give the layer {layer.name} one of them.")
    if kind == "Conv2D":
        size = {"size": list(layer.kernel_size), "channels": layer.kernel.shape[2], "padding": layer.padding}
        return [{"type": "conv", "filters": layer.filters} | size | activation | _weights(layer)]
    if kind == "Dense":
        return [{"type": "dense", "units": layer.units} | activation | _weights(layer)]
    return [{"MaxPooling2D": {"type": "pool", "size": 2}, "Flatten": {"type": "flatten"}}.get(
        kind, {"type": "activation"} | activation)]  # fmt: skip


def _weights(layer):
    kernel, *bias = layer.get_weights()
    bias = bias[0] if bias else np.zeros(kernel.shape[-1])  # use_bias=False has none.
    if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
        raise CourseError(
            f"The layer {layer.name} has broken weights (not finite): set a smaller learning rate, train again."
        )
    return {"kernel": _text(kernel.astype("<f4")), "bias": _text(bias.astype("<f4"))}


def _text(numbers):
    return base64.b64encode(bytes(numbers)).decode()


def _reader():
    try:
        with np.load(READER, allow_pickle=False) as file:
            layers = json.loads(str(file["layers"]))
            for place, layer in enumerate(layers):
                layer.update({part: _text(file[f"{place}_{part}"]) for part in ("kernel", "bias") if part in layer})
    except Exception as error:  # NumPy has a different error for every way in which a file can be broken.
        reason = type(error).__name__
        raise CourseError(f"data/reader/reader.npz cannot be read ({reason}): fetch the course again.") from None
    return layers


def _page(layers):
    """The pad as HTML: a picture with a sentence, and a script that puts the pad in their place."""
    from PIL import Image, ImageDraw

    still, file = Image.new("L", (280, 280)), io.BytesIO()
    pen = ImageDraw.Draw(still)
    pen.line([(80, 75), (200, 75), (125, 215)], fill=255, width=22, joint="curve")
    pen.text((140, 262), "In the notebook you draw here.", fill=255, font_size=15, anchor="mm")
    still.save(file, "png")
    name = f"pad-{uuid.uuid4().hex}"  # No two pads have the same; but JupyterLab can show one output twice.
    return f"""<div id="{name}">
<img alt="{ALTERNATIVE}" src="data:image/png;base64,{_text(file.getvalue())}" width="280" height="280">
<p>{FALLBACK}</p>
</div>
<script type="module">
{SCRIPT.read_text(encoding="utf-8")}
for (const place of document.querySelectorAll("#{name}")) mount(place, {json.dumps(layers)});
</script>"""
