// A relying party that sells what is not for everybody, and has the platform ask wallets for it.

import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { newKey, seconds, signed } from "../kill/jws.mjs";

const CLIENT = "cinema";
const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export class Cinema {
  #key = newKey();

  /** Has the operator of this platform admit it: it may ask whether somebody is of age, and nothing else. */
  static async admitted(demo) {
    const cinema = new Cinema();
    cinema.demo = demo;
    const keys = join(demo.folder, "cinema-keys.json");
    await writeFile(keys, JSON.stringify({ keys: [{ ...cinema.#key.jwk, kid: CLIENT, alg: "ES256", use: "sig" }] }));
    const admission = join(demo.folder, "cinema.toml");
    await writeFile(admission, `
      [organisation]
      code = "91110000MA0000031P"
      name_zh = "虚构影城"
      name_en = "Invented Pictures"
      [client]
      id = "${CLIENT}"
      name_zh = "虚构影城"
      name_en = "Invented Cinema"
      redirect_uris = ["http://127.0.0.1:65500/callback"]
      keys_file = "${keys}"
      [[scenes]]
      scene = "check_age"
      purpose_zh = "夜场"
      purpose_en = "Night showing"
      legal_basis = "Testing"
      asks = ["age_over_18"]
      other_methods = ["At the counter"]
      mode = "certificate"`);
    await demo.operate("client", "add", admission);
    return cinema;
  }

  /** Has the platform ask whoever opens the link; what the platform answers. By a prefix it says who asks. */
  ask(attributes = "age_over_18", prefix) {
    const scope = `openid scene:check_age ${attributes}`;
    return this.#post("/presentations", prefix ? { scope, client_id_prefix: prefix } : { scope });
  }

  /** What came of it: the platform's answer, whatever it is. */
  hears({ presentation }) {
    return this.#post("/presentation-result", { presentation });
  }

  async #post(path, form) {
    const now = seconds();
    const claims = { iss: CLIENT, sub: CLIENT, aud: this.demo.platform, jti: randomUUID(), iat: now, exp: now + 60 };
    const body = new URLSearchParams({
      ...form,
      client_assertion_type: ASSERTION,
      client_assertion: signed(this.#key, { typ: "JWT", kid: CLIENT }, claims),
    });
    const response = await fetch(new URL(path, this.demo.platform), { method: "POST", body });
    return { status: response.status, ...await response.json() };
  }
}
