import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "./errors.ts";

export type RetryOptions = {
  signal?: AbortSignal;
  firstDelayMs?: number;
  longestDelayMs?: number;
  onFailure?: (error: unknown, attempt: number) => void;
};

/** Tries until it works or the signal fires; waits twice as long after each failure, up to a limit. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { signal, firstDelayMs = 500, longestDelayMs = 5_000, onFailure } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      onFailure?.(error, attempt);
      await sleep(Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs), undefined, { signal });
    }
  }
}

/** Tries again while what it needs does not answer, `limitMs` long at most; any other error, and the last one, is thrown. */
export async function whileUnavailable<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  const end = Date.now() + limitMs;
  return retry(work, {
    longestDelayMs: 2_000,
    onFailure: (error) => {
      if (!(error instanceof Unavailable) || Date.now() >= end) throw error;
    },
  });
}
