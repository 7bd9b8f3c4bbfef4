import { describe, expect, it } from "vitest";
import { recordOf, unfolded } from "./fields.ts";

describe("a structured line", () => {
  it("of JSON gives its message, and the other fields without time and level", () => {
    expect(
      recordOf('{"level":"info","time":"x","msg":"request","status":200,"user":{"id":1},"none":null}'),
    ).toMatchObject({
      message: "request",
      fields: [
        { name: "status", value: "200" },
        { name: "user", value: '{"id":1}' },
        { name: "none", value: "null" },
      ],
    });
  });

  it("of logfmt does too", () => {
    expect(
      recordOf(String.raw`time=x level=INFO source=main.go:1479 msg="Completed \"it\"" took=1.9µs empty=`),
    ).toMatchObject({
      message: 'Completed "it"',
      fields: [
        { name: "source", value: "main.go:1479" },
        { name: "took", value: "1.9µs" },
        { name: "empty", value: "" },
      ],
    });
  });

  it.each([
    ['{"msg":"request","method":"GET","path":"/services","status":200,"durationMs":22}', "GET /services 200 22 ms"],
    [
      '{"RequestMethod":"POST","RequestPath":"/auth","DownstreamStatus":401,"Duration":1234567,"msg":""}',
      "POST /auth 401 1.2 ms",
    ],
    ["method=GET uri=/x status_code=500 level=error", "GET /x 500"],
    ['{"method":"sayHello","path":"/x"}', ""],
    ['{"method":"GET"}', ""],
    ['{"method":{"a":1},"path":"/x"}', ""],
  ])("%s is, as an access log, %j", (text, request) => {
    expect(recordOf(text)?.request).toBe(request);
  });

  it.each(["plain text", "a=1", "x = y", '{"broken": ', "[1,2]", "", 'a="1" b'])("is not %j", (text) => {
    expect(recordOf(text)).toBeNull();
  });

  it("cannot touch anything by its names", () => {
    const text = '{"__proto__":{"polluted":1},"constructor":"x","msg":"m"}';
    expect(recordOf(text)?.fields.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
    expect(unfolded(text)).toContain("polluted");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([`${"a=".repeat(500_000)}"`, `a="${"\\".repeat(1_000_000)}`, `${'a="b" '.repeat(100_000)}"`])(
    "is not found in a hostile megabyte, read once",
    (text) => {
      expect(recordOf(text)).toBeNull();
    },
  );
});
