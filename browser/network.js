/**
 * A small convolutional network that reads digits, and how it learns: all of the mathematics, nothing of the page.
 *
 * Two convolutional layers of 5×5 filters, each with a relu and max pooling of 2×2, then a dense layer with a softmax.
 * Pictures are Float32Arrays of 28×28 brightnesses, 0 (black) to 1 (white), row by row. Values lie as in Keras: row,
 * column, channel. Inside, a kernel lies filter by filter (filter, row, column, channel), so that the numbers which are
 * multiplied with each other lie side by side; `exported` turns them into Keras's order (row, column, channel, filter).
 */

import { FILTERS, SIDE } from "./settings.js";

const CLASSES = 10;
// What goes into each convolutional layer (height = width, channels), and how many filters it has.
const CONVOLUTIONS = [
  { input: 28, channels: 1, filters: FILTERS },
  { input: 12, channels: FILTERS, filters: 16 },
];
const FLAT = 4 * 4 * 16; // What the dense layer receives.

// ---------------------------------------------------------------- Chance

/** Chance with a seed: a function that gives numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The whole numbers below `count` in a random order. */
export function shuffled(count, random) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

// ---------------------------------------------------------------- The network

/** A layer's numbers: kernel and bias, their gradients, and the two means that Adam keeps of each gradient. */
function parameters(size, outputs) {
  const array = (length) => new Float64Array(length);
  const part = (length) => ({ values: array(length), gradient: array(length), mean: array(length), square: array(length) });
  return { kernel: part(size * outputs), bias: part(outputs) };
}

/** A new network: kernels as Keras draws them (Glorot, uniform), biases 0. */
export function create(seed) {
  const random = chance(seed);
  const layers = CONVOLUTIONS.map(({ input, channels, filters }) => {
    const output = input - SIDE + 1; // Without a border ("valid"): the filter stays inside.
    return {
      input, channels, filters, output, pooled: output / 2,
      ...parameters(SIDE * SIDE * channels, filters),
      sums: new Float64Array(output * output * filters), // What the filters answer,
      values: new Float64Array((output / 2) ** 2 * filters), // the largest of each 2×2, if above 0,
      winner: new Int32Array((output / 2) ** 2 * filters), // and the place in `sums` it came from, or −1.
      back: new Float64Array((output / 2) ** 2 * filters), // The gradient of the loss for `values`.
      lit: new Uint8Array(output * output), // How many numbers a filter lies on that are not 0,
      places: new Int32Array(SIDE * SIDE * channels), // where they are under the filter,
      lights: new Float64Array(SIDE * SIDE * channels), // and what they are.
      fans: SIDE * SIDE * (channels + filters),
    };
  });
  const dense = { ...parameters(FLAT, CLASSES), values: new Float64Array(CLASSES), fans: FLAT + CLASSES };
  for (const layer of [...layers, dense]) {
    const limit = Math.sqrt(6 / layer.fans);
    layer.kernel.values.forEach((_, i, all) => (all[i] = (2 * random() - 1) * limit));
  }
  return { layers, dense, steps: 0 };
}

/** All parts of a network that learn: kernels and biases. */
function learning({ layers, dense }) {
  return [...layers, dense].flatMap(({ kernel, bias }) => [kernel, bias]);
}

/** How many numbers a network has that learn. */
export function size(network) {
  return learning(network).reduce((sum, { values }) => sum + values.length, 0);
}

// ---------------------------------------------------------------- Forward

/** The ten shares that a network gives a picture; they add up to 1. The array is used again at the next call. */
export function forward(network, picture) {
  let values = picture;
  for (const layer of network.layers) {
    convolve(layer, values);
    pool(layer);
    values = layer.values;
  }
  return decide(network.dense, values);
}

/**
 * Lay each filter on each place: multiply the numbers that lie on each other, add them up, add the bias.
 *
 * Most of what a filter lies on is 0, and 0 times anything is 0: only the rest is looked at. Four filters at a time.
 */
function convolve({ input, channels, filters, output, kernel, bias, sums, lit, places, lights }, values) {
  const [weights, biases, row, area] = [kernel.values, bias.values, SIDE * channels, SIDE * SIDE * channels];
  for (let y = 0, to = 0, place = 0; y < output; y++) {
    for (let x = 0; x < output; x++, place++) {
      let count = 0;
      for (let i = 0; i < SIDE; i++) {
        const from = ((y + i) * input + x) * channels;
        for (let j = 0; j < row; j++) {
          const value = values[from + j];
          if (value === 0) continue;
          places[count] = i * row + j;
          lights[count++] = value;
        }
      }
      lit[place] = count;
      for (let filter = 0; filter < filters; filter += 4, to += 4) {
        const at = filter * area;
        let a = biases[filter];
        let b = biases[filter + 1];
        let c = biases[filter + 2];
        let d = biases[filter + 3];
        for (let i = 0; i < count; i++) {
          const value = lights[i];
          const k = at + places[i];
          a += value * weights[k];
          b += value * weights[k + area];
          c += value * weights[k + 2 * area];
          d += value * weights[k + 3 * area];
        }
        sums[to] = a;
        sums[to + 1] = b;
        sums[to + 2] = c;
        sums[to + 3] = d;
      }
    }
  }
}

/** Max pooling and relu in one: of each 2×2 the largest, and 0 where it is negative. */
function pool({ output, pooled, filters, sums, values, winner }) {
  const down = output * filters;
  for (let y = 0, to = 0; y < pooled; y++) {
    for (let x = 0; x < pooled; x++) {
      for (let filter = 0; filter < filters; filter++, to++) {
        let best = (2 * y * output + 2 * x) * filters + filter;
        const [right, below] = [best + filters, best + down];
        const corner = below + filters;
        if (sums[right] > sums[best]) best = right;
        if (sums[below] > sums[best]) best = below;
        if (sums[corner] > sums[best]) best = corner;
        const positive = sums[best] > 0;
        values[to] = positive ? sums[best] : 0;
        winner[to] = positive ? best : -1;
      }
    }
  }
}

/** The dense layer and its softmax. Its kernel lies as in Keras, input by input. */
function decide({ kernel, bias, values }, inputs) {
  values.set(bias.values);
  for (let i = 0; i < inputs.length; i++) {
    if (inputs[i] === 0) continue;
    for (let j = 0; j < CLASSES; j++) values[j] += inputs[i] * kernel.values[i * CLASSES + j];
  }
  const largest = Math.max(...values); // Else e^1000 would be infinite.
  let sum = 0;
  for (let j = 0; j < CLASSES; j++) sum += values[j] = Math.exp(values[j] - largest);
  for (let j = 0; j < CLASSES; j++) values[j] /= sum;
  return values;
}

// ---------------------------------------------------------------- Backward

/**
 * Backpropagation after `forward` of the same picture: adds to each gradient how the loss would change with each number.
 *
 * @returns {number}  the loss: minus the logarithm of the right digit's share.
 */
export function backward(network, picture, label) {
  const { layers, dense } = network;
  const loss = -Math.log(Math.max(dense.values[label], 1e-7));
  const wrong = dense.values.slice(); // Softmax and loss together: the shares, less 1 at the right digit.
  wrong[label] -= 1;
  const last = layers.at(-1);
  for (let j = 0; j < CLASSES; j++) dense.bias.gradient[j] += wrong[j];
  for (let i = 0; i < FLAT; i++) {
    let sum = 0;
    for (let j = 0; j < CLASSES; j++) {
      dense.kernel.gradient[i * CLASSES + j] += last.values[i] * wrong[j];
      sum += dense.kernel.values[i * CLASSES + j] * wrong[j];
    }
    last.back[i] = sum;
  }
  for (let number = layers.length - 1; number >= 0; number--) {
    const below = layers[number - 1];
    below?.back.fill(0);
    convolveBack(layers[number], below ? below.values : picture, below?.back);
  }
  return loss;
}

/** What reaches a convolutional layer's output goes to its kernel and, if there is a layer below, to its input. */
function convolveBack({ input, channels, filters, output, kernel, bias, winner, back, lit }, values, below) {
  const [weights, slopes, row] = [kernel.values, kernel.gradient, SIDE * channels];
  for (let from = 0; from < back.length; from++) {
    const sum = winner[from];
    const error = back[from];
    if (sum < 0 || error === 0) continue; // Only the largest of each 2×2 counts, and only above 0.
    const filter = sum % filters;
    const place = (sum - filter) / filters;
    bias.gradient[filter] += error;
    if (!lit[place] && !below) continue; // 0 times anything is 0.
    const y = Math.floor(place / output);
    for (let i = 0; i < SIDE; i++) {
      const at = ((y + i) * input + (place - y * output)) * channels;
      const k = (filter * SIDE + i) * row;
      if (below) {
        for (let j = 0; j < row; j++) {
          slopes[k + j] += error * values[at + j];
          below[at + j] += error * weights[k + j];
        }
      } else {
        for (let j = 0; j < row; j++) slopes[k + j] += error * values[at + j];
      }
    }
  }
}

// ---------------------------------------------------------------- Learning

/** Move each number a little against its gradient (Adam, with Keras's usual settings), and set the gradients to 0. */
export function step(network, rate, count) {
  const [keep, keepSquare, tiny] = [0.9, 0.999, 1e-7];
  network.steps++;
  const pace = (rate * Math.sqrt(1 - keepSquare ** network.steps)) / (1 - keep ** network.steps);
  for (const { values, gradient, mean, square } of learning(network)) {
    for (let i = 0; i < values.length; i++) {
      const slope = gradient[i] / count; // The mean over the batch.
      mean[i] += (slope - mean[i]) * (1 - keep);
      square[i] += (slope * slope - square[i]) * (1 - keepSquare);
      values[i] -= (pace * mean[i]) / (Math.sqrt(square[i]) + tiny);
      gradient[i] = 0;
    }
  }
}

/** {loss, right} on pictures: the mean loss, and how many answers are right. */
export function evaluate(network, pictures, labels) {
  let [loss, right] = [0, 0];
  pictures.forEach((picture, i) => {
    const shares = forward(network, picture);
    loss -= Math.log(Math.max(shares[labels[i]], 1e-7)) / pictures.length;
    if (shares.indexOf(Math.max(...shares)) === labels[i]) right++;
  });
  return { loss, right };
}

// ---------------------------------------------------------------- As Keras has it

/** A kernel's numbers, from filter by filter to Keras's order, filters last; or the other way round. */
function turned(numbers, filters, back = false) {
  const result = new Float32Array(numbers.length);
  const area = numbers.length / filters;
  for (let filter = 0; filter < filters; filter++) {
    for (let i = 0; i < area; i++) {
      const [inside, outside] = [filter * area + i, i * filters + filter];
      result[back ? inside : outside] = numbers[back ? outside : inside];
    }
  }
  return result;
}

/**
 * The layers as the drawing pad's `forward` takes them, in Keras's order.
 *
 * @param {"values" | "gradient"} [what]  the numbers themselves, or their gradients.
 */
export function exported({ layers, dense }, what = "values") {
  const convolutions = layers.flatMap(({ channels, filters, kernel, bias }) => [
    {
      type: "conv", filters, channels, size: [SIDE, SIDE], padding: "valid", activation: "relu",
      kernel: turned(kernel[what], filters), bias: Float32Array.from(bias[what]),
    },
    { type: "pool", size: 2 },
  ]);
  const numbers = { kernel: Float32Array.from(dense.kernel[what]), bias: Float32Array.from(dense.bias[what]) };
  return [...convolutions, { type: "flatten" }, { type: "dense", units: CLASSES, activation: "softmax", ...numbers }];
}

/** Give a network the kernels and biases of such layers; the tests do so. */
export function load({ layers, dense }, given) {
  const found = given.filter(({ kernel }) => kernel);
  layers.forEach(({ kernel, bias, filters }, i) => {
    kernel.values.set(turned(found[i].kernel, filters, true));
    bias.values.set(found[i].bias);
  });
  dense.kernel.values.set(found.at(-1).kernel);
  dense.bias.values.set(found.at(-1).bias);
}
