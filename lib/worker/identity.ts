// Keeps what the portal knows about people no older than a minute, and brings Keycloak's refusals into the audit.
import { confirmDueSessions } from "../auth/index.ts";
import { checkTokenOwners } from "../people/index.ts";
import { secret } from "../platform/env.ts";
import { keycloakAdmin } from "../platform/keycloak.ts";
import { rounds } from "./rounds.ts";
import { signInErrorRecorder } from "./sign-in-errors.ts";

/** Runs until the signal fires. */
export async function watchIdentity(signal: AbortSignal): Promise<void> {
  const admin = keycloakAdmin({
    ...{ realm: "taylordash", clientId: "taylordash-admin", clientSecret: secret("keycloak_admin_secret") },
  });
  await Promise.all([
    // A session is due after 40 seconds, so none is older than a minute.
    rounds("sessions", 10_000, signal, confirmDueSessions),
    rounds("token owners", 10_000, signal, checkTokenOwners),
    rounds("sign-in errors", 15_000, signal, signInErrorRecorder(admin)),
  ]);
}
