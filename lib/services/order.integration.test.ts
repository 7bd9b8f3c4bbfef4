// Recreate and scale on the machine's real engine, carried out by docker-guard, written to a real audit.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../auth/index.ts";
import { rows } from "../platform/postgres.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { recreateService, scaleService } from "./index.ts";
import { store } from "./store.ts";
import { startTestProject, type TestProject } from "./test-project.ts";

const person = (role: Actor["role"], change: Partial<Actor> = {}): Actor => ({
  ...{ id: randomUUID(), name: `a-${role}`, displayName: `A ${role}`, email: null, role, sessionId: randomUUID() },
  ...{ acr: 2, authTime: new Date(), ...change },
});
const [viewer, operator, admin] = [person("viewer"), person("operator"), person("admin")];
const longAgo = person("admin", { authTime: new Date(Date.now() - 301_000) });

const name = `order-test-${process.pid}`;
const tag = `${name}-web:1`;
let database: TestDatabase;
let project: TestProject;
let first = "";

type Written = { words: string; before: unknown; after: unknown };
const written = () =>
  rows<Written>(`select concat_ws(' ', action, target, outcome) as words, before, after from audit order by id`);
let before = 0;
const audit = async () => (await written()).slice(before);
const words = async () => (await audit()).map((row) => row.words);
const imageOf = (id = "") => project.docker("inspect", "-f", "{{.Image}}", id);
const shown = (service: string) =>
  store()
    .rows()
    .filter((row) => row.service === service);

beforeAll(async () => {
  database = await startTestDatabase();
  process.env.TAYLORDASH_PROJECT = name;
  project = await startTestProject(name);
  first = project.image(tag);
  const sleep = ["sleep", "600"];
  const probe = ["--health-cmd", "true", "--health-interval", "1s", "--health-retries", "1"];
  project.runLikeCompose(
    "web",
    tag,
    ["--label", "taylordash.scale=true", "--label", "taylordash.title=Web", ...probe],
    ...sleep,
  );
  project.runLikeCompose("data", tag, ["--label", "taylordash.backup=hot"], ...sleep);
  project.runLikeCompose("portal", tag, [], ...sleep);
  project.runLikeCompose("docker-guard", tag, [], ...sleep);
  project.runLikeCompose("off", tag, [], "true");
  await store().listed;
});
beforeEach(async () => {
  before = (await written()).length;
});
afterAll(async () => {
  await runShutdown("first");
  await project?.stop();
  await database?.stop();
});

describe("whose role does not reach", () => {
  it.each([
    ["viewer", "recreate", () => recreateService(viewer, { service: "web" })],
    ["operator", "recreate", () => recreateService(operator, { service: "web" })],
    ["viewer", "scale", () => scaleService(viewer, { service: "web", replicas: 2 })],
  ])("a %s is refused a %s, and nothing is touched", async (_role, _verb, act) => {
    const ids = project.idsOf("web");
    await expect(act()).rejects.toMatchObject({ status: 403, code: "role-too-low" });
    expect(project.idsOf("web")).toEqual(ids);
  });
});

describe("a recreate", () => {
  it("runs the image that the tag points to by now, tells each step, and leaves before and after in the audit", async () => {
    const newer = project.image(tag, "LABEL word=second");
    expect(newer).not.toBe(first);
    const [old] = project.idsOf("web");
    const said: string[] = [];
    const outcome = await recreateService(admin, { service: "web", image: newer }, (text) => void said.push(text));
    expect(outcome).toEqual({ services: ["web"], message: "Web was recreated with the newer image." });
    const [fresh, ...more] = project.idsOf("web");
    expect([fresh === old, more, imageOf(fresh)]).toEqual([false, [], newer]);
    expect(said.join("\n")).toMatch(
      /taken the order\n.* set aside as .*\n.* being made of .*\nStopping .*\n(?:.*\n)+.* is up\n/,
    );
    expect(await audit()).toEqual([
      { words: "service.recreate web intent", before: { image: first }, after: { image: newer } },
      { words: "service.recreate web done", before: { image: first }, after: { image: newer } },
    ]);
    expect(project.desired()).toContain(`web.image=${newer}\n`);
    expect(shown("web").map(({ id }) => id)).toEqual([fresh]);
  });

  it("with the image it has says so", async () => {
    const outcome = await recreateService(admin, { service: "web" });
    expect(outcome.message).toBe("Web was recreated with the image it had.");
  });

  it("of an image that does not become healthy goes back, and the audit says that it failed", async () => {
    const [old] = project.idsOf("web");
    const kept = project.docker("image", "inspect", "-f", "{{.Id}}", tag);
    project.image(tag, 'ENTRYPOINT ["/bin/false"]');
    await expect(recreateService(admin, { service: "web" })).rejects.toMatchObject({
      code: "rolled-back",
      status: 502,
    });
    project.docker("tag", kept, tag);
    expect(project.idsOf("web")).toEqual([old]);
    expect(await words()).toEqual(["service.recreate web intent", "service.recreate web failed"]);
  });

  it("is refused for another image than the one looked at, and what was tried stands in the audit", async () => {
    const [old] = project.idsOf("web");
    await expect(recreateService(admin, { service: "web", image: first })).rejects.toMatchObject({
      code: "image-moved",
    });
    expect(project.idsOf("web")).toEqual([old]);
    expect(await words()).toEqual(["service.recreate web intent", "service.recreate web refused"]);
  });

  it.each([
    ["docker-guard", "guard-itself", 409],
    ["off", "not-running", 409],
    ["nothing", "no-such-service", 404],
  ])("of %s is refused: %s", async (service, code, status) => {
    const ids = project.idsOf(service);
    await expect(recreateService(admin, { service })).rejects.toMatchObject({ code, status });
    expect(project.idsOf(service)).toEqual(ids);
  });

  it("of a paused service is refused, and the way out is named", async () => {
    const [id = ""] = project.idsOf("data");
    project.docker("pause", id);
    await expect.poll(() => shown("data").map(({ state }) => state)).toEqual(["paused"]);
    await expect(recreateService(admin, { service: "data" })).rejects.toMatchObject({
      ...{ code: "paused", status: 409, message: expect.stringMatching(/docker unpause .*data/) },
    });
    project.docker("unpause", id);
    await expect.poll(() => shown("data").map(({ state }) => state)).toEqual(["running"]);
    expect(project.idsOf("data")).toEqual([id]);
  });

  it("of what holds data or carries the portal wants a second factor of the last five minutes", async () => {
    const ids = ["data", "portal"].map(project.idsOf);
    for (const service of ["data", "portal"])
      await expect(recreateService(longAgo, { service })).rejects.toMatchObject({
        status: 403,
        code: "step-up-needed",
      });
    expect(["data", "portal"].map(project.idsOf)).toEqual(ids);
    await recreateService(admin, { service: "data" });
    await recreateService(admin, { service: "portal" });
    expect(["data", "portal"].map((service) => project.idsOf(service).length)).toEqual([1, 1]);
    expect(["data", "portal"].map(project.idsOf)).not.toEqual(ids);
    await recreateService(longAgo, { service: "web" });
  });
});

describe("a scale", () => {
  it("makes healthy replicas and takes them away again, with before and after in the audit", async () => {
    expect((await scaleService(operator, { service: "web", replicas: 3 })).message).toBe("Web has 3 containers.");
    expect(project.idsOf("web")).toHaveLength(3);
    expect(project.desired()).toContain("web.replicas=3\n");
    await expect.poll(() => shown("web").map(({ health }) => health)).toEqual(["healthy", "healthy", "healthy"]);
    expect((await scaleService(operator, { service: "web", replicas: 1 })).message).toBe("Web has one container.");
    expect(project.idsOf("web")).toHaveLength(1);
    expect(await audit()).toEqual([
      { words: "service.scale web intent", before: { replicas: 1 }, after: { replicas: 3 } },
      { words: "service.scale web done", before: { replicas: 1 }, after: { replicas: 3 } },
      { words: "service.scale web intent", before: { replicas: 3 }, after: { replicas: 1 } },
      { words: "service.scale web done", before: { replicas: 3 }, after: { replicas: 1 } },
    ]);
  });

  it("of what keeps state is refused, by our own rule before the guard's", async () => {
    const refused = { status: 409, code: "not-scalable" };
    await expect(scaleService(admin, { service: "data", replicas: 2 })).rejects.toMatchObject(refused);
    expect(project.idsOf("data")).toHaveLength(1);
    expect(await words()).toEqual(["service.scale data intent", "service.scale data refused"]);
  });

  it("is refused by the guard where the tag has moved: replicas run one image", async () => {
    const kept = project.docker("image", "inspect", "-f", "{{.Id}}", tag);
    project.image(tag, "LABEL word=third");
    await expect(scaleService(operator, { service: "web", replicas: 2 })).rejects.toMatchObject({
      ...{ status: 409, code: "guard-refused", message: expect.stringContaining("recreate it first") },
    });
    project.docker("tag", kept, tag);
    expect(project.idsOf("web")).toHaveLength(1);
  });

  it.each([{}, { service: "web" }, ...[0, 11, 1.5, "2", null].map((replicas) => ({ service: "web", replicas }))])(
    "refuses %o before it looks for anything",
    async (raw) => {
      await expect(scaleService(operator, raw)).rejects.toThrow();
      expect(await audit()).toEqual([]);
    },
  );
});
