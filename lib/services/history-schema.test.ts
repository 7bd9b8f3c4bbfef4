import { describe, expect, it } from "vitest";
import { availabilityOf, type Change, coarsen, type Segment, segmentsOf, timelineStatus } from "./history-schema.ts";

const minute = 60_000;
const at = (minutes: number) => new Date(minutes * minute).toISOString();
type Given = Partial<Pick<Change, "health" | "exitCode" | "outOfMemory" | "cause">>;
const change = (container: string, minutes: number, state: Change["state"], more: Given = {}) => ({
  ...{ containerId: container, at: at(minutes), state },
  ...{ health: null, exitCode: null, outOfMemory: false, cause: null },
  ...more,
});
const words = (segments: Segment[]) =>
  segments.map(({ from, until, status }) => `${from / minute}-${until / minute} ${status}`);

describe("segments", () => {
  it("lead from change to change, and begin with what held before", () => {
    const changes = [
      change("a", 0, "running", { health: "healthy" }),
      change("a", 20, "exited", { exitCode: 143, cause: "asked" }),
      change("a", 25, "running", { health: "starting" }),
      change("a", 26, "running", { health: "healthy" }),
    ];
    expect(words(segmentsOf(changes, 10 * minute, 60 * minute))).toEqual([
      ...["10-20 healthy", "20-25 stopped", "25-26 starting", "26-60 healthy"],
    ]);
  });
  it("are unknown before the first record, in a gap, and never guessed", () => {
    const changes = [
      change("a", 10, "running"),
      change("a", 20, "unknown", { cause: "worker-down" }),
      change("a", 30, "running"),
    ];
    expect(words(segmentsOf(changes, 0, 40 * minute))).toEqual([
      ...["0-10 unknown", "10-20 running", "20-30 unknown", "30-40 running"],
    ]);
    expect(words(segmentsOf([], 0, 40 * minute))).toEqual(["0-40 unknown"]);
  });
  it("are as good as the best replica: one that serves is enough", () => {
    const changes = [
      change("a", 0, "running", { health: "healthy" }),
      change("b", 0, "running", { health: "healthy" }),
      change("a", 10, "exited", { exitCode: 1, cause: "itself" }),
      change("b", 20, "unknown"),
      change("b", 30, "running", { health: "unhealthy" }),
    ];
    expect(words(segmentsOf(changes, 0, 40 * minute))).toEqual(["0-20 healthy", "20-30 unknown", "30-40 unhealthy"]);
  });
  it("go on through a recreate, and end in nothing when the last container goes", () => {
    const changes = [
      change("a", 0, "running"),
      change("a", 10, "exited", { exitCode: 0, cause: "asked" }),
      change("b", 11, "created"),
      change("a", 12, "gone"),
      change("b", 13, "running"),
      change("b", 20, "gone"),
    ];
    expect(words(segmentsOf(changes, 0, 30 * minute))).toEqual([
      ...["0-10 running", "10-13 stopped", "13-20 running", "20-30 gone"],
    ]);
  });
});

describe("the status of a change", () => {
  const exited = { state: "exited", health: null, outOfMemory: false } as const;
  it.each([
    ["stopped", { exitCode: 1, cause: "asked" }],
    ["stopped", { exitCode: 0, cause: "itself" }],
    ["failed", { exitCode: 137, cause: "itself" }],
    ["failed", { exitCode: 1, cause: null }],
    ["failed", { exitCode: 137, cause: "asked", outOfMemory: true }],
  ] as const)("is %s for %j", (status, given) => {
    expect(timelineStatus({ ...exited, ...given })).toBe(status);
  });
});

describe("availability", () => {
  const segment = (from: number, until: number, status: Segment["status"]) => ({
    ...{ from: from * minute, until: until * minute, status },
  });
  it("counts what is known: time that nobody watched is neither up nor down", () => {
    const segments = [segment(0, 50, "healthy"), segment(50, 100, "unknown"), segment(100, 150, "failed")];
    expect(availabilityOf(segments)).toMatchObject({ percent: 50, unknown: 50 * minute, trouble: 50 * minute });
  });
  it("is nothing before there is an hour of record", () => {
    expect(availabilityOf([segment(0, 2, "healthy")]).percent).toBeNull();
    expect(availabilityOf([segment(0, 59, "healthy"), segment(59, 1_440, "unknown")]).percent).toBeNull();
    expect(availabilityOf([segment(0, 60, "healthy"), segment(60, 1_440, "unknown")]).percent).toBe(100);
    expect(availabilityOf([segment(0, 10, "unknown")]).percent).toBeNull();
    expect(availabilityOf([]).percent).toBeNull();
  });
  it("is cut, so that 100 means that nothing was ever missing", () => {
    expect(availabilityOf([segment(0, 99_999, "healthy"), segment(99_999, 100_000, "failed")]).percent).toBe(99.99);
    expect(availabilityOf([segment(0, 100, "running")]).percent).toBe(100);
  });
  it("counts stopped and starting as not available, each by its name", () => {
    const segments = [segment(0, 70, "running"), segment(70, 80, "starting"), segment(80, 100, "stopped")];
    expect(availabilityOf(segments)).toMatchObject({ percent: 70, starting: 10 * minute, stopped: 20 * minute });
  });
});

describe("coarse segments", () => {
  const many = Array.from({ length: 5_000 }, (_, index) => ({
    ...{
      from: index,
      until: index + 1,
      status: index === 2_345 ? ("failed" as const) : index % 2 ? "healthy" : "starting",
    },
  })) as Segment[];
  it("stay within the limit, cover everything and lose no trouble", () => {
    const coarse = coarsen(many, 100);
    expect(coarse.length).toBeLessThanOrEqual(100);
    expect([coarse[0]?.from, coarse.at(-1)?.until]).toEqual([0, 5_000]);
    for (const [index, each] of coarse.slice(1).entries()) expect(each.from).toBe(coarse[index]?.until);
    const failed = coarse.find(({ status }) => status === "failed");
    expect(failed && failed.from <= 2_345 && failed.until > 2_345).toBe(true);
  });
  it("are left alone when they are few", () => {
    expect(coarsen(many.slice(0, 5))).toEqual(many.slice(0, 5));
  });
});
