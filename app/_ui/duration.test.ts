import { expect, it } from "vitest";
import { formatDuration, formatRoughly } from "./duration";

const minute = 60_000;
const day = 1440 * minute;

it.each([
  [-5_000, "0 s"],
  [40_999, "40 s"],
  [minute, "1 min"],
  [59.9 * minute, "59 min"],
  [60 * minute, "1 h"],
  [185 * minute, "3 h 5 min"],
  [day, "1 d"],
  [6 * day + 240 * minute, "6 d 4 h"],
  [61 * day + 240 * minute, "61 d"],
])("%d ms reads %j", (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

it.each([
  [40_999, "40 s"],
  [185 * minute, "3 h"],
  [6 * day + 240 * minute, "6 d"],
])("%d ms reads roughly %j", (ms, words) => {
  expect(formatRoughly(ms)).toBe(words);
});
