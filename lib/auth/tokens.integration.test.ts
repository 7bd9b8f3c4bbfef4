// API tokens on a real PostgreSQL.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { withRequestId } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { type Actor, can, type Role, requirePermission, type TokenActor } from "./permissions.ts";
import { resolveSession, setSessionRole, setUserEnabled } from "./sessions.ts";
import { requireStepUp } from "./step-up.ts";
import { signedIn } from "./test-sessions.ts";
import {
  createToken,
  getOwnToken,
  listTokens,
  requireToken,
  resolveToken,
  revokeToken,
  revokeTokensOfUser,
} from "./tokens.ts";
import { checkWatched, watchSession } from "./watch.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database?.stop());

let count = 0;
async function person(role: Role = "admin"): Promise<Actor> {
  count += 1;
  const actor = await resolveSession(await signedIn({ userId: `p${count}`, role }));
  if (!actor) throw new Error("no session");
  return actor;
}
const token = { name: "ci", role: "operator", hours: 24 };
const resolved = async (secret: string): Promise<TokenActor> => {
  const actor = await resolveToken(secret);
  if (!actor) throw new Error("no live token");
  return actor;
};

describe("a token", () => {
  it("is shown once, stored as a hash alone, and opens what its role may", async () => {
    const ann = await person();
    const { secret, token: info } = await createToken(ann, token);
    expect(secret).toMatch(/^td_[A-Za-z0-9_-]{43}$/);
    expect(info).toMatchObject({ start: secret.slice(0, 9), owner: { name: ann.name }, lastUsedAt: null });
    expect(JSON.stringify([await rows("select * from tokens"), await rows("select * from audit")])).not.toContain(
      secret,
    );
    const actor = await resolved(secret);
    expect(actor).toMatchObject({ kind: "token", name: "ci", role: "operator", destructive: false });
    expect(() => requirePermission(actor, "services:operate")).not.toThrow();
    expect(() => requirePermission(actor, "services:admin")).toThrow(/role operator/);
  });
  it.each([undefined, "", "td_", `td_${"a".repeat(43)}`, "' or true --", "a".repeat(46)])(
    "is not %j",
    async (bearer) => {
      expect(await resolveToken(bearer)).toBeNull();
    },
  );
  it("tells when and from where it was used last, at most once a minute", async () => {
    const ann = await person();
    const { secret } = await createToken(ann, token);
    await withRequestId("r", () => resolveToken(secret), { ip: "10.9.8.7" });
    const [used] = await listTokens(ann);
    expect(used).toMatchObject({ lastUsedIp: "10.9.8.7", lastUsedAt: expect.any(String) });
    await resolveToken(secret);
    expect((await listTokens(ann))[0]?.lastUsedAt).toBe(used?.lastUsedAt);
  });
  it("is never more than its owner is at that moment", async () => {
    const ann = await person("admin");
    const { secret } = await createToken(ann, { ...token, role: "admin" });
    await setSessionRole(ann.id, "viewer");
    expect((await resolved(secret)).role).toBe("viewer");
    await setSessionRole(ann.id, null);
    expect(await resolveToken(secret)).toBeNull();
  });
  it.each<[string, (id: string, ownerId: string) => Promise<unknown>]>([
    ["it expires", (id) => rows("update tokens set expires_at = now() where id = $1", [id])],
    ["its owner is disabled", (_id, ownerId) => setUserEnabled(ownerId, false)],
    ["its owner is removed", (_id, ownerId) => revokeTokensOfUser(ownerId, "user removed")],
  ])("ends, and its streams with it, when %s", async (_what, end) => {
    const ann = await person();
    const { secret, token: info } = await createToken(ann, token);
    const ended = vi.fn();
    watchSession(await resolved(secret), ended);
    await checkWatched();
    expect(ended).not.toHaveBeenCalled();
    await end(info.id, ann.id);
    expect(await resolveToken(secret)).toBeNull();
    await checkWatched();
    expect(ended).toHaveBeenCalledTimes(1);
  });
});

describe("the right to destroy", () => {
  it("is missing from an admin's token that was not made for it", async () => {
    const { secret } = await createToken(await person(), { ...token, role: "admin" });
    const actor = await resolved(secret);
    expect(can(actor, "services:operate")).toBe(true);
    for (const permission of ["users:read", "sessions:read"] as const) expect(can(actor, permission)).toBe(true);
    await expect(listTokens(actor, { everybody: true })).resolves.not.toEqual([]);
    for (const permission of ["services:admin", "users:admin", "settings:admin", "sessions:admin"] as const) {
      expect(() => requirePermission(actor, permission)).toThrow(/without the right to destroy/);
    }
    await expect(requireStepUp(actor, "x")).rejects.toMatchObject({ code: "token-not-destructive" });
  });
  it("takes a recent second factor, and lives a day at most", async () => {
    const ann = await person();
    const wanted = { ...token, role: "admin", destructive: true };
    const old = { ...ann, authTime: new Date(Date.now() - 301_000) };
    await expect(createToken(old, wanted)).rejects.toMatchObject({ code: "step-up-needed" });
    await expect(createToken(ann, { ...wanted, hours: 25 })).rejects.toThrow(/at most 24 hours/);
    const { secret } = await createToken(ann, wanted);
    const actor = await resolved(secret);
    expect(can(actor, "services:admin")).toBe(true);
    await expect(requireStepUp(actor, "x")).resolves.toBeUndefined();
  });
  it("cannot be given a longer life behind our back", async () => {
    const { token: info } = await createToken(await person(), { ...token, role: "admin", destructive: true });
    const change = rows("update tokens set expires_at = now() + interval '2 days' where id = $1", [info.id]);
    await expect(change).rejects.toThrow(/violates check constraint/);
  });
});

describe("making one is refused", () => {
  it.each<[Role, Role]>([
    ["viewer", "operator"],
    ["operator", "admin"],
  ])("to a %s for the role %s", async (own, wanted) => {
    await expect(createToken(await person(own), { ...token, role: wanted })).rejects.toMatchObject({ status: 403 });
  });
  it("to a token, to the host, and to somebody without a role", async () => {
    const { secret } = await createToken(await person(), { ...token, role: "admin", destructive: true });
    const others = [await resolved(secret), { kind: "host", name: "host" }] as unknown as Actor[];
    for (const actor of others) await expect(createToken(actor, token)).rejects.toMatchObject({ code: "no-person" });
    await expect(createToken({ ...(await person()), role: null }, token)).rejects.toMatchObject({ status: 403 });
  });
  it.each([
    { ...token, hours: 365 * 24 + 1 },
    { ...token, hours: 0 },
    { ...token, name: " " },
    { ...token, name: "a/b" },
    { ...token, name: "a\u0007" },
    { ...token, role: "root" },
    { ...token, role: "viewer", destructive: true },
    { ...token, role: "operator", destructive: true },
  ])("for %j", async (input) => {
    await expect(createToken(await person(), input)).rejects.toThrow();
  });
});

describe("a request with a token", () => {
  const from = <T>(ip: string, work: () => Promise<T>) => withRequestId("r", work, { ip });
  const never = (letter: string) => `td_${letter.repeat(43)}`;

  it("is told whether it was never one or has ended", async () => {
    const ann = await person();
    const { secret, token: info } = await createToken(ann, token);
    expect(await requireToken(secret)).toMatchObject({ id: info.id });
    await revokeToken(ann, { id: info.id });
    await expect(requireToken(secret)).rejects.toMatchObject({
      status: 401,
      message: expect.stringMatching(/revoked/),
    });
    for (const unknown of [never("a"), undefined, "nonsense"]) {
      await expect(requireToken(unknown)).rejects.toMatchObject({
        status: 401,
        message: expect.stringMatching(/not known/),
      });
    }
  });
  it("is sent away after 20 wrong ones in a minute, once in the audit; a good one passes from there, others too", async () => {
    const [ann, ip] = [await person(), "10.1.1.1"];
    const { secret, token: info } = await createToken(ann, token);
    for (let count = 0; count < 20; count += 1) {
      await expect(from(ip, () => requireToken(never("b")))).rejects.toMatchObject({ status: 401 });
    }
    for (let count = 0; count < 3; count += 1) {
      const refusal = {
        status: 429,
        details: { retryAfterSeconds: expect.toSatisfy((s: number) => s > 50 && s <= 60) },
      };
      await expect(from(ip, () => requireToken(never("c")))).rejects.toMatchObject(refusal);
    }
    expect(await from(ip, () => requireToken(secret))).toMatchObject({ id: info.id });
    await expect(from("10.1.1.2", () => requireToken(never("b")))).rejects.toMatchObject({ status: 401 });
    const trail = await rows(
      "select action, target, outcome, details, host(ip) as ip from audit where target = 'API token'",
    );
    expect(trail).toEqual([
      {
        action: "access.refuse",
        target: "API token",
        outcome: "refused",
        ip,
        details: { code: "too-many-wrong-tokens" },
      },
    ]);
  });
  it("that has ended is told so however often it asks", async () => {
    const ann = await person();
    const { secret, token: info } = await createToken(ann, token);
    await revokeToken(ann, { id: info.id });
    for (let count = 0; count < 25; count += 1) {
      await expect(from("10.1.1.3", () => requireToken(secret))).rejects.toMatchObject({ status: 401 });
    }
  });
  it("reads who it is, what it may and until when, and no secret", async () => {
    const ann = await person("admin");
    const { secret, token: info } = await createToken(ann, { ...token, role: "admin" });
    await setSessionRole(ann.id, "operator");
    const answer = await getOwnToken(await resolved(secret));
    const { owner: _, ...own } = info;
    expect(answer.user).toEqual({ id: ann.id, name: ann.name, displayName: ann.name, email: null, role: "operator" });
    expect(answer.token).toEqual({ ...own, role: "operator", lastUsedAt: expect.any(String) });
    expect(JSON.stringify(answer)).not.toContain(secret);
  });
});

describe("lists and ends", () => {
  it("are one's own; everybody's for an admin; a viewer is refused", async () => {
    const [ann, bob, boss] = [await person("operator"), await person("viewer"), await person("admin")];
    const { secret, token: info } = await createToken(ann, token);
    expect(await listTokens(bob)).toEqual([]);
    await expect(listTokens(bob, { everybody: true })).rejects.toMatchObject({ status: 403 });
    await expect(revokeToken(bob, { id: info.id })).rejects.toMatchObject({ status: 403 });
    expect((await listTokens(boss, { everybody: true })).map(({ id }) => id)).toContain(info.id);
    await revokeToken(boss, { id: info.id });
    expect(await resolveToken(secret)).toBeNull();
    expect(await listTokens(ann)).toEqual([]);
    await expect(revokeToken(boss, { id: info.id })).rejects.toMatchObject({ status: 404 });
  });
  it("a token revokes itself and no other of its owner", async () => {
    const ann = await person();
    const [one, two] = [await createToken(ann, token), await createToken(ann, token)];
    const actor = await resolved(one.secret);
    await expect(revokeToken(actor, { id: two.token.id })).rejects.toMatchObject({ status: 403 });
    await revokeToken(actor, { id: one.token.id });
    expect([await resolveToken(one.secret), await resolveToken(two.secret)]).toMatchObject([null, { kind: "token" }]);
  });
  it("are in the audit, with the token as who", async () => {
    const ann = await person();
    const { secret, token: info } = await createToken(ann, { ...token, name: "cd" });
    await revokeToken(await resolved(secret), { id: info.id });
    const audit = await rows(
      "select actor_kind, actor_name, action, target, outcome from audit order by id desc limit 3",
    );
    expect(audit).toMatchObject([
      { actor_kind: "token", actor_name: `${ann.name}/cd`, action: "token.revoke", outcome: "done" },
      { action: "token.revoke", target: `${ann.name}/cd`, outcome: "intent" },
      { actor_kind: "person", actor_name: ann.name, action: "token.create", target: "cd", outcome: "done" },
    ]);
  });
});
