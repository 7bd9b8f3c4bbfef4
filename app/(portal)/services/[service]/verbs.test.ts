import { expect, it } from "vitest";
import { needsCode, possible, titlesOf, titlesOfMany, verbs } from "./verbs";

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

it("heads the dialog by a question, then by what goes on, and in the end by what was done", () => {
  expect(titlesOf("stop", "Mosquitto")).toEqual({
    ...{ asked: "Stop Mosquitto?", running: "Stopping Mosquitto" },
    ...{ done: "Mosquitto is stopped", failed: "Stopping Mosquitto failed" },
  });
  expect(titlesOfMany("restart", 1)).toMatchObject({ asked: "Restart 1 service?", done: "1 service is restarted" });
  expect(titlesOfMany("start", 3)).toMatchObject({
    ...{ done: "3 services are started", failed: "Not all 3 services are started" },
  });
});

it("wants a fresh code to stop what holds data, and to recreate that or what carries the portal", () => {
  const [plain, data, carrier] = [
    { stateful: false, protected: false },
    { stateful: true, protected: false },
    { stateful: false, protected: true },
  ];
  const asked = (what: Parameters<typeof needsCode>[0]) => [plain, data, carrier].map((row) => needsCode(what, [row]));
  expect(asked("stop")).toEqual([false, true, false]);
  expect(asked("recreate")).toEqual([false, true, true]);
  for (const harmless of ["start", "restart", "scale"] as const) expect(asked(harmless)).not.toContain(true);
  expect(needsCode("stop", [plain, data])).toBe(true);
  expect(needsCode("stop", [])).toBe(false);
});
