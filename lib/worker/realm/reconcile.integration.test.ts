// The realm as code against a real, new Keycloak.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { keycloakAdmin, WrongCredentials } from "../../platform/keycloak.ts";
import { startTestDatabase, type TestDatabase } from "../../platform/test-database.ts";
import { startKeycloak, type TestKeycloak } from "../../platform/test-keycloak.ts";
import { setUpRealm } from "./reconcile.ts";

const secrets = {
  origin: "https://localhost",
  portalSecret: "p".repeat(43),
  serviceSecret: "s".repeat(43),
  peopleSecret: "q".repeat(43),
  bootstrapSecret: "b".repeat(43),
};
const realm = "/realms/taylordash";
let database: TestDatabase;
let keycloak: TestKeycloak;
let url = "";

const own = () =>
  keycloakAdmin({ realm: "taylordash", clientId: "taylordash-admin", clientSecret: secrets.serviceSecret }, url);
const portal = async () => {
  const found = await own().call("GET", `${realm}/clients?clientId=portal`);
  const [client] = z.array(z.looseObject({ id: z.string(), redirectUris: z.array(z.string()) })).parse(found);
  if (!client) throw new Error("no client portal");
  return client;
};

beforeAll(async () => {
  database = await startTestDatabase({}, { migrated: false });
  keycloak = await startKeycloak(database, secrets.bootstrapSecret);
  url = keycloak.url;
});

afterAll(async () => {
  keycloak?.daemon.stop();
  await database?.stop();
});

describe("a new Keycloak", () => {
  it("gets the realm, and loses its bootstrap client", async () => {
    const { changed } = await setUpRealm(secrets, url);
    expect(changed).toEqual(
      expect.arrayContaining(["realm", "client portal", "browser flow", "bootstrap client removed"]),
    );
    const bootstrap = { realm: "master", clientId: "taylordash-bootstrap", clientSecret: secrets.bootstrapSecret };
    await expect(keycloakAdmin(bootstrap, url).call("GET", "/realms/master")).rejects.toThrow(WrongCredentials);
  });
  it("needs nothing the second time", async () => {
    expect((await setUpRealm(secrets, url)).changed).toEqual([]);
  });
  it("has the client with PKCE, exact addresses and no password grant", async () => {
    expect(await portal()).toMatchObject({
      redirectUris: ["https://localhost/api/auth/callback/keycloak"],
      directAccessGrantsEnabled: false,
      attributes: {
        "pkce.code.challenge.method": "S256",
        "post.logout.redirect.uris": "https://localhost/login",
        "backchannel.logout.url": "https://portal:3000/api/backchannel-logout",
        "backchannel.logout.session.required": "true",
      },
    });
  });
});

describe("a client of Keycloak's own", () => {
  const client = async (clientId: string) => {
    const found = await own().call("GET", `${realm}/clients?clientId=${clientId}`);
    return z.array(z.looseObject({ id: z.string(), enabled: z.boolean() })).parse(found)[0];
  };
  it("lets nobody in by the password alone: neither the account pages nor the password grant", async () => {
    for (const name of ["account", "account-console"]) {
      expect(await client(name)).toMatchObject({ attributes: { "minimum.acr.value": "2" } });
    }
    expect(await client("admin-cli")).toMatchObject({ enabled: false, directAccessGrantsEnabled: false });
    expect(await client("security-admin-console")).toMatchObject({ enabled: false });
  });
  it("that was given a right by hand loses it", async () => {
    const people = await client("taylordash-people");
    const management = await client("realm-management");
    const account = z.object({ id: z.string() });
    const { id } = account.parse(await own().call("GET", `${realm}/clients/${people?.id}/service-account-user`));
    const right = await own().call("GET", `${realm}/clients/${management?.id}/roles/view-events`);
    await own().call("POST", `${realm}/users/${id}/role-mappings/clients/${management?.id}`, [right]);
    expect((await setUpRealm(secrets, url)).changed).toEqual(["right view-events of taylordash-people"]);
  });
});

describe("a realm that was changed by hand", () => {
  it("is repaired, and each change is named", async () => {
    const client = await portal();
    await own().call("PUT", `${realm}/clients/${client.id}`, {
      ...client,
      directAccessGrantsEnabled: true,
      redirectUris: ["*"],
    });
    await own().call("PUT", realm, { bruteForceProtected: false, browserFlow: "browser" });
    await own().call("DELETE", `${realm}/roles/operator`);
    const { changed } = await setUpRealm(secrets, url);
    expect(changed.sort()).toEqual([
      "browser flow",
      "client portal.directAccessGrantsEnabled",
      "client portal.redirectUris",
      "realm.bruteForceProtected",
      "role operator",
    ]);
    expect((await setUpRealm(secrets, url)).changed).toEqual([]);
  });
  it("follows a new origin", async () => {
    await setUpRealm({ ...secrets, origin: "https://dash.example.org:8443" }, url);
    expect((await portal()).redirectUris).toEqual(["https://dash.example.org:8443/api/auth/callback/keycloak"]);
  });
});
