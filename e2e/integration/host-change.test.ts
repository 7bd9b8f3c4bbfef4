// Another domain and another port, given later: the next `up` moves the stack there with all its people, and back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../http.ts";
import { makePerson } from "../people.ts";
import { command, containers, httpsPort, root, stateDir, taylordash } from "../stack.ts";

const domain = "moved.example.test";
const port = httpsPort + 1;
const origin = `https://${domain}:${port}`;
const settings = () => readFileSync(join(stateDir, "settings.env"), "utf8");
const there = (path: string) =>
  ask(`https://127.0.0.1:${port}${path}`, { servername: domain, headers: { host: `${domain}:${port}` } });

let before: Map<string, string>;

beforeAll(async () => {
  await makePerson("moved-viewer", "viewer");
  before = await containers();
  const given = [`TAYLORDASH_DOMAIN=${domain}`, `TAYLORDASH_HTTPS_PORT=${port}`];
  await command("env", [...given, join(root, "taylordash"), "up", "--yes"]);
});
afterAll(async () => {
  await taylordash("up", "--yes");
  expect((await ask("/login")).status).toBe(200);
  await taylordash("user", "remove", "moved-viewer", "--yes");
});

describe("the stack at another address", () => {
  it("answers there with a certificate for it, and no longer where it was", async () => {
    expect((await there("/login")).status).toBe(200);
    await expect(ask("/login")).rejects.toThrow(/ECONNREFUSED/);
    expect(settings()).toContain(`\nTAYLORDASH_DOMAIN=${domain}\n`);
    expect(settings()).toContain(`\nTAYLORDASH_HTTPS_PORT=${port}\n`);
  });

  it("signs people in there: Keycloak is that issuer, and takes its redirect address but not the old one", async () => {
    const realm = "/auth/realms/taylordash";
    const { issuer } = JSON.parse((await there(`${realm}/.well-known/openid-configuration`)).body);
    expect(issuer).toBe(origin + realm);
    const challenge = "code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const form = async (from: string) => {
      const back = encodeURIComponent(`${from}/api/auth/callback/keycloak`);
      return there(
        `${realm}/protocol/openid-connect/auth?client_id=portal&response_type=code&scope=openid&${challenge}&redirect_uri=${back}`,
      );
    };
    expect((await form(origin)).body).toMatch(/<form[^>]+login-actions/);
    expect((await form(`https://localhost:${httpsPort}`)).status).toBe(400);
  });

  it("kept its people and every container whose settings are the same", async () => {
    expect(await taylordash("user", "list")).toContain("moved-viewer");
    const after = await containers();
    for (const service of ["postgres", "objectstore", "node-exporter", "postgres-exporter"]) {
      expect([service, after.get(service)]).toEqual([service, before.get(service)]);
    }
  });
});
