// Logs of real containers, read through a real docker-guard from the machine's engine.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listContainers, watchContainers } from "../platform/docker.ts";
import { readContainerLogs } from "../platform/docker-logs.ts";
import { createCapture } from "./capture.ts";
import { parseSeen } from "./cursors.ts";
import { readBack } from "./history.ts";
import { createHub } from "./hub.ts";
import { LogQuery } from "./input.ts";
import { createFilter } from "./line.ts";
import { listRings, readRing } from "./ring-files.ts";
import type { LogEvents, WireLine } from "./schema.ts";
import { listSources } from "./source.ts";
import { until } from "./test-lines.ts";
import { startTestProject, type TestProject } from "./test-project.ts";
import { startViewer } from "./viewer.ts";

let project: TestProject;
let rings = "";
const stops: (() => void)[] = [];
beforeAll(async () => {
  project = await startTestProject(`logs-test-${process.pid}`);
  rings = join(project.directory, "rings");
  mkdirSync(rings);
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
afterAll(() => project.stop());

const list = (services: string[]) => () => listSources(services, rings);

function view(hub: ReturnType<typeof createHub>, raw: Record<string, string>, lastId: string | null = null) {
  const query = LogQuery.parse(raw);
  const lines: WireLine[] = [];
  const seen = { lastId, lines, events: [] as string[], problems: [] as unknown[] };
  const stop = startViewer({
    ...{ query, filter: createFilter(query), seen: parseSeen(lastId), hub, list: list(query.services) },
    changes: async () => () => undefined,
    sink: {
      waiting: () => 0,
      send({ id, name, data }) {
        if (id) seen.lastId = id;
        seen.events.push(name);
        if (name === "lines") lines.push(...(data as LogEvents["lines"]));
        if (name === "problem") seen.problems.push(data);
      },
    },
  });
  stops.push(stop);
  return Object.assign(seen, { stop, numbers: () => lines.map(([, , , , text]) => Number(text.split(" ")[1])) });
}

const wait = (isTrue: () => boolean, what: string) =>
  (async () => {
    for (let round = 0; round < 20; round += 1)
      if (
        await until(isTrue, what).then(
          () => true,
          () => false,
        )
      )
        return;
    throw new Error(`never: ${what}`);
  })();

/** Counts on both streams at once, in bursts, so that stamps are equal or cross where they ever are. */
const counting = (perBurst: number, everyMs: number, most: number) =>
  `let n = 0; const timer = setInterval(() => { for (let k = 0; k < ${perBurst} && n < ${most}; k += 1, n += 1)
   (n % 3 ? process.stdout : process.stderr).write("line " + n + "\\n"); if (n >= ${most}) { clearInterval(timer);
   setInterval(() => {}, 1e6); } }, ${everyMs});`;

describe("a view whose connection is cut", () => {
  it("for thirty seconds loses no line and doubles none", async () => {
    const hub = createHub();
    const most = 40_000;
    project.run("cut", counting(40, 40, most));
    const first = view(hub, { services: "cut", tail: "5000" });
    await wait(() => first.lines.length > 1_000, "a thousand lines");
    first.stop();
    await sleep(30_000);
    expect(hub.size()).toBe(0);
    const second = view(hub, { services: "cut", tail: "5000" }, first.lastId);
    await wait(() => first.lines.length + second.lines.length >= most, "all lines");
    // The two streams of the container cross within a burst, so the order is that of the engine, not of counting.
    const all = [...first.numbers(), ...second.numbers()].sort((a, b) => a - b);
    expect(all[0]).toBe(0);
    expect(all).toHaveLength(most);
    expect(new Set(all).size).toBe(most);
    expect(second.events).not.toContain("skip");
  });

  it("and whose guard restarts again and again does not either", async () => {
    const hub = createHub();
    const most = 20_000;
    project.run("restarts", counting(25, 10, most));
    const mine = view(hub, { services: "restarts", tail: "5000" });
    await wait(() => mine.lines.length > 100, "the first lines");
    for (let round = 0; round < 3; round += 1) {
      await project.restartGuard();
      const before = mine.lines.length;
      await wait(() => mine.lines.length > before + 500, "more lines");
    }
    await wait(() => new Set(mine.numbers()).size === most, "all lines");
    expect(mine.lines).toHaveLength(most);
    expect(mine.problems.at(-1)).toEqual({ message: null });
  });
});

it("twenty viewers share one stream of the engine, closed five seconds after the last has left at the latest", async () => {
  const id = project.run("shared", counting(1, 50, 100_000));
  let open = 0;
  const read: typeof readContainerLogs = async function* (...asked) {
    open += 1;
    try {
      yield* readContainerLogs(...asked);
    } finally {
      open -= 1;
    }
  };
  const hub = createHub(read);
  const views = Array.from({ length: 20 }, () => view(hub, { services: "shared" }));
  await wait(() => views.every(({ lines }) => lines.length > 5), "lines for all twenty");
  expect(open).toBe(1);
  for (const { stop } of views) stop();
  const left = performance.now();
  await wait(() => open === 0, "closed");
  expect(performance.now() - left).toBeLessThan(5_000);
  project.remove(id);
});

it("hostile lines arrive whole, cut and marked, and change nothing", async () => {
  const lines = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u202egnp.exe \u2066",
    "\x1b]0;title\x07\x1b[31mred\x1b[0m\x1b[2J",
    "a\0b",
    "a megabyte",
    "\ud83c\udf89 é",
    "",
  ];
  const program = `for (const text of ${JSON.stringify(lines)})
    console.log(text === "a megabyte" ? "x".repeat(1_048_576) : text);
    process.stdout.write(Buffer.from([0xff, 0xfe, 0x41, 0x0a]));`;
  const id = project.run("hostile", program);
  project.wait(id);
  const sources = await list(["hostile"])();
  const filter = createFilter({ level: [], q: "", plain: false });
  const { lines: found } = await readBack(sources, {}, 100, filter, new AbortController().signal);
  const texts = found.map(({ line: { text } }) => text);
  const shown = lines.map((text) => (text === "a megabyte" ? "x".repeat(16_384) : text));
  expect(texts).toEqual([...shown, "\ufffd\ufffdA"]);
  expect(found[4]?.line.sizeBytes).toBe(1_048_576);
});

it("the last lines of a container can be read after it was recreated", async () => {
  const stopping = new AbortController();
  const engine = { list: listContainers, watch: watchContainers, read: readContainerLogs };
  const capture = createCapture(stopping.signal, engine, rings);
  const old = project.run("recreated", counting(2_000, 10, 10_000));
  const captured = async (id: string, lines: number) => {
    for (let kept = 0; kept < lines; await sleep(200)) {
      const ring = (await listRings(rings)).find(({ container }) => container === id);
      kept = ring ? (await readRing(rings, ring)).length : 0;
    }
  };
  await captured(old, 10_000);
  project.remove(old);
  await captured(project.run("recreated", 'console.log("line 99999"); setInterval(() => {}, 1e6)'), 1);
  const mine = view(createHub(), { services: "recreated", tail: "5000" });
  await wait(() => mine.events.includes("history"), "history");
  expect(mine.numbers().at(-1)).toBe(99_999);
  expect(mine.lines).toHaveLength(5_000);
  const sources = await list(["recreated"])();
  expect(sources.map(({ info }) => info.previous).sort()).toEqual([false, true]);
  const filter = createFilter({ level: [], q: "", plain: false });
  const past = await readBack(sources, {}, 20_000, filter, new AbortController().signal);
  expect(new Set(past.lines.map(({ line }) => line.text)).size).toBe(10_001);
  stopping.abort();
  await capture.done;
});
