import { describe, expect, it } from "vitest";
import { fromInspect, fromSummary } from "./docker.ts";

const summary = {
  Id: "c".repeat(64),
  Names: ["/td-web-1"],
  Image: "web:1.0",
  ImageID: "sha256:1",
  Created: 1_795_550_000,
  Labels: null,
  State: "running",
  Status: "Up 3 minutes (health: starting)",
  Ports: [
    { PrivatePort: 8443, PublicPort: 443, Type: "tcp", IP: "0.0.0.0" },
    { PrivatePort: 8443, PublicPort: 443, Type: "tcp", IP: "::" },
    { PrivatePort: 80, Type: "tcp" },
  ],
};

const inspect = {
  Id: "c".repeat(64),
  Name: "/td-web-1",
  Image: "sha256:1",
  Created: "2026-11-24T10:00:00.123456789Z",
  RestartCount: 3,
  Config: { Image: "web:1.0", Labels: { a: "b" }, ExposedPorts: { "80/tcp": {}, "8443/tcp": {} } },
  State: {
    Status: "running",
    ExitCode: 0,
    OOMKilled: false,
    StartedAt: "2026-11-24T10:00:01.5Z",
    FinishedAt: "0001-01-01T00:00:00Z",
    Health: { Status: "healthy" },
  },
  NetworkSettings: { Ports: { "8443/tcp": [{ HostPort: "443" }, { HostPort: "443" }], "80/tcp": null } },
};

it.each([
  [null, false],
  [[{ Type: "volume", RW: true }], true],
  [[{ Type: "bind", RW: true }], true],
  [[{ Type: "tmpfs", RW: true }], false],
  [
    [
      { Type: "volume", RW: false },
      { Type: "bind", RW: false },
    ],
    false,
  ],
])("finds in the mounts %j something of its own to write to: %j", (Mounts, writableMount) => {
  expect(fromSummary({ ...summary, Mounts }).writableMount).toBe(writableMount);
  expect(fromInspect({ ...inspect, Mounts }).writableMount).toBe(writableMount);
});

describe("the engine's list", () => {
  it("gives the health and the exit code that it only has in words", () => {
    expect(fromSummary(summary)).toMatchObject({ name: "td-web-1", health: "starting", labels: {}, exitCode: null });
    const ended = { ...summary, State: "exited", Status: "Exited (137) 2 days ago" };
    expect(fromSummary(ended)).toMatchObject({ state: "exited", exitCode: 137, health: null });
  });
  it("names a port once that is published for both families", () => {
    expect(fromSummary(summary).ports).toEqual([
      { container: 80, protocol: "tcp", published: null },
      { container: 8443, protocol: "tcp", published: 443 },
    ]);
  });
  it("is refused when it is not what the engine promises", () => {
    expect(() => fromSummary({ ...summary, State: "thinking" })).toThrow();
  });
});

describe("the engine's inspection", () => {
  it("gives times as ISO 8601 and none where the engine writes year 1", () => {
    expect(fromInspect(inspect)).toMatchObject({
      startedAt: "2026-11-24T10:00:01.500Z",
      finishedAt: null,
      restarts: 3,
      exitCode: null,
      ports: fromSummary(summary).ports,
    });
  });
  it("gives an exit code only to what has ended, and no health to it", () => {
    const ended = { ...inspect, State: { ...inspect.State, Status: "exited", ExitCode: 1, OOMKilled: true } };
    expect(fromInspect(ended)).toMatchObject({ exitCode: 1, outOfMemory: true, health: null });
  });
  it("tells that somebody stopped what its policy would have restarted", () => {
    const ended = { ...inspect, State: { ...inspect.State, Status: "exited", ExitCode: 2 } };
    const policy = (Name: string) => ({ ...ended, HostConfig: { RestartPolicy: { Name } } });
    expect(fromInspect(policy("unless-stopped")).stoppedOnPurpose).toBe(true);
    expect(fromInspect(policy("no")).stoppedOnPurpose).toBe(false);
    expect(fromInspect({ ...inspect, HostConfig: { RestartPolicy: { Name: "always" } } }).stoppedOnPurpose).toBe(false);
  });
  it("takes a container without labels, ports or a probe", () => {
    const bare = {
      ...inspect,
      Config: { Image: "web:1.0", Labels: null },
      State: { ...inspect.State, Health: undefined },
      NetworkSettings: { Ports: null },
    };
    expect(fromInspect(bare)).toMatchObject({ labels: {}, ports: [], health: null });
  });
});
