import { expect, it } from "vitest";
import { sysValue } from "./broker-metrics.ts";
import { endingSoon } from "./certificates.ts";

const now = new Date("2026-11-24T00:00:00Z");
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

it("certificates that end within 45 days are named, soonest first, ended ones too", () => {
  const expiries = [
    { name: "ca", endsAt: inDays(3650) },
    { name: "later", endsAt: inDays(46) },
    { name: "soon", endsAt: inDays(45) },
    { name: "ended", endsAt: inDays(-2) },
  ];
  expect(endingSoon(expiries, now)).toEqual([
    { name: "ended", daysLeft: -2 },
    { name: "soon", daysLeft: 45 },
  ]);
});

it.each([
  ["12", 12],
  ["3.5", 3.5],
  ["42 seconds", 42],
  ["mosquitto version 2.1.2", null],
  ["", null],
  ["NaN", null],
])("the $SYS payload %j has the value %s", (payload, value) => {
  expect(sysValue(payload)).toBe(value);
});
