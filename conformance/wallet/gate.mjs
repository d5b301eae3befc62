// A gate without network: a folder that `yinzheng-wallet mirror` fills, and `yinzheng-reader`, which judges by it.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { wallet } from "../shared/wallet.mjs";

/** The program under test. */
const READER = process.env.YINZHENG_READER
  ?? fileURLToPath(new URL("../../target/debug/yinzheng-reader", import.meta.url));

/** Brings the platform's keys and lists to a gate. */
export const mirrored = (demo, folder) => wallet(["mirror", "--platform", demo.platform, folder]);

/** What the gate says to a code: whether it lets in, and its words. */
export function judged(folder, code) {
  const words = ["--language", "en", "--mirror", folder, "--want", "age_over_18", code];
  const { status, stdout, stderr } = spawnSync(READER, words, { encoding: "utf8" });
  return { lets: status === 0, said: `${stdout}${stderr}` };
}
