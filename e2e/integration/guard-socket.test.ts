// An engine that is restarted under running containers makes its socket anew: docker-guard must find the new one.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { profiles } from "../../lib/guard/policy.ts";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { docker } from "../stack.ts";
import { engineSocket, marker } from "./guard-lab.ts";

const name = `${marker}-socket`;
let directory: string;

/** Listens where an engine would and passes everything on to the real one; closing it removes the socket's file. */
async function openEngine(): Promise<() => Promise<void>> {
  const open = new Set<Socket>();
  const server: Server = createServer((client) => {
    const engine = connect(engineSocket);
    for (const end of [client, engine]) {
      open.add(end);
      end.on("error", () => end.destroy()).on("close", () => [client, engine].map((socket) => socket.destroy()));
    }
    client.pipe(engine).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(join(directory, "engine.sock"), resolve));
  return async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
}

const ping = () =>
  new Promise<number>((resolve, reject) => {
    const socketPath = join(directory, "guard/worker/docker.sock");
    const request = http.get({ socketPath, path: "/_ping", agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    request.on("error", reject);
  });

let close: () => Promise<void>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "guard-socket-"));
  for (const profile of profiles) await mkdir(join(directory, "guard", profile), { recursive: true });
  close = await openEngine();
  await docker(
    ...["run", "-d", "--name", name, "--restart", "unless-stopped", "--network", "none", "--user", "0:0"],
    ...["--env", "TAYLORDASH_ROLE=guard", "--env", `TAYLORDASH_PROJECT=${marker}`],
    ...["--volume", `${directory}/engine.sock:${engineSocket}`, "--volume", `${directory}/guard:/run/guard`],
    ...["taylordash/portal:0.1.0", "node", "/app/guard.js"],
  );
});
afterAll(async () => {
  await docker("rm", "-f", name);
  await close();
  await rm(directory, { recursive: true });
});

const answers = () => eventually(async () => expect(await ping()).toBe(200), 20_000);
const restarts = async () => Number(await docker("inspect", "-f", "{{.RestartCount}}", name));

it("answers 503 while the engine is away for a moment, and again when it comes back with a new socket", async () => {
  await answers();
  await close();
  close = await openEngine();
  expect(await ping()).toBe(503);
  await answers();
  expect(await restarts()).toBe(1);
});
