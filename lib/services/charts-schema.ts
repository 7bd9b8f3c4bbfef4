// What Prometheus remembers of a service. Types and constants only: browsers load this file.

const hour = 3_600_000;

/** Of each range: how far back it goes, and the distance of its points. */
export const chartRanges = {
  "1h": { lengthMs: hour, stepMs: 60_000 },
  "24h": { lengthMs: 24 * hour, stepMs: 300_000 },
  "7d": { lengthMs: 7 * 24 * hour, stepMs: 1_800_000 },
  "30d": { lengthMs: 30 * 24 * hour, stepMs: 7_200_000 },
} as const;
export type ChartRange = keyof typeof chartRanges;

/** Processor in percent of a core, memory in bytes, the rest in bytes a second. */
export const chartMeasures = ["cpu", "memory", "received", "sent", "read", "written"] as const;
export type ChartMeasure = (typeof chartMeasures)[number];

export type ChartSeries = { name: string; values: (number | null)[] };

/** The answer of `GET /api/v1/services/{service}/charts`; every series has a value or null for each of the moments. */
export type Charts = {
  service: string;
  range: ChartRange;
  /** Seconds since 1970. */
  moments: number[];
  measures: Record<ChartMeasure, ChartSeries[]>;
};
