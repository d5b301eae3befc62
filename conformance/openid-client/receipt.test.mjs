// npm jose, which nobody here wrote, checks receipts offline; so does the program's own command.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import * as client from "openid-client";

import { Demo, PROGRAM } from "../shared/demo.mjs";
import { Visitor, link } from "../shared/visitor.mjs";
import { LIBRARY, REDIRECT_URI, configuration, register } from "./registration.mjs";

let demo, config;

before(async () => {
  demo = await Demo.start();
  const library = await register(demo, "library", LIBRARY, "log_in", { metadata: { receipts: true } });
  config = await configuration(demo, library);
});

after(() => demo?.remove());

/** What somebody of this age has told, who was not here before. */
async function tokens(age) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
  });
  const browser = new Visitor({ stopAt: (to) => to.href.startsWith(REDIRECT_URI) });
  const form = await browser.get(link(await browser.get(url), "sandbox-sign-in"));
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1`)).json();
  const page = await browser.submit(form, "sign-in", { person: `${person.index}` });
  const back = await browser.submit(page, "approve");
  return client.authorizationCodeGrant(config, back.url, { pkceCodeVerifier, expectedState });
}

test("a receipt is good by the keys of then, whatever was rotated since", async () => {
  const told = await tokens(33);
  const published = async () => (await fetch(`${demo.platform}/jwks/receipts`)).json();
  const then = await published();
  const expected = { typ: "receipt+jwt", algorithms: ["ES256"], issuer: demo.platform, audience: LIBRARY.code };

  const { payload } = await jwtVerify(told.receipt, createLocalJWKSet(then), expected);
  assert.deepEqual(Object.keys(payload).sort(), ["acr", "aud", "iat", "iss", "result", "scene"]);
  assert.equal(payload.result, "passed");
  assert.equal(payload.scene, "log_in");
  assert.equal(payload.iat % 60, 0);

  await demo.operate("keys", "rotate", "receipt-signing");
  await demo.operate("keys", "rotate", "receipt-signing");
  const { kid } = decodeProtectedHeader(told.receipt);
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; ) {
    if ((await published()).keys.length === then.keys.length + 2) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const now = await published();
  assert.equal(now.keys.length, then.keys.length + 2);
  assert.ok(now.keys.some((key) => key.kid === kid));
  await jwtVerify(told.receipt, createLocalJWKSet(now), expected);

  // Neither passes for the other.
  const tokenKeys = createLocalJWKSet(await (await fetch(`${demo.platform}/jwks`)).json());
  await assert.rejects(jwtVerify(told.receipt, tokenKeys), { code: "ERR_JWKS_NO_MATCHING_KEY" });
  await assert.rejects(jwtVerify(told.id_token, createLocalJWKSet(now), expected), { code: "ERR_JWKS_NO_MATCHING_KEY" });
  await assert.rejects(jwtVerify(told.receipt, createLocalJWKSet(now), { ...expected, audience: "91110000MA0000031P" }));
  const altered = told.receipt.replace(/\.(.)/, (_, first) => `.${first === "e" ? "f" : "e"}`);
  await assert.rejects(jwtVerify(altered, createLocalJWKSet(now), expected));
});

test("the program's own command says so, too", async () => {
  const told = await tokens(34);
  const keys = join(demo.folder, "keys.json");
  const receipt = join(demo.folder, "receipt.jwt");
  await writeFile(keys, JSON.stringify(await (await fetch(`${demo.platform}/jwks/receipts`)).json()));
  await writeFile(receipt, `${told.receipt}\n`);
  const check = (...more) => spawnSync(PROGRAM, ["receipt", "verify", receipt, "--keys", keys, ...more], { encoding: "utf8" });
  const good = check("--issuer", demo.platform, "--organisation", LIBRARY.code);
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stdout, /genuine/);
  const other = check("--issuer", "https://other.example");
  assert.notEqual(other.status, 0);
  assert.match(other.stderr, /another platform/);
});
