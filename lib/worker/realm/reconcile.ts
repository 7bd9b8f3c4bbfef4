// Brings Keycloak to the realm as code, at every start. Only what differs is written, and named in the log.
import { z } from "zod";
import { NotFound } from "../../platform/errors.ts";
import { type Credentials, type KeycloakAdmin, keycloakAdmin, WrongCredentials } from "../../platform/keycloak.ts";
import { type DesiredRealm, desiredRealm, drift, type RealmInputs } from "./desired.ts";
import { reconcileFlow } from "./flow.ts";

export const realmName = "taylordash";
const realm = `/realms/${realmName}`;

const Clients = z.array(z.looseObject({ id: z.string(), clientId: z.string() }));
const Named = z.array(z.looseObject({ id: z.string(), name: z.string() }));
const User = z.looseObject({ id: z.string() });

async function findClient(admin: KeycloakAdmin, inRealm: string, clientId: string) {
  const path = `/realms/${inRealm}/clients?clientId=${encodeURIComponent(clientId)}`;
  return Clients.parse(await admin.call("GET", path)).find((client) => client.clientId === clientId);
}

async function reconcileSettings(admin: KeycloakAdmin, desired: DesiredRealm): Promise<string[]> {
  const actual = await admin.call("GET", realm).catch((error: unknown) => {
    if (error instanceof NotFound) return null;
    throw error;
  });
  const settings = { ...desired.settings, browserSecurityHeaders: desired.browserSecurityHeaders };
  if (actual === null) {
    await admin.call("POST", "/realms", { realm: realmName, ...desired.settings });
    // The token in hand was made before this realm's rights existed.
    admin.signInAgain();
  }
  const before = actual ?? (await admin.call("GET", realm));
  const different = drift(settings, before);
  if (different.length > 0) {
    const headers = z
      .looseObject({ browserSecurityHeaders: z.record(z.string(), z.string()).default({}) })
      .parse(before);
    const browserSecurityHeaders = { ...headers.browserSecurityHeaders, ...desired.browserSecurityHeaders };
    await admin.call("PUT", realm, { ...settings, browserSecurityHeaders });
  }
  return actual === null ? ["realm"] : different.map((field) => `realm.${field}`);
}

async function reconcileRoles(admin: KeycloakAdmin, desired: DesiredRealm): Promise<string[]> {
  const existing = new Set(Named.parse(await admin.call("GET", `${realm}/roles`)).map(({ name }) => name));
  const missing = Object.entries(desired.roles).filter(([name]) => !existing.has(name));
  for (const [name, description] of missing) await admin.call("POST", `${realm}/roles`, { name, description });
  return missing.map(([name]) => `role ${name}`);
}

const attributesOf = (client: object) =>
  z.looseObject({ attributes: z.record(z.string(), z.string()).default({}) }).parse(client).attributes;

async function reconcileClient(admin: KeycloakAdmin, desired: { clientId: string }): Promise<string[]> {
  const found = await findClient(admin, realmName, desired.clientId);
  if (!found) {
    await admin.call("POST", `${realm}/clients`, desired);
    return [`client ${desired.clientId}`];
  }
  const different = drift(desired, found);
  if (different.length > 0) {
    const attributes = { ...attributesOf(found), ...attributesOf(desired) };
    await admin.call("PUT", `${realm}/clients/${found.id}`, { ...found, ...desired, attributes });
  }
  return different.map((field) => `client ${desired.clientId}.${field}`);
}

async function reconcileMapper(admin: KeycloakAdmin, desired: DesiredRealm): Promise<string[]> {
  const client = await findClient(admin, realmName, desired.portal.clientId);
  const path = `${realm}/clients/${client?.id}/protocol-mappers/models`;
  const found = Named.parse(await admin.call("GET", path)).find(({ name }) => name === desired.portalMapper.name);
  if (found && drift(desired.portalMapper, found).length === 0) return [];
  if (found) await admin.call("PUT", `${path}/${found.id}`, { ...found, ...desired.portalMapper });
  else await admin.call("POST", path, desired.portalMapper);
  return ["mapper of roles"];
}

/** Gives the client's own account exactly these rights in the realm, no more. */
async function reconcileRights(admin: KeycloakAdmin, clientId: string, desired: string[]): Promise<string[]> {
  const client = await findClient(admin, realmName, clientId);
  const management = await findClient(admin, realmName, "realm-management");
  const account = User.parse(await admin.call("GET", `${realm}/clients/${client?.id}/service-account-user`));
  const path = `${realm}/users/${account.id}/role-mappings/clients/${management?.id}`;
  const held = Named.parse(await admin.call("GET", path));
  const known = Named.parse(await admin.call("GET", `${realm}/clients/${management?.id}/roles`));
  const missing = known.filter(({ name }) => desired.includes(name) && !held.some((other) => other.name === name));
  const surplus = held.filter(({ name }) => !desired.includes(name));
  if (missing.length > 0) await admin.call("POST", path, missing);
  if (surplus.length > 0) await admin.call("DELETE", path, surplus);
  return [...missing, ...surplus].map(({ name }) => `right ${name} of ${clientId}`);
}

const Profile = z.looseObject({ attributes: z.array(z.looseObject({ name: z.string() })) });

/** People need no e-mail or full name; Keycloak would otherwise stop their first sign-in to ask for them. */
async function reconcileProfile(admin: KeycloakAdmin): Promise<string[]> {
  const profile = Profile.parse(await admin.call("GET", `${realm}/users/profile`));
  const optional = new Set(["email", "firstName", "lastName"]);
  const asked = profile.attributes.filter(({ name, required }) => optional.has(name) && required);
  if (asked.length === 0) return [];
  const attributes = profile.attributes.map((attribute) =>
    optional.has(attribute.name) ? { ...attribute, required: undefined } : attribute,
  );
  await admin.call("PUT", `${realm}/users/profile`, { ...profile, attributes });
  return asked.map(({ name }) => `profile.${name}`);
}

/** Answers the names of everything that was changed; none means the realm was as desired. */
export async function reconcileRealm(admin: KeycloakAdmin, inputs: RealmInputs): Promise<string[]> {
  const desired = desiredRealm(inputs);
  const changed = await reconcileSettings(admin, desired);
  changed.push(...(await reconcileRoles(admin, desired)));
  changed.push(...(await reconcileClient(admin, desired.portal)));
  changed.push(...(await reconcileMapper(admin, desired)));
  changed.push(...(await reconcileClient(admin, desired.service)));
  changed.push(...(await reconcileRights(admin, desired.service.clientId, desired.serviceRoles)));
  changed.push(...(await reconcileClient(admin, desired.people)));
  changed.push(...(await reconcileRights(admin, desired.people.clientId, desired.peopleRoles)));
  changed.push(...(await reconcileProfile(admin)));
  const { browserFlow } = z.looseObject({ browserFlow: z.string() }).parse(await admin.call("GET", realm));
  if (await reconcileFlow(admin, realm, browserFlow, desired.browserFlow)) changed.push("browser flow");
  // After the flow: Keycloak takes a level only when the flow has it.
  for (const client of desired.builtIn) changed.push(...(await reconcileClient(admin, client)));
  return changed;
}

export type RealmSecrets = RealmInputs & { bootstrapSecret: string };

/**
 * new Keycloak: bootstrap client -> realm -> own service client proven -> bootstrap client removed
 * later:        own service client -> compare and repair
 */
export async function setUpRealm(secrets: RealmSecrets, baseUrl?: string): Promise<{ changed: string[] }> {
  const service: Credentials = { realm: realmName, clientId: "taylordash-admin", clientSecret: secrets.serviceSecret };
  const bootstrap: Credentials = {
    realm: "master",
    clientId: "taylordash-bootstrap",
    clientSecret: secrets.bootstrapSecret,
  };
  const first = keycloakAdmin(bootstrap, baseUrl);
  const own = keycloakAdmin(service, baseUrl);
  const bootstrapClient = await findClient(first, "master", bootstrap.clientId).catch((error: unknown) => {
    if (error instanceof WrongCredentials) return undefined;
    throw error;
  });
  if (!bootstrapClient) return { changed: await reconcileRealm(own, secrets) };
  const changed = await reconcileRealm(first, secrets);
  // Proven before the only other key is thrown away.
  await own.call("GET", realm);
  await first.call("DELETE", `/realms/master/clients/${bootstrapClient.id}`);
  return { changed: [...changed, "bootstrap client removed"] };
}
