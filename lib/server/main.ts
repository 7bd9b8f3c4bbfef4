// Entry point of the portal: Next behind node:https with the stack's certificate, so that Traefik can verify it.
//   listening, 503 -> serving -> SIGTERM: no new connections, streams end, requests finish, pool closes -> gone
import { randomUUID } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import { join } from "node:path";
import { env } from "../platform/env.ts";
import { log, withRequestId } from "../platform/log.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { followEngine } from "../services/index.ts";
import { logRequest, originOf, requestIdOf } from "./access-log.ts";
import { loadNext, type NextHandler } from "./next-handler.ts";

const drainMs = 8_000;
const strictPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const { port, tlsDir } = env();
const certificate = () => ({ cert: readFileSync(join(tlsDir, "tls.crt")), key: readFileSync(join(tlsDir, "tls.key")) });

let handle: NextHandler | null = null;
let stopping = false;

function listener(request: IncomingMessage, response: ServerResponse) {
  const requestId = requestIdOf(request.headers["x-request-id"], randomUUID);
  request.headers["x-request-id"] = requestId;
  response.setHeader("x-request-id", requestId);
  // For the API and static files; a page replaces it with its own, which has a nonce.
  response.setHeader("content-security-policy", strictPolicy);
  if (stopping) response.setHeader("connection", "close");
  withRequestId(
    requestId,
    () => {
      logRequest(request, response);
      if (!handle) {
        response.writeHead(503, { "content-type": "application/json", "retry-after": "2" });
        const message = "The portal is starting; try again in a moment.";
        response.end(JSON.stringify({ error: { code: "starting", message } }));
        return;
      }
      if (request.method === "TRACE") {
        response.writeHead(405, { allow: "GET, HEAD, POST, PUT, PATCH, DELETE" }).end();
        return;
      }
      handle(request, response).catch((error: unknown) => {
        log.error({ err: error }, "a request failed outside of Next's own handling");
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
    },
    originOf(request),
  );
}

const server = https.createServer({ ...certificate(), minVersion: "TLSv1.2", maxHeaderSize: 16_384 }, listener);
// Longer than Traefik keeps an idle connection, so that it never reuses one that is just being closed.
server.keepAliveTimeout = 120_000;
server.requestTimeout = 60_000;

// Compared by time and size every half minute: a mounted directory gives no reliable change events.
watchFile(join(tlsDir, "tls.crt"), { interval: 30_000 }, () => {
  try {
    server.setSecureContext(certificate());
    log.info("the renewed certificate is in use");
  } catch (error) {
    log.error({ err: error }, "the renewed certificate could not be read; the old one stays in use");
  }
});

async function start() {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  log.info({ port }, "portal listens");
  followEngine();
  handle = await loadNext(server, port);
  log.info("portal serves");
}

async function stop() {
  if (stopping) return;
  stopping = true;
  log.info("portal stops");
  unwatchFile(join(tlsDir, "tls.crt"));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await runShutdown("first");
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(late);
  await Promise.race([runShutdown("last"), new Promise((resolve) => setTimeout(resolve, 1_500))]);
  process.exit(0);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop());
await start();
