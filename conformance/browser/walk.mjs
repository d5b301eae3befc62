// What a newcomer does, step by step.

import assert from "node:assert/strict";

/** A passcode that is no run. */
export const PASSCODE = "20250715";

/** The sandbox's pages begin in Chinese: chooses the person's language where it is another. */
export async function inOwnLanguage(window) {
  const lang = await window.page.getAttribute("html", "lang");
  if (lang.split("-")[0] !== window.language.split("-")[0]) await window.click("#language");
}

/** From the start page to a net certificate. `guardian` stands beside a minor. */
export async function enrol(window, demo, person, { portrait = true, guardian } = {}) {
  await window.page.goto(demo.platform);
  await window.look("start");
  await window.click("#start-enrol");
  await window.look("notice");
  await window.click("#agree");
  await window.look("sensitive");
  await window.click("#agree");
  await window.look("document");
  await holdCard(window, person);
  if (guardian) {
    await window.look("guardian");
    await holdCard(window, guardian);
  }
  await window.look("portrait");
  if (portrait) await lookIntoCamera(window, person);
  else await window.click("#other-way");
  await provePhone(window, person);
  await chooseByKeyboard(window);
  return window.text("#masked");
}

/** At the simulated reader: finds the person by number, and holds the card to it. */
export async function holdCard(window, person) {
  await window.click("#read-card");
  await inOwnLanguage(window);
  await window.look("reader-pick");
  await window.locator("#q").fill(`${person.index}`);
  await window.click("#search");
  await window.click(`#person-${person.index}`);
  await window.look("reader");
  await window.click("#hold-card");
}

async function lookIntoCamera(window, person) {
  await window.click("#portrait");
  await inOwnLanguage(window);
  if (!(await window.locator("#same-person").count())) {
    await window.locator("#q").fill(`${person.index}`);
    await window.click("#search");
    await window.click(`#person-${person.index}`);
  }
  await window.look("camera");
  await window.click("#same-person");
}

/** A wrong number, the right one, a wrong code, and the right one out of the inbox, which opens in a window of its own. */
export async function provePhone(window, person) {
  await window.locator("#phone").fill("12345");
  window.expectRefusal();
  await window.click("#send");
  assert.equal(await window.text("#code"), "phone_number_malformed");
  await window.look("phone-wrong");
  await window.locator("#phone").fill(person.phone);
  await window.click("#send");
  await window.look("phone-code");

  const opened = window.context.waitForEvent("page");
  await window.locator("#inbox").click();
  const inbox = await opened;
  await inbox.waitForLoadState();
  if (!(await inbox.locator("#latest-code").count())) {
    await inbox.locator("#phone").fill(person.phone);
    await Promise.all([inbox.waitForNavigation(), inbox.locator("#look").click()]);
  }
  await window.look("inbox", inbox);
  const code = (await inbox.locator("#latest-code").innerText()).trim();
  await inbox.close();

  await window.locator("#phone-code").fill(code === "000000" ? "000001" : "000000");
  window.expectRefusal();
  await window.click("#check");
  assert.equal(await window.text("#code"), "phone_code_wrong");
  await window.locator("#phone-code").fill(code);
  await window.click("#check");
}

/** The passcode and the new key, by keyboard alone; first a passcode that is a run. */
export async function chooseByKeyboard(window) {
  await window.look("device");
  const type = async (passcode) => {
    for (let presses = 0; !(await isFocused(window, "passcode")); presses += 1) {
      assert.ok(presses < 40, "the passcode is not reached by Tab");
      await window.page.keyboard.press("Tab");
    }
    await window.page.keyboard.type(passcode);
    await window.page.keyboard.press("Tab");
    assert.ok(await isFocused(window, "repeat"), "the order of Tab");
    await window.page.keyboard.type(passcode);
    await Promise.all([window.page.waitForNavigation({ waitUntil: "load" }), window.page.keyboard.press("Enter")]);
  };
  window.expectRefusal();
  await type("12345678");
  assert.equal(await window.text("#code"), "passcode_consecutive");
  await window.look("device-refused");
  await type(PASSCODE);
  await window.page.waitForFunction(() => {
    const place = document.querySelector("[data-store]");
    return place && place.textContent === place.dataset.stored;
  });
  await window.look("issued");
}

function isFocused(window, id) {
  return window.page.evaluate((id) => document.activeElement?.id === id, id);
}

/** From nothing to a net certificate whose key is in this browser, without looking around. */
export async function become(window, demo, person) {
  await window.page.goto(`${demo.platform}/enrol`);
  await window.click("#agree");
  await window.click("#agree");
  await window.click("#read-card");
  await window.locator("#q").fill(`${person.index}`);
  await window.click("#search");
  await window.click(`#person-${person.index}`);
  await window.click("#hold-card");
  await window.click("#other-way");
  await window.locator("#phone").fill(person.phone);
  await window.click("#send");
  const inbox = await fetch(`${demo.inbox}/inbox?phone=${person.phone}`);
  const [, code] = /id="latest-code">(\d+)</.exec(await inbox.text());
  await window.locator("#phone-code").fill(code);
  await window.click("#check");
  await window.locator("#passcode").fill(PASSCODE);
  await window.locator("#repeat").fill(PASSCODE);
  await window.click("#issue");
  await window.page.waitForFunction(() => {
    const place = document.querySelector("[data-store]");
    return place && place.textContent === place.dataset.stored;
  });
}

/** Signs in at the sandbox's plain form, from whatever page leads there. */
export async function signInAs(window, person) {
  await window.locator("#person").fill(`${person.index}`);
  await window.click("#sign-in");
}

/** The so-many-th person of this age whose card is in force. */
export async function somebody(demo, age, skip = 0) {
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1&skip=${skip}`)).json();
  return person;
}
