// Draws docs/pictures/: a login on a phone, three pages side by side. Run by hand: `npm run picture`.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Demo } from "../shared/demo.mjs";
import { launch } from "./browser.mjs";

const FOLDER = new URL("../../docs/pictures/", import.meta.url);
const EDITIONS = { en: "login.png", "zh-CN": "login.zh-CN.png" };
const PHONE = { width: 390, height: 800 };

await mkdir(FOLDER, { recursive: true });
const [demo, browser] = await Promise.all([Demo.start(), launch()]);
try {
  const adults = await (await fetch(`${demo.registry}/api/people?age=33&limit=2`)).json();
  for (const [turn, [language, file]] of Object.entries(EDITIONS).entries()) {
    await draw(language, adults[turn].index, fileURLToPath(new URL(file, FOLDER)));
  }
} finally {
  await browser.close();
  await demo.remove();
}

async function draw(language, person, file) {
  const context = await browser.newContext({ locale: language, viewport: PHONE, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  await page.goto(`${demo.platform}/sandbox/sign-in`);
  await page.fill("#person", `${person}`);
  await page.click("#sign-in");
  const shots = [];
  const shoot = async () => shots.push((await page.screenshot()).toString("base64"));
  await page.goto(`${demo.airline}/?lang=${language.split("-")[0]}`);
  await shoot();
  await page.click("#network-identity");
  await shoot();
  await page.locator("#approve").scrollIntoViewIfNeeded();
  await shoot();
  await page.click("#approve");
  await shoot();

  const images = shots.map((shot) => `<img src="data:image/png;base64,${shot}">`).join("");
  const style = "body{margin:0;padding:24px;display:flex;gap:24px;background:#e9eeec}img{width:390px;border-radius:18px;box-shadow:0 4px 18px #0003}";
  const sheet = await browser.newPage({ viewport: { width: shots.length * 414 + 24, height: 848 } });
  await sheet.setContent(`<style>${style}</style>${images}`);
  await sheet.screenshot({ path: file });
  await sheet.close();
  await context.close();
}
