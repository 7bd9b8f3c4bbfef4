// Whatever is done to the trail behind the portal's back is found, with heads on a real object store with real locks.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { rows } from "../platform/postgres.ts";
import { ensureBuckets, s3Client } from "../platform/s3.ts";
import { type Daemon, eventually } from "../platform/test-daemons.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { objectStoreSecrets, startObjectStore } from "../platform/test-object-store.ts";
import { listHeads, type Sealed, sealHead, stands } from "./heads.ts";
import { recordEvent, verifyAudit } from "./index.ts";

let database: TestDatabase;
let store: Daemon;
const host = { kind: "host" as const, name: "host" };
const verify = () => verifyAudit(host);
const codes = async () => (await verify()).findings.map(({ code }) => code);

beforeAll(async () => {
  database = await startTestDatabase(objectStoreSecrets);
  store = startObjectStore(database.folder);
  process.env.TAYLORDASH_S3_URL = `http://localhost:${store.port(8333)}`;
  await eventually(() => ensureBuckets([{ name: "audit", objectLock: true }]), 60_000);
});
afterAll(async () => {
  store?.stop();
  await database?.stop();
});

/** What the owner of the tables, or a thief of their password, can do. */
const tamper = async (...statements: string[]) => {
  await database.asOwner("alter table audit disable trigger user");
  for (const sql of statements) await database.asOwner(sql);
  await database.asOwner("alter table audit enable trigger user");
};
const recompute = `do $$ declare entry audit; head audit_head; begin
  update audit_head set id = 0, hash = decode(repeat('00', 32), 'hex');
  for entry in select * from audit order by id loop
    select * into strict head from audit_head;
    entry.prev_hash := head.hash;
    entry.hash := audit_hash(entry);
    update audit set prev_hash = entry.prev_hash, hash = entry.hash where id = entry.id;
    update audit_head set id = entry.id, hash = entry.hash;
  end loop; end $$`;

describe("a trail that nobody touched", () => {
  let sealed: Sealed | null;
  it("is intact, with and without a row beyond the newest head", async () => {
    for (let count = 0; count < 5; count += 1) await recordEvent(host, "test", String(count), { count });
    sealed = await sealHead(null);
    expect(sealed?.id).toBe("5");
    expect(await verify()).toMatchObject({ state: "intact", rows: 5, sealedThrough: "5", heads: 1, findings: [] });
    await recordEvent(host, "test", "more");
    expect(await verify()).toMatchObject({ state: "intact", rows: 6, sealedThrough: "5" });
  });
  it("is sealed once a row, however often the worker looks", async () => {
    sealed = await sealHead(sealed);
    expect(sealed?.id).toBe("6");
    expect(await sealHead(sealed)).toBe(sealed);
    expect(await listHeads()).toHaveLength(2);
  });
  it("is found intact while others write to it", async () => {
    const writers = Array.from({ length: 30 }, (_, index) => recordEvent(host, "test.crowd", String(index)));
    expect((await verify()).state).toBe("intact");
    await Promise.all(writers);
    await sealHead(sealed);
    expect((await verify()).state).toBe("intact");
  });
  it("that no worker seals is called unproven after a while", async () => {
    await recordEvent(host, "test", "late");
    const now = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 11 * 60_000);
    expect(await verify()).toMatchObject({ state: "unproven", findings: [{ code: "not-sealed" }] });
    now.mockRestore();
  });
});

describe("found is", () => {
  let saved: Record<string, unknown>[];
  beforeEach(async () => {
    await sealHead(null);
    expect((await verify()).state).toBe("intact");
    saved = await rows("select * from audit");
    await database.asOwner("create table saved as table audit");
    await database.asOwner("create table saved_head as table audit_head");
    return async () => {
      await tamper(
        "delete from audit",
        "insert into audit select * from saved",
        "delete from audit_head",
        "insert into audit_head select * from saved_head",
      );
      await database.asOwner("drop table saved, saved_head");
      expect((await verify()).state).toBe("intact");
    };
  });

  it.each([
    ["a changed target", "update audit set target = 'innocent' where id = 3", ["changed"]],
    ["a changed time", "update audit set at = at + interval '1 microsecond' where id = 3", ["changed"]],
    ["a changed detail", `update audit set details = '{"count": 7}' where id = 2`, ["changed"]],
    ["another address", "update audit set ip = '10.0.0.1' where id = 2", ["changed"]],
    ["an empty text where there was none", "update audit set user_agent = '' where id = 2", ["changed"]],
    ["a removed row", "delete from audit where id = 3", ["removed"]],
    ["a removed first row", "delete from audit where id = 1", ["removed"]],
  ])("%s", async (_what, sql, expected) => {
    await tamper(sql);
    expect((await verify()).state).toBe("broken");
    expect(await codes()).toEqual(expected);
  });
  it("the removed newest row, also when the chain's own head was set back", async () => {
    const newest = saved.length;
    const sealed = await sealHead(null);
    expect(sealed && (await stands(sealed))).toBe(true);
    await tamper(`delete from audit where id = ${newest}`);
    expect(sealed && (await stands(sealed))).toBe(false);
    expect(await codes()).toEqual(["removed", "head-table"]);
    await tamper(
      `update audit_head set (id, hash) = (select id, hash from audit where id = ${newest - 1})`,
      `alter table audit_head owner to portal_owner`,
    );
    expect(await codes()).toEqual(["removed"]);
  });
  it("two rows that changed places", async () => {
    await tamper("update audit set id = -1 where id = 2", "update audit set id = 2 where id = 3");
    await tamper("update audit set id = 3 where id = -1");
    expect((await verify()).state).toBe("broken");
    expect(await codes()).toEqual(expect.arrayContaining(["removed", "changed"]));
  });
  it("a chain that was recomputed from a changed row on", async () => {
    await tamper("update audit set actor_name = 'somebody else' where id = 2", recompute);
    const verdict = await verify();
    expect(verdict.state).toBe("broken");
    expect(new Set(verdict.findings.map(({ code }) => code))).toEqual(new Set(["recomputed"]));
  });
  it("a chain that was thrown away and begun anew", async () => {
    await tamper("delete from audit", recompute);
    await recordEvent(host, "test", "as if nothing had been");
    expect(new Set(await codes())).toEqual(new Set(["removed"]));
  });
  it("a recomputed chain whose thief also hides the heads and writes a new one", async () => {
    await tamper("update audit set actor_name = 'somebody else' where id = 2", recompute);
    const { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } = await import("@aws-sdk/client-s3");
    const s3 = await s3Client();
    for (const { Key } of (await s3.send(new ListObjectsV2Command({ Bucket: "audit" }))).Contents ?? [])
      await s3.send(new DeleteObjectCommand({ Bucket: "audit", Key })).catch(() => undefined);
    expect(new Set(await codes())).toEqual(new Set(["recomputed"]));
    const Key = `heads/000000000000002-${"ab".repeat(32)}-${"cd".repeat(32)}`;
    await s3.send(new PutObjectCommand({ Bucket: "audit", Key, Body: "" }));
    expect(await codes()).toEqual(expect.arrayContaining(["head-forged", "recomputed"]));
    // Not under a lock, so it can go again.
    const versions = await import("../platform/s3-locked.ts");
    for await (const stored of versions.listVersions("audit", Key)) await versions.removeVersion("audit", stored);
    s3.destroy();
  });
});

it("an object store that does not answer leaves the verdict open, not good", async () => {
  store.stop();
  expect(await verify()).toMatchObject({ state: "unproven", findings: [{ code: "not-sealed" }] });
});
