// What a state is called in a sentence. Pure, so that every sentence has a test.
import { type ServiceRow, type Status, statusOf } from "@/lib/services/schema";
import type { Board } from "./board";

export type Tone = "well" | "wait" | "trouble" | "unknown";
/** `about` is the one service the sentence names, when it names one. */
export type Headline = { tone: Tone; text: string; about: ServiceRow | null };

const verbs: Record<Status, [one: string, many: string]> = {
  failed: ["has failed", "have failed"],
  unhealthy: ["is unhealthy", "are unhealthy"],
  restarting: ["keeps restarting", "keep restarting"],
  starting: ["is starting", "are starting"],
  paused: ["is paused", "are paused"],
  stopped: ["is stopped", "are stopped"],
  running: ["is up", "are up"],
  healthy: ["is healthy", "are healthy"],
};

const sum = (counts: Board["counts"], statuses: readonly Status[]) =>
  statuses.reduce((n, status) => n + counts[status], 0);

const groups: [tone: Tone, statuses: Status[], together: string][] = [
  ["trouble", ["failed", "unhealthy", "restarting"], "need attention"],
  ["wait", ["starting"], "are starting"],
  ["wait", ["paused", "stopped"], "are stopped"],
];

const whole = (total: number) => (total === 2 ? "Both" : `All ${total}`);

/** One sentence on the whole. Rows come worst first, so the ones it speaks of are the first ones. */
export function headlineOf({ rows, counts, total, scaled, engine }: Omit<Board, "latest" | "asOf">): Headline {
  const name = ({ title, service, number }: ServiceRow) =>
    number !== null && scaled.includes(service) ? `${title} #${number}` : title;
  // Each row is a container: more than there are services, once one of them is scaled.
  const what = scaled.length > 0 ? "containers" : "services";
  if (total === 0 && !engine.connected)
    return { tone: "unknown", text: "Nothing is known of the services yet", about: null };
  if (total === 0) return { tone: "unknown", text: "There are no services yet", about: null };
  for (const [tone, statuses, together] of groups) {
    const number = sum(counts, statuses);
    const [first, second] = rows.filter((row) => statuses.includes(statusOf(row)));
    if (number === 0 || !first) continue;
    if (number === 1) return { tone, text: `${name(first)} ${verbs[statusOf(first)][0]}`, about: first };
    if (number === 2 && second) return { tone, text: `${name(first)} and ${name(second)} ${together}`, about: null };
    return { tone, text: `${number === total ? whole(total) : number} ${what} ${together}`, about: null };
  }
  const best = counts.healthy === total ? verbs.healthy : verbs.running;
  return {
    tone: "well",
    text: total === 1 ? `The one service ${best[0]}` : `${whole(total)} ${what} ${best[1]}`,
    about: null,
  };
}

type End = Pick<ServiceRow, "state" | "exitCode" | "outOfMemory" | "endedBy" | "crashLoop" | "restarts">;

/** What is known of an end: "exit code 1", "out of memory", "never started", "25 times"; nothing when it was asked for. */
export function reasonOf(row: End): string | null {
  if (row.state === "created") return "never started";
  if (row.crashLoop && row.state === "running") return `${row.restarts} times`;
  if (row.outOfMemory && row.state !== "running") return "out of memory";
  if (row.state === "restarting") return `exit code ${row.exitCode ?? "unknown"}`;
  if (row.endedBy === "asked" || (row.state !== "exited" && row.state !== "dead")) return null;
  return row.exitCode === null ? null : `exit code ${row.exitCode}`;
}

/** How the moment of `since` reads: a running container started then, another ended then. */
export const happened = (status: Status): string =>
  (({ failed: "failed", stopped: "stopped", restarting: "ended" }) as Partial<Record<Status, string>>)[status] ??
  "started";

/** The parts of an image's name: what it is, and which of it. */
export function imageParts(image: string): { name: string; tag: string } {
  const [name = image, digest] = image.split("@");
  const colon = name.lastIndexOf(":");
  if (colon > name.lastIndexOf("/")) return { name: name.slice(0, colon), tag: name.slice(colon + 1) };
  return { name, tag: digest ? digest.replace(/^sha256:/, "").slice(0, 12) : "" };
}
