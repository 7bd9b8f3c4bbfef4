// What a client forges does not pass the edge: headers that only the portal or the edge may set, in any spelling, and
// paths spelled so that a router and a service would read them differently. Traefik with its real files; behind it an
// echo, and in the portal's place a program that grants or not.
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { type Compose, makeSmallStack, readCa, type SmallStack } from "../tools/small-stack.ts";

const domain = "dash.example.test";
let stack: SmallStack;

const echo = `require("node:http").createServer((q, r) => r.end(JSON.stringify(q.rawHeaders))).listen(8000)`;
// The portal answers a signed-in viewer with a token, everybody else here with a bare yes: the worst case for the edge.
const portal = `const { readFileSync } = require("node:fs");
const [cert, key] = ["crt", "key"].map((kind) => readFileSync("/run/tls/tls." + kind));
require("node:https").createServer({ cert, key }, (q, r) => {
  if (/signed-in/.test(q.headers.cookie ?? "")) r.setHeader("X-JWT-Assertion", "real");
  r.end();
}).listen(3000)`;

function change({ services }: Compose) {
  const bare = { secrets: [], labels: {}, healthcheck: { disable: true } };
  const image = services.portal?.image;
  services.portal = { ...services.portal, ...bare, command: ["node", "-e", portal], networks: { edge: {} } };
  const route = (path: string, more: Record<string, string> = {}) => ({
    [`traefik.http.routers.${path}.rule`]: `Host(\`${domain}\`) && PathPrefix(\`/${path}\`)`,
    [`traefik.http.routers.${path}.entrypoints`]: "websecure",
    [`traefik.http.routers.${path}.service`]: "echo",
    ...more,
  });
  services.echo = {
    ...{ image, user: "10100:10100", command: ["node", "-e", echo], networks: { edge: {} } },
    labels: {
      ...{ "traefik.enable": "true", "traefik.http.services.echo.loadbalancer.server.port": "8000" },
      ...route("plain"),
      ...route("grafana-like", { "traefik.http.routers.grafana-like.middlewares": "grafana-user@file,no-cookie@file" }),
    },
  };
}

type Answer = { status: number; headers: [name: string, value: string][] };

function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const to = { host: "127.0.0.1", port: stack.httpsPort, servername: domain, ca: readCa(stack), agent: false };
  return new Promise((resolve, reject) => {
    const asked = request({ ...to, path, headers: { host: domain, ...headers } }, async (response) => {
      const body = await text(response);
      const flat = response.statusCode === 200 ? (JSON.parse(body) as string[]) : [];
      const pairs = Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] ?? "", flat[2 * i + 1] ?? ""]);
      resolve({ status: response.statusCode ?? 0, headers: pairs as Answer["headers"] });
    });
    asked.on("error", reject);
    asked.end();
  });
}

// As CGI, WSGI and others read names: X_JWT_Assertion and X.JWT.Assertion are X-JWT-Assertion to them.
const read = ({ headers }: Answer, name: string) =>
  headers.filter(([given]) => given.toLowerCase().replace(/[^a-z0-9]/g, "-") === name).map(([, value]) => value);

const forged = {
  "X-JWT-Assertion": "forged",
  X_JWT_Assertion: "forged",
  "x.jwt_assertion": "forged",
  "X-JWT_Assertion": "forged",
};

beforeAll(async () => {
  stack = await makeSmallStack({ project: "tdforge", domain, change });
  await stack.compose("up", "-d", "traefik", "docker-guard", "portal", "echo");
  await eventually(async () => {
    const answers = [await ask("/plain"), await ask("/grafana-like")];
    if (answers.some(({ status }) => status !== 200)) throw new Error(JSON.stringify(answers));
  }, 60_000);
});

afterAll(() => stack?.remove());

describe("the token that the portal gives for Grafana", () => {
  it("reaches the service as the portal wrote it, once, whatever the client sent under any spelling", async () => {
    const answer = await ask("/grafana-like", { ...forged, cookie: "signed-in" });
    expect(answer.status).toBe(200);
    expect(read(answer, "x-jwt-assertion")).toEqual(["real"]);
  });

  it("is not there when the portal gives none, whatever the client sent", async () => {
    expect(read(await ask("/grafana-like", forged), "x-jwt-assertion")).toEqual([]);
  });

  it("costs the service neither the browser's cookies nor its authorization", async () => {
    const answer = await ask("/grafana-like", {
      cookie: "signed-in",
      authorization: "Bearer mine",
      "x-harmless": "stays",
    });
    expect([read(answer, "cookie"), read(answer, "authorization"), read(answer, "x-harmless")]).toEqual([
      [],
      [],
      ["stays"],
    ]);
  });
});

describe("every route", () => {
  it("drops spellings that alias another header, and passes the header itself", async () => {
    const answer = await ask("/plain", { X_Real_Name: "alias", "X.Real.Name": "alias", "X-Real-Name": "plain" });
    expect(read(answer, "x-real-name")).toEqual(["plain"]);
  });

  it("tells the service the client's own address, not the one it claims", async () => {
    const claim = {
      "x-forwarded-for": "6.6.6.6",
      "x-real-ip": "6.6.6.6",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "evil",
    };
    const answer = await ask("/plain", { ...claim, X_Forwarded_For: "6.6.6.6" });
    expect(JSON.stringify(answer.headers)).not.toMatch(/6\.6\.6\.6|evil/);
    expect(read(answer, "x-forwarded-for")).toHaveLength(1);
    expect(read(answer, "x-forwarded-proto")).toEqual(["https"]);
  });

  it.each(["%2f", "%2F", "%5c", "%00", "%3b", "%25"])("hands no service a path with %s in it", async (spelling) => {
    // 400 with words where mqtt-proxy runs, as edge.test.ts shows; this lone edge has nobody for them.
    expect((await ask(`/plain/a${spelling}b`)).status).toBe(502);
  });
});
