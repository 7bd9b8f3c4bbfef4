import { type Principal, requirePermission } from "../auth/index.ts";
import { onShutdown, processWide } from "../platform/process-wide.ts";
import { createAlertHub } from "./hub.ts";
import type { AlertList } from "./schema.ts";

const hub = () =>
  processWide("alerts", () => {
    const created = createAlertHub();
    onShutdown(created.stop);
    return created;
  });

/** What fires and what is kept quiet, a few seconds old at most. Never throws for want of Alertmanager: it says so. */
export async function listAlerts(actor: Principal | null): Promise<AlertList> {
  requirePermission(actor, "services:read");
  return hub().latest();
}

/** Calls back with the list and with every change of it; answers how to stop. */
export function watchAlerts(actor: Principal | null, listener: (list: AlertList) => void): () => void {
  requirePermission(actor, "services:read");
  return hub().watch(listener);
}
