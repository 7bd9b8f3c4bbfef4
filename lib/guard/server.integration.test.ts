// docker-guard in front of the machine's real engine.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { profiles } from "./policy.ts";
import { startGuard } from "./server.ts";

const project = `guard-test-${process.pid}`;
const docker = (args: string[], input?: Buffer) => execFileSync("docker", args, { input, encoding: "utf8" }).trim();
const refusals: string[] = [];
const log = pino({}, { write: (line: string) => void refusals.push(line) });

let directory = "";
let stop = async () => {};
let mine = "";
let foreign = "";
const image = `${project}:1`;
const create = (owner: string, ...more: string[]) =>
  docker([
    ...["create", "--env", "PASSWORD=hunter2", "--label", `com.docker.compose.project=${owner}`, ...more],
    ...["--label", "app.password=hunter2", "--health-cmd", "curl -u a:hunter2 http://a", image],
    ...["/none", "--token", "hunter2"],
  ]);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "guard-"));
  for (const profile of profiles) await mkdir(join(directory, profile));
  // A stale socket of a killed guard must not hinder the next one.
  await writeFile(join(directory, "portal/docker.sock"), "");
  // Never started, so an image without any file will do.
  docker(["import", "-", image], Buffer.alloc(1024));
  mine = create(project);
  foreign = create(`${project}-other`);
  stop = await startGuard({
    engineSocket: "/var/run/docker.sock",
    directory,
    desiredDirectory: directory,
    project,
    log,
  });
});

afterAll(async () => {
  await stop();
  docker(["rm", "-f", mine, foreign]);
  docker(["rmi", image]);
  await rm(directory, { recursive: true });
});

type Answer = { status: number; body: string };
const ask = (
  path: string,
  init: { method?: string; headers?: http.OutgoingHttpHeaders; body?: string; socket?: string } = {},
) =>
  new Promise<Answer>((resolve, reject) => {
    const { socket = join(directory, "portal/docker.sock"), method = "GET", headers, body } = init;
    const request = http.request({ socketPath: socket, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.on("error", reject);
    request.end(body);
  });

const raw = (text: string) =>
  new Promise<string>((resolve) => {
    const socket = connect(join(directory, "portal/docker.sock"), () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", () => resolve(answer));
  });

describe("docker-guard", () => {
  it("answers the version to each profile", async () => {
    for (const profile of profiles) {
      const { status, body } = await ask("/version", { socket: join(directory, profile, "docker.sock") });
      expect([status, JSON.parse(body).ApiVersion]).toEqual([200, expect.any(String)]);
    }
  });
  it("lists this project's containers alone", async () => {
    const { body } = await ask("/containers/json?all=true");
    expect(body).not.toContain("hunter2");
    const list: { Id: string }[] = JSON.parse(body);
    expect(list.map(({ Id }) => Id)).toEqual([mine]);
  });
  it("inspects without environment or secrets in commands and labels, and not a foreign container", async () => {
    const { status, body } = await ask(`/containers/${mine}/json`);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ Id: mine, Config: { Env: [] } });
    expect(body).not.toContain("hunter2");
    expect((await ask(`/containers/${foreign}/json`)).status).toBe(404);
  });
  it("passes an event as it happens and closes the engine's stream with the client", async () => {
    const seen = await new Promise<string>((resolve, reject) => {
      const request = http.get({ socketPath: join(directory, "portal/docker.sock"), path: "/events" }, (response) => {
        response.once("data", (chunk) => {
          resolve(String(chunk));
          request.destroy();
        });
        docker(["rm", create(`${project}-other`)]);
        docker(["rm", create(project)]);
      });
      request.on("error", reject);
    });
    expect(seen).not.toContain("hunter2");
    expect(JSON.parse(seen.split("\n")[0] ?? "")).toMatchObject({
      Action: "create",
      Actor: { Attributes: { "com.docker.compose.project": project } },
    });
  });
  it("tells the edge of containers with a route alone, and what happened since its list", async () => {
    const socket = join(directory, "discover/docker.sock");
    const routed = create(project, "--label", "traefik.enable=true");
    const listed = JSON.parse((await ask("/containers/json?all=1", { socket })).body) as { Id: string }[];
    expect(listed.map(({ Id }) => Id)).toEqual([routed]);
    expect((await ask(`/containers/${routed}/json`, { socket })).status).toBe(200);
    expect((await ask(`/containers/${mine}/json`, { socket })).status).toBe(404);
    // Whoever shares another's network has its address: Traefik looks there.
    const sharing = create(project, "--label", "traefik.enable=true", "--network", `container:${mine}`);
    expect((await ask(`/containers/${mine}/json`, { socket })).status).toBe(200);
    docker(["rm", sharing]);
    expect((await ask(`/containers/${mine}/json`, { socket })).status).toBe(404);
    await ask("/containers/json?all=1", { socket });
    // Traefik asks for events only when it has read everything that it listed.
    docker(["rename", mine, `${project}-mine`]);
    docker(["rename", routed, `${project}-routed`]);
    const seen = await new Promise<string>((resolve, reject) => {
      const request = http.get({ socketPath: socket, path: "/events" }, (response) => {
        response.once("data", (chunk) => {
          resolve(String(chunk));
          request.destroy();
        });
      });
      request.on("error", reject);
    });
    docker(["rm", routed]);
    expect(
      seen
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).Actor.ID),
    ).toEqual([routed]);
  });
  it("refuses writes, bodies, upgrades, tunnels and pipelined second requests, and says so in the log", async () => {
    const before = refusals.length;
    expect((await ask("/containers/create", { method: "POST", body: "{}" })).status).toBe(403);
    expect((await ask("/version", { headers: { "content-length": 2 }, body: "{}" })).status).toBe(403);
    expect((await ask("/version", { headers: { "transfer-encoding": "chunked" }, body: "{}" })).status).toBe(403);
    expect(await raw("GET /version HTTP/1.1\r\nhost: d\r\nconnection: upgrade\r\nupgrade: tcp\r\n\r\n")).toMatch(
      /^HTTP\/1.1 403/,
    );
    expect(await raw("CONNECT docker:2375 HTTP/1.1\r\nhost: d\r\n\r\n")).toMatch(/^HTTP\/1.1 403/);
    const smuggled = await raw(
      "POST /version HTTP/1.1\r\nhost: d\r\ncontent-length: 30\r\n\r\nGET /version HTTP/1.1\r\nhost:d\r\n\r\n",
    );
    expect(smuggled.match(/HTTP\/1.1/g)).toHaveLength(1);
    expect(refusals.length).toBeGreaterThanOrEqual(before + 6);
    expect(refusals.slice(before).join("")).toMatch(/"profile":"portal"/);
  });
  it("refuses oversize headers", async () => {
    expect(await raw(`GET /version HTTP/1.1\r\nhost: d\r\nx: ${"a".repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 4/);
  });
});

describe("without an engine", () => {
  let folder = "";
  let close = async () => {};
  const answering = async (socket: string) => {
    const engine = http.createServer((_request, response) => response.end("{}")).listen(socket);
    await once(engine, "listening");
    return () => {
      engine.closeAllConnections();
      return new Promise((resolve) => engine.close(resolve));
    };
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "guard-"));
    for (const profile of profiles) await mkdir(join(folder, profile));
    const engineSocket = join(folder, "engine.sock");
    close = await startGuard({ engineSocket, directory: folder, desiredDirectory: folder, project, log });
  });
  afterEach(async () => {
    await close();
    await rm(folder, { recursive: true });
  });

  it("says so with 503, and serves again when the engine is back, also on connections that an engine left", async () => {
    const socket = join(folder, "discover/docker.sock");
    expect(await ask("/version", { socket })).toMatchObject({
      status: 503,
      body: expect.stringMatching(/does not answer/),
    });
    for (let round = 0; round < 2; round++) {
      const end = await answering(join(folder, "engine.sock"));
      await Promise.all([1, 2, 3].map(async () => expect((await ask("/version", { socket })).status).toBe(200)));
      await end();
    }
    expect((await ask("/version", { socket })).status).toBe(503);
  });
  it("begins no operation before it has seen what an earlier one left", async () => {
    const order = { socket: join(folder, "portal/docker.sock"), method: "POST" };
    expect(await ask("/taylordash/services/web/scale?replicas=2", order)).toMatchObject({ status: 503 });
  });
});

it("begins no operation that it has no place to write down", async () => {
  const folder = await mkdtemp(join(tmpdir(), "guard-"));
  for (const profile of profiles) await mkdir(join(folder, profile));
  const looked = refusals.length;
  const close = await startGuard({
    ...{ engineSocket: "/var/run/docker.sock", directory: folder, project, log },
    desiredDirectory: join(folder, "missing"),
  });
  await expect.poll(() => refusals.slice(looked).join("")).toContain("leftovers looked for");
  const order = { socket: join(folder, "portal/docker.sock"), method: "POST" };
  expect(await ask("/taylordash/services/web/scale?replicas=2", order)).toMatchObject({
    ...{ status: 503, body: expect.stringMatching(/not mounted/) },
  });
  await close();
  await rm(folder, { recursive: true });
});
