import { expect, it } from "vitest";
import { isSteppedUp, stepUpSecondsLeft } from "./step-up.ts";

const now = Date.parse("2026-01-01T12:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1_000);

it.each([
  [2, 0, true],
  [2, 300, true],
  [3, 10, true],
  [2, 301, false],
  [1, 0, false],
  [0, 0, false],
  // Keycloak's clock a little ahead is no crime; an hour is.
  [2, -30, true],
  [2, -3_600, false],
])("level %i, given %i seconds ago: fresh enough is %s", (acr, seconds, fresh) => {
  expect(isSteppedUp({ acr, authTime: ago(seconds) }, now)).toBe(fresh);
});

it.each([
  [2, 0, 300],
  [2, 299, 1],
  [2, 301, 0],
  [1, 0, 0],
  [2, -30, 300],
])("level %i, given %i seconds ago: it holds for %i s more", (acr, seconds, left) => {
  expect(stepUpSecondsLeft({ acr, authTime: ago(seconds) }, now)).toBe(left);
});

it("a time that is no time is never fresh", () => {
  expect(isSteppedUp({ acr: 2, authTime: new Date("x") }, now)).toBe(false);
});
