// After the engine did what it was told: wait until the service is what it should be, told by events, not by polling.
import { AppError } from "../platform/errors.ts";
import { type ServiceRow, statusOf } from "./schema.ts";
import { store } from "./store.ts";

const longestWaitMs = 120_000;

/** Resolves with the row once it is up (healthy, or running without a probe). @throws AppError when it fails or takes too long. */
export function untilUp(id: string, timeoutMs = longestWaitMs): Promise<ServiceRow> {
  return until(id, timeoutMs, (row) => {
    const status = statusOf(row);
    if (status === "healthy" || status === "running") return "there";
    return status === "failed" || status === "unhealthy" || status === "restarting" ? "broken" : "wait";
  });
}

export const untilDown = (id: string, timeoutMs = 15_000): Promise<ServiceRow> =>
  until(id, timeoutMs, (row) => (row.state === "exited" || row.state === "dead" ? "there" : "wait"));

type Verdict = "there" | "broken" | "wait";

function until(id: string, timeoutMs: number, judge: (row: ServiceRow) => Verdict): Promise<ServiceRow> {
  const { feed, rows } = store();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(late);
      stop();
      settle();
    };
    const fail = (message: string) => finish(() => reject(new AppError("not-settled", 502, message)));
    const look = () => {
      const row = rows().find((one) => one.id === id);
      if (!row) return fail("The container was removed meanwhile.");
      const verdict = judge(row);
      if (verdict === "there") finish(() => resolve(row));
      else if (verdict === "broken") fail(`${row.title} is ${statusOf(row)}. Its log says why.`);
    };
    const late = setTimeout(() => {
      const row = rows().find((one) => one.id === id);
      fail(
        `${row?.title ?? "It"} is still ${row ? statusOf(row) : "unknown"} after ${timeoutMs / 1000} s. Its log says more.`,
      );
    }, timeoutMs);
    const stop = feed.subscribe(look);
    look();
  });
}
