import { expect, it } from "vitest";
import { pathOf, requestIdOf } from "./access-log.ts";

it.each([
  ["/api/auth/callback/keycloak?code=secret&state=x", "/api/auth/callback/keycloak"],
  ["/", "/"],
  [undefined, "/"],
  [`/${"a".repeat(900)}`, `/${"a".repeat(499)}`],
])("the log has of %j only %j", (url, path) => {
  expect(pathOf(url)).toBe(path);
});

it.each(["short", "with space in it", 'quote"quote"', "line\nbreak-line", "x".repeat(65), undefined, ["a", "b"]])(
  "a request id like %j is replaced",
  (header) => {
    expect(requestIdOf(header, () => "new")).toBe("new");
  },
);

it("a harmless request id is kept", () => {
  expect(requestIdOf("3f2c6c0e-aaaa-bbbb-cccc-0123456789ab", () => "new")).toMatch(/^3f2c/);
});
