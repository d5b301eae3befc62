// Emulated passports of a country founded for this test, read through pcscd by the command line wallet, and enrolled with
// at the platform: from the chip to the net number.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Demo } from "../shared/demo.mjs";
import { freePort } from "./ports.mjs";
import { PYTHON, SLOTS, here, withPassports } from "./reader.mjs";
import { failure, opening, wallet } from "../shared/wallet.mjs";

/** A passport that opens in one way and proves itself in another; whoever is on it is invented. */
const passport = (name, number, opens, proof, more = {}) => ({
  name, number, surname: "ERIKSSON", given: name.toUpperCase(), birth: "800131", expiry: "341231", sex: "F",
  opens, proof, portrait: 4_000, can: "123456", ...more,
});

// The numbers of the ways: cipher (1 is 3DES, 2 AES-128, 4 AES-256) and curve (12 NIST P-256, 13 and 16 brainpool).
const PASSPORTS = [
  passport("old", "U10000001", ["bac"], "active-ecdsa"),
  passport("new", "U10000002", ["pace:2:13"], "chip-aes"),
  passport("both", "U10000003", ["pace:1:12", "bac"], "chip-3des"),
  passport("strong", "U10000004", ["pace:4:16", "pace:2:12"], "active-rsa"),
  // Far enough into the portrait the way of saying where to read changes.
  passport("long", "U10000005", ["pace:2:12"], "active-ecdsa", { portrait: 36_000 }),
  passport("mapped", "U10000007", ["pace:2:13:im"], "active-ecdsa"),
  passport("wide", "U10000008", ["pace:4:16:im"], "chip-3des"),
  passport("proving", "U10000009", ["pace:2:13:cam", "pace:2:13"], "chip-aes"),
  // A second one of whoever holds "new", and one of somebody born on another day.
  passport("second", "U10000010", ["pace:2:12"], "active-ecdsa", { given: "NEW" }),
  passport("foreign", "U10000011", ["bac"], "active-ecdsa", { birth: "790131" }),
  passport("silent", "U10000006", ["bac"], null),
];
const PASSCODE = "20481357";

let folder, demo, port;
const chip = (name) => join(folder, `${name}.json`);
const holder = (name) => PASSPORTS.find((passport) => passport.name === name);
/** The net number each enrolled with. */
const numbers = new Map();
const netNumber = ({ out }) => /net number is ([A-Z2-9]{10})\./.exec(out)?.[1];
const kept = (name) => join(folder, `${name}.wallet`);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "yinzheng-chip-"));
  const founded = spawnSync(PYTHON, [here("country.py"), "--folder", folder], {
    input: JSON.stringify(PASSPORTS), encoding: "utf8",
  });
  assert.equal(founded.status, 0, founded.stderr);
  // A copy: every file of the old passport, and a key of the copier's own.
  const copied = JSON.parse(await readFile(chip("old"), "utf8"));
  copied.active_key = JSON.parse(await readFile(chip("long"), "utf8")).active_key;
  await writeFile(chip("copied"), JSON.stringify(copied));
  const pretending = JSON.parse(await readFile(chip("proving"), "utf8"));
  pretending.chip_key = JSON.parse(await readFile(chip("new"), "utf8")).chip_key;
  await writeFile(chip("pretending"), JSON.stringify(pretending));
  port = await freePort();
  demo = await Demo.start();
});

after(async () => {
  await demo?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test("a passport opens with basic access control, or with PACE and six digits", async () => {
  await withPassports(port, [chip("old"), chip("new")], async () => {
    const old = await wallet(["read", "--reader", SLOTS[0]], opening(holder("old")));
    assert.equal(old.code, 0, old.asked);
    assert.match(old.out, /Issued by +UTO\n/);
    assert.match(old.out, /Name +OLD ERIKSSON\n/);
    assert.match(old.out, /Number +U••••••01\n/);
    assert.match(old.out, /Portrait +Jpeg, 4004 bytes\n/);
    assert.match(old.out, /active authentication/);
    assert.match(old.asked, /Opening the chip[^]*Reading EF\.SOD[^]*Reading DG1[^]*Reading DG2/);
    assert.ok(!`${old.out}${old.asked}`.includes("U10000001"), "the number is not shown");

    const young = await wallet(["read", "--can", "--reader", SLOTS[1]], [["six digits", "123456"]]);
    assert.equal(young.code, 0, young.asked);
    assert.match(young.out, /chip authentication/);
  });
});

test("a passport opens with integrated mapping, and proves itself while it opens", async () => {
  await withPassports(port, [chip("mapped"), chip("proving")], async () => {
    const mapped = await wallet(["read", "--reader", SLOTS[0]], opening(holder("mapped")));
    assert.equal(mapped.code, 0, mapped.asked);
    assert.match(mapped.out, /Name +MAPPED ERIKSSON\n/);
    assert.doesNotMatch(mapped.out, /while it was opened/);
    const proving = await wallet(["read", "--reader", SLOTS[1]], opening(holder("proving")));
    assert.equal(proving.code, 0, proving.asked);
    assert.match(proving.out, /while it was opened \(chip authentication mapping\)/);
  });
  // The file with the key copied, the key not: the proof fits no key.
  await withPassports(port, [chip("wide"), chip("pretending")], async () => {
    const wide = await wallet(["read", "--reader", SLOTS[0]], opening(holder("wide")));
    assert.equal(wide.code, 0, wide.asked);
    const pretending = await wallet(["read", "--reader", SLOTS[1]], opening(holder("proving")));
    assert.equal(failure(pretending), "chip_impostor", pretending.asked);
  });
});

test("what is typed wrong is told, and what the chip does not speak too", async () => {
  await withPassports(port, [chip("old"), chip("new")], async () => {
    const wrong = { ...holder("old"), number: "U10000009" };
    for (const slot of SLOTS) {
      const refused = await wallet(["read", "--reader", slot], opening(wrong));
      assert.deepEqual([refused.code, failure(refused)], [2, "wrong_number"], refused.asked);
    }
    const digits = await wallet(["read", "--can", "--reader", SLOTS[1]], [["six digits", "123457"]]);
    assert.equal(failure(digits), "wrong_number");
    const none = await wallet(["read", "--can", "--reader", SLOTS[0]], [["six digits", "123456"]]);
    assert.equal(failure(none), "access_unknown");
    const odd = await wallet(["read"], opening({ ...wrong, birth: "801331" }));
    assert.equal(failure(odd), "typed_birth");
  });
});

test("nobody enrols with a passport of a country the platform does not know", async () => {
  await withPassports(port, [chip("old"), chip("new")], async () => {
    // In a wallet of its own, for what was begun here would be gone on with.
    const refused = await enrol("old", SLOTS[0], "16012340000", "stranger");
    assert.equal(failure(refused), "country_unknown", refused.asked);
  });
});

test("whose country is known enrols, however the chip opens and proves itself", async (context) => {
  await demo.operate("trust", "import", join(folder, "country.pem"));
  for (const [pair, phones] of [[["old", "new"], [1, 2]], [["both", "strong"], [3, 4]], [["long", "mapped"], [5, 6]], [["proving", "silent"], [7]]]) {
    await withPassports(port, pair.map(chip), async () => {
      for (const [slot, phone] of phones.entries()) {
        const begun = Date.now();
        const enrolled = await enrol(pair[slot], SLOTS[slot], `1601234000${phone}`);
        assert.equal(enrolled.code, 0, enrolled.asked);
        assert.deepEqual(enrolled.unasked, []);
        numbers.set(pair[slot], netNumber(enrolled));
        context.diagnostic(`${pair[slot]}: ${Date.now() - begun} ms`);
      }
    });
  }
  assert.equal(new Set([...numbers.values()].filter(Boolean)).size, 7, "a net number each");
});

test("the wallet shows its certificate and signs in with it", async () => {
  const open = [["opens this wallet", PASSCODE]];
  assert.doesNotMatch(await readFile(kept("new"), "utf8"), /localhost|certificate/, "locked from the first certificate on");
  const shown = await wallet(["show", "--wallet", kept("new")], open);
  assert.match(shown.out, new RegExp(`Platform +${demo.platform}\n`), shown.asked);
  assert.match(shown.out, /Certificate +[0-9a-f]{32}\n/);
  const signedIn = await wallet(["sign-in", "--wallet", kept("new")], open);
  assert.equal(signedIn.code, 0, signedIn.asked);
  const wrong = await wallet(["sign-in", "--wallet", kept("new")], [["opens this wallet", "20481368"]]);
  assert.equal(failure(wrong), "opener_wrong", wrong.asked);
  // Under a sentence, what the platform is told is asked for by itself.
  const sentence = "two cranes above the river bend";
  const again = await wallet(["lock", "--wallet", kept("new")], [...open, ["To be locked", sentence], ["once more", sentence]]);
  assert.equal(again.code, 0, again.asked);
  const words = ["sign-in", "--wallet", kept("new")];
  const both = await wallet(words, [["opens this wallet", sentence], ["Passcode, eight", PASSCODE]]);
  assert.equal(both.code, 0, both.asked);
  const back = await wallet(["lock", "--wallet", kept("new")], [["opens this wallet", sentence], ["To be locked", PASSCODE], ["once more", PASSCODE]]);
  assert.equal(back.code, 0, back.asked);
});

test("credentials are refreshed by the passcode alone, before they are used up, and not without need", async () => {
  const run = (...words) => wallet([...words, "--wallet", kept("new")], [["opens this wallet", PASSCODE]]);
  const first = await run("refresh");
  assert.equal(first.code, 0, first.asked);
  assert.equal((await run("carry")).out.match(/30 of 30 unused/g)?.length, 2);
  assert.doesNotMatch(await readFile(kept("new").replace(".wallet", ".pocket.json"), "utf8"), /net-certificate/);
  assert.match((await run("refresh")).out, /Nothing was fetched/);
  for (let shown = 0; shown < 21; shown += 1) assert.equal((await run("code", "over-18")).code, 0);
  assert.match((await run("carry")).out, /9 of 30 unused/);
  assert.match((await run("refresh")).out, /New ones are there/);
  assert.equal((await run("carry")).out.match(/30 of 30 unused/g)?.length, 2);
});

test("a second passport joins the record of whoever proves to hold it, once", async () => {
  await withPassports(port, [chip("second"), chip("foreign")], async () => {
    const add = (slot, name) => wallet(["add-document", "--reader", SLOTS[slot], "--wallet", kept("new")], [
      ["opens this wallet", PASSCODE], ["agree separately", "yes"], ...opening(holder(name)),
    ]);
    const added = await add(0, "second");
    assert.equal(added.code, 0, added.asked);
    assert.deepEqual(added.unasked, []);
    assert.equal(failure(await add(0, "second")), "document_kept");
    assert.equal(failure(await add(1, "foreign")), "document_of_another");
  });
  // On a new device the second passport alone finds the person.
  await withPassports(port, [chip("second"), chip("foreign")], async () => {
    const again = await enrol("second", SLOTS[0], "16012340002", "again");
    assert.equal(again.code, 0, again.asked);
    assert.equal(netNumber(again), numbers.get("new"));
  });
});

test("a copied chip is refused, and one that can prove nothing", async () => {
  await withPassports(port, [chip("copied"), chip("silent")], async () => {
    const copied = await enrol("old", SLOTS[0], "16012340008", "copied");
    assert.equal(failure(copied), "chip_cloned", copied.asked);
    const silent = await enrol("silent", SLOTS[1], "16012340009");
    assert.equal(failure(silent), "chip_not_provable", silent.asked);
  });
});

/** Enrols with the passport in this slot, answering what the wallet asks. */
function enrol(name, slot, phone, file = name) {
  const code = async () => {
    const letters = await (await fetch(`${demo.inbox}/api/inbox?phone=${phone}`)).json();
    return letters[0].code;
  };
  const words = ["enrol", "--platform", demo.platform, "--reader", slot, "--wallet", kept(file)];
  return wallet(words, [
    ["apply for a net number", "yes"], ["agree separately", "yes"], ...opening(holder(name)),
    ["Path of a JPEG", ""],
    ["Mobile number", phone], ["Code sent to", code], ["Passcode", PASSCODE], ["once more", PASSCODE],
  ]);
}
