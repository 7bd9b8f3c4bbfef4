// Sessions against a real Keycloak that changes its mind about people, falls silent, and tells us of sign-outs.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { rows } from "../platform/postgres.ts";
import { backChannelLogout } from "./back-channel-logout.ts";
import { confirmDueSessions, confirmSession } from "./confirm.ts";
import { endOneSession, endOtherSessions, listSessions } from "./manage-sessions.ts";
import type { Actor } from "./permissions.ts";
import { resolveSession } from "./sessions.ts";
import { endSession } from "./sign-out.ts";
import type { TestBrowser } from "./test-browser.ts";
import { actorOf, cookieOf, signInWith, startTestIdentity, type TestIdentity } from "./test-identity.ts";
import { checkWatched, watchSession } from "./watch.ts";

let identity: TestIdentity;
let portal: http.Server;
const logoutAnswers: number[] = [];
const realm = "/realms/taylordash";

beforeAll(async () => {
  // What app/api/backchannel-logout does, where Keycloak's container can reach it.
  portal = http.createServer(async (request, response) => {
    const token = new URLSearchParams(await text(request)).get("logout_token");
    const status = await backChannelLogout(token).then(
      () => 204,
      (error: { status: number }) => error.status,
    );
    logoutAnswers.push(status);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => portal.listen(0, resolve));
  identity = await startTestIdentity({ portalPort: (portal.address() as AddressInfo).port });
});
afterAll(async () => {
  portal?.close();
  await identity?.stop();
});

let count = 0;
async function signedIn(role: "viewer" | "operator" | "admin" = "viewer") {
  count += 1;
  const person = await identity.addPerson(`person-${count}`, role);
  const browser = identity.browser();
  await signInWith(browser, person);
  const actor = await actorOf(browser);
  if (!actor) throw new Error("no session");
  return { person, browser, actor };
}
const session = async ({ sessionId }: Actor) =>
  (await rows("select * from sessions where public_id = $1", [sessionId]))[0] ?? {};
const age = ({ sessionId }: Actor, seconds: number) =>
  rows("update sessions set confirmed_at = now() - make_interval(secs => $2) where public_id = $1", [
    sessionId,
    seconds,
  ]);
const edit = (id: string, change: object) => identity.admin.call("PUT", `${realm}/users/${id}`, change);
const refreshes = () => {
  const spy = vi.spyOn(globalThis, "fetch");
  return () => {
    const bodies = spy.mock.calls.map(([, init]) => String(init?.body ?? ""));
    spy.mockRestore();
    return bodies.filter((body) => body.includes("grant_type=refresh_token")).length;
  };
};

describe("a session older than a minute", () => {
  it("is confirmed once for fifty requests at the same moment, and nobody is signed out", async () => {
    const { browser, actor } = await signedIn();
    const before = await session(actor);
    await age(actor, 61);
    const counted = refreshes();
    const fifty = await Promise.all(Array.from({ length: 50 }, () => resolveSession(cookieOf(browser))));
    expect(counted()).toBe(1);
    expect(fifty.every((found) => found?.id === actor.id)).toBe(true);
    const after = await session(actor);
    expect(after.refresh_token.equals(before.refresh_token)).toBe(false);
    expect(Date.now() - after.confirmed_at.getTime()).toBeLessThan(30_000);
  });
  it("is not asked about again within the minute, nor by the worker beside a request", async () => {
    const { browser, actor } = await signedIn();
    await age(actor, 61);
    const counted = refreshes();
    await Promise.all([resolveSession(cookieOf(browser)), confirmDueSessions()]);
    await resolveSession(cookieOf(browser));
    expect(counted()).toBe(1);
  });
  it("is confirmed once by two processes that start together", async () => {
    const { actor } = await signedIn();
    await age(actor, 61);
    const counted = refreshes();
    const first = confirmSession(actor.sessionId);
    // What one process knows of its own work, another does not: the row's lock alone is left.
    Reflect.deleteProperty(globalThis, Symbol.for("taylordash.confirming"));
    await Promise.all([first, confirmSession(actor.sessionId)]);
    expect(counted()).toBe(1);
    expect(await session(actor)).toMatchObject({ revoked_at: null });
  });
  it("survives a process that is killed, again and again, between Keycloak's answer and its own write", async () => {
    const { browser, actor } = await signedIn();
    const { refresh_token, id_sha256 } = await session(actor);
    const confirmed = async () => {
      await age(actor, 61);
      return resolveSession(cookieOf(browser));
    };
    for (let lost = 0; lost < 3; lost += 1) {
      expect(await confirmed()).toMatchObject({ id: actor.id });
      // As if the new token had never been written.
      await rows("update sessions set refresh_token = $2 where id_sha256 = $1", [id_sha256, refresh_token]);
    }
    for (let round = 0; round < 2; round += 1) expect(await confirmed()).toMatchObject({ id: actor.id });
  });
  it("goes on through many refreshes: each token is kept and used once", async () => {
    const { browser, actor } = await signedIn();
    for (let round = 0; round < 4; round += 1) {
      await age(actor, 61);
      expect(await resolveSession(cookieOf(browser), { touch: false })).not.toBeNull();
    }
  });
});

describe("a change made in Keycloak itself", () => {
  it("to a role acts at the next confirmation, and is in the audit", async () => {
    const { person, browser, actor } = await signedIn("operator");
    const roles = (await identity.admin.call("GET", `${realm}/roles`)) as { name: string }[];
    const of = (name: string) => roles.filter((role) => role.name === name);
    await identity.admin.call("DELETE", `${realm}/users/${person.id}/role-mappings/realm`, of("operator"));
    await identity.admin.call("POST", `${realm}/users/${person.id}/role-mappings/realm`, of("viewer"));
    expect((await actorOf(browser))?.role).toBe("operator");
    await age(actor, 46);
    await confirmDueSessions();
    expect((await actorOf(browser))?.role).toBe("viewer");
    const [row] = await rows("select * from audit where action = 'user.role' and target = $1", [person.name]);
    expect(row).toMatchObject({ actor_name: "keycloak", before: { role: "operator" }, after: { role: "viewer" } });
  });
  it.each<[string, (id: string) => Promise<unknown>]>([
    ["disabled", (id) => edit(id, { enabled: false })],
    ["removed", (id) => identity.admin.call("DELETE", `${realm}/users/${id}`)],
  ])("a person who is %s is out, even with an open stream alone", async (_what, change) => {
    const { person, browser, actor } = await signedIn();
    const ended = vi.fn();
    watchSession(actor, ended);
    await change(person.id);
    await age(actor, 46);
    await confirmDueSessions();
    await checkWatched();
    expect(ended).toHaveBeenCalledTimes(1);
    expect(await actorOf(browser)).toBeNull();
    expect(await session(actor)).toMatchObject({ refresh_token: null });
    const [row] = await rows("select * from audit where action = 'session.end' and target = $1", [person.name]);
    expect(row).toMatchObject({ actor_name: "keycloak" });
  });
});

describe("a sign-out at Keycloak", () => {
  async function threeBrowsers() {
    const { person, browser } = await signedIn();
    const others = [identity.browser(), identity.browser()];
    for (const other of others) await signInWith(other, person);
    return { person, browsers: [browser, ...others] };
  }
  const alive = async (browsers: TestBrowser[]) =>
    (await Promise.all(browsers.map((browser) => actorOf(browser)))).filter((actor) => actor !== null).length;

  it("everywhere ends all three browsers within two seconds, with a token Keycloak really sent", async () => {
    const { person, browsers } = await threeBrowsers();
    expect(await alive(browsers)).toBe(3);
    logoutAnswers.length = 0;
    await identity.admin.call("POST", `${realm}/users/${person.id}/logout`);
    await vi.waitFor(async () => expect(await alive(browsers)).toBe(0), { timeout: 2_000, interval: 50 });
    expect(logoutAnswers.length).toBeGreaterThan(0);
    expect(logoutAnswers.every((status) => status === 204)).toBe(true);
  });
  it("of one browser leaves the others signed in", async () => {
    const { browsers } = await threeBrowsers();
    const [first] = browsers;
    const actor = first ? await actorOf(first) : null;
    if (!actor) throw new Error("no session");
    const { keycloak_session } = await session(actor);
    await identity.admin.call("DELETE", `${realm}/sessions/${keycloak_session}`);
    await vi.waitFor(async () => expect(await alive(browsers)).toBe(2), { timeout: 2_000, interval: 50 });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await alive(browsers)).toBe(2);
  });
  it("follows a sign-out here, which leads to the sign-in page without a token in any address", async () => {
    const { person, browser } = await signedIn();
    expect(await endSession(cookieOf(browser))).toEqual({ nextUrl: `${identity.origin}/login` });
    expect(await actorOf(browser)).toBeNull();
    expect(await identity.admin.call("GET", `${realm}/users/${person.id}/sessions`)).toEqual([]);
  });
  it("follows an end here: Keycloak's own session of that browser goes too, the others stay", async () => {
    const { person, browsers } = await threeBrowsers();
    const [first, second] = browsers as [TestBrowser, TestBrowser];
    const [one, two] = [await actorOf(first), await actorOf(second)];
    if (!one || !two) throw new Error("no session");
    await endOneSession(one, { id: two.sessionId });
    expect(await alive(browsers)).toBe(2);
    const left = (await identity.admin.call("GET", `${realm}/users/${person.id}/sessions`)) as unknown[];
    expect(left).toHaveLength(2);
    expect(await endOtherSessions(one)).toEqual({ ended: 1 });
    expect((await listSessions(one)).map(({ current }) => current)).toEqual([true]);
    expect((await identity.admin.call("GET", `${realm}/users/${person.id}/sessions`)) as unknown[]).toHaveLength(1);
  });
});

describe("while Keycloak does not answer", () => {
  it("a session lives on for ten minutes, is then refused with the reason, and goes on when Keycloak does", async () => {
    const { browser, actor } = await signedIn();
    const ended = vi.fn();
    const silent = vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("fetch failed"));
    await age(actor, 590);
    expect(await actorOf(browser)).not.toBeNull();
    // Nobody waits for it a second time at once.
    await actorOf(browser);
    expect(silent).toHaveBeenCalledTimes(1);
    const stop = watchSession(actor, ended);
    await age(actor, 601);
    await expect(actorOf(browser)).rejects.toMatchObject({ status: 503, code: "session-unconfirmed" });
    await checkWatched();
    expect(ended).toHaveBeenCalledTimes(1);
    stop();
    silent.mockRestore();
    const now = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 11_000);
    expect(await actorOf(browser)).toMatchObject({ id: actor.id });
    now.mockRestore();
  });
});
