// The query of a request: every name once, every value of a strict shape, filters rebuilt and confined to the project.
import { z } from "zod";

export type Query = ReadonlyMap<string, string>;
export type Context = { project: string };

/** The query to send, or a reason to refuse. */
export type Checked = URLSearchParams | string;

/** Each name at most once; a repeated or undecodable one makes the whole query refused. */
export function parseQuery(text: string): Query | null {
  const query = new Map<string, string>();
  if (text === "") return query;
  try {
    for (const part of text.split("&")) {
      const [name = "", value = "", ...rest] = part.split("=");
      const key = decodeURIComponent(name);
      if (rest.length > 0 || key === "" || query.has(key)) return null;
      query.set(key, decodeURIComponent(value.replaceAll("+", " ")));
    }
    return query;
  } catch {
    return null;
  }
}

const flag = /^(0|1|true|false)$/;
const time = /^[0-9]{1,12}(\.[0-9]{1,9})?$/;

/** Passes the named values through their patterns; anything else is refused. */
export function pick(given: Query, allowed: Readonly<Record<string, RegExp>>): Checked {
  const sent = new URLSearchParams();
  for (const [name, value] of given) {
    const pattern = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!pattern) return `the query ${name.slice(0, 40)} is not allowed here`;
    if (!pattern.test(value)) return `the query ${name} has a value that is not allowed`;
    sent.set(name, value);
  }
  return sent;
}

export const noQuery = (given: Query): Checked => pick(given, {});
export const logsQuery = (given: Query): Checked =>
  pick(given, {
    ...{ follow: flag, stdout: flag, stderr: flag, timestamps: flag },
    ...{ since: time, until: time, tail: /^(all|[0-9]{1,6})$/ },
  });
export const statsQuery = (given: Query): Checked => pick(given, { stream: flag, "one-shot": flag });
/** Seconds to wait before the kill; the engine's -1, for ever, is not among them. */
export const stopQuery = (given: Query): Checked => pick(given, { t: /^([0-9]{1,2}|[1-5][0-9]{2}|600)$/ });

/** Like `pick`, but every value must be there. */
export const pickAll =
  (allowed: Readonly<Record<string, RegExp>>) =>
  (given: Query): Checked => {
    const missing = Object.keys(allowed).find((name) => !given.has(name));
    return missing ? `the query ${missing} is missing` : pick(given, allowed);
  };

export const imageQuery = pickAll({ image: /^sha256:[a-f0-9]{64}$/ });
export const volumeQuery = pickAll({ volume: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$/ });
export const replicasQuery = pickAll({ replicas: /^([1-9]|10)$/ });

const word = z.string().max(200);
// The engine takes {"label":["a"]} and the older {"label":{"a":true}}.
const values = z.union([z.array(word).max(32), z.record(word, z.literal(true)).transform((map) => Object.keys(map))]);
const listFilters = z
  .strictObject({ label: values, status: values, name: values, id: values, health: values })
  .partial();
const eventFilters = z.strictObject({ type: values, event: values, container: values, label: values }).partial();
const volumeFilters = z.strictObject({ label: values, name: values, dangling: values }).partial();
const networkFilters = z.strictObject({ label: values, name: values }).partial();

/** Events that change what is shown; exec events (one per healthcheck) would also carry command lines. */
export const events: readonly string[] = [
  ...["create", "start", "restart", "stop", "die", "kill", "oom", "pause", "unpause"],
  ...["rename", "update", "destroy", "health_status"],
];

type Filters = { label?: string[] | undefined };

/** Traefik's own, in small letters: a container without it has no route, so the edge has no need to know of it. */
export const routedLabel = "traefik.enable";

/** The engine joins labels by "and": whatever was asked for, only this project's are answered, and with `more` only those. */
function withFilters<T extends Filters>(
  allowed: Readonly<Record<string, RegExp>>,
  schema: z.ZodType<T>,
  refine: (filters: T) => Record<string, string[] | undefined> | string = (filters) => ({ ...filters }),
  more: readonly string[] = [],
) {
  return (given: Query, { project }: Context): Checked => {
    const plain = pick(new Map([...given].filter(([name]) => name !== "filters")), allowed);
    if (typeof plain === "string") return plain;
    let parsed: T;
    try {
      parsed = schema.parse(JSON.parse(given.get("filters") ?? "{}"));
    } catch {
      return "the filters are not understood";
    }
    const refined = refine(parsed);
    if (typeof refined === "string") return refined;
    const label = [...(refined.label ?? []), ...more, `com.docker.compose.project=${project}`];
    plain.set("filters", JSON.stringify({ ...refined, label }));
    return plain;
  };
}

const listed = { all: flag, limit: /^[0-9]{1,5}$/ };
export const listQuery = withFilters(listed, listFilters);
export const routedListQuery = withFilters(listed, listFilters, undefined, [routedLabel]);
export const volumesQuery = withFilters({}, volumeFilters);
export const networksQuery = withFilters({}, networkFilters);

const since = { since: time, until: time };
function ofContainers(filters: z.infer<typeof eventFilters>) {
  if (filters.type?.some((type) => type !== "container")) return "only events of containers are allowed";
  if (filters.event?.some((event) => !events.includes(event))) return "one of the events is not allowed";
  return { ...filters, type: ["container"], event: filters.event?.length ? filters.event : [...events] };
}
export const eventsQuery = withFilters(since, eventFilters, ofContainers);
export const routedEventsQuery = withFilters(since, eventFilters, ofContainers, [routedLabel]);
