// Requests of the guard itself to the engine. Only method and path are sent, and bodies that the guard wrote.
import http from "node:http";
import { z } from "zod";
import type { Context } from "./query.ts";

export type EngineOptions = Context & { engineSocket: string };

const largestAnswer = 32 * 1024 * 1024;

/** The engine answered, but not as hoped. */
export class EngineRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "EngineRefusal";
    this.status = status;
  }
}

/** A deadline that ran out is an engine that does not answer, too. */
export const isUnreachable = (error: NodeJS.ErrnoException): boolean =>
  error.name === "AbortError" ||
  ["ENOENT", "ECONNREFUSED", "ECONNRESET", "EACCES", "EPIPE", "ETIMEDOUT"].includes(error.code ?? "");

// Reads share connections: a new one costs the engine more than the answer. Writes get one each, since a write that
// ended in a connection gone stale must never be sent twice.
const shared = new http.Agent({ keepAlive: true, maxFreeSockets: 8, timeout: 15_000 });

/** `silenceMs`: how long the engine may send nothing. */
type AskOptions = { signal?: AbortSignal | undefined; silenceMs?: number; body?: unknown };

export function askEngine(
  engine: EngineOptions,
  method: string,
  path: string,
  { signal, silenceMs, body }: AskOptions = {},
): Promise<http.IncomingMessage> {
  const text = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers: http.OutgoingHttpHeaders = { host: "docker" };
  if (text) Object.assign(headers, { "content-type": "application/json", "content-length": text.length });
  const isRead = method === "GET" || method === "HEAD";
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...{ socketPath: engine.engineSocket, method, path, headers, signal },
      ...{ agent: isRead ? shared : false, ...(silenceMs ? { timeout: silenceMs } : {}) },
    });
    if (silenceMs) {
      const silent = () => Object.assign(new Error("the engine does not answer in time"), { code: "ETIMEDOUT" });
      request.once("timeout", () => request.destroy(silent()));
    }
    request.once("response", resolve);
    request.once("error", (error: NodeJS.ErrnoException) => {
      // The engine closed the connection while it lay idle; the next try may find another such one, until none is left.
      const stale = request.reusedSocket && !signal?.aborted && error.code !== "ETIMEDOUT" && isUnreachable(error);
      if (isRead && stale) {
        return resolve(askEngine(engine, method, path, { signal, body, ...(silenceMs ? { silenceMs } : {}) }));
      }
      reject(error);
    });
    request.end(text);
  });
}

export async function readAll(answer: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > largestAnswer) throw new Error("the engine's answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export const readJson = async (answer: http.IncomingMessage): Promise<unknown> =>
  JSON.parse((await readAll(answer)).toString("utf8"));

/** An engine that hangs must not hold a caller for ever. */
const longestSilenceMs = 60_000;

/** The parsed answer of a read. @throws EngineRefusal on any status but 200. */
export async function engineJson(options: EngineOptions, path: string, signal?: AbortSignal): Promise<unknown> {
  const answer = await askEngine(options, "GET", path, { signal, silenceMs: longestSilenceMs });
  if (answer.statusCode === 200) return readJson(answer);
  throw await refusalOf(answer);
}

const Words = z.object({ message: z.string() });

/** What the engine says in place of what was asked for. */
export async function refusalOf(answer: http.IncomingMessage): Promise<EngineRefusal> {
  const status = answer.statusCode ?? 502;
  const text = (await readAll(answer)).toString("utf8");
  const parsed = text.startsWith("{") ? Words.safeParse(JSON.parse(text)) : undefined;
  return new EngineRefusal(status, parsed?.data?.message.slice(0, 500) ?? `the engine answered ${status}`);
}
