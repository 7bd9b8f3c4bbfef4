import { describe, expect, it } from "vitest";
import { createHub } from "./hub.ts";
import { fakeEngine, idOf, line, until } from "./test-lines.ts";

const limits = { lingerMs: 30, backlog: 5, mostLines: 10, mostBytes: 1_000_000, budgetBytes: 10_000_000 };
const id = idOf("a");
const lines = (from: number, count: number) => Array.from({ length: count }, (_, at) => line(from + at));

describe("the shared stream of a container", () => {
  it("is opened once for twenty viewers, and closed when the last has left", async () => {
    const engine = fakeEngine();
    const hub = createHub(engine.read, limits);
    const leave = Array.from({ length: 20 }, () => hub.open(id).watch(() => undefined));
    await until(() => engine.open() === 1, "open");
    for (const one of leave.slice(1)) one();
    engine.write(id, line(1));
    await until(() => hub.open(id).next() === 1, "a line for the one who stayed");
    expect([engine.opened(), engine.open()]).toEqual([1, 1]);
    leave[0]?.();
    await until(() => engine.open() === 0, "closed");
    expect(hub.size()).toBe(0);
  });

  it("outlives a viewer who leaves and comes back at once", async () => {
    const engine = fakeEngine();
    const hub = createHub(engine.read, limits);
    const leave = hub.open(id).watch(() => undefined);
    await until(() => engine.open() === 1, "open");
    leave();
    hub.open(id).watch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([engine.opened(), engine.open()]).toEqual([1, 1]);
  });

  it("starts with the newest lines and finds a place among them", async () => {
    const engine = fakeEngine();
    engine.write(id, ...lines(0, 20));
    const hub = createHub(engine.read, limits);
    const stream = hub.open(id);
    stream.watch(() => undefined);
    await until(() => stream.next() === 5, "the newest five");
    expect(stream.numberAfter(line(16))).toBe(2);
    expect(stream.numberAfter(line(3))).toBeNull();
    expect(stream.at(2)?.text).toBe("line 17");
  });

  it("keeps a bounded number of lines and bytes, and the numbers of those it dropped", async () => {
    const engine = fakeEngine();
    const hub = createHub(engine.read, { ...limits, mostBytes: 4_000 });
    const stream = hub.open(id);
    stream.watch(() => undefined);
    await until(() => stream.state() === "open", "open");
    engine.write(id, ...lines(0, 100));
    await until(() => stream.next() === 100, "all lines");
    expect(stream.next() - stream.first()).toBeLessThanOrEqual(15);
    expect(stream.at(99)?.text).toBe("line 99");
    expect(stream.at(0)).toBeUndefined();
    engine.write(id, ...lines(100, 5).map((one) => ({ ...one, text: "x".repeat(2_000) })));
    await until(() => stream.next() === 105, "long lines");
    expect(stream.next() - stream.first()).toBeLessThanOrEqual(2);
  });

  it("ends with the container, fails with the engine, and is opened anew by the next who asks", async () => {
    const engine = fakeEngine();
    const hub = createHub(engine.read, limits);
    const first = hub.open(id);
    first.watch(() => undefined);
    await until(() => first.state() === "open", "open");
    engine.stop(id);
    await until(() => first.state() === "ended", "ended");
    engine.start(id);
    const second = hub.open(id);
    expect(second).not.toBe(first);
    second.watch(() => undefined);
    await until(() => second.state() === "open", "open again");
    engine.break(new Error("docker-guard is gone"));
    await until(() => second.state() === "failed", "failed");
    expect(second.error()).toMatchObject({ message: "docker-guard is gone" });
    expect(hub.size()).toBe(0);
  });
});
