// @ts-check
/**
 * Recovery sheets on pages.
 *
 *   form[data-sheet="make"]      draws a sheet, shows it for printing, and binds it once a group was typed from the paper
 *   form[data-sheet="sign-in"]   signs in with what was typed, or came behind the # of the code on the paper
 *   form[data-sheet="lock"]      locks with what was typed
 */

import { picture } from "/static/qr.js";
import { draw, prove, read, write } from "/static/sheet_code.js";

for (const form of document.querySelectorAll("form[data-sheet]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  if (form.dataset.sheet === "make") await make(form);
  else use(form);
}

/** @param {HTMLFormElement} form */
async function make(form) {
  const secret = draw();
  const code = await write(secret);
  const groups = code.split("-");
  const place = document.querySelector("[data-sheet-code]");
  place?.replaceChildren(...groups.map((group) => {
    const item = document.createElement("li");
    item.textContent = group;
    return item;
  }));
  const drawn = document.querySelector("[data-sheet-picture]");
  if (drawn instanceof HTMLElement) {
    const svg = picture(`${form.dataset.issuer}/sign-in/sheet#${code}`, drawn.dataset.label ?? "");
    if (svg) drawn.replaceChildren(svg);
  }
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
  whenSent(form, "bind", async () => {
    const typed = field(form, "last").value.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1").trim();
    return typed === groups[6] ? secret : undefined;
  });
}

/** @param {HTMLFormElement} form */
function use(form) {
  const code = field(form, "code");
  const carried = form.dataset.sheet === "sign-in" ? decodeURIComponent(location.hash.slice(1)) : "";
  if (carried) {
    code.value = carried;
    // What is typed into the address stays in no history.
    history.replaceState(null, "", location.pathname + location.search);
    field(form, "passcode").focus();
  }
  whenSent(form, form.dataset.sheet === "lock" ? "lock" : "sign-in", () => read(code.value));
}

/**
 * Puts the proof into the form in place of what was typed, which is not sent.
 * @param {HTMLFormElement} form
 * @param {"bind" | "sign-in" | "lock"} act
 * @param {() => Promise<Uint8Array | undefined>} secretTyped
 */
function whenSent(form, act, secretTyped) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const say = (/** @type {string | undefined} */ text) => {
      const status = form.querySelector("[data-status]");
      if (status) status.textContent = text ?? "";
      status?.classList.add("wrong");
    };
    const { issuer = "", challenge = "" } = form.dataset;
    const secret = await secretTyped();
    if (!secret) {
      say(form.dataset.wrong);
      field(form, act === "bind" ? "last" : "code").focus();
      return;
    }
    try {
      field(form, "proof").value = await prove(secret, { issuer, act, challenge });
      form.submit();
    } catch {
      say(form.dataset.failed);
    }
  });
}

/** @param {HTMLFormElement} form @param {string} id */
function field(form, id) {
  const found = form.querySelector(`#${id}`);
  if (!(found instanceof HTMLInputElement)) throw new Error(`no field ${id}`);
  return found;
}
