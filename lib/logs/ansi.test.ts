import { describe, expect, it } from "vitest";
import { hasAnsi, parseAnsi, stripAnsi } from "./ansi.ts";
import { visible } from "./visible.ts";

const esc = "\x1b";

describe("terminal colours", () => {
  it("become styles, and end where they end", () => {
    expect(parseAnsi(`a ${esc}[31;1mred${esc}[0m ${esc}[92mgreen${esc}[39m b`)).toEqual([
      { text: "a ", style: {} },
      { text: "red", style: { color: 1, bold: true } },
      { text: " ", style: {} },
      { text: "green", style: { color: 10 } },
      { text: " b", style: {} },
    ]);
  });

  it.each([
    ["38;5;196", "#ff0000"],
    ["38;5;9", 9],
    ["38;5;244", "#808080"],
    ["38;2;1;2;300", "#0102ff"],
    ["38:5:9", 9],
    ["38;5;999", undefined],
    ["38", undefined],
    ["38;2", "#000000"],
  ])("of %s are %s", (code, color) => {
    expect(parseAnsi(`${esc}[${code}mx`)[0]?.style.color).toBe(color);
  });

  it("are dropped where only the text counts", () => {
    expect(stripAnsi(`${esc}[1;31merror${esc}[m: x`)).toBe("error: x");
    expect(hasAnsi("plain [31m")).toBe(false);
  });
});

describe("what a terminal would obey", () => {
  it.each([
    ["a title", `a${esc}]0;owned\x07b`, "ab"],
    ["a link", `a${esc}]8;;https://evil.example${esc}\\b`, "ab"],
    ["a title in 8 bits", "a\x9d0;owned\x9cb", "ab"],
    ["a device string", `a${esc}P1$rx${esc}\\b`, "ab"],
    ["clearing the screen", `a${esc}[2J${esc}[Hb`, "ab"],
    ["8-bit colours", "a\x9b31mb", "ab"],
    ["hiding the cursor", `a${esc}[?25lb`, "ab"],
    ["a reset", `a${esc}cb`, "ab"],
    ["a sequence that is cut", `a${esc}[31`, "a"],
    ["an escape alone", `a${esc}`, "a"],
    ["a string without end, which must hide nothing", `a${esc}]0;rest of the line`, "a0;rest of the line"],
  ])("%s leaves only the text", (_, text, shown) => {
    expect(stripAnsi(text)).toBe(shown);
    expect(
      parseAnsi(text)
        .map((span) => span.text)
        .join(""),
    ).toBe(shown);
  });

  it.each([`${esc}[`, `${esc}]`, "\x9d", "\x90a", `${esc}[1;`, `${esc}[38;5;`, "\x9b\x9d"])(
    "a megabyte of %j is read once, not again from each of them",
    (part) => {
      const text = part.repeat(1_048_576 / part.length);
      expect(stripAnsi(text).length).toBeLessThan(text.length);
    },
  );
});

describe("unseen characters", () => {
  it("are shown as symbols, one for one", () => {
    const text = "a\0b\x07c\rd\u202Eexe.txt\u2066x\u200b\u2028\ufeff\x7f\x9b\ud800!";
    const shown = visible(text);
    expect(shown).toHaveLength(text.length);
    expect(shown).toMatch(/^a␀b␇c␍d\ufffdexe/);
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });

  it("are none of these", () => {
    expect(visible("tab\there, ünïcode 日本 👩‍👩‍👧 <b>")).toBe("tab\there, ünïcode 日本 👩‍👩‍👧 <b>");
  });
});
