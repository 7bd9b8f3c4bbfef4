import { describe, expect, it } from "vitest";
import {
  familiar,
  foreignContainers,
  imageOf,
  isRouted,
  isSharedBy,
  memberOf,
  networkList,
  stripInspect,
  stripList,
  volumeList,
} from "./answers.ts";
import type { Profile } from "./policy.ts";

const context = { project: "taylordash" };
const full = "0123456789ab".padEnd(64, "f");
const answer = (labels: Record<string, string> | null) => ({
  Id: full,
  Config: { Env: ["PASSWORD=x"], Labels: labels },
});
const own = (more: Record<string, string> = {}) => answer({ "com.docker.compose.project": "taylordash", ...more });

describe("an inspect answer", () => {
  it("loses its environment and keeps the rest", () => {
    const stripped = stripInspect(own(), context, "portal");
    expect(stripped).toMatchObject({ Id: full, Config: { Env: [] } });
    expect(JSON.stringify(stripped)).not.toContain("PASSWORD");
  });
  const telling = {
    ...{ Id: full, Path: "mysql", Args: ["-phunter2", "app"] },
    Config: {
      Env: [],
      Entrypoint: ["curl"],
      Cmd: ["-u", "user:hunter2", "--token=hunter2", "http://a"],
      Healthcheck: { Test: ["CMD-SHELL", "redis-cli -a hunter2 ping"], Interval: 1 },
      Labels: {
        "com.docker.compose.project": "taylordash",
        "com.docker.compose.depends_on": "auth:service_healthy:true",
        "taylordash.loss": "what is in postgres://u:hunter2@h/x",
        "taylordash.backup": "files",
        "traefik.enable": "true",
        "app.password": "hunter2",
        "traefik.http.routers.a.rule": "Path(`/a`) && Header(`X-A`, `b`)",
        "traefik.http.middlewares.a.basicauth.users": "u:$apr1$hunter2",
      },
    },
    HostConfig: {
      LogConfig: { Type: "splunk", Config: { "splunk-token": "hunter2" } },
      Mounts: [
        { Type: "volume", Target: "/x", VolumeOptions: { DriverConfig: { Options: { o: "password=hunter2" } } } },
      ],
    },
    State: {
      Status: "running",
      Error: "password=hunter2",
      Health: { Status: "healthy", Log: [{ Output: "token=hunter2" }] },
    },
  };
  it.each(["portal", "worker"] as const)("holds no secret of a command, a healthcheck or a label for %s", (profile) => {
    const stripped = stripInspect(telling, context, profile);
    expect(JSON.stringify(stripped)).not.toContain("hunter2");
    expect(stripped).toMatchObject({
      ...{ Path: "mysql", Args: ["-p•••", "app"] },
      Config: {
        Cmd: ["-u", "user:•••", "--token=•••", "http://a"],
        Healthcheck: { Test: ["CMD-SHELL", "redis-cli -a ••• ping"], Interval: 1 },
        Labels: {
          "com.docker.compose.project": "taylordash",
          "com.docker.compose.depends_on": "auth:service_healthy:true",
          "taylordash.loss": "what is in postgres://u:•••@h/x",
          "taylordash.backup": "files",
          "traefik.enable": "true",
          "traefik.http.routers.a.rule": "Path(`/a`) && Header(`X-A`, `b`)",
        },
      },
      HostConfig: { LogConfig: { Type: "splunk" }, Mounts: [{ Type: "volume", Target: "/x" }] },
      State: { Status: "running", Health: { Status: "healthy", Log: [{ Output: "token=•••" }] } },
    });
    const [listed] = stripList(
      [{ Id: full, Command: "app hunter2", Mounts: [], Labels: telling.Config.Labels }],
      profile,
    );
    expect(JSON.stringify(listed)).not.toContain("hunter2");
    expect(listed).toMatchObject({ Id: full, Command: "", Mounts: [] });
  });
  it("leaves Traefik its labels, hashes and all, but no command", () => {
    const stripped = stripInspect(telling, context, "discover");
    expect(stripped?.Config.Labels).toEqual(telling.Config.Labels);
    expect(JSON.stringify({ ...stripped, Config: { ...stripped?.Config, Labels: {} } })).not.toContain("hunter2");
    const [listed] = stripList([{ Id: full, Command: "app hunter2", Labels: telling.Config.Labels }], "discover");
    expect(listed).toEqual({ Id: full, Command: "", Labels: telling.Config.Labels });
  });
  it("masks a list's labels for each profile apart, however often it is asked", () => {
    const list = [{ Id: full.replace("0", "e"), Labels: telling.Config.Labels }];
    const labels = (profile: Profile) => stripList(list, profile)[0]?.Labels;
    for (let round = 0; round < 2; round++) {
      expect(labels("discover")).toEqual(telling.Config.Labels);
      expect(JSON.stringify(labels("portal"))).not.toContain("hunter2");
      expect(labels("worker")).toEqual(labels("portal"));
    }
  });
  it("leaves a helper out of the list", () => {
    const helper = { "taylordash.helper": "volume-usage", "com.docker.compose.oneoff": "True" };
    expect(stripList([{ Id: full, Labels: helper }], "worker")).toEqual([]);
    // A service that somebody labelled so is one like any other.
    const service = { ...helper, "com.docker.compose.oneoff": "False" };
    expect(stripList([{ Id: full, Labels: service }], "worker")).toHaveLength(1);
  });
  it("says whether the edge has to know of a container", () => {
    expect([own(), own({ "traefik.enable": "false" })].map(isRouted)).toEqual([false, true]);
    const list = (mode?: string) => [{ Id: "x" }, { Id: "y", HostConfig: { NetworkMode: mode } }];
    expect(isSharedBy(list(`container:${full}`), own())).toBe(true);
    expect([list("bridge"), list(), []].map((one) => isSharedBy(one, own()))).toEqual([false, false, false]);
  });
  it("of another project, without labels or malformed is none at all", () => {
    expect(stripInspect(answer({ "com.docker.compose.project": "other" }), context, "portal")).toBeNull();
    expect(stripInspect(answer(null), context, "portal")).toBeNull();
    expect(stripInspect({ ...own(), Id: "../info" }, context, "portal")).toBeNull();
    expect(stripInspect("text", context, "portal")).toBeNull();
  });
});

describe("a member of the project", () => {
  it("is named by its full id and service", () => {
    const labels = { "com.docker.compose.service": "web" };
    expect(memberOf(own(labels), full.slice(0, 12), context)).toEqual({ id: full, service: "web", protected: false });
  });
  it("is none when the engine found it by a name of hex digits", () => {
    expect(memberOf(own(), "abcabcabcabc", context)).toBeNull();
  });
  it.each(["portal", "traefik", "keycloak", "postgres", "docker-guard"])(
    "%s is protected without a label",
    (service) => {
      const labels = { "com.docker.compose.service": service, "taylordash.protected": "false" };
      expect(memberOf(own(labels), full, context)?.protected).toBe(true);
    },
  );
  it("is protected by its label", () => {
    expect(memberOf(own({ "taylordash.protected": "true" }), full, context)?.protected).toBe(true);
  });
});

describe("lists", () => {
  const container = (labels: Record<string, string>) => ({
    ...{ Id: full, Names: ["/x"], Image: "nginx:1", State: "running", Status: "Up", Labels: labels },
    ...{ Command: "secret", Mounts: [], Ports: [] },
  });
  it("show other projects' containers as name, image, state and project alone", () => {
    const other = container({
      "com.docker.compose.project": "shop",
      "traefik.http.middlewares.a.basicauth.users": "x",
    });
    const list = foreignContainers([other, container({ "com.docker.compose.project": "taylordash" })], context);
    expect(list).toEqual([{ name: "x", image: "nginx:1", state: "running", status: "Up", project: "shop" }]);
  });
  it("show volumes and networks without their drivers' options", () => {
    const volume = {
      Name: "v",
      Driver: "local",
      Mountpoint: "/m",
      Labels: null,
      Scope: "local",
      Options: { o: "password=x" },
    };
    expect(JSON.stringify(volumeList({ Volumes: [volume] }))).not.toContain("password");
    const network = {
      Id: "n",
      Name: "n",
      Created: "now",
      Scope: "local",
      Driver: "bridge",
      Internal: true,
      Labels: {},
    };
    expect(networkList([{ ...network, Options: { secret: "x" } }])).toEqual([network]);
  });
  it("show an image without its environment", () => {
    const image = { Id: "sha256:1", RepoTags: ["a:1"], Config: { Env: ["PASSWORD=x"], Labels: { a: "b" } } };
    expect(imageOf(image)).toEqual({ Id: "sha256:1", RepoTags: ["a:1"], Config: { Labels: { a: "b" } } });
  });
});

it.each([
  ["docker.io/library/postgres:17", "postgres:17"],
  ["postgres", "postgres:latest"],
  ["localhost:5000/a", "localhost:5000/a:latest"],
  ["quay.io/a/b@sha256:1", "quay.io/a/b@sha256:1"],
])("calls %s %s", (given, short) => expect(familiar(given)).toBe(short));
