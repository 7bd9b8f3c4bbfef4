import { describe, expect, it } from "vitest";
import { createLogParser, type EngineLine } from "./docker-logs.ts";

const at = (nanoseconds: number) => `2026-11-24T20:11:34.${String(nanoseconds).padStart(9, "0")}Z`;
const stampOf = (nanoseconds: number) => `1795551094${String(nanoseconds).padStart(9, "0")}`;

function frame(stream: 1 | 2, text: string | Buffer): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** Every way of cutting the bytes must give the same lines. */
function parse(framed: boolean, bytes: Buffer, chunkBytes: number, longest?: number): EngineLine[] {
  const parser = createLogParser(framed, longest);
  const lines: EngineLine[] = [];
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    lines.push(...parser.push(bytes.subarray(from, from + chunkBytes)));
  }
  return [...lines, ...parser.end()];
}

describe.each([1, 41, 4_096, 1_000_000])("cut into chunks of %d bytes", (chunkBytes) => {
  it("reads stamp, stream and text of each line", () => {
    const bytes = Buffer.concat([
      frame(1, `${at(5)} hello\n`),
      frame(2, `${at(6)} wörld 🎉\r\n`),
      frame(1, `${at(7)} \n`),
    ]);
    expect(parse(true, bytes, chunkBytes)).toEqual([
      { stamp: stampOf(5), seq: 0, stderr: false, text: "hello", sizeBytes: 5 },
      { stamp: stampOf(6), seq: 0, stderr: true, text: "wörld 🎉", sizeBytes: 12 },
      { stamp: stampOf(7), seq: 0, stderr: false, text: "", sizeBytes: 0 },
    ]);
  });

  it("joins the parts of a long line, with another stream's line between them", () => {
    const part = "x".repeat(16_384);
    const bytes = Buffer.concat([
      frame(1, `${at(1)} ${part}`),
      frame(2, `${at(2)} between\n`),
      frame(1, `${at(1)} ${part}`),
      frame(1, `${at(1)} end\n`),
    ]);
    const [between, long] = parse(true, bytes, chunkBytes, 1_000_000);
    expect(between).toMatchObject({ stamp: stampOf(2), text: "between" });
    expect(long).toMatchObject({ stamp: stampOf(1), text: `${part}${part}end`, sizeBytes: 32_771 });
  });

  it("reads a terminal's log, which has no frames and repeats the stamp inside long lines", () => {
    const part = "y".repeat(16_384);
    const bytes = Buffer.from(`${at(1)} a\r\n${at(2)} ${part}${at(2)} ${part}${at(2)} end\r\n${at(3)} open`);
    const lines = parse(false, bytes, chunkBytes, 100_000);
    expect(lines.map(({ text }) => text)).toEqual(["a", `${part}${part}end`, "open"]);
  });
});

it("keeps the start of a line of 1 MB and says how long it was", () => {
  const parts = Array.from({ length: 64 }, () => frame(1, `${at(1)} ${"x".repeat(16_384)}`));
  const bytes = Buffer.concat([...parts, frame(1, `${at(1)} \n`), frame(1, `${at(2)} next\n`)]);
  const [long, next] = parse(true, bytes, 4_096);
  expect(long?.text).toHaveLength(16_384);
  expect(long?.sizeBytes).toBe(1_048_576);
  expect(next?.text).toBe("next");
});

it("numbers lines of the same stamp in their order, across both streams and other stamps", () => {
  const bytes = Buffer.concat([
    ...[5, 5, 7, 5, 6, 7].map((nanoseconds, line) => frame(line % 2 ? 2 : 1, `${at(nanoseconds)} ${line}\n`)),
  ]);
  expect(parse(true, bytes, 64).map(({ stamp, seq }) => [stamp, seq])).toEqual([
    [stampOf(5), 0],
    [stampOf(5), 1],
    [stampOf(7), 0],
    [stampOf(5), 2],
    [stampOf(6), 0],
    [stampOf(7), 1],
  ]);
});

it("gives the rest of a line that was never ended", () => {
  expect(parse(true, frame(1, `${at(1)} half`), 1_000)).toMatchObject([{ text: "half", stamp: stampOf(1) }]);
});

it("keeps NUL bytes and replaces what is no UTF-8", () => {
  const bytes = frame(1, Buffer.concat([Buffer.from(`${at(1)} a\0b`), Buffer.from([0xff, 0xfe, 0x0a])]));
  expect(parse(true, bytes, 1_000)).toMatchObject([{ text: "a\0b\ufffd\ufffd" }]);
});

it.each([
  ["a frame of 16 MiB", Buffer.from([1, 0, 0, 0, 1, 0, 0, 0])],
  ["a frame of an unknown stream", Buffer.from([9, 0, 0, 0, 0, 0, 0, 1, 0])],
  ["the engine's own error", frame(1, "x").fill(3, 0, 1)],
])("gives up on %s", (_, bytes) => {
  expect(() => createLogParser(true).push(bytes)).toThrow(/log/);
});

it("counts what the engine counts, a part of a long line as one", () => {
  const parser = createLogParser(true);
  parser.push(Buffer.concat([frame(1, `${at(1)} a`), frame(1, `${at(1)} b\n`), frame(2, `${at(2)} c\n`)]));
  expect(parser.entries()).toBe(3);
});
