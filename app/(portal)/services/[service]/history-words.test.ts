import { expect, it } from "vitest";
import type { Change } from "@/lib/services/history-schema";
import { causeWords, changeWords, missing, recordWords } from "./history-words";

const change = (more: Partial<Change>): Change => ({
  ...{ id: "1", containerId: "a", container: "web-1", at: "2026-01-01T00:00:00.000Z", state: "running" },
  ...{ health: null, exitCode: null, outOfMemory: false, restarts: 0, cause: null, probe: null, imageId: "" },
  audit: null,
  ...more,
});
const audit = { id: "7", actor: "ana", action: "service.stop", at: "2026-01-01T00:00:00.000Z" };

it.each<[string, string | null, Partial<Change>]>([
  ["Started", "from outside the portal", { cause: "asked" }],
  ["Started", "by its restart policy", { cause: "policy", health: "starting" }],
  ["Healthy", null, { health: "healthy" }],
  ["Unhealthy", null, { health: "unhealthy" }],
  ["Stopped, exit code 143", "ana: stop", { state: "exited", exitCode: 143, cause: "asked", audit }],
  ["Failed, exit code 1", "by itself", { state: "exited", exitCode: 1, cause: "itself" }],
  ["Failed, exit code 3, the engine tries again", "by itself", { state: "restarting", exitCode: 3, cause: "itself" }],
  ["Killed: out of memory", "by itself", { state: "exited", exitCode: 137, cause: "itself", outOfMemory: true }],
  ["A process was killed: out of memory", null, { outOfMemory: true }],
  ["Not known: the worker was down", null, { state: "unknown", cause: "worker-down" }],
  ["Not known: the engine did not answer", null, { state: "unknown", cause: "engine-silent" }],
  ["Container removed", "from outside the portal", { state: "gone", cause: "asked" }],
  ["Paused", "from outside the portal", { state: "paused", cause: "asked" }],
])("%s %s", (words, cause, more) => {
  expect([changeWords(change(more), undefined), causeWords(change(more))]).toEqual([words, cause]);
});

it("tells a recovery from a first verdict, and a pause's end from a start", () => {
  const healthy = change({ health: "healthy" });
  expect(changeWords(healthy, change({ health: "unhealthy" }))).toBe("Healthy again");
  expect(changeWords(change({}), change({ state: "paused" }))).toBe("Goes on");
});

it("tells a percentage's record, and no percentage of less than an hour", () => {
  const minute = 60_000;
  const words = (up: number, unknown: number, percent: number | null) => {
    const availability = {
      up: up * minute,
      trouble: minute,
      stopped: 0,
      starting: 0,
      unknown: unknown * minute,
      percent,
    };
    const until = new Date((up + 1 + unknown) * minute).toISOString();
    return recordWords({ availability, from: new Date(0).toISOString(), until }, (ms) => `${ms / minute} min`);
  };
  expect(words(59, 0, 98.33)).toBe("available in the 60 min on record; in trouble 1 min");
  expect(words(99, 50, 99)).toBe("available in the 100 min on record; in trouble 1 min, not known 50 min");
  expect(words(2, 57, null)).toBe(
    "Only 3 min on record, too short for a percentage: up 2 min; in trouble 1 min, not known 57 min",
  );
  expect(words(-1, 60, null)).toBe("Nobody has watched it in this time");
});

it("names what is missing, and nothing of what lasted no second", () => {
  const availability = { up: 1, trouble: 999, stopped: 120_000, starting: 0, unknown: 4_000, percent: 50 };
  expect(missing(availability, (ms) => `${ms / 1000} s`)).toBe("stopped 120 s, not known 4 s");
});
