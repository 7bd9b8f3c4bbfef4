import { type Principal, requirePermission } from "../auth/index.ts";
import type { Unnumbered } from "./feed.ts";
import { byTrouble, type ServiceList } from "./schema.ts";
import { store } from "./store.ts";

/** Every container of this project, worst first. While the engine is silent these are the last known ones. */
export async function listServices(actor: Principal | null): Promise<ServiceList> {
  requirePermission(actor, "services:read");
  await store().listed;
  return { services: store().rows().sort(byTrouble), engine: { connected: store().isConnected() } };
}

/**
 * Calls back with every change from now on, after what was missed since `lastEventId`, or after a whole snapshot when
 * that is not known any more. Answers how to stop.
 */
export async function watchServices(
  actor: Principal | null,
  lastEventId: string | null,
  listener: (event: Unnumbered & { id?: string }) => void,
): Promise<() => void> {
  requirePermission(actor, "services:read");
  await store().listed;
  const { feed, rows, isConnected } = store();
  const missed = lastEventId ? feed.after(lastEventId) : null;
  if (missed) missed.forEach(listener);
  else {
    // The snapshot comes last and alone has the id: a stream that is cut before it ends asks for a snapshot again.
    listener({ name: "engine", data: { connected: isConnected() } });
    listener({ id: feed.lastId(), name: "snapshot", data: rows().sort(byTrouble) });
  }
  return feed.subscribe(listener);
}

/** Starts following the engine, so that the first visitor does not wait for the first list. */
export const followEngine = (): void => void store();
