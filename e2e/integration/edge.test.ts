// The edge as the outside meets it: TLS, headers on every answer, what is reachable and what is not.
import { type ConnectionOptions, connect } from "node:tls";
import { describe, expect, it } from "vitest";
import { type Answer, ask } from "../http.ts";
import { ca, container, docker, httpPort, httpsPort, origin } from "../stack.ts";

/** Runs in the portal's container, whose own address is the one that is slowed down: nobody else's. */
const flood = (path: string) => `
  const https = require("node:https");
  const agent = new https.Agent({ keepAlive: true, maxSockets: 40, rejectUnauthorized: false, servername: "localhost" });
  let [left, after, first, bare] = [3000, 1200, null, 0];
  const done = () => process.stdout.write(JSON.stringify({ ...first, bare }), () => process.exit(0));
  const next = () => {
    if (left-- <= 0 || after <= 0) return done();
    https.get({ host: "traefik", port: 8443, path: ${JSON.stringify(path)}, agent, headers: { host: "localhost" } }, (answer) => {
      let body = "";
      answer.on("data", (part) => (body += part)).on("end", () => {
        if (first) after -= 1;
        if (answer.statusCode === 429) {
          first ??= { status: 429, headers: answer.headers, body };
          if (!/frame-ancestors 'self'/.test(answer.headers["content-security-policy"] ?? "")) bare += 1;
        }
        next();
      });
    });
  };
  for (let lane = 0; lane < 40; lane += 1) next();
`;

/** The negotiated protocol and cipher, or the error's code when the edge refuses. */
function handshake(options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(
      { host: "127.0.0.1", port: httpsPort, servername: "localhost", ca: ca(), ...options },
      () => {
        resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
        socket.destroy();
      },
    );
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(`refused: ${error.code ?? error.message}`));
  });
}

describe("TLS", () => {
  it("serves a certificate of the stack's CA for the chosen domain", async () => {
    expect(await handshake({})).toMatch(/^TLSv1\.3 /);
  });
  it("accepts TLS 1.2 with an AEAD suite only", async () => {
    const tls12 = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
    expect(await handshake({ ...tls12 })).toMatch(/^TLSv1\.2 ECDHE-\w+-(AES\d+-GCM|CHACHA20)/);
    expect(await handshake({ ...tls12, ciphers: "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA" })).toMatch(/^refused/);
  });
  it("refuses TLS 1.1", async () => {
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    expect(await handshake(old)).toMatch(/^refused/);
  });
  it("sends plain HTTP to HTTPS on the published port", async () => {
    const answer = await ask(`http://localhost:${httpPort}/services?a=b`);
    expect([301, 308]).toContain(answer.status);
    expect(answer.headers.location).toBe(`${origin}/services?a=b`);
  });
});

const everyAnswer = [
  "/login",
  "/api/health/live",
  "/no-such-page",
  "/auth/realms/taylordash",
  "/auth/admin/",
  "/prometheus/",
];

describe("headers", () => {
  it.each(everyAnswer)("of %s carry the security headers", async (path) => {
    const { headers } = await ask(path);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBeTruthy();
    expect(String(headers["content-security-policy"])).toMatch(/frame-ancestors 'self'/);
    expect(headers["x-powered-by"]).toBeUndefined();
    // Browsers would pin localhost for every other program of this machine.
    expect(headers["strict-transport-security"]).toBeUndefined();
  });
  it("are on the catch-all 404 of a foreign host name too", async () => {
    const answer = await ask("/", { headers: { host: "elsewhere.example" } });
    expect(answer.status).toBe(404);
    expect(String(answer.headers["content-security-policy"])).toMatch(/frame-ancestors 'self'/);
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    expect(answer.body).toContain("<h1>Nothing is here</h1>");
  });
  it.each([
    ...["/services/a%2Fb", "/services/%2e%2e%2fx", "/auth%2frealms/taylordash", "/api%5Cmetrics", "/a%00b", "/a%3bb"],
    ...["/a%25b", "/auth/realms/taylordash%2f..%2f..%2fadmin/", "/mqtt%2f", "/prometheus%2Fgraph"],
  ])("and words are on the refusal of %s", async (path) => {
    for (const host of [new URL(origin).host, "elsewhere.example"]) {
      const answer = await ask(path, { headers: { host } });
      expect(answer.status).toBe(400);
      expect(String(answer.headers["content-security-policy"])).toMatch(/frame-ancestors 'self'/);
      expect(answer.headers["x-content-type-options"]).toBe("nosniff");
      expect(answer.body).toContain("<h1>This address is not understood</h1>");
    }
  });
  it("give the portal's pages a fresh nonce and no inline scripts", async () => {
    const [first, second] = await Promise.all([ask("/login"), ask("/login")]);
    const nonce = (csp: unknown) => /script-src[^;]*'nonce-([^']+)'/.exec(String(csp))?.[1];
    const [a, b] = [first, second].map(({ headers }) => nonce(headers["content-security-policy"]));
    expect(a).toBeTruthy();
    expect(a).not.toBe(b);
    expect(/script-src[^;]*/.exec(String(first.headers["content-security-policy"]))?.[0]).not.toContain(
      "unsafe-inline",
    );
  });
});

describe("routes", () => {
  it.each([
    "/auth/admin/",
    "/auth/admin/master/console/",
    "/auth/metrics",
    "/auth/realms/master",
    "/auth/realms/master/protocol/openid-connect/token",
    "/auth/health",
    "/auth/",
    "/api/metrics",
  ])("%s does not exist from outside", async (path) => {
    expect((await ask(path)).status).toBe(404);
  });
  it.each(["/prometheus/graph", "/alertmanager/", "/traefik/dashboard/"])("%s is closed to nobody", async (path) => {
    const answer = await ask(path);
    expect([302, 303, 307, 401]).toContain(answer.status);
    expect(answer.body).not.toMatch(/Prometheus|Alertmanager|Traefik Proxy/);
  });
  it("answers the realm's discovery with the public issuer", async () => {
    const answer = await ask("/auth/realms/taylordash/.well-known/openid-configuration");
    expect(JSON.parse(answer.body)).toMatchObject({ issuer: `${origin}/auth/realms/taylordash` });
  });
  it("answers the API with 401 and words, not with a page, to nobody", async () => {
    for (const path of ["/api/v1/services", "/api/events"]) {
      const answer = await ask(path);
      expect(answer.status, path).toBe(401);
      expect(JSON.parse(answer.body), path).toHaveProperty("error.code");
    }
  });
  it("compresses", async () => {
    const answer = await ask("/login", { headers: { "accept-encoding": "gzip" } });
    expect(answer.headers["content-encoding"]).toBe("gzip");
  });
});

describe("limits and logs", () => {
  it("slow a flood on the sign-in paths down with 429", async () => {
    const answers = await Promise.all(
      Array.from({ length: 120 }, () =>
        ask("/auth/realms/taylordash/protocol/openid-connect/token", { method: "POST", body: "grant_type=none" }),
      ),
    );
    expect(answers.map((a) => a.status)).toContain(429);
  });
  it.each([
    ["a page", "/manifest.webmanifest", /<h1>Too much at once<\/h1>/],
    ["the API", "/api/health/live", /^Too Many Requests$/],
    ["the sign-in", "/api/auth/csrf", /^Too Many Requests$/],
  ])("answer a flood of %s with 429, the security headers and when to come back", async (_, path, words) => {
    const found = await docker("exec", await container("portal"), "node", "-e", flood(path));
    const { status, headers, body, bare } = JSON.parse(found) as Answer & { bare: number };
    expect(status).toBe(429);
    // Whoever goes on gets no answer of another kind.
    expect(bare).toBe(0);
    expect(String(headers["content-security-policy"])).toMatch(/frame-ancestors 'self'/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["retry-after"]).toBeTruthy();
    expect(body).toMatch(words);
  });
  it("keep cookies, authorization and query strings out of the access log", async () => {
    const mark = `mark${Date.now()}`;
    const headers = { cookie: `a=${mark}cookie`, authorization: `Bearer ${mark}bearer`, "user-agent": `${mark}agent` };
    await ask(`/login?secret=${mark}query`, { headers });
    const log = await docker("logs", "--since", "1m", await container("traefik"));
    const lines = log.split("\n").filter((line) => line.includes("/login"));
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.parse(lines.at(-1) ?? "")).toHaveProperty("RouterName");
    for (const leak of ["cookie", "bearer", "query"]) expect(log).not.toContain(mark + leak);
  });
});
