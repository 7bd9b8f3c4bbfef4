import { expect, it } from "vitest";
import { possible, verbs } from "./verbs";

it("offers a start to what is down, and restart and stop to what is up", () => {
  expect(possible(["exited"], verbs, false)).toEqual(["start"]);
  expect(possible(["running"], verbs, false)).toEqual(["restart", "stop"]);
  expect(possible(["restarting"], verbs, false)).toEqual(["restart", "stop"]);
});

it("never offers to stop what carries the portal, nor what the role may not do", () => {
  expect(possible(["running"], verbs, true)).toEqual(["restart"]);
  expect(possible(["running"], ["start", "restart"], false)).toEqual(["restart"]);
  expect(possible(["running"], [], false)).toEqual([]);
});

it("offers both where one container runs and another does not, and nothing where there is none", () => {
  expect(possible(["running", "exited"], verbs, false)).toEqual(["start", "restart", "stop"]);
  expect(possible([], verbs, false)).toEqual([]);
});
