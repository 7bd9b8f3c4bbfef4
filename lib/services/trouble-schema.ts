// What is wrong now, since when, and what changed before. Types and pure functions: browsers load this file.
import { type AuditCause, type Cause, type Change, timelineStatus } from "./history-schema.ts";
import { isTrouble, type Status } from "./schema.ts";

export type TroubledService = {
  containerId: string;
  service: string;
  title: string;
  status: Status;
  /** When it became what it is; null while the history does not know it yet. */
  since: string | null;
  cause: Cause | null;
  audit: AuditCause | null;
};

/** Something that somebody did to a service of this project. */
export type Deed = {
  service: string;
  title: string;
  at: string;
  did: "started" | "stopped" | "paused" | "removed";
  audit: AuditCause | null;
};

/** The answer of `GET /api/v1/trouble`. `before` is the newest deed in the hour before the first of the troubles. */
export type Trouble = { services: TroubledService[]; before: Deed | null };

type Recorded = Pick<Change, "at" | "state" | "health" | "exitCode" | "outOfMemory" | "cause">;

/** A run that lasted this long was no part of a crash loop. */
const longestRunMs = 600_000;

const isBad = (change: Recorded): boolean => {
  const then = timelineStatus(change);
  return then !== "unknown" && then !== "gone" && isTrouble(then);
};

/** Up again, and nobody asked for it: the restart policy's start, and what its probes said afterwards. */
const isBetween = ({ state, cause }: Recorded): boolean =>
  state === "running" && (cause === "policy" || cause === null);

/**
 * The change that began what holds now, of one container's changes, newest first. A short run between two failures ends
 * nothing: a crash loop began with its first. Null when the newest says something else than `status`.
 */
export function beginningOf<T extends Recorded>(changes: readonly T[], status: Status): T | null {
  const [newest] = changes;
  if (!newest) return null;
  const inLoop = status === "restarting" && isBetween(newest);
  if (!inLoop && !sameKind(timelineStatus(newest), status)) return null;
  if (!isTrouble(status)) return newest;
  let begun: T | null = null;
  for (const change of changes) {
    const far = begun !== null && Date.parse(begun.at) - Date.parse(change.at) > longestRunMs;
    if (isBad(change) && !far) begun = change;
    else if (far || !isBetween(change)) break;
  }
  return begun ?? newest;
}

// What the restart policy is at changes faster than it is recorded.
const sameKind = (recorded: string, now: Status): boolean =>
  recorded === now || [recorded, now].every((one) => ["failed", "restarting", "stopped"].includes(one));
