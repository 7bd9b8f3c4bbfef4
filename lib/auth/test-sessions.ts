// Sessions for integration tests, written as sign-in writes them.
import { randomUUID } from "node:crypto";
import { createSession, type NewSession, newSessionId } from "./sessions.ts";

/** A session as sign-in would write it; answers its cookie. */
export async function signedIn(
  change: Partial<NewSession> & { userId?: string; role?: NewSession["user"]["role"] } = {},
) {
  const { userId = randomUUID(), role = "viewer", ...rest } = change;
  const id = newSessionId();
  await createSession({
    id,
    user: { id: userId, name: userId, displayName: userId, email: null, role },
    keycloakSession: null,
    acr: 2,
    authTime: new Date(),
    refreshToken: null,
    ip: null,
    userAgent: null,
    ...rest,
  });
  return id;
}
