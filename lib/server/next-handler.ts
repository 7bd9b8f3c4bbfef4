// Next's standalone output without its own listener (measured on 16.4.6: its server.js can only do plain http).
import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type NextHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

type StartServer = {
  getRequestHandlers: (options: {
    dir: string;
    port: number;
    isDev: boolean;
    hostname: string;
    server: Server;
    minimalMode: boolean;
    quiet: boolean;
  }) => Promise<{ requestHandler: NextHandler }>;
};

export async function loadNext(server: Server, port: number): Promise<NextHandler> {
  const dir = dirname(fileURLToPath(import.meta.url));
  // The same settings that the generated server.js sets before it loads Next.
  const { config } = JSON.parse(readFileSync(join(dir, ".next/required-server-files.json"), "utf8"));
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
  process.chdir(dir);
  const require = createRequire(join(dir, "package.json"));
  require("next");
  const { getRequestHandlers } = require("next/dist/server/lib/start-server") as StartServer;
  const options = { dir, port, isDev: false, hostname: "localhost", server, minimalMode: false, quiet: true };
  return (await getRequestHandlers(options)).requestHandler;
}
