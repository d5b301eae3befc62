// An invented person with a device of their own, who uses the same pages as everybody.

import { Visitor, formAttributes, link, text } from "../shared/visitor.mjs";
import { newKey, seconds, signed } from "./jws.mjs";
import { Party } from "./party.mjs";

const PASSCODE = "20250715";

/** The platform gave an answer that says neither yes nor no. */
export class NoAnswer extends Error {}

export class Person {
  #browser = new Visitor({ stopAt: Party.isHome });

  constructor(demo, index) {
    Object.assign(this, { demo, index, key: newKey() });
  }

  /** Applies, page by page. When this returns, the platform has said that the certificate is issued. */
  async enrol() {
    const { platform, registry, inbox } = this.demo;
    const invented = await json(fetch(`${registry}/api/people/${this.index}`));
    let page = await this.#get(`${platform}/enrol`);
    page = await this.#send(page, "agree");
    page = await this.#send(page, "agree");
    page = await this.#holdCard(page, registry);
    page = await this.#send(page, "other-way");
    page = await this.#send(page, "send", { phone: invented.phone });
    const letters = await json(fetch(`${inbox}/api/inbox?phone=${invented.phone}`));
    const letter = letters.find(({ code }) => code);
    page = await this.#send(page, "check", { code: letter.code });
    const proof = this.#proof(formAttributes(page, "issue"), { cnf: { jwk: this.key.jwk } });
    page = await this.#send(page, "issue", { passcode: PASSCODE, repeat: PASSCODE, device_proof: proof });
    this.certificate = /data-certificate-id="([0-9a-f]{32})"/.exec(page.body)?.[1];
    this.netNumber = /data-number="([A-Z2-9]{10})"/.exec(page.body)?.[1];
    if (!this.certificate || !this.netNumber) throw new NoAnswer(`not issued: ${page.status} ${page.url}`);
  }

  async #holdCard(page, registry) {
    const reader = link(page, "read-card").searchParams;
    const body = JSON.stringify({ challenge: reader.get("challenge"), audience: this.demo.platform });
    const headers = { "content-type": "application/json" };
    const evidence = await json(fetch(`${registry}/api/people/${this.index}/answer`, { method: "POST", body, headers }));
    // The form that the reader's page would send.
    const form = `<form method="post" action="/enrol/document"><input name="ticket" value="${reader.get("ticket")}"><button id="hold"></button></form>`;
    return this.#send({ ...page, body: form }, "hold", evidence);
  }

  /** Signs in on a browser that was never seen before, with the device's key and the passcode. */
  async signIn() {
    this.#browser = new Visitor({ stopAt: Party.isHome });
    const page = await this.#get(`${this.demo.platform}/sign-in?to=/me`);
    const proof = this.#proof(formAttributes(page, "sign-in"), { certificate: this.certificate });
    return this.#send(page, "sign-in", { passcode: PASSCODE, device_proof: proof });
  }

  /** Goes where a relying party sends; approves if asked. The code, and whether it took an approval. */
  async goTo(request) {
    let page = await this.#get(request.url);
    const asked = !Party.isHome(page.url);
    if (asked) page = await this.#send(page, "approve");
    const code = page.url.searchParams.get("code");
    if (!Party.isHome(page.url) || !code) throw new NoAnswer(`no code: ${page.status} ${page.url}`);
    return { code, verifier: request.verifier, asked };
  }

  /** Makes an offer on the page of one's own: the link for a wallet, and the digits beside it. */
  async offered() {
    const page = await this.#send(await this.#get(`${this.demo.platform}/me/wallet`), "offer-now");
    return { uri: `${link(page, "open-wallet")}`, txCode: text(page, "tx-code") };
  }

  /** One tap, and nobody can use the certificate. */
  async lock() {
    return this.#send(await this.#get(`${this.demo.platform}/me`), "lock");
  }

  /** Where the same leads without any page: `code`, or the error's name. */
  async goSilently(party, scene) {
    const { url } = await this.#get(party.request(scene, { prompt: "none" }).url);
    return url.searchParams.has("code") ? "code" : url.searchParams.get("error");
  }

  /** Withdraws the consent to this scene. */
  async withdraw(scene) {
    const page = await this.#get(`${this.demo.platform}/me`);
    const words = WORDS[scene];
    for (const [, form] of page.body.matchAll(/<li>([\s\S]*?)<\/li>/g)) {
      if (form.includes(`· ${words}<`) && form.includes('name="consent"')) {
        const after = await this.#send({ ...page, body: form.replace("<button", '<button id="withdraw"') }, "withdraw");
        if (after.status === 200 && after.url.pathname === "/me") return;
        throw new NoAnswer(`not withdrawn: ${after.status}`);
      }
    }
    throw new Error(`no consent to ${scene} on the page`);
  }

  /** Everything the platform keeps about the person. */
  async export() {
    const page = await this.#get(`${this.demo.platform}/me/export`);
    if (page.status !== 200) throw new NoAnswer(`no export: ${page.status}`);
    return JSON.parse(page.body);
  }

  async #get(url) {
    return answered(await this.#browser.get(url));
  }

  async #send(page, id, fields) {
    return answered(await this.#browser.submit(page, id, fields));
  }

  #proof({ "data-issuer": aud, "data-challenge": nonce }, about) {
    return signed(this.key, { typ: "device-proof+jwt" }, { aud, nonce, iat: seconds(), ...about });
  }
}

/** How the page of one's own names the scenes (crates/server/locales/zh-CN). */
const WORDS = {
  log_in: "登录",
  register: "注册账号",
  recover_password: "找回密码",
  change_phone: "更换手机号",
  manage_membership: "管理会员",
  book_ticket: "订票",
  insure: "投保",
};

function answered(page) {
  if (page.status >= 500) throw new NoAnswer(`${page.status} at ${page.url}`);
  return page;
}

async function json(response) {
  const answer = await response;
  if (!answer.ok) throw new NoAnswer(`${answer.status} at ${answer.url}`);
  return answer.json();
}
