// Wrong passwords and codes never reach the portal: Keycloak keeps them as events, and the audit takes them from there.
import { z } from "zod";
import { recordRefused } from "../audit/index.ts";
import { NotFound } from "../platform/errors.ts";
import type { KeycloakAdmin } from "../platform/keycloak.ts";
import { withRequestId } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";
import { type Recorded, type SignInError, signInErrorCounts } from "./sign-in-error-counts.ts";

const action = "sign-in.fail";
const keycloak = { kind: "worker" as const, id: null, name: "keycloak" };
/** A worker that was away catches up so far. */
const catchUpMs = 86_400_000;
const pageSize = 1_000;
const mostPages = 20;

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

// Who is not known typed something that may well be their password: it is not repeated. Capital letters make no other
// name for Keycloak.
async function nameOf(admin: KeycloakAdmin, { userId, details }: Event): Promise<string> {
  if (!userId) return "an unknown name";
  return details?.username?.toLowerCase() ?? (await nameOfPerson(admin, userId));
}

/** The oldest events after a time, a page at most. */
async function readPage(admin: KeycloakAdmin, after: number): Promise<{ events: Event[]; isLast: boolean }> {
  const path = `/realms/taylordash/events?type=LOGIN_ERROR&dateFrom=${after + 1}&direction=asc&max=${pageSize}`;
  const events = Events.parse(await admin.call("GET", path));
  const isLast = events.length < pageSize;
  // A page may end amid a millisecond, which the next page then has whole.
  const end = isLast ? Number.POSITIVE_INFINITY : (events.at(-1)?.time ?? 0);
  return { events: events.filter(({ time }) => time < end), isLast };
}

const readRecorded = (): Promise<Recorded[]> =>
  rows<Recorded>(
    `select lower(target) as name, host(ip) as ip, details ->> 'code' as code,
       coalesce(max((details ->> 'until')::float8), 0) as until,
       extract(epoch from max(at))::float8 * 1000 as "writtenAt"
     from audit where action = $1 and at > now() - interval '2 days' group by 1, 2, 3`,
    [action],
  );

/**
 * A round brings what Keycloak refused since the round before into the audit, and answers how many rows it wrote. The
 * same name, address and reason has a row at once, and then one in ten minutes with how often and since when. Keycloak
 * writes an event a moment after its time: one that comes after a younger one was read is missed.
 */
export function signInErrorRecorder(admin: KeycloakAdmin): () => Promise<number> {
  let counts: ReturnType<typeof signInErrorCounts> | null = null;
  let readUntil = Date.now() - catchUpMs;

  async function read(into: ReturnType<typeof signInErrorCounts>) {
    for (let page = 0; page < mostPages; page += 1) {
      const { events, isLast } = await readPage(admin, readUntil);
      const errors: SignInError[] = [];
      for (const event of events) {
        const { ipAddress, error: code, time: at } = event;
        errors.push({ name: await nameOf(admin, event), ip: ipAddress ?? null, code, at });
      }
      for (const error of errors) into.add(error);
      readUntil = errors.at(-1)?.at ?? readUntil;
      if (isLast) return;
    }
  }

  return async () => {
    counts ??= signInErrorCounts(await readRecorded(), Date.now());
    await read(counts);
    let written = 0;
    for (const count of counts.due(Date.now())) {
      const { name, ip, code, times, firstAt, until } = count;
      const details = { code, times, happenedAt: new Date(firstAt).toISOString(), until };
      const write = () => recordRefused(keycloak, action, name, details);
      if (!(await withRequestId(undefined, write, { ip: ip ?? undefined }))) continue;
      counts.written(count, Date.now());
      written += 1;
    }
    return written;
  };
}
