// The worker's only listener, on inner networks alone: metrics for Prometheus, liveness and readiness for Docker.
import http from "node:http";
import { log } from "../platform/log.ts";
import { metricsContentType, metricsText } from "../platform/metrics.ts";
import type { SetUp } from "./set-up.ts";

/** Metrics of a path of their own, which Prometheus asks for at an interval of their own. */
export type MorePaths = Readonly<Record<string, () => Promise<string>>>;

export async function startHealthServer(
  port: number,
  state: SetUp,
  more: MorePaths = {},
): Promise<() => Promise<void>> {
  const server = http.createServer((request, response) => {
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    const path = request.url?.split("?")[0];
    if (request.method !== "GET") return json(405, { message: "only GET" });
    if (path === "/health/live") return json(200, { live: true });
    if (path === "/health/ready")
      return json(state.ready() ? 200 : 503, { ready: state.ready(), checks: state.checks() });
    const metrics = path === "/metrics" ? metricsText : Object.hasOwn(more, path ?? "") ? more[path ?? ""] : undefined;
    if (!metrics) return json(404, { message: "there are /metrics, /health/live and /health/ready" });
    metrics().then(
      (text) => response.writeHead(200, { "content-type": metricsContentType }).end(text),
      (error: unknown) => {
        log.error({ err: error }, "metrics could not be collected");
        json(500, { message: "metrics could not be collected" });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  log.info({ port }, "worker listens");
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
