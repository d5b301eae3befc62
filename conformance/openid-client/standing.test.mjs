// npm openid-client asks again without the person, gives back, asks what tokens are worth, and has its answers in other ways.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as client from "openid-client";

import { Demo } from "../shared/demo.mjs";
import { Visitor, form, link } from "../shared/visitor.mjs";
import { LIBRARY, REDIRECT_URI, configuration, register } from "./registration.mjs";

let demo, library, config;

before(async () => {
  demo = await Demo.start();
  library = await register(demo, "library", LIBRARY, "log_in", { access: "standing" });
  config = await configuration(demo, library);
});

after(() => demo?.remove());

/** A request and what must be remembered to check its answer. */
async function begin(at = config, more = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce(), idTokenExpected: true };
  const parameters = {
    redirect_uri: REDIRECT_URI,
    scope: "openid offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...more,
  };
  return { url: client.buildAuthorizationUrl(at, parameters), parameters, checks };
}

/** Follows an address as some invented person of this age up to the page that asks. */
async function approval(url, age) {
  const browser = new Visitor({ stopAt: (to) => to.href.startsWith(REDIRECT_URI) });
  const page = await browser.get(link(await browser.get(url), "sandbox-sign-in"));
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1`)).json();
  return { browser, page: await browser.submit(page, "sign-in", { person: `${person.index}` }) };
}

async function answered(url, age, by = "approve") {
  const { browser, page } = await approval(url, age);
  return browser.submit(page, by);
}

async function tokensOf(age) {
  const { url, checks } = await begin();
  return client.authorizationCodeGrant(config, (await answered(url, age)).url, checks);
}

test("a relying party asks again, each time with another token, and a used one ends it", async () => {
  const first = await tokensOf(35);
  const second = await client.refreshTokenGrant(config, first.refresh_token);
  assert.equal(second.claims().sub, first.claims().sub);
  assert.equal(second.claims().auth_time, first.claims().auth_time);
  assert.notEqual(second.refresh_token, first.refresh_token);
  // A lost answer is given again.
  const again = await client.refreshTokenGrant(config, first.refresh_token);
  assert.equal(again.refresh_token, second.refresh_token);
  const third = await client.refreshTokenGrant(config, second.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, first.refresh_token), (error) => {
    assert.equal(error.error, "invalid_grant");
    assert.equal(error.cause.reason, "refresh_token_reused");
    return true;
  });
  await assert.rejects(client.refreshTokenGrant(config, third.refresh_token), { error: "invalid_grant" });
  await assert.rejects(client.fetchUserInfo(config, third.access_token, first.claims().sub), { status: 401 });
});

test("what is given back is worth nothing any more", async () => {
  const { access_token, refresh_token } = await tokensOf(36);
  for (const token of [access_token, refresh_token]) assert.equal((await client.tokenIntrospection(config, token)).active, true);
  await client.tokenRevocation(config, refresh_token);
  for (const token of [access_token, refresh_token]) assert.deepEqual(await client.tokenIntrospection(config, token), { active: false });
  await client.tokenRevocation(config, refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, refresh_token), { error: "invalid_grant" });
});

test("a refused login says so", async () => {
  const { url, checks } = await begin();
  const back = await answered(url, 37, "decline");
  await assert.rejects(client.authorizationCodeGrant(config, back.url, checks), { error: "access_denied" });
});

test("a request signed by the client, answered signed", async () => {
  const jarm = await configuration(demo, library);
  client.useJwtResponseMode(jarm);
  const { parameters, checks } = await begin();
  const url = await client.buildAuthorizationUrlWithJAR(jarm, parameters, library.key);
  assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request"]);
  const back = await answered(url, 38);
  assert.deepEqual([...back.url.searchParams.keys()], ["response"]);
  const tokens = await client.authorizationCodeGrant(jarm, back.url, checks);
  assert.ok(tokens.claims().sub);
});

test("an answer by form", async () => {
  const { url, checks } = await begin(config, { response_mode: "form_post" });
  const page = await answered(url, 39);
  const { to, fields } = form(page, "back");
  assert.equal(to.href, REDIRECT_URI);
  const posted = new Request(to, { method: "POST", body: new URLSearchParams(fields) });
  assert.ok((await client.authorizationCodeGrant(config, posted, checks)).claims().sub);
  // The page may post there and nowhere else.
  assert.match(page.headers.get("content-security-policy"), /form-action 'self' http:\/\/127\.0\.0\.1:65500;/);
});
