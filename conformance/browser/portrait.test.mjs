// The picture of a face taken in the browser itself: with the camera, out of a file, or not at all. Chromium's own fake camera
// stands in for a face, and the party that compares is the test.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Window, launch } from "./browser.mjs";
import { House } from "./house.mjs";
import { PASSCODE } from "./walk.mjs";

const CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
/** The longest side of what may leave the device. */
const SIDE = 720;

let house, browser, blind;

before(async () => {
  [house, browser, blind] = await Promise.all([House.open(), launch(CAMERA), launch()]);
});

after(async () => {
  await browser?.close();
  await blind?.close();
  await house?.close();
});

/** From the notice to the choice of a portrait. What a card reader would send back is posted by hand. */
async function toPortrait(window) {
  await window.page.goto(`${house.platform}/enrol`);
  const ticket = await window.page.getAttribute("input[name=ticket]", "value");
  await window.click("#agree");
  await window.click("#agree");
  await Promise.all([
    window.page.waitForNavigation({ waitUntil: "load" }),
    window.page.evaluate((ticket) => {
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action: "/enrol/document" });
      for (const [name, value] of Object.entries({ ticket, card: "a card", answer: "its answer" })) {
        const field = document.createElement("input");
        Object.assign(field, { name, value, type: "hidden" });
        form.append(field);
      }
      document.body.append(form);
      form.submit();
    }, ticket),
  ]);
  assert.equal(new URL(window.page.url()).pathname, "/enrol/portrait");
}

async function toDevice(window) {
  await window.locator("#phone").fill("16000001234");
  await window.click("#send");
  await window.locator("#phone-code").fill(house.code);
  await window.click("#check");
  await window.locator("#passcode").fill(PASSCODE);
  await window.locator("#repeat").fill(PASSCODE);
  await Promise.all([window.page.waitForNavigation({ waitUntil: "load" }), window.page.keyboard.press("Enter")]);
  await window.page.waitForFunction(() => {
    const place = document.querySelector("[data-store]");
    return place && place.textContent === place.dataset.stored;
  });
}

/** Opens the camera and takes a picture, by keyboard alone. */
async function takePicture(window, name) {
  const { page } = window;
  await page.focus("#camera");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("video")?.videoWidth > 0 && !document.querySelector("video").hidden);
  await window.look(`${name}-camera`);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("input[name=portrait]").value.length > 1000);
  assert.ok(await page.locator(".camera canvas").isVisible());
  assert.equal(await page.evaluate(() => document.querySelector("video").srcObject), null, "the camera is off again");
  await window.look(`${name}-taken`);
}

/** The width and height a JPEG says, if it is one without notes. */
function plain(jpeg) {
  assert.deepEqual([...jpeg.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  assert.ok(!jpeg.includes("Exif"), "no notes of the camera's");
  for (let at = 2; at < jpeg.length;) {
    const [marker, length] = [jpeg[at + 1], jpeg.readUInt16BE(at + 2)];
    if (marker >= 0xc0 && marker <= 0xc2) return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
    at += 2 + length;
  }
  return assert.fail("no size");
}

for (const edition of [{ language: "zh-CN", width: 360 }, { language: "en", width: 1280 }]) {
  const title = `${edition.language} at ${edition.width}`;

  test(`${title}: a picture by the camera enrols and signs in, another way stands beside it all the time`, async () => {
    const window = await Window.open(browser, { name: "portrait", ...edition });
    await toPortrait(window);
    await window.look("choice");
    await window.click("#portrait");
    await window.look("take");
    assert.ok(await window.locator("#other-way").count(), "another way");
    await takePicture(window, "enrol");
    const before = house.samples.length;
    await window.click("#compare");
    assert.equal(new URL(window.page.url()).pathname, "/enrol/phone");
    const [width, height] = plain(house.samples[before]);
    assert.ok(Math.max(width, height) <= SIDE && width > 0, `${width}×${height}`);
    await toDevice(window);
    await window.look("issued");

    await window.page.goto(house.question("certificate+passcode+portrait"));
    await window.look("sign-in-choice");
    await window.click("#portrait");
    await window.look("sign-in-take");
    assert.ok(await window.locator("#other-way").count(), "another way");
    await takePicture(window, "sign-in");
    await window.locator("#passcode").fill(PASSCODE);
    await window.click("#sign-in");
    // The same person agrees once, whichever edition comes first.
    if (await window.locator("#approve").count()) {
      await window.look("approve");
      await window.click("#approve");
    }
    assert.match(house.backs.at(-1), /[?&]code=/);

    // Refused, the choice comes again, and the other way leads back to the shop's other methods.
    house.matches = false;
    // Signed out: within one second of a sign-in the platform counts it as the one that is asked for.
    await window.context.clearCookies();
    await window.page.goto(house.question("certificate+portrait"));
    await window.look("asked-again");
    await window.click("#portrait");
    await takePicture(window, "differs");
    window.expectRefusal();
    await window.click("#sign-in");
    assert.equal(await window.text("#code"), "portrait_not_matched");
    await window.look("not-matched");
    await window.click("#other-way");
    assert.match(house.backs.at(-1), /[?&]error=/);
    house.matches = true;
    await window.close();
  });

  test(`${title}: a picture out of a file leaves upright, small and without the camera's notes`, async () => {
    const window = await Window.open(browser, { name: "file", ...edition });
    await toPortrait(window);
    await window.click("#portrait");
    const { page } = window;
    await page.setInputFiles("#picture", { name: "no.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") });
    await page.locator("#picture-said.wrong").waitFor();
    await window.look("file-wrong");
    assert.equal(await page.evaluate(() => document.querySelector("#picture").validity.customError), true);
    await page.setInputFiles("#picture", { name: "me.jpg", mimeType: "image/jpeg", buffer: await photograph(page) });
    await page.waitForFunction(() => document.querySelector("input[name=portrait]").value.length > 1000);
    await window.look("file-taken");
    const before = house.samples.length;
    await window.click("#compare");
    assert.deepEqual(plain(house.samples[before]), [540, SIDE], "turned upright by the note that is then left behind");
    assert.ok(!house.samples[before].includes("somewhere secret"));
    await window.close();
  });

  test(`${title}: without a camera a file or the other way remains`, async () => {
    const window = await Window.open(blind, { name: "blind", ...edition });
    await toPortrait(window);
    await window.click("#portrait");
    await window.locator("#camera").click();
    await window.locator("#picture-said.wrong").waitFor();
    await window.look("no-camera");
    await window.click("#other-way");
    assert.equal(new URL(window.page.url()).pathname, "/enrol/phone");
    await window.close();
  });
}

/** A photograph of 1600 × 1200 that says it lies on its side, and where it was taken. */
async function photograph(page) {
  const text = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(1600, 1200);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "teal";
    pen.fillRect(0, 0, 1600, 1200);
    pen.fillStyle = "white";
    pen.fillRect(700, 500, 200, 200);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  });
  const jpeg = Buffer.from(text, "base64");
  // TIFF, big-endian, one entry: orientation (0x0112) 6, "turn clockwise"; and a text behind it.
  const tiff = Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex");
  const notes = Buffer.concat([Buffer.from("Exif\0\0"), tiff, Buffer.from("somewhere secret")]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(notes.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, notes, jpeg.subarray(2)]);
}
