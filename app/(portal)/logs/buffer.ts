// The lines that the page holds: in one order of time, a bounded number, none twice.
import { comparePositions, type LogSource, type Skip, type WireLine } from "@/lib/logs/schema";

export type LineItem = {
  kind: "line";
  key: number;
  source: LogSource;
  /** As in a position: container, stamp and number. */
  container: string;
  stamp: string;
  seq: number;
  level: number;
  text: string;
  stderr: boolean;
  /** Bytes that were written of a line that was cut, else 0. */
  sizeBytes: number;
  marks: number[] | null;
};

/** Lines that are not here, and how to fetch them. */
export type SkipItem = Omit<Skip, "source"> & {
  kind: "skip";
  key: number;
  source: LogSource;
  container: string;
  seq: number;
};
export type Item = LineItem | SkipItem;

export const mostItems = 20_000;

const compare = (a: Item, b: Item) => comparePositions(a, b);

let nextKey = 1;
export const toItem = ([, stamp, seq, level, text, extra]: WireLine, source: LogSource): LineItem => ({
  ...{ kind: "line" as const, key: nextKey++, source, container: source.container, stamp, seq, level, text },
  ...{ stderr: extra?.e === 1, sizeBytes: extra?.n ?? 0, marks: extra?.m ?? null },
});

// After the lines that were seen up to its place.
export const toSkip = (skip: Skip, source: LogSource): SkipItem => ({
  ...{ ...skip, kind: "skip" as const, key: nextKey++, source, container: source.container },
  seq: Number(skip.after?.split(".")[2] ?? 0) + 0.5,
});

/**
 * Puts sorted items where they belong, at the end as a rule. Lines of several containers may arrive a little out of
 * order, and a line that is there already does not come twice.
 */
export function insert(items: readonly Item[], added: readonly Item[]): Item[] {
  const [first] = added;
  if (!first) return [...items];
  let from = items.length;
  while (from > 0 && compare(items[from - 1] as Item, first) >= 0) from -= 1;
  if (from === items.length) return [...items, ...added];
  const merged = items.slice(0, from);
  const rest = items.slice(from);
  let left = 0;
  let right = 0;
  while (left < rest.length || right < added.length) {
    const one = rest[left];
    const other = added[right];
    const order = one && other ? compare(one, other) : one ? -1 : 1;
    merged.push((order <= 0 ? one : other) as Item);
    if (order <= 0) left += 1;
    if (order >= 0) right += 1;
  }
  return merged;
}

/** The newest items; what goes can be read back from the server. */
export const newest = (items: Item[], most = mostItems): Item[] =>
  items.length > most ? items.slice(items.length - most) : items;

/** Lines that were fetched in the place of a marker, and the marker moved behind them while more are missing. */
export function fill(items: readonly Item[], skip: SkipItem, lines: readonly Item[], next: string | null): Item[] {
  const at = items.findIndex(({ key }) => key === skip.key);
  if (at < 0) return [...items];
  const others = items.filter(({ key }) => key !== skip.key);
  const filled = insert(others, lines);
  const last = lines.at(-1);
  if (!next || !last) return filled;
  const count = skip.count === null ? null : Math.max(0, skip.count - lines.length);
  return insert(filled, [{ ...skip, after: next, stamp: last.stamp, seq: last.seq + 0.5, count }]);
}

/** Index of the next item that fits, from a place on in a direction; round the end. */
export function findNext(items: readonly Item[], from: number, step: 1 | -1, fits: (item: Item) => boolean): number {
  for (let distance = 1; distance <= items.length; distance += 1) {
    const at = (from + step * distance + items.length * 2) % items.length;
    if (fits(items[at] as Item)) return at;
  }
  return -1;
}
