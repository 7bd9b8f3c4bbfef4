import { expect, it } from "vitest";
import { inert } from "./inert.ts";
import { maskArguments } from "./mask.ts";

it.each([
  ["--password=hunter2", "--password=•••"],
  ["--db-password hunter2", "--db-password •••"],
  ["-e API_KEY=abc", "-e API_KEY=•••"],
  ["--web.token=abc=def", "--web.token=•••"],
  ["postgres://portal:hunter2@db/portal", "postgres://portal:•••@db/portal"],
  ["--url=https://a/?x=1&access_token=abc&y=2", "--url=https://a/?x=1&access_token=•••&y=2"],
  // Files that hold secrets, and words that only sound like them, are told.
  ["--s3.config=/run/secrets/s3.json", "--s3.config=/run/secrets/s3.json"],
  ["--password-file /run/secrets/x", "--password-file /run/secrets/x"],
  ["--password --verbose", "--password --verbose"],
  ["--storage.tsdb.retention.time=30d", "--storage.tsdb.retention.time=30d"],
  ["postgres -c config_file=/etc/a.conf", "postgres -c config_file=/etc/a.conf"],
])("%s reads %s", (given, shown) => {
  expect(maskArguments(given.split(" ")).join(" ")).toBe(shown);
});

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
