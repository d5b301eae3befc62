// Certificates as HAIP wants them, made by OpenSSL as an operator's authority: the platform's keys are certified by its commands, and
// the command line wallet, which was given that authority, answers who asks under a certificate; and nobody else.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Person } from "../kill/person.mjs";
import { Demo } from "../shared/demo.mjs";
import { failure, wallet } from "../shared/wallet.mjs";
import { Cinema } from "./cinema.mjs";

const PURPOSES = ["certificate-signing", "verifier-signing"];

let demo, folder, cinema;
const at = (name) => join(folder, name);
const kept = () => at("wallet.json");

function openssl(...words) {
  const done = spawnSync("openssl", words, { cwd: folder, encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
}

/** An authority of this name. */
function authority(name) {
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90", "-subj", `/CN=${name}`,
    "-keyout", `${name}.key`, "-out", `${name}.pem`, "-addext", "keyUsage=critical,keyCertSign");
}

/** What an authority gives for a request: the key's certificate, then its own. */
async function certified(by, request) {
  await writeFile(at("request.pem"), request);
  openssl("x509", "-req", "-in", "request.pem", "-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-days", "60", "-copy_extensions", "copyall",
    "-out", "leaf.pem");
  await writeFile(at("chain.pem"), await readFile(at("leaf.pem"), "utf8") + await readFile(at(`${by}.pem`), "utf8"));
  return at("chain.pem");
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "yinzheng-certified-"));
  ["market", "stranger"].forEach(authority);
  demo = await Demo.start();
  cinema = await Cinema.admitted(demo);
  const [{ index }] = await (await fetch(`${demo.registry}/api/people?age=36&limit=1`)).json();
  const person = new Person(demo, index);
  await person.enrol();
  await person.signIn();
  const offer = await person.offered();
  const taken = await wallet(["receive", offer.uri, "--wallet", kept()], [["Do you know", "yes"], ["six digits", offer.txCode]]);
  assert.equal(taken.code, 0, taken.asked);
});

after(async () => {
  await demo?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test("a request goes out, a chain comes back, and the list says until when it counts", async () => {
  for (const purpose of PURPOSES) {
    const request = await demo.operate("keys", "request", purpose);
    await writeFile(at("request.pem"), request);
    assert.match(openssl("req", "-in", "request.pem", "-noout", "-verify", "-text"), new RegExp(`URI:${demo.platform}`));
    const listed = await demo.operate("keys", "certify", "--chain", await certified("market", request));
    const until = new Date(Date.now() + 60 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    assert.match(listed, new RegExp(`${purpose} +active .*certified until ${until}`));
  }
});

test("what is no chain for a key of the platform's is refused, in words that say why", async () => {
  const refused = async (chain, words) => assert.rejects(demo.operate("keys", "certify", "--chain", chain), words);
  const request = await demo.operate("keys", "request", "verifier-signing");
  await certified("market", request);
  await refused(at("leaf.pem"), /end the file with the authority's own certificate/);
  await writeFile(at("mixed.pem"), await readFile(at("leaf.pem"), "utf8") + await readFile(at("stranger.pem"), "utf8"));
  await refused(at("mixed.pem"), /does not lead to a trusted authority/);
  openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout", "other.key",
    "-out", "other.pem", "-addext", `subjectAltName=URI:${demo.platform}`, "-addext", "keyUsage=digitalSignature");
  await refused(await certified("market", await readFile(at("other.pem"), "utf8")), /for none of the keys here/);
  await refused(at("request.pem"), /not a chain of one to four certificates/);
});

test("who asks under the certificate is answered by a wallet that was given the authority, and by no other", async () => {
  // As an operator sees it come into force without waiting.
  await demo.stop();
  await demo.run();
  const ask = async () => {
    const asked = await cinema.ask("age_over_18", "x509_hash");
    assert.equal(asked.status, 201);
    assert.match(asked.link, /client_id=x509_hash%3A/);
    return asked;
  };
  const answer = (asked, ...more) => wallet(["answer", asked.link, "--wallet", kept(), ...more], [["exactly this", "yes"]]);
  assert.equal(failure(await answer(await ask())), "question_bad");
  assert.equal(failure(await answer(await ask(), "--authorities", at("stranger.pem"))), "question_bad");
  const asked = await ask();
  assert.equal(failure(await answer(asked, "--authorities", at("market.key"))), "typed_authorities", "before it is fetched");
  const answered = await answer(asked, "--authorities", at("market.pem"));
  assert.equal(answered.code, 0, answered.asked);
  assert.match(answered.asked, /Invented Cinema \(Invented Pictures\) asks\. Purpose: Night showing/);
  const heard = await cinema.hears(asked);
  assert.deepEqual([heard.status, heard.result], [200, "passed"]);
});
