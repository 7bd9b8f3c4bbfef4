import { z } from "zod";
import { type Principal, requirePermission } from "../auth/index.ts";
import { Conflict } from "../platform/errors.ts";
import { type Outcome, quietly, type Report } from "./operate.ts";
import { orderThrough, type Plan } from "./order.ts";
import { mostReplicas, type ServiceRow } from "./schema.ts";
import { ServiceName } from "./target.ts";
import { isThisProcess } from "./this-process.ts";

export const ScaleInput = z.object({
  service: ServiceName,
  replicas: z
    .int("“replicas” must be a whole number")
    .min(1, "“replicas” must be at least 1: stop ends a service")
    .max(mostReplicas, `“replicas” must be at most ${mostReplicas}`),
});

function planScale(rows: readonly ServiceRow[], replicas: number): Plan {
  const [first] = rows;
  const service = first?.service ?? "";
  const title = first?.title ?? service;
  if (rows.some(({ scalable }) => !scalable)) {
    throw new Conflict(
      "not-scalable",
      `${title} does not scale: it keeps state, or its label taylordash.scale does not say that it may.`,
      { service },
    );
  }
  return {
    order: { kind: "scale", service, replicas },
    before: { replicas: rows.length },
    after: { replicas },
    endsUs: replicas < rows.length && rows.some(isThisProcess),
    done: `${title} has ${replicas === 1 ? "one container" : `${replicas} containers`}.`,
  };
}

/** Sets how many containers a service has; they are healthy when it resolves, or there are as many as before. */
export async function scaleService(actor: Principal, raw: unknown, report: Report = quietly): Promise<Outcome> {
  requirePermission(actor, "services:operate");
  const { service, replicas } = ScaleInput.parse(raw);
  const plan = async (rows: readonly ServiceRow[]) => planScale(rows, replicas);
  return orderThrough({ action: "service.scale", service, plan }, actor, report);
}
