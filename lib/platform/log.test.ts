import pino from "pino";
import { expect, it } from "vitest";
import { currentRequest, currentRequestId, redact, withRequestId } from "./log.ts";

it("secrets are not written, at the top or one level down", () => {
  let line = "";
  const log = pino(
    { redact },
    {
      write: (text: string) => {
        line += text;
      },
    },
  );
  log.info({
    password: "hunter2",
    headers: { cookie: "hunter2", authorization: "hunter2" },
    tokens: { id_token: "hunter2" },
    name: "ann",
  });
  expect(line).not.toContain("hunter2");
  expect(line).toContain("ann");
});

it("a request id is seen inside its request, across awaits, and not outside", async () => {
  const seen = await withRequestId("request-1", async () => {
    await Promise.resolve();
    return currentRequestId();
  });
  expect([seen, currentRequestId()]).toEqual(["request-1", undefined]);
  expect(withRequestId(undefined, currentRequestId)).toMatch(/^[0-9a-f-]{36}$/);
});

it("a request has the trace it came with, and otherwise one of its own", () => {
  const traceId = "a1".repeat(16);
  const traced = () => currentRequest()?.traceId;
  expect(withRequestId("request-1", traced, { traceId })).toBe(traceId);
  const made = [withRequestId("request-1", traced), withRequestId("request-1", traced, { ip: "10.0.0.7" })];
  for (const id of made) expect(id).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
  expect(made[0]).not.toBe(made[1]);
});
