/** The training, beside the page, so that the page answers while it lasts. Messages in and out are plain objects. */

import { parted, unpack } from "./digits.js";
import { exported, size } from "./network.js";
import { Training } from "./training.js";

const PART = 40; // Milliseconds of training between two looks at the messages.
const EVERY = 125; // Steps between two tests on the digits that were held out;
const EARLY = [10, 20, 30, 50, 75, 100]; // it learns most at first, so there are more.
const SHOWN = 200; // Held-out digits that the page gets, to show them.

let digits = null;
let training = null; // The one that goes on; a message may end it, or put another in its place.
let paused = false;
let wake = () => {};

const breath = () => new Promise((go) => setTimeout(go));

/** Train until the end, or until another training or none is wanted. Its number, `run`, is in all that it says. */
async function train(mine) {
  let milliseconds = 0;
  let start = performance.now();
  post("progress", test(mine)); // At once: how it begins.
  while (training === mine && !mine.finished) {
    if (paused) {
      await new Promise((go) => (wake = go));
      start = performance.now();
      continue; // Perhaps another training has taken its place.
    }
    const part = performance.now();
    do mine.step();
    while (!due(mine.done) && performance.now() - part < PART);
    post("progress", due(mine.done) ? test(mine) : look(mine));
    milliseconds += performance.now() - start;
    await breath();
    start = performance.now();
  }
  if (training !== mine) return;
  training = null;
  post("done", {
    run: mine.run,
    settings: { seed: mine.seed, rate: mine.rate, invert: mine.invert },
    seconds: milliseconds / 1000,
    read: mine.read().right,
    inverted: mine.readInverted().right,
    probes: mine.readProbes(),
    layers: exported(mine.network),
  });
}

/** Whether a test is due after so many steps. */
function due(steps) {
  return steps % EVERY === 0 || EARLY.includes(steps);
}

/** What is shown at any time: how far it is, and its first kernels as Keras has them. */
function look({ run, done, network }) {
  return { run, done, kernel: exported(network)[0].kernel };
}

/** The same with how many of the held-out digits it reads, and how wrong it is about them. */
function test(mine) {
  const { right, loss } = mine.read();
  return { ...look(mine), read: right, loss };
}

function post(type, more) {
  self.postMessage({ type, ...more });
}

const actions = {
  async digits({ base64 }) {
    digits = parted(await unpack(base64));
    const { network } = new Training(digits, { seed: 1, rate: 0, invert: false });
    post("ready", {
      pictures: digits.held.pictures.slice(0, SHOWN),
      labels: digits.held.labels.slice(0, SHOWN),
      probes: digits.probes.pictures,
      weights: size(network),
    });
  },
  train({ run, settings }) {
    [training, paused] = [Object.assign(new Training(digits, settings), { run }), false];
    wake();
    return train(training);
  },
  pause() {
    paused = true;
  },
  resume() {
    paused = false;
    wake();
  },
  reset() {
    [training, paused] = [null, false];
    wake();
  },
};

self.onmessage = async ({ data: { type, ...more } }) => {
  try {
    await actions[type](more);
  } catch (problem) {
    post("problem", { words: String(problem?.message ?? problem) });
  }
};
