"use client";
import { useEffect, useState } from "react";
import type { ServiceFacts } from "@/lib/services/details-schema";
import type { ServiceRow } from "@/lib/services/schema";
import { awayWords, dataWords } from "../_operate/loss";
import { OperationDialog } from "../_operate/operation-dialog";
import { needsCode, titlesOfMany, type Verb, words } from "../[service]/verbs";
import { type Chosen, splitBy } from "./selection";

type Props = {
  verb: Verb;
  rows: readonly ServiceRow[];
  selected: ReadonlySet<string>;
  /** The portal's own service. */
  own: string | null;
  keep: () => void;
  onClose: () => void;
};

/** One request a service, so that each has a result of its own and one failure does not hold up the others. */
export function BulkDialog({ verb, rows, selected, own, keep, onClose }: Props) {
  // What was agreed to does not change under the pointer.
  const [{ affected, left }] = useState(() => splitBy(verb, rows, selected, own));
  const [needed] = useState(() =>
    needsCode(
      verb,
      rows.filter((row) => affected.some(({ service }) => service === row.service)),
    ),
  );
  const [asked] = useState(verb === "start" ? [] : affected);
  const found = useFacts(asked);
  const count = affected.length;
  const button = `${words[verb].button} ${count === 1 ? "1 service" : `${count} services`}`;
  return (
    <OperationDialog
      titles={{ ...titlesOfMany(verb, count), ...(count === 0 ? { asked: `Nothing to ${verb}` } : {}) }}
      steps={affected.map(({ service, title }) => ({
        name: title,
        path: `/api/v1/services/${encodeURIComponent(service)}/${verb}`,
      }))}
      button={button}
      danger={verb === "stop"}
      ready={count > 0}
      waiting={found === null ? "Looking what they hold and who uses them" : null}
      needsCode={needed}
      keep={keep}
      onClose={onClose}
    >
      {count > 0 ? (
        <>
          <p>
            <strong className="font-semibold text-text">{affected.map(({ title }) => title).join(", ")}</strong>, one
            after the other.
          </p>
          <p>{lossOf[verb]}</p>
          {verb === "start" || found === null ? null : <Losses verb={verb} affected={affected} found={found} />}
        </>
      ) : null}
      {left.length > 0 ? (
        <div>
          <p>Left alone:</p>
          <ul className="list-disc pl-5">
            {left.map(({ service, title, why }) => (
              <li key={service}>
                <span className="text-text">{title}</span>, {why}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </OperationDialog>
  );
}

const lossOf: Record<Verb, string> = {
  start: "Each is started as it was last made, and watched until it is healthy.",
  restart: "Each is away for some seconds. Connections to it are cut.",
  stop: "Each stays away until somebody starts it again, a reboot included.",
};

const longestAskMs = 10_000;

async function factsOf({ service }: Chosen): Promise<ServiceFacts> {
  const signal = AbortSignal.timeout(longestAskMs);
  const answer = await fetch(`/api/v1/services/${encodeURIComponent(service)}`, { cache: "no-store", signal });
  if (!answer.ok) throw new Error(`the portal answers ${answer.status}`);
  return (await answer.json()) as ServiceFacts;
}

/** In the order of the services, null for one that could not be asked; null as a whole while they are asked. */
function useFacts(services: readonly Chosen[]): readonly (ServiceFacts | null)[] | null {
  const [found, setFound] = useState<readonly (ServiceFacts | null)[] | null>(services.length === 0 ? [] : null);
  useEffect(() => {
    Promise.all(services.map((each) => factsOf(each).catch(() => null))).then(setFound);
  }, [services]);
  return found;
}

type LossesProps = {
  verb: "stop" | "restart";
  affected: readonly Chosen[];
  found: readonly (ServiceFacts | null)[];
};

function Losses({ verb, affected, found }: LossesProps) {
  const own = new Set(affected.map(({ title }) => title));
  const users = [...new Set(found.flatMap((facts) => facts?.usedBy.map(({ title }) => title) ?? []))];
  const others = users.filter((title) => !own.has(title)).sort();
  return (
    <>
      <ul className="flex flex-col gap-1.5">
        {affected.map(({ service, title }, index) => {
          const facts = found[index];
          return (
            <li key={service}>
              <strong className="font-semibold text-text">{title}:</strong>{" "}
              {facts
                ? [awayWords(facts), dataWords(verb, facts)].filter(Boolean).join(" ")
                : "What it holds and who uses it could not be found out."}
            </li>
          );
        })}
      </ul>
      {others.length > 0 ? (
        <p>
          Used by <strong className="font-semibold text-text">{others.join(", ")}</strong>.
        </p>
      ) : found.includes(null) ? null : (
        <p>No other service is known to use them.</p>
      )}
    </>
  );
}
