// The whole demonstration as a newcomer walks it, in both languages, at a desk and on a phone.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Demo } from "../shared/demo.mjs";
import { Visitor } from "../shared/visitor.mjs";
import { Window, launch } from "./browser.mjs";
import { PASSCODE, enrol, inOwnLanguage } from "./walk.mjs";

const EDITIONS = [
  { language: "zh-CN", width: 1280 },
  { language: "zh-CN", width: 360 },
  { language: "en", width: 1280 },
  { language: "en", width: 360 },
];

let demo, browser;

before(async () => {
  [demo, browser] = await Promise.all([Demo.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await demo?.remove();
});

/** The so-many-th person of this age whose card is in force. */
async function somebody(age, skip) {
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1&skip=${skip}`)).json();
  return person;
}

async function personNumber(index) {
  return (await fetch(`${demo.registry}/api/people/${index}`)).json();
}

describe("the demonstration", { concurrency: 2 }, () => {
  for (const [turn, edition] of EDITIONS.entries()) {
    const title = `${edition.language} at ${edition.width}`;

    test(`${title}: enrol, log in, come back, show an age, lock, unlock, withdraw, decline`, async () => {
      const window = await Window.open(browser, { name: "adult", ...edition });
      const masked = await enrol(window, demo, await somebody(33, turn));
      assert.match(masked, /^[A-Z2-9]{2}\*{6}[A-Z2-9]{2}$/);

      const account = await firstLogin(window);
      await bookFlight(window);
      await secondLogin(window, account);
      const elsewhere = await proveAge(window, "allowed");
      assert.notEqual(elsewhere, account);

      await lockAndUnlock(window);
      await signInAgain(window, account);
      await withdrawAndDecline(window);
      await window.close();
    });

    test(`${title}: sixteen, with a guardian: not eighteen, and nothing else is told`, async () => {
      const teenager = await somebody(16, turn);
      const guardian = await personNumber(teenager.guardians[0]);
      await hasCertificate(guardian);
      const window = await Window.open(browser, { name: "teenager", ...edition });
      await enrol(window, demo, teenager, { guardian, portrait: false });
      await proveAge(window, "refused");
      await window.click("#to-known");
      await window.look("shop-knows");
      const told = await window.text("#known");
      for (const secret of [teenager.name, teenager.number, teenager.born, teenager.phone]) {
        assert.ok(!told.includes(secret), `the shop was told ${secret}`);
      }
      await window.close();
    });
  }
});

test("a form of the platform works without script", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${demo.airline}/login`);
  await page.click("#sandbox-sign-in");
  await page.fill("#person", `${(await somebody(50, 0)).index}`);
  await page.click("#sign-in");
  await page.click("#approve");
  assert.ok(await page.locator("#welcome-new").count());
  await page.goto(`${demo.platform}/nowhere`);
  assert.ok(await page.locator("#code").innerText());
  await context.close();
});

async function atAirline(window) {
  await window.page.goto(demo.airline);
  await inOwnLanguage(window);
}

async function firstLogin(window) {
  await window.page.goto(demo.platform);
  await window.click("#airline");
  await inOwnLanguage(window);
  await window.look("airline");
  await window.click("#network-identity");
  await window.look("approve");
  await window.click("#approve");
  await window.look("airline-account");
  assert.ok(await window.locator("#welcome-new").count());
  const account = await window.page.getAttribute("#sub", "data-sub");
  await window.click("#receipts a");
  await window.look("airline-receipt");
  assert.equal(await window.page.getAttribute("#receipt-result", "data-result"), "passed");
  assert.equal((await window.text("#sub")).trim(), account);
  assert.ok(await window.locator("#name-never").count());
  await window.click("#to-known");
  await window.look("airline-knows");
  return account;
}

/** Another scene is agreed to on its own. */
async function bookFlight(window) {
  await window.page.goto(`${demo.airline}/account`);
  await window.click("[id^=book-]");
  await window.look("approve-booking");
  await window.click("#approve");
  await window.look("airline-ticket");
  assert.ok(await window.locator("#ticket").count());
}

/** One click, no page between. */
async function secondLogin(window, account) {
  await window.page.goto(`${demo.airline}/account`);
  await window.click("#logout");
  await window.click("#network-identity");
  await window.look("airline-again");
  assert.ok(await window.locator("#welcome-back").count());
  assert.equal(await window.page.getAttribute("#sub", "data-sub"), account);
}

async function proveAge(window, outcome) {
  await window.page.goto(demo.shop);
  await inOwnLanguage(window);
  await window.look("shop");
  await window.click("#network-identity");
  assert.match(await window.text("#told"), /age_over_18/);
  await window.look("approve-age");
  await window.click("#approve");
  await window.look(`shop-${outcome}`);
  assert.equal(await window.page.getAttribute("#age-result", "data-result"), outcome);
  return (await window.text("#sub")).trim();
}

async function lockAndUnlock(window) {
  await window.page.goto(`${demo.platform}/me`);
  await window.look("me");
  await window.click("#lock");
  await window.look("me-locked");
  await atAirline(window);
  if (await window.locator("#to-account").count()) {
    await window.page.goto(`${demo.airline}/account`);
    await window.click("#logout");
  }
  await window.click("#network-identity");
  window.expectRefusal();
  await window.click("#sign-in");
  assert.equal(await window.text("#code"), "certificate_locked");
  await window.look("sign-in-locked");
  await window.click("#unlock");
  await window.locator("#passcode").fill("20240816");
  window.expectRefusal();
  await window.click("#unlock");
  assert.equal(await window.text("#code"), "passcode_wrong");
  await window.look("unlock-refused");
  await window.locator("#passcode").fill(PASSCODE);
  await window.click("#unlock");
  assert.ok(await window.locator("#lock").count());
}

/** The browser's key alone signs in. */
async function signInAgain(window, account) {
  await window.click("#sign-out");
  await atAirline(window);
  await window.click("#network-identity");
  await window.look("sign-in");
  await window.click("#sign-in");
  assert.equal(await window.page.getAttribute("#sub", "data-sub"), account);
}

async function withdrawAndDecline(window) {
  await window.page.goto(`${demo.airline}/account`);
  await window.click("#logout");
  await window.page.goto(`${demo.platform}/me`);
  for (;;) {
    const left = window.locator(".consents form button");
    if (!(await left.count())) break;
    await window.click(".consents form button");
  }
  await window.look("me-withdrawn");
  await atAirline(window);
  await window.click("#network-identity");
  window.expectRefusal();
  await window.click("#decline");
  await window.look("airline-declined");
  assert.equal(await window.page.getAttribute("#sorry", "data-code"), "declined");
  await window.click("#other-way");
  await window.look("airline-counter");
}

/** A guardian must hold a net certificate: gets one through the plain form for programs. */
async function hasCertificate(person) {
  const visitor = new Visitor();
  const form = await visitor.get(`${demo.platform}/sandbox/sign-in`);
  const page = await visitor.submit(form, "sign-in", { person: `${person.index}` });
  assert.equal(page.status, 200);
}
