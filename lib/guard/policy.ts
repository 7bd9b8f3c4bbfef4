// What may pass to the Docker engine. Pure, default deny: a request is rebuilt from the parts that were understood,
// so nothing that this file did not parse ever reaches the engine.
import {
  type Checked,
  type Context,
  eventsQuery,
  imageQuery,
  listQuery,
  logsQuery,
  networksQuery,
  noQuery,
  parseQuery,
  pickAll,
  type Query,
  replicasQuery,
  routedEventsQuery,
  routedListQuery,
  statsQuery,
  stopQuery,
  volumeQuery,
  volumesQuery,
} from "./query.ts";
import { type Command, commandTemplates, type Helper, helperTemplates } from "./templates.ts";

export const profiles = ["discover", "portal", "worker"] as const;
export type Profile = (typeof profiles)[number];

/** What a caller may have done by the guard itself: a service, an image and a number, never a container's body. */
export type Order =
  | { kind: "recreate"; service: string; image: string }
  | { kind: "scale"; service: string; replicas: number };

export type Action = "start" | "stop" | "restart";

/** What the server does with an allowed request. Paths with an `id` take the full id of an inspect made first. */
export type Call =
  | { kind: "plain" | "events" | "list" | "volumes" | "networks" | "image"; path: string }
  | { kind: "inspect"; id: string; path: string }
  | { kind: "container-stream"; id: string; path: (fullId: string) => string }
  | { kind: "container-action"; id: string; action: Action; path: (fullId: string) => string }
  | { kind: "foreign-containers" | "desired" | "operations" }
  | { kind: "order"; order: Order }
  | { kind: "helper"; helper: Helper }
  | { kind: "command"; command: Command }
  | { kind: "pull"; reference: string; path: string };

export type Decision = { allow: true; rule: string; call: Call } | { allow: false; reason: string };

const deny = (reason: string): Decision => ({ allow: false, reason });

export const largestUrl = 2_048;
// 1.40 is the oldest version of the API that engines of today still speak.
const versionPrefix = /^\/v1\.[4-9][0-9](?=\/)/;
const service = "([a-z0-9][a-z0-9_-]{0,62})";
const containerId = "([a-f0-9]{12,64})";

const host = "[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]{1,5})?";
const component = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
const digest = "sha256:[a-f0-9]{64}";
const tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const repository = `(?:${host}/)?${component}(?:/${component}){0,7}`;
export const imageReference = `((?:${digest})|${repository}(?::${tag})?(?:@${digest})?)`;

type Match = { prefix: string; path: string; captured: string };
type Rule = {
  name: string;
  methods: readonly string[];
  path: RegExp;
  query: (given: Query, context: Context) => Checked;
  call: (match: Match, query: string) => Call;
};

const forward =
  (kind: "plain" | "events" | "list" | "volumes" | "networks" | "image"): Rule["call"] =>
  ({ prefix, path }, query) => ({ kind, path: prefix + path + query });

const ofContainer =
  (rest: string) =>
  (prefix: string, query: string) =>
  (fullId: string): string =>
    `${prefix}/containers/${fullId}/${rest}${query}`;

const reading = (list: Rule["query"], events: Rule["query"]): readonly Rule[] => [
  { name: "ping", methods: ["GET", "HEAD"], path: /^\/_ping$/, query: noQuery, call: forward("plain") },
  { name: "version", methods: ["GET"], path: /^\/version$/, query: noQuery, call: forward("plain") },
  { name: "list", methods: ["GET"], path: /^\/containers\/json$/, query: list, call: forward("list") },
  {
    name: "inspect",
    methods: ["GET"],
    path: new RegExp(`^/containers/${containerId}/json$`),
    query: noQuery,
    call: ({ prefix, path, captured }) => ({ kind: "inspect", id: captured, path: prefix + path }),
  },
  { name: "events", methods: ["GET"], path: /^\/events$/, query: events, call: forward("events") },
];
/** Containers with a route alone. */
const discover = reading(routedListQuery, routedEventsQuery);

const containerStream = (name: string, query: Rule["query"]): Rule => ({
  name,
  methods: ["GET"],
  path: new RegExp(`^/containers/${containerId}/${name}$`),
  query,
  call: ({ prefix, captured }, text) => ({
    kind: "container-stream",
    id: captured,
    path: ofContainer(name)(prefix, text),
  }),
});

const containerAction = (action: Action, query: Rule["query"]): Rule => ({
  name: action,
  methods: ["POST"],
  path: new RegExp(`^/containers/${containerId}/${action}$`),
  query,
  call: ({ prefix, captured }, text) => ({
    ...{ kind: "container-action", id: captured, action },
    path: ofContainer(action)(prefix, text),
  }),
});

const operate: readonly Rule[] = [
  ...reading(listQuery, eventsQuery),
  containerStream("logs", logsQuery),
  containerStream("stats", statsQuery),
  containerAction("start", noQuery),
  containerAction("stop", stopQuery),
  containerAction("restart", stopQuery),
  {
    name: "image",
    methods: ["GET"],
    path: new RegExp(`^/images/${imageReference}/json$`),
    query: noQuery,
    call: forward("image"),
  },
  { name: "volumes", methods: ["GET"], path: /^\/volumes$/, query: volumesQuery, call: forward("volumes") },
  { name: "networks", methods: ["GET"], path: /^\/networks$/, query: networksQuery, call: forward("networks") },
  ...(["foreign-containers", "desired", "operations"] as const).map(
    (kind): Rule => ({
      ...{ name: kind, methods: ["GET"], path: new RegExp(`^/taylordash/${kind}$`), query: noQuery },
      call: () => ({ kind }),
    }),
  ),
  {
    name: "recreate",
    methods: ["POST"],
    path: new RegExp(`^/taylordash/services/${service}/recreate$`),
    query: imageQuery,
    call: ({ captured }, query) => ({
      kind: "order",
      order: { kind: "recreate", service: captured, image: new URLSearchParams(query).get("image") ?? "" },
    }),
  },
  {
    name: "scale",
    methods: ["POST"],
    path: new RegExp(`^/taylordash/services/${service}/scale$`),
    query: replicasQuery,
    call: ({ captured }, query) => ({
      kind: "order",
      order: { kind: "scale", service: captured, replicas: Number(new URLSearchParams(query).get("replicas")) },
    }),
  },
];

/** Only the portal, for a person who waits for it. What is pulled is checked by the server: see isRunning(). */
const pull: Rule = {
  name: "pull",
  methods: ["POST"],
  path: /^\/images\/create$/,
  query: pickAll({ fromImage: new RegExp(`^${repository}$`), tag: new RegExp(`^${tag}$`) }),
  call: ({ prefix, path }, query) => {
    const sent = new URLSearchParams(query);
    return { kind: "pull", reference: `${sent.get("fromImage")}:${sent.get("tag")}`, path: prefix + path + query };
  },
};

/** Only the worker, for its jobs: what runs is whole in templates.ts. */
const templates: readonly Rule[] = [
  ...helperTemplates.map(
    (template): Rule => ({
      ...{
        name: template,
        methods: ["POST"],
        path: new RegExp(`^/taylordash/helpers/${template}$`),
        query: volumeQuery,
      },
      call: (_, query) => ({
        kind: "helper",
        helper: { template, volume: new URLSearchParams(query).get("volume") ?? "" },
      }),
    }),
  ),
  ...commandTemplates.map(
    (template): Rule => ({
      ...{ name: template, methods: ["POST"], query: noQuery },
      path: new RegExp(`^/taylordash/containers/${containerId}/${template}$`),
      call: ({ captured }) => ({ kind: "command", command: { template, id: captured } }),
    }),
  ),
];

export const rules: Readonly<Record<Profile, readonly Rule[]>> = {
  ...{ discover, portal: [...operate, pull], worker: [...operate, ...templates] },
};

// No escapes, dot segments, empty segments or authority forms: none of our paths needs one.
const plainPath = /^(\/[A-Za-z0-9_][A-Za-z0-9_.:@-]*)+$/;

/** Decides about one request line. Whether a container or image is this project's is checked by the server. */
export function decide(profile: Profile, method: string, url: string, context: Context): Decision {
  if (url.length > largestUrl) return deny("the address is too long");
  const [rawPath = "", rawQuery = "", ...more] = url.split("?");
  if (more.length > 0 || !plainPath.test(rawPath)) return deny("the path is not understood");
  const prefix = versionPrefix.exec(rawPath)?.[0] ?? "";
  const path = rawPath.slice(prefix.length);
  const rule = rules[profile].find((candidate) => candidate.path.test(path));
  if (!rule) return deny("the path is not on the list");
  if (!rule.methods.includes(method)) return deny("the method is not allowed for this path");
  const given = parseQuery(rawQuery);
  if (!given) return deny("the query is not understood");
  const query = rule.query(given, context);
  if (typeof query === "string") return deny(query);
  const captured = rule.path.exec(path)?.[1] ?? "";
  const text = query.toString();
  return { allow: true, rule: rule.name, call: rule.call({ prefix, path, captured }, text ? `?${text}` : "") };
}
