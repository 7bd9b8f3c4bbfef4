// What a service is made of: asked of the engine when a page wants it, not kept.
import { z } from "zod";
import { type Principal, requirePermission } from "../auth/index.ts";
import {
  type EngineDetails,
  inspectDetails,
  inspectImage,
  listVolumes,
  type Mount,
} from "../platform/docker-details.ts";
import { env } from "../platform/env.ts";
import { NotFound } from "../platform/errors.ts";
import { maskAddresses, maskArguments } from "../platform/mask.ts";
import { plainName, tiesOf } from "./dependencies.ts";
import type { ContainerFacts, ServiceFacts, VolumeUsage } from "./details-schema.ts";
import { tellable } from "./inert.ts";
import { judge, readChecks, type StoredCheck } from "./registry-checks.ts";
import { store } from "./store.ts";
import { readUsage } from "./volumes.ts";

export const ServiceInput = z.object({ service: z.string().min(1).max(100) });

/** Those of DESIGN.md; others may hold anything. */
const shownLabels = ["title", "description", "icon", "protected", "loss", "backup", "scale", "link"].map(
  (name) => `taylordash.${name}`,
);

const parallelInspects = 8;

async function inspectMany(ids: readonly string[]): Promise<EngineDetails[]> {
  const queue = ids.values();
  const found: EngineDetails[] = [];
  const work = async () => {
    for (const id of queue) {
      const details = await inspectDetails(id);
      if (details) found.push(details);
    }
  };
  await Promise.all(Array.from({ length: parallelInspects }, work));
  return found;
}

type Volumes = { own: readonly string[]; usage: ReadonlyMap<string, VolumeUsage> };

function mountOf({ kind, name, source, target, writable }: Mount, volumes: Volumes): ContainerFacts["mounts"][number] {
  const rest = { target, writable, measurable: false, usage: null };
  if (target.startsWith("/run/secrets/")) return { ...rest, kind: "secret", name: target.split("/").at(-1) ?? "" };
  if (kind === "volume") {
    const [measurable, usage] = [volumes.own.includes(name ?? ""), volumes.usage.get(name ?? "") ?? null];
    return { ...rest, kind: "volume", name: plainName(name ?? "", env().project), measurable, usage };
  }
  if (kind === "tmpfs") return { ...rest, kind: "memory", name: "" };
  return { ...rest, kind: "host", name: source };
}

function confinementOf(details: EngineDetails): string[] {
  const { added, dropped } = details.capabilities;
  const root = /^(0|root)?(:|$)/.test(details.user);
  return [
    ...(details.privileged ? ["privileged: all rights on this machine"] : []),
    ...(root ? ["runs as root"] : []),
    details.readOnly ? "read-only root" : "writable root",
    ...(dropped.includes("ALL") && added.length === 0 ? ["no capabilities"] : []),
    ...(added.length > 0 ? [`capabilities added: ${added.join(", ")}`] : []),
    ...(details.noNewPrivileges ? ["no new privileges"] : []),
  ];
}

type Known = { checks: ReadonlyMap<string, StoredCheck>; volumes: Volumes };

async function factsOf(details: EngineDetails, { checks, volumes }: Known): Promise<ContainerFacts> {
  const check = checks.get(details.image);
  const { healthcheck, restartPolicy } = details;
  // A name that the engine cannot tell, or an engine that is slow, must not hide the rest.
  const [image, tagged] = await Promise.all(
    [details.imageId, details.image].map((name) => inspectImage(name).catch(() => null)),
  );
  const policies: Record<string, string> = {
    no: "never",
    always: "always",
    "unless-stopped": "always, unless it was stopped on purpose",
    "on-failure": `after a failure${restartPolicy.retries > 0 ? `, ${restartPolicy.retries} times` : ""}`,
  };
  return {
    ...{ id: details.id, name: details.name, image: maskAddresses(details.image), imageId: details.imageId },
    ...{ imageCreatedAt: image?.createdAt ?? null, createdAt: details.createdAt },
    tagged: tagged ? { id: tagged.id, createdAt: tagged.createdAt } : null,
    registry: judge(check, tagged ?? null),
    command: maskArguments([...details.entrypoint, ...details.command]),
    user: details.user || "root",
    limits: details.limits,
    restartPolicy: policies[restartPolicy.name] ?? restartPolicy.name,
    confinement: confinementOf(details),
    healthcheck: healthcheck && {
      command: maskArguments(healthcheck.test),
      ...{ intervalMs: healthcheck.intervalMs, timeoutMs: healthcheck.timeoutMs, retries: healthcheck.retries },
    },
    probes: details.probes
      .map(({ startedAt, endedAt, exitCode, output }) => ({
        ...{ at: startedAt, tookMs: Date.parse(endedAt) - Date.parse(startedAt), exitCode, output: tellable(output) },
      }))
      .reverse(),
    ports: details.ports,
    networks: details.networks
      .map(({ name, addresses }) => ({ name: plainName(name, env().project), addresses }))
      .sort((a, b) => a.name.localeCompare(b.name, "en")),
    mounts: details.mounts.map((mount) => mountOf(mount, volumes)),
  };
}

/** @throws NotFound when there is no container of that service. */
export async function getService(actor: Principal | null, raw: unknown): Promise<ServiceFacts> {
  requirePermission(actor, "services:read");
  const { service } = ServiceInput.parse(raw);
  await store().listed;
  const rows = store().rows();
  const own = rows.filter((row) => row.service === service);
  if (own.length === 0) throw new NotFound("no-such-service", "There is no such service.");
  // Old containers tie nobody to anybody, and there may be thousands.
  const others = rows.filter((row) => row.service !== service && row.state !== "exited" && row.state !== "created");
  const details = await inspectMany([...own.slice(0, 20), ...others.slice(0, 200)].map(({ id }) => id));
  const mine = details.filter(({ id }) => own.some((row) => row.id === id));
  mine.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const [newest] = mine;
  const mounted = mine.flatMap(({ mounts }) => mounts.flatMap(({ name }) => name ?? []));
  const [checks, usage, ours] = await Promise.all([
    readChecks([...new Set(mine.map(({ image }) => image))]),
    readUsage([...new Set(mounted)]),
    listVolumes().catch(() => []),
  ]);
  return {
    service,
    containers: await Promise.all(mine.map((each) => factsOf(each, { checks, volumes: { own: ours, usage } }))),
    ...tiesOf(service, details, env().project),
    labels: shownLabels.flatMap((name) => {
      const value = tellable(newest?.labels[name] ?? "");
      return value ? [{ name, value }] : [];
    }),
  };
}
