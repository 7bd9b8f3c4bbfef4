// One person's view of many containers.
//   starting -> history (the newest lines) or resuming (what was missed) -> following -> stopped
//      └── the engine is silent: tried again, and said so ──┘
// A place is kept for each container. Its lines come from the shared stream while the place is among those it keeps, and
// from the engine's log where it is not, so that nothing is lost or doubled whatever broke in between.
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, NotFound } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { createAlarm } from "./alarm.ts";
import type { Seen } from "./cursors.ts";
import { drop, type Followed, firstOf, nearest, newlyFollowed } from "./followed.ts";
import { readAfter, readBack } from "./history.ts";
import type { Hub } from "./hub.ts";
import type { LogQuery } from "./input.ts";
import type { Filter } from "./line.ts";
import { mergeForward } from "./merge.ts";
import { createOutbox, type Sink } from "./outbox.ts";
import { formatPosition, type Position, stampOfMs } from "./schema.ts";
import type { Source } from "./source.ts";
import { takeLines } from "./take.ts";

export type ViewerOptions = {
  query: LogQuery;
  filter: Filter;
  seen: Seen | null;
  sink: Sink;
  hub: Hub;
  list: () => Promise<Source[]>;
  /** Calls back when containers come, go or change. */
  changes: (listener: () => void) => Promise<() => void>;
  /** Lines of the past that are given before the present. */
  mostCatchUp?: number;
};

const coalesceMs = 40;
const relistMs = 300;
const longestDelayMs = 5_000;
const tickMs = 15_000;
/** How often a place is looked for before the nearest later line has to do. */
const mostAttempts = 20;

export function startViewer(options: ViewerOptions): () => void {
  const { query, filter, seen, sink, hub, list, changes, mostCatchUp = 200_000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const followed: Followed[] = [];
  const base = seen?.base ?? stampOfMs(Date.now());
  const outbox = createOutbox(sink, signal, base, () => followed);
  const isFollowing = query.until === undefined;
  let staleAt: number | null = null;
  const alarm = createAlarm(signal);

  function later(one: Followed, error?: unknown) {
    one.attempts += 1;
    one.retryAt = Date.now() + Math.min(100 * 2 ** Math.min(one.attempts, 6), longestDelayMs);
    if (error === undefined) return;
    one.owed = true;
    staleAt ??= Date.now() + relistMs;
    if (error instanceof NotFound) return;
    one.failed = true;
    outbox.problem(messageOf(error));
  }

  async function relist() {
    staleAt = null;
    const sources = await list();
    for (const source of sources) {
      const known = followed.find((one) => one.source.id === source.id);
      if (known) known.source = source;
      else {
        followed.push(newlyFollowed(source, followed.length, seen?.places.get(source.info.container) ?? null));
      }
    }
    outbox.sources(followed.map(({ source }) => source.info));
  }

  /** Joined before the past is read, so that the two overlap. */
  function openStreams() {
    for (const one of followed) {
      if (!isFollowing || !one.source.live || one.stream) continue;
      one.stream = hub.open(one.source.id);
      one.leave = one.stream.watch(alarm.ring);
    }
  }

  const feedOf = (one: Followed) => ({
    source: one.index,
    container: one.source.id,
    lines: readAfter(one.source, one.place, signal, {
      since: base,
      onGone: () => outbox.skip(one, { count: null, reason: "rotated", before: null }),
    }),
  });

  /** What these wrote since their places, in one order. */
  async function catchUp(some: Followed[]): Promise<number> {
    let count = 0;
    for await (const batch of mergeForward(some.map(feedOf))) {
      await outbox.drained();
      if (signal.aborted) break;
      for (const { source, line } of batch) {
        const one = followed[source] as Followed;
        one.place = line;
        one.behind += 1;
      }
      await outbox.lines(batch, filter);
      count += batch.length;
      if (count > mostCatchUp) break;
    }
    for (const one of some) one.owed = false;
    return count;
  }

  async function begin() {
    await relist();
    openStreams();
    if (seen) {
      await catchUp(followed);
      return outbox.history(null, true);
    }
    let horizon: Position | null = null;
    if (query.tail > 0) {
      const sources = followed.map(({ source }) => source);
      const past = await readBack(sources, query, query.tail, filter, signal);
      horizon = past.horizon;
      for (const one of followed) one.place = past.last[one.index] ?? null;
      await outbox.found(past.lines);
    }
    for (const one of followed) one.owed = false;
    outbox.history(horizon ? formatPosition(horizon) : null, false);
  }

  async function join(one: Followed) {
    openStreams();
    const { stream } = one;
    if (!stream || stream.state() === "opening") return;
    if (stream.state() === "failed") {
      drop(one);
      return later(one, stream.error());
    }
    one.next = one.place && stream.numberAfter(one.place);
    if (one.next === null && one.behind > mostCatchUp) {
      // A log that is written faster than this viewer reads it would never be caught up with.
      outbox.skip(one, { count: null, reason: "slow", before: firstOf(one, stream) });
      one.next = stream.first();
    }
    if (one.next === null) {
      const count = await catchUp([one]);
      one.next = one.place && stream.numberAfter(one.place);
      if (one.next !== null) one.attempts = 0;
      else if (!one.place || (count === 0 && one.attempts > mostAttempts)) one.next = nearest(one, stream, base);
      else if (count > 0) one.retryAt = 0;
      else later(one);
    }
    if (one.next === null) return;
    Object.assign(one, { attempts: 0, behind: 0, failed: false });
    if (!followed.some(({ failed }) => failed)) outbox.problem(null);
  }

  /** Sends what the streams have; answers whether there is more. */
  async function flush(): Promise<boolean> {
    for (const one of followed) {
      const { stream, next } = one;
      if (!stream || next === null || next >= stream.first()) continue;
      outbox.skip(one, { count: stream.first() - next, reason: "slow", before: firstOf(one, stream) });
      one.next = stream.first();
    }
    const { batch, more } = takeLines(followed);
    if (batch.length > 0) await outbox.lines(batch, filter);
    for (const one of followed) {
      const { stream } = one;
      if (!stream || one.next !== stream.next()) continue;
      if (stream.state() !== "ended" && stream.state() !== "failed") continue;
      drop(one);
      later(one, stream.error());
      staleAt ??= Date.now() + relistMs;
    }
    return more;
  }

  /** One round of following; answers when the next is due at the latest. */
  async function follow(): Promise<number> {
    const now = Date.now();
    if (staleAt !== null && staleAt <= now) await relist();
    for (const one of followed) {
      if (one.next !== null || one.retryAt > now) continue;
      try {
        if (one.source.live) await join(one);
        else if (one.owed) await catchUp([one]);
      } catch (error) {
        if (signal.aborted || outbox.refuse(error)) throw error;
        later(one, error);
      }
    }
    if (outbox.isFull()) return Date.now() + 50;
    const more = await flush();
    if (more) return 0;
    const due = followed.flatMap((one) =>
      one.next === null && (one.owed || one.source.live) && one.stream?.state() !== "opening" ? [one.retryAt] : [],
    );
    return Math.min(staleAt ?? Number.POSITIVE_INFINITY, ...due);
  }

  async function untilItWorks(work: () => Promise<void>) {
    for (let delay = 500; !signal.aborted; delay = Math.min(delay * 2, longestDelayMs)) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return;
        if (outbox.isRefused() || outbox.refuse(error)) return stopping.abort();
        outbox.problem(messageOf(error));
        await sleep(delay, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async function run() {
    await untilItWorks(begin);
    if (!isFollowing) return outbox.end();
    while (!signal.aborted) {
      await untilItWorks(async () => {
        alarm.reset();
        await alarm.wait(await follow());
        // Lines that are written at about the same time travel together.
        if (alarm.isRinging()) await sleep(coalesceMs, undefined, { signal }).catch(() => undefined);
      });
    }
  }

  let unsubscribe: () => void = () => undefined;
  changes(() => {
    staleAt ??= Date.now() + relistMs;
    alarm.ring();
  }).then(
    (stop) => {
      if (signal.aborted) stop();
      else unsubscribe = stop;
    },
    (error: unknown) => log.debug({ cause: messageOf(error) }, "changes of containers are not followed"),
  );
  const tick = setInterval(() => outbox.tick(), tickMs);
  run()
    .catch((error: unknown) => log.error({ err: error }, "a view of logs failed"))
    .finally(() => followed.forEach(drop));
  return () => {
    stopping.abort();
    clearInterval(tick);
    unsubscribe();
  };
}
