// Nobody locks everybody out: the last admin stays one, and nobody removes or disables themselves.
import { isHost, isPerson, type Principal } from "../auth/index.ts";
import { Conflict } from "../platform/errors.ts";
import type { KeycloakAdmin } from "../platform/keycloak.ts";
import { transaction } from "../platform/postgres.ts";
import { listPeople, type Person } from "./keycloak-people.ts";

const lockKey = 7_401_852_964;

/** One change at a time: two admins who demote each other in the same second would otherwise both succeed. */
export const oneAtATime = <T>(work: () => Promise<T>): Promise<T> =>
  transaction(async (client) => {
    await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
    return work();
  });

/** @throws Conflict */
export function refuseSelf(actor: Principal, person: Person, verb: string): void {
  const own = isHost(actor) ? null : isPerson(actor) ? actor.id : actor.owner.id;
  if (own === person.id) {
    throw new Conflict("own-account", `You cannot ${verb} yourself. Ask another admin, or use ./taylordash user.`);
  }
}

/** For whatever takes the admin's role or entry from somebody. The host can always make another, so it may. @throws Conflict */
export async function refuseLastAdmin(actor: Principal, admin: KeycloakAdmin, person: Person): Promise<void> {
  if (isHost(actor)) return;
  const admins = (await listPeople(admin)).filter(({ role, enabled }) => role === "admin" && enabled);
  if (admins.every(({ id }) => id === person.id) && admins.length > 0) {
    throw new Conflict("last-admin", `${person.username} is the last admin. Make somebody else an admin first.`);
  }
}
