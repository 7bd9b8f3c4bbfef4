// Verbs on people. Each: permit, parse, act, audit; whoever loses something loses it on the next request.
import { z } from "zod";
import { type AuditActor, audited } from "../audit/index.ts";
import {
  isHost,
  type Principal,
  requirePermission,
  revokeSessionsOfUser,
  roles,
  setSessionRole,
} from "../auth/index.ts";
import { Conflict, NotFound } from "../platform/errors.ts";
import type { KeycloakAdmin } from "../platform/keycloak.ts";
import * as people from "./keycloak-people.ts";

export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "a name is 1 to 63 lower-case letters, digits, dots, hyphens or underscores");
const Role = z.enum(roles, `a role is one of ${roles.join(", ")}`);
const AddInput = z.object({
  name: Name,
  role: Role.nullable(),
  email: z.email("this is not an e-mail address").optional(),
  totp: z.boolean().default(false),
  permanent: z.boolean().default(false),
  password: z.string().min(12, "a password has at least 12 characters").max(128).optional(),
});

const auditActor = (actor: Principal): AuditActor =>
  isHost(actor) ? { kind: "host", id: null, name: actor.name } : { kind: "person", id: actor.id, name: actor.name };

export type Added = { name: string; password?: string; otpauth?: string; temporary: boolean };

/** Answers the one-time password when none was given; it is shown once and kept nowhere. */
export async function addUser(actor: Principal, admin: KeycloakAdmin, raw: unknown): Promise<Added> {
  requirePermission(actor, "users:admin");
  const input = AddInput.parse(raw);
  const { name, role, email } = input;
  const value = input.password ?? people.oneTimePassword();
  const temporary = !input.permanent && input.password === undefined;
  const totp = input.totp ? people.totpFor(name) : null;
  const requiredActions = [...(temporary ? ["UPDATE_PASSWORD"] : []), ...(totp ? [] : ["CONFIGURE_TOTP"])];
  const credentials = [{ type: "password", value, temporary }, ...(totp ? [totp.credential] : [])];
  const add = async () => {
    const person = await people
      .createPerson(admin, { name, email, credentials, requiredActions })
      .catch((error: unknown) => {
        if (error instanceof Conflict) throw new Conflict("user-exists", `There is already a user ${name}.`);
        throw error;
      });
    await people.setRole(admin, person.id, role);
  };
  await audited(auditActor(actor), "user.add", name, add, { role, secondFactor: input.totp });
  return {
    name,
    temporary,
    ...(input.password === undefined ? { password: value } : {}),
    ...(totp ? { otpauth: totp.uri } : {}),
  };
}

export type FirstAdmin = { created: boolean; name: string; password?: string };

/** Makes the first admin once; `up` may be killed and call it again, so an unfinished one is finished. */
export async function addFirstAdmin(actor: Principal, admin: KeycloakAdmin, rawName: unknown): Promise<FirstAdmin> {
  requirePermission(actor, "users:admin");
  const name = Name.parse(rawName);
  const existing = await people.listPeople(admin);
  const found = existing.find((person) => person.role === "admin");
  if (found) return { created: false, name: found.username };
  if (existing.some(({ username }) => username === name)) {
    await setUserRole(actor, admin, { name, role: "admin" });
    return { created: true, name, password: (await resetPassword(actor, admin, name)).password };
  }
  const { password } = await addUser(actor, admin, { name, role: "admin" });
  return { created: true, name, password };
}

export async function listUsers(actor: Principal, admin: KeycloakAdmin) {
  requirePermission(actor, "users:admin");
  return (await people.listPeople(admin)).map(({ username, email, role, enabled, totp }) => ({
    name: username,
    email: email ?? null,
    role,
    enabled,
    secondFactor: totp ?? false,
  }));
}

const RoleInput = z.object({ name: Name, role: Role.nullable() });

export async function setUserRole(actor: Principal, admin: KeycloakAdmin, raw: unknown): Promise<void> {
  requirePermission(actor, "users:admin");
  const { name, role } = RoleInput.parse(raw);
  const person = await people.findPerson(admin, name);
  const change = async () => {
    await people.setRole(admin, person.id, role);
    await setSessionRole(person.id, role);
  };
  await audited(auditActor(actor), "user.role", name, change, { role });
}

export async function resetPassword(actor: Principal, admin: KeycloakAdmin, rawName: unknown) {
  requirePermission(actor, "users:admin");
  const person = await people.findPerson(admin, Name.parse(rawName));
  const password = people.oneTimePassword();
  await audited(auditActor(actor), "user.reset-password", person.username, async () => {
    await people.setPassword(admin, person.id, password, true);
    await endSessions(admin, person.id, "password reset");
  });
  return { name: person.username, password, temporary: true };
}

/** Removes every second factor; the person enrols a new one at the next sign-in. */
export async function resetSecondFactor(actor: Principal, admin: KeycloakAdmin, rawName: unknown): Promise<void> {
  requirePermission(actor, "users:admin");
  const person = await people.findPerson(admin, Name.parse(rawName));
  await audited(auditActor(actor), "user.reset-totp", person.username, async () => {
    await people.removeSecondFactors(admin, person.id);
    const requiredActions = [...new Set([...person.requiredActions, "CONFIGURE_TOTP"])];
    await people.updatePerson(admin, person, { requiredActions });
    await endSessions(admin, person.id, "second factor reset");
  });
}

export async function setEnabled(
  actor: Principal,
  admin: KeycloakAdmin,
  rawName: unknown,
  enabled: boolean,
): Promise<void> {
  requirePermission(actor, "users:admin");
  const person = await people.findPerson(admin, Name.parse(rawName));
  await audited(auditActor(actor), enabled ? "user.enable" : "user.disable", person.username, async () => {
    await people.updatePerson(admin, person, { enabled });
    if (!enabled) await endSessions(admin, person.id, "user disabled");
  });
}

export async function removeUser(actor: Principal, admin: KeycloakAdmin, rawName: unknown): Promise<void> {
  requirePermission(actor, "users:admin");
  const person = await people.findPerson(admin, Name.parse(rawName));
  await audited(auditActor(actor), "user.remove", person.username, async () => {
    await people.removePerson(admin, person.id).catch((error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
    });
    await revokeSessionsOfUser(person.id, "user removed");
  });
}

async function endSessions(admin: KeycloakAdmin, id: string, because: string): Promise<void> {
  await revokeSessionsOfUser(id, because);
  await people.endKeycloakSessions(admin, id);
}
