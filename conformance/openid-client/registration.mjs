// A relying party of the test's own: its key, its admission, its configuration of openid-client.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as client from "openid-client";

/** Where the browser comes back to; nobody listens there, the visitor stops before it. */
export const REDIRECT_URI = "http://127.0.0.1:65500/callback";

/** Two invented organisations, with codes that are right by GB 32100. */
export const LIBRARY = { code: "91110000MA00000152", zh: "虚构图书馆", en: "Invented Library" };
export const BANK = { code: "91110000MA0000031P", zh: "虚构银行", en: "Invented Bank" };
export const CINEMA = { code: "91110000MA0000023W", zh: "虚构影院", en: "Invented Cinema" };

const SCENES = {
  log_in: { asks: "", basis: "Cybersecurity Law art. 24" },
  check_age: { asks: '"age_over_18"', basis: "Law on the Protection of Minors art. 59" },
};

/** Has the operator admit a client with `private_key_jwt`; what openid-client needs to be that client. */
export async function register(demo, id, organisation, scene, { profile = "openid", access = "once", keys: more = [], metadata = {} } = {}) {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", keys.publicKey);
  const folder = join(demo.folder, id);
  await mkdir(folder);
  const keysFile = join(folder, "keys.json");
  await writeFile(keysFile, JSON.stringify({ keys: [{ kty, crv, x, y, kid: id, alg: "ES256", use: "sig" }, ...more] }));
  const admission = join(folder, "admission.toml");
  await writeFile(admission, `
    [organisation]
    code = "${organisation.code}"
    name_zh = "${organisation.zh}"
    name_en = "${organisation.en}"
    [client]
    id = "${id}"
    name_zh = "${organisation.zh}网站"
    name_en = "${organisation.en} on the web"
    redirect_uris = ["${REDIRECT_URI}"]
    keys_file = "${keysFile}"
    profile = "${profile}"
    [client.metadata]
    ${Object.entries(metadata).map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join("\n    ")}
    [[scenes]]
    scene = "${scene}"
    purpose_zh = "测试"
    purpose_en = "Testing"
    legal_basis = "${SCENES[scene].basis}"
    asks = [${SCENES[scene].asks}]
    other_methods = ["At the counter"]
    mode = "certificate"
    access = "${access}"
  `);
  await demo.operate("client", "add", admission);
  return { id, key: { key: keys.privateKey, kid: id } };
}

/** openid-client's view of the platform, checking signatures too and not only claims. */
export async function configuration(demo, { id, key }, options, more = {}) {
  const metadata = { id_token_signed_response_alg: "ES256", ...more };
  const authentication = client.PrivateKeyJwt(key, options);
  const config = await client.discovery(new URL(demo.platform), id, metadata, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
  return config;
}
