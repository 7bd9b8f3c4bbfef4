// A line as runs of text to show: colours of a terminal, fields of a structured line, what the search found.
import { parseAnsi, recordOf, type Style, stripAnsi, visible } from "@/lib/logs/schema";
import type { LineItem } from "./buffer";

export type Segment = { text: string; style?: Style; dim?: boolean; mark?: boolean };

/** More than this of a line is shown only when it is unfolded. */
export const longestShown = 2_000;
const longestField = 300;

// Programs write the time in front that the engine has written already.
const ownTime =
  /^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d| UTC)?\]?:?\s*|^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ /;

/** Cuts runs at the marks (start, end, start, end, ... in the joined text). */
function mark(segments: readonly Segment[], marks: readonly number[]): Segment[] {
  const out: Segment[] = [];
  let offset = 0;
  let at = 0;
  for (const segment of segments) {
    const end = offset + segment.text.length;
    let from = offset;
    while (from < end) {
      while (at < marks.length && (marks[at + 1] as number) <= from) at += 2;
      const start = at < marks.length ? Math.max(from, marks[at] as number) : end;
      if (start > from)
        out.push({ ...segment, text: segment.text.slice(from - offset, Math.min(start, end) - offset) });
      const stop = Math.min(end, at < marks.length ? (marks[at + 1] as number) : end);
      if (start < end) out.push({ ...segment, mark: true, text: segment.text.slice(start - offset, stop - offset) });
      from = Math.max(stop, Math.min(start, end));
    }
    offset = end;
  }
  return out;
}

/** The places of some words in a text, sorted and apart. */
function placesOf(text: string, words: readonly string[]): number[] {
  const places: [number, number][] = [];
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
      places.push([at, at + word.length]);
  }
  places.sort(([a], [b]) => a - b);
  const apart: number[] = [];
  for (const [start, end] of places) if (start >= (apart.at(-1) ?? 0)) apart.push(start, end);
  return apart;
}

/** Message first, then what else was said; null when a match would not be seen that way. */
function ofRecord(plain: string, marks: readonly number[] | null, service: string): Segment[] | null {
  const record = recordOf(plain);
  if (!record) return null;
  const { message, request, inRequest, fields } = record;
  const said = [message, request].filter((text) => text !== "").join("  ");
  const segments: Segment[] = said ? [{ text: said }] : [];
  for (const { name, value } of fields) {
    if (value === "" || inRequest.has(name) || (name === "service" && value === service)) continue;
    const shown = value.length > longestField ? `${value.slice(0, longestField)}…` : value;
    segments.push({ text: `${segments.length > 0 ? "  " : ""}${name}=`, dim: true }, { text: shown, dim: said !== "" });
  }
  if (segments.length === 0) return null;
  if (!marks || marks.length === 0) return segments;
  const words = new Set<string>();
  for (let at = 0; at < marks.length; at += 2) words.add(plain.slice(marks[at], marks[at + 1]));
  const text = segments.map((segment) => segment.text).join("");
  return [...words].every((word) => text.includes(word)) ? mark(segments, placesOf(text, [...words])) : null;
}

function ofText(text: string): Segment[] {
  const spans: Segment[] = parseAnsi(text);
  const [first, ...rest] = spans;
  const time = first && ownTime.exec(first.text)?.[0];
  if (!first || !time || (time.length === first.text.length && rest.length === 0)) return spans;
  return [{ ...first, text: time, dim: true }, { ...first, text: first.text.slice(time.length) }, ...rest];
}

export type Shown = { segments: Segment[]; more: number };

/** What one row shows. Every character that would act on the page or hide others is shown as a symbol. */
export function shownOf({ text, marks, source }: Pick<LineItem, "text" | "marks" | "source">): Shown {
  const plain = stripAnsi(text);
  const all = ofRecord(plain, marks, source.service) ?? (marks ? mark(ofText(text), marks) : ofText(text));
  const segments: Segment[] = [];
  let length = 0;
  let more = 0;
  for (const segment of all) {
    const room = Math.max(0, longestShown - length);
    const part = segment.text.slice(0, room);
    more += segment.text.length - part.length;
    length += part.length;
    if (part) segments.push({ ...segment, text: visible(part).replaceAll("\n", "␊") });
  }
  return { segments, more };
}

const known = new WeakMap<LineItem, Shown>();

/** As `shownOf`, worked out once a line: rows come and go while one scrolls. */
export function shownOnce(line: LineItem): Shown {
  const there = known.get(line);
  if (there) return there;
  const made = shownOf(line);
  known.set(line, made);
  return made;
}
