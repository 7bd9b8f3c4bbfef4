"use client";
import type { ReactNode } from "react";
import { boardOf, type RenderedBoard } from "../../_live/board";
import { useBoard } from "../../_live/use-live";
import { Charts, type Limits } from "./charts";
import { Header } from "./header";

type Props = {
  service: string;
  initial: RenderedBoard;
  limits: Limits;
  actions: ReactNode;
  timeline: ReactNode;
  details: ReactNode;
  summary: ReactNode;
};

/** The worst container speaks for the service while it has any; the last known one when it has none any more. */
export function Service({ service, initial, limits, actions, timeline, details, summary }: Props) {
  const live = useBoard(initial);
  const here = live.rows.filter((row) => row.service === service);
  const board = boardOf({ services: here, engine: live.engine }, live.asOf);
  const row = board.rows[0] ?? initial.rows[0];
  if (!row) return null;
  return (
    <div data-service={service} data-state={row.state} className="mx-auto flex max-w-[84rem] flex-col gap-8">
      <Header row={row} board={board} actions={actions} />
      <div className="grid gap-x-10 gap-y-8 xl:grid-cols-[minmax(0,1fr)_20rem] xl:grid-rows-[auto_1fr]">
        <div className="flex min-w-0 flex-col gap-8">
          {timeline}
          <Charts service={service} running={here.some(({ state }) => state === "running")} limits={limits} />
        </div>
        <div className="grid min-w-0 content-start gap-8 sm:grid-cols-2 xl:row-span-2 xl:grid-cols-1">{summary}</div>
        <div className="min-w-0">{details}</div>
      </div>
    </div>
  );
}
