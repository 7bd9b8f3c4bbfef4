import { collectDefaultMetrics, Registry } from "prom-client";
import { processWide } from "./process-wide.ts";

export { Counter, Gauge, Histogram } from "prom-client";

export const registry = processWide("metrics", () => {
  const created = new Registry();
  // Its own precision of 10 ms wakes an idle process a hundred times a second: more work than all the rest.
  collectDefaultMetrics({ register: created, eventLoopMonitoringPrecision: 250 });
  return created;
});

export const metricsText = (): Promise<string> => registry.metrics();
export const metricsContentType = registry.contentType;
