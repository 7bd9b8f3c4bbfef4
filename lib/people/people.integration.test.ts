// People verbs against a real Keycloak, through the portal's own narrow client, with sessions in a real PostgreSQL.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { URI } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Actor,
  createToken,
  type HostActor,
  type Principal,
  resolveSession,
  resolveToken,
} from "../auth/index.ts";
import { signInWith, startTestIdentity, type TestIdentity } from "../auth/test-identity.ts";
import { signedIn as newSession } from "../auth/test-sessions.ts";
import { rows } from "../platform/postgres.ts";
import * as people from "./index.ts";
import { peopleAdmin } from "./keycloak-admin.ts";

const host: HostActor = { kind: "host", name: "host" };
let identity: TestIdentity;
beforeAll(async () => {
  identity = await startTestIdentity();
});
afterAll(() => identity?.stop());

const find = async (name: string) => (await people.listPersons(host)).find((user) => user.name === name);
const idOf = async (name: string) => (await find(name))?.id ?? "";
const person = (name: string, role: Actor["role"], id = name): Actor => ({
  ...{ id, name, displayName: name, email: null, role },
  ...{ sessionId: "0b8a4ab1-9f0c-4f0e-8f0a-6a9a2a6a4c11", acr: 2, authTime: new Date() },
});
const signedIn = async (name: string) => newSession({ userId: await idOf(name), role: "viewer" });
const verbs: [string, (actor: Principal) => Promise<unknown>][] = [
  ["add", (actor) => people.addPerson(actor, { name: "mallory", role: "admin" })],
  ["first admin", (actor) => people.addFirstAdmin(actor, "mallory")],
  ["role", (actor) => people.setPersonRole(actor, { name: "ann", role: "admin" })],
  ["password", (actor) => people.resetPassword(actor, { name: "ann" })],
  ["second factor", (actor) => people.resetSecondFactor(actor, { name: "ann" })],
  ["disable", (actor) => people.disablePerson(actor, { name: "ann" })],
  ["enable", (actor) => people.enablePerson(actor, { name: "ann" })],
  ["remove", (actor) => people.removePerson(actor, { name: "ann" })],
];

describe("the first admin", () => {
  it("is made once, and whatever is asked afterwards makes no other", async () => {
    const password = expect.any(String);
    expect(await people.addFirstAdmin(host, "boss")).toMatchObject({ created: true, password });
    expect(await people.addFirstAdmin(host, "other")).toEqual({ created: false, name: "boss" });
    expect(await find("boss")).toMatchObject({ role: "admin", enabled: true });
  });
  it("gets another password if nobody was told the first, until a sign-in", async () => {
    const again = await people.addFirstAdmin(host, "other", true);
    expect(again).toEqual({ created: true, name: "boss", password: expect.any(String) });
    expect(await people.addFirstAdmin(host, "other", true)).not.toEqual(again);
    await signedIn("boss");
    expect(await people.addFirstAdmin(host, "other", true)).toEqual({ created: false, name: "boss" });
  });
});

describe("adding somebody", () => {
  it("with a second factor gives an address that holds its key, and both open the portal", async () => {
    const added = await people.addPerson(host, {
      ...{ name: "ann", email: "ann@example.com", role: "viewer", totp: true, permanent: true },
    });
    expect(URI.parse(added.otpauth ?? "").generate()).toMatch(/^\d{6}$/);
    expect(await find("ann")).toMatchObject({ role: "viewer", secondFactor: true, lastSignInAt: null });
    const browser = identity.browser();
    await signInWith(browser, { name: "ann", password: added.password ?? "", otpauth: added.otpauth ?? "" });
    expect(browser.asked).toEqual(["password", "otp"]);
    expect(await find("ann")).toMatchObject({ lastSignInAt: expect.any(String), liveSessions: 1 });
  });
  it("a second time is refused", async () => {
    await expect(people.addPerson(host, { name: "ann", role: "viewer" })).rejects.toThrow(/already a user ann/);
  });
  it("with somebody else's address is refused, and says so", async () => {
    const twin = { name: "bob", email: "ann@example.com", role: "viewer" };
    await expect(people.addPerson(host, twin)).rejects.toMatchObject({ code: "email-taken" });
    expect(await find("bob")).toBeUndefined();
  });
  it.each([
    { name: "../x", role: "viewer" },
    { name: "Bob", role: "viewer" },
    { name: "bob", role: "root" },
    { name: "bob", role: "viewer", password: "short" },
  ])("refuses %j", async (input) => {
    await expect(people.addPerson(host, input)).rejects.toThrow();
    expect(await find("bob")).toBeUndefined();
  });
});

describe("whoever may not changes nothing", () => {
  it.each(verbs)("%s: a viewer, an operator, somebody without a role", async (_what, verb) => {
    for (const role of ["viewer", "operator", null] as const) {
      await expect(verb(person("eve", role))).rejects.toMatchObject({ status: 403 });
    }
    expect(await find("ann")).toMatchObject({ role: "viewer", enabled: true, secondFactor: true });
  });
  it.each(verbs)("%s: an admin whose code is older than five minutes", async (_what, verb) => {
    const old = { ...person("boss", "admin"), authTime: new Date(Date.now() - 301_000) };
    await expect(verb(old)).rejects.toMatchObject({ code: "step-up-needed" });
    await expect(verb({ ...person("boss", "admin"), acr: 1 })).rejects.toMatchObject({ code: "step-up-needed" });
    expect(await find("ann")).toMatchObject({ role: "viewer", enabled: true, secondFactor: true });
  });
  it.each(verbs)("%s: an API token, though an admin made it to destroy", async (_what, verb) => {
    const token: Principal = {
      ...{ kind: "token", id: "5f0c7a3e-6c1f-4d0e-9d55-3f6f4f3b2a10", name: "ci", displayName: "boss/ci", email: null },
      ...{ owner: { id: "boss", name: "boss" }, role: "admin", destructive: true },
    };
    const error = { status: 403, code: "no-person", message: expect.stringContaining("Only a signed-in person can") };
    await expect(verb(token)).rejects.toMatchObject(error);
    expect([await find("mallory"), await find("ann")]).toMatchObject([
      undefined,
      { role: "viewer", enabled: true, secondFactor: true },
    ]);
    const refused = await rows(
      "select details ->> 'code' as code from audit where actor_name = 'boss/ci' and outcome = 'refused'",
    );
    expect(refused.at(-1)).toEqual({ code: "no-person" });
  });
  it("and the list is for admins", async () => {
    await expect(people.listPersons(person("eve", "operator"))).rejects.toMatchObject({ status: 403 });
  });
});

describe("what somebody loses, they lose on the next request", () => {
  it("a role", async () => {
    const cookie = await signedIn("ann");
    await people.setPersonRole(host, { name: "ann", role: "operator" });
    expect((await resolveSession(cookie))?.role).toBe("operator");
    await people.setPersonRole(host, { name: "ann", role: null });
    expect((await resolveSession(cookie))?.role).toBeNull();
    expect((await find("ann"))?.role).toBeNull();
    await people.setPersonRole(host, { name: "ann", role: "viewer" });
  });
  it.each<[string, () => Promise<unknown>]>([
    ["a password", () => people.resetPassword(host, { name: "ann" })],
    ["a second factor", () => people.resetSecondFactor(host, { name: "ann" })],
    ["the entry", () => people.disablePerson(host, { name: "ann" })],
  ])("%s", async (_what, verb) => {
    const cookie = await signedIn("ann");
    await verb();
    expect(await resolveSession(cookie)).toBeNull();
  });
  it("everything, API tokens too", async () => {
    await people.enablePerson(host, { name: "ann" });
    const cookie = await signedIn("ann");
    const actor = await resolveSession(cookie);
    if (!actor) throw new Error("no session");
    const { secret } = await createToken(actor, { name: "ci", role: "viewer", hours: 1 });
    expect(await resolveToken(secret)).not.toBeNull();
    await people.removePerson(host, { name: "ann" });
    expect([await resolveSession(cookie), await resolveToken(secret), await find("ann")]).toEqual([
      null,
      null,
      undefined,
    ]);
  });
});

describe("the host command's `user remove NAME`", () => {
  const remove = (name: string) =>
    new Promise((resolve) => {
      const trust = { NODE_EXTRA_CA_CERTS: join(identity.database.folder, "ca.crt") };
      const env = { ...process.env, ...trust, TAYLORDASH_LOG_LEVEL: "silent" };
      const args = [join(import.meta.dirname, "../cli/main.ts"), "user", "remove", name];
      execFile(process.execPath, args, { env }, (error, out, err) => resolve([error?.code, out, err]));
    });
  it("says at once that there is no such person", async () => {
    expect(await remove("nosuch")).toEqual([1, "", "There is no user nosuch. ./taylordash user list shows all.\n"]);
  });
  it("asks for --yes where there is one, and removes nobody", async () => {
    expect(await remove("boss")).toEqual([2, "", "This removes boss for good. Add --yes if that is meant.\n"]);
    expect(await find("boss")).toBeDefined();
  });
});

describe("nobody locks everybody out", () => {
  it("an admin cannot disable or remove themselves, nor the last one be demoted", async () => {
    const boss = person("boss", "admin", await idOf("boss"));
    for (const verb of [people.disablePerson, people.removePerson]) {
      await expect(verb(boss, { name: "boss" })).rejects.toMatchObject({ status: 409, code: "own-account" });
    }
    const role = { name: "boss", role: "viewer" };
    await expect(people.setPersonRole(boss, role)).rejects.toMatchObject({ status: 409, code: "last-admin" });
    const other = person("ghost", "admin", "an admin who is no longer one");
    for (const verb of [people.disablePerson, people.removePerson]) {
      await expect(verb(other, { name: "boss" })).rejects.toMatchObject({ code: "last-admin" });
    }
    expect(await find("boss")).toMatchObject({ role: "admin", enabled: true });
  });
  it("two admins who demote each other at once leave one", async () => {
    await people.addPerson(host, { name: "twin", role: "admin" });
    const [boss, twin] = [person("boss", "admin", await idOf("boss")), person("twin", "admin", await idOf("twin"))];
    const own = people.setPersonRole(boss, { name: "boss", role: "viewer" });
    await expect(own).rejects.toMatchObject({ status: 409, code: "own-account" });
    const both = await Promise.allSettled([
      people.setPersonRole(boss, { name: "twin", role: null }),
      people.setPersonRole(twin, { name: "boss", role: null }),
    ]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await people.listPersons(host)).filter(({ role }) => role === "admin")).toHaveLength(1);
  });
});

it("the portal's client reaches neither realm, clients nor their rights", async () => {
  const realm = "/realms/taylordash";
  const found = await identity.admin.call("GET", `${realm}/clients?clientId=realm-management`);
  const [management] = found as [{ id: string }];
  const right = await identity.admin.call("GET", `${realm}/clients/${management.id}/roles/manage-realm`);
  const attempts = [
    () => peopleAdmin().call("PUT", realm, { displayName: "mine" }),
    () => peopleAdmin().call("GET", `${realm}/clients`),
    async () =>
      peopleAdmin().call("POST", `${realm}/users/${await idOf("boss")}/role-mappings/clients/${management.id}`, [
        right,
      ]),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toThrow(/answers 403/);
});

it("a person whom Keycloak disables loses their API tokens, though nobody is signed in", async () => {
  const dan = await identity.addPerson("dan", "operator");
  const actor = await resolveSession(await newSession({ userId: dan.id, role: "admin" }));
  if (!actor) throw new Error("no session");
  const { secret } = await createToken(actor, { name: "ci", role: "admin", hours: 1 });
  const due = () => rows("update users set checked_at = now() - interval '1 minute' where id = $1", [dan.id]);
  await due();
  expect(await people.checkTokenOwners()).toBe(1);
  // Keycloak says operator, whatever the token was made for.
  expect(await resolveToken(secret)).toMatchObject({ role: "operator" });
  expect(await people.checkTokenOwners()).toBe(0);
  await identity.admin.call("PUT", `/realms/taylordash/users/${dan.id}`, { enabled: false });
  await due();
  await people.checkTokenOwners();
  expect(await resolveToken(secret)).toBeNull();
});

it("everything is in the audit with before and after, and no password or key is", async () => {
  const audit = await rows("select * from audit order by id");
  const done = audit.filter(({ outcome }) => outcome === "done").map(({ action }) => action);
  const all = ["add", "role", "reset-password", "reset-totp", "disable", "enable", "remove"].map(
    (verb) => `user.${verb}`,
  );
  expect(done).toEqual(expect.arrayContaining(all));
  expect(audit.some(({ action, outcome }) => action === "user.add" && outcome === "refused")).toBe(true);
  expect(audit.find(({ action }) => action === "user.role")).toMatchObject({
    ...{ before: { role: "viewer" }, after: { role: "operator" } },
  });
  expect(JSON.stringify(audit)).not.toMatch(/otpauth:|"password"|secretData|td_/);
});
