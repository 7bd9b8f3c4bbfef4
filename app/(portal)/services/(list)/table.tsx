import { FlexRender, type Row, useTable } from "@tanstack/react-table";
import { type KeyboardEvent, memo, useMemo, useRef } from "react";
import { Button } from "@/app/_ui/button";
import { type ServiceRow, statusOf } from "@/lib/services/schema";
import type { Board } from "../../_live/board";
import { Selection } from "../_stats/use-stats";
import { type Choice, ChooseAll, ChooseOne, useChosenEarly, withBox } from "./choose";
import { columns, features } from "./columns";
import { Heading } from "./heading";
import { type Sort, sorts, type View } from "./view";
import { useSelection, useWindow } from "./window";

// One structure for every width: a grid that names its places, two lines a row on a phone and one elsewhere.
const grid =
  "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 [grid-template-areas:'title_uptime'_'status_image'] md:items-center " +
  "md:grid-cols-[8.5rem_minmax(0,1fr)_6rem] md:[grid-template-areas:'status_title_uptime'] " +
  "lg:grid-cols-[9.5rem_minmax(0,1.2fr)_minmax(0,1fr)_6rem_4rem] lg:[grid-template-areas:'status_title_image_uptime_restarts'] " +
  "xl:grid-cols-[9.5rem_minmax(0,1.1fr)_minmax(0,1.75fr)_4.5rem_6.75rem_6.75rem_9.25rem_3.75rem] xl:[grid-template-areas:'status_title_image_uptime_cpu_memory_ports_restarts'] " +
  "2xl:gap-x-5 2xl:grid-cols-[11.5rem_minmax(0,1.25fr)_minmax(0,1fr)_6.5rem_6.75rem_6.75rem_10rem_4rem]";
const line = `${grid} relative h-15 content-center px-4 sm:px-3 md:h-10 border-t border-border`;

type Props = {
  rows: readonly ServiceRow[];
  view: View;
  change: (part: Partial<View>) => void;
  board: Board;
  choice: Choice | null;
};

export function ServiceTable({ rows, view, change, board, choice }: Props) {
  const sorting = useMemo(() => [{ id: view.sort, desc: view.descending }], [view.sort, view.descending]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns, data, state: { sorting }, getRowId: (row) => row.id });
  const sorted = table.getRowModel().rows;
  const body = useRef<HTMLTableSectionElement>(null);
  const everything = useRef<HTMLTableElement>(null);
  useChosenEarly(everything, rows, choice);
  const { items, before, after } = useWindow(sorted, body);
  const selection = useSelection(
    items.map(({ row }) => row.original.service),
    board.total,
  );
  const order = (id: Sort) => change({ sort: id, descending: view.sort === id ? !view.descending : id === "restarts" });
  return (
    <div className="-mx-4 border-y border-border bg-surface sm:mx-0 sm:rounded-lg sm:border">
      <table ref={everything} className="block" aria-rowcount={sorted.length + 1}>
        <thead className="hidden md:block">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className={`${grid} relative h-9 px-3 text-sm text-muted ${choice ? withBox : ""}`}>
              {choice ? <ChooseAll rows={rows} choice={choice} /> : null}
              {group.headers.map(({ id, column: { columnDef } }) => (
                <Heading
                  key={id}
                  words={columnDef.header as string}
                  sort={sorts.find((name) => name === id)}
                  className={columnDef.meta?.className ?? ""}
                  view={view}
                  order={order}
                />
              ))}
            </tr>
          ))}
        </thead>
        <tbody
          ref={body}
          onKeyDown={moveFocus}
          className="block [&>tr:first-child]:border-t-0 md:[&>tr:first-child]:border-t"
          style={{ paddingTop: before, paddingBottom: after }}
        >
          <Selection value={selection}>
            {items.map(({ row, index }) => (
              <TableRow
                key={row.id}
                row={row}
                index={index}
                chosen={choice?.chosen.has(row.original.service) ?? false}
                choose={choice?.choose}
              />
            ))}
          </Selection>
        </tbody>
      </table>
      {sorted.length === 0 ? <Nothing view={view} change={change} board={board} /> : null}
    </div>
  );
}

type TableRowProps = {
  row: Row<typeof features, ServiceRow>;
  index: number;
  chosen: boolean;
  choose: Choice["choose"] | undefined;
};

/** Drawn anew only when its own service changed: an event or a turn of the wheel leaves the other rows alone. */
const TableRow = memo(
  ({ row, index, chosen, choose }: TableRowProps) => (
    <tr
      aria-rowindex={index + 2}
      data-service={row.original.service}
      data-state={row.original.state}
      data-status={statusOf(row.original)}
      className={`${line} ${choose ? withBox : ""} ${chosen ? "bg-hover" : ""} hover:bg-hover focus-within:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent`}
    >
      {choose ? <ChooseOne row={row.original} chosen={chosen} choose={choose} /> : null}
      {row.getAllCells().map((cell) => (
        <td key={cell.id} className={cell.column.columnDef.meta?.className}>
          <FlexRender cell={cell} />
        </td>
      ))}
    </tr>
  ),
  (before, after) =>
    before.row.original === after.row.original &&
    before.index === after.index &&
    before.chosen === after.chosen &&
    before.choose === after.choose,
);

const empty = "px-4 py-14 text-center text-lg text-muted";

function Nothing({ view, change, board }: Omit<Props, "rows" | "choice">) {
  const { total, engine } = board;
  if (total === 0 && !engine.connected)
    return <p className={empty}>Which containers there are is known once the engine answers.</p>;
  if (total === 0) {
    return (
      <p className={empty}>
        No container of this project exists. <code className="font-mono text-base">./taylordash up</code> makes them.
      </p>
    );
  }
  if (board.rows.length < total) return <p className={empty}>The whole list is on its way.</p>;
  return (
    <div className="flex flex-col items-center gap-4 px-4 py-14 text-center text-lg text-muted">
      <p>
        No services match{view.q ? <> “{view.q}”</> : null}
        {view.show === "all" ? "" : ` among those shown under “${view.show}”`}.
      </p>
      <Button onClick={() => change({ q: "", show: "all" })}>Show all {total}</Button>
    </div>
  );
}

/** Arrow keys walk the rows, from one title to the next. */
function moveFocus(event: KeyboardEvent<HTMLElement>) {
  const row = (event.target as HTMLElement).closest("tr");
  const list = row?.parentElement;
  const next =
    {
      ArrowDown: row?.nextElementSibling,
      ArrowUp: row?.previousElementSibling,
      Home: list?.firstElementChild,
      End: list?.lastElementChild,
    }[event.key] ?? null;
  if (!next) return;
  event.preventDefault();
  next.querySelector("a")?.focus();
}
