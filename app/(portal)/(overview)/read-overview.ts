import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { AlertList } from "@/lib/alerts";
import { listAlerts } from "@/lib/alerts";
import type { Actor } from "@/lib/auth";
import { messageOf } from "@/lib/platform/errors";
import { log } from "@/lib/platform/log";
import { getTrouble } from "@/lib/services";
import type { Trouble } from "@/lib/services/trouble-schema";
import type { RenderedBoard } from "../_live/board";
import { readBoard } from "../_live/read-board";

/** Null where a part is not known in time: the stream or the browser's own question brings it. */
export type Reading = { board: RenderedBoard; alerts: AlertList | null; trouble: Trouble | null };

/** The page does not wait for a silent Alertmanager. */
const longestWaitMs = 300;

const orNull = <T>(reading: Promise<T>): Promise<T | null> =>
  reading.catch((error: unknown) => {
    log.warn({ cause: messageOf(error) }, "a part of the overview could not be read");
    return null;
  });

export async function readOverview(actor: Actor): Promise<Reading> {
  const late = sleep(longestWaitMs, null, { ref: false });
  const [board, alerts, trouble] = await Promise.all([
    readBoard(actor),
    Promise.race([orNull(listAlerts(actor)), late]),
    Promise.race([orNull(getTrouble(actor)), late]),
  ]);
  return { board, alerts, trouble };
}
