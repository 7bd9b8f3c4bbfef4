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

it("draws on between the coarse points of the past and to the first live one, but not over a hole among them", () => {
  const points: [number, number][] = [
    [10_000, 0],
    [55_000, 0],
    [70_000, 0],
    [90_000, 0],
    [95_000, 0],
    [96_000, 0],
  ];
  const { stroke } = pathOf(points, { ...box, untilMs: 100_000, spanMs: 100_000, pastUntil: 70_000 });
  expect(stroke).toBe("M55 10L70 10L90 10M95 10L96 10");
});
