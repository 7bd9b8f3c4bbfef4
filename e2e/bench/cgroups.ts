// Memory and processor time of the stack, as the kernel counts them per container (cgroup v1 and v2).
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { containers, docker } from "../stack.ts";
import type { Figure } from "./figure.ts";

const read = (path: string) => readFileSync(path, "utf8").trim();
const first = (paths: string[]) => paths.find((path) => existsSync(path));

/** Bytes in use less the page cache that the kernel would give back first. */
function memoryBytes(id: string): number {
  const v2 = first([`/sys/fs/cgroup/system.slice/docker-${id}.scope`, `/sys/fs/cgroup/docker/${id}`]);
  const dir = existsSync(`/sys/fs/cgroup/memory/docker/${id}`) ? `/sys/fs/cgroup/memory/docker/${id}` : v2;
  if (!dir) throw new Error(`no memory cgroup of container ${id}`);
  const total = Number(read(first([`${dir}/memory.current`, `${dir}/memory.usage_in_bytes`]) ?? ""));
  const stat = read(`${dir}/memory.stat`);
  const inactive = /^total_inactive_file (\d+)$/m.exec(stat) ?? /^inactive_file (\d+)$/m.exec(stat);
  return total - Number(inactive?.[1] ?? 0);
}

/** Nanoseconds of processor time since the container started. */
export function cpuNanoseconds(id: string): number {
  for (const group of ["cpuacct", "cpu,cpuacct"]) {
    const path = `/sys/fs/cgroup/${group}/docker/${id}/cpuacct.usage`;
    if (existsSync(path)) return Number(read(path));
  }
  const dir = first([`/sys/fs/cgroup/system.slice/docker-${id}.scope`, `/sys/fs/cgroup/docker/${id}`]);
  return 1000 * Number(/usage_usec (\d+)/.exec(read(`${dir}/cpu.stat`))?.[1]);
}

/**
 * Waits until docker-guard takes less than 3 % of a core: whoever follows the engine has read what was just started. The
 * edge reads every container anew after each start, so that takes the square of their number.
 * @throws Error when it is not so within five minutes
 */
export async function untilQuiet(): Promise<void> {
  const id = (await containers()).get("docker-guard") ?? "";
  const [begin, windowMs] = [Date.now(), 3_000];
  for (let share = 1; share >= 0.03; ) {
    if (Date.now() - begin > 300_000) throw new Error("docker-guard is still busy after five minutes");
    const before = cpuNanoseconds(id);
    await sleep(windowMs);
    share = (cpuNanoseconds(id) - before) / (windowMs * 1e6);
  }
  console.log(`  quiet after ${Math.round((Date.now() - begin) / 1000)} s`);
}

const ours = ["portal", "worker", "docker-guard"];
const withTelemetry = ["grafana", "tempo"];

/** Waits until the youngest container has run that long: what a start needs is given back by then. */
async function untilAged(minutes: number): Promise<void> {
  const ids = [...(await containers()).values()];
  const starts = (await docker("inspect", "-f", "{{.State.StartedAt}}", ...ids)).trim().split("\n").map(Date.parse);
  await sleep(Math.max(0, Math.max(...starts) + minutes * 60_000 - Date.now()));
}

export async function idleMemory(): Promise<Figure[]> {
  await untilAged(5);
  const all = [...(await containers())].map(([service, id]) => ({ service, mebibytes: memoryBytes(id) / 2 ** 20 }));
  all.sort((a, b) => b.mebibytes - a.mebibytes);
  for (const { service, mebibytes } of all)
    console.log(`  ${service.padEnd(20)} ${mebibytes.toFixed(1).padStart(7)} MiB`);
  const sum = (services: typeof all) => services.reduce((total, { mebibytes }) => total + mebibytes, 0);
  const has = all.some(({ service }) => withTelemetry.includes(service));
  const own = all.filter(({ service }) => ours.includes(service));
  return [
    { name: "memory, whole stack", value: sum(all), limit: has ? 3500 : 1600, unit: "MiB" },
    { name: "memory, portal + worker + guard", value: sum(own), limit: 400, unit: "MiB" },
  ];
}

export async function idleCpu(seconds = 120): Promise<Figure[]> {
  const all = [...(await containers())];
  const before = new Map(all.map(([service, id]) => [service, cpuNanoseconds(id)]));
  await sleep(seconds * 1000);
  const shares = all.map(([service, id]) => ({
    service,
    percent: ((cpuNanoseconds(id) - (before.get(service) ?? 0)) / (seconds * 1e9)) * 100,
  }));
  shares.sort((a, b) => b.percent - a.percent);
  for (const { service, percent } of shares) console.log(`  ${service.padEnd(20)} ${percent.toFixed(2).padStart(7)} %`);
  const value = shares.reduce((sum, { percent }) => sum + percent, 0);
  return [{ name: `processor, whole stack over ${seconds} s`, value, limit: 10, unit: "% of a core" }];
}
