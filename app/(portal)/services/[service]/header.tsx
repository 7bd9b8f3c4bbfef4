"use client";
import { ArrowLeft, ExternalLink, ScrollText, ShieldCheck } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { ButtonLink } from "@/app/_ui/button";
import { StatusIcon, statusWords } from "@/app/_ui/status";
import { Age, Moment } from "@/app/_ui/time";
import { type ServiceRow, since, statusOf } from "@/lib/services/schema";
import type { Board } from "../../_live/board";
import { BoardLine } from "../../_live/board-line";
import { LiveLamp } from "../../_live/live-lamp";
import { reasonOf } from "../../_live/words";

type Props = {
  row: ServiceRow;
  /** Of this service alone; empty when its containers were removed while the page was open. */
  board: Board;
  actions: ReactNode;
};

export function Header({ row, board, actions }: Props) {
  const gone = board.rows.length === 0;
  return (
    <header className="flex flex-col gap-2">
      <div className="flex items-center justify-between">
        <Link href="/services" className="inline-flex w-fit items-center gap-1.5 text-muted hover:text-text">
          <ArrowLeft className="size-4 stroke-[1.75]" />
          Services
        </Link>
        <LiveLamp />
      </div>
      <div className="grid items-center gap-x-3 gap-y-2 md:grid-cols-[minmax(0,1fr)_auto]">
        <h1 data-status={statusOf(row)} className="flex min-w-0 items-center gap-3 text-2xl tracking-[-0.015em]">
          <StatusIcon status={gone ? "stopped" : statusOf(row)} className="size-5" />
          <span className="min-w-0 break-words">{row.title}</span>
        </h1>
        <div className="md:col-span-2">
          <BoardLine board={board}>
            {gone ? "It has no container any more" : <State board={board} row={row} />}
          </BoardLine>
        </div>
        {/* On a phone words alone, so that all of them stand in one row. */}
        <div className="flex flex-wrap items-center gap-1.5 max-md:mt-1 max-md:*:flex-auto max-md:*:px-2 max-md:[&>:not(dialog)_svg]:hidden md:col-start-2 md:row-start-1 md:justify-end md:gap-2">
          {actions}
          <ButtonLink href={`/logs?services=${encodeURIComponent(row.service)}`} prefetch={false}>
            <ScrollText className="size-4 stroke-[1.75] text-muted" />
            Logs
          </ButtonLink>
          {row.link && row.link !== "/" ? (
            <a
              href={row.link}
              className="inline-flex min-h-9 items-center justify-center gap-2 rounded-md border border-border bg-surface px-3.5 font-semibold hover:border-border-strong hover:bg-hover"
            >
              <ExternalLink className="size-4 stroke-[1.75] text-muted" />
              Open
            </a>
          ) : null}
        </div>
      </div>
      {row.description ? <p className="text-muted">{row.description}</p> : null}
      {row.protected ? (
        <p className="flex items-start gap-2 text-muted">
          <ShieldCheck className="mt-0.5 size-4 shrink-0 stroke-[1.75]" />
          Protected: the stack needs it, so it is never stopped or removed from here, only restarted or replaced.
        </p>
      ) : null}
    </header>
  );
}

function State({ board, row }: { board: Board; row: ServiceRow }) {
  const at = since(row);
  const reason = reasonOf(row);
  const up = row.state === "running" || row.state === "paused";
  const running = board.rows.filter(({ state }) => state === "running").length;
  // While another container serves, the service is not down.
  const duration = up || running === 0;
  return (
    <>
      {statusWords[statusOf(row)]}
      {reason ? `, ${reason}` : ""}
      {at && duration ? (
        <>
          , {up ? "up" : "down"} for <Age at={at} />
        </>
      ) : null}
      {at ? (
        <>
          , since <Moment at={at} />
        </>
      ) : null}
      {row.restarts > 0 && !row.crashLoop ? `, restarted ${row.restarts === 1 ? "once" : `${row.restarts} times`}` : ""}
      {board.total > 1 ? `; ${running} of ${board.total} containers run` : ""}
    </>
  );
}
