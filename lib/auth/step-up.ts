// What destroys something needs a second factor of the last minutes, whatever else the session may do.
import { recordRefusal } from "../audit/index.ts";
import { Forbidden } from "../platform/errors.ts";
import { isHost, isToken, type Principal } from "./permissions.ts";

export const stepUpMaxAgeSeconds = 300;
const requiredAcr = 2;
/** Keycloak's clock may be a little ahead of ours. */
const skewSeconds = 60;

type SignIn = { acr: number; authTime: Date };

const ageSeconds = ({ authTime }: SignIn, now: number) => (now - authTime.getTime()) / 1_000;

export function isSteppedUp(actor: SignIn, now = Date.now()): boolean {
  const age = ageSeconds(actor, now);
  return actor.acr >= requiredAcr && age <= stepUpMaxAgeSeconds && age >= -skewSeconds;
}

/** For how many seconds the next such deed goes without another one-time code; 0 when it will be asked for. */
export const stepUpSecondsLeft = (actor: SignIn, now = Date.now()): number =>
  isSteppedUp(actor, now) ? Math.floor(stepUpMaxAgeSeconds - Math.max(0, ageSeconds(actor, now))) : 0;

/**
 * Comes after the permission, before anything is touched. A token passes if it was made with a second factor for this.
 * @throws Forbidden "step-up-needed", which the page answers with a new sign-in, or "token-not-destructive".
 */
export async function requireStepUp(actor: Principal, action: string): Promise<void> {
  if (isHost(actor)) return;
  if (isToken(actor) ? actor.destructive : isSteppedUp(actor)) return;
  const error = isToken(actor)
    ? new Forbidden("token-not-destructive", "This token was made without the right to destroy.", { action })
    : new Forbidden(
        "step-up-needed",
        "This needs your one-time code again: the last was given more than 5 minutes ago.",
        {
          action,
          maxAgeSeconds: stepUpMaxAgeSeconds,
        },
      );
  await recordRefusal(actor, error, action);
  throw error;
}

/**
 * For what outlives the day that a token with the right to destroy has: tokens, people and their secrets.
 * `deed` ends "Only a signed-in person can". @throws Forbidden "no-person"
 */
export async function refuseToken(actor: Principal, action: string, deed: string): Promise<void> {
  if (!isToken(actor)) return;
  const words = `Only a signed-in person can ${deed}, on the portal's pages. No API token can, whatever it may.`;
  const error = new Forbidden("no-person", words, { action });
  await recordRefusal(actor, error, action);
  throw error;
}
