// PostgreSQL, Keycloak with the realm as code, and the portal's own sign-in handler, for integration tests.
import { AsyncLocalStorage } from "node:async_hooks";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { setRole, totpFor } from "../people/keycloak-people.ts";
import { type KeycloakAdmin, keycloakAdmin } from "../platform/keycloak.ts";
import type { Daemon } from "../platform/test-daemons.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { startKeycloak } from "../platform/test-keycloak.ts";
import { setUpRealm } from "../worker/realm/reconcile.ts";
import { resolveSession, SESSION_COOKIE } from "./sessions.ts";
import { handleAuth } from "./sign-in.ts";
import { TestBrowser, type TestPerson } from "./test-browser.ts";

// Outside of Next its request functions do not exist; next-auth asks them for headers and cookies alone.
const request = new AsyncLocalStorage<Request>();
const require = createRequire(import.meta.url);
const pairs = (text: string | null | undefined) =>
  (text ?? "").split(/;\s*/).flatMap((pair) => {
    const at = pair.indexOf("=");
    return at > 0 ? [{ name: pair.slice(0, at), value: decodeURIComponent(pair.slice(at + 1)) }] : [];
  });
const file = require.resolve("next/headers");
require.cache[file] = {
  ...{ id: file, filename: file, loaded: true, children: [], paths: [] },
  exports: {
    headers: async () => request.getStore()?.headers,
    cookies: async () => ({ getAll: () => pairs(request.getStore()?.headers.get("cookie")) }),
  },
} as unknown as NodeJS.Module;

const portal = (asked: Request): Promise<Response> => {
  const nextauth = new URL(asked.url).pathname.split("/").slice(3);
  const forNext = Object.assign(asked, { nextUrl: new URL(asked.url) });
  return request.run(asked, () => handleAuth(forNext, { params: Promise.resolve({ nextauth }) }));
};

/** Of this machine, as the container sees it. */
const hostAddress = ({ id }: Daemon): string => {
  const gateway = "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}";
  return execFileSync("docker", ["inspect", "--format", gateway, id], { encoding: "utf8" }).trim();
};

export type KnownPerson = TestPerson & { id: string };

/** `portalPort`: where a listener of the test takes Keycloak's logout tokens. */
export async function startTestIdentity(options: { portalPort?: number } = {}) {
  const secrets = {
    oidc_client_secret: "p".repeat(43),
    keycloak_people_secret: "q".repeat(43),
    keycloak_admin_secret: "s".repeat(43),
  };
  const bootstrapSecret = "b".repeat(43);
  const database: TestDatabase = await startTestDatabase(secrets);
  const keycloak = await startKeycloak(database, bootstrapSecret).catch(async (error: unknown) => {
    await database.stop();
    throw error;
  });
  const origin = new URL(keycloak.url).origin;
  process.env.TAYLORDASH_ORIGIN = origin;
  process.env.TAYLORDASH_KEYCLOAK_URL = keycloak.url;
  const realm = {
    ...{ origin, bootstrapSecret, portalSecret: secrets.oidc_client_secret },
    ...{ serviceSecret: secrets.keycloak_admin_secret, peopleSecret: secrets.keycloak_people_secret },
    ...(options.portalPort ? { portalUrl: `http://${hostAddress(database.daemon)}:${options.portalPort}` } : {}),
  };
  const stop = async () => {
    keycloak.daemon.stop();
    await database.stop();
  };
  await setUpRealm(realm, keycloak.url).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const admin: KeycloakAdmin = keycloakAdmin(
    { realm: "taylordash", clientId: "taylordash-admin", clientSecret: secrets.keycloak_admin_secret },
    keycloak.url,
  );
  return {
    ...{ database, keycloak, origin, admin },
    setUpRealm: () => setUpRealm(realm, keycloak.url),
    async addPerson(name: string, role: "viewer" | "operator" | "admin" | null = "viewer"): Promise<KnownPerson> {
      const totp = totpFor(name);
      const password = "a long test password";
      const credentials = [{ type: "password", value: password, temporary: false }, totp.credential];
      await admin.call("POST", "/realms/taylordash/users", { username: name, enabled: true, credentials });
      const found = await admin.call("GET", `/realms/taylordash/users?exact=true&username=${name}`);
      const [{ id }] = found as [{ id: string }];
      await setRole(admin, id, role);
      return { id, name, password, otpauth: totp.uri };
    },
    browser: () => new TestBrowser(origin, portal),
    stop,
  };
}
export type TestIdentity = Awaited<ReturnType<typeof startTestIdentity>>;

/** Signs in as a click on the sign-in page does, whatever Keycloak asks; answers where the browser ends. */
export async function signInWith(browser: TestBrowser, person: TestPerson, query: Record<string, string> = {}) {
  browser.asked.length = 0;
  const csrf = (await (await browser.ask("/api/auth/csrf")).json()) as { csrfToken: string };
  const start = await browser.form(`/api/auth/signin/keycloak?${new URLSearchParams(query)}`, {
    ...{ csrfToken: csrf.csrfToken, callbackUrl: "/services", json: "true" },
  });
  const { url } = (await start.json()) as { url: string };
  return browser.signIn(url, person, /\/(services|login)(\?|$)/);
}

export const cookieOf = (browser: TestBrowser): string | undefined => browser.jar.get(SESSION_COOKIE);
export const actorOf = (browser: TestBrowser) => resolveSession(cookieOf(browser));
