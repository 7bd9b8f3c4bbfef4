// What a stranger may learn from readiness, and what the log says instead.
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { parseEnv } from "./env.ts";
import { readiness } from "./health.ts";
import { currentRequestId, log, withRequestId } from "./log.ts";
import { processWide } from "./process-wide.ts";

const names = ["database", "migrations", "keycloak", "docker-guard"];
let isAway = true;
processWide("env", () =>
  parseEnv({
    ...{ TAYLORDASH_ROLE: "portal", TAYLORDASH_PROJECT: "test", TAYLORDASH_ORIGIN: "https://localhost" },
    ...{ TAYLORDASH_KEYCLOAK_URL: "https://127.0.0.1:2/auth", TAYLORDASH_DOCKER_SOCKET: "/nowhere/docker.sock" },
    TAYLORDASH_MIGRATIONS: import.meta.dirname,
  }),
);
processWide("pool", () => ({
  async query() {
    if (isAway) throw Object.assign(new Error("connect ECONNREFUSED 172.18.0.5:5432"), { code: "ECONNREFUSED" });
    return { rows: [] };
  },
}));

const told: { requestId: string | undefined; check: string; err: Error & { cause?: Error } }[] = [];
const again: string[] = [];
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.spyOn(log, "warn").mockImplementation(
    (line: unknown) =>
      void told.push({ requestId: currentRequestId(), ...(line as Omit<(typeof told)[0], "requestId">) }),
  );
  vi.spyOn(log, "info").mockImplementation((line: unknown) => void again.push((line as { check: string }).check));
});
beforeEach(() => {
  // Older than what is kept.
  vi.setSystemTime(Date.now() + 2_000);
  told.length = 0;
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("says what is missing and what to do; why, with its addresses, is in the log under the request's id", async () => {
  const { ready, checks } = await withRequestId("request-1", readiness);
  expect(ready).toBe(false);
  expect(checks).toEqual(names.map((name) => ({ name, ok: false, fix: expect.stringContaining("./taylordash logs") })));
  expect(JSON.stringify(checks)).not.toMatch(/ECONN|ENOENT|\d+\.\d+\.\d+\.\d+|\.sock|:\d{1,5}/);
  expect(told.map(({ check, requestId }) => `${check} ${requestId}`).sort()).toEqual(
    names.map((name) => `${name} request-1`).sort(),
  );
  const causes = new Map(told.map(({ check, err }) => [check, `${err.message} ${err.cause?.message ?? ""}`]));
  expect(causes.get("database")).toContain("ECONNREFUSED 172.18.0.5:5432");
  expect(causes.get("keycloak")).toContain("ECONNREFUSED 127.0.0.1:2");
  expect(causes.get("docker-guard")).toContain("/nowhere/docker.sock");
});

it("tells the log nothing more while it stays so, and once when it is over", async () => {
  await readiness();
  expect([told, again]).toEqual([[], []]);
  isAway = false;
  for (let asked = 0; asked < 3; asked += 1) {
    vi.setSystemTime(Date.now() + 2_000);
    await readiness();
  }
  expect(told).toEqual([]);
  expect(again.sort()).toEqual(["database", "migrations"]);
  isAway = true;
  vi.setSystemTime(Date.now() + 2_000);
  await readiness();
  expect(told.map(({ check }) => check).sort()).toEqual(["database", "migrations"]);
});
