// Whether a container that ended was told to: seen in the engine's events, or recorded in the history.
import type { EngineEvent } from "../platform/docker.ts";
import { rows } from "../platform/postgres.ts";
import type { ServiceRow } from "./schema.ts";

export type EndedBy = NonNullable<ServiceRow["endedBy"]>;

// Signals that programs take as news, not as their end.
const news = new Set(["1", "10", "12", "17", "18", "28"]);
/** A program that was told to end has this long to do so. */
export const longestStopMs = 120_000;

export const isAsking = ({ action, labels }: EngineEvent): boolean =>
  action === "kill" && !news.has(labels.signal ?? "");

/** Of containers that ended before this process watched: who ended them, as far as the worker saw it. */
export async function recordedEnds(ids: readonly string[]): Promise<Map<string, EndedBy>> {
  const found = await rows<{ id: string; cause: string | null }>(
    `select distinct on (container_id) container_id as id, cause from service_history
     where container_id = any($1::text[]) and state = 'exited' order by container_id, at desc, id desc`,
    [ids],
  );
  return new Map(found.flatMap(({ id, cause }) => (cause === "asked" || cause === "itself" ? [[id, cause]] : [])));
}

/** What this process saw of ends, fed with the engine's events. */
export function createEnds() {
  const asked = new Map<string, Date>();
  const ends = new Map<string, EndedBy>();
  const forget = (id: string) => {
    asked.delete(id);
    ends.delete(id);
  };
  return {
    of: (id: string): EndedBy | null => ends.get(id) ?? null,
    take(event: EngineEvent) {
      const { id, action, at } = event;
      if (isAsking(event)) asked.set(id, at);
      else if (action === "start" || action === "destroy") forget(id);
      else if (action === "die") {
        const told = asked.get(id);
        ends.set(id, told && at.getTime() - told.getTime() < longestStopMs ? "asked" : "itself");
      }
    },
    /** What was seen is newer than what was recorded. Answers whether that was news. */
    learn(id: string, by: EndedBy): boolean {
      if (ends.has(id)) return false;
      ends.set(id, by);
      return true;
    },
    forget,
    clear() {
      asked.clear();
      ends.clear();
    },
  };
}
