// Set-up tasks: each is idempotent, tried until it works, and tried again every few minutes so that a daemon that
// lost its data, or was changed by hand, is brought back.
//   waiting -> done -> (5 min) -> done | failed -> (back-off) -> done
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../platform/errors.ts";
import type { Check } from "../platform/health.ts";
import { log } from "../platform/log.ts";
import { Gauge, registry } from "../platform/metrics.ts";

export type Task = {
  name: string;
  fix: string;
  /** Names of tasks that must be done first. */
  after?: readonly string[];
  /** Answers what it changed, for the log. */
  run: () => Promise<readonly string[]>;
};

type State = { task: Task; done: boolean; cause: string };

export type SetUp = {
  ready: () => boolean;
  /** With their causes: only inner networks are told. */
  checks: () => (Check & { cause?: string })[];
  finished: Promise<void>;
};

const firstDelayMs = 500;
const longestDelayMs = 10_000;

export function startSetUp(tasks: readonly Task[], signal: AbortSignal, againMs = 300_000): SetUp {
  const states = tasks.map((task): State => ({ task, done: false, cause: "not tried yet" }));
  const gauge = new Gauge({
    name: "taylordash_setup_done",
    help: "1 when this part of the stack is set up as desired",
    labelNames: ["task"],
    registers: [registry],
  });
  const isDone = (name: string) => states.find(({ task }) => task.name === name)?.done ?? true;

  async function keep(state: State) {
    const { task } = state;
    let delayMs = firstDelayMs;
    while (!signal.aborted) {
      const blocker = task.after?.find((name) => !isDone(name));
      if (blocker) {
        state.cause = `waits for ${blocker}`;
        await sleep(firstDelayMs, undefined, { signal });
        continue;
      }
      try {
        const changed = await task.run();
        if (changed.length > 0 || !state.done) log.info({ task: task.name, changed }, "set up");
        state.done = true;
        delayMs = firstDelayMs;
      } catch (error) {
        const cause = messageOf(error);
        if (cause !== state.cause) log.warn({ task: task.name, err: error }, "set-up failed, it is tried again");
        state.done = false;
        state.cause = cause;
      }
      gauge.set({ task: task.name }, state.done ? 1 : 0);
      await sleep(state.done ? againMs : delayMs, undefined, { signal, ref: true });
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  }

  const stopped = (error: unknown) => {
    if (!signal.aborted) throw error;
  };
  return {
    ready: () => states.every(({ done }) => done),
    checks: () =>
      states.map(({ task, done, cause }) =>
        done ? { name: task.name, ok: true } : { name: task.name, ok: false, cause, fix: task.fix },
      ),
    finished: Promise.all(states.map((state) => keep(state).catch(stopped))).then(() => undefined),
  };
}
