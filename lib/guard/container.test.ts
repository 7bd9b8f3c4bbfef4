import { describe, expect, it } from "vitest";
import { Container, createBody, type ImageConfig } from "./container.ts";

const id = "0123456789ab".padEnd(64, "f");
const volume = "d".repeat(64);
const image: ImageConfig = {
  ...{ Hostname: "", Env: ["PATH=/bin", "VERSION=1"], Labels: { vendor: "x" }, Cmd: ["run"], Entrypoint: ["/entry"] },
  ...{ ExposedPorts: { "80/tcp": {} }, Volumes: { "/var/x": {} }, User: "1000", WorkingDir: "/app" },
};
const config = {
  ...{ Image: "web:1", Hostname: id.slice(0, 12), User: "1000", WorkingDir: "/app", OnBuild: ["RUN x"] },
  ...{ Env: ["PATH=/bin", "VERSION=1", "CHOSEN=yes"], Cmd: ["run"], Entrypoint: ["/entry"] },
  ...{ ExposedPorts: { "80/tcp": {}, "90/tcp": {} }, Volumes: { "/var/x": {} } },
  Labels: {
    vendor: "x",
    title: "$(id)",
    "com.docker.compose.container-number": "1",
    "com.docker.compose.replace": "old",
  },
};
const container = (more: { config?: object; host?: object; mounts?: object[] } = {}) =>
  Container.parse({
    ...{ Id: id, Name: "/p-web-1", Image: "sha256:1", State: { Status: "running", Running: true, StartedAt: "" } },
    Config: { ...config, ...more.config },
    HostConfig: { NetworkMode: "p_inner", ReadonlyRootfs: true, CapDrop: ["ALL"], ...more.host },
    Mounts: more.mounts ?? [],
    NetworkSettings: {
      Networks: {
        p_inner: {
          ...{ Aliases: ["p-web-1", "web", id.slice(0, 12)], IPAMConfig: { IPv4Address: "10.0.0.9" } },
          ...{ MacAddress: "02:42:ac:11:00:02", NetworkID: "n", Gateway: "g" },
        },
      },
    },
  });
type Body = { Labels: Record<string, string>; HostConfig: Record<string, unknown> } & Record<string, unknown>;
const body = (of: Container, replica?: { number: number; name: string; formerName: string }) =>
  createBody({ container: of, image, imageId: "sha256:2", ...(replica ? { replica } : {}) }) as Body;

describe("the body of a successor", () => {
  it("leaves out what came with the old image, so that the new one brings its own", () => {
    const made = body(container());
    expect(made).toMatchObject({ Image: "web:1", Env: ["CHOSEN=yes"], ExposedPorts: { "90/tcp": {} }, Volumes: {} });
    for (const name of ["Cmd", "Entrypoint", "User", "WorkingDir", "Hostname", "OnBuild"]) {
      expect(made, name).not.toHaveProperty(name);
    }
    expect(made.Labels).not.toHaveProperty("vendor");
  });
  it("keeps what the compose file said, hostile labels as they are", () => {
    const made = body(container({ config: { User: "7", Cmd: ["other"], Hostname: "named" } }));
    expect(made).toMatchObject({ User: "7", Cmd: ["other"], Hostname: "named" });
    expect(made).not.toHaveProperty("Entrypoint");
    expect(made.Labels.title).toBe("$(id)");
  });
  it("keeps the command where the entry point is the compose file's: the engine would not take the image's", () => {
    expect(body(container({ config: { Entrypoint: ["/own"] } }))).toMatchObject({ Entrypoint: ["/own"], Cmd: ["run"] });
  });
  it("keeps project and service where the old image names them too", () => {
    const Labels = { "com.docker.compose.project": "p", "com.docker.compose.service": "web", vendor: "x" };
    const built = { ...image, Labels: { ...Labels } };
    const made = createBody({
      container: container({ config: { Labels } }),
      image: built,
      imageId: "sha256:2",
    }) as Body;
    expect(made.Labels).toMatchObject({ "com.docker.compose.project": "p", "com.docker.compose.service": "web" });
    expect(made.Labels).not.toHaveProperty("vendor");
  });
  it("names the new image where compose looks for it, and whom it replaces", () => {
    const { Labels } = body(container());
    expect(Labels).toMatchObject({ "com.docker.compose.image": "sha256:2", "taylordash.replaces": id });
    expect(Labels).not.toHaveProperty("com.docker.compose.replace");
  });
  it("keeps the limits, and the network's aliases and address but nothing the engine gave", () => {
    const made = body(container());
    expect(made.HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ["ALL"] });
    expect(made.NetworkingConfig).toEqual({
      EndpointsConfig: {
        p_inner: {
          Aliases: ["p-web-1", "web"],
          IPAMConfig: { IPv4Address: "10.0.0.9" },
          Links: undefined,
          DriverOpts: undefined,
        },
      },
    });
  });
  it.each(["host", "none", "default", "bridge", "container:x"])("has no aliases on the network %s", (NetworkMode) => {
    expect(body(container({ host: { NetworkMode } }))).not.toHaveProperty("NetworkingConfig");
  });
  it.each([
    ["a mount without a name", { Mounts: [{ Type: "volume", Target: "/var/x" }] }],
    ["a mount by its name", { Mounts: [{ Type: "volume", Source: volume, Target: "/var/x" }] }],
    ["a bind", { Binds: [`${volume}:/var/x:rw`] }],
    ["the image's alone", {}],
  ])("takes over an anonymous volume noted as %s, once", (_name, host) => {
    const { HostConfig } = body(container({ host, mounts: [{ Type: "volume", Name: volume, Destination: "/var/x" }] }));
    expect(HostConfig.Mounts).toEqual([{ Type: "volume", Source: volume, Target: "/var/x" }]);
    expect(HostConfig.Binds).toEqual([]);
  });
});

describe("the body of a further replica", () => {
  const replica = { number: 2, name: "p-web-2", formerName: "p-web-1" };
  it("has a number, a name and an address of its own", () => {
    const made = body(container(), replica);
    expect(made.Labels["com.docker.compose.container-number"]).toBe("2");
    expect(made.Labels).not.toHaveProperty("taylordash.replaces");
    expect(made.NetworkingConfig).toMatchObject({
      EndpointsConfig: { p_inner: { Aliases: ["p-web-2", "web"], IPAMConfig: {} } },
    });
  });
  it("shares named volumes and binds, and gets new anonymous ones", () => {
    const host = { Binds: ["/a:/b"], Mounts: [{ Type: "volume", Source: "data", Target: "/data" }] };
    const mounts = [
      { Type: "volume", Name: "data", Destination: "/data" },
      { Type: "volume", Name: volume, Destination: "/var/x" },
    ];
    const { HostConfig } = body(container({ host, mounts }), replica);
    expect(HostConfig.Binds).toEqual(["/a:/b"]);
    expect(HostConfig.Mounts).toEqual([...host.Mounts, { Type: "volume", Target: "/var/x" }]);
  });
});
