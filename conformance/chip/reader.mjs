// A reader with two slots and a passport in each: pcscd in the foreground, Debian's driver of emulated readers, and
// passport.py behind it. Everything listens on loopback only and ends with the test.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Debian's Python: its packages are not another's. */
export const PYTHON = "/usr/bin/python3";

export const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** How the slots are named: `--reader` is given one of these. */
export const SLOTS = ["00 00", "00 01"];

const DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/** Whatever runs, so that nothing is left behind however the test ends. */
const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Puts two passports on the reader, does something, takes them away. */
export async function withPassports(port, chips, deed) {
  const folder = await mkdtemp(join(tmpdir(), "yinzheng-reader-"));
  const children = [];
  try {
    children.push(await started(PYTHON, [here("passport.py"), "--port", `${port}`, ...chips], "ready"));
    const slots = `FRIENDLYNAME "Emulated Reader"\nDEVICENAME 127.0.0.1:${port}\nLIBPATH ${DRIVER}\nCHANNELID ${port}\n`;
    await writeFile(join(folder, "emulated"), slots);
    children.push(await started("pcscd", ["--foreground", "--info", "--config", folder], "daemon ready"));
    return await deed();
  } finally {
    // The driver first: it ends in its own way when the passports are gone before it.
    for (const child of children.reverse()) await ended(child);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a program and waits until it says so. */
async function started(program, words, ready) {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let said = "";
  child.stderr.on("data", (text) => { said = (said + text).slice(-4000); });
  for await (const line of createInterface({ input: child.stdout })) {
    said = `${said}${line}\n`.slice(-4000);
    if (line.includes(ready)) {
      child.stdout.resume();
      return child;
    }
  }
  throw new Error(`${program} did not start (is another pcscd running?):\n${said}`);
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, "exit");
  child.kill("SIGTERM");
  await end;
}
