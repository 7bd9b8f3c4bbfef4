// Who asks. Pages, the API and streams all come through here; the verbs in lib decide what they may.
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { type Actor, resolveSession, SESSION_COOKIE } from "@/lib/auth";

/** The signed-in person, read once a request. Counts as activity of theirs. */
export const currentActor = cache(
  async (): Promise<Actor | null> => resolveSession((await cookies()).get(SESSION_COOKIE)?.value),
);

/** For pages and layouts: nobody is sent to sign in, and comes back to where they wanted to go. */
export async function requirePage(): Promise<Actor> {
  const actor = await currentActor();
  if (actor) return actor;
  const path = (await headers()).get("x-path") ?? "/";
  redirect(path === "/" ? "/login" : `/login?callbackUrl=${encodeURIComponent(path)}`);
}
