// Open streams of a session: one query a process looks after all of them, so that an ended session ends its streams.
import { log } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";
import { processWide } from "../platform/process-wide.ts";
import { type Actor, isPerson, type TokenActor } from "./permissions.ts";
import { live } from "./sessions.ts";

const everyMs = 2_000;
/** Streams that could not be checked for this long end: nobody keeps reading because the database is away. */
const uncheckedMs = 60_000;

type Watch = { sessionId: string; role: Actor["role"]; onEnd: () => void };
type State = { watches: Set<Watch>; timer: NodeJS.Timeout | null; checkedAt: number };
const state = () =>
  processWide("watched-sessions", (): State => ({ watches: new Set(), timer: null, checkedAt: Date.now() }));

async function rolesOfLive(ids: string[]): Promise<Map<string, Actor["role"]>> {
  const found = await rows<{ public_id: string; role: Actor["role"] }>(
    `select s.public_id, u.role from sessions s join users u on u.id = s.user_id
     where s.public_id = any($1::uuid[]) and ${live}`,
    [ids],
  );
  return new Map(found.map((row) => [row.public_id, row.role]));
}

/** Looks once at every watched session. Exported for tests; streams rely on the timer. */
export async function checkWatched(): Promise<void> {
  const watched = state();
  const before = [...watched.watches];
  const ended: Watch[] = [];
  try {
    const alive = await rolesOfLive([...new Set(before.map(({ sessionId }) => sessionId))]);
    watched.checkedAt = Date.now();
    ended.push(...before.filter(({ sessionId, role }) => alive.get(sessionId) !== role || !alive.has(sessionId)));
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
 * Calls `onEnd` once, within about two seconds, when the session is revoked, idle or expired, or the role is another
 * than the actor's. Keeps no session alive. Answers how to stop watching; call it when the stream closes.
 */
export function watchSession(actor: Actor | TokenActor, onEnd: () => void): () => void {
  const watched = state();
  if (watched.watches.size === 0) watched.checkedAt = Date.now();
  const watch = { sessionId: isPerson(actor) ? actor.sessionId : actor.id, role: actor.role, onEnd };
  watched.watches.add(watch);
  schedule();
  return () => watched.watches.delete(watch);
}
