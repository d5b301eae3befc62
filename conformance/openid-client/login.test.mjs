// npm openid-client, which nobody here wrote, logs in headlessly at the running program.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as client from "openid-client";

import { Demo } from "../shared/demo.mjs";
import { Visitor, link, text } from "../shared/visitor.mjs";
import { CINEMA, LIBRARY, REDIRECT_URI, configuration, register } from "./registration.mjs";

let demo, library, config;

before(async () => {
  demo = await Demo.start();
  library = await register(demo, "library", LIBRARY, "log_in");
  config = await configuration(demo, library);
});

after(() => demo?.remove());

const visitor = () => new Visitor({ stopAt: (url) => url.href.startsWith(REDIRECT_URI) });

/** A request and what must be remembered to check its answer. */
async function begin(at = config, more = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce(), idTokenExpected: true };
  const url = client.buildAuthorizationUrl(at, {
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

/** From the sign-in page through the plain form for programs. */
async function signIn(browser, page, person) {
  const form = await browser.get(link(page, "sandbox-sign-in"));
  return browser.submit(form, "sign-in", { person: `${person}` });
}

/** Logs in from nothing to the redirect that carries the code. */
async function logIn(browser, person, at = config, more = {}) {
  const request = await begin(at, more);
  const approval = await signIn(browser, await browser.get(request.url), person);
  assert.equal(approval.status, 200);
  return { ...request, approval, back: await browser.submit(approval, "approve") };
}

/** Someone of this age whose card is in force. */
async function somebody({ age, skip = 0 }) {
  const found = await fetch(`${demo.registry}/api/people?age=${age}&limit=1&skip=${skip}`);
  const [person] = await found.json();
  return person.index;
}

test("discovery names what there is", () => {
  const platform = config.serverMetadata();
  assert.equal(platform.issuer, demo.platform);
  assert.ok(platform.supportsPKCE("S256"));
  assert.equal(platform.authorization_response_iss_parameter_supported, true);
  assert.deepEqual(platform.id_token_signing_alg_values_supported, ["ES256"]);
});

test("a login tells the result and nothing about who", async () => {
  const browser = visitor();
  const person = await somebody({ age: 33 });
  const { approval, back, checks } = await logIn(browser, person);
  assert.equal(text(approval, "organisation"), LIBRARY.zh);

  const tokens = await client.authorizationCodeGrant(config, back.url, checks);
  const claims = tokens.claims();
  assert.deepEqual(
    Object.keys(claims).sort(),
    ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "result", "scene", "sub"],
  );
  assert.equal(claims.aud, "library");
  assert.equal(claims.result, "passed");
  assert.equal(claims.scene, "log_in");
  assert.match(claims.sub, /^[a-z2-7]{32}$/);

  const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.deepEqual(Object.keys(info).sort(), ["acr", "auth_time", "result", "scene", "sub"]);

  // The second login of the same person takes one redirect and reaches the same account.
  const again = await begin();
  const second = await browser.get(again.url);
  assert.equal(second.redirects, 1);
  const same = await client.authorizationCodeGrant(config, second.url, again.checks);
  assert.equal(same.claims().sub, claims.sub);

  // And without any page at all, where a page is not wanted.
  const silent = await begin(config, { prompt: "none" });
  const third = await browser.get(silent.url);
  assert.equal((await client.authorizationCodeGrant(config, third.url, silent.checks)).claims().sub, claims.sub);
});

test("a stranger without a page is told to sign in", async () => {
  const request = await begin(config, { prompt: "none" });
  const back = await visitor().get(request.url);
  await assert.rejects(client.authorizationCodeGrant(config, back.url, request.checks), { error: "login_required" });
});

test("declining costs nothing and tells nothing", async () => {
  const browser = visitor();
  const request = await begin();
  const approval = await signIn(browser, await browser.get(request.url), await somebody({ age: 40 }));
  const back = await browser.submit(approval, "decline");
  assert.deepEqual([...back.url.searchParams.keys()].sort(), ["error", "error_description", "iss", "state"]);
  await assert.rejects(client.authorizationCodeGrant(config, back.url, request.checks), { error: "access_denied" });
});

test("a wrong redirect is never followed", async () => {
  for (const redirect_uri of ["http://127.0.0.1:65500/callback/", "http://127.0.0.1:65501/callback", "https://evil.example/"]) {
    const request = await begin(config, { redirect_uri });
    const page = await visitor().get(request.url);
    assert.deepEqual([page.status, page.redirects], [400, 0], redirect_uri);
    assert.ok(text(page, "code"));
  }
});

test("a code is good once, and its second showing voids what the first bought", async () => {
  const { back, checks } = await logIn(visitor(), await somebody({ age: 41 }));
  const tokens = await client.authorizationCodeGrant(config, back.url, checks);
  const sub = tokens.claims().sub;
  await client.fetchUserInfo(config, tokens.access_token, sub);
  await assert.rejects(client.authorizationCodeGrant(config, back.url, checks), (error) => {
    assert.equal(error.error, "invalid_grant");
    assert.equal(error.cause.reason, "code_reused");
    return true;
  });
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub), { status: 401 });
});

test("a code without its verifier is worth nothing, and is not spoilt by the attempt", async () => {
  const { back, checks } = await logIn(visitor(), await somebody({ age: 42 }));
  const guess = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
  await assert.rejects(client.authorizationCodeGrant(config, back.url, guess), { error: "invalid_grant" });
  assert.ok((await client.authorizationCodeGrant(config, back.url, checks)).claims().sub);
});

test("a client's assertion is good once", async () => {
  const fixed = { [client.modifyAssertion]: (_, payload) => { payload.jti = "the-same-again"; } };
  const replaying = await configuration(demo, library, fixed);
  const browser = visitor();
  const first = await logIn(browser, await somebody({ age: 43 }), replaying);
  await client.authorizationCodeGrant(replaying, first.back.url, first.checks);
  const second = await begin(replaying);
  const back = await browser.get(second.url);
  const refused = await client.authorizationCodeGrant(replaying, back.url, second.checks).catch((error) => error);
  assert.equal(refused.status, 401);
  const { error, reason } = await refused.response.json();
  assert.deepEqual([error, reason], ["invalid_client", "assertion_replayed"]);
});

test("another organisation knows another, and learns an age as yes or no", async () => {
  const cinema = await configuration(demo, await register(demo, "cinema", CINEMA, "check_age"));
  const more = { scope: "openid scene:check_age age_over_18" };
  for (const [age, of_age] of [[16, false], [30, true]]) {
    const browser = visitor();
    const person = await somebody({ age });
    const here = await logIn(browser, person, cinema, more);
    const tokens = await client.authorizationCodeGrant(cinema, here.back.url, here.checks);
    assert.equal(tokens.claims().age_over_18, of_age);
    const info = await client.fetchUserInfo(cinema, tokens.access_token, tokens.claims().sub);
    assert.deepEqual(Object.keys(info).sort(), ["acr", "age_over_18", "auth_time", "result", "scene", "sub"]);

    const request = await begin();
    const elsewhere = await browser.submit(await browser.get(request.url), "approve");
    const other = await client.authorizationCodeGrant(config, elsewhere.url, request.checks);
    assert.notEqual(other.claims().sub, tokens.claims().sub);
  }
  // The library registered no question about age.
  const asking = await begin(config, { scope: "openid age_over_18" });
  const refused = await visitor().get(asking.url);
  await assert.rejects(client.authorizationCodeGrant(config, refused.url, asking.checks), { error: "invalid_scope" });
});
