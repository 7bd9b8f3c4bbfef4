// Start, stop and restart on the machine's real engine, through docker-guard, written to a real audit.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "../auth/index.ts";
import { rows } from "../platform/postgres.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { restartService, startService, stopService } from "./index.ts";
import { store } from "./store.ts";
import { startTestProject, type TestProject } from "./test-project.ts";

const person = (role: Actor["role"], change: Partial<Actor> = {}): Actor => ({
  ...{ id: randomUUID(), name: `a-${role}`, displayName: `A ${role}`, email: null, role, sessionId: randomUUID() },
  ...{ acr: 2, authTime: new Date(), ...change },
});
const [viewer, operator, admin] = [person("viewer"), person("operator"), person("admin")];
const longAgo = person("admin", { authTime: new Date(Date.now() - 301_000) });
const services = (...names: string[]) => ({ services: names });

let database: TestDatabase;
let project: TestProject;
const ids: Record<string, string> = {};

const stateOf = (service: string) => project.docker("inspect", "-f", "{{.State.Status}}", ids[service] ?? "");
/** "service.stop web intent", ... since the test began. */
const written = async () =>
  (await rows<{ words: string }>("select concat_ws(' ', action, target, outcome) as words from audit order by id")).map(
    ({ words }) => words,
  );
let before = 0;
const audit = async () => (await written()).slice(before);

beforeAll(async () => {
  database = await startTestDatabase();
  const name = `operate-test-${process.pid}`;
  process.env.TAYLORDASH_PROJECT = name;
  project = await startTestProject(name);
  const kept = ["--restart", "unless-stopped"];
  const sleep = ["sleep", "600"];
  ids.web = project.run("web", kept, ...sleep);
  ids.second = project.run("second", kept, ...sleep);
  ids.data = project.run("data", [...kept, "--label", "taylordash.backup=hot"], ...sleep);
  const onto = (mount: string) => [...kept, "--mount", mount];
  const folder = project.folder();
  ids.unlabelled = project.run("unlabelled", onto(`type=bind,source=${folder},target=/data`), ...sleep);
  ids.reader = project.run("reader", onto(`type=bind,source=${folder},target=/data,readonly`), ...sleep);
  ids.memory = project.run("memory", onto("type=tmpfs,target=/data"), ...sleep);
  const said = ["--label", "taylordash.backup=none"];
  ids.cache = project.run("cache", [...said, ...onto(`type=bind,source=${folder},target=/data`)], ...sleep);
  ids.edge = project.run("edge", [...kept, "--label", "taylordash.protected=true"], ...sleep);
  ids.portal = project.run("portal", kept, ...sleep);
  ids.broken = project.run(
    "broken",
    ["--health-cmd", "false", "--health-interval", "1s", "--health-retries", "1"],
    ...sleep,
  );
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

describe("CVE-2026-23520: labels that somebody runs", () => {
  it("are words here: shown and said of a restart, and nothing of them ran", async () => {
    const marker = join(project.folder(), "was-here");
    const command = `$(touch ${marker}) \`touch ${marker}\` ;touch ${marker}`;
    const names = ["title", "description", "loss", "link", "icon", "backup"];
    const labels = names.flatMap((label) => ["--label", `taylordash.${label}=${command}`]);
    ids.labelled = project.run("labelled", labels, "sleep", "600");
    await expect
      .poll(() =>
        store()
          .rows()
          .map(({ service }) => service),
      )
      .toContain("labelled");
    const title = command.slice(0, 80);
    expect((await restartService(operator, services("labelled"))).message).toBe(`${title} was restarted.`);
    expect((await stopService(admin, services("labelled"))).message).toBe(`${title} is stopped.`);
    expect(existsSync(marker)).toBe(false);
  });
});

describe("whose role does not reach", () => {
  const refused = { status: 403, code: "role-too-low" };
  it.each([
    ["viewer", "start", () => startService(viewer, services("web"))],
    ["viewer", "restart", () => restartService(viewer, services("web"))],
    ["viewer", "stop", () => stopService(viewer, services("web"))],
    ["operator", "stop", () => stopService(operator, services("web"))],
  ])("a %s is refused a %s, and nothing is touched", async (_role, _verb, act) => {
    const startedAt = project.docker("inspect", "-f", "{{.State.StartedAt}}", ids.web ?? "");
    await expect(act()).rejects.toMatchObject(refused);
    expect(project.docker("inspect", "-f", "{{.State.StartedAt}}", ids.web ?? "")).toBe(startedAt);
  });
});

describe("an operation", () => {
  it("stops and starts what it names, tells each step, and writes intent and outcome", async () => {
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    expect(await stopService(admin, services("web"), say)).toMatchObject({ services: ["web"] });
    expect(stateOf("web")).toBe("exited");
    expect(await startService(operator, services("web"), say)).toMatchObject({ services: ["web"] });
    expect(stateOf("web")).toBe("running");
    expect(said.join("\n")).toMatch(/Stopping .*\n.* stopped\nStarting .*/);
    expect(await audit()).toEqual([
      ...["service.stop web intent", "service.stop web done"],
      ...["service.start web intent", "service.start web done"],
    ]);
    const states = await rows("select before, after from audit where outcome = 'done' order by id desc limit 2");
    const [up, down] = [{ state: "running" }, { state: "exited" }];
    expect(states).toEqual([
      { before: down, after: up },
      { before: up, after: down },
    ]);
  });

  it("restarts by name, and by an id of twelve digits, but not by fewer", async () => {
    const startedAt = () => project.docker("inspect", "-f", "{{.State.StartedAt}}", ids.web ?? "");
    const first = startedAt();
    await restartService(operator, services("web"));
    const second = startedAt();
    expect(second).not.toBe(first);
    await restartService(operator, services((ids.web ?? "").slice(0, 12)));
    expect(startedAt()).not.toBe(second);
    await expect(restartService(operator, services((ids.web ?? "").slice(0, 11)))).rejects.toMatchObject({
      status: 404,
    });
  });

  it("says that it failed when what it started is unhealthy, and the audit says so too", async () => {
    await expect(restartService(operator, services("broken"))).rejects.toMatchObject({ code: "not-settled" });
    expect(await audit()).toEqual(["service.restart broken intent", "service.restart broken failed"]);
  });

  it("restarts its own container after all others, so that none is left without an outcome", async () => {
    const own = vi.spyOn(os, "hostname").mockReturnValue((ids.portal ?? "").slice(0, 12));
    syncBuiltinESMExports();
    const startedAt = () => project.docker("inspect", "-f", "{{.State.StartedAt}}", ids.portal ?? "");
    const first = startedAt();
    try {
      expect(await restartService(operator, services("portal", "web", "second"))).toMatchObject({
        services: ["web", "second", "portal"],
      });
      expect(startedAt()).toBe(first);
      expect(await audit()).toEqual(
        ["web", "second", "portal"].flatMap((name) => [
          `service.restart ${name} intent`,
          `service.restart ${name} done`,
        ]),
      );
      await vi.waitUntil(() => startedAt() !== first, { timeout: 30_000 });
    } finally {
      own.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it.each([[{}], [services()], [services("../web")], [services("")], [{ services: "web" }], [services("a b")]])(
    "refuses %o before it looks for anything",
    async (raw) => {
      await expect(restartService(operator, raw)).rejects.toThrow();
      expect(await audit()).toEqual([]);
    },
  );
});

describe("a stop", () => {
  it("of what carries the portal is refused by name, by id and in bulk, with nothing stopped and a trace left", async () => {
    const refused = { status: 409, code: "protected-service" };
    await expect(stopService(admin, services("edge"))).rejects.toMatchObject(refused);
    await expect(stopService(admin, services((ids.edge ?? "").slice(0, 12)))).rejects.toMatchObject(refused);
    await expect(stopService(admin, services("web", "edge"))).rejects.toMatchObject(refused);
    await expect(stopService(admin, services("web", "edge", "portal"))).rejects.toMatchObject({
      message: expect.stringContaining("Nothing was touched"),
      details: {
        services: ["edge", "portal"].map((service) => expect.objectContaining({ service, code: "protected-service" })),
      },
    });
    expect([stateOf("edge"), stateOf("web")]).toEqual(["running", "running"]);
    expect((await audit()).filter((words) => words === "service.stop edge refused")).toHaveLength(4);
  });

  it("of what holds data wants a second factor of the last five minutes; of anything else it does not", async () => {
    await expect(stopService(longAgo, services("data"))).rejects.toMatchObject({ status: 403, code: "step-up-needed" });
    await expect(stopService(longAgo, services("second", "data"))).rejects.toMatchObject({ code: "step-up-needed" });
    expect([stateOf("data"), stateOf("second")]).toEqual(["running", "running"]);
    await stopService(longAgo, services("second"));
    await stopService(admin, services("data"));
    expect([stateOf("data"), stateOf("second")]).toEqual(["exited", "exited"]);
  });

  it("of what may write to a mount and says nothing of backups wants one too", async () => {
    await expect(stopService(longAgo, services("unlabelled"))).rejects.toMatchObject({ code: "step-up-needed" });
    expect(stateOf("unlabelled")).toBe("running");
    await stopService(longAgo, services("reader", "memory", "cache"));
    await stopService(admin, services("unlabelled"));
    expect(["unlabelled", "reader", "memory", "cache"].map(stateOf)).toEqual(Array(4).fill("exited"));
  });
});
