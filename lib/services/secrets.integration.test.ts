// What a viewer learns of a container whose makers put secrets everywhere, through docker-guard on the real engine.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inspectDetails } from "../platform/docker-details.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { getService, listServices } from "./index.ts";
import { store } from "./store.ts";
import { startTestProject, type TestProject } from "./test-project.ts";

const viewer = {
  ...{ id: randomUUID(), name: "a-viewer", displayName: "A viewer", email: null, role: "viewer" as const },
  ...{ sessionId: randomUUID(), acr: 1 as const, authTime: new Date() },
};

let database: TestDatabase;
let project: TestProject;
let id = "";

beforeAll(async () => {
  database = await startTestDatabase();
  const name = `secrets-test-${process.pid}`;
  process.env.TAYLORDASH_PROJECT = name;
  project = await startTestProject(name);
  const labels = {
    "taylordash.title": "Shop at https://u:hunter2@shop",
    "taylordash.description": "Authorization: Bearer hunter2",
    "taylordash.loss": "what is in postgres://u:hunter2@h/x",
    "app.password": "hunter2",
  };
  id = project.run(
    "shop",
    [
      ...Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
      ...["--env", "PASSWORD=hunter2", "--health-interval", "1s"],
      ...["--health-cmd", "echo token=hunter2; redis-cli -a hunter2 || true"],
    ],
    ...["sh", "-c", "sleep 600; DB_PASSWORD=hunter2 app --token hunter2", "-H", "X-Api-Key: hunter2"],
  );
  await store().listed;
});
afterAll(async () => {
  await runShutdown("first");
  await project?.stop();
  await database?.stop();
});

it("is none of them, while the rest can be read", async () => {
  await expect.poll(async () => (await inspectDetails(id))?.probes.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const facts = await getService(viewer, { service: "shop" });
  const list = await listServices(viewer);
  expect(JSON.stringify([facts, list, await inspectDetails(id)])).not.toContain("hunter2");
  const [container] = facts.containers;
  expect(container?.command).toEqual(
    expect.arrayContaining(["sleep 600; DB_PASSWORD=••• app --token •••", "X-Api-Key: •••"]),
  );
  expect(container?.healthcheck?.command).toEqual(["echo token=•••; redis-cli -a ••• || true"]);
  expect(container?.probes[0]?.output).toContain("token=•••");
  expect(facts.labels).toContainEqual({ name: "taylordash.loss", value: "what is in postgres://u:•••@h/x" });
  expect(list.services[0]).toMatchObject({
    title: "Shop at https://u:•••@shop",
    description: "Authorization: Bearer •••",
  });
});
