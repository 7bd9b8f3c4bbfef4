// The shapes of a service page's answers, for the HTTP API's document and its tests.
import { z } from "zod";
import { type Charts, chartMeasures } from "./charts-schema.ts";
import type { ServiceFacts } from "./details-schema.ts";
import type { History } from "./history-schema.ts";
import { containerStates, type Status, statuses } from "./schema.ts";
import type { Trouble } from "./trouble-schema.ts";
import type { Updates } from "./updates-schema.ts";

const time = z.iso.datetime();
const ms = z.number().min(0);
const causes = ["asked", "policy", "itself", "worker-down", "engine-silent", "not-watched"] as const;

const audit = z.object({ id: z.string(), actor: z.string(), action: z.string(), at: time }).nullable();

export const HistoryAnswer = z.object({
  service: z.string(),
  range: z.enum(["24h", "30d"]),
  from: time,
  until: time,
  segments: z
    .array(z.object({ from: ms, until: ms, status: z.enum([...statuses, "unknown", "gone"]) }))
    .describe("Without holes, oldest first; in ms since 1970"),
  availability: z
    .object({ up: ms, starting: ms, trouble: ms, stopped: ms, unknown: ms, percent: z.number().nullable() })
    .describe("In ms; the percentage is of the time that is known, null while that is less than an hour"),
  changes: z.array(
    z.object({
      id: z.string(),
      containerId: z.string(),
      container: z.string(),
      at: time,
      state: z.enum([...containerStates, "unknown", "gone"]),
      health: z.enum(["healthy", "unhealthy", "starting"]).nullable(),
      exitCode: z.int().nullable(),
      outOfMemory: z.boolean(),
      restarts: z.int(),
      cause: z.enum(causes).nullable(),
      probe: z.string().nullable().describe("Last words of the healthcheck"),
      imageId: z.string(),
      audit,
    }),
  ),
  more: z.int().describe("Older changes within the range that were left out"),
}) satisfies z.ZodType<History>;

const RegistryAnswer = z.object({
  checkedAt: time,
  result: z.enum(["same", "newer", "unknown"]),
  problem: z.string().nullable().describe("Why it could not be told"),
  newerTags: z.array(z.string()),
});

const neighbour = z.object({ service: z.string(), title: z.string() });
const tie = neighbour.extend({ why: z.string() });
const figure = z.number().nullable();

export const ServiceFactsAnswer = z.object({
  service: z.string(),
  containers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      image: z.string(),
      imageId: z.string(),
      imageCreatedAt: time.nullable(),
      createdAt: time,
      tagged: z.object({ id: z.string(), createdAt: time.nullable() }).nullable(),
      registry: RegistryAnswer.nullable(),
      command: z.array(z.string()),
      user: z.string(),
      limits: z.object({ cpus: figure, memoryBytes: figure, processes: figure }),
      restartPolicy: z.string(),
      confinement: z.array(z.string()),
      healthcheck: z
        .object({ command: z.array(z.string()), intervalMs: ms, timeoutMs: ms, retries: z.int() })
        .nullable(),
      probes: z.array(z.object({ at: time, tookMs: z.number(), exitCode: z.int(), output: z.string().nullable() })),
      ports: z.array(z.object({ container: z.int(), protocol: z.string(), published: z.int().nullable() })),
      networks: z.array(z.object({ name: z.string(), addresses: z.array(z.string()) })),
      mounts: z.array(
        z.object({
          kind: z.enum(["volume", "host", "memory", "secret"]),
          name: z.string(),
          target: z.string(),
          writable: z.boolean(),
          measurable: z.boolean().describe("A volume of this project"),
          usage: z
            .object({ bytes: figure, measuredAt: time.nullable(), problem: z.string().nullable() })
            .nullable()
            .describe("Of a volume: what it takes on its disk; null while it was never measured"),
        }),
      ),
    }),
  ),
  uses: z.array(tie),
  usedBy: z.array(tie),
  networks: z.array(z.object({ name: z.string(), others: z.array(neighbour) })),
  labels: z.array(z.object({ name: z.string(), value: z.string() })),
}) satisfies z.ZodType<ServiceFacts>;

export const UpdatesAnswer = z.object({
  images: z.array(
    z.object({
      reference: z.string(),
      services: z.array(z.string()),
      builtAt: time.nullable().describe("When the image that runs was built"),
      here: z.boolean().describe("The tag points to another image of this machine than a container runs"),
      registry: RegistryAnswer.nullable().describe("Null while the registry was never asked"),
    }),
  ),
}) satisfies z.ZodType<Updates>;

export const ChartsAnswer = z.object({
  service: z.string(),
  range: z.enum(["1h", "24h", "7d", "30d"]),
  moments: z.array(z.number()).describe("Seconds since 1970"),
  measures: z.record(z.enum(chartMeasures), z.array(z.object({ name: z.string(), values: z.array(figure) }))),
}) satisfies z.ZodType<Charts>;

export const TroubleAnswer = z.object({
  services: z.array(
    z.object({
      containerId: z.string(),
      service: z.string(),
      title: z.string(),
      status: z.enum(statuses as [Status, ...Status[]]),
      since: time.nullable().describe("Null while the history does not know it yet"),
      cause: z.enum(causes).nullable(),
      audit,
    }),
  ),
  before: z
    .object({
      service: z.string(),
      title: z.string(),
      at: time,
      did: z.enum(["started", "stopped", "paused", "removed"]),
      audit,
    })
    .nullable()
    .describe("The newest thing that somebody did to a service in the hour before the first of them"),
}) satisfies z.ZodType<Trouble>;
