// Goes on after a line that was seen before. The engine's log is in the order of writing, and stamps of stdout and stderr
// may cross by some microseconds there: only the line itself says where it is, its stamp only says about where.
import type { EngineLine } from "../platform/docker-logs.ts";

type Place = Pick<EngineLine, "stamp" | "seq">;

const second = 1_000_000_000n;
/** Stamps do not cross by more; the engine is asked from that much earlier. */
const slack = second;

export const earlier = (stamp: string): string => {
  const moved = BigInt(stamp) - slack;
  return (moved > 0n ? moved : 0n).toString().padStart(19, "0");
};
const later = (stamp: string): string => (BigInt(stamp) + slack).toString().padStart(19, "0");

export type Resumer<L extends Place> = {
  /** What of these lines is new; nothing until the place is found, or is known to be gone. */
  take: (lines: readonly L[]) => readonly L[];
  /** There is nothing more to wait for: what was held back because the place was not found. */
  release: () => readonly L[];
  outcome: () => "searching" | "found" | "gone";
};

/** `place` null: everything is new. */
export function resumeAfter<L extends Place>(place: Place | null): Resumer<L> {
  let outcome: ReturnType<Resumer<L>["outcome"]> = place ? "searching" : "found";
  let held: L[] = [];
  const limit = place ? later(place.stamp) : "";

  function release(): readonly L[] {
    const lines = held;
    held = [];
    if (outcome === "searching") outcome = "gone";
    return lines;
  }

  return {
    take(lines) {
      if (outcome !== "searching" || !place) return lines;
      for (const [at, line] of lines.entries()) {
        if (line.stamp === place.stamp && line.seq === place.seq) {
          outcome = "found";
          held = [];
          return lines.slice(at + 1);
        }
        if (line.stamp > limit) {
          const rest = lines.slice(at);
          return [...release(), ...rest];
        }
        if (line.stamp > place.stamp) held.push(line);
      }
      return [];
    },
    release,
    outcome: () => outcome,
  };
}
