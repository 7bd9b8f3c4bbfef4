import { describe, expect, it } from "vitest";
import { parseReference } from "../platform/registry.ts";
import { newerTags } from "./image-checks.ts";

describe("newer tags", () => {
  const tags = [
    "latest",
    "v3.7.15",
    "v3.7.2",
    "v3.8.0",
    "v3.8.0-rc1",
    "v3.10.1",
    "3.9.0",
    "v4.0",
    "v2.99.99",
    "v3.7.16",
  ];
  it("are those of the same form with a higher number, by number and not by letter", () => {
    expect(newerTags("v3.7.15", tags)).toEqual(["v3.10.1", "v3.8.0", "v3.7.16"]);
  });
  it.each(["latest", "v3", "stable"])("of %s are not known: it is no version", (tag) => {
    expect(newerTags(tag, [...tags, "v4", "stable2"])).toEqual([]);
  });
});

describe("a reference", () => {
  it.each([
    ["postgres:17.12", "registry-1.docker.io", "library/postgres", "17.12"],
    ["prom/prometheus:v3.5.3", "registry-1.docker.io", "prom/prometheus", "v3.5.3"],
    ["docker.io/library/redis", "registry-1.docker.io", "library/redis", "latest"],
    ["quay.io/a/b/c:1", "quay.io", "a/b/c", "1"],
    ["localhost:5000/x:y", "localhost:5000", "x", "y"],
    ["localhost/x", "localhost", "x", "latest"],
  ])("%s is asked for at %s", (text, registry, repository, tag) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag });
  });
  it.each([`sha256:${"a".repeat(64)}`, "a".repeat(64), `postgres@sha256:${"a".repeat(64)}`])(
    "%s names no tag",
    (text) => {
      expect(parseReference(text)).toBeNull();
    },
  );
});
