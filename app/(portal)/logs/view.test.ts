import { describe, expect, it } from "vitest";
import { LogQuery } from "@/lib/logs";
import { filtersOf, isFiltered, knownView, parseView, plainView, queryOf, runnable, unfinishedWords } from "./view";

const parse = (query: string) => parseView(Object.fromEntries(new URLSearchParams(query)));

describe("the address", () => {
  it.each([
    "",
    "?services=portal,traefik",
    "?services=web&level=error,warn&q=time%5Cd%2B&only=0",
    "?q=a%2Cb&plain=1",
    "?since=15m",
    "?since=2026-11-24T20%3A00%3A00.000Z&until=2026-11-24T21%3A00%3A00.000Z",
    `?at=${"a".repeat(12)}.1795551000000000000.3`,
  ])("%j comes back as it was", (query) => {
    expect(parse(queryOf(parse(query)))).toEqual(parse(query));
    expect(new URLSearchParams(queryOf(parse(query))).toString()).toBe(new URLSearchParams(query).toString());
  });

  it("cannot bring a view that does not exist", () => {
    const view = parse("?services=../x,ok,a b&level=loud&since=yesterday&until=1e9&at=../../x.1.1&only=maybe");
    expect(view).toEqual({ ...plainView, services: ["ok"] });
  });

  it("asks the server only for what it understands", () => {
    for (const query of ["", "?services=a,b&level=error,debug,other&q=x&only=0&since=1d", "?q=x&plain=1"]) {
      expect(LogQuery.safeParse(Object.fromEntries(filtersOf(parse(query)))).error).toBeUndefined();
    }
    expect(filtersOf(parse("?level=error")).get("level")).toBe("error,fatal");
  });
});

describe("names that no service has", () => {
  const known = new Set(["portal", "gone-but-kept"]);
  const of = (query: string) => {
    const { view, missing } = knownView(Object.fromEntries(new URLSearchParams(query)), known);
    return [view.services, missing];
  };
  it.each([
    ["?service=nope", [], ["nope"]],
    ["?service=portal", ["portal"], []],
    ["?services=portal,nope,gone-but-kept,../x", ["portal", "gone-but-kept"], ["nope", "../x"]],
    ["", [], []],
  ])("%j: shown %j, missing %j", (query, shown, missing) => {
    expect(of(query)).toEqual([shown, missing]);
  });
  it("are taken as they are while nobody can tell", () => {
    const { view, missing } = knownView({ services: "nope" }, null);
    expect([view.services, missing]).toEqual([["nope"], []]);
  });
});

it("a view hides lines by level, search or time, not by service or marks", () => {
  expect(isFiltered(parse("?services=a"))).toBe(false);
  expect(isFiltered(parse("?q=x&only=0"))).toBe(false);
  expect(isFiltered(parse("?q=x"))).toBe(true);
  expect(isFiltered(parse("?since=1h"))).toBe(true);
});

it("asks with the last expression that could be run while a new one is typed, and says what is wrong with it", () => {
  const last = { ...plainView, q: "apple", levels: [] };
  const typed = { ...plainView, q: "(apple", services: ["web"] };
  expect(runnable(typed, last)).toEqual({ ...typed, q: "apple" });
  expect(runnable({ ...typed, plain: true }, last)).toEqual({ ...typed, plain: true });
  expect(runnable({ ...typed, q: "(apple)" }, last).q).toBe("(apple)");
  expect(unfinishedWords(typed, runnable(typed, last))).toBe(
    "No regular expression yet: unterminated group. The lines are still those of apple.",
  );
});
