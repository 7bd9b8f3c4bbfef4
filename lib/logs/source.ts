// Where lines are read from: the engine for containers that exist, the kept lines for those that are gone.
import { type EngineContainer, listContainers } from "../platform/docker.ts";
import { type LogRead, readContainerLogs } from "../platform/docker-logs.ts";
import { createLeveller, type Line } from "./line.ts";
import { listRings, readRing, ringDirectory, type StoredRing, writtenAt } from "./ring-files.ts";
import { type LogSource, type Stamp, stampOfMs } from "./schema.ts";

export type ReadLines = (read: LogRead, signal: AbortSignal) => AsyncGenerator<Line[], void, undefined>;

export type Source = {
  id: string;
  info: LogSource;
  /** The engine may write more. */
  live: boolean;
  /** No line is newer than this, where that is known. */
  newest: Stamp | null;
  read: ReadLines;
};

const shortId = (id: string) => id.slice(0, 12);
const isOwn = ({ labels }: EngineContainer) => labels["com.docker.compose.oneoff"] !== "True";

// Labels are hostile input; this one is only ever shown as text and compared.
const serviceOf = ({ labels, name }: EngineContainer) => {
  const service = labels["com.docker.compose.service"] ?? "";
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(service) ? service : name;
};

export async function* readEngine(id: string, read: LogRead, signal: AbortSignal): AsyncGenerator<Line[]> {
  const level = createLeveller();
  for await (const lines of readContainerLogs(id, read, signal)) yield level(lines);
}

const engineSource = (container: EngineContainer): Source => ({
  id: container.id,
  info: {
    container: shortId(container.id),
    service: serviceOf(container),
    name: container.name,
    state: container.state,
    previous: false,
  },
  live: container.state === "running" || container.state === "paused",
  newest: null,
  read: (read, signal) => readEngine(container.id, read, signal),
});

const batch = 1_000;

const ringSource = (directory: string, ring: StoredRing, newestMs: number): Source => ({
  id: ring.container,
  info: {
    container: shortId(ring.container),
    service: ring.service,
    name: `${ring.service} (previous)`,
    state: "gone",
    previous: true,
  },
  live: false,
  // Lines are written within a second or so; a minute more costs nothing.
  newest: stampOfMs(newestMs + 60_000),
  async *read({ tail, since, until, onEnd }) {
    const all = await readRing(directory, ring);
    const chosen = createLeveller()(tail === undefined ? all : all.slice(-tail));
    const lines = chosen.filter(({ stamp }) => (!since || stamp >= since) && (!until || stamp <= until));
    for (let at = 0; at < lines.length; at += batch) yield lines.slice(at, at + batch);
    onEnd?.(chosen.length);
  },
});

/**
 * The project's containers and those that are gone but kept, of these services, or of all when none is named.
 * @throws Unavailable when the engine does not answer.
 */
export async function listSources(services: readonly string[], directory = ringDirectory): Promise<Source[]> {
  const wanted = new Set(services);
  const isWanted = ({ info }: Source) => wanted.size === 0 || wanted.has(info.service);
  const [containers, rings] = await Promise.all([listContainers(), listRings(directory)]);
  const present = new Set(containers.map(({ id }) => id));
  const gone = rings.filter(({ container }) => !present.has(container));
  const kept = await Promise.all(
    gone.map(async (ring) => ringSource(directory, ring, await writtenAt(directory, ring))),
  );
  const byService = (a: Source, b: Source) =>
    a.info.service < b.info.service ? -1 : a.info.service > b.info.service ? 1 : 0;
  return [...containers.filter(isOwn).map(engineSource), ...kept].filter(isWanted).sort(byService);
}
