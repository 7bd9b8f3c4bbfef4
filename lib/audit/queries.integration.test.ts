// Lists and exports of the trail, on a real PostgreSQL.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../auth/permissions.ts";
import { Conflict } from "../platform/errors.ts";
import { rows } from "../platform/postgres.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { audited, exportAudit, listAudit, listAuditFacets, recordEvent, recordRefused } from "./index.ts";
import { AuditEntry } from "./schema.ts";

let database: TestDatabase;
const host = { kind: "host" as const, name: "host" };
const ann = { kind: "person" as const, id: "u1", name: "ann" };
const nobody: Actor = {
  ...{ id: "u2", name: "nora", displayName: "Nora", email: null, role: null },
  ...{ sessionId: "s", acr: 2, authTime: new Date() },
};
const all = async (raw: object = {}) => (await listAudit(host, { limit: 200, ...raw })).entries;

beforeAll(async () => {
  database = await startTestDatabase();
  await audited(ann, "user.role", "bob", async () => 1, {}, { before: { role: null }, after: { role: "viewer" } });
  const refuse = () => Promise.reject(new Conflict("last-admin", "the last admin stays"));
  await audited(ann, "user.remove", "bob", refuse, {}, { after: { role: "admin" } }).catch(() => undefined);
  const fail = () => Promise.reject(new Error("connection lost"));
  await audited(host, "service.stop", "web", fail).catch(() => undefined);
  await rows(
    `insert into audit (actor_kind, actor_name, action, target, outcome) values ('person', 'ann', 'service.start', 'web', 'intent')`,
  );
  for (let count = 0; count < 120; count += 1) await recordEvent(host, "test.many", "=cmd|' /C calc'!A0", { count });
});
afterAll(() => database?.stop());

describe("the list", () => {
  it("has one entry an action, with its outcome, its change and why it failed", async () => {
    const found = (await all()).filter(({ action }) => action !== "test.many");
    expect(found.map(({ action, outcome, error }) => [action, outcome, error])).toEqual([
      ["service.start", "unfinished", null],
      ["service.stop", "failed", "connection lost"],
      ["user.remove", "refused", "the last admin stays"],
      ["user.role", "done", null],
    ]);
    expect(found[3]).toMatchObject({ before: { role: null }, after: { role: "viewer" }, actor: { name: "ann" } });
    expect(found[0]?.finishedAt).toBeNull();
    expect(found.map(({ after, intended }) => [after, intended])).toEqual([
      [null, null],
      [null, null],
      [null, { role: "admin" }],
      [{ role: "viewer" }, null],
    ]);
    for (const entry of found) expect(AuditEntry.safeParse(entry).success).toBe(true);
  });
  it.each([
    [{ actor: "ann" }, ["service.start", "user.remove", "user.role"]],
    [{ action: "user" }, ["user.remove", "user.role"]],
    [{ action: "user.role" }, ["user.role"]],
    [{ action: "use" }, []],
    [{ target: "web" }, ["service.start", "service.stop"]],
    [{ target: "WE" }, ["service.start", "service.stop"]],
    [{ target: "w%b" }, []],
    [{ entry: "1" }, ["user.role"]],
    [{ entry: "2" }, []],
    [{ outcome: "unfinished" }, ["service.start"]],
    [{ outcome: "refused", actor: "ann" }, ["user.remove"]],
    [{ actor: "' or true --" }, []],
    [{ to: "2001-01-01T00:00:00Z" }, []],
  ])("filtered by %j has %j", async (filter, actions) => {
    expect((await all(filter)).map(({ action }) => action)).toEqual(actions);
  });
  it("by a name has the refused sign-ins under it too, each with when it happened", async () => {
    const happenedAt = "2026-05-04T03:02:50.000Z";
    const keycloak = { kind: "worker" as const, id: null, name: "keycloak" };
    await recordRefused(keycloak, "sign-in.fail", "zoe", { code: "invalid_user_credentials", happenedAt });
    expect(await all({ actor: "zoe" })).toMatchObject([{ action: "sign-in.fail", target: "zoe", happenedAt }]);
    expect((await all({ actor: "ann" }))[0]?.happenedAt).toBeNull();
  });
  it("is read to its end page by page, each entry once, while others are added", async () => {
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await listAudit(host, { limit: 7, before, action: "test" });
      seen.push(...page.entries.map(({ details }) => String(details.count)));
      await recordEvent(host, "test.later", "x", { count: "later" });
      before = page.next ?? undefined;
    } while (before);
    expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => String(119 - index)));
  });
  it.each([
    { limit: 0 },
    { limit: 1_000 },
    { before: "x" },
    { entry: "1 or 1" },
    { from: "yesterday" },
    { outcome: "intent" },
  ])("refuses %j", async (raw) => {
    await expect(listAudit(host, raw)).rejects.toThrow();
  });
  it("and its filters and exports are for those with a role", async () => {
    for (const verb of [
      () => listAudit(nobody),
      () => listAuditFacets(nobody),
      () => exportAudit(nobody, { format: "csv" }),
    ]) {
      await expect(verb()).rejects.toMatchObject({ status: 403 });
    }
    expect((await listAuditFacets(host)).actions).toEqual(expect.arrayContaining(["user.role", "service.stop"]));
  });
});

describe("the export", () => {
  const file = async (raw: object) => {
    let text = "";
    for await (const piece of await exportAudit(host, raw)) text += piece;
    return text;
  };
  it("as CSV has every entry, no formula, and is itself in the trail", async () => {
    const lines = (await file({ format: "csv", action: "test.many" })).trimEnd().split("\r\n");
    expect(lines).toHaveLength(121);
    expect(lines[0]).toMatch(/^id,at,finishedAt,actorKind,/);
    expect(lines.slice(1).every((line) => line.includes(`,'=cmd|`))).toBe(true);
    expect((await all({ action: "audit.export" }))[0]).toMatchObject({ target: "csv", details: { filtered: true } });
  });
  it("as JSON lines reads back as the entries", async () => {
    const text = await file({ format: "jsonl", actor: "ann" });
    const entries = text
      .trimEnd()
      .split("\n")
      .map((line) => AuditEntry.parse(JSON.parse(line)));
    expect(entries).toEqual(await all({ actor: "ann" }));
  });
});
