// Advisories about the frameworks we use and about systems like ours that no other test is named after: each as a try.
import { access } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { protectedWords } from "../census.ts";
import { ask } from "../http.ts";
import { type Browser, httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { container, docker, origin, taylordash } from "../stack.ts";

let admin: Browser;
let secretWords: string[];
beforeAll(async () => {
  admin = await httpSignIn(await makePerson("advisories", "admin"));
  secretWords = await protectedWords();
});
afterAll(() => taylordash("user", "remove", "advisories", "--yes"));

const leaks = (body: string) => secretWords.filter((word) => body.includes(word));
const marker = "/tmp/advisory-was-here";

async function expectNothingRan() {
  for (const service of ["portal", "worker", "docker-guard"]) {
    const id = await container(service);
    expect(await docker("exec", id, "ls", "-a", "/tmp"), service).not.toContain("advisory-was-here");
  }
  await expect(access(marker)).rejects.toThrow();
}

describe("CVE-2025-55182: a server action's arguments that are made to run", () => {
  const run = `require('node:fs').writeFileSync('${marker}','x')`;
  const bodies: Record<string, string>[] = [
    {
      "0": JSON.stringify({
        // biome-ignore lint/suspicious/noThenProperty: a promise's look-alike is what the attack is
        then: "$1:__proto__:then",
        ...{ status: "resolved_model", reason: -1, value: '{"then":"$B0"}' },
        _response: { _prefix: run, _formData: { get: "$1:constructor:constructor" } },
      }),
      "1": '"$@0"',
    },
    { "0": '["$1:constructor:constructor"]', "1": '{"a":1}' },
    { "0": '["$1:__proto__:constructor:constructor"]', "1": "[]" },
  ];
  it.each(bodies.map((fields, index) => [index, fields] as const))("form %i is refused", async (_index, fields) => {
    const boundary = "b0undary";
    const parts = Object.entries(fields).map(
      ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const body = `${parts.join("")}--${boundary}--\r\n`;
    for (const cookie of ["", admin.cookie]) {
      const headers = {
        "next-action": "x",
        "content-type": `multipart/form-data; boundary=${boundary}`,
        origin,
        cookie,
      };
      const { status } = await ask("/login", { method: "POST", headers, body });
      expect(status).toBeGreaterThanOrEqual(400);
    }
    await expectNothingRan();
    expect((await ask("/api/health/live")).status).toBe(200);
  });
});

describe("CVE-2026-44573, -44574, -44575 and -45109: ways past Next's proxy", () => {
  const headers: Record<string, string>[] = [
    { "x-middleware-prefetch": "1" },
    { "x-middleware-next": "1" },
    { "x-middleware-rewrite": "/services" },
    { "x-middleware-override-headers": "cookie", "x-middleware-request-cookie": "a=b" },
    { "x-matched-path": "/login" },
    { "x-nextjs-data": "1" },
    { "next-resume": "1" },
    { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/services/__PAGE__" },
    { "x-now-route-matches": "1=services" },
    { "x-invoke-path": "/services", "x-invoke-status": "200" },
  ];
  const paths = [
    ...["/services", "/services//", "/en/services", "/SERVICES", "/services;x=1", "/services?_rsc=1"],
    ...["/_next/data/build/services.json", "/services.rsc", "/services.segments/_tree.segment.rsc"],
    ...["/login?nxtPservice=keycloak&__nextDefaultLocale=en", "/_next/image?url=%2Fservices&w=64&q=75"],
  ];
  it.each(paths)("%s shows nobody a protected word, whatever the headers", async (path) => {
    for (const each of [{}, ...headers]) {
      const { status, body } = await ask(path, { headers: each });
      expect([status < 500, leaks(body)], JSON.stringify(each)).toEqual([true, []]);
    }
  });
});

describe("CVE-2026-23944: a proxy that passes on before it asks who is there", () => {
  it.each(["/prometheus/api/v1/query?query=up", "/alertmanager/api/v2/status", "/traefik/api/rawdata"])(
    "%s is nobody's",
    async (path) => {
      const answer = await ask(path, { headers: { accept: "application/json" } });
      expect([302, 303, 307, 401]).toContain(answer.status);
      expect(answer.body).not.toMatch(/"status":|routers|uptime/);
      expect((await admin.ask(path)).status).toBe(200);
    },
  );
});

describe("CVE-2026-33376: an identity that is a plain header", () => {
  it.each(["x-webauth-user", "x-forwarded-user", "x-auth-request-user", "remote-user", "x-actor"])(
    "%s says nothing",
    async (name) => {
      expect((await ask("/api/v1/services", { headers: { [name]: "advisories" } })).status).toBe(401);
    },
  );
});

describe("CVE-2023-1387: a token in an address", () => {
  it("opens nothing, and the edge's log does not keep it", async () => {
    const made = await admin.write("POST", "/tokens", { name: "advisory", role: "viewer", hours: 1 });
    const { secret } = JSON.parse(made.body) as { secret: string };
    const authorization = { authorization: `Bearer ${secret}` };
    expect((await ask("/api/v1/services", { headers: authorization })).status).toBe(200);
    for (const name of ["access_token", "auth_token", "token", "key", "authorization"]) {
      expect((await ask(`/api/v1/services?${name}=${secret}`)).status, name).toBe(401);
    }
    expect(await docker("logs", "--tail", "200", await container("traefik"))).not.toContain(secret);
    expect(await docker("logs", "--tail", "200", await container("portal"))).not.toContain(secret);
  });
});
