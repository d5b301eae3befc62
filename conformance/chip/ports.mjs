// Ports for the two slots of the emulated reader.

import { createServer } from "node:net";

/** A port of two that nobody listens on. */
export async function freePort() {
  for (let tries = 0; tries < 50; tries += 1) {
    const first = 33_000 + 2 * Math.floor(Math.random() * 4_000);
    const free = await Promise.all([first, first + 1].map((port) => new Promise((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    })));
    if (free.every(Boolean)) return first;
  }
  throw new Error("no free ports");
}
