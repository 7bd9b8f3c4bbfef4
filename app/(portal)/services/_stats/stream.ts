// Live statistics of a selection ("all", one service, or names with commas between), shared by everything on the page
// that draws them.
//   closed -> open (first reader) -> closed (last reader gone, or nobody has looked at the tab for a while)
import { watchSilence } from "@/app/_ui/silence";
import { keptForAll, keptSamples, type Series, type StatsEvents } from "@/lib/services/stats-schema";
import { current } from "../../_live/stream";

type Channel = {
  subscribe: (listener: () => void) => () => void;
  series: () => ReadonlyMap<string, Series>;
  /** The same, of a stream of several services; else nothing. */
  brief: () => ReadonlyMap<string, Series>;
};

const closeMs = 3_000;
const hiddenMs = 15_000;
const retryMs = 5_000;
const nothing: ReadonlyMap<string, Series> = new Map();
const channels = new Map<string, Channel>();

/** Numbers come second: the page is painted first. */
function whenLoaded(work: () => void) {
  if (document.readyState === "complete") work();
  else window.addEventListener("load", () => setTimeout(work), { once: true });
}

function createChannel(selection: string): Channel {
  const listeners = new Set<() => void>();
  const isBrief = selection === "all" || selection.includes(",");
  const most = isBrief ? keptForAll : keptSamples;
  let series = nothing;
  let source: EventSource | null = null;
  let later: ReturnType<typeof setTimeout> | undefined;
  const silence = watchSilence(() => {
    close();
    open();
  });

  function set(next: ReadonlyMap<string, Series>) {
    series = next;
    for (const listener of listeners) listener();
  }

  function onSeries(all: StatsEvents["series"], first: boolean) {
    set(new Map([...(first ? [] : series), ...all.map((each): [string, Series] => [each.key, each])]));
  }

  function onSamples(samples: StatsEvents["samples"]) {
    const next = new Map(series);
    for (const [key, sample] of Object.entries(samples)) {
      const known = next.get(key);
      if (known) next.set(key, { ...known, samples: [...known.samples.slice(1 - most), sample] });
    }
    set(next);
  }

  function open() {
    clearTimeout(later);
    if (source || document.hidden || listeners.size === 0) return;
    const stream = new EventSource(`/api/stats?services=${encodeURIComponent(selection)}`);
    let first = true;
    source = stream;
    silence.heard();
    const on = (name: keyof StatsEvents | "beat", take: (text: string) => void) =>
      stream.addEventListener(name, (event) => {
        silence.heard();
        take((event as MessageEvent<string>).data);
      });
    on("beat", () => undefined);
    on("series", (text) => {
      onSeries(JSON.parse(text), first);
      first = false;
    });
    on("samples", (text) => onSamples(JSON.parse(text)));
    // The browser opens a cut stream by itself, and what comes then begins with everything that is remembered.
    stream.addEventListener("open", () => {
      first = true;
    });
    stream.addEventListener("error", () => {
      if (stream !== source || stream.readyState !== EventSource.CLOSED) return;
      close();
      if (listeners.size > 0 && current().link !== "ended") later = setTimeout(open, retryMs);
    });
  }

  function close() {
    silence.stop();
    source?.close();
    source = null;
  }

  function onVisibility() {
    clearTimeout(later);
    if (document.hidden) later = setTimeout(close, hiddenMs);
    else open();
  }

  const channel: Channel = {
    subscribe(listener) {
      if (listeners.size === 0) document.addEventListener("visibilitychange", onVisibility);
      // What another selection knows of the same containers stands until this one's own comes.
      if (isBrief && series === nothing) series = new Map([...channels.values()].flatMap(({ brief }) => [...brief()]));
      listeners.add(listener);
      whenLoaded(open);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        document.removeEventListener("visibilitychange", onVisibility);
        clearTimeout(later);
        later = setTimeout(() => {
          close();
          series = nothing;
          if (channels.get(selection) === channel) channels.delete(selection);
        }, closeMs);
      };
    },
    series: () => series,
    brief: () => (isBrief ? series : nothing),
  };
  return channel;
}

export function channelOf(selection: string): Channel {
  const known = channels.get(selection);
  if (known) return known;
  const created = createChannel(selection);
  channels.set(selection, created);
  return created;
}

/** A container's id in a stream is cut to twelve digits. */
export const keyOf = (id: string): string => id.slice(0, 12);
export const noSeries = nothing;
