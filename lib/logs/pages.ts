// Pages of the past, and the whole of it as a file.
import { type Principal, requirePermission } from "../auth/index.ts";
import { stripAnsi } from "./ansi.ts";
import { readAfter, readBack } from "./history.ts";
import { LogDownloadQuery, LogPageQuery } from "./input.ts";
import { createFilter, type Hit, positionOf, wireOf } from "./line.ts";
import { mergeForward } from "./merge.ts";
import {
  comparePositions,
  formatPosition,
  type LogPage,
  levelName,
  msOfStamp,
  type Position,
  type Stamp,
} from "./schema.ts";
import { listSources, type Source } from "./source.ts";
import { visible } from "./visible.ts";

const infoOf = ({ info }: Source) => info;

/**
 * The last lines before `before` (or of the range), in order; or, with `after`, the next lines of that position's
 * container, up to but without `before`.
 */
export async function readLogs(actor: Principal | null, raw: unknown, signal: AbortSignal): Promise<LogPage> {
  requirePermission(actor, "services:read");
  const query = LogPageQuery.parse(raw);
  const filter = createFilter(query);
  const sources = await listSources(query.services);
  if (query.after) return readBetween(sources, { ...query, after: query.after }, signal);
  const { lines, horizon } = await readBack(sources, query, query.limit, filter, signal);
  return {
    sources: sources.map(infoOf),
    lines: lines.map((found) => wireOf(found.source, found)),
    next: horizon ? formatPosition(horizon) : null,
    removed: false,
  };
}

/** The lines between two positions of one container, such as those a viewer was too slow for. */
async function readBetween(
  sources: Source[],
  query: LogPageQuery & { after: Position },
  signal: AbortSignal,
): Promise<LogPage> {
  const filter = createFilter(query);
  const at = sources.findIndex(({ info }) => info.container === query.after.container);
  const source = sources[at];
  const page: LogPage = { sources: sources.map(infoOf), lines: [], next: null, removed: false };
  if (!source) return { ...page, removed: true };
  const onGone = () => {
    page.removed = true;
  };
  const isEnd = (position: Position) => query.before && comparePositions(position, query.before) === 0;
  for await (const lines of readAfter(source, query.after, signal, { onGone })) {
    const end = lines.findIndex((line) => isEnd(positionOf(source.id, line)));
    for (const hit of await filter.apply(end < 0 ? lines : lines.slice(0, end))) {
      if (page.lines.length >= query.limit) return page;
      page.lines.push(wireOf(at, hit));
      page.next = page.lines.length >= query.limit ? formatPosition(positionOf(source.id, hit.line)) : null;
    }
    if (end >= 0) break;
  }
  return { ...page, next: null };
}

const mostLines = 500_000;
const mostBytes = 256 * 1024 * 1024;
const longestLineBytes = 1024 * 1024;

const timeOf = (stamp: Stamp) => `${new Date(msOfStamp(stamp)).toISOString().slice(0, 19)}.${stamp.slice(10)}Z`;

// JSON leaves the 8-bit control characters as they are; a terminal would obey them.
const eightBit = /[\x7f-\x9f\u2028\u2029]/g;
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const formats = {
  text: (source: Source, { line }: Hit) =>
    `${timeOf(line.stamp)} ${source.info.service} ${visible(stripAnsi(line.text))}\n`,
  jsonl(source: Source, { line }: Hit) {
    const { service, container } = source.info;
    const { stamp, stderr, level, text } = line;
    const stream = stderr ? "stderr" : "stdout";
    const row = { time: timeOf(stamp), service, container, stream, level: levelName(level), line: text };
    return `${JSON.stringify(row).replace(eightBit, escaped)}\n`;
  },
};

const note = {
  text: (message: string) => `# ${message}\n`,
  jsonl: (message: string) => `${JSON.stringify({ note: message })}\n`,
};

export type Download = { name: string; type: string; chunks: AsyncGenerator<string> };

/**
 * A range of the merged log as a file, oldest line first, at most half a million lines or 256 MiB. Nothing in it acts on
 * the terminal it is shown in: text has no escapes, JSON lines have them escaped.
 */
export async function downloadLogs(actor: Principal | null, raw: unknown, signal: AbortSignal): Promise<Download> {
  requirePermission(actor, "services:read");
  const query = LogDownloadQuery.parse(raw);
  const filter = createFilter(query);
  const sources = await listSources(query.services);
  const read = {
    longestLineBytes,
    ...(query.since ? { since: query.since } : {}),
    ...(query.until ? { until: query.until } : {}),
  };
  const feeds = sources.map((source, at) => ({ source: at, container: source.id, lines: source.read(read, signal) }));
  const format = formats[query.format];

  async function* chunks() {
    let count = 0;
    let bytes = 0;
    for await (const batch of mergeForward(feeds)) {
      let text = "";
      for (const hit of await filter.apply(batch.map(({ line }) => line))) {
        const row = format(sources[batch[hit.at]?.source ?? 0] as Source, hit);
        text += row;
        count += 1;
        bytes += row.length;
        if (count < mostLines && bytes < mostBytes) continue;
        const last = timeOf(hit.line.stamp);
        yield `${text}${note[query.format](`Cut here: the file has reached its limit. Go on with since=${last}`)}`;
        return;
      }
      if (text) yield text;
    }
  }

  const extension = query.format === "text" ? "txt" : "jsonl";
  const what = query.services.length === 1 ? query.services[0] : "logs";
  return {
    name: `${what}-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.${extension}`,
    type: query.format === "text" ? "text/plain; charset=utf-8" : "application/x-ndjson",
    chunks: chunks(),
  };
}
