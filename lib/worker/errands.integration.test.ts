// What an operator has the worker do through docker-guard: the machine's real engine, a real database and job runner.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../auth/index.ts";
import { rows } from "../platform/postgres.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { passwords, startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { readDeeds } from "../services/history.ts";
import { getService, measureVolumes, probeService } from "../services/index.ts";
import { store } from "../services/store.ts";
import { startTestProject, type TestProject } from "../services/test-project.ts";
import { runErrand } from "./errands.ts";
import { startJobs } from "./jobs.ts";
import { measureAll } from "./volume-usage.ts";

const person = (role: Actor["role"]): Actor => ({
  ...{ id: randomUUID(), name: `a-${role}`, displayName: `A ${role}`, email: null, role, sessionId: randomUUID() },
  ...{ acr: 1, authTime: new Date() },
});
const [viewer, operator] = [person("viewer"), person("operator")];
const name = `errand-test-${process.pid}`;
const volume = (short: string) => `${name}_${short}`;

let database: TestDatabase;
let project: TestProject;
let drain: (() => Promise<void>) | undefined;
let before = 0;

const written = () =>
  rows<{ words: string; details: object; after: unknown }>(
    `select concat_ws(' ', action, target, outcome) as words, details, after from audit order by id`,
  );
const audit = async () => (await written()).slice(before);
const usageOf = async (short: string) => {
  const [newest] = (await getService(viewer, { service: "data" })).containers;
  return newest?.mounts.find((mount) => mount.name === short)?.usage;
};
async function told(verb: typeof probeService, service: string) {
  const lines: string[] = [];
  const { message } = await verb(operator, { service }, (line) => void lines.push(line));
  return { lines, message };
}

beforeAll(async () => {
  database = await startTestDatabase({ db_password: passwords.owner_password });
  process.env.TAYLORDASH_PROJECT = name;
  process.env.TAYLORDASH_DATABASE_USER = "portal_owner";
  project = await startTestProject(name);
  const label = ["--label", `com.docker.compose.project=${name}`];
  const bind = ["type=none", "o=bind", `device=${project.folder()}`].flatMap((option) => ["--opt", option]);
  project.docker("volume", "create", ...label, volume("db"));
  project.docker("volume", "create", ...label, ...bind, volume("elsewhere"));
  const tag = `${name}-image:1`;
  project.image(tag);
  const probe = (command: string) => ["--health-interval", "1h", "--health-cmd", command];
  const mounts = ["-v", `${volume("db")}:/db`, "-v", `${volume("elsewhere")}:/elsewhere`];
  const write = "head -c 2000000 /dev/urandom >/db/file; exec sleep 600";
  project.runLikeCompose("docker-guard", tag, [], "sleep", "600");
  project.runLikeCompose("data", tag, [...mounts, ...probe("echo fine; echo well >&2")], "sh", "-c", write);
  project.runLikeCompose("ill", tag, [...probe("echo 'no route, token=abcdefgh12345678'; exit 7")], "sleep", "600");
  project.runLikeCompose("odd", tag, probe("printf 'a\\000b\\n'"), "sleep", "600");
  project.runLikeCompose("calm", tag, probe("sleep 2"), "sleep", "600");
  project.runLikeCompose("slow", tag, probe("sleep 4"), "sleep", "600");
  project.run("pair", probe("true"), "sleep", "600");
  project.run("pair", probe("echo second; exit 1"), "sleep", "600");
  project.run("pair", [...probe("sleep 3"), "--health-timeout", "1s"], "sleep", "600");
  project.runLikeCompose("mute", tag, [], "sleep", "600");
  project.runLikeCompose("off", tag, probe("true"), "true");
  await store().listed;
});
beforeEach(async () => {
  before = (await written()).length;
});
afterAll(async () => {
  await drain?.();
  await runShutdown("first");
  await project?.stop();
  project?.docker("volume", "rm", volume("db"), volume("elsewhere"));
  await database?.stop();
});

describe("before the job runner has begun", () => {
  it("a check says that the worker does not take it", async () => {
    await expect(probeService(operator, { service: "data" })).rejects.toMatchObject({
      status: 503,
      code: "worker-away",
    });
    expect((await audit()).map(({ words }) => words)).toEqual([
      "service.probe data intent",
      "service.probe data failed",
    ]);
  });
});

describe("with the worker", () => {
  beforeAll(async () => {
    drain = await startJobs();
  });

  it.each([
    ["check", probeService],
    ["measure", measureVolumes],
  ])("a viewer may not %s, and nothing is asked", async (_word, verb) => {
    await expect(verb(viewer, { service: "data" })).rejects.toMatchObject({ status: 403 });
    expect(await audit()).toEqual([]);
  });

  it("a check runs the healthcheck and tells what it wrote", async () => {
    const { lines, message } = await told(probeService, "data");
    expect(lines[0]).toBe(`Running the healthcheck in ${name}-data-1`);
    // Two streams, whose order the engine does not keep.
    expect(lines.slice(1, -1).sort()).toEqual(["fine", "well"]);
    expect(lines.at(-1)).toMatch(/^exit code 0 after \d+ ms$/);
    expect(message).toBe("data answers its healthcheck.");
    expect(await audit()).toEqual([
      expect.objectContaining({ words: "service.probe data intent", details: { containers: `${name}-data-1` } }),
      expect.objectContaining({ words: "service.probe data done" }),
    ]);
  });

  it("a check that is not well fails, and shows no secret", async () => {
    const lines: string[] = [];
    const check = probeService(operator, { service: "ill" }, (line) => void lines.push(line));
    await expect(check).rejects.toMatchObject({ code: "unwell", message: "ill does not answer its healthcheck well." });
    expect(lines.join("\n")).toMatch(/no route, token=.*\nexit code 7 after/);
    expect(lines.join("\n")).not.toContain("abcdefgh12345678");
    expect((await audit()).map(({ words }) => words)).toEqual(["service.probe ill intent", "service.probe ill failed"]);
  });

  it.each([
    ["off", 409, "off does not run: start it first."],
    ["mute", 502, "mute could not be checked."],
    ["no-such", 404, "There is no service or container no-such in this project."],
  ])("a check of %s is answered with %i", async (service, status, message) => {
    await expect(probeService(operator, { service })).rejects.toMatchObject({ status, message });
  });

  it("a check of several containers asks each, whatever the one before answers", async () => {
    const lines: string[] = [];
    await expect(probeService(operator, { service: "pair" }, (line) => void lines.push(line))).rejects.toMatchObject({
      message: "pair does not answer its healthcheck well in 2 of 3 containers.",
    });
    expect(lines.filter((line) => line.startsWith("Running"))).toHaveLength(3);
    expect(lines).toEqual(
      expect.arrayContaining([
        ...["second", expect.stringMatching(/^exit code 0/), expect.stringMatching(/^exit code 1/)],
        "The docker-guard says: the healthcheck of pair takes longer than it may.",
      ]),
    );
  });

  it("a check that writes a zero byte is told of without it", async () => {
    expect((await told(probeService, "odd")).lines[1]).toBe("ab");
  });

  it("a check is no cause of what happens to the service meanwhile", async () => {
    await told(probeService, "data");
    expect(await readDeeds("data", new Date(Date.now() - 60_000))).toEqual([]);
  });

  it("whoever waits learns that the worker is being restarted, and that it was killed", async () => {
    const wait = () => probeService(operator, { service: "slow" }).catch((error: unknown) => error);
    const lines: string[] = [];
    const ending = new AbortController();
    await drain?.();
    drain = undefined;
    const asking = probeService(operator, { service: "slow" }, (line) => void lines.push(line)).catch((error) => error);
    const newest = async () => {
      const [errand] = await rows<{ id: string }>(
        "select id from errands where begun_at is null order by asked_at desc limit 1",
      );
      return errand?.id;
    };
    await expect.poll(newest, { timeout: 20_000 }).toBeDefined();
    const id = await newest();
    const working = runErrand({ id }, ending.signal);
    await expect
      .poll(() => rows("select from errands where id = $1 and begun_at is not null", [id]), { timeout: 20_000 })
      .toHaveLength(1);
    ending.abort();
    await working;
    expect(await asking).toMatchObject({ code: "not-checked" });
    expect(lines).toContain("The worker is being restarted: try again in a moment.");

    const again = wait();
    await expect.poll(newest, { timeout: 20_000 }).toBeDefined();
    await rows("update errands set begun_at = now(), alive_at = now() - interval '11 seconds' where id = $1", [
      await newest(),
    ]);
    expect(await again).toMatchObject({ status: 503, code: "worker-lost" });
    await rows("delete from graphile_worker._private_jobs");
    drain = await startJobs();
  });

  it("volumes are counted one by one, and the page tells what they take, or why not", async () => {
    expect(await usageOf("db")).toBeNull();
    const { lines, message } = await told(measureVolumes, "data");
    expect(message).toBe("1 of 2 volumes measured.");
    expect(lines).toEqual([
      ...["Counting db", expect.stringMatching(/^db takes 2,\d{3},\d{3} bytes$/), "Counting elsewhere"],
      `elsewhere: The docker-guard says: ${volume("elsewhere")} is kept elsewhere by its driver's options.`,
    ]);
    const usage = await usageOf("db");
    expect(usage).toEqual({ bytes: expect.any(Number), measuredAt: expect.any(String), problem: null });
    expect(usage?.bytes).toBeGreaterThanOrEqual(2_000_000);
    expect(await usageOf("elsewhere")).toEqual({
      ...{ bytes: null, measuredAt: null, problem: expect.stringContaining("kept elsewhere") },
    });
    expect((await audit()).at(-1)).toMatchObject({
      words: "volume.measure data done",
      after: { bytes: { db: usage?.bytes } },
    });
  });

  it("two who want one volume counted at a time get one count", async () => {
    const both = await Promise.all([told(measureVolumes, "data"), told(measureVolumes, "data")]);
    expect(both[0]?.lines.slice(0, 2)).toEqual(both[1]?.lines.slice(0, 2));
    expect(both.map(({ message }) => message)).toEqual(["1 of 2 volumes measured.", "1 of 2 volumes measured."]);
  });

  it("a service without volumes has none to count", async () => {
    await expect(measureVolumes(operator, { service: "mute" })).rejects.toMatchObject({
      status: 409,
      code: "no-volumes",
    });
  });

  it("the round counts what was not lately, keeps the old figure beside a problem, and forgets what is gone", async () => {
    const measuredAt = async () => (await usageOf("db"))?.measuredAt;
    const first = await measuredAt();
    await measureAll();
    expect(await measuredAt()).toBe(first);
    await rows("insert into volume_usage (volume, tried_at, problem) values ('gone', now(), 'x')");
    await rows(
      "update volume_usage set tried_at = now() - interval '7 hours', bytes = 1, problem = 'x' where volume = $1",
      [volume("db")],
    );
    expect(await usageOf("db")).toEqual({ bytes: 1, measuredAt: first, problem: "x" });
    await measureAll();
    expect(await usageOf("db")).toMatchObject({ bytes: expect.any(Number), problem: null });
    expect((await usageOf("db"))?.bytes).toBeGreaterThan(1);
    expect(await rows("select volume from volume_usage order by 1")).toEqual([
      ...[{ volume: volume("db") }, { volume: volume("elsewhere") }],
    ]);
  });

  it("what nobody waits for any more is not begun", async () => {
    const id = randomUUID();
    await rows("alter table errands disable trigger errands_job");
    await rows(
      "insert into errands (id, kind, target, asked_at) values ($1, 'probe', 'x', now() - interval '16 seconds')",
      [id],
    );
    await rows("alter table errands enable trigger errands_job");
    await runErrand({ id });
    expect(await rows("select begun_at from errands where id = $1", [id])).toEqual([{ begun_at: null }]);
  });

  it("the portal's role has no way into the job runner but an errand of a known kind", async () => {
    const [may] = await rows<{ schema: boolean; update: boolean; usage: boolean }>(
      `select has_schema_privilege('portal', 'graphile_worker', 'usage') as schema,
         has_table_privilege('portal', 'errands', 'update') as update,
         has_table_privilege('portal', 'volume_usage', 'insert') as usage`,
    );
    expect(may).toEqual({ schema: false, update: false, usage: false });
    await expect(rows("insert into errands (kind, target) values ('shell', 'x')")).rejects.toThrow(
      /errands_kind_check/,
    );
  });

  it("two who check one container at a time have one check run", async () => {
    await rows("delete from errands");
    const first = probeService(operator, { service: "calm" });
    await expect
      .poll(() => rows("select from errands where ended_at is null and begun_at is not null"), { timeout: 20_000 })
      .toHaveLength(1);
    expect((await Promise.all([first, told(probeService, "calm")])).map(({ message }) => message)).toEqual([
      ...["calm answers its healthcheck.", "calm answers its healthcheck."],
    ]);
    expect(await rows("select from errands")).toHaveLength(1);
  });

  it("no more than twenty wait at a time", async () => {
    await drain?.();
    drain = undefined;
    await rows("delete from errands");
    const one = (at: number) => rows("insert into errands (kind, target) values ('probe', $1)", [`x${at}`]);
    const asked = await Promise.allSettled(Array.from({ length: 25 }, (_, at) => one(at)));
    expect(asked.filter(({ status }) => status === "rejected")).toHaveLength(5);
    const [waiting] = await rows<{ count: number }>(
      "select count(*)::int from errands where ended_at is null and asked_at > now() - interval '15 seconds'",
    );
    expect(waiting?.count).toBe(20);
    await expect(probeService(operator, { service: "slow" })).rejects.toMatchObject({
      status: 503,
      code: "worker-busy",
    });
  });
});
