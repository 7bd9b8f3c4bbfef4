// What is not as it should be: since when, who made it so, and what changed just before.
import { type Principal, requirePermission } from "../auth/index.ts";
import { rows } from "../platform/postgres.ts";
import { causeOf, columns, type Row, readDeeds } from "./history.ts";
import { byTrouble, type ServiceRow, statusOf } from "./schema.ts";
import { store } from "./store.ts";
import { beginningOf, type Deed, type Trouble, type TroubledService } from "./trouble-schema.ts";

const mostServices = 10;
const mostChanges = 100;
const hourMs = 3_600_000;

const did: Partial<Record<Row["state"], Deed["did"]>> = {
  running: "started",
  restarting: "started",
  exited: "stopped",
  paused: "paused",
  gone: "removed",
};

const titleOf = (service: string) =>
  store()
    .rows()
    .find((row) => row.service === service)?.title ?? service;

async function explain(row: ServiceRow): Promise<TroubledService> {
  const status = statusOf(row);
  const { id: containerId, service, title } = row;
  const changes = await rows<Row>(
    `select ${columns}, null as probe from service_history where container_id = $1 order by at desc, id desc limit $2`,
    [containerId, mostChanges],
  );
  const begun = beginningOf(
    changes.map((change) => ({ ...change, at: change.at.toISOString() })),
    status,
  );
  if (!begun) return { containerId, service, title, status, since: null, cause: null, audit: null };
  const deeds = begun.cause === "asked" ? await readDeeds(service, new Date(begun.at)) : [];
  const { at: since, cause } = begun;
  return { containerId, service, title, status, since, cause, audit: causeOf(begun, deeds) };
}

async function deedBefore(at: Date): Promise<Deed | null> {
  const [row] = await rows<Row & { service: string }>(
    `select ${columns}, service, null as probe from service_history
     where at < $1 and at >= $2 and cause = 'asked' and state <> 'created' order by at desc, id desc limit 1`,
    [at, new Date(at.getTime() - hourMs)],
  );
  const what = row && did[row.state];
  if (!row || !what) return null;
  const change = { at: row.at.toISOString(), cause: row.cause };
  const { service } = row;
  const deeds = await readDeeds(service, new Date(at.getTime() - hourMs));
  return { service, title: titleOf(service), at: change.at, did: what, audit: causeOf(change, deeds) };
}

/** The worst ten of what is neither healthy nor running. */
export async function getTrouble(actor: Principal | null): Promise<Trouble> {
  requirePermission(actor, "services:read");
  await store().listed;
  const wrong = store()
    .rows()
    .filter((row) => !["healthy", "running"].includes(statusOf(row)))
    .sort(byTrouble)
    .slice(0, mostServices);
  const services = await Promise.all(wrong.map(explain));
  // What somebody did to it themselves needs no other explanation.
  const begun = services.flatMap(({ since, cause }) => (since && cause !== "asked" ? [since] : [])).sort();
  return { services, before: begun[0] ? await deedBefore(new Date(begun[0])) : null };
}
