// The history's tables, written by the one worker that holds the lock.
import type { Client } from "../platform/postgres.ts";
import type { HistoryRow } from "./history-rows.ts";

/** Any number that nothing else in this database locks. */
const lockKey = 720_500_341;

export async function tryToLead(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [lockKey]);
  return rows[0]?.held === true;
}

/** The newest row of every container that is not gone. */
export async function lastRows(client: Client): Promise<HistoryRow[]> {
  const { rows } = await client.query<HistoryRow>(
    `select distinct on (container_id) service, container_id as "containerId", container_name as "containerName", at,
       state, health, exit_code as "exitCode", out_of_memory as "outOfMemory", restarts, cause, probe,
       image_id as "imageId"
     from service_history order by container_id, at desc, id desc`,
  );
  return rows.filter(({ state }) => state !== "gone");
}

/** Until when the history is complete, or null before its first day. */
export async function readSeen(client: Client): Promise<Date | null> {
  const { rows } = await client.query<{ at: Date }>("select at from service_history_seen");
  return rows[0]?.at ?? null;
}

export async function moveSeen(client: Client, at: Date): Promise<void> {
  await client.query(
    `insert into service_history_seen (at) values ($1)
     on conflict (only_one) do update set at = greatest(service_history_seen.at, excluded.at)`,
    [at],
  );
}

export async function write(client: Client, rows: readonly HistoryRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into service_history (service, container_id, container_name, at, state, health, exit_code, out_of_memory,
       restarts, cause, probe, image_id)
     select "service", "containerId", "containerName", "at", "state", "health", "exitCode", "outOfMemory",
       "restarts", "cause", "probe", "imageId"
     from jsonb_to_recordset($1) as r("service" text, "containerId" text, "containerName" text, "at" timestamptz,
       "state" text, "health" text, "exitCode" integer, "outOfMemory" boolean, "restarts" integer, "cause" text,
       "probe" text, "imageId" text)`,
    [JSON.stringify(rows).replaceAll("\\u0000", "")],
  );
}
