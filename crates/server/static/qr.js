// @ts-check
/**
 * A QR code of up to 106 bytes (ISO/IEC 18004: version 6, level M, byte mode, mask 0), drawn here: what a sheet says is
 * shown to no server, not even to be drawn.
 */

const SIZE = 41;
const BLOCKS = 4;
const DATA = 27;
const CORRECTION = 16;
const MOST = BLOCKS * DATA - 2;

/**
 * @param {string} text
 * @returns {boolean[][] | undefined} rows of modules, true for dark; undefined where it does not fit
 */
export function modules(text) {
  const bytes = [...new TextEncoder().encode(text)];
  if (bytes.length > MOST) return undefined;
  const { dark, fixed } = frame();
  place(codewords(bytes), dark, fixed);
  return dark;
}

/**
 * @param {string} text
 * @param {string} label what a screen reader says
 * @returns {SVGSVGElement | undefined}
 */
export function picture(text, label) {
  const rows = modules(text);
  if (!rows) return undefined;
  const of = (/** @type {string} */ name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const svg = /** @type {SVGSVGElement} */ (of("svg"));
  svg.setAttribute("viewBox", `-4 -4 ${SIZE + 8} ${SIZE + 8}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const paper = of("path");
  paper.setAttribute("fill", "#fff");
  paper.setAttribute("d", `M-4-4h${SIZE + 8}v${SIZE + 8}h-${SIZE + 8}z`);
  const ink = of("path");
  ink.setAttribute("fill", "#000");
  ink.setAttribute("d", rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join(""));
  svg.append(paper, ink);
  return svg;
}

/** Length, bytes, padding, correction; the blocks interleaved. @param {number[]} bytes */
function codewords(bytes) {
  const bits = [0, 1, 0, 0];
  const add = (/** @type {number} */ byte) => { for (let bit = 7; bit >= 0; bit -= 1) bits.push((byte >> bit) & 1); };
  add(bytes.length);
  bytes.forEach(add);
  for (let zeros = 0; zeros < 4 && bits.length < 8 * BLOCKS * DATA; zeros += 1) bits.push(0);
  while (bits.length % 8) bits.push(0);
  for (let pad = 0xec; bits.length < 8 * BLOCKS * DATA; pad ^= 0xec ^ 0x11) add(pad);
  const data = Array.from({ length: BLOCKS * DATA }, (_, at) => parseInt(bits.slice(8 * at, 8 * at + 8).join(""), 2));
  const blocks = Array.from({ length: BLOCKS }, (_, at) => data.slice(DATA * at, DATA * (at + 1)));
  const corrections = blocks.map(remainder);
  /** @type {number[]} */
  const all = [];
  for (let at = 0; at < DATA; at += 1) for (const block of blocks) all.push(block[at] ?? 0);
  for (let at = 0; at < CORRECTION; at += 1) for (const block of corrections) all.push(block[at] ?? 0);
  return all;
}

/** In the field of 256 elements modulo x⁸ + x⁴ + x³ + x² + 1. @param {number} a @param {number} b */
function times(a, b) {
  let product = 0;
  for (; b > 0; b >>= 1) {
    if (b & 1) product ^= a;
    a = (a << 1) ^ (a & 0x80 ? 0x11d : 0);
  }
  return product;
}

/** Reed–Solomon: the remainder by the polynomial with roots 2⁰ … 2¹⁵. @param {number[]} block */
function remainder(block) {
  let generator = [1];
  for (let power = 0, root = 1; power < CORRECTION; power += 1, root = times(root, 2)) {
    const next = [...generator, 0];
    generator.forEach((value, at) => { next[at + 1] = (next[at + 1] ?? 0) ^ times(value, root); });
    generator = next;
  }
  const rest = [...block, ...Array(CORRECTION).fill(0)];
  block.forEach((_, at) => {
    const factor = rest[at];
    generator.forEach((value, next) => { rest[at + next] ^= times(value, factor); });
  });
  return rest.slice(block.length);
}

/** Everything that is the same in each code of this version, and the format. */
function frame() {
  const dark = Array.from({ length: SIZE }, () => Array(SIZE).fill(false));
  const fixed = Array.from({ length: SIZE }, () => Array(SIZE).fill(false));
  const set = (/** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ is) => {
    if (x < 0 || y < 0 || x >= SIZE || y >= SIZE) return;
    /** @type {boolean[]} */ (dark[y])[x] = is;
    /** @type {boolean[]} */ (fixed[y])[x] = true;
  };
  for (let at = 0; at < SIZE; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [cx, cy] of [[3, 3], [SIZE - 4, 3], [3, SIZE - 4]]) {
    for (let y = -4; y <= 4; y += 1) {
      for (let x = -4; x <= 4; x += 1) {
        const ring = Math.max(Math.abs(x), Math.abs(y));
        set((cx ?? 0) + x, (cy ?? 0) + y, ring !== 2 && ring !== 4);
      }
    }
  }
  for (let y = -2; y <= 2; y += 1) {
    for (let x = -2; x <= 2; x += 1) set(34 + x, 34 + y, Math.max(Math.abs(x), Math.abs(y)) !== 1);
  }
  // Level M and mask 0 are five zeros, whose code is zero; only the mask of the format remains.
  const format = 0x5412;
  const bit = (/** @type {number} */ at) => ((format >> at) & 1) === 1;
  for (let at = 0; at < 6; at += 1) set(8, at, bit(at));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let at = 9; at < 15; at += 1) set(14 - at, 8, bit(at));
  for (let at = 0; at < 8; at += 1) set(SIZE - 1 - at, 8, bit(at));
  for (let at = 8; at < 15; at += 1) set(8, SIZE - 15 + at, bit(at));
  set(8, SIZE - 8, true);
  return { dark, fixed };
}

/**
 * Two columns at a time, up and down, from the right, under mask 0.
 * @param {number[]} words @param {boolean[][]} dark @param {boolean[][]} fixed
 */
function place(words, dark, fixed) {
  let at = 0;
  for (let right = SIZE - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < SIZE; step += 1) {
      for (const x of [right, right - 1]) {
        const upward = ((right + 1) & 2) === 0;
        const y = upward ? SIZE - 1 - step : step;
        if (fixed[y]?.[x]) continue;
        const is = (((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
        /** @type {boolean[]} */ (dark[y])[x] = is !== ((x + y) % 2 === 0);
        at += 1;
      }
    }
  }
}
