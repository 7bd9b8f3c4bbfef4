import { describe, expect, it } from "vitest";
import { longestShown, shownOf } from "./segments";

const source = { container: "a".repeat(12), service: "web", name: "web-1", state: "running", previous: false };
const shown = (text: string, marks: number[] | null = null) => shownOf({ text, marks, source });
const joined = (text: string, marks: number[] | null = null) =>
  shown(text, marks)
    .segments.map((segment) => segment.text)
    .join("");
const marked = (text: string, marks: number[]) =>
  shown(text, marks)
    .segments.filter((segment) => segment.mark)
    .map((segment) => segment.text);

describe("a row", () => {
  it("of JSON says the message, then the fields", () => {
    expect(joined('{"level":"info","msg":"ready","port":3000,"service":"web"}')).toBe("ready  port=3000");
  });

  it("of an access log says the request in one breath", () => {
    const text =
      '{"msg":"request","requestId":"x","method":"GET","path":"/a","status":200,"durationMs":5,"service":"other"}';
    expect(joined(text)).toBe("request  GET /a 200 5.0 ms  requestId=x  service=other");
  });

  it("keeps the colours of a terminal and drops what else it would obey", () => {
    expect(shown("\x1b[31mred\x1b[0m \x1b]0;title\x07plain").segments).toEqual([
      { text: "red", style: { color: 1 } },
      { text: " ", style: {} },
      { text: "plain", style: {} },
    ]);
  });

  it.each([
    "2026-11-24 20:02:37,183 WARN",
    "2026-11-24T20:07:02Z: Client",
    "[2026-11-24 20:02:36.645 UTC] x",
    "I1124 20:07:33.115036 m.go",
  ])("says the time in front of %j quietly", (text) => {
    expect(shown(text).segments[0]?.dim).toBe(true);
    expect(joined(text)).toBe(text);
  });

  it("shows characters that would hide or turn others as symbols", () => {
    expect(joined("a\0b\u202egnp.exe")).toBe("a␀b\ufffdgnp.exe");
    expect(joined('{"msg":"a\\u202eb","\\u0000":"\\u001b[31m"}')).toBe("a\ufffdb  ␀=␛[31m");
  });

  it("shows the start of a long line and counts the rest", () => {
    expect(shown("x".repeat(16_384))).toMatchObject({ more: 16_384 - longestShown });
    expect(joined("x".repeat(16_384))).toHaveLength(longestShown);
  });
});

describe("what the search found", () => {
  it("is marked in plain text, across colours", () => {
    expect(marked("\x1b[31mab\x1b[0mcd ab", [1, 3, 5, 7])).toEqual(["b", "c", "ab"]);
    expect(joined("abc", [0, 3])).toBe("abc");
  });

  it("is marked in a structured line where it can be seen there", () => {
    expect(marked('{"msg":"one two","n":"two"}', [12, 15])).toEqual(["two", "two"]);
  });

  it("is shown in the raw line where the tidy one would hide it", () => {
    const text = '{"level":"info","msg":"one"}';
    expect(joined(text, [1, 15])).toBe(text);
    expect(marked(text, [1, 15])).toEqual(['"level":"info"']);
  });

  it("does not depend on odd marks", () => {
    expect(joined("abc", [])).toBe("abc");
    expect(joined("abc", [2, 99])).toBe("abc");
    expect(joined("abc", [50, 99])).toBe("abc");
  });
});
