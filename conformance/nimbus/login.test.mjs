// Nimbus' oauth2-oidc-sdk for Java at the running program.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import { relyingParty } from "../shared/foreign-tests.mjs";

const here = (name) => join(import.meta.dirname, name);
const folder = mkdtempSync(join(tmpdir(), "yinzheng-nimbus-"));
const libraries = join(folder, "libraries");

after(() => rmSync(folder, { recursive: true, force: true }));

relyingParty({
  program: () => ["java", "-cp", `${libraries}/*`, here("Party.java")],
  build: () => {
    const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies";
    const words = ["-q", "-B", "-f", here("pom.xml"), plugin, `-DoutputDirectory=${libraries}`];
    const copied = spawnSync("mvn", words, { encoding: "utf8" });
    if (copied.status !== 0) throw new Error(`mvn: ${copied.error ?? copied.stdout + copied.stderr}`);
  },
  withKey: true,
});
