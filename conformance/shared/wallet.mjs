// The command line wallet at an emulated terminal: answers its questions one after another as they come.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The program under test, built with `--features pcsc`. */
const PROGRAM = process.env.YINZHENG_WALLET
  ?? fileURLToPath(new URL("../../target/debug/yinzheng-wallet", import.meta.url));

/**
 * Runs the wallet. `answers` are pairs of what a question holds and what is answered to it (a text, or a function that
 * finds one), in the order they are asked. Gives the exit code and all that was said. `killedAfter` so many milliseconds it is
 * ended as a power cut would.
 */
export async function wallet(words, answers = [], { killedAfter } = {}) {
  const child = spawn(PROGRAM, ["--language", "en", ...words], { stdio: ["pipe", "pipe", "pipe"] });
  const exited = once(child, "exit");
  const killing = killedAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killedAfter);
  let [out, asked, seen] = ["", "", 0];
  child.stdout.on("data", (text) => { out += text; });
  const left = [...answers];
  // One answer at a time, and each to the question it belongs to.
  let answering = Promise.resolve();
  child.stderr.on("data", (text) => {
    asked += text;
    answering = answering.then(async () => {
      while (left.length > 0) {
        const place = asked.indexOf(left[0][0], seen);
        if (place < 0) return;
        const [question, answer] = left.shift();
        seen = place + question.length;
        child.stdin.write(`${typeof answer === "function" ? await answer() : answer}\n`);
      }
    });
  });
  child.stdin.on("error", () => {});
  const [code] = await exited;
  clearTimeout(killing);
  await answering;
  return { code, out, asked, unasked: left.map(([question]) => question) };
}

/** The answers that open a passport by its machine readable zone. */
export const opening = ({ number, birth, expiry }) => [
  ["Number of the document", number], ["Date of birth", birth], ["Valid until", expiry],
];

/** The word a failure ends with. */
export const failure = ({ asked }) => /\[([a-z_]+)\]\s*$/.exec(asked)?.[1];
