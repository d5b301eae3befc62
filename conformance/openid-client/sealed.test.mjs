// npm openid-client and jose read what is encrypted to their key: ID token, userinfo, an answer through the browser, plain identity.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { compactDecrypt, createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";

import { Demo } from "../shared/demo.mjs";
import { Visitor, link } from "../shared/visitor.mjs";
import { BANK, CINEMA, LIBRARY, REDIRECT_URI, configuration, register } from "./registration.mjs";

let demo;

before(async () => {
  demo = await Demo.start();
});

after(() => demo?.remove());

/** A key pair to encrypt to, as openid-client and as an admission file want it. */
async function sealing(alg) {
  const of_rsa = { name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
  const rsa = alg.startsWith("RSA");
  const pair = rsa
    ? await crypto.subtle.generateKey(of_rsa, true, ["encrypt", "decrypt"])
    : await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kid: `enc-${alg}`, key: pair.privateKey, jwk: { kty, crv, x, y, n, e, kid: `enc-${alg}`, alg, use: "enc" } };
}

/** Settings that want everything encrypted so. */
function everything(alg, enc) {
  const wanted = ["id_token", "userinfo", "authorization", "introspection"];
  const settings = wanted.flatMap((what) => [[`${what}_encrypted_response_alg`, alg], [`${what}_encrypted_response_enc`, enc]]);
  return { userinfo_signed_response_alg: "ES256", ...Object.fromEntries(settings) };
}

async function begin(config, more = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce(), idTokenExpected: true };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...more,
  });
  return { url, checks };
}

async function answered(url, age) {
  const browser = new Visitor({ stopAt: (to) => to.href.startsWith(REDIRECT_URI) });
  const page = await browser.get(link(await browser.get(url), "sandbox-sign-in"));
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1`)).json();
  return browser.submit(await browser.submit(page, "sign-in", { person: `${person.index}` }), "approve");
}

for (const [id, organisation, alg, enc, age] of [
  ["library", LIBRARY, "ECDH-ES", "A256GCM", 31],
  ["bank", BANK, "ECDH-ES+A256KW", "A128GCM", 32],
  ["cinema", CINEMA, "RSA-OAEP-256", "A256GCM", 33],
]) {
  test(`everything encrypted by ${alg} and ${enc} is read`, async () => {
    const seal = await sealing(alg);
    const party = await register(demo, id, organisation, "log_in", { keys: [seal.jwk], metadata: everything(alg, enc) });
    const config = await configuration(demo, party, undefined, { userinfo_signed_response_alg: "ES256" });
    client.enableDecryptingResponses(config, [enc], { key: seal.key, alg, kid: seal.kid });
    client.useJwtResponseMode(config);
    const { url, checks } = await begin(config);
    const back = (await answered(url, age)).url;
    assert.equal(back.searchParams.get("response").split(".").length, 5);
    const tokens = await client.authorizationCodeGrant(config, back, checks);
    assert.equal(tokens.id_token.split(".").length, 5);
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    assert.equal(userinfo.result, "passed");
    // The whole of it by hand: what is inside verifies under the keys we publish.
    const { plaintext } = await compactDecrypt(tokens.id_token, seal.key);
    const keys = createRemoteJWKSet(new URL(`${demo.platform}/jwks`));
    const { payload } = await jwtVerify(new TextDecoder().decode(plaintext), keys, { issuer: demo.platform, audience: id });
    assert.equal(payload.sub, tokens.claims().sub);
  });
}
