// Keys in a token: SoftHSM, a token that others wrote, makes them, signs with them and lets none out; a key that was shown with
// is gone from it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Person } from "../kill/person.mjs";
import { Demo } from "../shared/demo.mjs";
import { failure, wallet } from "../shared/wallet.mjs";
import { judged, mirrored } from "./gate.mjs";

const MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm.so", "/usr/lib64/pkcs11/libsofthsm2.so"];
const PIN = "739155";

let demo, folder, person, token;
const kept = () => join(folder, "wallet.json");

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "yinzheng-token-"));
  await mkdir(join(folder, "tokens"));
  const settings = join(folder, "softhsm2.conf");
  await writeFile(settings, `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = settings;
  const words = ["--init-token", "--free", "--label", "My card", "--pin", PIN, "--so-pin", "48151623"];
  const made = spawnSync("softhsm2-util", words, { encoding: "utf8" });
  assert.equal(made.status, 0, `${made.stdout}${made.stderr}`);
  token = `pkcs11:token=My%20card?module-path=${MODULES.find(existsSync)}`;
  demo = await Demo.start();
  const [{ index }] = await (await fetch(`${demo.registry}/api/people?age=41&limit=1`)).json();
  person = new Person(demo, index);
  await person.enrol();
  await person.signIn();
});

after(async () => {
  await demo?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The files of the keys that are in the token. */
async function keys() {
  const [slot] = await readdir(join(folder, "tokens"));
  const files = await readdir(join(folder, "tokens", slot));
  return files.filter((name) => name.endsWith(".object") && name !== "token.object").map((name) => join(folder, "tokens", slot, name));
}

const withToken = (words, answers) => wallet([...words, "--wallet", kept(), "--token", token], [["PIN of the token", PIN], ...answers]);

test("the keys are made in the token, and nothing of them is elsewhere", async () => {
  const offer = await person.offered();
  const taken = await withToken(["receive", offer.uri], [["Do you know", "yes"], ["six digits", offer.txCode]]);
  assert.equal(taken.code, 0, taken.asked);
  assert.equal((await keys()).length, 60);
  const { carried } = JSON.parse(await readFile(join(folder, "wallet.pocket.json"), "utf8"));
  assert.equal(carried.length, 60);
  assert.ok(carried.every(({ key }) => key.startsWith("token:")));
  for (const file of await keys()) {
    const said = spawnSync("softhsm2-dump-file", [file], { encoding: "utf8" }).stdout;
    const value = (name) => new RegExp(`CKA_${name}\\n(?:[^\\n]*\\n)*?[^\\n]*(TRUE|FALSE)`).exec(said)?.[1];
    assert.deepEqual(["EXTRACTABLE", "SENSITIVE", "NEVER_EXTRACTABLE"].map(value), ["FALSE", "TRUE", "TRUE"], said);
  }
});

test("a code is signed by the token, a gate lets it in, and its key is gone", async () => {
  const gate = join(folder, "gate");
  assert.equal((await mirrored(demo, gate)).code, 0);
  const shown = await withToken(["code", "over-18"], []);
  assert.equal(shown.code, 0, shown.asked);
  const { lets, said } = judged(gate, shown.out.trim().split("\n").at(-1));
  assert.ok(lets, said);
  assert.equal((await keys()).length, 59);
});

test("without the token nothing is shown and what is carried can be told; a wrong PIN says so", async () => {
  const without = await wallet(["code", "over-18", "--wallet", kept()]);
  assert.equal(failure(without), "key_away", without.asked);
  const carried = await wallet(["carry", "--wallet", kept()]);
  assert.match(carried.out, /29 of 30 unused/);
  const wrong = await wallet(["carry", "--wallet", kept(), "--token", token], [["PIN of the token", "000000"]]);
  assert.equal(failure(wrong), "token_pin", wrong.asked);
  const elsewhere = await wallet(["carry", "--wallet", kept(), "--token", token.replace("card", "stick")], [["PIN", PIN]]);
  assert.equal(failure(elsewhere), "token_not_there", elsewhere.asked);
  assert.equal(failure(await wallet(["carry", "--wallet", kept(), "--token", "card"])), "typed_token");
});

test("a newer batch ends the keys of the one it replaces", async () => {
  const offer = await person.offered();
  const taken = await withToken(["receive", offer.uri], [["six digits", offer.txCode]]);
  assert.equal(taken.code, 0, taken.asked);
  assert.equal((await keys()).length, 60);
});
