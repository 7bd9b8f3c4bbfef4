// Start, stop and restart: the shape that all three share.
//   permitted -> resolved -> intent written -> acting -> settled | failed       the audit has both ends
import { audited } from "../audit/index.ts";
import { type Permission, type Principal, requirePermission } from "../auth/index.ts";
import type { ServiceRow } from "./schema.ts";
import { resolveTarget, TargetsInput } from "./target.ts";

/** One line of an operation's live output. */
export type Progress = { at: string; text: string };
export type Report = (text: string) => void;
export type Outcome = { services: string[]; message: string };

type Operation = {
  action: "service.start" | "service.stop" | "service.restart";
  permission: Permission;
  /** Refuses what this operation must not touch. */
  check?: (actor: Principal, rows: readonly ServiceRow[]) => void | Promise<void>;
  act: (row: ServiceRow, report: Report) => Promise<void>;
  done: (title: string) => string;
};

/** Checks every service before it touches the first; then acts container by container, so that replicas are never all away. */
export async function operate(operation: Operation, actor: Principal, raw: unknown, report: Report): Promise<Outcome> {
  const { action, permission, check, act, done } = operation;
  requirePermission(actor, permission);
  const { services } = TargetsInput.parse(raw);
  const targets = await Promise.all(services.map(resolveTarget));
  for (const rows of targets) {
    try {
      await check?.(actor, rows);
    } catch (refusal) {
      // The audit has what was tried, also where nothing was touched.
      await audited(actor, action, nameOf(rows), () => Promise.reject(refusal));
    }
  }
  for (const rows of targets) {
    const work = async () => {
      for (const row of rows) await act(row, report);
    };
    await audited(actor, action, nameOf(rows), work, { containers: rows.map(({ name }) => name).join(" ") });
  }
  const titles = targets.map(([first]) => first?.title ?? "");
  return { services: targets.map(nameOf), message: titles.map(done).join(" ") };
}

const nameOf = ([first]: readonly ServiceRow[]): string => first?.service ?? "";

export const quietly: Report = () => undefined;
