// A container of the project as the engine describes it, and the body that makes another one like it. Pure: nobody
// but the engine's own inspect answer has a say in what the body holds.
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

const composePrefix = "com.docker.compose.";
export const labels = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  number: "com.docker.compose.container-number",
  image: "com.docker.compose.image",
  oneOff: "com.docker.compose.oneoff",
  /** Compose's own note about a container it replaced; not true of ours. */
  replace: "com.docker.compose.replace",
  /** The full id of the container that this one took the place of. */
  replaces: "taylordash.replaces",
  scale: "taylordash.scale",
} as const;

const strings = z.array(z.string()).nullish();
const map = z.record(z.string(), z.unknown()).nullish();

const Config = z.looseObject({
  Image: z.string(),
  Hostname: z.string().default(""),
  Labels: z.record(z.string(), z.string()).nullish(),
  Env: strings,
  Cmd: strings,
  Entrypoint: strings,
  ExposedPorts: map,
  Volumes: map,
  Healthcheck: z
    .looseObject({
      Interval: z.number().optional(),
      Timeout: z.number().optional(),
      StartPeriod: z.number().optional(),
      Retries: z.number().optional(),
    })
    .nullish(),
  StopTimeout: z.number().nullish(),
});

const Probe = z.object({ Start: z.string(), ExitCode: z.number(), Output: z.string() });

export const Container = z.object({
  Id: z.string().regex(/^[a-f0-9]{64}$/),
  Name: z.string().transform((name) => name.replace(/^\//, "")),
  Image: z.string(),
  RestartCount: z.number().default(0),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    Restarting: z.boolean().default(false),
    ExitCode: z.number().default(0),
    StartedAt: z.string(),
    Health: z.object({ Status: z.string(), Log: z.array(Probe).nullish() }).nullish(),
  }),
  Config,
  HostConfig: z.looseObject({
    NetworkMode: z.string(),
    Mounts: z.array(z.looseObject({ Type: z.string(), Source: z.string().optional(), Target: z.string() })).nullish(),
    Binds: strings,
    PortBindings: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullish()).nullish(),
  }),
  Mounts: z.array(z.object({ Type: z.string(), Name: z.string().optional(), Destination: z.string() })).default([]),
  NetworkSettings: z.object({
    Networks: z.record(
      z.string(),
      z.object({ IPAMConfig: map, Links: strings, Aliases: strings, DriverOpts: map }).partial(),
    ),
  }),
});
export type Container = z.infer<typeof Container>;

/** The defaults an image brings, which the engine merged into the container's own configuration. */
export const ImageConfig = Config.omit({ Image: true }).partial().nullish();
export type ImageConfig = z.infer<typeof ImageConfig>;

export const serviceOf = (container: Container): string => container.Config.Labels?.[labels.service] ?? "";
export const numberOf = (container: Container): number => Number(container.Config.Labels?.[labels.number] ?? 0);

const without = (
  own: Record<string, unknown> | null | undefined,
  defaults: Record<string, unknown> | null | undefined,
) => Object.fromEntries(Object.entries(own ?? {}).filter(([key, value]) => !isDeepStrictEqual(value, defaults?.[key])));

/** What the compose file said, without the old image's defaults: a newer image brings its own. */
function ownConfig({ Id, Config: { OnBuild: _, ...config } }: Container, image: ImageConfig): Record<string, unknown> {
  const defaults = image ?? {};
  const own: Record<string, unknown> = {
    ...config,
    Env: (config.Env ?? []).filter((entry) => !defaults.Env?.includes(entry)),
    ExposedPorts: without(config.ExposedPorts, defaults.ExposedPorts),
    Volumes: without(config.Volumes, defaults.Volumes),
  };
  if (config.Hostname === Id.slice(0, 12)) delete own.Hostname;
  for (const name of ["User", "WorkingDir", "StopSignal", "Healthcheck", "Shell"]) {
    if (isDeepStrictEqual(config[name], defaults[name])) delete own[name];
  }
  // The engine takes an image's command only along with its entry point.
  if (isDeepStrictEqual(config.Entrypoint, defaults.Entrypoint)) {
    delete own.Entrypoint;
    if (isDeepStrictEqual(config.Cmd, defaults.Cmd)) delete own.Cmd;
  }
  return own;
}

const anonymous = /^[a-f0-9]{64}(:|$)/;

/**
 * Named volumes, binds and memory mounts as they are. A successor takes over the anonymous volumes with what is in
 * them, which compose notes as a bind or as a mount with or without their name; a further replica gets new ones.
 */
function volumesOf({ HostConfig, Mounts }: Container, successor: boolean) {
  const isAnonymous = ({ Type, Source }: { Type: string; Source?: string | undefined }) =>
    Type === "volume" && (!Source || anonymous.test(Source));
  const kept = Mounts.filter(({ Type, Name }) => Type === "volume" && anonymous.test(Name ?? ""));
  const carried = kept.map(({ Name, Destination }) => ({
    ...{ Type: "volume", Target: Destination },
    ...(successor ? { Source: Name } : {}),
  }));
  return {
    Binds: (HostConfig.Binds ?? []).filter((bind) => !anonymous.test(bind)),
    Mounts: [...(HostConfig.Mounts ?? []).filter((mount) => !isAnonymous(mount)), ...carried],
  };
}

export type BodyOptions = {
  container: Container;
  image: ImageConfig;
  imageId: string;
  /** A successor keeps number and anonymous volumes; a further replica gets its own. */
  replica?: { number: number; name: string; formerName: string };
};

/** The body of `POST /containers/create` for a container like the given one. */
export function createBody({ container, image, imageId, replica }: BodyOptions): Record<string, unknown> {
  // An image that compose built names project and service too; the next one may not, and nobody would know whose this is.
  const ofCompose = Object.entries(container.Config.Labels ?? {}).filter(([name]) => name.startsWith(composePrefix));
  const own = { ...without(container.Config.Labels, image?.Labels), ...Object.fromEntries(ofCompose) };
  delete own[labels.replace];
  delete own[labels.replaces];
  own[labels.image] = imageId;
  if (replica) own[labels.number] = String(replica.number);
  else own[labels.replaces] = container.Id;
  const { NetworkMode } = container.HostConfig;
  // Only networks of the project have names and aliases; the engine refuses those for its own ones.
  const plain = /^(default|bridge|host|none|container:.*)$/.test(NetworkMode);
  const endpoints = Object.entries(container.NetworkSettings.Networks).map(([network, endpoint]) => {
    const { IPAMConfig, Links, DriverOpts } = endpoint;
    const Aliases = (endpoint.Aliases ?? [])
      .filter((alias) => alias !== container.Id.slice(0, 12))
      .map((alias) => (alias === replica?.formerName ? replica.name : alias));
    return [network, { IPAMConfig: replica ? {} : IPAMConfig, Links, DriverOpts, Aliases }];
  });
  return {
    ...ownConfig(container, image),
    Labels: own,
    HostConfig: { ...container.HostConfig, ContainerIDFile: "", ...volumesOf(container, !replica) },
    ...(plain ? {} : { NetworkingConfig: { EndpointsConfig: Object.fromEntries(endpoints) } }),
  };
}
