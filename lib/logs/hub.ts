// One stream of the engine for each container that somebody watches, however many watch it.
//   opening -> open -> ended (the container stopped) or failed (the engine or docker-guard went away)
// The stream keeps its newest lines. Each viewer has a place of its own among them, and nobody waits for anybody: who
// falls behind further than what is kept finds lines missing and is told so.
import { readContainerLogs } from "../platform/docker-logs.ts";
import { onShutdown, processWide } from "../platform/process-wide.ts";
import { createLeveller, type Line } from "./line.ts";

export type LiveState = "opening" | "open" | "ended" | "failed";

export type LiveStream = {
  state: () => LiveState;
  error: () => unknown;
  /** Numbers of the first line that is kept, and of the next one to come. */
  first: () => number;
  next: () => number;
  at: (number: number) => Line | undefined;
  /** The number after the line of this place, or null when it is not among the kept ones. */
  numberAfter: (place: Pick<Line, "stamp" | "seq">) => number | null;
  /** Calls back after each change; answers how to leave. */
  watch: (listener: () => void) => () => void;
};

type Limits = { lingerMs: number; backlog: number; mostLines: number; mostBytes: number; budgetBytes: number };

const standard: Limits = {
  lingerMs: 3_000,
  backlog: 1_000,
  mostLines: 10_000,
  mostBytes: 4 * 1024 * 1024,
  /** Over all containers; with many of them, each keeps less. */
  budgetBytes: 48 * 1024 * 1024,
};
const perLine = 150;

export function createHub(read: typeof readContainerLogs = readContainerLogs, limits: Limits = standard) {
  const streams = new Map<string, LiveStream>();
  const stops = new Set<AbortController>();

  function openStream(id: string): LiveStream {
    const stop = new AbortController();
    stops.add(stop);
    const listeners = new Set<() => void>();
    const level = createLeveller();
    let state: LiveState = "opening";
    let failure: unknown;
    let lines: Line[] = [];
    let first = 0;
    let bytes = 0;
    let linger: NodeJS.Timeout | undefined;

    const tell = () => {
      for (const listener of listeners) listener();
    };

    function add(added: readonly Line[]) {
      for (const line of added) {
        lines.push(line);
        bytes += line.text.length + perLine;
      }
      const most = Math.min(limits.mostBytes, limits.budgetBytes / Math.max(1, streams.size));
      if (lines.length <= limits.mostLines + limits.backlog && bytes <= most * 1.1) return;
      let drop = Math.max(0, lines.length - limits.mostLines);
      for (let at = 0; at < drop; at += 1) bytes -= (lines[at] as Line).text.length + perLine;
      while (bytes > most && drop < lines.length - 1) {
        bytes -= (lines[drop] as Line).text.length + perLine;
        drop += 1;
      }
      lines = lines.slice(drop);
      first += drop;
    }

    async function run() {
      const onOpen = () => {
        state = "open";
        tell();
      };
      try {
        for await (const added of read(id, { follow: true, tail: limits.backlog, onOpen }, stop.signal)) {
          add(level(added));
          tell();
        }
        state = "ended";
      } catch (error) {
        failure = error;
        state = "failed";
      } finally {
        stops.delete(stop);
        if (streams.get(id) === stream) streams.delete(id);
        tell();
      }
    }

    const stream: LiveStream = {
      state: () => state,
      error: () => failure,
      first: () => first,
      next: () => first + lines.length,
      at: (number) => lines[number - first],
      numberAfter({ stamp, seq }) {
        const at = lines.findLastIndex((line) => line.stamp === stamp && line.seq === seq);
        return at < 0 ? null : first + at + 1;
      },
      watch(listener) {
        clearTimeout(linger);
        listeners.add(listener);
        return () => {
          if (!listeners.delete(listener) || listeners.size > 0) return;
          // A change of page or filter is leaving and coming; later, nothing of the engine is held any more.
          linger = setTimeout(() => {
            if (streams.get(id) === stream) streams.delete(id);
            stop.abort();
          }, limits.lingerMs);
          linger.unref();
        };
      },
    };
    streams.set(id, stream);
    void run();
    return stream;
  }

  return {
    /** The container's stream: the running one, or a new one. */
    open: (id: string): LiveStream => streams.get(id) ?? openStream(id),
    size: () => streams.size,
    close() {
      for (const stop of stops) stop.abort();
    },
  };
}

export type Hub = ReturnType<typeof createHub>;

export const hub = (): Hub =>
  processWide("log-hub", () => {
    const made = createHub();
    onShutdown(made.close);
    return made;
  });
