// Every route of the build as everybody, with and without proxy.ts: nobody reads a byte that their role does not reach.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import {
  answersTo,
  bodies,
  builtRoutes,
  fill,
  handlers,
  makeTokens,
  mayVisit,
  operations,
  type Policy,
  type Program,
  pages,
  peopleOnly,
  programs,
  protectedWords,
  signEverybodyIn,
  type Visitor,
  visitors,
} from "../census.ts";
import { type Ask, ask } from "../http.ts";
import { httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { command, container, docker, origin, project, sql, stateDir } from "../stack.ts";

let cookies: Record<Visitor, string>;
let secretWords: string[];
let built: Awaited<ReturnType<typeof builtRoutes>>;

beforeAll(async () => {
  [cookies, secretWords, built] = [await signEverybodyIn(), await protectedWords(), await builtRoutes()];
});

const leaks = (body: string) => secretWords.filter((word) => body.includes(word));

/** The ways to ask for one page: as a browser, as Next's router, and as its prefetches do. */
const variants: Record<string, (path: string) => [string, Record<string, string>]> = {
  html: (path) => [path, { accept: "text/html" }],
  rsc: (path) => [`${path}?_rsc=1`, { rsc: "1" }],
  prefetch: (path) => [`${path}?_rsc=1`, { rsc: "1", "next-router-prefetch": "1" }],
  segment: (path) => [
    `${path}?_rsc=1`,
    { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
  ],
  "rsc file": (path) => [`${path === "/" ? "/index" : path}.rsc`, {}],
  "segment file": (path) => [`${path === "/" ? "/index" : path}.segments/_tree.segment.rsc`, {}],
  "data file": (path) => [`/_next/data/build${path === "/" ? "/index" : path}.json`, {}],
  // CVE-2025-29927: a header that once made Next skip its middleware.
  "bypass header": (path) => [
    path,
    { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
  ],
};

type Where = Pick<Ask, "servername"> & { base: string };

async function visitPages(where: Where) {
  const problems: string[] = [];
  for (const [route, policy] of Object.entries(pages)) {
    for (const visitor of visitors) {
      for (const [name, variant] of Object.entries(variants)) {
        const [path, headers] = variant(fill(route));
        const answer = await ask(new URL(path, where.base).href, {
          servername: where.servername,
          headers: { ...headers, host: new URL(origin).host, cookie: cookies[visitor] },
        });
        const what = `${name} of ${path} as ${visitor}: ${answer.status}`;
        if (answer.status >= 500 && route !== "/_global-error") problems.push(what);
        if (mayVisit(policy, visitor)) continue;
        const found = leaks(answer.body);
        if (found.length > 0) problems.push(`${what}, shows ${found.slice(0, 3)}`);
        if (name === "html" && visitor === "nobody" && !String(answer.headers.location).includes("/login")) {
          problems.push(`${what}, is not sent to sign in`);
        }
      }
    }
  }
  return problems;
}

describe("the census", () => {
  it("knows every page and handler of the build, and there are no server actions", () => {
    expect([...built.pages].sort()).toEqual(
      Object.keys(pages)
        .filter((route) => built.pages.includes(route))
        .sort(),
    );
    const unlisted = [...built.pages, ...built.handlers].filter((route) => !(route in pages) && !(route in handlers));
    expect(unlisted).toEqual([]);
    const gone = [...Object.keys(pages), ...Object.keys(handlers)].filter(
      (route) => ![...built.pages, ...built.handlers].includes(route),
    );
    expect(gone).toEqual([]);
    expect(built.actions).toEqual([]);
  });

  it("knows every operation of the API, and no other", async () => {
    const { body } = await ask("/api/v1/openapi.json", { headers: { cookie: cookies.viewer } });
    const { paths } = JSON.parse(body) as { paths: Record<string, Record<string, unknown>> };
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(listed.sort()).toEqual(Object.keys(operations).sort());
  });

  it("would notice a leak: the same words are all over an operator's page", async () => {
    const { body } = await ask("/services", { headers: { cookie: cookies.operator, accept: "text/html" } });
    expect(leaks(body).length).toBeGreaterThan(5);
  });
});

describe("pages", () => {
  it("show nothing to those below their policy, through the edge", async () => {
    expect(await visitPages({ base: origin })).toEqual([]);
  });
  it("open for those at or above it", async () => {
    for (const [route, policy] of Object.entries(pages)) {
      if (route.includes("[") || policy === "anybody") continue;
      for (const visitor of visitors.filter((one) => mayVisit(policy, one))) {
        const { status } = await ask(fill(route), { headers: { cookie: cookies[visitor], accept: "text/html" } });
        expect(status, `${route} as ${visitor}`).toBe(200);
      }
    }
  });
});

const streams = ["/api/events", "/api/stats", "/api/logs"];
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const refused = [401, 403, 404, 405];

describe("handlers", () => {
  it.each(Object.entries(handlers))("%s answers %s alone, whatever the method", async (route, policy: Policy) => {
    for (const visitor of visitors) {
      for (const method of methods) {
        const headers = { cookie: cookies[visitor], origin, "sec-fetch-site": "same-origin" };
        // A stream that opens for somebody who may read it never ends.
        if (mayVisit(policy, visitor) && streams.includes(route) && method === "GET") continue;
        // Signing out ends the visitor's session; it has a test of its own.
        if (route === "/api/sign-out" && method === "POST") continue;
        const { status, body } = await ask(fill(route), { method, headers });
        const what = `${method} ${route} as ${visitor}`;
        expect(status, what).toBeLessThan(500);
        if (mayVisit(policy, visitor)) continue;
        if (method !== "OPTIONS") expect(refused, what).toContain(status);
        expect(leaks(body), what).toEqual([]);
      }
    }
  });
});

// CVE-2026-47125 and -47179 were routes that forgot to ask: here every one is asked as everybody.
describe("operations of the API", () => {
  const call = (name: string, headers: Record<string, string>) => {
    const [method = "GET", path = ""] = name.split(" ");
    const body = method === "GET" ? undefined : "{}";
    return ask(`/api/v1${fill(path)}`, { method, headers: { "content-type": "application/json", ...headers }, body });
  };
  it.each(Object.entries(operations))("%s: %s and above", async (name, policy) => {
    for (const visitor of visitors) {
      const { status, body } = await call(name, { cookie: cookies[visitor], origin, "sec-fetch-site": "same-origin" });
      if (mayVisit(policy, visitor)) {
        // What it names does not exist, or a recent second factor is wanted: never "you may not".
        if (status === 403) expect(body, `${name} as ${visitor}`).toContain("step-up");
        else expect([200, 204, 400, 404, 409], `${name} as ${visitor}: ${body}`).toContain(status);
      } else {
        expect(status, `${name} as ${visitor}`).toBe(visitor === "nobody" ? 401 : 403);
        expect(leaks(body), `${name} as ${visitor}`).toEqual([]);
      }
    }
  });
  it.each(Object.keys(operations).filter((name) => name.startsWith("GET")))("%s: HEAD answers so too", async (name) => {
    const [, path = ""] = name.split(" ");
    for (const visitor of ["nobody", "viewer", "admin"] as const) {
      const headers = { cookie: cookies[visitor] };
      const [get, head] = [await call(name, headers), await ask(`/api/v1${fill(path)}`, { method: "HEAD", headers })];
      expect([head.status, head.headers["content-type"], head.body], visitor).toEqual([
        ...[get.status, get.headers["content-type"], ""],
      ]);
    }
  });
  it.each(Object.keys(operations).filter((name) => !name.startsWith("GET")))(
    "%s changes nothing for another site",
    async (name) => {
      const foreign: Record<string, string>[] = [
        {},
        { origin: "null" },
        { origin: "https://elsewhere.example" },
        { origin, "sec-fetch-site": "cross-site" },
        { origin, "sec-fetch-site": "same-site" },
      ];
      for (const headers of foreign) {
        expect((await call(name, { cookie: cookies.admin, ...headers })).status, JSON.stringify(headers)).toBe(403);
      }
    },
  );
});

describe("operations of the API for programs", () => {
  let secrets: Record<Program, string>;
  beforeAll(async () => {
    secrets = await makeTokens();
  });
  const call = (name: string, program: Program) => {
    const [method = "GET", path = ""] = name.split(" ");
    const headers = { authorization: `Bearer ${secrets[program]}`, "content-type": "application/json" };
    return ask(`/api/v1${fill(path)}`, {
      method,
      headers,
      body: method === "GET" ? undefined : JSON.stringify(bodies[name] ?? {}),
    });
  };
  it.each(Object.entries(operations))("%s: %s and above, as far as a token reaches", async (name, policy) => {
    for (const program of programs) {
      const { status, body } = await call(name, program);
      expect(answersTo(name, policy, program), `${name} as ${program}: ${status} ${body.slice(0, 300)}`).toContain(
        status,
      );
      if (status >= 400) expect(leaks(body), `${name} as ${program}`).toEqual([]);
    }
  });
  it("an admin's token reads people, all sessions and all tokens without the right to destroy, and no secret", async () => {
    for (const [path, name] of [
      ["/people", "census-tokens"],
      ["/sessions?everybody=true", "census-admin"],
      ["/tokens?everybody=true", "census-tokens"],
    ] as const) {
      const { status, body } = await call(`GET ${path}`, "admin");
      expect(status, path).toBe(200);
      expect(body, path).toContain(name);
      expect(body, path).not.toMatch(/secret(?!ion)|password|refresh|id_?token/i);
      for (const secret of Object.values(secrets)) expect(body, path).not.toContain(secret);
      expect((await call(`GET ${path}`, "operator")).status, path).toBe(403);
    }
  });
  it("no token changes people or makes tokens, and each try is in the audit", async () => {
    for (const name of Object.keys(peopleOnly).filter((one) => !one.includes("/session/"))) {
      const { status, body } = await call(name, "admin, may destroy");
      expect([status, JSON.parse(body).error.code], name).toEqual([403, "no-person"]);
      expect(body, name).toContain("Only a signed-in person can");
      const row = `action = 'access.refuse' and target = '${name}' and details ->> 'code' = 'no-person'`;
      expect(await sql(`select count(*) > 0 from audit where ${row}`), name).toBe("t");
    }
  });
  it("a token is told who it is, what it may and until when", async () => {
    const { status, body } = await call("GET /session", "operator");
    expect(status).toBe(200);
    const { user, token } = JSON.parse(body) as { user: { name: string }; token: { expiresAt: string } };
    expect(user).toMatchObject({ name: "census-tokens", role: "admin" });
    expect(token).toMatchObject({ name: "census operator", role: "operator", destructive: false });
    expect(Date.parse(token.expiresAt)).toBeGreaterThan(Date.now());
    expect((await call("GET /session/state", "operator")).body).toContain("An API token has no session");
  });
  it("unknown tokens from one address are sent away after a while, and a good one is not", async () => {
    const wrong = { authorization: `Bearer td_${"x".repeat(43)}` };
    const answers = [];
    for (let count = 0; count < 22; count += 1) answers.push(await ask("/api/v1/services", { headers: wrong }));
    expect(answers.map(({ status }) => status).filter((status) => status !== 401 && status !== 429)).toEqual([]);
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers["retry-after"])).toBeGreaterThan(0);
    expect(last?.body).toMatch(/Wait \d+ s/);
    expect((await call("GET /services", "viewer")).status).toBe(200);
    expect(await sql("select count(*) > 0 from audit where target = 'API token' and outcome = 'refused'")).toBe("t");
  });
  it("a token opens no page, and no cookie makes up for one that ended", async () => {
    const cookie = cookies.admin;
    for (const program of programs) {
      const headers = { authorization: `Bearer ${secrets[program]}` };
      const page = await ask("/services", { headers: { ...headers, accept: "text/html" } });
      expect([302, 303, 307], program).toContain(page.status);
      expect(leaks(page.body), program).toEqual([]);
    }
    const authorization = `Bearer ${secrets.revoked}`;
    expect((await ask("/api/v1/services", { headers: { authorization, cookie } })).status).toBe(401);
  });
});

describe("a cookie kept from before sign-out", () => {
  it("reads no protected byte on any route", async () => {
    const browser = await httpSignIn(await makePerson("census-replay", "admin"));
    const kept = browser.cookie;
    expect((await ask("/api/v1/services", { headers: { cookie: kept } })).status).toBe(200);
    expect((await browser.form("/api/sign-out", {})).status).toBe(303);
    const before = cookies.admin;
    cookies.admin = kept;
    try {
      for (const [route, policy] of Object.entries({ ...pages, ...handlers })) {
        if (policy === "anybody") continue;
        const { status, body } = await ask(fill(route), { headers: { cookie: kept } });
        expect([302, 303, 307, 401, 404], route).toContain(status);
        expect(leaks(body), route).toEqual([]);
      }
      for (const name of Object.keys(operations)) {
        const [method = "GET", path = ""] = name.split(" ");
        const { status } = await ask(`/api/v1${fill(path)}`, { method, headers: { cookie: kept, origin } });
        expect(status, name).toBe(401);
      }
    } finally {
      cookies.admin = before;
    }
  });
});

describe("without proxy.ts", () => {
  const name = `${project}-census-portal`;
  let base = "";
  beforeAll(async () => {
    // The same image, secrets and networks as the portal; only the manifest that names the proxy is emptied.
    const portal = await container("portal");
    const [inspect] = JSON.parse(await docker("inspect", portal)) as {
      Config: { Image: string; Env: string[]; User: string };
      Mounts: { Type: string; Source: string; Name?: string; Destination: string }[];
    }[];
    if (!inspect) throw new Error("no portal");
    const mounts = inspect.Mounts.filter(({ Type }) => Type !== "tmpfs").flatMap(
      ({ Type, Source, Name, Destination }) => ["-v", `${Type === "volume" ? Name : Source}:${Destination}:ro`],
    );
    const env = inspect.Config.Env.filter((line) => /^(TAYLORDASH_|NODE_)/.test(line)).flatMap((line) => ["-e", line]);
    const id = (
      await docker(
        ...["create", "--name", name, "--user", inspect.Config.User, "--network", `${project}_app`, ...mounts, ...env],
        ...["--memory", "448m", inspect.Config.Image, "node", "/app/server.js"],
      )
    ).trim();
    await docker("network", "connect", `${project}_db`, id);
    const manifest = join(stateDir, "census-functions.json");
    await command("cp", [join(import.meta.dirname, "../census-no-proxy.json"), manifest]);
    await docker("cp", manifest, `${id}:/app/.next/server/functions-config-manifest.json`);
    await command("rm", [manifest]);
    await docker("start", id);
    const address = await docker(
      "inspect",
      "-f",
      `{{(index .NetworkSettings.Networks "${project}_app").IPAddress}}`,
      id,
    );
    base = `https://${address.trim()}:3000`;
    await eventually(async () => {
      const { status } = await ask(`${base}/api/health/live`, { servername: "portal" });
      if (status !== 200) throw new Error(`it answers ${status}`);
    }, 60_000);
  }, 120_000);
  afterAll(() => docker("rm", "-f", name).catch(() => undefined));

  it("the proxy is off: pages come without its policy", async () => {
    expect(readFileSync(join(import.meta.dirname, "../census-no-proxy.json"), "utf8")).not.toContain("_middleware");
    const { headers } = await ask(`${base}/login`, { servername: "portal" });
    expect(String(headers["content-security-policy"])).not.toContain("nonce-");
  });
  it("pages still show nothing to those below their policy", async () => {
    expect(await visitPages({ base, servername: "portal" })).toEqual([]);
  });
});
