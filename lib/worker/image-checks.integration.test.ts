// A newer image at a registry: a stand-in for one, to which the machine's real engine pushes, and a real database.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../auth/index.ts";
import { rows } from "../platform/postgres.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { passwords, startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { startTestRegistry, type TestRegistry } from "../platform/test-registry.ts";
import { getService, listUpdates } from "../services/index.ts";
import { store } from "../services/store.ts";
import { startTestProject, type TestProject } from "../services/test-project.ts";
import { checkImages } from "./image-checks.ts";

const viewer: Actor = {
  ...{ id: randomUUID(), name: "a", displayName: "A", email: null, role: "viewer", sessionId: randomUUID() },
  ...{ acr: 1, authTime: new Date() },
};
const name = `registry-test-${process.pid}`;

let database: TestDatabase;
let project: TestProject;
let registry: TestRegistry;
let pushed = "";
let built = "";

const told = async (reference: string) =>
  (await listUpdates(viewer)).images.find((image) => image.reference === reference)?.registry;

// Not in step with this process, which is the registry meanwhile.
const push = (tag: string) => promisify(execFile)("docker", ["push", "-q", tag]);

/** Never started: what is asked of a registry does not depend on it. */
function create(service: string, tag: string) {
  const labels = [`com.docker.compose.project=${name}`, `com.docker.compose.service=${service}`];
  return project.docker("create", "--network", "none", ...labels.flatMap((label) => ["--label", label]), tag, "true");
}

beforeAll(async () => {
  database = await startTestDatabase({ db_password: passwords.owner_password });
  process.env.TAYLORDASH_PROJECT = name;
  process.env.TAYLORDASH_DATABASE_USER = "portal_owner";
  registry = await startTestRegistry();
  project = await startTestProject(name);
  [pushed, built] = [`${registry.host}/web:1.0.0`, `${registry.host}/built:1.0.0`];
  for (const tag of [pushed, built]) project.emptyImage(tag);
  await push(pushed);
  create("web", pushed);
  create("built", built);
  create("own", "taylordash/base:trixie");
  await store().listed;
});
beforeEach(async () => {
  await database.asOwner("delete from image_checks");
  Object.assign(registry, { wantsToken: true, broken: null, tags: ["1.1.0", "1.1.0-rc1", "latest"] });
  registry.asked.length = 0;
});
afterAll(async () => {
  await runShutdown("first");
  await project?.stop();
  await registry?.stop();
  await database?.stop();
});

describe("a registry that answers", () => {
  it("is asked for digest and tags with a token for anybody, never for an image, and not again within hours", async () => {
    expect(await told(pushed)).toBeNull();
    await checkImages();
    const web = registry.asked.filter((line) => !line.includes("/built/"));
    expect(web.slice(-3)).toEqual([
      ...["GET /token", "HEAD /v2/web/manifests/1.0.0 with a token", "GET /v2/web/tags/list with a token"],
    ]);
    expect(registry.asked.filter((line) => /GET .*(manifests|blobs)/.test(line))).toEqual([]);
    registry.asked.length = 0;
    await checkImages();
    expect(registry.asked.filter((line) => line.includes("/web/"))).toEqual([]);
  });

  it("has the same image until somebody pushes another one; newer versions are told apart from both", async () => {
    await checkImages();
    expect(await told(pushed)).toMatchObject({ result: "same", problem: null, newerTags: ["1.1.0"] });
    registry.move("1.0.0");
    await database.asOwner("update image_checks set checked_at = now() - interval '6 hours 1 minute'");
    await checkImages();
    expect(await told(pushed)).toMatchObject({ result: "newer", problem: null });
    const [container] = (await getService(viewer, { service: "web" })).containers;
    expect(container?.registry).toEqual(await told(pushed));
    await push(pushed);
  });

  it("cannot be compared with what was built here, and nobody is asked about this stack's own images", async () => {
    await checkImages();
    expect(await told(built)).toMatchObject({ result: "unknown", problem: expect.stringContaining("not pulled") });
    expect(await told("taylordash/base:trixie")).toBeNull();
  });
});

it("forgets what no container is made of any more, and nothing that was written since it began", async () => {
  const write = (reference: string, at: string) =>
    database.asOwner(
      `insert into image_checks (reference, checked_at, problem, newer_tags) values ('${reference}', ${at}, 'a test', '{}')`,
    );
  await write("gone/by-now:1", "now() - interval '1 minute'");
  await write("made/meanwhile:1", "now() + interval '1 minute'");
  await checkImages();
  const kept = await rows<{ reference: string }>("select reference from image_checks where reference like '%:1'");
  expect(kept).toEqual([{ reference: "made/meanwhile:1" }]);
});

describe("a registry that does not tell", () => {
  it.each([
    [403, "only to those who sign in"],
    [404, "does not have this tag"],
    [429, "asked too often"],
    [500, "answers 500"],
  ])("%i is kept in words with its time, and asked again an hour later", async (status, words) => {
    registry.broken = status;
    await checkImages();
    const check = await told(pushed);
    expect(check).toMatchObject({ result: "unknown", problem: expect.stringContaining(words), newerTags: [] });
    registry.broken = null;
    await checkImages();
    expect(await told(pushed), "not asked again at once").toEqual(check);
    await database.asOwner("update image_checks set checked_at = now() - interval '61 minutes'");
    await checkImages();
    expect(await told(pushed)).toMatchObject({ result: "same" });
  });

  it("because nobody is there is said so", async () => {
    await registry.stop();
    await checkImages();
    expect(await told(pushed)).toMatchObject({
      result: "unknown",
      problem: expect.stringMatching(/does not answer: .*ECONNREFUSED/),
    });
  });
});

it("says that the engine is away rather than that no image is known", async () => {
  await project.stopGuard();
  await expect.poll(() => store().isConnected(), { timeout: 20_000 }).toBe(false);
  await expect(listUpdates(viewer)).rejects.toMatchObject({ status: 503, code: "engine-unreachable" });
});
