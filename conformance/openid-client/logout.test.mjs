// npm openid-client and oauth4webapi sign a person out; relying parties on loopback are told by the running program.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import * as oauth from "oauth4webapi";
import * as client from "openid-client";

import { Demo } from "../shared/demo.mjs";
import { Visitor, link, text } from "../shared/visitor.mjs";
import { BANK, CINEMA, LIBRARY, REDIRECT_URI, configuration, register } from "./registration.mjs";

const BYE = "http://127.0.0.1:65500/bye";

/** The servers of two relying parties, one of which never answers. */
class Server {
  letters = [];
  #waiting = [];

  static async listen({ silent = false } = {}) {
    const server = new Server();
    server.http = createServer(async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      server.letters.push({ url: request.url, type: request.headers["content-type"], form: new URLSearchParams(body) });
      server.#waiting.splice(0).forEach((wake) => wake());
      if (!silent) response.writeHead(200, { "cache-control": "no-store" }).end();
    });
    server.http.listen(0, "127.0.0.1");
    await once(server.http, "listening");
    server.origin = `http://127.0.0.1:${server.http.address().port}`;
    return server;
  }

  /** Resolves when so many letters came. */
  async received(count) {
    while (this.letters.length < count) await new Promise((wake) => this.#waiting.push(wake));
    return this.letters;
  }

  close() {
    this.http.closeAllConnections();
    this.http.close();
  }
}

let demo, library, cinema, bank, listening, silent;

before(async () => {
  [demo, listening, silent] = [await Demo.start(), await Server.listen(), await Server.listen({ silent: true })];
  const asker = { metadata: { post_logout_redirect_uris: [BYE], backchannel_logout_uri: `${silent.origin}/out` } };
  library = await configuration(demo, await register(demo, "library", LIBRARY, "log_in", asker));
  const hears = { backchannel_logout_uri: `${listening.origin}/out?x=1`, backchannel_logout_session_required: true };
  cinema = await configuration(demo, await register(demo, "cinema", CINEMA, "log_in", { metadata: hears }));
  const deaf = { metadata: { backchannel_logout_uri: `${silent.origin}/deaf` } };
  bank = await configuration(demo, await register(demo, "bank", BANK, "log_in", deaf));
});

after(async () => {
  [listening, silent].forEach((server) => server?.close());
  await demo?.remove();
});

/** Logs in at a client, with a page or two the first time. */
async function logIn(browser, config, age) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), idTokenExpected: true };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI, scope: "openid", state: checks.expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: "S256",
  });
  let page = await browser.get(url);
  if (page.body.includes('id="sandbox-sign-in"')) {
    const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1`)).json();
    page = await browser.submit(await browser.get(link(page, "sandbox-sign-in")), "sign-in", { person: `${person.index}` });
  }
  const back = page.url.href.startsWith(REDIRECT_URI) ? page : await browser.submit(page, "approve");
  return client.authorizationCodeGrant(config, back.url, checks);
}

const visitor = () => new Visitor({ stopAt: (url) => url.href.startsWith("http://127.0.0.1:65500/") });

/** A logout token as Back-Channel Logout 1.0 §2.6 has it checked; the signature by oauth4webapi, which reads the published keys. */
async function checked(letter, config) {
  assert.equal(letter.type, "application/x-www-form-urlencoded");
  assert.deepEqual([...letter.form.keys()], ["logout_token"]);
  const token = letter.form.get("logout_token");
  const [head, claims] = token.split(".", 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  const { issuer, jwks_uri } = config.serverMetadata();
  const { keys } = await (await fetch(jwks_uri)).json();
  const jwk = keys.find((key) => key.kid === head.kid);
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const signed = Buffer.from(token.slice(0, token.lastIndexOf(".")));
  const signature = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
  assert.ok(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed));
  assert.deepEqual([head.alg, head.typ], ["ES256", "logout+jwt"]);
  assert.deepEqual([claims.iss, claims.aud], [issuer, config.clientMetadata().client_id]);
  const now = Date.now() / 1000;
  assert.ok(claims.iat <= now + 1 && now < claims.exp && claims.exp - claims.iat <= 120);
  assert.deepEqual(claims.events, { "http://schemas.openid.net/event/backchannel-logout": {} });
  assert.ok(claims.jti && !("nonce" in claims));
  return claims;
}

test("discovery names the endpoint and what is told", () => {
  const platform = library.serverMetadata();
  assert.equal(platform.end_session_endpoint, `${demo.platform}/end-session`);
  for (const way of ["backchannel", "frontchannel"]) {
    assert.deepEqual([platform[`${way}_logout_supported`], platform[`${way}_logout_session_supported`]], [true, true]);
  }
});

test("signing out by a hint goes back at once, and the others are told though one of them says nothing", async () => {
  const browser = visitor();
  const here = await logIn(browser, library, 33);
  await logIn(browser, bank, 33);
  const there = await logIn(browser, cinema, 33);
  assert.notEqual(here.claims().sid, there.claims().sid);
  const state = client.randomState();
  const out = client.buildEndSessionUrl(library, { id_token_hint: here.id_token, post_logout_redirect_uri: BYE, state });
  const bye = await browser.get(out);
  assert.deepEqual([bye.url.origin + bye.url.pathname, bye.url.searchParams.get("state")], [BYE, state]);

  const asked = Date.now();
  const [letter] = await listening.received(1);
  assert.ok(Date.now() - asked < 4500, "nobody waits for who is silent");
  assert.equal(letter.url, "/out?x=1");
  const claims = await checked(letter, cinema);
  assert.deepEqual([claims.sub, claims.sid], [there.claims().sub, there.claims().sid]);
  const [deaf] = await silent.received(1);
  assert.equal(deaf.url, "/deaf", "who asked is not told");

  // The session is gone in this browser: a login wants a sign-in.
  const silently = client.buildAuthorizationUrl(library, {
    redirect_uri: REDIRECT_URI, scope: "openid", prompt: "none",
    code_challenge: await client.calculatePKCECodeChallenge("x".repeat(43)), code_challenge_method: "S256",
  });
  assert.equal((await browser.get(silently)).url.searchParams.get("error"), "login_required");
});

test("without a hint the person is asked, by a form of their own", async () => {
  const browser = visitor();
  const there = await logIn(browser, cinema, 34);
  const before = listening.letters.length;
  const out = client.buildEndSessionUrl(library, { post_logout_redirect_uri: BYE });
  const page = await browser.get(out);
  assert.equal(page.status, 200);
  assert.match(text(page, "asked"), new RegExp(LIBRARY.zh));
  const bye = await browser.submit(page, "sign-out");
  assert.equal(bye.url.href, BYE);
  const letters = await listening.received(before + 1);
  assert.equal((await checked(letters[before], cinema)).sid, there.claims().sid);
});

test("oauth4webapi's single steps: a wrong address is never followed", async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(demo.platform);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  for (const post_logout_redirect_uri of [`${BYE}/`, REDIRECT_URI, "https://evil.example/"]) {
    const url = new URL(as.end_session_endpoint);
    url.search = new URLSearchParams({ client_id: "library", post_logout_redirect_uri });
    const page = await visitor().get(url);
    assert.deepEqual([page.status, page.redirects], [400, 0], post_logout_redirect_uri);
    assert.equal(text(page, "code"), "post_logout_redirect_uri_unknown");
  }
});

test("the person's own button tells everybody", async () => {
  const browser = visitor();
  const there = await logIn(browser, cinema, 35);
  const before = listening.letters.length;
  const done = await browser.submit(await browser.get(`${demo.platform}/me`), "sign-out");
  assert.equal(done.status, 200);
  assert.match(done.body, new RegExp(`<li>${CINEMA.zh}`));
  const letters = await listening.received(before + 1);
  assert.equal((await checked(letters[before], cinema)).sub, there.claims().sub);
});
