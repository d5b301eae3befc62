// Starts and stops `yinzheng-reader page`, and beside it an invented platform with a phone, in a folder that goes away.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = (name) => fileURLToPath(new URL(`../../target/debug/${name}`, import.meta.url));

/** The programs under test. */
const READER = process.env.YINZHENG_READER ?? built("yinzheng-reader");
const INVENTED = process.env.YINZHENG_INVENTED ?? built("examples/invented");

export class Desk {
  static async open(...wishes) {
    const desk = new Desk();
    desk.folder = await mkdtemp(join(tmpdir(), "yinzheng-desk-"));
    const mirror = join(desk.folder, "mirror");
    desk.phone = new Program(INVENTED, [mirror]);
    desk.first = await desk.phone.line();
    desk.reader = new Program(READER, ["page", "--mirror", mirror, "--port", "0", "--language", "en", ...wishes]);
    desk.address = (await desk.reader.line()).match(/http:\/\/[0-9.:]+\//)[0];
    return desk;
  }

  /** A code of the phone: `good`, `revoked`, `child`, the answer to a question; or `drawn`, as its screen shows it. */
  code(wish) {
    this.phone.child.stdin.write(`${wish}\n`);
    return this.phone.line();
  }

  async close() {
    await Promise.all([this.phone?.end(), this.reader?.end()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Nobody is left behind, however we end. */
const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

class Program {
  constructor(path, words) {
    this.child = spawn(path, words, { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    running.add(this.child);
  }

  async line() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error("the program ended");
    return value;
  }

  async end() {
    running.delete(this.child);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
  }
}
