// A plain HTTPS client for tests: one request, no redirect followed, trust in the stack's own CA alone.
import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { ca, origin } from "./stack.ts";

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

export type Ask = {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
  servername?: string;
  /** Another stack than the one under test. */
  stack?: Place;
};

export type Place = { origin: string; ca: string };

/** GETs (or ASKs) a path of the stack's origin or a whole address; rejects when no answer comes. */
export function ask(path: string, options: Ask = {}): Promise<Answer> {
  const url = new URL(path, options.stack?.origin ?? origin);
  const settings = { method: options.method ?? "GET", headers: options.headers, timeout: options.timeoutMs ?? 10_000 };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === "https:"
        ? tlsRequest(url, {
            ...settings,
            ca: options.stack?.ca ?? ca(),
            servername: options.servername ?? url.hostname,
            agent: false,
          })
        : plainRequest(url, settings);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    request.on("timeout", () => request.destroy(new Error(`no answer from ${url} in time`)));
    request.on("error", reject);
    request.end(options.body);
  });
}
