// The newest lines of each container, kept on a volume so that they outlive it. One container has up to three segments:
//   <service>~<seconds of its creation>~<container id>~<number>.ring
// Only the worker writes them; the portal reads them at any time, so a file is only ever appended to or removed.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EngineLine } from "../platform/docker-logs.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";

/** A directory of a named volume: written by the worker, mounted read-only in the portal. */
export const ringDirectory = "/var/lib/taylordash/logs";

/** A container whose lines are kept. `createdAt` in seconds since 1970. */
export type Ring = { service: string; createdAt: number; container: string };
export type StoredRing = Ring & { segments: number[] };

const fileName = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,99})~(\d{1,12})~([a-f0-9]{64})~(\d{1,9})\.ring$/;

export const segmentFile = (directory: string, ring: Ring, segment: number): string =>
  join(directory, `${ring.service}~${ring.createdAt}~${ring.container}~${segment}.ring`);

/** Whether a service's name can be part of a file's name; labels are hostile input. */
export const isRing = (ring: Ring): boolean => fileName.test(segmentFile("", ring, 0));

/** Oldest container first; none when nothing was ever written. */
export async function listRings(directory: string): Promise<StoredRing[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") log.warn({ cause: messageOf(error) }, "kept logs cannot be listed");
    return [];
  });
  const rings = new Map<string, StoredRing>();
  for (const name of names) {
    const [, service, createdAt, container, segment] = fileName.exec(name) ?? [];
    if (!service || !container) continue;
    const ring = rings.get(container) ?? { service, createdAt: Number(createdAt), container, segments: [] };
    ring.segments.push(Number(segment));
    rings.set(container, ring);
  }
  for (const { segments } of rings.values()) segments.sort((a, b) => a - b);
  return [...rings.values()].sort((a, b) => a.createdAt - b.createdAt);
}

export const formatRecord = ({ stamp, seq, stderr, sizeBytes, text }: EngineLine): string =>
  `${stamp} ${seq} ${stderr ? "e" : "o"} ${sizeBytes} ${text}\n`;

const record = /^(\d{19}) (\d{1,6}) ([oe]) (\d{1,12}) /;

/** Whole lines only: one that a crash or a full disk tore is left out. */
export function parseRecords(bytes: Buffer): EngineLine[] {
  const lines: EngineLine[] = [];
  let at = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, at)) {
    const row = bytes.toString("utf8", at, end);
    at = end + 1;
    const match = record.exec(row);
    if (!match) continue;
    const [head, stamp = "", seq, stream, sizeBytes] = match;
    const text = row.slice(head.length);
    lines.push({ stamp, seq: Number(seq), stderr: stream === "e", text, sizeBytes: Number(sizeBytes) });
  }
  return lines;
}

/** Everything that is kept of a container, in the order it was written. */
export async function readRing(directory: string, ring: StoredRing): Promise<EngineLine[]> {
  const parts: EngineLine[][] = [];
  for (const segment of ring.segments) {
    const bytes = await readFile(segmentFile(directory, ring, segment)).catch((error: NodeJS.ErrnoException) => {
      // The worker removed the oldest segment meanwhile.
      if (error.code !== "ENOENT") log.warn({ cause: messageOf(error) }, "kept logs cannot be read");
      return null;
    });
    if (bytes) parts.push(parseRecords(bytes));
  }
  return parts.flat();
}

/** When a container's last line was written, in ms; 0 when nothing is there. */
export async function writtenAt(directory: string, ring: StoredRing): Promise<number> {
  const segment = ring.segments.at(-1);
  if (segment === undefined) return 0;
  return stat(segmentFile(directory, ring, segment)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
