// Migrations, sessions and audit on a real PostgreSQL over verified TLS.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audited } from "../audit/index.ts";
import { sha256 } from "../platform/crypto.ts";
import { Conflict } from "../platform/errors.ts";
import { migrate, pendingMigrations } from "../platform/migrate.ts";
import { pool, rows, transaction } from "../platform/postgres.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { type Daemon, eventually, startPostgres, testFolder } from "../platform/test-daemons.ts";
import {
  createSession,
  newSessionId,
  resolveSession,
  revokeSession,
  revokeSessionsOfUser,
  setSessionRole,
} from "./sessions.ts";
import { endSession } from "./sign-out.ts";

const migrations = join(import.meta.dirname, "../../infra/postgres/migrations");
const { folder, remove } = testFolder({ db_password: "test-password", session_key: "k".repeat(43) });
let daemon: Daemon;

beforeAll(async () => {
  daemon = await startPostgres(folder);
  Object.assign(process.env, {
    TAYLORDASH_ROLE: "worker",
    TAYLORDASH_PROJECT: "test",
    TAYLORDASH_ORIGIN: "https://localhost",
    TAYLORDASH_DATABASE_HOST: "localhost",
    TAYLORDASH_DATABASE_PORT: String(daemon.port(5432)),
    TAYLORDASH_SECRETS: folder,
    TAYLORDASH_TLS: folder,
    TAYLORDASH_MIGRATIONS: migrations,
  });
  await eventually(() => rows("select 1"), 15_000);
});

afterAll(async () => {
  await runShutdown("last");
  daemon?.stop();
  remove();
});

describe("migrations", () => {
  it("are applied once, by five processes that start together", async () => {
    expect(await pendingMigrations()).not.toEqual([]);
    const done = await Promise.all(Array.from({ length: 5 }, () => migrate()));
    expect(done.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await pendingMigrations()).toEqual([]);
  });
  it("refuse a file that was edited after it had been applied", async () => {
    const copy = mkdtempSync(join(tmpdir(), "migrations-"));
    cpSync(migrations, copy, { recursive: true });
    writeFileSync(join(copy, "0001_sessions_and_audit.sql"), "select 1");
    await expect(migrate(copy)).rejects.toThrow(/0001_sessions_and_audit.sql was edited/);
    rmSync(copy, { recursive: true });
  });
  it("make exactly the schema on record", async () => {
    const dump = execFileSync(
      "docker",
      ["exec", daemon.id, "pg_dump", "-h", "127.0.0.1", "-U", "portal", "--schema-only", "--no-owner"],
      {
        encoding: "utf8",
      },
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

async function signedIn(userId = "u1") {
  const id = newSessionId();
  await createSession({
    id,
    user: { id: userId, name: "ann", displayName: "Ann", email: null, role: "viewer" },
    keycloakSession: "kc",
    acr: 2,
    authTime: new Date(),
    idToken: "the-id-token",
    refreshToken: "the-refresh-token",
    ip: "not an address",
    userAgent: null,
  });
  return id;
}
const change = (cookie: string, assignment: string) =>
  rows(`update sessions set ${assignment} where id_sha256 = $1`, [sha256(cookie)]);

describe("a session", () => {
  it("is found by its cookie alone, and stored without the cookie or a readable token", async () => {
    const cookie = await signedIn();
    expect(await resolveSession(cookie)).toMatchObject({ id: "u1", name: "ann", role: "viewer", acr: 2 });
    const stored = JSON.stringify(await rows("select *, encode(id_token, 'escape') as text from sessions"));
    for (const secret of [cookie, "the-id-token", "the-refresh-token"]) expect(stored).not.toContain(secret);
  });
  it.each([undefined, "", "x", newSessionId(), "' or true --"])("does not exist for the cookie %j", async (cookie) => {
    expect(await resolveSession(cookie)).toBeNull();
  });
  it("ends after 15 idle minutes and after 8 hours, and touching does not bring it back", async () => {
    const idle = await signedIn();
    await change(idle, "last_seen_at = now() - interval '15 minutes 1 second'");
    expect([await resolveSession(idle), await resolveSession(idle)]).toEqual([null, null]);
    const old = await signedIn();
    const [row] = await rows<{ hours: string }>(
      "select extract(epoch from expires_at - created_at) / 3600 as hours from sessions where id_sha256 = $1",
      [sha256(old)],
    );
    expect(Number(row?.hours)).toBe(8);
    await change(old, "expires_at = now()");
    expect(await resolveSession(old)).toBeNull();
  });
  it("is kept alive by the person, at most once a minute, and never by a poll", async () => {
    const cookie = await signedIn();
    const seen = async () =>
      (
        await rows<{ age: string }>(
          "select round(extract(epoch from now() - last_seen_at)) as age from sessions where id_sha256 = $1",
          [sha256(cookie)],
        )
      )[0]?.age;
    await change(cookie, "last_seen_at = now() - interval '30 seconds'");
    await resolveSession(cookie);
    expect(await seen()).toBe("30");
    await change(cookie, "last_seen_at = now() - interval '90 seconds'");
    await resolveSession(cookie, { touch: false });
    expect(await seen()).toBe("90");
    await resolveSession(cookie);
    expect(await seen()).toBe("0");
  });
  it("follows a role change at once, and ends for a removed person everywhere", async () => {
    const [one, two, other] = [await signedIn("u2"), await signedIn("u2"), await signedIn("u3")];
    await setSessionRole("u2", null);
    expect((await resolveSession(one))?.role).toBeNull();
    expect(await revokeSessionsOfUser("u2", "test")).toBe(2);
    expect([await resolveSession(one), await resolveSession(two)]).toEqual([null, null]);
    expect(await resolveSession(other)).not.toBeNull();
  });
  it("is ended once, and names Keycloak's address with the ID token", async () => {
    const cookie = await signedIn();
    const url = new URL((await endSession(cookie)).logoutUrl);
    expect(url.pathname).toBe("/auth/realms/taylordash/protocol/openid-connect/logout");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: "portal",
      post_logout_redirect_uri: "https://localhost/login",
      id_token_hint: "the-id-token",
    });
    expect(await resolveSession(cookie)).toBeNull();
    expect(await revokeSession(cookie, "again")).toBeNull();
    expect((await endSession(cookie)).logoutUrl).toBe("https://localhost/login");
  });
});

describe("the audit", () => {
  const actor = { kind: "host" as const, id: null, name: "host" };
  const outcomes = async (action: string) =>
    (await rows<{ outcome: string }>("select outcome from audit where action = $1 order by id", [action])).map(
      (row) => row.outcome,
    );
  it("has intent and outcome of what worked, failed and was refused", async () => {
    await audited(actor, "test.done", "x", async () => 1);
    await expect(audited(actor, "test.failed", "x", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(audited(actor, "test.refused", "x", () => Promise.reject(new Conflict("c", "no")))).rejects.toThrow(
      "no",
    );
    for (const outcome of ["done", "failed", "refused"])
      expect(await outcomes(`test.${outcome}`)).toEqual(["intent", outcome]);
  });
  it("stops the action when the intent cannot be written", async () => {
    let acted = false;
    const act = async () => {
      acted = true;
    };
    await rows("alter table audit rename to audit_away");
    await expect(audited(actor, "test.never", "x", act)).rejects.toThrow(/audit/);
    await rows("alter table audit_away rename to audit");
    expect(acted).toBe(false);
  });
});

describe("a transaction", () => {
  it("leaves nothing behind when it fails, and gives its connection back", async () => {
    const failing = transaction(async (client) => {
      await client.query("insert into users (id, name, display_name) values ('gone', 'gone', 'gone')");
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    expect(await rows("select 1 from users where id = 'gone'")).toEqual([]);
    expect(pool().idleCount).toBe(pool().totalCount);
  });
});
