// Open streams of a session or token: one query a process looks after all of them, so that its end ends its streams.
import { log } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";
import { processWide } from "../platform/process-wide.ts";
import { graceSeconds } from "./confirm.ts";
import { type Actor, isPerson, type TokenActor } from "./permissions.ts";
import { live } from "./sessions.ts";
import { rolesOfTokens } from "./tokens.ts";

const everyMs = 2_000;
/** Streams that could not be checked for this long end: nobody keeps reading because the database is away. */
const uncheckedMs = 60_000;

type Watch = { id: string; kind: "session" | "token"; role: Actor["role"]; onEnd: () => void };
type State = { watches: Set<Watch>; timer: NodeJS.Timeout | null; checkedAt: number };
const state = () =>
  processWide("watched-sessions", (): State => ({ watches: new Set(), timer: null, checkedAt: Date.now() }));

async function rolesOfSessions(ids: string[]): Promise<Map<string, Actor["role"]>> {
  const found = await rows<{ public_id: string; role: Actor["role"] }>(
    `select s.public_id, u.role from sessions s join users u on u.id = s.user_id
     where s.public_id = any($1::uuid[]) and ${live} and s.confirmed_at > now() - make_interval(secs => $2)`,
    [ids, graceSeconds],
  );
  return new Map(found.map((row) => [row.public_id, row.role]));
}

const idsOf = (watches: Watch[], wanted: Watch["kind"]) => [
  ...new Set(watches.filter(({ kind }) => kind === wanted).map(({ id }) => id)),
];

async function rolesOfLive(watches: Watch[]): Promise<Map<string, Actor["role"]>> {
  const [sessions, tokens] = [idsOf(watches, "session"), idsOf(watches, "token")];
  const found = await Promise.all([
    sessions.length > 0 ? rolesOfSessions(sessions) : [],
    tokens.length > 0 ? rolesOfTokens(tokens) : [],
  ]);
  return new Map(found.flatMap((roles) => [...roles]));
}

/** Looks once at every watched session. Exported for tests; streams rely on the timer. */
export async function checkWatched(): Promise<void> {
  const watched = state();
  const before = [...watched.watches];
  const ended: Watch[] = [];
  try {
    const alive = await rolesOfLive(before);
    watched.checkedAt = Date.now();
    ended.push(...before.filter(({ id, role }) => alive.get(id) !== role || !alive.has(id)));
  } catch (error) {
    log.debug({ err: error }, "watched sessions could not be checked");
    if (Date.now() - watched.checkedAt > uncheckedMs) ended.push(...before);
  }
  for (const watch of ended) {
    if (watched.watches.delete(watch)) watch.onEnd();
  }
}

function schedule(): void {
  const watched = state();
  if (watched.timer || watched.watches.size === 0) return;
  watched.timer = setTimeout(async () => {
    await checkWatched();
    watched.timer = null;
    schedule();
  }, everyMs);
  watched.timer.unref();
}

/**
 * Calls `onEnd` once, within about two seconds, when session or token is revoked, idle or expired, or the role another
 * than the actor's. Keeps no session alive. Answers how to stop watching; call it when the stream closes.
 */
export function watchSession(actor: Actor | TokenActor, onEnd: () => void): () => void {
  const watched = state();
  if (watched.watches.size === 0) watched.checkedAt = Date.now();
  const [kind, id] = isPerson(actor) ? (["session", actor.sessionId] as const) : (["token", actor.id] as const);
  const watch: Watch = { kind, id, role: actor.role, onEnd };
  watched.watches.add(watch);
  schedule();
  return () => watched.watches.delete(watch);
}
