import type { Principal } from "../auth/index.ts";
import { restartContainer } from "../platform/docker-actions.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { type Outcome, operate, quietly, type Report } from "./operate.ts";
import type { ServiceRow } from "./schema.ts";
import { untilUp } from "./settle.ts";
import { store } from "./store.ts";
import { isThisProcess } from "./this-process.ts";

const farewellMs = 500;

/** Nobody can wait for their own restart: the answer goes out first, and the engine goes on without us. */
function restartThis(row: ServiceRow) {
  const restart = () =>
    restartContainer(row.id).catch((error: unknown) => log.error({ cause: messageOf(error) }, "no restart of our own"));
  setTimeout(restart, farewellMs).unref();
}

/** Restarts each container of a service in turn; the next one waits until the one before is up again. */
export const restartService = (actor: Principal, raw: unknown, report: Report = quietly): Promise<Outcome> =>
  operate(
    {
      action: "service.restart",
      permission: "services:operate",
      async act(row, say) {
        if (isThisProcess(row)) {
          say(`${row.name} is this very portal: it restarts now, and the page comes back by itself`);
          return restartThis(row);
        }
        say(`Restarting ${row.name}`);
        await restartContainer(row.id);
        // The engine's answer is newer than the last event that we have read.
        await store().refresh(row.id);
        say(`${row.name} restarted, waiting until it is up`);
        await untilUp(row.id);
      },
      done: (title) => `${title} was restarted.`,
    },
    actor,
    raw,
    report,
  );
