// Wrong passwords and codes never reach the portal: Keycloak keeps them as events, and the audit takes them from there.
import { z } from "zod";
import { recordRefused } from "../audit/index.ts";
import { NotFound } from "../platform/errors.ts";
import type { KeycloakAdmin } from "../platform/keycloak.ts";
import { withRequestId } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";

const action = "sign-in.fail";
const mostRows = 50;
const keycloak = { kind: "worker" as const, id: null, name: "keycloak" };

const Events = z.array(
  z.looseObject({
    time: z.number(),
    userId: z.string().nullish(),
    ipAddress: z.string().nullish(),
    error: z.string().default("unknown"),
    details: z.record(z.string(), z.string()).nullish(),
  }),
);
type Event = z.infer<typeof Events>[number];

/** Keycloak leaves the name out where it knew the person already, as when only the code is asked. */
async function nameOfPerson(admin: KeycloakAdmin, userId: string): Promise<string> {
  const [known] = await rows<{ name: string }>("select name from users where id = $1", [userId]);
  if (known) return known.name;
  try {
    const found = await admin.call("GET", `/realms/taylordash/users/${encodeURIComponent(userId)}`);
    return z.object({ username: z.string() }).parse(found).username;
  } catch (error) {
    if (error instanceof NotFound) return userId;
    throw error;
  }
}

// Who is not known typed something that may well be their password: it is not repeated.
async function nameOf(admin: KeycloakAdmin, { userId, details }: Event): Promise<string> {
  return userId ? (details?.username ?? (await nameOfPerson(admin, userId))) : "an unknown name";
}

/** Until when the audit has them; a worker that was away catches up. */
async function recordedUntil(): Promise<number> {
  const [row] = await rows<{ until: string | null }>(
    "select max((details ->> 'until')::bigint)::text as until from audit where action = $1 and at > now() - interval '2 days'",
    [action],
  );
  return Math.max(Number(row?.until ?? 0), Date.now() - 86_400_000);
}

/** One row for each name, address and reason since the last round, with a count and when it first happened. Answers
 * how many rows. */
export async function recordSignInErrors(admin: KeycloakAdmin): Promise<number> {
  const since = await recordedUntil();
  // Keycloak filters by whole days.
  const day = new Date(since).toISOString().slice(0, 10);
  const path = `/realms/taylordash/events?type=LOGIN_ERROR&dateFrom=${day}&max=1000`;
  const events = Events.parse(await admin.call("GET", path)).filter(({ time }) => time > since);
  events.sort((one, other) => one.time - other.time);
  const groups = Map.groupBy(events, (event) =>
    JSON.stringify([event.userId, event.details?.username, event.ipAddress, event.error]),
  );
  const until = Math.max(since, ...events.map(({ time }) => time));
  for (const group of [...groups.values()].slice(0, mostRows)) {
    const [event] = group;
    if (!event) continue;
    const happenedAt = new Date(event.time).toISOString();
    const details = { code: event.error, times: group.length, happenedAt, until };
    const name = await nameOf(admin, event);
    const write = () => recordRefused(keycloak, action, name, details);
    await withRequestId(undefined, write, { ip: event.ipAddress ?? undefined });
  }
  return Math.min(groups.size, mostRows);
}
