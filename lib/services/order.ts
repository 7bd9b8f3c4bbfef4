// Recreate and scale: docker-guard does the work, tells it step by step and carries it through without us.
//   permitted -> resolved -> checked -> intent written -> ordered -> done | rolled back       the audit has both ends
import { audited, auditedHandover, type Json } from "../audit/index.ts";
import type { Principal } from "../auth/index.ts";
import { type GuardOrder, type GuardStep, order } from "../platform/docker-guard.ts";
import type { Outcome, Report } from "./operate.ts";
import type { ServiceRow } from "./schema.ts";
import { store } from "./store.ts";
import { resolveTarget } from "./target.ts";

export type Plan = {
  order: GuardOrder;
  before: Json;
  after: Json;
  /** The order may end the very process that gives it. */
  endsUs: boolean;
  done: string;
};

type Ordered = {
  action: "service.recreate" | "service.scale";
  service: string;
  /** Refuses, or says what is to be done; its refusals are written to the audit too. */
  plan: (rows: readonly ServiceRow[]) => Promise<Plan>;
};

const words: Record<string, string> = {
  rename: "set aside as",
  create: "being made of",
  stop: "Stopping",
  start: "Starting",
  wait: "started, waiting until it is up",
  healthy: "is up",
  remove: "Removing",
  choose: "Noting the choice, which ./taylordash up keeps to:",
  "roll-back": "putting it back as it was",
  probe: "healthcheck,",
};

export function sentenceOf({ step, container, message }: GuardStep): string {
  const verb = words[step] ?? step;
  const said = message?.replace(/\s+/g, " ").trim();
  const short = said?.replace(/(sha256:[a-f0-9]{12})[a-f0-9]{52}/g, "$1");
  const first = step === "stop" || step === "start" || step === "remove" ? [verb, container] : [container, verb];
  return [...first, short].filter(Boolean).join(" ");
}

const handedOverMessage =
  "This portal is among what changes: docker-guard carries it through, and the page comes back by itself.";

export async function orderThrough({ action, service, plan }: Ordered, actor: Principal, report: Report) {
  const rows = await resolveTarget(service);
  const name = rows[0]?.service ?? "";
  // Whoever names one container means its service: the guard knows no other.
  const all = await resolveTarget(name);
  let planned: Plan;
  try {
    planned = await plan(all);
  } catch (refusal) {
    return audited(actor, action, name, (): Promise<Outcome> => Promise.reject(refusal));
  }
  const { before, after, endsUs, done } = planned;
  const say = (step: GuardStep) => report(sentenceOf(step));
  const take = (begun: () => void) =>
    order(planned.order, say, () => {
      report("The docker-guard has taken the order");
      begun();
    });
  const details = { containers: all.map((row) => row.name).join(" ") };
  // Nobody can wait for their own end: once the order is taken the answer goes out, and the guard goes on without us.
  if (endsUs) {
    const handOver = async () => {
      let ended: Promise<void> = Promise.resolve();
      await new Promise<void>((resolve, reject) => {
        ended = take(resolve);
        ended.then(resolve, reject);
      });
      return { taken: { services: [name], message: handedOverMessage }, ended };
    };
    return auditedHandover(actor, action, name, handOver, details, { before, after });
  }
  const work = async (): Promise<Outcome> => {
    await take(() => undefined);
    await Promise.all(all.map(({ id }) => store().refresh(id)));
    return { services: [name], message: done };
  };
  return audited(actor, action, name, work, details, { before, after });
}
