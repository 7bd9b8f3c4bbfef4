// What of the list one looks at. It lives in the address, so it survives a reload, a sign-in and being sent to somebody.
import { byTrouble, isTrouble, type ServiceRow, type Status, since, statusOf } from "@/lib/services/schema";

export const shows = ["all", "trouble", "up", "stopped"] as const;
export type Show = (typeof shows)[number];
export const sorts = ["status", "title", "image", "uptime", "restarts"] as const;
export type Sort = (typeof sorts)[number];
export type View = { q: string; show: Show; sort: Sort; descending: boolean };

const plain: View = { q: "", show: "all", sort: "status", descending: false };

export function parseView(params: Record<string, string | string[] | undefined>): View {
  const one = (name: string) => [params[name]].flat()[0] ?? "";
  const sort = one("sort").replace(/^-/, "");
  return {
    q: one("q").slice(0, 100),
    show: shows.find((show) => show === one("show")) ?? plain.show,
    sort: sorts.find((name) => name === sort) ?? plain.sort,
    descending: one("sort").startsWith("-"),
  };
}

/** The query string of a view, empty for the plain one. */
export function queryOf(view: View): string {
  const query = new URLSearchParams();
  if (view.q) query.set("q", view.q);
  if (view.show !== plain.show) query.set("show", view.show);
  if (view.sort !== plain.sort || view.descending) query.set("sort", `${view.descending ? "-" : ""}${view.sort}`);
  const text = query.toString();
  return text && `?${text}`;
}

export const showOf = (status: Status): Exclude<Show, "all"> => {
  if (isTrouble(status)) return "trouble";
  return status === "stopped" || status === "paused" ? "stopped" : "up";
};

type Order = (a: ServiceRow, b: ServiceRow) => number;
// The shortest first; what never ran is older than everything.
const ageMs = (row: ServiceRow) => -Date.parse(since(row) ?? "1970-01-01");

export const order: Record<Sort, Order> = {
  status: byTrouble,
  title: (a, b) => a.title.localeCompare(b.title, "en"),
  image: (a, b) => a.image.localeCompare(b.image, "en"),
  uptime: (a, b) => ageMs(a) - ageMs(b),
  restarts: (a, b) => a.restarts - b.restarts,
};

/** What the first answer shows of a list that is too long for it: the first rows of the view, and how many it has. */
export function firstOf(rows: readonly ServiceRow[], view: View, most: number): FirstRows {
  const before = order[view.sort];
  // Equal ones keep their order either way, as in the table.
  const matching = rows
    .filter((row) => matches(row, view))
    .sort((a, b) => (view.descending ? before(b, a) : before(a, b)));
  return { rows: matching.slice(0, most), matching: matching.length };
}
export type FirstRows = { rows: readonly ServiceRow[]; matching: number };

/** Every word must occur, wherever. */
export function matches(row: ServiceRow, view: Pick<View, "q" | "show">): boolean {
  const status = statusOf(row);
  if (view.show !== "all" && showOf(status) !== view.show) return false;
  if (!view.q.trim()) return true;
  const ports = row.ports.map(({ container, published }) => `${published ?? ""} ${container}`);
  const text = [row.title, row.service, row.name, row.description, row.image, status, ...ports].join(" ").toLowerCase();
  return view.q
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
