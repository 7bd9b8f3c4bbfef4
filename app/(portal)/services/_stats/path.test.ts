import { expect, it } from "vitest";
import { pathOf } from "./path";

const box = { untilMs: 10_000, spanMs: 10_000, ceiling: 100, width: 100, height: 10 };

it("runs to the right edge, the ceiling on top", () => {
  const { stroke, area } = pathOf(
    [
      [8_000, 0],
      [9_000, 50],
      [10_000, 100],
    ],
    box,
  );
  expect(stroke).toBe("M80 10L90 5L100 0");
  expect(area).toBe("M80 10L90 5L100 0L100 10L80 10Z");
});

it("leaves out what is older, and cuts what is above the ceiling", () => {
  const points: [number, number][] = [
    [-5_000, 10],
    [9_000, 1_000],
    [10_000, 0],
  ];
  expect(pathOf(points, box).stroke).toBe("M90 0L100 10");
});

it("draws no line across a hole, and none of one point", () => {
  const points: [number, number][] = [
    [1_000, 0],
    [2_000, 0],
    [8_000, 0],
    [9_000, 0],
  ];
  expect(pathOf(points, box).stroke).toBe("M10 10L20 10M80 10L90 10");
  expect(pathOf([[1_000, 0]], box)).toEqual({ stroke: "", area: "" });
});
