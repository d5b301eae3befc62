// github.com/coreos/go-oidc and golang.org/x/oauth2 at the running program.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import { relyingParty } from "../shared/foreign-tests.mjs";

const folder = mkdtempSync(join(tmpdir(), "yinzheng-go-oidc-"));
const binary = join(folder, "party");

after(() => rmSync(folder, { recursive: true, force: true }));

relyingParty({
  program: () => [binary],
  build: () => {
    const built = spawnSync("go", ["build", "-o", binary, "."], { cwd: import.meta.dirname, encoding: "utf8" });
    if (built.status !== 0) throw new Error(`go build: ${built.error ?? built.stderr}`);
  },
  withKey: false,
});
