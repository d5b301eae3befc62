// Somebody without a phone at a counter: two officers with a passkey each, by keyboard alone, then a sheet that signs in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Demo } from "../shared/demo.mjs";
import { Window, launch } from "./browser.mjs";
import { press, reach, type } from "./keyboard.mjs";

const PASSCODE = "20250715";
const OFFICE = "滨河服务大厅";

let demo, browser;

before(async () => {
  [demo, browser] = await Promise.all([Demo.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await demo?.remove();
});

/** A virtual authenticator in this window that verifies its user. */
async function pocket(window) {
  const session = await window.context.newCDPSession(window.page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
}

/** An officer is a person who holds a net certificate: each another one. */
let officers = 0;
async function officer(name, edition) {
  const window = await Window.open(browser, { name, ...edition });
  await pocket(window);
  const person = await somebody(45, officers++);
  await signIn(window, person);
  const said = await demo.operate("officer", "invite", "--name", name, "--office", OFFICE);
  await window.page.goto(said.trim().split("\n").at(-1));
  await window.look("join");
  await press(window, "join");
  await window.look("officer-sign-in");
  await press(window, "officer-sign-in");
  await window.look("counter");
  return window;
}

async function signIn(window, person) {
  await window.page.goto(`${demo.platform}/sandbox/sign-in`);
  await window.locator("#person").fill(`${person.index}`);
  await window.click("#sign-in");
}

async function somebody(age, skip) {
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1&skip=${skip}`)).json();
  return person;
}

for (const [turn, edition] of [{ language: "zh-CN", width: 360 }, { language: "en", width: 1280 }].entries()) {
  test(`${edition.language} at ${edition.width}: by keyboard alone, from two officers to a sheet that signs in`, async () => {
    const person = await somebody(77, turn);
    const [chen, zhao] = [await officer(`chen-${turn}`, edition), await officer(`zhao-${turn}`, edition)];

    await press(chen, "enter");
    await chen.look("enter");
    await reach(chen, "class");
    await chen.page.selectOption("#class", person.document_class ?? "resident_identity_card");
    await type(chen, "number", person.number);
    await type(chen, "name", person.name);
    await type(chen, "born", person.born);
    if (person.valid_until) await type(chen, "valid-until", person.valid_until);
    for (const box of ["enrolment", "sensitive"]) {
      await reach(chen, box);
      await chen.page.keyboard.press("Space");
    }
    await press(chen, "check");
    await chen.look("review");
    assert.equal(await chen.text("#seen-number"), person.number);
    await press(chen, "sign");
    await chen.look("entered");
    assert.equal(await chen.locator("a[href^='/counter/application']").count(), 0, "not one's own");

    await zhao.page.goto(`${demo.platform}/counter`);
    await zhao.look("waiting");
    await zhao.click("a[href^='/counter/application']");
    await zhao.look("application");
    await press(zhao, "confirm");
    await zhao.look("person");
    // The screen is the person's now; the officer is gone from it.
    await type(zhao, "passcode", PASSCODE);
    await type(zhao, "repeat", PASSCODE);
    await press(zhao, "choose");
    await zhao.page.waitForFunction(() => document.querySelectorAll("[data-sheet-code] li").length === 7);
    await zhao.look("sheet");
    await zhao.page.emulateMedia({ media: "print" });
    await zhao.look("sheet-on-paper");
    await zhao.page.emulateMedia({ media: "screen" });
    const groups = await zhao.page.locator("[data-sheet-code] li").allInnerTexts();
    await type(zhao, "last", groups[6].toLowerCase());
    await press(zhao, "make");
    await zhao.look("me");
    await press(zhao, "sign-out");
    await zhao.page.goto(`${demo.platform}/counter`);
    assert.match(zhao.page.url(), /counter\/sign-in$/);

    // At home, at any browser: the paper and the passcode.
    const home = await Window.open(browser, { name: `home-${turn}`, ...edition });
    await home.page.goto(`${demo.platform}/sign-in/sheet`);
    await home.look("sheet-sign-in");
    await type(home, "code", groups.join(" ").toLowerCase().replaceAll("0", "o"));
    await type(home, "passcode", PASSCODE);
    await press(home, "sheet-sign-in");
    await home.look("me-at-home");
    assert.match(await home.page.locator(".uses").innerText(), new RegExp(OFFICE));
    await home.page.goto(`${demo.platform}/me/delegations`);
    await home.look("delegations");
    for (const window of [chen, zhao, home]) await window.close();
  });
}

/** A minor of this age and a guardian with a card in force. */
async function withGuardian(age, turn) {
  const found = [];
  for (const minor of await (await fetch(`${demo.registry}/api/people?age=${age}&limit=60`)).json()) {
    for (const index of minor.guardians) {
      const guardian = await (await fetch(`${demo.registry}/api/people/${index}`)).json();
      const same = await (await fetch(`${demo.registry}/api/people?age=${guardian.age}&limit=500`)).json();
      if (same.some((one) => one.index === index)) {
        found.push([minor, guardian]);
        break;
      }
    }
    if (found.length > turn) break;
  }
  return found[turn];
}

for (const [turn, edition] of [{ language: "zh-CN", width: 360 }, { language: "en", width: 1280 }].entries()) {
  test(`${edition.language} at ${edition.width}: a child beside its guardian, and a guardianship ended, by keyboard alone`, async () => {
    const [child, guardian] = await withGuardian(8, turn);
    const mother = await Window.open(browser, { name: `mother-${turn}`, ...edition });
    await signIn(mother, guardian);
    const [sun, qian] = [await officer(`sun-${turn}`, edition), await officer(`qian-${turn}`, edition)];

    await press(sun, "enter");
    await reach(sun, "class");
    await sun.page.selectOption("#class", child.document_class);
    await type(sun, "number", child.number);
    await type(sun, "name", child.name);
    await type(sun, "born", child.born);
    if (child.valid_until) await type(sun, "valid-until", child.valid_until);
    for (const box of ["enrolment", "sensitive"]) {
      await reach(sun, box);
      await sun.page.keyboard.press("Space");
    }
    sun.expectRefusal();
    await press(sun, "check");
    assert.equal(await sun.text("#code"), "guardian_missing");
    await sun.look("guardian-missing");
    await reach(sun, "minor-open");
    await sun.page.keyboard.press("Enter");
    await reach(sun, "guardian-class");
    await sun.page.selectOption("#guardian-class", guardian.document_class);
    await type(sun, "guardian-number", guardian.number);
    await sun.look("enter-minor");
    await press(sun, "check");
    await sun.look("review-minor");
    assert.equal(await sun.text("#seen-guardian"), guardian.number);
    await press(sun, "sign");

    await qian.page.goto(`${demo.platform}/counter`);
    await qian.click("a[href^='/counter/application']");
    await qian.look("application-minor");
    await press(qian, "confirm");
    await qian.look("guardians-turn");
    await type(qian, "passcode", PASSCODE);
    await type(qian, "repeat", PASSCODE);
    await press(qian, "choose");
    await qian.page.waitForFunction(() => document.querySelectorAll("[data-sheet-code] li").length === 7);
    await qian.look("sheet-of-the-child");
    const groups = await qian.page.locator("[data-sheet-code] li").allInnerTexts();
    await type(qian, "last", groups[6]);
    await press(qian, "make");
    await press(qian, "sign-out");

    await mother.page.goto(`${demo.platform}/me/children`);
    await mother.look("her-child");
    assert.equal(await mother.locator("form[action='/me/children/lock']").count(), 1);

    // The paper alone locks, on any device; and the page has every other way.
    const found = await Window.open(browser, { name: `found-${turn}`, ...edition });
    await found.page.goto(`${demo.platform}/lock`);
    await found.look("every-way-to-lock");
    await type(found, "code", groups.join(""));
    await press(found, "lock-by-sheet");
    await found.look("locked-by-paper");
    assert.ok(await found.locator("#locked").count());

    // A court ends the guardianship; nobody need be there.
    await sun.page.goto(`${demo.platform}/counter`);
    await press(sun, "guardianship");
    await sun.look("guardianship");
    await reach(sun, "confirm-it");
    await sun.page.keyboard.press("ArrowDown");
    for (const [who, one] of [["guardian", guardian], ["child", child]]) {
      await reach(sun, `${who}-class`);
      await sun.page.selectOption(`#${who}-class`, one.document_class);
      await type(sun, `${who}-number`, one.number);
    }
    await reach(sun, "paper");
    await sun.page.selectOption("#paper", "court_order");
    await press(sun, "check");
    await sun.look("review-end");
    await press(sun, "sign");
    const third = await officer(`li-${turn}`, edition);
    await third.click("a[href^='/counter/application']");
    await third.look("application-end");
    await press(third, "confirm");
    await third.look("done");
    assert.ok(await third.locator("#done").count());
    await mother.page.goto(`${demo.platform}/me/children`);
    assert.ok(await mother.locator("#no-children").count());
    for (const window of [sun, qian, third, mother, found]) await window.close();
  });
}
