// npm oauth4webapi, a library of the protocol's single steps: discovery, login, refresh, introspection signed, revocation, refusal.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as oauth from "oauth4webapi";

import { Demo } from "../shared/demo.mjs";
import { Visitor, link } from "../shared/visitor.mjs";
import { LIBRARY, REDIRECT_URI, register } from "./registration.mjs";

const insecure = { [oauth.allowInsecureRequests]: true };

let demo, as, me, authentication;

before(async () => {
  demo = await Demo.start();
  const { id, key } = await register(demo, "library", LIBRARY, "log_in", { access: "standing" });
  const issuer = new URL(demo.platform);
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  me = { client_id: id, id_token_signed_response_alg: "ES256", introspection_signed_response_alg: "ES256" };
  authentication = oauth.PrivateKeyJwt(key);
});

after(() => demo?.remove());

/** Asks, follows as some invented person of this age, answers; what came back and what was remembered. */
async function answered(age, by) {
  const [state, nonce, verifier] = [oauth.generateRandomState(), oauth.generateRandomNonce(), oauth.generateRandomCodeVerifier()];
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: me.client_id, redirect_uri: REDIRECT_URI, response_type: "code", scope: "openid offline_access", state, nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  });
  const browser = new Visitor({ stopAt: (to) => to.href.startsWith(REDIRECT_URI) });
  const form = await browser.get(link(await browser.get(url), "sandbox-sign-in"));
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1`)).json();
  const approval = await browser.submit(form, "sign-in", { person: `${person.index}` });
  return { back: (await browser.submit(approval, by)).url, state, nonce, verifier };
}

test("a login, its tokens, and their end", async () => {
  const { back, state, nonce, verifier } = await answered(41, "approve");
  const parameters = oauth.validateAuthResponse(as, me, back, state);
  const answer = await oauth.authorizationCodeGrantRequest(as, me, authentication, parameters, REDIRECT_URI, verifier, insecure);
  const tokens = await oauth.processAuthorizationCodeResponse(as, me, answer, { expectedNonce: nonce, requireIdToken: true });
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  await oauth.validateApplicationLevelSignature(as, answer, insecure);
  const told = await oauth.processUserInfoResponse(as, me, sub, await oauth.userInfoRequest(as, me, tokens.access_token, insecure));
  assert.equal(told.result, "passed");

  const refreshed = await oauth.processRefreshTokenResponse(
    as, me, await oauth.refreshTokenGrantRequest(as, me, authentication, tokens.refresh_token, insecure),
  );
  const worth = await oauth.introspectionRequest(as, me, authentication, refreshed.access_token, { requestJwtResponse: true, ...insecure });
  assert.match(worth.headers.get("content-type"), /^application\/token-introspection\+jwt/);
  const said = await oauth.processIntrospectionResponse(as, me, worth);
  await oauth.validateApplicationLevelSignature(as, worth, insecure);
  assert.deepEqual([said.active, said.sub, said.client_id], [true, sub, "library"]);

  await oauth.processRevocationResponse(await oauth.revocationRequest(as, me, authentication, refreshed.refresh_token, insecure));
  const over = await oauth.refreshTokenGrantRequest(as, me, authentication, refreshed.refresh_token, insecure);
  await assert.rejects(oauth.processRefreshTokenResponse(as, me, over), { error: "invalid_grant" });
});

test("a refused login says so", async () => {
  const { back, state } = await answered(42, "decline");
  assert.throws(() => oauth.validateAuthResponse(as, me, back, state), { error: "access_denied" });
});
