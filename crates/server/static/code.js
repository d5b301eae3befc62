// @ts-check
/**
 * The dynamic code of the certificate in this browser: eight digits, new every half minute.
 *
 * The key came once, and is kept beside the device key as a WebCrypto key that cannot be exported.
 *
 *   [data-code-key]     stores the key that was just given for the certificate named by `data-certificate`
 *   [data-code]         shows the code, as long as the page is open; `data-now` is the platform's time in seconds
 */

import { change, kept } from "/static/device.js";

/** Half a minute. */
const STEP = 30;
/** What a code is made of beside its step. */
const LABEL = "yinzheng-dynamic-code-v1";
/** How many codes there are: no two neighbours equal or one apart. */
const COUNT = 10200440n;
const DIGITS = 8;

for (const place of document.querySelectorAll("[data-code-key]")) {
  if (place instanceof HTMLElement) await store(place.dataset).catch(() => {});
}
for (const place of document.querySelectorAll("[data-code]")) {
  if (place instanceof HTMLElement) await show(place);
}

/** @param {DOMStringMap} given */
async function store({ codeKey = "", certificate = "" }) {
  const one = (await kept()).find(({ id }) => id === certificate);
  if (!one) return;
  const raw = atob(codeKey.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0));
  const codeKeys = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  bytes.fill(0);
  await change((certificates) => certificates.put({ ...one, codeKeys }));
}

/**
 * Shows the code, and how much of its half minute is left: as a bar that shrinks for the eyes, and as nothing at all for
 * the ears, which hear each code once.
 * @param {HTMLElement} place
 */
async function show(place) {
  const one = (await kept().catch(() => [])).find(({ id }) => id === place.dataset.certificate);
  const key = one?.codeKeys;
  const setUp = document.querySelector("[data-code-set-up]");
  if (!key) {
    if (setUp instanceof HTMLElement) setUp.hidden = false;
    return;
  }
  place.hidden = false;
  const digits = place.querySelector("[data-digits]");
  const left = place.querySelector("[data-left]");
  // The platform's clock counts, and this device's only measures what has passed since.
  const offset = Number(place.dataset.now) - performance.now() / 1000;
  const now = () => performance.now() / 1000 + offset;
  let shown = NaN;
  const tick = async () => {
    const step = Math.floor(now() / STEP);
    if (step !== shown && digits) {
      shown = step;
      const code = await codeAt(key, step);
      digits.textContent = `${code.slice(0, 4)} ${code.slice(4)}`;
    }
    if (left instanceof SVGElement) left.setAttribute("width", `${100 - (100 * (now() % STEP)) / STEP}`);
  };
  await tick();
  setInterval(tick, 250);
}

/**
 * The first 128 bits of HMAC over step and label, each after its length, modulo the number of codes: the code's rank.
 * @param {CryptoKey} key
 * @param {number} step
 */
async function codeAt(key, step) {
  const label = new TextEncoder().encode(LABEL);
  const message = new Uint8Array(24 + label.length);
  const view = new DataView(message.buffer);
  view.setBigUint64(0, 8n);
  view.setBigInt64(8, BigInt(step));
  view.setBigUint64(16, BigInt(label.length));
  message.set(label, 24);
  const tag = new DataView(await crypto.subtle.sign("HMAC", key, message));
  return unrank(((tag.getBigUint64(0) << 64n) | tag.getBigUint64(8)) % COUNT);
}

/** @param {bigint} rank */
function unrank(rank) {
  let code = "";
  for (let more = DIGITS - 1; more >= 0; more -= 1) {
    for (let next = 0; next < 10; next += 1) {
      if (code && !apart(Number(code.at(-1)), next)) continue;
      const ways = waysAfter(more, next);
      if (rank < ways) {
        code += next;
        break;
      }
      rank -= ways;
    }
  }
  return code;
}

/**
 * Ways to write so many more digits after this one.
 * @param {number} more
 * @param {number} last
 * @returns {bigint}
 */
function waysAfter(more, last) {
  let row = Array(10).fill(1n);
  for (; more > 0; more -= 1) {
    row = row.map((_, digit) => row.reduce((sum, ways, next) => sum + (apart(digit, next) ? ways : 0n), 0n));
  }
  return row[last];
}

/** @param {number} one @param {number} other */
function apart(one, other) {
  return Math.abs(one - other) > 1;
}
