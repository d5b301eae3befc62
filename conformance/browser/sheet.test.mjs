// The page's module makes of a sheet what the wallet makes of it, and forgives what a hand and an eye mistake.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { draw, prove, read, write } from "../../crates/server/static/sheet_code.js";

const shared = JSON.parse(await readFile(new URL("sheet.json", import.meta.url), "utf8"));
const SECRET = Uint8Array.from({ length: 16 }, (_, place) => place * 17);

test("the same paper makes the same key as in the wallet", async () => {
  assert.equal(await write(SECRET), shared.code);
  const { issuer, challenge } = shared;
  assert.equal(await prove(SECRET, { issuer, act: "sign-in", challenge }), shared.proof);
});

test("what was drawn is read as it was written, and slips are noticed", async () => {
  for (let turn = 0; turn < 100; turn += 1) {
    const secret = draw();
    const code = await write(secret);
    assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    assert.deepEqual(await read(code), secret);
    const sloppy = ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `;
    assert.deepEqual(await read(sloppy), secret);
    assert.equal(await read(code.slice(1)), undefined);
    assert.equal(await read(`${code}0`), undefined);
    assert.equal(await read(code.replace(/.$/, "U")), undefined);
  }
  assert.equal(await read(shared.code.replace("F24S", "F25S")), undefined);
});
