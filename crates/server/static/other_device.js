// @ts-check
/**
 * The screen beside the phone: shows the picture of each second, and goes on when the phone has answered.
 *
 *   [data-watch]     the picture; its value is what this browser was given to ask with
 *
 * Without this script the picture stands still and is soon too old; code and button do everything.
 */

/** How often it asks how the phone is, in milliseconds; each answer brings the pictures until the next. */
const ASK = 2000;
const SECOND = 1000;

const picture = document.querySelector("[data-watch]");
const path = picture?.querySelector("path");
const opened = document.getElementById("opened");
const form = document.getElementById("done-form");

/** @type {{ frame: string, dark: string }[]} */
let frames = [];

const shown = setInterval(() => {
  const next = frames.shift();
  if (!next || !picture || !path) return;
  picture.setAttribute("viewBox", next.frame);
  path.setAttribute("d", next.dark);
}, SECOND);

const asked = setInterval(ask, ASK);
ask();

async function ask() {
  if (!(picture instanceof SVGElement)) return;
  const watch = encodeURIComponent(picture.dataset.watch ?? "");
  const answer = await fetch(`/authorize/other-device/standing?watch=${watch}`, { headers: { accept: "application/json" } }).catch(() => undefined);
  if (!answer) return;
  if (answer.status === 429) return;
  if (!answer.ok) return stop(() => location.reload());
  const said = await answer.json();
  frames = said.frames;
  if (said.standing === "opened" && opened && !opened.textContent) opened.textContent = opened.dataset.says ?? "";
  if (said.standing === "answered" && form instanceof HTMLFormElement) stop(() => form.requestSubmit());
}

/** @param {() => void} then */
function stop(then) {
  clearInterval(shown);
  clearInterval(asked);
  then();
}
