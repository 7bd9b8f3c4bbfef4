// Sessions as people see them: whose, where from, since when, and ending them here and at Keycloak.
import Bowser from "bowser";
import { z } from "zod";
import { audited } from "../audit/index.ts";
import { decrypt } from "../platform/crypto.ts";
import { NotFound, Unauthenticated } from "../platform/errors.ts";
import { endAtKeycloak } from "../platform/keycloak-oidc.ts";
import { rows } from "../platform/postgres.ts";
import { idleMinutes } from "./confirm.ts";
import { type Actor, isHost, isPerson, isToken, type Principal, requirePermission } from "./permissions.ts";
import {
  EndOtherSessionsInput,
  EndSessionInput,
  ListSessionsInput,
  type SessionInfo,
  type SessionState,
} from "./session-schema.ts";
import { live } from "./sessions.ts";
import { stepUpMaxAgeSeconds } from "./step-up.ts";

const Row = z.object({
  public_id: z.string(),
  user_id: z.string(),
  name: z.string(),
  created_at: z.date(),
  last_seen_at: z.date(),
  expires_at: z.date(),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
});

/** "Firefox 146" and "Windows 11", or null where the browser does not say. */
export function wordsOf(userAgent: string | null): { browser: string | null; system: string | null } {
  if (!userAgent) return { browser: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  const version = browser.version?.split(".")[0];
  const system = [os.name, os.versionName ?? os.version].filter(Boolean).join(" ");
  return { browser: browser.name ? [browser.name, version].filter(Boolean).join(" ") : null, system: system || null };
}

const ownId = (actor: Principal): string | null => (isHost(actor) ? null : isToken(actor) ? actor.owner.id : actor.id);

/** Live sessions, the newest activity first. One's own need no permission, others' `sessions:read`. */
export async function listSessions(actor: Principal, raw: unknown = {}): Promise<SessionInfo[]> {
  const { userId, everybody } = ListSessionsInput.parse(raw);
  const whose = everybody ? null : (userId ?? ownId(actor));
  if (whose !== ownId(actor) || isHost(actor)) requirePermission(actor, "sessions:read");
  const found = await rows(
    `select s.public_id, s.user_id, u.name, s.created_at, s.last_seen_at, s.expires_at, host(s.ip) as ip, s.user_agent
     from sessions s join users u on u.id = s.user_id
     where ($1::text is null or s.user_id = $1) and ${live} order by s.last_seen_at desc limit 1000`,
    [whose],
  );
  return found.map((one) => {
    const row = Row.parse(one);
    return {
      id: row.public_id,
      user: { id: row.user_id, name: row.name },
      current: isPerson(actor) && actor.sessionId === row.public_id,
      createdAt: row.created_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      ip: row.ip,
      ...wordsOf(row.user_agent),
    };
  });
}

// Here first, then at Keycloak: whoever is out must not wait for a daemon that does not answer.
async function end(actor: Principal, ids: string[], because: string): Promise<number> {
  const ended = await rows<{ hash: Buffer; refresh_token: Buffer | null }>(
    `with gone as (select id_sha256, refresh_token from sessions
       where public_id = any($1::uuid[]) and revoked_at is null for update)
     update sessions s set revoked_at = now(), revoked_because = $2, refresh_token = null
     from gone where s.id_sha256 = gone.id_sha256 returning s.id_sha256 as hash, gone.refresh_token`,
    [ids, `${because} ${"name" in actor ? actor.name : ""}`.trim()],
  );
  const atKeycloak = ended.map(({ hash, refresh_token }) =>
    refresh_token ? endAtKeycloak(decrypt(refresh_token, hash.toString("hex"))) : false,
  );
  await Promise.all(atKeycloak);
  return ended.length;
}

/** A program that only reads must not sign its owner out. */
const needsAdmin = (actor: Principal, userId: string | undefined) => !isPerson(actor) || userId !== actor.id;

/** Ends one's own session, or anybody's with `sessions:admin`. @throws NotFound when it has ended already. */
export async function endOneSession(actor: Principal, raw: unknown): Promise<void> {
  const { id } = EndSessionInput.parse(raw);
  const [session] = await rows<{ user_id: string; name: string }>(
    `select s.user_id, u.name from sessions s join users u on u.id = s.user_id where s.public_id = $1 and ${live}`,
    [id],
  );
  if (needsAdmin(actor, session?.user_id)) requirePermission(actor, "sessions:admin");
  if (!session) throw new NotFound("no-such-session", "This session has ended already.");
  await audited(actor, "session.end", session.name, () => end(actor, [id], "ended by"), { session: id });
}

/** All of one's own but this one; with `userId` all of that person, for admins. Answers how many ended. */
export async function endOtherSessions(actor: Principal, raw: unknown = {}): Promise<{ ended: number }> {
  const { userId } = EndOtherSessionsInput.parse(raw);
  if (needsAdmin(actor, userId ?? ownId(actor) ?? undefined)) requirePermission(actor, "sessions:admin");
  const sessions = (await listSessions(actor, { userId })).filter(({ current }) => !current);
  const [first] = sessions;
  if (!first) return { ended: 0 };
  const ids = sessions.map(({ id }) => id);
  const act = () => end(actor, ids, "ended by");
  return { ended: await audited(actor, "session.end", first.user.name, act, { sessions: ids.length }) };
}

const State = z.object({ idle: z.coerce.number(), absolute: z.coerce.number(), code: z.coerce.number() });

/** For the warning before a session ends. Keeps it alive no longer. @throws Unauthenticated when it has ended. */
export async function sessionState(actor: Actor): Promise<SessionState> {
  const [found] = await rows(
    `select extract(epoch from s.last_seen_at - now()) + $2 * 60 as idle,
       extract(epoch from s.expires_at - now()) as absolute,
       case when s.acr >= 2 then extract(epoch from s.auth_time - now()) + $3 else 0 end as code
     from sessions s join users u on u.id = s.user_id where s.public_id = $1 and ${live}`,
    [actor.sessionId, idleMinutes, stepUpMaxAgeSeconds],
  );
  if (!found) throw new Unauthenticated();
  const { idle, absolute, code } = State.parse(found);
  const whole = (seconds: number) => Math.max(0, Math.floor(seconds));
  return { idleSecondsLeft: whole(idle), secondsLeft: whole(absolute), stepUpSecondsLeft: whole(code) };
}

/** The person said "I am still here". */
export async function extendSession(actor: Actor): Promise<SessionState> {
  await rows(
    `update sessions s set last_seen_at = now() from users u
     where u.id = s.user_id and s.public_id = $1 and ${live}`,
    [actor.sessionId],
  );
  return sessionState(actor);
}
