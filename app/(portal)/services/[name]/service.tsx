"use client";
import { ArrowLeft, ExternalLink, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { StatusIcon, statusWords } from "@/app/_ui/status";
import { Age, Moment } from "@/app/_ui/time";
import { type ServiceRow, since, statusOf } from "@/lib/services/schema";
import { boardOf, type RenderedBoard } from "../../_live/board";
import { BoardLine } from "../../_live/board-line";
import { useBoard } from "../../_live/use-live";
import { reasonOf } from "../../_live/words";
import { Facts } from "./facts";

function State({ row }: { row: ServiceRow }) {
  const at = since(row);
  const reason = reasonOf(row);
  const up = row.state === "running" || row.state === "paused";
  return (
    <>
      {statusWords[statusOf(row)]}
      {reason ? `, ${reason}` : ""}
      {at ? (
        <>
          , {up ? "up" : "down"} for <Age at={at} />, since <Moment at={at} />
        </>
      ) : null}
    </>
  );
}

export function Service({ name, initial }: { name: string; initial: RenderedBoard }) {
  const live = useBoard(initial);
  const here = live.rows.filter(({ service }) => service === name);
  const board = boardOf({ services: here, engine: live.engine }, live.asOf);
  const row = here[0] ?? initial.rows[0];
  if (!row) return null;
  const gone = here.length === 0;
  return (
    <div className="mx-auto flex max-w-[84rem] flex-col gap-8">
      <header className="flex flex-col gap-2">
        <Link href="/services" className="inline-flex w-fit items-center gap-1.5 text-muted hover:text-text">
          <ArrowLeft className="size-4 stroke-[1.75]" />
          Services
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className="flex items-center gap-3 text-2xl tracking-[-0.015em]">
            <StatusIcon status={gone ? "stopped" : statusOf(row)} className="size-5" />
            {row.title}
          </h1>
          {row.link && row.link !== "/" ? (
            <a
              href={row.link}
              className="ml-auto inline-flex min-h-9 items-center gap-2 rounded-md border border-border bg-surface px-3.5 font-semibold hover:border-border-strong hover:bg-hover"
            >
              Open
              <ExternalLink className="size-4 stroke-[1.75] text-muted" />
            </a>
          ) : null}
        </div>
        <BoardLine board={board}>{gone ? "Its container was removed" : <State row={row} />}</BoardLine>
        {row.description ? <p className="text-muted">{row.description}</p> : null}
        {row.protected ? (
          <p className="flex items-center gap-2 text-muted">
            <ShieldCheck className="size-4 shrink-0 stroke-[1.75]" />
            Protected: the stack needs it, so it can be restarted but never stopped or removed from here.
          </p>
        ) : null}
      </header>
      {(gone ? [row] : here).map((each) => (
        <Facts key={each.id} row={each} />
      ))}
    </div>
  );
}
