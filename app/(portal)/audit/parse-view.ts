import { z } from "zod";
import { AuditFilter } from "@/lib/audit/schema";
import { inputWords } from "@/lib/platform/input-words";
import { names, type View } from "./view";

/** `problems`: what the address asks for and makes no sense, in sentences; nothing is listed until it does. */
export type Parsed = { view: View; problems: string[] };

/** `from` and `to` are days (2026-05-04) or moments; a day counts in UTC, and `to` includes its day. */
export function parseView(params: Record<string, string | string[] | undefined>): Parsed {
  const view: View = {};
  const problems: string[] = [];
  for (const name of names) {
    const value = ([params[name]].flat()[0] ?? "").trim();
    if (!value) continue;
    const { error } = AuditFilter.safeParse(filterOf({ [name]: value }));
    if (!error) view[name] = value;
    else if (name === "from" || name === "to") problems.push(noDate(name, value));
    else problems.push(...Object.values(inputWords(error)));
  }
  const { from, to } = filterOf(view);
  if (from && to && Date.parse(from) >= Date.parse(to)) {
    problems.push(`“from” is after “to”: ${view.from} comes later than ${view.to}. Swap them, or clear one.`);
  }
  return { view, problems };
}

const noDate = (name: string, value: string) =>
  `“${name}” is not a date there is: ${value.slice(0, 40)}. Give a day such as 2026-05-04, or a moment such as 2026-05-04T10:00:00Z.`;

const isDay = (text: string) => z.iso.date().safeParse(text).success;
const dayMs = 86_400_000;

/** As the API wants it. */
export function filterOf({ from, to, ...rest }: View): Record<string, string> {
  const start = from && isDay(from) ? `${from}T00:00:00Z` : from;
  const end = to && isDay(to) ? new Date(Date.parse(to) + dayMs).toISOString() : to;
  return Object.fromEntries(Object.entries({ ...rest, from: start, to: end }).flatMap(([k, v]) => (v ? [[k, v]] : [])));
}
