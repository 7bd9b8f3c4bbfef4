// README's section "A service of your own", followed to the letter: its file, `up`, the address, and away again.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../http.ts";
import { type Browser, httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { container, containers, docker, project, root, stateDir, taylordash } from "../stack.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const [, section = ""] = /\n## A service of your own\n(.*?)\n## /s.exec(readme) ?? [];
const [, yaml = ""] = /```yaml\n(.*?)```/s.exec(section) ?? [];
const [, name = ""] = /^# compose\.d\/(\S+)$/m.exec(yaml) ?? [];
const file = join(stateDir, "compose.d", name);

let browser: Browser;
let before: Map<string, string>;

beforeAll(async () => {
  before = await containers();
  mkdirSync(join(stateDir, "compose.d"), { recursive: true });
  writeFileSync(file, yaml);
  await taylordash("up", "--yes");
  browser = await httpSignIn(await makePerson("own-service-viewer", "viewer"));
});

afterAll(async () => {
  await taylordash("user", "remove", "own-service-viewer", "--yes");
  if ((await containers()).has("hello")) {
    rmSync(file);
    await taylordash("up", "--yes");
  }
});

const prometheus = async (path: string) =>
  JSON.parse(
    await docker(
      "exec",
      await container("prometheus"),
      "wget",
      "-qO-",
      `http://localhost:9090/prometheus/api/v1/${path}`,
    ),
  );

describe("a service of one's own", () => {
  it("joins the stack healthy, and no other container is touched", async () => {
    const status = JSON.parse(await taylordash("status", "--json")) as { service: string; health: string }[];
    expect(status.find((row) => row.service === "hello")?.health).toBe("healthy");
    const after = await containers();
    after.delete("hello");
    expect(after).toEqual(before);
  });

  it("is closed to nobody: a program gets 401, a person is sent to sign in and back", async () => {
    expect((await ask("/hello")).status).toBe(401);
    const person = await ask("/hello", { headers: { accept: "text/html" } });
    expect(person.status).toBe(302);
    expect(person.headers.location).toMatch(/\/login\?callbackUrl=%2Fhello$/);
    expect(person.body + (await ask("/hello")).body).not.toContain("Hello from");
  });

  it("answers whoever is signed in, framed by nobody else, and never sees their cookie", async () => {
    const answer = await browser.ask("/hello/world");
    expect(answer).toMatchObject({ status: 200, body: "Hello from /hello/world, cookies: none\n" });
    expect(answer.headers["content-security-policy"]).toContain("frame-ancestors 'self'");
  });

  it("shows in the portal under the name of its label", async () => {
    const { body } = await browser.ask("/api/v1/services");
    expect(body).toContain('"title":"Hello"');
    expect(body).toContain('"description":"The example of the README"');
  });

  it("is scraped by Prometheus without a further step", async () => {
    const value = async () => (await prometheus("query?query=hello_up")).data.result[0]?.value[1];
    await expect.poll(value, { timeout: 90_000, interval: 1_000 }).toBe("1");
    const up = await prometheus("query?query=up%7Bjob%3D%22hello%22%7D");
    expect(up.data.result[0].value[1]).toBe("1");
  });

  it("is gone when its file is: no container, no target, no route, the others untouched", async () => {
    rmSync(file);
    const out = await taylordash("up", "--yes");
    expect(out).toContain("TaylorDash is up");
    const left = await docker(
      "ps",
      "-aq",
      "--filter",
      `label=com.docker.compose.project=${project}`,
      "--filter",
      "name=hello",
    );
    expect(left).toBe("");
    expect(await containers()).toEqual(before);
    const targets = async () =>
      ((await prometheus("targets?state=active")).data.activeTargets as { labels: { job: string } }[]).map(
        (t) => t.labels.job,
      );
    await expect.poll(targets, { timeout: 30_000, interval: 500 }).not.toContain("hello");
    expect((await browser.ask("/hello")).status).toBe(404);
  });
});
