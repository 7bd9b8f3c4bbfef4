import { expect, it } from "vitest";
import { filterOf, parseView } from "./parse-view";
import { queryOf } from "./view";

it("keeps what can be filtered by, and drops what means nothing", () => {
  const given = {
    actor: "anna",
    action: "User Role",
    outcome: "lost",
    from: "yesterday",
    to: ["2026-05-04", "x"],
    q: "1",
  };
  expect(parseView(given)).toEqual({ actor: "anna", to: "2026-05-04" });
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
