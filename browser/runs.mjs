/**
 * Train the network of this page with many seeds, in Node, and print what each reached: a line of JSON for each.
 *
 *     node browser/runs.mjs DIGITS [SEED …] [--invert] [--rate 0.006]
 *
 * DIGITS is a file with the digits as the page carries them (tools/in_browser.py digits FILE writes it).
 */

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { parted, unpack } from "./digits.js";
import { RATE } from "./settings.js";
import { Training } from "./training.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { invert: { type: "boolean", default: false }, rate: { type: "string", default: String(RATE) } },
});
const digits = parted(await unpack(await readFile(positionals[0], "utf8")));
for (const seed of positionals.slice(1).map(Number)) {
  const start = process.cpuUsage();
  const training = new Training(digits, { seed, rate: Number(values.rate), invert: values.invert });
  while (!training.finished) training.step();
  const { user } = process.cpuUsage(start); // Microseconds of one processor.
  const { right, shares } = training.readProbes();
  const dog = Math.max(...shares.at(-1));
  const counts = { read: training.read().right, inverted: training.readInverted().right, nine: right };
  console.log(JSON.stringify({ seed, invert: values.invert, ...counts, dog, seconds: user / 1e6 }));
}
