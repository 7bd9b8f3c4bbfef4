// Sessions on a real PostgreSQL over verified TLS, as the portal's own role.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../platform/crypto.ts";
import { pool, rows, transaction } from "../platform/postgres.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { newSessionId, resolveSession, revokeSession, revokeSessionsOfUser, setSessionRole } from "./sessions.ts";
import { endSession } from "./sign-out.ts";
import { signedIn as newSession } from "./test-sessions.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database?.stop());

const signedIn = (userId = "u1") => newSession({ userId, refreshToken: "the-refresh-token", ip: "not an address" });
const change = (cookie: string, assignment: string) =>
  rows(`update sessions set ${assignment} where id_sha256 = $1`, [sha256(cookie)]);

describe("a session", () => {
  it("is found by its cookie alone, and stored without the cookie or a readable token", async () => {
    const cookie = await signedIn();
    expect(await resolveSession(cookie)).toMatchObject({ id: "u1", name: "u1", role: "viewer", acr: 2 });
    const stored = JSON.stringify(await rows("select *, encode(refresh_token, 'escape') as text from sessions"));
    for (const secret of [cookie, "the-refresh-token"]) expect(stored).not.toContain(secret);
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
  it("is ended once; without an answer of Keycloak's its own page asks, and no token is in the address", async () => {
    const cookie = await signedIn();
    const url = new URL((await endSession(cookie)).nextUrl);
    expect(url.pathname).toBe("/auth/realms/taylordash/protocol/openid-connect/logout");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: "portal",
      post_logout_redirect_uri: "https://localhost/login",
    });
    expect(await resolveSession(cookie)).toBeNull();
    expect(await revokeSession(cookie, "again")).toBeNull();
    expect((await endSession(cookie)).nextUrl).toBe("https://localhost/login");
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
