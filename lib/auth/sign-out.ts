import { recordEvent } from "../audit/index.ts";
import { env } from "../platform/env.ts";
import { rows } from "../platform/postgres.ts";
import { revokeSession } from "./sessions.ts";

/**
 * Ends the session here, and says where the browser must go to end Keycloak's. Without a live session that is the
 * sign-in page, since Keycloak would ask "do you want to log out?" without an ID token.
 */
export async function endSession(cookie: string | undefined): Promise<{ logoutUrl: string }> {
  const { keycloak, origin } = env();
  const ended = cookie ? await revokeSession(cookie, "sign-out") : null;
  if (!ended) return { logoutUrl: `${origin}/login` };
  const [user] = await rows<{ name: string }>("select name from users where id = $1", [ended.userId]);
  const name = user?.name ?? ended.userId;
  await recordEvent({ kind: "person", id: ended.userId, name }, "session.end", name);
  const url = new URL(`${keycloak.issuer}/protocol/openid-connect/logout`);
  url.searchParams.set("client_id", keycloak.clientId);
  url.searchParams.set("post_logout_redirect_uri", `${origin}/login`);
  if (ended.idToken) url.searchParams.set("id_token_hint", ended.idToken);
  return { logoutUrl: url.href };
}
