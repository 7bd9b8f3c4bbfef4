// Has the worker do what docker-guard lets only the worker have done, and waits for it.
//
// asked (the row brings its job) -> begun -> ended
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { AppError, Unavailable } from "../platform/errors.ts";
import { rows } from "../platform/postgres.ts";

export type ErrandKind = "probe" | "volume-usage";

/** A worker that is up takes a job at once, unless four long ones keep it. */
export const longestUntilBegunMs = 15_000;
/** Without a sign of life from the worker that began it. */
const longestSilenceMs = 10_000;
const pollMs = 150;

const away = () =>
  new Unavailable(
    "worker-away",
    "The worker, which alone may do this, does not take it: it is away, or busy with what takes long.",
  );

/** No schema, or no function: the job runner never began in this stack. */
const noRunner = new Set(["3F000", "42883"]);
const limitExceeded = "53400";

async function ask(kind: ErrandKind, target: string): Promise<string> {
  try {
    // Somebody else's is as good, and takes no second job.
    const [same] = await rows<{ id: string }>(
      `select id from errands where kind = $1 and target = $2 and ended_at is null
         and coalesce(alive_at, asked_at) > now() - make_interval(secs => $3) order by asked_at limit 1`,
      [kind, target, longestSilenceMs / 1_000],
    );
    if (same) return same.id;
    const [asked] = await rows<{ id: string }>("insert into errands (kind, target) values ($1, $2) returning id", [
      kind,
      target,
    ]);
    return asked?.id ?? "";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (noRunner.has(code)) throw away();
    if (code === limitExceeded)
      throw new Unavailable("worker-busy", "Twenty others wait already: try again in a moment.");
    throw error;
  }
}

type State = {
  begun: boolean;
  silentMs: number | null;
  ended: boolean;
  result: unknown;
  problem: string | null;
  code: string | null;
};

/** @throws Unavailable when the worker does not take it; AppError in the worker's words when it failed. */
export async function runErrand<T>(kind: ErrandKind, target: string, schema: z.ZodType<T>): Promise<T> {
  const id = await ask(kind, target);
  const since = Date.now();
  for (;;) {
    const [state] = await rows<State>(
      `select begun_at is not null as begun, ended_at is not null as ended, result, problem, problem_code as code,
         (extract(epoch from now() - alive_at) * 1000)::float as "silentMs" from errands where id = $1`,
      [id],
    );
    if (state?.problem) throw new AppError(state.code ?? "errand-failed", 502, state.problem);
    if (state?.ended) return schema.parse(state.result);
    if (!state?.begun && Date.now() - since > longestUntilBegunMs) throw away();
    if ((state?.silentMs ?? 0) > longestSilenceMs) {
      throw new Unavailable("worker-lost", "The worker began it and was ended before it was done: try again.");
    }
    await sleep(pollMs);
  }
}
