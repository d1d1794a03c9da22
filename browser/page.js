/** The page: its steps, the predictions, the trainings, and what they show. */

import { decode, forward, make, mount } from "./pad.js";
import { memory, written } from "./memory.js";
import { curve, paint, paintKernel, strip, thousands } from "./pictures.js";
import { FILTERS, RATE, SIDE, STEPS } from "./settings.js";

const RATES = { [`ours, ${RATE}`]: 1, "a tenth of ours": 0.1, "thirty times ours": 30 };
const SEED = 50; // Not among the reference runs, and in the middle of what they found.
const LEARNED = 900; // Who reads fewer of the 1,000 has not learned: ours read more in all runs.
const SIZES = [200, 8, 3200, 16, 2560, 10]; // How many numbers a network has: kernel and bias, layer by layer.
const CURVES = [
  { key: "read", top: 1000, name: "Held-out digits that it reads, of 1,000" },
  { key: "loss", top: 3, name: "Its loss, how wrong it is: guessing has 2.3, and 0 is perfect" },
];

const at = (id) => document.getElementById(id);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const json = (id) => JSON.parse(at(id).textContent);
const percent = (share) => `${Math.round(100 * share)} %`;
const range = (numbers, words = (number) => number) => `${words(Math.min(...numbers))} to ${words(Math.max(...numbers))}`;
const [reference, names] = [json("reference"), json("names")];

const store = memory();
// What is remembered: predictions {question: value}, seen {question: true}, results {kind: what the worker sent}.
const state = recalled(store.read());
let shown = null; // What the worker has unpacked: pictures, labels, probes.

/** The parts of a remembered value that are whole; what is damaged, or of another version of the page, is left out. */
function recalled(value) {
  const found = { predictions: {}, seen: {}, results: {} };
  for (const { value: choice, name } of all("[data-question] input")) {
    if (value?.predictions?.[name] !== choice) continue;
    found.predictions[name] = choice;
    if (value.seen?.[name] === true) found.seen[name] = true;
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
  for (const { done, read: count, loss } of tests) numbers.push(done, count, loss);
  const sizes = network.flatMap(({ kernel, bias }) => (kernel ? [kernel.length, bias.length] : []));
  const ten = shares.length === names.length && shares.every(({ length }) => length === 10);
  const known = Object.values(RATES).some((by) => by * RATE === rate) && isSeed(seed);
  return known && numbers.every(Number.isFinite) && `${sizes}` === `${SIZES}` && ten && tests.length > 0;
}

/** Whether a number can be a seed. */
function isSeed(seed) {
  return Number.isInteger(seed) && seed >= 0 && seed <= 999999;
}

/** Layers whose numbers are texts, with their numbers as Float32Arrays. */
function unwritten(layers) {
  return layers.map((layer) => (layer.kernel ? { ...layer, kernel: decode(layer.kernel), bias: decode(layer.bias) } : layer));
}

function remember() {
  if (store.works && !store.write(state)) store.works = false;
  at("remembers").textContent = store.works
    ? "This browser remembers your answers and your networks. Nothing is sent."
    : "This browser doesn't let the page remember anything: what you do here is gone when you close it.";
}

function trouble(words) {
  [at("trouble").textContent, at("trouble").hidden] = [words, false];
  worker?.terminate();
  [worker, active] = [null, null];
  for (const each of Object.values(trainers)) each.stuck(words);
  showResults();
}

// ---------------------------------------------------------------- Steps

const title = document.title;
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
  const heading = steps[number].querySelector("h2");
  steps.forEach((step, i) => (step.hidden = i !== number));
  all("#steps a").forEach((link, i) => {
    if (i === number) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  });
  document.documentElement.classList.toggle("going", number > 0);
  document.title = number ? `${heading.textContent} – ${title}` : title;
  at("lead").hidden = number > 0;
  at("back").hidden = number === 0;
  at("next").hidden = number === steps.length - 1;
  if (!at("next").hidden) at("next").textContent = `Next: ${steps[number + 1].querySelector("h2").textContent}`;
  at("said").textContent = "";
  if (steps[number].id === "end") listPredictions();
  if (focus) {
    window.scrollTo(0, 0);
    heading.focus();
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

/** Each question: the choice is remembered. What comes after it appears at the press of a button, once there is one. */
for (const question of all("[data-question]")) {
  const { question: name } = question.dataset;
  const after = document.querySelector(`[data-after="${name}"]`);
  // Both ways: some browsers keep what was ticked when a page is loaded again.
  for (const input of all("input", question)) input.checked = input.value === state.predictions[name];
  const button = make("button", { type: "button" }, "See what comes");
  const show = () => {
    [after.hidden, button.hidden, button.disabled] = [!state.seen[name], Boolean(state.seen[name]), !state.predictions[name]];
  };
  question.addEventListener("change", (event) => {
    state.predictions[name] = event.target.value;
    remember();
    showResults();
    if (after) show();
  });
  if (!after) continue;
  question.append(button);
  after.tabIndex = -1;
  button.addEventListener("click", () => {
    state.seen[name] = true;
    remember();
    show();
    showResults();
    after.focus({ preventScroll: true });
  });
  show();
}

/** At the end: what was predicted, and what came. */
function listPredictions() {
  const { plain, invert } = state.results;
  const rows = [
    ["Read after training", "trained", plain && `${plain.read} of 1,000`],
    ["Read when inverted", "inverted", plain && `${plain.inverted} of 1,000`],
    ["The dog", "dog", plain && guessed(plain.probes.shares.at(-1))],
    ["Read by the second network", "after", invert && plain && `${invert.read} of 1,000; the first ${plain.read}`],
  ];
  const lines = rows.map(([words, name, came]) => [words, state.predictions[name] ?? "–", came || "–"]);
  at("predictions").replaceChildren(table("Your predictions", ["", "you said", "it was"], lines));
}

// ---------------------------------------------------------------- Tables and pictures

/** A table with a caption; cells are texts. */
function table(caption, heads, rows) {
  const row = (cells) => make("tr", {}, ...cells.map((cell, i) => make(i ? "td" : "th", i ? {} : { scope: "row" }, cell)));
  const head = make("tr", {}, ...heads.map((words) => make(words ? "th" : "td", words ? { scope: "col" } : {}, words)));
  return make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows.map(row)));
}

/** A picture whose words stand beside it. */
function picture(brightness) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  paint(canvas, brightness, 28);
  return canvas;
}

const named = (digit) => `${Number(digit) === 8 ? "an" : "a"} ${digit}`;

function guessed(shares) {
  const guess = shares.indexOf(Math.max(...shares));
  return `${named(guess)}, with ${percent(shares[guess])}`;
}

/** The ten pictures, each with its name and, in a line each, what networks say of it: {words before: result}. */
function probeList(answers = {}) {
  return names.map((name, i) => {
    const lines = Object.entries(answers).map(([words, { probes }]) => {
      const shares = probes.shares[i];
      const guess = shares.indexOf(Math.max(...shares));
      const dog = i === names.length - 1;
      const mark = make("span", { role: "img", "aria-label": guess === Number(name[0]) ? "right:" : "wrong:" });
      mark.textContent = dog ? "" : guess === Number(name[0]) ? "✓" : "✗";
      if (dog) mark.removeAttribute("role"), mark.removeAttribute("aria-label");
      return make("div", {}, words, mark, make("b", {}, ` ${guess}, ${percent(shares[guess])}`));
    });
    return make("li", {}, picture(shown.probes[i]), make("div", {}, name), ...lines);
  });
}

/** On which side a kernel's weights are larger, in words. */
function leaning(kernel) {
  const mean = (wanted) => {
    const some = kernel.filter((_, i) => wanted(i % SIDE, Math.floor(i / SIDE)));
    return some.reduce((sum, weight) => sum + weight, 0) / some.length;
  };
  const [low, high] = [(place) => place < 2, (place) => place > 2];
  const sides = {
    left: mean((x) => low(x)) - mean((x) => high(x)),
    top: mean((_, y) => low(y)) - mean((_, y) => high(y)),
  };
  const size = kernel.reduce((sum, weight) => sum + Math.abs(weight), 0) / kernel.length;
  const words = { left: ["left", "right"], top: ["top", "bottom"] };
  const found = Object.entries(sides).filter(([, lead]) => Math.abs(lead) > size / 2);
  return found.length ? `larger at the ${found.map(([side, lead]) => words[side][lead > 0 ? 0 : 1]).join(" and the ")}` : "no side is larger";
}

/** Where in a square the largest value lies, in words. */
function strongest(values) {
  const side = Math.sqrt(values.length);
  const place = values.indexOf(Math.max(...values));
  const third = (part) => Math.floor((3 * part) / side);
  const [row, column] = [["top", "middle", "bottom"][third(Math.floor(place / side))], ["left", "middle", "right"][third(place % side)]];
  return `strongest at the ${row} ${column}`;
}

/** The two colours of a kernel's weights. */
function pair() {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return { plus: colour("--ORANGE"), minus: colour("--BLUE") };
}

/** One filter's numbers out of those of all. */
function one(numbers, filter) {
  return numbers.filter((_, i) => i % FILTERS === filter);
}

// ---------------------------------------------------------------- Trainings

let worker = null;
let active = null; // The trainer whose training goes on,
let run = 0; // and its number: what is still on its way from an earlier one isn't heeded.

/** The controls of a training, and what is seen of it. `kind`: "plain" or "invert". */
function trainer(element, kind) {
  const section = element.closest("section");
  const label = kind === "plain" ? "Train" : "Train with inverted copies";
  const start = make("button", { type: "button", class: "main" }, label);
  const [pause, reset] = ["Pause", "Reset"].map((words) => make("button", { type: "button", disabled: "" }, words));
  const bar = make("progress", { max: STEPS, value: 0, "aria-hidden": "true" });
  const numbers = make("span", { class: "numbers" });
  const status = make("p", { role: "status", id: `status-${kind}` });
  const seed = make("input", {
    type: "number", min: 0, max: 999999, step: 1, value: SEED, inputmode: "numeric", "aria-describedby": status.id,
  });
  const rate = make("select", {}, ...Object.entries(RATES).map(([words, by]) => make("option", { value: by * RATE }, words)));
  const curves = kind === "plain" ? CURVES : CURVES.slice(0, 1); // The second time the curve alone.
  const graphs = curves.map(() => make("div", {}));
  const canvases = Array.from({ length: FILTERS }, () => make("canvas", {}));
  const kernels = make("div", { class: "kernels", role: "img", "aria-label": "Eight tables of weights" }, ...canvases);
  const [before, verdict] = [make("div", { class: "compared" }), make("div", { class: "verdict" })];
  const list = make("details", {}, make("summary", {}, "The numbers of the curves"));
  const more = make("details", {}, make("summary", {}, "Seed and learning rate"),
    make("p", { class: "quiet" }, "The seed decides the random numbers at the beginning; another one gives another network. The learning rate is how far a weight moves at a step; it shrinks towards the end. What happens with thirty times ours?"),
    make("div", { class: "settings" }, make("label", {}, "Seed: ", seed), make("label", {}, "Learning rate: ", rate)));
  const view = make("div", { class: "live" },
    ...curves.map(({ name }, i) => make("div", {}, make("h3", {}, name), graphs[i])));
  if (kind === "plain") view.append(make("div", {}, make("h3", {}, "Some of its weights: + above 0, − below"), kernels));
  element.append(make("p", { class: "tools" }, start, pause, reset, numbers), bar, status, before, view, verdict, list, more);
  let [tests, waiting, paused, latest] = [[], null, false, null];
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function draw() {
    waiting = null;
    if (!latest) return;
    [bar.value, numbers.textContent] = [latest.done, `Step ${thousands(latest.done)} of ${thousands(STEPS)}`];
    if (still.matches && !latest.tested) return;
    canvases.forEach((canvas, filter) => paintKernel(canvas, one(latest.kernel, filter), SIDE, pair()));
    drawCurves();
    latest.tested = false;
  }

  function drawCurves() {
    graphs.forEach((graph, i) => graph.replaceChildren(curve(tests, STEPS, curves[i])));
  }

  function controls(busy) {
    [start.disabled, pause.disabled, reset.disabled] = [busy || !shown || !worker, !busy, !busy && !tests.length];
    [seed.disabled, rate.disabled] = [busy, busy];
    [pause.textContent, paused] = ["Pause", false];
  }

  /** Say something where the trainer is, or, while another step is shown, below that. */
  function tell(words) {
    status.textContent = words;
    if (section.hidden) at("said").textContent = words;
  }

  const self = {
    kind,
    progress(message) {
      const tested = message.read !== undefined;
      if (tested) tests.push(message);
      if (tested && message.done % 250 === 0 && message.done > 0 && message.done < STEPS) {
        status.textContent = `After ${thousands(message.done)} steps it reads ${message.read} of 1,000 held-out digits.`;
      }
      latest = { ...message, tested: tested || latest?.tested };
      waiting ??= requestAnimationFrame(draw);
    },
    done(result) {
      const kept = tests.map(({ done, read, loss: wrong }) => ({ done, read, loss: wrong }));
      state.results[kind] = { ...result, tests: kept, layers: written(result.layers) };
      const focused = [pause, reset].includes(document.activeElement); // They change under somebody's hand.
      controls(false);
      if (kind === "plain" && !state.results.invert) trainers.invert.follow(result.settings);
      const predicted = kind === "plain" ? state.predictions.trained : "";
      const yours = predicted ? ` You predicted ${predicted}.` : "";
      tell(`Done, in ${result.seconds.toFixed(0)} seconds of computing. It reads ${result.read} of 1,000 held-out digits.${yours}`);
      remember();
      showResults();
      if (focused) verdict.querySelector("h3").focus({ preventScroll: true });
    },
    /** Nothing is trained, and nothing seen of what was. */
    stopped(words = "") {
      if (waiting !== null) cancelAnimationFrame(waiting);
      [tests, latest, waiting] = [[], null, null];
      controls(false);
      [bar.value, numbers.textContent, status.textContent] = [0, "", words];
      for (const canvas of canvases) canvas.width = canvas.height = SIDE * 20;
      drawCurves();
    },
    stuck(words) { // Said here, too: who comes by an address with a step's name doesn't see the beginning of the page.
      controls(false);
      status.textContent = words;
    },
    /** Another training has begun: what was there before is there again. */
    displaced() {
      self.stopped();
      if (state.results[kind]) self.recall(state.results[kind]);
      status.textContent = `Stopped: another training has begun. ${status.textContent}`;
    },
    recall(result) {
      tests = result.tests;
      latest = { done: STEPS, kernel: decode(result.layers[0].kernel), tested: true };
      [seed.value, rate.value] = [result.settings.seed, result.settings.rate];
      draw();
      controls(false);
      status.textContent = `It reads ${result.read} of 1,000 held-out digits.`;
    },
    ready: () => controls(false),
    follow(settings) {
      [seed.value, rate.value] = [settings.seed, settings.rate];
    },
    judge() {
      const result = state.results[kind];
      const there = result && active !== self;
      start.textContent = there ? "Train again" : label;
      before.replaceChildren(...(there && kind === "invert" ? compared() : []));
      verdict.replaceChildren(...(there ? judged(kind, result) : []));
      list.hidden = !there;
      all("table", list).forEach((old) => old.remove());
      const lines = (there ? result.tests : []).map(({ done, read, loss: wrong }) => [thousands(done), `${read}`, wrong.toFixed(2)]);
      if (there) list.append(table("Test by test", ["steps", "read", "loss"], lines));
    },
  };

  start.addEventListener("click", () => {
    const number = Number(seed.value);
    const right = seed.value !== "" && isSeed(number);
    seed.setAttribute("aria-invalid", !right);
    if (!right) {
      [more.open, status.textContent] = [true, "The seed is a whole number from 0 to 999999: write one, and press Train again."];
      seed.focus();
      return;
    }
    if (active && active !== self) active.displaced();
    self.stopped();
    active = self;
    controls(true);
    pause.focus({ preventScroll: true });
    element.scrollIntoView({ block: "start" }); // So that the curves are seen.
    status.textContent = "The training has begun.";
    run++;
    worker.postMessage({ type: "train", run, settings: { seed: number, rate: Number(rate.value), invert: kind === "invert" } });
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
    self.stopped("The network is forgotten. A new one will begin with random weights.");
    remember();
    showResults();
    start.focus();
  });
  self.stopped();
  return self;
}

/** Whether a result is usual: in words, and as a picture among 20 networks of ours. */
function judged(kind, { read, settings }) {
  const ours = reference[kind].read;
  const [low, high] = [Math.min(...ours), Math.max(...ours)];
  const mean = ours.reduce((sum, value) => sum + value, 0) / ours.length;
  const spread = Math.sqrt(ours.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (ours.length - 1));
  const saying = (words) => make("p", {}, words);
  const found = [];
  found.push(make("h3", { tabindex: -1 }, "Is my number normal?"));
  const runs = `We trained ${ours.length}, each with another seed: they read ${low} to ${high}.`;
  let words = "usual";
  if (read < low || read > high) words = `a little ${read < low ? "below" : "above"} ours, as happens with another seed`;
  if (Math.abs(read - mean) > 4 * spread) words = `far ${read < mean ? "below" : "above"} ours: that is odd, train again`;
  if (Math.abs(settings.rate / RATE - 1) < 0.01) found.push(saying(`Yours, ${read}, is ${words}. ${runs}`));
  else if (read < LEARNED && settings.rate > RATE) {
    found.push(saying(`Yours, ${read}, had a larger learning rate, and it has not learned to read: steps that long leap past every good place. Take ours, and train again. ${runs}`));
  } else found.push(saying(`Yours, ${read}, had another learning rate than ours. ${runs}`));
  found.push(strip(ours, read));
  return found;
}

/** The first network and the second beside each other, and what such pairs of ours show. */
function compared() {
  const { plain, invert } = state.results;
  if (!plain || !invert) return [];
  const line = (words, name) => [words, `${plain[name]}`, `${invert[name]}`];
  const both = table("How many are read", ["", "first", "second, with inverted copies"], [
    line("of 1,000 held-out digits", "read"),
    line("of the same, inverted", "inverted"),
    ["of the nine from elsewhere", `${plain.probes.right}`, `${invert.probes.right}`],
  ]);
  const changes = reference.invert.read.map((read, i) => read - reference.plain.read[i]);
  const fewer = changes.filter((change) => change < 0).length;
  const mean = -changes.reduce((sum, change) => sum + change, 0) / changes.length;
  const unlike = ["seed", "rate"].some((name) => plain.settings[name] !== invert.settings[name]);
  const said = state.predictions.after ? `You predicted: ${state.predictions.after}. ` : "";
  const words = `${said}In ${fewer} of ${changes.length} such pairs that we trained the second read fewer of the digits as they are, on average ${mean.toFixed(0)} fewer: that is the cost.`;
  const parts = [both, make("p", {}, words)];
  if (unlike) parts.push(make("p", { class: "quiet" }, "Your two networks had different seeds or learning rates, so more than the copies differs."));
  return parts;
}

const trainers = {};
for (const element of all(".trainer")) trainers[element.dataset.kind] = trainer(element, element.dataset.kind);

// ---------------------------------------------------------------- What the trained networks show

let chosen = 0; // The digit that the filters look at.
const pads = {}; // {kind: the layers that its pad has}

/** Why what follows from a network isn't there, as a paragraph's contents; null where it is. */
function missing(kind) {
  const result = state.results[kind];
  const link = make("a", { href: kind === "plain" ? "#train" : "#invert" }, kind === "plain" ? "Train it" : "Show it the other way round");
  if (active?.kind === kind) return ["The network is still in training. What belongs here comes when it is done."];
  if (!result) return kind === "plain" ? ["First train a network: ", link, "."] : ["Train this network first."];
  if (result.read >= LEARNED) return null;
  return [`This network has not learned to read: ${result.read} of 1,000. Train one with our learning rate to go on: `, link, "."];
}

/** Fill in all that follows from the trained networks; where there is none, a sentence says how to get it. */
function showResults() {
  for (const part of all(".trained")) {
    const why = missing(part.dataset.kind ?? "plain");
    if (!part.previousElementSibling?.matches(".first")) part.before(make("p", { class: "first problem" }));
    [part.hidden, part.previousElementSibling.hidden] = [why !== null || !shown, why === null];
    part.previousElementSibling.replaceChildren(...(why ?? []));
  }
  for (const each of Object.values(trainers)) each.judge();
  for (const span of all("[data-said]")) span.textContent = state.predictions[span.dataset.said] ?? "nothing";
  const { plain, invert } = state.results;
  if (!shown || !plain) return;
  showAnswers();
  showPad("plain", "pad");
  at("read-inverted").textContent = plain.inverted;
  at("inverted-range").textContent = range(reference.plain.inverted);
  at("nine").textContent = plain.probes.right;
  at("nine-range").textContent = range(reference.plain.nine);
  at("dog").textContent = guessed(plain.probes.shares.at(-1));
  at("dog-range").textContent = range(reference.plain.dog, percent);
  at("probes").replaceChildren(...probeList(state.seen.dog ? { "": plain } : {}));
  if (!invert) return;
  showPad("invert", "pad-after");
  at("after").replaceChildren(...probeList({ "first ": plain, "second ": invert }));
}

/** The drawing pad of a network; it keeps its drawing until there is another network. */
function showPad(kind, place) {
  const { layers } = state.results[kind];
  if (pads[kind] !== layers) mount(at(place), layers);
  pads[kind] = layers;
}

/** Where each filter of the first layer answers to the chosen digit. */
function showAnswers() {
  const [brightness, label] = [shown.pictures[chosen], shown.labels[chosen]];
  paint(at("chosen"), brightness, 28);
  at("which").textContent = named(label);
  const first = unwritten(state.results.plain.layers)[0];
  const values = forward([first], brightness);
  const largest = Math.max(...values, 1e-9);
  at("answers").replaceChildren(
    ...Array.from({ length: FILTERS }, (_, filter) => {
      const [weights, map] = [one(first.kernel, filter), one(values, filter)];
      const [kernel, answer] = [make("canvas", { role: "img" }), make("canvas", { role: "img" })];
      paintKernel(kernel, weights, SIDE, pair());
      paint(answer, map.map((value) => value / largest), 28 - SIDE + 1);
      kernel.setAttribute("aria-label", `Filter ${filter + 1}: ${leaning(weights)}`);
      answer.setAttribute("aria-label", `Its answer: ${strongest(map)}`);
      return make("li", {}, kernel, answer);
    }),
  );
}

at("another").addEventListener("click", () => {
  chosen = (chosen + 1) % shown.pictures.length;
  showAnswers();
});
at("forget").addEventListener("click", () => {
  if (!confirm("Forget your predictions and both networks?")) return;
  store.forget();
  location.hash = "";
  location.reload();
});

// ---------------------------------------------------------------- Begin

const heard = {
  ready(message) {
    shown = message;
    at("weights").textContent = thousands(message.weights);
    const samples = message.pictures.slice(0, 40).map((one, i) => make("li", {}, picture(one), `${message.labels[i]}`));
    at("samples").append(...samples);
    at("probes").replaceChildren(...probeList());
    for (const each of Object.values(trainers)) each.ready();
    for (const [kind, result] of Object.entries(state.results)) trainers[kind].recall(result);
    if (state.results.plain && !state.results.invert) trainers.invert.follow(state.results.plain.settings);
    showResults();
    document.documentElement.dataset.ready = "true";
  },
  progress(message) {
    if (message.run === run) active?.progress(message);
  },
  done(result) {
    if (!active || result.run !== run) return;
    const mine = active;
    active = null;
    mine.done(result);
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
remember();
showResults();
document.documentElement.dataset.begun = "true"; // From here on, what goes wrong is told by the page itself.
begin();
