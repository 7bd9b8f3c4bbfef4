// The four charts of a service: what each draws, and how its numbers read.
import type { ChartData } from "@/app/_ui/chart";
import { formatBytes, formatPercent, formatRate } from "@/app/_ui/numbers";
import type { ChartMeasure, Charts } from "@/lib/services/charts-schema";
import { fieldOf, pastStepMs, type Series } from "@/lib/services/stats-schema";

export type Measure = {
  title: string;
  lines: readonly { field: ChartMeasure; name: string }[];
  format: (value: number) => string;
  floor: number;
  /** Whether the scale's steps are powers of two. */
  binary: boolean;
};

export const measures: readonly Measure[] = [
  { title: "Processor", lines: [{ field: "cpu", name: "of a core" }], format: formatPercent, floor: 4, binary: false },
  {
    title: "Memory",
    lines: [{ field: "memory", name: "working set" }],
    format: formatBytes,
    floor: 8 * 2 ** 20,
    binary: true,
  },
  {
    title: "Network",
    lines: [
      { field: "received", name: "received" },
      { field: "sent", name: "sent" },
    ],
    format: formatRate,
    floor: 4096,
    binary: true,
  },
  {
    title: "Disk",
    lines: [
      { field: "read", name: "read" },
      { field: "written", name: "written" },
    ],
    format: formatRate,
    floor: 4096,
    binary: true,
  },
];

const add = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : a + b);

/** Of several containers together; null where none has a number. */
export function pastData({ moments, measures: all }: Charts, { lines }: Measure): ChartData {
  return {
    moments,
    ...{ from: moments[0] ?? 0, until: moments.at(-1) ?? 0 },
    lines: lines.map(({ field, name }) => ({
      name,
      values: moments.map((_, index) =>
        all[field].reduce<number | null>((sum, one) => add(sum, one.values[index] ?? null), null),
      ),
    })),
  };
}

/** Seconds that the live charts show at most, and at least while there is little to show. */
export const liveSpan = 300;
const shortest = 60;

/** Whether a second may hold a sample: of the past only one in fifteen does, and none on the way to the first live one. */
function mayHold(series: readonly Series[]): (moment: number) => boolean {
  const pastUntil = Math.max(...series.map((each) => each.pastUntil));
  const live = series.flatMap(({ samples }) => samples.find(([at = 0]) => at > pastUntil)?.[0] ?? []);
  const first = Math.min(...live);
  const [last, next] = [pastUntil / 1000, Math.floor(first / 1000)];
  const joined = first - pastUntil <= 2 * pastStepMs;
  return (moment) => (moment > last ? !joined || moment >= next : (moment * 1000) % pastStepMs === 0);
}

/** Samples of several containers fall into the same second together; a second without any is a hole. */
export function liveData(series: readonly Series[], { lines }: Measure): ChartData {
  const newest = Math.max(0, ...series.map(({ samples }) => Math.floor((samples.at(-1)?.[0] ?? 0) / 1000)));
  const moments = Array.from({ length: liveSpan + 1 }, (_, index) => newest - liveSpan + index);
  const sums = lines.map(({ name, field }) => {
    const values: (number | null)[] = moments.map(() => null);
    for (const { samples } of series) {
      // A reading comes every 1.002 s: now and then none falls into a second, and the line goes on.
      let before = Number.NEGATIVE_INFINITY;
      for (const sample of samples) {
        const at = Math.floor((sample[0] ?? 0) / 1000) - (newest - liveSpan);
        const value = fieldOf(sample, field);
        if (at === before + 2 && at - 1 >= 0) values[at - 1] = add(values[at - 1] ?? null, value);
        if (at >= 0 && at !== before) values[at] = add(values[at] ?? null, value);
        before = at;
      }
    }
    return { name, values };
  });
  const oldest = Math.min(newest - shortest, ...series.map(({ samples }) => Math.floor((samples[0]?.[0] ?? 0) / 1000)));
  const holds = mayHold(series);
  const kept = moments.flatMap((moment, index) => (holds(moment) ? [index] : []));
  return {
    moments: kept.map((index) => moments[index] ?? 0),
    lines: sums.map(({ name, values }) => ({ name, values: kept.map((index) => values[index] ?? null) })),
    from: Math.max(oldest, newest - liveSpan),
    until: newest,
  };
}
