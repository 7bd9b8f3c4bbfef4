// The engine's answers, cut down to what a caller may know: no environment, nothing of another project.
import { z } from "zod";
import type { Context } from "./query.ts";

const projectLabel = "com.docker.compose.project";
const serviceLabel = "com.docker.compose.service";

/** Never stopped through the guard, whatever their labels say: without them nobody could start them again. */
const alwaysProtected: ReadonlySet<string> = new Set(["portal", "traefik", "keycloak", "postgres", "docker-guard"]);

const Labels = z.record(z.string(), z.string()).nullish();
const Inspect = z.looseObject({
  Id: z.string().regex(/^[a-f0-9]{64}$/),
  Config: z.looseObject({ Labels }),
});

/** An inspect answer without its environment; null when the container belongs to another project. */
export function stripInspect(answer: unknown, { project }: Context): z.infer<typeof Inspect> | null {
  const parsed = Inspect.safeParse(answer);
  if (!parsed.success || parsed.data.Config.Labels?.[projectLabel] !== project) return null;
  return { ...parsed.data, Config: { ...parsed.data.Config, Env: [] } };
}

export type Member = { id: string; service: string; protected: boolean };

/** The container of an inspect answer if it is this project's and was asked for by id, not by a name of hex digits. */
export function memberOf(answer: unknown, askedId: string, context: Context): Member | null {
  const own = stripInspect(answer, context);
  if (!own?.Id.startsWith(askedId)) return null;
  const labels = own.Config.Labels ?? {};
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
