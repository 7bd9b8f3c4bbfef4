// Lines of the past. The engine can only be asked for its newest N lines, so going back means asking for more and more.
import { type Filter, type Line, positionOf } from "./line.ts";
import { createNewest, type Found } from "./newest.ts";
import { pooled } from "./pooled.ts";
import { earlier, resumeAfter } from "./resume.ts";
import { comparePositions, type Position, type Stamp } from "./schema.ts";
import type { Source } from "./source.ts";

export type Past = {
  lines: Found[];
  /** Everything from here on was looked at; null when there is nothing before. */
  horizon: Position | null;
  /** By source: its last line of all, from which it is followed. Only when the range is open to the present. */
  last: (Line | null)[];
};

export type Range = { before?: Position | undefined; since?: Stamp | undefined; until?: Stamp | undefined };

const parallel = 4;
const widening = 8;
const mostTail = 999_999;
/** A search that finds little stops going back after this; the reader may ask to go on. */
const patienceMs = 6_000;

const samePlace = (a: Line, b: Line) => a.stamp === b.stamp && a.seq === b.seq;

/** The last `limit` lines of a range that pass the filter, over all sources. */
export async function readBack(
  sources: readonly Source[],
  range: Range,
  limit: number,
  filter: Filter,
  signal: AbortSignal,
): Promise<Past> {
  const newest = createNewest(limit);
  const last: (Line | null)[] = sources.map(() => null);
  const edges: Position[] = [];
  const begin = Date.now();
  const isAfter = (position: Position) =>
    (range.before !== undefined && comparePositions(position, range.before) >= 0) ||
    (range.until !== undefined && position.stamp > range.until);

  /** One pass over the newest `tail` lines, up to where an earlier pass began. Answers the first line of all. */
  async function pass(at: number, source: Source, tail: number, seen: Line | null) {
    const state = { first: null as Line | null, atStart: false };
    const onEnd = (entries: number) => {
      state.atStart = entries < tail;
    };
    for await (const lines of source.read({ tail, onEnd }, signal)) {
      state.first ??= lines[0] ?? null;
      if (!seen && !range.before && !range.until) last[at] = lines.at(-1) ?? null;
      const known = seen ? lines.findIndex((line) => samePlace(line, seen)) : -1;
      const asked = (known < 0 ? lines : lines.slice(0, known)).filter(
        (line) => !isAfter(positionOf(source.id, line)) && (!range.since || line.stamp >= range.since),
      );
      for (const hit of await filter.apply(asked)) newest.add(at, source.id, hit);
      const end = lines.at(-1);
      // A little past the end of the range, since stamps of one container may cross.
      if (known >= 0 || (end && isAfter({ ...positionOf(source.id, end), stamp: earlier(end.stamp) }))) break;
    }
    if (state.first && seen && samePlace(state.first, seen)) state.atStart = true;
    return state;
  }

  async function scan(at: number, source: Source) {
    if (source.newest && newest.isFullAt({ container: "", stamp: source.newest, seq: 0 })) {
      edges.push({ container: "", stamp: source.newest, seq: 0 });
      return;
    }
    let seen: Line | null = null;
    for (let tail = Math.max(200, limit * 2); ; tail = Math.min(tail * widening, mostTail)) {
      const { first, atStart } = await pass(at, source, tail, seen);
      if (!first || signal.aborted || atStart || tail === mostTail) return;
      if (range.since && first.stamp < range.since) return;
      const position = positionOf(source.id, first);
      if (newest.isFullAt(position) || Date.now() - begin > patienceMs) return void edges.push(position);
      seen = first;
    }
  }

  // What is gone comes last: where the present ones fill the page, it is not read at all.
  const order = sources.map((source, at) => ({ source, at }));
  order.sort((a, b) => Number(b.source.live) - Number(a.source.live));
  await pooled(order, parallel, ({ source, at }) => scan(at, source));
  const { lines, floor } = newest.finish();
  if (floor) edges.push(floor);
  const horizon = edges.sort(comparePositions).at(-1) ?? null;
  return {
    lines: horizon ? lines.filter(({ position }) => comparePositions(position, horizon) >= 0) : lines,
    horizon,
    last,
  };
}

const tails = [1_000, 20_000, undefined];

/**
 * What a source wrote after a line (or since a time), in the order it was written. `onGone` runs before the first line when the place was
 * not found any more: the engine's rotation removed it, and perhaps lines after it.
 */
export async function* readAfter(
  source: Source,
  place: Pick<Line, "stamp" | "seq"> | null,
  signal: AbortSignal,
  options: { since?: Stamp | undefined; onGone?: () => void } = {},
): AsyncGenerator<Line[]> {
  const since = place ? earlier(place.stamp) : options.since;
  for (const tail of place ? tails : [undefined]) {
    const resumer = resumeAfter<Line>(place);
    const read = { ...(tail ? { tail } : {}), ...(since ? { since } : {}) };
    let told = false;
    const pass = (lines: readonly Line[]): Line[] => {
      if (lines.length > 0 && resumer.outcome() === "gone" && !told) {
        told = true;
        options.onGone?.();
      }
      return [...lines];
    };
    let wider = false;
    for await (const lines of source.read(read, signal)) {
      const fresh = resumer.take(lines);
      // Not among the newest lines: ask for more of them before anything is called gone.
      if (resumer.outcome() === "gone" && tail !== undefined) {
        wider = true;
        break;
      }
      if (fresh.length > 0) yield pass(fresh);
    }
    if (wider || (resumer.outcome() === "searching" && tail !== undefined)) continue;
    const held = resumer.release();
    if (held.length > 0) yield pass(held);
    return;
  }
}
