// Questions to Prometheus, on the inner network `monitoring`. Its answers become pairs of numbers.
import { z } from "zod";
import { messageOf, Unavailable } from "./errors.ts";

const base = "http://prometheus:9090/prometheus";
const timeoutMs = 8_000;

export type Range = { fromMs: number; untilMs: number; stepMs: number };
/** `null` where Prometheus has no number: nothing was scraped then. */
export type RangeSeries = { labels: Readonly<Record<string, string>>; values: (number | null)[] };

const Answer = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

/** A label's value inside a query: whatever a service is called, it stays inside its quotes. */
export const quoted = (text: string): string => JSON.stringify(text);

/** The moments of a range, on multiples of the step, so that a reload asks for the same ones again. */
export function momentsOf({ fromMs, untilMs, stepMs }: Range): number[] {
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const moments: number[] = [];
  for (let at = first; at <= untilMs; at += stepMs) moments.push(at);
  return moments;
}

/** @throws Unavailable when Prometheus is away or refuses. */
export async function queryRange(query: string, range: Range, url = base): Promise<RangeSeries[]> {
  const moments = momentsOf(range);
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) return [];
  const form = new URLSearchParams({
    query,
    start: String(first / 1000),
    end: String(last / 1000),
    step: String(range.stepMs / 1000),
    timeout: `${timeoutMs}ms`,
  });
  const down = (cause: string): never => {
    throw new Unavailable("prometheus-unreachable", `Prometheus does not answer: ${cause.slice(0, 200)}`);
  };
  const response = await fetch(`${url}/api/v1/query_range`, {
    method: "POST",
    body: form,
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => down(messageOf(error instanceof Error && error.cause ? error.cause : error)));
  if (!response.ok) return down(`status ${response.status}`);
  const answer = Answer.safeParse(await response.json().catch(() => null));
  if (!answer.success) return down("its answer is not understood");
  return answer.data.data.result.map(({ metric, values }) => {
    const at = new Map(values.map(([seconds, text]) => [Math.round(seconds * 1000), Number(text)]));
    const number = (moment: number) => {
      const value = at.get(moment);
      return value === undefined || !Number.isFinite(value) ? null : value;
    };
    return { labels: metric, values: moments.map(number) };
  });
}
