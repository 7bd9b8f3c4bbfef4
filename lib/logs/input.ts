// What may be asked about logs, as it stands in an address.
import { z } from "zod";
import { levels, parsePosition, stampOfMs } from "./schema.ts";

const durations: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment in time, or a duration such as "15m" before now. */
const moment = z
  .string()
  .max(40)
  .transform((text, context) => {
    const [, count, unit] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
    const ms = unit ? Date.now() - Number(count) * (durations[unit] ?? 0) : Date.parse(text);
    if (!Number.isNaN(ms) && ms >= 0 && ms < 8e15) return stampOfMs(ms);
    context.addIssue({
      code: "custom",
      message: `“${text}” is neither a time (ISO 8601) nor a duration such as 15m, 2h or 1d`,
    });
    return z.NEVER;
  });

const list = (text: string) => [...new Set(text.split(",").filter((part) => part !== ""))];
const serviceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, "A service's name has letters, digits, dots, hyphens and underscores");

const Filters = z.object({
  /** Names of services, separated by commas; none means all. */
  services: z.string().max(4_000).transform(list).pipe(z.array(serviceName).max(200)).default([]),
  /** Levels that are shown, separated by commas; none means all. */
  level: z
    .string()
    .max(100)
    .transform(list)
    .pipe(z.array(z.enum(levels)))
    .default([]),
  /** A regular expression; in lower case it matches either case. */
  q: z.string().max(500).default(""),
  /** `1`: `q` is meant literally. */
  plain: z
    .enum(["0", "1"])
    .default("0")
    .transform((text) => text === "1"),
  since: moment.optional(),
  until: moment.optional(),
});

export const LogQuery = Filters.extend({
  /** `1`: only lines that `q` matches; otherwise they are marked among all lines. */
  only: z
    .enum(["0", "1"])
    .default("1")
    .transform((text) => text === "1"),
  /** How many lines of the past come first. */
  tail: z.coerce.number().int().min(0).max(5_000).default(500),
  /** As `Last-Event-ID`, which wins over it. */
  after: z.string().max(12_000).optional(),
});
export type LogQuery = z.output<typeof LogQuery>;

const place = z.string().transform((text, context) => {
  const parsed = parsePosition(text);
  if (parsed) return parsed;
  context.addIssue({
    code: "custom",
    message: `“${text.slice(0, 40)}” is no position of a line: give the \`next\` of a page`,
  });
  return z.NEVER;
});

/** A page of lines: the last before a position, or the first after one. */
export const LogPageQuery = Filters.extend({
  only: z
    .enum(["0", "1"])
    .default("1")
    .transform((text) => text === "1"),
  before: place.optional(),
  after: place.optional(),
  limit: z.coerce.number().int().min(1).max(5_000).default(500),
});
export type LogPageQuery = z.output<typeof LogPageQuery>;

export const LogDownloadQuery = Filters.extend({ format: z.enum(["text", "jsonl"]).default("text") });
export type LogDownloadQuery = z.output<typeof LogDownloadQuery>;

const Source = z.object({
  container: z.string().describe("The first 12 digits of its id"),
  service: z.string(),
  name: z.string(),
  state: z.string(),
  previous: z.boolean().describe("It is gone; its last lines were kept"),
});

const Line = z
  .tuple([z.number(), z.string(), z.number(), z.number(), z.string()])
  .rest(z.object({ e: z.literal(1).optional(), n: z.number().optional(), m: z.array(z.number()).optional() }))
  .describe(
    "Index of its source; time in nanoseconds since 1970; number among lines of that time; level (0 none, 1 trace, 2 debug, " +
      "3 info, 4 warn, 5 error, 6 fatal); text; then, if any: e went to stderr, n bytes written of a line that was cut, " +
      "m start and end of each match",
  );

export const LogPageAnswer = z.object({
  sources: z.array(Source),
  lines: z.array(Line),
  next: z.string().nullable().describe("Go on with it as `before` or `after`; null when there is nothing more"),
  removed: z.boolean().describe("The engine's rotation removed lines of this range"),
});
