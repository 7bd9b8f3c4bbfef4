// The rest of the host, as docker-guard tells it: names and states, nothing that could be acted on.
import { z } from "zod";
import { type Principal, requirePermission } from "../auth/index.ts";
import { listForeign } from "../platform/docker-guard.ts";
import { inert } from "./inert.ts";

export const ForeignAnswer = z.object({
  containers: z.array(
    z.object({
      name: z.string(),
      image: z.string(),
      state: z.string(),
      status: z.string().describe("The engine's own words: Up 2 hours"),
      project: z.string().nullable().describe("Its compose project"),
    }),
  ),
});
export type Foreign = z.infer<typeof ForeignAnswer>;

/** Containers of the host that are none of this project's, running ones first, by project and name. */
export async function listForeignContainers(actor: Principal | null): Promise<Foreign> {
  requirePermission(actor, "services:read");
  const up = ({ state }: Foreign["containers"][number]) => (state === "running" ? 0 : 1);
  const containers = (await listForeign()).map(({ name, image, state, status, project }) => ({
    ...{ name: inert(name) ?? "", image: inert(image) ?? "", state, status: inert(status) ?? "" },
    project: inert(project ?? ""),
  }));
  containers.sort(
    (a, b) =>
      up(a) - up(b) ||
      (a.project ?? "").localeCompare(b.project ?? "", "en") ||
      a.name.localeCompare(b.name, "en", { numeric: true }),
  );
  return { containers };
}
