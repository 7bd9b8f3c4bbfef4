// `kill -9` of `up` at every step it names, and in the midst of replacing containers: the next one goes on.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { command, container, containers, docker, project, root, stateDir, taylordash } from "../stack.ts";
import { holdImages } from "../tools/images-lock.ts";

const script = readFileSync(join(root, "infra/host/up.sh"), "utf8");
const steps = [...script.matchAll(/^ {2}step ([a-z-]+) /gm)].map(([, step = ""]) => step);
const secretsDir = join(stateDir, "secrets");
const renewed = join("tls", "postgres-exporter");
/** It has the public half of the renewed one too. */
const leaves = join("tls", "worker", "leaves.crt");
const own = join(stateDir, "compose.d", "kill-test.yml");

/** What every file of secrets/ holds, and its owner and mode; without the certificate the test makes `up` renew. */
const secrets = () =>
  new Map(
    readdirSync(secretsDir, { recursive: true, encoding: "utf8" })
      .filter((file) => !file.startsWith(renewed) && file !== leaves && statSync(join(secretsDir, file)).isFile())
      .map((file) => {
        const { uid, mode } = statSync(join(secretsDir, file));
        const sum = createHash("sha256").update(readFileSync(join(secretsDir, file)));
        return [file, `${uid} ${mode} ${sum.digest("hex")}`];
      }),
  );

const killedAt = (step: string) =>
  new Promise<string | null>((resolve) => {
    const env = { ...process.env, TAYLORDASH_KILL_AT: step };
    execFile(join(root, "taylordash"), ["up", "--yes"], { cwd: root, env }, (error) => resolve(error?.signal ?? null));
  });

const unhealthy = async () =>
  (JSON.parse(await taylordash("status", "--json")) as { service: string; state: string; health: string }[]).filter(
    ({ state, health }) => !["absent", "left out"].includes(state) && health !== "healthy",
  );

const named = async () =>
  (await docker("ps", "-a", "--filter", `label=com.docker.compose.project=${project}`, "--format", "{{.Names}}"))
    .trim()
    .split("\n");

// Some twenty runs of `up` one after the other.
describe("up, killed", { timeout: 400_000 }, () => {
  afterAll(async () => {
    if (!existsSync(own)) return;
    rmSync(own);
    await taylordash("up", "--yes");
  });

  it("at every step in turn, with work for each: the last one completes, and no secret changed", async () => {
    expect(steps.length).toBeGreaterThanOrEqual(14);
    const [before, ids] = [secrets(), await containers()];
    for (const step of steps) {
      // Work for the steps to come: settings, a certificate and its restart, a secret's copy, a container.
      rmSync(join(stateDir, "settings.env"), { force: true });
      rmSync(join(secretsDir, renewed, "tls.crt"), { force: true });
      rmSync(join(secretsDir, "worker/mqtt_password"), { force: true });
      await docker("rm", "-f", `${project}-node-exporter-1`);
      expect([step, await killedAt(step)]).toEqual([step, "SIGKILL"]);
    }
    expect(await taylordash("up", "--yes")).toContain("TaylorDash is up");
    expect(await unhealthy()).toEqual([]);
    expect(secrets()).toEqual(before);
    expect(existsSync(join(stateDir, "settings.env"))).toBe(true);
    const after = await containers();
    expect([...after.keys()].sort()).toEqual([...ids.keys()].sort());
    const replaced = [...after].filter(([service, id]) => ids.get(service) !== id).map(([service]) => service);
    expect(replaced).toEqual(["node-exporter"]);
  });

  it("in the midst of building an image: the next one builds it, and nothing of the first stays", async () => {
    const id = await container("node-exporter");
    const image = (await docker("inspect", "--format", "{{.Config.Image}}", id)).trim();
    const release = await holdImages();
    onTestFinished(release);
    await docker("rm", "-f", id);
    // Another stack of this machine may use it, which keeps what it runs.
    await docker("rmi", "-f", image);
    const up = spawn(join(root, "taylordash"), ["up", "--yes"], { cwd: root, detached: true, stdio: "ignore" });
    const building = async () => {
      const all = await command("ps", ["-o", "args=", "--no-headers", "-g", String(up.pid)]).catch(() => "");
      return /buildx build .*node-exporter/.test(all);
    };
    await expect.poll(building, { timeout: 60_000, interval: 50 }).toBe(true);
    process.kill(-(up.pid ?? 0), "SIGKILL");
    await once(up, "exit");
    expect((await docker("images", "-q", image)).trim()).toBe("");

    expect(await taylordash("up", "--yes")).toContain("TaylorDash is up");
    expect(await unhealthy()).toEqual([]);
    expect((await docker("images", "-q", image)).trim()).not.toBe("");
    expect(existsSync(join(stateDir, ".build")) ? readdirSync(join(stateDir, ".build")) : []).toEqual([]);
  });

  it("with its compose, while that replaces a container: the next one clears the half-made one away", async () => {
    const before = await container("prometheus");
    mkdirSync(join(stateDir, "compose.d"), { recursive: true });
    writeFileSync(own, "services:\n  prometheus: { labels: { taylordash.test: killed } }\n");
    const filters = ["--filter", "event=create", "--filter", `label=com.docker.compose.project=${project}`];
    const events = spawn("docker", ["events", ...filters, "--format", "{{.Actor.Attributes.name}}"]);
    const up = spawn(join(root, "taylordash"), ["up", "--yes"], { cwd: root, detached: true, stdio: "ignore" });
    await once(createInterface(events.stdout), "line");
    // The whole group: what a power cut does.
    process.kill(-(up.pid ?? 0), "SIGKILL");
    await once(up, "exit");
    events.kill();
    expect((await named()).filter((name) => /^[0-9a-f]{12}_/.test(name))).toEqual([
      `${before.slice(0, 12)}_${project}-prometheus-1`,
    ]);

    expect(await taylordash("up", "--yes")).toContain("TaylorDash is up");
    expect((await named()).filter((name) => name.includes("prometheus"))).toEqual([`${project}-prometheus-1`]);
    expect(
      await docker("inspect", "--format", '{{index .Config.Labels "taylordash.test"}}', await container("prometheus")),
    ).toBe("killed\n");
    expect(await unhealthy()).toEqual([]);
  });
});
