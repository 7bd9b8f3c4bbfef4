import type http from "node:http";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readFrames } from "./output.ts";

const frame = (stream: 1 | 2, text: string) => {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};
const read = (bytes: Buffer, size: number) => {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  return readFrames(Readable.from(chunks) as unknown as http.IncomingMessage);
};

describe("frames", () => {
  const bytes = Buffer.concat([frame(1, "well\n"), frame(2, "größer\n"), frame(1, ""), frame(1, "end")]);
  it.each([1, 2, 3, 7, 8, 9, 1_000])("are put together from chunks of %i bytes", async (size) => {
    expect(await read(bytes, size)).toEqual({ output: "well\nend", errors: "größer\n", truncated: false });
  });
  it("are none in nothing", async () => {
    expect(await read(Buffer.alloc(0), 1)).toEqual({ output: "", errors: "", truncated: false });
  });
  it("are kept up to a limit, each stream by itself", async () => {
    const bytes = Buffer.concat([frame(2, "b".repeat(60_000)), frame(1, "a".repeat(60_000)), frame(1, "c")]);
    const { output, errors, truncated } = await read(bytes, 32_768);
    expect([output, errors, truncated]).toEqual(["a".repeat(16_384), "b".repeat(16_384), true]);
    expect((await read(Buffer.concat([frame(2, "b".repeat(60_000)), frame(1, "sum")]), 999)).output).toBe("sum");
  });
  it("have no zero byte", async () => {
    expect((await read(frame(1, "a\0b\0"), 2)).output).toBe("ab");
  });
  it("have no secret", async () => {
    expect((await read(frame(1, "password=hunter2"), 100)).output).not.toContain("hunter2");
  });
});
