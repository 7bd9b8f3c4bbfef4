// Processor, memory, network and disks of a service in the past, from Prometheus.
import { z } from "zod";
import { type Principal, requirePermission } from "../auth/index.ts";
import { NotFound } from "../platform/errors.ts";
import { momentsOf, queryRange, quoted } from "../platform/prometheus.ts";
import { type ChartMeasure, type ChartRange, type Charts, chartMeasures, chartRanges } from "./charts-schema.ts";
import { store } from "./store.ts";

export const ChartsInput = z.object({
  service: z.string().min(1).max(100),
  range: z.enum(["1h", "24h", "7d", "30d"]).default("1h"),
});

/** Two readings must lie in it, also when one is missing: the worker is asked every minute. */
const shortestWindowMs = 300_000;
const mostContainers = 10;
const scrapeMs = 60_000;

/** One query a measure, by container; `of` is a selector such as `{service="web"}`. */
export function queriesOf(of: string, stepMs: number): Record<ChartMeasure, string> {
  const window = `[${Math.max(stepMs, shortestWindowMs) / 1000}s]`;
  // Steps shorter than that would find no reading.
  const memoryMs = stepMs < scrapeMs ? scrapeMs * 1.5 : stepMs;
  const rate = (metric: string) => `sum by (name) (rate(container_${metric}_total${of}${window}))`;
  return {
    cpu: `100 * ${rate("cpu_usage_seconds")}`,
    // The highest of each step: what is looked for is how near the limit it came.
    memory: `max by (name) (max_over_time(container_memory_working_set_bytes${of}[${memoryMs / 1000}s]))`,
    received: rate("network_receive_bytes"),
    sent: rate("network_transmit_bytes"),
    read: rate("fs_reads_bytes"),
    written: rate("fs_writes_bytes"),
  };
}

/** @throws NotFound for a name that is no service, Unavailable while Prometheus is away. */
export async function getCharts(
  actor: Principal | null,
  raw: unknown,
  now = Date.now(),
  query: typeof queryRange = queryRange,
): Promise<Charts> {
  requirePermission(actor, "services:read");
  const { service, range } = ChartsInput.parse(raw);
  await store().listed;
  if (
    !store()
      .rows()
      .some((row) => row.service === service)
  )
    throw new NotFound("no-such-service", "There is no such service.");
  const { lengthMs, stepMs } = chartRanges[range as ChartRange];
  const span = { fromMs: now - lengthMs, untilMs: now, stepMs };
  const asked = queriesOf(`{service=${quoted(service)}}`, stepMs);
  const answers = await Promise.all(
    chartMeasures.map(async (measure) => {
      const series = (await query(asked[measure], span)).slice(0, mostContainers);
      return [measure, series.map(({ labels, values }) => ({ name: labels.name ?? service, values }))] as const;
    }),
  );
  return {
    ...{ service, range },
    moments: momentsOf(span).map((moment) => moment / 1000),
    measures: Object.fromEntries(answers) as Charts["measures"],
  };
}
