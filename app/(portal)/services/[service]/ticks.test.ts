import { expect, it } from "vitest";
import { clockAt, ticksOf } from "./ticks";

const until = Date.parse("2026-11-24T20:30:00Z");
const words = (hours: number, zone: string) =>
  ticksOf(until - hours * 3_600_000, until, zone).map((tick) => tick.words);

it("marks every third hour of a day by the reader's clock, midnight with its date", () => {
  expect(words(24, "UTC")).toEqual(["00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00"].with(0, "24 Nov"));
  expect(words(24, "America/New_York")).toContain("03:00");
  expect(words(24, "America/New_York")).not.toEqual(words(24, "UTC"));
});

it("marks every fifth midnight of a month", () => {
  expect(words(30 * 24, "UTC")).toEqual(["31 Oct", "5 Nov", "10 Nov", "15 Nov", "20 Nov"]);
});

it("says a moment to the second", () => {
  expect(clockAt(until, "Europe/Berlin")).toBe("24 Nov, 21:30:00");
});
