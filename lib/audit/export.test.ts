import { expect, it } from "vitest";
import { csvCell } from "./export.ts";

it.each([
  ["plain", "plain"],
  [null, ""],
  ["", ""],
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-2", "'-2"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", `"'\r=1"`],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ["two\nlines", '"two\nlines"'],
])("the cell of %j is %j", (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});
