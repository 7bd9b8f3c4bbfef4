import { describe, expect, it } from "vitest";
import { exampleRow } from "../../_live/example-row";
import { matches, parseView, queryOf } from "./view";

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
