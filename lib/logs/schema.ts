// What a log is in our words. Types and pure functions only: the one door of this folder that the browser uses.
import { type Level, levels } from "./level.ts";

export { hasAnsi, parseAnsi, type Span, type Style, stripAnsi } from "./ansi.ts";
export { type Field, type Record as LogRecord, recordOf, unfolded } from "./fields.ts";
export { type Level, levels } from "./level.ts";
export { visible } from "./visible.ts";

/** Nanoseconds since 1970 as 19 digits: text order is time order. */
export type Stamp = string;

/** Where a line stands: twelve digits of its container's id, its stamp, and a number among lines of the same stamp. */
export type Position = { container: string; stamp: Stamp; seq: number };

const position = /^([a-f0-9]{12})\.(\d{19})\.(\d{1,6})$/;
export const formatPosition = ({ container, stamp, seq }: Position): string => `${container}.${stamp}.${seq}`;
export function parsePosition(text: string): Position | null {
  const [, container, stamp, seq] = position.exec(text) ?? [];
  return container && stamp ? { container, stamp, seq: Number(seq) } : null;
}

/** Time first, then container, then the order within one stamp: the order of a merged view, the same whoever asks. */
export function comparePositions(a: Position, b: Position): number {
  if (a.stamp !== b.stamp) return a.stamp < b.stamp ? -1 : 1;
  if (a.container !== b.container) return a.container < b.container ? -1 : 1;
  return a.seq - b.seq;
}

export const stampOfMs = (ms: number): Stamp => `${String(Math.max(0, Math.trunc(ms))).padStart(13, "0")}000000`;
export const msOfStamp = (stamp: Stamp): number => Number(stamp.slice(0, 13));

/** A container whose lines are shown. `previous`: it is gone, its last lines were kept. */
export type LogSource = {
  container: string;
  service: string;
  name: string;
  state: string;
  previous: boolean;
};

/**
 * A line as it travels: index of its source, stamp, number, level's index, text, and what is rarely there: `e` it went
 * to stderr, `n` the bytes written of a line that was cut, `m` where the search matched (start, end, start, end, ...) in
 * the text without terminal colours.
 */
export type WireLine = [
  source: number,
  stamp: Stamp,
  seq: number,
  level: number,
  text: string,
  extra?: { e?: 1; n?: number; m?: number[] },
];

/** Why lines are missing: the viewer was slower than the log, or the engine had rotated them away. */
export type SkipReason = "slow" | "rotated";

/** Lines missing after one position (null: from the start) and before another. `count` is null when nobody knows. */
export type Skip = {
  source: number;
  after: string | null;
  before: string | null;
  stamp: Stamp;
  count: number | null;
  reason: SkipReason;
};

/** Server-sent events of `/api/logs`, by name. The id of `lines` and `skip` is what `Last-Event-ID` resumes. */
export type LogEvents = {
  /** Whose lines follow; indexes stay the same within a stream. */
  sources: LogSource[];
  lines: WireLine[];
  skip: Skip;
  /** The newest lines are there. `horizon`: all lines from there on were looked at; null when there are none before. */
  history: { horizon: string | null; resumed: boolean };
  /** Nothing more will come: the range ends in the past. */
  end: Record<string, never>;
  /** What keeps lines from coming, or null when they come again. `final`: nothing is tried any more. */
  problem: { message: string | null; final?: true };
  /** The stream lives although nothing is written. */
  tick: { now: number };
};

/** A page of lines: the answer of `GET /api/v1/logs`. */
export type LogPage = {
  sources: LogSource[];
  lines: WireLine[];
  /** Where to go on, as `before` or `after`; null when there is nothing more. */
  next: string | null;
  /** The engine's rotation removed lines of this range. */
  removed: boolean;
};

export const levelName = (index: number): Level => levels[index] ?? "none";
