// Sessions: created at sign-in, read by every check, ended by sign-out, expiry, Keycloak or an admin.
//   live -> idle (15 min without the person) | expired (8 h) | revoked     none of these comes back
import { isIP } from "node:net";
import { z } from "zod";
import { decrypt, encrypt, randomId, sha256 } from "../platform/crypto.ts";
import { Unavailable } from "../platform/errors.ts";
import { rows, transaction } from "../platform/postgres.ts";
import { confirmAfterSeconds, confirmSession, graceSeconds, idleMinutes } from "./confirm.ts";
import { type Actor, roles } from "./permissions.ts";
import { sessionsKeptDays } from "./session-schema.ts";

export const SESSION_COOKIE = "__Host-taylordash.session";

export const absoluteHours = 8;

const idGrammar = /^[A-Za-z0-9_-]{43}$/;

export type NewSession = {
  id: string;
  user: { id: string; name: string; displayName: string; email: string | null; role: Actor["role"] };
  keycloakSession: string | null;
  acr: number;
  authTime: Date;
  refreshToken: string | null;
  ip: string | null;
  userAgent: string | null;
};

export const newSessionId = randomId;

/** Writes the person and the session together; answers its public id, and when it ends at the latest. */
export async function createSession(session: NewSession): Promise<{ sessionId: string; expiresAt: Date }> {
  const { user } = session;
  const hash = sha256(session.id);
  const seal = (token: string | null) => (token ? encrypt(token, hash.toString("hex")) : null);
  return transaction(async (client) => {
    await client.query(
      `insert into users (id, name, display_name, email, role) values ($1, $2, $3, $4, $5)
       on conflict (id) do update
         set name = $2, display_name = $3, email = $4, role = $5, enabled = true, checked_at = now(), updated_at = now()`,
      [user.id, user.name, user.displayName, user.email, user.role],
    );
    const created = await client.query<{ public_id: string; expires_at: Date }>(
      `insert into sessions (id_sha256, user_id, keycloak_session, acr, auth_time, expires_at, refresh_token, ip, user_agent)
       values ($1, $2, $3, $4, $5, now() + make_interval(hours => $6), $7, $8, $9) returning public_id, expires_at`,
      [
        hash,
        user.id,
        session.keycloakSession,
        session.acr,
        session.authTime,
        absoluteHours,
        seal(session.refreshToken),
        session.ip && isIP(session.ip) ? session.ip : null,
        session.userAgent?.slice(0, 300) ?? null,
      ],
    );
    // Rows are kept a week for the audit's sake, then go with the next sign-in.
    await client.query("delete from sessions where expires_at < now() - make_interval(days => $1)", [sessionsKeptDays]);
    const [row] = created.rows;
    if (!row) throw new Error("the session was not written");
    return { sessionId: row.public_id, expiresAt: row.expires_at };
  });
}

const Row = z.object({
  id: z.string(),
  name: z.string(),
  display_name: z.string(),
  email: z.string().nullable(),
  role: z.enum(roles).nullable(),
  public_id: z.string(),
  acr: z.number(),
  auth_time: z.date(),
  stale: z.boolean(),
  unconfirmed_seconds: z.coerce.number(),
});
type Row = z.infer<typeof Row>;

/** Of `sessions s join users u`. */
export const live = `s.revoked_at is null and s.expires_at > now() and u.enabled
  and s.last_seen_at > now() - make_interval(mins => ${idleMinutes})`;

async function findLive(hash: Buffer): Promise<Row | null> {
  const [found] = await rows(
    `select u.id, u.name, u.display_name, u.email, u.role, s.public_id, s.acr, s.auth_time,
       s.last_seen_at < now() - interval '1 minute' as stale,
       extract(epoch from now() - s.confirmed_at) as unconfirmed_seconds
     from sessions s join users u on u.id = s.user_id where s.id_sha256 = $1 and ${live}`,
    [hash],
  );
  return found ? Row.parse(found) : null;
}

/**
 * The person behind a cookie, or null when there is none, it expired or was revoked. Counts as activity (at most one
 * write a minute) unless `touch` is false, which polls and streams pass so that they keep no session alive.
 * @throws Unavailable when Keycloak has not confirmed the session for ten minutes, because it does not answer.
 */
export async function resolveSession(
  cookie: string | undefined,
  options: { touch?: boolean } = {},
): Promise<Actor | null> {
  if (!cookie || !idGrammar.test(cookie)) return null;
  const hash = sha256(cookie);
  let row = await findLive(hash);
  if (row && row.unconfirmed_seconds > confirmAfterSeconds) {
    await confirmSession(row.public_id);
    row = await findLive(hash);
  }
  if (!row) return null;
  if (row.unconfirmed_seconds > graceSeconds) {
    throw new Unavailable(
      "session-unconfirmed",
      "Keycloak has not answered for 10 minutes, so your session cannot be confirmed. It goes on when Keycloak does.",
    );
  }
  if (row.stale && options.touch !== false) await touch(hash);
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    email: row.email,
    role: row.role,
    sessionId: row.public_id,
    acr: row.acr,
    authTime: row.auth_time,
  };
}

/** Whose live session a cookie opens; asks nobody and counts as nothing. */
export async function findUserOf(
  cookie: string | undefined,
): Promise<{ userId: string; name: string; sessionId: string } | null> {
  if (!cookie || !idGrammar.test(cookie)) return null;
  const row = await findLive(sha256(cookie));
  return row ? { userId: row.id, name: row.name, sessionId: row.public_id } : null;
}

// Skips a row that is being confirmed at this moment: the next request touches it.
const touch = (hash: Buffer) =>
  rows(
    `update sessions set last_seen_at = now() where id_sha256 in
       (select s.id_sha256 from sessions s join users u on u.id = s.user_id
        where s.id_sha256 = $1 and ${live} for update of s skip locked)`,
    [hash],
  );

/** Ends one session; the second end of the same session changes nothing. Answers its refresh token for Keycloak's logout. */
export async function revokeSession(
  cookie: string,
  because: string,
): Promise<{ userId: string; refreshToken: string | null } | null> {
  if (!idGrammar.test(cookie)) return null;
  const hash = sha256(cookie);
  const [row] = await rows<{ user_id: string; refresh_token: Buffer | null }>(
    `with ended as (select id_sha256, user_id, refresh_token from sessions where id_sha256 = $1 and revoked_at is null)
     update sessions s set revoked_at = now(), revoked_because = $2, refresh_token = null
     from ended where s.id_sha256 = ended.id_sha256 returning ended.user_id, ended.refresh_token`,
    [hash, because],
  );
  if (!row) return null;
  const { user_id: userId, refresh_token: sealed } = row;
  return { userId, refreshToken: sealed && decrypt(sealed, hash.toString("hex")) };
}

/** Answers how many sessions ended. */
export async function revokeSessionsOfUser(userId: string, because: string): Promise<number> {
  const ended = await rows(
    `update sessions set revoked_at = now(), revoked_because = $2, refresh_token = null
     where user_id = $1 and revoked_at is null returning public_id`,
    [userId, because],
  );
  return ended.length;
}

/** Makes a role change act on the next request; somebody who never signed in has no row to change. */
export async function setSessionRole(userId: string, role: Actor["role"]): Promise<void> {
  await rows("update users set role = $2, checked_at = now(), updated_at = now() where id = $1", [userId, role]);
}

/** Shuts somebody out, or in again, on the next request; sessions and tokens that were ended stay so. */
export async function setUserEnabled(userId: string, enabled: boolean): Promise<void> {
  await rows("update users set enabled = $2, checked_at = now(), updated_at = now() where id = $1", [userId, enabled]);
}
