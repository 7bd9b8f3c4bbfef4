import { secret } from "../platform/env.ts";
import { type KeycloakAdmin, keycloakAdmin } from "../platform/keycloak.ts";
import { processWide } from "../platform/process-wide.ts";

/**
 * A client of its own that may manage people and nothing else: a portal in the wrong hands changes neither realm nor
 * clients. The host command uses the same one.
 */
export const peopleAdmin = (): KeycloakAdmin =>
  processWide("people-admin", () =>
    keycloakAdmin({
      realm: "taylordash",
      clientId: "taylordash-people",
      clientSecret: secret("keycloak_people_secret"),
    }),
  );
