// A museum that gives one ticket a person and day, its gate, and a hotel whose desk sees no names.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Demo } from "../shared/demo.mjs";
import { Window, launch } from "./browser.mjs";
import { PASSCODE, become, inOwnLanguage, signInAs, somebody } from "./walk.mjs";

let demo, browser;

before(async () => {
  [demo, browser] = await Promise.all([Demo.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await demo?.remove();
});

const WIDTHS = { "zh-CN": 360, en: 1280 };

/** A window at one of the parties, of whoever `enters` the platform before. */
async function at(party, language, name, enters) {
  const window = await Window.open(browser, { name, language, width: WIDTHS[language], strict: true });
  await enters?.(window);
  await window.page.goto(demo[party]);
  await inOwnLanguage(window);
  return window;
}

/** With a phone of the sandbox's. */
const signedIn = (person) => async (window) => {
  await window.page.goto(`${demo.platform}/sandbox/sign-in`);
  await signInAs(window, person);
};

describe("museum and hotel", { concurrency: 2 }, () => {
  for (const [turn, language] of ["zh-CN", "en"].entries()) {
    test(`${language}: one ticket a person, however often it is asked for, and the gate takes it once`, async () => {
      const visitor = await at("museum", language, "museum", signedIn(await somebody(demo, 36, turn)));
      await visitor.look("museum");
      await visitor.click("#network-identity");
      await visitor.look("museum-approve");
      await visitor.click("#approve");
      const ticket = await visitor.text("#ticket-code");
      assert.match(ticket, /^[B-Z]{4} [B-Z]{4}$/);
      await visitor.look("ticket");
      // Forgotten by the browser, not by the museum.
      await visitor.page.goto(demo.museum);
      await visitor.click("#logout");
      await visitor.click("#network-identity");
      if (await visitor.locator("#approve").count()) await visitor.click("#approve");
      assert.ok(await visitor.locator("#same-ticket").count());
      assert.equal(await visitor.text("#ticket-code"), ticket);
      await visitor.look("same-ticket");

      const gate = await at("museum", language, "gate");
      await gate.click("#nav-gate");
      await gate.look("gate");
      const shows = async (text, said) => {
        await gate.locator("#ticket").fill(text);
        await gate.click("#enter");
        assert.equal(await gate.page.getAttribute("#entry", "data-entry"), said);
        await gate.look(`gate-${said}`);
      };
      await shows("BCDF GHJK", "unknown");
      await shows(ticket.toLowerCase(), "welcome");
      await shows(ticket, "used");
      await visitor.page.goto(`${demo.museum}/ticket`);
      assert.ok(await visitor.locator("#entered").count());
      await gate.close();
      await visitor.close();
    });

    test(`${language}: an adult registers on the phone; a guest who declines and a minor are asked at the desk`, async () => {
      const person = await somebody(demo, 44, turn);
      const guest = await at("hotel", language, "guest", (window) => become(window, demo, person));
      await guest.look("hotel");
      await guest.click("#network-identity");
      await guest.look("hotel-approve");
      await guest.click("#approve");
      await guest.look("hotel-plain");
      assert.match(await guest.text("#law"), /旅馆业治安管理办法/);
      await guest.locator("#passcode").fill(PASSCODE);
      await guest.click("#tell");
      assert.equal(await guest.page.getAttribute("#card", "data-registered"), "true");
      const room = await guest.text("#room");
      assert.equal(await guest.text(".in-clear"), person.name);
      await guest.look("card");

      const minor = await at("hotel", language, "young-guest", signedIn(await somebody(demo, 16, turn)));
      await minor.click("#network-identity");
      await minor.click("#approve");
      if (await minor.locator("#decline").count()) await minor.click("#decline");
      assert.ok(await minor.locator("#guardian").count());
      assert.equal(await minor.page.getAttribute("#card", "data-registered"), "false");
      await minor.look("card-minor");

      const desk = await at("hotel", language, "desk");
      await desk.click("#nav-desk");
      assert.ok(await desk.locator(`[data-room="${room}"]`).count());
      assert.ok(!(await desk.text("body")).includes(person.name), "no names at the desk");
      await desk.look("desk");
      await desk.close();
      await minor.close();
      await guest.close();
    });
  }
});
