// Lines with their level, and which of them a viewer asked for.
import { type EngineLine, longestLineBytes } from "../platform/docker-logs.ts";
import { stripAnsi } from "./ansi.ts";
import type { LogQuery } from "./input.ts";
import { continues, detectLevel, levels } from "./level.ts";
import { type Matcher, matcher, type Pattern, patternOf } from "./matcher.ts";
import type { Position, WireLine } from "./schema.ts";

/** `level` is an index of `levels`. */
export type Line = EngineLine & { level: number };
/** A line that was asked for, where the search matched in it, and its index among those that were filtered. */
export type Hit = { line: Line; marks: number[] | null; at: number };

const index = Object.fromEntries(levels.map((level, at) => [level, at])) as Record<(typeof levels)[number], number>;

/** Gives each line its level; one that continues the line before it, as a stack trace does, has that one's. */
export function createLeveller(): (lines: readonly EngineLine[]) => Line[] {
  const before = { out: 0, err: 0 };
  return (lines) =>
    lines.map(({ stamp, seq, stderr, text, sizeBytes }) => {
      const plain = stripAnsi(text);
      const own = index[detectLevel(plain)];
      const stream = stderr ? "err" : "out";
      const level = own === 0 && continues(plain) ? before[stream] : own;
      before[stream] = level;
      return { stamp, seq, stderr, text, sizeBytes, level };
    });
}

export const positionOf = (container: string, { stamp, seq }: Line): Position => ({
  container: container.slice(0, 12),
  stamp,
  seq,
});

export function wireOf(source: number, { line, marks }: Pick<Hit, "line" | "marks">): WireLine {
  const { stamp, seq, level, text, stderr, sizeBytes } = line;
  const cut = sizeBytes > longestLineBytes;
  if (!stderr && !cut && !marks?.length) return [source, stamp, seq, level, text];
  return [
    source,
    stamp,
    seq,
    level,
    text,
    { ...(stderr ? { e: 1 } : {}), ...(cut ? { n: sizeBytes } : {}), ...(marks?.length ? { m: marks } : {}) },
  ];
}

export type Filter = {
  /** Lines of a level that is asked for, with their matches; without the others when only matches are wanted. */
  apply: (lines: readonly Line[]) => Promise<Hit[]>;
};

/** @throws Invalid when the search is no regular expression. */
export function createFilter(
  query: Pick<LogQuery, "level" | "q" | "plain"> & { only?: boolean },
  { search }: Pick<Matcher, "search"> = matcher(),
): Filter {
  const wanted = query.level.length > 0 ? new Set(query.level.map((level) => index[level])) : null;
  const pattern: Pattern | null = query.q ? patternOf(query.q, query.plain) : null;
  const only = query.only ?? true;
  return {
    async apply(lines) {
      const chosen = lines.flatMap((line, at) =>
        !wanted || wanted.has(line.level) ? [{ line, marks: null, at }] : [],
      );
      if (!pattern) return chosen;
      const found = await search(
        pattern,
        chosen.map(({ line }) => stripAnsi(line.text)),
      );
      const hits = chosen.map((hit, index) => ({ ...hit, marks: found[index] ?? null }));
      return only ? hits.filter(({ marks }) => marks !== null) : hits;
    },
  };
}
