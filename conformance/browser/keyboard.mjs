// A person without a mouse.

import assert from "node:assert/strict";

/** Presses Tab until the element with this id has the focus: no mouse, and the order must lead there. */
export async function reach(window, id) {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await window.page.evaluate((id) => document.activeElement?.id === id, id)) return;
    await window.page.keyboard.press("Tab");
  }
  assert.fail(`#${id} is not reached by Tab on ${window.page.url()}`);
}

export async function type(window, id, text) {
  await reach(window, id);
  await window.page.keyboard.type(text);
}

export async function press(window, id, key = "Enter") {
  await reach(window, id);
  await Promise.all([window.page.waitForNavigation({ waitUntil: "load" }), window.page.keyboard.press(key)]);
}
