// Recreate and scale: what the page offers, and why it does not. The server decides; this spares a useless click.
import type { ContainerFacts } from "@/lib/services/details-schema";
import type { ServiceRow } from "@/lib/services/schema";

export const orders = ["scale", "recreate"] as const;
export type Order = (typeof orders)[number];

type Row = Pick<ServiceRow, "service" | "name" | "state">;

/** A container of the service runs another image than its tag points to by now. */
export const isBehind = (containers: readonly ContainerFacts[]): boolean =>
  containers.some(({ tagged, imageId }) => tagged !== null && tagged.id !== imageId);

/** Its registry has a newer image of the same tag than this machine, as of the worker's last look. */
export const isBehindRegistry = (containers: readonly ContainerFacts[]): boolean =>
  containers.length > 0 && !isBehind(containers) && containers.every(({ registry }) => registry?.result === "newer");

/** Why it cannot be done now, or null when it can. */
export function hindrance(
  order: Order,
  rows: readonly Row[],
  containers: readonly ContainerFacts[] | null,
): string | null {
  if (order === "recreate" && rows[0]?.service === "docker-guard")
    return "./taylordash up replaces docker-guard itself";
  const up = rows.filter(({ state }) => state === "running").length;
  const paused = rows.find(({ state }) => state === "paused");
  if (paused && (order === "recreate" || up === 0)) return `It is paused; on the host: docker unpause ${paused.name}`;
  // A newer image may be what ends a crash loop; a copy of what keeps falling over helps nobody.
  const restarting = rows.filter(({ state }) => state === "restarting").length;
  if (rows.length === 0 || (order === "recreate" ? up + restarting < rows.length : up === 0))
    return order === "scale" && restarting > 0 ? "It keeps restarting; it must run first" : "Start it first";
  if (!containers || containers.length === 0) return "Its image is being looked at";
  if (containers.some(({ tagged }) => tagged === null)) return "Its image is not on this machine any more";
  if (order === "scale" && isBehind(containers)) return "Recreate it first: all its containers run one image";
  return null;
}

export const recreateButton = (newer: boolean): string => (newer ? "Recreate with newer image" : "Recreate");

const containersOf = (count: number) => (count === 1 ? "one container" : `${count} containers`);

export function lossOfScale(now: number, wanted: number): string {
  if (wanted === now) return `It has ${containersOf(now)}.`;
  if (wanted > now) {
    return `${wanted - now === 1 ? "One is" : `${wanted - now} are`} added to ${containersOf(now)}; all of them must become healthy, or none stays. ./taylordash up keeps to the number.`;
  }
  return `${now - wanted === 1 ? "One" : now - wanted} of ${containersOf(now)} ${now - wanted === 1 ? "is" : "are"} ended and removed: connections to ${now - wanted === 1 ? "it" : "them"} are cut. ./taylordash up keeps to the number.`;
}
