// @ts-check
/**
 * The page at a desk or gate, with a camera and without going from page to page. Everything is judged by the program that
 * served this page; a picture goes to it, on this machine, and nowhere else.
 *
 * Without this script a code is typed or a hand scanner types it, and a page comes back.
 */

/** Longest side of a picture that is sent, in dots: three to four for every module of a code that fills half of it. */
const SIDE = 800;
/** Milliseconds between two pictures, and without a code until the next code is somebody else's. */
const PAUSE = 150;
const GONE = 1000;
/** Milliseconds for which a pass is shown: the next in line is not let in by it. */
const SHOWN = 10_000;
/** Milliseconds between two looks at question and mirror. */
const LOOK = 30_000;

const form = /** @type {HTMLFormElement} */ (document.getElementById("judge"));
const field = /** @type {HTMLInputElement} */ (document.getElementById("code"));
const place = /** @type {HTMLElement} */ (document.querySelector("[data-camera]"));
const video = /** @type {HTMLVideoElement} */ (place.querySelector("video"));
const button = /** @type {HTMLButtonElement} */ (document.getElementById("camera"));
const turn = /** @type {HTMLButtonElement} */ (document.getElementById("turn"));
const trouble = /** @type {HTMLElement} */ (document.getElementById("trouble"));

/** @type {ReturnType<typeof setTimeout> | undefined} */
let over;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const code = field.value;
  field.value = "";
  judge(code);
});
// A hand scanner types wherever the focus is.
document.addEventListener("keydown", (event) => {
  const elsewhere = document.activeElement === document.body || document.activeElement === null;
  if (elsewhere && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) field.focus();
});
setInterval(() => turnTo(fetch(here()), ["asked", "mirror"]), LOOK);
leavePass();

/** This page, in its language. */
function here() {
  return `/${new URL(form.action).search}`;
}

/** @param {string} code */
async function judge(code) {
  clearTimeout(over);
  await turnTo(fetch(form.action, { method: "POST", body: new URLSearchParams({ code }) }), ["verdict", "asked", "mirror"]);
  leavePass();
}

/** A pass is of one person. */
function leavePass() {
  const verdict = document.getElementById("verdict");
  if (verdict?.dataset.verdict !== "passed") return;
  over = setTimeout(() => turnTo(fetch(here()), ["verdict"]), SHOWN);
}

/**
 * Puts parts of another page in the place of this one's.
 * @param {Promise<Response>} coming
 * @param {string[]} parts
 */
async function turnTo(coming, parts) {
  const answer = await coming.catch(() => undefined);
  if (!answer?.ok) {
    trouble.textContent = place.dataset.away ?? "";
    place.hidden = false;
    return;
  }
  trouble.textContent = "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of parts) {
    const [old, fresh] = [document.getElementById(name), page.getElementById(name)];
    if (!old || !fresh) continue;
    if (fresh.dataset.verdict) {
      old.dataset.verdict = fresh.dataset.verdict;
      document.title = page.title;
    }
    old.replaceChildren(...fresh.childNodes);
  }
}

/* The camera */

const canvas = document.createElement("canvas");
const lens = canvas.getContext("2d", { willReadFrequently: true });
let facing = "environment";
let busy = false;

if (lens && navigator.mediaDevices?.getUserMedia) {
  place.hidden = false;
  button.addEventListener("click", () => (video.srcObject ? close() : open()));
  turn.addEventListener("click", () => {
    facing = facing === "user" ? "environment" : "user";
    close();
    open();
  });
  window.addEventListener("pagehide", close);
}

async function open() {
  if (busy) return;
  busy = true;
  trouble.textContent = "";
  try {
    const wish = { facingMode: { ideal: facing }, width: { ideal: 1280 } };
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
    await video.play();
    video.hidden = turn.hidden = false;
    button.textContent = place.dataset.close ?? "";
    watch(video.srcObject);
  } catch {
    close();
    trouble.textContent = place.dataset.denied ?? "";
  } finally {
    busy = false;
  }
}

function close() {
  if (video.srcObject instanceof MediaStream) video.srcObject.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  video.hidden = turn.hidden = true;
  button.textContent = place.dataset.open ?? "";
}

/**
 * Judges a code when it comes into sight, once: a phone that is held there longer is not the next one's.
 * @param {MediaProvider} stream
 */
async function watch(stream) {
  let seen = -Infinity;
  while (video.srcObject === stream) {
    const code = await look().catch(() => "");
    const now = performance.now();
    if (code && now - seen > GONE) await judge(code);
    if (code) seen = performance.now();
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
}

/** What the code in sight says, or nothing. */
async function look() {
  const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.floor(video.videoWidth * scale);
  canvas.height = Math.floor(video.videoHeight * scale);
  if (!lens || !canvas.width) return "";
  lens.drawImage(video, 0, 0, canvas.width, canvas.height);
  const { data } = lens.getImageData(0, 0, canvas.width, canvas.height);
  const grey = new Uint8Array(data.length / 4);
  // Rec. 601, in 256ths.
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = (77 * (data[4 * at] ?? 0) + 150 * (data[4 * at + 1] ?? 0) + 29 * (data[4 * at + 2] ?? 0)) >> 8;
  }
  const answer = await fetch(`/look?width=${canvas.width}`, { method: "POST", body: grey });
  return answer.status === 200 ? answer.text() : "";
}
