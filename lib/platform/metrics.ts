import { collectDefaultMetrics, Registry } from "prom-client";
import { processWide } from "./process-wide.ts";

export { Counter, Gauge, Histogram } from "prom-client";

export const registry = processWide("metrics", () => {
  const created = new Registry();
  collectDefaultMetrics({ register: created });
  return created;
});

export const metricsText = (): Promise<string> => registry.metrics();
export const metricsContentType = registry.contentType;
