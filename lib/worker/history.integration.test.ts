// The history on the real engine, through docker-guard, in a real PostgreSQL.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { audited } from "../audit/index.ts";
import { rows } from "../platform/postgres.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { eventually } from "../platform/test-daemons.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { getHistory } from "../services/index.ts";
import { startTestProject, type TestProject } from "../services/test-project.ts";
import { recordHistory, tidyHistory } from "./history.ts";

const host = { kind: "host", name: "test" } as const;
const probed = [
  ...["--health-cmd", "if test -e /tmp/sick; then echo it is sick; exit 1; fi"],
  ...["--health-interval", "1s", "--health-retries", "1"],
];
let database: TestDatabase;
let project: TestProject;
let recorders: { stop: AbortController; done: Promise<void> }[] = [];

function start() {
  const stop = new AbortController();
  recorders.push({ stop, done: recordHistory(stop.signal) });
}
async function stopAll() {
  for (const { stop } of recorders) stop.abort();
  await Promise.all(recorders.map(({ done }) => done));
  recorders = [];
}
/** "running healthy", "exited 143 asked", ... of one service, oldest first. */
const told = async (service: string) =>
  (
    await rows<{ words: string }>(
      `select concat_ws(' ', state, health, exit_code, cause) as words from service_history
       where service = $1 order by at, id`,
      [service],
    )
  ).map(({ words }) => words);
const tells = (service: string, expected: string[]) =>
  eventually(async () => expect(await told(service)).toEqual(expected), 20_000);
const leads = () =>
  eventually(async () => {
    const locks = await rows(
      "select from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()",
    );
    expect(locks).toHaveLength(1);
    // The first look is over once it says until when the history is complete.
    expect(await rows("select from service_history_seen where at > now() - interval '5 seconds'")).toHaveLength(1);
  }, 20_000);

beforeAll(async () => {
  database = await startTestDatabase({ db_password: "test-owner" });
  project = await startTestProject(`history-test-${process.pid}`);
  process.env.TAYLORDASH_DATABASE_USER = "portal_owner";
});
afterEach(async () => {
  await stopAll();
  await database.asOwner("delete from service_history_seen");
});
afterAll(async () => {
  await runShutdown("first");
  await project.stop();
  await database.stop();
});

describe("the history", () => {
  it("tells start, verdicts of the probe with its words, stop and removal", async () => {
    start();
    await leads();
    const id = project.run("web", probed, "sleep", "600");
    await tells("web", ["created asked", "running starting asked", "running healthy"]);
    project.docker("exec", id, "touch", "/tmp/sick");
    await eventually(async () => expect(await told("web")).toContain("running unhealthy"), 20_000);
    const [sick] = await rows("select probe from service_history where health = 'unhealthy'");
    expect(sick).toEqual({ probe: "it is sick" });
    project.docker("stop", "-t", "5", id);
    await eventually(async () => expect((await told("web")).at(-1)).toBe("exited 143 asked"), 20_000);
    project.remove(id);
    await eventually(async () => expect((await told("web")).at(-1)).toBe("gone asked"), 20_000);
  });

  it("tells an end of the program's own, and the restart policy's start", async () => {
    start();
    await leads();
    const id = project.run("crash", ["--restart", "on-failure:1"], "sh", "-c", "sleep 1; exit 3");
    await eventually(async () => {
      const words = await told("crash");
      expect(words.slice(0, 2)).toEqual(["created asked", "running asked"]);
      expect(words[2]).toMatch(/^(restarting|exited) 3 itself$/);
      expect(words.slice(3)).toEqual(["running policy", "exited 3 itself"]);
    }, 30_000);
    project.remove(id);
  });

  it("says what it does not know: the time between two workers", async () => {
    start();
    await leads();
    const id = project.run("gap", [], "sleep", "600");
    await tells("gap", ["created asked", "running asked"]);
    await stopAll();
    project.docker("restart", "-t", "1", id);
    start();
    await tells("gap", ["created asked", "running asked", "unknown worker-down", "running"]);
    const { segments } = await getHistory(host, { service: "gap" });
    expect(segments.slice(-2).map(({ status }) => status)).toEqual(["unknown", "running"]);
    project.remove(id);
  });

  it("names who did it, when it was done through the portal", async () => {
    start();
    await leads();
    const id = project.run("blamed", [], "sleep", "600");
    await tells("blamed", ["created asked", "running asked"]);
    const ana = { kind: "person", id: randomUUID(), name: "ana" } as const;
    await audited(ana, "service.stop", "blamed", async () => project.docker("stop", "-t", "5", id));
    await eventually(async () => expect((await told("blamed")).at(-1)).toBe("exited 143 asked"), 20_000);
    const { changes, availability } = await getHistory(host, { service: "blamed" });
    expect(changes[0]).toMatchObject({ state: "exited", audit: { actor: "ana", action: "service.stop" } });
    expect(changes.at(-1)?.audit).toBeNull();
    // Of seconds on record there is a time and no percentage.
    expect(availability.percent).toBeNull();
    expect(availability.up).toBeGreaterThan(0);
    project.remove(id);
  });

  it("is written by one of several workers, and by the next when that one loses the database", async () => {
    start();
    start();
    await leads();
    const id = project.run("once", [], "sleep", "600");
    await tells("once", ["created asked", "running asked"]);
    await database.asOwner(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()`,
    );
    project.docker("stop", "-t", "5", id);
    await eventually(async () => {
      const words = await told("once");
      expect(words.filter((each) => each.startsWith("exited"))).toHaveLength(1);
      expect(words.slice(0, 2)).toEqual(["created asked", "running asked"]);
    }, 30_000);
    await leads();
    project.remove(id);
    await eventually(async () => expect((await told("once")).at(-1)).toBe("gone asked"), 20_000);
  });

  it("keeps 90 days, and the row that says what an old container still is", async () => {
    const insert = (service: string, state: string, days: number) =>
      database.asOwner(
        `insert into service_history (service, container_id, container_name, at, state, image_id)
         values ($1, $1, $1, now() - make_interval(days => $3), $2, '')`,
        [service, state, days],
      );
    await insert("ancient", "running", 200);
    await insert("ancient", "exited", 150);
    await insert("ancient", "gone", 100);
    await insert("steady", "running", 200);
    await insert("steady", "paused", 120);
    await insert("steady", "running", 10);
    await tidyHistory();
    expect(await told("ancient")).toEqual([]);
    expect(await told("steady")).toEqual(["paused", "running"]);
  });

  it("cannot be written by the portal's role", async () => {
    const { TAYLORDASH_DATABASE_PORT: port } = process.env;
    const portal = new pg.Client({
      ...{ host: "127.0.0.1", port: Number(port), database: "portal", user: "portal", password: "test-portal" },
      ssl: { rejectUnauthorized: false },
    });
    await portal.connect();
    try {
      expect((await portal.query("select count(*) from service_history")).rowCount).toBe(1);
      for (const attempt of ["delete from service_history", "update service_history set state = 'running'"])
        await expect(portal.query(attempt)).rejects.toThrow(/permission denied/);
    } finally {
      await portal.end();
    }
  });
});

describe("a service's history", () => {
  it("is not for somebody who is not signed in, and not of a service that never was", async () => {
    await expect(getHistory(null, { service: "web" })).rejects.toMatchObject({ status: 401 });
    await expect(getHistory(host, { service: "no-such" })).rejects.toMatchObject({ code: "no-such-service" });
    await expect(getHistory(host, { service: "web", range: "1y" })).rejects.toThrow();
  });
});
