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
  return Promise.all(people.map(async (person) => ({ ...person, role: await roleOf(admin, person.id) })));
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
  const known = RoleMappings.parse(await admin.call("GET", `${realm}/roles`));
  const held = RoleMappings.parse(await admin.call("GET", mappings(id)));
  const ours = (name: string) => (roles as readonly string[]).includes(name);
  const surplus = held.filter(({ name }) => ours(name) && name !== role);
  const wanted = known.filter(({ name }) => name === role && !held.some((other) => other.name === name));
  // The new one first: nobody is without a role in between.
  if (wanted.length > 0) await admin.call("POST", mappings(id), wanted);
  if (surplus.length > 0) await admin.call("DELETE", mappings(id), surplus);
}
