/** What the page draws: digits, kernels, the curve of a training, and where a result lies among others. */

const SVG = "http://www.w3.org/2000/svg";

/** Draw brightnesses, 0 to 1, row by row, on a canvas of as many pixels; the page's style makes it larger. */
export function paint(canvas, brightness, side) {
  [canvas.width, canvas.height] = [side, side];
  const colours = new Uint8ClampedArray(4 * brightness.length).fill(255); // Clamped arrays round by themselves.
  brightness.forEach((value, i) => colours.fill(255 * value, 4 * i, 4 * i + 3));
  canvas.getContext("2d").putImageData(new ImageData(colours, side), 0, 0);
}

/**
 * Draw a kernel of side×side weights: orange above 0, blue below, the paler the nearer to 0; strong ones have + or −.
 *
 * @param {{plus: string, minus: string}} colours  as "#RRGGBB".
 */
export function paintKernel(canvas, weights, side, { plus, minus }) {
  const [cell, context] = [20, canvas.getContext("2d")];
  [canvas.width, canvas.height] = [side * cell, side * cell];
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  [context.font, context.textAlign, context.textBaseline] = ["bold 16px sans-serif", "center", "middle"];
  const largest = Math.max(...weights.map(Math.abs), 1e-9);
  weights.forEach((weight, i) => {
    const [x, y, share] = [(i % side) * cell, Math.floor(i / side) * cell, Math.abs(weight) / largest];
    [context.globalAlpha, context.fillStyle] = [share, weight > 0 ? plus : minus];
    context.fillRect(x, y, cell, cell);
    [context.globalAlpha, context.fillStyle] = [1, weight < 0 && share > 0.6 ? "white" : "black"];
    if (share > 0.4) context.fillText(weight > 0 ? "+" : "−", x + cell / 2, y + cell / 2 + 1);
  });
}

/** An element of SVG with attributes and children. */
function shape(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * The curve of a training as an SVG: a value, test by test.
 *
 * @param {{done: number}[]} tests  each with the value under `key`; `done` counts steps, of `steps`.
 * @param {{key: string, top: number, name: string}} what  top: the highest value that is drawn as it is; name: of the
 *   value, in words.
 */
export function curve(tests, steps, { key, top, name }) {
  const [width, height, left, right, above, below] = [300, 180, 56, 24, 12, 46];
  const x = (done) => left + ((width - left - right) * done) / steps;
  const y = (value) => above + (height - above - below) * (1 - Math.min(value, top) / top);
  const words = (value) => (top > 100 ? thousands(value) : value.toFixed(2));
  const label = tests.length
    ? `${name}: ${words(tests[0][key])} at first, ${words(tests.at(-1)[key])} after ${thousands(tests.at(-1).done)} steps.`
    : `${name}: nothing yet.`;
  const picture = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "curve", "aria-label": label });
  for (const value of [0, top / 2, top]) {
    picture.append(shape("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "grid" }));
    const number = top > 100 ? thousands(value) : `${value}`;
    picture.append(shape("text", { x: left - 6, y: y(value) + 5, "text-anchor": "end" }, number));
  }
  for (const done of [0, steps / 2, steps]) {
    picture.append(shape("text", { x: x(done), y: height - below + 21, "text-anchor": "middle" }, thousands(done)));
  }
  picture.append(shape("text", { x: x(steps / 2), y: height - 4, "text-anchor": "middle" }, "steps"));
  const points = tests.map((test) => `${x(test.done)},${y(test[key])}`);
  picture.append(shape("polyline", { points: points.join(" "), class: "line" }));
  for (const test of tests) picture.append(shape("circle", { cx: x(test.done), cy: y(test[key]), r: 3, class: "dot" }));
  return picture;
}

/** 1500 as "1,500". */
export function thousands(number) {
  return number.toLocaleString("en");
}

/** Where a number lies among those of other runs, as an SVG: dots, and a diamond for yours. */
export function strip(others, yours) {
  const [width, height, edge] = [420, 84, 30];
  const [least, most] = [Math.min(...others), Math.max(...others)];
  const [low, high] = [Math.min(least, yours) - 2, Math.max(most, yours) + 2];
  const x = (value) => edge + ((width - 2 * edge) * (value - low)) / (high - low);
  const words = `Ours read ${least} to ${most} of 1,000, yours ${yours}.`;
  const picture = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "strip", "aria-label": words });
  picture.append(shape("line", { x1: edge, x2: width - edge, y1: 48, y2: 48, class: "grid" }));
  others.forEach((value, i) => {
    picture.append(shape("circle", { cx: x(value), cy: 34 + ((i * 7) % 5) * 3, r: 4, class: "ours" }));
  });
  picture.append(shape("path", { d: `M${x(yours)} 26l9 12l-9 12l-9-12z`, class: "yours" }));
  const [start, end] = [x(yours) < 70, x(yours) > width - 70];
  const side = { x: start ? 0 : end ? width : x(yours), "text-anchor": start ? "start" : end ? "end" : "middle" };
  picture.append(shape("text", { ...side, y: 17, class: "strong" }, `yours: ${yours}`));
  const middle = (x(least) + x(most)) / 2;
  picture.append(shape("text", { x: Math.min(middle, width - 70), y: 72, "text-anchor": "middle" }, `ours: ${least} to ${most}`));
  return picture;
}
