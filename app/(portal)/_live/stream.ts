// The tab's one event stream, shared by everything on the page that shows a service.
//   connecting -> open -> reconnecting (the browser, or we, try again) -> open
//                   └──> ended (the session is over; nothing is tried any more)
// A role that changed meanwhile loads the page anew: what it shows and offers was made for another.
import { watchSilence } from "@/app/_ui/silence";
import type { AlertEvents, AlertList } from "@/lib/alerts/schema";
import type { ServiceEvents, ServiceRow } from "@/lib/services/schema";

export type Link = "connecting" | "open" | "reconnecting" | "ended";
export type Live = {
  services: readonly ServiceRow[] | null;
  alerts: AlertList | null;
  engine: { connected: boolean };
  link: Link;
  /** When the rows were last known to be true, in ms; null while they are, and when nobody knows. */
  asOf: number | null;
};

// Thousands of rows are sorted and drawn anew each time: then less often.
const flushMs = () => (rows.size > 1_000 ? 200 : 40);
const closeMs = 5_000;
const longestRetryMs = 15_000;

const listeners = new Set<() => void>();
const rows = new Map<string, ServiceRow>();
export const before: Live = {
  services: null,
  alerts: null,
  engine: { connected: true },
  link: "connecting",
  asOf: null,
};
let live = before;
let source: EventSource | null = null;
let attempts = 0;
let flushedAt = 0;
let flush: ReturnType<typeof setTimeout> | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let close: ReturnType<typeof setTimeout> | undefined;

function set(change: Partial<Live>) {
  live = { ...live, ...change };
  for (const listener of listeners) listener();
}

// A restart of the whole stack is hundreds of events: the page changes at the first, then once for all that come together.
function rowsChanged() {
  flush ??= setTimeout(
    () => {
      flush = undefined;
      flushedAt = performance.now();
      set({ services: [...rows.values()] });
    },
    Math.max(0, flushedAt + flushMs() - performance.now()),
  );
}

type SessionAnswer = { user: { role: string | null } };
type Events = ServiceEvents & AlertEvents & { role: { role: string | null }; beat: unknown };
const handlers: { [Name in keyof Events]: (data: Events[Name]) => void } = {
  snapshot(all) {
    rows.clear();
    for (const row of all) rows.set(row.id, row);
    rowsChanged();
  },
  service(row) {
    rows.set(row.id, row);
    rowsChanged();
  },
  gone({ id }) {
    if (rows.delete(id)) rowsChanged();
  },
  alerts(alerts) {
    set({ alerts });
  },
  engine({ connected }) {
    // A page that opens while the engine is silent already does not know since when.
    set({ engine: { connected }, asOf: connected ? null : (live.asOf ?? (live.services ? Date.now() : null)) });
  },
  role({ role: now }) {
    const drawnFor = document.querySelector<HTMLElement>("[data-role]")?.dataset.role;
    if (drawnFor !== undefined && drawnFor !== now) window.location.reload();
  },
  beat() {
    // That it came is all it says.
  },
};

function lost() {
  if (live.link !== "reconnecting")
    set({ link: "reconnecting", asOf: live.asOf ?? (live.services ? Date.now() : null) });
}

// An answer other than 200 closes the stream for good: either the session is over, or the portal restarts.
async function closed() {
  source?.close();
  source = null;
  silence.stop();
  lost();
  const limit = AbortSignal.timeout(10_000);
  const answer = await fetch("/api/v1/session", { cache: "no-store", signal: limit }).catch(() => null);
  if (answer?.status === 401) return set({ link: "ended" });
  const session = answer?.ok ? ((await answer.json().catch(() => null)) as SessionAnswer | null) : null;
  if (session && session.user.role === null) return window.location.reload();
  retry = setTimeout(connect, Math.min(1000 * 2 ** attempts++, longestRetryMs));
}

const silence = watchSilence(() => {
  source?.close();
  source = null;
  lost();
  connect();
});

function connect() {
  if (source || live.link === "ended") return;
  silence.heard();
  const stream = new EventSource("/api/events");
  source = stream;
  for (const [name, handle] of Object.entries(handlers)) {
    stream.addEventListener(name, (event) => {
      silence.heard();
      (handle as (data: unknown) => void)(JSON.parse((event as MessageEvent<string>).data));
    });
  }
  stream.addEventListener("open", () => {
    attempts = 0;
    set({ link: "open", asOf: live.engine.connected ? null : live.asOf });
  });
  stream.addEventListener("error", () => {
    if (stream !== source) return;
    if (stream.readyState === EventSource.CLOSED) void closed();
    else lost();
  });
}

function disconnect() {
  source?.close();
  source = null;
  silence.stop();
  clearTimeout(retry);
  clearTimeout(flush);
  flush = undefined;
  live = live.link === "ended" ? live : before;
}

/** The first reader opens the stream; it stays a moment after the last, since a change of page is leaving and coming. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  clearTimeout(close);
  connect();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) close = setTimeout(disconnect, closeMs);
  };
}

export const current = (): Live => live;
