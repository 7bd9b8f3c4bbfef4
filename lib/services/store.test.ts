// The store against an engine that can be slow, silent or out of order: faults a real one cannot be told to have.
import { afterEach, describe, expect, it } from "vitest";
import type { EngineContainer, EngineEvent } from "../platform/docker.ts";
import type { EndedBy } from "./ends.ts";
import { createStore, type Engine } from "./store.ts";

const id = (n: number) => String(n).padStart(64, "0");
const container = (n: number, over: Partial<EngineContainer> = {}): EngineContainer => ({
  id: id(n),
  name: `td-s${n}-1`,
  labels: { "com.docker.compose.service": `s${n}`, "com.docker.compose.oneoff": "False" },
  image: "web:1.0",
  imageId: "sha256:0",
  createdAt: "2026-11-24T10:00:00.000Z",
  state: "running",
  health: null,
  exitCode: null,
  outOfMemory: false,
  stoppedOnPurpose: false,
  restarts: 0,
  startedAt: "2026-11-24T10:00:00.000Z",
  finishedAt: null,
  ports: [],
  writableMount: false,
  ...over,
});

/** An engine whose streams the test opens, feeds and breaks. */
function fakeEngine(initial: EngineContainer[]) {
  const state = {
    containers: new Map(initial.map((one) => [one.id, one])),
    recorded: new Map<string, EndedBy>(),
    streams: 0,
    silent: false,
  };
  let emit: (event: EngineEvent) => void = () => undefined;
  let breakStream: () => void = () => undefined;
  const engine: Engine = {
    list: async () => [...state.containers.values()],
    inspect: async (wanted) => state.containers.get(wanted) ?? null,
    watch: (signal, onOpen, onEvent) => {
      if (state.silent) return Promise.reject(new Error("connect ENOENT"));
      state.streams += 1;
      emit = onEvent;
      onOpen();
      return new Promise<void>((resolve) => {
        breakStream = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    },
    recordedEnds: async (ids) => new Map([...state.recorded].filter(([one]) => ids.includes(one))),
  };
  const event = (n: number, action: string, labels = {}) => emit({ id: id(n), action, at: new Date(), labels });
  return { engine, state, event, break: () => breakStream() };
}

const stopping: AbortController[] = [];
afterEach(() => {
  for (const controller of stopping.splice(0)) controller.abort();
});

function started(engine: Engine) {
  const controller = new AbortController();
  stopping.push(controller);
  return createStore(engine, controller.signal);
}

const stateOf = (store: ReturnType<typeof started>, n: number) => store.rows().find((row) => row.id === id(n))?.state;

describe("the store", () => {
  it("has every container of the first list, and follows what happens to them", async () => {
    const fake = fakeEngine([container(1), container(2)]);
    const store = started(fake.engine);
    await store.listed;
    expect(store.rows().map(({ service }) => service)).toEqual(["s1", "s2"]);
    fake.state.containers.set(id(1), container(1, { state: "exited", exitCode: 143 }));
    fake.event(1, "die");
    await expect.poll(() => stateOf(store, 1)).toBe("exited");
    fake.state.containers.delete(id(2));
    fake.event(2, "destroy");
    expect(stateOf(store, 2)).toBeUndefined();
  });

  it("drops an older answer that comes after a newer one", async () => {
    const fake = fakeEngine([container(1)]);
    const waiting: ((value: EngineContainer) => void)[] = [];
    const store = started(fake.engine);
    await store.listed;
    fake.engine.inspect = () => new Promise((resolve) => waiting.push(resolve));
    fake.event(1, "stop");
    fake.event(1, "start");
    waiting[1]?.(container(1, { restarts: 2 }));
    await expect.poll(() => store.rows()[0]?.restarts).toBe(2);
    waiting[0]?.(container(1, { state: "exited", exitCode: 0 }));
    await Promise.resolve();
    expect(stateOf(store, 1)).toBe("running");
  });

  it("shows the last known rows while the engine is silent, and the real ones once it is back", async () => {
    const fake = fakeEngine([container(1), container(2)]);
    const store = started(fake.engine);
    await store.listed;
    await expect.poll(() => store.isConnected()).toBe(true);
    fake.state.silent = true;
    fake.break();
    await expect.poll(() => store.isConnected()).toBe(false);
    expect(store.rows()).toHaveLength(2);
    fake.state.containers.delete(id(2));
    fake.state.silent = false;
    await expect.poll(() => store.isConnected(), { timeout: 5_000 }).toBe(true);
    expect(store.rows().map(({ service }) => service)).toEqual(["s1"]);
    expect(fake.state.streams).toBe(2);
  });

  it("does not call live what was listed while its stream broke", async () => {
    const fake = fakeEngine([container(1)]);
    let answer: () => void = () => undefined;
    const { inspect } = fake.engine;
    fake.engine.inspect = async (wanted) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return inspect(wanted);
    };
    const store = started(fake.engine);
    await expect.poll(() => store.rows().length).toBe(1);
    fake.state.silent = true;
    fake.break();
    await store.listed;
    answer();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(store.isConnected()).toBe(false);
  });

  it("reads a container again whose answer failed, and goes on with the others", async () => {
    const fake = fakeEngine([container(1), container(2)]);
    const store = started(fake.engine);
    await expect.poll(() => store.isConnected()).toBe(true);
    const { inspect } = fake.engine;
    let failures = 2;
    fake.engine.inspect = (wanted) =>
      wanted === id(1) && failures-- > 0 ? Promise.reject(new Error("502")) : inspect(wanted);
    for (const n of [1, 2]) {
      fake.state.containers.set(id(n), container(n, { state: "exited", exitCode: 1 }));
      fake.event(n, "die");
    }
    await expect.poll(() => stateOf(store, 2)).toBe("exited");
    expect(stateOf(store, 1)).toBe("running");
    await expect.poll(() => stateOf(store, 1), { timeout: 5_000 }).toBe("exited");
    expect(fake.state.streams).toBe(1);
  });

  it("keeps what began while an older list was on its way", async () => {
    const fake = fakeEngine([container(1)]);
    const { list } = fake.engine;
    let answer: () => void = () => undefined;
    fake.engine.list = async () => {
      const old = await list();
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return old;
    };
    const store = started(fake.engine);
    await Promise.resolve();
    fake.state.containers.set(id(2), container(2));
    fake.event(2, "start");
    await expect.poll(() => stateOf(store, 2)).toBe("running");
    answer();
    await expect.poll(() => store.isConnected()).toBe(true);
    expect(store.rows().map(({ service }) => service)).toEqual(["s2", "s1"]);
  });

  it("answers with nothing rather than never while the engine has not been there yet", async () => {
    const fake = fakeEngine([]);
    fake.state.silent = true;
    const store = started(fake.engine);
    await store.listed;
    expect(store.rows()).toEqual([]);
    expect(store.isConnected()).toBe(false);
  });

  it("knows whether a container that ended was told to, whatever its exit code", async () => {
    const fake = fakeEngine([container(1), container(2)]);
    const store = started(fake.engine);
    await store.listed;
    const endOf = (n: number) => store.rows().find((row) => row.id === id(n))?.endedBy;
    fake.event(1, "kill", { signal: "1" });
    fake.event(2, "kill", { signal: "15" });
    for (const n of [1, 2]) {
      fake.state.containers.set(id(n), container(n, { state: "exited", exitCode: 1 }));
      fake.event(n, "die");
    }
    await expect.poll(() => [endOf(1), endOf(2)]).toEqual(["itself", "asked"]);
    for (const n of [1, 2]) {
      fake.state.containers.set(id(n), container(n));
      fake.event(n, "start");
    }
    await expect.poll(() => [endOf(1), endOf(2)]).toEqual([null, null]);
  });

  it("learns from the history who ended what had ended before it watched", async () => {
    const fake = fakeEngine([1, 2].map((n) => container(n, { state: "exited", exitCode: 137 })));
    fake.state.recorded.set(id(1), "itself");
    const store = started(fake.engine);
    await store.listed;
    await expect.poll(() => store.rows().map(({ endedBy }) => endedBy)).toEqual(["itself", null]);
  });

  it("publishes nothing when nothing changed", async () => {
    const fake = fakeEngine([container(1)]);
    const store = started(fake.engine);
    await store.listed;
    await expect.poll(() => store.isConnected()).toBe(true);
    const before = store.feed.lastId();
    fake.event(1, "health_status: healthy");
    await Promise.resolve();
    await Promise.resolve();
    expect(store.feed.lastId()).toBe(before);
  });
});
