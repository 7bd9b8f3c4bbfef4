// One container in a viewer's view.
import type { Place } from "./cursors.ts";
import type { LiveStream } from "./hub.ts";
import { type Line, positionOf } from "./line.ts";
import { formatPosition, type Stamp } from "./schema.ts";
import type { Source } from "./source.ts";

export type Followed = {
  source: Source;
  index: number;
  place: Place | null;
  stream: LiveStream | null;
  leave: () => void;
  /** Number of the next line in the stream; null while the place is looked for. */
  next: number | null;
  /** The log must be read from the place on, although nothing is followed. */
  owed: boolean;
  /** Lines read from the log since the stream was last joined. */
  behind: number;
  attempts: number;
  retryAt: number;
  failed: boolean;
};

export const newlyFollowed = (source: Source, index: number, place: Place | null): Followed => ({
  ...{ source, index, place, stream: null, leave: () => undefined, next: null },
  ...{ owed: true, behind: 0, attempts: 0, retryAt: 0, failed: false },
});

export function drop(one: Followed): void {
  one.leave();
  Object.assign(one, { stream: null, next: null, leave: () => undefined });
}

/** Position of the first line that the stream still keeps. */
export function firstOf({ source }: Followed, stream: LiveStream): string | null {
  const line = stream.at(stream.first());
  return line ? formatPosition(positionOf(source.id, line)) : null;
}

/** Number of the first line after the place, or from `base` on, by time alone. */
export function nearest({ place }: Followed, stream: LiveStream, base: Stamp): number {
  for (let number = stream.first(); number < stream.next(); number += 1) {
    const { stamp } = stream.at(number) as Line;
    if (place ? stamp > place.stamp : stamp >= base) return number;
  }
  return stream.next();
}
