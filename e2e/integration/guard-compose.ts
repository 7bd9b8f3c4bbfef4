// A small real compose project, and docker-guard as a process that can be killed at any request it sends to the engine.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Profile, profiles } from "../../lib/guard/policy.ts";
import { command, docker } from "../stack.ts";
import { engineSocket, nodeImage } from "./guard-lab.ts";

export const project = `guard-compose-${process.pid}`;
export const tag = `${project}-web:1`;
export const directory = await mkdtemp(join(tmpdir(), "guard-compose-"));
const file = join(directory, "compose.yml");

const composeFile = `
x-sleep: &sleep
  image: ${tag}
  stop_signal: SIGKILL
  networks: [inner]
services:
  web:
    <<: *sleep
    environment: { CHOSEN: "by compose" }
    networks: { inner: { aliases: [www] }, second: {} }
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    restart: unless-stopped
    stop_grace_period: 7s
    logging: { driver: json-file, options: { max-size: 1m } }
    volumes:
      - data:/data
      - /scratch
      - ./compose.yml:/etc/compose.yml:ro
      - { type: tmpfs, target: /tmp, tmpfs: { size: 1048576 } }
    secrets: [key]
    healthcheck: { test: [CMD, sh, -c, "test ! -e /data/broken"], interval: 1s, start_interval: 1s, start_period: 1s, retries: 1 }
    deploy: { resources: { limits: { cpus: "0.5", memory: 64M, pids: 32 } } }
    labels: { taylordash.scale: "true", hostile: "$$(touch /tmp/x); \`id\` \\" ' {{.ID}}" }
  fixed:
    <<: *sleep
    ports: ["127.0.0.1:0:80"]
    labels: { taylordash.scale: "true" }
  single: *sleep
  postgres: { <<: *sleep, labels: { taylordash.scale: "true" } }
  docker-guard: *sleep
networks: { inner: { internal: true }, second: { internal: true } }
volumes: { data: {} }
secrets: { key: { file: ./compose.yml } }
`;

export const compose = (...args: string[]) =>
  command("docker", ["compose", "--project-directory", directory, "-f", file, "-p", project, ...args]);

/** Ids of two images that differ in what they bring along, both once under the one tag. */
async function makeImages(): Promise<[string, string]> {
  const base = (await docker("create", "--network", "none", await nodeImage())).trim();
  const ids: string[] = [];
  for (const version of ["1", "2"]) {
    const changes = [
      `ENV VERSION=${version}`,
      `LABEL version=${version}`,
      `CMD ["sleep", "infinity"]`,
      "ENTRYPOINT []",
    ];
    const flags = [...changes, `EXPOSE 80${version}0`].flatMap((change) => ["--change", change]);
    ids.push((await docker("commit", ...flags, base, `${tag}-v${version}`)).trim());
  }
  await docker("rm", base);
  const [first = "", second = ""] = ids;
  return [first, second];
}

export type Project = { images: [string, string]; close: () => Promise<void> };

export async function openProject(): Promise<Project> {
  for (const profile of [...profiles, "desired"]) await mkdir(join(directory, profile));
  await writeFile(file, composeFile);
  const images = await makeImages();
  await docker("tag", images[0], tag);
  await compose("up", "-d", "--pull", "never");
  return {
    images,
    async close() {
      await compose("down", "-v", "-t", "0", "--remove-orphans");
      await docker("rmi", "-f", tag, `${tag}-v1`, `${tag}-v2`);
      await rm(directory, { recursive: true });
    },
  };
}

/** Ends the guard at its nth write to the engine: before the engine hears of it, or once it has answered. */
export type Kill = { at: number; when: "before" | "after" };

export type Guard = { killed: () => boolean; close: () => Promise<void> };

const openGuards = new Set<Guard>();
/** Also those that a failed test left. */
export const closeGuards = () => Promise.all([...openGuards].map((guard) => guard.close()));

export async function openGuard(kill?: Kill): Promise<Guard> {
  let writes = 0;
  let killed = false;
  let child: ChildProcess | undefined;
  const end = () => {
    killed = true;
    child?.kill("SIGKILL");
  };
  const tap: Server = createServer((client) => {
    const engine = connect(engineSocket);
    for (const socket of [client, engine]) socket.on("error", () => {});
    client.on("close", () => engine.destroy());
    engine.on("close", () => client.destroy());
    client.once("data", (head) => {
      const doomed = /^(POST|DELETE) /.test(head.toString("latin1")) && ++writes === kill?.at;
      if (doomed && kill.when === "before") return end();
      engine.write(head);
      client.pipe(engine);
      if (doomed) engine.once("data", end);
      else engine.pipe(client);
    });
  });
  const socket = join(directory, "tap.sock");
  await rm(socket, { force: true });
  await new Promise<void>((resolve) => tap.listen(socket, resolve));
  const options = { engineSocket: socket, directory, desiredDirectory: join(directory, "desired"), project };
  const script = join(import.meta.dirname, "guard-process.ts");
  child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] });
  let log = "";
  await new Promise<void>((resolve) =>
    child.stdout?.on("data", (chunk) => {
      log += chunk;
      if (log.includes("leftovers looked for")) resolve();
    }),
  );
  const exited = once(child, "exit");
  const guard: Guard = {
    killed: () => killed,
    async close() {
      openGuards.delete(guard);
      child.kill("SIGKILL");
      await exited;
      await new Promise((resolve) => tap.close(resolve));
    },
  };
  openGuards.add(guard);
  return guard;
}

export type Answer = { status: number; body: string; cut: boolean };

type Heard = (body: string, leave: () => void) => void;

/**
 * An answer that is cut short, by the guard's death or the caller's leaving, is still an answer. `heard` is called with
 * what came so far, each time some of it comes.
 */
export const ask = (method: string, path: string, profile: Profile = "portal", heard?: Heard) =>
  new Promise<Answer>((resolve) => {
    let body = "";
    let status = 0;
    const request = http.request(
      { socketPath: join(directory, profile, "docker.sock"), method, path, agent: false },
      (response) => {
        status = response.statusCode ?? 0;
        response.on("data", (chunk) => {
          body += chunk;
          heard?.(body, () => request.destroy());
        });
        response.on("error", () => {});
        response.on("close", () => resolve({ status, body, cut: !response.complete }));
      },
    );
    request.on("error", () => resolve({ status, body, cut: true }));
    request.end();
  });

export const lines = ({ body }: Answer): Record<string, unknown>[] =>
  body
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line));

export type Inspected = {
  Id: string;
  Name: string;
  Image: string;
  Created: string;
  RestartCount: number;
  State: { Status: string; Health?: { Status: string } };
  Config: { Env: string[]; Labels: Record<string, string>; Cmd: string[]; Image: string; Hostname?: string };
  HostConfig: { Mounts: { Target: string }[]; Binds: string[] | null };
  Mounts: { Name?: string; Destination: string }[];
  NetworkSettings: { Networks: Record<string, { Aliases: string[] }> };
};

/** The service's containers, of any state and name. */
export async function inspectService(service: string): Promise<Inspected[]> {
  const filters = [`label=com.docker.compose.project=${project}`, `label=com.docker.compose.service=${service}`];
  const ids = (await docker("ps", "-aq", "--no-trunc", ...filters.flatMap((filter) => ["--filter", filter]))).split(
    "\n",
  );
  const found = ids.filter((id) => id !== "");
  return found.length > 0 ? JSON.parse(await docker("inspect", ...found)) : [];
}
