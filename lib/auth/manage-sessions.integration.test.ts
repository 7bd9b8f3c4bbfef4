// Whose sessions somebody sees and ends, and how long their own has left; on a real PostgreSQL.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../platform/crypto.ts";
import { rows } from "../platform/postgres.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import {
  endOneSession,
  endOtherSessions,
  extendSession,
  listSessions,
  sessionState,
  wordsOf,
} from "./manage-sessions.ts";
import type { Actor, Role, TokenActor } from "./permissions.ts";
import { resolveSession } from "./sessions.ts";
import { signedIn } from "./test-sessions.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database?.stop());

async function session(userId: string, role: Role = "viewer", ip = "10.0.0.1") {
  const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";
  const cookie = await signedIn({ userId, role, ip, userAgent });
  return { cookie, actor: (await resolveSession(cookie)) as Actor };
}
const change = (cookie: string, assignment: string) =>
  rows(`update sessions set ${assignment} where id_sha256 = $1`, [sha256(cookie)]);

describe("the list", () => {
  it("has one's own live sessions in words, and says which is this one", async () => {
    const [one, two, gone] = [await session("ann"), await session("ann"), await session("ann")];
    await change(gone.cookie, "last_seen_at = now() - interval '16 minutes'");
    const list = await listSessions(one.actor);
    expect(list.map(({ id, current }) => [id, current]).sort()).toEqual(
      [
        [one.actor.sessionId, true],
        [two.actor.sessionId, false],
      ].sort(),
    );
    expect(list[0]).toMatchObject({ ip: "10.0.0.1", browser: "Firefox 146", system: "Linux", user: { name: "ann" } });
    expect(JSON.stringify(list)).not.toContain(one.cookie);
  });
  it("of others is for admins", async () => {
    const [viewer, admin] = [await session("vic"), await session("boss", "admin")];
    for (const raw of [{ userId: "ann" }, { everybody: true }]) {
      await expect(listSessions(viewer.actor, raw)).rejects.toMatchObject({ status: 403 });
    }
    expect((await listSessions(admin.actor, { userId: "vic" })).map(({ user }) => user.id)).toEqual(["vic"]);
    const names = (await listSessions(admin.actor, { everybody: true })).map(({ user }) => user.name);
    expect(names).toEqual(expect.arrayContaining(["vic", "boss", "ann"]));
  });
});

describe("ending", () => {
  it("one's own, and all one's others, leaves this one", async () => {
    const [one, two, three, four] = await Promise.all(Array.from({ length: 4 }, () => session("eva")));
    if (!one || !two || !three || !four) throw new Error("no sessions");
    await endOneSession(one.actor, { id: two.actor.sessionId });
    expect(await resolveSession(two.cookie)).toBeNull();
    await expect(endOneSession(one.actor, { id: two.actor.sessionId })).rejects.toMatchObject({ status: 403 });
    expect(await endOtherSessions(one.actor)).toEqual({ ended: 2 });
    expect(await resolveSession(one.cookie)).not.toBeNull();
    expect([await resolveSession(three.cookie), await resolveSession(four.cookie)]).toEqual([null, null]);
    expect(await endOtherSessions(one.actor)).toEqual({ ended: 0 });
  });
  it("is not for a token of the same person, unless it may destroy", async () => {
    const { cookie, actor } = await session("tom", "admin");
    const token = (destructive: boolean): TokenActor => ({
      ...{ kind: "token", id: randomUUID(), name: "ci", displayName: "tom/ci", email: null, role: "admin" },
      ...{ owner: { id: actor.id, name: actor.name }, destructive },
    });
    const refusal = { code: "token-not-destructive" };
    await expect(endOneSession(token(false), { id: actor.sessionId })).rejects.toMatchObject(refusal);
    await expect(endOtherSessions(token(false))).rejects.toMatchObject(refusal);
    await expect(endOtherSessions(token(false), { userId: "somebody" })).rejects.toMatchObject(refusal);
    // Reading is reading.
    expect((await listSessions(token(false), { everybody: true })).map(({ id }) => id)).toContain(actor.sessionId);
    expect(await resolveSession(cookie)).not.toBeNull();
    expect(await endOtherSessions(token(true))).toEqual({ ended: 1 });
    expect(await resolveSession(cookie)).toBeNull();
  });
  it("others' is for admins, and in the audit", async () => {
    const [victim, viewer, admin] = [await session("zoe"), await session("vic"), await session("boss", "admin")];
    await expect(endOneSession(viewer.actor, { id: victim.actor.sessionId })).rejects.toMatchObject({ status: 403 });
    await expect(endOtherSessions(viewer.actor, { userId: "zoe" })).rejects.toMatchObject({ status: 403 });
    expect(await resolveSession(victim.cookie)).not.toBeNull();
    await endOneSession(admin.actor, { id: victim.actor.sessionId });
    expect(await resolveSession(victim.cookie)).toBeNull();
    await expect(endOneSession(admin.actor, { id: victim.actor.sessionId })).rejects.toMatchObject({ status: 404 });
    const [row] = await rows("select * from audit where action = 'session.end' and outcome = 'done' order by id desc");
    expect(row).toMatchObject({ actor_name: "boss", target: "zoe" });
    await expect(endOneSession(admin.actor, { id: "x' or true --" })).rejects.toThrow(/not the id/);
  });
});

describe("what is left of a session", () => {
  it("counts down from 15 minutes, 8 hours and 5 minutes, and looking at it changes nothing", async () => {
    const { cookie, actor } = await session("tim");
    await change(cookie, "last_seen_at = now() - interval '14 minutes', auth_time = now() - interval '4 minutes'");
    for (let look = 0; look < 2; look += 1) {
      const state = await sessionState(actor);
      expect(state.idleSecondsLeft).toBeGreaterThan(30);
      expect(state.idleSecondsLeft).toBeLessThanOrEqual(60);
      expect(state.stepUpSecondsLeft).toBeLessThanOrEqual(60);
      expect(state.secondsLeft).toBeGreaterThan(8 * 3_600 - 60);
    }
  });
  it("is 15 minutes again when the person says so, and never more than the 8 hours", async () => {
    const { cookie, actor } = await session("tim");
    await change(cookie, "last_seen_at = now() - interval '14 minutes', expires_at = now() + interval '2 minutes'");
    const state = await extendSession(actor);
    expect(state.idleSecondsLeft).toBeGreaterThan(14 * 60);
    expect(state.secondsLeft).toBeLessThanOrEqual(120);
  });
  it("is nothing once it is over: saying so brings nothing back", async () => {
    const { cookie, actor } = await session("tim");
    await change(cookie, "last_seen_at = now() - interval '15 minutes 1 second'");
    await expect(extendSession(actor)).rejects.toMatchObject({ status: 401 });
    expect(await resolveSession(cookie)).toBeNull();
  });
});

it.each([
  [null, { browser: null, system: null }],
  ["curl/8.14.1", { browser: null }],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    { browser: "Chrome 142" },
  ],
  ["<script>alert(1)</script>", { browser: null, system: null }],
])("the words for %j", (userAgent, words) => {
  expect(wordsOf(userAgent)).toMatchObject(words);
});
