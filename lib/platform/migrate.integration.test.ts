// Migrations by the owner of the database, and what they leave to the portal's role.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate, pendingMigrations } from "./migrate.ts";
import { rows } from "./postgres.ts";
import { startTestDatabase, type TestDatabase } from "./test-database.ts";

const migrations = join(import.meta.dirname, "../../infra/postgres/migrations");
let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase({}, { migrated: false });
});
afterAll(() => database?.stop());

describe("migrations", () => {
  it("are not applied by the portal's role", async () => {
    await expect(migrate()).rejects.toThrow(/permission denied/);
  });
  it("are applied once, by five processes that start together", async () => {
    expect(await pendingMigrations()).not.toEqual([]);
    const done = await Promise.all(Array.from({ length: 5 }, () => database.migrateAsOwner()));
    expect(done.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await pendingMigrations()).toEqual([]);
  });
  it("refuse a file that was edited after it had been applied", async () => {
    const copy = mkdtempSync(join(tmpdir(), "migrations-"));
    cpSync(migrations, copy, { recursive: true });
    writeFileSync(join(copy, "0001_sessions_and_audit.sql"), "select 1");
    await expect(database.migrateAsOwner(copy)).rejects.toThrow(/0001_sessions_and_audit.sql was edited/);
    rmSync(copy, { recursive: true });
  });
  it("make exactly the schema and the rights on record", async () => {
    const dump = execFileSync(
      "docker",
      ["exec", "-e", "PGPASSWORD=test-superuser", database.daemon.id, "pg_dump", "-U", "postgres", "-s", "portal"],
      { encoding: "utf8" },
    );
    // Comments, settings and the random key of newer pg_dump versions are no schema.
    const schema = `${dump
      .split("\n")
      .filter((line) => !/^(--|SET |SELECT pg_catalog|\\|$)/.test(line))
      .join("\n")}\n`;
    await expect(schema).toMatchFileSnapshot(join(migrations, "../schema.sql"));
  });
  it("run over TLS", async () => {
    const [row] = await rows<{ ssl: boolean }>("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    expect(row?.ssl).toBe(true);
  });
});

describe("the portal's role", () => {
  it.each([
    ["create table mine (x int)", /permission denied for schema public/],
    ["create schema mine", /permission denied for database/],
    ["alter table users add column x int", /must be owner/],
    ["drop table sessions", /must be owner/],
    ["update schema_migrations set sha256 = ''", /permission denied/],
    ["set role portal_owner", /permission denied/],
    ["update errands set problem = ''", /permission denied/],
    ["insert into errands (kind, target, result) values ('probe', 'x', '{}')", /permission denied/],
    ["insert into volume_usage (volume, tried_at, problem) values ('x', now(), 'x')", /permission denied/],
    ["alter role portal superuser", /permission denied|must be superuser|must have/],
  ])("may not %s", async (sql, message) => {
    await expect(rows(sql)).rejects.toThrow(message);
  });
});
