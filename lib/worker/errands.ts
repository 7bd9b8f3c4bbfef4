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
type Errand = { kind: "probe" | "volume-usage"; target: string };

const work: Record<Errand["kind"], (target: string) => Promise<unknown>> = {
  probe: (target) => runProbe(target),
  "volume-usage": async (target) => ({ bytes: await measure(target) }),
};

/** asked -> begun -> ended, with a result or a problem */
export async function runErrand(payload: unknown): Promise<void> {
  const { id } = Payload.parse(payload);
  const [errand] = await rows<Errand>(
    `update errands set begun_at = now() where id = $1 and begun_at is null
       and asked_at > now() - make_interval(secs => $2) returning kind, target`,
    [id, longestUntilBegunMs / 1_000],
  );
  if (!errand) return log.info({ errand: id }, "nobody waits for this errand any more");
  const end = (result: unknown, problem: string | null) =>
    rows("update errands set ended_at = now(), result = $2, problem = $3 where id = $1", [
      ...[id, result === null ? null : JSON.stringify(result), problem],
    ]);
  try {
    await end(await work[errand.kind](errand.target), null);
  } catch (error) {
    log[error instanceof AppError ? "info" : "error"](
      { errand: id, kind: errand.kind, err: error },
      "an errand failed",
    );
    await end(null, error instanceof AppError ? messageOf(error) : "The worker could not do it: its log says why.");
  }
}
