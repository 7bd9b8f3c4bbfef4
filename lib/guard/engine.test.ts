// An engine that hangs, or closes what lay idle: real sockets, and a program behind them that does just that.
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { askEngine, type EngineOptions, EngineRefusal, engineJson, isUnreachable, readAll } from "./engine.ts";

let directory: string;
let server: http.Server;
let engine: EngineOptions;
let answer: http.RequestListener;
let asked = 0;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "engine-"));
  engine = { engineSocket: join(directory, "engine.sock"), project: "p" };
  asked = 0;
  server = http.createServer((request, response) => {
    asked++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(engine.engineSocket, resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

it("that says nothing is given up, once, and counts as one that does not answer", async () => {
  answer = () => undefined;
  const error = await askEngine(engine, "GET", "/x", { silenceMs: 500 }).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: "ETIMEDOUT" });
  expect(isUnreachable(error as Error)).toBe(true);
  expect(asked).toBe(1);
});

it("that goes silent on a connection used before is not asked again", async () => {
  answer = (_, response) => void response.end("{}");
  await readAll(await askEngine(engine, "GET", "/x"));
  answer = () => undefined;
  await expect(askEngine(engine, "GET", "/x", { silenceMs: 500 })).rejects.toMatchObject({ code: "ETIMEDOUT" });
  expect(asked).toBe(2);
});

it("that is asked by somebody who leaves is not asked again either", async () => {
  answer = (_, response) => void response.end("{}");
  await readAll(await askEngine(engine, "GET", "/x"));
  answer = () => undefined;
  const leaving = new AbortController();
  const asking = askEngine(engine, "GET", "/x", { signal: leaving.signal });
  await expect.poll(() => asked, { timeout: 5_000 }).toBe(2);
  leaving.abort();
  await expect(asking).rejects.toMatchObject({ name: "AbortError" });
  expect(asked).toBe(2);
});

it("refuses in its own words", async () => {
  answer = (_, response) => void response.writeHead(500).end('{"message":"no room"}');
  await expect(engineJson(engine, "/x")).rejects.toEqual(new EngineRefusal(500, "no room"));
  answer = (_, response) => void response.writeHead(502).end("<html>");
  await expect(engineJson(engine, "/x")).rejects.toEqual(new EngineRefusal(502, "the engine answered 502"));
});
