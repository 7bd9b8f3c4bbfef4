import { describe, expect, it } from "vitest";
import { exampleRow } from "../../_live/example-row";
import { firstOf, matches, parseView, queryOf } from "./view";

const row = exampleRow("PostgreSQL", {
  ...{ name: "td-postgres-1", service: "postgres", description: "Databases", image: "postgres:17.12" },
  ports: [{ container: 5432, protocol: "tcp", published: null }],
});

describe("the address", () => {
  it.each(["", "?q=post", "?show=trouble", "?q=a+b&show=up&sort=-uptime", "?sort=-status"])(
    "%j comes back as it was",
    (query) => {
      expect(queryOf(parseView(Object.fromEntries(new URLSearchParams(query))))).toBe(query);
    },
  );
  it("cannot bring a view that does not exist", () => {
    const view = parseView({ show: "everything", sort: "<script>", q: ["first", "second"] });
    expect(view).toEqual({ q: "first", show: "all", sort: "status", descending: false });
  });
});

describe("the filter", () => {
  it.each(["", "  ", "postgres", "POST 17", "databases", "5432", "healthy td-"])("%j keeps the row", (q) => {
    expect(matches(row, { q, show: "all" })).toBe(true);
  });
  it.each(["mysql", "postgres 16"])("%j hides the row", (q) => {
    expect(matches(row, { q, show: "all" })).toBe(false);
  });
  it("shows a healthy service among those that are up alone", () => {
    expect((["up", "trouble", "stopped"] as const).map((show) => matches(row, { q: "", show }))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("the first rows of a list that is too long for the first answer", () => {
  const rows = Array.from({ length: 100 }, (_, n) => exampleRow(`S${String(n).padStart(2, "0")}`, { restarts: n % 3 }));
  const first = (query: Record<string, string>) => {
    const { rows: shown, matching } = firstOf(rows, parseView(query), 3);
    return [shown.map(({ title }) => title).join(" "), matching];
  };
  it.each<[Record<string, string>, string, number]>([
    [{}, "S00 S01 S02", 100],
    [{ q: "s9" }, "S90 S91 S92", 10],
    [{ sort: "-title" }, "S99 S98 S97", 100],
    [{ sort: "-restarts", q: "s1" }, "S11 S14 S17", 10],
    [{ q: "s42" }, "S42", 1],
    [{ show: "trouble" }, "", 0],
  ])("%j are %s, of %i", (query, titles, matching) => {
    expect(first(query)).toEqual([titles, matching]);
  });
});
