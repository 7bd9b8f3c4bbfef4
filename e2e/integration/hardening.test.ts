// What the daemon says of each running container, against the rules of the design. Deviations are exactly those of
// infra/exceptions.json: one more or one fewer fails.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { containers, docker, root } from "../stack.ts";

type Inspect = {
  Name: string;
  Config: {
    User: string;
    Image: string;
    Healthcheck?: { Test?: string[] };
    Labels: Record<string, string>;
  };
  HostConfig: {
    ReadonlyRootfs: boolean;
    Privileged: boolean;
    CapAdd: string[] | null;
    CapDrop: string[] | null;
    SecurityOpt: string[] | null;
    Memory: number;
    NanoCpus: number;
    PidsLimit: number | null;
    PidMode: string;
    IpcMode: string;
    NetworkMode: string;
    RestartPolicy: { Name: string };
    LogConfig: { Type: string; Config: Record<string, string> };
    PortBindings: Record<string, unknown> | null;
  };
  Mounts: { Type: string; Source: string; Destination: string; RW: boolean }[];
};

const rules: Record<string, (c: Inspect) => boolean> = {
  "pinned-tag": (c) => /:v?\d+\.\d+(\.\d+)?[\w.-]*$/.test(c.Config.Image),
  healthcheck: (c) => (c.Config.Healthcheck?.Test?.length ?? 0) > 1 && c.Config.Healthcheck?.Test?.[0] !== "NONE",
  "memory-limit": (c) => c.HostConfig.Memory > 0,
  "cpu-limit": (c) => c.HostConfig.NanoCpus > 0,
  "pids-limit": (c) => (c.HostConfig.PidsLimit ?? 0) > 0,
  "read-only": (c) => c.HostConfig.ReadonlyRootfs,
  "cap-drop-all": (c) => c.HostConfig.CapDrop?.includes("ALL") === true && (c.HostConfig.CapAdd ?? []).length === 0,
  "no-new-privileges": (c) => c.HostConfig.SecurityOpt?.some((o) => /^no-new-privileges(:true)?$/.test(o)) === true,
  unprivileged: (c) => !c.HostConfig.Privileged && c.HostConfig.PidMode === "" && c.HostConfig.NetworkMode !== "host",
  "non-root": (c) => /^[1-9]\d*(:\d+)?$/.test(c.Config.User),
  "log-cap": (c) => c.HostConfig.LogConfig.Config["max-size"] !== undefined,
  restart: (c) => ["unless-stopped", "always"].includes(c.HostConfig.RestartPolicy.Name),
  "raw-socket": (c) => !c.Mounts.some((m) => m.Source.endsWith("docker.sock")),
  "host-roots": (c) => !c.Mounts.some((m) => m.Type === "bind" && ["/", "/run", "/var/run"].includes(m.Source)),
};

/** A service as compose resolves it. */
type Defined = {
  image: string;
  user?: string;
  healthcheck?: { test?: string[] };
  labels?: Record<string, string>;
  read_only?: boolean;
  privileged?: boolean;
  cap_add?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  pid?: string;
  ipc?: string;
  network_mode?: string;
  restart?: string;
  logging?: { driver: string; options: Record<string, string> };
  deploy?: { resources?: { limits?: { cpus?: number; memory?: string; pids?: number } } };
  volumes?: { type: string; source?: string; target: string; read_only?: boolean }[];
};

/** What the daemon would say of its container, as far as the rules look at it. */
function asInspect(one: Defined): Inspect {
  const limits = one.deploy?.resources?.limits ?? {};
  return {
    Name: "",
    Config: {
      ...{ User: one.user ?? "", Image: one.image, Labels: one.labels ?? {} },
      Healthcheck: { Test: one.healthcheck?.test },
    },
    HostConfig: {
      ...{ ReadonlyRootfs: one.read_only ?? false, Privileged: one.privileged ?? false, PortBindings: null },
      ...{ CapAdd: one.cap_add ?? null, CapDrop: one.cap_drop ?? null, SecurityOpt: one.security_opt ?? null },
      ...{ Memory: Number(limits.memory ?? 0), NanoCpus: (limits.cpus ?? 0) * 1e9, PidsLimit: limits.pids ?? null },
      ...{ PidMode: one.pid ?? "", IpcMode: one.ipc ?? "", NetworkMode: one.network_mode ?? "" },
      RestartPolicy: { Name: one.restart ?? "no" },
      LogConfig: { Type: one.logging?.driver ?? "", Config: one.logging?.options ?? {} },
    },
    Mounts: (one.volumes ?? []).map(({ type, source = "", target, read_only = false }) => ({
      ...{ Type: type, Source: source, Destination: target, RW: !read_only },
    })),
  };
}

const exceptions = JSON.parse(readFileSync(join(root, "infra/exceptions.json"), "utf8")) as {
  service: string;
  rule: string;
  reason: string;
}[];

/** `service rule` of each rule that a container breaks. */
const deviations = (services: Map<string, Inspect>) =>
  [...services].flatMap(([service, c]) =>
    Object.entries(rules)
      .filter(([, holds]) => !holds(c))
      .map(([rule]) => `${service} ${rule}`),
  );

const services = new Map<string, Inspect>();

beforeAll(async () => {
  for (const [service, id] of await containers()) {
    const [inspect] = JSON.parse(await docker("inspect", id)) as Inspect[];
    if (inspect) services.set(service, inspect);
  }
});

describe("every container of the stack", () => {
  it("runs the services of the design", () => {
    const expected = [
      "traefik",
      "portal",
      "worker",
      "docker-guard",
      "keycloak",
      "postgres",
      "mosquitto",
      "mqtt-proxy",
      "objectstore",
    ];
    expected.push("prometheus", "alertmanager", "node-exporter", "postgres-exporter");
    expect([...services.keys()].sort()).toEqual(expect.arrayContaining(expected.sort()));
  });

  it("deviates from the hardening rules only where infra/exceptions.json says so, and everywhere it says so", () => {
    const listed = exceptions.map((e) => `${e.service} ${e.rule}`);
    expect(deviations(services).sort()).toEqual(listed.sort());
    expect(exceptions.length).toBeLessThanOrEqual(5);
    for (const exception of exceptions) expect(exception.reason.length).toBeGreaterThan(20);
  });

  it("is held to them by its definition too, Grafana and Tempo included, whose images cannot be had everywhere", async () => {
    const file = join(root, "docker-compose.yml");
    const { services: defined } = JSON.parse(await docker("compose", "-f", file, "config", "--format", "json")) as {
      services: Record<string, Defined>;
    };
    expect(Object.keys(defined)).toEqual(expect.arrayContaining([...services.keys(), "grafana", "tempo"]));
    const asRun = new Map(Object.entries(defined).map(([service, one]) => [service, asInspect(one)]));
    expect(deviations(asRun).sort()).toEqual(exceptions.map((e) => `${e.service} ${e.rule}`).sort());
  });

  it("would be caught if it were weaker: each rule fails on a container that breaks it", () => {
    const sound = services.get("portal");
    if (!sound) throw new Error("no portal");
    const broken: Inspect = {
      ...sound,
      Config: { ...sound.Config, User: "0", Image: "portal:latest", Healthcheck: undefined },
      HostConfig: {
        ...sound.HostConfig,
        ...{ ReadonlyRootfs: false, Privileged: true, CapDrop: [], SecurityOpt: [], Memory: 0, NanoCpus: 0 },
        ...{ PidsLimit: 0, RestartPolicy: { Name: "no" }, LogConfig: { Type: "json-file", Config: {} } },
      },
      Mounts: [
        { Type: "bind", Source: "/var/run/docker.sock", Destination: "/s", RW: true },
        { Type: "bind", Source: "/", Destination: "/host", RW: false },
      ],
    };
    expect(deviations(new Map([["broken", broken]])).sort()).toEqual(
      Object.keys(rules)
        .map((rule) => `broken ${rule}`)
        .sort(),
    );
  });

  it("publishes ports from traefik alone", () => {
    for (const [service, c] of services) {
      const published = Object.keys(c.HostConfig.PortBindings ?? {});
      expect(published.length > 0, service).toBe(service === "traefik");
    }
  });
});
