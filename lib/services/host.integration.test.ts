// What the list tells beside its rows, from the machine's real engine: other containers, and tags that have moved on.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../auth/index.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { getService, listForeignContainers, listUpdates } from "./index.ts";
import { store } from "./store.ts";
import { startTestProject, type TestProject } from "./test-project.ts";

const person = (role: Actor["role"]): Actor => ({
  ...{ id: randomUUID(), name: "a", displayName: "A", email: null, role, sessionId: randomUUID() },
  ...{ acr: 1, authTime: new Date() },
});
const viewer = person("viewer");

const name = `host-test-${process.pid}`;
const tag = `${name}-web:1`;
let database: TestDatabase;
let project: TestProject;
let stranger = "";

beforeAll(async () => {
  database = await startTestDatabase();
  process.env.TAYLORDASH_PROJECT = name;
  project = await startTestProject(name);
  project.image(tag);
  for (const service of ["web", "other"]) project.runLikeCompose(service, tag, [], "sleep", "600");
  const labels = [`com.docker.compose.project=${name}-x`, "com.docker.compose.service=shop"];
  const flags = ["--network", "none", "--env", "PASSWORD=hunter2", ...labels.flatMap((label) => ["--label", label])];
  stranger = project.docker("run", "-d", ...flags, "--name", `${name}-shop`, tag, "sleep", "600");
  await store().listed;
});
afterAll(async () => {
  project?.docker("rm", "-f", stranger);
  await runShutdown("first");
  await project?.stop();
  await database?.stop();
});

describe("other containers of the host", () => {
  it("are told by name, image, state and project, and by nothing one could act on; own ones are not among them", async () => {
    const { containers } = await listForeignContainers(viewer);
    const found = containers.find((one) => one.name === `${name}-shop`);
    expect(found).toEqual({
      ...{ name: `${name}-shop`, image: tag, state: "running", project: `${name}-x` },
      status: expect.stringMatching(/^Up /),
    });
    expect(containers.filter((one) => one.project === name)).toEqual([]);
    expect(JSON.stringify(containers)).not.toContain("hunter2");
  });
  it("are nothing for somebody without a role", async () => {
    await expect(listForeignContainers(person(null))).rejects.toMatchObject({ status: 403 });
    await expect(listForeignContainers(null)).rejects.toMatchObject({ status: 401 });
  });
});

describe("a newer image on this machine", () => {
  it("is known by the tag that has moved, for the list and on the service's page, until it runs", async () => {
    const images = async () => (await listUpdates(viewer)).images;
    const known = { reference: tag, services: ["other", "web"], registry: null };
    const created = project.docker("image", "inspect", "--format", "{{.Created}}", tag);
    const built = { builtAt: new Date(created).toISOString() };
    expect(await images()).toEqual([{ ...known, ...built, here: false }]);
    const newer = project.image(tag, "LABEL word=newer");
    expect(await images()).toEqual([{ ...known, ...built, here: true }]);
    const [container] = (await getService(viewer, { service: "web" })).containers;
    expect(container?.tagged).toMatchObject({ id: newer });
    expect(container?.imageId).not.toBe(newer);
  });
  it("is nothing for somebody without a role", async () => {
    await expect(listUpdates(person(null))).rejects.toMatchObject({ status: 403 });
  });
});
