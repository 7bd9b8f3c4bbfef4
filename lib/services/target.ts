// What a request means by "this service": its name, or the id of one container. Resolved once, checked on what it is.
import { z } from "zod";
import { Conflict, NotFound } from "../platform/errors.ts";
import type { ServiceRow } from "./schema.ts";
import { store } from "./store.ts";

export const ServiceName = z
  .string()
  .min(1, "Name a service")
  .max(128)
  .regex(/^[\w.-]+$/, "A service's name has letters, digits, dots, hyphens and underscores");

/** One service or several; a name counts once however often it is given. */
export const TargetsInput = z
  .object({
    services: z.array(ServiceName).min(1, "Name a service").max(50, "At most 50 services can be named at once"),
  })
  .transform(({ services }) => ({ services: [...new Set(services)] }));

/** Containers of a service by its name, or one by its name or an unambiguous id of 12 digits or more. @throws NotFound */
export async function resolveTarget(name: string): Promise<ServiceRow[]> {
  await store().listed;
  const rows = store().rows();
  const ofService = rows.filter(({ service }) => service === name);
  if (ofService.length > 0) return ofService;
  const byId = /^[a-f0-9]{12,64}$/.test(name) ? rows.filter(({ id }) => id.startsWith(name)) : [];
  const one = byId.length === 1 ? byId : rows.filter((row) => row.name === name);
  if (one.length === 1) return one;
  throw new NotFound("no-such-service", `There is no service or container ${name} in this project.`);
}

/** The stack cannot be mended through itself once one of these is gone. @throws Conflict */
export function refuseProtected(rows: readonly ServiceRow[], verb: "stop" | "remove"): void {
  const found = rows.find((row) => row.protected);
  if (!found) return;
  throw new Conflict(
    "protected-service",
    `${found.title} carries this portal and cannot be ${verb === "stop" ? "stopped" : "removed"} from here. ` +
      `It can be restarted; on the host, ./taylordash down stops everything.`,
    { service: found.service },
  );
}
