import { describe, expect, it } from "vitest";
import { readAfter, readBack } from "./history.ts";
import { createFilter, type Filter, type Line, positionOf } from "./line.ts";
import { mergeForward } from "./merge.ts";
import { fakeEngine, idOf, line, stampAt } from "./test-lines.ts";

const [a, b] = [idOf("a"), idOf("b")];
const { signal } = new AbortController();
const all: Filter = createFilter({ level: [], q: "", plain: false });
const containing = (word: string): Filter => ({
  apply: async (lines) => lines.flatMap((one, at) => (one.text.includes(word) ? [{ line: one, marks: [], at }] : [])),
});
const texts = (found: { line: Line }[]) => found.map(({ line: { text } }) => text);
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => line(from + at * step));

function two() {
  const engine = fakeEngine();
  engine.write(a, ...range(0, 1_000, 2).map((one) => ({ ...one, text: `a ${one.stamp.slice(9, 13)}` })));
  engine.write(b, ...range(1, 1_001, 2).map((one) => ({ ...one, text: `b ${one.stamp.slice(9, 13)}` })));
  return [engine.source(a, "a"), engine.source(b, "b")];
}

describe("the newest lines", () => {
  it("of many sources come in one order of time", async () => {
    const { lines, horizon, last } = await readBack(two(), {}, 6, all, signal);
    expect(texts(lines)).toEqual(["a 0994", "b 0995", "a 0996", "b 0997", "a 0998", "b 0999"]);
    expect(horizon).toMatchObject({ stamp: stampAt(994) });
    expect(last.map((one) => one?.stamp)).toEqual([stampAt(998), stampAt(999)]);
  });

  it("page back without a gap or a double, to the very first", async () => {
    const seen: string[] = [];
    let before: Parameters<typeof readBack>[1]["before"];
    for (let page = 0; page < 10; page += 1) {
      const { lines, horizon } = await readBack(two(), { before }, 150, all, signal);
      seen.unshift(...texts(lines));
      if (!horizon) break;
      before = horizon;
    }
    expect(seen).toHaveLength(1_000);
    expect(new Set(seen).size).toBe(1_000);
    expect(seen.map((text) => text.slice(2))).toEqual([...seen].map((text) => text.slice(2)).sort());
  });

  it("that match are found however far back they are", async () => {
    const engine = fakeEngine();
    engine.write(a, line(0, "needle 1"), line(1, "needle 2"), ...range(2, 20_000));
    const { lines, horizon } = await readBack([engine.source(a, "a")], {}, 10, containing("needle"), signal);
    expect(texts(lines)).toEqual(["needle 1", "needle 2"]);
    expect(horizon).toBeNull();
  });

  it("stay within a range of time, both ends included", async () => {
    const { lines } = await readBack(two(), { since: stampAt(10), until: stampAt(13) }, 100, all, signal);
    expect(texts(lines)).toEqual(["a 0010", "b 0011", "a 0012", "b 0013"]);
  });

  it("of an empty log are none", async () => {
    const engine = fakeEngine();
    expect(await readBack([engine.source(a, "a")], {}, 10, all, signal)).toEqual({
      lines: [],
      horizon: null,
      last: [null],
    });
  });

  it("do not lose lines whose stamps cross where two passes meet", async () => {
    const engine = fakeEngine();
    const log = range(0, 3_000);
    // At every place that a pass may begin, a pair in the wrong order.
    for (let at = 10; at < log.length; at += 2) [log[at], log[at + 1]] = [log[at + 1] as Line, log[at] as Line];
    engine.write(a, ...log);
    const source = engine.source(a, "a");
    const { lines } = await readBack([source], {}, 5_000, containing("line"), signal);
    expect(lines).toHaveLength(3_000);
    const some = await readBack([source], {}, 100, containing("9"), signal);
    expect(new Set(texts(some.lines)).size).toBe(some.lines.length);
  });
});

describe("what came after a line", () => {
  const collect = async (source: Parameters<typeof readAfter>[0], place: Line | null, onGone?: () => void) => {
    const lines: string[] = [];
    for await (const batch of readAfter(source, place, signal, onGone ? { onGone } : {})) {
      lines.push(...batch.map(({ text }) => text));
    }
    return lines;
  };

  it.each([3, 900, 15_000, 45_000])("is all of it, %d lines later", async (count) => {
    const engine = fakeEngine();
    engine.write(a, ...range(0, 50_000));
    let gone = false;
    const lines = await collect(engine.source(a, "a"), line(50_000 - count - 1), () => {
      gone = true;
    });
    expect(lines).toHaveLength(count);
    expect(lines[0]).toBe(`line ${50_000 - count}`);
    expect(gone).toBe(false);
  });

  it("says so first when the engine's rotation removed the line", async () => {
    const engine = fakeEngine();
    engine.write(a, ...range(0, 100));
    engine.rotate(a, 10);
    const order: string[] = [];
    const lines = await collect(engine.source(a, "a"), line(5), () => order.push("gone"));
    expect(order).toEqual(["gone"]);
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe("line 90");
  });

  it("is nothing when nothing was written, without any alarm", async () => {
    const engine = fakeEngine();
    engine.write(a, ...range(0, 100));
    let gone = false;
    expect(
      await collect(engine.source(a, "a"), line(99), () => {
        gone = true;
      }),
    ).toEqual([]);
    expect(gone).toBe(false);
  });
});

it("a merge keeps the order of each source and closes all of them when it is left", async () => {
  let closed = 0;
  async function* feed(lines: Line[]) {
    try {
      for (const one of lines) yield [one];
    } finally {
      closed += 1;
    }
  }
  const feeds = [
    { source: 0, container: a, lines: feed([line(1), line(5), line(4)]) },
    { source: 1, container: b, lines: feed([line(2), line(3)]) },
  ];
  const out: string[] = [];
  for await (const batch of mergeForward(feeds)) out.push(...batch.map(({ line: one }) => one.text));
  expect(out).toEqual(["line 1", "line 2", "line 3", "line 5", "line 4"]);
  expect(closed).toBe(2);
  const endless = { source: 0, container: a, lines: feed(range(0, 10_000)) };
  for await (const _ of mergeForward([endless])) break;
  expect(closed).toBe(3);
  expect(positionOf(a, line(1))).toMatchObject({ container: a.slice(0, 12) });
});
