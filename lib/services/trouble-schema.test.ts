import { expect, it } from "vitest";
import type { Cause, RecordedState } from "./history-schema.ts";
import type { Health, Status } from "./schema.ts";
import { beginningOf } from "./trouble-schema.ts";

const minute = (number: number) => `2026-01-01T00:${String(number).padStart(2, "0")}:00.000Z`;
type Was = [number, RecordedState, (Cause | null)?, (Health | null)?, (number | null)?];

const since = (status: Status, ...newestFirst: Was[]) =>
  beginningOf(
    newestFirst.map(([at, state, cause = null, health = null, exitCode = null]) => ({
      ...{ at: minute(at), state, cause, health, exitCode, outOfMemory: false },
    })),
    status,
  )?.at.slice(14, 16) ?? null;

it.each<[string, Status, string | null, Was[]]>([
  [
    "a failure",
    "failed",
    "05",
    [
      [5, "exited", "itself", null, 1],
      [1, "running", "asked"],
    ],
  ],
  [
    "an unhealthy service",
    "unhealthy",
    "07",
    [
      [7, "running", null, "unhealthy"],
      [2, "running", null, "healthy"],
    ],
  ],
  [
    "one that was unhealthy, then fell over",
    "failed",
    "07",
    [
      [9, "exited", "itself", null, 1],
      [7, "running", null, "unhealthy"],
      [2, "running", null, "healthy"],
    ],
  ],
  [
    "a crash loop",
    "restarting",
    "04",
    [
      [9, "restarting", "itself", null, 1],
      [8, "running", "policy"],
      [6, "restarting", "itself", null, 1],
      [5, "running", "policy"],
      [4, "restarting", "itself", null, 1],
      [1, "running", "asked"],
    ],
  ],
  [
    "a crash loop that runs for the moment, healthy again between its failures",
    "restarting",
    "04",
    [
      [15, "running", null, "healthy"],
      [14, "running", "policy", "starting"],
      [13, "restarting", "itself", null, 1],
      [6, "running", null, "healthy"],
      [5, "running", "policy", "starting"],
      [4, "restarting", "itself", null, 1],
      [1, "running", "asked"],
    ],
  ],
  [
    "a crash loop, not a failure long before it",
    "restarting",
    "30",
    [
      [31, "running", "policy"],
      [30, "restarting", "itself", null, 1],
      [5, "running", "policy"],
      [4, "restarting", "itself", null, 1],
      [1, "running", "asked"],
    ],
  ],
  [
    "the moment between two failures",
    "restarting",
    "04",
    [
      [4, "exited", "itself", null, 1],
      [1, "running", "asked"],
    ],
  ],
  [
    "a failure after a start that somebody asked for",
    "failed",
    "05",
    [
      [5, "exited", "itself", null, 1],
      [4, "running", "asked"],
      [2, "exited", "itself", null, 1],
    ],
  ],
  [
    "a stop",
    "stopped",
    "03",
    [
      [3, "exited", "asked", null, 143],
      [1, "running", null, "unhealthy"],
    ],
  ],
  ["what the history has not heard of yet", "failed", null, [[1, "running", null, "healthy"]]],
  [
    "a time that nobody watched",
    "failed",
    null,
    [
      [4, "unknown", "worker-down"],
      [3, "exited", "itself", null, 1],
    ],
  ],
  ["no history", "failed", null, []],
])("tells since when: %s", (_, status, begun, changes) => {
  expect(since(status, ...changes)).toBe(begun);
});
