import { expect, it } from "vitest";
import { exampleRow } from "../../_live/example-row";
import { chosenWords, splitBy } from "./selection";

const row = (service: string, change: object = {}) =>
  exampleRow(service, { service, name: `td-${service}-1`, ...change });
const rows = [
  row("web"),
  row("web", { name: "td-web-2", state: "exited" }),
  row("portal", { protected: true }),
  row("job", { state: "exited" }),
  row("other"),
];
const all = new Set(["web", "portal", "job"]);
const names = (verb: Parameters<typeof splitBy>[0]) => {
  const { affected, left } = splitBy(verb, rows, all, null);
  return [affected.map(({ service }) => service), left.map(({ service, why }) => `${service}: ${why.split(":")[0]}`)];
};

it("names each chosen service once, and why the verb cannot be done to the others", () => {
  expect(names("start")).toEqual([["web", "job"], ["portal: runs already"]]);
  expect(names("restart")).toEqual([["web", "portal"], ["job: does not run"]]);
  expect(names("stop")).toEqual([["web"], ["portal: protected", "job: does not run"]]);
});

it("leaves out what is gone by now", () => {
  expect(splitBy("stop", rows, new Set(["gone"]), null)).toEqual({ affected: [], left: [] });
});

it("puts what carries the portal after the others, and what answers the page last", () => {
  const carried = [row("portal", { protected: true }), row("edge", { protected: true }), row("web"), row("other")];
  const chosen = new Set(carried.map(({ service }) => service));
  const { affected } = splitBy("restart", carried, chosen, "portal");
  expect(affected.map(({ service }) => service)).toEqual(["web", "other", "edge", "portal"]);
});

it.each([
  [["web", "job"], ["web", "web", "job", "other"], "2 chosen", null],
  [["web", "job", "other"], ["web"], "3 chosen", "2 of them hidden by the filter"],
  [["web", "job"], ["other"], "2 chosen", "all hidden by the filter"],
  [["web"], [], "1 chosen", "hidden by the filter"],
])("of %j with %j shown says %s, %s", (chosen, shown, count, hidden) => {
  expect(
    chosenWords(
      new Set(chosen),
      shown.map((service) => ({ service })),
    ),
  ).toEqual({ count, hidden });
});
