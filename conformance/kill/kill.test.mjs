// `kill -9` at random moments while several clients log in, enrol, consent and withdraw. After each, whatever was
// acknowledged is there, exactly once: redemptions, certificates, consents, withdrawals.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Postgres, Server } from "./engines.mjs";
import { Ledger } from "./ledger.mjs";
import { Party, SCENES } from "./party.mjs";
import { NoAnswer, Person } from "./person.mjs";

/** How often each is killed; `cargo xtask test --only kill --rounds 100` sets both. */
const ROUNDS = { server: Number(process.env.ROUNDS ?? 20), engine: Number(process.env.ROUNDS ?? 12) };

/** Who log in without end, beside two who enrol people and one who consents and withdraws. */
const LOGGERS_IN = 4;

/** The latest moment of a kill, in milliseconds after the work began. */
const LATEST = 900;

test(`the server is killed ${ROUNDS.server} times on SQLite`, async (context) => {
  await story(context, await Server.start(), ROUNDS.server);
});

test(`PostgreSQL is killed ${ROUNDS.engine} times under a server that goes on`, async (context) => {
  await story(context, await Postgres.start(), ROUNDS.engine);
});

async function story(context, engine, rounds) {
  const begun = Date.now();
  try {
    const ledger = new Ledger(await Party.admitted(engine.demo));
    const population = await adults(engine.demo);
    const newcomer = () => new Person(engine.demo, population.pop());
    const loggersIn = [];
    for (let count = 0; count < LOGGERS_IN; count += 1) loggersIn.push(await enrolled(ledger, newcomer()));
    const consenter = { entry: await enrolled(ledger, newcomer()), turn: 0 };

    for (let round = 0; round < rounds; round += 1) {
      const work = { over: false };
      const workers = Promise.allSettled([
        ...loggersIn.map((entry) => until(work, () => logIn(ledger, entry))),
        until(work, () => enrolled(ledger, newcomer())),
        until(work, () => enrolled(ledger, newcomer())),
        until(work, () => consentOrWithdraw(ledger, consenter)),
      ]);
      await pause(Math.random() * LATEST);
      await engine.kill();
      work.over = true;
      for (const { reason } of await workers) if (reason) throw reason;
      await engine.revive();
      await ledger.check();
    }
    await ledger.checkEverything();

    const { counts } = ledger;
    assert.ok(counts.redemptions > rounds && counts.certificates > LOGGERS_IN + 1, JSON.stringify(counts));
    const took = Math.round((Date.now() - begun) / 1000);
    context.diagnostic(
      `${rounds} kills in ${took} s. Acknowledged and found exactly once: ${counts.redemptions} redemptions, ` +
      `${counts.certificates} certificates, ${counts.consents} consents, ${counts.withdrawals} withdrawals. ` +
      `Sent without an answer: ${counts.unanswered} redemptions, of which ${counts.ofThoseDone} had been done. Lost or doubled: 0.`,
    );
  } finally {
    await engine.remove();
  }
}

async function enrolled(ledger, person) {
  await person.enrol();
  return ledger.issued(person);
}

async function logIn(ledger, entry) {
  const code = await entry.person.goTo(ledger.party.request(SCENES[0]));
  const redemption = ledger.redeeming(entry, code);
  const { status, body } = await ledger.party.redeem(code);
  if (status >= 500) throw new NoAnswer(`${status} at /token`);
  assert.equal(status, 200, JSON.stringify(body));
  redemption.answer = body;
}

/** Gives the consents one after another, then takes them back. */
async function consentOrWithdraw(ledger, consenter) {
  const { entry } = consenter;
  const scene = SCENES[consenter.turn % SCENES.length];
  const isGiven = entry.consents.get(scene) === "given";
  consenter.turn += 1;
  ledger.unsure(entry, scene);
  if (isGiven) {
    await entry.person.withdraw(scene);
    ledger.withdrawn(entry, scene);
  } else {
    const { asked } = await entry.person.goTo(ledger.party.request(scene));
    ledger.consented(entry, scene, asked);
  }
}

/** Works until it is over. What failed because somebody was killed is not a failure. */
async function until(work, act) {
  while (!work.over) {
    try {
      await act();
    } catch (error) {
      if (!isBecauseOfKill(error)) throw error;
      await pause(20);
    }
  }
}

function isBecauseOfKill(error) {
  return error instanceof NoAnswer || (error instanceof TypeError && error.message === "fetch failed") ||
    ["UND_ERR_SOCKET", "ECONNRESET", "ECONNREFUSED"].includes(error.cause?.code ?? error.code);
}

/** The numbers of every adult whose card is in force: thousands, more than are ever enrolled here. */
async function adults({ registry }) {
  const indices = [];
  for (;;) {
    const found = await fetch(`${registry}/api/people?at_least=18&limit=500&skip=${indices.length}`);
    const people = await found.json();
    if (people.length === 0) return indices;
    indices.push(...people.map((person) => person.index));
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
