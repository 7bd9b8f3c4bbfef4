// What the audit writes, and what nobody can do to it, on a real PostgreSQL with the stack's own roles.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor, TokenActor } from "../auth/permissions.ts";
import { Conflict, Forbidden } from "../platform/errors.ts";
import { withRequestId } from "../platform/log.ts";
import { rows, transaction } from "../platform/postgres.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { type ChainRow, chainColumns, chainStart, hashOf } from "./chain.ts";
import {
  audited,
  auditedHandover,
  endHandedOver,
  listHandedOver,
  recordEvent,
  recordIn,
  recordRefusal,
} from "./index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database?.stop());

const host = { kind: "host" as const, name: "host" };
const person: Actor = {
  ...{ id: "u1", name: "ann", displayName: "Ann", email: null, role: "admin" },
  ...{ sessionId: "0b8a4ab1-9f0c-4f0e-8f0a-6a9a2a6a4c11", acr: 2, authTime: new Date() },
};
const token: TokenActor = {
  ...{ kind: "token", id: "t1", name: "ci", displayName: "ann/ci", email: null },
  ...{ owner: { id: "u1", name: "ann" }, role: "admin", destructive: false },
};
type Chained = ChainRow & { prev_hash: Buffer; hash: Buffer };
const chain = () => rows<Chained>(`select ${chainColumns}, prev_hash, hash from audit order by audit.id`);
const of = (action: string) => rows("select * from audit where action = $1 order by id", [action]);

describe("an action", () => {
  it("has intent and outcome, whether it worked, failed or was refused", async () => {
    await audited(host, "test.done", "x", async () => 1);
    const failing = (error: Error) => () => Promise.reject(error);
    await expect(audited(host, "test.failed", "x", failing(new Error("no")))).rejects.toThrow("no");
    await expect(audited(host, "test.refused", "x", failing(new Conflict("c", "no")))).rejects.toThrow("no");
    for (const outcome of ["done", "failed", "refused"]) {
      const found = await of(`test.${outcome}`);
      expect(found.map((row) => row.outcome)).toEqual(["intent", outcome]);
      expect(found[1]?.intent_id).toBe(found[0]?.id);
    }
  });
  it("is not begun when the intent cannot be written", async () => {
    let acted = false;
    const act = async () => {
      acted = true;
    };
    await database.asOwner("alter table audit rename to audit_away");
    await expect(audited(host, "test.never", "x", act)).rejects.toThrow(/audit/);
    await database.asOwner("alter table audit_away rename to audit");
    expect(acted).toBe(false);
  });
  it("says who, on what, from where, before and after, and in which request and trace", async () => {
    const origin = { ip: "10.1.2.3", userAgent: "a browser\0", traceId: "a1".repeat(16) };
    const act = async () => ({ scale: 3 });
    await withRequestId(
      "request-1",
      () =>
        audited(person, "test.change", "web", act, { why: "load" }, { before: { scale: 1 }, after: (made) => made }),
      origin,
    );
    const where = { ip: "10.1.2.3", user_agent: "a browser", request_id: "request-1", trace_id: origin.traceId };
    const who = { actor_kind: "person", actor_id: "u1", actor_name: "ann", session_id: person.sessionId };
    expect(await of("test.change")).toMatchObject([
      { ...who, ...where, target: "web", details: { why: "load" }, before: { scale: 1 }, after: null },
      { ...who, ...where, target: "web", outcome: "done", before: { scale: 1 }, after: { scale: 3 } },
    ]);
  });
  it("of a token names its owner, of the host nobody's session", async () => {
    await recordEvent(token, "test.token", "x");
    await recordEvent(host, "test.host", "x");
    expect(await of("test.token")).toMatchObject([{ actor_kind: "token", actor_id: "t1", actor_name: "ann/ci" }]);
    expect(await of("test.host")).toMatchObject([{ actor_kind: "host", actor_id: null, session_id: null, ip: null }]);
  });
  it("that is rolled back leaves no row and no gap", async () => {
    const failing = transaction(async (client) => {
      await recordIn(client, host, "test.rolled-back", "x");
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    await recordEvent(host, "test.after", "x");
    const ids = (await chain()).map(({ id }) => Number(id));
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    expect(await of("test.rolled-back")).toEqual([]);
  });
});

describe("what was handed over", () => {
  const handOver = (ended: Promise<unknown>, action: string) =>
    auditedHandover(person, action, "portal", async () => ({ taken: "taken", ended }), { why: "x" }, { after: 2 });
  const outcomes = async (action: string) => (await of(action)).map(({ outcome }) => outcome);
  const open = async (action: string) => (await listHandedOver()).find((entry) => entry.action === action);

  it("has an outcome once its end is known here, and is open until then", async () => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    expect(await handOver(ended, "test.handed")).toBe("taken");
    expect(await outcomes("test.handed")).toEqual(["intent"]);
    const entry = await open("test.handed");
    expect(entry).toMatchObject({ action: "test.handed", target: "portal", before: null, after: 2 });
    end();
    await expect.poll(() => outcomes("test.handed")).toEqual(["intent", "done"]);
    expect(await open("test.handed")).toBeUndefined();
    if (entry) await endHandedOver(host, entry, "too late");
    expect(await outcomes("test.handed")).toEqual(["intent", "done"]);
    const ids = (await chain()).map(({ id }) => Number(id));
    expect(ids).toEqual(ids.map((_, index) => index + 1));
  });
  it.each([
    ["done", null, {}],
    ["failed", "It failed.", { error: "It failed." }],
  ])("is ended as %s by whoever is left", async (outcome, error, details) => {
    await handOver(new Promise(() => undefined), `test.left-${outcome}`);
    const entry = await open(`test.left-${outcome}`);
    if (entry) await endHandedOver(host, entry, error);
    expect(await of(`test.left-${outcome}`)).toMatchObject([
      { outcome: "intent", actor_name: "ann", details: { why: "x", handedOver: true } },
      { outcome, actor_name: "host", details, after: 2 },
    ]);
  });
  it("and was not taken has failed at once", async () => {
    const act = () => Promise.reject(new Conflict("c", "no"));
    await expect(auditedHandover(host, "test.not-taken", "x", act, {}, {})).rejects.toThrow("no");
    expect(await outcomes("test.not-taken")).toEqual(["intent", "refused"]);
  });
});

describe("a refusal", () => {
  const refusal = () => new Forbidden("role-too-low", "no", { permission: "users:admin" });
  it("is written once a minute, not once a poll", async () => {
    for (let count = 0; count < 5; count += 1) await recordRefusal(person, refusal(), "POST /api/v1/users");
    await recordRefusal(person, refusal(), "POST /api/v1/tokens");
    await recordRefusal(null, refusal(), "POST /api/v1/users");
    const found = await of("access.refuse");
    expect(found.map((row) => [row.actor_name, row.target])).toEqual([
      ["ann", "POST /api/v1/users"],
      ["ann", "POST /api/v1/tokens"],
      ["nobody", "POST /api/v1/users"],
    ]);
    expect(found[0]?.details).toEqual({ code: "role-too-low", permission: "users:admin" });
  });
  it("that an action has written already is not written again", async () => {
    const error = refusal();
    await expect(audited(person, "test.twice", "x", () => Promise.reject(error))).rejects.toThrow();
    const before = (await chain()).length;
    await recordRefusal(person, error, "elsewhere");
    expect(await chain()).toHaveLength(before);
  });
});

describe("the chain", () => {
  it("holds for hostile content, and for forty writers at once", async () => {
    const names = ["", "-", "3:abc,", "ä€😀", "a\nb", "'; drop table audit --", '{"a":1}'];
    for (const name of names) await recordEvent({ ...host, kind: "host", name }, "test.text", name, { [name]: name });
    await Promise.all(Array.from({ length: 40 }, (_, index) => recordEvent(host, "test.crowd", String(index))));
    let previous: Buffer = chainStart;
    for (const row of await chain()) {
      expect(row.prev_hash.equals(previous)).toBe(true);
      expect(row.hash.equals(hashOf(row, previous)), row.id).toBe(true);
      previous = row.hash;
    }
    expect(await of("test.crowd")).toHaveLength(40);
  });
  it("gives every row a number, a time and a hash that the writer cannot choose", async () => {
    await rows(
      `insert into audit (id, at, prev_hash, hash, actor_kind, actor_name, action, target, outcome)
       values (9999, '2001-01-01', '\\x00', '\\x00', 'host', 'x', 'test.forged', 'x', 'done')`,
    );
    const [row] = await of("test.forged");
    expect(Number(row?.id)).toBeLessThan(9999);
    expect(Date.now() - row?.at.getTime()).toBeLessThan(60_000);
    expect(row?.hash).toHaveLength(32);
  });
});

describe("a portal in the wrong hands", () => {
  it.each([
    "update audit set actor_name = 'somebody else'",
    "delete from audit",
    "truncate audit",
    "update audit_head set id = 0",
    "insert into audit_head (only_one, id, hash) values (true, 0, '')",
    "alter table audit disable trigger all",
    "drop trigger audit_refuse on audit",
    "create or replace function audit_append() returns trigger language plpgsql as 'begin return new; end'",
    "create rule lost as on insert to audit do instead nothing",
    "set session_replication_role = replica",
  ])("may not %s", async (sql) => {
    await expect(rows(sql)).rejects.toThrow(/permission denied|must be owner/);
  });
});

it.each(["update audit set target = 'x'", "delete from audit", "truncate audit"])(
  "even the owner may not simply %s",
  async (sql) => {
    await expect(database.asOwner(sql)).rejects.toThrow(/never changed or removed/);
  },
);
