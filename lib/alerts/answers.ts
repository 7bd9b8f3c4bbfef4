// The shape of the answer, for the HTTP API's document and its tests.
import { z } from "zod";
import { type AlertList, severities } from "./schema.ts";

const time = z.iso.datetime();

const AlertAnswer = z.object({
  id: z.string(),
  name: z.string(),
  severity: z.enum(severities),
  summary: z.string(),
  advice: z.string().nullable().describe("The first thing to try"),
  since: time,
  about: z.array(z.string()).describe("Services it may concern, the likeliest first"),
});

const Reason = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("silence"), by: z.string(), comment: z.string(), until: z.string() }),
  z.object({ kind: z.literal("held-back"), by: z.string() }),
]);

export const AlertListAnswer = z
  .object({
    firing: z.array(AlertAnswer).describe("Worst first"),
    quiet: z.array(AlertAnswer.extend({ reason: Reason })).describe("Silenced, or held back by another alert"),
    failed: z.string().nullable().describe("Why Alertmanager does not answer; the lists are then the last known ones"),
    delivering: z.boolean().nullable().describe("Whether Prometheus still delivers; null shortly after a start"),
    asOf: time.nullable(),
  })
  .meta({ id: "AlertList" }) satisfies z.ZodType<AlertList>;
