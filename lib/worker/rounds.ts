import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../platform/log.ts";

/** Does `work` again and again until the signal fires. A failure is logged when it begins and when it is over. */
export async function rounds(name: string, everyMs: number, signal: AbortSignal, work: () => Promise<unknown>) {
  let failing = false;
  while (!signal.aborted) {
    try {
      await work();
      if (failing) log.info({ round: name }, "works again");
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ round: name, err: error }, "fails, it is tried again");
      failing = true;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
