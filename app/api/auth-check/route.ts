// The edge's question before it lets somebody through to a tool: 204, with a token for Grafana, or where to go.
import { cookies } from "next/headers";
import { z } from "zod";
import { can, grafanaToken, type Permission, resolveSession, SESSION_COOKIE } from "@/lib/auth";
import { env } from "@/lib/platform/env";

export const dynamic = "force-dynamic";

const Query = z.object({ role: z.enum(["viewer", "admin"]), for: z.literal("grafana").optional() });
const needed: Record<z.infer<typeof Query>["role"], Permission> = { viewer: "services:read", admin: "services:admin" };

const refusal = (status: number, words: string) =>
  new Response(words, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });

/** A person is sent to sign in and back; a program gets a bare 401. */
function nobody(request: Request) {
  if (!request.headers.get("accept")?.includes("text/html")) return refusal(401, "You are not signed in.\n");
  const path = request.headers.get("x-forwarded-uri") ?? "/";
  const back = path.startsWith("/") && !path.startsWith("//") ? path : "/";
  const location = `${env().origin}/login?callbackUrl=${encodeURIComponent(back)}`;
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
}

const harmless = new Set(["GET", "HEAD", "OPTIONS"]);

/** The tools know no protection against requests that another site makes a browser send. */
function isForeignWrite({ headers }: Request): boolean {
  if (harmless.has(headers.get("x-forwarded-method") ?? "")) return false;
  return headers.get("origin") !== env().origin;
}

export async function GET(request: Request) {
  const query = Query.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success) return refusal(400, "This question is not understood.\n");
  const actor = await resolveSession((await cookies()).get(SESSION_COOKIE)?.value, { touch: false });
  if (!actor) return nobody(request);
  if (!can(actor, needed[query.data.role])) return refusal(403, "Your role does not reach this page.\n");
  if (isForeignWrite(request)) return refusal(403, "This request comes from another site than the portal.\n");
  const headers = new Headers({ "cache-control": "no-store" });
  const { role } = actor;
  if (query.data.for === "grafana" && role) headers.set("x-jwt-assertion", await grafanaToken({ ...actor, role }));
  return new Response(null, { status: 204, headers });
}
