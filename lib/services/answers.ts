// The shapes of answers, for the HTTP API's document and its tests. Apart from schema.ts, so that no browser loads zod.
import { z } from "zod";
import { containerStates, type ServiceList, type ServiceRow } from "./schema.ts";

const time = z.iso.datetime().nullable();

export const ServiceRowAnswer = z
  .object({
    id: z.string().regex(/^[a-f0-9]{64}$/),
    name: z.string(),
    service: z.string(),
    number: z.int().min(1).nullable(),
    title: z.string(),
    description: z.string(),
    icon: z.string(),
    link: z.string().nullable(),
    protected: z.boolean(),
    stateful: z.boolean(),
    scalable: z.boolean(),
    state: z.enum(containerStates),
    health: z.enum(["healthy", "unhealthy", "starting"]).nullable(),
    exitCode: z.int().nullable(),
    outOfMemory: z.boolean(),
    endedBy: z.enum(["asked", "itself"]).nullable(),
    restarts: z.int().min(0),
    crashLoop: z.boolean(),
    startedAt: time,
    finishedAt: time,
    image: z.string(),
    ports: z.array(z.object({ container: z.int(), protocol: z.string(), published: z.int().nullable() })),
  })
  .meta({ id: "Service" }) satisfies z.ZodType<ServiceRow>;

export const ServiceListAnswer = z.object({
  services: z.array(ServiceRowAnswer),
  engine: z.object({ connected: z.boolean() }),
}) satisfies z.ZodType<ServiceList>;
