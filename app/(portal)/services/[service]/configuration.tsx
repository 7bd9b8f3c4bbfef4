"use client";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { Section } from "@/app/_ui/section";
import type { ServiceFacts } from "@/lib/services/details-schema";
import type { RenderedBoard } from "../../_live/board";
import { useBoard } from "../../_live/use-live";
import { Facts, Labels, MoreFacts } from "./facts";
import { Ties } from "./ties";
import { useRead } from "./use-read";

type Read = { data: ServiceFacts | null; failed: string | null };
export const Reading = createContext<Read>({ data: null, failed: null });

type Props = { service: string; initial: ServiceFacts | null; board: RenderedBoard; children: ReactNode };

/** What the sections below speak of: asked for again whenever a container of the service comes, goes, starts or ends. */
export function Configuration({ service, initial, board, children }: Props) {
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
  const read = useRead<ServiceFacts>(`/services/${encodeURIComponent(service)}`, turn, initial);
  return <Reading value={read}>{children}</Reading>;
}

const words = ({ failed }: Read) => (failed ? `It is not to be had: ${failed}` : "Asking the engine");

/** The newest container in short, older ones and replicas folded, and whom the service is tied to. */
export function Summary({ title }: { title: string }) {
  const read = useContext(Reading);
  const [newest, ...others] = read.data?.containers ?? [];
  return (
    <>
      <Section title="Made of">
        {newest ? <Facts facts={newest} /> : <p className="text-muted">{words(read)}</p>}
        {others.map((each) => (
          <details key={each.id} className="border-t border-border pt-2">
            <summary className="w-fit break-all">
              <span className="text-muted">Also </span>
              <span className="font-mono text-sm">{each.name}</span>
            </summary>
            <Facts facts={each} />
          </details>
        ))}
      </Section>
      {read.data ? (
        <Section title="Ties">
          <Ties facts={read.data} title={title} />
        </Section>
      ) : null}
      {read.data && read.data.labels.length > 0 ? (
        <Section title="Labels">
          <Labels labels={read.data.labels} />
        </Section>
      ) : null}
    </>
  );
}

export function Details() {
  const { data } = useContext(Reading);
  const newest = data?.containers[0];
  if (!newest) return null;
  return (
    <Section title="In detail">
      <MoreFacts facts={newest} />
    </Section>
  );
}
