// Which sessions the page shows: whoever ended one must not find the next one's button under the pointer.
import type { SessionInfo } from "@/lib/auth/session-schema";

export type Shown = SessionInfo & { ended: boolean };

/** As they were read last, in the order of before; what is gone stays where it was, ended, and new ones come last. */
export function shownAfter(before: readonly Shown[], read: readonly SessionInfo[]): Shown[] {
  const live = new Map(read.map((one) => [one.id, { ...one, ended: false }]));
  const kept = before.map((one) => live.get(one.id) ?? { ...one, ended: true });
  const known = new Set(before.map(({ id }) => id));
  return [...kept, ...[...live.values()].filter(({ id }) => !known.has(id))];
}
