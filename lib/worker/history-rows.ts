// What the history says of a container, out of the engine's events, or out of its memory after a time nobody watched.
// Pure: history.ts follows the engine and writes.
import type { EngineEvent } from "../platform/docker.ts";
import type { EngineDetails } from "../platform/docker-details.ts";
import type { Cause, RecordedState } from "../services/history-schema.ts";
import { longestStopMs, tellable, toRow } from "../services/index.ts";
import type { Health } from "../services/schema.ts";

export type HistoryRow = {
  service: string;
  containerId: string;
  containerName: string;
  at: Date;
  state: RecordedState;
  health: Health | null;
  exitCode: number | null;
  outOfMemory: boolean;
  restarts: number;
  cause: Cause | null;
  probe: string | null;
  imageId: string;
};

const lastProbe = ({ probes }: EngineDetails) => tellable(probes.at(-1)?.output ?? "");

const nothing = { health: null, exitCode: null, outOfMemory: false, cause: null, probe: null };
type What = Partial<Pick<HistoryRow, "health" | "exitCode" | "outOfMemory" | "cause" | "probe">>;

function row(details: EngineDetails, at: Date, state: RecordedState, what: What = {}): HistoryRow {
  return {
    service: toRow(details).service,
    containerId: details.id,
    containerName: details.name,
    at,
    state,
    ...nothing,
    ...{ restarts: details.restarts, imageId: details.imageId },
    ...what,
  };
}

/**
 * A row of what is known to have happened, or null when the event changes nothing. `details` are null when the container
 * was gone before it could be asked; `killedAt` is when somebody last told it to end.
 */
export function rowOfEvent(
  event: EngineEvent,
  details: EngineDetails | null,
  last: HistoryRow | null,
  killedAt: Date | null,
): HistoryRow | null {
  const { at, action } = event;
  const next = (state: RecordedState, what: What = {}) => {
    if (details) return row(details, at, state, what);
    return last ? { ...last, ...nothing, at, state, ...what } : null;
  };
  const beginning = details?.healthcheck ? "starting" : null;
  switch (action.split(":")[0]) {
    case "create":
      return next("created", { cause: "asked" });
    case "start": {
      const ended = last?.state === "exited" || last?.state === "restarting";
      // A start that somebody asks for sets the count back to nought.
      const byPolicy = ended && details !== null && details.restarts > 0;
      return next("running", { health: beginning, cause: byPolicy ? "policy" : "asked" });
    }
    case "die": {
      const asked = killedAt !== null && at.getTime() - killedAt.getTime() < longestStopMs;
      const code = Number(event.labels.exitCode ?? Number.NaN);
      return next(details?.state === "restarting" ? "restarting" : "exited", {
        exitCode: Number.isInteger(code) ? code : null,
        // A container that runs again already has forgotten it; the engine's "oom" event came before in any case.
        outOfMemory: details && details.state !== "running" ? details.outOfMemory : last?.outOfMemory === true,
        cause: asked ? "asked" : "itself",
        probe: last?.health === "unhealthy" ? last.probe : null,
      });
    }
    case "oom":
      return last?.state === "running" ? { ...last, at, outOfMemory: true, cause: null } : null;
    case "pause":
      return next("paused", { cause: "asked" });
    case "unpause":
      return next("running", { health: details?.health ?? beginning, cause: "asked" });
    case "health_status": {
      const word = action.split(":")[1]?.trim();
      if (word !== "healthy" && word !== "unhealthy") return null;
      return next("running", { health: word, probe: details && lastProbe(details) });
    }
    case "destroy":
      return next("gone", { cause: "asked" });
    default:
      return null;
  }
}

export const isSame = (a: HistoryRow, b: HistoryRow): boolean =>
  a.state === b.state && a.health === b.health && a.outOfMemory === b.outOfMemory && a.exitCode === b.exitCode;

/** The health of a running container, lived through again along the probes that the engine remembers. */
function healthRows(details: EngineDetails, startedAt: Date, now: Date): HistoryRow[] {
  const running = (at: Date, health: Health) =>
    row(details, at, "running", { health, probe: health === details.health ? lastProbe(details) : null });
  const own = details.probes.filter((probe) => Date.parse(probe.startedAt) >= startedAt.getTime());
  // The engine keeps five answers; fewer, or older ones of the run before, mean that none of this run is missing.
  const complete = details.probes.length < 5 || own.length < details.probes.length;
  const found = complete || details.health === "starting" ? [running(startedAt, "starting")] : [];
  let failures = 0;
  for (const { exitCode, endedAt } of details.health === "starting" ? [] : own) {
    failures = exitCode === 0 ? 0 : failures + 1;
    const sick = failures >= (details.healthcheck?.retries ?? 1);
    const health = failures === 0 ? "healthy" : sick ? "unhealthy" : found.at(-1)?.health;
    if (health && health !== found.at(-1)?.health) found.push(running(new Date(endedAt), health));
  }
  // Failures of a start period count for nothing, so the probes may tell less than the engine's verdict.
  if (details.health && found.at(-1)?.health !== details.health) found.push(running(now, details.health));
  return found;
}

/** What the engine itself can vouch for, oldest first: before the first of these rows it knows nothing. */
export function testimony(details: EngineDetails, now: Date): HistoryRow[] {
  const [startedAt, finishedAt] = [details.startedAt, details.finishedAt].map((at) => (at ? new Date(at) : null));
  const ended = {
    ...{ exitCode: details.exitCode, outOfMemory: details.outOfMemory },
    cause: details.stoppedOnPurpose ? ("asked" as const) : null,
  };
  switch (details.state) {
    case "created":
      return [row(details, new Date(details.createdAt), "created")];
    case "running":
      if (!startedAt) return [row(details, now, "running", { health: details.health })];
      if (!details.healthcheck) return [row(details, startedAt, "running")];
      return healthRows(details, startedAt, now);
    case "exited":
    case "dead":
    case "restarting":
      return [row(details, finishedAt ?? now, details.state, ended)];
    default:
      return [row(details, now, details.state)];
  }
}

export type Blindness = Extract<Cause, "worker-down" | "engine-silent" | "not-watched">;

/**
 * Rows that lead from what was last recorded to what is now. The history is complete until `seen`; between there and
 * the first thing the engine can vouch for, the container is unknown, and the history says so.
 */
export function bridge(
  last: HistoryRow | null,
  details: EngineDetails,
  seen: Date | null,
  now: Date,
  why: Blindness,
): HistoryRow[] {
  const known = testimony(details, now);
  const [first] = known;
  if (!first) return [];
  if (!last) {
    const began = details.state === "running" && details.startedAt ? new Date(details.startedAt) : null;
    if (began && first.at > began) return [row(details, began, "unknown", { cause: "not-watched" }), ...known];
    return known;
  }
  // An engine that was restarted under it (`live-restore`) begins its probes anew: no verdict yet is no news.
  const ranOn = details.state === "running" && details.startedAt !== null && new Date(details.startedAt) <= last.at;
  if (ranOn && details.health === "starting" && last.state === "running") return [];
  const until = seen && seen > last.at ? seen : last.at;
  const before = known.filter(({ at }) => at <= until).at(-1);
  const after = known.filter(({ at }) => at > until);
  if (!before) return last.state === "unknown" ? after : [row(details, until, "unknown", { cause: why }), ...after];
  return isSame(before, last) ? after : [{ ...before, at: until }, ...after];
}

/** The container went while nobody watched. */
export function bridgeGone(last: HistoryRow, seen: Date | null, now: Date, why: Blindness): HistoryRow[] {
  const at = seen && seen > last.at ? seen : last.at;
  const plain = { ...last, ...nothing };
  return [
    { ...plain, at, state: "unknown", cause: why },
    { ...plain, at: now, state: "gone" },
  ];
}
