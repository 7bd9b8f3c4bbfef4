import { describe, expect, it } from "vitest";
import { familiar, foreignContainers, imageOf, memberOf, networkList, stripInspect, volumeList } from "./answers.ts";

const context = { project: "taylordash" };
const full = "0123456789ab".padEnd(64, "f");
const answer = (labels: Record<string, string> | null) => ({
  Id: full,
  Config: { Env: ["PASSWORD=x"], Labels: labels },
});
const own = (more: Record<string, string> = {}) => answer({ "com.docker.compose.project": "taylordash", ...more });

describe("an inspect answer", () => {
  it("loses its environment and keeps the rest", () => {
    const stripped = stripInspect(own(), context);
    expect(stripped).toMatchObject({ Id: full, Config: { Env: [] } });
    expect(JSON.stringify(stripped)).not.toContain("PASSWORD");
  });
  it("of another project, without labels or malformed is none at all", () => {
    expect(stripInspect(answer({ "com.docker.compose.project": "other" }), context)).toBeNull();
    expect(stripInspect(answer(null), context)).toBeNull();
    expect(stripInspect({ ...own(), Id: "../info" }, context)).toBeNull();
    expect(stripInspect("text", context)).toBeNull();
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
