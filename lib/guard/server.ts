// Serves one filtered unix socket a profile. Nothing of the client's request but its line is read or passed on.
import { chmod, rm } from "node:fs/promises";
import http from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { Logger } from "pino";
import { createCommands } from "./commands.ts";
import { isUnreachable } from "./engine.ts";
import { type ForwardOptions, forward } from "./forward.ts";
import { createHelpers } from "./helpers.ts";
import { createOperations } from "./operations.ts";
import { decide, type Profile, profiles } from "./policy.ts";
import { Refusal } from "./refusal.ts";

export type GuardOptions = {
  engineSocket: string;
  /** Holds one directory a profile, for its socket. */
  directory: string;
  /** Where choices are written that `./taylordash up` reads. */
  desiredDirectory: string;
  project: string;
  log: Logger;
  /** Called each time somebody's request did not reach the engine. */
  onUnreachable?: () => void;
};

// Two streams (logs, statistics) a container, for 200 containers, and some room.
const mostConnections: Record<Profile, number> = { discover: 64, portal: 512, worker: 512 };

const shown = (url = "") => url.slice(0, 300);

function refuse(response: http.ServerResponse, status: number, message: string) {
  if (response.headersSent) return void response.destroy();
  // The connection ends with a refusal, so that an unread body is never taken for the next request.
  const body = Buffer.from(JSON.stringify({ message: `docker-guard: ${message}` }));
  const headers = { "content-type": "application/json", "content-length": body.length, connection: "close" };
  response.writeHead(status, headers).end(body);
}

/** Why a request is refused for its form alone, or null. Bodies are never read: nobody but the guard writes one. */
function malformed({ headers, httpVersion }: http.IncomingMessage): string | null {
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return "the version of HTTP is not understood";
  if (headers.host === undefined && httpVersion === "1.1") return "the host header is missing";
  if (headers.expect !== undefined) return "expectations are not met";
  if (headers["transfer-encoding"] !== undefined) return "a request body is not allowed";
  if (Number(headers["content-length"] ?? 0) !== 0) return "a request body is not allowed";
  // They are not passed on either; whoever sends them wants something of a registry that is not everybody's.
  if (Object.keys(headers).some((name) => name.startsWith("x-registry-"))) return "credentials are not passed on";
  return null;
}

function fail(error: NodeJS.ErrnoException, response: http.ServerResponse, log: Logger, onUnreachable = () => {}) {
  if (error instanceof Refusal) {
    log[error.level]({ status: error.status, reason: error.message }, "refused");
    return refuse(response, error.status, error.message);
  }
  if (response.destroyed) return;
  const gone = isUnreachable(error);
  log.error({ err: error }, gone ? "the engine does not answer" : "failed");
  if (gone) {
    refuse(response, 503, "the Docker engine does not answer");
    return onUnreachable();
  }
  refuse(response, 502, "the engine's answer was not usable");
}

type ServeOptions = ForwardOptions & Pick<GuardOptions, "onUnreachable">;

function serve(profile: Profile, options: ServeOptions): http.Server {
  const server = http.createServer({
    ...{ maxHeaderSize: 8_192, requestTimeout: 10_000, headersTimeout: 5_000, connectionsCheckingInterval: 2_000 },
    // Refused below, with a line in the log.
    requireHostHeader: false,
  });
  server.maxConnections = mostConnections[profile];
  /** The last answer of each connection. */
  const answers = new WeakMap<Socket, http.ServerResponse>();
  const answer: http.RequestListener = (request, response) => {
    const { method = "", url = "", socket } = request;
    const log = options.log.child({ profile, method, url: shown(url) });
    const before = answers.get(socket);
    answers.set(socket, response);
    // Our clients wait for an answer before they ask again. One that does not is trying to hide a request behind another.
    if (before && (!before.writableFinished || before.getHeader("connection") === "close")) {
      log.warn({ reason: "a pipelined request" }, "refused");
      return void socket.destroy();
    }
    const reason = malformed(request);
    const decision = reason ? ({ allow: false, reason } as const) : decide(profile, method, url, options);
    if (!decision.allow) {
      log.warn({ reason: decision.reason }, "refused");
      return refuse(response, 403, decision.reason);
    }
    forward(options, decision.call, { profile, method, response }).catch((error) =>
      fail(error, response, log, options.onUnreachable),
    );
  };
  // Without listeners of their own, Node would answer the two kinds of `Expect` by itself.
  for (const event of ["request", "checkContinue", "checkExpectation"]) server.on(event, answer);
  const noTunnel = (request: http.IncomingMessage, socket: NodeJS.WritableStream & { destroy(): void }) => {
    options.log.warn({ profile, method: request.method, url: shown(request.url), reason: "no upgrade" }, "refused");
    socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", () => socket.destroy());
  };
  server.on("upgrade", noTunnel);
  server.on("connect", noTunnel);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    options.log.warn({ profile, reason: error.code ?? error.message }, "refused");
    // What follows a refused request is not answered again: that connection is ending.
    if (answers.get(socket as Socket)?.getHeader("connection") === "close") return;
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  return server;
}

/** Starts every profile's socket; answers a function that closes them all. */
export async function startGuard(guardOptions: GuardOptions): Promise<() => Promise<void>> {
  const operations = createOperations(guardOptions);
  const options = {
    ...{ ...guardOptions, operations },
    ...{ helpers: createHelpers(guardOptions), commands: createCommands(guardOptions) },
  };
  const servers = await Promise.all(
    profiles.map(async (profile) => {
      const path = join(options.directory, profile, "docker.sock");
      await rm(path, { force: true });
      const server = serve(profile, options);
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(path, resolve);
      });
      // Whoever has the volume mounted may connect: the mount is the border, not the file's mode.
      await chmod(path, 0o666);
      return server;
    }),
  );
  options.log.info({ project: options.project, profiles }, "docker-guard listens");
  void operations.recover();
  // One that stays is found before the next one begins.
  options.helpers.sweep().catch((err) => options.log.warn({ err }, "helpers that were left are not looked for yet"));
  return async () => {
    operations.close();
    // Whose clients are cut off below: each helper is removed before this process ends.
    const ended = options.helpers.close();
    await Promise.all(
      servers.map((server) => {
        server.closeAllConnections();
        return new Promise<void>((resolve) => server.close(() => resolve()));
      }),
    );
    await ended;
  };
}
