// What goes beyond the result: plain identity on its own page, a report made from what stands in one's own record, a
// suspended relying party, and signing out when a relying party asks for it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Demo } from "../shared/demo.mjs";
import { Window, launch } from "./browser.mjs";
import { PASSCODE, become, inOwnLanguage, signInAs, somebody } from "./walk.mjs";

const EDITIONS = [{ language: "zh-CN", width: 360 }, { language: "en", width: 1280 }];

let demo, browser;

before(async () => {
  [demo, browser] = await Promise.all([Demo.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await demo?.remove();
});

/** The client at this address of the demonstration. */
const client = (address) => `demo-${new URL(address).port}`;

async function insurer(window) {
  await window.page.goto(demo.insurer);
  await inOwnLanguage(window);
  await window.click("#network-identity");
}

describe("telling and leaving", { concurrency: 2 }, () => {
  for (const [turn, edition] of EDITIONS.entries()) {
    const title = `${edition.language} at ${edition.width}`;

    test(`${title}: who one is, told on a page of its own, once, and declined the next time`, async () => {
      const person = await somebody(demo, 35, turn);
      const window = await Window.open(browser, { name: "insured", strict: true, ...edition });
      await become(window, demo, person);
      await insurer(window);
      await window.click("#approve");
      await window.look("plain");
      assert.match(await window.text("#law"), /反洗钱法/);
      assert.equal(await window.locator("#told li").count(), 3);
      await window.locator("#passcode").fill("20240816");
      window.expectRefusal();
      await window.click("#tell");
      assert.equal(await window.text("#code"), "passcode_wrong");
      await window.look("plain-passcode-wrong");
      await window.locator("#passcode").fill(PASSCODE);
      await window.click("#tell");
      assert.ok(await window.locator("#insured").count(), window.page.url());
      await window.look("insured");
      const told = await window.locator(".in-clear").allInnerTexts();
      assert.deepEqual([told[0], told[2]], [person.name, person.number]);

      await window.page.goto(`${demo.platform}/me`);
      await window.look("me-told");
      assert.match(await window.locator("[aria-labelledby=told]").innerText(), /反洗钱法/);

      // Asked again, and nothing is told: the policy waits for a document at the hall.
      await window.page.goto(`${demo.insurer}/insure`);
      assert.equal(new URL(window.page.url()).origin, demo.platform);
      await window.click("#decline");
      assert.ok(await window.locator("#without").count());
      assert.equal(await window.locator(".in-clear").count(), 0);
      await window.look("not-insured");

      // Who asked has the browser signed out here, too: it knows whom it speaks of.
      await window.click("#logout");
      assert.ok(await window.locator("#bye").count(), window.page.url());
      await window.look("bye");
      await window.page.goto(`${demo.platform}/me`);
      assert.equal(new URL(window.page.url()).pathname, "/sign-in");
      await window.close();
    });

    test(`${title}: a report from one's own record is seen there, and answered`, async () => {
      const window = await Window.open(browser, { name: "reports", strict: true, ...edition });
      await window.page.goto(`${demo.platform}/sandbox/sign-in`);
      await signInAs(window, await somebody(demo, 52, turn));
      await window.page.goto(`${demo.airline}/login`);
      await window.click("#approve");
      await window.page.goto(`${demo.platform}/me`);
      await window.click("a.report");
      await window.look("report");
      await window.locator("[value=asked_again]").check();
      await window.locator("#words").fill("柜台还要我出示证件。<b>They asked again.</b>");
      await window.click("#report");
      await window.look("reported");
      await window.page.goto(`${demo.platform}/me`);
      await window.look("me-reported");
      assert.equal(await window.locator("a.report").count(), 0, "once for each use");
      await window.close();
    });

    test(`${title}: asked to sign out without proof of whom, the person decides`, async () => {
      const window = await Window.open(browser, { name: "leaves", strict: true, ...edition });
      await window.page.goto(`${demo.platform}/sandbox/sign-in`);
      await signInAs(window, await somebody(demo, 53, turn));
      const ask = (more) => {
        const query = new URLSearchParams({ client_id: client(demo.insurer), ui_locales: edition.language, ...more });
        return window.page.goto(`${demo.platform}/end-session?${query}`);
      };
      await ask({});
      await window.look("asked-to-sign-out");
      await window.click("#stay");
      assert.equal(new URL(window.page.url()).pathname, "/me");
      await ask({});
      await window.click("#sign-out");
      assert.ok(await window.locator("#signed-out").count());
      await window.look("signed-out");
      await window.click("#again");
      assert.equal(new URL(window.page.url()).pathname, "/sign-in");

      // With an address to come back to; another one than it registered is not followed.
      await window.page.goto(`${demo.platform}/sandbox/sign-in`);
      await signInAs(window, await somebody(demo, 53, turn));
      window.expectRefusal();
      await ask({ post_logout_redirect_uri: `${demo.insurer}/elsewhere` });
      assert.equal(await window.text("#code"), "post_logout_redirect_uri_unknown");
      await window.look("sign-out-refused");
      await ask({ post_logout_redirect_uri: `${demo.insurer}/bye` });
      await window.look("asked-to-sign-out-and-go");
      assert.ok((await window.text("#back-to")).includes("127.0.0.1"));
      await window.click("#sign-out");
      assert.ok(await window.locator("#bye").count(), window.page.url());
      await window.close();
    });
  }
});

test("a suspended relying party is told nothing, and who comes from it is told why", async () => {
  const windows = await Promise.all(EDITIONS.map(async (edition, turn) => {
    const window = await Window.open(browser, { name: "suspended", strict: true, ...edition });
    await window.page.goto(`${demo.platform}/sandbox/sign-in`);
    await signInAs(window, await somebody(demo, 54, turn));
    await window.page.goto(`${demo.shop}/check`);
    await window.click("#approve");
    return window;
  }));
  // A platform that runs knows within ten seconds; one that starts knows at once.
  await demo.stop();
  await demo.operate("client", "suspend", client(demo.shop));
  await demo.run();
  for (const window of windows) {
    await window.page.goto(`${demo.platform}/me`);
    await window.locator(".suspended").waitFor();
    await window.look("me-suspended");
    await window.page.goto(demo.shop);
    await inOwnLanguage(window);
    window.expectRefusal();
    await window.page.goto(`${demo.shop}/check`);
    assert.equal(await window.text("#code"), "client_suspended");
    await window.look("suspended");
    await window.close();
  }
});
