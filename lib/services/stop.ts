import { type Principal, requireStepUp } from "../auth/index.ts";
import { stopContainer } from "../platform/docker-actions.ts";
import { type Outcome, operate, quietly, type Report } from "./operate.ts";
import { untilDown } from "./settle.ts";
import { store } from "./store.ts";
import { refuseProtected } from "./target.ts";

/** Stops every container of a service. What holds data needs a recent second factor; what carries the portal is refused. */
export const stopService = (actor: Principal, raw: unknown, report: Report = quietly): Promise<Outcome> =>
  operate(
    {
      action: "service.stop",
      permission: "services:admin",
      async check(who, rows) {
        refuseProtected(rows, "stop");
        if (rows.some(({ stateful }) => stateful)) await requireStepUp(who, "service.stop");
      },
      async act(row, say) {
        if (row.state !== "running" && row.state !== "paused" && row.state !== "restarting") {
          return say(`${row.name} does not run`);
        }
        say(`Stopping ${row.name}`);
        await stopContainer(row.id);
        await store().refresh(row.id);
        await untilDown(row.id);
        say(`${row.name} stopped`);
      },
      done: (title) => `${title} is stopped.`,
    },
    actor,
    raw,
    report,
  );
