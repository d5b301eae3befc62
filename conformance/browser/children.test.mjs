// A family, in Chromium: a guardian applies for a child, the child asks, the guardian answers; and from afar.

import assert from "node:assert/strict";
import test from "node:test";

import { Demo } from "../shared/demo.mjs";
import { Window, launch } from "./browser.mjs";
import { chooseByKeyboard, enrol, holdCard, provePhone } from "./walk.mjs";

const EDITIONS = [{ language: "zh-CN", width: 360 }, { language: "en", width: 1280 }];

test("a family", async (t) => {
  const [demo, browser] = await Promise.all([Demo.start(), launch()]);
  t.after(async () => {
    await browser.close();
    await demo.remove();
  });
  for (const [turn, edition] of EDITIONS.entries()) {
    await t.test(`under fourteen, ${edition.language}`, () => underFourteen(browser, demo, edition, turn));
    await t.test(`from afar, ${edition.language}`, () => fromAfar(browser, demo, edition, turn));
  }
});

async function people(demo, query) {
  return (await fetch(`${demo.registry}/api/people?${query}`)).json();
}

/** A person of this age and a guardian with a card in force. */
async function withGuardian(demo, age, turn) {
  const found = [];
  for (const minor of await people(demo, `age=${age}&limit=40`)) {
    for (const index of minor.guardians) {
      const guardian = await (await fetch(`${demo.registry}/api/people/${index}`)).json();
      const inForce = (await people(demo, `age=${guardian.age}&limit=500`)).some((one) => one.index === index);
      if (inForce) {
        found.push([minor, guardian]);
        break;
      }
    }
    if (found.length > turn) break;
  }
  return found[turn];
}

async function underFourteen(browser, demo, edition, turn) {
  const [child, guardian] = await withGuardian(demo, 10, turn);
  const mother = await Window.open(browser, { name: "family-guardian", ...edition });
  await enrol(mother, demo, guardian, { portrait: false });
  await mother.page.goto(`${demo.platform}/children`);
  await mother.look("how");
  await mother.click("#go");
  await mother.look("children-none");
  await mother.click("#apply");
  await mother.look("notice");
  await mother.click("#agree");
  await mother.look("sensitive");
  await mother.click("#agree");
  await holdCard(mother, child);
  await mother.look("own-card");
  await holdCard(mother, guardian);
  await mother.click("#other-way");
  await provePhone(mother, guardian);
  await mother.look("device-or-carry");
  await mother.click("#carry");
  await mother.look("carry");

  const kid = await Window.open(browser, { name: "family-child", ...edition });
  await kid.page.goto(await mother.text("#link"));
  await kid.look("continue");
  await kid.click("#continue");
  await chooseByKeyboard(kid);

  await toTheAirline(kid, demo);
  await kid.look("ask");
  await kid.click("#ask-guardian");
  await kid.look("declined-at-the-airline");
  await toTheAirline(kid, demo);
  assert.ok(await kid.text("#waiting"));
  await kid.look("asked");

  await mother.page.goto(`${demo.platform}/me/children`);
  await mother.look("question");
  await mother.click("button[value=yes]");
  await mother.look("answered");

  await toTheAirline(kid, demo);
  await kid.look("approve");
  await kid.click("#approve");
  await kid.look("in");
  await kid.page.goto(`${demo.platform}/me/guardians`);
  await kid.look("guardians");

  await mother.page.goto(`${demo.platform}/me/children`);
  await mother.look("where");
  await mother.click('a[href^="/me/report?use="]');
  await mother.look("report");
  assert.equal(await mother.locator("textarea").count(), 0, "words could tell who the child is");
  assert.match(await mother.locator("label.choice").first().innerText(), /孩子|child/);
  await mother.locator("input[name=grievance]").first().check();
  await mother.click("#report");
  await mother.look("reported");
  await mother.page.goto(`${demo.platform}/me/children`);
  await mother.look("where-reported");
  assert.equal(await mother.locator('a[href^="/me/report?use="]').count(), 0, "once");
  await mother.click(".consents button");
  assert.equal(await mother.locator(".consents button").count(), 0, "taken back");
  await kid.page.goto(`${demo.platform}/me/guardians`);
  await kid.look("taken-back");
  await kid.close();
  await mother.close();
}

async function toTheAirline(window, demo) {
  await window.page.goto(`${demo.airline}/?lang=${window.language.split("-")[0]}`);
  await window.click("#network-identity");
}

async function fromAfar(browser, demo, edition, turn) {
  const [minor, guardian] = await withGuardian(demo, 16, turn);
  const young = await Window.open(browser, { name: "family-young", ...edition });
  await young.page.goto(`${demo.platform}/enrol`);
  await young.click("#agree");
  await young.click("#agree");
  await holdCard(young, minor);
  await young.look("guardian");
  await young.click("#ask-guardian");
  await young.look("waiting");

  const father = await Window.open(browser, { name: "family-afar", ...edition });
  await father.page.goto(`${demo.platform}/sandbox/sign-in`);
  await father.locator("#person").fill(`${guardian.index}`);
  await father.click("#sign-in");
  await father.page.goto(await young.text("#link"));
  await father.look("request");
  await holdCard(father, guardian);
  await father.look("seen");
  await father.click("#approve");
  await father.look("said-yes");

  await young.click("#look-again");
  assert.ok(await young.locator("#other-way").count(), "the next step");
  await young.close();
  await father.close();
}
