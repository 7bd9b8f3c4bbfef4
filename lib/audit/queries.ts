// Reading the trail: one entry an action (its intent with its outcome), the newest first, page by page.
import { z } from "zod";
import { type Principal, requirePermission } from "../auth/permissions.ts";
import { rows } from "../platform/postgres.ts";
import { type AuditEntry, type AuditFilter, type AuditPage, AuditPageInput, actorKinds, outcomes } from "./schema.ts";

/** Of `audit a left join audit o on o.intent_id = a.id where a.intent_id is null`. */
const entryColumns = `a.id::text, a.at, o.at as finished_at, a.actor_kind, a.actor_id, a.actor_name, a.action, a.target,
  case when a.outcome <> 'intent' then a.outcome else coalesce(o.outcome, 'unfinished') end as outcome,
  coalesce(o.details ->> 'error', a.details ->> 'error') as error, a.details, a.before,
  coalesce(o.after, a.after) as after, host(a.ip) as ip, a.user_agent, a.session_id::text, a.request_id, a.trace_id`;

const Row = z.object({
  id: z.string(),
  at: z.date(),
  finished_at: z.date().nullable(),
  actor_kind: z.enum(actorKinds),
  actor_id: z.string().nullable(),
  actor_name: z.string(),
  action: z.string(),
  target: z.string(),
  outcome: z.enum(outcomes),
  error: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  before: z.unknown(),
  after: z.unknown(),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
  session_id: z.string().nullable(),
  request_id: z.string().nullable(),
  trace_id: z.string().nullable(),
});

function entryOf(found: unknown): AuditEntry {
  const row = Row.parse(found);
  const { id, action, target, outcome, error, details, before, after, ip } = row;
  const happened = z.iso.datetime().safeParse(details.happenedAt);
  // What was wanted is no state that ever was.
  const isDone = outcome === "done";
  return {
    ...{ id, action, target, outcome, error, details, before, ip },
    ...{ after: isDone ? after : null, intended: isDone ? null : after },
    at: row.at.toISOString(),
    happenedAt: happened.success ? happened.data : null,
    finishedAt: row.finished_at?.toISOString() ?? (outcome === "unfinished" ? null : row.at.toISOString()),
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    userAgent: row.user_agent,
    sessionId: row.session_id,
    requestId: row.request_id,
    traceId: row.trace_id,
  };
}

type Filter = z.infer<typeof AuditFilter>;
type Condition = { sql: (at: string) => string; value: unknown };

/** SQL for the filter, its values numbered from $3 on; $1 is the cursor, $2 the limit. */
function conditions(filter: Filter): { sql: string; values: unknown[] } {
  const all: (Condition | null)[] = [
    filter.actor === undefined
      ? null
      : {
          // Who gave a wrong code has proven nothing, but whoever asks for the name looks for that too.
          sql: (at) => `(a.actor_name = ${at} or (a.action = 'sign-in.fail' and a.target = ${at}))`,
          value: filter.actor,
        },
    filter.action === undefined
      ? null
      : { sql: (at) => `(a.action = ${at} or starts_with(a.action, ${at} || '.'))`, value: filter.action },
    filter.entry === undefined ? null : { sql: (at) => `a.id = ${at}::bigint`, value: filter.entry },
    filter.target === undefined
      ? null
      : { sql: (at) => `position(lower(${at}) in lower(a.target)) > 0`, value: filter.target },
    filter.from === undefined ? null : { sql: (at) => `a.at >= ${at}::timestamptz`, value: filter.from },
    filter.to === undefined ? null : { sql: (at) => `a.at < ${at}::timestamptz`, value: filter.to },
    filter.outcome === undefined
      ? null
      : {
          sql: (at) =>
            `case when a.outcome <> 'intent' then a.outcome else coalesce(o.outcome, 'unfinished') end = ${at}`,
          value: filter.outcome,
        },
  ];
  const used = all.filter((one) => one !== null);
  return {
    sql: used.map(({ sql }, index) => `and ${sql(`$${index + 3}`)}`).join(" "),
    values: used.map(({ value }) => value),
  };
}

async function readEntries(filter: Filter, before: string | null, limit: number): Promise<AuditEntry[]> {
  const { sql, values } = conditions(filter);
  const found = await rows(
    `select ${entryColumns} from audit a left join audit o on o.intent_id = a.id
     where a.intent_id is null and ($1::bigint is null or a.id < $1) ${sql} order by a.id desc limit $2`,
    [before, limit, ...values],
  );
  return found.map(entryOf);
}

/** One page; `next` is the cursor of the page after it, null at the end. */
export async function listAudit(actor: Principal, raw: unknown = {}): Promise<AuditPage> {
  requirePermission(actor, "audit:read");
  const { before, limit, ...filter } = AuditPageInput.parse(raw);
  const entries = await readEntries(filter, before ?? null, limit + 1);
  const more = entries.length > limit;
  const page = entries.slice(0, limit);
  return { entries: page, next: more ? (page.at(-1)?.id ?? null) : null };
}

/** Every entry that the filter lets through, the newest first, a few hundred in memory at a time. */
export async function* readAudit(filter: Filter): AsyncGenerator<AuditEntry> {
  let before: string | null = null;
  for (;;) {
    const page: AuditEntry[] = await readEntries(filter, before, 500);
    yield* page;
    before = page.at(-1)?.id ?? null;
    if (page.length < 500 || before === null) return;
  }
}

const Facets = z.object({ actors: z.array(z.string()), actions: z.array(z.string()) });

/** What there is to filter by: the names and actions of the last 90 days. */
export async function listAuditFacets(actor: Principal): Promise<z.infer<typeof Facets>> {
  requirePermission(actor, "audit:read");
  const [found] = await rows(
    `with recent as (select distinct actor_name, action from audit where at > now() - interval '90 days')
     select coalesce((select array_agg(n order by n) from (select distinct actor_name as n from recent limit 500) x), '{}') as actors,
       coalesce((select array_agg(n order by n) from (select distinct action as n from recent limit 500) x), '{}') as actions`,
  );
  return Facets.parse(found);
}
