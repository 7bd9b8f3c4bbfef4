"use client";
import { Unplug } from "lucide-react";
import { StatusIcon } from "@/app/_ui/status";
import type { AlertList } from "@/lib/alerts/schema";
import { type Status, statusOf } from "@/lib/services/schema";
import type { Trouble } from "@/lib/services/trouble-schema";
import type { Board, RenderedBoard } from "../_live/board";
import { BoardLine } from "../_live/board-line";
import { useAlerts, useBoard } from "../_live/use-live";
import { headlineOf, type Tone } from "../_live/words";
import { About, AboutFirst, LastChange } from "./about";
import { Alerts, severityStatus } from "./alerts";
import { LastBackups } from "./backups";
import { ChangeRuler } from "./change-ruler";
import { Tiles } from "./tiles";
import { alertWords } from "./trouble-words";
import { useTrouble } from "./use-trouble";

const page = "mx-auto flex max-w-[84rem] flex-col gap-8 md:gap-10 md:pt-4";
const title =
  "flex items-center gap-3 text-2xl tracking-[-0.02em] [font-variant-numeric:proportional-nums] md:gap-4 md:text-3xl";

type Initial = { board: RenderedBoard; alerts: AlertList | null; trouble: Trouble | null };

export function Overview({ initial }: { initial: Initial }) {
  const board = useBoard(initial.board);
  const alerts = useAlerts(initial.alerts);
  const trouble = useTrouble(board.rows, initial.trouble);
  const { tone, text, about } = headlineOf(board);
  const firing = alertWords(alerts);
  const silent = !board.engine.connected;
  return (
    <div className={page}>
      <header className="flex flex-col gap-2">
        <h1 className={title}>
          {silent ? (
            <Unplug className="size-[0.85em] shrink-0 text-status-restarting" />
          ) : (
            <Lamp board={board} tone={tone} alerts={firing ? alerts : null} />
          )}
          <span aria-live="polite">
            {silent ? "The engine does not answer" : text}
            {firing ? (
              <>
                ,{" "}
                <a
                  href="#alerts"
                  className="whitespace-nowrap underline decoration-border-strong decoration-1 underline-offset-4"
                >
                  {firing}
                </a>
              </>
            ) : null}
          </span>
        </h1>
        <BoardLine board={board} lastKnown={text}>
          {about ? (
            <About row={about} trouble={trouble} />
          ) : tone === "well" || tone === "unknown" ? (
            <LastChange latest={board.latest} />
          ) : (
            <AboutFirst rows={board.rows} trouble={trouble} />
          )}
        </BoardLine>
      </header>
      {board.total === 0 ? null : <Tiles board={board} trouble={trouble} />}
      <div className="grid gap-8 md:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Alerts alerts={alerts} rows={board.rows} />
        <LastBackups />
      </div>
      {board.total === 0 ? null : <ChangeRuler rows={board.rows} />}
    </div>
  );
}

function Lamp({ board, tone, alerts }: { board: Board; tone: Tone; alerts: AlertList | null }) {
  const [worst] = board.rows;
  const [alert] = alerts?.firing ?? [];
  const icon = (status: Status) => <StatusIcon status={status} className="size-[0.8em]" />;
  if (tone !== "trouble" && alert) return icon(severityStatus[alert.severity]);
  if (tone === "well") return <span data-status="healthy" className="size-3 shrink-0 rounded-full bg-(--status)" />;
  return worst ? icon(statusOf(worst)) : null;
}
