// npm @sd-jwt, which nobody here wrote, reads the credentials and status lists we write, and we read those it writes.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { ES256, digest, generateSalt } from "@sd-jwt/crypto-nodejs";
import { StatusList, createHeaderAndPayload } from "@sd-jwt/jwt-status-list";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const ISSUER = "https://id.example";
const VCT = "https://id.example/credentials/net-certificate";
const STATUS = "https://id.example/status/7";
const AUDIENCE = "https://desk.example";
const NONCE = "n-0S6_WzA2Mj";
const now = Math.floor(Date.now() / 1000);

/** Ours: a document in, a document out. */
function ours(verb, input) {
  const cargo = ["cargo", "run", "--quiet", "-p", "yinzheng-formats", "--example", "sd_jwt", "--"];
  const [program, ...before] = process.env.SD_JWT ? [process.env.SD_JWT] : cargo;
  const { stdout, stderr, status } = spawnSync(program, [...before, verb], { cwd: ROOT, input: JSON.stringify(input), encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** Theirs, with the keys it needs. */
async function theirs({ issuerKey, holderKey, issuerSigner, holderSigner, statusToken }) {
  return new SDJwtVcInstance({
    hasher: digest,
    hashAlg: "sha-256",
    saltGenerator: generateSalt,
    signAlg: "ES256",
    signer: issuerSigner,
    verifier: issuerKey && (await ES256.getVerifier(bare(issuerKey))),
    kbSignAlg: "ES256",
    kbSigner: holderSigner,
    kbVerifier: holderKey && (await ES256.getVerifier(bare(holderKey))),
    statusListFetcher: async () => statusToken,
  });
}

const bare = ({ kty, crv, x, y }) => ({ kty, crv, x, y });

test("theirs reads what we issue and show", async () => {
  const hidden = { age_over_18: true, age_over_60: false, minor: false };
  const input = { issuer: ISSUER, vct: VCT, status: STATUS, audience: AUDIENCE, nonce: NONCE, show: "age_over_18", hidden, now };
  const made = ours("issue", input);
  const reader = await theirs({ issuerKey: made.issuer_key, holderKey: made.holder_key, statusToken: made.good });

  const issued = await reader.verify(made.issued);
  for (const [name, value] of Object.entries(hidden)) assert.equal(issued.payload[name], value);

  const shown = await reader.verify(made.presentation, { keyBindingNonce: NONCE, requiredClaimKeys: ["age_over_18"] });
  assert.equal(shown.payload.age_over_18, true);
  assert.equal("minor" in shown.payload, false);
  assert.equal(shown.kb.payload.aud, AUDIENCE);
  await assert.rejects(reader.verify(made.presentation, { keyBindingNonce: "another" }));

  const revoked = await theirs({ issuerKey: made.issuer_key, holderKey: made.holder_key, statusToken: made.revoked });
  await assert.rejects(revoked.verify(made.presentation, { keyBindingNonce: NONCE }), /Status is not valid/i);
});

test("we read what theirs issues and shows", async () => {
  const [issuer, holder] = [await ES256.generateKeyPair(), await ES256.generateKeyPair()];
  const issuerSigner = await ES256.getSigner(issuer.privateKey);
  const maker = await theirs({ issuerKey: issuer.publicKey, issuerSigner, holderKey: holder.publicKey, holderSigner: await ES256.getSigner(holder.privateKey) });
  const claims = {
    iss: ISSUER,
    vct: VCT,
    exp: now + 3600,
    cnf: { jwk: bare(holder.publicKey) },
    status: { status_list: { idx: 3, uri: STATUS } },
    age_over_18: true,
    at: { city: "Chengdu", lane: 7 },
    lands: ["CN", "DE"],
  };
  const frame = { _sd: ["age_over_18", "at"], _sd_decoy: 2, at: { _sd: ["city", "lane"] }, lands: { _sd: [0, 1] } };
  const issued = await maker.issue(claims, frame);
  const kb = { payload: { iat: now, aud: AUDIENCE, nonce: NONCE } };
  const presentation = await maker.present(issued, { at: { city: true }, lands: { 1: true } }, { kb });

  const statusToken = async (statuses) => {
    const list = new StatusList(statuses, 1);
    const { header, payload } = createHeaderAndPayload(list, { iss: ISSUER, sub: STATUS, iat: now, exp: now + 600, ttl: 120 }, { alg: "ES256", typ: "statuslist+jwt" });
    const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return `${text}.${await issuerSigner(text)}`;
  };
  const input = { issuer_key: bare(issuer.publicKey), issuer: ISSUER, vct: VCT, audience: AUDIENCE, nonce: NONCE, now, presentation };

  const good = ours("read", { ...input, status_token: await statusToken([1, 1, 1, 0, 1, 1, 1, 1]) });
  assert.deepEqual(good, { claims: { at: { city: "Chengdu" }, lands: ["DE"] }, status: 0 });
  const revoked = ours("read", { ...input, status_token: await statusToken([0, 0, 0, 1, 0, 0, 0, 0]) });
  assert.equal(revoked.status, 1);

  const other = ours("read", { ...input, nonce: "another", status_token: "" });
  assert.deepEqual(other, { refused: "SdJwt(BindingElsewhere)" });
  const changed = presentation.replace(/~[^~]*$/, (binding) => `~${Buffer.from('["c2FsdHNhbHRzYWx0c2FsdA","age_over_18",true]').toString("base64url")}${binding}`);
  assert.match(ours("read", { ...input, presentation: changed, status_token: "" }).refused, /Unreferenced/);
});
