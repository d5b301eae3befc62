// The platform with TLS of its own, as `yinzheng serve` runs it: certificates made by openssl, a sandbox without neighbours.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PROGRAM } from "./demo.mjs";

export class OverTls {
  /** Runs in a folder that goes away, on ports that are free. */
  static async start() {
    const platform = new OverTls();
    platform.folder = await mkdtemp(join(tmpdir(), "yinzheng-tls-"));
    process.once("exit", () => platform.child?.kill("SIGKILL"));
    const [port, clients] = [await freePort(), await freePort()];
    platform.issuer = `https://localhost:${port}`;
    platform.authority = await platform.certificate("authority", { authority: true });
    await platform.certificate("server", { by: "authority", names: "DNS:localhost" });
    const at = (name) => join(platform.folder, name);
    await writeFile(at("yinzheng.toml"), `
      profile = "sandbox"
      issuer = "${platform.issuer}"
      listen = "127.0.0.1:${port}"
      data_directory = "${at("data")}"
      [tls]
      certificate_file = "${at("server.crt")}"
      key_file = "${at("server.key")}"
      [tls.clients]
      listen = "127.0.0.1:${clients}"
      address = "https://localhost:${clients}"
      ca_file = "${at("authority.crt")}"
      [registry]
      url = "http://127.0.0.1:9"
      sandbox = true
      [messages]
      url = "http://127.0.0.1:9"
      sandbox = true
    `);
    const words = (...own) => [...own, "--config", at("yinzheng.toml")];
    const migrated = spawnSync(PROGRAM, words("migrate"), { encoding: "utf8" });
    if (migrated.status !== 0) throw new Error(migrated.stderr);
    platform.child = spawn(PROGRAM, words("serve", "--quiet"), { stdio: ["ignore", "ignore", "pipe"] });
    platform.said = "";
    platform.child.stderr.on("data", (text) => { platform.said += text; });
    platform.ended = once(platform.child, "exit");
    await platform.ready();
    return platform;
  }

  /** Asks until it answers, or has ended. */
  async ready() {
    const fetch = this.fetch();
    for (;;) {
      try {
        if ((await fetch(`${this.issuer}/health/ready`, {})).status === 200) return;
      } catch {
        if (this.child.exitCode !== null) throw new Error(`the platform did not start:\n${this.said}`);
      }
      await new Promise((again) => setTimeout(again, 50));
    }
  }

  async remove() {
    this.child.kill("SIGINT");
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A certificate and its key: an authority's, one it signed, or one that signed itself. */
  async certificate(name, { by, names, authority = false, usage = "clientAuth,serverAuth" } = {}) {
    const at = (file) => join(this.folder, file);
    const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
      "-keyout", at(`${name}.key`), "-out", at(`${name}.crt`), "-subj", `/O=Invented/CN=${name}`];
    if (names) words.push("-addext", `subjectAltName=${names}`);
    if (!authority) words.push("-addext", "basicConstraints=critical,CA:FALSE", "-addext", `extendedKeyUsage=${usage}`);
    if (by) words.push("-CA", at(`${by}.crt`), "-CAkey", at(`${by}.key`));
    const made = spawnSync("openssl", words, { encoding: "utf8" });
    if (made.status !== 0) throw new Error(made.stderr);
    return { cert: await readFile(at(`${name}.crt`), "utf8"), key: await readFile(at(`${name}.key`), "utf8") };
  }

  /** `fetch` as client libraries take it, on a connection of its own that shows this certificate, or none. */
  fetch(shown = {}) {
    return (url, { method = "GET", headers = {}, body } = {}) => new Promise((resolve, reject) => {
      const options = { method, headers: Object.fromEntries(new Headers(headers)), agent: false, ca: this.authority.cert, ...shown };
      const call = request(url, options, async (answer) => {
        const chunks = [];
        for await (const chunk of answer) chunks.push(chunk);
        const empty = [204, 304].includes(answer.statusCode);
        resolve(new Response(empty ? null : Buffer.concat(chunks), { status: answer.statusCode, headers: answer.headers }));
      });
      call.once("error", reject);
      call.end(body === undefined || body === null ? undefined : `${body}`);
    });
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
