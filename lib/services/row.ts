// From the engine's words to a row. Labels are hostile input: they name things, they never lead out of this origin.
import type { EngineContainer } from "../platform/docker.ts";
import { maskAddresses, maskText } from "../platform/mask.ts";
import type { ServiceRow } from "./schema.ts";

/** State of their own, or a port of the host's: docker-guard scales none of them, whatever their label says. */
const alwaysOne = new Set(["traefik", "keycloak", "postgres", "docker-guard"]);
const protectedServices = new Set(["portal", "traefik", "keycloak", "postgres", "docker-guard"]);

// Control characters, line separators and direction overrides could make one name look like another.
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const words = (text: string | undefined, longest: number) =>
  maskText((text ?? "").replace(invisible, "").trim()).slice(0, longest);

/** Only a path of our own origin: no scheme, no other host, nothing that a browser would read as one. */
export const safeLink = (text: string | undefined): string | null =>
  text && /^\/(?![/\\])[\w\-./~%?=&#]*$/.test(text) && text.length <= 200 ? text : null;

const numberOf = (text: string | undefined): number | null =>
  text && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;

const loopRestarts = 3;
/** How long a container that fell over again and again has to last until it counts as well. */
export const calmMs = 600_000;

const isLoop = ({ state, restarts, startedAt }: EngineContainer, now: number): boolean =>
  (state === "running" || state === "restarting") &&
  restarts >= loopRestarts &&
  startedAt !== null &&
  now - Date.parse(startedAt) < calmMs;

/** `endedBy`: what was seen or recorded of its end; the engine's own word goes before it. `now` in ms since 1970. */
export function toRow(
  container: EngineContainer,
  endedBy: ServiceRow["endedBy"] = null,
  now: number = Date.now(),
): ServiceRow {
  const { labels } = container;
  const service = words(labels["com.docker.compose.service"], 100) || container.name;
  const backup = labels["taylordash.backup"];
  const published = container.ports.some((port) => port.published !== null);
  return {
    id: container.id,
    name: container.name,
    service,
    number: numberOf(labels["com.docker.compose.container-number"]),
    title: words(labels["taylordash.title"], 80) || service,
    description: words(labels["taylordash.description"], 200),
    icon: words(labels["taylordash.icon"], 40),
    link: safeLink(labels["taylordash.link"]),
    protected: protectedServices.has(service) || labels["taylordash.protected"] === "true",
    stateful: backup === undefined ? container.writableMount : backup !== "none",
    scalable: labels["taylordash.scale"] === "true" && !alwaysOne.has(service) && !published,
    state: container.state,
    health: container.health,
    exitCode: container.exitCode,
    outOfMemory: container.outOfMemory,
    endedBy: container.stoppedOnPurpose ? "asked" : ["exited", "dead"].includes(container.state) ? endedBy : null,
    restarts: container.restarts,
    crashLoop: isLoop(container, now),
    startedAt: container.startedAt,
    finishedAt: container.finishedAt,
    image: maskAddresses(container.image),
    ports: container.ports,
  };
}

/** `docker compose run` makes containers that are no services. */
export const isService = ({ labels }: Pick<EngineContainer, "labels">): boolean =>
  labels["com.docker.compose.oneoff"] !== "True";
