import { describe, expect, it } from "vitest";
import { continues, detectLevel } from "./level.ts";

describe("the level of a line", () => {
  it.each([
    ['{"level":"info","msg":"request"}', "info"],
    ['{"level":50,"msg":"pino"}', "error"],
    ['{"time":"x","severity":"WARNING"}', "warn"],
    ['{"@l":"Fatal"}', "fatal"],
    ['{"msg":"an error happened"}', "none"],
    ["time=2026-11-24T19:59:59.819Z level=INFO source=main.go:1479 msg=x", "info"],
    ['ts=1 lvl="error" msg=x', "error"],
    ["2026-11-24 20:02:36.645 UTC [184] portal@portal FATAL:  no pg_hba.conf entry", "fatal"],
    ["2026-11-24 20:02:36.645 UTC [184] LOG:  checkpoint starting", "info"],
    ["2026-11-24 20:02:37,183 WARN  [org.keycloak.events] (executor-thread-13) type=LOGIN_ERROR", "warn"],
    ["I1124 20:07:33.115036 masterclient.go:346 LockRing", "info"],
    ["E1124 20:07:33.115036 filer.go:1 broken", "error"],
    ["[error] something", "error"],
    ["[ warn ] something", "warn"],
    ["2026/11/24 20:00:00 [emerg] 1#1: bind() failed", "fatal"],
    ["ERROR something", "error"],
    ["error: something", "error"],
    ["DEBUG: x", "debug"],
    ["TRACE x", "trace"],
    ["2026-11-24T20:07:02Z: Client health disconnected: not authorised.", "none"],
    ["there was an error here", "none"],
    ["no errors, INFORMATIVE", "none"],
    ["", "none"],
    ["constructor: x", "none"],
  ])("of %j is %s", (text, level) => {
    expect(detectLevel(text)).toBe(level);
  });

  it.each(['"level":', "[[[[", "A ", '{"level" ', "a=", "<a<a "])(
    "is looked for once in a hostile line of %j",
    (part) => {
      expect(detectLevel(part.repeat(1_000_000))).toBe("none");
    },
  );
});

it.each([
  ["    at Object.<anonymous> (file.js:1:1)", true],
  ["\tat org.example.Main.main(Main.java:3)", true],
  ["Caused by: java.lang.Error", true],
  ["Traceback (most recent call last):", true],
  ["next message", false],
  ["", false],
])("whether %j continues the line before: %s", (text, expected) => {
  expect(continues(text)).toBe(expected);
});
