/** The training, beside the page, so that the page answers while it lasts. Messages in and out are plain objects. */

import { parted, unpack } from "./digits.js";
import { exported, size } from "./network.js";
import { Training } from "./training.js";

const PART = 40; // Milliseconds of training between two looks at the messages.
const EVERY = 125; // Steps between two tests on the digits that were held out.
const SHOWN = 200; // Held-out digits that the page gets, to show them.

let digits = null;
let training = null; // The one that goes on; a message may end it, or put another in its place.
let paused = false;
let wake = () => {};

const breath = () => new Promise((go) => setTimeout(go));

/** Train until the end, or until another training or none is wanted. */
async function train(mine) {
  let milliseconds = 0;
  post("progress", test(mine));
  while (training === mine && !mine.finished) {
    if (paused) await new Promise((go) => (wake = go));
    const start = performance.now();
    do mine.step();
    while (mine.done % EVERY && performance.now() - start < PART);
    milliseconds += performance.now() - start;
    post("progress", mine.done % EVERY ? look(mine) : test(mine));
    await breath();
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
  train({ settings, run }) {
    [training, paused] = [Object.assign(new Training(digits, settings), { run }), false];
    wake();
    train(training);
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
