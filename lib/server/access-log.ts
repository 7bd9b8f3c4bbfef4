// One line a request. Paths only: query strings carry codes and search words, headers carry cookies.
import { AsyncResource } from "node:async_hooks";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { log, noTraceId, type RequestOrigin } from "../platform/log.ts";

/** The edge's or the client's id when it is a harmless word, else a new one. */
export function requestIdOf(header: string | string[] | undefined, create: () => string): string {
  return typeof header === "string" && /^[A-Za-z0-9-]{8,64}$/.test(header) ? header : create();
}

/** Of a W3C `traceparent`; undefined for one that says nothing, and the request then gets a trace of its own. */
function traceIdOf(header: string | string[] | undefined): string | undefined {
  const [, version, traceId, parent] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(String(header ?? "")) ?? [];
  return version === "ff" || traceId === noTraceId || parent === "0".repeat(16) ? undefined : traceId;
}

/** For the audit. The edge appends the address it saw itself; what stands before it is the client's own claim. */
export function originOf({ headers, socket }: Pick<IncomingMessage, "headers" | "socket">): RequestOrigin {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim() ?? "";
  // An IPv6 socket names an IPv4 peer so.
  const peer = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "");
  return {
    ip: isIP(forwarded) ? forwarded : peer,
    userAgent: headers["user-agent"]?.slice(0, 300),
    traceId: traceIdOf(headers.traceparent),
    // Next hides this header from pages.
    isPrefetch: headers["next-router-prefetch"] !== undefined,
  };
}

export const pathOf = (url: string | undefined): string => (url ?? "/").split("?")[0]?.slice(0, 500) ?? "/";

const quiet = /^\/(_next\/static|api\/health|api\/metrics)/;

export function logRequest(request: IncomingMessage, response: ServerResponse): void {
  const startedAt = performance.now();
  // Next rewrites `url` while it works, so it is read first.
  const path = pathOf(request.url);
  // A client that leaves ends it from its socket, outside the request: bound, so that the line has its ids all the same.
  const write = AsyncResource.bind(() => {
    const line = {
      method: request.method,
      path,
      status: response.statusCode,
      durationMs: Math.round(performance.now() - startedAt),
      aborted: response.writableFinished ? undefined : true,
    };
    if (quiet.test(path) && response.statusCode < 500) log.debug(line, "request");
    else log.info(line, "request");
  });
  response.once("close", write);
}
