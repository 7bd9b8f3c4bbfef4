import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../platform/docker.ts";
import type { EngineDetails, Probe } from "../platform/docker-details.ts";
import { testContainer } from "../platform/test-container.ts";
import { isAsking } from "../services/index.ts";
import { bridge, bridgeGone, type HistoryRow, rowOfEvent } from "./history-rows.ts";

const clock = (text: string) => new Date(`2026-01-01T${text}Z`);
const iso = (text: string) => clock(text).toISOString();
const healthcheck = { test: ["true"], intervalMs: 30_000, timeoutMs: 5_000, startPeriodMs: 0, retries: 3 };
const probe = (text: string, exitCode = 0, output = ""): Probe => ({
  ...{ startedAt: iso(text), endedAt: iso(text), exitCode, output },
});
const last = (text: string, change: Partial<HistoryRow> = {}): HistoryRow => ({
  ...{ service: "web", containerId: "a".repeat(64), containerName: "project-web-1", at: clock(text) },
  ...{ state: "running", health: null, exitCode: null, outOfMemory: false, restarts: 0, cause: null, probe: null },
  imageId: "sha256:1",
  ...change,
});
const words = (rows: HistoryRow[]) =>
  rows.map(({ at, state, health, cause }) =>
    [at.toISOString().slice(11, 19), state, health, cause].filter(Boolean).join(" "),
  );

describe("the bridge over a time nobody watched", () => {
  const check = (before: HistoryRow | null, details: Partial<EngineDetails>, seen: string | null, now: string) =>
    words(bridge(before, testContainer(details), seen ? clock(seen) : null, clock(now), "worker-down"));

  it("is nothing where the engine vouches for all of it", () => {
    expect(check(last("10:00:00"), { startedAt: iso("10:00:00") }, "12:00:00", "13:00:00")).toEqual([]);
  });
  it("is nothing while an engine that was restarted under the container has no verdict yet", () => {
    const details = { startedAt: iso("10:00:00"), health: "starting" as const, healthcheck, probes: [] };
    expect(check(last("10:00:05", { health: "healthy" }), details, "12:00:00", "12:00:02")).toEqual([]);
    const again = { ...details, startedAt: iso("12:00:01") };
    expect(check(last("10:00:05", { health: "healthy" }), again, "12:00:00", "12:00:02")).toEqual([
      ...["12:00:00 unknown worker-down", "12:00:01 running starting"],
    ]);
  });
  it("is unknown until a restart that nobody saw", () => {
    expect(check(last("10:00:00"), { startedAt: iso("12:30:00") }, "12:00:00", "13:00:00")).toEqual([
      ...["12:00:00 unknown worker-down", "12:30:00 running"],
    ]);
  });
  it("is unknown until an end that nobody saw", () => {
    const details = { state: "exited", exitCode: 1, finishedAt: iso("12:30:00") } as const;
    expect(check(last("10:00:00"), details, "12:00:00", "13:00:00")).toEqual([
      ...["12:00:00 unknown worker-down", "12:30:00 exited"],
    ]);
  });
  it("takes an end just before the last look for what it is, without a gap", () => {
    const details = { state: "exited", exitCode: 1, finishedAt: iso("11:59:59") } as const;
    expect(check(last("10:00:00"), details, "12:00:00", "13:00:00")).toEqual(["12:00:00 exited"]);
  });
  it("has no gap in health that the engine's last five probes reach across", () => {
    const probes = ["12:58:00", "12:58:30", "12:59:00", "12:59:30", "13:00:00"].map((text) => probe(text));
    const details = { startedAt: iso("10:00:00"), health: "healthy", healthcheck, probes } as const;
    expect(check(last("10:00:05", { health: "healthy" }), details, "12:58:10", "13:00:10")).toEqual([]);
  });
  it("knows a container's health only since the oldest probe, when the gap was longer", () => {
    const probes = ["12:58:00", "12:58:30", "12:59:00", "12:59:30", "13:00:00"].map((text) => probe(text));
    const details = { startedAt: iso("10:00:00"), health: "healthy", healthcheck, probes } as const;
    expect(check(last("10:00:05", { health: "healthy" }), details, "12:00:00", "13:00:10")).toEqual([
      ...["12:00:00 unknown worker-down", "12:58:00 running healthy"],
    ]);
  });
  it("finds the probe that made it unhealthy", () => {
    const probes = [
      ...[probe("12:58:50"), probe("12:59:00"), probe("12:59:10", 1), probe("12:59:20", 1)],
      probe("12:59:30", 1, "refused"),
    ];
    const details = { startedAt: iso("10:00:00"), health: "unhealthy", healthcheck, probes } as const;
    expect(check(last("10:00:05", { health: "healthy" }), details, "12:59:05", "13:00:00")).toEqual([
      "12:59:30 running unhealthy",
    ]);
  });
  it("tells the whole start of a container that the engine still remembers", () => {
    const probes = [probe("12:59:04")];
    const details = { startedAt: iso("12:59:00"), health: "healthy", healthcheck, probes } as const;
    expect(check(null, details, null, "13:00:00")).toEqual(["12:59:00 running starting", "12:59:04 running healthy"]);
  });
  it("says of a container seen for the first time what it does not know", () => {
    const probes = ["12:58:00", "12:58:30", "12:59:00", "12:59:30", "13:00:00"].map((text) => probe(text));
    const details = { startedAt: iso("10:00:00"), health: "healthy", healthcheck, probes } as const;
    expect(check(null, details, null, "13:00:10")).toEqual([
      ...["10:00:00 unknown not-watched", "12:58:00 running healthy"],
    ]);
  });
  it("leads to nothing when the container has gone", () => {
    expect(words(bridgeGone(last("10:00:00"), clock("12:00:00"), clock("13:00:00"), "engine-silent"))).toEqual([
      ...["12:00:00 unknown engine-silent", "13:00:00 gone"],
    ]);
  });
});

describe("a row of an event", () => {
  const event = (action: string, labels: Record<string, string> = {}): EngineEvent => ({
    ...{ id: "a".repeat(64), action, at: clock("12:00:00"), labels },
  });
  const details = testContainer({ restarts: 1, healthcheck });

  it("tells an end that somebody asked for from one of the program's own", () => {
    const die = event("die", { exitCode: "1" });
    const ended = testContainer({ state: "exited", exitCode: 1 });
    expect(rowOfEvent(die, ended, last("10:00:00"), clock("11:59:58"))?.cause).toBe("asked");
    expect(rowOfEvent(die, ended, last("10:00:00"), clock("11:00:00"))?.cause).toBe("itself");
    expect(rowOfEvent(die, ended, last("10:00:00"), null)).toMatchObject({
      cause: "itself",
      exitCode: 1,
      state: "exited",
    });
  });
  it("takes a signal for asking, but not one that programs take as news", () => {
    expect(isAsking(event("kill", { signal: "15" }))).toBe(true);
    expect(isAsking(event("kill", { signal: "1" }))).toBe(false);
    expect(isAsking(event("stop"))).toBe(false);
  });
  it("tells a start by the restart policy from one that somebody asked for", () => {
    const crashed = last("11:59:00", { state: "exited", exitCode: 1 });
    expect(rowOfEvent(event("start"), details, crashed, null)).toMatchObject({ cause: "policy", health: "starting" });
    expect(rowOfEvent(event("start"), testContainer(), crashed, null)).toMatchObject({ cause: "asked", health: null });
  });
  it("carries the last words of the healthcheck, made inert", () => {
    const sick = testContainer({
      healthcheck,
      probes: [probe("11:59:59", 1, "\u001b[31mrefused\u001b[0m\u202E\r\nat 1")],
    });
    expect(rowOfEvent(event("health_status: unhealthy"), sick, last("10:00:00"), null)).toMatchObject({
      ...{ health: "unhealthy", probe: "refused\nat 1" },
    });
  });
  it("remembers that memory ran out, also when only a child was ended", () => {
    expect(rowOfEvent(event("oom"), details, last("10:00:00", { health: "healthy" }), null)).toMatchObject({
      ...{ state: "running", health: "healthy", outOfMemory: true },
    });
  });
  it("is made from the last one when the container is gone already", () => {
    const die = event("die", { exitCode: "137" });
    expect(rowOfEvent(die, null, last("10:00:00"), null)).toMatchObject({
      state: "exited",
      exitCode: 137,
      service: "web",
    });
    expect(rowOfEvent(event("destroy"), null, last("10:00:00"), null)?.state).toBe("gone");
    expect(rowOfEvent(event("destroy"), null, null, null)).toBeNull();
  });
});
