// The other end of an order that ends the portal which gave it: the worker asks docker-guard what became of it.
import { endHandedOver, type HandedOver, listHandedOver } from "../audit/index.ts";
import { failureOf, type GuardOperation, listOperations } from "../platform/docker-guard.ts";

/** An intent is written just before its order is taken; both clocks are the machine's own. */
const mostApartMs = 60_000;
/** A portal that lives on writes the outcome itself, at once. */
const leftToPortalMs = 5_000;

/** The operation that the entry tells of, among those that docker-guard knows, the newest first. */
export function operationOf(entry: HandedOver, operations: readonly GuardOperation[]): GuardOperation | null {
  const isIts = ({ order, startedAt }: GuardOperation) => {
    const later = Date.parse(startedAt) - entry.at.getTime();
    return (
      `service.${order.kind}` === entry.action && order.service === entry.target && later >= 0 && later < mostApartMs
    );
  };
  return operations.findLast(isIts) ?? null;
}

/**
 * Writes the outcomes that are known by now. What a guard did that was itself ended meanwhile, nobody knows: the entry
 * stays unfinished.
 */
export async function endHandedOverOrders(now = Date.now()): Promise<void> {
  const entries = await listHandedOver();
  if (entries.length === 0) return;
  const operations = await listOperations();
  for (const entry of entries) {
    const { result, finishedAt, message } = operationOf(entry, operations) ?? {};
    if (!result || !finishedAt || now - Date.parse(finishedAt) < leftToPortalMs) continue;
    await endHandedOver(
      { kind: "worker", name: "worker", id: null },
      entry,
      failureOf({ result, message: message ?? null })?.message ?? null,
    );
  }
}
