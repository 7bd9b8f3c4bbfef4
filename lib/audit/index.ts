// Who did what: an intent row before a daemon is touched, an outcome row after, so that a crash leaves a trace.
import { AppError, messageOf } from "../platform/errors.ts";
import { currentRequestId } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";

export type AuditActor = { kind: "person" | "host" | "worker"; id: string | null; name: string };
export type Details = Record<string, string | number | boolean | null>;
type Outcome = "intent" | "done" | "failed" | "refused";

async function write(
  actor: AuditActor,
  action: string,
  target: string,
  outcome: Outcome,
  details: Details,
  intentId: string | null,
): Promise<string> {
  const [row] = await rows<{ id: string }>(
    `insert into audit (actor_kind, actor_id, actor_name, action, target, outcome, details, request_id, intent_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
    [
      actor.kind,
      actor.id,
      actor.name,
      action,
      target,
      outcome,
      JSON.stringify(details),
      currentRequestId() ?? null,
      intentId,
    ],
  );
  if (!row) throw new Error("the audit row was not written");
  return row.id;
}

/** Something that has already happened and has no daemon to fail, such as a sign-in. */
export async function recordEvent(actor: AuditActor, action: string, target: string, details: Details = {}) {
  await write(actor, action, target, "done", details, null);
}

/** Refuses to act when the intent cannot be written. `details` never hold a secret. */
export async function audited<T>(
  actor: AuditActor,
  action: string,
  target: string,
  act: () => Promise<T>,
  details: Details = {},
): Promise<T> {
  const intentId = await write(actor, action, target, "intent", details, null);
  try {
    const result = await act();
    await write(actor, action, target, "done", {}, intentId);
    return result;
  } catch (error) {
    const refused = error instanceof AppError && error.status < 500;
    await write(
      actor,
      action,
      target,
      refused ? "refused" : "failed",
      { error: messageOf(error).slice(0, 500) },
      intentId,
    );
    throw error;
  }
}
