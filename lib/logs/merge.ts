// Many sources in one order of time, read forward in bounded space.
import { type Line, positionOf } from "./line.ts";
import { comparePositions, type Position } from "./schema.ts";

export type Sourced = { source: number; line: Line };
export type Feed = { source: number; container: string; lines: AsyncGenerator<Line[]> };

type Head = Feed & { batch: Line[]; at: number; position: Position | null };

const largestBatch = 500;

/** Lines by time; those of one source stay in the order they were written. */
export async function* mergeForward(feeds: readonly Feed[]): AsyncGenerator<Sourced[]> {
  const heads: Head[] = feeds.map((feed) => ({ ...feed, batch: [], at: 0, position: null }));
  const advance = async (head: Head) => {
    while (head.at >= head.batch.length) {
      const { value, done } = await head.lines.next();
      if (done) {
        head.position = null;
        return;
      }
      head.batch = value;
      head.at = 0;
    }
    head.position = positionOf(head.container, head.batch[head.at] as Line);
  };
  try {
    await Promise.all(heads.map(advance));
    let out: Sourced[] = [];
    for (;;) {
      let first: Head | null = null;
      for (const head of heads) {
        if (head.position && (!first?.position || comparePositions(head.position, first.position) < 0)) first = head;
      }
      if (!first) break;
      out.push({ source: first.source, line: first.batch[first.at] as Line });
      first.at += 1;
      if (first.at < first.batch.length) {
        first.position = positionOf(first.container, first.batch[first.at] as Line);
      } else {
        // What is ready goes out before anything is waited for.
        if (out.length >= largestBatch) {
          yield out;
          out = [];
        }
        await advance(first);
      }
      if (out.length >= largestBatch) {
        yield out;
        out = [];
      }
    }
    if (out.length > 0) yield out;
  } finally {
    await Promise.all(heads.map(({ lines }) => lines.return(undefined)));
  }
}
