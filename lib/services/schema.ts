// What a service is in our words. Types and pure functions only: the one file of this folder that the browser loads.
export const containerStates = ["created", "running", "paused", "restarting", "removing", "exited", "dead"] as const;
export type ContainerState = (typeof containerStates)[number];
/** docker-guard's own limit. */
export const mostReplicas = 10;
export type Health = "healthy" | "unhealthy" | "starting";

/** A port a container listens on: `published` on the host, or null when only other containers reach it. */
export type Port = { container: number; protocol: string; published: number | null };

/** One container of this project. Times are ISO 8601 in UTC. */
export type ServiceRow = {
  id: string;
  name: string;
  service: string;
  /** Compose's number of it among the containers of its service, from 1 on; null where it has none. */
  number: number | null;
  title: string;
  description: string;
  icon: string;
  /** A path of this portal's own origin, from the label `taylordash.link`. */
  link: string | null;
  protected: boolean;
  /** Holds data that would be missed: stopping or recreating it needs a recent second factor. */
  stateful: boolean;
  /** Keeps no state, so there may be several of it: its label `taylordash.scale` says so. */
  scalable: boolean;
  state: ContainerState;
  health: Health | null;
  exitCode: number | null;
  outOfMemory: boolean;
  /** `asked`: somebody told it to end; null while it runs, and where nobody knows. */
  endedBy: "asked" | "itself" | null;
  /** The restart policy's, since somebody last started it. */
  restarts: number;
  /** Came back by its restart policy three times or more, and has not lasted ten minutes since. */
  crashLoop: boolean;
  startedAt: string | null;
  finishedAt: string | null;
  image: string;
  ports: Port[];
};

/** What a person calls it; colour and icon follow from it. */
export type Status = "healthy" | "running" | "starting" | "unhealthy" | "restarting" | "paused" | "stopped" | "failed";

/** Worst first: the order of the list and of the overview. */
export const statuses: readonly Status[] = [
  ...(["failed", "unhealthy", "restarting", "starting"] as const),
  ...(["paused", "stopped", "running", "healthy"] as const),
];

// 0, SIGINT, SIGKILL and SIGTERM: how a program ends that was asked to, where nobody saw whether it was.
const askedToEnd = new Set([0, 130, 137, 143]);

type Judged = Pick<ServiceRow, "state" | "health" | "exitCode" | "outOfMemory" | "endedBy" | "crashLoop">;

export function statusOf(row: Judged): Status {
  if (row.state === "running") return row.crashLoop ? "restarting" : (row.health ?? "running");
  if (row.state === "restarting") return "restarting";
  if (row.state === "paused") return "paused";
  // Many programs end with a code of their own when they are told to; what counts is that somebody told them.
  if (row.state === "created" || row.endedBy === "asked") return "stopped";
  if (row.state === "dead" || row.outOfMemory) return "failed";
  if (row.endedBy === "itself") return row.exitCode === 0 ? "stopped" : "failed";
  return askedToEnd.has(row.exitCode ?? 0) ? "stopped" : "failed";
}

export const isTrouble = (status: Status): boolean =>
  status === "failed" || status === "unhealthy" || status === "restarting";

/** Since when the present state holds, or null when the engine does not know. */
export const since = (row: Pick<ServiceRow, "state" | "startedAt" | "finishedAt">): string | null =>
  row.state === "running" || row.state === "paused" ? row.startedAt : (row.finishedAt ?? row.startedAt);

/** Worst first, then by title: stable, so that a row moves only when its status does. */
export function byTrouble(a: ServiceRow, b: ServiceRow): number {
  const order = statuses.indexOf(statusOf(a)) - statuses.indexOf(statusOf(b));
  return order || a.title.localeCompare(b.title, "en") || a.name.localeCompare(b.name, "en");
}

export const summary = (rows: readonly ServiceRow[]) => {
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
  for (const row of rows) counts[statusOf(row)] += 1;
  return counts;
};

/** Server-sent events of `/api/events`, by their event name. */
export type ServiceEvents = {
  /** The whole list: the first event of a stream that could not be resumed. */
  snapshot: ServiceRow[];
  service: ServiceRow;
  gone: { id: string };
  /** Whether the engine answers; rows are the last known ones while it does not. */
  engine: { connected: boolean };
};

/** The answer of `GET /api/v1/services`. */
export type ServiceList = { services: ServiceRow[]; engine: { connected: boolean } };
