// Draws docs/pictures/: a login as its person sees it, and what is left of it at the airline. Run by hand:
// `npm run picture`; with pngquant installed the files are a quarter of the size.

import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Demo } from "../shared/demo.mjs";
import { launch } from "./browser.mjs";

const FOLDER = new URL("../../docs/pictures/", import.meta.url);
const EDITIONS = { en: "", "zh-CN": "-zh" };

await mkdir(FOLDER, { recursive: true });
const [demo, browser] = await Promise.all([Demo.start(), launch()]);
try {
  const adults = await (await fetch(`${demo.registry}/api/people?age=33&limit=2`)).json();
  for (const [turn, [language, ending]] of Object.entries(EDITIONS).entries()) {
    await draw(language, adults[turn].index, ending);
  }
} finally {
  await browser.close();
  await demo.remove();
}

async function draw(language, person, ending) {
  const context = await browser.newContext({ locale: language, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${demo.platform}/sandbox/sign-in`);
  await page.fill("#person", `${person}`);
  await page.click("#sign-in");
  await page.goto(`${demo.airline}/?lang=${language.split("-")[0]}`);
  await page.click("#network-identity");
  await shoot(page, `login-approve${ending}.png`);
  await page.click("#approve");
  await page.click("#receipts a");
  await shoot(page, `login-receipt${ending}.png`);
  await context.close();
}

async function shoot(page, name) {
  const path = fileURLToPath(new URL(name, FOLDER));
  await page.screenshot({ path, fullPage: true });
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--output", path, "64", path]);
}
