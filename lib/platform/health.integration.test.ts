// What readiness says while something behind the portal is away: its name and what to do; and why, to the log alone.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { readiness } from "./health.ts";
import { log } from "./log.ts";
import { runShutdown } from "./process-wide.ts";
import { startTestDatabase, type TestDatabase } from "./test-database.ts";

let database: TestDatabase;
const told = new Map<string, Error>();
vi.spyOn(log, "warn").mockImplementation((line: unknown) => {
  const { check, err } = line as { check?: string; err?: Error };
  if (check && err) told.set(check, err);
});
beforeAll(async () => {
  database = await startTestDatabase();
  process.env.TAYLORDASH_DOCKER_SOCKET = join(database.folder, "docker.sock");
  process.env.TAYLORDASH_KEYCLOAK_URL = "https://localhost:1/auth";
});
afterAll(async () => {
  await runShutdown("first");
  await database?.stop();
});

/** The answer of now: one that is older than a second is not given again. */
async function check(name: string) {
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const { ready, checks } = await readiness();
  expect(ready).toBe(false);
  return checks.find((one) => one.name === name);
}

it("names Keycloak that does not answer, and the database that does", async () => {
  expect(await check("database")).toEqual({ name: "database", ok: true });
  expect(await check("migrations")).toEqual({ name: "migrations", ok: true });
  expect(await check("keycloak")).toEqual({
    ...{ name: "keycloak", ok: false },
    fix: expect.stringContaining("./taylordash logs keycloak"),
  });
  expect(told.get("keycloak")?.message).toContain("localhost:1 does not answer");
});

it("names a docker-guard that was killed, though its socket is still there", async () => {
  const path = join(database.folder, "docker.sock");
  const guard = spawn(process.execPath, ["-e", `require("net").createServer().listen(${JSON.stringify(path)})`]);
  await expect.poll(() => existsSync(path), { timeout: 20_000 }).toBe(true);
  guard.kill("SIGKILL");
  await once(guard, "exit");
  expect(await check("docker-guard")).toEqual({
    ...{ name: "docker-guard", ok: false },
    fix: "Run ./taylordash logs docker-guard.",
  });
  expect(told.get("docker-guard")?.message).toContain("ECONNREFUSED");
});

it("names migrations that are missing", async () => {
  await database.asOwner("delete from schema_migrations where name like '0005%'");
  expect(await check("migrations")).toMatchObject({
    ok: false,
    fix: expect.stringContaining("./taylordash logs worker"),
  });
  expect(told.get("migrations")?.message).toContain("0005");
});

it("names a database that does not answer", async () => {
  const docker = (verb: "pause" | "unpause") => execFileSync("docker", [verb, database.daemon.id], { stdio: "ignore" });
  docker("pause");
  try {
    expect(await check("database")).toEqual({
      ...{ name: "database", ok: false },
      fix: expect.stringContaining("./taylordash logs postgres"),
    });
    expect(told.get("database")?.message).toBe("no answer within 3000 ms");
  } finally {
    docker("unpause");
  }
});
