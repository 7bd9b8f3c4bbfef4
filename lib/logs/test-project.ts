// A compose project of its own on the machine's real engine, seen through docker-guard as the portal sees it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { profiles } from "../guard/policy.ts";
import { startGuard } from "../guard/server.ts";

const image = "node:26.10.0-trixie-slim";
const docker = (...args: string[]) =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

/** Starts a guard for a project of that name and points TAYLORDASH_DOCKER_SOCKET at its portal socket. */
export async function startTestProject(project: string) {
  const directory = mkdtempSync(join(tmpdir(), "logs-"));
  for (const profile of profiles) mkdirSync(join(directory, profile));
  const log = pino({ level: "silent" });
  const options = { engineSocket: "/var/run/docker.sock", directory, desiredDirectory: directory, project, log };
  let stopGuard = await startGuard(options);
  // The host command's own names are none of a service's.
  for (const name of Object.keys(process.env)) if (name.startsWith("TAYLORDASH_")) delete process.env[name];
  Object.assign(process.env, {
    TAYLORDASH_ROLE: "portal",
    TAYLORDASH_PROJECT: project,
    TAYLORDASH_ORIGIN: "https://localhost",
    TAYLORDASH_DOCKER_SOCKET: join(directory, "portal/docker.sock"),
  });
  const made = new Set<string>();
  return {
    directory,
    docker,
    /** Runs a program in a container of a service; answers its id. */
    run(service: string, program: string, options: string[] = []): string {
      const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
      const id = docker(
        ...["run", "-d", "--init", "--network", "none", ...labels.flatMap((label) => ["--label", label])],
        ...[...options, image, "node", "-e", program],
      );
      made.add(id);
      return id;
    },
    /** Waits for the program's end. */
    wait: (id: string) => docker("wait", id),
    remove(id: string) {
      made.delete(id);
      docker("rm", "-f", id);
    },
    /** Cuts every stream of the engine, as a restart of docker-guard does. */
    async restartGuard() {
      await stopGuard();
      stopGuard = await startGuard(options);
    },
    async stop() {
      for (const id of made) docker("rm", "-f", id);
      await stopGuard();
      rmSync(directory, { recursive: true });
    },
  };
}

export type TestProject = Awaited<ReturnType<typeof startTestProject>>;
