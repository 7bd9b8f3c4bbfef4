import { describe, expect, it } from "vitest";
import type { ContainerFacts } from "@/lib/services/details-schema";
import { hindrance, isBehind, isBehindRegistry, lossOfScale } from "./orders";

const facts = (imageId: string, tagged: string | null) =>
  ({ imageId, tagged: tagged === null ? null : { id: tagged, createdAt: null } }) as ContainerFacts;
const row = (state: "running" | "exited" | "restarting" | "paused", service = "web") =>
  ({ service, state, name: `stack-${service}-1` }) as const;

describe("what is offered", () => {
  it("is both to a service that runs the image its tag points to", () => {
    expect(hindrance("recreate", [row("running")], [facts("a", "a")])).toBeNull();
    expect(hindrance("scale", [row("running")], [facts("a", "a")])).toBeNull();
  });
  it("is a recreate to one in a crash loop, so that the button does not come and go", () => {
    const moved = [facts("a", "b")];
    for (const state of ["restarting", "running"] as const)
      expect(hindrance("recreate", [row(state)], moved)).toBeNull();
    expect(hindrance("recreate", [row("restarting"), row("exited")], moved)).toMatch(/Start/);
  });
  it("is a recreate, but no scale, to one whose tag has moved", () => {
    const moved = [facts("a", "b")];
    expect(isBehind(moved)).toBe(true);
    expect(hindrance("recreate", [row("running")], moved)).toBeNull();
    expect(hindrance("scale", [row("running")], moved)).toMatch(/Recreate it first/);
  });
  it("is nothing to what does not run, whose image is gone or unknown, or that is docker-guard", () => {
    const here = [facts("a", "a")];
    expect(hindrance("recreate", [row("running"), row("exited")], here)).toMatch(/Start/);
    expect(hindrance("scale", [row("running"), row("exited")], here)).toBeNull();
    expect(hindrance("scale", [row("exited")], here)).toMatch(/Start/);
    expect(hindrance("scale", [row("restarting")], here)).toMatch(/keeps restarting/);
    expect(hindrance("recreate", [row("paused")], here)).toBe("It is paused; on the host: docker unpause stack-web-1");
    expect(hindrance("scale", [row("paused")], here)).toMatch(/docker unpause/);
    expect(hindrance("scale", [row("running"), row("paused")], here)).toBeNull();
    expect(hindrance("recreate", [row("running")], [facts("a", null)])).toMatch(/not on this machine/);
    expect(hindrance("recreate", [row("running")], null)).toMatch(/looked at/);
    expect(hindrance("recreate", [row("running", "docker-guard")], here)).toMatch(/taylordash up/);
  });
});

it("is a pull before the recreate where only the registry has a newer image", () => {
  const at = (result: string, tagged = "a") => ({ ...facts("a", tagged), registry: { result } }) as ContainerFacts;
  expect(isBehindRegistry([at("newer"), at("newer")])).toBe(true);
  expect(isBehindRegistry([at("newer"), at("same")])).toBe(false);
  expect(isBehindRegistry([at("newer", "b")])).toBe(false);
  expect(isBehindRegistry([facts("a", "a")])).toBe(false);
  expect(isBehindRegistry([])).toBe(false);
});

it.each([
  [1, 1, "It has one container."],
  [1, 2, "One is added to one container"],
  [2, 5, "3 are added to 2 containers"],
  [3, 2, "One of 3 containers is ended and removed: connections to it are cut"],
  [5, 1, "4 of 5 containers are ended and removed: connections to them are cut"],
])("from %i to %i it says %j", (now, wanted, words) => {
  expect(lossOfScale(now, wanted)).toContain(words);
});
