// Numbered SQL files, applied in order, each in its own transaction, one process at a time.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { env } from "./env.ts";
import { log } from "./log.ts";
import { connectionOptions, rows } from "./postgres.ts";

export type Migration = { name: string; sql: string; sha256: string };

const lockKey = 7_401_852_963;

/** @throws Error when a number is missing or used twice. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  names.forEach((name, index) => {
    const expected = String(index + 1).padStart(4, "0");
    if (!name.startsWith(`${expected}_`))
      throw new Error(`Migration ${expected} is missing: found ${name} in its place.`);
  });
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), "utf8");
      return { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/**
 * Applies what is missing; several processes may call it at once. Only the owner of the tables can, and only the worker
 * is that: a portal in the wrong hands must not be able to change what was audited.
 * @throws Error when an applied file was edited.
 */
export async function migrate(
  folder = env().migrationsDir,
  connection: pg.ClientConfig = connectionOptions(),
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ ...connection, application_name: "taylordash-migrate" });
  await client.connect();
  try {
    // A session lock, so that it also holds between the transactions; it ends with the connection.
    await client.query("select pg_advisory_lock($1)", [lockKey]);
    await client.query(`create table if not exists schema_migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
    const known = await client.query<{ name: string; sha256: string }>("select name, sha256 from schema_migrations");
    const applied = new Map(known.rows.map((row) => [row.name, row.sha256]));
    const done: string[] = [];
    for (const { name, sql, sha256 } of migrations) {
      const before = applied.get(name);
      if (before === sha256) continue;
      if (before) throw new Error(`Migration ${name} was edited after it had been applied.`);
      await client.query("begin");
      await client.query(sql);
      await client.query("insert into schema_migrations (name, sha256) values ($1, $2)", [name, sha256]);
      await client.query("commit");
      log.info({ migration: name }, "migration applied");
      done.push(name);
    }
    return done;
  } finally {
    await client.end();
  }
}

/** Names of migrations this build has and the database has not. */
export async function pendingMigrations(folder = env().migrationsDir): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const [table] = await rows<{ present: boolean }>("select to_regclass('schema_migrations') is not null as present");
  if (!table?.present) return migrations.map(({ name }) => name);
  const applied = new Set((await rows<{ name: string }>("select name from schema_migrations")).map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
}
