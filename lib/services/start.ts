import type { Principal } from "../auth/index.ts";
import { startContainer } from "../platform/docker-actions.ts";
import { type Outcome, operate, quietly, type Report } from "./operate.ts";
import { untilUp } from "./settle.ts";
import { store } from "./store.ts";

/** Starts every stopped container of a service and waits until it is healthy. */
export const startService = (actor: Principal, raw: unknown, report: Report = quietly): Promise<Outcome> =>
  operate(
    {
      action: "service.start",
      permission: "services:operate",
      async act(row, say) {
        if (row.state === "running") return say(`${row.name} runs already`);
        say(`Starting ${row.name}`);
        await startContainer(row.id);
        await store().refresh(row.id);
        say(`${row.name} started, waiting until it is up`);
        await untilUp(row.id);
      },
      done: (title) => `${title} is up.`,
    },
    actor,
    raw,
    report,
  );
