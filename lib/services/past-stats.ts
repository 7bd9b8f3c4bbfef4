// What Prometheus remembers of containers that nobody looked at until now, as samples: coarser than the engine's own.
import { momentsOf, queryRange, quoted } from "../platform/prometheus.ts";
import { queriesOf } from "./charts.ts";
import type { ServiceRow } from "./schema.ts";
import { keptSamples, pastStepMs, type Sample, type SampleField, sampleFields } from "./stats-schema.ts";

const mostNamed = 10;

/** Names are somebody else's text: each stays one word of the expression. */
function selectorOf(services: readonly string[]): string {
  if (services.length > mostNamed) return '{service!=""}';
  const words = services.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return `{service=~${quoted(words.join("|"))}}`;
}

/**
 * Samples of the last five minutes by the container's id, oldest first; only moments of which every number is known.
 * @throws Unavailable while Prometheus is away.
 */
export async function readPast(
  rows: readonly Pick<ServiceRow, "id" | "name" | "service">[],
  now = Date.now(),
  query: typeof queryRange = queryRange,
): Promise<Map<string, Sample[]>> {
  const span = { fromMs: now - keptSamples * 1000, untilMs: now, stepMs: pastStepMs };
  const asked = queriesOf(selectorOf([...new Set(rows.map(({ service }) => service))]), pastStepMs);
  const fields = sampleFields.filter((field): field is Exclude<SampleField, "at"> => field !== "at");
  const answers = await Promise.all(
    fields.map(async (field) => {
      const series = await query(asked[field], span);
      return new Map(series.map(({ labels, values }) => [labels.name, values]));
    }),
  );
  const moments = momentsOf(span);
  return new Map(
    rows.map(({ id, name }) => {
      const samples = moments.map((at, index) => [at, ...answers.map((values) => values.get(name)?.[index] ?? null)]);
      return [id, samples.filter((sample): sample is number[] => sample.every((number) => number !== null))];
    }),
  );
}
