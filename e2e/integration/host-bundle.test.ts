// Where the images come from on another machine: a bundle without any network, or a registry. That machine is a second
// engine, with nothing in it, in a network of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { command, docker, root, taylordash } from "../stack.ts";
import { holdImages } from "../tools/images-lock.ts";

// Some 3 GB, so not in a /tmp that may be memory; the socket's path must be short.
const dir = join(root, ".cache", "bundle-test");
const sockets = mkdtempSync(join(tmpdir(), "bundle-"));
const file = join(dir, "bundle.tgz");
const far = `unix://${join(sockets, "docker.sock")}`;
let engine: ChildProcess;
const registryAddress = "127.0.0.1:5000";

const farCommand = (program: string, ...args: string[]) => command("env", [`DOCKER_HOST=${far}`, program, ...args]);
const farDocker = (...args: string[]) => farCommand("docker", ...args);

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
  // With --bridge=none an engine removes the docker0 it finds. A registry is Docker Hub to it while one runs there.
  const hub = ["--registry-mirror", `http://${registryAddress}`];
  const dockerd = ["dockerd", "-H", far, ...apart, ...names, ...places, ...hub];
  const script = 'ip link set lo up; exec "$@"';
  engine = spawn("unshare", ["--net", "bash", "-c", script, "bash", ...dockerd], { stdio: ["ignore", log, log] });
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
  let here = new Map<string, string>();
  beforeAll(async () => {
    const release = await holdImages();
    try {
      expect(await taylordash("bundle", "save", file)).toContain("saved");
      here = await ids(docker);
    } finally {
      release();
    }
  });

  it("brings every image of the stack to an empty engine, and each runs there at its version", async () => {
    expect((await farCommand("docker", "image", "ls", "-q")).trim()).toBe("");
    expect(await farCommand(join(root, "taylordash"), "bundle", "load", file)).toContain("loaded");
    const there = await ids(farDocker);
    expect(there.size).toBeGreaterThanOrEqual(12);
    for (const [name, id] of there) expect([name, id]).toEqual([name, here.get(name)]);
    // `up` there finds all it needs; the bundle beside the command is no reason to build the portal anew.
    expect(await farParts("packages", "get_images; build_portal")).not.toMatch(/building|images to get/);
    // No registry and no network: the program of every image prints its version.
    expect(await farCommand("bash", join(root, "infra/images/check-versions.sh"))).toMatch(/keycloak +26\.7/);
  }, 400_000);
});

/** Debian's own, unpacked rather than installed: its package would start a service. */
async function startRegistry(): Promise<() => Promise<void>> {
  const folder = join(dir, "registry");
  mkdirSync(join(folder, "data"), { recursive: true });
  await command("bash", [
    "-c",
    `cd ${folder} && apt-get -q download docker-registry && dpkg -x docker-registry_*.deb .`,
  ]);
  const settings = `version: 0.1\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nhttp: {addr: "${registryAddress}"}\n`;
  writeFileSync(join(folder, "config.yml"), settings);
  const log = openSync(join(folder, "log"), "w");
  const serve = [join(folder, "usr/bin/docker-registry"), "serve", join(folder, "config.yml")];
  const registry = spawn("nsenter", ["-t", String(engine.pid), "-n", ...serve], { stdio: ["ignore", log, log] });
  return async () => {
    if (!registry.kill()) return;
    await once(registry, "exit");
  };
}

/** Functions of the host command's parts, at the second engine. */
const farParts = (source: string, functions: string) =>
  command("env", [
    ...[`DOCKER_HOST=${far}`, `TAYLORDASH_IMAGES=${source}`, `TAYLORDASH_STATE_DIR=${dir}/state`],
    ...["bash", "-c", partsScript, "bash", root, functions],
  ]);
const partsScript = `set -euo pipefail; shopt -s lastpipe; ROOT=$1 HOST=$1/infra/host YES=1
  for part in output settings engine images start; do source "$HOST/$part.sh"; done
  load_settings; eval "$2"`;

describe("a registry", () => {
  /** References of some images, and the same at the registry, whose official ones are in "library". */
  const references = new Map<string, string>();
  const [exporter, alerts, proxy] = ["prom/node-exporter", "prom/alertmanager", "haproxy"];
  const referenceOf = (name = "") => [...references.keys()].find((one) => one.startsWith(`${name}:`)) ?? "";
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stop = await startRegistry();
    for (const reference of (await ids(farDocker)).keys()) {
      const name = reference.split(":")[0];
      if (name !== exporter && name !== alerts && name !== proxy) continue;
      references.set(reference, `${registryAddress}/${name === proxy ? "library/" : ""}${reference}`);
    }
    expect(references.size).toBe(3);
    for (const [reference, there] of references) {
      await farDocker("tag", reference, there);
      await vi.waitFor(() => farDocker("push", "-q", there), { timeout: 20_000, interval: 500 });
    }
  }, 120_000);
  afterAll(() => stop());

  const forget = (...some: string[]) => farDocker("rmi", ...some);

  it("that answers gives what is missing, and nothing is built", async () => {
    const before = await ids(farDocker);
    await forget(...references.keys(), ...references.values());
    const said = await farParts("auto", "get_images");
    expect(said).toMatch(/images to get, by: pull/);
    expect(said).not.toContain("building");
    const after = await ids(farDocker);
    for (const reference of references.keys()) expect(after.get(reference)).toBe(before.get(reference));
  }, 120_000);

  it("that has not all of them ends a forced pull with the image's name", async () => {
    await forget(referenceOf(proxy));
    rmSync(join(dir, "registry/data/docker/registry/v2/repositories/library/haproxy"), { recursive: true });
    const failed = await farParts("pull", "get_images").catch((error: Error & { stderr?: string }) => error);
    expect(String((failed as { stderr?: string }).stderr ?? failed)).toMatch(
      /image haproxy:\S+ cannot be pulled[\s\S]*TAYLORDASH_IMAGES=packages/,
    );
  }, 60_000);

  it("that is not there leaves the packages", async () => {
    await farDocker("rmi", referenceOf(exporter));
    await stop();
    expect(await farParts("auto", "image_source")).toBe("packages\n");
  }, 60_000);
});
