import Link from "next/link";
import { StatusIcon, statusWords } from "@/app/_ui/status";
import { Age } from "@/app/_ui/time";
import { isTrouble, type ServiceRow, since, statusOf } from "@/lib/services/schema";
import type { Trouble } from "@/lib/services/trouble-schema";
import { type Board, firstRows } from "../_live/board";
import { ContainerNumber, Scaled } from "../_live/container-number";
import { reasonOf } from "../_live/words";
import { troubleOf } from "./trouble-words";

const tile =
  "grid min-h-15 min-w-0 grid-cols-[auto_minmax(0,1fr)_auto] content-center items-center gap-x-2 rounded-md border px-3 py-2 md:min-h-17 md:px-3.5";
const grid = "grid grid-cols-2 gap-2 md:grid-cols-3 md:gap-3 xl:grid-cols-4";

/** What is well takes little room and no colour; trouble takes the whole width, and is first. */
export function Tiles({ board, trouble }: { board: Board; trouble: Trouble | null }) {
  const rest = board.total - Math.min(board.rows.length, firstRows);
  return (
    <section aria-label="Services" className="flex flex-col gap-3">
      <Scaled services={board.scaled}>
        <ul className={grid}>
          {board.rows.slice(0, firstRows).map((row) => (
            <Tile key={row.id} row={row} begun={troubleOf(trouble, row)?.since ?? null} />
          ))}
        </ul>
      </Scaled>
      {rest > 0 ? (
        <Link href="/services" className="text-muted underline underline-offset-3 hover:text-text">
          and {rest} more
        </Link>
      ) : null}
    </section>
  );
}

function Tile({ row, begun }: { row: ServiceRow; begun: string | null }) {
  const status = statusOf(row);
  const lit = status !== "healthy" && status !== "running";
  // Since when a running container is unhealthy only the history knows.
  const at = (lit ? begun : null) ?? since(row);
  const words = lit ? [statusWords[status], reasonOf(row)].filter(Boolean).join(", ") : row.description;
  return (
    <li
      data-service={row.service}
      data-state={row.state}
      data-status={status}
      className={`${tile} relative hover:border-border-strong has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-offset-2 has-[a:focus-visible]:outline-accent ${
        lit ? "border-status bg-status-soft" : "border-border bg-surface"
      } ${lit ? `col-span-2 ${isTrouble(status) ? "" : "md:col-span-1"}` : ""}`}
    >
      <StatusIcon status={status} className="size-4" />
      <Link
        href={`/services/${encodeURIComponent(row.service)}`}
        prefetch={false}
        className="col-span-2 font-semibold break-words md:col-span-1 after:absolute after:inset-0 focus-visible:outline-none"
      >
        {row.title} <ContainerNumber row={row} />
      </Link>
      <span
        className={`row-start-2 text-sm whitespace-nowrap text-muted md:col-start-3 md:row-start-1 ${lit ? "col-start-3" : "col-start-2"}`}
      >
        {lit && at ? (row.state === "running" && !begun ? "up " : "for ") : null}
        {at ? <Age at={at} /> : null}
      </span>
      <span
        className={`col-start-2 row-start-2 truncate text-sm md:col-end-4 ${lit ? "font-semibold text-status" : "hidden text-muted md:block"}`}
      >
        {lit ? null : <span className="sr-only">{statusWords[status]}. </span>}
        {words}
      </span>
    </li>
  );
}
