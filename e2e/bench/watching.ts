// What watching costs, and what it costs when nobody does: a second stack of its own, with containers that do nothing
// beside it, so that neither tests nor people on the first one are counted.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { command, docker } from "../stack.ts";
import { makeSmallStack, readCa, type SmallStack } from "../tools/small-stack.ts";
import { cpuNanoseconds } from "./cgroups.ts";
import type { Figure } from "./figure.ts";

const project = "tdwatch";
const domain = "localhost";
const ours = ["portal", "worker", "docker-guard"] as const;
const idleSeconds = 300;
const watchSeconds = 90;
const viewers = 20;
const filler = "taylordash/base:trixie";

const idOf = async (service: string) =>
  (await docker("ps", "-q", "--no-trunc", "--filter", `name=^${project}-${service}-1$`)).trim();
const count = async () =>
  (await docker("ps", "-q", "--filter", `label=com.docker.compose.project=${project}`)).trim().split("\n").length;

async function fill(until: number, made: string[]) {
  for (let number = await count(); number < until; number += 1) {
    const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=filler-${number}`];
    const options = labels.flatMap((label) => ["--label", label]);
    const id = await docker("run", "-d", "--network", "none", ...options, filler, "sleep", "infinity");
    made.push(id.trim());
  }
}

/** Processor milliseconds of the engine's processes; other stacks on this machine are counted too. */
async function engineMs(): Promise<number> {
  const pids = (await command("pidof", ["dockerd", "containerd"])).trim().split(/\s+/);
  const ticks = pids.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * 10;
}

/** What the engine pays for one reading of all containers: the middle of several tries, the rest of its work taken off. */
async function engineMsPerReading(ids: readonly string[]): Promise<number> {
  const [tries, rounds] = [7, 20];
  const paths = ids.flatMap((id) => [`/containers/${id}/json`, `/containers/${id}/stats?stream=false&one-shot=true`]);
  const read = ["-s", "--unix-socket", "/var/run/docker.sock", ...paths.map((path) => `http://engine${path}`)];
  const costs: number[] = [];
  for (let number = 0; number < tries; number += 1) {
    const before = await engineMs();
    const began = Date.now();
    for (let round = 0; round < rounds; round += 1) await command("curl", read);
    const took = Date.now() - began;
    const spent = (await engineMs()) - before;
    const quiet = await engineMs();
    await sleep(took);
    costs.push((spent - ((await engineMs()) - quiet)) / rounds);
  }
  return Math.max(0, costs.sort((x, y) => x - y)[(tries - 1) / 2] ?? 0);
}

async function nobody(): Promise<Figure[]> {
  const ids = await Promise.all(ours.map(idOf));
  const before = ids.map(cpuNanoseconds);
  await sleep(idleSeconds * 1000);
  const shares = ids.map((id, index) => ((cpuNanoseconds(id) - (before[index] ?? 0)) / (idleSeconds * 1e9)) * 100);
  for (const [index, service] of ours.entries()) console.log(`  ${service.padEnd(20)} ${shares[index]?.toFixed(2)} %`);
  const all = (
    await docker("ps", "-q", "--no-trunc", "--filter", `label=com.docker.compose.project=${project}`)
  ).trim();
  const engine = ((await engineMsPerReading(all.split("\n"))) / 60_000) * 100;
  console.log(`  ${"engine".padEnd(20)} ${engine.toFixed(2)} %`);
  const value = shares.reduce((sum, each) => sum + each, engine);
  const name = `processor, portal + worker + guard + engine, 20 containers, nobody watching, ${idleSeconds} s`;
  return [{ name, value, limit: 1, unit: "% of a core", note: "their own probes excluded" }];
}

/** Of a viewer who signed in as people do. */
async function cookie(stack: SmallStack): Promise<string> {
  const place = { origin: `https://${domain}:${stack.httpsPort}`, ca: readCa(stack) };
  const person = await makePerson("bench", "viewer", stack.taylordash);
  return (await httpSignIn(person, "now", place)).cookie;
}

const residentMebibytes = async (service: string) => {
  const pid = (await docker("inspect", "--format", "{{.State.Pid}}", await idOf(service))).trim();
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
};

/** Opens one stream; counts its bytes. A stalled viewer never reads them. */
function open(stack: SmallStack, path: string, headers: Record<string, string>, stalled: boolean) {
  const seen = { bytes: 0, status: 0 };
  const options = { host: "127.0.0.1", port: stack.httpsPort, servername: domain, path, rejectUnauthorized: false };
  const host = `${domain}:${stack.httpsPort}`;
  const asked = request({ ...options, headers: { host, ...headers }, agent: false }, (response) => {
    seen.status = response.statusCode ?? 0;
    if (stalled) return void response.pause();
    response.on("data", (chunk: Buffer) => {
      seen.bytes += chunk.length;
    });
  });
  asked.on("error", () => undefined);
  asked.end();
  return { seen, close: () => asked.destroy() };
}

async function watched(stack: SmallStack): Promise<Figure[]> {
  const headers = { cookie: await cookie(stack) };
  const before = await residentMebibytes("portal");
  const streams = Array.from({ length: viewers }, (_, index) =>
    ["/api/events", "/api/stats?services=all"].map((path) => open(stack, path, headers, index === 0)),
  ).flat();
  let most = 0;
  for (let second = 0; second < watchSeconds; second += 3) {
    await sleep(3_000);
    most = Math.max(most, await residentMebibytes("portal"));
  }
  const refused = streams.filter(({ seen }) => seen.status !== 200).length;
  if (refused > 0) throw new Error(`${refused} of the streams were refused`);
  const perViewer = (streams[3]?.seen.bytes ?? 0) / watchSeconds / 1024;
  for (const { close } of streams) close();
  const note = `${before.toFixed(0)} MiB before; ${perViewer.toFixed(1)} KiB/s a viewer; one of them reads nothing`;
  const name = `resident memory of the portal, ${viewers} viewers x 100 containers, ${watchSeconds} s`;
  return [{ name, value: most, limit: 250, unit: "MiB", note }];
}

export async function watching(): Promise<Figure[]> {
  const stack = await makeSmallStack({
    project,
    domain,
    change(compose) {
      const { services } = compose;
      // Not to be had without a registry, and of no matter here.
      for (const service of ["grafana", "tempo"]) delete services[service];
      for (const service of ours) if (services[service]) services[service].healthcheck = { disable: true };
      // The engine's own pool has room for three stacks at most.
      const { networks = {} } = compose as { networks?: Record<string, object> };
      for (const [index, network] of Object.values(networks).entries())
        Object.assign(network, { ipam: { config: [{ subnet: `10.231.${index}.0/24` }] } });
    },
  });
  const made: string[] = [];
  try {
    await stack.compose("up", "--detach", "--quiet-pull");
    const ready = "fetch('http://127.0.0.1:9464/health/ready').then((a) => process.exit(a.ok ? 0 : 1))";
    const worker = await idOf("worker");
    for (let tries = 0; ; tries += 1) {
      const failed = await docker("exec", worker, "node", "-e", ready).then(
        () => false,
        () => true,
      );
      if (!failed) break;
      if (tries > 60) throw new Error("the worker is not ready after three minutes");
      await sleep(3_000);
    }
    await fill(20, made);
    // Setting up is over by then.
    await sleep(60_000);
    const idle = await nobody();
    await fill(100, made);
    return [...idle, ...(await watched(stack))];
  } finally {
    if (made.length > 0) await docker("rm", "-f", ...made);
    await stack.remove();
  }
}
