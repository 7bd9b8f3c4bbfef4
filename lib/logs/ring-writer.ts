// Appends the lines of one container to its segments. Safe to kill at any moment: what was half written is cut off at
// the next opening, and the engine is asked again from the last whole line.
import { type FileHandle, open, readFile, rm, truncate } from "node:fs/promises";
import type { EngineLine } from "../platform/docker-logs.ts";
import { formatRecord, isRing, listRings, parseRecords, type Ring, segmentFile } from "./ring-files.ts";

// Two full segments and the one being written: at least the last 10,000 lines, and never more than 8 MiB.
const limits = { segmentLines: 5_000, segmentBytes: 2_730_000, segments: 3 };

export type RingWriter = {
  /** The last line that is on disk. */
  last: () => Pick<EngineLine, "stamp" | "seq"> | null;
  write: (lines: readonly EngineLine[]) => Promise<void>;
  close: () => Promise<void>;
};

/** @throws Error when the volume cannot be written, or the service's name is no name. */
export async function openRing(directory: string, ring: Ring, limit = limits): Promise<RingWriter> {
  if (!isRing(ring)) throw new Error("a container's service has a name that is none");
  const stored = (await listRings(directory)).find(({ container }) => container === ring.container);
  const segments = stored?.segments ?? [];
  let current = segments.at(-1) ?? 0;
  let file: FileHandle | null = null;
  let lines = 0;
  let bytes = 0;
  let last: Pick<EngineLine, "stamp" | "seq"> | null = null;
  for (const segment of segments.slice(-2)) {
    const content = await readFile(segmentFile(directory, ring, segment));
    const whole = content.lastIndexOf(0x0a) + 1;
    if (segment === current && whole < content.length) await truncate(segmentFile(directory, ring, segment), whole);
    const records = parseRecords(content);
    lines = records.length;
    bytes = whole;
    last = records.at(-1) ?? last;
  }

  async function rotate() {
    await file?.close();
    file = null;
    segments.push(current + 1);
    current += 1;
    lines = 0;
    bytes = 0;
    for (const old of segments.splice(0, Math.max(0, segments.length - limit.segments))) {
      await rm(segmentFile(directory, ring, old), { force: true });
    }
  }

  if (segments.length === 0) segments.push(current);
  return {
    last: () => last,
    async write(added) {
      let at = 0;
      while (at < added.length) {
        const from = at;
        let text = "";
        let size = 0;
        while (at < added.length && lines + (at - from) < limit.segmentLines) {
          const record = formatRecord(added[at] as EngineLine);
          const recordBytes = Buffer.byteLength(record);
          if (bytes + size > 0 && bytes + size + recordBytes > limit.segmentBytes) break;
          text += record;
          size += recordBytes;
          at += 1;
        }
        if (at > from) {
          file ??= await open(segmentFile(directory, ring, current), "a", 0o640);
          await file.appendFile(text);
          lines += at - from;
          bytes += size;
          const { stamp, seq } = added[at - 1] as EngineLine;
          last = { stamp, seq };
        }
        if (at < added.length) await rotate();
      }
    },
    async close() {
      await file?.close();
      file = null;
    },
  };
}
