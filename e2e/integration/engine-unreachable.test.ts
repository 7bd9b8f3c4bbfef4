// Nobody but docker-guard reaches the engine: every socket and every address that a container can see is asked, and the
// filtered sockets refuse what would make their holder root on this machine.
import { realpathSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker, project } from "../stack.ts";
import { abstractSockets, inspect, listening, type Member, members, probe, type Target } from "../tools/namespaces.ts";
import { askSocket, socketFiles } from "../tools/sockets.ts";

const engine = "/var/run/docker.sock";
const question = "GET /info HTTP/1.0\r\nHost: docker\r\n\r\n";
// What only the real answer to /info holds.
const isEngine = (answer: string) => /"ServerVersion":|"DockerRootDir":/.test(answer);

/** Every way to the raw engine that a container has: "unix PATH", "abstract NAME", "tcp HOST:PORT". */
async function waysToEngine(member: Member): Promise<string[]> {
  const found: string[] = [];
  for (const path of socketFiles(member.pid)) {
    if (isEngine((await askSocket(member.pid, path, "GET /info")).body)) found.push(`unix ${path}`);
  }
  const own = listening(member.pid);
  const hosts = ["127.0.0.1", ...new Set(member.networks.map((n) => n.gateway).filter(Boolean))];
  const ways = new Map<string, Target>(abstractSockets(member.pid).map((n) => [`abstract ${n}`, { path: `\0${n}` }]));
  for (const port of new Set([...own, 2375, 2376])) ways.set(`tcp 127.0.0.1:${port}`, { host: "127.0.0.1", port });
  for (const host of hosts) for (const port of [2375, 2376]) ways.set(`tcp ${host}:${port}`, { host, port });
  const answers = await probe(
    member.pid,
    [...ways.values()].map((way) => ({ ...way, send: question })),
  );
  const names = [...ways.keys()];
  // On the engine's own ports an open door is enough: behind 2376 it would speak TLS.
  const open = names.filter(
    (name, i) => isEngine(answers[i]?.answer ?? "") || (/:237[56]$/.test(name) && answers[i]?.open),
  );
  return [...found, ...open];
}

let everybody: Member[] = [];
beforeAll(async () => {
  everybody = await members();
});

const member = (service: string) => {
  const found = everybody.find((one) => one.service === service);
  if (!found) throw new Error(`no ${service}`);
  return found;
};

describe("the engine", () => {
  it("is reached from docker-guard, by its one socket, and from no other container", async () => {
    const ways = new Map(
      await Promise.all(everybody.map(async (one) => [one.service, await waysToEngine(one)] as const)),
    );
    expect(ways.get("docker-guard")).toEqual(["unix /run/docker.sock"]);
    const others = [...ways].filter(([service, found]) => service !== "docker-guard" && found.length > 0);
    expect(others).toEqual([]);
    expect(ways.size).toBeGreaterThanOrEqual(12);
  });

  it("is mounted nowhere else, neither by a folder above its socket nor by a volume that is a bind in disguise", async () => {
    const above = ["/", "/run", "/var", "/var/run", realpathSync(engine), engine];
    const mounts = everybody.flatMap((one) => one.mounts.map((m) => ({ ...m, service: one.service })));
    const risky = mounts.filter((m) => m.type === "bind" && above.includes(m.source.replace(/(.)\/$/, "$1")));
    expect(risky.map((m) => m.service)).toEqual(["docker-guard"]);
    const volumes = (
      await docker("volume", "ls", "-q", "--filter", `label=com.docker.compose.project=${project}`)
    ).trim();
    const options = await docker("volume", "inspect", "-f", "{{.Name}} {{len .Options}}", ...volumes.split("\n"));
    expect(options.split("\n").filter((line) => line && !line.endsWith(" 0"))).toEqual([]);
  });

  it("is not behind another process's root: node-exporter sees this machine's processes, and enters none", async () => {
    const { id } = member("node-exporter");
    const script = 'for p in /host/proc/[0-9]*; do cat "$p/root/etc/hostname" 2>/dev/null; done; echo done';
    const entered = (await docker("exec", id, "sh", "-c", script)).trim().split("\n");
    expect(entered.pop()).toBe("done");
    expect(entered).toContain(id.slice(0, 12));
    // Another project's node-exporter on this machine runs as the same user; it holds nothing.
    const service = '{{index .Config.Labels "com.docker.compose.service"}}';
    const whose = await docker("inspect", "-f", service, ...new Set(entered));
    expect([...new Set(whose.trim().split("\n"))]).toEqual(["node-exporter"]);
  });
});

describe("a filtered socket", () => {
  const holders = ["traefik", "portal", "worker"];
  const path = "/run/guard/docker.sock";
  const name = `${project}-escape`;
  const root = JSON.stringify({
    Image: "taylordash/portal:0.1.0",
    HostConfig: { Binds: ["/:/host"], Privileged: true },
  });
  const exec = JSON.stringify({ Cmd: ["id"], AttachStdout: true, User: "0", Privileged: true });

  it.each(holders)("of %s answers what its holder needs, about this project alone", async (holder) => {
    const { pid } = member(holder);
    expect((await askSocket(pid, path, "GET /version")).status).toBe(200);
    const list = await askSocket(pid, path, "GET /containers/json?all=1");
    const containers = JSON.parse(list.body) as { Labels: Record<string, string> }[];
    const services = containers.map(({ Labels }) => Labels["com.docker.compose.service"]);
    // The edge has no need of a container without a route.
    const needed = holder === "traefik" ? ["portal", "keycloak"] : everybody.map(({ service }) => service);
    expect(services).toEqual(expect.arrayContaining(needed));
    if (holder === "traefik") expect(containers.filter(({ Labels }) => !("traefik.enable" in Labels))).toEqual([]);
    expect([...new Set(containers.map((c) => c.Labels["com.docker.compose.project"]))]).toEqual([project]);
  });

  it.each(holders)("of %s refuses every way to become root", async (holder) => {
    const { pid } = member(holder);
    const { id } = member("docker-guard");
    const attacks: [string, string?][] = [
      ["GET /info"],
      ["GET /images/json"],
      ["GET /secrets"],
      [`POST /containers/create?name=${name}`, root],
      [`POST /v1.45/containers/create?name=${name}`, root],
      [`POST /containers/${id}/exec`, exec],
      [`POST /containers/${id}/update`, "{}"],
      [`GET /containers/${id}/archive?path=/run`],
      [`GET /containers/${id}/export`],
      ["POST /build", ""],
      ["POST /images/create?fromImage=any", ""],
      ["POST /volumes/create", JSON.stringify({ Name: name, DriverOpts: { type: "none", o: "bind", device: "/" } })],
      ["POST /swarm/init", "{}"],
      ["POST /plugins/pull?remote=any", "[]"],
    ];
    for (const [what, body] of attacks)
      expect([what, (await askSocket(pid, path, what, body)).status]).toEqual([what, 403]);
    expect(await docker("ps", "-aq", "--filter", `name=${name}`)).toBe("");
    expect(await docker("volume", "ls", "-q", "--filter", `name=${name}`)).toBe("");
  });
});

describe("the search finds the engine", () => {
  let id = "";
  afterAll(async () => {
    if (id) await docker("rm", "-f", id);
  });

  it("in a container that was given its socket, by path, by abstract name and by port", async () => {
    const forward =
      'net.createServer((c) => { const e = net.connect("/tmp/any"); c.on("error", () => e.destroy()); e.on("error", () => c.destroy()); c.pipe(e).pipe(c); })';
    const script = `const net = require("node:net"); for (const to of [2375, "\\0any"]) ${forward}.listen(to);`;
    const image = (await docker("inspect", "-f", "{{.Image}}", member("docker-guard").id)).trim();
    const flags = ["--network", "none", "--user", "0", "--memory", "128m", "-v", `${engine}:/tmp/any`];
    id = (await docker("run", "-d", ...flags, "--entrypoint", "node", image, "-e", script)).trim();
    const [wrong] = await inspect(new Map([["wrong", id]]));
    if (!wrong) throw new Error("no container");
    await expect.poll(() => listening(wrong.pid), { timeout: 20_000 }).toContain(2375);
    expect(await waysToEngine(wrong)).toEqual(["unix /tmp/any", "abstract any", "tcp 127.0.0.1:2375"]);
  });
});
