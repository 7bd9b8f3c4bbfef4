// What a viewer has seen: the id of each event, which the browser sends back when it returns.
//   @<stamp from which sources without a line are read>,<position>,<position>,...
import { formatPosition, parsePosition, type Stamp } from "./schema.ts";

export type Place = { stamp: Stamp; seq: number };
export type Seen = { base: Stamp; places: Map<string, Place> };

const mostPlaces = 250;

export const formatSeen = (base: Stamp, places: Iterable<[container: string, place: Place | null]>): string =>
  [`@${base}`, ...[...places].flatMap(([container, place]) => (place ? [formatPosition({ container, ...place })] : []))]
    .slice(0, mostPlaces + 1)
    .join(",");

/** Null when it is none of ours; the containers it names are looked up among the known ones, never asked for. */
export function parseSeen(text: string | null | undefined): Seen | null {
  const [head = "", ...rest] = (text ?? "").split(",");
  if (!/^@\d{19}$/.test(head) || rest.length > mostPlaces) return null;
  const places = new Map<string, Place>();
  for (const part of rest) {
    const position = parsePosition(part);
    if (!position) return null;
    places.set(position.container, { stamp: position.stamp, seq: position.seq });
  }
  return { base: head.slice(1), places };
}
