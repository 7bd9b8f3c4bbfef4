// What a service was in the last day or month, who made it so, and how much of that nobody knows.
import { z } from "zod";
import { type Principal, requirePermission } from "../auth/index.ts";
import { NotFound } from "../platform/errors.ts";
import { rows } from "../platform/postgres.ts";
import {
  type AuditCause,
  availabilityOf,
  type Change,
  coarsen,
  type History,
  type HistoryRange,
  historyRanges,
  segmentsOf,
} from "./history-schema.ts";
import { store } from "./store.ts";

export const HistoryInput = z.object({
  service: z.string().min(1).max(100),
  range: z.enum(["24h", "30d"]).default("24h"),
});

const mostChanges = 200;
/** The worker says every 15 s that it still watches; two in a row may be late. */
const lateMs = 45_000;

export type Row = Omit<Change, "at" | "audit"> & { at: Date };

export const columns = `id, container_id as "containerId", container_name as container, at, state, health,
  exit_code as "exitCode", out_of_memory as "outOfMemory", restarts, cause, image_id as "imageId"`;

/** Rows within the range, and the newest before it of each container, oldest first; without the probes' words. */
const readRows = (service: string, from: Date) =>
  rows<Row>(
    `select ${columns}, null as probe from service_history where service = $1 and at >= $2
     union all
     select * from (
       select distinct on (container_id) ${columns}, null as probe from service_history
       where service = $1 and at < $2 order by container_id, at desc, id desc
     ) as before where state <> 'gone'
     order by at, id`,
    [service, from],
  );

async function readProbes(ids: readonly string[]): Promise<Map<string, string>> {
  const found = await rows<{ id: string; probe: string }>(
    "select id, probe from service_history where id = any($1::bigint[]) and probe is not null",
    [ids],
  );
  return new Map(found.map(({ id, probe }) => [id, probe]));
}

type Deed = AuditCause & { from: number; until: number };

const afterMs = 5_000;
/** For a deed whose end was never written: the portal restarted itself, or was killed. */
const unendedMs = 120_000;

/** Of what is done to a service, what starts or ends its containers. */
const endings = ["start", "stop", "restart", "recreate", "scale"].map((verb) => `service.${verb}`);

/** What was done to a service through the portal, from the intent until shortly after the outcome. */
export async function readDeeds(service: string, from: Date): Promise<Deed[]> {
  const found = await rows<{ id: string; at: Date; actor: string; action: string; ended: Date | null }>(
    `select intent.id, intent.at, intent.actor_name as actor, intent.action, min(outcome.at) as ended
     from audit intent left join audit outcome on outcome.intent_id = intent.id
     where intent.target = $1 and intent.outcome = 'intent' and intent.action = any($3) and intent.at >= $2
     group by intent.id having coalesce(bool_or(outcome.outcome = 'refused'), false) = false
     order by intent.id desc limit 2000`,
    [service, new Date(from.getTime() - unendedMs), endings],
  );
  return found.map(({ id, at, actor, action, ended }) => ({
    ...{ id, actor, action, at: at.toISOString(), from: at.getTime() },
    until: (ended ? ended.getTime() : at.getTime() + unendedMs) + afterMs,
  }));
}

/** Deeds newest first. Only what somebody asked the engine for can have been asked by somebody here. */
export function causeOf(change: Pick<Change, "at" | "cause">, deeds: readonly Deed[]): AuditCause | null {
  if (change.cause !== "asked") return null;
  const at = Date.parse(change.at);
  const deed = deeds.find(({ from, until }) => from <= at && at <= until);
  return deed ? { id: deed.id, actor: deed.actor, action: deed.action, at: deed.at } : null;
}

/** What nobody watches any more is not known: rows that say so, for containers whose last row would go on for ever. */
export function untold<T extends Pick<Change, "containerId" | "state" | "at">>(
  changes: readonly T[],
  seen: Date | null,
  now: Date,
): (T & { cause: "worker-down" })[] {
  if (seen && now.getTime() - seen.getTime() <= lateMs) return [];
  const last = new Map(changes.map((change) => [change.containerId, change]));
  return [...last.values()].flatMap((change) => {
    if (change.state === "gone" || change.state === "unknown") return [];
    const at = seen && seen.toISOString() > change.at ? seen.toISOString() : change.at;
    return [{ ...change, at, state: "unknown" as const, cause: "worker-down" as const }];
  });
}

/** @throws NotFound for a service that neither is nor was. */
export async function getHistory(actor: Principal | null, raw: unknown, now = new Date()): Promise<History> {
  requirePermission(actor, "services:read");
  const { service, range } = HistoryInput.parse(raw);
  await store().listed;
  const from = new Date(now.getTime() - historyRanges[range as HistoryRange]);
  const [found, [seen], deeds] = await Promise.all([
    readRows(service, from),
    rows<{ at: Date }>("select at from service_history_seen"),
    readDeeds(service, from),
  ]);
  if (
    found.length === 0 &&
    !store()
      .rows()
      .some((row) => row.service === service)
  )
    throw new NotFound("no-such-service", "There is no such service.");
  const recorded = found.map((row): Change => {
    const change = { ...row, at: row.at.toISOString() };
    return { ...change, audit: causeOf(change, deeds) };
  });
  const blind = untold(recorded, seen?.at ?? null, now).map((change) => ({
    ...change,
    ...{ id: `${change.id}-unknown`, health: null, exitCode: null, outOfMemory: false, audit: null },
  }));
  const all = [...recorded, ...blind].sort((a, b) => a.at.localeCompare(b.at));
  const segments = segmentsOf(all, from.getTime(), now.getTime());
  const within = all.filter(({ at }) => Date.parse(at) >= from.getTime()).reverse();
  const shown = within.slice(0, mostChanges);
  const probes = await readProbes(shown.flatMap(({ id }) => (/^\d+$/.test(id) ? [id] : [])));
  return {
    ...{ service, range, from: from.toISOString(), until: now.toISOString() },
    segments: coarsen(segments),
    availability: availabilityOf(segments),
    changes: shown.map((change) => ({ ...change, probe: probes.get(change.id) ?? null })),
    more: within.length - shown.length,
  };
}
