import { describe, expect, it } from "vitest";
import type { WireLine } from "@/lib/logs/schema";
import { fill, findNext, type Item, insert, newest, type SkipItem, toItem, toSkip } from "./buffer";

const sourceOf = (digit: string) => ({
  ...{ container: digit.repeat(12), service: digit, name: digit, state: "running", previous: false },
});
const [a, b] = [sourceOf("a"), sourceOf("b")];
const stampOf = (at: number) => String(1_795_551_000_000_000_000n + BigInt(at));
const item = (at: number, source = a, seq = 0): Item => {
  const wire: WireLine = [0, stampOf(at), seq, 3, `${source.service}${at}`];
  return toItem(wire, source);
};
const texts = (items: readonly Item[]) => items.map((one) => (one.kind === "line" ? one.text : `skip ${one.count}`));
const skip = (after: number, count: number): SkipItem =>
  toSkip(
    {
      ...{ source: 0, after: `${a.container}.${stampOf(after)}.0`, before: null, stamp: stampOf(after), count },
      reason: "slow",
    },
    a,
  );

describe("the lines that are held", () => {
  it("are in one order of time, whatever order they came in", () => {
    const items = insert([item(1), item(3), item(6)], [item(2, b), item(4, b), item(7, b)]);
    expect(texts(items)).toEqual(["a1", "b2", "a3", "b4", "a6", "b7"]);
  });

  it("are none twice", () => {
    const items = insert([item(1), item(2), item(2, a, 1)], [item(2), item(2, a, 1), item(2, b), item(3)]);
    expect(texts(items)).toEqual(["a1", "a2", "a2", "b2", "a3"]);
  });

  it("take older ones in front", () => {
    expect(texts(insert([item(5), item(6)], [item(1), item(2)]))).toEqual(["a1", "a2", "a5", "a6"]);
    expect(texts(insert([], [item(1)]))).toEqual(["a1"]);
    expect(texts(insert([item(1)], []))).toEqual(["a1"]);
  });

  it("are bounded; the oldest go", () => {
    expect(texts(newest([item(1), item(2), item(3)], 2))).toEqual(["a2", "a3"]);
    const few = [item(1)];
    expect(newest(few, 2)).toBe(few);
  });
});

describe("a marker of missing lines", () => {
  it("stands behind the line it follows and before the next", () => {
    expect(texts(insert([item(1), item(2), item(9)], [skip(2, 5)]))).toEqual(["a1", "a2", "skip 5", "a9"]);
  });

  it("gives way to the lines that were fetched", () => {
    const marker = skip(2, 2);
    const items = insert([item(2), item(9)], [marker]);
    expect(texts(fill(items, marker, [item(3), item(4)], null))).toEqual(["a2", "a3", "a4", "a9"]);
  });

  it("stays behind them while more are missing, and goes on from there", () => {
    const marker = skip(2, 7);
    const next = `${a.container}.${stampOf(4)}.0`;
    const items = fill(insert([item(2), item(9)], [marker]), marker, [item(3), item(4)], next);
    expect(texts(items)).toEqual(["a2", "a3", "a4", "skip 5", "a9"]);
    expect(items[3]).toMatchObject({ after: next });
  });

  it("that is gone already changes nothing", () => {
    const items = [item(1)];
    expect(texts(fill(items, skip(0, 1), [item(5)], null))).toEqual(["a1"]);
  });
});

it("the next that fits is found in both directions, round the end", () => {
  const items = [1, 2, 3, 4].map((at) => item(at));
  const fits = (one: Item) => one.stamp === stampOf(2) || one.stamp === stampOf(4);
  expect(findNext(items, 1, 1, fits)).toBe(3);
  expect(findNext(items, 3, 1, fits)).toBe(1);
  expect(findNext(items, 1, -1, fits)).toBe(3);
  expect(findNext(items, 0, 1, () => false)).toBe(-1);
  expect(findNext([], 0, 1, () => true)).toBe(-1);
});
