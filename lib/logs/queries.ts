// What the rest of the portal may ask about logs.
import { type Principal, requirePermission } from "../auth/index.ts";
import { createCapture } from "./capture.ts";
import { parseSeen } from "./cursors.ts";
import { hub } from "./hub.ts";
import { LogQuery } from "./input.ts";
import { createFilter } from "./line.ts";
import type { Sink } from "./outbox.ts";
import { listSources } from "./source.ts";
import { startViewer } from "./viewer.ts";

type Watch = {
  lastEventId: string | null;
  sink: Sink;
  /** Calls back when containers of the project come, go or change; answers how to stop. */
  changes: (listener: () => void) => Promise<() => void>;
};

/**
 * Follows the logs of many services in one order of time, from the newest lines on or after `lastEventId`. Answers how
 * to stop. @throws Invalid when the search is no regular expression.
 */
export async function watchLogs(actor: Principal | null, raw: unknown, watch: Watch): Promise<() => void> {
  requirePermission(actor, "services:read");
  const query = LogQuery.parse(raw);
  const { sink, changes } = watch;
  const seen = parseSeen(watch.lastEventId ?? query.after);
  const list = () => listSources(query.services);
  return startViewer({ query, filter: createFilter(query), seen, sink, changes, hub: hub(), list });
}

/** The worker's capture of its own project's logs; see capture.ts. */
export const startLogCapture = (signal: AbortSignal) => createCapture(signal);
