// npm @openid4vc, a wallet's library that nobody here wrote, takes an offer from the running program and is handed a batch;
// npm @sd-jwt reads what it was handed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Oauth2Client, clientAuthenticationNone, setGlobalConfig } from "@openid4vc/oauth2";
import { Openid4vciClient } from "@openid4vc/openid4vci";
import { digest } from "@sd-jwt/crypto-nodejs";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import * as jose from "jose";

import { Demo } from "../shared/demo.mjs";
import { Visitor, text } from "../shared/visitor.mjs";
import { FORM, callbacks, key, offered, proofs, signIn, wallet } from "./holder.mjs";

const BATCH = 10;

/** The wallet that the demonstration knows. Nobody listens where it is sent back to; the visitor stops before it. */
const WALLET = "sandbox-wallet";
const BACK = "http://127.0.0.1:65500/callback";

let demo;

before(async () => {
  // The demonstration speaks HTTP, on this machine only.
  setGlobalConfig({ allowInsecureUrls: true });
  demo = await Demo.start();
});

after(() => demo?.remove());

test("the issuer is understood", async () => {
  const client = new Openid4vciClient({ callbacks: callbacks([]) });
  const { credentialIssuer, authorizationServers, knownCredentialConfigurations } =
    await client.resolveIssuerMetadata(demo.platform);
  assert.equal(credentialIssuer.credential_issuer, demo.platform);
  assert.equal(authorizationServers[0].issuer, demo.platform);
  assert.equal(knownCredentialConfigurations[FORM].format, "dc+sd-jwt");
  assert.ok(credentialIssuer.credential_configurations_supported["net-certificate-code"]);
});

test("an offer is taken, a batch is handed out, and said to be kept", async () => {
  const holder = await wallet(demo, 34);
  const { client, issuerMetadata, told } = holder;
  assert.equal(told.accessTokenResponse.token_type, "DPoP");
  const handed = await client.retrieveCredentials({
    issuerMetadata,
    credentialConfigurationId: FORM,
    proofs: await proofs(holder, BATCH),
    accessToken: told.accessTokenResponse.access_token,
    dpop: told.dpop,
  });
  const { credentials, notification_id } = handed.credentialResponse;
  assert.equal(credentials.length, BATCH);

  const { jwks } = await (await fetch(`${demo.platform}/.well-known/jwt-vc-issuer`)).json();
  const published = jose.createLocalJWKSet(jwks);
  const reader = new SDJwtVcInstance({
    hasher: digest,
    verifier: async (data, signature) =>
      jose.compactVerify(`${data}.${signature}`, published).then(() => true, () => false),
    statusListFetcher: async (uri) => (await fetch(uri)).text(),
    statusVerifier: async (data, signature) =>
      jose.compactVerify(`${data}.${signature}`, published).then(() => true, () => false),
  });
  const seen = new Set();
  for (const [place, { credential }] of credentials.entries()) {
    const { payload } = await reader.verify(credential);
    assert.equal(payload.iss, demo.platform);
    assert.equal(payload.age_over_18, true);
    assert.equal(payload.minor, false);
    assert.equal(payload.cnf.jwk.x, holder.keys[place + 1].publicJwk.x, "bound to the key that was proved");
    seen.add(payload.status.status_list.idx);
  }
  assert.equal(seen.size, BATCH, "each has a place of its own");

  await client.sendNotification({
    issuerMetadata,
    notification: { notificationId: notification_id, event: "credential_accepted" },
    accessToken: told.accessTokenResponse.access_token,
    dpop: { ...told.dpop, nonce: handed.dpop?.nonce ?? told.dpop?.nonce },
  });
});

test("a wallet comes by itself: pushed, agreed to, redeemed, handed out", async () => {
  const own = await key();
  const keys = [own];
  const used = callbacks(keys, clientAuthenticationNone({ clientId: WALLET }));
  const client = new Openid4vciClient({ callbacks: used });
  const oauth = new Oauth2Client({ callbacks: used });
  const issuerMetadata = await client.resolveIssuerMetadata(demo.platform);
  const authorizationServerMetadata = issuerMetadata.authorizationServers[0];
  const asked = await oauth.createAuthorizationRequestUrl({
    authorizationServerMetadata, clientId: WALLET, redirectUri: BACK, state: "here",
    scope: issuerMetadata.credentialIssuer.credential_configurations_supported[FORM].scope,
    dpop: { signer: own.signer },
  });
  const url = new URL(asked.authorizationRequestUrl);
  assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"], "it was pushed");
  const visitor = new Visitor({ stopAt: (to) => to.href.startsWith(BACK) });
  const page = await signIn(demo, visitor, await visitor.get(url), 37);
  assert.equal(text(page, "wallet"), "Sandbox Wallet");
  const back = (await visitor.submit(page, "approve")).url;
  const { code, state } = client.parseAndVerifyAuthorizationResponseRedirectUrl({ url: back.href, authorizationServerMetadata });
  assert.equal(state, "here");
  const told = await oauth.retrieveAuthorizationCodeAccessToken({
    authorizationServerMetadata, authorizationCode: code, redirectUri: BACK,
    pkceCodeVerifier: asked.pkce.codeVerifier, dpop: asked.dpop,
  });
  const handed = await client.retrieveCredentials({
    issuerMetadata,
    credentialConfigurationId: FORM,
    proofs: await proofs({ client, keys, issuerMetadata }, 3),
    accessToken: told.accessTokenResponse.access_token,
    dpop: told.dpop,
  });
  assert.equal(handed.credentialResponse.credentials.length, 3);
});

test("when many come at once, the library is told when to come again, and is served then, once", async () => {
  const slow = await Demo.start({ credentialsPerSecond: 3 });
  try {
    const holder = await wallet(slow, 34);
    const { client, issuerMetadata, told } = holder;
    const accessToken = told.accessTokenResponse.access_token;
    const { dpop } = told;
    const asks = async (count) => client.retrieveCredentials({
      issuerMetadata, accessToken, dpop, credentialConfigurationId: FORM, proofs: await proofs(holder, count),
    });
    const first = await asks(20);
    assert.equal(first.credentialResponse.credentials.length, 20, "who comes first waits for nothing");
    const { credentialResponse: later } = await asks(2);
    assert.equal(later.credentials, undefined);
    assert.ok(later.interval >= 1 && later.interval <= 7, `${later.interval} seconds`);
    const comes = () => client.retrieveDeferredCredentials({
      issuerMetadata, accessToken, dpop, transactionId: later.transaction_id,
    });
    const early = await comes();
    assert.equal(early.deferredCredentialResponse.transaction_id, later.transaction_id);
    await new Promise((passed) => { setTimeout(passed, early.deferredCredentialResponse.interval * 1000); });
    const handed = await comes();
    assert.equal(handed.deferredCredentialResponse.credentials.length, 2);
    await assert.rejects(comes(), (error) => /invalid_transaction_id/.test(JSON.stringify(error.response ?? {})));
  } finally {
    await slow.remove();
  }
});

test("a wrong code, a proof over another nonce: the library is told why", async () => {
  const [{ uri }, own] = [await offered(demo, 35), await key()];
  const client = new Openid4vciClient({ callbacks: callbacks([own]) });
  const credentialOffer = await client.resolveCredentialOffer(uri);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const wrong = client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, txCode: "12345", dpop: { signer: own.signer },
  });
  await assert.rejects(wrong, (error) => error.errorResponse?.error === "invalid_grant");

  const holder = await wallet(demo, 36);
  const made = await proofs(holder, 1);
  const [head, , tail] = made.jwt[0].split(".");
  const other = Buffer.from(JSON.stringify({ aud: demo.platform, iat: Math.floor(Date.now() / 1000), nonce: "n" })).toString("base64url");
  const refused = holder.client.retrieveCredentials({
    issuerMetadata: holder.issuerMetadata,
    credentialConfigurationId: FORM,
    proofs: { jwt: [[head, other, tail].join(".")] },
    accessToken: holder.told.accessTokenResponse.access_token,
    dpop: holder.told.dpop,
  });
  await assert.rejects(refused, (error) => error.response?.credentialErrorResponseResult?.data?.error === "invalid_proof"
    || /invalid_proof/.test(`${error.message}${JSON.stringify(error.response ?? {})}`));
});
