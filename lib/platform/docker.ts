// The engine as this process may see it: through docker-guard's filtered socket. Answers are ours, never dockerode's.
import Docker from "dockerode";
import { z } from "zod";
import { env } from "./env.ts";
import { NotFound, Unavailable } from "./errors.ts";
import { processWide } from "./process-wide.ts";

const states = ["created", "running", "paused", "restarting", "removing", "exited", "dead"] as const;

export type EngineContainer = {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  image: string;
  imageId: string;
  createdAt: string;
  state: (typeof states)[number];
  health: "healthy" | "unhealthy" | "starting" | null;
  exitCode: number | null;
  outOfMemory: boolean;
  /** Ended although its restart policy would have started it again: somebody stopped it. False where unknown. */
  stoppedOnPurpose: boolean;
  restarts: number;
  startedAt: string | null;
  finishedAt: string | null;
  ports: { container: number; protocol: string; published: number | null }[];
  /** Has a volume or a directory of the host to write to; memory does not count. */
  writableMount: boolean;
};

export type EngineEvent = { id: string; action: string; at: Date; labels: Readonly<Record<string, string>> };

const Labels = z.record(z.string(), z.string()).nullish();

const Mounts = z.array(z.object({ Type: z.string(), RW: z.boolean() })).nullish();

const Summary = z.object({
  Id: z.string(),
  Names: z.array(z.string()).nullish(),
  Image: z.string(),
  ImageID: z.string(),
  Created: z.number(),
  Labels,
  State: z.enum(states),
  Status: z.string().nullish(),
  Ports: z.array(z.object({ PrivatePort: z.number(), PublicPort: z.number().optional(), Type: z.string() })).nullish(),
  Mounts,
});

const Details = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  Created: z.string(),
  RestartCount: z.number().default(0),
  HostConfig: z.object({ RestartPolicy: z.object({ Name: z.string() }).nullish() }).nullish(),
  Config: z.object({ Image: z.string(), Labels, ExposedPorts: z.record(z.string(), z.unknown()).nullish() }),
  State: z.object({
    Status: z.enum(states),
    ExitCode: z.number().default(0),
    OOMKilled: z.boolean().default(false),
    StartedAt: z.string().nullish(),
    FinishedAt: z.string().nullish(),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullish()).nullish(),
  }),
  Mounts,
});

const Event = z.object({
  Action: z.string(),
  timeNano: z.number(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
});

/** The engine writes year 1 where there is no time. */
export const time = (text: string | null | undefined): string | null => {
  const at = text ? new Date(text) : null;
  return at && at.getUTCFullYear() > 1 && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
};

export const healthOf = (word: string | undefined): EngineContainer["health"] =>
  word === "healthy" || word === "unhealthy" || word === "starting" ? word : null;

const isWritable = (mounts: z.infer<typeof Mounts>) =>
  (mounts ?? []).some(({ Type, RW }) => RW && (Type === "volume" || Type === "bind"));

const byNumber = (a: { container: number }, b: { container: number }) => a.container - b.container;

/** A port is listed once for IPv4 and once for IPv6. */
function uniquePorts(ports: EngineContainer["ports"]): EngineContainer["ports"] {
  const seen = new Map(ports.map((port) => [`${port.container}/${port.protocol}/${port.published}`, port]));
  return [...seen.values()].sort(byNumber);
}

/** What the engine's list alone tells: no restart count, no times but the creation's. */
export function fromSummary(raw: unknown): EngineContainer {
  const summary = Summary.parse(raw);
  const health = /\((healthy|unhealthy|health: starting)\)/.exec(summary.Status ?? "")?.[1];
  const exit = /^(?:Exited|Restarting) \((\d+)\)/.exec(summary.Status ?? "")?.[1];
  return {
    id: summary.Id,
    name: (summary.Names?.[0] ?? summary.Id.slice(0, 12)).replace(/^\//, ""),
    labels: summary.Labels ?? {},
    image: summary.Image,
    imageId: summary.ImageID,
    createdAt: new Date(summary.Created * 1000).toISOString(),
    state: summary.State,
    health: healthOf(health === "health: starting" ? "starting" : health),
    exitCode: exit === undefined ? null : Number(exit),
    outOfMemory: false,
    stoppedOnPurpose: false,
    restarts: 0,
    startedAt: null,
    finishedAt: null,
    ports: uniquePorts(
      (summary.Ports ?? []).map(({ PrivatePort, PublicPort, Type }) => ({
        container: PrivatePort,
        protocol: Type,
        published: PublicPort ?? null,
      })),
    ),
    writableMount: isWritable(summary.Mounts),
  };
}

export function fromInspect(raw: unknown): EngineContainer {
  const { Config, HostConfig, State, NetworkSettings, ...details } = Details.parse(raw);
  const restartedByItself = ["always", "unless-stopped"].includes(HostConfig?.RestartPolicy?.Name ?? "");
  const ended = State.Status === "exited" || State.Status === "dead" || State.Status === "restarting";
  const bound = NetworkSettings.Ports ?? {};
  const names = [...new Set([...Object.keys(Config.ExposedPorts ?? {}), ...Object.keys(bound)])];
  return {
    id: details.Id,
    name: details.Name.replace(/^\//, ""),
    labels: Config.Labels ?? {},
    image: Config.Image,
    imageId: details.Image,
    createdAt: new Date(details.Created).toISOString(),
    state: State.Status,
    health: State.Status === "running" ? healthOf(State.Health?.Status) : null,
    exitCode: ended ? State.ExitCode : null,
    outOfMemory: State.OOMKilled,
    stoppedOnPurpose: State.Status === "exited" && restartedByItself,
    restarts: details.RestartCount,
    startedAt: time(State.StartedAt),
    finishedAt: time(State.FinishedAt),
    ports: uniquePorts(
      names.flatMap((name): EngineContainer["ports"] => {
        const [container, protocol = "tcp"] = name.split("/");
        const hosts = bound[name] ?? [];
        const port = { container: Number(container), protocol };
        return hosts.length > 0
          ? hosts.map(({ HostPort }) => ({ ...port, published: Number(HostPort) }))
          : [{ ...port, published: null }];
      }),
    ),
    writableMount: isWritable(details.Mounts),
  };
}

export const docker = () => processWide("docker", () => new Docker({ socketPath: env().dockerSocket }));

export const statusOfError = (error: unknown): number | undefined =>
  typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : undefined;

/** @throws Unavailable when docker-guard or the engine behind it does not answer. */
export function unavailable(error: unknown): never {
  if (statusOfError(error) === 404) throw new NotFound("no-such-container", "There is no such container.");
  const cause = error instanceof Error ? error.message : String(error);
  throw new Unavailable("engine-unreachable", `The Docker engine does not answer: ${cause.slice(0, 200)}`);
}

/** @throws Unavailable when nothing answers before the signal fires. */
async function pingEngine(signal: AbortSignal): Promise<void> {
  // Its types know no options for this one.
  const pinging = docker() as unknown as { ping(options: { abortSignal: AbortSignal }): Promise<unknown> };
  await pinging.ping({ abortSignal: signal }).catch(unavailable);
}

export async function listContainers(): Promise<EngineContainer[]> {
  const all = await docker().listContainers({ all: true }).catch(unavailable);
  return all.map(fromSummary);
}

/** Null when it is gone. */
export async function inspectContainer(id: string): Promise<EngineContainer | null> {
  try {
    return fromInspect(await docker().getContainer(id).inspect());
  } catch (error) {
    if (statusOfError(error) === 404) return null;
    return unavailable(error);
  }
}

/** A stream stays open, and says nothing, while the engine hangs: it is asked besides. */
const pingEveryMs = 10_000;
const pingWithinMs = 10_000;

/**
 * Calls back for each event of this project's containers until the stream breaks or the signal fires; resolves then.
 * `onOpen` runs once the engine has taken the request: what is listed after it misses no event.
 * @throws Unavailable when the engine is not there, goes, or does not answer besides.
 */
export async function watchContainers(
  signal: AbortSignal,
  onOpen: () => void,
  onEvent: (event: EngineEvent) => void,
  ping = { everyMs: pingEveryMs, withinMs: pingWithinMs },
): Promise<void> {
  const silent = new AbortController();
  const alive = setInterval(() => {
    pingEngine(AbortSignal.timeout(ping.withinMs)).catch(() => silent.abort());
  }, ping.everyMs);
  try {
    await followEvents(AbortSignal.any([signal, silent.signal]), onOpen, onEvent);
  } finally {
    clearInterval(alive);
  }
  if (silent.signal.aborted && !signal.aborted)
    throw new Unavailable("engine-unreachable", "The Docker engine does not answer: its events stand still.");
}

async function followEvents(signal: AbortSignal, onOpen: () => void, onEvent: (event: EngineEvent) => void) {
  const stream = (await docker().getEvents({ abortSignal: signal }).catch(unavailable)) as NodeJS.ReadableStream & {
    destroy(): void;
  };
  signal.addEventListener("abort", () => stream.destroy(), { once: true });
  onOpen();
  let rest = "";
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.trim() === "") continue;
        const { Action, Actor, timeNano } = Event.parse(JSON.parse(line));
        onEvent({ id: Actor.ID, action: Action, at: new Date(timeNano / 1e6), labels: Actor.Attributes ?? {} });
      }
    }
  } catch (error) {
    if (!signal.aborted) unavailable(error);
  }
}
