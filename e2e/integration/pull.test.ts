// A newer image fetched through docker-guard: the machine's real engine, a real registry on this machine, a real audit.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../../lib/auth/index.ts";
import { rows } from "../../lib/platform/postgres.ts";
import { runShutdown } from "../../lib/platform/process-wide.ts";
import { startTestDatabase, type TestDatabase } from "../../lib/platform/test-database.ts";
import { pullImage, recreateService } from "../../lib/services/index.ts";
import { store } from "../../lib/services/store.ts";
import { startTestProject, type TestProject } from "../../lib/services/test-project.ts";
import { buildTools, toolsImage } from "../tools/small-stack.ts";

const person = (role: Actor["role"], change: Partial<Actor> = {}): Actor => ({
  ...{ id: randomUUID(), name: `a-${role}`, displayName: `A ${role}`, email: null, role, sessionId: randomUUID() },
  ...{ acr: 2, authTime: new Date(), ...change },
});
const [viewer, operator, admin] = [person("viewer"), person("operator"), person("admin")];
const longAgo = person("admin", { authTime: new Date(Date.now() - 301_000) });

const name = `pull-test-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), `${name}-`));
const config = {
  ...{ version: "0.1", log: { level: "info" }, http: { addr: "0.0.0.0:5000" } },
  storage: { filesystem: { rootdirectory: "/tmp/registry" } },
};
let database: TestDatabase;
let project: TestProject;
let registry = "";
let host = "";
/** What the service runs, and what its tag points to at the registry. */
let web = "";
let [first, second] = ["", ""];
let before = 0;

const idOf = (reference: string) => project.docker("image", "inspect", "-f", "{{.Id}}", reference);
/** Names and ids of this test's images: others work on the same engine. */
const images = () => {
  const all = project.docker("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}").split("\n");
  return all.filter((line) => line.startsWith(host) || line.startsWith(name) || /^x:|^localhost:/.test(line)).sort();
};
const runs = () => project.idsOf("web").map((id) => project.docker("inspect", "-f", "{{.Image}}", id));
const asked = () => project.docker("logs", registry).split("\n").length;
const written = () =>
  rows<{ words: string; before: unknown; after: unknown }>(
    "select concat_ws(' ', action, target, outcome) as words, before, after from audit order by id",
  );
const audit = async () => (await written()).slice(before);

/** Another image under a tag, with a layer of its own. */
function make(tag: string, word: string): string {
  writeFileSync(join(folder, "word"), word);
  const container = project.docker("create", "taylordash/base:trixie");
  project.docker("cp", join(folder, "word"), `${container}:/word`);
  project.docker("commit", container, tag);
  project.docker("rm", container);
  return idOf(tag);
}

beforeAll(async () => {
  await buildTools({ state: folder });
  database = await startTestDatabase();
  process.env.TAYLORDASH_PROJECT = name;
  project = await startTestProject(name);
  // The worker's socket is another one: nobody waits there for a pull.
  process.env.TAYLORDASH_DOCKER_SOCKET = process.env.TAYLORDASH_DOCKER_SOCKET?.replace("/worker/", "/portal/");
  writeFileSync(join(folder, "config.yml"), JSON.stringify(config));
  registry = project.docker(
    ...["run", "-d", "--publish", "127.0.0.1::5000", "--volume", `${folder}/config.yml:/config.yml:ro`, toolsImage],
    ...["docker-registry", "serve", "/config.yml"],
  );
  host = project.docker("port", registry, "5000").split("\n")[0] ?? "";
  web = `${host}/web:1`;
  first = make(web, "first");
  project.docker("push", "-q", web);
  project.runLikeCompose("web", web, [], "sleep", "600");
  second = make(web, "second");
  project.docker("push", "-q", web);
  for (const other of [`${host}/other:1`, `${host}/web:2`]) {
    project.docker("tag", second, other);
    project.docker("push", "-q", other);
    project.docker("rmi", other);
  }
  // As it is on a machine that has not heard of the newer one.
  project.docker("tag", first, web);
  project.docker("rmi", second);
  project.docker("tag", first, `${name}-built:1`);
  project.runLikeCompose("off", `${host}/web:1`, [], "true");
  await store().listed;
});
beforeEach(async () => {
  before = (await written()).length;
});
afterAll(async () => {
  await runShutdown("first");
  await project?.stop();
  project?.docker("rm", "-f", "-v", registry);
  project?.docker("rmi", "-f", web, first, second, `${name}-built:1`);
  await database?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The status that docker-guard answers to raw bytes, once the answer has ended. */
const status = (head: string, profile = "portal") =>
  new Promise<number>((resolve, reject) => {
    const path = process.env.TAYLORDASH_DOCKER_SOCKET?.replace("/portal/", `/${profile}/`) ?? "";
    const socket = connect(path, () => socket.write(head));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])));
  });
const request = (query: string, headers = "") =>
  `POST /v1.45/images/create?${query} HTTP/1.1\r\nhost: d\r\nconnection: close\r\n${headers}\r\n`;

describe("docker-guard", () => {
  const { port, ...of } = { port: () => host.split(":")[1], repository: () => `fromImage=${host}/web` };
  const attacks: [string, () => string, string?][] = [
    ["another repository of the registry", () => request(`fromImage=${host}/other&tag=1`)],
    ["another tag of the repository", () => request(`${of.repository()}&tag=2`)],
    ["the same by the registry's other name", () => request(`fromImage=localhost:${port()}/web&tag=1`)],
    ["a digest in place of the tag", () => request(`${of.repository()}&tag=${encodeURIComponent(second)}`)],
    ["every tag", () => request(of.repository())],
    ["a tag within the name", () => request(`${of.repository()}:1`)],
    ["an import", () => request("fromSrc=http://127.0.0.1:1/x&repo=x&tag=1")],
    ["an import beside it", () => request(`${of.repository()}&tag=1&fromSrc=-`)],
    ["another platform", () => request(`${of.repository()}&tag=1&platform=linux/arm64`)],
    ["two tags", () => request(`${of.repository()}&tag=1&tag=2`)],
    ["changes to it", () => request(`${of.repository()}&tag=1&changes=USER+root`)],
    ["credentials", () => request(`${of.repository()}&tag=1`, "x-registry-auth: e30=\r\n")],
    ["a body", () => `${request(`${of.repository()}&tag=1`, "content-length: 2\r\n")}{}`],
    ["a body in chunks", () => `${request(`${of.repository()}&tag=1`, "transfer-encoding: chunked\r\n")}0\r\n\r\n`],
    ["an image that no service runs", () => request(`fromImage=${name}-built&tag=1`)],
    ["an image of this stack's own", () => request("fromImage=taylordash/base&tag=trixie")],
    ["the worker's socket", () => request(`${of.repository()}&tag=1`), "worker"],
    ["the edge's socket", () => request(`${of.repository()}&tag=1`), "discover"],
  ];
  it.each(attacks)("refuses %s: no registry is asked, no tag moves", async (_name, head, profile) => {
    const [lines, before] = [asked(), images()];
    const answer = await status(head(), profile);
    expect(answer).toBeGreaterThanOrEqual(400);
    expect(answer).toBeLessThan(500);
    expect([asked(), images(), idOf(web)]).toEqual([lines, before, first]);
  });
});

describe("a pull", () => {
  it.each([
    ["viewer", viewer, "role-too-low"],
    ["operator", operator, "role-too-low"],
    ["admin without a recent second factor", longAgo, "step-up-needed"],
  ])("is refused to a %s, and nothing is asked", async (_role, actor, code) => {
    const lines = asked();
    await expect(pullImage(actor, { service: "web" })).rejects.toMatchObject({ status: 403, code });
    expect([asked(), idOf(web)]).toEqual([lines, first]);
  });

  it("brings what the tag points to, tells how far it is, and leaves the service alone until it is recreated", async () => {
    const said: string[] = [];
    const outcome = await pullImage(admin, { service: "web" }, (text) => void said.push(text));
    expect(outcome).toEqual({ services: ["web"], message: `${web} was pulled.` });
    expect(said[0]).toBe(`pulling ${web}`);
    expect(said.join("\n")).toMatch(
      /Pull complete\n(.*\n)*Digest: sha256:[a-f0-9]{64}\nStatus: Downloaded newer image/,
    );
    expect(new Set(said).size).toBe(said.length);
    expect([idOf(web), runs()]).toEqual([second, [first]]);
    expect(await audit()).toEqual([
      { words: "image.pull web intent", before: { image: first }, after: null },
      { words: "image.pull web done", before: { image: first }, after: { image: second } },
    ]);
    await recreateService(admin, { service: "web", image: second });
    expect(runs()).toEqual([second]);
  });

  it("says so when there is nothing newer", async () => {
    const { message } = await pullImage(admin, { service: "web" });
    expect(message).toBe(`The registry has the ${web} that is here.`);
  });

  it("of what was built here is refused, since it would replace it", async () => {
    project.runLikeCompose("built", `${name}-built:1`, [], "sleep", "600");
    await expect
      .poll(() =>
        store()
          .rows()
          .some(({ service }) => service === "built"),
      )
      .toBe(true);
    project.docker("rmi", "--no-prune", `${name}-built:1`);
    make(`${name}-built:1`, "built");
    await expect(pullImage(admin, { service: "built" })).rejects.toMatchObject({ status: 409, code: "built-here" });
    expect((await audit()).map(({ words }) => words)).toEqual(["image.pull built intent", "image.pull built refused"]);
  });

  it("that the registry does not answer says why, and the tag stays where it was", async () => {
    project.docker("stop", registry);
    await expect(pullImage(admin, { service: "web" })).rejects.toMatchObject({
      code: "pull-failed",
      message: expect.stringMatching(/^The registry did not give it: .*(refused|connect)/),
    });
    expect(idOf(web)).toBe(second);
    expect((await audit()).map(({ words }) => words)).toEqual(["image.pull web intent", "image.pull web failed"]);
  });
});
