// What a service was over a stretch of time, out of its recorded changes. Types and pure functions: browsers load it.
import { type ContainerState, type Health, type Status, statusOf } from "./schema.ts";

/** asked: somebody told the engine to; policy: the restart policy did; itself: the program ended. The rest: why unknown. */
export type Cause = "asked" | "policy" | "itself" | "worker-down" | "engine-silent" | "not-watched";
export type RecordedState = ContainerState | "unknown" | "gone";
/** The audit entry behind a change; `action` such as `service.stop`. */
export type AuditCause = { id: string; actor: string; action: string; at: string };

/** From `at` on the container was this. Times are ISO 8601 in UTC. */
export type Change = {
  id: string;
  containerId: string;
  container: string;
  at: string;
  state: RecordedState;
  health: Health | null;
  exitCode: number | null;
  outOfMemory: boolean;
  restarts: number;
  cause: Cause | null;
  /** The last words of the healthcheck; somebody else's text. */
  probe: string | null;
  imageId: string;
  audit: AuditCause | null;
};

export type TimelineStatus = Status | "unknown" | "gone";
/** Bounds in ms since 1970. */
export type Segment = { from: number; until: number; status: TimelineStatus };

export const historyRanges = { "24h": 86_400_000, "30d": 30 * 86_400_000 } as const;
export type HistoryRange = keyof typeof historyRanges;

type Recorded = Pick<Change, "containerId" | "at" | "state" | "health" | "exitCode" | "outOfMemory" | "cause">;

/** A program that was told to end has stopped, whatever its exit code; one that was not has failed, unless with 0. */
export function timelineStatus(change: Omit<Recorded, "containerId" | "at">): TimelineStatus {
  if (change.state === "unknown" || change.state === "gone") return change.state;
  const { state, cause, outOfMemory } = change;
  const endedBy = cause === "itself" || (cause === "asked" && !outOfMemory) ? cause : null;
  return statusOf({ ...change, state, endedBy, crashLoop: false });
}

// A service is as well as the best of its containers: an old one that stopped beside a new one takes nothing away.
// "unknown" comes after what surely served, before what surely did not.
const best: readonly TimelineStatus[] = [
  ...(["healthy", "running", "unknown", "starting", "unhealthy", "restarting"] as const),
  ...(["paused", "failed", "stopped", "gone"] as const),
];

/** `changes` oldest first, those before `from` included as far as they still held then. */
export function segmentsOf(changes: readonly Recorded[], from: number, until: number): Segment[] {
  const present = new Map<string, TimelineStatus>();
  const segments: Segment[] = [];
  let at = from;
  const status = (): TimelineStatus =>
    present.size === 0 ? "unknown" : (best.find((each) => [...present.values()].includes(each)) ?? "unknown");
  const advance = (to: number) => {
    if (to <= at) return;
    const last = segments.at(-1);
    if (last?.status === status()) last.until = to;
    else segments.push({ from: at, until: to, status: status() });
    at = to;
  };
  for (const change of changes) {
    advance(Math.min(Date.parse(change.at), until));
    const next = timelineStatus(change);
    // The last container that goes leaves "gone" behind; one of several leaves nothing.
    if (next === "gone" && present.size > 1) present.delete(change.containerId);
    else {
      for (const [id, each] of present) if (each === "gone") present.delete(id);
      present.set(change.containerId, next);
    }
  }
  advance(until);
  return segments;
}

export type Availability = {
  /** Milliseconds, whose sum is the whole stretch. */
  up: number;
  starting: number;
  trouble: number;
  stopped: number;
  unknown: number;
  /** Of the time that is known, cut and never rounded up: 100 means all of it. Null while less than an hour is known. */
  percent: number | null;
};

const kinds: Record<TimelineStatus, Exclude<keyof Availability, "percent">> = {
  healthy: "up",
  running: "up",
  starting: "starting",
  unhealthy: "trouble",
  restarting: "trouble",
  failed: "trouble",
  paused: "stopped",
  stopped: "stopped",
  gone: "stopped",
  unknown: "unknown",
};

/** Of less than this a percentage says nothing: one restart would be several percent. */
const shortestRecordMs = 3_600_000;

export function availabilityOf(segments: readonly Segment[]): Availability {
  const sums = { up: 0, starting: 0, trouble: 0, stopped: 0, unknown: 0 };
  for (const { from, until, status } of segments) sums[kinds[status]] += until - from;
  const known = sums.up + sums.starting + sums.trouble + sums.stopped;
  return { ...sums, percent: known < shortestRecordMs ? null : Math.floor((sums.up / known) * 10_000) / 100 };
}

/** At most `most` pieces: of each piece's time the worst, so that no trouble is lost to a narrow strip. */
export function coarsen(segments: readonly Segment[], most = 720): Segment[] {
  const [first, last] = [segments[0], segments.at(-1)];
  if (!first || !last || segments.length <= most) return [...segments];
  const width = (last.until - first.from) / most;
  const worst: readonly TimelineStatus[] = ["failed", "unhealthy", "restarting", "unknown", "gone"];
  const rank = (status: TimelineStatus) => (worst.indexOf(status) + 1 || 99) * 100 - best.indexOf(status);
  const merged: Segment[] = [];
  let index = 0;
  for (let piece = 0; piece < most; piece += 1) {
    const [from, until] = [first.from + piece * width, first.from + (piece + 1) * width];
    let status: TimelineStatus | null = null;
    for (let segment = segments[index]; segment && segment.from < until; segment = segments[index]) {
      if (status === null || rank(segment.status) < rank(status)) status = segment.status;
      if (segment.until > until) break;
      index += 1;
    }
    const before = merged.at(-1);
    if (before && before.status === (status ?? before.status)) before.until = until;
    else if (status) merged.push({ from, until, status });
  }
  return merged;
}

/** The answer of a service's history. */
export type History = {
  service: string;
  range: HistoryRange;
  from: string;
  until: string;
  segments: Segment[];
  availability: Availability;
  /** Newest first, those within the range; `more` says how many older ones were left out. */
  changes: Change[];
  more: number;
};
