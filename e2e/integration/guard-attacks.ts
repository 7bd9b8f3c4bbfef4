// Requests that must not pass, each beside a near-twin that must. In both, {mine}, {short}, {guarded}, {labelled},
// {foreign}, {hexName}, {ref}, its {repository} and {tag}, and {marker} stand for the lab's own.
import type { Profile } from "../../lib/guard/policy.ts";

export type Attack = {
  name: string;
  /** Raw bytes, or a request line that is given a Host header and, with a body, its length. */
  attack: string | { line: string; body: string };
  twin: string;
  /** Whose socket both are sent to; the portal's by default. */
  profile?: Profile;
  /** The status of the answer; by default any 4xx. */
  status?: number;
  /** What may reach the engine meanwhile: the guard's own look at the container. By default nothing. */
  looks?: RegExp;
};

const version = "GET /version";
const inspect = "GET /containers/{mine}/json";
const start = "POST /containers/{mine}/start";

const create = (name: string, hostConfig: Record<string, unknown>, more: Record<string, unknown> = {}): Attack => ({
  name: `container create: ${name}`,
  attack: {
    line: "POST /v1.45/containers/create?name={marker}-attack",
    body: JSON.stringify({ Image: "{marker}-image:1", Cmd: ["/x"], HostConfig: hostConfig, ...more }),
  },
  twin: start,
});

const bind = { Type: "volume", Target: "/m", VolumeOptions: { DriverConfig: { Name: "local" } } };
const bindOptions = { type: "none", o: "bind", device: "/" };
const megabyte = "x".repeat(1_100_000);

/** Bodies: the guard reads none, so none of what they ask can be had. */
export const bodies: Attack[] = [
  create("privileged", { Privileged: true }),
  create("the host's processes", { PidMode: "host" }),
  create("the host's network", { NetworkMode: "host" }),
  create("the host's IPC and users", { IpcMode: "host", UsernsMode: "host", UTSMode: "host" }),
  create("the host's root as a bind", { Binds: ["/:/host"] }),
  create("the engine's socket as a bind", { Binds: ["/var/run/docker.sock:/s"] }),
  create("a bind by Mounts", { Mounts: [{ Type: "bind", Source: "/etc", Target: "/m" }] }),
  create("CVE-2026-44849: o=bind in a volume's driver options", {
    Mounts: [{ ...bind, VolumeOptions: { DriverConfig: { Name: "local", Options: bindOptions } } }],
  }),
  create("the host's devices", {
    Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/d", CgroupPermissions: "rwm" }],
  }),
  create("capabilities", { CapAdd: ["SYS_ADMIN"] }),
  create("no seccomp, no AppArmor", { SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"] }),
  create("another container's volumes", { VolumesFrom: ["{foreign}"] }),
  create("another container's network and processes", {
    NetworkMode: "container:{foreign}",
    PidMode: "container:{foreign}",
  }),
  create("a label of this project", {}, { Labels: { "com.docker.compose.project": "{marker}" } }),
  create("CVE-2026-34040: a body over 1 MB", { Privileged: true }, { Env: [megabyte] }),
  {
    name: "CVE-2024-41110: Content-Length 0 before a body",
    attack: 'POST /containers/create HTTP/1.1\r\nhost: d\r\ncontent-length: 0\r\n\r\n{"Image":"{marker}-image:1"}',
    twin: start,
  },
  {
    name: "CVE-2026-44849: a volume that is a bind of the host's root",
    attack: {
      line: "POST /volumes/create",
      body: JSON.stringify({ Name: "{marker}-attack", Driver: "local", DriverOpts: bindOptions }),
    },
    twin: "GET /volumes",
  },
  {
    name: "CVE-2026-44849: a service, where fewer checks were made than for containers",
    attack: {
      line: "POST /services/create",
      body: '{"Name":"{marker}","TaskTemplate":{"ContainerSpec":{"Image":"{ref}"}}}',
    },
    twin: start,
  },
  {
    name: "CVE-2026-44849: an update of a service",
    attack: { line: "POST /services/{mine}/update?version=1", body: "{}" },
    twin: "POST /containers/{mine}/start",
  },
  {
    name: "start with the old host configuration in its body",
    attack: { line: "POST /v1.40/containers/{mine}/start", body: '{"Privileged":true,"Binds":["/:/host"]}' },
    twin: "POST /v1.40/containers/{mine}/start",
  },
  {
    name: "a network",
    attack: { line: "POST /networks/create", body: '{"Name":"{marker}-attack"}' },
    twin: "GET /networks",
  },
  {
    name: "a container joined to a network",
    attack: { line: "POST /networks/{marker}-network/connect", body: '{"Container":"{mine}"}' },
    twin: start,
  },
  {
    name: "GHSA-m855-r557-5rc5: a command in a container of the list",
    attack: { line: "POST /containers/{mine}/exec", body: '{"Cmd":["id"],"AttachStdout":true}' },
    twin: start,
  },
  { name: "a stop with a body", attack: { line: "POST /containers/{mine}/stop?t=0", body: '{"t":0}' }, twin: start },
  { name: "a read with a body", attack: { line: version, body: "{}" }, twin: version },
  {
    name: "memory taken from a container",
    attack: { line: "POST /containers/{mine}/update", body: '{"Memory":1}' },
    twin: start,
  },
  {
    name: "a secret and a swarm",
    attack: { line: "POST /swarm/init", body: '{"ListenAddr":"127.0.0.1:2377","ForceNewCluster":true}' },
    twin: version,
  },
];

const plain = (twin: string, lines: string[]): Attack[] => lines.map((line) => ({ name: line, attack: line, twin }));

/** Routes that exist on the engine and are on no list. */
export const routes: Attack[] = [
  ...["GET /plugins", "POST /plugins/pull?remote=x", "GET /plugins/privileges?remote=x"].map((attack) => ({
    ...{ name: `CVE-2026-44848: ${attack}`, attack, twin: version },
  })),
  ...[
    "POST /images/create?fromSrc=http://127.0.0.1:1/x&repo={marker}",
    "POST /build?remote=http://127.0.0.1:1/x&t={marker}",
  ].map((attack) => ({ name: `CVE-2026-40242: ${attack}`, attack, twin: "GET /images/{ref}/json" })),
  ...plain("GET /images/{ref}/json", [
    ...["POST /images/create?fromImage={ref}", "POST /images/load", "POST /images/{ref}/push", "GET /images/{ref}/get"],
    ...["POST /images/{ref}/tag?repo={marker}&tag=2", "DELETE /images/{marker}-image:1", "GET /images/json"],
    ...["GET /images/{ref}/history", "GET /images/search?term=x", "POST /images/prune", "GET /distribution/{ref}/json"],
    ...["POST /commit?container={mine}&repo={marker}", "POST /build/prune", "POST /auth"],
  ]),
  {
    name: "a pull of an image that no service of this project runs",
    attack: "POST /images/create?fromImage={marker}-image&tag=1",
    twin: "GET /images/{ref}/json",
    ...{ status: 404, looks: /^GET \/containers\/(json\?|[a-f0-9]{64}\/json)/ },
  },
  ...plain("GET /images/{ref}/json", [
    ...["platform=linux/arm64", "fromSrc=-", "repo={marker}", "changes=USER+root", "tag=2"].map(
      (more) => `POST /images/create?fromImage={repository}&tag={tag}&${more}`,
    ),
  ]),
  ...plain(inspect, [
    ...["GET /containers/{mine}/archive?path=/etc/shadow", "HEAD /containers/{mine}/archive?path=/etc/shadow"],
    ...["PUT /containers/{mine}/archive?path=/", "GET /containers/{mine}/export", "GET /containers/{mine}/changes"],
    ...[
      "GET /containers/{mine}/top",
      "GET /containers/{mine}/attach/ws?stream=1",
      "GET /containers/{mine}/checkpoints",
    ],
    ...["GET /exec/{mine}/json", "GET /containers/{mine}/json?size=1"],
  ]),
  ...plain(start, [
    ...[
      "POST /containers/{mine}/attach?stream=1",
      "POST /containers/{mine}/resize?h=1&w=1",
      "POST /containers/{mine}/wait",
    ],
    ...["POST /containers/{mine}/rename?name={marker}-attack", "POST /containers/{mine}/kill?signal=KILL"],
    ...["POST /containers/{mine}/pause", "POST /containers/{mine}/unpause", "DELETE /containers/{mine}?force=1"],
    ...["POST /containers/prune", "POST /volumes/prune?filters={}", "POST /networks/prune", "POST /exec/{mine}/start"],
    ...[
      "DELETE /volumes/{marker}-volume",
      "DELETE /networks/{marker}-network",
      "POST /containers/{mine}/start?checkpoint=x",
    ],
  ]),
  ...plain(version, [
    ...["GET /info", "GET /system/df", "GET /swarm", "GET /nodes", "GET /tasks", "GET /services", "GET /secrets"],
    ...["GET /configs", "POST /secrets/create", "POST /configs/create", "POST /session", "POST /grpc", "GET /metrics"],
    ...["GET /debug/pprof/", "GET /libpod/info", "POST /swarm/join", "POST /swarm/leave?force=1", "GET /"],
  ]),
];

/** Other spellings of paths. */
export const paths: Attack[] = [
  ...[
    "GET /containers/../info",
    "GET /containers/{mine}/../../info",
    "GET /containers/../containers/{foreign}/json",
  ].map((attack) => ({ name: `CVE-2026-27734: ${attack}`, attack, twin: inspect })),
  ...["GET /v1.45/../info", "GET /v1.44/../v1.45/info", "GET /./info"].map((attack) => ({
    ...{ name: `CVE-2026-47179: ${attack}`, attack, twin: version },
  })),
  ...plain(inspect, [
    ...["GET /containers/%2e%2e/info", "GET /containers/{mine}%2fjson", "GET /containers/{mine}%2f..%2f..%2finfo"],
    ...["GET /containers/%252e%252e/info", "GET /containers/{mine}/json%00", "GET /containers/{mine}\\json"],
    ...[
      "GET /containers/{mine}/json/",
      "GET /containers//{mine}/json",
      "GET /containers/{mine};x/json",
      "GET /containers/{mine}/json%0d%0a",
    ],
    ...[
      "GET /Containers/{mine}/json",
      "GET /containers/{mine}/JSON",
      "get /containers/{mine}/json",
      "GET /containers/*/json",
    ],
    ...["GET /containers/{mine}/json#x", "GET /containers/\xe2\x80\xa6/json", "HEAD /containers/{mine}/json"],
  ]),
  ...plain("GET /v1.45/version", [
    ...["GET /v1.24/version", "GET /v9.99/version", "GET /v1.450/version", "GET /v1/version", "GET /V1.45/version"],
    ...[
      "GET /v1.45/v1.45/version",
      "GET //v1.45/version",
      "GET /v1.45//version",
      "GET /%76ersion",
      "GET v1.45/version",
    ],
    ...["GET http://docker/v1.45/version", "GET unix:///var/run/docker.sock", "GET docker:2375", "GET *", "OPTIONS *"],
    ...["GET @docker/version", "GET \\version", "TRACE /v1.45/version", "PUT /v1.45/version", "PATCH /v1.45/version"],
  ]),
];

const helper = "POST /taylordash/helpers/volume-usage?volume={marker}-data";
const command = "POST /taylordash/containers/{mine}/probe";
const ofWorker = (twin: string, attacks: (Pick<Attack, "attack"> & Partial<Attack>)[]): Attack[] =>
  attacks.map((one) => ({
    ...{ name: typeof one.attack === "string" ? one.attack : `${one.attack.line} ${one.attack.body}`, twin },
    ...{ profile: "worker" as const, ...one },
  }));
const volumes = /^GET \/volumes\/[\w.-]+ HTTP/;

/** What the worker may have run: of everything around it, nothing. */
export const templates: Attack[] = [
  ...ofWorker(helper, [
    { attack: "POST /taylordash/helpers/volume-usage?volume={marker}-other-data", looks: volumes, status: 404 },
    { attack: "POST /taylordash/helpers/volume-usage?volume={marker}-nobodys", looks: volumes, status: 404 },
    { attack: "POST /taylordash/helpers/volume-usage?volume={marker}-absent", looks: volumes, status: 404 },
    {
      name: "CVE-2026-44849: a helper with a volume of this project that is a bind of the host's root",
      attack: "POST /taylordash/helpers/volume-usage?volume={marker}-bind",
      ...{ looks: volumes, status: 409 },
    },
    { attack: "POST /taylordash/helpers/volume-usage?volume={marker}-volume", looks: volumes, status: 409 },
    { attack: "POST /taylordash/helpers/volume-usage?volume=/etc" },
    { attack: "POST /taylordash/helpers/volume-usage?volume=..%2f..%2fetc" },
    { attack: "POST /taylordash/helpers/volume-usage?volume={marker}-data:/x" },
    { attack: "POST /taylordash/helpers/volume-usage?volume={marker}-data&volume={marker}-bind" },
    { attack: "POST /taylordash/helpers/volume-usage?volume={marker}-data&image={ref}" },
    { attack: "POST /taylordash/helpers/volume-usage?volume={marker}-data&cmd=sh" },
    { attack: "POST /taylordash/helpers/shell?volume={marker}-data" },
    { attack: "GET /taylordash/helpers/volume-usage?volume={marker}-data" },
    { attack: { line: helper, body: '{"Image":"{ref}","Cmd":["sh"],"HostConfig":{"Privileged":true}}' } },
    { attack: { line: helper, body: '{"HostConfig":{"Binds":["/:/volume"]}}' } },
  ]),
  ...ofWorker(command, [
    {
      attack: "POST /taylordash/containers/{foreign}/probe",
      ...{ looks: /^GET \/containers\/[a-f0-9]{64}\/json/, status: 404 },
    },
    {
      name: "a command where the container has no healthcheck",
      attack: "POST /taylordash/containers/{guarded}/probe",
      ...{ looks: /^GET \/containers\/[a-f0-9]{64}\/json/, status: 409 },
    },
    { attack: "POST /taylordash/containers/{mine}/probe?cmd=id" },
    { attack: "POST /taylordash/containers/{mine}/exec" },
    {
      attack: "POST /taylordash/containers/{hexName}/probe",
      ...{ looks: /^GET \/containers\/[a-f0-9]{12}\/json/, status: 404 },
    },
    { attack: { line: command, body: '{"Cmd":["id"],"User":"0"}' } },
    { attack: { line: "POST /containers/{mine}/exec", body: '{"Cmd":["id"]}' } },
    { attack: { line: "POST /containers/create?name={marker}-attack", body: '{"Image":"{ref}"}' } },
    { attack: "POST /exec/{mine}/start", name: "a command that somebody else made" },
    { attack: "POST /images/create?fromImage={repository}&tag={tag}" },
  ]),
  ...[helper, command].flatMap((line) =>
    (["portal", "discover"] as const).map((profile) => ({
      ...{ name: `${line} by ${profile}`, attack: line, profile },
      twin: profile === "portal" ? start : version,
    })),
  ),
];
