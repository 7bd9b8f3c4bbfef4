import { expect, it } from "vitest";
import type { Series } from "@/lib/services/stats-schema";
import { liveData, liveSpan, measures, pastData } from "./measures";

const [processor, , network] = measures as [(typeof measures)[number], unknown, (typeof measures)[number]];
const series = (name: string, samples: number[][]): Series => ({
  ...{ key: name, service: "web", name, memoryLimitBytes: 0, pastUntil: 0 },
  samples,
});

it("adds up containers second by second, and leaves holes open", () => {
  const data = liveData(
    [
      series("a", [
        [990_100, 1, 0],
        [991_100, 2, 0],
        [1_000_100, 3, 0],
      ]),
      series("b", [[1_000_900, 10, 0]]),
    ],
    processor,
  );
  expect([data.from, data.until]).toEqual([940, 1000]);
  expect(data.lines[0]?.values.slice(-11)).toEqual([1, 2, ...Array(8).fill(null), 13]);
});

it("shows as much as there is, from one minute to five", () => {
  const span = (seconds: number) => {
    const { from, until } = liveData(
      [
        series("a", [
          [(1000 - seconds) * 1000, 1, 0],
          [1_000_000, 1, 0],
        ]),
      ],
      processor,
    );
    return until - from;
  };
  expect([span(10), span(100), span(1000)]).toEqual([60, 100, liveSpan]);
});

it("draws on across a second that the engine's rhythm skipped", () => {
  const data = liveData(
    [
      series("a", [
        [998_999, 1, 0],
        [1_000_001, 2, 0],
      ]),
    ],
    processor,
  );
  expect(data.lines[0]?.values.slice(-3)).toEqual([1, 2, 2]);
});

it("adds up the past likewise, each line of its own", () => {
  const none = { cpu: [], memory: [], read: [], written: [] };
  const received = [
    { name: "a", values: [1, null] },
    { name: "b", values: [2, null] },
  ];
  const charts = {
    service: "web",
    range: "1h",
    moments: [60, 120],
    measures: { ...none, received, sent: [] },
  } as const;
  const data = pastData(charts as never, network);
  expect(data.lines.map(({ values }) => values)).toEqual([
    [3, null],
    [null, null],
  ]);
});

it("draws the past every fifteen seconds, up to the first live second, with its holes", () => {
  const past = [900, 930, 945].map((at) => [at * 1000, 1, 0]);
  const live = [950, 951].map((at) => [at * 1000 + 200, 2, 0]);
  const { moments, lines, from, until } = liveData(
    [{ ...series("a", [...past, ...live]), pastUntil: 945_000 }],
    processor,
  );
  expect(moments.filter((moment) => moment >= from)).toEqual([900, 915, 930, 945, 950, 951]);
  expect(lines[0]?.values.slice(-6)).toEqual([1, null, 1, 1, 2, 2]);
  expect([from, until]).toEqual([891, 951]);
});
