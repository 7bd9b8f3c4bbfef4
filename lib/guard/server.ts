// Serves one filtered unix socket a profile. Nothing of the client's request but its line is read or passed on.
import { chmod, rm } from "node:fs/promises";
import http from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import { type Decision, decide, type Profile, profiles, stripInspect } from "./policy.ts";

export type GuardOptions = { engineSocket: string; directory: string; project: string; log: Logger };

const largestAnswer = 32 * 1024 * 1024;
const passedHeaders = [
  "content-type",
  "api-version",
  "docker-experimental",
  "ostype",
  "server",
  "builder-version",
  "swarm",
];

const refuse = (response: http.ServerResponse, status: number, message: string) => {
  if (response.headersSent) return void response.destroy();
  // The connection ends with a refusal, so that an unread body is never taken for the next request.
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ message: `docker-guard: ${message}` }));
};

const hasBody = ({ headers }: http.IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;

async function readAll(answer: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > largestAnswer) throw new Error("the engine's answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function askEngine(
  engineSocket: string,
  method: string,
  path: string,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      socketPath: engineSocket,
      method,
      path,
      headers: { host: "docker" },
      agent: false,
      signal,
    });
    request.once("response", resolve);
    request.once("error", reject);
    request.end();
  });
}

type Allowed = Extract<Decision, { allow: true }>;

async function forward(options: GuardOptions, method: string, decision: Allowed, response: http.ServerResponse) {
  const left = new AbortController();
  response.once("close", () => left.abort());
  const answer = await askEngine(options.engineSocket, method, decision.path, left.signal);
  const status = answer.statusCode ?? 502;
  const headers = Object.fromEntries(
    passedHeaders.flatMap((name) => (answer.headers[name] ? [[name, answer.headers[name]]] : [])),
  );
  if (decision.treatment === "inspect" && status === 200) {
    const stripped = stripInspect(JSON.parse((await readAll(answer)).toString("utf8")), options);
    if (!stripped) return refuse(response, 404, "no such container in this project");
    const body = Buffer.from(JSON.stringify(stripped));
    response.writeHead(200, { ...headers, "content-length": body.length });
    return void response.end(body);
  }
  response.writeHead(status, headers);
  // A client learns at once that its event stream stands, even when nothing happens for hours.
  response.flushHeaders();
  await pipeline(answer, response);
}

function serve(profile: Profile, options: GuardOptions): http.Server {
  const { log } = options;
  const server = http.createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000, headersTimeout: 5_000 });
  server.maxConnections = 100;
  server.on("request", (request, response) => {
    const { method = "", url = "" } = request;
    const decision = hasBody(request)
      ? ({ allow: false, reason: "a request body is not allowed" } as const)
      : decide(profile, method, url, options);
    if (!decision.allow) {
      log.warn({ profile, method, url: url.slice(0, 300), reason: decision.reason }, "refused");
      return refuse(response, 403, decision.reason);
    }
    forward(options, method, decision, response).catch((error: NodeJS.ErrnoException) => {
      if (response.destroyed || error.name === "AbortError") return;
      const gone = ["ENOENT", "ECONNREFUSED", "ECONNRESET", "EACCES"].includes(error.code ?? "");
      log.error(
        { profile, method, url: url.slice(0, 300), err: error },
        gone ? "the engine does not answer" : "failed",
      );
      refuse(
        response,
        gone ? 503 : 502,
        gone ? "the Docker engine does not answer" : "the engine's answer was not usable",
      );
    });
  });
  const noTunnel = (request: http.IncomingMessage, socket: NodeJS.WritableStream & { destroy(): void }) => {
    log.warn({ profile, method: request.method, url: request.url?.slice(0, 300), reason: "no upgrade" }, "refused");
    socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", () => socket.destroy());
  };
  server.on("upgrade", noTunnel);
  server.on("connect", noTunnel);
  server.on("checkContinue", (_request, response) => refuse(response, 403, "a request body is not allowed"));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    log.warn({ profile, reason: error.code ?? error.message }, "refused");
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  return server;
}

/** Starts every profile's socket; answers a function that closes them all. */
export async function startGuard(options: GuardOptions): Promise<() => Promise<void>> {
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
  return async () => {
    await Promise.all(
      servers.map((server) => {
        server.closeAllConnections();
        return new Promise<void>((resolve) => server.close(() => resolve()));
      }),
    );
  };
}
