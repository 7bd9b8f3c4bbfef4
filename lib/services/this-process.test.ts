import { hostname } from "node:os";
import { expect, it } from "vitest";
import { isThisProcess, thisProcessLast } from "./this-process.ts";

it("knows its own container by the host name that the engine gave it", () => {
  expect(isThisProcess({ id: `${hostname()}${"0".repeat(52)}` })).toBe(true);
  expect(isThisProcess({ id: "0".repeat(64) })).toBe(false);
});

it("puts what holds this process last and leaves the others as they were", () => {
  expect(thisProcessLast(["portal", "web", "edge", "data"], (one) => one === "portal")).toEqual([
    ...["web", "edge", "data", "portal"],
  ]);
  expect(thisProcessLast(["web", "edge"], () => false)).toEqual(["web", "edge"]);
});
