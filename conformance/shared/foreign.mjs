// A relying party in another language, by a library nobody here wrote: its side is the program's, the person's side is ours.
//
// The program is told issuer, client and redirect URI, prints one address to open and is told where the browser was sent
// back to, then prints what it learnt, a JSON object a line, and ends.

import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { Visitor, link } from "./visitor.mjs";

/** Where the browser comes back to; nobody listens there, the visitor stops before it. */
export const REDIRECT_URI = "http://127.0.0.1:65500/callback";
export const LOGGED_OUT_URI = "http://127.0.0.1:65500/logged-out";

/** Has the operator admit an invented bookshop: with a secret, or with a key whose private half is in `keyFile`. */
export async function admit(demo, id, { withKey = false } = {}) {
  const folder = join(demo.folder, id);
  await mkdir(folder);
  const told = { id, keyFile: join(folder, "private.json"), folder };
  const keysFile = join(folder, "keys.json");
  if (withKey) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = { ...publicKey.export({ format: "jwk" }), kid: id, alg: "ES256", use: "sig" };
    await writeFile(keysFile, JSON.stringify({ keys: [key] }));
    await writeFile(told.keyFile, JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: id }), { mode: 0o600 });
  }
  told.logout = Boolean((await metadata(demo)).end_session_endpoint);
  const admission = join(folder, "admission.toml");
  await writeFile(admission, `
    [organisation]
    code = "91110000MA00000152"
    name_zh = "虚构书店"
    name_en = "Invented Bookshop"
    [client]
    id = "${id}"
    name_zh = "虚构书店网站"
    name_en = "Invented Bookshop on the web"
    redirect_uris = ["${REDIRECT_URI}"]
    ${withKey ? `keys_file = "${keysFile}"` : ""}
    ${told.logout ? `[client.metadata]\n    post_logout_redirect_uris = ["${LOGGED_OUT_URI}"]` : ""}
    [[scenes]]
    scene = "log_in"
    purpose_zh = "登录"
    purpose_en = "Signing in"
    legal_basis = "Cybersecurity Law art. 24"
    asks = []
    other_methods = ["At the counter"]
    mode = "certificate"
    access = "standing"
  `);
  const secretFile = join(folder, "secret");
  await demo.operate("client", "add", admission, ...(withKey ? [] : ["--secret-file", secretFile]));
  if (!withKey) told.secret = (await readFile(secretFile, "utf8")).trim();
  return told;
}

async function metadata(demo) {
  return (await fetch(`${demo.platform}/.well-known/openid-configuration`)).json();
}

/** A browser that stops where the relying party would take over. */
export const browser = () => new Visitor({ stopAt: (to) => to.origin === new URL(REDIRECT_URI).origin });

/** Follows an address as some invented person of this age, signing in, and answers by this button. */
export async function answer(demo, visitor, url, age, by) {
  const page = await visitor.get(link(await visitor.get(url), "sandbox-sign-in"));
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1`)).json();
  const approval = await visitor.submit(page, "sign-in", { person: `${person.index}` });
  return (await visitor.submit(approval, by)).url.href;
}

/** Runs the program until it ends; `open` takes an address and gives where the browser came out. What it learnt. */
export async function converse(program, words, open) {
  const child = spawn(program[0], [...program.slice(1), ...words], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  const learnt = {};
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("{")) continue;
    const said = JSON.parse(line);
    if (said.open) child.stdin.write(`${await open(said.open)}\n`);
    else Object.assign(learnt, said);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`${program.join(" ")} ended with ${code}`);
  return learnt;
}
