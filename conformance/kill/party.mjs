// A relying party that asks in many scenes, so that there are many consents to give.

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { newKey, seconds, signed } from "./jws.mjs";

export const SCENES = ["log_in", "register", "recover_password", "change_phone", "manage_membership", "book_ticket", "insure"];

const CLIENT = "killed";
const REDIRECT_URI = "http://127.0.0.1:65500/callback";
const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export class Party {
  #key = newKey();

  /** Has the operator of this platform admit it. */
  static async admitted(demo) {
    const party = new Party();
    party.demo = demo;
    const keys = join(demo.folder, "party-keys.json");
    await writeFile(keys, JSON.stringify({ keys: [{ ...party.#key.jwk, kid: CLIENT, alg: "ES256", use: "sig" }] }));
    const admission = join(demo.folder, "party.toml");
    const scenes = SCENES.map((scene) => `
      [[scenes]]
      scene = "${scene}"
      purpose_zh = "测试"
      purpose_en = "Testing"
      legal_basis = "Testing"
      asks = []
      other_methods = ["At the counter"]
      mode = "certificate"`);
    await writeFile(admission, `
      [organisation]
      code = "91110000MA0000031P"
      name_zh = "虚构邮局"
      name_en = "Invented Post"
      [client]
      id = "${CLIENT}"
      name_zh = "虚构邮局"
      name_en = "${CLIENT}"
      redirect_uris = ["${REDIRECT_URI}"]
      keys_file = "${keys}"
      ${scenes.join("\n")}`);
    await demo.operate("client", "add", admission);
    return party;
  }

  /** Whether an address is where its browsers come back to. */
  static isHome(url) {
    return url.href.startsWith(REDIRECT_URI);
  }

  /** A request, and the verifier its code will need. */
  request(scene, more = {}) {
    const verifier = randomBytes(32).toString("base64url");
    const url = new URL("/authorize", this.demo.platform);
    url.search = new URLSearchParams({
      client_id: CLIENT,
      response_type: "code",
      redirect_uri: REDIRECT_URI,
      scope: `openid scene:${scene}`,
      state: randomUUID(),
      nonce: randomUUID(),
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...more,
    });
    return { url, verifier };
  }

  /** Redeems a code, with an assertion of its own each time. */
  async redeem({ code, verifier }) {
    const claims = { iss: CLIENT, sub: CLIENT, aud: this.demo.platform, jti: randomUUID(), iat: seconds(), exp: seconds() + 60 };
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      client_assertion_type: ASSERTION,
      client_assertion: signed(this.#key, { typ: "JWT", kid: CLIENT }, claims),
    });
    const response = await fetch(new URL("/token", this.demo.platform), { method: "POST", body });
    return { status: response.status, body: await response.json() };
  }

  /** What the access token is told. */
  async userinfo(accessToken) {
    const headers = { authorization: `Bearer ${accessToken}` };
    const response = await fetch(new URL("/userinfo", this.demo.platform), { headers });
    return { status: response.status, body: await response.json().catch(() => undefined) };
  }
}
