// Destructive verbs want a second factor that is at most five minutes old, checked here on what Keycloak signed.
import { Forbidden } from "../platform/errors.ts";
import { isPerson, type Principal } from "./permissions.ts";

export const stepUpSeconds = 300;
const requiredAcr = 2;

/** @throws Forbidden `step-up-needed` for a person whose second factor is older; the host and tokens have none to renew. */
export async function requireStepUp(actor: Principal, action: string): Promise<void> {
  if (!isPerson(actor)) return;
  const ageSeconds = (Date.now() - actor.authTime.getTime()) / 1000;
  if (actor.acr >= requiredAcr && ageSeconds <= stepUpSeconds) return;
  throw new Forbidden(
    "step-up-needed",
    "Confirm this with your one-time code: your last one is older than 5 minutes.",
    {
      action,
      maxAgeSeconds: stepUpSeconds,
    },
  );
}
