// A person who holds a wallet of npm @openid4vc: keys, signatures, the offer on their own page, the batch that comes of it.

import { createHash, randomBytes } from "node:crypto";

import { clientAuthenticationAnonymous } from "@openid4vc/oauth2";
import { Openid4vciClient } from "@openid4vc/openid4vci";
import * as jose from "jose";

import { Visitor, link, text } from "../shared/visitor.mjs";

/** The form of certificate that answers questions. */
export const FORM = "net-certificate";

/** A key of a wallet's, as the library wants to be told of it. */
export async function key() {
  const { publicKey, privateKey } = await jose.generateKeyPair("ES256", { extractable: true });
  const publicJwk = await jose.exportJWK(publicKey);
  return { privateKey, publicJwk, signer: { method: "jwk", alg: "ES256", publicJwk } };
}

/** What the library leaves to its user: signatures, hashes, chance. */
export function callbacks(keys, clientAuthentication = clientAuthenticationAnonymous()) {
  const own = (jwk) => keys.find((one) => one.publicJwk.x === jwk.x);
  return {
    hash: (data, algorithm) => createHash(algorithm.replace("-", "")).update(data).digest(),
    generateRandom: (length) => randomBytes(length),
    clientAuthentication,
    signJwt: async (signer, { header, payload }) => {
      const jwt = await new jose.SignJWT(payload).setProtectedHeader(header).sign(own(signer.publicJwk).privateKey);
      return { jwt, signerJwk: signer.publicJwk };
    },
    encryptJwe: async (encryptor, payload) => {
      const jwk = encryptor.publicJwk;
      const jwe = await new jose.CompactEncrypt(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: encryptor.alg, enc: encryptor.enc, kid: jwk.kid })
        .encrypt(await jose.importJWK(jwk, encryptor.alg));
      return { jwe, encryptionJwk: jwk };
    },
    decryptJwe: async () => ({ decrypted: false }),
    verifyJwt: async () => ({ verified: false }),
  };
}

/** From the sign-in page on, as an invented person of this age; where the browser comes out. */
export async function signIn(demo, visitor, page, age, skip = 0) {
  const form = await visitor.get(link(page, "sandbox-sign-in"));
  const [person] = await (await fetch(`${demo.registry}/api/people?age=${age}&limit=1&skip=${skip}`)).json();
  return visitor.submit(form, "sign-in", { person: `${person.index}` });
}

/** The offer on the page of an invented person of this age, and the code beside it. */
export async function offered(demo, age, skip) {
  const visitor = new Visitor();
  await signIn(demo, visitor, await visitor.get(`${demo.platform}/me/wallet`), age, skip);
  const made = await visitor.submit(await visitor.get(`${demo.platform}/me/wallet`), "offer-now");
  return { uri: `${link(made, "open-wallet")}`, txCode: text(made, "tx-code") };
}

/** A wallet that has taken the offer. */
export async function wallet(demo, age, skip) {
  const [{ uri, txCode }, own] = [await offered(demo, age, skip), await key()];
  const keys = [own];
  const client = new Openid4vciClient({ callbacks: callbacks(keys) });
  const credentialOffer = await client.resolveCredentialOffer(uri);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const told = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, txCode, dpop: { signer: own.signer },
  });
  return { client, keys, credentialOffer, issuerMetadata, told };
}

/** Proofs of that many new keys. */
export async function proofs({ client, keys, issuerMetadata }, count) {
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata });
  const made = [];
  for (let number = 0; number < count; number += 1) {
    const holder = await key();
    keys.push(holder);
    made.push((await client.createCredentialRequestJwtProof({
      issuerMetadata, nonce, signer: holder.signer, credentialConfigurationId: FORM,
    })).jwt);
  }
  return { jwt: made };
}
