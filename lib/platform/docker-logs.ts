// What containers write, line by line, with the engine's own times. Read through docker-guard's socket as a stream, so
// that a log of any size costs no memory here.
import http from "node:http";
import { env } from "./env.ts";
import { AppError, NotFound, Unavailable } from "./errors.ts";

/**
 * One line of a container. `stamp` is the engine's time in nanoseconds since 1970, 19 digits, so that text order is time
 * order; `seq` tells lines of one container with the same stamp apart. Both are the same whenever the line is read.
 */
export type EngineLine = {
  stamp: string;
  seq: number;
  stderr: boolean;
  text: string;
  /** Bytes the container wrote; more than `text` holds when the line was cut. */
  sizeBytes: number;
};

export type LogRead = {
  follow?: boolean;
  /** The newest lines alone. */
  tail?: number;
  /** Stamps, both inclusive. */
  since?: string;
  until?: string;
  longestLineBytes?: number;
  /** Runs once the engine has taken the request. */
  onOpen?: () => void;
  /** Runs at the end of the log with what the engine counted against `tail`: a line above 16 KiB is several entries. */
  onEnd?: (entries: number) => void;
};

/** Text kept of a line, unless a reader asks for more. */
export const longestLineBytes = 16 * 1024;
// The engine cuts what it reads from a container at 16 KiB; a frame far above that is no frame.
const largestFrame = 8 * 1024 * 1024;
/** Stamps among which an equal one is looked for. */
const remembered = 16;

/** "2026-08-25T12:03:04.123456789Z" to "1787659384123456789"; lines of one second share the costly half. */
function stampReader(): (text: string) => string | null {
  let second = "";
  let digits = "";
  return (text) => {
    if (text.length !== 30 || text[19] !== "." || text[29] !== "Z") return null;
    const head = text.slice(0, 19);
    if (head !== second) {
      const ms = Date.parse(`${head}Z`);
      if (Number.isNaN(ms)) return null;
      second = head;
      digits = String(ms / 1000).padStart(10, "0");
    }
    return digits + text.slice(20, 29);
  };
}

/** Numbers lines of the same stamp in the order they were written; the two streams of a container may interleave them. */
function sequencer(): (stamp: string) => number {
  const recent = Array.from({ length: remembered }, () => ({ stamp: "", seq: 0 }));
  let newest = "";
  let at = 0;
  return (stamp) => {
    const equal = stamp > newest ? undefined : recent.findLast((line) => line.stamp === stamp);
    if (stamp > newest) newest = stamp;
    const seq = equal ? equal.seq + 1 : 0;
    if (equal) equal.seq = seq;
    else recent[at++ % remembered] = { stamp, seq };
    return seq;
  };
}

type Unfinished = { stamp: string; parts: Buffer[]; kept: number; sizeBytes: number };

/** Bytes of the engine's answer to lines. `framed`: containers without a terminal have a frame a message. */
export function createLogParser(framed: boolean, longest = longestLineBytes) {
  const readStamp = stampReader();
  const nextSeq = sequencer();
  const unfinished: Record<1 | 2, Unfinished | null> = { 1: null, 2: null };
  let rest: Buffer = Buffer.alloc(0);
  let entries = 0;

  // The parts of a line above 16 KiB come one by one, all with the stamp of the first.
  function take(stream: 1 | 2, bytes: Buffer, start: number, end: number, out: EngineLine[]) {
    entries += 1;
    const stamp = readStamp(bytes.toString("latin1", start, start + 30));
    if (!stamp) return;
    const ends = bytes[end - 1] === 0x0a;
    const from = start + 31;
    const to = ends ? end - 1 : end;
    if (unfinished[stream] && unfinished[stream].stamp !== stamp) finish(stream, out);
    const open = unfinished[stream];
    if (ends && !open && to - from <= longest)
      return emit(stream, stamp, bytes.toString("utf8", from, to), to - from, out);
    const line = open ?? { stamp, parts: [], kept: 0, sizeBytes: 0 };
    unfinished[stream] = line;
    const room = Math.min(longest - line.kept, to - from);
    // A copy: a part that waits for its next must not keep the whole chunk alive.
    if (room > 0) line.parts.push(Buffer.from(bytes.subarray(from, from + room)));
    line.kept += Math.max(0, room);
    line.sizeBytes += to - from;
    if (ends) finish(stream, out);
  }

  function finish(stream: 1 | 2, out: EngineLine[]) {
    const line = unfinished[stream];
    if (!line) return;
    unfinished[stream] = null;
    emit(stream, line.stamp, Buffer.concat(line.parts).toString("utf8"), line.sizeBytes, out);
  }

  function emit(stream: 1 | 2, stamp: string, text: string, sizeBytes: number, out: EngineLine[]) {
    const shown = text.endsWith("\r") ? text.slice(0, -1) : text;
    out.push({ stamp, seq: nextSeq(stamp), stderr: stream === 2, text: shown, sizeBytes });
  }

  function frames(bytes: Buffer, out: EngineLine[]): Buffer {
    let at = 0;
    while (bytes.length - at >= 8) {
      const size = bytes.readUInt32BE(at + 4);
      const kind = bytes[at];
      if (size > largestFrame || kind === undefined || kind > 3) throw new Error("the engine's log stream is damaged");
      if (bytes.length - at - 8 < size) break;
      if (kind === 3) throw new Error(`the engine cannot read this log: ${bytes.toString("utf8", at + 8, at + 208)}`);
      take(kind === 2 ? 2 : 1, bytes, at + 8, at + 8 + size, out);
      at += 8 + size;
    }
    return bytes.subarray(at);
  }

  // A terminal has no frames: lines end with a line break, and a long one has its stamp again every 16 KiB.
  function plain(bytes: Buffer, out: EngineLine[]): Buffer {
    let at = 0;
    for (let end = bytes.indexOf(0x0a, at); end >= 0; end = bytes.indexOf(0x0a, at)) {
      takePlain(bytes.subarray(at, end + 1), out);
      at = end + 1;
    }
    if (bytes.length - at <= largestFrame) return bytes.subarray(at);
    takePlain(bytes.subarray(at), out);
    return Buffer.alloc(0);
  }

  function takePlain(line: Buffer, out: EngineLine[]) {
    const prefix = `${line.toString("latin1", 0, 30)} `;
    const repeated = line.length > 16_384 && line.indexOf(prefix, 31, "latin1") > 0;
    if (!repeated) return take(1, line, 0, line.length, out);
    const parts = line.toString("latin1").split(prefix).slice(1);
    entries += parts.length - 1;
    const whole = Buffer.from(prefix + parts.join(""), "latin1");
    take(1, whole, 0, whole.length, out);
  }

  return {
    push(chunk: Buffer): EngineLine[] {
      const out: EngineLine[] = [];
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const left = framed ? frames(bytes, out) : plain(bytes, out);
      rest = left.length === 0 ? Buffer.alloc(0) : Buffer.from(left);
      return out;
    },
    /** What was written last, without a line break. */
    end(): EngineLine[] {
      const out: EngineLine[] = [];
      if (!framed && rest.length > 0) takePlain(rest, out);
      finish(1, out);
      finish(2, out);
      return out;
    },
    entries: () => entries,
  };
}

const seconds = (stamp: string) => `${stamp.slice(0, -9)}.${stamp.slice(-9)}`;

function query({ follow, tail, since, until }: LogRead): string {
  const given = new URLSearchParams({ stdout: "1", stderr: "1", timestamps: "1", follow: follow ? "1" : "0" });
  given.set("tail", tail === undefined ? "all" : String(tail));
  if (since) given.set("since", seconds(since));
  if (until) given.set("until", seconds(until));
  return given.toString();
}

function open(path: string, signal: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { socketPath: env().dockerSocket, path, headers: { host: "docker" }, agent: false, signal };
    http.get(options, resolve).once("error", reject);
  });
}

/**
 * Lines in the order they were written, in arrays as they come. With `follow` until the container stops or the signal
 * fires; both end the iteration without an error. Leaving the loop closes the engine's stream.
 * @throws NotFound when the container is gone, Unavailable when the engine does not answer or its stream breaks.
 */
export async function* readContainerLogs(
  id: string,
  read: LogRead,
  signal: AbortSignal,
): AsyncGenerator<EngineLine[], void, undefined> {
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  try {
    const answer = await open(`/containers/${encodeURIComponent(id)}/logs?${query(read)}`, either);
    if (answer.statusCode === 404) throw new NotFound("no-such-container", "There is no such container any more.");
    if (answer.statusCode !== 200) throw new Error(`docker-guard answers ${answer.statusCode}`);
    read.onOpen?.();
    const framed = answer.headers["content-type"] !== "application/vnd.docker.raw-stream";
    const parser = createLogParser(framed, read.longestLineBytes);
    for await (const chunk of answer) {
      const lines = parser.push(chunk as Buffer);
      if (lines.length > 0) yield lines;
    }
    const last = parser.end();
    if (last.length > 0) yield last;
    read.onEnd?.(parser.entries());
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof AppError) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new Unavailable("logs-unreachable", `The log cannot be read: ${cause.slice(0, 200)}`);
  } finally {
    left.abort();
  }
}
