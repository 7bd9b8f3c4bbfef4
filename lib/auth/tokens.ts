// API tokens: a name, a role at most their owner's of the moment, an end. Only the hash of the secret is kept.
//   live -> expired | revoked | its owner disabled or removed
import { z } from "zod";
import { audited, recordIn, recordRefused } from "../audit/index.ts";
import { randomId, sha256 } from "../platform/crypto.ts";
import { Forbidden, NotFound, TooMany, Unauthenticated } from "../platform/errors.ts";
import { currentRequest } from "../platform/log.ts";
import { rows, transaction } from "../platform/postgres.ts";
import { processWide } from "../platform/process-wide.ts";
import {
  type Actor,
  isHost,
  isToken,
  type Principal,
  type Role,
  requirePermission,
  roles,
  type TokenActor,
} from "./permissions.ts";
import { requireStepUp } from "./step-up.ts";
import {
  type CreatedToken,
  CreateTokenInput,
  ListTokensInput,
  RevokeTokenInput,
  type TokenInfo,
  type TokenSession,
} from "./token-schema.ts";
import { WrongTokens } from "./wrong-tokens.ts";

const prefix = "td_";
const grammar = /^td_[A-Za-z0-9_-]{43}$/;
/** Of `tokens t join users u`. */
const live = "t.revoked_at is null and t.expires_at > now() and u.enabled and u.role is not null";

const lower = (one: Role, other: Role): Role => (roles.indexOf(one) < roles.indexOf(other) ? one : other);

const Row = z.object({
  id: z.string(),
  name: z.string(),
  start: z.string(),
  user_id: z.string(),
  user_name: z.string(),
  role: z.enum(roles),
  destructive: z.boolean(),
  created_at: z.date(),
  expires_at: z.date(),
  last_used_at: z.date().nullable(),
  last_used_ip: z.string().nullable(),
});
const columns = `t.id, t.name, t.start, t.user_id, u.name as user_name, t.role, t.destructive, t.created_at,
  t.expires_at, t.last_used_at, host(t.last_used_ip) as last_used_ip`;

function infoOf(found: unknown): TokenInfo {
  const row = Row.parse(found);
  const { id, name, start, role, destructive } = row;
  return {
    ...{ id, name, start, role, destructive, owner: { id: row.user_id, name: row.user_name } },
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedIp: row.last_used_ip,
  };
}

/** People alone make tokens: one that could make others would outlive its end. @throws Forbidden */
export async function createToken(actor: Actor, raw: unknown): Promise<CreatedToken> {
  const person: Principal = actor;
  if (isHost(person) || isToken(person)) throw new Forbidden("no-person", "Only a signed-in person can make a token.");
  requirePermission(actor, "services:read");
  const input = CreateTokenInput.parse(raw);
  const { name, role, destructive, hours } = input;
  if (!actor.role || lower(actor.role, role) !== role) {
    throw new Forbidden("role-too-low", `Your role ${actor.role} cannot give a token the role ${role}.`);
  }
  if (destructive) await requireStepUp(actor, "token.create");
  const secret = `${prefix}${randomId()}`;
  const token = await transaction(async (client) => {
    const created = await client.query(
      `with t as (insert into tokens (secret_sha256, start, name, user_id, role, destructive, expires_at)
         values ($1, $2, $3, $4, $5, $6, now() + make_interval(hours => $7)) returning *)
       select ${columns} from t join users u on u.id = t.user_id`,
      [sha256(secret), secret.slice(0, 9), name, actor.id, role, destructive, hours],
    );
    await recordIn(client, actor, "token.create", name, { role, destructive, hours });
    return infoOf(created.rows[0]);
  });
  return { secret, token };
}

/** Live tokens, the newest first: one's own, or everybody's with `users:read`. */
export async function listTokens(actor: Principal, raw: unknown = {}): Promise<TokenInfo[]> {
  const { everybody } = ListTokensInput.parse(raw);
  if (everybody || isHost(actor)) requirePermission(actor, "users:read");
  const own = isHost(actor) ? null : isToken(actor) ? actor.owner.id : actor.id;
  const found = await rows(
    `select ${columns} from tokens t join users u on u.id = t.user_id
     where t.revoked_at is null and t.expires_at > now() and ($1::text is null or t.user_id = $1)
     order by t.created_at desc limit 1000`,
    [everybody ? null : own],
  );
  return found.map(infoOf);
}

/** One's own, or anybody's with `users:admin`; a token alone revokes itself. @throws NotFound when it is none any more. */
export async function revokeToken(actor: Principal, raw: unknown): Promise<void> {
  const { id } = RevokeTokenInput.parse(raw);
  const [token] = await rows<{ user_id: string; label: string }>(
    `select t.user_id, u.name || '/' || t.name as label from tokens t join users u on u.id = t.user_id
     where t.id = $1 and t.revoked_at is null and t.expires_at > now()`,
    [id],
  );
  const isOwn = isToken(actor) ? actor.id === id : !isHost(actor) && token?.user_id === actor.id;
  if (!isOwn) requirePermission(actor, "users:admin");
  if (!token) throw new NotFound("no-such-token", "This token has ended already.");
  const because = `revoked by ${actor.name}`;
  const act = () => rows("update tokens set revoked_at = now(), revoked_because = $2 where id = $1", [id, because]);
  await audited(actor, "token.revoke", token.label, act);
}

/** Answers how many ended. */
export async function revokeTokensOfUser(userId: string, because: string): Promise<number> {
  const ended = await rows(
    `update tokens set revoked_at = now(), revoked_because = $2 where user_id = $1 and revoked_at is null returning id`,
    [userId, because],
  );
  return ended.length;
}

const Found = Row.pick({ id: true, name: true, user_id: true, user_name: true, role: true, destructive: true }).extend({
  owner_role: z.enum(roles),
  stale: z.boolean(),
});

/** Whoever an `Authorization: Bearer` speaks for, with the role of this moment; null when it is no live token. */
export async function resolveToken(bearer: string | undefined): Promise<TokenActor | null> {
  if (!bearer || !grammar.test(bearer)) return null;
  const [row] = await rows(
    `select t.id, t.name, t.user_id, u.name as user_name, t.role, t.destructive, u.role as owner_role,
       t.last_used_at is null or t.last_used_at < now() - interval '1 minute' as stale
     from tokens t join users u on u.id = t.user_id where t.secret_sha256 = $1 and ${live}`,
    [sha256(bearer)],
  );
  if (!row) return null;
  const found = Found.parse(row);
  if (found.stale) {
    const ip = currentRequest()?.ip ?? null;
    await rows("update tokens set last_used_at = now(), last_used_ip = $2 where id = $1", [found.id, ip]);
  }
  return {
    ...{ kind: "token", id: found.id, name: found.name, displayName: `${found.user_name}/${found.name}`, email: null },
    owner: { id: found.user_id, name: found.user_name },
    role: lower(found.owner_role, found.role),
    destructive: found.destructive,
  };
}

const wrongTokens = () => processWide("wrong-tokens", () => new WrongTokens());

/**
 * The same, for requests. @throws Unauthenticated; TooMany for an address that keeps sending what was never a token.
 * One that has ended is not counted: its program is misconfigured, and is told so.
 */
export async function requireToken(bearer: string | undefined): Promise<TokenActor> {
  const actor = await resolveToken(bearer);
  if (actor) return actor;
  const known = bearer ? await rows("select 1 from tokens where secret_sha256 = $1", [sha256(bearer)]) : [];
  if (known.length > 0) {
    throw new Unauthenticated(
      "This API token has expired or was revoked, or its owner may not enter any more. Make another on the Sessions page.",
    );
  }
  const waitSeconds = wrongTokens().count(currentRequest()?.ip ?? "unknown", Date.now());
  if (waitSeconds === 0) {
    throw new Unauthenticated("This API token is not known. Send `Authorization: Bearer` and the whole token, td_….");
  }
  const nobody = { kind: "nobody" as const, id: null, name: "nobody" };
  await recordRefused(nobody, "access.refuse", "API token", { code: "too-many-wrong-tokens" });
  throw new TooMany(
    "too-many-wrong-tokens",
    `Too many API tokens from this address are not known. Wait ${waitSeconds} s, and send one that is.`,
    waitSeconds,
  );
}

const Owner = z.object({ display_name: z.string(), email: z.string().nullable(), role: z.enum(roles).nullable() });

/** For a program that asks what it may: itself and its owner. @throws Unauthenticated when it has ended meanwhile. */
export async function getOwnToken(actor: TokenActor): Promise<TokenSession> {
  const [found] = await rows(
    `select ${columns}, u.display_name, u.email, u.role as owner_role
     from tokens t join users u on u.id = t.user_id where t.id = $1 and ${live}`,
    [actor.id],
  );
  if (!found) throw new Unauthenticated();
  const { owner, ...token } = infoOf(found);
  const { display_name, email, role } = Owner.parse({ ...found, role: found.owner_role });
  return {
    user: { ...owner, displayName: display_name, email, role },
    token: { ...token, role: actor.role ?? token.role },
  };
}

/** Roles of those of the given tokens that are live, for open streams. */
export async function rolesOfTokens(ids: string[]): Promise<Map<string, Role>> {
  const found = await rows<{ id: string; role: Role; owner_role: Role }>(
    `select t.id, t.role, u.role as owner_role from tokens t join users u on u.id = t.user_id
     where t.id = any($1::uuid[]) and ${live}`,
    [ids],
  );
  return new Map(found.map((row) => [row.id, lower(row.owner_role, row.role)]));
}

/** Owners of live tokens whom Keycloak was not asked about for a while; asking it is up to whoever may. */
export async function tokenOwnersToCheck(afterSeconds: number): Promise<{ id: string; name: string }[]> {
  return rows(
    `select u.id, u.name from users u where u.enabled and u.checked_at < now() - make_interval(secs => $1)
       and exists (select 1 from tokens t where t.user_id = u.id and t.revoked_at is null and t.expires_at > now())
     order by u.checked_at limit 200`,
    [afterSeconds],
  );
}
