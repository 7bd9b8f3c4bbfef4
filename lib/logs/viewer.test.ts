import { afterEach, describe, expect, it } from "vitest";
import { parseSeen } from "./cursors.ts";
import { createHub } from "./hub.ts";
import { LogQuery } from "./input.ts";
import { createFilter, type Line } from "./line.ts";
import type { LogEvents, Skip, WireLine } from "./schema.ts";
import type { Source } from "./source.ts";
import { fakeEngine, idOf, line, until } from "./test-lines.ts";
import { startViewer } from "./viewer.ts";

const [a, b] = [idOf("a"), idOf("b")];
const limits = { lingerMs: 20, backlog: 50, mostLines: 200, mostBytes: 4_000_000, budgetBytes: 40_000_000 };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function setUp() {
  const engine = fakeEngine();
  const hub = createHub(engine.read, limits);
  let sources: Source[] = [engine.source(a, "a")];
  let listing: Error | null = null;
  const listeners = new Set<() => void>();
  const list = async () => {
    if (listing) throw listing;
    return sources;
  };
  function view(raw: Record<string, string> = {}, lastId: string | null = null, mostCatchUp = 200_000) {
    const query = LogQuery.parse(raw);
    const lines: WireLine[] = [];
    const events: string[] = [];
    const seen = { lastId, lines, events, skips: [] as Skip[], problems: [] as (string | null)[], waiting: 0 };
    const stop = startViewer({
      ...{ query, filter: createFilter(query), seen: parseSeen(lastId), hub, list, mostCatchUp },
      changes: async (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      sink: {
        waiting: () => seen.waiting,
        send({ id, name, data }) {
          if (id) seen.lastId = id;
          events.push(name);
          if (name === "lines") lines.push(...(data as LogEvents["lines"]));
          if (name === "skip") seen.skips.push(data as Skip);
          if (name === "problem") seen.problems.push((data as LogEvents["problem"]).message);
        },
      },
    });
    stops.push(stop);
    const texts = () => lines.map(([, , , , text]) => text);
    return Object.assign(seen, { stop, texts });
  }
  return {
    ...{ engine, hub, view },
    setSources(next: Source[]) {
      sources = next;
      for (const listener of listeners) listener();
    },
    failListing(error: Error | null) {
      listing = error;
    },
    listeners,
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => line(from + at));
const names = (from: number, to: number) => range(from, to).map(({ text }) => text);
const following = (view: { events: string[] }) => until(() => view.events.includes("history"), "history");

describe("a view of logs", () => {
  it("begins with the newest lines and goes on with each new one", async () => {
    const { engine, view } = setUp();
    engine.write(a, ...range(0, 100));
    const mine = view({ tail: "10" });
    await following(mine);
    expect(mine.texts()).toEqual(names(90, 100));
    for (let at = 100; at < 150; at += 1) {
      engine.write(a, line(at));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => mine.lines.length === 60, "50 more lines");
    expect(mine.texts()).toEqual(names(90, 150));
    expect(mine.events.slice(0, 3)).toEqual(["sources", "lines", "history"]);
  });

  it("merges services by time", async () => {
    const { engine, view, setSources } = setUp();
    setSources([engine.source(a, "a"), engine.source(b, "b")]);
    engine.write(a, line(1, "a1"), line(4, "a4"));
    engine.write(b, line(2, "b2"), line(3, "b3"));
    const mine = view();
    await following(mine);
    engine.write(b, line(6, "b6"));
    engine.write(a, line(5, "a5"));
    await until(() => mine.lines.length === 6, "all lines");
    expect(mine.texts()).toEqual(["a1", "b2", "b3", "a4", "a5", "b6"]);
  });

  it("that was cut loses no line and doubles none, however much was written meanwhile", async () => {
    const { engine, view } = setUp();
    engine.write(a, ...range(0, 20));
    const first = view();
    await following(first);
    engine.write(a, ...range(20, 25));
    await until(() => first.lines.length === 25, "five more");
    first.stop();
    // More than the shared stream keeps, and more than the engine is asked for at first.
    engine.write(a, ...range(25, 3_000));
    const second = view({}, first.lastId);
    await following(second);
    engine.write(a, ...range(3_000, 3_010));
    await until(() => second.lines.length === 2_985, "the rest");
    expect([...first.texts(), ...second.texts()]).toEqual(names(0, 3_010));
    expect(second.skips).toEqual([]);
  });

  it("goes on from the id of any event, not only the last", async () => {
    const { engine, view } = setUp();
    engine.write(a, ...range(0, 5));
    const first = view();
    await following(first);
    const early = first.lastId;
    engine.write(a, ...range(5, 10));
    await until(() => first.lines.length === 10, "five more");
    const second = view({}, early);
    await until(() => second.lines.length === 5, "what came after that id");
    expect(second.texts()).toEqual(names(5, 10));
  });

  it("heals a break of the engine's stream without a gap", async () => {
    const { engine, view } = setUp();
    engine.write(a, ...range(0, 5));
    const mine = view();
    await following(mine);
    engine.write(a, ...range(5, 10));
    await until(() => mine.lines.length === 10, "before the break");
    engine.break(new Error("docker-guard restarts"));
    await until(() => mine.problems.length > 0, "a problem");
    engine.write(a, ...range(10, 700));
    engine.break(null);
    engine.write(a, ...range(700, 710));
    await until(() => mine.lines.length === 710, "everything");
    expect(mine.texts()).toEqual(names(0, 710));
    await until(() => mine.problems.at(-1) === null, "no problem any more");
  });

  it("waits for an engine that is silent at first", async () => {
    const { engine, view, failListing } = setUp();
    engine.write(a, line(1));
    failListing(new Error("the engine does not answer"));
    const mine = view();
    await until(() => mine.problems.length === 1, "a problem");
    failListing(null);
    await following(mine);
    expect(mine.texts()).toEqual(["line 1"]);
  });

  it("shows a container that was made meanwhile from its first line on", async () => {
    const { engine, view, setSources, listeners } = setUp();
    const mine = view();
    await following(mine);
    await until(() => listeners.size === 1, "subscribed");
    const later = Date.now() - 1_795_551_000_000 + 1_000;
    engine.write(b, line(later, "first of b"));
    setSources([engine.source(a, "a"), engine.source(b, "b")]);
    await until(() => mine.lines.length === 1, "the first line");
    engine.write(b, line(later + 1, "second of b"));
    await until(() => mine.lines.length === 2, "the second line");
    expect(mine.texts()).toEqual(["first of b", "second of b"]);
  });

  it("follows a container through its restart", async () => {
    const { engine, view, setSources, listeners } = setUp();
    engine.write(a, ...range(0, 3));
    const mine = view();
    await following(mine);
    await until(() => listeners.size === 1, "subscribed");
    setSources([engine.source(a, "a", false)]);
    engine.stop(a);
    await until(() => engine.open() === 0, "ended");
    engine.write(a, ...range(3, 6));
    engine.start(a);
    setSources([engine.source(a, "a")]);
    await until(() => mine.lines.length === 6, "the lines of its second life");
    expect(mine.texts()).toEqual(names(0, 6));
  });

  it("says where the engine's rotation removed lines", async () => {
    const { engine, view } = setUp();
    engine.write(a, ...range(0, 5));
    const first = view();
    await following(first);
    first.stop();
    engine.write(a, ...range(5, 100));
    engine.rotate(a, 10);
    const second = view({}, first.lastId);
    await until(() => second.lines.length === 10, "what is left");
    expect(second.skips).toMatchObject([
      { reason: "rotated", count: null, after: `${a.slice(0, 12)}.${line(4).stamp}.0` },
    ]);
    expect(second.events.indexOf("skip")).toBeLessThan(second.events.indexOf("lines"));
  });

  it("ends where its range does", async () => {
    const { engine, view } = setUp();
    engine.write(a, ...range(0, 5));
    const mine = view({ until: new Date(1_795_551_000_002).toISOString() });
    await until(() => mine.events.includes("end"), "the end");
    expect(mine.texts()).toEqual(names(0, 3));
    expect(engine.open()).toBe(0);
  });
});

describe("a viewer who does not keep up", () => {
  it("is told how many lines were skipped and between which, and delays nobody", async () => {
    const { engine, view, hub } = setUp();
    engine.write(a, ...range(0, 5));
    const slow = view();
    const quick = view();
    await following(slow);
    await following(quick);
    slow.waiting = 100;
    for (let at = 5; at < 1_005; at += 50) {
      engine.write(a, ...range(at, at + 50));
      await until(() => quick.lines.length === at + 50, "the quick one has each line");
    }
    expect(quick.texts()).toEqual(names(0, 1_005));
    expect(quick.skips).toEqual([]);
    const held = slow.lines.length;
    expect(held).toBeLessThan(100);
    expect(hub.open(a).next() - hub.open(a).first()).toBeLessThanOrEqual(250);
    slow.waiting = 0;
    await until(() => slow.texts().at(-1) === "line 1004", "the newest line");
    const [skip] = slow.skips;
    expect(slow.skips).toHaveLength(1);
    expect(skip).toMatchObject({ reason: "slow", after: `${a.slice(0, 12)}.${line(held - 1).stamp}.0` });
    expect(held + (skip?.count ?? 0) + (slow.lines.length - held)).toBe(1_005);
    expect(skip?.before).toBe(`${a.slice(0, 12)}.${slow.lines[held]?.[1]}.0`);
  });
});

it("a viewer who can never catch up is led to the present, past a marker", async () => {
  const { engine, view } = setUp();
  engine.write(a, ...range(0, 5));
  const first = view();
  await following(first);
  first.stop();
  let at = 5;
  const write = () => {
    engine.write(a, ...range(at, at + 500));
    at += 500;
  };
  write();
  const slow = view({}, first.lastId, 2_000);
  // Each batch is taken late, and by then more was written than the shared stream keeps.
  let asked = 0;
  Object.defineProperty(slow, "waiting", {
    get() {
      asked += 1;
      if (asked % 2 === 0 || slow.skips.length > 0) return 0;
      write();
      return 100;
    },
  });
  await until(() => slow.skips.length === 1, "the marker");
  const written = at;
  await until(() => slow.texts().at(-1) === `line ${written - 1}`, "the newest line");
  expect(slow.skips).toMatchObject([{ reason: "slow", count: null }]);
  const numbers = slow.texts().map((text) => Number(text.slice(5)));
  expect(new Set(numbers).size).toBe(numbers.length);
});

describe("what is asked for", () => {
  const json = (level: string) => `{"level":"${level}","msg":"x"}`;
  const write = (lines: Line[]) => {
    const all = setUp();
    all.engine.write(a, ...lines);
    return all;
  };

  it("by level", async () => {
    const { engine, view } = write(["info", "error", "warn"].map((level, at) => line(at, json(level))));
    const mine = view({ level: "error,warn" });
    await following(mine);
    engine.write(a, line(5, json("debug")), line(6, json("error")), line(7, "    at frame (file.js:1)"));
    await until(() => mine.lines.length === 4, "two more");
    expect(mine.lines.map(([, , , level]) => level)).toEqual([5, 4, 5, 5]);
  });

  it("by a search comes with its marks, alone or among all lines", async () => {
    const { view } = write([line(1, "one"), line(2, "\x1b[31mtwo\x1b[0m two"), line(3, "three")]);
    const only = view({ q: "tw." });
    await following(only);
    expect(only.lines).toEqual([[0, line(2).stamp, 0, 0, "\x1b[31mtwo\x1b[0m two", { m: [0, 3, 4, 7] }]]);
    const marked = view({ q: "tw.", only: "0" });
    await following(marked);
    expect(marked.lines.map(([, , , , , extra]) => extra?.m)).toEqual([undefined, [0, 3, 4, 7], undefined]);
  });

  it("with an expression that takes too long ends the view and says why", async () => {
    const { view } = write([line(1, `${"a".repeat(60)}!`)]);
    const mine = view({ q: "^(a+)+$" });
    await until(() => mine.problems.length > 0, "the reason");
    expect(mine.problems[0]).toMatch(/too long/);
  });

  it.each([
    { services: "../x" },
    { services: "a b" },
    { level: "loud" },
    { tail: "-1" },
    { tail: "999999" },
    { since: "yesterday" },
    { q: "x".repeat(501) },
    { only: "yes" },
  ])("is refused when it is %j", (raw) => {
    expect(LogQuery.safeParse(raw).success).toBe(false);
  });

  it.each(["15m", "2h", "7d", "2026-11-24T20:00:00Z", "2026-11-24T21:00+01:00"])("may begin at %s", (since) => {
    expect(LogQuery.parse({ since }).since).toMatch(/^\d{19}$/);
  });
});
