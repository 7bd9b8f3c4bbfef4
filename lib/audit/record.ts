// Who did what: an intent row before a daemon is touched, an outcome row after, so that a crash leaves a trace.
// Number, time and hash of a row are the database's own (migration 0002).
import type { Principal } from "../auth/permissions.ts";
import { AppError, type Forbidden, messageOf } from "../platform/errors.ts";
import { currentRequest, log } from "../platform/log.ts";
import { databaseError, pool, type Queryable, rows } from "../platform/postgres.ts";
import { processWide } from "../platform/process-wide.ts";

export type AuditActor = {
  kind: "person" | "token" | "host" | "worker" | "nobody";
  id: string | null;
  name: string;
  sessionId?: string | null;
};
export type Details = Record<string, string | number | boolean | null>;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Outcome = "intent" | "done" | "failed" | "refused";
type Who = AuditActor | Principal;

type Row = {
  who: Who;
  action: string;
  target: string;
  outcome: Outcome;
  details?: Details;
  before?: Json;
  after?: Json;
  intentId?: string | null;
};

function auditActor(who: Who): AuditActor {
  if (!("kind" in who)) return { kind: "person", id: who.id, name: who.name, sessionId: who.sessionId };
  if ("owner" in who) return { kind: "token", id: who.id, name: `${who.owner.name}/${who.name}` };
  return "id" in who ? who : { kind: who.kind, id: null, name: who.name };
}

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
// PostgreSQL's text holds no zero byte, and one long name must not fill the trail.
const short = (text: string, most = 500): string => text.replaceAll("\0", "").slice(0, most);

async function write(row: Row, database: Queryable = pool()): Promise<string> {
  const actor = auditActor(row.who);
  const request = currentRequest();
  const inserted = database.query<{ id: string }>(
    `insert into audit (intent_id, actor_kind, actor_id, actor_name, session_id, action, target, outcome, details,
       before, after, ip, user_agent, request_id, trace_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id`,
    [
      row.intentId ?? null,
      actor.kind,
      actor.id,
      short(actor.name, 200),
      actor.sessionId ?? null,
      row.action,
      short(row.target),
      row.outcome,
      json(row.details ?? {}),
      json(row.before),
      json(row.after),
      request?.ip ?? null,
      request?.userAgent ? short(request.userAgent, 300) : null,
      request?.requestId ?? null,
      request?.traceId ?? null,
    ],
  );
  const { rows: written } = await inserted.catch((error: unknown) => {
    throw databaseError(error);
  });
  const [first] = written;
  if (!first) throw new Error("the audit row was not written");
  return first.id;
}

export type Change<T> = { before?: Json; after?: Json | ((result: T) => Json) };

/** Something that has already happened and has no daemon to fail, such as a sign-in. */
export async function recordEvent(
  who: Who,
  action: string,
  target: string,
  details: Details = {},
  change: { before?: Json; after?: Json } = {},
): Promise<void> {
  await write({ who, action, target, outcome: "done", details, ...change });
}

/** The same inside a transaction: the change and its row are there together or not at all. Last in it, please: the
 * chain's lock is held until the end. */
export async function recordIn(
  client: Queryable,
  who: Who,
  action: string,
  target: string,
  details: Details = {},
  change: { before?: Json; after?: Json } = {},
): Promise<void> {
  await write({ who, action, target, outcome: "done", details, ...change }, client);
}

const recorded = new WeakSet<object>();

type Act = [who: Who, action: string, target: string];

/** Writes the intent; answers the two ways to write its outcome. */
async function begin([who, action, target]: Act, details: Details, change: { before?: Json; after?: Json }) {
  const intentId = await write({ who, action, target, outcome: "intent", details, ...change });
  const { before } = change;
  return {
    done: (after?: Json) => write({ who, action, target, outcome: "done", before, after, intentId }),
    async failed(error: unknown) {
      const refused = error instanceof AppError && error.status < 500;
      const reason = { error: short(messageOf(error)) };
      await write({ who, action, target, outcome: refused ? "refused" : "failed", details: reason, intentId });
      if (error instanceof Error) recorded.add(error);
    },
  };
}

/** Refuses to act when the intent cannot be written. `details`, `before` and `after` never hold a secret. */
export async function audited<T>(
  who: Who,
  action: string,
  target: string,
  act: () => Promise<T>,
  details: Details = {},
  change: Change<T> = {},
): Promise<T> {
  const { before, after } = change;
  const intended = typeof after === "function" ? undefined : after;
  const entry = await begin([who, action, target], details, { before, after: intended });
  try {
    const result = await act();
    await entry.done(typeof after === "function" ? after(result) : after);
    return result;
  } catch (error) {
    await entry.failed(error);
    throw error;
  }
}

/** Marks an intent whose outcome another process may have to write. */
const handedOver = { handedOver: true };

/**
 * For work that may end this very process: `act` answers once somebody else has taken it, with its end. Whoever is left
 * by then writes the outcome: this process, or another that finds the entry among `listHandedOver`.
 */
export async function auditedHandover<T>(
  who: Who,
  action: string,
  target: string,
  act: () => Promise<{ taken: T; ended: Promise<unknown> }>,
  details: Details,
  change: { before?: Json; after?: Json },
): Promise<T> {
  const entry = await begin([who, action, target], { ...details, ...handedOver }, change);
  const unwritten = (err: unknown) => log.error({ err, action }, "an outcome could not be written to the audit");
  try {
    const { taken, ended } = await act();
    ended.then(() => entry.done(change.after), entry.failed).catch(unwritten);
    return taken;
  } catch (error) {
    await entry.failed(error);
    throw error;
  }
}

export type HandedOver = { id: string; at: Date; action: string; target: string; before: Json; after: Json };

/** What was handed over in the last day and has no outcome yet. */
export const listHandedOver = (): Promise<HandedOver[]> =>
  rows<HandedOver>(
    `select a.id::text, a.at, a.action, a.target, a.before, a.after from audit a
     where a.at > now() - interval '1 day' and a.outcome = 'intent' and a.details @> $1
       and not exists (select from audit o where o.intent_id = a.id) order by a.id`,
    [JSON.stringify(handedOver)],
  );

const uniqueViolation = "23505";

/** Writes how it ended, for the process that cannot any more; nothing if that one did. `error` null: it is done. */
export async function endHandedOver(who: Who, entry: HandedOver, error: string | null): Promise<void> {
  const { id, action, target, before, after } = entry;
  const outcome = error === null ? "done" : "failed";
  const details: Details = error === null ? {} : { error: short(error) };
  await write({ who, action, target, outcome, details, before, after, intentId: id }).catch((cause: unknown) => {
    if (!(cause instanceof Error && "code" in cause && cause.code === uniqueViolation)) throw cause;
  });
}

const lately = () => processWide("refusals", () => new Map<string, number>());
const oncePerMs = 60_000;

function saidLately(...what: unknown[]): boolean {
  const key = JSON.stringify(what);
  const now = Date.now();
  const seen = lately();
  if (now - (seen.get(key) ?? 0) < oncePerMs) return true;
  if (seen.size > 1_000) for (const [old, at] of seen) if (now - at >= oncePerMs) seen.delete(old);
  seen.set(key, now);
  return false;
}

/**
 * Something that was not let through, such as a sign-in. The same again within a minute from the same place is not
 * written, so that whoever keeps trying does not fill the trail. Never throws; answers whether it was written.
 */
export async function recordRefused(who: Who, action: string, target: string, details: Details): Promise<boolean> {
  const { id, sessionId } = auditActor(who);
  if (saidLately(sessionId ?? id ?? currentRequest()?.ip, action, target, details)) return false;
  try {
    await write({ who, action, target, outcome: "refused", details });
    return true;
  } catch (cause) {
    log.error({ err: cause }, "a refusal could not be written to the audit");
    return false;
  }
}

/** Somebody was told they may not: called once, where errors become answers. */
export async function recordRefusal(who: Principal | null, error: Forbidden, target: string): Promise<void> {
  if (recorded.has(error)) return;
  recorded.add(error);
  const permission = error.details.permission;
  const details = { code: error.code, ...(typeof permission === "string" ? { permission } : {}) };
  await recordRefused(who ?? { kind: "nobody", id: null, name: "nobody" }, "access.refuse", target, details);
}
