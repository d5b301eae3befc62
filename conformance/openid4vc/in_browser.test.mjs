// The shop's page asks through the credential API of a real Chromium, and a wallet that nobody here wrote answers: its virtual wallet
// hands the page what npm @openid4vc's holder made of the very request that stands on the page.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";

import { setGlobalConfig } from "@openid4vc/oauth2";
import { digest, generateSalt } from "@sd-jwt/crypto-nodejs";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import * as jose from "jose";
import { chromium } from "playwright-core";

import { Demo } from "../shared/demo.mjs";
import { FORM, proofs, wallet } from "./holder.mjs";

const PROTOCOL = "openid4vp-v1-signed";

let demo, browser;

before(async () => {
  setGlobalConfig({ allowInsecureUrls: true });
  [demo, browser] = await Promise.all([Demo.start(), chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  })]);
});

after(async () => {
  await browser?.close();
  await demo?.remove();
});

/** One certificate of a person of this age, and its key. */
async function certificate(age) {
  const held = await wallet(demo, age);
  const { credentialResponse } = await held.client.retrieveCredentials({
    issuerMetadata: held.issuerMetadata, credentialConfigurationId: FORM, proofs: await proofs(held, 1),
    accessToken: held.told.accessTokenResponse.access_token, dpop: held.told.dpop,
  });
  return { credential: credentialResponse.credentials[0].credential, key: held.keys[1].privateKey };
}

/** The question on a page, judged as a wallet does: who vouches for the key it is signed with, and which page it is for. */
async function read(request, origin) {
  const [{ protocol, data }] = JSON.parse(request).digital.requests;
  assert.equal(protocol, PROTOCOL);
  const said = await (await fetch(`${demo.platform}/.well-known/openid-credential-issuer`)).json();
  const jwks = await (await fetch(said.verifier_attestation_jwks_uri)).json();
  const { jwt } = jose.decodeProtectedHeader(data.request);
  const { payload: attested } = await jose.jwtVerify(jwt, jose.createLocalJWKSet(jwks), {
    issuer: demo.platform, typ: "verifier-attestation+jwt",
  });
  const { payload } = await jose.compactVerify(data.request, await jose.importJWK(attested.cnf.jwk, "ES256"));
  const asked = JSON.parse(new TextDecoder().decode(payload));
  assert.equal(asked.client_id, `verifier_attestation:${attested.sub}`);
  assert.equal(asked.response_mode, "dc_api.jwt");
  assert.deepEqual(asked.expected_origins, [origin]);
  assert.deepEqual(asked.dcql_query.credentials[0].claims, [{ path: ["age_over_18"] }]);
  return asked;
}

/** OpenID4VP appendix A.4: bound to the page's origin, encrypted for whoever asked. */
async function answer({ credential, key }, asked, origin) {
  const shows = new SDJwtVcInstance({
    hasher: digest, hashAlg: "sha-256", saltGenerator: generateSalt, kbSignAlg: "ES256",
    kbSigner: async (data) => {
      const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(data));
      return Buffer.from(signature).toString("base64url");
    },
  });
  // What is agreed to is signed with it (OpenID4VP appendix B.3.3.1).
  const hash = (text) => createHash("sha256").update(text).digest("base64url");
  const agreed = { transaction_data_hashes: asked.transaction_data.map(hash), transaction_data_hashes_alg: "sha-256" };
  const payload = { iat: Math.floor(Date.now() / 1000), aud: `origin:${origin}`, nonce: asked.nonce, ...agreed };
  const shown = await shows.present(credential, { age_over_18: true }, { kb: { payload } });
  const { jwks, encrypted_response_enc_values_supported: listed } = asked.client_metadata;
  assert.ok(listed.includes("A256GCM"));
  const said = JSON.stringify({ vp_token: { [asked.dcql_query.credentials[0].id]: [shown] } });
  const response = await new jose.CompactEncrypt(new TextEncoder().encode(said))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", kid: jwks.keys[0].kid })
    .encrypt(await jose.importJWK(jwks.keys[0], "ECDH-ES"));
  return { response };
}

/** From the shelf to the page that asks; `behave` tells the browser's virtual wallet what to do. */
async function atTheShop() {
  const page = await (await browser.newContext({ locale: "en" })).newPage();
  const odd = [];
  page.on("pageerror", (error) => odd.push(error.message));
  page.on("console", (message) => { if (message.type() === "error" && !/favicon/.test(message.location().url)) odd.push(message.text()); });
  await page.goto(demo.shop);
  await page.click("#by-wallet");
  await page.waitForSelector("#in-browser", { state: "visible" });
  await page.click("#in-browser");
  await page.waitForSelector("#ask-browser", { state: "visible" });
  assert.ok(await page.locator("#unable").isHidden());
  const devtools = await page.context().newCDPSession(page);
  const behave = (action, more = {}) => devtools.send("DigitalCredentials.setVirtualWalletBehavior", { action, ...more });
  const request = await page.getAttribute("#ask-browser", "data-request");
  return { page, behave, request, origin: new URL(page.url()).origin, odd };
}

for (const [age, result] of [[34, "allowed"], [17, "refused"]]) {
  test(`who is ${age} shows it from a wallet in the browser, and the shop ends with the receipt: ${result}`, async () => {
    const { page, behave, request, origin, odd } = await atTheShop();
    const asked = await read(request, origin);
    await behave("respond", { protocol: PROTOCOL, response: await answer(await certificate(age), asked, origin) });
    await page.click("#ask-browser");
    await page.waitForURL("**/result");
    assert.equal(await page.getAttribute("[data-result]", "data-result"), result);
    assert.equal(await page.locator("#receipt-scene").innerText(), "check_age");
    assert.ok(await page.locator("#signed-receipt").count());
    assert.ok(await page.locator("#no-identifier").count());
    assert.deepEqual(odd, []);
    await page.context().close();
  });
}

test("who declines in the browser stays on the page, and may try again", async () => {
  const { page, behave, odd } = await atTheShop();
  await behave("decline");
  await page.click("#ask-browser");
  await page.waitForSelector("#nothing", { state: "visible" });
  assert.ok(await page.locator("#ask-browser").isVisible());
  assert.deepEqual(odd, []);
  await page.context().close();
});

test("an answer that was made for another page is not believed", async () => {
  const { page, behave, request, origin } = await atTheShop();
  const asked = await read(request, origin);
  const elsewhere = await answer(await certificate(35), asked, "https://elsewhere.example");
  await behave("respond", { protocol: PROTOCOL, response: elsewhere });
  await page.click("#ask-browser");
  await page.waitForURL("**/in-browser");
  await page.waitForSelector("#sorry");
  assert.equal(await page.locator("[data-result]").count(), 0);
  await page.context().close();
});

test("without the API the way is not shown", async () => {
  const context = await browser.newContext({ locale: "zh-CN" });
  await context.addInitScript(() => { delete window.DigitalCredential; });
  const page = await context.newPage();
  await page.goto(`${demo.shop}/wallet`);
  assert.ok(await page.locator("#in-browser").isHidden());
  await page.goto(`${demo.shop}/in-browser`);
  assert.ok(await page.locator("#unable").isVisible());
  assert.ok(await page.locator("#ask-browser").isHidden());
  await context.close();
});
