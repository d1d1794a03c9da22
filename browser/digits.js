/** The digits that come with the course, as the page carries them: compressed, and written in letters. */

import { HELD_OUT, PROBES } from "./settings.js";

const PIXELS = 28 * 28;

/**
 * Unpack digits: base64 of gzip of all pictures (a byte for each pixel, 0 to 255), then all labels (a byte each).
 *
 * @returns {Promise<{pictures: Float32Array[], labels: Uint8Array}>}  28×28 brightnesses, 0 to 1; digits 0 to 9, and
 *   255 for what is no digit.
 */
export async function unpack(base64) {
  const packed = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const count = bytes.length / (PIXELS + 1);
  const pictures = Array.from({ length: count }, (_, i) =>
    Float32Array.from(bytes.subarray(i * PIXELS, (i + 1) * PIXELS), (value) => value / 255),
  );
  return { pictures, labels: bytes.slice(count * PIXELS) };
}

/** The same pictures and labels in three parts: to learn from, held out for the test, and the ten from elsewhere. */
export function parted({ pictures, labels }) {
  const probes = pictures.length - PROBES;
  const held = probes - HELD_OUT;
  const part = (from, to) => ({ pictures: pictures.slice(from, to), labels: labels.slice(from, to) });
  return { training: part(0, held), held: part(held, probes), probes: part(probes) };
}

/** A picture with black and white exchanged. */
export function inverted(picture) {
  return picture.map((value) => 1 - value);
}
