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
    expect(await read(bytes, size)).toEqual({ output: "well\ngrößer\nend", truncated: false });
  });
  it("are none in nothing", async () => {
    expect(await read(Buffer.alloc(0), 1)).toEqual({ output: "", truncated: false });
  });
  it("are kept up to a limit", async () => {
    const { output, truncated } = await read(
      Buffer.concat([frame(1, "a".repeat(60_000)), frame(2, "b".repeat(60_000))]),
      32_768,
    );
    expect([output.length, truncated]).toEqual([16_384, true]);
  });
  it("have no secret", async () => {
    expect((await read(frame(1, "password=hunter2"), 100)).output).not.toContain("hunter2");
  });
});
