// What the portal asks of the worker, since only the worker's socket has it. Each errand is a job that runs once: whoever
// asked waits for it, so one that nobody took in time is not begun any more.
import { z } from "zod";
import { runProbe } from "../platform/docker-guard.ts";
import { AppError, messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";
import { longestUntilBegunMs } from "../services/index.ts";
import { measure } from "./volume-usage.ts";

const Payload = z.object({ id: z.uuid() });
const Errand = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("probe"), target: z.string().regex(/^[a-f0-9]{64}$/) }),
  z.object({ kind: z.literal("volume-usage"), target: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$/) }),
]);
type Errand = z.infer<typeof Errand>;

/** Whoever waits takes three missing signs of life for the end. */
const signOfLifeMs = 3_000;

async function work({ kind, target }: Errand, ending: AbortSignal | undefined): Promise<unknown> {
  return kind === "probe" ? runProbe(target, ending) : { bytes: await measure(target, ending) };
}

/** asked -> begun (signs of life) -> ended, with a result or a problem. `ending`: the worker is about to. */
export async function runErrand(payload: unknown, ending?: AbortSignal): Promise<void> {
  const { id } = Payload.parse(payload);
  const [begun] = await rows<Errand>(
    `update errands set begun_at = now(), alive_at = now() where id = $1 and begun_at is null
       and asked_at > now() - make_interval(secs => $2) returning kind, target`,
    [id, longestUntilBegunMs / 1_000],
  );
  if (!begun) return log.info({ errand: id }, "nobody waits for this errand any more");
  const alive = setInterval(() => {
    rows("update errands set alive_at = now() where id = $1", [id]).catch(() => undefined);
  }, signOfLifeMs);
  const end = (result: unknown, problem: string | null, code: string | null = null) =>
    rows("update errands set ended_at = now(), result = $2, problem = $3, problem_code = $4 where id = $1", [
      ...[id, result === null ? null : JSON.stringify(result), problem, code],
    ]);
  try {
    await end(await work(Errand.parse(begun), ending), null);
  } catch (error) {
    const known = error instanceof AppError;
    log[known ? "info" : "error"]({ errand: id, kind: begun.kind, err: error }, "an errand failed");
    if (known) await end(null, messageOf(error), error.code);
    else await end(null, "The worker could not do it: its log says why.");
  } finally {
    clearInterval(alive);
  }
}
