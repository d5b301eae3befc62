// npm openid-client and oauth4webapi over TLS: they register, show a certificate, and have tokens bound to it (RFC 7591, 8705).

import assert from "node:assert/strict";
import { X509Certificate, createHash } from "node:crypto";
import { after, before, test } from "node:test";

import * as oauth from "oauth4webapi";
import * as client from "openid-client";

import { OverTls } from "../shared/over_tls.mjs";
import { REDIRECT_URI } from "./registration.mjs";

let platform;

before(async () => {
  platform = await OverTls.start();
});

after(() => platform?.remove());

/** `invalid_client`, which comes as 401 with a challenge. */
const REFUSED = { code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE", status: 401 };

const thumbprint = ({ cert }) => createHash("sha256").update(new X509Certificate(cert).raw).digest("base64url");

/** Registers by itself; openid-client's view of the platform, on connections that show this. */
async function registered(metadata, authentication, shown) {
  const fetch = platform.fetch(shown);
  const answered = await client.dynamicClientRegistration(
    new URL(platform.issuer),
    { redirect_uris: [REDIRECT_URI], ...metadata },
    authentication,
    { [client.customFetch]: fetch },
  );
  // Which address it uses is the library's own matter, and not registered.
  const own = { ...answered.clientMetadata(), use_mtls_endpoint_aliases: true };
  const config = new client.Configuration(answered.serverMetadata(), own.client_id, own, authentication);
  config[client.customFetch] = fetch;
  return config;
}

const certified = (names) => ({
  token_endpoint_auth_method: "tls_client_auth",
  tls_client_auth_san_dns: names,
  tls_client_certificate_bound_access_tokens: true,
  grant_types: ["authorization_code", "client_credentials"],
});

test("discovery tells the other door", async () => {
  const answer = await platform.fetch()(`${platform.issuer}/.well-known/openid-configuration`);
  const said = await answer.json();
  assert.equal(said.registration_endpoint, `${platform.issuer}/register`);
  assert.equal(said.tls_client_certificate_bound_access_tokens, true);
  assert.deepEqual(said.token_endpoint_auth_methods_supported,
    ["client_secret_basic", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"]);
  assert.notEqual(said.mtls_endpoint_aliases.token_endpoint, said.token_endpoint);
  // No page there: no browser is ever asked for a certificate.
  const page = await platform.fetch()(said.mtls_endpoint_aliases.token_endpoint.replace("/token", "/"));
  assert.equal(page.status, 404);
});

test("a certificate of the operator's authority proves a client, and its tokens are bound to it", async () => {
  const own = await platform.certificate("client", { by: "authority", names: "DNS:client.example" });
  const config = await registered(certified("client.example"), client.TlsClientAuth(), own);
  const tokens = await client.clientCredentialsGrant(config, { scope: "organisation:reports" });
  assert.equal(tokens.token_type, "bearer");
  const worth = await client.tokenIntrospection(config, tokens.access_token);
  assert.equal(worth.active, true);
  assert.equal(worth.sub, undefined);
  assert.deepEqual(worth.cnf, { "x5t#S256": thumbprint(own) });
  // It pushes requests by the same proof.
  const verifier = client.randomPKCECodeVerifier();
  const url = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: REDIRECT_URI, scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  });
  assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"]);

  const wrong = {
    "none": {},
    "another name": await platform.certificate("other", { by: "authority", names: "DNS:other.example" }),
    "nobody's": await platform.certificate("nobody", { names: "DNS:client.example" }),
    "a server's": await platform.certificate("serving", { by: "authority", names: "DNS:client.example", usage: "serverAuth" }),
  };
  for (const [what, shown] of Object.entries(wrong)) {
    config[client.customFetch] = platform.fetch(shown);
    await assert.rejects(client.clientCredentialsGrant(config), REFUSED, what);
  }
});

test("a self-signed certificate proves the client that registered its key", async () => {
  const own = await platform.certificate("self");
  const { kty, crv, x, y } = new X509Certificate(own.cert).publicKey.export({ format: "jwk" });
  const issuer = new URL(platform.issuer);
  const over = (shown) => ({ [oauth.customFetch]: platform.fetch(shown) });
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, over({})));
  const me = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, {
    redirect_uris: [REDIRECT_URI], grant_types: ["client_credentials"],
    token_endpoint_auth_method: "self_signed_tls_client_auth",
    jwks: { keys: [{ kty, crv, x, y, use: "sig", alg: "ES256" }] },
  }, over({})));
  me.use_mtls_endpoint_aliases = true;
  const ask = (shown) => oauth.clientCredentialsGrantRequest(as, me, oauth.TlsClientAuth(), {}, over(shown));
  const tokens = await oauth.processClientCredentialsResponse(as, me, await ask(own));
  assert.equal(tokens.scope, "organisation:reports");
  const another = await ask(await platform.certificate("self2"));
  await assert.rejects(oauth.processClientCredentialsResponse(as, me, another), REFUSED);
});

test("a registration is managed by its token and ends", async () => {
  const fetch = platform.fetch();
  const post = (body) => fetch(`${platform.issuer}/register`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  const told = await (await post({ redirect_uris: [REDIRECT_URI], client_name: "Invented" })).json();
  const authorization = `Bearer ${told.registration_access_token}`;
  const config = await registered({ grant_types: ["client_credentials"] }, client.ClientSecretBasic());
  assert.equal((await client.clientCredentialsGrant(config)).token_type, "bearer");
  const shown = await fetch(told.registration_client_uri, { headers: { authorization } });
  assert.equal((await shown.json()).client_name, "Invented");
  assert.equal((await fetch(told.registration_client_uri, { method: "DELETE", headers: { authorization } })).status, 204);
  assert.equal((await fetch(told.registration_client_uri, { headers: { authorization } })).status, 401);
  const refused = await (await post({ redirect_uris: [REDIRECT_URI], jwks_uri: "http://169.254.169.254/" })).json();
  assert.equal(refused.error, "invalid_client_metadata");
});
