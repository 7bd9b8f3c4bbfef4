// The worker's side: one stream of the engine for each own container, its newest lines kept on a volume.
//   waiting -> capturing -> ended (the container stopped) -> waiting for its next start
//                 └──> blocked (the volume is full: nothing is read, tried again each minute) -> capturing
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineContainer, listContainers, watchContainers } from "../platform/docker.ts";
import { type EngineLine, readContainerLogs } from "../platform/docker-logs.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { earlier, resumeAfter } from "./resume.ts";
import { isRing, listRings, type Ring, ringDirectory, segmentFile } from "./ring-files.ts";
import { openRing, type RingWriter } from "./ring-writer.ts";

export type CaptureEngine = {
  list: typeof listContainers;
  watch: typeof watchContainers;
  read: typeof readContainerLogs;
};

/** The end of a container's log is written at once; a killed worker reads the rest again. */
const flushMs = 5_000;
const largestBatch = 2_000;
const backlogLines = 10_000;
const blockedMs = 60_000;
const settleMs = 200;
/** Gone containers whose lines are kept, over all services; 8 MiB each at most. */
const mostPrevious = 64;
const diskErrors = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EACCES", "EPERM", "ENOENT"]);

const isDiskError = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && diskErrors.has(String(error.code));

const isLive = ({ state }: EngineContainer) => state === "running" || state === "paused";

/** A project's own container with a service's name; `docker compose run` makes others. */
export function ringOf({ id, labels, createdAt }: EngineContainer): Ring | null {
  if (labels["com.docker.compose.oneoff"] === "True") return null;
  const service = labels["com.docker.compose.service"] ?? "";
  const ring = { service, createdAt: Math.floor(Date.parse(createdAt) / 1000), container: id };
  return isRing(ring) ? ring : null;
}

/** Removes what is kept of containers that are long gone: as many of a service stay as it has now, at least one. */
export async function pruneRings(directory: string, present: readonly Ring[]): Promise<void> {
  const ids = new Set(present.map(({ container }) => container));
  const gone = (await listRings(directory)).filter(({ container }) => !ids.has(container)).reverse();
  const kept = new Map<string, number>();
  let total = 0;
  for (const ring of gone) {
    const now = present.filter(({ service }) => service === ring.service).length;
    const count = kept.get(ring.service) ?? 0;
    if (count < Math.max(1, now) && total < mostPrevious) {
      kept.set(ring.service, count + 1);
      total += 1;
      continue;
    }
    for (const segment of ring.segments) await rm(segmentFile(directory, ring, segment), { force: true });
  }
}

export function createCapture(
  signal: AbortSignal,
  engine: CaptureEngine = { list: listContainers, watch: watchContainers, read: readContainerLogs },
  directory = ringDirectory,
  waits = { flushMs, blockedMs },
) {
  const active = new Map<string, { stop: AbortController; done: Promise<void> }>();
  const backoff = new Map<string, { attempts: number; until: number }>();
  const writers = new Map<string, RingWriter>();
  /** Stopped containers that were read to their end. */
  const ended = new Set<string>();
  let blocked = false;
  let warned = false;
  let timer: NodeJS.Timeout | undefined;

  const schedule = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void reconcile(), ms);
    timer.unref();
  };

  async function closeWriter(id: string) {
    const writer = writers.get(id);
    writers.delete(id);
    await writer?.close().catch(() => undefined);
  }

  function block(error: unknown) {
    if (blocked) return;
    blocked = true;
    if (!warned) log.warn({ cause: messageOf(error) }, "the volume of kept logs cannot be written; logs are not kept");
    warned = true;
    for (const { stop } of active.values()) stop.abort();
    setTimeout(() => {
      blocked = false;
      schedule(0);
    }, waits.blockedMs).unref();
  }

  async function capture(container: EngineContainer, ring: Ring, stop: AbortSignal) {
    const writer = writers.get(container.id) ?? (await openRing(directory, ring));
    writers.set(container.id, writer);
    const last = writer.last();
    const resumer = resumeAfter<EngineLine>(last);
    const broken = new AbortController();
    let pending: EngineLine[] = [];
    let written = Promise.resolve();
    let failure: unknown;
    let due: NodeJS.Timeout | undefined;
    const flush = () => {
      clearTimeout(due);
      due = undefined;
      const lines = pending;
      pending = [];
      written = written
        .then(async () => {
          if (failure || lines.length === 0) return;
          await writer.write(lines);
          if (warned) log.info("logs are kept again");
          warned = false;
        })
        .catch((error: unknown) => {
          failure ??= error;
          broken.abort();
        });
      return written;
    };
    const keep = (lines: readonly EngineLine[]) => {
      for (const line of lines) pending.push(line);
    };
    const since = last ? earlier(last.stamp) : undefined;
    const options = { follow: isLive(container), tail: backlogLines, ...(since ? { since } : {}) };
    try {
      for await (const lines of engine.read(container.id, options, AbortSignal.any([stop, broken.signal]))) {
        keep(resumer.take(lines));
        if (pending.length >= largestBatch) await flush();
        else
          due ??= setTimeout(() => {
            keep(resumer.release());
            void flush();
          }, waits.flushMs);
      }
    } finally {
      clearTimeout(due);
      keep(resumer.release());
      await flush();
    }
    if (failure) throw failure;
  }

  // A log that cannot be read, or ends at once again and again, is asked for less and less often.
  function postpone(id: string) {
    const attempts = (backoff.get(id)?.attempts ?? 0) + 1;
    const ms = Math.min(1_000 * 2 ** attempts, blockedMs);
    backoff.set(id, { attempts, until: Date.now() + ms });
    setTimeout(() => schedule(0), ms).unref();
  }

  function start(container: EngineContainer, ring: Ring) {
    const { id } = container;
    const stop = new AbortController();
    const begin = Date.now();
    const done = capture(container, ring, AbortSignal.any([signal, stop.signal]))
      .then(
        () => {
          ended.add(id);
          if (!isLive(container)) return;
          if (Date.now() - begin < 1_000) return postpone(id);
          backoff.delete(id);
          // It may have been started again before its old stream ended.
          schedule(settleMs);
        },
        async (error: unknown) => {
          await closeWriter(id);
          if (isDiskError(error)) return block(error);
          log.debug({ cause: messageOf(error), service: ring.service }, "the capture of a log was cut");
          postpone(id);
        },
      )
      .finally(() => active.delete(id));
    active.set(id, { stop, done });
  }

  async function reconcile() {
    if (blocked || signal.aborted) return;
    try {
      const present = (await engine.list()).flatMap((container) => {
        const ring = ringOf(container);
        return ring ? [{ container, ring }] : [];
      });
      const ids = new Set(present.map(({ ring }) => ring.container));
      for (const known of [ended, backoff]) for (const id of [...known.keys()]) if (!ids.has(id)) known.delete(id);
      for (const id of [...writers.keys()].filter((id) => !ids.has(id) && !active.has(id))) await closeWriter(id);
      for (const { container, ring } of present) {
        const { id } = container;
        if (active.has(id) || (ended.has(id) && !isLive(container))) continue;
        if ((backoff.get(id)?.until ?? 0) <= Date.now()) start(container, ring);
      }
      await pruneRings(
        directory,
        present.map(({ ring }) => ring),
      );
    } catch (error) {
      log.debug({ cause: messageOf(error) }, "containers could not be listed for the capture of logs");
      schedule(2_000);
    }
  }

  async function follow() {
    while (!signal.aborted) {
      await engine
        .watch(
          signal,
          () => schedule(0),
          ({ action, id }) => {
            if (action === "start") ended.delete(id);
            if (action === "start" || action === "destroy") schedule(settleMs);
          },
        )
        .catch((error: unknown) => log.debug({ cause: messageOf(error) }, "the engine's events broke off"));
      await sleep(1_000, undefined, { signal }).catch(() => undefined);
    }
    clearTimeout(timer);
    await Promise.allSettled([...active.values()].map(({ done }) => done));
    for (const id of [...writers.keys()]) await closeWriter(id);
  }

  return { done: follow(), streams: () => active.size, isBlocked: () => blocked };
}

export type Capture = ReturnType<typeof createCapture>;
