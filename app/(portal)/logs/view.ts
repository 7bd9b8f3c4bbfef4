// What of the logs one looks at. It lives in the address, so it survives a reload, a sign-in and being sent to somebody.
import { type Level, type Position, parsePosition } from "@/lib/logs/schema";

/** What a reader tells apart; two words of programs often mean the same. */
export const levelGroups = [
  { name: "error", label: "Error", levels: ["error", "fatal"] },
  { name: "warn", label: "Warn", levels: ["warn"] },
  { name: "info", label: "Info", levels: ["info"] },
  { name: "debug", label: "Debug", levels: ["debug", "trace"] },
  { name: "other", label: "Other", levels: ["none"] },
] as const satisfies { name: string; label: string; levels: Level[] }[];
export type LevelGroup = (typeof levelGroups)[number]["name"];

export type View = {
  services: string[];
  levels: LevelGroup[];
  q: string;
  /** The search is meant literally, not as a regular expression. */
  plain: boolean;
  /** Lines that do not match are hidden. */
  only: boolean;
  /** ISO 8601, or a duration such as "1h" before now. */
  since: string;
  until: string;
  /** The line that a link led to. */
  at: Position | null;
};

export const plainView: View = {
  ...{ services: [], levels: [], q: "", plain: false, only: true, since: "", until: "", at: null },
};

const serviceName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const moment = /^(\d{1,5}[smhd]|\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))$/;
const list = (text: string) => [...new Set(text.split(",").filter((part) => part !== ""))];

export type Params = Record<string, string | string[] | undefined>;
const first = (params: Params, name: string) => [params[name]].flat()[0] ?? "";
/** `service` is what people type who know only one. */
const namesOf = (params: Params) => list([first(params, "services"), first(params, "service")].join(","));

/** The view of an address, and the names in it that no service has: they are left out of what is shown. */
export function knownView(params: Params, known: ReadonlySet<string> | null): { view: View; missing: string[] } {
  const view = parseView(params);
  if (!known) return { view, missing: [] };
  return {
    view: { ...view, services: view.services.filter((name) => known.has(name)) },
    missing: namesOf(params)
      .filter((name) => !known.has(name))
      .slice(0, 10)
      .map((name) => name.slice(0, 100)),
  };
}

export function parseView(params: Params): View {
  const one = (name: string) => first(params, name);
  const time = (name: string) => (moment.test(one(name)) ? one(name) : "");
  const levels = list(one("level"));
  return {
    services: namesOf(params)
      .filter((name) => serviceName.test(name))
      .slice(0, 200),
    levels: levelGroups.filter(({ name }) => levels.includes(name)).map(({ name }) => name),
    q: one("q").slice(0, 500),
    plain: one("plain") === "1",
    only: one("only") !== "0",
    since: time("since"),
    until: time("until"),
    at: parsePosition(one("at")),
  };
}

/** The query string of a view, empty for the plain one. */
export function queryOf(view: View): string {
  const query = new URLSearchParams();
  if (view.services.length > 0) query.set("services", view.services.join(","));
  if (view.levels.length > 0) query.set("level", view.levels.join(","));
  if (view.q) query.set("q", view.q);
  if (view.plain) query.set("plain", "1");
  if (!view.only) query.set("only", "0");
  if (view.since) query.set("since", view.since);
  if (view.until) query.set("until", view.until);
  if (view.at) query.set("at", `${view.at.container}.${view.at.stamp}.${view.at.seq}`);
  // Commas stay legible in the address.
  const text = query.toString().replaceAll("%2C", ",");
  return text && `?${text}`;
}

/** What the server is asked: levels by their own names, and nothing that only the page knows. */
export function filtersOf(view: View): URLSearchParams {
  const query = new URLSearchParams();
  const levels = levelGroups.filter(({ name }) => view.levels.includes(name)).flatMap((group) => [...group.levels]);
  if (view.services.length > 0) query.set("services", view.services.join(","));
  if (levels.length > 0) query.set("level", levels.join(","));
  if (view.q) query.set("q", view.q);
  if (view.plain) query.set("plain", "1");
  if (view.q && !view.only) query.set("only", "0");
  if (view.since) query.set("since", view.since);
  if (view.until) query.set("until", view.until);
  return query;
}

export const isFiltered = ({ levels, q, only, since, until }: View): boolean =>
  levels.length > 0 || (q !== "" && only) || since !== "" || until !== "";

/** Why its search is no regular expression, such as one that is still being typed; null when it can be run. */
export function expressionProblem({ q, plain }: Pick<View, "q" | "plain">): string | null {
  if (plain) return null;
  try {
    new RegExp(q);
    return null;
  } catch (error) {
    // "Invalid regular expression: /(a/: Unterminated group"
    return error instanceof Error ? (error.message.split(": ").at(-1) ?? "").toLowerCase() : "";
  }
}

/** What is asked while an expression cannot be run: all that the view filters, by the last one that could. */
export const runnable = (view: View, last: Pick<View, "q" | "plain">): View =>
  expressionProblem(view) === null ? view : { ...view, q: last.q, plain: last.plain };

export const unfinishedWords = (view: View, asked: View): string =>
  `No regular expression yet: ${expressionProblem(view) || "it cannot be read"}. The lines are still ` +
  `${asked.q ? `those of ${asked.q}` : "those without a search"}.`;
