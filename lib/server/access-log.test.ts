import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, it, vi } from "vitest";
import { currentRequestId, log, withRequestId } from "../platform/log.ts";
import { logRequest, originOf, pathOf, requestIdOf } from "./access-log.ts";

it.each([
  ["/api/auth/callback/keycloak?code=secret&state=x", "/api/auth/callback/keycloak"],
  ["/", "/"],
  [undefined, "/"],
  [`/${"a".repeat(900)}`, `/${"a".repeat(499)}`],
])("the log has of %j only %j", (url, path) => {
  expect(pathOf(url)).toBe(path);
});

it.each(["short", "with space in it", 'quote"quote"', "line\nbreak-line", "x".repeat(65), undefined, ["a", "b"]])(
  "a request id like %j is replaced",
  (header) => {
    expect(requestIdOf(header, () => "new")).toBe("new");
  },
);

it("a harmless request id is kept", () => {
  expect(requestIdOf("3f2c6c0e-aaaa-bbbb-cccc-0123456789ab", () => "new")).toMatch(/^3f2c/);
});

it("an IPv4 peer of an IPv6 socket is written as IPv4", () => {
  expect(originOf({ headers: {}, socket: { remoteAddress: "::ffff:10.0.0.7" } as never }).ip).toBe("10.0.0.7");
});

it.each([
  [{ "x-forwarded-for": "6.6.6.6, 10.0.0.7" }, { ip: "10.0.0.7" }],
  [{ "x-forwarded-for": "2001:db8::1" }, { ip: "2001:db8::1" }],
  [{ "x-forwarded-for": "'; drop table audit --" }, { ip: "172.18.0.2" }],
  [{}, { ip: "172.18.0.2" }],
  [{ traceparent: `00-${"a1".repeat(16)}-${"b2".repeat(8)}-01` }, { traceId: "a1".repeat(16) }],
  [{ traceparent: "00-zz-1-01" }, { traceId: undefined }],
  [{ traceparent: `00-${"0".repeat(32)}-${"b2".repeat(8)}-01` }, { traceId: undefined }],
  [{ traceparent: `00-${"a1".repeat(16)}-${"0".repeat(16)}-01` }, { traceId: undefined }],
  [{ traceparent: `ff-${"a1".repeat(16)}-${"b2".repeat(8)}-01` }, { traceId: undefined }],
  [{ "next-router-prefetch": "1" }, { isPrefetch: true }],
  [{ rsc: "1" }, { isPrefetch: false }],
  [{ "user-agent": "x".repeat(900) }, { userAgent: "x".repeat(300) }],
])("the audit takes of the headers %j only %j", (headers, expected) => {
  expect(originOf({ headers, socket: { remoteAddress: "172.18.0.2" } as never })).toMatchObject(expected);
});

it("logs a request whose client left with the request's own id", () => {
  const response = Object.assign(new EventEmitter(), { statusCode: 200, writableFinished: false });
  const seen: unknown[] = [];
  const spy = vi.spyOn(log, "info").mockImplementation((line: unknown) => void seen.push([currentRequestId(), line]));
  withRequestId("request-1", () =>
    logRequest({ method: "GET", url: "/api/events?x=1" } as IncomingMessage, response as unknown as ServerResponse),
  );
  // From the socket, where no request is.
  response.emit("close");
  spy.mockRestore();
  expect(seen).toEqual([
    ["request-1", expect.objectContaining({ method: "GET", path: "/api/events", status: 200, aborted: true })],
  ]);
});
