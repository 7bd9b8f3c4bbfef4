import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Statistics } from "../platform/docker-stats.ts";
import { testContainer } from "../platform/test-container.ts";
import { toRow } from "./row.ts";
import type { ServiceRow } from "./schema.ts";
import { createStatsHub, type Selection, type StatsEvent, sampleOf } from "./stats-hub.ts";

const reading = (at: number, change: Partial<Statistics> = {}): Statistics => ({
  ...{ at, cpuNanoseconds: at * 1e6, memoryBytes: 1024, memoryLimitBytes: 4096 },
  ...{ receivedBytes: 0, sentBytes: 0, readBytes: 0, writtenBytes: 0, processes: 1 },
  ...change,
});

describe("a sample", () => {
  it("is what happened between two readings: a busy core is 100 %, bytes are a second's", () => {
    const before = reading(1_000, { cpuNanoseconds: 0 });
    const after = reading(3_000, { cpuNanoseconds: 3e9, receivedBytes: 10, sentBytes: 20, writtenBytes: 4096 });
    expect(sampleOf(before, after)).toEqual([3_000, 150, 1024, 5, 10, 0, 2048]);
  });
  it("is none across a restart, and none without time between", () => {
    expect(sampleOf(reading(1_000, { cpuNanoseconds: 9e9 }), reading(2_000, { cpuNanoseconds: 1e9 }))).toBeNull();
    expect(sampleOf(reading(1_000), reading(1_000))).toBeNull();
  });
});

const row = (service: string, digit: string, state: ServiceRow["state"] = "running"): ServiceRow =>
  toRow(testContainer({ id: digit.repeat(64), state, labels: { "com.docker.compose.service": service } }));

/** An engine whose streams are counted, and read when the test says so. */
function laboratory(initial: ServiceRow[], past: Parameters<typeof createStatsHub>[0]["past"] = async () => new Map()) {
  const state = { rows: initial, connected: true };
  const streams = new Map<string, { read: (reading: Statistics) => void; end: () => void }>();
  const opened: string[] = [];
  const listeners = new Set<() => void>();
  const hub = createStatsHub({
    rows: () => state.rows,
    isConnected: () => state.connected,
    past,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watch: (id, signal, read) =>
      new Promise((resolve) => {
        opened.push(id);
        const end = () => {
          if (streams.get(id)?.end === end) streams.delete(id);
          resolve();
        };
        streams.set(id, { read, end });
        signal.addEventListener("abort", end, { once: true });
      }),
  });
  const change = (rows: ServiceRow[]) => {
    state.rows = rows;
    for (const listener of listeners) listener();
  };
  const look = (selection: Selection) => {
    const events: StatsEvent[] = [];
    const leave = hub.watch(selection, (event) => events.push(event));
    return { events, leave };
  };
  return { state, streams, opened, listeners, change, look };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the hub", () => {
  it("shows at once what Prometheus remembers, before the engine's first sample, and none of it twice", async () => {
    const past = [1_000, 16_000, 31_000].map((at) => [at, 1, 2, 3, 4, 5, 6]);
    const { streams, opened, look } = laboratory([row("web", "1")], async () => new Map([["1".repeat(64), past]]));
    const { events } = look(new Set(["web"]));
    await vi.advanceTimersByTimeAsync(0);
    expect(opened).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ name: "series", data: [{ samples: past, pastUntil: 31_000 }] });
    const read = streams.get("1".repeat(64))?.read;
    for (const at of [32_000, 33_000]) read?.(reading(at));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(events.at(-1)).toMatchObject({ name: "series", data: [{ memoryLimitBytes: 4096, pastUntil: 31_000 }] });
    const { data } = events.at(-1) as Extract<StatsEvent, { name: "series" }>;
    expect(data[0]?.samples.map(([at]) => at)).toEqual([1_000, 16_000, 31_000, 33_000]);
  });

  it("keeps what the engine said where Prometheus answers late, and begins empty without Prometheus", async () => {
    let answer: (found: Map<string, number[][]>) => void = () => undefined;
    const late = laboratory([row("web", "1")], () => new Promise((resolve) => (answer = resolve)));
    const { events } = late.look("all");
    for (const at of [32_000, 33_000]) late.streams.get("1".repeat(64))?.read(reading(at));
    await vi.advanceTimersByTimeAsync(1_000);
    answer(new Map([["1".repeat(64), [16_000, 31_000, 46_000].map((at) => [at, 1, 2, 3, 4, 5, 6])]]));
    await vi.advanceTimersByTimeAsync(0);
    const { data } = events.at(-1) as Extract<StatsEvent, { name: "series" }>;
    expect(data[0]?.samples.map(([at]) => at)).toEqual([16_000, 31_000, 33_000]);
    const away = laboratory([row("web", "1")], () => Promise.reject(new Error("Prometheus does not answer")));
    const seen = away.look("all").events;
    for (const at of [1_000, 2_000]) away.streams.get("1".repeat(64))?.read(reading(at));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen.at(-1)).toMatchObject({ name: "series", data: [{ pastUntil: 0, samples: [[2_000, 100, 1024]] }] });
  });

  it("asks the engine for nothing while nobody watches", () => {
    const { opened, listeners, change } = laboratory([row("web", "1")]);
    change([row("web", "1"), row("db", "2")]);
    vi.advanceTimersByTime(60_000);
    expect([opened.length, listeners.size, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it("shares one stream a container among twenty viewers, and closes it within five seconds of the last", () => {
    const { streams, opened, look } = laboratory([row("web", "1"), row("db", "2"), row("old", "3", "exited")]);
    const viewers = Array.from({ length: 20 }, (_, index) => look(index % 2 ? "all" : new Set(["web"])));
    vi.advanceTimersByTime(2_000);
    expect([streams.size, opened.length]).toEqual([2, 2]);
    for (const { leave } of viewers.slice(1)) leave();
    vi.advanceTimersByTime(5_000);
    expect([...streams.keys()]).toEqual(["1".repeat(64)]);
    viewers[0]?.leave();
    vi.advanceTimersByTime(5_000);
    expect([streams.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it("keeps the stream of a viewer who only reloads", () => {
    const { opened, look } = laboratory([row("web", "1")]);
    look("all").leave();
    vi.advanceTimersByTime(2_000);
    look("all");
    vi.advanceTimersByTime(10_000);
    expect(opened).toHaveLength(1);
  });

  it("sends what is remembered at once, then one event a second with all containers", () => {
    const { streams, look } = laboratory([row("web", "1"), row("db", "2")]);
    look(new Set(["web", "db"]));
    for (let second = 1; second <= 400; second += 1) {
      for (const { read } of streams.values()) read(reading(second * 1_000));
      vi.advanceTimersByTime(1_000);
    }
    const { events } = look(new Set(["web", "db"]));
    const series = events[0];
    if (series?.name !== "series") throw new Error("the first event brings what is remembered");
    expect(series.data.map(({ service, samples }) => [service, samples.length])).toEqual([
      ["web", 60],
      ["db", 60],
    ]);
    for (const { read } of streams.values()) read(reading(401_000));
    for (const { read } of streams.values()) read(reading(402_000));
    vi.advanceTimersByTime(1_000);
    expect(events.slice(1)).toEqual([
      {
        name: "samples",
        data: Object.fromEntries(["1", "2"].map((key) => [key.repeat(12), [402_000, 100, 1024]])),
      },
    ]);
  });

  it("sends a viewer of several services short samples too, and a viewer of one whole ones", () => {
    const { streams, look } = laboratory([row("web", "1"), row("db", "2"), row("mail", "3")]);
    const several = look(new Set(["web", "db"]));
    const one = look(new Set(["db"]));
    expect(streams.size).toBe(2);
    for (const at of [1_000, 2_000, 3_000]) {
      for (const { read } of streams.values()) read(reading(at));
      vi.advanceTimersByTime(1_000);
    }
    const newest = ({ events }: typeof one) => {
      const last = events.at(-1);
      return last?.name === "samples" ? last.data : null;
    };
    const [web, db] = ["1".repeat(12), "2".repeat(12)] as const;
    expect(newest(several)).toEqual({ [web]: [3_000, 100, 1024], [db]: [3_000, 100, 1024] });
    expect(newest(one)).toEqual({ [db]: [3_000, 100, 1024, 0, 0, 0, 0] });
  });

  it("sends a viewer of everything short samples, and of the last minute only", () => {
    const { streams, look } = laboratory([row("web", "1")]);
    look("all");
    for (let second = 1; second <= 100; second += 1) {
      for (const { read } of streams.values()) read(reading(second * 1_000));
      vi.advanceTimersByTime(1_000);
    }
    const [first] = look("all").events;
    expect(first?.name === "series" && first.data[0]?.samples).toHaveLength(60);
    expect(first?.name === "series" && first.data[0]?.samples[59]).toEqual([100_000, 100, 1024]);
  });

  it("follows a service that starts, stops and is made anew", () => {
    const { streams, change, look } = laboratory([row("web", "1", "exited")]);
    look(new Set(["web"]));
    expect(streams.size).toBe(0);
    change([row("web", "1")]);
    expect([...streams.keys()]).toEqual(["1".repeat(64)]);
    change([row("web", "2")]);
    expect([...streams.keys()]).toEqual(["2".repeat(64)]);
  });

  it("opens a broken stream again, and none while the engine is away", () => {
    const { state, streams, opened, look } = laboratory([row("web", "1")]);
    look("all");
    state.connected = false;
    streams.get("1".repeat(64))?.end();
    return Promise.resolve().then(async () => {
      await vi.advanceTimersByTimeAsync(10_000);
      expect(opened).toHaveLength(1);
      state.connected = true;
      await vi.advanceTimersByTimeAsync(1_000);
      expect(opened).toHaveLength(2);
    });
  });
});
