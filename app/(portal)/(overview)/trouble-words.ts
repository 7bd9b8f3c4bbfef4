// What the line under the sentence says of a trouble and of the alerts. Pure, so that every sentence has a test.
import type { AlertList } from "@/lib/alerts/schema";
import { isTrouble, type ServiceRow, statusOf } from "@/lib/services/schema";
import type { Trouble, TroubledService } from "@/lib/services/trouble-schema";

/** "2 alerts are firing"; null when none does that asks for somebody, or nobody knows. */
export function alertWords(alerts: AlertList | null): string | null {
  const count = alerts?.firing.filter(({ severity }) => severity !== "info").length ?? 0;
  if (count === 0) return null;
  return count === 1 ? "1 alert is firing" : `${count} alerts are firing`;
}

/** What is known of a row as it is now; an answer about an earlier state says nothing of it. */
export const troubleOf = (trouble: Trouble | null, row: ServiceRow): TroubledService | null =>
  trouble?.services.find(({ containerId, status }) => containerId === row.id && status === statusOf(row)) ?? null;

/** Of several troubles of one kind the one that came first: what it brought about comes after it. */
export function firstOf(trouble: Trouble | null, rows: readonly ServiceRow[]): TroubledService | null {
  const known = rows.flatMap((row) => troubleOf(trouble, row) ?? []).filter(({ since }) => since !== null);
  const worst = known.filter(({ status }) => isTrouble(status));
  return (worst.length > 0 ? worst : known).sort((a, b) => (a.since ?? "").localeCompare(b.since ?? "")).at(0) ?? null;
}

/** Who made it so; null where nobody did, or it is not known. */
export function byWhom({ cause, audit }: Pick<TroubledService, "cause" | "audit">): string | null {
  if (audit) return `by ${audit.actor}`;
  if (cause === "asked") return "from outside the portal";
  return cause === "itself" ? "by itself" : null;
}
