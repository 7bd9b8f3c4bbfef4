// Prometheus' answers as 3.5 gives them, from a server that also keeps the question.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Unavailable } from "./errors.ts";
import { momentsOf, queryRange, quoted } from "./prometheus.ts";

let answer = { status: 200, body: "" };
let asked = new URLSearchParams();
const server = http.createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => {
    text += chunk;
  });
  request.on("end", () => {
    asked = new URLSearchParams(text);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const range = { fromMs: 61_000, untilMs: 300_000, stepMs: 60_000 };

describe("a range query", () => {
  it("answers a number a moment, and null where there is none", async () => {
    const metric = { name: "project-web-1" };
    const values = [
      [120, "1.5"],
      [240, "NaN"],
      [300, "2"],
    ];
    const data = { resultType: "matrix", result: [{ metric, values }] };
    answer = { status: 200, body: JSON.stringify({ status: "success", data }) };
    expect(await queryRange("up", range, url)).toEqual([{ labels: metric, values: [1.5, null, null, 2] }]);
    expect(momentsOf(range)).toEqual([120_000, 180_000, 240_000, 300_000]);
    expect(Object.fromEntries(asked)).toMatchObject({ query: "up", start: "120", end: "300", step: "60" });
  });
  it.each([
    [503, "{}"],
    [200, "<html>"],
    [200, JSON.stringify({ status: "success", data: { resultType: "vector", result: [] } })],
  ])("is unavailable when it answers %d %s", async (status, body) => {
    answer = { status, body };
    await expect(queryRange("up", range, url)).rejects.toBeInstanceOf(Unavailable);
  });
  it("is unavailable when nobody listens", async () => {
    await expect(queryRange("up", range, "http://127.0.0.1:1")).rejects.toThrow(/Prometheus does not answer/);
  });
  it("keeps a label's value inside its quotes", () => {
    expect(quoted('a"} or vector(1) #\\')).toBe('"a\\"} or vector(1) #\\\\"');
  });
});
