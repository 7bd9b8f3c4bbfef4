// Which services are chosen for an action on several, and which of them it can be done to.
import type { ServiceRow } from "@/lib/services/schema";
import { possible, type Verb } from "../[service]/verbs";

export type Chosen = { service: string; title: string };
export type Split = { affected: Chosen[]; left: (Chosen & { why: string })[] };

const reasons: Record<Verb, string> = {
  start: "runs already",
  restart: "does not run",
  stop: "does not run",
};

/** Services in the order of the rows, each once; those that the verb cannot be done to come with the reason. */
export function splitBy(verb: Verb, rows: readonly ServiceRow[], selected: ReadonlySet<string>): Split {
  const split: Split = { affected: [], left: [] };
  for (const [service, own] of Map.groupBy(
    rows.filter((row) => selected.has(row.service)),
    (row) => row.service,
  )) {
    const title = own[0]?.title ?? service;
    const isProtected = own.some((row) => row.protected);
    const states = own.map(({ state }) => state);
    if (possible(states, [verb], isProtected).length > 0) split.affected.push({ service, title });
    else if (verb === "stop" && isProtected)
      split.left.push({ service, title, why: "protected: the stack needs it, it can only be restarted" });
    else split.left.push({ service, title, why: reasons[verb] });
  }
  return split;
}
