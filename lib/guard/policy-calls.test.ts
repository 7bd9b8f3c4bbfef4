// What an allowed request becomes: confined to the project, and by its full id.
import { describe, expect, it } from "vitest";
import { decide, type Profile } from "./policy.ts";

const context = { project: "taylordash" };
const id = "0123456789ab";
const full = id.padEnd(64, "f");
const digest = `sha256:${full}`;
const filters = (value: unknown) => `filters=${encodeURIComponent(JSON.stringify(value))}`;
const operators: readonly Profile[] = ["portal", "worker"];

const split = (line: string): [string, string] => {
  const at = line.indexOf(" ");
  return [line.slice(0, at), line.slice(at + 1)];
};

describe("what reaches the engine", () => {
  const sent = (line: string, profile: Profile = "portal") => {
    const decision = decide(profile, ...split(line), context);
    if (!decision.allow || !("path" in decision.call)) throw new Error("refused, or answered by the guard itself");
    const { path } = decision.call;
    const { pathname, searchParams } = new URL(typeof path === "string" ? path : path(full), "http://docker");
    return { pathname, filters: JSON.parse(searchParams.get("filters") ?? "{}"), query: searchParams };
  };
  const mine = "com.docker.compose.project=taylordash";
  it.each(["/containers/json", "/volumes", "/networks", "/events"])("of %s is confined to this project", (path) => {
    const label = ["com.docker.compose.project=other"];
    expect(sent(`GET ${path}?${filters({ label })}`).filters.label).toEqual([...label, mine]);
    expect(sent(`GET ${path}`).filters.label).toEqual([mine]);
  });
  it.each(["/containers/json", "/events"])("of %s is confined to containers with a route, for the edge", (path) => {
    expect(sent(`GET ${path}`, "discover").filters.label).toEqual(["traefik.enable", mine]);
    const label = ["traefik.enable=false"];
    expect(sent(`GET ${path}?${filters({ label })}`, "discover").filters.label).toEqual([
      ...[...label, "traefik.enable", mine],
    ]);
  });
  it("never asks for exec events, which carry command lines", () => {
    const asked: string[] = sent("GET /events").filters.event;
    expect(asked).toContain("health_status");
    expect(asked.filter((event) => event.startsWith("exec"))).toEqual([]);
    expect(sent(`GET /events?${filters({ event: [] })}`).filters.event).toEqual(asked);
  });
  it("keeps the version prefix and the known query", () => {
    const { pathname, query } = sent("GET /v1.45/containers/json?all=true&limit=5");
    expect([pathname, query.get("all"), query.get("limit")]).toEqual(["/v1.45/containers/json", "true", "5"]);
  });
  it.each(operators)("is built by the guard from a service, an image and a number, for %s", (profile) => {
    const order = (line: string) => decide(profile, ...split(line), context);
    expect(order(`POST /taylordash/services/web/recreate?image=${digest}`)).toMatchObject({
      call: { kind: "order", order: { kind: "recreate", service: "web", image: digest } },
    });
    expect(order("POST /taylordash/services/web/scale?replicas=10")).toMatchObject({
      call: { kind: "order", order: { kind: "scale", service: "web", replicas: 10 } },
    });
  });
  it.each(operators)("names the full id that was checked, for %s", (profile) => {
    expect(sent(`GET /v1.45/containers/${id}/logs?stdout=1`, profile).pathname).toBe(`/v1.45/containers/${full}/logs`);
    expect(sent(`POST /containers/${id}/stop?t=5`, profile).pathname).toBe(`/containers/${full}/stop`);
  });
});
