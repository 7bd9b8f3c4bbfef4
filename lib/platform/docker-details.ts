// What the engine knows of a container beyond its state, and of its image. docker-guard has taken the environment out.
import { z } from "zod";
import { docker, type EngineContainer, fromInspect, statusOfError, time, unavailable } from "./docker.ts";

export type Probe = { startedAt: string; endedAt: string; exitCode: number; output: string };
export type Mount = {
  kind: string;
  /** Of a volume; null for what comes from the host or from memory. */
  name: string | null;
  source: string;
  target: string;
  writable: boolean;
};

export type EngineDetails = EngineContainer & {
  entrypoint: string[];
  command: string[];
  user: string;
  limits: { cpus: number | null; memoryBytes: number | null; processes: number | null };
  restartPolicy: { name: string; retries: number };
  readOnly: boolean;
  privileged: boolean;
  capabilities: { added: string[]; dropped: string[] };
  noNewPrivileges: boolean;
  /** Durations in ms. */
  healthcheck: {
    test: string[];
    intervalMs: number;
    timeoutMs: number;
    startPeriodMs: number;
    retries: number;
  } | null;
  /** The last five answers of the healthcheck, oldest first: the engine keeps no more. */
  probes: Probe[];
  networks: { name: string; addresses: string[]; aliases: string[] }[];
  mounts: Mount[];
};

const texts = z.array(z.string()).nullish();
const nanoseconds = z.number().default(0);

const Details = z.object({
  Path: z.string().default(""),
  Args: texts,
  Config: z.object({
    User: z.string().default(""),
    Entrypoint: texts,
    Cmd: texts,
    Healthcheck: z
      .object({
        Test: texts,
        Interval: nanoseconds,
        Timeout: nanoseconds,
        StartPeriod: nanoseconds,
        Retries: z.number().default(0),
      })
      .nullish(),
  }),
  State: z.object({
    Health: z
      .object({
        Log: z
          .array(z.object({ Start: z.string(), End: z.string(), ExitCode: z.number(), Output: z.string() }))
          .nullish(),
      })
      .nullish(),
  }),
  HostConfig: z.object({
    NanoCpus: z.number().default(0),
    CpuQuota: z.number().default(0),
    CpuPeriod: z.number().default(0),
    Memory: z.number().default(0),
    PidsLimit: z.number().nullish(),
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number().default(0) }).nullish(),
    ReadonlyRootfs: z.boolean().default(false),
    Privileged: z.boolean().default(false),
    CapAdd: texts,
    CapDrop: texts,
    SecurityOpt: texts,
  }),
  NetworkSettings: z.object({
    Networks: z
      .record(
        z.string(),
        z.object({ IPAddress: z.string().nullish(), GlobalIPv6Address: z.string().nullish(), Aliases: texts }),
      )
      .nullish(),
  }),
  Mounts: z
    .array(
      z.object({
        Type: z.string(),
        Name: z.string().nullish(),
        Source: z.string().default(""),
        Destination: z.string(),
        RW: z.boolean(),
      }),
    )
    .nullish(),
});

const ms = (ns: number) => Math.round(ns / 1e6);
const orNull = (value: number | null | undefined) => (value && value > 0 ? value : null);

/** The engine's own defaults, which it leaves out of its answer (30 s, 30 s, three times). */
function healthcheckOf(check: z.infer<typeof Details>["Config"]["Healthcheck"]): EngineDetails["healthcheck"] {
  const test = check?.Test ?? [];
  if (!check || test.length === 0 || test[0] === "NONE") return null;
  return {
    test: test[0] === "CMD" || test[0] === "CMD-SHELL" ? test.slice(1) : test,
    intervalMs: ms(check.Interval) || 30_000,
    timeoutMs: ms(check.Timeout) || 30_000,
    startPeriodMs: ms(check.StartPeriod),
    retries: check.Retries || 3,
  };
}

export function fromDetails(raw: unknown): EngineDetails {
  const { Config, HostConfig, State, NetworkSettings, Mounts, Path, Args } = Details.parse(raw);
  const quota = HostConfig.CpuQuota > 0 && HostConfig.CpuPeriod > 0 ? HostConfig.CpuQuota / HostConfig.CpuPeriod : 0;
  const entrypoint = Config.Entrypoint ?? [];
  return {
    ...fromInspect(raw),
    entrypoint,
    // What really runs: the image's own words when compose gave none.
    command: Config.Cmd ?? (entrypoint.length > 0 ? [] : [Path, ...(Args ?? [])]),
    user: Config.User,
    limits: {
      cpus: orNull(HostConfig.NanoCpus / 1e9) ?? orNull(quota),
      memoryBytes: orNull(HostConfig.Memory),
      processes: orNull(HostConfig.PidsLimit),
    },
    restartPolicy: {
      name: HostConfig.RestartPolicy?.Name || "no",
      retries: HostConfig.RestartPolicy?.MaximumRetryCount ?? 0,
    },
    readOnly: HostConfig.ReadonlyRootfs,
    privileged: HostConfig.Privileged,
    capabilities: { added: HostConfig.CapAdd ?? [], dropped: HostConfig.CapDrop ?? [] },
    noNewPrivileges: (HostConfig.SecurityOpt ?? []).some((option) => /^no-new-privileges(:true)?$/.test(option)),
    healthcheck: healthcheckOf(Config.Healthcheck),
    probes: (State.Health?.Log ?? []).flatMap(({ Start, End, ExitCode, Output }) => {
      const [startedAt, endedAt] = [time(Start), time(End)];
      return startedAt && endedAt ? [{ startedAt, endedAt, exitCode: ExitCode, output: Output }] : [];
    }),
    networks: Object.entries(NetworkSettings.Networks ?? {}).map(([name, network]) => ({
      name,
      addresses: [network.IPAddress, network.GlobalIPv6Address].filter((text): text is string => Boolean(text)),
      aliases: network.Aliases ?? [],
    })),
    mounts: (Mounts ?? [])
      .map(({ Type, Name, Source, Destination, RW }) => ({
        ...{ kind: Type, name: Name || null, source: Source, target: Destination, writable: RW },
      }))
      .sort((a, b) => a.target.localeCompare(b.target, "en")),
  };
}

/** Null when the container is gone. */
export async function inspectDetails(id: string): Promise<EngineDetails | null> {
  try {
    return fromDetails(await docker().getContainer(id).inspect());
  } catch (error) {
    if (statusOfError(error) === 404) return null;
    return unavailable(error);
  }
}

export type EngineImage = {
  id: string;
  tags: string[];
  /** Of the manifests it was pulled by, sha256:… each; empty for what was built or loaded here. */
  digests: string[];
  createdAt: string | null;
  sizeBytes: number | null;
};

const Image = z.object({
  Id: z.string(),
  RepoTags: texts,
  RepoDigests: texts,
  Created: z.string().nullish(),
  Size: z.number().nullish(),
});

/** Null when the image was removed under its container, or docker-guard takes it for nobody's of this project. */
export async function inspectImage(id: string): Promise<EngineImage | null> {
  try {
    const { Id, RepoTags, RepoDigests, Created, Size } = Image.parse(await docker().getImage(id).inspect());
    const digests = (RepoDigests ?? []).map((digest) => digest.split("@").at(-1) ?? "");
    return { id: Id, tags: RepoTags ?? [], digests, createdAt: time(Created), sizeBytes: Size ?? null };
  } catch (error) {
    if (statusOfError(error) === 404) return null;
    return unavailable(error);
  }
}

/** Names of this project's volumes. */
export async function listVolumes(): Promise<string[]> {
  const { Volumes } = await docker().listVolumes().catch(unavailable);
  return (Volumes ?? []).map(({ Name }) => Name).sort();
}
