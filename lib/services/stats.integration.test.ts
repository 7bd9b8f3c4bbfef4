// Live statistics of a real container, through docker-guard.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchStatistics } from "../platform/docker-stats.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { eventually } from "../platform/test-daemons.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { getService } from "./details.ts";
import { watchStats } from "./stats.ts";
import { createStatsHub, type StatsEvent } from "./stats-hub.ts";
import { store } from "./store.ts";
import { startTestProject, type TestProject } from "./test-project.ts";

const host = { kind: "host", name: "test" } as const;
let database: TestDatabase;
let project: TestProject;

beforeAll(async () => {
  database = await startTestDatabase();
  const name = `stats-test-${process.pid}`;
  project = await startTestProject(name);
  process.env.TAYLORDASH_PROJECT = name;
  const limits = ["--memory", "64m", "--cpus", "0.2", "--user", "1000", "--cap-drop", "ALL", "--read-only"];
  project.run(
    "busy",
    [...limits, "--env", "PASSWORD=hunter2"],
    "sh",
    "-c",
    "while :; do :; done",
    "--password=hunter3",
  );
});
afterAll(async () => {
  await runShutdown("first");
  await project?.stop();
  await database?.stop();
});

describe("statistics", () => {
  it("come from one stream however many watch, and it ends after the last has left", async () => {
    await store().listed;
    let open = 0;
    let opened = 0;
    const { rows, isConnected, feed } = store();
    const hub = createStatsHub({
      ...{ rows, isConnected, subscribe: feed.subscribe, past: async () => new Map() },
      async watch(id, signal, onReading) {
        open += 1;
        opened += 1;
        await watchStatistics(id, signal, onReading).finally(() => {
          open -= 1;
        });
      },
    });
    const events: StatsEvent[][] = Array.from({ length: 20 }, () => []);
    const leave = events.map((seen) => hub.watch(new Set(["busy"]), (event) => seen.push(event)));
    await eventually(async () => {
      for (const seen of events) expect(seen.filter(({ name }) => name === "samples").length).toBeGreaterThan(1);
    }, 20_000);
    expect([open, opened]).toEqual([1, 1]);
    const sample = events[0]?.findLast(({ name }) => name === "samples");
    const [, cpu, memory] = Object.values(sample?.data ?? {})[0] as number[];
    expect(cpu).toBeGreaterThan(0);
    expect(memory).toBeGreaterThan(0);
    expect(memory).toBeLessThan(64 * 2 ** 20);
    for (const step of leave) step();
    await eventually(async () => expect(open).toBe(0), 5_000);
    hub.stop();
  });

  it("are for who may see services, of services that are", async () => {
    await expect(watchStats(null, "all", () => undefined)).rejects.toMatchObject({ status: 401 });
    await expect(watchStats(host, "no-such", () => undefined)).rejects.toMatchObject({ status: 404 });
    await expect(watchStats(host, null, () => undefined)).rejects.toThrow();
    // An id is no name: what a client sends is only ever compared.
    const [row] = store().rows();
    await expect(watchStats(host, row?.id, () => undefined)).rejects.toMatchObject({ status: 404 });
  });
});

describe("details", () => {
  it("tell what confines a container, and none of its secrets", async () => {
    const facts = await getService(host, { service: "busy" });
    expect(facts.containers).toHaveLength(1);
    expect(facts.containers[0]).toMatchObject({
      user: "1000",
      limits: { cpus: 0.2, memoryBytes: 64 * 2 ** 20 },
      confinement: ["read-only root", "no capabilities"],
      image: "taylordash/base:trixie",
      restartPolicy: "never",
      healthcheck: null,
    });
    expect(facts.containers[0]?.imageCreatedAt).toMatch(/^20/);
    expect(facts.containers[0]?.command).toContain("--password=•••");
    expect(JSON.stringify(facts)).not.toMatch(/hunter/);
  });
  it("are for who may see services, of services that are", async () => {
    await expect(getService(null, { service: "busy" })).rejects.toMatchObject({ status: 401 });
    await expect(getService(host, { service: "../busy" })).rejects.toMatchObject({ status: 404 });
  });
});
