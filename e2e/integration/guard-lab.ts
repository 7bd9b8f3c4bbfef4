// A docker-guard of our own in front of the real engine, with a wire-tap between the two, and throw-away containers of
// two projects. What the guard sends to the engine is known byte by byte.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { type Profile, profiles } from "../../lib/guard/policy.ts";
import { startGuard } from "../../lib/guard/server.ts";
import { docker, root } from "../stack.ts";

export const engineSocket = "/var/run/docker.sock";
export const marker = `guard-lab-${process.pid}`;

export type Lab = {
  directory: string;
  /** Ids by what they are for, and names for the requests. */
  names: Record<string, string>;
  /** Request heads that reached the engine, oldest first. */
  reached: string[];
  /** Lines of the guard's own log. */
  log: string[];
  /** Whether a connection to the engine is open that last carried a request like this. */
  open: (request: RegExp) => boolean;
  /** Keeps the next request like this from the engine until it is released. */
  hold: (request: RegExp) => { reached: Promise<void>; release: () => void };
  connect: (profile?: Profile) => Socket;
  /** Ends the guard alone, as a signal would. */
  stop: () => Promise<void>;
  close: () => Promise<void>;
};

type Held = { request: RegExp; reached: () => void; released: Promise<void> };

/** Passes bytes on and notes what goes towards the engine; the guard sends a request only after the last one's answer. */
async function wireTap(path: string, reached: string[], open: Map<Socket, string>, held: Held[]): Promise<Server> {
  const server = createServer((client) => {
    const engine = connect(engineSocket);
    let before: Promise<unknown> = Promise.resolve();
    client.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      if (/^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(text)) reached.push(text);
      else reached.push(`${reached.pop()}${text}`);
      open.set(client, reached.at(-1) ?? "");
      const at = held.findIndex(({ request }) => request.test(text));
      const [hold] = at === -1 ? [] : held.splice(at, 1);
      hold?.reached();
      before = before.then(() => hold?.released).then(() => engine.write(chunk));
    });
    client.on("end", () => before.then(() => engine.end()));
    engine.pipe(client);
    for (const end of [client, engine]) end.on("error", () => [client, engine].map((socket) => socket.destroy()));
    client.on("close", () => {
      open.delete(client);
      engine.destroy();
    });
    engine.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}

/** Any image with a shell will do; this one the portal is built on. */
export const nodeImage = async () =>
  /^NODE=(.+)$/m.exec(await readFile(join(root, "infra/images/images.env"), "utf8"))?.[1] ?? "node";

const run = async (project: string, service: string, flags: string[] = [], command = ["infinity"]) => {
  const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
  const always = [
    "--network",
    "none",
    "--stop-signal",
    "SIGKILL",
    "--env",
    "PASSWORD=hunter2",
    "--entrypoint",
    "sleep",
  ];
  const args = ["run", "-d", ...labels.flatMap((label) => ["--label", label]), ...always, ...flags, await nodeImage()];
  return (await docker(...args, ...command)).trim();
};

export async function openLab(): Promise<Lab> {
  const directory = await mkdtemp(join(tmpdir(), "guard-lab-"));
  for (const profile of profiles) await mkdir(join(directory, profile));
  const reached: string[] = [];
  const open = new Map<Socket, string>();
  const lines: string[] = [];
  const held: Held[] = [];
  const tap = await wireTap(join(directory, "engine.sock"), reached, open, held);
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const [own, other] = [marker, `${marker}-other`];

  // An image that is nobody's, and a name of twelve hex digits that is a foreign container's.
  await writeFile(join(directory, "empty.tar"), Buffer.alloc(1_024));
  await docker("import", join(directory, "empty.tar"), `${marker}-image:1`);
  const hexName = process.pid.toString(16).padStart(12, "e");
  const talk = ["--entrypoint", "sh"];
  const probe = ["--health-interval", "1h", "--health-cmd", 'echo "well, password=$PASSWORD"; exit 3'];
  const names: Record<string, string> = {
    marker,
    mine: await run(own, "web", [...talk, ...probe], ["-c", "echo hello from mine; exec sleep infinity"]),
    guarded: await run(own, "postgres"),
    guard: await run(own, "docker-guard", ["--label", "com.docker.compose.oneoff=False"]),
    labelled: await run(own, "vault", ["--label", "taylordash.protected=true"]),
    foreign: await run(other, "shop", [...talk, "--name", hexName], ["-c", "echo foreign words; exec sleep infinity"]),
    hexName,
    ref: await nodeImage(),
    repository: (await nodeImage()).split(":")[0] ?? "",
    tag: (await nodeImage()).split(":")[1] ?? "",
  };
  names.short = names.mine?.slice(0, 12) ?? "";
  for (const project of [own, other]) {
    const label = `com.docker.compose.project=${project}`;
    const options = ["--opt", "type=tmpfs", "--opt", "device=hunter2"];
    await docker("volume", "create", "--label", label, ...options, `${project}-volume`);
    await docker("volume", "create", "--label", label, `${project}-data`);
    await docker("network", "create", "--label", label, "--internal", `${project}-network`);
  }
  const label = `com.docker.compose.project=${own}`;
  const bind = ["--opt", "type=none", "--opt", "o=bind", "--opt", "device=/"];
  await docker("volume", "create", "--label", label, ...bind, `${own}-bind`);
  await docker("volume", "create", `${own}-nobodys`);
  const options = {
    engineSocket: join(directory, "engine.sock"),
    directory,
    desiredDirectory: directory,
    project: own,
    log,
  };
  const end = await startGuard(options);
  let ended: Promise<void> | undefined;
  const stop = () => {
    ended ??= end();
    return ended;
  };
  return {
    ...{ directory, names, reached, log: lines },
    open: (request) => [...open.values()].some((head) => request.test(head)),
    hold(request) {
      const [at, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      held.push({ request, reached: at.resolve, released: done.promise });
      return { reached: at.promise, release: done.resolve };
    },
    connect: (profile = "portal") => connect(join(directory, profile, "docker.sock")),
    stop: () => stop(),
    async close() {
      await stop();
      // Idle connections of the guard's reads would be waited for.
      for (const socket of open.keys()) socket.destroy();
      await new Promise((resolve) => tap.close(resolve));
      const { mine = "", guarded = "", labelled = "", foreign = "", guard = "" } = names;
      await docker("rm", "-f", "-v", mine, guarded, labelled, foreign, guard);
      await docker("rmi", `${marker}-image:1`);
      const volumes = [own, other].flatMap((project) => [`${project}-volume`, `${project}-data`]);
      await docker("volume", "rm", ...volumes, `${own}-bind`, `${own}-nobodys`);
      await docker("network", "rm", `${own}-network`, `${other}-network`);
      await rm(directory, { recursive: true });
    },
  };
}

export type Exchange = { text: string; statuses: number[]; closedByGuard: boolean };

/** Writes raw bytes to a profile's socket and collects what comes until the guard closes, or a long wait ends it. */
export const exchange = (lab: Lab, bytes: string, profile: Profile = "portal", longestMs = 20_000) =>
  new Promise<Exchange>((resolve) => {
    const socket = connect(join(lab.directory, profile, "docker.sock"), () =>
      socket.write(Buffer.from(bytes, "latin1")),
    );
    let text = "";
    let closedByGuard = true;
    const timer = setTimeout(() => {
      closedByGuard = false;
      socket.destroy();
    }, longestMs);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    // The guard may close while we still write.
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3}) /gm)].map(([, status]) => Number(status));
      resolve({ text, statuses, closedByGuard });
    });
  });

/** What arrived when it first matches. */
export const until = (socket: Socket, pattern: RegExp) =>
  new Promise<string>((resolve, reject) => {
    let text = "";
    const onData = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (!pattern.test(text)) return;
      socket.off("data", onData);
      resolve(text);
    };
    socket.on("data", onData);
    socket.once("close", () => reject(new Error(`closed after ${text.slice(0, 200)}`)));
  });

const engine = (path: string) =>
  new Promise<unknown>((resolve, reject) => {
    const request = http.get({ socketPath: engineSocket, path, agent: false }, async (response) => {
      resolve(JSON.parse(Buffer.concat(await response.toArray()).toString("utf8")));
    });
    request.on("error", reject);
  });

type Listed = { Id: string; Names: string[]; Image: string; State: string; Labels: Record<string, string> | null };

/** What the engine holds of the lab, or of an attack: every body of the attacks names the marker or the lab's image. */
export async function engineState(): Promise<string[]> {
  const containers = (await engine("/containers/json?all=1")) as Listed[];
  const images = (await engine("/images/json")) as { Id: string; RepoTags: string[] | null }[];
  const { Volumes } = (await engine("/volumes")) as { Volumes: { Name: string }[] | null };
  const networks = (await engine("/networks")) as { Id: string; Name: string }[];
  const { Swarm } = (await engine("/info")) as { Swarm: { LocalNodeState: string } };
  const plugins = (await engine("/plugins")) as unknown[];
  return [
    ...containers.map((c) => `container ${c.Id} ${c.Names} ${c.State} ${c.Image} ${JSON.stringify(c.Labels)}`),
    ...images.map((i) => `image ${i.Id} ${i.RepoTags}`),
    ...(Volumes ?? []).map((v) => `volume ${v.Name}`),
    ...networks.map((n) => `network ${n.Id} ${n.Name}`),
  ]
    .filter((line) => line.includes(marker))
    .concat(`swarm ${Swarm.LocalNodeState}`, `plugins ${plugins.length}`)
    .sort();
}
