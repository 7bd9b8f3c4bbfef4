// The engine's answers, cut down to what a caller may know: no environment, no secret in a command or a label, nothing
// of another project.
import { z } from "zod";
import { maskArguments, masked, maskText } from "../platform/mask.ts";
import { isHarmless, isTelling } from "../platform/mask-names.ts";
import type { Profile } from "./policy.ts";
import { type Context, routedLabel } from "./query.ts";
import { isHelper } from "./templates.ts";

const projectLabel = "com.docker.compose.project";
const serviceLabel = "com.docker.compose.service";

/** Never stopped through the guard, whatever their labels say: without them nobody could start them again. */
const alwaysProtected: ReadonlySet<string> = new Set(["portal", "traefik", "keycloak", "postgres", "docker-guard"]);

const Labels = z.record(z.string(), z.string()).nullish();
const Words = z.array(z.string()).nullish();
const Inspect = z.looseObject({
  Id: z.string().regex(/^[a-f0-9]{64}$/),
  Path: z.string().optional(),
  Args: Words,
  Config: z.looseObject({
    Labels,
    Cmd: Words,
    Entrypoint: Words,
    Healthcheck: z.looseObject({ Test: Words }).nullish(),
  }),
  HostConfig: z
    .looseObject({
      LogConfig: z.looseObject({ Config: z.unknown() }).nullish(),
      Mounts: z.array(z.looseObject({ VolumeOptions: z.unknown().optional() })).nullish(),
    })
    .optional(),
  State: z
    .looseObject({
      Error: z.string().optional(),
      Health: z.looseObject({ Log: z.array(z.looseObject({ Output: z.string() })).nullish() }).nullish(),
    })
    .optional(),
});
type Inspect = z.infer<typeof Inspect>;
export type Inspected = Inspect;

/** An inspect answer; null when the container belongs to another project. */
function ownInspect(answer: unknown, { project }: Context): Inspect | null {
  const parsed = Inspect.safeParse(answer);
  return parsed.success && parsed.data.Config.Labels?.[projectLabel] === project ? parsed.data : null;
}

/**
 * Labels steer this stack, and some of them are secrets: Traefik is told those that make its routes, with the hashes
 * of their passwords; compose's own are names and numbers that everybody needs as they are.
 */
function maskLabels(all: z.infer<typeof Labels>, profile: Profile): z.infer<typeof Labels> {
  if (!all || profile === "discover") return all;
  const shown = (name: string, value: string) => {
    if (name.startsWith("com.docker.compose.")) return value;
    return isTelling(name) && !isHarmless(value) ? masked : maskText(value);
  };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, shown(name, value)]));
}

/** Whether the edge may have a route to it. */
export const isRouted = ({ Config }: Pick<Inspect, "Config">): boolean =>
  Object.hasOwn(Config.Labels ?? {}, routedLabel);

const Sharing = z.array(
  z.looseObject({ HostConfig: z.looseObject({ NetworkMode: z.string().optional() }).optional() }),
);
/** Whether one of a list shares the network of this container: its address is the other's. */
export const isSharedBy = (list: unknown, { Id }: Pick<Inspect, "Id">): boolean =>
  Sharing.parse(list).some(({ HostConfig }) => HostConfig?.NetworkMode === `container:${Id}`);

const maskAll = (all: z.infer<typeof Words>) => all && maskArguments(all);

/** Program and arguments as one: some options are known by the program alone. */
function maskCommand({ Path, Args }: Inspect): Pick<Inspect, "Path" | "Args"> {
  if (Path === undefined) return {};
  const [program = "", ...rest] = maskArguments([Path, ...(Args ?? [])]);
  return { Path: program, Args: rest };
}

/** Options of a driver hold the token of a log service or the password of a network share. */
function withoutDrivers({ HostConfig }: Inspect): Pick<Inspect, "HostConfig"> {
  if (!HostConfig) return {};
  const { LogConfig, Mounts } = HostConfig;
  return {
    HostConfig: {
      ...HostConfig,
      ...(LogConfig ? { LogConfig: { ...LogConfig, Config: {} } } : {}),
      ...(Mounts ? { Mounts: Mounts.map(({ VolumeOptions: _, ...mount }) => mount) } : {}),
    },
  };
}

/** An inspect answer without environment and secrets; null when the container belongs to another project. */
export function stripInspect(answer: unknown, context: Context, profile: Profile): Inspect | null {
  const own = ownInspect(answer, context);
  if (!own) return null;
  const { Config, State } = own;
  // An entrypoint names the program whose arguments the command is.
  const entrypoint = maskArguments(Config.Entrypoint ?? []);
  const command = maskArguments([...(Config.Entrypoint ?? []), ...(Config.Cmd ?? [])]).slice(entrypoint.length);
  const health = State?.Health;
  return {
    ...own,
    ...maskCommand(own),
    ...withoutDrivers(own),
    Config: {
      ...Config,
      Env: [],
      Labels: maskLabels(Config.Labels, profile),
      ...(Config.Entrypoint ? { Entrypoint: entrypoint } : {}),
      ...(Config.Cmd ? { Cmd: command } : {}),
      ...(Config.Healthcheck ? { Healthcheck: { ...Config.Healthcheck, Test: maskAll(Config.Healthcheck.Test) } } : {}),
    },
    ...(State && {
      State: {
        ...State,
        ...(State.Error ? { Error: maskText(State.Error) } : {}),
        ...(health && {
          Health: { ...health, Log: health.Log?.map((probe) => ({ ...probe, Output: maskText(probe.Output) })) },
        }),
      },
    }),
  };
}

/** Labels by container: they never change, and most of a list's time went into masking them. */
const listedLabels = new Map<string, z.infer<typeof Labels>>();
// Beyond that the cache would cost more memory than the guard has to spare.
const mostListed = 2_000;

function listed(id: string, own: z.infer<typeof Labels>, profile: Profile): z.infer<typeof Labels> {
  const key = `${profile} ${id}`;
  const known = listedLabels.get(key);
  if (known) return known;
  const masked = maskLabels(own, profile);
  if (listedLabels.size >= mostListed) listedLabels.clear();
  if (masked) listedLabels.set(key, masked);
  return masked;
}

const Listed = z.array(z.looseObject({ Id: z.string(), Labels }));
/** The list without command lines, which nobody here reads, and without the guard's own helpers. */
export const stripList = (answer: unknown, profile: Profile) =>
  Listed.parse(answer)
    .filter(({ Labels }) => !isHelper(Labels))
    .map((one) => ({ ...one, Command: "", Labels: listed(one.Id, one.Labels, profile) }));

const Event = z.looseObject({ Actor: z.looseObject({ Attributes: Labels }) });
/** One line of the engine's event stream: a container's labels are among its attributes. Null for one of a helper. */
export function stripEvent(line: string, profile: Profile): string | null {
  const { Actor, ...event } = Event.parse(JSON.parse(line));
  if (isHelper(Actor.Attributes)) return null;
  return JSON.stringify({ ...event, Actor: { ...Actor, Attributes: maskLabels(Actor.Attributes, profile) } });
}

export type Member = { id: string; service: string; protected: boolean };

/** The container of an inspect answer if it is this project's and was asked for by id, not by a name of hex digits. */
export function memberOf(answer: unknown, askedId: string, context: Context): Member | null {
  const own = ownInspect(answer, context);
  if (!own?.Id.startsWith(askedId)) return null;
  const labels = own.Config.Labels ?? {};
  // A helper is the guard's own business.
  if (isHelper(labels)) return null;
  const service = labels[serviceLabel] ?? "";
  return {
    id: own.Id,
    service,
    protected: alwaysProtected.has(service) || labels["taylordash.protected"] === "true",
  };
}

const Foreign = z.object({
  Names: z.array(z.string()).nullish(),
  Image: z.string(),
  State: z.string(),
  Status: z.string(),
  Labels,
});

/** The host's other containers as name, image, state and project: nothing that could be acted on. */
export const foreignContainers = (answer: unknown, { project }: Context) =>
  z
    .array(Foreign)
    .parse(answer)
    .filter(({ Labels }) => Labels?.[projectLabel] !== project)
    .map(({ Names, Image, State, Status, Labels }) => ({
      name: (Names?.[0] ?? "").replace(/^\//, ""),
      image: Image,
      state: State,
      status: Status,
      project: Labels?.[projectLabel] ?? null,
    }));

const Volume = z.object({
  Name: z.string(),
  Driver: z.string(),
  Mountpoint: z.string(),
  CreatedAt: z.string().optional(),
  Labels,
  Scope: z.string(),
});
/** Volumes without their driver's options: those of a network share hold its password. */
export const volumeList = (answer: unknown) => z.object({ Volumes: z.array(Volume).nullable() }).parse(answer);

const Network = z.object({
  Id: z.string(),
  Name: z.string(),
  Created: z.string(),
  Scope: z.string(),
  Driver: z.string(),
  Internal: z.boolean(),
  Labels,
});
export const networkList = (answer: unknown) => z.array(Network).parse(answer);

const Image = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Created: z.string().optional(),
  Architecture: z.string().optional(),
  Os: z.string().optional(),
  Size: z.number().optional(),
  Config: z.object({ Labels }).nullish(),
});
export type ImageAnswer = z.infer<typeof Image>;
export const imageOf = (answer: unknown): ImageAnswer => Image.parse(answer);

/** `docker.io/library/postgres` and `postgres:latest` name the same image. */
export function familiar(reference: string): string {
  const short = reference.replace(/^docker\.io\//, "").replace(/^library\//, "");
  return /[:@]/.test(short.split("/").at(-1) ?? "") ? short : `${short}:latest`;
}
