// What people lose while a service is away, and what becomes of its data. Pure, so that every sentence has a test.
import type { ContainerFacts, ServiceFacts } from "@/lib/services/details-schema";

export type Ending = "stop" | "restart" | "recreate";
type Facts = Pick<ServiceFacts, "labels"> & {
  /** The newest first. */
  containers: readonly Pick<ContainerFacts, "mounts" | "confinement">[];
};

const labelOf = ({ labels }: Facts, name: string) => labels.find((label) => label.name === `taylordash.${name}`)?.value;
const ended = (sentence: string) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

/** Its label `taylordash.loss`, else what it is there for; null where neither is known. */
export function awayWords(facts: Facts): string | null {
  const [loss, description] = [labelOf(facts, "loss"), labelOf(facts, "description")];
  if (loss) return ended(`While it is away, ${loss}`);
  return description ? ended(`Missing while it is away: ${description}`) : null;
}

const unnamed = /^[a-f0-9]{64}$/;
const list = (names: readonly string[]) =>
  names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");

/** docker-guard hands on volumes without a name too; what the container wrote elsewhere goes with it. */
export function dataWords(ending: Ending, { containers: [newest] }: Facts): string {
  if (!newest) return "What it holds could not be looked at.";
  const kept = newest.mounts
    .filter(({ kind, writable }) => writable && (kind === "volume" || kind === "host"))
    .map(({ name, target }) => (unnamed.test(name) ? `the unnamed volume at ${target}` : name));
  const stays = kept.length > 0 ? `Data on ${list(kept)} stays` : "It has no volume of its own";
  if (ending !== "recreate") return `${stays}; only what it holds in memory is lost.`;
  return newest.confinement.includes("read-only root")
    ? `${stays}; it can write nowhere else but to memory.`
    : `${stays}; what it wrote outside its volumes is lost.`;
}
