// What a recorded change is called. Pure, so that every sentence has a test.

import { statusWords } from "@/app/_ui/status";
import {
  type Availability,
  type Change,
  type History,
  type TimelineStatus,
  timelineStatus,
} from "@/lib/services/history-schema";

export const timelineWords: Record<TimelineStatus, string> = {
  ...statusWords,
  unknown: "Not known",
  gone: "No container",
};

const blindness: Record<string, string> = {
  "worker-down": "the worker was down",
  "engine-silent": "the engine did not answer",
  "not-watched": "nobody watched yet",
};

/** `before` is the same container's change before this one, when it is known. */
export function changeWords(change: Change, before: Change | undefined): string {
  const { state, health, exitCode, cause } = change;
  const code = exitCode === null ? "" : `, exit code ${exitCode}`;
  if (state === "unknown") return `Not known: ${blindness[cause ?? ""] ?? "nobody watched"}`;
  if (state === "gone") return "Container removed";
  if (state === "created") return "Container made";
  if (state === "paused") return "Paused";
  if (change.outOfMemory) return state === "running" ? "A process was killed: out of memory" : "Killed: out of memory";
  if (state === "running") {
    if (health === "healthy") return before?.health === "unhealthy" ? "Healthy again" : "Healthy";
    if (health === "unhealthy") return "Unhealthy";
    return before?.state === "paused" ? "Goes on" : "Started";
  }
  if (state === "restarting") return `Failed${code}, the engine tries again`;
  return `${timelineStatus(change) === "failed" ? "Failed" : "Stopped"}${code}`;
}

const deeds: Record<string, string> = {
  "service.start": "start",
  "service.stop": "stop",
  "service.restart": "restart",
  "service.recreate": "recreate",
  "service.scale": "scale",
};

/** Who made it so; null where nobody did. */
export function causeWords({ cause, audit, state }: Change): string | null {
  if (audit) return `${audit.actor}: ${deeds[audit.action] ?? audit.action.replace(/^service\./, "")}`;
  if (cause === "asked") return "from outside the portal";
  if (cause === "policy") return "by its restart policy";
  if (cause === "itself") return state === "exited" || state === "restarting" ? "by itself" : null;
  return null;
}

const parts: [kind: "trouble" | "stopped" | "starting" | "unknown", word: string][] = [
  ["trouble", "in trouble"],
  ["stopped", "stopped"],
  ["starting", "starting"],
  ["unknown", "not known"],
];

/** Over how long it was recorded, and what is missing: beside the percentage, or in its place. */
export function recordWords(
  { availability, from, until }: Pick<History, "availability" | "from" | "until">,
  duration: (ms: number) => string,
): string {
  const known = Date.parse(until) - Date.parse(from) - availability.unknown;
  if (known < 1000) return "Nobody has watched it in this time";
  const record = `${duration(known)} on record`;
  const said =
    availability.percent === null
      ? `Only ${record}, too short for a percentage: up ${duration(availability.up)}`
      : `available in the ${record}`;
  return [said, missing(availability, duration)].filter(Boolean).join("; ");
}

/** What is missing to all of it: "stopped 2 min, not known 4 h". */
export const missing = (availability: Availability, duration: (ms: number) => string): string =>
  parts
    .filter(([kind]) => availability[kind] >= 1000)
    .map(([kind, word]) => `${word} ${duration(availability[kind])}`)
    .join(", ");
