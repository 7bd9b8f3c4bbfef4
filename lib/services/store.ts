// What this process knows of the containers. One event stream feeds it, whoever watches.
//   connecting -> live -> (stream breaks) -> connecting          rows stay as last known meanwhile
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineContainer, inspectContainer, listContainers, watchContainers } from "../platform/docker.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { onShutdown, processWide } from "../platform/process-wide.ts";
import { createEnds, recordedEnds } from "./ends.ts";
import { createFeed } from "./feed.ts";
import { calmMs, isService, toRow } from "./row.ts";
import { type ServiceRow, statusOf } from "./schema.ts";

export type Engine = {
  list: typeof listContainers;
  inspect: typeof inspectContainer;
  watch: typeof watchContainers;
  /** Who ended containers that ended unseen. */
  recordedEnds: typeof recordedEnds;
};

const parallelInspects = 8;
const longestDelayMs = 2_000;
const rereadMs = { first: 500, longest: 30_000 };

export function createStore(engine: Engine, signal: AbortSignal) {
  const rows = new Map<string, ServiceRow>();
  /** The image each container was made of, by the container's id. */
  const images = new Map<string, string>();
  const feed = createFeed();
  const ends = createEnds();
  /** Of those in a crash loop: when to look again whether they lasted. */
  const calm = new Map<string, NodeJS.Timeout>();
  // The newest question about a container wins: an older answer that comes later is dropped.
  const asked = new Map<string, number>();
  /** Of those that could not be read: when to read them again. */
  const rereads = new Map<string, NodeJS.Timeout>();
  let question = 0;
  let connected = false;
  let firstList: () => void = () => undefined;
  const listed = new Promise<void>((resolve) => {
    firstList = resolve;
  });

  const setConnected = (value: boolean) => {
    if (connected === value) return;
    connected = value;
    feed.publish({ name: "engine", data: { connected } });
  };

  function remove(id: string) {
    asked.delete(id);
    clearTimeout(rereads.get(id));
    rereads.delete(id);
    ends.forget(id);
    clearTimeout(calm.get(id));
    calm.delete(id);
    images.delete(id);
    if (rows.delete(id)) feed.publish({ name: "gone", data: { id } });
  }

  function put(container: EngineContainer) {
    if (!isService(container)) return;
    images.set(container.id, container.imageId);
    const row = toRow(container, ends.of(container.id));
    lookAgain(row);
    const before = rows.get(row.id);
    if (before && JSON.stringify(before) === JSON.stringify(row)) return;
    rows.set(row.id, row);
    feed.publish({ name: "service", data: row });
  }

  /** Nothing happens when a crash loop is over, so nothing but a clock can tell. */
  function lookAgain({ id, crashLoop, startedAt }: ServiceRow) {
    clearTimeout(calm.get(id));
    calm.delete(id);
    if (!crashLoop || startedAt === null) return;
    const left = Date.parse(startedAt) + calmMs - Date.now();
    calm.set(id, setTimeout(() => void reread(id), Math.max(0, left) + 100).unref());
  }

  /** Of those that ended before anybody here watched. The database may be slow or away: the rows are there without it. */
  async function learnEnds(containers: readonly EngineContainer[]) {
    const unknown = containers.filter(({ id, state }) => state === "exited" && ends.of(id) === null);
    if (unknown.length === 0) return;
    const found = await engine.recordedEnds(unknown.map(({ id }) => id));
    for (const { id } of unknown) {
      const [by, row] = [found.get(id), rows.get(id)];
      if (!by || row?.state !== "exited" || row.endedBy !== null || !ends.learn(id, by)) continue;
      const told = { ...row, endedBy: by };
      rows.set(id, told);
      if (statusOf(told) !== statusOf(row)) feed.publish({ name: "service", data: told });
    }
  }

  async function refresh(id: string) {
    const mine = ++question;
    asked.set(id, mine);
    const container = await engine.inspect(id);
    if (asked.get(id) !== mine) return;
    if (container) put(container);
    else remove(id);
  }

  /** The same until it is read: what happened to it must not stay untold because one answer failed. */
  async function reread(id: string, delayMs = rereadMs.first): Promise<void> {
    clearTimeout(rereads.get(id));
    rereads.delete(id);
    try {
      await refresh(id);
    } catch (error) {
      if (signal.aborted || rereads.has(id)) return;
      log.warn({ cause: messageOf(error), container: id.slice(0, 12) }, "a container was not read");
      const next = Math.min(delayMs * 2, rereadMs.longest);
      rereads.set(id, setTimeout(() => void reread(id, next), delayMs).unref());
    }
  }

  /** Everything anew: the list at once, then the details, running containers first. */
  async function relist(broken: AbortSignal) {
    const before = question;
    const all = (await engine.list()).filter(isService);
    const present = new Set(all.map(({ id }) => id));
    // One that was asked about since then may be younger than the list.
    for (const id of [...rows.keys()]) if (!present.has(id) && (asked.get(id) ?? 0) <= before) remove(id);
    for (const container of all) if (!rows.has(container.id)) put(container);
    learnEnds(all).catch((error: unknown) => log.debug({ err: error }, "ends are not known"));
    const running = (container: EngineContainer) => (container.state === "running" ? 0 : 1);
    const queue = [...all].sort((a, b) => running(a) - running(b));
    const first = queue.slice(0, 100);
    const details = async (from: EngineContainer[]) => {
      const next = from.values();
      const work = async () => {
        for (const { id } of next) {
          if (broken.aborted) return;
          await reread(id);
        }
      };
      await Promise.all(Array.from({ length: parallelInspects }, work));
    };
    await details(first);
    firstList();
    // Thousands of stopped containers fill in while the page is already there.
    void details(queue.slice(100));
  }

  async function follow() {
    let delayMs = 100;
    while (!signal.aborted) {
      const broken = new AbortController();
      try {
        await engine.watch(
          AbortSignal.any([signal, broken.signal]),
          () => {
            // What ended meanwhile was not seen.
            ends.clear();
            relist(broken.signal).then(
              () => {
                if (broken.signal.aborted) return;
                delayMs = 100;
                setConnected(true);
              },
              (error: unknown) => {
                log.warn({ cause: messageOf(error) }, "containers could not be listed");
                broken.abort();
              },
            );
          },
          (event) => {
            const { id, action } = event;
            ends.take(event);
            if (action === "destroy") return remove(id);
            void reread(id);
          },
        );
      } catch (error) {
        if (connected && !signal.aborted) log.warn({ cause: messageOf(error) }, "the engine's event stream broke");
      }
      // Whatever of that stream is still on its way: the next list asks for everything anew.
      broken.abort();
      for (const timer of rereads.values()) clearTimeout(timer);
      rereads.clear();
      if (signal.aborted) return;
      setConnected(false);
      firstList();
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  }

  const done = follow();
  return {
    /** Resolves when the first list is there, or the engine was found silent. */
    listed,
    done,
    feed,
    /** Reads one container anew, for whoever knows better than the last event. */
    refresh,
    rows: () => [...rows.values()],
    /** The id of the image it was made of; undefined when there is no such container. */
    imageOf: (id: string) => images.get(id),
    isConnected: () => connected,
  };
}

export type Store = ReturnType<typeof createStore>;

export const store = (): Store =>
  processWide("services", () => {
    const stopping = new AbortController();
    onShutdown(() => stopping.abort());
    return createStore(
      { list: listContainers, inspect: inspectContainer, watch: watchContainers, recordedEnds },
      stopping.signal,
    );
  });
