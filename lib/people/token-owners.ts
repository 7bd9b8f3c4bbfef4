// A person with a live API token need not be signed in, so no session tells when Keycloak disables or demotes them.
import { recordEvent } from "../audit/index.ts";
import {
  revokeSessionsOfUser,
  revokeTokensOfUser,
  setSessionRole,
  setUserEnabled,
  tokenOwnersToCheck,
} from "../auth/index.ts";
import { log } from "../platform/log.ts";
import { peopleAdmin } from "./keycloak-admin.ts";
import { enabledById, roleOf } from "./keycloak-people.ts";

const afterSeconds = 40;
const keycloak = { kind: "worker" as const, id: null, name: "keycloak" };

/** The worker's round. Answers how many were asked about; while Keycloak does not answer, nothing changes. */
export async function checkTokenOwners(): Promise<number> {
  const owners = await tokenOwnersToCheck(afterSeconds);
  if (owners.length === 0) return 0;
  const admin = peopleAdmin();
  for (const { id, name } of owners) {
    try {
      if (await enabledById(admin, id)) {
        await setSessionRole(id, await roleOf(admin, id));
        continue;
      }
      await setUserEnabled(id, false);
      await revokeSessionsOfUser(id, "disabled in Keycloak");
      const tokens = await revokeTokensOfUser(id, "disabled in Keycloak");
      await recordEvent(keycloak, "token.revoke", name, { because: "disabled in Keycloak", tokens });
    } catch (error) {
      log.warn({ err: error }, "owners of API tokens could not be confirmed with Keycloak");
      break;
    }
  }
  return owners.length;
}
