/** One training: which digits come when, how large the steps are, and how good the network has become. */

import { backward, chance, create, evaluate, forward, shuffled, step } from "./network.js";
import { inverted } from "./digits.js";
import { BATCH, STEPS } from "./settings.js";

const LEAST = 0.05; // What is left of the learning rate at the end.

/** A training, to be carried on step by step. */
export class Training {
  /**
   * @param {{training, held, probes}} digits  the parts that `parted` gives.
   * @param {{seed: number, rate: number, invert: boolean}} settings  invert: whether each digit is shown inverted, too.
   *   There are as many steps as without, so each picture is seen half as often.
   */
  constructor({ training, held, probes }, { seed, rate, invert }) {
    Object.assign(this, { seed, rate, invert, held, probes, labels: training.labels, done: 0, next: 0, order: [] });
    this.pictures = invert ? [...training.pictures, ...training.pictures.map(inverted)] : training.pictures;
    this.network = create(seed);
    this.random = chance(seed ^ 0x5eed);
  }

  get finished() {
    return this.done >= STEPS;
  }

  /** The learning rate of the next step: it falls along half a wave, since small steps settle better. */
  get pace() {
    return this.rate * (LEAST + ((1 - LEAST) * (1 + Math.cos((Math.PI * this.done) / STEPS))) / 2);
  }

  /** Train on one batch; returns its mean loss. */
  step() {
    let loss = 0;
    for (let i = 0; i < BATCH; i++) {
      if (this.next >= this.order.length) [this.order, this.next] = [shuffled(this.pictures.length, this.random), 0];
      const chosen = this.order[this.next++];
      forward(this.network, this.pictures[chosen]);
      loss += backward(this.network, this.pictures[chosen], this.labels[chosen % this.labels.length]) / BATCH;
    }
    step(this.network, this.pace, BATCH);
    this.done++;
    return loss;
  }

  /** {right, loss} on the 1,000 digits that were held out. */
  read() {
    return evaluate(this.network, this.held.pictures, this.held.labels);
  }

  /** The same digits with black and white exchanged. */
  readInverted() {
    return evaluate(this.network, this.held.pictures.map(inverted), this.held.labels);
  }

  /** What it makes of the ten pictures from elsewhere: {right: how many of the nine digits it reads, shares: ten for each picture}. */
  readProbes() {
    const [pictures, labels] = [this.probes.pictures, this.probes.labels];
    const shares = pictures.map((picture) => Array.from(forward(this.network, picture)));
    const right = shares.filter((ten, i) => ten.indexOf(Math.max(...ten)) === labels[i]).length;
    return { right, shares };
  }
}
