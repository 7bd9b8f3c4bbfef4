import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pruneRings } from "./capture.ts";
import { isRing, listRings, parseRecords, type Ring, readRing, segmentFile } from "./ring-files.ts";
import { openRing } from "./ring-writer.ts";
import { idOf, line } from "./test-lines.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rings-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ring: Ring = { service: "web", createdAt: 100, container: idOf("a") };
const lines = (count: number, from = 0) => Array.from({ length: count }, (_, at) => line(from + at));
const stored = async (of = ring) => {
  const found = (await listRings(directory)).find(({ container }) => container === of.container);
  return found ? readRing(directory, found) : [];
};
const small = { segmentLines: 10, segmentBytes: 10_000, segments: 3 };

describe("a ring", () => {
  it("gives back what was written: streams, sizes, any characters", async () => {
    const odd = { ...line(1, "\0 \u202e<script> \x1b[31m é 🎉 \r"), stderr: true, seq: 3, sizeBytes: 1_048_576 };
    const writer = await openRing(directory, ring);
    await writer.write([odd, line(2, "")]);
    await writer.close();
    expect(await stored()).toEqual([odd, line(2, "")].map(({ level: _, ...rest }) => rest));
  });

  it("keeps at least the last 10,000 lines and at most 8 MiB", async () => {
    const writer = await openRing(directory, ring);
    for (let from = 0; from < 23_000; from += 1_000) await writer.write(lines(1_000, from));
    const kept = await stored();
    expect(kept.length).toBeGreaterThanOrEqual(10_000);
    expect(kept.at(-1)?.text).toBe("line 22999");
    const long = "x".repeat(16_000);
    for (let from = 0; from < 2_000; from += 100) {
      await writer.write(lines(100, 50_000 + from).map((one) => ({ ...one, text: long })));
    }
    await writer.close();
    const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect((await stored()).length).toBeGreaterThan(250);
  });

  it("goes on after its last line when it is opened again, in the same segment", async () => {
    const first = await openRing(directory, ring, small);
    await first.write(lines(12));
    await first.close();
    const second = await openRing(directory, ring, small);
    expect(second.last()).toMatchObject({ stamp: line(11).stamp, seq: 0 });
    await second.write(lines(3, 12));
    await second.close();
    expect((await stored()).map(({ text }) => text)).toEqual(lines(15).map(({ text }) => text));
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it("drops a line that a kill tore, and goes on from the one before", async () => {
    const writer = await openRing(directory, ring, small);
    await writer.write(lines(3));
    await writer.close();
    appendFileSync(segmentFile(directory, ring, 0), `${line(3).stamp} 0 o 900 torn in the mid`);
    expect(await stored()).toHaveLength(3);
    const again = await openRing(directory, ring, small);
    expect(again.last()?.stamp).toBe(line(2).stamp);
    await again.write([line(3)]);
    await again.close();
    expect((await stored()).map(({ text }) => text)).toEqual(lines(4).map(({ text }) => text));
  });

  it("leaves out what a crash of the machine filled with zeros", () => {
    const zeros = Buffer.concat([Buffer.alloc(100), Buffer.from(`\n${line(1).stamp} 0 o 1 x\n`)]);
    expect(parseRecords(zeros)).toHaveLength(1);
  });

  it("fails when its volume is gone, so that the capture can say so", async () => {
    const writer = await openRing(join(directory, "gone"), ring);
    await expect(writer.write(lines(1))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.each(["../../etc/passwd", "a/b", "", "a~b", ".hidden", "x".repeat(101), "a\nb"])(
    "is not made for a service named %j",
    async (service) => {
      expect(isRing({ ...ring, service })).toBe(false);
      await expect(openRing(directory, { ...ring, service })).rejects.toThrow(/name/);
    },
  );

  it("is found among files that are none", async () => {
    writeFileSync(join(directory, "notes.txt"), "x");
    writeFileSync(join(directory, `web~1~${"a".repeat(63)}~0.ring`), "x");
    await (await openRing(directory, ring)).write(lines(1));
    expect((await listRings(directory)).map(({ container }) => container)).toEqual([ring.container]);
    expect(await listRings(join(directory, "none"))).toEqual([]);
  });
});

describe("what is kept of containers that are gone", () => {
  const make = async (service: string, createdAt: number, digit: string) => {
    const one = { service, createdAt, container: idOf(digit) };
    await (await openRing(directory, one)).write(lines(1));
    return one;
  };

  it("is the newest of each service, beside those that exist", async () => {
    const oldest = await make("web", 1, "1");
    const previous = await make("web", 2, "2");
    const present = await make("web", 3, "3");
    const other = await make("db", 1, "4");
    await pruneRings(directory, [present]);
    expect((await listRings(directory)).map(({ container }) => container).sort()).toEqual(
      [previous, present, other].map(({ container }) => container).sort(),
    );
    expect(await stored(oldest)).toEqual([]);
  });

  it("is as many as a scaled service has copies", async () => {
    const gone = [await make("web", 1, "1"), await make("web", 2, "2"), await make("web", 3, "3")];
    const present = [await make("web", 4, "4"), await make("web", 5, "5")];
    await pruneRings(directory, present);
    expect(await stored(gone[0])).toEqual([]);
    expect(await stored(gone[1])).toHaveLength(1);
  });
});
