// Streams end with their session, on a real PostgreSQL.
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { sha256 } from "../platform/crypto.ts";
import { pool, rows } from "../platform/postgres.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import type { Actor } from "./permissions.ts";
import { resolveSession, revokeSession, setSessionRole } from "./sessions.ts";
import { signedIn } from "./test-sessions.ts";
import { checkWatched, watchSession } from "./watch.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database?.stop());

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function watched(userId?: string) {
  const cookie = await signedIn({ userId });
  const actor = (await resolveSession(cookie)) as Actor;
  const onEnd = vi.fn();
  const stop = watchSession(actor, onEnd);
  stops.push(stop);
  return { cookie, actor, onEnd, stop };
}
const change = (cookie: string, assignment: string) =>
  rows(`update sessions set ${assignment} where id_sha256 = $1`, [sha256(cookie)]);

it.each<[string, (cookie: string, userId: string) => Promise<unknown>]>([
  ["revoked", (cookie) => revokeSession(cookie, "test")],
  ["idle", (cookie) => change(cookie, "last_seen_at = now() - interval '16 minutes'")],
  ["beyond its 8 hours", (cookie) => change(cookie, "expires_at = now()")],
  ["given another role", (_cookie, userId) => setSessionRole(userId, "admin")],
  ["left without a role", (_cookie, userId) => setSessionRole(userId, null)],
])("the streams of a session that is %s end, once, and no others", async (_what, end) => {
  const [one, other] = [await watched(), await watched()];
  await checkWatched();
  expect(one.onEnd).not.toHaveBeenCalled();
  await end(one.cookie, one.actor.id);
  await checkWatched();
  await checkWatched();
  expect(one.onEnd).toHaveBeenCalledTimes(1);
  expect(other.onEnd).not.toHaveBeenCalled();
});

it("the timer alone ends a stream", async () => {
  const { cookie, onEnd } = await watched();
  await revokeSession(cookie, "test");
  await vi.waitFor(() => expect(onEnd).toHaveBeenCalled(), { timeout: 10_000 });
});

it("twenty streams cost one query, a closed stream none, and watching keeps no session alive", async () => {
  const several = await Promise.all(Array.from({ length: 20 }, () => watched()));
  const query = vi.spyOn(pool(), "query");
  await checkWatched();
  expect(query).toHaveBeenCalledTimes(1);
  query.mockRestore();
  const [first] = several;
  first?.stop();
  await revokeSession(first?.cookie ?? "", "test");
  await checkWatched();
  expect(first?.onEnd).not.toHaveBeenCalled();
  const second = several[1]?.cookie ?? "";
  await change(second, "last_seen_at = now() - interval '10 minutes'");
  await checkWatched();
  const [row] = await rows<{ idle: boolean }>(
    "select last_seen_at < now() - interval '9 minutes' as idle from sessions where id_sha256 = $1",
    [sha256(second)],
  );
  expect(row?.idle).toBe(true);
});

it("streams end when the database stays away for a minute, not at its first hiccup", async () => {
  const { onEnd } = await watched();
  const broken = vi.spyOn(pool(), "query").mockRejectedValue(new Error("away") as never);
  await checkWatched();
  expect(onEnd).not.toHaveBeenCalled();
  const now = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 61_000);
  await checkWatched();
  expect(onEnd).toHaveBeenCalledTimes(1);
  now.mockRestore();
  broken.mockRestore();
});
