// Live statistics as they travel to the browser. Types and pure functions only: browsers load this file.

/**
 * One second of a container: when it was read (ms since 1970), processor in percent of one core, memory in bytes without
 * the page cache that can be given back, then bytes a second received, sent, read from and written to disks.
 * In a stream of more than one service only the first three travel.
 */
export type Sample = readonly number[];
export const sampleFields = ["at", "cpu", "memory", "received", "sent", "read", "written"] as const;
export type SampleField = (typeof sampleFields)[number];
export const fieldOf = (sample: Sample, field: SampleField): number | null =>
  sample[sampleFields.indexOf(field)] ?? null;

/** Seconds that are kept, and sent to a new viewer of one service. */
export const keptSamples = 300;
/** The same for a viewer of several services. */
export const keptForAll = 60;
/** How many services one stream may name; `all` has no limit. */
export const mostNamed = 100;

/** The distance of the samples that Prometheus remembered. */
export const pastStepMs = 15_000;

export type Series = {
  /** Short for the container's id. */
  key: string;
  service: string;
  name: string;
  /** What the engine allows; the machine's own memory where no limit is set. */
  memoryLimitBytes: number;
  /** Samples up to this moment (ms since 1970) are Prometheus', `pastStepMs` apart; 0 when none are. */
  pastUntil: number;
  samples: readonly Sample[];
};

/** Server-sent events of `/api/stats`, by their event name. */
export type StatsEvents = {
  /** Containers that the viewer has not heard of yet, with what is remembered of each. */
  series: Series[];
  /** The newest sample of each container, by key. */
  samples: Readonly<Record<string, Sample>>;
};
