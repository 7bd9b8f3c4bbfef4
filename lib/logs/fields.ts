// A line that is an object of its own: JSON, or logfmt's key=value pairs.

export type Field = { name: string; value: string };
/** `request` is what an access log says in one breath, made of the fields named in `inRequest`. */
export type Record = { message: string; request: string; inRequest: ReadonlySet<string>; fields: Field[] };

const messageNames = new Set(["msg", "message", "@m", "@mt", "event", "log", "body"]);
// Shown in columns of their own already.
const knownNames = new Set(["time", "ts", "timestamp", "@t", "level", "lvl", "severity", "@l", "t"]);
const mostFields = 200;

const asText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));

function jsonObject(text: string): [string, unknown][] | null {
  if (!text.startsWith("{") || !text.trimEnd().endsWith("}")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : null;
  } catch {
    return null;
  }
}

// Quoted values may hold escaped quotes. Each alternative starts differently, so matching is linear.
const pair = /([A-Za-z_@][\w.@/-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?:\s+|$)/y;

function logfmt(text: string): [string, unknown][] | null {
  const found: [string, unknown][] = [];
  pair.lastIndex = 0;
  while (pair.lastIndex < text.length) {
    const match = pair.exec(text);
    if (!match) return null;
    found.push([match[1] as string, match[2]?.replace(/\\(["\\])/g, "$1") ?? match[3] ?? ""]);
  }
  return found.length >= 2 ? found : null;
}

const requestNames = {
  method: ["method", "RequestMethod", "http_method", "http.method", "request_method"],
  path: ["path", "RequestPath", "uri", "url", "http.path", "request_path"],
  status: ["status", "DownstreamStatus", "status_code", "statusCode", "http.status_code"],
};

/** "GET /services 200 22 ms"; empty when the line is no access log. */
function requestOf(values: ReadonlyMap<string, unknown>): { request: string; inRequest: Set<string> } {
  const nameOf = (names: readonly string[]) => names.find((name) => values.has(name)) ?? "";
  const [method, path, status] = [requestNames.method, requestNames.path, requestNames.status].map(nameOf);
  const verb = values.get(method ?? "");
  if (typeof verb !== "string" || !/^[A-Z]{3,7}$/.test(verb) || !path) return { request: "", inRequest: new Set() };
  const words = [verb, asText(values.get(path))];
  if (status) words.push(asText(values.get(status)));
  // Traefik counts nanoseconds.
  const took = values.get("durationMs") ?? (values.has("RequestMethod") ? Number(values.get("Duration")) / 1e6 : null);
  const inRequest = new Set([method, path, status].filter((name) => name !== undefined));
  if (typeof took === "number" && Number.isFinite(took)) {
    words.push(`${took < 10 ? took.toFixed(1) : Math.round(took)} ms`);
    inRequest.add(values.has("durationMs") ? "durationMs" : "Duration");
  }
  return { request: words.join(" "), inRequest };
}

/** The message and the rest of a structured line; null for plain text. `text` is without terminal colours. */
export function recordOf(text: string): Record | null {
  const entries = jsonObject(text) ?? logfmt(text.trim());
  if (!entries) return null;
  const at = entries.findIndex(
    ([name, value]) => messageNames.has(name.toLowerCase()) && typeof value === "string" && value !== "",
  );
  const fields = entries
    .filter(([name], index) => index !== at && !knownNames.has(name.toLowerCase()))
    .slice(0, mostFields)
    .map(([name, value]) => ({ name, value: asText(value) }));
  return { message: at >= 0 ? asText(entries[at]?.[1]) : "", ...requestOf(new Map(entries)), fields };
}

/** The whole object, indented, for reading at length; null when it is no JSON. */
export function unfolded(text: string): string | null {
  const entries = jsonObject(text);
  return entries ? JSON.stringify(Object.fromEntries(entries), null, 2) : null;
}
