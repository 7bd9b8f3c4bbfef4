import { expect, it } from "vitest";
import { dayOf, timeOf } from "./entry-time";
import { filterOf, parseView } from "./parse-view";
import { queryOf } from "./view";

it("keeps what can be filtered by, and drops what nobody asks by", () => {
  const given = { actor: "anna", action: "user.role", outcome: "done", to: ["2026-05-04", "x"], q: "1", from: " " };
  const view = { actor: "anna", action: "user.role", outcome: "done", to: "2026-05-04" };
  expect(parseView(given)).toEqual({ view, problems: [] });
});

it.each([
  [{ from: "2026-13-45" }, /^“from” is not a date there is: 2026-13-45\. Give a day such as/],
  [{ to: "2026-02-29" }, /^“to” is not a date there is: 2026-02-29\./],
  [{ from: "yesterday" }, /^“from” is not a date there is: yesterday\./],
  [{ action: "User Role" }, /^“action” must look like user\.role/],
  [{ outcome: "lost" }, /^“outcome” must be one of done, failed, refused, unfinished\.$/],
  [{ entry: "first" }, /^“entry” must be the number of an entry\.$/],
  [{ from: "2026-05-05", to: "2026-05-04" }, /^“from” is after “to”: 2026-05-05 comes later than 2026-05-04\./],
  [{ from: "2026-05-04T10:00:00Z", to: "2026-05-04T09:00:00Z" }, /^“from” is after “to”/],
])("says what is wrong with %j", (given, words) => {
  expect(parseView({ actor: "anna", ...given })).toMatchObject({
    view: { actor: "anna" },
    problems: [expect.stringMatching(words)],
  });
});

it("takes one day alone, also one of a leap year", () => {
  expect(parseView({ from: "2028-02-29", to: "2028-02-29" }).problems).toEqual([]);
});

it("takes a day to its end, in UTC", () => {
  expect(filterOf({ from: "2026-02-28", to: "2026-02-28" })).toEqual({
    from: "2026-02-28T00:00:00Z",
    to: "2026-03-01T00:00:00.000Z",
  });
});

it("leaves the address bare for everything", () => {
  expect(queryOf({ actor: "", action: undefined })).toBe("");
  expect(queryOf({ actor: "anna/back up" })).toBe("?actor=anna%2Fback+up");
});

it("reads seconds and days on the reader's clock", () => {
  const at = "2026-05-04T23:59:07.900Z";
  expect([dayOf(at, "UTC"), timeOf(at, "UTC")]).toEqual(["4 May 2026", "23:59:07"]);
  expect([dayOf(at, "Europe/Berlin"), timeOf(at, "Europe/Berlin")]).toEqual(["5 May 2026", "01:59:07"]);
});
