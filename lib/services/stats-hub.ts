// Statistics while somebody watches. One stream of the engine a container, whoever and however many look at it:
//   idle -> open (first viewer) -> lingering (last one left) -> idle
//             └─> broken (engine away) -> open, at the next tick
import type { Statistics, watchStatistics } from "../platform/docker-stats.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import type { ServiceRow } from "./schema.ts";
import { keptForAll, keptSamples, type Sample, type Series, type StatsEvents } from "./stats-schema.ts";

export type StatsEvent = { [Name in keyof StatsEvents]: { name: Name; data: StatsEvents[Name] } }[keyof StatsEvents];
export type Selection = ReadonlySet<string> | "all";
type Source = {
  rows: () => readonly ServiceRow[];
  isConnected: () => boolean;
  /** Calls back after every change of a row; answers how to stop. */
  subscribe: (listener: () => void) => () => void;
  watch: typeof watchStatistics;
  /** What is remembered elsewhere of containers that nobody looked at, by id. */
  past: (rows: readonly ServiceRow[]) => Promise<ReadonlyMap<string, readonly Sample[]>>;
};
type Viewer = { selection: Selection; known: Set<string>; send: (event: StatsEvent) => void };
type Upstream = { stop: AbortController; last: Statistics | null; leaving: NodeJS.Timeout | null };
type Remembered = {
  row: ServiceRow;
  samples: Sample[];
  fresh: Sample | null;
  memoryLimitBytes: number;
  pastUntil: number;
};

const round = (value: number, digits = 0) => Math.round(value * 10 ** digits) / 10 ** digits;

/** What happened between two readings; null when a counter fell, which is a restart, or no time has passed. */
export function sampleOf(before: Statistics, after: Statistics): Sample | null {
  const seconds = (after.at - before.at) / 1000;
  const counters = ["cpuNanoseconds", "receivedBytes", "sentBytes", "readBytes", "writtenBytes"] as const;
  if (seconds <= 0 || counters.some((name) => after[name] < before[name])) return null;
  const rate = (name: (typeof counters)[number]) => round((after[name] - before[name]) / seconds);
  const cpu = round((after.cpuNanoseconds - before.cpuNanoseconds) / seconds / 1e7, 2);
  const bytes = [rate("receivedBytes"), rate("sentBytes"), rate("readBytes"), rate("writtenBytes")];
  return [after.at, cpu, after.memoryBytes, ...bytes];
}

/** Of several only what the list draws travels. */
const isBrief = ({ selection }: Viewer) => selection === "all" || selection.size > 1;
const wants = ({ selection }: Viewer, row: ServiceRow) => selection === "all" || selection.has(row.service);
const keyOf = (id: string) => id.slice(0, 12);
const short = (sample: Sample) => sample.slice(0, 3);

export function createStatsHub(source: Source, { lingerMs = 3_000, tickMs = 1_000 } = {}) {
  const viewers = new Set<Viewer>();
  const upstreams = new Map<string, Upstream>();
  const memory = new Map<string, Remembered>();
  let timer: NodeJS.Timeout | null = null;
  let unsubscribe: (() => void) | null = null;

  function close(id: string) {
    const upstream = upstreams.get(id);
    if (!upstream) return;
    upstreams.delete(id);
    if (upstream.leaving) clearTimeout(upstream.leaving);
    upstream.stop.abort();
  }

  /** Nobody looked for a while: what is remembered would have a hole when somebody comes back. */
  function leave(id: string) {
    close(id);
    memory.delete(id);
  }

  function open(row: ServiceRow) {
    const upstream: Upstream = { stop: new AbortController(), last: null, leaving: null };
    const kept = memory.get(row.id) ?? { row, samples: [], fresh: null, memoryLimitBytes: 0, pastUntil: 0 };
    upstreams.set(row.id, upstream);
    memory.set(row.id, kept);
    const onReading = (reading: Statistics) => {
      const sample = upstream.last ? sampleOf(upstream.last, reading) : null;
      upstream.last = reading;
      kept.memoryLimitBytes = reading.memoryLimitBytes;
      if (!sample) return;
      kept.samples.push(sample);
      if (kept.samples.length > keptSamples) kept.samples.shift();
      kept.fresh = sample;
    };
    source
      .watch(row.id, upstream.stop.signal, onReading)
      .catch((error: unknown) => log.debug({ cause: messageOf(error) }, "statistics of a container ended"))
      .finally(() => {
        // Still wanted: the next tick opens it again.
        if (upstreams.get(row.id) === upstream) upstreams.delete(row.id);
      });
  }

  /** Puts what is remembered elsewhere before the first sample, and shows it at once; without it, lines begin empty. */
  async function seed(rows: readonly ServiceRow[]) {
    const past = await source.past(rows);
    const seeded = rows.flatMap(({ id }): [string, Remembered][] => {
      const kept = memory.get(id);
      const first = kept?.samples[0]?.[0] ?? Number.POSITIVE_INFINITY;
      const before = (past.get(id) ?? []).filter(([at = 0]) => at < first);
      if (!kept || kept.pastUntil > 0 || before.length === 0) return [];
      kept.samples.unshift(...before);
      kept.pastUntil = before.at(-1)?.[0] ?? 0;
      return [[id, kept]];
    });
    for (const viewer of viewers) {
      const mine = seeded.filter(([, { row }]) => wants(viewer, row));
      // With the next sample comes the whole series again, its limit included.
      for (const [id] of mine) viewer.known.delete(id);
      if (mine.length > 0) viewer.send({ name: "series", data: mine.map((each) => seriesOf(viewer, each)) });
    }
  }

  function reconcile() {
    const unseen: ServiceRow[] = [];
    const running = new Map(source.rows().flatMap((row) => (row.state === "running" ? [[row.id, row]] : [])));
    for (const row of source.isConnected() ? running.values() : []) {
      if (![...viewers].some((viewer) => wants(viewer, row))) continue;
      const upstream = upstreams.get(row.id);
      if (!upstream) {
        if (!memory.has(row.id)) unseen.push(row);
        open(row);
      } else if (upstream.leaving) {
        clearTimeout(upstream.leaving);
        upstream.leaving = null;
      }
    }
    if (unseen.length > 0)
      seed(unseen).catch((error: unknown) => log.debug({ cause: messageOf(error) }, "no statistics of the past"));
    for (const [id, upstream] of upstreams) {
      const row = running.get(id);
      if (!row) close(id);
      else if (!upstream.leaving && ![...viewers].some((viewer) => wants(viewer, row)))
        upstream.leaving = setTimeout(() => leave(id), lingerMs);
    }
  }

  const lastMinute = ({ samples }: Remembered) => {
    const from = (samples.at(-1)?.[0] ?? 0) - keptForAll * 1000;
    return samples.slice(-keptForAll).filter(([at = 0]) => at >= from);
  };
  const seriesOf = (viewer: Viewer, [id, kept]: [string, Remembered]): Series => ({
    key: keyOf(id),
    service: kept.row.service,
    name: kept.row.name,
    memoryLimitBytes: kept.memoryLimitBytes,
    pastUntil: kept.pastUntil,
    samples: isBrief(viewer) ? lastMinute(kept).map(short) : [...kept.samples],
  });

  function tick() {
    const present = new Set(source.rows().map(({ id }) => id));
    for (const id of memory.keys()) if (!present.has(id)) memory.delete(id);
    const fresh = [...memory].filter(([, kept]) => kept.fresh);
    for (const viewer of viewers) {
      const mine = fresh.filter(([, { row }]) => wants(viewer, row));
      const unknown = mine.filter(([id]) => !viewer.known.has(id));
      for (const [id] of unknown) viewer.known.add(id);
      if (unknown.length > 0) viewer.send({ name: "series", data: unknown.map((each) => seriesOf(viewer, each)) });
      // A series brings its newest sample with it.
      const news = mine.flatMap(([id, kept]): [string, Sample][] => {
        if (!kept.fresh || unknown.some(([each]) => each === id)) return [];
        return [[keyOf(id), isBrief(viewer) ? short(kept.fresh) : kept.fresh]];
      });
      if (news.length > 0) viewer.send({ name: "samples", data: Object.fromEntries(news) });
    }
    for (const [, kept] of fresh) kept.fresh = null;
    reconcile();
  }

  return {
    /** Sends what is remembered at once, then the newest numbers once a second; answers how to leave. */
    watch(selection: Selection, send: (event: StatsEvent) => void): () => void {
      const viewer: Viewer = { selection, known: new Set(), send };
      const remembered = [...memory].filter(([, { row, samples }]) => samples.length > 0 && wants(viewer, row));
      // Without a live sample its limit is not known yet: the first one brings the series again.
      for (const [id, { memoryLimitBytes }] of remembered) if (memoryLimitBytes > 0) viewer.known.add(id);
      send({ name: "series", data: remembered.map((each) => seriesOf(viewer, each)) });
      viewers.add(viewer);
      timer ??= setInterval(tick, tickMs);
      unsubscribe ??= source.subscribe(reconcile);
      reconcile();
      return () => {
        if (!viewers.delete(viewer)) return;
        reconcile();
        if (viewers.size > 0) return;
        if (timer) clearInterval(timer);
        unsubscribe?.();
        timer = null;
        unsubscribe = null;
        for (const id of memory.keys()) if (!upstreams.has(id)) memory.delete(id);
      };
    },
    stop() {
      viewers.clear();
      for (const id of [...upstreams.keys()]) leave(id);
      if (timer) clearInterval(timer);
      unsubscribe?.();
    },
    open: () => upstreams.size,
  };
}
