import { describe, expect, it } from "vitest";
import { byTrouble, isTrouble, type ServiceRow, since, statuses, statusOf, summary } from "./schema.ts";

const row = (over: Partial<ServiceRow> = {}): ServiceRow => ({
  id: "a".repeat(64),
  name: "td-web-1",
  service: "web",
  number: 1,
  title: "Web",
  description: "",
  icon: "",
  link: null,
  protected: false,
  stateful: false,
  scalable: false,
  state: "running",
  health: null,
  exitCode: null,
  outOfMemory: false,
  endedBy: null,
  crashLoop: false,
  restarts: 0,
  startedAt: "2026-11-24T10:00:00.000Z",
  finishedAt: null,
  image: "web:1.0",
  ports: [],
  ...over,
});

describe("the status of a service", () => {
  it.each([
    ["running without a probe", {}, "running"],
    ["running and healthy", { health: "healthy" }, "healthy"],
    ["running and not yet known", { health: "starting" }, "starting"],
    ["running and unhealthy", { health: "unhealthy" }, "unhealthy"],
    ["in a restart loop, whatever the probe said last", { state: "restarting", health: "healthy" }, "restarting"],
    ["paused", { state: "paused", health: "healthy" }, "paused"],
    ["never started", { state: "created" }, "stopped"],
    ["ended by itself without an error", { state: "exited", exitCode: 0 }, "stopped"],
    ["ended by SIGTERM, as docker stop does", { state: "exited", exitCode: 143 }, "stopped"],
    ["killed because it did not end in time", { state: "exited", exitCode: 137 }, "stopped"],
    ["killed for memory, with the same code", { state: "exited", exitCode: 137, outOfMemory: true }, "failed"],
    ["stopped by somebody, with a code of its own", { state: "exited", exitCode: 2, endedBy: "asked" }, "stopped"],
    ["ended by itself with the code of a signal", { state: "exited", exitCode: 137, endedBy: "itself" }, "failed"],
    ["ended by itself when its work was done", { state: "exited", exitCode: 0, endedBy: "itself" }, "stopped"],
    ["up for the moment in a crash loop", { health: "healthy", crashLoop: true }, "restarting"],
    ["ended with an error", { state: "exited", exitCode: 1 }, "failed"],
    ["dead", { state: "dead" }, "failed"],
  ] as [string, Partial<ServiceRow>, string][])("%s", (_name, over, expected) => {
    expect(statusOf(row(over))).toBe(expected);
  });

  it("is trouble when somebody should get up, and not when an operator stopped it", () => {
    expect(statuses.filter(isTrouble)).toEqual(["failed", "unhealthy", "restarting"]);
  });

  it("holds since the start while it runs, since the end after that", () => {
    const times = { startedAt: "2026-11-24T10:00:00.000Z", finishedAt: "2026-11-24T11:00:00.000Z" };
    expect(since(row({ ...times }))).toBe(times.startedAt);
    expect(since(row({ ...times, state: "exited" }))).toBe(times.finishedAt);
    expect(since(row({ startedAt: null, state: "created" }))).toBeNull();
  });
});

describe("a list of services", () => {
  const rows = [
    row({ title: "B", health: "healthy" }),
    row({ title: "A", health: "healthy" }),
    row({ title: "Z", state: "exited", exitCode: 2 }),
    row({ title: "Y", health: "unhealthy" }),
  ];
  it("shows the worst first and the rest by name", () => {
    expect([...rows].sort(byTrouble).map(({ title }) => title)).toEqual(["Z", "Y", "A", "B"]);
  });
  it("counts every status, also those nobody has", () => {
    expect(summary(rows)).toMatchObject({ failed: 1, unhealthy: 1, healthy: 2, paused: 0 });
    expect(Object.values(summary([])).every((count) => count === 0)).toBe(true);
  });
});
