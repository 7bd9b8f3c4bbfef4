// The containers of a project seen from the kernel: addresses, listening ports, routes, and probes from inside each
// container's network namespace, whatever its image holds.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { containers, docker } from "../stack.ts";

export type Target = { host?: string; port?: number; path?: string; send?: string };
export type Answer = { open: boolean; answer: string };

export type Member = {
  service: string;
  id: string;
  pid: number;
  networks: { name: string; address: string; gateway: string }[];
  published: string[];
  mounts: { type: string; source: string; target: string }[];
};

type Inspect = {
  Id: string;
  State: { Pid: number };
  HostConfig: { PortBindings: Record<string, unknown> | null };
  NetworkSettings: { Networks: Record<string, { IPAddress: string; Gateway: string; NetworkID: string }> };
  Mounts: { Type: string; Source: string; Destination: string }[];
};

export async function inspect(ids: Map<string, string>): Promise<Member[]> {
  const found = JSON.parse(await docker("inspect", ...ids.values())) as Inspect[];
  return Promise.all(
    [...ids].map(async ([service, id]) => {
      const c = found.find((one) => one.Id === id);
      if (!c) throw new Error(`no container ${id}`);
      const networks = Object.entries(c.NetworkSettings.Networks);
      return {
        service,
        id,
        pid: c.State.Pid,
        networks: await Promise.all(
          networks.map(async ([name, n]) => ({ name, address: n.IPAddress, gateway: await gatewayOf(n.NetworkID) })),
        ),
        published: Object.keys(c.HostConfig.PortBindings ?? {}),
        mounts: c.Mounts.map((m) => ({ type: m.Type, source: m.Source, target: m.Destination })),
      };
    }),
  );
}

// A container that has only internal networks is told of no gateway, but the network may have one all the same.
const gatewayOf = async (network: string) =>
  (await docker("network", "inspect", "-f", "{{range .IPAM.Config}}{{.Gateway}}{{end}}", network)).trim();

export const members = async () => inspect(await containers());

/** @throws Error when this machine has no bridge in a network: a probe could then leave by its default route. */
export function assertLocal(everybody: Member[]) {
  const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address));
  for (const { name, gateway } of everybody.flatMap((member) => member.networks)) {
    if (!own.includes(gateway)) throw new Error(`${name}: ${gateway} is no address of this machine`);
  }
}

const proc = (pid: number, file: string) =>
  readFileSync(`/proc/${pid}/net/${file}`, "utf8").trim().split("\n").slice(1);

// Docker's own resolver listens in every namespace.
const resolver = "0B00007F";

/** Listening TCP ports of the namespace, those on its loopback address too. */
export function listening(pid: number): number[] {
  const rows = [...proc(pid, "tcp"), ...proc(pid, "tcp6")].map((line) => line.trim().split(/\s+/));
  const local = rows.filter(([, , , state]) => state === "0A").map(([, address = ""]) => address.split(":"));
  const ports = local.filter(([host]) => host !== resolver).map(([, port = ""]) => Number.parseInt(port, 16));
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** Names of the abstract unix sockets that somebody listens on in the namespace. */
export const abstractSockets = (pid: number) =>
  proc(pid, "unix")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , flags, , , , path]) => flags === "00010000" && path?.startsWith("@"))
    .map(([, , , , , , , path = ""]) => path.slice(1));

export const hasDefaultRoute = (pid: number) => proc(pid, "route").some((line) => line.split("\t")[1] === "00000000");

const script = join(import.meta.dirname, "probe.ts");

/** Tries the targets from the network namespace of a process; one answer a target, in order. */
export async function probe(pid: number, targets: Target[]): Promise<Answer[]> {
  const child = spawn("nsenter", ["-t", String(pid), "-n", process.execPath, script], { timeout: 30_000 });
  child.stdin.end(JSON.stringify(targets));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (out === "") throw new Error(`the probe in the namespace of ${pid} said nothing: ${err}`);
  return JSON.parse(out) as Answer[];
}
