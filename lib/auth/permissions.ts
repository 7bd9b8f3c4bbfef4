// Who may do what. Roles nest: an admin may do what an operator may, who may do what a viewer may.
import { Forbidden, Unauthenticated } from "../platform/errors.ts";

export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

const granted = {
  viewer: ["services:read", "audit:read"],
  operator: ["services:operate"],
  admin: ["users:read", "sessions:read", "services:admin", "users:admin", "settings:admin", "sessions:admin"],
} as const;

export type Permission = (typeof granted)[Role][number];

/** A signed-in person. `id` is Keycloak's subject, `acr` the level of their sign-in, `authTime` when it happened. */
export type Actor = {
  id: string;
  name: string;
  displayName: string;
  email: string | null;
  role: Role | null;
  sessionId: string;
  acr: number;
  authTime: Date;
};

/** Somebody with root on the host, through `./taylordash`; they could do anything without us, so they may. */
export type HostActor = { kind: "host"; name: string };

/** A program with an API token. `role` is never above its owner's of this moment; `id` is the token's public one. */
export type TokenActor = {
  kind: "token";
  id: string;
  name: string;
  displayName: string;
  email: null;
  owner: { id: string; name: string };
  role: Role | null;
  destructive: boolean;
};

export type Principal = Actor | HostActor | TokenActor;

export const isHost = (actor: Principal): actor is HostActor => "kind" in actor && actor.kind === "host";
export const isToken = (actor: Principal): actor is TokenActor => "kind" in actor && actor.kind === "token";
export const isPerson = (actor: Principal): actor is Actor => !("kind" in actor);

export function can(actor: Principal | null, permission: Permission): boolean {
  if (!actor) return false;
  if (isHost(actor)) return true;
  if (!actor.role) return false;
  const reach = roles.slice(0, roles.indexOf(actor.role) + 1);
  const needed = reach.find((role) => (granted[role] as readonly Permission[]).includes(permission));
  // What only an admin may change destroys or opens something; a token does so only if it was made for it.
  return needed !== undefined && (needed !== "admin" || permission.endsWith(":read") || mayDestroy(actor));
}

const mayDestroy = (actor: Actor | TokenActor): boolean => isPerson(actor) || actor.destructive;

/** @throws Unauthenticated without an actor, Forbidden when the role does not reach. */
export function requirePermission<T extends Principal>(actor: T | null, permission: Permission): asserts actor is T {
  if (!actor) throw new Unauthenticated();
  if (can(actor, permission)) return;
  const role = isHost(actor) ? "host" : actor.role;
  if (isToken(actor) && can({ ...actor, destructive: true }, permission)) {
    throw new Forbidden("token-not-destructive", "This token was made without the right to destroy.", { permission });
  }
  throw new Forbidden(
    role ? "role-too-low" : "no-role",
    role ? `The role ${role} may not do this.` : "You have no role yet. Ask an admin to give you one.",
    { permission },
  );
}

/** The highest of our roles in a claim; anything else in it is Keycloak's own business. */
export function highestRole(claim: unknown): Role | null {
  if (!Array.isArray(claim)) return null;
  return roles.findLast((role) => claim.includes(role)) ?? null;
}
