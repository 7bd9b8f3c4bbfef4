"use client";
import { Unplug } from "lucide-react";
import Link from "next/link";
import { StatusIcon } from "@/app/_ui/status";
import { Age, Moment } from "@/app/_ui/time";
import { type ServiceRow, since, statusOf } from "@/lib/services/schema";
import type { Board, Latest, RenderedBoard } from "../_live/board";
import { BoardLine } from "../_live/board-line";
import { useBoard } from "../_live/use-live";
import { happened, headlineOf, reasonOf, type Tone } from "../_live/words";
import { ChangeRuler } from "./change-ruler";
import { Tiles, TilesSkeleton } from "./tiles";

const page = "mx-auto flex max-w-[76rem] flex-col gap-8 md:gap-10 md:pt-4";
const title =
  "flex items-center gap-3 text-2xl tracking-[-0.02em] [font-variant-numeric:proportional-nums] md:gap-4 md:text-3xl";

export function Overview({ initial }: { initial: RenderedBoard }) {
  const board = useBoard(initial);
  const { tone, text, about } = headlineOf(board);
  const silent = !board.engine.connected;
  return (
    <div className={page}>
      <header className="flex flex-col gap-2">
        <h1 className={title}>
          {silent ? (
            <Unplug className="size-[0.85em] shrink-0 text-status-restarting" />
          ) : (
            <Lamp board={board} tone={tone} />
          )}
          {silent ? "The engine does not answer" : text}
        </h1>
        <BoardLine board={board} lastKnown={text}>
          {about ? <About row={about} /> : <LastChange latest={board.latest} />}
        </BoardLine>
      </header>
      {board.total === 0 ? null : (
        <>
          <Tiles board={board} />
          <ChangeRuler rows={board.rows} />
        </>
      )}
    </div>
  );
}

function Lamp({ board, tone }: { board: Board; tone: Tone }) {
  const [worst] = board.rows;
  if (tone === "well") return <span data-status="healthy" className="size-3 shrink-0 rounded-full bg-(--status)" />;
  return worst ? <StatusIcon status={statusOf(worst)} className="size-[0.8em]" /> : null;
}

function About({ row }: { row: ServiceRow }) {
  const at = since(row);
  const reason = reasonOf(row);
  if (!at) return reason;
  const running = row.state === "running" ? "running for " : "for ";
  return (
    <>
      {reason ? `${reason}, ` : ""}
      {running}
      <Age at={at} />, since <Moment at={at} />
    </>
  );
}

function LastChange({ latest }: { latest: Latest | null }) {
  if (!latest) return "Run ./taylordash up on the machine";
  return (
    <>
      Last change:{" "}
      <Link
        href={`/services/${encodeURIComponent(latest.service)}`}
        className="text-text underline decoration-border-strong underline-offset-3 hover:decoration-text"
      >
        {latest.title}
      </Link>{" "}
      {happened(latest.status)} <Age at={latest.at} /> ago
    </>
  );
}

export const OverviewSkeleton = () => (
  <div className={page} aria-busy="true">
    <header className="flex flex-col gap-2">
      <h1 className={`${title} text-muted`}>Asking the engine</h1>
      <p className="min-h-6" />
    </header>
    <TilesSkeleton />
  </div>
);
