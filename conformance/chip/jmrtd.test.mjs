// JMRTD, a reader of travel documents that others wrote, reads the emulated passports: so that the wallet and the chips, which
// are both from here, cannot be wrong in the same way.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { freePort } from "./ports.mjs";
import { PYTHON, SLOTS, here, withPassports } from "./reader.mjs";
import { opening, wallet } from "../shared/wallet.mjs";

const BIRTH = "800131";
const EXPIRY = "341231";
const passport = (name, number, opens, proof) => ({
  name, number, surname: "ERIKSSON", given: name.toUpperCase(), birth: BIRTH, expiry: EXPIRY, opens, proof,
  portrait: 3_000,
});

/** Every way of opening a chip, by the name JMRTD has for the mapping, and both proofs. */
const PASSPORTS = [
  [passport("plain", "J10000001", ["bac"], "active-ecdsa"), undefined],
  [passport("generic", "J10000002", ["pace:2:13"], "chip-aes"), "GM"],
  [passport("old", "J10000003", ["pace:1:12"], "chip-3des"), "GM"],
  [passport("integrated", "J10000004", ["pace:2:13:im"], "active-ecdsa"), "IM"],
  [passport("strong", "J10000005", ["pace:4:16:im"], "chip-aes"), "IM"],
  [passport("proving", "J10000006", ["pace:4:13:cam", "pace:4:13"], "chip-aes"), "CAM"],
];

let folder, libraries;
const chip = (name) => join(folder, `${name}.json`);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "yinzheng-jmrtd-"));
  libraries = join(folder, "libraries");
  const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies";
  run("mvn", ["-q", "-B", "-f", here("jmrtd/pom.xml"), plugin, `-DoutputDirectory=${libraries}`]);
  const wishes = JSON.stringify(PASSPORTS.map(([passport]) => passport));
  run(PYTHON, [here("country.py"), "--folder", folder], wishes);
});

after(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

for (let pair = 0; pair < PASSPORTS.length; pair += 2) {
  const both = PASSPORTS.slice(pair, pair + 2);
  test(`JMRTD and the wallet read the same: ${both.map(([{ name }]) => name).join(", ")}`, async () => {
    await withPassports(await freePort(), both.map(([{ name }]) => chip(name)), async () => {
      for (const [slot, [passport, mapping]] of both.entries()) {
        const words = [SLOTS[slot], passport.number, BIRTH, EXPIRY, ...(mapping ? [mapping] : [])];
        const said = run("java", ["-cp", `${libraries}/*`, here("jmrtd/Read.java"), ...words]);
        const found = Object.fromEntries(said.trim().split("\n").map((line) => line.split(": ")));
        assert.equal(found.opened, mapping ? `PACE ${mapping}` : "BAC", said);
        assert.equal(found.number, passport.number);
        assert.equal(found.signature, "true");
        assert.equal(found[passport.proof.startsWith("active") ? "active" : "chip"], "true", said);
        if (mapping === "CAM") assert.equal(found["chip authentication data"], "32");

        const ours = await wallet(["read", "--reader", SLOTS[slot]], opening(passport));
        assert.equal(ours.code, 0, ours.asked);
        const groups = Object.entries(found).filter(([word]) => word.startsWith("DG"));
        assert.ok(groups.length >= 3);
        for (const [group, told] of groups) {
          const [length, right] = told.split(" ");
          assert.equal(right, "true", `${group} has another hash`);
          assert.match(ours.out, new RegExp(`\\b${group} ${length}\\b`));
        }
      }
    });
  });
}

function run(program, words, input = "") {
  const done = spawnSync(program, words, { input, encoding: "utf8" });
  assert.equal(done.status, 0, `${program}: ${done.error ?? ""}${done.stdout}${done.stderr}`);
  return done.stdout;
}
