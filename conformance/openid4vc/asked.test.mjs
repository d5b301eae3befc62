// npm @openid4vc, a wallet's library that nobody here wrote, is asked by the running program for a shop, and answers: OpenID4VP.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { setGlobalConfig } from "@openid4vc/oauth2";
import { Openid4vpClient } from "@openid4vc/openid4vp";
import { digest, generateSalt } from "@sd-jwt/crypto-nodejs";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import * as jose from "jose";

import { Demo } from "../shared/demo.mjs";
import { FORM, callbacks, proofs, wallet } from "./holder.mjs";

/** What a wallet of this library says it can. */
const ABLE = {
  authorization_encryption_alg_values_supported: ["ECDH-ES"],
  authorization_encryption_enc_values_supported: ["A256GCM", "A128GCM"],
};

let demo, shop;

before(async () => {
  // The demonstration speaks HTTP, on this machine only.
  setGlobalConfig({ allowInsecureUrls: true });
  demo = await Demo.start();
  const secret = (await readFile(join(demo.data, "shop.secret"), "utf8")).trim();
  const id = `demo-${new URL(demo.shop).port}`;
  shop = { id, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
});

after(() => demo?.remove());

/** The shop posts a form; what it is told. */
async function post(path, form) {
  const response = await fetch(`${demo.platform}${path}`, {
    method: "POST", headers: { authorization: shop.authorization }, body: new URLSearchParams(form),
  });
  return { status: response.status, ...(await response.json()) };
}

const ask = (more) => post("/presentations", { scope: "openid scene:check_age age_over_18", ...more });

const certificate = (x5c) => new X509Certificate(Buffer.from(x5c, "base64"));

/** Certificates of a header, down from the one authority that is trusted; whose key signs. */
async function certified({ x5c }) {
  const trusted = new X509Certificate(await readFile(join(demo.data, "authority.pem")));
  const chain = [...x5c.map(certificate), trusted];
  for (const [place, one] of chain.slice(0, -1).entries()) {
    assert.ok(one.checkIssued(chain[place + 1]) && one.verify(chain[place + 1].publicKey) && !one.ca);
  }
  assert.ok(chain[0].subjectAltName.includes(`URI:${demo.platform}`), chain[0].subjectAltName);
  return chain[0].publicKey;
}

/** A wallet of a person of this age with one certificate in it; and who vouches for whoever asks. */
async function holder(age, skip) {
  const held = await wallet(demo, age, skip);
  const { credentialResponse } = await held.client.retrieveCredentials({
    issuerMetadata: held.issuerMetadata, credentialConfigurationId: FORM, proofs: await proofs(held, 1),
    accessToken: held.told.accessTokenResponse.access_token, dpop: held.told.dpop,
  });
  // The issuer's metadata says by which keys the platform vouches for whoever asks.
  const said = await (await fetch(`${demo.platform}/.well-known/openid-credential-issuer`)).json();
  const jwks = await (await fetch(said.verifier_attestation_jwks_uri)).json();
  const vouched = [];
  const used = {
    ...callbacks(held.keys),
    // OpenID4VP section 5.9.3: the request is signed with the key in the attestation, and that by the platform.
    getX509CertificateMetadata: () => ({ sanDnsNames: [], sanUriNames: [`${demo.platform}`] }),
    verifyJwt: async (signedBy, { compact, header, payload: asked }) => {
      // Under a certificate the attestation rides among the claims; it names the certificate's key.
      const word = signedBy.method === "x5c" ? asked.verifier_info.find(({ format }) => format === "jwt").data : header.jwt;
      const { payload } = await jose.jwtVerify(word, jose.createLocalJWKSet(jwks), {
        issuer: demo.platform, typ: "verifier-attestation+jwt",
      });
      const signer = payload.cnf.jwk;
      await jose.compactVerify(compact, await jose.importJWK(signer, "ES256"));
      if (signedBy.method === "x5c") await jose.compactVerify(compact, await certified(header));
      vouched.push(payload);
      return { verified: true, signerJwk: signer };
    },
  };
  const [{ credential }] = credentialResponse.credentials;
  return { client: new Openid4vpClient({ callbacks: used }), credential, key: held.keys[1].privateKey, vouched };
}

/** The question behind a link, read and checked by the library. */
async function read({ client }, { link }) {
  const { params } = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: link });
  return client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params });
}

/** The certificate shows one thing, to whoever asked. */
async function present({ credential, key }, { nonce, client_id: aud }) {
  const shows = new SDJwtVcInstance({
    hasher: digest, hashAlg: "sha-256", saltGenerator: generateSalt, kbSignAlg: "ES256",
    kbSigner: async (data) => {
      const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(data));
      return Buffer.from(signature).toString("base64url");
    },
  });
  return shows.present(credential, { age_over_18: true }, { kb: { payload: { iat: Math.floor(Date.now() / 1000), aud, nonce } } });
}

/** Encrypted and sent by the library; the platform's answer. */
async function answer({ client }, { authorizationRequestPayload }, authorizationResponsePayload) {
  const made = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload, authorizationResponsePayload, jarm: { encryption: { nonce: "" }, serverMetadata: ABLE },
  });
  const { response } = await client.submitOpenid4vpAuthorizationResponse({ authorizationRequestPayload, ...made });
  return response;
}

test("who asks, and for what, is understood; of age is told, once, and nothing else", async () => {
  const [person, asked] = [await holder(34), await ask()];
  const question = await read(person, asked);
  const payload = question.authorizationRequestPayload;
  assert.equal(payload.client_id, `verifier_attestation:${shop.id}`);
  assert.deepEqual(payload.dcql_query.credentials[0].claims, [{ path: ["age_over_18"] }]);
  const [attested] = person.vouched;
  assert.equal(attested.sub, shop.id);
  assert.ok(attested.claims.includes("age_over_18"));
  assert.ok(attested.display.every(({ client_name, purpose }) => client_name && purpose));
  const name = payload.dcql_query.credentials[0].id;
  const response = await answer(person, question, { vp_token: { [name]: [await present(person, payload)] } });
  assert.equal(response.status, 200, await response.clone().text());
  const told = await post("/presentation-result", { presentation: asked.presentation });
  assert.equal(told.result, "passed");
  assert.deepEqual(told.attributes, { age_over_18: true });
  assert.equal(told.sub, undefined);
  const again = await post("/presentation-result", { presentation: asked.presentation });
  assert.equal(again.reason, "presentation_fetched");
});

test("a wallet that believes certificates is asked under one, and answers for it", async () => {
  const [person, asked] = [await holder(34), await ask({ client_id_prefix: "x509_hash" })];
  const question = await read(person, asked);
  const payload = question.authorizationRequestPayload;
  assert.match(payload.client_id, /^x509_hash:[\w-]{43}$/);
  assert.equal(question.client.prefix, "x509_hash");
  assert.equal(person.vouched[0].sub, shop.id);
  const name = payload.dcql_query.credentials[0].id;
  const response = await answer(person, question, { vp_token: { [name]: [await present(person, payload)] } });
  assert.equal(response.status, 200, await response.clone().text());
  const told = await post("/presentation-result", { presentation: asked.presentation });
  assert.equal(told.result, "passed");
});

test("the certificate in a wallet is signed by a key that an authority knows", async () => {
  const { credential } = await holder(34);
  const [jwt] = credential.split("~");
  await jose.compactVerify(jwt, await certified(jose.decodeProtectedHeader(jwt)));
});

test("who is seventeen does not pass", async () => {
  const [person, asked] = [await holder(17), await ask()];
  const question = await read(person, asked);
  const payload = question.authorizationRequestPayload;
  const name = payload.dcql_query.credentials[0].id;
  await answer(person, question, { vp_token: { [name]: [await present(person, payload)] } });
  const told = await post("/presentation-result", { presentation: asked.presentation });
  assert.equal(told.result, "not_passed");
});

test("a person declines in that wallet, and the shop is told", async () => {
  const [person, asked] = [await holder(35), await ask()];
  const question = await read(person, asked);
  const response = await answer(person, question, { error: "access_denied" });
  assert.equal(response.status, 200, await response.clone().text());
  const told = await post("/presentation-result", { presentation: asked.presentation });
  assert.equal(told.reason, "presentation_declined");
});

test("an answer for another question is refused, and the right one still counts", async () => {
  const [person, first, second] = [await holder(36), await ask(), await ask()];
  const [question, other] = [await read(person, first), await read(person, second)];
  const name = question.authorizationRequestPayload.dcql_query.credentials[0].id;
  const meant = await present(person, other.authorizationRequestPayload);
  const wrong = await answer(person, question, { vp_token: { [name]: [meant] } });
  assert.equal(wrong.status, 400);
  const right = await answer(person, other, { vp_token: { [name]: [meant] } });
  assert.equal(right.status, 200, await right.clone().text());
});
