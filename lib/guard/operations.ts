// Recreate and scale as a caller sees them: one at a time a service, told line by line, carried through without him.
import { randomUUID } from "node:crypto";
import { access, constants } from "node:fs/promises";
import type { Logger } from "pino";
import { messageOf } from "../platform/errors.ts";
import { retry } from "../platform/retry.ts";
import type { Step } from "./lifecycle.ts";
import type { Order } from "./policy.ts";
import { type OperationOptions, prepareRecreate, RolledBack, type Work } from "./recreate.ts";
import { Refusal } from "./refusal.ts";
import { leftovers, repair } from "./repair.ts";
import { prepareScale } from "./scale.ts";

export type Line = Step & { at: string };
export type Operation = {
  id: string;
  order: Order;
  startedAt: string;
  finishedAt: string | null;
  /** `failed`: neither done nor undone; the guard goes on repairing until it is one of the two. */
  result: "done" | "rolled-back" | "failed" | null;
  message: string | null;
  steps: Line[];
};
type Listener = (line: Line | Omit<Operation, "steps">) => void;

const mostKept = 20;
const mostSteps = 300;

export type Operations = ReturnType<typeof createOperations>;

export function createOperations(options: OperationOptions & { log: Logger }) {
  const { log } = options;
  const closing = new AbortController();
  const history: Operation[] = [];
  const busy = new Set<string>();
  /** Nothing begins before what an earlier guard left is found. */
  let looked = false;

  async function repairOne(service: string) {
    busy.add(service);
    const again = { signal: closing.signal, onFailure: (err: unknown) => log.error({ service, err }, "not repaired") };
    await retry(() => repair(options, service), again).finally(() => busy.delete(service));
    log.info({ service }, "repaired");
  }

  async function repairAll() {
    const onFailure = (err: unknown, attempt: number) => {
      if (attempt === 1) log.warn({ err }, "leftovers cannot be looked for yet");
    };
    const found = await retry(() => leftovers(options), { signal: closing.signal, onFailure });
    looked = true;
    log.info({ found }, "leftovers looked for");
    await Promise.all(found.map(repairOne));
  }

  async function run(operation: Operation, work: Work, tell: Listener) {
    const { service } = operation.order;
    const report = (step: Step) => {
      const line = { at: new Date().toISOString(), ...step };
      if (operation.steps.length < mostSteps) operation.steps.push(line);
      tell(line);
    };
    try {
      await work(report);
      operation.result = "done";
    } catch (error) {
      operation.result = error instanceof RolledBack ? "rolled-back" : "failed";
      operation.message = messageOf(error);
    }
    operation.finishedAt = new Date().toISOString();
    const { steps: _, ...ended } = operation;
    log.info({ operation: ended }, "operation ended");
    busy.delete(service);
    if (operation.result === "failed") repairOne(service).catch(() => {});
    tell(ended);
  }

  return {
    isBusy: (service: string) => busy.has(service),
    history: (): readonly Operation[] => history,
    /** Begins to look for leftovers; resolves when there are none, or when closed. */
    recover: () => repairAll().catch((err) => closing.signal.aborted || log.error({ err }, "not repaired")),
    close: () => closing.abort(),

    /** Answers once the work has begun; it goes on whatever becomes of the listener. @throws Refusal */
    async begin(order: Order, by: string, tell: Listener): Promise<void> {
      const { service } = order;
      if (!looked) throw new Refusal(503, "what an earlier operation left is being looked for: try again", "info");
      if (busy.has(service)) throw new Refusal(409, `another operation on ${service} is under way`, "info");
      busy.add(service);
      try {
        await access(options.desiredDirectory, constants.W_OK).catch(() => {
          throw new Refusal(503, "the directory for choices is not mounted: ./taylordash up does");
        });
        if ((await leftovers(options)).includes(service)) await repair(options, service);
        const work = await (order.kind === "recreate"
          ? prepareRecreate(options, service, order.image)
          : prepareScale(options, order));
        const startedAt = new Date().toISOString();
        const begun = { id: randomUUID(), order, startedAt, finishedAt: null, result: null, message: null };
        const operation: Operation = { ...begun, steps: [] };
        log.info({ profile: by, operation: begun }, "operation begins");
        history.unshift(operation);
        history.splice(mostKept);
        tell(begun);
        void run(operation, work, tell);
      } catch (error) {
        busy.delete(service);
        throw error;
      }
    },
  };
}
