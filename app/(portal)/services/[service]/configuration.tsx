"use client";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { Section } from "@/app/_ui/section";
import type { ServiceFacts } from "@/lib/services/details-schema";
import type { RenderedBoard } from "../../_live/board";
import { useBoard } from "../../_live/use-live";
import { Facts, Labels, MoreFacts } from "./facts";
import { LookButton } from "./looks";
import { Ties } from "./ties";
import { useRead } from "./use-read";

type Read = { data: ServiceFacts | null; failed: string | null };
/** `again`: reads it anew. */
export const Reading = createContext<Read & { again: () => void }>({
  data: null,
  failed: null,
  again: () => undefined,
});

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
  const { data, failed } = read;
  const value = useMemo(() => ({ data, failed, again: () => setTurn((before) => before + 1) }), [data, failed]);
  return <Reading value={value}>{children}</Reading>;
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

/** What the newest container runs, is checked by and holds. Who may operate may also look closer, at once. */
export function Details({ title, mayLook, board }: { title: string; mayLook: boolean; board: RenderedBoard }) {
  const { data, again } = useContext(Reading);
  const live = useBoard(board);
  const newest = data?.containers[0];
  if (!newest) return null;
  const { service } = data;
  const runs = live.rows.some((row) => row.service === service && row.state === "running");
  const measurable = newest.mounts.some((mount) => mount.measurable);
  return (
    <Section title="In detail">
      <MoreFacts
        facts={newest}
        check={
          mayLook ? (
            <LookButton {...{ service, title }} look="probe" offered={runs && newest.healthcheck !== null} />
          ) : null
        }
        measure={
          mayLook ? <LookButton {...{ service, title }} look="measure" offered={measurable} onEnd={again} /> : null
        }
      />
    </Section>
  );
}
