/** The page: its steps, the predictions, the trainings, and what they show. */

import { decode, forward, make, mount } from "./pad.js";
import { memory, written } from "./memory.js";
import { curve, paint, paintKernel, strip, thousands } from "./pictures.js";
import { FILTERS, RATE, SIDE, STEPS } from "./settings.js";

const RATES = { [`ours, ${RATE}`]: 1, "a tenth of ours": 0.1, "ten times ours": 10, "a hundred times ours": 100 };
const CURVES = [
  { key: "read", top: 1000, name: "Held-out digits that it reads, of 1,000" },
  { key: "loss", top: 3, name: "Its loss on them" },
];
const SIZES = [200, 8, 3200, 16, 2560, 10]; // How many numbers a network has: kernel and bias, layer by layer.
const SEED = 42; // Not among the reference runs' 1 to 20.

const at = (id) => document.getElementById(id);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const json = (id) => JSON.parse(at(id).textContent);
const percent = (share) => `${Math.round(100 * share)} %`;
const [reference, names] = [json("reference"), json("names")];

const store = memory();
// What is remembered: predictions {question: value}, results {kind: what the worker sent, networks as texts}.
const state = recalled(store.read());
let shown = null; // What the worker has unpacked: pictures, labels, probes.

/** The parts of a remembered value that are whole; what is damaged, or of another version of the page, is left out. */
function recalled(value) {
  const found = { predictions: {}, results: {} };
  for (const { value: choice, name } of all("[data-question] input")) {
    if (value?.predictions?.[name] === choice) found.predictions[name] = choice;
  }
  for (const kind of Object.keys(reference)) {
    try {
      if (whole(value.results[kind])) found.results[kind] = value.results[kind];
    } catch {} // There is none, or something is missing in it.
  }
  return found;
}

/** Whether a remembered result has all its numbers, and a network that answers. */
function whole({ settings: { seed, rate }, read, inverted, probes: { right, shares }, tests, layers }) {
  const network = unwritten(layers);
  const numbers = [seed, rate, read, inverted, right, ...shares.flat(), ...forward(network, new Float32Array(784).fill(0.5))];
  for (const { done, read, loss } of tests) numbers.push(done, read, loss);
  const sizes = network.flatMap(({ kernel, bias }) => (kernel ? [kernel.length, bias.length] : []));
  const ten = shares.length === names.length && shares.every(({ length }) => length === 10);
  return numbers.every(Number.isFinite) && `${sizes}` === `${SIZES}` && ten && tests.length > 0;
}

/** Layers whose numbers are texts, with their numbers as Float32Arrays. */
function unwritten(layers) {
  return layers.map((layer) => (layer.kernel ? { ...layer, kernel: decode(layer.kernel), bias: decode(layer.bias) } : layer));
}

function remember() {
  if (store.works && !store.write(state)) store.works = false;
  at("remembers").textContent = store.works
    ? "This browser remembers where you are, and your networks. Nothing is sent."
    : "This browser doesn't let the page remember anything: what you do here is gone when you close it.";
}

function trouble(words) {
  [at("trouble").textContent, at("trouble").hidden] = [words, false];
  [worker, active] = [null, null];
  for (const one of Object.values(trainers)) one.stuck(words);
}

// ---------------------------------------------------------------- Steps

const steps = all("section");
at("steps").append(
  ...steps.map((step, i) => {
    const words = make("span", {}, ` ${step.querySelector("h2").textContent}`);
    return make("li", {}, make("a", { href: `#${step.id}` }, `${i + 1}`, words));
  }),
);

/** Show the step that the address names; its heading gets the focus where somebody has come from another. */
function show(focus = true) {
  const number = Math.max(0, steps.findIndex((step) => `#${step.id}` === location.hash));
  steps.forEach((step, i) => (step.hidden = i !== number));
  all("#steps a").forEach((link, i) => {
    if (i === number) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  });
  at("lead").hidden = number > 0;
  at("back").hidden = number === 0;
  at("next").hidden = number === steps.length - 1;
  if (!at("next").hidden) at("next").textContent = `Next: ${steps[number + 1].querySelector("h2").textContent}`;
  if (steps[number].id === "end") listPredictions();
  if (focus) {
    steps[number].querySelector("h2").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

function go(by) {
  const number = steps.findIndex((step) => !step.hidden);
  location.hash = steps[number + by].id;
}

at("back").addEventListener("click", () => go(-1));
at("next").addEventListener("click", () => go(1));
window.addEventListener("hashchange", () => show());

// ---------------------------------------------------------------- Predictions

/** Each question: a choice is remembered, and what stands after it appears. */
for (const question of all("[data-question]")) {
  const { question: name } = question.dataset;
  const chosen = question.querySelector(`[value="${CSS.escape(state.predictions[name] ?? "")}"]`);
  if (chosen) chosen.checked = true;
  question.addEventListener("change", (event) => {
    state.predictions[name] = event.target.value;
    remember();
    reveal();
    showResults();
  });
}

/** What stands after a question is there once it is answered; until then a sentence asks for an answer. */
function reveal() {
  for (const part of all("[data-after]")) {
    const open = part.dataset.after in state.predictions;
    if (!part.previousElementSibling.matches(".asks")) part.before(make("p", { class: "asks quiet" }, "Choose an answer to go on."));
    [part.hidden, part.previousElementSibling.hidden] = [!open, open];
  }
}

/** At the end: what was predicted, and what came. */
function listPredictions() {
  const { plain, invert } = state.results;
  const rows = [
    ["Read after training", "trained", plain && `${plain.read} of 1,000`],
    ["Black on white is read", "inverted", plain && `${plain.inverted} of 1,000`],
    ["The dog", "dog", plain && guessed(plain.probes.shares.at(-1))],
    ["With inverted copies", "after", invert && plain && `${invert.read} of 1,000, before ${plain.read}`],
  ];
  const lines = rows.map(([words, name, came]) => [words, state.predictions[name] ?? "–", came ?? "–"]);
  at("predictions").replaceChildren(table("Your predictions", ["", "you said", "it was"], lines));
}

// ---------------------------------------------------------------- Tables and pictures

/** A table with a caption; cells are texts or elements. */
function table(caption, heads, rows) {
  const row = (cells, tag) => make("tr", {}, ...cells.map((cell, i) => make(i ? tag : "th", i ? {} : { scope: "row" }, cell)));
  const head = make("tr", {}, ...heads.map((words) => make(words ? "th" : "td", words ? { scope: "col" } : {}, words)));
  const body = rows.map((cells) => row(cells, "td"));
  return make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...body));
}

function picture(brightness, words) {
  const canvas = make("canvas", { role: "img", "aria-label": words });
  paint(canvas, brightness, 28);
  return canvas;
}

function guessed(shares) {
  const guess = shares.indexOf(Math.max(...shares));
  return `a ${guess}, with ${percent(shares[guess])}`;
}

/** The ten pictures with the guesses of one or two networks. */
function probeTable(caption, columns) {
  const rows = names.map((name, i) => {
    const answer = (result) => {
      const [shares, dog] = [result.probes.shares[i], i === names.length - 1];
      const guess = shares.indexOf(Math.max(...shares));
      return `${dog ? "" : guess === Number(name[0]) ? "✓ " : "✗ "}${guess}, ${percent(shares[guess])}`;
    };
    return [name, picture(shown.probes[i], name), ...Object.values(columns).map(answer)];
  });
  return table(caption, ["picture", "", ...Object.keys(columns)], rows);
}

// ---------------------------------------------------------------- Trainings

let worker = null;
let active = null; // The trainer whose training goes on,
let run = 0; // and its number: what an earlier training still sends is not heeded.

/** The controls of a training, and what is seen of it. `kind`: "plain" or "invert". */
function trainer(element, kind) {
  const start = make("button", { type: "button", class: "main" }, kind === "plain" ? "Train" : "Train with inverted copies");
  const pause = make("button", { type: "button", disabled: "" }, "Pause");
  const reset = make("button", { type: "button", disabled: "" }, "Reset");
  const seed = make("input", { type: "number", min: 0, max: 999999, step: 1, value: SEED, inputmode: "numeric" });
  const rate = make("select", {}, ...Object.entries(RATES).map(([words, value]) => make("option", { value: value * RATE }, words)));
  const bar = make("progress", { max: STEPS, value: 0, "aria-label": "Steps" });
  const [numbers, status, verdict] = [make("p", {}), make("p", { role: "status" }), make("div", {})];
  const graphs = CURVES.map(() => make("div", {}));
  const canvases = Array.from({ length: FILTERS }, (_, i) => make("canvas", { role: "img", "aria-label": `Filter ${i + 1}` }));
  const kernels = make("ul", { class: "kernels", "aria-label": "The eight filters" }, ...canvases.map((one) => make("li", {}, one)));
  const settings = make("div", { class: "settings" },
    make("label", {}, "Seed: ", seed), make("label", {}, "Learning rate: ", rate));
  const more = make("details", {}, make("summary", {}, "Seed and learning rate"),
    make("p", { class: "quiet" }, "The seed decides the random numbers at the beginning; another one gives another network. The learning rate is how far a weight moves. What happens with a hundred times ours?"), settings);
  const view = make("div", { class: "live" },
    ...CURVES.map(({ name }, i) => make("div", {}, make("h3", {}, name), graphs[i])),
    make("div", {}, make("h3", {}, "Eight of its filters: + above 0, − below"), kernels));
  const loss = make("p", { class: "quiet" }, "The loss says how wrong it is. Blind guessing has 2.3, and 0 would be perfect.");
  element.append(make("p", { class: "tools" }, start, pause, reset), more, bar, numbers, status, view, loss, verdict);
  let [tests, waiting, paused] = [[], null, false];
  const colours = getComputedStyle(document.documentElement);
  const pair = { plus: colours.getPropertyValue("--ORANGE").trim(), minus: colours.getPropertyValue("--BLUE").trim() };
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function draw() {
    waiting = null;
    if (!self.latest) return; // Reset since this frame was asked for.
    const { kernel, done } = self.latest;
    [bar.value, numbers.textContent] = [done, `Step ${thousands(done)} of ${thousands(STEPS)}`];
    if (still.matches && !self.latest.tested) return;
    canvases.forEach((canvas, filter) => paintKernel(canvas, kernel.filter((_, i) => i % FILTERS === filter), SIDE, pair));
    drawCurves();
  }

  function drawCurves() {
    graphs.forEach((graph, i) => graph.replaceChildren(curve(tests, STEPS, CURVES[i])));
  }

  function controls(busy) {
    const focused = document.activeElement;
    [start.disabled, pause.disabled, reset.disabled] = [busy || !shown || !worker, !busy, !busy && !tests.length];
    if (focused === pause && !busy) start.focus(); // A button that is switched off would lose the focus.
    [seed.disabled, rate.disabled] = [busy, busy];
    pause.textContent = "Pause";
    paused = false;
  }

  const self = {
    latest: null,
    progress(message) {
      const tested = message.read !== undefined;
      if (tested) {
        tests.push(message);
        if (message.done % 250 === 0) status.textContent = `After ${thousands(message.done)} steps it reads ${message.read} of 1,000 held-out digits.`;
      }
      self.latest = { ...message, tested };
      waiting ??= requestAnimationFrame(draw);
    },
    done(result) {
      const finished = { ...result, tests: tests.map(({ done, read, loss }) => ({ done, read, loss })), layers: written(result.layers) };
      state.results[kind] = finished;
      controls(false);
      status.textContent = `Done, in ${result.seconds.toFixed(0)} seconds of computing. It reads ${result.read} of 1,000 held-out digits.`;
      remember();
      showResults();
    },
    stopped() {
      [tests, self.latest] = [[], null];
      controls(false);
      [bar.value, numbers.textContent, status.textContent] = [0, "", ""];
      drawCurves();
      verdict.replaceChildren();
    },
    ready: () => controls(false),
    stuck(words) { // Said here, too: who comes by an address with a step's name doesn't see the beginning of the page.
      controls(false);
      status.textContent = words;
    },
    recall(result) {
      tests = result.tests;
      self.latest = { done: STEPS, kernel: decode(result.layers[0].kernel), tested: true };
      [seed.value, rate.value] = [result.settings.seed, result.settings.rate];
      draw();
      controls(false);
      status.textContent = `It reads ${result.read} of 1,000 held-out digits.`;
    },
    judge() {
      const result = state.results[kind];
      if (result) verdict.replaceChildren(...judged(kind, result));
    },
  };

  start.addEventListener("click", () => {
    const number = Number(seed.value);
    if (seed.value === "" || !Number.isInteger(number) || number < 0 || number > 999999) {
      [more.open, status.textContent] = [true, "The seed is a whole number from 0 to 999999: write one, and press Train again."];
      seed.focus();
      return;
    }
    if (active) active.stopped();
    delete state.results[kind];
    self.stopped();
    active = self;
    controls(true);
    pause.focus();
    status.textContent = "The training has begun.";
    worker.postMessage({ type: "train", run: ++run, settings: { seed: number, rate: Number(rate.value), invert: kind === "invert" } });
    showResults();
  });
  pause.addEventListener("click", () => {
    paused = !paused;
    worker.postMessage({ type: paused ? "pause" : "resume" });
    [pause.textContent, status.textContent] = paused ? ["Go on", "The training stands still."] : ["Pause", "The training goes on."];
  });
  reset.addEventListener("click", () => {
    if (active === self) {
      worker.postMessage({ type: "reset" });
      active = null;
    }
    delete state.results[kind];
    self.stopped();
    remember();
    showResults();
    status.textContent = "The network is forgotten. Its weights are random again.";
    start.focus();
  });
  self.stopped();
  return self;
}

/** Whether a result is usual: in words, and as a picture among 20 runs of ours. */
function judged(kind, { read, settings }) {
  const ours = reference[kind].read;
  const [low, high] = [Math.min(...ours), Math.max(...ours)];
  const mean = ours.reduce((sum, value) => sum + value, 0) / ours.length;
  const spread = Math.sqrt(ours.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (ours.length - 1));
  let words = "usual";
  if (read < low || read > high) words = `a little ${read < low ? "below" : "above"} ours, which happens with another seed`;
  if (Math.abs(read - mean) > 4 * spread) words = read < mean ? "far below ours: the network has not learned well" : "far above ours";
  if (settings.rate !== RATE) words += `. Ours had another learning rate`;
  const said = [];
  if (kind === "plain" && state.predictions.trained) said.push(make("p", {}, `You predicted ${state.predictions.trained}.`));
  return [...said, make("h3", {}, "Is my number normal?"),
    make("p", {}, `Yours, ${read}, is ${words}. 20 runs of ours, each with another seed, read ${low} to ${high}.`),
    strip(ours, read)];
}

const trainers = Object.fromEntries(all(".trainer").map((element) => [element.dataset.kind, trainer(element, element.dataset.kind)]));

// ---------------------------------------------------------------- What the trained networks show

let chosen = 0; // The digit that the filters look at.
let padded = null; // The kind of network that the pad has.

/** Fill in all that follows from the trained networks; where there is none, a sentence says how to get it. */
function showResults() {
  for (const part of all(".trained")) {
    const there = (part.dataset.kind ?? "plain") in state.results;
    if (!part.previousElementSibling?.matches(".first")) {
      const link = part.dataset.kind ? ["Train this network first."] : ["First train a network: ", make("a", { href: "#train" }, "Train it"), "."];
      part.before(make("p", { class: "first problem" }, ...link));
    }
    [part.hidden, part.previousElementSibling.hidden] = [!there || !shown, there];
  }
  for (const one of Object.values(trainers)) one.judge();
  const { plain, invert } = state.results;
  if (!shown || !plain) return;
  showAnswers();
  const key = `${plain.settings.seed} ${plain.settings.rate} ${invert?.settings.seed}`;
  if (padded !== key) {
    mount(at("pad"), plain.layers);
    padded = key;
  }
  at("read-inverted").textContent = plain.inverted;
  at("nine").textContent = plain.probes.right;
  at("dog").textContent = guessed(plain.probes.shares.at(-1));
  at("nine-range").textContent = `${Math.min(...reference.plain.nine)} to ${Math.max(...reference.plain.nine)}`;
  at("before").replaceChildren(probeTable("Its guesses", { guess: plain }));
  if (!invert) return;
  const line = (words, name, more = "") => [words, `${plain[name]}${more}`, `${invert[name]}${more}`];
  at("comparison").replaceChildren(table("Read, before and after", ["", "before", "after"], [
    line("of 1,000 held-out digits", "read"), line("of the same, inverted", "inverted"),
    ["of the nine from elsewhere", plain.probes.right, invert.probes.right],
  ]));
  at("after").replaceChildren(probeTable("The ten pictures, before and after", { before: plain, after: invert }));
}

/** Where each filter of the first layer answers to the chosen digit. */
function showAnswers() {
  const [brightness, label] = [shown.pictures[chosen], shown.labels[chosen]];
  paint(at("chosen"), brightness, 28);
  at("chosen").setAttribute("aria-label", `A handwritten ${label}`);
  const first = unwritten(state.results.plain.layers)[0];
  const values = forward([first], brightness);
  const largest = Math.max(...values, 1e-9);
  const colours = getComputedStyle(document.documentElement);
  const pair = { plus: colours.getPropertyValue("--ORANGE").trim(), minus: colours.getPropertyValue("--BLUE").trim() };
  at("answers").replaceChildren(...Array.from({ length: FILTERS }, (_, filter) => {
    const [kernel, answer] = [make("canvas", { role: "img" }), make("canvas", { role: "img" })];
    paintKernel(kernel, first.kernel.filter((_, i) => i % FILTERS === filter), SIDE, pair);
    const map = values.filter((_, i) => i % FILTERS === filter);
    paint(answer, map.map((value) => value / largest), 28 - SIDE + 1);
    kernel.setAttribute("aria-label", `Filter ${filter + 1}`);
    const share = map.filter((value) => value > 0.3 * largest).length / map.length;
    answer.setAttribute("aria-label", `answers strongly in ${percent(share)} of the places`);
    return make("li", {}, kernel, answer);
  }));
}

at("another").addEventListener("click", () => {
  chosen = (chosen + 1) % shown.pictures.length;
  showAnswers();
});
at("forget").addEventListener("click", () => {
  store.forget();
  location.hash = "";
  location.reload();
});

// ---------------------------------------------------------------- Begin

const heard = {
  ready(message) {
    shown = message;
    at("weights").textContent = thousands(message.weights);
    at("samples").append(...Array.from({ length: 40 }, (_, i) =>
      make("li", {}, picture(message.pictures[i], `a ${message.labels[i]}`), `${message.labels[i]}`)));
    at("probes").append(...message.probes.map((one, i) => make("li", {}, picture(one, names[i]), names[i])));
    for (const one of Object.values(trainers)) one.ready();
    for (const [kind, result] of Object.entries(state.results)) trainers[kind].recall(result);
    showResults();
    document.documentElement.dataset.ready = "true";
  },
  progress: (message) => message.run === run && active?.progress(message),
  done(result) {
    if (result.run !== run) return;
    const mine = active;
    active = null;
    mine?.done(result);
  },
  problem: ({ words }) => trouble(`The training has stopped (${words}). Load the page again; a current browser is needed.`),
};

function begin() {
  if (typeof DecompressionStream === "undefined") {
    trouble("This browser is too old for this page: take a current Firefox, Chrome, Edge or Safari.");
    return;
  }
  try {
    worker = new Worker(URL.createObjectURL(new Blob([at("worker").textContent], { type: "text/javascript" })));
  } catch {
    worker = null;
  }
  const stopped = "This browser doesn't let the page compute beside itself (Web Workers are switched off), so it can't train: allow them, or take another browser.";
  if (!worker) {
    trouble(stopped);
    return;
  }
  worker.onmessage = ({ data: { type, ...message } }) => heard[type](message);
  worker.onerror = () => trouble(stopped);
  worker.postMessage({ type: "digits", base64: at("packed").textContent });
}

show(false);
reveal();
remember();
showResults();
begin();
