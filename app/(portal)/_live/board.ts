// What the pages show of the services: all rows, or the first ones of many while the stream brings the rest.
import {
  byTrouble,
  type ServiceList,
  type ServiceRow,
  type Status,
  since,
  statusOf,
  summary,
} from "@/lib/services/schema";

/** The last thing that happened: which service, and since when it is as it is. */
export type Latest = { title: string; service: string; status: Status; at: string };

export type Board = {
  rows: readonly ServiceRow[];
  counts: Record<Status, number>;
  total: number;
  /** Services whose containers have different numbers, so that a title alone does not tell which is meant. */
  scaled: readonly string[];
  latest: Latest | null;
  engine: { connected: boolean };
  /** When the rows were last known to be true, in ms; null when that is not known. */
  asOf: number | null;
};

function latestOf(rows: readonly ServiceRow[]): Latest | null {
  let latest: Latest | null = null;
  for (const row of rows) {
    const at = since(row);
    if (at && (!latest || at > latest.at))
      latest = { title: row.title, service: row.service, status: statusOf(row), at };
  }
  return latest;
}

/** One that is being recreated has two containers of the same number for a while, and is none of them. */
export function scaledOf(rows: readonly ServiceRow[]): string[] {
  const numbers = new Map<string, Set<number>>();
  for (const { service, number } of rows)
    if (number !== null) numbers.set(service, (numbers.get(service) ?? new Set()).add(number));
  return [...numbers.keys()].filter((service) => (numbers.get(service)?.size ?? 0) > 1).sort();
}

/** Worst first; `most` keeps the first answer small when thousands of containers are stopped. */
export function boardOf(list: ServiceList, asOf: number | null, most = Number.POSITIVE_INFINITY): Board {
  const rows = [...list.services].sort(byTrouble);
  return {
    rows: rows.length > most ? rows.slice(0, most) : rows,
    counts: summary(rows),
    total: rows.length,
    scaled: scaledOf(rows),
    latest: latestOf(rows),
    engine: list.engine,
    asOf,
  };
}

/** A board as the server sends it, with its own clock's time in ms. */
export type RenderedBoard = Board & { renderedAt: number };

/** How many rows the first answer carries. */
export const firstRows = 40;
