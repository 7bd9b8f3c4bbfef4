// What may pass to the Docker engine. Pure, default deny: a request is rebuilt from the parts that were understood,
// so nothing that this file did not parse ever reaches the engine.
import { z } from "zod";

export const profiles = ["discover", "portal", "worker"] as const;
export type Profile = (typeof profiles)[number];

/** How the answer is treated: passed as it is, checked and stripped as an inspect answer, or streamed. */
export type Treatment = "plain" | "inspect" | "stream";

export type Decision =
  | { allow: true; reason: string; path: string; treatment: Treatment }
  | { allow: false; reason: string };

const deny = (reason: string): Decision => ({ allow: false, reason });

export const largestUrl = 2_048;
const versionPrefix = /^\/v1\.([1-9][0-9])(?=\/)/;
const containerId = "[a-f0-9]{12,64}";

/** Events that change what is shown; exec events (one per healthcheck) would also carry command lines. */
const events = [
  ...["create", "start", "restart", "stop", "die", "kill", "oom", "pause", "unpause"],
  ...["rename", "update", "destroy", "health_status"],
];

const word = z.string().max(200);
// The engine takes {"label":["a"]} and the older {"label":{"a":true}}.
const values = z.union([z.array(word).max(32), z.record(word, z.literal(true)).transform((map) => Object.keys(map))]);
const listFilters = z
  .strictObject({ label: values, status: values, name: values, id: values, health: values })
  .partial();
const eventFilters = z.strictObject({ type: values, event: values, container: values, label: values }).partial();

type Query = Map<string, string>;
type Context = { project: string };
type Rule = {
  methods: readonly string[];
  path: RegExp;
  treatment: Treatment;
  /** Answers the query to send, or a reason to refuse. */
  query: (given: Query, context: Context) => URLSearchParams | string;
};

const noQuery = (given: Query) => (given.size === 0 ? new URLSearchParams() : "no query is allowed here");

const allowed: Record<string, RegExp> = {
  all: /^(0|1|true|false)$/,
  limit: /^[0-9]{1,5}$/,
  since: /^[0-9]{1,12}(\.[0-9]{1,9})?$/,
  until: /^[0-9]{1,12}(\.[0-9]{1,9})?$/,
};

function checkQuery(
  given: Query,
  names: readonly string[],
  filters: (raw: string) => Record<string, string[]> | string,
) {
  const sent = new URLSearchParams();
  for (const [name, value] of given) {
    if (name === "filters") continue;
    if (!names.includes(name)) return `the query ${name.slice(0, 40)} is not allowed here`;
    if (!allowed[name]?.test(value)) return `the query ${name} has a value that is not allowed`;
    sent.set(name, value);
  }
  const checked = filters(given.get("filters") ?? "{}");
  if (typeof checked === "string") return checked;
  sent.set("filters", JSON.stringify(checked));
  return sent;
}

function parseFilters<T>(schema: z.ZodType<T>, raw: string): T | null {
  try {
    return schema.parse(JSON.parse(raw));
  } catch {
    return null;
  }
}

const ofProject = ({ project }: Context) => `com.docker.compose.project=${project}`;

const listQuery: Rule["query"] = (given, context) =>
  checkQuery(given, ["all", "limit"], (raw) => {
    const filters = parseFilters(listFilters, raw);
    if (!filters) return "the filters are not understood";
    return { ...filters, label: [...(filters.label ?? []), ofProject(context)] };
  });

const eventsQuery: Rule["query"] = (given, context) =>
  checkQuery(given, ["since", "until"], (raw) => {
    const filters = parseFilters(eventFilters, raw);
    if (!filters) return "the filters are not understood";
    if (filters.type?.some((type) => type !== "container")) return "only events of containers are allowed";
    if (filters.event?.some((event) => !events.includes(event))) return "one of the events is not allowed";
    return {
      ...filters,
      type: ["container"],
      event: filters.event?.length ? filters.event : events,
      label: [...(filters.label ?? []), ofProject(context)],
    };
  });

const read: readonly Rule[] = [
  { methods: ["GET", "HEAD"], path: /^\/_ping$/, treatment: "plain", query: noQuery },
  { methods: ["GET"], path: /^\/version$/, treatment: "plain", query: noQuery },
  { methods: ["GET"], path: /^\/containers\/json$/, treatment: "plain", query: listQuery },
  { methods: ["GET"], path: new RegExp(`^/containers/${containerId}/json$`), treatment: "inspect", query: noQuery },
  { methods: ["GET"], path: /^\/events$/, treatment: "stream", query: eventsQuery },
];

const rules: Record<Profile, readonly Rule[]> = { discover: read, portal: read, worker: read };

/** Each name at most once; a repeated or undecodable one makes the whole query refused. */
function parseQuery(text: string): Query | null {
  const query: Query = new Map();
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

/** Decides about one request line. `project` confines lists and events; inspect answers are checked by the server. */
export function decide(profile: Profile, method: string, url: string, context: Context): Decision {
  if (url.length > largestUrl) return deny("the address is too long");
  const [rawPath = "", rawQuery = "", ...more] = url.split("?");
  // No escapes, dot segments, empty segments or authority forms in a path: none of ours needs one.
  if (more.length > 0 || !/^(\/[a-z0-9_]+|\/v1\.[0-9]{2})+$/.test(rawPath)) return deny("the path is not understood");
  const prefix = versionPrefix.exec(rawPath)?.[0] ?? "";
  const path = rawPath.slice(prefix.length);
  const rule = rules[profile].find((candidate) => candidate.path.test(path));
  if (!rule) return deny("the path is not on the list");
  if (!rule.methods.includes(method)) return deny("the method is not allowed for this path");
  const given = parseQuery(rawQuery);
  if (!given) return deny("the query is not understood");
  const query = rule.query(given, context);
  if (typeof query === "string") return deny(query);
  const text = query.toString();
  return { allow: true, reason: path, path: `${prefix}${path}${text ? `?${text}` : ""}`, treatment: rule.treatment };
}

const Inspect = z.looseObject({
  Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
});

/** An inspect answer without its environment; null when the container belongs to another project. */
export function stripInspect(answer: unknown, { project }: Context): Record<string, unknown> | null {
  const parsed = Inspect.safeParse(answer);
  if (!parsed.success || parsed.data.Config.Labels?.["com.docker.compose.project"] !== project) return null;
  return { ...parsed.data, Config: { ...parsed.data.Config, Env: [] } };
}
