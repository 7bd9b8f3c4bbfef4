// When a session ends, what to warn of, and when to ask again. Pure.
import type { SessionState } from "@/lib/auth/session-schema";

/** Somebody away needs no long warning; whoever works needs time to finish. */
const warnMs = { idle: 60_000, end: 300_000 };
/** While it warns, another window may say that somebody is there. */
const askAgainMs = { near: 5_000, far: 30_000 };

export type Ending = { because: "idle" | "end"; ms: number };

export function endingOf({ idleSecondsLeft, secondsLeft }: SessionState): { ending: Ending | null; askInMs: number } {
  const left = { idle: idleSecondsLeft * 1_000, end: secondsLeft * 1_000 };
  const because = left.idle <= warnMs.idle && left.idle < left.end ? "idle" : "end";
  const ms = left[because];
  if (ms <= warnMs[because]) {
    return { ending: { because, ms }, askInMs: ms <= warnMs.idle ? askAgainMs.near : askAgainMs.far };
  }
  return { ending: null, askInMs: Math.min(left.idle - warnMs.idle, left.end - warnMs.end) };
}
