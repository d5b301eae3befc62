// What the platform acknowledged, and whether it is all there, once.

import assert from "node:assert/strict";


export class Ledger {
  /** Redemptions since the last look: acknowledged, or sent without an answer. */
  redemptions = [];
  /** Certificates and consents for the whole run: acknowledged. */
  people = [];
  /** How many there were, for the report. */
  counts = { redemptions: 0, unanswered: 0, ofThoseDone: 0, certificates: 0, consents: 0, withdrawals: 0 };

  constructor(party) {
    this.party = party;
  }

  /** Whom the platform told: "your certificate is issued". */
  issued(person) {
    this.counts.certificates += 1;
    this.people.push({ person, logins: 0, consents: new Map(), isNew: true });
    return this.people.at(-1);
  }

  /** A code is about to be redeemed; what comes of it is written into what this returns. */
  redeeming(entry, code) {
    const redemption = { entry, code, answer: undefined };
    this.redemptions.push(redemption);
    return redemption;
  }

  /** Without being asked, the person had agreed in an act that got no answer. */
  consented(entry, scene, asked) {
    if (asked) this.counts.consents += 1;
    entry.consents.set(scene, "given");
  }

  withdrawn(entry, scene) {
    this.counts.withdrawals += 1;
    entry.consents.set(scene, "withdrawn");
  }

  /** A consent act that got no answer may have happened or not. */
  unsure(entry, scene) {
    entry.consents.set(scene, "unsure");
  }

  /** After a kill: whatever was acknowledged since the last one is there, once. */
  async check() {
    await Promise.all(this.redemptions.map((redemption) => this.#checkRedemption(redemption)));
    const touched = new Set(this.redemptions.map(({ entry }) => entry));
    this.redemptions = [];
    for (const entry of this.people) {
      if (entry.isNew) await checkCertificate(entry);
      if (entry.isNew || touched.has(entry) || entry.consents.size > 0) await this.checkPerson(entry);
      entry.isNew = false;
    }
  }

  async #checkRedemption({ entry, code, answer }) {
    if (answer) {
      this.counts.redemptions += 1;
      entry.logins += 1;
      const info = await this.party.userinfo(answer.access_token);
      assert.equal(info.status, 200, "an acknowledged redemption is forgotten");
      await this.#isSpent(code);
      const after = await this.party.userinfo(answer.access_token);
      assert.equal(after.status, 401, "tokens outlive the second showing of their code");
      return;
    }
    // Sent, no answer: it was done or it was not, and asking again tells which.
    this.counts.unanswered += 1;
    entry.logins += 1;
    const again = await this.party.redeem(code);
    if (again.status === 200) {
      await this.#isSpent(code);
    } else {
      this.counts.ofThoseDone += 1;
      assert.equal(again.body.reason, "code_reused", JSON.stringify(again));
    }
  }

  async #isSpent(code) {
    const again = await this.party.redeem(code);
    assert.deepEqual([again.status, again.body.error, again.body.reason], [400, "invalid_grant", "code_reused"]);
  }

  /** Everything about a person, as the platform tells that person. */
  async checkPerson({ person, logins, consents }) {
    const kept = await person.export();
    const events = (kind) => kept.events.filter((event) => event.kind === kind).length;
    assert.equal(kept.net_number, person.netNumber);
    assert.equal(events("issued"), 1, "one certificate, one event");
    assert.equal(events("authenticated"), logins, `logins of ${person.index}`);
    for (const [scene, state] of consents) {
      const inForce = kept.consents.filter((consent) => consent.scene === scene && !consent.withdrawn_at).length;
      if (state === "unsure") assert.ok(inForce <= 1, `a doubled consent to ${scene}`);
      else assert.equal(inForce, state === "given" ? 1 : 0, `consent to ${scene}, ${state}`);
      if (state === "unsure") continue;
      const silently = await person.goSilently(this.party, scene);
      assert.equal(silently, state === "given" ? "code" : "consent_required", `${scene}, ${state}`);
    }
  }

  /** At the end: everybody who ever got a certificate has it, and everything they agreed to. */
  async checkEverything() {
    for (const entry of this.people) {
      await checkCertificate(entry);
      await this.checkPerson(entry);
    }
  }
}

/** The certificate signs its holder in, on a browser never seen before. */
async function checkCertificate({ person }) {
  const page = await person.signIn();
  assert.equal(page.url.pathname, "/me", `the certificate of ${person.index} does not sign in: ${page.status}`);
  assert.ok(page.body.includes(person.netNumber));
}

