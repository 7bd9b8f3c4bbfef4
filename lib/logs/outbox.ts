// What goes to one viewer, and the id under which they could go on. An id counts what was sent, never what was only read.
import { AppError, Unavailable } from "../platform/errors.ts";
import { formatSeen, type Place } from "./cursors.ts";
import { type Filter, type Hit, type Line, wireOf } from "./line.ts";
import type { Sourced } from "./merge.ts";
import type { Found } from "./newest.ts";
import { comparePositions, formatPosition, type LogEvents, type LogSource, type Skip, type Stamp } from "./schema.ts";

type Message = { [Name in keyof LogEvents]: { id?: string; name: Name; data: LogEvents[Name] } }[keyof LogEvents];
export type Sink = {
  send: (message: Message) => void;
  /** Messages that the viewer has not taken yet. */
  waiting: () => number;
};

type Seer = { index: number; source: { info: LogSource }; place: Place | null };

const fullAt = 4;
const largestBatch = 500;
const lookMs = 25;
const busyMs = 200;

export function createOutbox(sink: Sink, signal: AbortSignal, base: Stamp, seers: () => readonly Seer[]) {
  let id = formatSeen(base, []);
  let said: string | null = null;
  let refused = false;
  let sources = "";

  const isFull = () => sink.waiting() > fullAt;
  const seen = () => {
    id = formatSeen(
      base,
      seers().map(({ source, place }) => [source.info.container, place]),
    );
    return id;
  };
  const send = (message: Message) => {
    if (!signal.aborted) sink.send(message);
  };

  async function drained() {
    while (isFull() && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, lookMs));
  }

  // The lines are taken from their streams already, so a search that finds no free thread waits for one.
  async function pass(filter: Filter, lines: readonly Line[]): Promise<Hit[]> {
    for (;;) {
      try {
        return await filter.apply(lines);
      } catch (error) {
        if (!(error instanceof Unavailable) || signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, busyMs));
      }
    }
  }

  return {
    isFull,
    drained,
    /** Those of the lines that pass, sorted by time. */
    async lines(batch: readonly Sourced[], filter: Filter) {
      const lines = batch.map(({ line }) => line);
      const hits = await pass(filter, lines);
      const data = hits.map((hit) => ({ hit, ...(batch[hit.at] as Sourced) }));
      const container = (index: number) => seers()[index]?.source.info.container ?? "";
      data.sort((a, b) =>
        comparePositions({ container: container(a.source), ...a.line }, { container: container(b.source), ...b.line }),
      );
      seen();
      if (data.length > 0) send({ id, name: "lines", data: data.map(({ hit, source }) => wireOf(source, hit)) });
    },
    /** Lines of the past, whose places are not those the viewer goes on from. */
    async found(lines: readonly Found[]) {
      for (let at = 0; at < lines.length; at += largestBatch) {
        await drained();
        const part = lines.slice(at, at + largestBatch);
        send({ name: "lines", data: part.map((found) => wireOf(found.source, found)) });
      }
    },
    skip(one: Seer, { count, reason, before }: Pick<Skip, "count" | "reason" | "before">) {
      const { index, source, place } = one;
      const after = place ? formatPosition({ container: source.info.container, ...place }) : null;
      send({ name: "skip", data: { source: index, after, before, stamp: place?.stamp ?? base, count, reason } });
    },
    sources(list: LogSource[]) {
      const text = JSON.stringify(list);
      if (text === sources) return;
      sources = text;
      send({ name: "sources", data: list });
    },
    history: (horizon: string | null, resumed: boolean) =>
      send({ id: seen(), name: "history", data: { horizon, resumed } }),
    problem(message: string | null) {
      if (message === said) return;
      said = message;
      send({ name: "problem", data: { message } });
    },
    /** A search that cannot go on ends the stream; anything else may heal. */
    refuse(error: unknown): boolean {
      if (!(error instanceof AppError) || error.status >= 500 || error.status === 404) return false;
      refused = true;
      send({ name: "problem", data: { message: error.message, final: true } });
      return true;
    },
    isRefused: () => refused,
    tick: () => send({ id, name: "tick", data: { now: Date.now() } }),
    end: () => send({ name: "end", data: {} }),
  };
}
