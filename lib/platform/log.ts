// Structured logs on stdout, one JSON object a line, each with the id of the request it belongs to.
import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes, randomUUID } from "node:crypto";
import pino from "pino";
import { processWide } from "./process-wide.ts";

/** Where a request comes from; every audit row made inside it says so. A prefetch is the router's own, nobody's click. */
export type RequestOrigin = { ip?: string; userAgent?: string; traceId?: string; isPrefetch?: boolean };
type Request = RequestOrigin & { requestId: string; traceId: string };
const requests = processWide("requests", () => new AsyncLocalStorage<Request>());

const secretPaths = [
  "password",
  "secret",
  "token",
  "cookie",
  "authorization",
  "id_token",
  "refresh_token",
  "client_secret",
];

/** Redacts these names at the top and one level down; callers still never pass secrets on purpose. */
export const redact = { paths: secretPaths.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" };

export const log = processWide("log", () =>
  pino({
    level: process.env.TAYLORDASH_LOG_LEVEL || "info",
    base: { service: process.env.TAYLORDASH_ROLE ?? "portal" },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact,
    mixin() {
      const request = requests.getStore();
      return request ? { requestId: request.requestId, traceId: request.traceId } : {};
    },
  }),
);

export const currentRequestId = (): string | undefined => requests.getStore()?.requestId;
export const currentRequest = (): Readonly<Request> | undefined => requests.getStore();

export const noTraceId = "0".repeat(32);

/** As W3C Trace Context has it: 16 random bytes, not all of them zero. */
export function newTraceId(): string {
  const id = randomBytes(16).toString("hex");
  return id === noTraceId ? newTraceId() : id;
}

/** Runs `work` with a request id and a trace id that every log line and audit row inside it carries. */
export function withRequestId<T>(requestId: string | undefined, work: () => T, origin: RequestOrigin = {}): T {
  return requests.run(
    { ...origin, requestId: requestId ?? randomUUID(), traceId: origin.traceId ?? newTraceId() },
    work,
  );
}
