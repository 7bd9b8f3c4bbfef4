import { isHost, isPerson, type Principal, requirePermission } from "../auth/index.ts";
import { rows } from "../platform/postgres.ts";
import { peopleAdmin } from "./keycloak-admin.ts";
import { findPerson, listPeople } from "./keycloak-people.ts";
import { type PersonInfo, PersonInput } from "./schema.ts";

type Seen = { user_id: string; last: Date | null; live: number; active: Date | null };

/** Everybody Keycloak knows, by name, with what the portal knows about their sign-ins. */
export async function listPersons(actor: Principal): Promise<PersonInfo[]> {
  requirePermission(actor, "users:read");
  const [people, seen] = await Promise.all([
    listPeople(peopleAdmin()),
    rows<Seen>(
      `select user_id, max(created_at) as last, count(*) filter (where live)::int as live,
         max(last_seen_at) filter (where live) as active
       from (select *, revoked_at is null and expires_at > now()
         and last_seen_at > now() - interval '15 minutes' as live from sessions) s group by user_id`,
    ),
  ]);
  const own = isHost(actor) ? null : isPerson(actor) ? actor.id : actor.owner.id;
  const sessions = new Map(seen.map((row) => [row.user_id, row]));
  const infos = people.map((person) => ({
    id: person.id,
    name: person.username,
    email: person.email ?? null,
    role: person.role,
    enabled: person.enabled,
    secondFactor: person.totp ?? false,
    self: person.id === own,
    lastSignInAt: sessions.get(person.id)?.last?.toISOString() ?? null,
    liveSessions: sessions.get(person.id)?.live ?? 0,
    lastActiveAt: sessions.get(person.id)?.active?.toISOString() ?? null,
  }));
  return infos.sort((one, other) => one.name.localeCompare(other.name));
}

/** @throws NotFound for a name nobody has. */
export async function checkPersonExists(actor: Principal, raw: unknown): Promise<void> {
  requirePermission(actor, "users:read");
  await findPerson(peopleAdmin(), PersonInput.parse(raw).name);
}
