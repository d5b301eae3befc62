// What is killed: the whole server on its embedded database, or PostgreSQL under a server that goes on.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Demo } from "../shared/demo.mjs";

/** Lends a private PostgreSQL: `cargo xtask postgres`. */
const XTASK = process.env.XTASK ?? fileURLToPath(new URL("../../target/debug/xtask", import.meta.url));

export class Server {
  static async start() {
    const engine = new Server();
    engine.demo = await Demo.start();
    return engine;
  }

  kill() {
    return this.demo.kill();
  }

  revive() {
    return this.demo.run();
  }

  remove() {
    return this.demo.remove();
  }
}

export class Postgres {
  static async start() {
    const engine = new Postgres();
    engine.folder = await mkdtemp(join(tmpdir(), "yinzheng-killed-"));
    try {
      await engine.revive();
      for (const name of ["town", "town_vault"]) {
        execFileSync("psql", ["-q", "-c", `CREATE DATABASE ${name}`, `${engine.url}/postgres`]);
      }
      engine.demo = await Demo.start({ database: `${engine.url}/town` });
    } catch (error) {
      await engine.remove();
      throw error;
    }
    return engine;
  }

  /** `kill -9` of the postmaster and of everything it started, without a pause in which the others could work on. */
  async kill() {
    const postmaster = postmasterOf(this.folder);
    for (const pid of [postmaster, ...childrenOf(postmaster)]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if (error.code !== "ESRCH") throw error;
      }
    }
    // Whoever looks after the engine notices.
    await this.keeperEnded;
  }

  /** Starts the engine on the data it has; it recovers by itself. */
  async revive() {
    const words = ["postgres", "--folder", this.folder];
    if (this.port) words.push("--port", this.port);
    this.keeper = spawn(XTASK, words, { stdio: ["ignore", "pipe", "pipe"] });
    let complaint = "";
    this.keeper.stderr.on("data", (text) => { complaint += text; });
    this.keeperEnded = once(this.keeper, "exit");
    for await (const line of createInterface({ input: this.keeper.stdout })) {
      this.url = line;
      this.port = new URL(line).port;
      return;
    }
    throw new Error(complaint);
  }

  async remove() {
    await this.demo?.remove();
    const postmaster = postmasterOf(this.folder);
    this.keeper?.kill("SIGTERM");
    await this.keeperEnded;
    while (isThere(postmaster)) await new Promise((resolve) => setTimeout(resolve, 20));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function postmasterOf(folder) {
  try {
    return Number(readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return undefined;
  }
}

function isThere(pid) {
  return pid !== undefined && stat(pid) !== undefined && stat(pid)[0] !== "Z";
}

function childrenOf(parent) {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((pid) => Number(stat(pid)?.[1]) === parent);
}

/** State and parent of a process. The second field is in brackets and may hold anything. */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
