// Seals the audit's newest row every minute where nobody can take it back, and notices a trail that was tampered with.
import { type Sealed, sealHead, stands, verifyAudit } from "../audit/index.ts";
import { log } from "../platform/log.ts";
import { Gauge, registry } from "../platform/metrics.ts";
import { processWide } from "../platform/process-wide.ts";
import { rounds } from "./rounds.ts";

const everyMs = 60_000;

const intact = () =>
  processWide(
    "audit-intact",
    () =>
      new Gauge({
        name: "taylordash_audit_intact",
        help: "0 when the audit trail is not as it was written",
        registers: [registry],
      }),
  );

/** Runs until the signal fires. */
export function sealTrail(signal: AbortSignal): Promise<void> {
  let sealed: Sealed | null = null;
  return rounds("audit seal", everyMs, signal, async () => {
    if (sealed && !(await stands(sealed))) {
      log.error({ row: sealed.id }, "the audit trail was tampered with; ./taylordash audit verify says where");
      intact().set(0);
    } else if (!sealed) intact().set(1);
    sealed = await sealHead(sealed);
  });
}

/** Reads the whole trail. A verdict that stays open, because the store is away, changes nothing. */
export async function verifyTrail(): Promise<void> {
  const { state, rows, findings } = await verifyAudit({ kind: "host", name: "worker" });
  if (state === "intact") log.info({ rows }, "the audit trail is intact");
  else log.error({ state, findings }, "the audit trail could not be verified");
  if (state !== "unproven") intact().set(state === "intact" ? 1 : 0);
}
