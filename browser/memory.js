/** What the page remembers in this browser: predictions, results, the networks that were trained. Nothing is sent. */

const NAME = "deep-learning-in-an-afternoon";

/** {works, read(), write(value), forget()}; where the browser forbids it, `works` is false and the rest does nothing. */
export function memory() {
  const attempt = (action, otherwise) => {
    try {
      return action();
    } catch {
      return otherwise; // Switched off, full, or damaged.
    }
  };
  return {
    works: attempt(() => {
      localStorage.setItem(`${NAME}-test`, "1");
      localStorage.removeItem(`${NAME}-test`);
      return true;
    }, false),
    read: () => attempt(() => JSON.parse(localStorage.getItem(NAME)), null),
    write: (value) => attempt(() => (localStorage.setItem(NAME, JSON.stringify(value)), true), false),
    forget: () => attempt(() => localStorage.removeItem(NAME)),
  };
}

/** Float32 numbers as a text in base64; the drawing pad's `decode` reads it. */
function encode(numbers) {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((value, i) => view.setFloat32(4 * i, value, true));
  let letters = "";
  for (let i = 0; i < view.byteLength; i++) letters += String.fromCharCode(view.getUint8(i));
  return btoa(letters);
}

/** A network's layers with its numbers as texts. */
export function written(layers) {
  const text = ({ kernel, bias, ...rest }) => (kernel ? { ...rest, kernel: encode(kernel), bias: encode(bias) } : rest);
  return layers.map(text);
}
