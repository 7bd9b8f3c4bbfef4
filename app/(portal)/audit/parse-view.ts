import { AuditFilter } from "@/lib/audit/schema";
import { names, type View } from "./view";

/** `from` and `to` are days (2026-05-04) or moments; a day counts in UTC, and `to` includes its day. */
export function parseView(params: Record<string, string | string[] | undefined>): View {
  const entries = names.flatMap((name) => {
    const value = ([params[name]].flat()[0] ?? "").trim();
    return value && AuditFilter.safeParse(filterOf({ [name]: value })).success ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

const day = /^\d{4}-\d{2}-\d{2}$/;
const dayMs = 86_400_000;

/** As the API wants it. */
export function filterOf({ from, to, ...rest }: View): Record<string, string> {
  const start = from && day.test(from) ? `${from}T00:00:00Z` : from;
  const midnight = to && day.test(to) ? Date.parse(`${to}T00:00:00Z`) : Number.NaN;
  const end = Number.isNaN(midnight) ? to : new Date(midnight + dayMs).toISOString();
  return Object.fromEntries(Object.entries({ ...rest, from: start, to: end }).flatMap(([k, v]) => (v ? [[k, v]] : [])));
}
