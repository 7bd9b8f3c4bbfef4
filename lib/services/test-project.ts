// A compose project of its own on the machine's real engine, seen through docker-guard as the worker sees it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { profiles } from "../guard/policy.ts";
import { startGuard } from "../guard/server.ts";

const image = "taylordash/base:trixie";
const docker = (...args: string[]) =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

/** Starts a guard for a project of that name and points TAYLORDASH_DOCKER_SOCKET at its worker's socket. */
export async function startTestProject(project: string) {
  const directory = mkdtempSync(join(tmpdir(), "guard-"));
  for (const profile of profiles) mkdirSync(join(directory, profile));
  const engineSocket = "/var/run/docker.sock";
  const log = pino({ level: "silent" });
  const endGuard = await startGuard({ engineSocket, directory, ...{ desiredDirectory: directory }, project, log });
  let ended: Promise<void> | undefined;
  const stopGuard = () => {
    ended ??= endGuard();
    return ended;
  };
  process.env.TAYLORDASH_DOCKER_SOCKET = join(directory, "worker/docker.sock");
  const made = new Set<string>();
  const images = new Set<string>();
  return {
    docker,
    /** Runs a container of a service; answers its id. */
    run(service: string, options: string[], ...command: string[]): string {
      const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
      const id = docker(
        ...["run", "-d", "--init", "--network", "none", ...labels.flatMap((label) => ["--label", label])],
        ...[...options, image, ...command],
      );
      made.add(id);
      return id;
    },
    /** A container as compose would have made it, of an image by its tag: docker-guard can recreate and scale it. */
    runLikeCompose(service: string, tag: string, options: string[], ...command: string[]): string {
      const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
      labels.push("com.docker.compose.oneoff=False", "com.docker.compose.container-number=1");
      const flags = ["--init", "--network", "none", "--name", `${project}-${service}-1`, ...options];
      return docker("run", "-d", ...labels.flatMap((label) => ["--label", label]), ...flags, tag, ...command);
    },
    /** Full ids of the service's containers, of any state. */
    idsOf: (service: string): string[] =>
      docker(
        ...["ps", "-aq", "--no-trunc", "--filter", `label=com.docker.compose.project=${project}`],
        ...["--filter", `label=com.docker.compose.service=${service}`],
      )
        .split("\n")
        .filter(Boolean),
    /** Points a tag at the test image, or at a new one made of it by a Dockerfile's instruction; answers the image's id. */
    image(tag: string, instruction?: string): string {
      if (instruction === undefined) {
        docker("tag", image, tag);
        images.add(tag);
      } else {
        const made = docker("create", image);
        images.add(docker("commit", "--change", instruction, made, tag));
        docker("rm", made);
      }
      return docker("image", "inspect", "-f", "{{.Id}}", tag);
    },
    /** An image that holds one small file and cannot run. */
    emptyImage(tag: string): void {
      const file = join(directory, "empty");
      writeFileSync(file, tag);
      execFileSync("tar", ["-C", directory, "-cf", `${file}.tar`, "empty"]);
      docker("import", `${file}.tar`, tag);
      images.add(tag);
    },
    /** A directory of this machine, for as long as the project lasts. */
    folder: () => mkdtempSync(join(directory, "folder-")),
    desired: () => readFileSync(join(directory, "desired.env"), "utf8"),
    remove(id: string) {
      made.delete(id);
      docker("rm", "-f", id);
    },
    /** From then on the engine is away, to whoever asks by the socket. */
    stopGuard,
    async stop() {
      await stopGuard();
      const left = docker("ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`).split("\n");
      for (const id of new Set([...made, ...left.filter(Boolean)])) docker("rm", "-f", id);
      for (const each of images) docker("rmi", "-f", each);
      rmSync(directory, { recursive: true });
    },
  };
}

export type TestProject = Awaited<ReturnType<typeof startTestProject>>;
