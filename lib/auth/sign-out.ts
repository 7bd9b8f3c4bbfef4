import { recordEvent } from "../audit/index.ts";
import { env } from "../platform/env.ts";
import { endAtKeycloak } from "../platform/keycloak-oidc.ts";
import { log } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";
import { revokeSession } from "./sessions.ts";

async function tell(userId: string): Promise<void> {
  const [user] = await rows<{ name: string }>("select name from users where id = $1", [userId]);
  const name = user?.name ?? userId;
  await recordEvent({ kind: "person", id: userId, name }, "session.end", name);
}

/**
 * Ends the session here, then Keycloak's, and says where the browser goes: to the sign-in page. If Keycloak did not
 * answer, to Keycloak's own page that asks whether to log out; an ID token would spare the question, and stand in the
 * browser's history.
 */
export async function endSession(cookie: string | undefined): Promise<{ nextUrl: string }> {
  const { keycloak, origin } = env();
  const signIn = `${origin}/login`;
  const ended = cookie ? await revokeSession(cookie, "sign-out") : null;
  if (!ended) return { nextUrl: signIn };
  // Before anything else can fail: the token that ends Keycloak's session is gone from here.
  const bothEnded = ended.refreshToken !== null && (await endAtKeycloak(ended.refreshToken));
  // It is over whatever becomes of these: whoever is told "you are still signed in" would be told wrong.
  await tell(ended.userId).catch((error: unknown) =>
    log.error({ err: error, userId: ended.userId }, "the end of a session is not in the audit"),
  );
  if (bothEnded) return { nextUrl: signIn };
  const url = new URL(`${keycloak.issuer}/protocol/openid-connect/logout`);
  url.searchParams.set("client_id", keycloak.clientId);
  url.searchParams.set("post_logout_redirect_uri", signIn);
  return { nextUrl: url.href };
}
