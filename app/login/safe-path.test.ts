import { expect, it } from "vitest";
import { safePath } from "./safe-path";

it.each(["/", "/services?q=a%20b", "/services/postgres#facts"])("%j is followed", (path) => {
  expect(safePath(path)).toBe(path);
});

it.each([
  undefined,
  "",
  "services",
  "https://elsewhere.example/",
  "//elsewhere.example",
  "/\\elsewhere.example",
  "\\\\elsewhere.example",
  "/\t/elsewhere.example",
  "javascript:alert(1)",
  "/..//elsewhere.example",
  "http://[",
])("%j leads to the overview", (path) => {
  expect(safePath(path)).toBe("/");
});
