// What the guard may run on the worker's order: helper containers and commands, each whole in this file. A caller names
// a template and what it looks at; image, program, rights and limits are the guard's. Pure.
import { labels } from "./container.ts";

export const helperLabel = "taylordash.helper";

/** By both labels: a service of somebody's own has `oneoff` from compose, whatever else it is labelled. */
export const isHelper = (of: Readonly<Record<string, string>> | null | undefined): boolean =>
  Object.hasOwn(of ?? {}, helperLabel) && of?.[labels.oneOff] === "True";

export const helperTemplates = ["volume-usage"] as const;
export type HelperTemplate = (typeof helperTemplates)[number];
export const commandTemplates = ["probe"] as const;
export type CommandTemplate = (typeof commandTemplates)[number];

/** A helper container: sees one volume of the project, read only, and nothing else. */
export type Helper = { template: HelperTemplate; volume: string };
/** A command in a running container of the project, by that container's own configuration. */
export type Command = { template: CommandTemplate; id: string };

/** How long a helper may take, in ms: a volume of some million files on a slow disk. */
export const longestHelperMs: Record<HelperTemplate, number> = { "volume-usage": 600_000 };
/** Somewhat later it ends by itself, should nobody be there to end it. */
const ownLimit = ["timeout", "--kill-after=5", "660"] as const;

/** Where a helper finds its volume. */
const mountedAt = "/volume";

/** Bytes that the volume takes on its disk: blocks, each file once however many names it has. */
const programs: Record<HelperTemplate, [string, ...string[]]> = {
  "volume-usage": [...ownLimit, "du", "--summarize", "--one-file-system", "--block-size=1", mountedAt],
};

export type HelperOptions = { helper: Helper; project: string; imageId: string; name: string };

/**
 * The body of `POST /containers/create` for a helper. Root without a right but to read what belongs to others; no
 * network, no environment but its image's, nothing to write to.
 */
export function helperBody({ helper, project, imageId, name }: HelperOptions): Record<string, unknown> {
  const { template, volume } = helper;
  const [program, ...args] = programs[template];
  return {
    ...{ Image: imageId, Entrypoint: [program], Cmd: args, User: "0:0", WorkingDir: "/", Hostname: "helper" },
    ...{ Env: [], NetworkDisabled: true, Healthcheck: { Test: ["NONE"] }, AttachStdout: false, AttachStderr: false },
    // One-off as compose's own `run`: nobody's service.
    Labels: { [labels.project]: project, [labels.oneOff]: "True", [helperLabel]: template },
    HostConfig: {
      ...{
        NetworkMode: "none",
        IpcMode: "none",
        ReadonlyRootfs: true,
        Privileged: false,
        RestartPolicy: { Name: "no" },
      },
      ...{ CapDrop: ["ALL"], CapAdd: ["DAC_READ_SEARCH"], SecurityOpt: ["no-new-privileges:true"] },
      ...{ Memory: 64 * 1024 ** 2, MemorySwap: 64 * 1024 ** 2, NanoCpus: 5e8, PidsLimit: 8 },
      LogConfig: { Type: "json-file", Config: { "max-size": "64k", "max-file": "2" } },
      Mounts: [
        {
          ...{ Type: "volume", Source: volume, Target: mountedAt, ReadOnly: true },
          // The engine makes a volume that is gone by now: this label tells such a one.
          VolumeOptions: { NoCopy: true, Labels: { [helperLabel]: name } },
        },
      ],
    },
  };
}

export type Healthcheck = { Test?: string[] | null | undefined } | null | undefined;

/**
 * The body of `POST /containers/{id}/exec` that runs the container's own healthcheck, as the engine itself does: with
 * the user, the directory and the environment of the container. Null where it has none.
 */
export function probeBody(healthcheck: Healthcheck, shell: readonly string[] | null): Record<string, unknown> | null {
  const [kind, ...words] = healthcheck?.Test ?? [];
  if (words.length === 0 || (kind !== "CMD" && kind !== "CMD-SHELL")) return null;
  const Cmd = kind === "CMD" ? words : [...(shell?.length ? shell : ["/bin/sh", "-c"]), ...words];
  return { AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false, Privileged: false, Cmd };
}
