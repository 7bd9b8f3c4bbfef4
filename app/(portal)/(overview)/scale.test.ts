import { expect, it } from "vitest";
import { marks, placeOf } from "./scale";

it("puts now at the right end, a month and more at the left, and the future nowhere else", () => {
  expect([0, -60_000].map(placeOf)).toEqual([1, 1]);
  expect([30, 400].map((days) => placeOf(days * 86_400_000))).toEqual([0, 0]);
});

it("goes left with age, mark by mark", () => {
  const places = marks.map(({ ageMs }) => placeOf(ageMs));
  expect(places).toEqual([...places].sort((a, b) => b - a));
  expect(new Set(places).size).toBe(places.length);
});
