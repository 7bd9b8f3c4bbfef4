// People in Keycloak, in our own words.
import { randomBytes, randomInt } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { z } from "zod";
import { highestRole, type Role, roles } from "../auth/index.ts";
import { NotFound } from "../platform/errors.ts";
import type { KeycloakAdmin } from "../platform/keycloak.ts";

const realm = "/realms/taylordash";
const Users = z.array(
  z.looseObject({
    id: z.string(),
    username: z.string(),
    email: z.string().optional(),
    enabled: z.boolean().default(true),
    totp: z.boolean().optional(),
    requiredActions: z.array(z.string()).default([]),
  }),
);
const RoleMappings = z.array(z.looseObject({ id: z.string(), name: z.string() }));
const Credentials = z.array(z.looseObject({ id: z.string(), type: z.string() }));

export type Person = z.infer<typeof Users>[number];

/** 20 characters without look-alikes, about 116 bits: typed once by hand. */
export function oneTimePassword(): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  return Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** A second factor made here; `credential` is how Keycloak stores it, and it uses the text itself as the HMAC key. */
export function totpFor(name: string): { uri: string; credential: Record<string, unknown> } {
  const text = randomBytes(24).toString("base64url").slice(0, 32);
  const secret = Secret.fromUTF8(text);
  const totp = new TOTP({ issuer: "TaylorDash", label: name, secret, algorithm: "SHA1", digits: 6, period: 30 });
  const data = { subType: "totp", digits: 6, counter: 0, period: 30, algorithm: "HmacSHA1" };
  return {
    uri: totp.toString(),
    credential: {
      type: "otp",
      userLabel: "Authenticator app",
      secretData: JSON.stringify({ value: text }),
      credentialData: JSON.stringify(data),
    },
  };
}

export async function listPeople(admin: KeycloakAdmin): Promise<(Person & { role: Role | null })[]> {
  const people = Users.parse(await admin.call("GET", `${realm}/users?max=1000&briefRepresentation=false`));
  const withRoles: (Person & { role: Role | null })[] = [];
  // Keycloak tells roles by the person alone; a few at once spare it a storm.
  for (let at = 0; at < people.length; at += 16) {
    const some = people.slice(at, at + 16);
    const found = await Promise.all(some.map(async (person) => ({ ...person, role: await roleOf(admin, person.id) })));
    withRoles.push(...found);
  }
  return withRoles;
}

/** False too when Keycloak does not know the person any more. */
export async function enabledById(admin: KeycloakAdmin, id: string): Promise<boolean> {
  try {
    const found = await admin.call("GET", `${realm}/users/${encodeURIComponent(id)}`);
    return z.looseObject({ enabled: z.boolean() }).parse(found).enabled;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

/** @throws NotFound */
export async function findPerson(admin: KeycloakAdmin, name: string): Promise<Person> {
  const found = Users.parse(await admin.call("GET", `${realm}/users?exact=true&username=${encodeURIComponent(name)}`));
  const [person] = found;
  if (!person) throw new NotFound("no-such-user", `There is no user ${name}. ./taylordash user list shows all.`);
  return person;
}

export async function createPerson(
  admin: KeycloakAdmin,
  input: { name: string; email?: string; credentials: Record<string, unknown>[]; requiredActions: string[] },
): Promise<Person> {
  const { name, email, credentials, requiredActions } = input;
  const emailVerified = email !== undefined;
  await admin.call("POST", `${realm}/users`, {
    username: name,
    email,
    emailVerified,
    enabled: true,
    credentials,
    requiredActions,
  });
  return findPerson(admin, name);
}

export const updatePerson = (admin: KeycloakAdmin, person: Person, change: Partial<Person>) =>
  admin.call("PUT", `${realm}/users/${person.id}`, { ...person, ...change });

export const removePerson = (admin: KeycloakAdmin, id: string) => admin.call("DELETE", `${realm}/users/${id}`);

export const setPassword = (admin: KeycloakAdmin, id: string, value: string, temporary: boolean) =>
  admin.call("PUT", `${realm}/users/${id}/reset-password`, { type: "password", value, temporary });

/** Ends the person's sessions at Keycloak too. */
export const endKeycloakSessions = (admin: KeycloakAdmin, id: string) =>
  admin.call("POST", `${realm}/users/${id}/logout`);

export async function removeSecondFactors(admin: KeycloakAdmin, id: string): Promise<number> {
  const held = Credentials.parse(await admin.call("GET", `${realm}/users/${id}/credentials`));
  const factors = held.filter(({ type }) => type !== "password");
  for (const { id: credential } of factors)
    await admin.call("DELETE", `${realm}/users/${id}/credentials/${credential}`);
  return factors.length;
}

const mappings = (id: string) => `${realm}/users/${id}/role-mappings/realm`;

export async function roleOf(admin: KeycloakAdmin, id: string): Promise<Role | null> {
  return highestRole(RoleMappings.parse(await admin.call("GET", mappings(id))).map(({ name }) => name));
}

/** Gives exactly this one of our roles, or none. */
export async function setRole(admin: KeycloakAdmin, id: string, role: Role | null): Promise<void> {
  const held = RoleMappings.parse(await admin.call("GET", mappings(id)));
  const available = RoleMappings.parse(await admin.call("GET", `${mappings(id)}/available`));
  const ours = (name: string) => (roles as readonly string[]).includes(name);
  const surplus = held.filter(({ name }) => ours(name) && name !== role);
  const wanted = available.filter(({ name }) => name === role);
  if (role && wanted.length === 0 && !held.some(({ name }) => name === role)) {
    throw new NotFound("no-such-role", `Keycloak has no role ${role}. The worker makes it at its next round.`);
  }
  // The new one first: nobody is without a role in between.
  if (wanted.length > 0) await admin.call("POST", mappings(id), wanted);
  if (surplus.length > 0) await admin.call("DELETE", mappings(id), surplus);
}
