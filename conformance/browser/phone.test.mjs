// The demo's phone: an offer is taken, the shop asks, the phone answers or declines, and a reader without network reads its code.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Demo } from "../shared/demo.mjs";
import { Window, launch } from "./browser.mjs";
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

const WIDTHS = { "zh-CN": 360, en: 1280 };
const built = (name) => fileURLToPath(new URL(`../../target/${name}`, import.meta.url));
const READER = process.env.YINZHENG_READER ?? built("debug/yinzheng-reader");
const WALLET = process.env.YINZHENG_WALLET ?? built("debug/yinzheng-wallet");

/** Somebody's window, with a phone that holds their certificates. */
async function carrying(person, language, name, { looking = false } = {}) {
  const window = await Window.open(browser, { name, language, width: WIDTHS[language], strict: true });
  const look = (what) => (looking ? window.look(what) : undefined);
  await window.page.goto(`${demo.platform}/sandbox/sign-in?to=/me/wallet`);
  await signInAs(window, person);
  await window.page.goto(`${demo.platform}/me/wallet`);
  await window.click("#offer-now");
  const digits = (await window.text("#tx-code")).trim();
  await look("offer");
  await window.click("#open-phone");
  assert.ok(window.page.url().startsWith(`${demo.phone}/receive/offer`), "the offer stands in no address");
  assert.ok(!window.page.url().includes("pre-authorized"));
  await inPhonesLanguage(window);
  await look("receive");
  if (looking) {
    await window.locator("#tx-code").fill(digits === "000000" ? "000001" : "000000");
    window.expectRefusal();
    await window.click("#take");
    assert.equal(await window.page.getAttribute("#trouble", "data-code"), "tx_code_wrong");
    await window.look("receive-wrong");
  }
  await window.locator("#tx-code").fill(digits);
  await window.click("#take");
  await window.locator("#received").waitFor();
  assert.equal(await window.text("[data-form=online] .unused"), "30");
  assert.equal(await window.text("[data-form=code] .unused"), "30");
  await look("carried");
  return window;
}

async function inPhonesLanguage(window) {
  assert.equal((await window.page.getAttribute("html", "lang")).split("-")[0], window.language.split("-")[0]);
}

/** At the shop, up to who asks on the phone. */
async function asked(window, looking = false) {
  const look = (what) => (looking ? window.look(what) : undefined);
  await window.page.goto(demo.shop);
  await inOwnLanguage(window);
  await look("shop");
  await window.click("#by-wallet");
  await look("shop-asks");
  assert.match(await window.page.getAttribute("#open-wallet", "href"), /^openid4vp:\/\//);
  await window.click("#open-phone");
  assert.ok(window.page.url().startsWith(`${demo.phone}/asked/`));
  await look("asked");
}

/** Agrees or declines, and is brought back to the shop. */
async function decides(window, decision) {
  await window.locator(`#${decision}`).click();
  await window.page.waitForURL(`${demo.shop}/**`);
}

describe("the demo's phone", { concurrency: 2 }, () => {
  for (const [turn, language] of ["zh-CN", "en"].entries()) {
    test(`${language}: an adult's phone shows the shop one yes, and remembers it for nobody else`, async () => {
      const window = await carrying(await somebody(demo, 41, turn), language, "phone", { looking: true });
      await asked(window, true);
      const question = window.page.url();
      const sentence = await window.text(".agreement");
      assert.match(sentence, language === "en" ? /under age/ : /未成年人/);
      await decides(window, "agree");
      assert.equal(await window.text("#agreed"), sentence);
      assert.equal(await window.page.getAttribute("#age-result", "data-result"), "allowed");
      assert.ok(await window.locator("#no-identifier").count());
      assert.ok(await window.locator("#signed-receipt").count());
      await window.look("shop-of-age");

      window.expectRefusal();
      await window.page.goto(question);
      assert.equal(await window.page.getAttribute("#trouble", "data-code"), "gone");
      await window.look("gone");
      await window.page.goto(demo.phone);
      assert.equal(await window.text("[data-form=online] .unused"), "29");
      await window.click("#nav-history");
      assert.equal(await window.locator("#history > li").count(), 1);
      await window.look("history");
      await window.click("#erase");
      assert.ok(await window.locator("#empty").count());
      await window.look("history-erased");

      await window.page.goto(demo.phone);
      await window.locator(".forget summary").click();
      await window.click("#forget");
      assert.ok(await window.locator("#empty").count());
      await window.look("forgotten");
      assert.ok(!(await window.context.cookies(demo.phone)).some(({ name }) => name === "phone_owner"));
      await window.close();
    });

    test(`${language}: who declines shows nothing and has another way; a minor's phone says no`, async () => {
      const adult = await carrying(await somebody(demo, 42, turn), language, "phone-declines");
      await asked(adult);
      await decides(adult, "decline");
      assert.ok(await adult.locator("#sorry-declined").count());
      assert.ok(await adult.locator("#other-way").count());
      await adult.look("declined");
      await adult.page.goto(demo.phone);
      assert.equal(await adult.text("[data-form=online] .unused"), "30");
      await adult.close();

      const minor = await carrying(await somebody(demo, 16, turn), language, "phone-minor");
      await asked(minor, true);
      await decides(minor, "agree");
      assert.equal(await minor.page.getAttribute("#age-result", "data-result"), "refused");
      await minor.look("under-age");
      await minor.close();
    });

    test(`${language}: a reader without network reads the code off the screen, and once`, async () => {
      const window = await carrying(await somebody(demo, 70, turn), language, "phone-code");
      await window.click("#to-code");
      await window.look("code-choice");
      await window.locator("#what-age_over_65").check();
      await window.click("#draw");
      // At once: in half a minute it is another.
      const code = await read(window.page, "svg.qr", browser);
      assert.equal(code, await window.page.textContent("#text"));
      assert.ok(Number(await window.text("#left b")) <= 30);
      const mirror = await mirrored();
      const judge = () => spawnSync(READER, ["--mirror", mirror, "--want", "age_over_65", code], { encoding: "utf8" });
      const judged = judge();
      assert.equal(judged.status, 0, `${judged.stdout}${judged.stderr}`);
      await window.click("#again");
      assert.equal(await window.text("#unused"), "28");
      assert.notEqual(await window.page.textContent("#text"), code);
      await window.look("code");
      await window.click("#home");
      await window.close();
    });
  }

  test("codes follow by themselves for two minutes, and then wait for their person", async () => {
    const window = await carrying(await somebody(demo, 44), "en", "phone-clock");
    await window.context.clock.install();
    await window.page.goto(`${demo.phone}/code`);
    await window.locator("#what-age_over_18").check();
    await window.click("#draw");
    for (const left of ["29", "28", "27", "26"]) {
      assert.equal(await window.text("#unused"), left);
      if (left === "26") break;
      await Promise.all([window.page.waitForNavigation(), window.context.clock.fastForward(31_000)]);
    }
    await window.context.clock.fastForward(31_000);
    await window.locator("#over").waitFor();
    assert.ok(!(await window.locator("svg.qr").isVisible()), "what is over is not shown");
    await window.look("over");
    await window.click("#again");
    assert.equal(await window.text("#unused"), "25");
    await window.close();
  });

  test("the command line wallet takes the same offer and answers the same shop", async () => {
    const window = await Window.open(browser, { name: "command-line", language: "en", width: 1280 });
    await window.page.goto(`${demo.platform}/sandbox/sign-in`);
    await signInAs(window, await somebody(demo, 45));
    await window.page.goto(`${demo.platform}/me/wallet`);
    await window.click("#offer-now");
    const wallet = (typed, ...words) => {
      const file = join(demo.folder, "wallet.json");
      const ran = spawnSync(WALLET, [...words, "--language", "en", "--wallet", file], { input: typed, encoding: "utf8" });
      assert.equal(ran.status, 0, ran.stderr);
      return ran.stdout;
    };
    const offer = await window.page.getAttribute("#open-wallet", "href");
    wallet(`yes\n${(await window.text("#tx-code")).trim()}\n`, "receive", offer);
    await window.page.goto(`${demo.shop}/wallet`);
    const said = wallet("yes\n", "answer", await window.page.getAttribute("#open-wallet", "href"));
    await window.page.goto(said.split("\n").find((line) => line.startsWith(`${demo.shop}/callback?`)));
    assert.equal(await window.page.getAttribute("#age-result", "data-result"), "allowed");
    await window.close();
  });

  test("without script: the same forms, and a button for the next code", async () => {
    const window = await carrying(await somebody(demo, 43), "zh-CN", "phone-with-script");
    const context = await browser.newContext({ javaScriptEnabled: false, storageState: await window.context.storageState() });
    const page = await context.newPage();
    await page.goto(`${demo.phone}/code`);
    await page.locator("#what-age_over_18").check();
    await page.locator("#draw").click();
    await page.locator("#again").click();
    await page.waitForSelector("svg.qr");
    assert.equal(await page.locator("#unused").innerText(), "28");
    await context.close();
    await window.close();
  });

  test("a phone with nothing in it leaves the question to a wallet that has something", async () => {
    const window = await Window.open(browser, { name: "phone-empty", language: "en", width: 1280, strict: true });
    await window.page.goto(demo.shop);
    await inOwnLanguage(window);
    await window.click("#by-wallet");
    window.expectRefusal();
    await window.click("#open-phone");
    assert.equal(await window.page.getAttribute("#trouble", "data-code"), "nothing");
    await window.look("nothing");
    await window.close();
  });
});

/** The platform's keys and its first list, as anybody may fetch them. */
async function mirrored() {
  const folder = join(demo.folder, "mirror");
  await mkdir(join(folder, "status"), { recursive: true });
  for (const [path, file] of [["/jwks/certificates", "keys.json"], ["/status/0", "status/0.jwt"]]) {
    const answer = await fetch(demo.platform + path);
    await writeFile(join(folder, file), Buffer.from(await answer.arrayBuffer()));
  }
  return folder;
}
