// Who may see which route. Every page, handler and API operation of the build must stand here, or the census fails.
import { httpSignIn } from "./http-sign-in.ts";
import { makePerson, type Role } from "./people.ts";
import { container, docker, sql } from "./stack.ts";

/** Least role that sees it; `anybody` needs no sign-in, `signed-in` no role; `inner` does not exist from outside. */
export type Policy = "anybody" | "signed-in" | Role | "inner";

export const pages: Record<string, Policy> = {
  "/_global-error": "anybody",
  "/_not-found": "anybody",
  "/login": "anybody",
  "/login/confirm": "signed-in",
  "/manifest.webmanifest": "anybody",
  "/": "viewer",
  "/logs": "viewer",
  "/audit": "viewer",
  "/sessions": "viewer",
  "/people": "admin",
  "/services": "viewer",
  "/services/[service]": "viewer",
};

export const handlers: Record<string, Policy> = {
  "/api/auth/[...nextauth]": "anybody",
  "/api/health/live": "anybody",
  "/api/health/ready": "anybody",
  // Ends whatever session there is; without one it only sends the browser to the sign-in page.
  "/api/sign-out": "anybody",
  "/api/auth-check": "inner",
  "/api/backchannel-logout": "inner",
  "/api/jwks": "inner",
  "/api/metrics": "inner",
  "/api/events": "viewer",
  "/api/logs": "viewer",
  "/api/stats": "viewer",
  // Each of its operations has a policy of its own, below.
  "/api/v1/[[...path]]": "signed-in",
};

export const operations: Record<string, Policy> = {
  "GET /openapi.json": "signed-in",
  "GET /session": "signed-in",
  "GET /session/state": "signed-in",
  "POST /session/extend": "signed-in",
  "GET /sessions": "signed-in",
  "POST /sessions/end-others": "signed-in",
  // One's own too; whether there is another's of that id nobody below an admin learns.
  "DELETE /sessions/{id}": "admin",
  "GET /tokens": "signed-in",
  "POST /tokens": "viewer",
  "DELETE /tokens/{id}": "admin",
  "GET /people": "admin",
  "POST /people": "admin",
  "DELETE /people/{name}": "admin",
  "PUT /people/{name}/role": "admin",
  "POST /people/{name}/disable": "admin",
  "POST /people/{name}/enable": "admin",
  "POST /people/{name}/reset-password": "admin",
  "POST /people/{name}/reset-second-factor": "admin",
  "GET /audit": "viewer",
  "GET /audit/facets": "viewer",
  "GET /audit/verify": "viewer",
  "GET /audit/export": "viewer",
  "GET /alerts": "viewer",
  "GET /trouble": "viewer",
  "GET /services": "viewer",
  "GET /updates": "viewer",
  "GET /foreign-containers": "viewer",
  "GET /services/{service}": "viewer",
  "GET /services/{service}/history": "viewer",
  "GET /services/{service}/charts": "viewer",
  "GET /logs": "viewer",
  "GET /logs/download": "viewer",
  "POST /services/{service}/start": "operator",
  "POST /services/{service}/restart": "operator",
  "POST /services/{service}/stop": "admin",
  "POST /services/{service}/pull": "admin",
  "POST /services/{service}/recreate": "admin",
  "POST /services/{service}/scale": "operator",
  "POST /services/{service}/probe": "operator",
  "POST /services/{service}/measure": "operator",
  "POST /services/start": "operator",
  "POST /services/restart": "operator",
  "POST /services/stop": "admin",
};

/** Values for names in brackets and braces: nothing that exists, so that an allowed request changes nothing. */
export const examples: Record<string, string> = {
  service: "no-such-service",
  nextauth: "csrf",
  id: "00000000-0000-4000-8000-000000000000",
};

const ladder = ["viewer", "operator", "admin"] as const;
export type Visitor = "nobody" | "without a role" | Role;
export const visitors: readonly Visitor[] = ["nobody", "without a role", ...ladder];

export function mayVisit(policy: Policy, visitor: Visitor): boolean {
  if (policy === "anybody") return true;
  if (policy === "inner" || visitor === "nobody") return false;
  if (policy === "signed-in") return true;
  return visitor !== "without a role" && ladder.indexOf(visitor) >= ladder.indexOf(policy);
}

// Programs with an API token: its role, "may destroy" where it was made for that, or ended.
export const programs = ["viewer", "operator", "admin", "admin, may destroy", "revoked", "expired"] as const;
export type Program = (typeof programs)[number];

/** What a token has no session for, or what people alone do; the status it then gets. */
export const peopleOnly: Record<string, number> = {
  "GET /session/state": 403,
  "POST /session/extend": 403,
  "POST /tokens": 403,
  // Whoever made an admin with a token that lives a day would have one for ever.
  "POST /people": 403,
  "DELETE /people/{name}": 403,
  "PUT /people/{name}/role": 403,
  "POST /people/{name}/disable": 403,
  "POST /people/{name}/enable": 403,
  "POST /people/{name}/reset-password": 403,
  "POST /people/{name}/reset-second-factor": 403,
};
/** What an operation needs to get as far as its verb. */
export const bodies: Record<string, unknown> = { "POST /tokens": { name: "census", role: "viewer", hours: 1 } };
/** A person does these for themselves; a token does not for its owner. */
const ownersOnly = ["POST /sessions/end-others"];

/** The statuses that an operation may answer to a program. */
export function answersTo(name: string, policy: Policy, program: Program): number[] {
  if (program === "revoked" || program === "expired") return [401];
  if (name in peopleOnly) return [peopleOnly[name] ?? 0];
  const role = program === "admin, may destroy" ? "admin" : program;
  // Reading destroys nothing.
  const needsMore = (policy === "admin" && !name.startsWith("GET ")) || ownersOnly.includes(name);
  if (needsMore && program !== "admin, may destroy") return [403];
  return mayVisit(policy, role) ? [200, 204, 400, 404, 409] : [403];
}

/** Real tokens of one owner, made through the API after a real sign-in. */
export async function makeTokens(): Promise<Record<Program, string>> {
  const owner = await httpSignIn(await makePerson("census-tokens", "admin"));
  const make = async (program: Program) => {
    const destructive = program === "admin, may destroy";
    const role = program === "operator" || program === "viewer" ? program : "admin";
    const name = `census ${program}`;
    const { status, body } = await owner.write("POST", "/tokens", { name, role, destructive, hours: 1 });
    if (status !== 200) throw new Error(`no token: ${status} ${body}`);
    const { secret, token } = JSON.parse(body) as { secret: string; token: { id: string } };
    if (program === "revoked") await owner.write("DELETE", `/tokens/${token.id}`);
    if (program === "expired") await sql(`update tokens set expires_at = now() where id = '${token.id}'`);
    return secret;
  };
  const secrets: Record<string, string> = {};
  for (const program of programs) secrets[program] = await make(program);
  return secrets as Record<Program, string>;
}

/** A real sign-in for each visitor; nobody has no cookie. */
export async function signEverybodyIn(): Promise<Record<Visitor, string>> {
  const cookies: Record<string, string> = { nobody: "" };
  for (const visitor of visitors) {
    if (visitor === "nobody") continue;
    const role = visitor === "without a role" ? "none" : visitor;
    cookies[visitor] = (await httpSignIn(await makePerson(`census-${role}`, role))).cookie;
  }
  return cookies as Record<Visitor, string>;
}

const inPortal = async (file: string) =>
  JSON.parse(await docker("exec", await container("portal"), "cat", `/app/.next/${file}`)) as Record<string, unknown>;

/** What the build really has: pages, handlers and the ids of server actions. */
export async function builtRoutes() {
  const all = Object.entries(await inPortal("app-path-routes-manifest.json")) as [string, string][];
  const { node, edge } = await inPortal("server/server-reference-manifest.json");
  return {
    pages: all.filter(([file]) => file.endsWith("/page")).map(([, route]) => route),
    handlers: all.filter(([file]) => file.endsWith("/route")).map(([, route]) => route),
    actions: [...Object.keys(node ?? {}), ...Object.keys(edge ?? {})],
  };
}

export const fill = (route: string) =>
  route.replace(
    /\[\[?(?:\.\.\.)?(\w+)\]?\]|\{(\w+)\}/g,
    (_, a?: string, b?: string) => examples[a ?? b ?? ""] ?? "no-such-thing",
  );

/** Words that only somebody with a role may read: ids, names and images of the running containers. */
export async function protectedWords(): Promise<string[]> {
  const out = await docker("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.Image}}");
  return [...new Set(out.trim().split(/\s+/))].filter((word) => word.length > 8);
}
