"use client";
import { useEffect, useState } from "react";
import type { ServiceFacts } from "@/lib/services/details-schema";
import type { RenderedBoard } from "../../_live/board";
import { useBoard } from "../../_live/use-live";
import { Facts, Labels } from "./facts";
import { Section } from "./section";
import { Ties } from "./ties";
import { useRead } from "./use-read";

type Props = { service: string; title: string; initial: ServiceFacts | null; board: RenderedBoard };

/** Asked for again whenever a container of the service comes, goes, starts or ends. */
export function Configuration({ service, title, initial, board }: Props) {
  const live = useBoard(board);
  const state = live.rows
    .filter((row) => row.service === service)
    .map(({ id, state, startedAt }) => `${id} ${state} ${startedAt}`)
    .join();
  const [first] = useState(state);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (state !== first) setTurn((before) => before + 1);
  }, [state, first]);
  const { data, failed } = useRead<ServiceFacts>(`/services/${encodeURIComponent(service)}`, turn, initial);
  if (!data) {
    return (
      <Section title="Made of">
        <p className="text-muted">{failed ? `It is not to be had: ${failed}` : "Asking the engine"}</p>
      </Section>
    );
  }
  const [newest, ...older] = data.containers;
  return (
    <>
      <Section title="Ties">
        <Ties facts={data} title={title} />
      </Section>
      <Section title="Made of">
        {newest ? <Facts facts={newest} /> : null}
        {older.map((each) => (
          <details key={each.id} className="border-t border-border pt-2">
            <summary className="w-fit break-all">
              <span className="text-muted">Also </span>
              <span className="font-mono text-sm">{each.name}</span>
            </summary>
            <Facts facts={each} />
          </details>
        ))}
      </Section>
      <Section title="Labels">
        <Labels labels={data.labels} />
        {data.labels.length === 0 ? <p className="text-muted">None of this stack's own.</p> : null}
      </Section>
    </>
  );
}
