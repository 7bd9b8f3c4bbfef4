// Who needs whom. Compose declares nothing here, since services retry their dependencies by themselves; what this
// stack's own services do is known, and of all others the label, or what they share, tells.
import type { EngineDetails } from "../platform/docker-details.ts";
import type { Neighbour, Tie } from "./details-schema.ts";
import { toRow } from "./row.ts";

/** Of each service of this stack: what it uses, and what for. */
const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  traefik: {
    portal: "sends it visitors",
    keycloak: "sends it sign-ins",
    "mqtt-proxy": "sends it MQTT clients",
    "docker-guard": "reads routes from labels",
  },
  "mqtt-proxy": { mosquitto: "hands it clients and their addresses" },
  portal: {
    postgres: "sessions, audit, history",
    keycloak: "sign-in",
    "docker-guard": "reads and operates containers",
    mosquitto: "MQTT users and rights",
    objectstore: "backups and files",
    prometheus: "charts of the past",
    worker: "long work, such as backups",
  },
  worker: {
    postgres: "jobs, history, migrations",
    keycloak: "sets up the realm",
    "docker-guard": "reads and measures containers",
    mosquitto: "sets up accounts, reads figures",
    objectstore: "makes buckets, keeps backups",
  },
  keycloak: { postgres: "users and settings" },
  grafana: { prometheus: "metrics", tempo: "traces" },
  prometheus: {
    alertmanager: "sends it alerts",
    "node-exporter": "reads this machine's figures",
    "postgres-exporter": "reads the databases' figures",
  },
  "postgres-exporter": { postgres: "measures it" },
};

/** `a:service_started:true,b:service_healthy:false` or plain names. */
const declared = (details: EngineDetails): string[] =>
  (details.labels["com.docker.compose.depends_on"] ?? "")
    .split(",")
    .flatMap((part) => part.split(":")[0]?.trim() || []);

const volumesOf = (details: EngineDetails) => details.mounts.flatMap(({ name }) => (name ? [name] : []));

/** `edge` out of `project_edge`. */
export const plainName = (name: string, project: string): string =>
  name.startsWith(`${project}_`) ? name.slice(project.length + 1) : name;

export type Ties = { uses: Tie[]; usedBy: Tie[]; networks: { name: string; others: Neighbour[] }[] };

/** Of one service among all containers of the project. */
export function tiesOf(service: string, all: readonly EngineDetails[], project: string): Ties {
  const services = new Map<string, { title: string; members: EngineDetails[] }>();
  for (const details of all) {
    const { service: name, title } = toRow(details);
    const entry = services.get(name) ?? { title, members: [] };
    entry.members.push(details);
    services.set(name, entry);
  }
  const reasons = (from: string, to: string): string[] => {
    const [source, target] = [services.get(from), services.get(to)];
    if (!source || !target) return [];
    const told = known[from]?.[to];
    const waits = source.members.some((details) => declared(details).includes(to));
    return [...(told ? [told] : []), ...(waits ? ["waits for it when it starts"] : [])];
  };
  const sharedVolumes = (other: string): string[] => {
    const mine = new Set((services.get(service)?.members ?? []).flatMap(volumesOf));
    const theirs = new Set((services.get(other)?.members ?? []).flatMap(volumesOf));
    return [...theirs].filter((name) => mine.has(name)).map((name) => plainName(name, project));
  };
  const others = [...services]
    .filter(([name]) => name !== service)
    .sort(([, a], [, b]) => a.title.localeCompare(b.title, "en"));
  const tied = (why: (other: string) => string[]): Tie[] =>
    others.flatMap(([name, { title }]) => {
      const words = why(name);
      return words.length > 0 ? [{ service: name, title, why: words.join("; ") }] : [];
    });
  const volumes = (other: string) => sharedVolumes(other).map((name) => `shares the volume ${name}`);
  const uses = tied((other) => reasons(service, other));
  const usedBy = tied((other) => reasons(other, service));
  const named = new Set([...uses, ...usedBy].map((tie) => tie.service));
  // A shared volume has no direction of its own: it is told once, beside the tie that is known.
  const shared = tied((other) => (named.has(other) ? [] : volumes(other)));
  const joined = (services.get(service)?.members ?? []).flatMap((one) => one.networks.map(({ name }) => name));
  // The engine's word for no network at all.
  const networks = [...new Set(joined)].filter((name) => name !== "none");
  return {
    uses: [...uses, ...shared],
    usedBy,
    networks: networks.sort().map((network) => ({
      name: plainName(network, project),
      others: others
        .filter(([, { members }]) => members.some((one) => one.networks.some(({ name }) => name === network)))
        .map(([name, { title }]) => ({ service: name, title })),
    })),
  };
}
