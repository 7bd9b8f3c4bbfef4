// Lines, logs and engines made up for tests.
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineLine, readContainerLogs } from "../platform/docker-logs.ts";
import { createLeveller, type Line } from "./line.ts";
import type { Source } from "./source.ts";

export const stampAt = (milliseconds: number): string => `${1_795_551_000_000 + milliseconds}000000`;
export const idOf = (digit: string): string => digit.repeat(64);

/** A line written that many ms after an arbitrary start. */
export const line = (milliseconds: number, text = `line ${milliseconds}`, seq = 0): Line => ({
  ...{ stamp: stampAt(milliseconds), seq, stderr: false, text, sizeBytes: Buffer.byteLength(text), level: 0 },
});

/** An engine whose logs a test writes. Answers like the real one: `tail` first, then the times, then what follows. */
export function fakeEngine() {
  const logs = new Map<string, EngineLine[]>();
  const followers = new Map<string, Set<() => void>>();
  const ended = new Set<string>();
  let broken: Error | null = null;
  let opened = 0;
  let open = 0;
  const wake = (id: string) => {
    for (const one of followers.get(id) ?? []) one();
  };
  const read: typeof readContainerLogs = async function* (id, options, signal) {
    if (broken) throw broken;
    opened += 1;
    open += 1;
    try {
      const log = () => logs.get(id) ?? [];
      let at = log().length;
      const chosen = options.tail === undefined ? log() : log().slice(-options.tail);
      options.onOpen?.();
      const { since, until } = options;
      const lines = chosen.filter(({ stamp }) => (!since || stamp >= since) && (!until || stamp <= until));
      if (lines.length > 0) yield [...lines];
      options.onEnd?.(lines.length);
      while (options.follow && !signal.aborted) {
        if (at < log().length) {
          const fresh = log().slice(at);
          at = log().length;
          yield fresh;
          continue;
        }
        if (broken) throw broken;
        if (ended.has(id)) return;
        await new Promise<void>((resolve) => {
          const set = followers.get(id) ?? new Set();
          followers.set(id, set.add(resolve));
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
    } finally {
      open -= 1;
    }
  };
  return {
    read,
    write(id: string, ...lines: EngineLine[]) {
      logs.set(id, [...(logs.get(id) ?? []), ...lines]);
      wake(id);
    },
    /** The engine's rotation removes all but the newest lines. */
    rotate: (id: string, keep: number) => logs.set(id, (logs.get(id) ?? []).slice(-keep)),
    stop(id: string) {
      ended.add(id);
      wake(id);
    },
    start: (id: string) => ended.delete(id),
    break(error: Error | null) {
      broken = error;
      for (const id of followers.keys()) wake(id);
    },
    /** Streams that were opened so far, and that are open. */
    opened: () => opened,
    open: () => open,
    source(id: string, service: string, live = true): Source {
      const info = { container: id.slice(0, 12), service, name: service, state: live ? "running" : "exited" };
      return {
        ...{ id, info: { ...info, previous: false }, live, newest: null },
        async *read(options, signal) {
          const level = createLeveller();
          for await (const lines of read(id, options, signal)) yield level(lines);
        },
      };
    },
  };
}

/** Waits for something that is about to be true. @throws Error when it stays false. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 1_000; round += 1) {
    if (isTrue()) return;
    await sleep(5);
  }
  throw new Error(`never: ${what}`);
}
