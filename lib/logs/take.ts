// The next lines of what a viewer follows, in one order of time, a bounded batch.
import type { Followed } from "./followed.ts";
import { type Line, positionOf } from "./line.ts";
import type { Sourced } from "./merge.ts";
import { comparePositions } from "./schema.ts";

const mostLines = 500;
const mostCharacters = 256 * 1024;

/** Moves each place on past what is taken. `more`: the batch was full. */
export function takeLines(followed: readonly Followed[]): { batch: Sourced[]; more: boolean } {
  const batch: Sourced[] = [];
  const head = ({ stream, next }: Followed): Line | undefined => (next === null ? undefined : stream?.at(next));
  let waiting = followed.filter((one) => head(one) !== undefined);
  let characters = 0;
  while (waiting.length > 0 && batch.length < mostLines && characters < mostCharacters) {
    let first = waiting[0] as Followed;
    let line = head(first) as Line;
    for (const one of waiting) {
      const other = head(one) as Line;
      if (comparePositions(positionOf(one.source.id, other), positionOf(first.source.id, line)) >= 0) continue;
      first = one;
      line = other;
    }
    batch.push({ source: first.index, line });
    characters += line.text.length;
    first.place = line;
    first.next = (first.next as number) + 1;
    if (!head(first)) waiting = waiting.filter((one) => one !== first);
  }
  return { batch, more: waiting.length > 0 };
}
