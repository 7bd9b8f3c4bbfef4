import { expect, it } from "vitest";
import { endingOf } from "./ending";

const state = (idleSecondsLeft: number, secondsLeft: number) => ({
  idleSecondsLeft,
  secondsLeft,
  stepUpSecondsLeft: 0,
});

it.each([
  ["nothing yet, asks when the first warning is due", state(900, 28_000), null, 840_000],
  ["the end is nearer than the idle one", state(900, 600), null, 300_000],
  ["idle", state(60, 28_000), { because: "idle", ms: 60_000 }, 5_000],
  ["idle, though the end is near too", state(50, 200), { because: "idle", ms: 50_000 }, 5_000],
  ["the end", state(800, 300), { because: "end", ms: 300_000 }, 30_000],
  ["the end: staying would not help", state(55, 40), { because: "end", ms: 40_000 }, 5_000],
])("%s", (_, given, ending, askInMs) => {
  expect(endingOf(given)).toEqual({ ending, askInMs });
});
