// Start, stop and restart: the shape that all three share.
//   permitted -> resolved -> intent written -> acting -> settled | failed       the audit has both ends
import { audited } from "../audit/index.ts";
import { type Permission, type Principal, requirePermission } from "../auth/index.ts";
import { AppError, Conflict, messageOf } from "../platform/errors.ts";
import type { ServiceRow } from "./schema.ts";
import { store } from "./store.ts";
import { resolveTarget, TargetsInput } from "./target.ts";
import { isThisProcess, thisProcessLast } from "./this-process.ts";

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

/**
 * Asks about all of them, so that whoever named several learns of each. What was tried stands in the audit, though
 * nothing was touched. @throws the first refusal; a Conflict about several names every one under `details.services`.
 */
async function checkAll({ action, check }: Operation, actor: Principal, targets: readonly ServiceRow[][]) {
  const refusals: { service: string; refusal: unknown }[] = [];
  for (const rows of targets) {
    try {
      await check?.(actor, rows);
    } catch (refusal) {
      refusals.push({ service: nameOf(rows), refusal });
    }
  }
  const [first] = refusals;
  if (!first) return;
  for (const { service, refusal } of refusals) {
    await audited(actor, action, service, () => Promise.reject(refusal)).catch(() => undefined);
  }
  const { refusal } = first;
  if (!(refusal instanceof Conflict) || targets.length === 1) throw refusal;
  const services = refusals.map((each) => ({
    ...{ service: each.service, message: messageOf(each.refusal) },
    code: each.refusal instanceof AppError ? each.refusal.code : "failed",
  }));
  throw new Conflict(refusal.code, `${refusal.message} Nothing was touched.`, { services });
}

/** Checks every service before it touches the first; then acts container by container, so that replicas are never all away. */
export async function operate(operation: Operation, actor: Principal, raw: unknown, report: Report): Promise<Outcome> {
  const { action, permission, act, done } = operation;
  requirePermission(actor, permission);
  const { services } = TargetsInput.parse(raw);
  const found = await Promise.all(services.map(resolveTarget));
  const targets = thisProcessLast(
    found.map((rows) => thisProcessLast(rows, isThisProcess)),
    (rows) => rows.some(isThisProcess),
  );
  await checkAll(operation, actor, found);
  for (const rows of targets) {
    const work = async () => {
      for (const row of rows) await act(row, report);
    };
    const details = { containers: rows.map(({ name }) => name).join(" ") };
    const change = {
      before: statesOf(rows),
      after: () =>
        statesOf(
          store()
            .rows()
            .filter(({ id }) => rows.some((row) => row.id === id)),
        ),
    };
    await audited(actor, action, nameOf(rows), work, details, change);
  }
  const titles = targets.map(([first]) => first?.title ?? "");
  return { services: targets.map(nameOf), message: titles.map(done).join(" ") };
}

const statesOf = (rows: readonly ServiceRow[]) => ({ state: rows.map(({ state }) => state).join(" ") });
const nameOf = ([first]: readonly ServiceRow[]): string => first?.service ?? "";

export const quietly: Report = () => undefined;
