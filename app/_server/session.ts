// Who asks. Pages, the API and streams all come through here; the verbs in lib decide what they may.
import { cookies, headers } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import { cache } from "react";
import { recordRefusal } from "@/lib/audit";
import { type Actor, type Permission, requirePermission, resolveSession, SESSION_COOKIE } from "@/lib/auth";
import { Forbidden } from "@/lib/platform/errors";
import { currentRequest } from "@/lib/platform/log";

/** The signed-in person, read once a request. Counts as activity of theirs, unless the router asks by itself. */
export const currentActor = cache(
  async (): Promise<Actor | null> =>
    resolveSession((await cookies()).get(SESSION_COOKIE)?.value, { touch: !currentRequest()?.isPrefetch }),
);

/** For pages and layouts: nobody is sent to sign in, and comes back to where they wanted to go. */
export async function requirePage(): Promise<Actor> {
  const actor = await currentActor();
  if (actor) return actor;
  const path = (await headers()).get("x-path") ?? "/";
  redirect(path === "/" ? "/login" : `/login?callbackUrl=${encodeURIComponent(path)}`);
}

/** For pages above the least role: the refusal is in the audit, and the answer 403 says why. */
export async function requirePageFor(permission: Permission, path: string): Promise<Actor> {
  const actor = await requirePage();
  try {
    requirePermission(actor, permission);
  } catch (error) {
    if (!(error instanceof Forbidden)) throw error;
    await recordRefusal(actor, error, `page ${path}`);
    forbidden();
  }
  return actor;
}
