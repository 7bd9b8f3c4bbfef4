// What a helper or a command wrote, out of the engine's frames: 1 byte stream, 3 bytes nothing, 4 bytes length, text.
import type http from "node:http";
import { maskText } from "../platform/mask.ts";

/** Bytes kept of each stream, as many as are masked; what follows is read and left out. */
const mostKept = 16 * 1024;
const headBytes = 8;

/** What a program did, secrets masked. The order between its two streams is nobody's: the engine does not keep it. */
export type Ran = { exitCode: number; output: string; errors: string; truncated: boolean; tookMs: number };

/** Reads to the end. */
export async function readFrames(answer: http.IncomingMessage): Promise<Pick<Ran, "output" | "errors" | "truncated">> {
  const streams = { output: { kept: [] as Buffer[], size: 0 }, errors: { kept: [] as Buffer[], size: 0 } };
  let stream = streams.output;
  let left = 0;
  let head = Buffer.alloc(0);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    let at = 0;
    while (at < chunk.length) {
      if (left === 0) {
        const more = chunk.subarray(at, at + headBytes - head.length);
        at += more.length;
        head = Buffer.concat([head, more]);
        if (head.length < headBytes) break;
        stream = head[0] === 2 ? streams.errors : streams.output;
        left = head.readUInt32BE(4);
        head = Buffer.alloc(0);
        continue;
      }
      const text = chunk.subarray(at, at + left);
      at += text.length;
      left -= text.length;
      if (stream.size < mostKept) stream.kept.push(text.subarray(0, mostKept - stream.size));
      stream.size += text.length;
    }
  }
  // No text of a database or a page holds a zero byte.
  const words = ({ kept }: typeof stream) => maskText(Buffer.concat(kept).toString("utf8").replaceAll("\0", ""));
  return {
    ...{ output: words(streams.output), errors: words(streams.errors) },
    truncated: streams.output.size > mostKept || streams.errors.size > mostKept,
  };
}
