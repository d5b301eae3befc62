// Passkeys with Chromium's own authenticator, and the dynamic code as this browser computes it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Demo } from "../shared/demo.mjs";
import { Window, launch } from "./browser.mjs";
import { PASSCODE, enrol } from "./walk.mjs";

let demo, browser;

before(async () => {
  [demo, browser] = await Promise.all([Demo.start(), launch()]);
});

after(async () => {
  await browser?.close();
  await demo?.remove();
});

/** Plugs an authenticator into the window's page: a key that asks for a finger. */
async function plug(window, { verified = true } = {}) {
  const cdp = await window.context.newCDPSession(window.page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: verified, automaticPresenceSimulation: true,
    },
  });
  return {
    verify: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    take: (credentialId) => cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId }),
    put: (credential) => cdp.send("WebAuthn.addCredential", { authenticatorId, credential }),
  };
}

async function somebody(skip) {
  const [person] = await (await fetch(`${demo.registry}/api/people?age=41&limit=1&skip=${skip}`)).json();
  return person;
}

async function addPasskey(window, name) {
  await window.page.goto(`${demo.platform}/me`);
  await window.click("#passkeys");
  await window.locator("#name").fill(name);
  await window.click("#add");
}

async function signOut(window) {
  await window.page.goto(`${demo.platform}/me`);
  await window.click("#sign-out");
}

/** To the page for passkeys, from whichever page asks to sign in. */
async function signInWithPasskey(window, passcode) {
  await window.click("#passkey");
  if (passcode) await window.locator("#passcode").fill(passcode);
  await window.click("#sign-in");
}

for (const edition of [{ language: "zh-CN", width: 360 }, { language: "en", width: 1280 }]) {
  test(`${edition.language} at ${edition.width}: a passkey is added, signs in, logs in at the airline, is removed`, async () => {
    const window = await Window.open(browser, { name: "passkey", ...edition });
    await enrol(window, demo, await somebody(edition.width === 360 ? 0 : 1), { portrait: false });
    const key = await plug(window);
    await addPasskey(window, "<b>key</b> 家里的");
    await window.look("passkeys");
    assert.match(await window.text(".consents li"), /<b>key<\/b> 家里的/);
    assert.equal((await key.credentials()).length, 1);

    // Signed out, the passkey alone signs in.
    await signOut(window);
    await window.page.goto(`${demo.platform}/sign-in?to=/me`);
    await window.look("sign-in");
    await window.click("#passkey");
    await window.look("passkey-sign-in");
    await window.click("#sign-in");
    assert.ok(await window.locator("#masked").count());
    await window.look("me-by-passkey");

    // The airline asks, and the passkey answers.
    await signOut(window);
    await window.page.goto(`${demo.airline}/login`);
    await signInWithPasskey(window, PASSCODE);
    if (await window.locator("#approve").count()) await window.click("#approve");
    assert.ok(await window.page.locator("#sub").count(), window.page.url());

    // A copy from before it counted on: refused, and said so.
    const [now] = await key.credentials();
    assert.ok(now.signCount > 1, `Chromium's authenticator counts: ${now.signCount}`);
    await key.take(now.credentialId);
    await key.put({ ...now, signCount: 0 });
    await signOut(window);
    await window.page.goto(`${demo.platform}/sign-in?to=/me`);
    window.expectRefusal();
    await signInWithPasskey(window);
    assert.equal(await window.text("#code"), "passkey_copied");
    await window.look("passkey-copied");
    await key.take(now.credentialId);
    await key.put(now);
    await window.click("#sign-in");

    // Removed, it opens nothing.
    await window.page.goto(`${demo.platform}/me/passkeys`);
    await window.look("passkeys-without-passcode");
    await window.click(".consents button");
    assert.equal(await window.locator(".consents li").count(), 0);
    await signOut(window);
    await window.page.goto(`${demo.platform}/sign-in?to=/me`);
    window.expectRefusal();
    await signInWithPasskey(window);
    assert.equal(await window.text("#code"), "passkey_unknown");
    await window.close();
  });
}

test("an authenticator that does not verify its user is not used", async () => {
  const window = await Window.open(browser, { name: "unverified", language: "en", width: 1280 });
  await enrol(window, demo, await somebody(2), { portrait: false });
  await plug(window, { verified: false });
  await window.page.goto(`${demo.platform}/me/passkeys`);
  await window.locator("#name").fill("careless");
  // The browser itself refuses, as the platform asks it to.
  await window.locator("#add").click();
  await window.locator(".status.wrong").waitFor();
  assert.equal(new URL(window.page.url()).pathname, "/me/passkeys");
  assert.equal(await window.locator(".consents li").count(), 0);
  await window.look("passkey-refused");
  await window.close();
});

for (const edition of [{ language: "zh-CN", width: 360 }, { language: "en", width: 1280 }]) {
  test(`${edition.language} at ${edition.width}: the code this browser computes is the platform's`, async () => {
    const window = await Window.open(browser, { name: "code", ...edition });
    await enrol(window, demo, await somebody(edition.width === 360 ? 3 : 4), { portrait: false });
    await window.page.goto(`${demo.platform}/me`);
    await window.click("#dynamic-code");
    await window.locator("#set-up").waitFor();
    await window.look("code-set-up");
    await window.click("#set-up");
    await window.locator("#digits:not(:empty)").waitFor();
    await window.look("code");
    const kept = await window.page.evaluate(async () => {
      const { kept } = await import("/static/device.js");
      const [one] = await kept();
      return [one.codeKeys.extractable, one.keys.privateKey.extractable];
    });
    assert.deepEqual(kept, [false, false], "neither key leaves this browser");

    // Loaded again, it is still there, and the key is not in the page.
    await window.page.goto(`${demo.platform}/me/code`);
    await window.locator("#digits:not(:empty)").waitFor();
    assert.equal(await window.locator("[data-code-key]").count(), 0);
    const code = await window.text("#digits");
    assert.match(code, /^\d{4} \d{4}$/);
    const digits = [...code.replace(" ", "")].map(Number);
    assert.ok(digits.slice(1).every((digit, place) => Math.abs(digit - digits[place]) > 1), code);

    await window.page.goto(`${demo.platform}/me`);
    await window.click("#confirm");
    await window.look("confirm");
    await window.locator("#dynamic-code").fill(code);
    await window.click("#confirm");
    assert.equal(new URL(window.page.url()).pathname, "/me");
    assert.equal(await window.locator("#confirm").count(), 0, "confirmed");
    await window.look("me-confirmed");

    // Once: the same code does not confirm again.
    await window.page.goto(`${demo.platform}/me/confirm`);
    await window.locator("#dynamic-code").fill(code);
    window.expectRefusal();
    await window.click("#confirm");
    assert.equal(await window.text("#code"), "code_used");
    await window.close();
  });
}
