import { expect, it } from "vitest";
import { exampleRow } from "../../_live/example-row";
import { splitBy } from "./selection";

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
  const { affected, left } = splitBy(verb, rows, all);
  return [affected.map(({ service }) => service), left.map(({ service, why }) => `${service}: ${why.split(":")[0]}`)];
};

it("names each chosen service once, and why the verb cannot be done to the others", () => {
  expect(names("start")).toEqual([["web", "job"], ["portal: runs already"]]);
  expect(names("restart")).toEqual([["web", "portal"], ["job: does not run"]]);
  expect(names("stop")).toEqual([["web"], ["portal: protected", "job: does not run"]]);
});

it("leaves out what is gone by now", () => {
  expect(splitBy("stop", rows, new Set(["gone"]))).toEqual({ affected: [], left: [] });
});
