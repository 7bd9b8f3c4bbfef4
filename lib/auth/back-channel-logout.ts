// Keycloak tells us that somebody signed out: a token it signed, once, for us, of this moment.
import { errors } from "jose";
import { z } from "zod";
import { recordEvent, recordRefused } from "../audit/index.ts";
import { Invalid, messageOf, Unavailable } from "../platform/errors.ts";
import { inputWords } from "../platform/input-words.ts";
import { verifySigned } from "../platform/keycloak-oidc.ts";
import { log } from "../platform/log.ts";
import { rows, transaction } from "../platform/postgres.ts";
import { confirmSession } from "./confirm.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";
const maxAgeSeconds = 120;
const keycloak = { kind: "worker" as const, id: null, name: "keycloak" };
const nobody = { kind: "nobody" as const, id: null, name: "nobody" };

/** jose's codes for keys that could not be had: nobody knows then whether the token is good. */
const noKeys = new Set(["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"]);

const Claims = z
  .object({
    jti: z.string().min(1).max(200),
    sub: z.string().min(1).optional(),
    sid: z.string().min(1).optional(),
    events: z.object({ [event]: z.object({}) }),
    nonce: z.undefined("a logout token has no nonce").optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined, "it names neither a person nor a session");
type Claims = z.infer<typeof Claims>;

async function check(rawToken: unknown): Promise<Claims> {
  try {
    const token = z.string().min(1).max(10_000).parse(rawToken);
    const payload = await verifySigned(token, {
      typ: "logout+jwt",
      maxTokenAge: maxAgeSeconds,
      clockTolerance: 30,
      requiredClaims: ["iat", "jti", "events"],
    });
    return Claims.parse(payload);
  } catch (error) {
    const isVerdict = error instanceof z.ZodError || (error instanceof errors.JOSEError && !noKeys.has(error.code));
    if (!isVerdict) throw new Unavailable("keycloak-unreachable", `Keycloak's keys cannot be had: ${messageOf(error)}`);
    const reason = error instanceof z.ZodError ? Object.values(inputWords(error)).join(" ") : error.message;
    await recordRefused(nobody, "session.end", "logout token", { error: reason.slice(0, 200) });
    throw new Invalid("bad-logout-token", "This is not a logout token of Keycloak for the portal.");
  }
}

type Named = { user_id: string; name: string };
/** `before`: one that the token names and that had ended already, such as Keycloak's echo of an end that we made. */
type Ended = { now: Named[]; before: Named | undefined };

/** Writes the token down as used and ends its sessions together; a token that is known already ends nothing. */
async function endOnce({ jti, sid, sub }: Claims): Promise<Ended | null> {
  return transaction(async (client) => {
    await client.query("delete from logout_tokens where expires_at < now()");
    const fresh = await client.query(
      `insert into logout_tokens (jti, expires_at) values ($1, now() + make_interval(secs => $2))
       on conflict do nothing`,
      [jti, maxAgeSeconds * 5],
    );
    if (fresh.rowCount === 0) return null;
    const named = [sid ?? null, sub ?? null];
    const before = await client.query<Named>(
      `select s.user_id, u.name from sessions s join users u on u.id = s.user_id where s.revoked_at is not null
         and ($1::text is null or s.keycloak_session = $1) and ($2::text is null or s.user_id = $2) limit 1`,
      named,
    );
    const ended = await client.query<Named>(
      `update sessions s set revoked_at = now(), revoked_because = 'signed out at Keycloak', refresh_token = null
       from users u where u.id = s.user_id and s.revoked_at is null
         and ($1::text is null or s.keycloak_session = $1) and ($2::text is null or s.user_id = $2)
       returning s.user_id, u.name`,
      named,
    );
    return { now: ended.rows, before: before.rows[0] };
  });
}

async function nameOf(userId: string | undefined): Promise<string> {
  const [user] = await rows<{ name: string }>("select name from users where id = $1", [userId ?? null]);
  return user?.name ?? userId ?? "unknown";
}

// Signing a person out everywhere can reach us as one token with one session (Keycloak #22914), so the person's other
// sessions are compared with Keycloak at once, and once more when it has surely finished.
async function confirmOthers(userId: string): Promise<void> {
  const others = await rows<{ public_id: string }>(
    "select public_id from sessions where user_id = $1 and revoked_at is null and expires_at > now()",
    [userId],
  );
  await Promise.all(others.map(({ public_id }) => confirmSession(public_id, 0)));
}

/**
 * The body's `logout_token` of OpenID Connect Back-Channel Logout 1.0. Answers how many sessions it ended itself.
 * @throws Invalid for whatever is not such a token or was used before; Unavailable when Keycloak's keys cannot be had.
 */
export async function backChannelLogout(rawToken: unknown): Promise<{ ended: number }> {
  const claims = await check(rawToken);
  const ended = await endOnce(claims);
  if (!ended) {
    await recordRefused(nobody, "session.end", "logout token", { error: "used before" });
    throw new Invalid("logout-token-replayed", "This logout token was used before.");
  }
  const { now, before } = ended;
  const userId = claims.sub ?? now[0]?.user_id ?? before?.user_id;
  // One row a deed: whoever ended them before is in the trail.
  if (now.length > 0 || !before) {
    const target = now[0]?.name ?? (await nameOf(userId));
    await recordEvent(keycloak, "session.end", target, { because: "signed out at Keycloak", sessions: now.length });
  }
  if (userId) {
    const again = () =>
      confirmOthers(userId).catch((error: unknown) => log.warn({ err: error }, "other sessions were not confirmed"));
    setTimeout(again, 200).unref();
    setTimeout(again, 1_200).unref();
  }
  return { ended: now.length };
}
