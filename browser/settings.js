/** What a training is told, and what both the page and its worker must agree on. */

export const RATE = 0.006; // How far a weight moves at first; it falls to a twentieth of that.
export const STEPS = 1500; // Six passes over the 4,000 digits to learn from.
export const BATCH = 16; // Digits a step.
export const HELD_OUT = 1000; // Digits that no network learns from,
export const PROBES = 10; // and pictures from elsewhere: the last ones of all.
export const FILTERS = 8; // Of the first layer.
export const SIDE = 5; // Of each filter, in pixels.
