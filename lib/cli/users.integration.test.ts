// People verbs against a real Keycloak, with sessions and audit in a real PostgreSQL.
import { join } from "node:path";
import { URI } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor, HostActor } from "../auth/index.ts";
import { createSession, newSessionId, resolveSession } from "../auth/sessions.ts";
import { type KeycloakAdmin, keycloakAdmin } from "../platform/keycloak.ts";
import { migrate } from "../platform/migrate.ts";
import { rows } from "../platform/postgres.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { type Daemon, eventually, startKeycloak, startPostgres, testFolder } from "../platform/test-daemons.ts";
import { setUpRealm } from "../worker/realm/reconcile.ts";
import * as users from "./users.ts";

const serviceSecret = "s".repeat(43);
const bootstrapSecret = "b".repeat(43);
const { folder, remove } = testFolder({ db_password: "test-password", session_key: "k".repeat(43) });
const host: HostActor = { kind: "host", name: "host" };
const daemons: Daemon[] = [];
let admin: KeycloakAdmin;

beforeAll(async () => {
  const [postgres, keycloak] = await Promise.all([startPostgres(folder), startKeycloak(folder, bootstrapSecret)]);
  daemons.push(postgres, keycloak.daemon);
  Object.assign(process.env, {
    TAYLORDASH_ROLE: "worker",
    TAYLORDASH_PROJECT: "test",
    TAYLORDASH_ORIGIN: "https://localhost",
    TAYLORDASH_DATABASE_HOST: "localhost",
    TAYLORDASH_DATABASE_PORT: String(postgres.port(5432)),
    TAYLORDASH_SECRETS: folder,
    TAYLORDASH_TLS: folder,
    TAYLORDASH_MIGRATIONS: join(import.meta.dirname, "../../infra/postgres/migrations"),
  });
  await eventually(() => migrate(), 15_000);
  await setUpRealm({ origin: "https://localhost", portalSecret: "p", serviceSecret, bootstrapSecret }, keycloak.url);
  admin = keycloakAdmin(
    { realm: "taylordash", clientId: "taylordash-admin", clientSecret: serviceSecret },
    keycloak.url,
  );
});

afterAll(async () => {
  await runShutdown("last");
  for (const daemon of daemons) daemon.stop();
  remove();
});

const find = async (name: string) => (await users.listUsers(host, admin)).find((user) => user.name === name);
const idOf = async (name: string) => {
  const [found] = (await admin.call("GET", `/realms/taylordash/users?exact=true&username=${name}`)) as { id: string }[];
  return found?.id ?? "";
};
async function signedIn(name: string) {
  const id = newSessionId();
  const user = { id: await idOf(name), name, displayName: name, email: null, role: "viewer" as const };
  const nothing = { keycloakSession: null, idToken: null, refreshToken: null, ip: null, userAgent: null };
  await createSession({ id, user, acr: 2, authTime: new Date(), ...nothing });
  return id;
}

describe("the first admin", () => {
  it("is made once, and whatever is asked afterwards makes no other", async () => {
    expect(await users.addFirstAdmin(host, admin, "boss")).toMatchObject({
      created: true,
      password: expect.any(String),
    });
    expect(await users.addFirstAdmin(host, admin, "other")).toEqual({ created: false, name: "boss" });
    expect(await find("boss")).toMatchObject({ role: "admin", enabled: true });
  });
});

describe("adding somebody", () => {
  it("with a second factor gives an otpauth address that holds the key", async () => {
    const added = await users.addUser(host, admin, { name: "ann", role: "viewer", totp: true, permanent: true });
    expect(URI.parse(added.otpauth ?? "").generate()).toMatch(/^\d{6}$/);
    expect(await find("ann")).toMatchObject({ role: "viewer", secondFactor: true });
  });
  it("a second time is refused", async () => {
    await expect(users.addUser(host, admin, { name: "ann", role: "viewer" })).rejects.toThrow(/already a user ann/);
  });
  it.each([
    { name: "../x", role: "viewer" },
    { name: "Bob", role: "viewer" },
    { name: "bob", role: "root" },
  ])("refuses %j", async (input) => {
    await expect(users.addUser(host, admin, input)).rejects.toThrow();
    expect(await find("bob")).toBeUndefined();
  });
  it("and every other verb is refused to whoever is no admin", async () => {
    const operator: Actor = {
      ...{ id: "1", name: "op", displayName: "Op", email: null, role: "operator" },
      ...{ sessionId: "s", acr: 2, authTime: new Date() },
    };
    const verbs = [
      () => users.addUser(operator, admin, { name: "eve", role: "admin" }),
      () => users.addFirstAdmin(operator, admin, "eve"),
      () => users.listUsers(operator, admin),
      () => users.setUserRole(operator, admin, { name: "ann", role: "admin" }),
      () => users.resetPassword(operator, admin, "ann"),
      () => users.resetSecondFactor(operator, admin, "ann"),
      () => users.setEnabled(operator, admin, "ann", false),
      () => users.removeUser(operator, admin, "ann"),
    ];
    for (const verb of verbs) await expect(verb()).rejects.toThrow(/may not do this/);
    expect(await find("ann")).toMatchObject({ role: "viewer", enabled: true, secondFactor: true });
  });
});

describe("what somebody loses, they lose on the next request", () => {
  it("a role", async () => {
    const cookie = await signedIn("ann");
    await users.setUserRole(host, admin, { name: "ann", role: "operator" });
    expect((await resolveSession(cookie))?.role).toBe("operator");
    await users.setUserRole(host, admin, { name: "ann", role: null });
    expect((await resolveSession(cookie))?.role).toBeNull();
    expect((await find("ann"))?.role).toBeNull();
  });
  it.each<[string, () => Promise<unknown>]>([
    ["a password", () => users.resetPassword(host, admin, "ann")],
    ["a second factor", () => users.resetSecondFactor(host, admin, "ann")],
    ["the entry", () => users.setEnabled(host, admin, "ann", false)],
    ["everything", () => users.removeUser(host, admin, "ann")],
  ])("%s", async (_what, verb) => {
    const cookie = await signedIn("ann");
    await verb();
    expect(await resolveSession(cookie)).toBeNull();
  });
});

it("everything is in the audit, and no password or key is", async () => {
  const audit = await rows<{ action: string; outcome: string }>("select * from audit");
  expect(audit.filter(({ outcome }) => outcome === "done").map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      "user.add",
      "user.role",
      "user.reset-password",
      "user.reset-totp",
      "user.disable",
      "user.remove",
    ]),
  );
  expect(audit.some(({ action, outcome }) => action === "user.add" && outcome === "refused")).toBe(true);
  expect(JSON.stringify(audit)).not.toMatch(/otpauth|"password"|secretData/);
});
