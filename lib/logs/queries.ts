// What the rest of the portal may ask about logs.
import { type Principal, requirePermission } from "../auth/index.ts";
import { Invalid } from "../platform/errors.ts";
import { createCapture } from "./capture.ts";
import { parseSeen } from "./cursors.ts";
import { hub } from "./hub.ts";
import { LogQuery } from "./input.ts";
import { createFilter, type Filter } from "./line.ts";
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
 * to stop. A search that is no regular expression is refused within the stream: a browser cannot read why a stream was
 * not opened. @throws ZodError for any other input that is not understood.
 */
export async function watchLogs(actor: Principal | null, raw: unknown, watch: Watch): Promise<() => void> {
  requirePermission(actor, "services:read");
  const query = LogQuery.parse(raw);
  const { sink, changes } = watch;
  const filter = filterOf(query, sink);
  if (!filter) return () => undefined;
  const seen = parseSeen(watch.lastEventId ?? query.after);
  const list = () => listSources(query.services);
  return startViewer({ query, filter, seen, sink, changes, hub: hub(), list });
}

function filterOf(query: LogQuery, sink: Sink): Filter | null {
  try {
    return createFilter(query);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    sink.send({ name: "problem", data: { message: error.message, final: true } });
    return null;
  }
}

/** The worker's capture of its own project's logs; see capture.ts. */
export const startLogCapture = (signal: AbortSignal) => createCapture(signal);

/** Every service that lines are to be had of: those that exist, and those that are gone but kept. @throws Unavailable */
export async function listLoggedServices(actor: Principal | null): Promise<string[]> {
  requirePermission(actor, "services:read");
  return [...new Set((await listSources([])).map(({ info }) => info.service))];
}
