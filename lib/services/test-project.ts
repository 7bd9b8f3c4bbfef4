// A compose project of its own on the machine's real engine, seen through docker-guard as the worker sees it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
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
  const stopGuard = await startGuard({ engineSocket, directory, ...{ desiredDirectory: directory }, project, log });
  process.env.TAYLORDASH_DOCKER_SOCKET = join(directory, "worker/docker.sock");
  const made = new Set<string>();
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
    remove(id: string) {
      made.delete(id);
      docker("rm", "-f", id);
    },
    async stop() {
      for (const id of made) docker("rm", "-f", id);
      await stopGuard();
      rmSync(directory, { recursive: true });
    },
  };
}

export type TestProject = Awaited<ReturnType<typeof startTestProject>>;
