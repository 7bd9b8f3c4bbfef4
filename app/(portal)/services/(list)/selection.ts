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

/**
 * Services in the order of the rows, each once; those that the verb cannot be done to come with the reason. What carries
 * the portal comes after the others, and `own`, which answers this page, last: after it no request would get through.
 */
export function splitBy(
  verb: Verb,
  rows: readonly ServiceRow[],
  selected: ReadonlySet<string>,
  own: string | null,
): Split {
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
  const carries = new Set(rows.filter((row) => row.protected).map(({ service }) => service));
  const place = ({ service }: Chosen) => (service === own ? 2 : carries.has(service) ? 1 : 0);
  split.affected.sort((a, b) => place(a) - place(b));
  return split;
}

/** "17 chosen, 12 of them hidden by the filter", in two parts. */
export function chosenWords(chosen: ReadonlySet<string>, shown: readonly Pick<ServiceRow, "service">[]) {
  const seen = new Set(shown.map(({ service }) => service));
  const hidden = [...chosen].filter((service) => !seen.has(service)).length;
  const part = hidden === chosen.size ? (hidden === 1 ? "" : "all ") : `${hidden} of them `;
  return { count: `${chosen.size} chosen`, hidden: hidden === 0 ? null : `${part}hidden by the filter` };
}
