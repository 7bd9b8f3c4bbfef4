import { describe, expect, it } from "vitest";
import type { EngineContainer } from "../platform/docker.ts";
import { isService, safeLink, toRow } from "./row.ts";

const container = (labels: Record<string, string>): EngineContainer => ({
  id: "b".repeat(64),
  name: "td-web-1",
  labels,
  image: "web:1.0",
  imageId: "sha256:0",
  createdAt: "2026-11-24T10:00:00.000Z",
  state: "running",
  health: "healthy",
  exitCode: null,
  outOfMemory: false,
  stoppedOnPurpose: false,
  restarts: 0,
  startedAt: null,
  finishedAt: null,
  ports: [],
  writableMount: false,
});

describe("a row out of labels", () => {
  it("takes title, description and link", () => {
    const labels = { "com.docker.compose.service": "web", "taylordash.title": "Web", "taylordash.link": "/web/" };
    expect(toRow(container(labels))).toMatchObject({ service: "web", title: "Web", link: "/web/", protected: false });
  });
  it("is in a crash loop after three restarts of the policy, until it has lasted ten minutes", () => {
    const startedAt = "2026-11-24T10:00:00.000Z";
    const after = (minutes: number, change: Partial<EngineContainer> = {}) =>
      toRow({ ...container({}), startedAt, restarts: 3, ...change }, null, Date.parse(startedAt) + minutes * 60_000);
    expect([after(0), after(9), after(10), after(1, { restarts: 2 })].map(({ crashLoop }) => crashLoop)).toEqual([
      ...[true, true, false, false],
    ]);
    expect(after(1, { state: "exited" }).crashLoop).toBe(false);
  });
  it("takes the engine's word for an end before what was seen, and none while it runs", () => {
    const ended = { ...container({}), state: "exited" as const, exitCode: 1 };
    expect(toRow(ended).endedBy).toBeNull();
    expect(toRow(ended, "itself").endedBy).toBe("itself");
    expect(toRow({ ...ended, stoppedOnPurpose: true }, "itself").endedBy).toBe("asked");
    expect(toRow(container({}), "asked").endedBy).toBeNull();
  });
  it.each([
    ["2", 2],
    ["10", 10],
    [undefined, null],
    ["", null],
    ["0", null],
    ["-1", null],
    ["1e3", null],
    ["one", null],
    ["9".repeat(30), null],
  ])("with the container number %j has the number %j", (label, number) => {
    expect(toRow(container(label === undefined ? {} : { "com.docker.compose.container-number": label })).number).toBe(
      number,
    );
  });
  it("falls back to the service's and then the container's name", () => {
    expect(toRow(container({ "com.docker.compose.service": "web" })).title).toBe("web");
    expect(toRow(container({})).title).toBe("td-web-1");
  });
  it("protects the fixed five whatever their labels say", () => {
    for (const service of ["portal", "traefik", "keycloak", "postgres", "docker-guard"]) {
      const labels = { "com.docker.compose.service": service, "taylordash.protected": "false" };
      expect(toRow(container(labels)).protected).toBe(true);
    }
  });
  it("scales what its label says may, but never what keeps state or a port of the host", () => {
    const labels = (service: string) => ({ "com.docker.compose.service": service, "taylordash.scale": "true" });
    expect(toRow(container(labels("web"))).scalable).toBe(true);
    expect(toRow(container({ "com.docker.compose.service": "web" })).scalable).toBe(false);
    for (const service of ["traefik", "keycloak", "postgres", "docker-guard"])
      expect(toRow(container(labels(service))).scalable).toBe(false);
    const ports = [{ container: 80, protocol: "tcp", published: 8080 }];
    expect(toRow({ ...container(labels("web")), ports }).scalable).toBe(false);
  });
  it.each([
    [undefined, false, false],
    [undefined, true, true],
    ["none", true, false],
    ["none", false, false],
    ["files", false, true],
    ["", false, true],
  ])("with the label backup %j and a writable mount %j keeps state: %j", (backup, writableMount, stateful) => {
    const labels: Record<string, string> = backup === undefined ? {} : { "taylordash.backup": backup };
    expect(toRow({ ...container(labels), writableMount }).stateful).toBe(stateful);
  });
  it("takes the secrets out of texts and the image, whatever is invisible between", () => {
    const labels = { "taylordash.title": "pass\u200Bword=x", "taylordash.description": "Bearer secret8" };
    const row = toRow({ ...container(labels), image: "https://u:p@registry/a:1" });
    expect(row).toMatchObject({
      title: "password=•••",
      description: "Bearer •••",
      image: "https://u:•••@registry/a:1",
    });
  });
  it("takes nothing invisible into a name: control characters, line breaks, direction overrides", () => {
    const labels = {
      "taylordash.title": "Pay\u202Edrowssap\u0000\nroll\u2028\u200B",
      "taylordash.description": "x".repeat(9999),
    };
    const row = toRow(container(labels));
    expect(row.title).toBe("Paydrowssaproll");
    expect(row.description.length).toBe(200);
  });
  it.each([
    ["javascript:alert(1)"],
    ["https://elsewhere.example/"],
    ["//elsewhere.example/"],
    ["/\\elsewhere.example/"],
    ["/a b"],
    ['/"onclick='],
    [`/${"a".repeat(300)}`],
    [""],
  ])("links nowhere for %s", (link) => {
    expect(safeLink(link)).toBeNull();
  });
  it("shows no container of a one-off run as a service", () => {
    expect(isService(container({ "com.docker.compose.oneoff": "True" }))).toBe(false);
    expect(isService(container({ "com.docker.compose.oneoff": "False" }))).toBe(true);
  });
});
