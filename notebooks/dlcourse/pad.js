/**
 * The drawing pad: draw a digit, and a network that was trained in Python reads it while you draw, in the browser.
 *
 * Pictures are Float32Arrays of brightness, 0 (black) to 1 (white), row by row. Layers keep their numbers in the order
 * of Keras: height, width, channels; kernels height, width, channels in, channels out. Nothing is fetched or stored.
 */

const PICTURE = 28; // The side of what the network reads,
const PAD = 280; // and of what is drawn on, in pixels.
const STEP = 7; // So far the cursor goes with each arrow key.
const PENS = { thin: 9, thick: 22 };

// ---------------------------------------------------------------- The network

/** The numbers (float32, little endian) that a text in base64 holds, as a Float32Array. */
export function decode(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/**
 * What the network says of a picture: its forward pass.
 *
 * @param {object[]} network  layers, each one of
 *   {type: "conv", filters, size: [height, width], channels, padding: "same" or "valid", activation, kernel, bias},
 *   {type: "pool", size}, {type: "flatten"}, {type: "dense", units, activation, kernel, bias} and
 *   {type: "activation", activation}. Kernels and biases are Float32Arrays, activations "relu", "linear", "softmax".
 * @param {Float32Array} picture  28×28 brightnesses, 0 to 1.
 * @returns {Float32Array}  the last layer's values: of a digit reader ten, 0 to 1, which add up to 1.
 */
export function forward(network, picture) {
  const steps = {
    conv: convolved,
    pool: pooled,
    flatten: (layer, values) => [values.slice(), [1, 1, values.length]],
    // A dense layer is a kernel of 1×1: it sees all channels of one place.
    dense: (layer, ...input) => convolved({ ...layer, filters: layer.units, size: [1, 1] }, ...input),
    activation: (layer, values, shape) => [values.slice(), shape],
  };
  let [values, shape] = [picture, [PICTURE, PICTURE, 1]];
  for (const layer of network) {
    if (!Object.hasOwn(steps, layer.type)) throw new Error(`The pad has no layer of the type ${layer.type}.`);
    [values, shape] = steps[layer.type](layer, values, shape);
    activate(layer.activation ?? "linear", values, shape[2]);
  }
  return values;
}

/** Lay each kernel on each place, with a stride of 1. "same" pads with zeros, an odd one to the right and below. */
function convolved({ filters, size: [high, wide], padding, kernel, bias }, values, [height, width, channels]) {
  const same = padding === "same";
  const [above, before] = same ? [(high - 1) >> 1, (wide - 1) >> 1] : [0, 0];
  const [rows, columns] = same ? [height, width] : [height - high + 1, width - wide + 1];
  const result = new Float32Array(rows * columns * filters);
  for (let place = 0; place < rows * columns; place++) {
    result.set(bias, place * filters);
    for (let part = 0; part < high * wide; part++) {
      const y = Math.floor(place / columns) + Math.floor(part / wide) - above;
      const x = (place % columns) + (part % wide) - before;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      for (let channel = 0; channel < channels; channel++) {
        const value = values[(y * width + x) * channels + channel];
        if (value === 0) continue; // Most are: black paper, or cut off by a relu.
        const [from, to] = [(part * channels + channel) * filters, place * filters];
        for (let filter = 0; filter < filters; filter++) result[to + filter] += value * kernel[from + filter];
      }
    }
  }
  return [result, [rows, columns, filters]];
}

/** The largest of each size×size block; a rest at the right or below is left out, as Keras does. */
function pooled({ size }, values, [height, width, channels]) {
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  const result = new Float32Array(rows * columns * channels).fill(-Infinity);
  for (let y = 0; y < rows * size; y++) {
    for (let x = 0; x < columns * size; x++) {
      const to = (Math.floor(y / size) * columns + Math.floor(x / size)) * channels;
      const from = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        if (values[from + channel] > result[to + channel]) result[to + channel] = values[from + channel];
      }
    }
  }
  return [result, [rows, columns, channels]];
}

/** Apply an activation in place; softmax to each group of `length` values. */
function activate(activation, values, length) {
  if (activation === "relu") {
    for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] = 0;
  } else if (activation === "softmax") {
    for (let start = 0; start < values.length; start += length) {
      const group = values.subarray(start, start + length);
      const largest = group.reduce((one, other) => Math.max(one, other)); // Else e^1000 would be infinite.
      for (let i = 0; i < length; i++) group[i] = Math.exp(group[i] - largest);
      const sum = group.reduce((one, other) => one + other);
      for (let i = 0; i < length; i++) group[i] /= sum;
    }
  } else if (activation !== "linear") {
    throw new Error(`The pad has no activation ${activation}.`);
  }
}

// ---------------------------------------------------------------- From the pad to 28×28

/**
 * Shrink rows of `length` pixels to 28 by averaging: the first of the 28 begins at `start`, each is `step` wide. What
 * lies outside counts as 0. The result is turned: its rows were columns.
 */
function shrunk(pixels, length, start, step) {
  const rows = pixels.length / length;
  const result = new Float32Array(PICTURE * rows);
  for (let i = 0; i < PICTURE; i++) {
    const [from, to] = [start + i * step, start + (i + 1) * step];
    for (let p = Math.max(0, Math.floor(from)); p < Math.min(length, Math.ceil(to)); p++) {
      const part = (Math.min(p + 1, to) - Math.max(p, from)) / step;
      for (let row = 0; row < rows; row++) result[i * rows + row] += part * pixels[row * length + p];
    }
  }
  return result;
}

/** Shrink to 28×28, sideways and then in height: squares, `step` wide, the first one's corner at (left, top). */
function averaged(pixels, side, left, top, step) {
  const result = shrunk(shrunk(pixels, side, left, step), side, top, step);
  return result.map((value) => Math.min(1, value)); // Sums of parts may be 1.0000001.
}

/**
 * The drawing as it is, shrunk to 28×28.
 *
 * @param {Float32Array} pixels  side×side brightnesses, 0 to 1.
 * @returns {Float32Array}  28×28 brightnesses, 0 to 1.
 */
export function asDrawn(pixels, side) {
  return averaged(pixels, side, 0, 0, side / PICTURE);
}

/**
 * What MNIST would have made of the drawing: the ink is scaled until its longer side takes 20 of the 28 pixels, and
 * its centre of mass comes to lie in the middle. Dark ink on light paper stays so. Without ink: empty paper.
 *
 * @param {Float32Array} pixels  side×side brightnesses, 0 to 1.
 * @param {boolean} [inverted]  whether the ink is the dark part; if not said, it is what covers less than half.
 * @returns {Float32Array}  28×28 brightnesses, 0 to 1.
 */
export function centred(pixels, side, inverted = 2 * pixels.reduce((sum, value) => sum + value, 0) > pixels.length) {
  const ink = inverted ? pixels.map((value) => 1 - value) : pixels;
  let [left, right, top, bottom, mass, x, y] = [side, -1, side, -1, 0, 0, 0];
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++, i++) {
      if (ink[i] <= 0.1) continue; // The faint rim of a stroke doesn't count.
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      [mass, x, y] = [mass + ink[i], x + ink[i] * (column + 0.5), y + ink[i] * (row + 0.5)];
    }
  }
  if (mass === 0) return new Float32Array(PICTURE * PICTURE).fill(inverted ? 1 : 0);
  const step = Math.max(right - left + 1, bottom - top + 1) / 20;
  const middle = (PICTURE / 2 + 0.5) * step; // Of MNIST's digits it is pixel 14, on average, counted from 0.
  const result = averaged(ink, side, x / mass - middle, y / mass - middle, step);
  return inverted ? result.map((value) => 1 - value) : result;
}

// ---------------------------------------------------------------- The pad

const HELP =
  "With the keyboard: arrow keys move the cursor, Space puts the pen down or lifts it, Delete or C clears, I inverts.";
const STYLE = `
.dlcourse-pad { display: flex; flex-wrap: wrap; gap: 1em 1.5em; color: inherit; line-height: 1.35; padding: 4px; }
.dlcourse-pad .draw { flex: 0 1 282px; min-width: 0; }
.dlcourse-pad .read { flex: 1 1 300px; min-width: 0; max-width: 34em; }
.dlcourse-pad canvas { box-sizing: content-box; display: block; border: 1px solid currentColor; }
.dlcourse-pad .pad { width: 280px; max-width: calc(100% - 2px); aspect-ratio: 1; cursor: crosshair;
  touch-action: none; user-select: none; -webkit-user-select: none; }
.dlcourse-pad .small { width: 112px; height: 112px; image-rendering: pixelated; margin-bottom: 0.5em; }
.dlcourse-pad .tools { display: flex; flex-wrap: wrap; gap: 0.5em; margin-top: 0.6em; align-items: center; }
.dlcourse-pad button { font: inherit; color: inherit; background: transparent; border: 1px solid currentColor;
  border-radius: 4px; padding: 0.35em 0.7em; cursor: pointer; }
.dlcourse-pad button[aria-pressed="true"] { box-shadow: inset 0 0 0 2px currentColor; }
.dlcourse-pad button[aria-pressed="true"]::before { content: "✓ "; content: "✓ " / ""; }
.dlcourse-pad label { display: inline-block; padding: 0.35em 0.3em; cursor: pointer; }
.dlcourse-pad :focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
.dlcourse-pad .help { flex: 1 1 100%; font-size: 0.9em; margin: 0; }
.dlcourse-pad .panels { display: flex; flex-wrap: wrap; gap: 1em; }
.dlcourse-pad .panel { flex: 1 1 9em; min-width: 0; }
.dlcourse-pad .title, .dlcourse-pad .largest { font-weight: bold; }
.dlcourse-pad .row { display: grid; grid-template-columns: 1ch 1fr 5.5ch 1.2em; gap: 0.4em; align-items: center; }
.dlcourse-pad .bar { border-left: 1px solid currentColor; height: 0.8em; }
.dlcourse-pad .bar span { display: block; border-top: 0.8em solid currentColor; opacity: 0.6; }
.dlcourse-pad .largest .bar span { opacity: 1; }
.dlcourse-pad .number { text-align: right; white-space: nowrap; }
.dlcourse-pad .said { margin: 0.8em 0 0; min-height: 2.7em; }
`;

/** An element with attributes and children. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** One of the two small pictures with its ten percentages: [element, show(picture, probabilities or null)]. */
function panel(title) {
  const label = `Your drawing in 28 by 28 pixels, ${title}`;
  const canvas = make("canvas", { class: "small", width: PICTURE, height: PICTURE, role: "img", "aria-label": label });
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const [bar, number] = [make("span", {}), make("span", { class: "number" })];
    const mark = make("span", { "aria-hidden": "true" });
    const row = make("div", { class: "row", role: "listitem" }, make("span", {}, `${digit}`));
    row.append(make("span", { class: "bar" }, bar), number, mark);
    return { row, bar, number, mark };
  });
  const list = make("div", { role: "list", "aria-label": `Percentages, ${title}` }, ...rows.map(({ row }) => row));
  const show = (picture, probabilities) => {
    const colours = new Uint8ClampedArray(4 * picture.length).fill(255); // Clamped arrays round by themselves.
    picture.forEach((value, i) => colours.fill(255 * value, 4 * i, 4 * i + 3));
    canvas.getContext("2d").putImageData(new ImageData(colours, PICTURE), 0, 0);
    rows.forEach(({ row, bar, number, mark }, digit) => {
      const percent = probabilities ? 100 * probabilities[digit] : 0;
      const largest = probabilities !== null && digit === guess(probabilities);
      row.classList.toggle("largest", largest);
      mark.textContent = largest ? "◀" : "";
      number.textContent = probabilities ? `${Math.round(percent)} %` : "–";
      bar.style.width = `${percent}%`;
    });
  };
  return [make("div", { class: "panel" }, make("div", { class: "title" }, title), canvas, list), show];
}

function guess(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

function sentence(answers) {
  const [drawn, moved] = answers.map((answer) => [guess(answer), Math.round(100 * answer[guess(answer)])]);
  return `Centred: ${moved[0]} with ${moved[1]} per cent. As drawn: ${drawn[0]} with ${drawn[1]} per cent.`;
}

/**
 * Build the pad inside an element, in place of what stands there.
 *
 * @param {HTMLElement} element
 * @param {object[]} network  as `forward` takes it, but kernels and biases are texts in base64.
 * @param {{inverted?: boolean}} [options]  whether to begin with black ink on white.
 */
export function mount(element, network, options = {}) {
  const layers = network.map((layer) =>
    layer.kernel ? { ...layer, kernel: decode(layer.kernel), bias: decode(layer.bias) } : layer,
  );
  const own = { "data-lm-suppress-shortcuts": "true" }; // JupyterLab would take the keys.
  const unique = `pad-${Math.random().toString(36).slice(2)}`; // Each pad on a page has its radio buttons for itself.
  const canvas = make("canvas", {
    class: "pad", width: PAD, height: PAD, tabindex: 0, role: "application", "aria-describedby": unique, ...own,
    "aria-label": "Pad to draw a digit on, with mouse, finger, pen or arrow keys",
    "data-prevent-swipe": "", // In a slide show a stroke must not turn the page.
  });
  const clearing = make("button", { type: "button", ...own }, "Clear");
  const inverting = make("button", { type: "button", ...own }, "Invert the ink");
  const pens = Object.keys(PENS).map((value) => make("input", { type: "radio", name: unique, value, ...own }));
  const labels = pens.map((input) => make("label", {}, input, ` ${input.value}`));
  const choice = make("div", { role: "radiogroup", "aria-label": "Pen" }, "Pen: ", ...labels);
  const tools = make("div", { class: "tools" }, clearing, inverting, choice);
  const help = make("p", { class: "help", id: unique }, HELP);
  const panels = [panel("as drawn"), panel("centred")];
  const both = make("div", { class: "panels" }, ...panels.map(([part]) => part));
  const said = make("p", { class: "said", role: "status" }); // A live region, and polite.
  const root = make("div", { class: "dlcourse-pad" }, make("style", {}, STYLE));
  root.append(make("div", { class: "draw" }, canvas, tools), make("div", { class: "read" }, both, said), help);
  pens[1].checked = true;

  // What is drawn, always white on black; the visible canvas shows it, inverted or not, and the cursor above it.
  const ink = make("canvas", { width: PAD, height: PAD }).getContext("2d", { willReadFrequently: true });
  [ink.lineCap, ink.strokeStyle] = ["round", "white"];
  const shown = canvas.getContext("2d");
  let inverted = Boolean(options.inverted);
  let empty = true;
  let last = null; // Where the stroke is; null while the pen is lifted.
  let cursor = { x: PAD / 2, y: PAD / 2 };
  let keyboard = false; // Whether the keyboard draws: only then the cursor is shown.
  let pointer = null; // The one that draws; a second finger is not heeded.
  let waiting = false; // Whether an update is asked for.
  let answers = null; // The two panels' probabilities; null while the pad is empty.

  function lineTo(point) {
    ink.lineWidth = PENS[pens.find((input) => input.checked).value];
    ink.beginPath();
    ink.moveTo((last ?? point).x, (last ?? point).y);
    ink.lineTo(point.x, point.y);
    ink.stroke();
    [last, empty] = [point, false];
    soon();
  }

  /** Ask for an update before the next frame, however many points the stroke has got by then. */
  function soon() {
    if (!waiting) requestAnimationFrame(update);
    waiting = true;
  }

  function update() {
    waiting = false;
    const colours = ink.getImageData(0, 0, PAD, PAD).data;
    const pixels = new Float32Array(PAD * PAD);
    for (let i = 0; i < pixels.length; i++) pixels[i] = inverted ? 1 - colours[4 * i] / 255 : colours[4 * i] / 255;
    const pictures = [asDrawn(pixels, PAD), centred(pixels, PAD, inverted)];
    answers = empty ? null : pictures.map((picture) => forward(layers, picture));
    panels.forEach(([, show], i) => show(pictures[i], answers && answers[i]));
    inverting.setAttribute("aria-pressed", inverted);
    shown.globalCompositeOperation = "source-over";
    shown.drawImage(ink.canvas, 0, 0);
    if (inverted) {
      [shown.globalCompositeOperation, shown.fillStyle] = ["difference", "white"];
      shown.fillRect(0, 0, PAD, PAD);
    }
    if (keyboard) showCursor();
    if (last === null) say(answers ? sentence(answers) : "Draw a digit.");
    else if (keyboard) say("The pen is down.");
  }

  const say = (words) => said.textContent === words || (said.textContent = words); // Twice, it would be read twice.

  function showCursor() {
    shown.globalCompositeOperation = "source-over";
    for (const [width, colour] of [[6, "white"], [2, "black"]]) { // Seen on white, grey and black.
      [shown.lineWidth, shown.strokeStyle] = [width, colour];
      shown.beginPath();
      shown.arc(cursor.x, cursor.y, last ? 5 : 11, 0, 2 * Math.PI); // Small while the pen is down.
      shown.stroke();
    }
  }

  function clear() {
    ink.fillStyle = "black";
    ink.fillRect(0, 0, PAD, PAD);
    [last, empty] = [null, true];
    soon();
  }

  function invert() {
    inverted = !inverted;
    soon();
  }

  function lift() {
    last = null;
    soon();
  }

  function drawTo(event) {
    lineTo({ x: (event.offsetX * PAD) / canvas.clientWidth, y: (event.offsetY * PAD) / canvas.clientHeight });
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    [pointer, last, keyboard] = [event.pointerId, null, false];
    try {
      canvas.setPointerCapture(pointer); // The stroke goes on outside the pad, too.
    } catch {} // Already gone: what was drawn stays.
    drawTo(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId === pointer) drawTo(event);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      lift();
    });
  }
  canvas.addEventListener("blur", () => {
    if (pointer !== null) return;
    keyboard = false;
    lift();
  });

  const move = (x, y) => () => {
    const [across, down] = [cursor.x + x * STEP, cursor.y + y * STEP];
    cursor = { x: Math.min(PAD, Math.max(0, across)), y: Math.min(PAD, Math.max(0, down)) };
    if (last) lineTo(cursor);
  };
  const keys = {
    ArrowLeft: move(-1, 0), ArrowRight: move(1, 0), ArrowUp: move(0, -1), ArrowDown: move(0, 1),
    " ": () => (last ? lift() : lineTo(cursor)), Delete: clear, c: clear, i: invert,
  };
  canvas.addEventListener("keydown", (event) => {
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (pointer !== null || (event.repeat && !event.key.startsWith("Arrow"))) return;
    keyboard = true;
    action();
    soon();
  });
  tools.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter" || event.key.startsWith("Arrow")) event.stopPropagation();
  });
  clearing.addEventListener("click", clear);
  inverting.addEventListener("click", invert);
  clear();
  update();
  element.replaceChildren(root);
}
