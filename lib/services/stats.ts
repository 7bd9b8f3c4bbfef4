// Live statistics for whoever may see services.
import { z } from "zod";
import { type Principal, requirePermission } from "../auth/index.ts";
import { watchStatistics } from "../platform/docker-stats.ts";
import { NotFound } from "../platform/errors.ts";
import { onShutdown, processWide } from "../platform/process-wide.ts";
import { readPast } from "./past-stats.ts";
import { createStatsHub, type Selection, type StatsEvent } from "./stats-hub.ts";
import { mostNamed } from "./stats-schema.ts";
import { store } from "./store.ts";

const hub = () =>
  processWide("statistics", () => {
    const { rows, feed, isConnected } = store();
    const created = createStatsHub({
      rows,
      isConnected,
      subscribe: feed.subscribe,
      watch: watchStatistics,
      past: readPast,
    });
    onShutdown(created.stop);
    return created;
  });

/** "all", or names of services with commas between. */
const Chosen = z
  .string()
  .min(1)
  .max(8_000)
  .transform((text): Selection => (text === "all" ? "all" : new Set(text.split(",").slice(0, mostNamed))));

/**
 * Calls back with statistics of the chosen services until the answered function is called.
 * @throws NotFound when none of the names is a service.
 */
export async function watchStats(
  actor: Principal | null,
  raw: unknown,
  listener: (event: StatsEvent) => void,
): Promise<() => void> {
  requirePermission(actor, "services:read");
  const selection = Chosen.parse(raw);
  await store().listed;
  // Names lead to rows and rows to ids: no id of a client ever reaches the engine.
  if (
    selection !== "all" &&
    !store()
      .rows()
      .some(({ service }) => selection.has(service))
  )
    throw new NotFound("no-such-service", "There is no such service.");
  return hub().watch(selection, listener);
}
