// A platform as an operator runs it, without the demonstration's tour, beside parties of the test's own: a register that has
// one person, a carrier of messages, and somebody who compares faces and remembers what they were sent.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { PROGRAM } from "../shared/demo.mjs";

/** Somebody invented; the number is an example of GB 11643. */
const SOMEBODY = {
  name: "张样本", document_class: "resident_identity_card", number: "11010519491231002X", born: "1949-12-31",
  valid_until: null, register: "R-1", wards: [],
};

export class House {
  /** What the party that compares faces was sent, oldest first. */
  samples = [];
  /** Whether it finds the face to be the right one. */
  matches = true;
  /** The code in the newest message. */
  code = "";
  /** Where the relying party's browsers came back to. */
  backs = [];

  static async open() {
    const house = new House();
    house.folder = await mkdtemp(join(tmpdir(), "yinzheng-house-"));
    house.outside = createServer((request, response) => house.#answer(request, response));
    house.outside.listen(0, "127.0.0.1");
    await once(house.outside, "listening");
    const { port } = house.outside.address();
    house.port = await freePort();
    house.platform = `http://localhost:${house.port}`;
    house.client = `http://localhost:${port}/back`;
    const party = `url = "http://127.0.0.1:${port}"\nsandbox = true\n`;
    const config = `profile = "sandbox"\nissuer = "${house.platform}"\nlisten = "127.0.0.1:${house.port}"\n` +
      `data_directory = "${join(house.folder, "data")}"\n\n[registry]\n${party}\n[messages]\n${party}\n[portrait]\n${party}`;
    house.config = join(house.folder, "yinzheng.toml");
    await writeFile(house.config, config);
    house.#run("migrate", "--config", house.config);
    const admission = join(house.folder, "shop.toml");
    await writeFile(admission, ADMISSION.replace("BACK", house.client));
    house.#run("client", "add", admission, "--config", house.config);
    house.child = spawn(PROGRAM, ["serve", "--config", house.config], { stdio: "ignore" });
    process.once("exit", () => house.child.kill("SIGKILL"));
    await house.#ready();
    return house;
  }

  #run(...words) {
    const ran = spawnSync(PROGRAM, words, { encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`yinzheng ${words.join(" ")}:\n${ran.stdout}${ran.stderr}`);
  }

  async #ready() {
    for (let tries = 0; tries < 200; tries += 1) {
      const answer = await fetch(`${this.platform}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await wait(50);
    }
    throw new Error("the platform did not start");
  }

  /** What the relying party asks a browser to bring. */
  question(acr) {
    const question = new URLSearchParams({
      client_id: "corner-shop", response_type: "code", redirect_uri: this.client, scope: "openid scene:log_in", state: "s",
      nonce: "n", code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256",
      acr_values: `urn:yinzheng:acr:${acr}`,
    });
    return `${this.platform}/authorize?${question}`;
  }

  async #answer(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { pathname } = new URL(request.url, "http://party");
    if (pathname === "/back") {
      this.backs.push(request.url);
      return response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><html lang=\"en\"><title>shop</title><h1>back</h1>");
    }
    if (request.method !== "POST") return response.writeHead(404).end();
    const asked = JSON.parse(Buffer.concat(parts));
    if (pathname === "/messages") this.code = asked.code;
    if (pathname === "/compare") this.samples.push(Buffer.from(asked.sample, "base64url"));
    const said = { "/prove": SOMEBODY, "/messages": {}, "/compare": { matches: this.matches } }[pathname];
    response.writeHead(said ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(said ?? {}));
  }

  async close() {
    if (this.child && this.child.exitCode === null) {
      this.child.kill("SIGINT");
      await once(this.child, "exit");
    }
    this.outside?.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

const ADMISSION = `[organisation]
code = "91110000MA00000152"
name_zh = "街角商店"
name_en = "Corner Shop"

[client]
id = "corner-shop"
name_zh = "街角商店"
name_en = "Corner Shop"
redirect_uris = ["BACK"]

[[scenes]]
scene = "log_in"
purpose_zh = "登录会员账户"
purpose_en = "Signing in to your account"
legal_basis = "Cybersecurity Law art. 24"
asks = []
other_methods = ["Phone and password"]
mode = "certificate"
`;
