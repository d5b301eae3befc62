// npm openid-client asks for a television and for a counter; a phone answers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as client from "openid-client";

import { Demo } from "../shared/demo.mjs";
import { Visitor, link, text } from "../shared/visitor.mjs";
import { CINEMA, configuration, register } from "./registration.mjs";

const GRANTS = ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"];

let demo, config;

before(async () => {
  demo = await Demo.start();
  const metadata = { grant_types: GRANTS };
  config = await configuration(demo, await register(demo, "cinema", CINEMA, "log_in", { metadata }));
});

after(() => demo?.remove());

/** The phone of somebody of this age, signed in by the page at this address. */
async function phone(address, age) {
  const visitor = new Visitor();
  const form = await visitor.get(link(await visitor.get(address), "sandbox-sign-in"));
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1`)).json();
  return { visitor, page: await visitor.submit(form, "sign-in", { person: `${person.index}` }) };
}

/** What the picture leaves out: the digits a person reads off the screen. */
const number = ({ user_code }) => user_code.split("-")[1];

test("a television shows a code, a phone approves, tokens come by polling", async () => {
  const shown = await client.initiateDeviceAuthorization(config, { scope: "openid" });
  assert.match(shown.user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{6}-\d\d$/);
  const polled = client.pollDeviceAuthorizationGrant(config, shown);
  const { visitor, page } = await phone(shown.verification_uri_complete, 41);
  const approval = await visitor.submit(page, "go-on");
  assert.equal(text(approval, "organisation"), CINEMA.zh);
  const done = await visitor.submit(approval, "approve", { number: number(shown) });
  assert.equal(done.url.pathname, "/device/answered");
  const tokens = await polled;
  const told = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  assert.equal(told.result, "passed");
  await assert.rejects(client.pollDeviceAuthorizationGrant(config, { ...shown, interval: 0 }), { error: "invalid_grant" });
});

test("a no is heard as a no", async () => {
  const shown = await client.initiateDeviceAuthorization(config, { scope: "openid" });
  const { visitor, page } = await phone(shown.verification_uri, 42);
  const approval = await visitor.submit(page, "go-on", { code: shown.user_code.toLowerCase() });
  await visitor.submit(approval, "decline");
  await assert.rejects(client.pollDeviceAuthorizationGrant(config, shown), { error: "access_denied" });
});

test("a wrong number approves nothing", async () => {
  const shown = await client.initiateDeviceAuthorization(config, { scope: "openid" });
  const { visitor, page } = await phone(shown.verification_uri_complete, 43);
  const approval = await visitor.submit(page, "go-on");
  const wrong = number(shown) === "77" ? "78" : "77";
  assert.equal(text(await visitor.submit(approval, "approve", { number: wrong }), "code"), "knock_number_wrong");
  await assert.rejects(client.pollDeviceAuthorizationGrant(config, shown, {}, { signal: AbortSignal.timeout(6000) }));
});

test("a counter asks whoever reads a code out", async () => {
  const { visitor, page } = await phone(`${demo.platform}/me/asked`, 44);
  const drawn = await visitor.submit(page, "draw-code");
  const parameters = { scope: "openid", login_hint: text(drawn, "reach-code"), binding_message: "K7" };
  const asked = await client.initiateBackchannelAuthentication(config, parameters);
  const polled = client.pollBackchannelAuthenticationGrant(config, asked);
  const waiting = await visitor.get(`${demo.platform}/me/asked`);
  const approval = await visitor.submit(waiting, "see");
  assert.equal(text(approval, "message"), "K7");
  await visitor.submit(approval, "approve");
  const tokens = await polled;
  assert.equal(tokens.claims().result, "passed");
  // The token names the person from now on, to this client alone.
  const again = await client.initiateBackchannelAuthentication(config, { scope: "openid", id_token_hint: tokens.id_token, binding_message: "K8" });
  await visitor.submit(await visitor.get(`${demo.platform}/me/asked`), "turn-away");
  await assert.rejects(client.pollBackchannelAuthenticationGrant(config, again), { error: "access_denied" });
});

test("nobody is looked up", async () => {
  for (const login_hint of ["13800138000", "li@example.com", "BCDF-GHJK"]) {
    await assert.rejects(client.initiateBackchannelAuthentication(config, { scope: "openid", login_hint }), { error: "unknown_user_id" });
  }
});
