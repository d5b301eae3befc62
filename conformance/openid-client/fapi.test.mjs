// npm openid-client, which nobody here wrote, logs in by the FAPI 2.0 Security Profile: pushed requests, tokens bound by DPoP.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as client from "openid-client";

import { Demo } from "../shared/demo.mjs";
import { Visitor, link } from "../shared/visitor.mjs";
import { BANK, REDIRECT_URI, configuration, register } from "./registration.mjs";

let demo, config;

before(async () => {
  demo = await Demo.start();
  config = await configuration(demo, await register(demo, "bank", BANK, "log_in", { profile: "fapi2", access: "standing" }));
});

after(() => demo?.remove());

const holder = async () => client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));

/** Pushes a request; where the browser goes, and what must be remembered to check the answer. */
async function push(DPoP, scope = "openid") {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce(), idTokenExpected: true };
  const parameters = {
    redirect_uri: REDIRECT_URI,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  };
  return { url: await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP }), parameters, checks };
}

/** Follows it as some invented person of this age, who never came before. */
async function logIn(DPoP, age, scope) {
  const browser = new Visitor({ stopAt: (url) => url.href.startsWith(REDIRECT_URI) });
  const request = await push(DPoP, scope);
  const form = await browser.get(link(await browser.get(request.url), "sandbox-sign-in"));
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1`)).json();
  const approval = await browser.submit(form, "sign-in", { person: `${person.index}` });
  return { ...request, back: await browser.submit(approval, "approve") };
}

test("the browser carries a reference and nothing else", async () => {
  const { url } = await push(await holder());
  assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"]);
});

test("a login is bound to a key, from the pushed request to userinfo", async () => {
  const DPoP = await holder();
  const { back, checks } = await logIn(DPoP, 35);
  const tokens = await client.authorizationCodeGrant(config, back.url, checks, undefined, { DPoP });
  assert.equal(tokens.token_type, "dpop");
  const { sub } = tokens.claims();
  const told = await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP });
  assert.equal(told.result, "passed");
  // Without the key, and with another, the same token says nothing.
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub));
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub, { DPoP: await holder() }));
});

test("a stolen code is worth nothing to another key", async () => {
  const { back, checks } = await logIn(await holder(), 36);
  const stolen = client.authorizationCodeGrant(config, back.url, checks, undefined, { DPoP: await holder() });
  await assert.rejects(stolen, { error: "invalid_dpop_proof" });
});

test("a request that was not pushed goes back", async () => {
  const { parameters, checks } = await push(await holder());
  const browser = new Visitor({ stopAt: (url) => url.href.startsWith(REDIRECT_URI) });
  const back = await browser.get(client.buildAuthorizationUrl(config, parameters));
  await assert.rejects(client.authorizationCodeGrant(config, back.url, checks), { error: "invalid_request" });
});

test("a refresh token stays, is worth nothing without a key, and ends when it is given back", async () => {
  const DPoP = await holder();
  const { back, checks } = await logIn(DPoP, 37, "openid offline_access");
  const tokens = await client.authorizationCodeGrant(config, back.url, checks, undefined, { DPoP });
  const { refresh_token } = tokens;
  await assert.rejects(client.refreshTokenGrant(config, refresh_token), { error: "invalid_dpop_proof" });
  for (const key of [DPoP, await holder()]) {
    const again = await client.refreshTokenGrant(config, refresh_token, undefined, { DPoP: key });
    assert.equal(again.refresh_token, refresh_token);
    assert.equal(again.claims().sub, tokens.claims().sub);
    assert.equal((await client.tokenIntrospection(config, again.access_token)).token_type, "DPoP");
  }
  await client.tokenRevocation(config, refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, refresh_token, undefined, { DPoP }), { error: "invalid_grant" });
});
