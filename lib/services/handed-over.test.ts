import { describe, expect, it } from "vitest";
import type { GuardOperation } from "../platform/docker-guard.ts";
import { operationOf } from "./handed-over.ts";

const entry = {
  ...{ id: "7", at: new Date("2026-01-01T10:00:00.123Z"), before: null, after: null },
  ...{ action: "service.recreate", target: "portal" },
};
const operation = (startedAt: string, change: Partial<GuardOperation["order"]> = {}): GuardOperation => ({
  ...{ startedAt, finishedAt: null, result: null, message: null },
  order: { kind: "recreate", service: "portal", ...change },
});

describe("the operation of an entry", () => {
  const its = operation("2026-01-01T10:00:00.140Z");
  it("is the first that began after it", () => {
    const later = operation("2026-01-01T10:00:30.000Z");
    const before = operation("2026-01-01T09:59:59.000Z");
    expect(operationOf(entry, [later, its, before])).toBe(its);
  });
  it.each([
    ["another service", operation(its.startedAt, { service: "worker" })],
    ["another kind", operation(its.startedAt, { kind: "scale" })],
    ["another hour", operation("2026-01-01T11:00:00.000Z")],
  ])("is not one of %s", (_what, other) => {
    expect(operationOf(entry, [other])).toBeNull();
  });
});
