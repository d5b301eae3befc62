// Starts, stops and kills `yinzheng demo` in a folder that goes away.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The program under test. */
export const PROGRAM =
  process.env.YINZHENG ?? fileURLToPath(new URL("../../target/debug/yinzheng", import.meta.url));

/** The last port the demo takes is this far from its first. */
const SPAN = 11;

export class Demo {
  /** An empty folder, ports that are free, nothing running yet. */
  static async prepare({ database, credentialsPerSecond } = {}) {
    const demo = new Demo();
    demo.folder = await mkdtemp(join(tmpdir(), "yinzheng-demo-"));
    demo.data = join(demo.folder, "data");
    demo.database = database;
    demo.credentialsPerSecond = credentialsPerSecond;
    demo.port = await freePorts();
    // Nobody is left behind, however we end.
    process.once("exit", () => demo.child?.kill("SIGKILL"));
    return demo;
  }

  /** Prepares and starts. */
  static async start(wishes) {
    const demo = await Demo.prepare(wishes);
    try {
      await demo.run();
    } catch (error) {
      await demo.remove();
      throw error;
    }
    return demo;
  }

  /** Runs the program until it says that all is ready. */
  async run() {
    const file = join(this.folder, "addresses.json");
    const words = ["demo", "--quiet", "--port", `${this.port}`, "--data", this.data, "--addresses", file];
    if (this.database) words.push("--database", this.database);
    if (this.credentialsPerSecond) words.push("--credentials-per-second", `${this.credentialsPerSecond}`);
    this.child = spawn(PROGRAM, words, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    this.said = "";
    this.child.stderr.on("data", (text) => { this.said = (this.said + text).slice(-20_000); });
    this.ended = once(this.child, "exit");
    const lines = createInterface({ input: this.child.stdout });
    const ready = (async () => {
      for await (const line of lines) if (line.startsWith("ready ")) return true;
      return false;
    })();
    if (!(await ready)) throw new Error(`the demo did not start:\n${this.said}`);
    Object.assign(this, JSON.parse(await readFile(file, "utf8")));
    return this;
  }

  /** Stops it as Ctrl-C does. */
  async stop() {
    this.child.kill("SIGINT");
    const [code] = await this.ended;
    return code;
  }

  /** Ends it as a power cut would, as far as the process is concerned. */
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  /** Stops it if it runs, and leaves nothing behind. */
  async remove() {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs an operator's command on the same data; its output. */
  async operate(...words) {
    const config = join(this.folder, "yinzheng.toml");
    const outside = (name, url) => `[${name}]\nurl = "${url}"\nsandbox = true\n`;
    await writeFile(config, [
      `profile = "sandbox"\nissuer = "${this.platform}"\ndata_directory = "${this.data}"\n`,
      this.database ? `[database]\nurl = "${this.database}"\n` : "",
      outside("registry", this.registry), outside("messages", this.inbox),
    ].join("\n"));
    const done = spawnSync(PROGRAM, [...words, "--config", config], { cwd: this.folder, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`yinzheng ${words.join(" ")}: ${done.stderr}`);
    return done.stdout;
  }
}

/** The first of a row of ports that nobody listens on. */
async function freePorts() {
  for (let tries = 0; tries < 50; tries += 1) {
    const base = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await Promise.all([0, 1, 2, 3, 4, 5, 6, 10, SPAN].map((after) => isFree(base + after)));
    if (free.every(Boolean)) return base;
  }
  throw new Error("no free ports");
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
