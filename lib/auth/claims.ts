// What next-auth itself never compares: issuer, level of authentication, and whether it is still the same person.
import { z } from "zod";
import type { Role } from "./permissions.ts";
import { highestRole } from "./permissions.ts";
import { isSteppedUp } from "./step-up.ts";

const Claims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  preferred_username: z.string().min(1),
  name: z.string().optional(),
  email: z.string().optional(),
  acr: z.coerce.number().int(),
  auth_time: z.number().int(),
  sid: z.string().optional(),
  roles: z.array(z.string()).default([]),
});
export type Claims = z.infer<typeof Claims>;

export const requiredAcr = 2;

/** @throws Error whose message is the code: Claims, Issuer or SecondFactor. */
export function checkClaims(profile: unknown, issuer: string): Claims {
  const claims = Claims.safeParse(profile);
  if (!claims.success) throw new Error("Claims");
  if (claims.data.iss !== issuer) throw new Error("Issuer");
  if (claims.data.acr < requiredAcr) throw new Error("SecondFactor");
  return claims.data;
}

/**
 * A sign-in in a browser that has a live session is a step-up: it may only be the same person, and only with a second
 * factor of this moment, or it would give an old session new rights.
 * @throws Error whose message is the code: OtherPerson or NotFresh.
 */
export function checkStepUp(claims: Claims, live: { userId: string } | null, now = Date.now()): void {
  if (!live) return;
  if (live.userId !== claims.sub) throw new Error("OtherPerson");
  if (!isSteppedUp({ acr: claims.acr, authTime: authTimeOf(claims) }, now)) throw new Error("NotFresh");
}

export const authTimeOf = (claims: Claims): Date => new Date(claims.auth_time * 1_000);

export type ClaimedUser = {
  id: string;
  name: string;
  displayName: string;
  email: string | null;
  role: Role | null;
};

export const userOf = (claims: Claims): ClaimedUser => ({
  id: claims.sub,
  name: claims.preferred_username,
  displayName: claims.name?.trim() || claims.preferred_username,
  email: claims.email ?? null,
  role: highestRole(claims.roles),
});
