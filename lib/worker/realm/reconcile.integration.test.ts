// The realm as code against a real, new Keycloak.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { keycloakAdmin, WrongCredentials } from "../../platform/keycloak.ts";
import { type Daemon, startKeycloak, testFolder } from "../../platform/test-daemons.ts";
import { setUpRealm } from "./reconcile.ts";

const secrets = {
  origin: "https://localhost",
  portalSecret: "p".repeat(43),
  serviceSecret: "s".repeat(43),
  bootstrapSecret: "b".repeat(43),
};
const { folder, remove } = testFolder({ bootstrap: secrets.bootstrapSecret });
const realm = "/realms/taylordash";
let daemon: Daemon;
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
  ({ daemon, url } = await startKeycloak(folder, secrets.bootstrapSecret));
});

afterAll(() => {
  daemon?.stop();
  remove();
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
      attributes: { "pkce.code.challenge.method": "S256", "post.logout.redirect.uris": "https://localhost/login" },
    });
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
