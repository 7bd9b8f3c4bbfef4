import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineContainer, EngineEvent } from "../platform/docker.ts";
import { type Capture, createCapture, ringOf } from "./capture.ts";
import { listRings, readRing } from "./ring-files.ts";
import { fakeEngine, idOf, line, until } from "./test-lines.ts";

let directory = "";
let stopping = new AbortController();
let capture: Capture | null = null;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "capture-"));
  stopping = new AbortController();
});
afterEach(async () => {
  stopping.abort();
  await capture?.done;
  rmSync(directory, { recursive: true, force: true });
});

const container = (digit: string, createdAt: string, state: EngineContainer["state"] = "running"): EngineContainer => ({
  ...{
    id: idOf(digit),
    name: `web-${digit}`,
    labels: { "com.docker.compose.service": "web" },
    image: "x",
    imageId: "x",
  },
  ...{
    createdAt,
    state,
    health: null,
    exitCode: null,
    outOfMemory: false,
    stoppedOnPurpose: false,
    restarts: 0,
    startedAt: null,
    finishedAt: null,
  },
  ports: [],
  writableMount: false,
});
const old = container("a", "2026-11-24T20:00:00Z");
const young = container("b", "2026-11-24T21:00:00Z");

function setUp() {
  const engine = fakeEngine();
  let containers: EngineContainer[] = [old];
  let listener: (event: EngineEvent) => void = () => undefined;
  const watch = async (signal: AbortSignal, onOpen: () => void, onEvent: (event: EngineEvent) => void) => {
    listener = onEvent;
    onOpen();
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  };
  const start = () => {
    const fake = { list: async () => containers, watch, read: engine.read };
    capture = createCapture(stopping.signal, fake, directory, { flushMs: 5, blockedMs: 100 });
    return capture;
  };
  const change = (next: EngineContainer[], action: string, id: string) => {
    containers = next;
    listener({ id, action, at: new Date(), labels: {} });
  };
  return { engine, start, change };
}

const stored = async (of: EngineContainer) => {
  const ring = (await listRings(directory)).find((one) => one.container === of.id);
  return ring ? (await readRing(directory, ring)).map(({ text }) => text) : [];
};
async function eventually(of: EngineContainer, texts: string[]) {
  let found: string[] = [];
  for (let round = 0; round < 400 && found.join() !== texts.join(); round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    found = await stored(of);
  }
  expect(found).toEqual(texts);
}

describe("the capture of logs", () => {
  it("keeps each line once, through its own restarts", async () => {
    const { engine, start } = setUp();
    engine.write(old.id, line(1), line(2));
    start();
    await eventually(old, ["line 1", "line 2"]);
    engine.write(old.id, line(3));
    await eventually(old, ["line 1", "line 2", "line 3"]);
    stopping.abort();
    await capture?.done;
    engine.write(old.id, line(4));
    stopping = new AbortController();
    start();
    engine.write(old.id, line(5));
    await eventually(old, ["line 1", "line 2", "line 3", "line 4", "line 5"]);
  });

  it("holds one stream a container", async () => {
    const { engine, start, change } = setUp();
    const mine = start();
    change([old, young], "start", young.id);
    await until(() => mine.streams() === 2, "two streams");
    change([old, young], "start", young.id);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(engine.opened()).toBe(2);
  });

  it("keeps the last lines of a container that was recreated", async () => {
    const { engine, start, change } = setUp();
    start();
    engine.write(old.id, line(1), line(2, "last words"));
    engine.stop(old.id);
    await eventually(old, ["line 1", "last words"]);
    engine.write(young.id, line(10, "hello"));
    change([young], "start", young.id);
    await eventually(young, ["hello"]);
    expect(await stored(old)).toEqual(["line 1", "last words"]);
  });

  it("goes on when a stopped container is started again", async () => {
    const { engine, start, change } = setUp();
    const mine = start();
    engine.write(old.id, line(1));
    engine.stop(old.id);
    change([{ ...old, state: "exited" }], "die", old.id);
    await until(() => mine.streams() === 0, "ended");
    engine.start(old.id);
    engine.write(old.id, line(2));
    change([old], "start", old.id);
    await eventually(old, ["line 1", "line 2"]);
  });

  it("stops while its volume cannot be written, says so, and misses nothing afterwards", async () => {
    const { engine, start } = setUp();
    const mine = start();
    engine.write(old.id, line(1));
    await eventually(old, ["line 1"]);
    stopping.abort();
    await mine.done;
    stopping = new AbortController();
    renameSync(directory, `${directory}-away`);
    const again = start();
    engine.write(old.id, line(2));
    await until(() => again.isBlocked(), "blocked");
    expect(again.streams()).toBe(0);
    renameSync(`${directory}-away`, directory);
    engine.write(old.id, line(3));
    await eventually(old, ["line 1", "line 2", "line 3"]);
    expect(again.isBlocked()).toBe(false);
  });

  it("leaves one-off containers and names that are none alone", () => {
    const labels = (extra: Record<string, string>) => ({ ...old, labels: { ...old.labels, ...extra } });
    expect(ringOf(labels({ "com.docker.compose.oneoff": "True" }))).toBeNull();
    expect(ringOf(labels({ "com.docker.compose.service": "../../etc" }))).toBeNull();
    expect(ringOf(old)).toMatchObject({ service: "web", container: old.id });
  });

  it("is not disturbed by other files in its volume", async () => {
    const { engine, start } = setUp();
    mkdirSync(join(directory, "lost+found"));
    writeFileSync(join(directory, "x"), "x");
    engine.write(old.id, line(1));
    start();
    await eventually(old, ["line 1"]);
  });
});
