// The Rust crate openidconnect at the running program.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { relyingParty } from "../shared/foreign-tests.mjs";

// Kept between runs, beside the platform's own.
const target = join(import.meta.dirname, "../../target/openidconnect");

relyingParty({
  program: () => [join(target, "debug/conformance-openidconnect")],
  build: () => {
    const words = ["build", "--locked", "--quiet", "--target-dir", target];
    const built = spawnSync(process.env.CARGO ?? "cargo", words, { cwd: import.meta.dirname, encoding: "utf8" });
    if (built.status !== 0) throw new Error(`cargo build: ${built.error ?? built.stderr}`);
  },
  withKey: false,
});
