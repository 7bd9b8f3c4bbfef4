import { describe, expect, it } from "vitest";
import { decide, profiles, stripInspect } from "./policy.ts";

const context = { project: "taylordash" };
const id = "0123456789ab";
const full = id.padEnd(64, "f");
const filters = (value: unknown) => `filters=${encodeURIComponent(JSON.stringify(value))}`;

const reads: [string, string][] = [
  ["HEAD", "/_ping"],
  ["GET", "/_ping"],
  ["GET", "/version"],
  ["GET", "/v1.45/version"],
  ["GET", "/containers/json"],
  ["GET", "/v1.45/containers/json?all=1"],
  ["GET", `/v1.45/containers/json?all=true&${filters({ label: ["a=b"] })}`],
  ["GET", `/containers/${id}/json`],
  ["GET", `/v1.44/containers/${full}/json`],
  ["GET", "/events"],
  ["GET", `/v1.45/events?${filters({ type: { container: true } })}`],
  ["GET", `/events?since=1764000000.123&${filters({ event: ["die", "health_status"] })}`],
];

const attacks: [string, string][] = [
  ["POST", "/containers/create"],
  ["POST", "/v1.45/containers/create?name=x"],
  ["POST", `/containers/${id}/start`],
  ["POST", `/containers/${id}/exec`],
  ["POST", `/containers/${id}/update`],
  ["POST", `/exec/${id}/start`],
  ["POST", "/build"],
  ["POST", "/images/create?fromImage=x"],
  ["POST", "/volumes/create"],
  ["POST", "/networks/create"],
  ["POST", "/swarm/init"],
  ["POST", "/_ping"],
  ["POST", "/containers/json"],
  ["PUT", `/containers/${id}/archive?path=/`],
  ["DELETE", `/containers/${id}`],
  ["HEAD", `/containers/${id}/json`],
  ["HEAD", "/events"],
  ["OPTIONS", "/version"],
  ["get", "/version"],
  ["GET", `/containers/${id}/archive?path=/etc/shadow`],
  ["GET", `/containers/${id}/export`],
  ["GET", `/containers/${id}/logs?stdout=1`],
  ["GET", `/containers/${id}/attach/ws`],
  ["GET", `/containers/${id}/top`],
  ["GET", `/containers/${id}/stats`],
  ["GET", `/containers/${id}/json?size=1`],
  ["GET", "/info"],
  ["GET", "/images/json"],
  ["GET", "/volumes"],
  ["GET", "/secrets"],
  ["GET", "/configs"],
  ["GET", "/system/df"],
  ["GET", "/session"],
  ["GET", "/"],
  ["GET", ""],
  ["GET", "//version"],
  ["GET", "/version/"],
  ["GET", "/./version"],
  ["GET", "/containers/../info"],
  ["GET", `/containers/${id}/../../info`],
  ["GET", "/containers/%2e%2e/info"],
  ["GET", "/%76ersion"],
  ["GET", `/containers/${id}%2fjson`],
  ["GET", `/containers/${id}/json%00`],
  ["GET", `/containers/${id}/json#x`],
  ["GET", `/containers/${id}\\json`],
  ["GET", "/containers/taylordash-postgres-1/json"],
  ["GET", "/containers/0123456789a/json"],
  ["GET", `/containers/${"a".repeat(65)}/json`],
  ["GET", `/containers/${id.toUpperCase()}/json`],
  ["GET", "http://docker/version"],
  ["GET", "docker:2375"],
  ["GET", "/v1.45/v1.45/version"],
  ["GET", "/v2.0/version"],
  ["GET", "/v1.4/version"],
  ["GET", "/v1.450/version"],
  ["GET", "/v1.45/../version"],
  ["GET", "/version?x=1"],
  ["GET", "/version?"],
  ["GET", "/_ping?a"],
  ["GET", "/containers/json?size=1"],
  ["GET", "/containers/json?all=1&all=0"],
  ["GET", "/containers/json?all=2"],
  ["GET", "/containers/json?limit=-1"],
  ["GET", "/containers/json?filters=%7B"],
  ["GET", "/containers/json?filters=%ZZ"],
  ["GET", "/containers/json?all=1?all=1"],
  ["GET", `/containers/json?${filters({ volume: ["x"] })}`],
  ["GET", `/containers/json?${filters({ label: "x" })}`],
  ["GET", `/containers/json?${filters([])}`],
  ["GET", `/events?${filters({ type: ["image"] })}`],
  ["GET", `/events?${filters({ type: ["container", "secret"] })}`],
  ["GET", `/events?${filters({ event: ["exec_create"] })}`],
  ["GET", `/events?${filters({ daemon: ["x"] })}`],
  ["GET", "/events?since=now"],
  ["GET", `/containers/json?x=${"a".repeat(2_100)}`],
  ["GET", "/version HTTP/1.1\r\nHost: x"],
  ["GET", "/version\n"],
  ["CONNECT", "/version"],
];

describe.each(profiles)("the profile %s", (profile) => {
  it.each(reads)("lets %s %s pass", (method, url) => {
    expect(decide(profile, method, url, context)).toMatchObject({ allow: true });
  });
  // `/version?` is the one that is the same request as an allowed one.
  it.each(attacks.filter(([, url]) => url !== "/version?"))("refuses %s %j", (method, url) => {
    expect(decide(profile, method, url, context)).toMatchObject({ allow: false, reason: expect.any(String) });
  });
});

describe("what reaches the engine", () => {
  const sent = (url: string) => {
    const decision = decide("portal", "GET", url, context);
    if (!decision.allow) throw new Error(decision.reason);
    const { pathname, searchParams } = new URL(decision.path, "http://docker");
    return { pathname, filters: JSON.parse(searchParams.get("filters") ?? "{}"), query: searchParams };
  };
  it("is confined to this project's containers, whatever labels were asked for", () => {
    const label = ["com.docker.compose.project=other", "com.docker.compose.project=taylordash"];
    expect(sent(`/containers/json?${filters({ label: [label[0]] })}`).filters).toEqual({ label });
    expect(sent("/events").filters.label).toEqual([label[1]]);
  });
  it("never asks for exec events, which carry command lines", () => {
    const asked: string[] = sent("/events").filters.event;
    expect(asked).toContain("health_status");
    expect(asked.filter((event) => event.startsWith("exec"))).toEqual([]);
  });
  it("keeps the version prefix and the known query", () => {
    const { pathname, query } = sent("/v1.45/containers/json?all=true&limit=5");
    expect([pathname, query.get("all"), query.get("limit")]).toEqual(["/v1.45/containers/json", "true", "5"]);
  });
});

describe("an inspect answer", () => {
  const answer = (project: string) => ({
    Id: full,
    Config: { Env: ["PASSWORD=x"], Labels: { "com.docker.compose.project": project } },
  });
  it("loses its environment and keeps the rest", () => {
    const stripped = stripInspect(answer("taylordash"), context);
    expect(stripped).toMatchObject({ Id: full, Config: { Env: [] } });
    expect(JSON.stringify(stripped)).not.toContain("PASSWORD");
  });
  it("of another project, without labels or malformed is none at all", () => {
    expect(stripInspect(answer("other"), context)).toBeNull();
    expect(stripInspect({ Config: { Labels: null } }, context)).toBeNull();
    expect(stripInspect("text", context)).toBeNull();
  });
});
