import { expect, it } from "vitest";
import { mostAddresses, mostWrong, WrongTokens } from "./wrong-tokens.ts";

const many = (wrong: WrongTokens, address: string, now: number, times = mostWrong) =>
  Array.from({ length: times }, () => wrong.count(address, now));

it("lets 20 in a minute go, then says how long is left of it", () => {
  const wrong = new WrongTokens();
  expect(many(wrong, "a", 1_000).every((wait) => wait === 0)).toBe(true);
  expect(wrong.count("a", 1_000)).toBe(60);
  expect(wrong.count("a", 60_500)).toBe(1);
  expect(wrong.count("b", 60_500)).toBe(0);
});

it("begins anew when the minute is over, for whoever went on as well", () => {
  const wrong = new WrongTokens();
  many(wrong, "a", 0, 100);
  expect(wrong.count("a", 59_999)).toBe(1);
  expect(many(wrong, "a", 60_000).every((wait) => wait === 0)).toBe(true);
  expect(wrong.count("a", 60_000)).toBe(60);
});

it("keeps so many addresses and no more, and none longer than its minute", () => {
  const wrong = new WrongTokens();
  for (let count = 0; count < mostAddresses + 500; count += 1) wrong.count(`address ${count}`, count);
  expect(wrong.size).toBe(mostAddresses);
  many(wrong, `address ${mostAddresses}`, 20_000);
  expect(wrong.count(`address ${mostAddresses}`, 20_000)).toBeGreaterThan(0);
  wrong.count("the next day", 86_400_000);
  expect(wrong.size).toBe(1);
});
