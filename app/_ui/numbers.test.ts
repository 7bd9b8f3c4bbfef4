import { expect, it } from "vitest";
import { formatAvailability, formatBytes, formatPercent, formatRate, withoutZeros } from "./numbers";

it.each([
  [0, "0 B"],
  [0.4, "0 B"],
  [812, "812 B"],
  [1023, "1023 B"],
  [1024, "1.00 KiB"],
  [1023 * 1024 + 1023, "1.00 MiB"],
  [84_168_704, "80.3 MiB"],
  [536_870_912, "512 MiB"],
  [1.5 * 2 ** 30, "1.50 GiB"],
  [3 * 2 ** 50, "3072 TiB"],
])("%d bytes read %j", (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

it.each([
  [0, "0.0 %"],
  [0.44, "0.4 %"],
  [9.96, "10 %"],
  [230.4, "230 %"],
])("%d percent read %j", (percent, words) => {
  expect(formatPercent(percent)).toBe(words);
});

it.each([
  [100, "100 %"],
  [99.999, "99.99 %"],
  [0, "0.00 %"],
])("an availability of %d reads %j", (percent, words) => {
  expect(formatAvailability(percent)).toBe(words);
});

it("says what a rate is of", () => {
  expect(formatRate(2048)).toBe("2.00 KiB/s");
});

it("leaves out zeros that say nothing", () => {
  expect(["64.0 MiB", "4.00 KiB/s", "1.50 GiB", "100 %"].map(withoutZeros)).toEqual([
    ...["64 MiB", "4 KiB/s", "1.50 GiB", "100 %"],
  ]);
});
