import { describe, expect, it } from "vitest";
import { Forbidden, Unauthenticated } from "../platform/errors.ts";
import {
  type Actor,
  can,
  highestRole,
  type Permission,
  type Role,
  requirePermission,
  type TokenActor,
} from "./permissions.ts";

const actor = (role: Role | null): Actor => ({
  id: "1",
  name: "ann",
  displayName: "Ann",
  email: null,
  role,
  sessionId: "s",
  acr: 2,
  authTime: new Date(),
});

const table: [Permission, Role[]][] = [
  ["services:read", ["viewer", "operator", "admin"]],
  ["audit:read", ["viewer", "operator", "admin"]],
  ["services:operate", ["operator", "admin"]],
  ["services:admin", ["admin"]],
  ["users:read", ["admin"]],
  ["sessions:read", ["admin"]],
  ["users:admin", ["admin"]],
  ["settings:admin", ["admin"]],
  ["sessions:admin", ["admin"]],
];

describe.each(table)("%s", (permission, allowed) => {
  it.each(["viewer", "operator", "admin", null] as const)("for the role %s is as the design says", (role) => {
    expect(can(actor(role), permission)).toBe(role !== null && allowed.includes(role));
  });
  it("is open to the host and closed to nobody", () => {
    expect(can({ kind: "host", name: "host" }, permission)).toBe(true);
    expect(can(null, permission)).toBe(false);
  });
});

describe("a token", () => {
  const token = (role: Role, destructive: boolean): TokenActor => ({
    ...{ kind: "token", id: "t", name: "ci", displayName: "ann/ci", email: null, owner: { id: "1", name: "ann" } },
    ...{ role, destructive },
  });
  it.each(table)(
    "may do %s as its role says, and change what only admins may only when made for it",
    (permission, allowed) => {
      const harmless = permission.endsWith(":read") || allowed.includes("operator");
      for (const role of ["viewer", "operator", "admin"] as const) {
        expect(can(token(role, true), permission)).toBe(allowed.includes(role));
        expect(can(token(role, false), permission)).toBe(allowed.includes(role) && harmless);
      }
    },
  );
  it("is told when only the missing right to destroy holds it back", () => {
    expect(() => requirePermission(token("admin", false), "users:admin")).toThrow(/without the right to destroy/);
    expect(() => requirePermission(token("operator", true), "users:admin")).toThrow(/role operator may not/);
  });
});

it("a refusal says whether to sign in, to ask for a role, or that the role is too low", () => {
  expect(() => requirePermission(null, "services:read")).toThrow(Unauthenticated);
  expect(() => requirePermission(actor(null), "services:read")).toThrow(/no role yet/);
  expect(() => requirePermission(actor("viewer"), "services:operate")).toThrow(Forbidden);
});

it.each([
  [["viewer", "admin", "operator"], "admin"],
  [["offline_access", "viewer"], "viewer"],
  [["Admin", "administrator"], null],
  ["admin", null],
  [undefined, null],
])("the claim %j gives the role %s", (claim, role) => {
  expect(highestRole(claim)).toBe(role);
});
