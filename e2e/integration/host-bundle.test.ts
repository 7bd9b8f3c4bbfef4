// The stack's images carried to a machine without a network: a second engine of its own, with nothing in it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { command, docker, root, taylordash } from "../stack.ts";

// Some 3 GB, so not in a /tmp that may be memory; the socket's path must be short.
const dir = join(root, ".cache", "bundle-test");
const sockets = mkdtempSync(join(tmpdir(), "bundle-"));
const file = join(dir, "bundle.tgz");
const far = `unix://${join(sockets, "docker.sock")}`;
let engine: ChildProcess;

const farCommand = (program: string, ...args: string[]) => command("env", [`DOCKER_HOST=${far}`, program, ...args]);

const ids = async (run: (...args: string[]) => Promise<string>) => {
  const out = await run("image", "ls", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}");
  return new Map(
    out
      .trim()
      .split("\n")
      .map((line) => line.split(" ") as [string, string]),
  );
};

beforeAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(join(dir, "exec"), { recursive: true });
  const log = openSync(join(dir, "dockerd.log"), "w");
  const apart = ["--iptables=false", "--ip6tables=false", "--bridge=none", "--cgroup-parent", "/bundle-test"];
  const names = ["--containerd-namespace", "bundle-test", "--containerd-plugins-namespace", "bundle-test-plugins"];
  const places = ["--data-root", join(dir, "data"), "--exec-root", join(dir, "exec"), "--pidfile", join(dir, "pid")];
  // In a network namespace of its own: with --bridge=none an engine removes the docker0 it finds.
  engine = spawn("unshare", ["--net", "dockerd", "-H", far, ...apart, ...names, ...places], {
    stdio: ["ignore", log, log],
  });
  const answers = () =>
    farCommand("docker", "version").then(
      () => true,
      () => false,
    );
  await vi.waitUntil(answers, { timeout: 60_000, interval: 500 });
});

afterAll(async () => {
  if (engine.exitCode === null) {
    engine.kill();
    await once(engine, "exit");
  }
  rmSync(dir, { recursive: true, force: true });
  rmSync(sockets, { recursive: true, force: true });
});

describe("bundle", () => {
  it("brings every image of the stack to an empty engine, and each runs there at its version", async () => {
    expect((await farCommand("docker", "image", "ls", "-q")).trim()).toBe("");
    expect(await taylordash("bundle", "save", file)).toContain("saved");
    const here = await ids(docker);
    expect(await farCommand(join(root, "taylordash"), "bundle", "load", file)).toContain("loaded");
    const there = await ids((...args) => farCommand("docker", ...args));
    expect(there.size).toBeGreaterThanOrEqual(12);
    for (const [name, id] of there) expect([name, id]).toEqual([name, here.get(name)]);
    // No registry and no network: the program of every image prints its version.
    expect(await farCommand("bash", join(root, "infra/images/check-versions.sh"))).toMatch(/keycloak +26\.7/);
  }, 400_000);
});
