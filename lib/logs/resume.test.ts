import { describe, expect, it } from "vitest";
import { formatSeen, parseSeen } from "./cursors.ts";
import type { Line } from "./line.ts";
import { earlier, resumeAfter as resume } from "./resume.ts";
import { idOf, line, stampAt } from "./test-lines.ts";

const resumeAfter = (place: Line | null) => resume<Line>(place);
const texts = (lines: readonly { text: string }[]) => lines.map(({ text }) => text);

describe("going on after a line", () => {
  const log = [line(1, "a"), line(2, "b"), line(4, "c"), line(3, "d"), line(5, "e")];

  it("gives what was written after it, in the order of writing", () => {
    const resumer = resumeAfter(line(2));
    expect(texts(resumer.take(log))).toEqual(["c", "d", "e"]);
    expect(resumer.outcome()).toBe("found");
  });

  it("does not double a line with a later stamp that was written before it", () => {
    expect(texts(resumeAfter(line(3)).take(log))).toEqual(["e"]);
  });

  it("does not lose a line with an earlier stamp that was written after it", () => {
    expect(texts(resumeAfter(line(4)).take(log))).toEqual(["d", "e"]);
  });

  it("tells lines of the same stamp apart", () => {
    const same = [line(1, "a", 0), line(1, "b", 1), line(1, "c", 2)];
    expect(texts(resumeAfter(line(1, "", 1)).take(same))).toEqual(["c"]);
  });

  it("finds the place across batches", () => {
    const resumer = resumeAfter(line(3));
    expect(resumer.take(log.slice(0, 3))).toEqual([]);
    expect(texts(resumer.take(log.slice(3)))).toEqual(["e"]);
  });

  it("gives everything later once the place is known to be gone", () => {
    const resumer = resumeAfter(line(0, "", 9));
    expect(resumer.take(log)).toEqual([]);
    expect(texts(resumer.take([line(3_000, "late")]))).toEqual(["a", "b", "c", "d", "e", "late"]);
    expect(resumer.outcome()).toBe("gone");
    expect(texts(resumer.take([line(3_001, "later")]))).toEqual(["later"]);
  });

  it("gives what was held back when nothing more comes", () => {
    const resumer = resumeAfter(line(2, "", 7));
    expect(resumer.take(log)).toEqual([]);
    expect(texts(resumer.release())).toEqual(["c", "d", "e"]);
    expect(resumer.release()).toEqual([]);
  });

  it("of nothing gives everything", () => {
    expect(resumeAfter(null).take(log)).toEqual(log);
  });
});

it("asks the engine from a second earlier, in as many digits", () => {
  expect(earlier(stampAt(500))).toBe(stampAt(-500));
  expect(earlier("0000000000000000001")).toBe("0000000000000000000");
});

describe("the id of an event", () => {
  const places = new Map([
    [idOf("a").slice(0, 12), { stamp: stampAt(1), seq: 0 }],
    [idOf("b").slice(0, 12), { stamp: stampAt(2), seq: 12 }],
  ]);

  it("comes back as it was", () => {
    const text = formatSeen(stampAt(0), [...places, ["c".repeat(12), null]]);
    expect(parseSeen(text)).toEqual({ base: stampAt(0), places });
  });

  it("stays far below the size of a header for 200 containers", () => {
    const many = Array.from({ length: 200 }, (_, at) => [String(at).padStart(12, "0"), line(at)] as const);
    expect(
      formatSeen(
        stampAt(0),
        many.map(([id, place]) => [id, place]),
      ).length,
    ).toBeLessThan(8_000);
  });

  it.each([
    null,
    "",
    "abc",
    "@123",
    `@${stampAt(0)},`,
    `@${stampAt(0)},../../x.${stampAt(0)}.0`,
    `@${stampAt(0)},${"a".repeat(12)}.${stampAt(0)}.-1`,
    `@${stampAt(0)}${`,${"a".repeat(12)}.${stampAt(0)}.0`.repeat(300)}`,
  ])("that is not ours (%j) is no id", (text) => {
    expect(parseSeen(text)).toBeNull();
  });
});
