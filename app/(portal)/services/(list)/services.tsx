"use client";
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { RenderedBoard } from "../../_live/board";
import { BoardLine } from "../../_live/board-line";
import { Scaled } from "../../_live/container-number";
import { LiveLamp } from "../../_live/live-lamp";
import { useBoard } from "../../_live/use-live";
import { headlineOf } from "../../_live/words";
import type { Verb } from "../[service]/verbs";
import { BulkBar } from "./bulk-bar";
import { ForeignContainers } from "./foreign";
import { ServiceTable } from "./table";
import { Toolbar } from "./toolbar";
import { UpdatesProvider } from "./updates";
import { type FirstRows, matches, queryOf, type View } from "./view";

const page = "mx-auto flex max-w-[84rem] flex-col gap-5";

type Props = {
  initial: RenderedBoard;
  first: FirstRows;
  view: View;
  allowed: readonly Verb[];
  own: string | null;
};

export function Services({ initial, first, view: asked, allowed, own }: Props) {
  const board = useBoard(initial);
  const [view, setView] = useState(asked);
  // Until the stream has brought the whole list, only what the address asked for is known.
  const isCut = board === initial && board.rows.length < board.total;
  const known = isCut ? first.rows : board.rows;
  // Typing stays smooth with thousands of rows: the list may follow a frame later.
  const wanted = useDeferredValue(view);
  const rows = useMemo(() => known.filter((row) => matches(row, wanted)), [known, wanted]);
  const shown = isCut && wanted === asked ? first.matching : rows.length;
  const change = (part: Partial<View>) => setView((before) => ({ ...before, ...part }));
  useAddress(view);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Whoever may do nothing has nothing to choose.
  const choice = useMemo(() => (allowed.length > 0 ? { chosen, choose: setChosen } : null), [allowed, chosen]);
  return (
    <div className={page}>
      <Header>
        <BoardLine board={board} asWritten>
          {headlineOf(board).text}
        </BoardLine>
      </Header>
      <Toolbar view={view} change={change} counts={board.counts} total={board.total} shown={shown} />
      <UpdatesProvider rows={board.rows}>
        <Scaled services={board.scaled}>
          <ServiceTable rows={rows} view={wanted} change={change} board={board} choice={choice} />
        </Scaled>
      </UpdatesProvider>
      <ForeignContainers />
      {/* It speaks of all that was chosen, so it waits for all rows. */}
      {isCut ? null : (
        <BulkBar rows={board.rows} shown={rows} selected={chosen} own={own} allowed={allowed} choose={setChosen} />
      )}
    </div>
  );
}

const Header = ({ children }: { children: ReactNode }) => (
  <header className="flex flex-col gap-1">
    <div className="flex items-center justify-between">
      <h1 className="text-2xl tracking-[-0.015em]">Services</h1>
      <LiveLamp />
    </div>
    {children}
  </header>
);

/** Keeps the view in the address, without a request and without an entry in the history a letter. */
function useAddress(view: View) {
  const fresh = useRef(true);
  useEffect(() => {
    if (fresh.current) {
      fresh.current = false;
      return;
    }
    window.history.replaceState(null, "", `${window.location.pathname}${queryOf(view)}`);
  }, [view]);
}
