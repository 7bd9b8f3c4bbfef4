// Has the worker do what docker-guard lets only the worker have done, and waits for it.
//
// asked (the row brings its job) -> begun -> ended
import { setTimeout as sleep } from "node:timers/promises";
import { AppError, Unavailable } from "../platform/errors.ts";
import { rows } from "../platform/postgres.ts";
import type { z } from "zod";

export type ErrandKind = "probe" | "volume-usage";

/** A worker that is up takes a job at once. */
export const longestUntilBegunMs = 15_000;
/** Somewhat longer than docker-guard lets it take. */
const longestMs: Record<ErrandKind, number> = { probe: 610_000, "volume-usage": 630_000 };
const pollMs = 150;

const away = () =>
  new Unavailable("worker-away", "The worker, which alone may do this, does not take it: is it running and healthy?");

/** No schema, or no function: the job runner never began in this stack. */
const noRunner = new Set(["3F000", "42883"]);

async function ask(kind: ErrandKind, target: string): Promise<string> {
  try {
    const [asked] = await rows<{ id: string }>("insert into errands (kind, target) values ($1, $2) returning id", [
      kind,
      target,
    ]);
    return asked?.id ?? "";
  } catch (error) {
    if (error instanceof Error && "code" in error && noRunner.has(String(error.code))) throw away();
    throw error;
  }
}

type State = { begun: boolean; ended: boolean; result: unknown; problem: string | null };

/** @throws Unavailable when the worker does not take it; AppError in the worker's words when it failed. */
export async function runErrand<T>(kind: ErrandKind, target: string, schema: z.ZodType<T>): Promise<T> {
  const id = await ask(kind, target);
  const since = Date.now();
  for (;;) {
    const [state] = await rows<State>(
      `select begun_at is not null as begun, ended_at is not null as ended, result, problem from errands where id = $1`,
      [id],
    );
    if (state?.problem) throw new AppError("errand-failed", 502, state.problem);
    if (state?.ended) return schema.parse(state.result);
    const waited = Date.now() - since;
    if (!state?.begun && waited > longestUntilBegunMs) throw away();
    if (waited > longestMs[kind]) throw new Unavailable("worker-lost", "The worker began it and did not end it.");
    await sleep(pollMs);
  }
}
