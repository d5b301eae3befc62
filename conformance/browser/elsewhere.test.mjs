// Asked on one device, answered on another: a kiosk's code, a picture on the computer, a clerk at a counter. Two windows each
// time, which share nothing: the computer or kiosk, and somebody's phone.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Demo } from "../shared/demo.mjs";
import { Window, launch } from "./browser.mjs";
import { press, type } from "./keyboard.mjs";
import { read } from "./scanner.mjs";
import { inOwnLanguage, signInAs, somebody } from "./walk.mjs";

let demo, browser;

before(async () => {
  [demo, browser] = await Promise.all([Demo.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await demo?.remove();
});

/** A window of the person's own, held to more than others are. */
function held(name, language, width) {
  return Window.open(browser, { name, language, width, strict: true });
}

/** The insurer's hall, at its kiosk or counter. */
async function hall(language, name) {
  const window = await held(name, language, 1280);
  await window.page.goto(demo.insurer);
  await inOwnLanguage(window);
  return window;
}

/** Anything but this number of two digits. */
const other = (number) => (number === "77" ? "78" : "77");

describe("two devices", { concurrency: 2 }, () => {
  for (const [turn, language] of ["zh-CN", "en"].entries()) {
    test(`${language}: a kiosk shows a code, the phone approves, and the kiosk is told no name`, async () => {
      const kiosk = await hall(language, "kiosk");
      await kiosk.look("insurer");
      await kiosk.click("#kiosk");
      await kiosk.look("kiosk");
      const code = await kiosk.text("#user-code");
      assert.match(code, /^[BCDFGHJKLMNPQRSTVWXZ]{6}-\d\d$/);
      await kiosk.click("#look");
      assert.equal(await kiosk.page.getAttribute("#asked", "data-outcome"), "waiting");

      // By keyboard alone.
      const phone = await held("phone-at-kiosk", language, 360);
      await phone.page.goto(`${demo.platform}/device`);
      await press(phone, "sandbox-sign-in");
      await type(phone, "person", `${(await somebody(demo, 71, turn)).index}`);
      await press(phone, "sign-in");
      await phone.look("device");
      await type(phone, "user-code", "BBBBBB-11");
      phone.expectRefusal();
      await press(phone, "go-on");
      assert.equal(await phone.text("#code"), "knock_unknown");
      await phone.look("device-wrong");
      await type(phone, "user-code", code.split("-")[0].toLowerCase());
      await press(phone, "go-on");
      await phone.look("approve");
      await type(phone, "number", other(code.split("-")[1]));
      phone.expectRefusal();
      await press(phone, "approve");
      assert.equal(await phone.text("#code"), "knock_number_wrong");
      await phone.look("number-wrong");
      await type(phone, "number", code.split("-")[1]);
      await press(phone, "approve");
      assert.match(phone.page.url(), /\/device\/answered\?said=yes$/);
      await phone.look("answered");

      await kiosk.click("#look");
      assert.ok(await kiosk.locator("#told").count());
      assert.ok(await kiosk.locator("#name-never").count());
      await kiosk.look("kiosk-told");
      await phone.close();
      await kiosk.close();
    });

    test(`${language}: a no at the phone is a no at the kiosk`, async () => {
      const kiosk = await hall(language, "kiosk-declined");
      await kiosk.click("#kiosk");
      const code = await kiosk.text("#user-code");
      const phone = await held("phone-declines", language, 360);
      await phone.page.goto(`${demo.platform}/sandbox/sign-in?to=/device`);
      await signInAs(phone, await somebody(demo, 72, turn));
      await phone.locator("#user-code").fill(code);
      await phone.click("#go-on");
      await phone.click("#decline");
      assert.match(phone.page.url(), /\/device\/answered\?said=no$/);
      await phone.look("answered-no");
      await kiosk.click("#look");
      assert.ok(await kiosk.locator("#declined").count());
      await kiosk.look("kiosk-declined");
      await phone.close();
      await kiosk.close();
    });

    test(`${language}: the computer shows a picture, the phone reads it and answers, the computer goes on by itself`, async () => {
      const computer = await held("computer", language, 1280);
      await computer.page.goto(demo.airline);
      await inOwnLanguage(computer);
      await computer.click("#network-identity");
      await computer.look("sign-in");
      await computer.click("#on-phone");
      await computer.look("picture");
      const number = await computer.text("#number");
      assert.match(number, /^\d\d$/);

      const phone = await held("phone-scans", language, 360);
      await phone.page.goto(`${demo.platform}/sandbox/sign-in`);
      await signInAs(phone, await somebody(demo, 41, turn));
      const first = await read(computer.page, "svg.qr", browser);
      const drawn = await computer.page.getAttribute("svg.qr path", "d");
      await computer.page.waitForFunction((drawn) => document.querySelector("svg.qr path").getAttribute("d") !== drawn, drawn);
      const scanned = await read(computer.page, "svg.qr", browser);
      assert.ok(scanned?.startsWith(`${demo.platform}/scan?f=`), scanned);
      assert.notEqual(scanned, first, "another picture each second");

      await phone.page.goto(scanned);
      await phone.look("scanned");
      assert.equal(await phone.text("#from"), demo.airline);
      await phone.click("#go-on");
      await phone.look("approve");
      // A second phone comes too late, however fresh its picture.
      const second = await held("phone-late", language, 360);
      second.expectRefusal();
      await second.page.goto(await read(computer.page, "svg.qr", browser));
      assert.equal(await second.text("#code"), "knock_unknown");
      await second.look("scanned-late");
      await second.close();

      await computer.locator("#opened:not(:empty)").waitFor();
      await computer.look("picture-opened");
      await phone.locator("#number").fill(other(number));
      phone.expectRefusal();
      await phone.click("#approve");
      assert.equal(await phone.text("#code"), "knock_number_wrong");
      assert.ok(!computer.page.url().startsWith(demo.airline));
      await phone.locator("#number").fill(number);
      await phone.click("#approve");
      await phone.look("answered");
      await computer.page.waitForURL(`${demo.airline}/account`);
      assert.ok(await computer.locator("#welcome-new").count());
      await phone.close();
      await computer.close();
    });

    test(`${language}: a clerk asks whoever read a code out, and is turned away the second time`, async () => {
      const counter = await hall(language, "counter");
      await counter.click("#counter");
      await counter.look("counter");
      await counter.locator("#code").fill("BCDF-GHJK");
      counter.expectRefusal();
      await counter.click("#ask");
      await counter.look("counter-wrong");

      const phone = await held("phone-at-counter", language, 360);
      await phone.page.goto(`${demo.platform}/sandbox/sign-in?to=/me/asked`);
      await signInAs(phone, await somebody(demo, 73, turn));
      await phone.look("asked-nothing");
      await phone.click("#draw-code");
      await phone.look("reach-code");
      await counter.locator("#code").fill(await phone.text("#reach-code"));
      await counter.click("#ask");
      await counter.look("counter-waiting");
      const message = await counter.text("#message");

      await phone.click("#look-again-now");
      await phone.look("asked");
      await phone.click("#see");
      await phone.look("approve-counter");
      assert.equal(await phone.text("#message"), message);
      await phone.click("#approve");
      await phone.look("answered");
      await counter.click("#look");
      assert.ok(await counter.locator("#told").count());
      assert.equal(await counter.text("#receipt-scene"), "manage_membership");
      await counter.look("counter-told");

      await phone.page.goto(`${demo.platform}/me/asked`);
      await phone.click("#draw-code");
      const again = await phone.text("#reach-code");
      await counter.page.goto(`${demo.insurer}/counter`);
      await counter.locator("#code").fill(again);
      await counter.click("#ask");
      await phone.page.goto(`${demo.platform}/me`);
      await phone.look("me-asked");
      await phone.click("#see-asked");
      await phone.click("#turn-away");
      await phone.look("turned-away");
      await counter.click("#look");
      assert.ok(await counter.locator("#declined").count());
      await phone.click("#welcome");
      assert.equal(await phone.locator("#welcome").count(), 0);
      await phone.close();
      await counter.close();
    });
  }
});
