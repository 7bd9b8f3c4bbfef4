// Keycloak confirms each live session every minute: who was disabled, lost a role or was signed out there is out here,
// also when Keycloak never told us.
//   confirmed -> 40 s later, by the worker -> confirmed | ended
//             -> Keycloak silent: lives on -> 10 min later: refused until it answers
import { recordEvent } from "../audit/index.ts";
import { decrypt, encrypt } from "../platform/crypto.ts";
import { refreshTokens } from "../platform/keycloak-oidc.ts";
import { log } from "../platform/log.ts";
import { rows, transaction } from "../platform/postgres.ts";
import { processWide } from "../platform/process-wide.ts";
import { highestRole, type Role } from "./permissions.ts";

/** A request confirms a session older than this itself; the worker usually was there before it. */
export const confirmAfterSeconds = 60;
/** How long a session lives on while Keycloak does not answer. */
export const graceSeconds = 600;
export const idleMinutes = 15;
const sweepAfterSeconds = 40;
/** After a silence nobody is kept waiting for Keycloak again for this long. */
const silentMs = 10_000;
const atOnce = 3;

/** Seen by anyone who asks what ended a session or changed a role from outside. */
const keycloak = { kind: "worker" as const, id: null, name: "keycloak" };

type Found = { hash: Buffer; refresh_token: Buffer | null; user_id: string; name: string; role: Role | null };
type Change = { ended: string } | { role: Role | null } | null;

// The row stays locked while Keycloak is asked: once the next refresh token was used the one before is refused, which
// would end the session. Until then it serves again, refreshTokenMaxReuse (20) times, for an answer that was lost.
async function confirmLocked(publicId: string, afterSeconds: number): Promise<void> {
  let person = { id: "", name: "", before: null as Role | null };
  const change = await transaction(async (client): Promise<Change> => {
    await client.query("set local lock_timeout = '10s'");
    const found = await client.query<Found>(
      `select s.id_sha256 as hash, s.refresh_token, u.id as user_id, u.name, u.role
       from sessions s join users u on u.id = s.user_id
       where s.public_id = $1 and s.revoked_at is null and s.expires_at > now()
         and s.confirmed_at < now() - make_interval(secs => $2)
       for update of s`,
      [publicId, afterSeconds],
    );
    const [session] = found.rows;
    if (!session) return null;
    const { hash } = session;
    person = { id: session.user_id, name: session.name, before: session.role };
    const context = hash.toString("hex");
    const end = async (reason: string) => {
      await client.query(
        `update sessions set revoked_at = now(), revoked_because = $2, refresh_token = null
         where id_sha256 = $1`,
        [hash, reason],
      );
      return { ended: reason };
    };
    if (!session.refresh_token) return end("it had no refresh token");
    const answer = await refreshTokens(decrypt(session.refresh_token, context));
    if (answer.state === "ended") return end(`Keycloak: ${answer.reason}`.slice(0, 200));
    if (answer.state === "unknown") {
      log.warn({ cause: answer.cause }, "a session could not be confirmed with Keycloak");
      queue().silentUntil = Date.now() + silentMs;
      return null;
    }
    if (answer.subject !== person.id) return end("Keycloak answered for somebody else");
    await client.query(
      `update sessions set confirmed_at = clock_timestamp(), refresh_token = $2
       where id_sha256 = $1`,
      [hash, encrypt(answer.refreshToken, context)],
    );
    const role = highestRole(answer.roles);
    const changed = await client.query(
      `update users set role = $2, enabled = true, checked_at = now(), updated_at = now()
       where id = $1 and (role is distinct from $2 or not enabled)`,
      [person.id, role],
    );
    return changed.rowCount === 0 || role === person.before ? null : { role };
  });
  if (!change) return;
  if ("ended" in change) await recordEvent(keycloak, "session.end", person.name, { because: change.ended });
  else {
    const roles = { before: { role: person.before }, after: { role: change.role } };
    await recordEvent(keycloak, "user.role", person.name, { because: "changed in Keycloak" }, roles);
  }
}

type Queue = { running: Map<string, Promise<void>>; free: number; waiting: (() => void)[]; silentUntil: number };
const queue = () =>
  processWide("confirming", (): Queue => ({ running: new Map(), free: atOnce, waiting: [], silentUntil: 0 }));

// Few at once: each holds a database connection while Keycloak thinks.
async function inTurn(work: () => Promise<void>): Promise<void> {
  const { waiting } = queue();
  if (queue().free > 0) queue().free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    if (Date.now() >= queue().silentUntil) await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else queue().free += 1;
  }
}

/** Asks Keycloak about one session, once however many ask meanwhile, unless it was confirmed lately. */
export function confirmSession(publicId: string, afterSeconds = confirmAfterSeconds): Promise<void> {
  const { running } = queue();
  const going = running.get(publicId);
  if (going) return going;
  const started = inTurn(() => confirmLocked(publicId, afterSeconds)).finally(() => running.delete(publicId));
  running.set(publicId, started);
  return started;
}

/** The worker's round over all live sessions that are due. Answers how many it asked about. */
export async function confirmDueSessions(): Promise<number> {
  const due = await rows<{ public_id: string }>(
    `select public_id from sessions
     where revoked_at is null and expires_at > now() and last_seen_at > now() - make_interval(mins => $1)
       and confirmed_at < now() - make_interval(secs => $2)
     order by confirmed_at limit 500`,
    [idleMinutes, sweepAfterSeconds],
  );
  const asked = due.map(({ public_id }) =>
    confirmSession(public_id, sweepAfterSeconds).catch((error: unknown) =>
      log.warn({ err: error }, "a session could not be confirmed"),
    ),
  );
  await Promise.all(asked);
  return due.length;
}
