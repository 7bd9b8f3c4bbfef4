import { expect, it } from "vitest";
import { inert, tellable } from "./inert.ts";

it.each([
  ["\u001b[1;31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007text", "text"],
  ["a\u202Eb\u200Bc\u0000d", "abcd"],
  ["one\r\ntwo\rthree", "one\ntwo\nthree"],
  [" \n\t", null],
])("the text %j is inert as %j", (given, plain) => {
  expect(inert(given)).toBe(plain);
});

it("cuts what is long, and never through a character", () => {
  expect(inert("x".repeat(9_999))).toHaveLength(500);
  expect(inert(`${"x".repeat(499)}😀`)).toBe("x".repeat(499));
});

it("tells no secret, not even one with colours or unseen characters inside its name", () => {
  expect(tellable("pass\u200Bword=\u001b[1mhunter2")).toBe("password=•••");
  expect(tellable(" ")).toBeNull();
});
