// Chromium, and a person at it who notices what is wrong with a page.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import axe from "axe-core";
import { chromium } from "playwright-core";

/** Where pictures of every page are left to be looked at. */
const OUT = process.env.PICTURES ?? fileURLToPath(new URL("out", import.meta.url));

export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more,
    ],
  });
}

/** A browser window of a person: nothing kept from others, everything odd written down. */
export class Window {
  #pictures = 0;
  #odd = [];
  #forgiven = 0;

  /** `strict`: not even what axe-core finds moderate is let pass, everything to press is as large as a finger, and every page
   * is looked at in the dark and in the other width, too. */
  static async open(browser, { name, language, width, strict = false }) {
    const window = new Window();
    const narrow = width < 600;
    Object.assign(window, { name, language, width, strict, folder: join(OUT, `${language}-${width}`, name) });
    await mkdir(window.folder, { recursive: true });
    window.context = await browser.newContext({
      locale: language,
      viewport: { width, height: narrow ? 740 : 900 },
      isMobile: narrow,
      hasTouch: narrow,
      reducedMotion: "reduce",
    });
    window.context.setDefaultTimeout(20_000);
    window.context.on("page", (page) => window.#watch(page));
    window.page = await window.context.newPage();
    return window;
  }

  #watch(page) {
    page.on("pageerror", (error) => this.#odd.push(`script error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      // Chromium asks for it unasked, and a site need not have one.
      if (message.location().url.endsWith("/favicon.ico")) return;
      // A page that explains a refusal comes with a 4xx, which Chromium calls a failed load.
      if (this.#forgiven > 0 && /status of 4\d\d/.test(message.text())) this.#forgiven -= 1;
      else this.#odd.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      if (why !== "net::ERR_ABORTED") this.#odd.push(`request failed: ${request.url()} ${why}`);
    });
  }

  /** The next page may refuse something. */
  expectRefusal() {
    this.#forgiven += 1;
  }

  locator(selector) {
    return this.page.locator(selector);
  }

  text(selector) {
    return this.locator(selector).first().innerText();
  }

  /** Clicks, and waits for the page that follows. */
  async click(selector) {
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.locator(selector).first().click()]);
  }

  /** Looks at the page: pictures it and holds it to what every page promises. */
  async look(name, page = this.page) {
    this.#pictures += 1;
    const number = `${this.#pictures}`.padStart(2, "0");
    await page.screenshot({ path: join(this.folder, `${number}-${name}.png`), fullPage: true });
    await this.#inspect(page, name);
    if (this.strict) await this.#inTheDark(page, `${number}-${name}-dark`);
    if (this.width >= 600) await this.#enlarge(page, `${number}-${name}-large`);
    assert.deepEqual(this.#odd, [], `the browser complained: ${this.#where(page, name)}`);
  }

  #where(page, name) {
    return `${this.language} ${this.width} ${this.name} ${name} (${page.url().slice(0, 80)})`;
  }

  async #inspect(page, name) {
    const where = this.#where(page, name);
    const seen = await page.evaluate(inspect);
    assert.equal(seen.lang.split("-")[0], this.language.split("-")[0], `lang of ${where}`);
    assert.ok(seen.title.trim(), `no title: ${where}`);
    assert.equal(seen.headings, 1, `not one h1: ${where}`);
    assert.ok(seen.scroll <= seen.width, `scrolls sideways, ${seen.scroll} in ${seen.width}: ${where} ${seen.wide}`);
    assert.deepEqual(seen.unlabelled, [], `without a label: ${where}`);
    assert.deepEqual(seen.unnamed, [], `without a name: ${where}`);
    assert.deepEqual(seen.doubled, [], `ids used twice: ${where}`);
    if (this.strict) assert.deepEqual(seen.small, [], `too small for a finger: ${where}`);
    assert.deepEqual(await found(page, this.strict ? ALL : GRAVE), [], `a screen reader stumbles: ${where}`);
  }

  /** The same page by night, on the other kind of screen. */
  async #inTheDark(page, name) {
    const was = page.viewportSize();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize(this.width < 600 ? { width: 1280, height: 900 } : { width: 360, height: 740 });
    await page.screenshot({ path: join(this.folder, `${name}.png`), fullPage: true });
    await this.#inspect(page, name);
    await page.setViewportSize(was);
    await page.emulateMedia({ colorScheme: "light" });
  }

  /** WCAG 2.2, 1.4.4: "text can be resized without assistive technology up to 200 percent without loss of content". */
  async #enlarge(page, name) {
    const size = (percent) => page.evaluate((percent) => { document.documentElement.style.fontSize = percent; }, percent);
    await size("200%");
    await page.screenshot({ path: join(this.folder, `${name}.png`), fullPage: true });
    const seen = await page.evaluate(inspect);
    await size("");
    const where = this.#where(page, name);
    assert.ok(seen.scroll <= seen.width, `scrolls sideways, ${seen.scroll} in ${seen.width}: ${where} ${seen.wide}`);
  }

  async close() {
    assert.deepEqual(this.#odd, [], `the browser complained: ${this.name}`);
    await this.context.close();
  }
}

const GRAVE = ["serious", "critical"];
const ALL = ["minor", "moderate", ...GRAVE];

/** What axe-core finds of these impacts: rule and place. */
async function found(page, impacts) {
  // Evaluated past the page's own policy, which lets no foreign script in.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const counted = violations.filter(({ impact }) => impacts.includes(impact));
  return counted.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
}

/** Runs in the page. */
function inspect() {
  /** CSS pixels. WCAG 2.2, 2.5.5: 44 by 44. */
  const FINGER = 44;
  const shown = (element) => element.checkVisibility() && element.type !== "hidden";
  const named = (element) =>
    element.ariaLabel || element.getAttribute("aria-labelledby") || element.innerText?.trim() ||
    element.querySelector("img[alt]:not([alt=''])") || element.textContent.trim();
  const all = (selector) => [...document.querySelectorAll(selector)];
  const brief = (element) => element.outerHTML.slice(0, 120);
  const width = document.documentElement.clientWidth;
  const ids = all("[id]").map((element) => element.id);
  return {
    lang: document.documentElement.lang,
    title: document.title,
    headings: all("h1").length,
    width,
    scroll: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
    wide: all("body *").filter((element) => shown(element) && element.getBoundingClientRect().right > width + 1).slice(0, 3).map(brief),
    unlabelled: all("input, select, textarea").filter(shown)
      .filter((element) => !element.labels?.length && !element.ariaLabel && !element.getAttribute("aria-labelledby")).map(brief),
    unnamed: all("a[href], button, img:not([alt])").filter(shown).filter((element) => element.tagName === "IMG" || !named(element)).map(brief),
    small: all("button, a.button, input, select, textarea, summary, nav a").filter(shown)
      .filter((element) => (element.closest("label") ?? element).getBoundingClientRect().height < FINGER).map(brief),
    doubled: ids.filter((id, index) => ids.indexOf(id) !== index),
  };
}
