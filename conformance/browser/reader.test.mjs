// A desk's screen: codes typed by hand scanners and seen by a camera, green and red, in both languages.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";

import { Desk } from "../shared/desk.mjs";
import { Window, launch } from "./browser.mjs";
import { film } from "./film.mjs";

const SIZES = { "zh-CN": 360, en: 1280 };

async function screen(browser, desk, language, name) {
  const window = await Window.open(browser, { name, language, width: SIZES[language], strict: true });
  await window.page.goto(`${desk.address}?lang=${language.slice(0, 2)}`);
  return window;
}

const verdict = (window) => window.page.getAttribute("#verdict", "data-verdict");
const becomes = (window, verdict) => window.page.waitForSelector(`#verdict[data-verdict=${verdict}]`);

/** As a hand scanner does, wherever the focus is. */
async function scan(window, code) {
  await window.page.locator("h1").click();
  await window.page.keyboard.type(code);
  await window.page.keyboard.press("Enter");
}

describe("a desk's screen", { concurrency: 1 }, () => {
  for (const language of ["zh-CN", "en"]) {
    test(`${language}: a hand scanner types: green, red, green, and nothing is left`, async () => {
      const desk = await Desk.open("--want", "age_over_18");
      const browser = await launch();
      try {
        const window = await screen(browser, desk, language, "reader");
        await window.look("waiting");
        await scan(window, desk.first);
        await becomes(window, "passed");
        await window.look("passed");
        await scan(window, desk.first);
        await becomes(window, "refused");
        await window.look("shown-again");
        for (const wish of ["child", "revoked", "https://id.example/"]) {
          const code = wish.startsWith("https") ? wish : await desk.code(wish);
          const judged = window.page.waitForResponse((response) => response.url().includes("/judge"));
          await scan(window, code);
          await judged;
          await becomes(window, "refused");
        }
        await window.look("not-a-code");
        await scan(window, await desk.code("good"));
        await becomes(window, "passed");
        // The next in line is not let in by it.
        await window.page.waitForSelector("#verdict[data-verdict=waiting]", { timeout: 15_000 });
        await window.page.reload();
        assert.equal(await verdict(window), "waiting");
        assert.deepEqual(await window.context.cookies(), []);
        await window.close();
      } finally {
        await browser.close();
        await desk.close();
      }
    });
  }

  test("without script it is a form", async () => {
    const desk = await Desk.open();
    const browser = await launch();
    try {
      const context = await browser.newContext({ javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto(desk.address);
      await page.fill("#code", desk.first);
      await page.keyboard.press("Enter");
      await page.waitForSelector("#verdict[data-verdict=passed]");
    } finally {
      await browser.close();
      await desk.close();
    }
  });

  test("a desk that asks shows a question, and its answer passes once", async () => {
    const desk = await Desk.open("--want", "age_over_18", "--ask");
    const browser = await launch();
    try {
      const window = await screen(browser, desk, "en", "reader-asks");
      await window.look("question");
      await scan(window, desk.first);
      await becomes(window, "refused");
      const question = await window.text("#question-code");
      await scan(window, await desk.code(question));
      await becomes(window, "passed");
      assert.notEqual(await window.text("#question-code"), question, "each is asked once");
      await window.look("answered");
      await window.close();
    } finally {
      await browser.close();
      await desk.close();
    }
  });

  test("a camera sees a phone, and judges it once however long it is held there", async () => {
    const desk = await Desk.open("--want", "age_over_18");
    const seen = join(desk.folder, "seen.y4m");
    await writeFile(seen, film(await desk.code("drawn")));
    const browser = await launch([
      "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${seen}`,
    ]);
    try {
      const window = await screen(browser, desk, "en", "reader-camera");
      let judged = 0;
      window.page.on("request", (request) => { judged += request.url().includes("/judge") ? 1 : 0; });
      await window.page.click("#camera");
      await becomes(window, "passed");
      for (let look = 0; look < 4; look += 1) {
        await window.page.waitForResponse((response) => response.url().includes("/look"));
      }
      assert.equal(judged, 1);
      await window.look("camera");
      await window.page.click("#camera");
      await window.page.waitForSelector("video", { state: "hidden" });
      await window.close();
    } finally {
      await browser.close();
      await desk.close();
    }
  });
});
