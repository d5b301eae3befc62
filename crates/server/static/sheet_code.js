// @ts-check
/**
 * The key of a recovery sheet: 16 bytes of chance, written as seven groups of four, and the Ed25519 key they make.
 *
 * The same words as the wallet's (`crates/wallet/src/sheet.rs`). What is printed never leaves this browser: the
 * platform is sent a public key and signatures.
 */

/** Digits and capitals without I, L, O and U, which are taken for others. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 28;
const DERIVATION = new TextEncoder().encode("yinzheng-sheet-v1");
/** RFC 8410 §7: a PKCS#8 document of an Ed25519 key is these bytes and the seed. */
const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);

/** A fresh secret. */
export function draw() {
  return crypto.getRandomValues(new Uint8Array(16));
}

/**
 * As printed, group by group.
 * @param {Uint8Array} secret
 */
export async function write(secret) {
  let bits = 0n;
  for (const byte of secret) bits = (bits << 8n) | BigInt(byte);
  bits = (bits << 12n) | BigInt(await check(secret));
  // 128 bits, two zeros, ten bits that check them.
  let text = "";
  for (let place = LENGTH - 1; place >= 0; place -= 1) text += ALPHABET[Number((bits >> BigInt(5 * place)) & 31n)];
  return text.match(/.{4}/g)?.join("-") ?? "";
}

/**
 * What somebody typed or a camera read: groups and capitals do not matter, O is taken for 0, I and L for 1.
 * @param {string} text
 * @returns {Promise<Uint8Array | undefined>} undefined where it is no sheet's
 */
export async function read(text) {
  const typed = text.toUpperCase().replace(/[\s\-–—_.]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  if (typed.length !== LENGTH) return undefined;
  let bits = 0n;
  for (const character of typed) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    bits = (bits << 5n) | BigInt(value);
  }
  const secret = new Uint8Array(16);
  for (let place = 0; place < 16; place += 1) secret[15 - place] = Number((bits >> BigInt(12 + 8 * place)) & 255n);
  return Number(bits & 0xfffn) === (await check(secret)) ? secret : undefined;
}

/**
 * Ten bits of a hash.
 * @param {Uint8Array} secret
 */
async function check(secret) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", joined([DERIVATION, secret])));
  return ((hash[0] ?? 0) << 2) | ((hash[1] ?? 0) >> 6);
}

/**
 * The proof that whoever sits here has the sheet.
 * @param {Uint8Array} secret
 * @param {{ issuer: string, act: "bind" | "sign-in", challenge: string }} what
 */
export async function prove(secret, { issuer, act, challenge }) {
  const text = new TextEncoder();
  const base = await crypto.subtle.importKey("raw", whole(secret), "HKDF", false, ["deriveBits"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: DERIVATION, info: text.encode(issuer) };
  const seed = new Uint8Array(await crypto.subtle.deriveBits(derivation, base, 256));
  const key = await crypto.subtle.importKey("pkcs8", joined([PKCS8, seed]), "Ed25519", true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  const said = text.encode(["yinzheng-sheet-proof-v1", issuer, act, challenge].join("\0"));
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, said));
  const encoded = btoa(String.fromCharCode(...signature));
  return `${x}.${encoded.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** @param {Uint8Array} bytes */
function whole(bytes) {
  return Uint8Array.from(bytes);
}
