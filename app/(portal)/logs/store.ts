// The page's stream of lines and what is held of them.
//   opening -> live -> reconnecting (the browser, or we, go on from the last id) -> live
//                └──> paused (nobody looks at the end and enough is held) -> live
//                └──> done (the range ends in the past), refused (the search cannot be run), ended (signed out)
import { watchSilence } from "@/app/_ui/silence";
import type { LogEvents, LogSource } from "@/lib/logs/schema";
import { fill, type Item, insert, mostItems, newest, type SkipItem, toItem, toSkip } from "./buffer";
import { itemsOf, readPage, readRefusal } from "./read-page";
import { filtersOf, type View } from "./view";

export type Link = "opening" | "live" | "reconnecting" | "paused" | "done" | "refused" | "ended";
export type Logs = {
  items: readonly Item[];
  sources: readonly LogSource[];
  link: Link;
  /** The newest lines of the past are there. */
  ready: boolean;
  /** Where older lines begin; null when there are none. */
  horizon: string | null;
  loadingOlder: boolean;
  /** What keeps lines from coming. */
  problem: string | null;
  /** Lines that arrived while the reader looked elsewhere. */
  unseen: number;
  /** The marker whose lines are being fetched. */
  filling: number | null;
};

const longestRetryMs = 15_000;
const hiddenFlushMs = 500;
/** Between two changes of the page: more often than one reads, seldom enough for a slow machine in a flood. */
const flushMs = 80;
const pageLines = 1_000;
const linkedLines = 400;

export const noLogs: Logs = {
  ...{ items: [], sources: [], link: "opening", ready: false, horizon: null, loadingOlder: false },
  ...{ problem: null, unseen: 0, filling: null },
};

export function createLogStore(view: View) {
  const listeners = new Set<() => void>();
  const filters = filtersOf(view);
  let logs: Logs = noLogs;
  let stream: EventSource | null = null;
  let streamSources: LogSource[] = [];
  let pending: Item[] = [];
  let frame: number | ReturnType<typeof setTimeout> | undefined;
  let flushedAt = 0;
  let lastId: string | null = null;
  let following = view.at === null;
  let attempts = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  function set(change: Partial<Logs>) {
    logs = { ...logs, ...change };
    for (const listener of listeners) listener();
  }

  function flush() {
    frame = undefined;
    if (pending.length === 0) return;
    flushedAt = performance.now();
    const added = pending;
    pending = [];
    const items = insert(logs.items, added);
    const unseen = following ? 0 : logs.unseen + added.length;
    if (following) {
      const kept = newest(items);
      const horizon = kept === items ? logs.horizon : positionOf(kept[0]);
      return set({ items: kept, unseen, horizon });
    }
    set({ items, unseen });
    // Nothing is taken away under the eyes of a reader: the stream waits, and goes on from its last id.
    if (items.length >= mostItems && stream) {
      close();
      set({ link: "paused" });
    }
  }

  // Lines that come together are shown together: with the next frame, or a little later while many come.
  function schedule() {
    const wait = document.hidden ? hiddenFlushMs : Math.max(0, flushedAt + flushMs - performance.now());
    frame ??= wait > 0 ? setTimeout(flush, wait) : requestAnimationFrame(flush);
  }

  const positionOf = (item: Item | undefined) =>
    item ? `${item.container}.${item.stamp}.${Math.ceil(item.seq)}` : null;

  const handlers: { [Name in keyof LogEvents]: (data: LogEvents[Name]) => void } = {
    sources(sources) {
      streamSources = sources;
      set({ sources });
    },
    lines(lines) {
      for (const line of lines) {
        const source = streamSources[line[0]];
        if (source) pending.push(toItem(line, source));
      }
      schedule();
    },
    skip(skip) {
      const source = streamSources[skip.source];
      if (source) pending.push(toSkip(skip, source));
      schedule();
    },
    history({ horizon, resumed }) {
      flush();
      set({ ready: true, ...(resumed ? {} : { horizon }) });
    },
    end() {
      flush();
      close();
      set({ link: "done" });
    },
    problem({ message, final }) {
      if (final) close();
      set({ problem: message, ...(final ? { link: "refused" as const, ready: true } : {}) });
    },
    tick: () => undefined,
  };

  function close() {
    stream?.close();
    stream = null;
    silence.stop();
    clearTimeout(retry);
  }

  // A connection that died without a word: nothing comes, not even the tick.
  const silence = watchSilence(() => {
    close();
    set({ link: "reconnecting" });
    open();
  });

  // An answer other than 200 closes the stream for good; the same question without a stream says why.
  async function refused() {
    close();
    set({ link: "reconnecting" });
    const why = await readRefusal(filters);
    if (stopped) return;
    if (why?.status === 401) return set({ link: "ended" });
    if (why) return set({ link: "refused", ready: true, problem: why.message });
    retry = setTimeout(open, Math.min(1000 * 2 ** attempts++, longestRetryMs));
  }

  function open() {
    if (stopped || stream) return;
    const query = new URLSearchParams(filters);
    if (lastId) query.set("after", lastId);
    const opened = new EventSource(`/api/logs?${query}`);
    stream = opened;
    for (const [name, handle] of Object.entries(handlers)) {
      opened.addEventListener(name, (event) => {
        const { data, lastEventId } = event as MessageEvent<string>;
        if (opened !== stream) return;
        if (lastEventId) lastId = lastEventId;
        silence.heard();
        (handle as (data: unknown) => void)(JSON.parse(data));
      });
    }
    opened.addEventListener("open", () => {
      attempts = 0;
      silence.heard();
      set({ link: "live" });
    });
    opened.addEventListener("error", () => {
      if (opened !== stream) return;
      if (opened.readyState === EventSource.CLOSED) void refused();
      else set({ link: "reconnecting" });
    });
  }

  // A link to a line: what stands before it as a page, what came after it by the stream.
  async function openAt({ container, stamp, seq }: NonNullable<View["at"]>) {
    const query = new URLSearchParams(filters);
    query.set("before", `${container}.${stamp}.${seq + 1}`);
    query.set("limit", String(linkedLines));
    try {
      const before = await readPage(query);
      if (stopped) return;
      set({ items: itemsOf(before), horizon: before.next, sources: before.sources });
      lastId = `@${stamp}`;
    } catch {
      // The stream says what is wrong.
    }
    open();
  }

  return {
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    current: () => logs,
    start() {
      stopped = false;
      if (view.at) void openAt(view.at);
      else open();
    },
    stop() {
      stopped = true;
      close();
      if (frame !== undefined) {
        cancelAnimationFrame(frame as number);
        clearTimeout(frame as ReturnType<typeof setTimeout>);
      }
      frame = undefined;
    },
    /** Whether the reader looks at the newest lines. */
    follow(wanted: boolean) {
      if (following === wanted) return;
      following = wanted;
      if (!wanted) return;
      const items = newest([...logs.items]);
      set({ items, unseen: 0, ...(items.length < logs.items.length ? { horizon: positionOf(items[0]) } : {}) });
      if (logs.link === "paused") open();
    },
    async loadOlder() {
      if (!logs.horizon || logs.loadingOlder || !logs.ready) return;
      set({ loadingOlder: true });
      try {
        const query = new URLSearchParams(filters);
        query.set("before", logs.horizon);
        query.set("limit", String(pageLines));
        const older = await readPage(query);
        if (!stopped) set({ items: insert(logs.items, itemsOf(older)), horizon: older.next });
      } catch (error) {
        set({ problem: error instanceof Error ? error.message : String(error) });
      }
      set({ loadingOlder: false });
    },
    async fill(skip: SkipItem) {
      if (!skip.after || logs.filling !== null) return;
      set({ filling: skip.key });
      try {
        const query = new URLSearchParams(filters);
        query.set("after", skip.after);
        if (skip.before) query.set("before", skip.before);
        query.set("limit", String(pageLines));
        const found = await readPage(query);
        set({ items: fill(logs.items, skip, itemsOf(found), found.next) });
      } catch (error) {
        set({ problem: error instanceof Error ? error.message : String(error) });
      }
      set({ filling: null });
    },
  };
}

export type LogStore = ReturnType<typeof createLogStore>;
