// The command line wallet as a program, with an invented person behind it: takes an offer, shows what it carries, answers a
// question that the platform asks for a relying party, holds a code to a gate without network, backs up; and what it
// carries is worth nothing once its certificate is locked.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Person } from "../kill/person.mjs";
import { Demo } from "../shared/demo.mjs";
import { failure, wallet } from "../shared/wallet.mjs";
import { Cinema } from "./cinema.mjs";
import { judged, mirrored } from "./gate.mjs";

const PASSCODE = "20481357";
const SENTENCE = "seven herons over the old harbour";

let demo, folder, person, cinema;
const kept = (name) => join(folder, `${name}.json`);
const gate = () => join(folder, "gate");

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "yinzheng-wallet-"));
  demo = await Demo.start();
  const [{ index }] = await (await fetch(`${demo.registry}/api/people?age=34&limit=1`)).json();
  person = new Person(demo, index);
  await person.enrol();
  await person.signIn();
  cinema = await Cinema.admitted(demo);
});

after(async () => {
  await demo?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Takes an offer of the person's into a wallet. */
async function receive(name, txCode) {
  const offer = await person.offered();
  const code = txCode ?? offer.txCode;
  return wallet(["receive", offer.uri, "--wallet", kept(name)], [["Do you know", "yes"], ["six digits", code]]);
}

/** The text of the code the wallet draws now. */
async function code(name) {
  const drawn = await wallet(["code", "over-18", "--wallet", kept(name)]);
  assert.equal(drawn.code, 0, drawn.asked);
  assert.match(drawn.asked, /18 or older yes/);
  return drawn.out.trim().split("\n").at(-1);
}

/** How many of each form are unused. */
async function carried(name) {
  const said = await wallet(["carry", "--wallet", kept(name)]);
  assert.equal(said.code, 0, said.asked);
  return [...said.out.matchAll(/(\d+) of (\d+) unused/g)].map(([, unused]) => Number(unused));
}

test("an offer is taken with the digits beside it, and with no others", async () => {
  const wrong = await receive("wallet", "000000");
  assert.notEqual(wrong.code, 0, wrong.asked);
  const odd = await receive("wallet", "12345");
  assert.deepEqual([odd.code, failure(odd)], [2, "typed_tx_code"], odd.asked);
  const taken = await receive("wallet");
  assert.equal(taken.code, 0, taken.asked);
  assert.deepEqual(await carried("wallet"), [30, 30]);
  const { mode } = await stat(join(folder, "wallet.pocket.json"));
  assert.equal(mode & 0o777, 0o600);
});

test("a gate without network lets the code in once", async () => {
  const fetched = await mirrored(demo, gate());
  assert.equal(fetched.code, 0, fetched.asked);
  const shown = await code("wallet");
  const first = judged(gate(), shown);
  assert.ok(first.lets, first.said);
  assert.match(first.said, /18 or over/);
  assert.deepEqual(await carried("wallet"), [30, 29]);
  const [head, tail] = [shown.slice(0, -8), shown.slice(-8)];
  const altered = judged(gate(), head + [...tail].reverse().join(""));
  assert.ok(!altered.lets, altered.said);
});

for (const suite of ["ed25519", "sm2"]) {
  test(`and codes of ${suite}, where somebody asks for them`, async () => {
    // A person of their own: nobody holds more than two hundred credentials at once.
    const [, other] = await (await fetch(`${demo.registry}/api/people?age=34&limit=2`)).json();
    const holder = suite === "sm2" ? new Person(demo, other.index) : person;
    if (holder !== person) {
      await holder.enrol();
      await holder.signIn();
    }
    const offer = await holder.offered();
    const answers = [["Do you know", "yes"], ["six digits", offer.txCode]];
    const taken = await wallet(["receive", offer.uri, "--suite", suite, "--wallet", kept(suite)], answers);
    assert.equal(taken.code, 0, taken.asked);
    assert.deepEqual(await carried(suite), [30, 30, 30]);
    const drawn = await wallet(["code", "over-18", "--suite", suite, "--wallet", kept(suite)]);
    assert.equal((await mirrored(demo, gate())).code, 0);
    const { lets, said } = judged(gate(), drawn.out.trim().split("\n").at(-1));
    assert.ok(lets, said);
    assert.deepEqual(await carried(suite), [30, 30, 29]);
  });
}

test("a question of the platform's is shown, agreed to and answered; the relying party hears the result and no name", async () => {
  const asked = await cinema.ask();
  assert.equal(asked.status, 201);
  const answered = await wallet(["answer", asked.link, "--wallet", kept("wallet")], [["exactly this", "yes"]]);
  assert.equal(answered.code, 0, answered.asked);
  assert.match(answered.asked, /Invented Cinema \(Invented Pictures\) asks\. Purpose: Night showing/);
  assert.match(answered.asked, /18 or older +yes/);
  const heard = await cinema.hears(asked);
  assert.deepEqual([heard.status, heard.result, heard.attributes], [200, "passed", { age_over_18: true }]);
  assert.equal(heard.sub, undefined);
  assert.deepEqual(await carried("wallet"), [29, 29]);
  const again = await wallet(["answer", asked.link, "--wallet", kept("wallet")], [["exactly this", "yes"]]);
  assert.notEqual(again.code, 0, "a question is asked once");
});

test("who says no shows nothing and loses nothing", async () => {
  const asked = await cinema.ask();
  const declined = await wallet(["answer", asked.link, "--wallet", kept("wallet")], [["exactly this", "no"]]);
  assert.notEqual(declined.code, 0);
  assert.deepEqual(await carried("wallet"), [29, 29]);
  assert.notEqual((await cinema.hears(asked)).result, "passed");
});

test("the wallet remembers what was shown, and a backup brings the record and no key to another", async () => {
  const history = await wallet(["history", "--wallet", kept("wallet")]);
  assert.match(history.out, /a reader, by a code +18 or older\n/);
  assert.match(history.out, /Invented Cinema \(Night showing\) +18 or older\n/);
  assert.equal(history.out.trim().split("\n").length, 2);
  const file = join(folder, "backup.json");
  const answers = [["sixteen characters", SENTENCE], ["once more", SENTENCE]];
  const backup = await wallet(["backup", file, "--wallet", kept("wallet")], answers);
  assert.equal(backup.code, 0, backup.asked);
  assert.doesNotMatch(await readFile(file, "utf8"), /cinema|age_over/i);
  const other = await wallet(["restore", file, "--wallet", kept("new")], [["sixteen characters", `${SENTENCE}!`]]);
  assert.equal(failure(other), "sentence_wrong", other.asked);
  const restored = await wallet(["restore", file, "--wallet", kept("new")], [["sixteen characters", SENTENCE]]);
  assert.equal(restored.code, 0, restored.asked);
  assert.equal((await wallet(["history", "--wallet", kept("new")])).out, history.out);
  assert.deepEqual(await carried("new"), []);
  assert.equal(failure(await wallet(["code", "over-18", "--wallet", kept("new")])), "pocket_empty");
});

test("the files are locked with a passcode, taken over as they lay, and open with nothing else", async () => {
  const file = join(folder, "wallet.pocket.json");
  assert.match(await readFile(file, "utf8"), /dc\+sd-jwt|net-certificate/);
  const odd = await wallet(["lock", "--wallet", kept("wallet")], [["To be locked with", "12345678"]]);
  assert.equal(failure(odd), "typed_opener", odd.asked);
  const locked = await wallet(["lock", "--wallet", kept("wallet")], [["To be locked with", PASSCODE], ["once more", PASSCODE]]);
  assert.equal(locked.code, 0, locked.asked);
  assert.doesNotMatch(await readFile(file, "utf8"), /net-certificate|localhost|age_over/);
  const carry = (passcode) => wallet(["carry", "--wallet", kept("wallet")], [["opens this wallet", passcode]]);
  const wrong = await carry("20481368");
  assert.deepEqual([wrong.code, failure(wrong)], [2, "opener_wrong"], wrong.asked);
  const right = await carry(PASSCODE);
  assert.match(right.out, /29 of 30 unused/, right.asked);
  const piped = await wallet(["code", "over-18", "--wallet", kept("wallet")], [["opens this wallet", PASSCODE]]);
  assert.equal(piped.code, 0, piped.asked);
  const open = await wallet(["unlock", "--wallet", kept("wallet")], [["opens this wallet", PASSCODE]]);
  assert.equal(open.code, 0, open.asked);
  assert.deepEqual(await carried("wallet"), [29, 28]);
});

test("a command that is killed at any moment loses nothing but the one it was about to show", async () => {
  let [, left] = await carried("wallet");
  for (const after of [1, 3, 5, 8, 12, 20, 35]) {
    await wallet(["code", "over-18", "--wallet", kept("wallet")], [], { killedAfter: after });
    const [online, now] = await carried("wallet");
    assert.equal(online, 29);
    assert.ok(now === left || now === left - 1, `${now} of ${left}`);
    left = now;
  }
});

test("locked: refused on line at once, and by the gate within the life of a status list", async (context) => {
  await person.lock();
  const locked = Date.now();
  const asked = await cinema.ask();
  const answered = await wallet(["answer", asked.link, "--wallet", kept("wallet")], [["exactly this", "yes"]]);
  const heard = await cinema.hears(asked);
  assert.equal(failure(answered), "credential_revoked", answered.asked);
  assert.notEqual(heard.result, "passed");
  // The entries of one person flip at different moments; the last of them within five minutes.
  for (const wait = 5_000; ; await new Promise((done) => setTimeout(done, wait))) {
    assert.equal((await mirrored(demo, gate())).code, 0);
    const { lets, said } = judged(gate(), await code("wallet"));
    if (!lets) {
      assert.match(said, /revoked/);
      break;
    }
    assert.ok(Date.now() - locked < 300_000, "five minutes and still let in");
  }
  context.diagnostic(`the gate refused after ${Math.round((Date.now() - locked) / 1000)} s`);
});
