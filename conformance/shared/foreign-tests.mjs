// What every client of another language has to do here: discovery, login, refresh, userinfo, logout, and a refused login.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Demo } from "./demo.mjs";
import { LOGGED_OUT_URI, REDIRECT_URI, admit, answer, browser, converse } from "./foreign.mjs";

/** The tests of one program: its words, its build before, and whether it proves itself by key. */
export function relyingParty({ program, build = () => {}, withKey }) {
  let demo, party, words;

  before(async () => {
    build();
    demo = await Demo.start();
    party = await admit(demo, "bookshop", { withKey });
    words = [demo.platform, party.id, withKey ? party.keyFile : party.secret, REDIRECT_URI, party.logout ? LOGGED_OUT_URI : ""];
  });

  after(() => demo?.remove());

  test("discovery, a login, a refresh, the end", async (t) => {
    const visitor = browser();
    let logged;
    const learnt = await converse(program(), words, async (url) => {
      const address = new URL(url);
      if (!address.pathname.endsWith("/authorize")) {
        logged = await logOut(visitor, address);
        return logged.href;
      }
      return answer(demo, visitor, url, 44, "approve");
    });
    assert.equal(learnt.issuer, demo.platform);
    assert.match(learnt.sub, /^[\w-]{20,}$/);
    assert.equal(learnt.userinfo_sub, learnt.sub);
    assert.equal(learnt.refreshed_sub, learnt.sub);
    assert.notEqual(learnt.refreshed_access_token, learnt.access_token);
    assert.equal(learnt.result, "passed");
    if (!party.logout) return t.diagnostic("logout is not offered by this program");
    assert.ok(logged.href.startsWith(LOGGED_OUT_URI), `${logged}`);
    assert.equal(learnt.logged_out, true);
    // Whoever comes next signs in anew.
    const again = await visitor.get(learnt.first_request);
    assert.match(again.body, /id="sandbox-sign-in"/);
  });

  test("a refused login is told as such", async () => {
    const visitor = browser();
    const learnt = await converse(program(), words, (url) => answer(demo, visitor, url, 45, "decline"));
    assert.equal(learnt.error, "access_denied");
    assert.equal(learnt.sub, undefined);
  });
}

/** The person confirms where asked to. */
async function logOut(visitor, url) {
  const page = await visitor.get(url);
  return page.body ? (await visitor.submit(page, "sign-out")).url : page.url;
}
