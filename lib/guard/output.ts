// What a helper or a command wrote, out of the engine's frames: 1 byte stream, 3 bytes nothing, 4 bytes length, text.
import type http from "node:http";
import { maskText } from "../platform/mask.ts";

/** Bytes kept, as many as are masked; what follows is read and left out. */
const mostKept = 16 * 1024;
const headBytes = 8;

/** What a program did. `output` has both its streams in the order they came, secrets masked. */
export type Ran = { exitCode: number; output: string; truncated: boolean; tookMs: number };

/** Reads to the end. */
export async function readFrames(answer: http.IncomingMessage): Promise<Pick<Ran, "output" | "truncated">> {
  const kept: Buffer[] = [];
  let size = 0;
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
        left = head.readUInt32BE(4);
        head = Buffer.alloc(0);
        continue;
      }
      const text = chunk.subarray(at, at + left);
      at += text.length;
      left -= text.length;
      if (size < mostKept) kept.push(text.subarray(0, mostKept - size));
      size += text.length;
    }
  }
  return { output: maskText(Buffer.concat(kept).toString("utf8")), truncated: size > mostKept };
}
