"use client";
import { Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { Moment } from "@/app/_ui/time";
import type { Board } from "./board";
import { useLive } from "./use-live";

const Warning = ({ children }: { children: ReactNode }) => (
  <span data-status="restarting" className="inline-flex items-center gap-2 font-semibold text-status">
    <Unplug className="size-4 shrink-0" />
    <span>{children}</span>
  </span>
);

const asOfWords = (asOf: number | null) => (asOf ? <Moment at={new Date(asOf).toISOString()} /> : null);

/**
 * The line under a page's title: what `children` say while the page is live, or how old it is while it is not. It takes
 * the place of those words, so nothing moves.
 */
export function BoardLine({ board, children }: { board: Board; children: ReactNode }) {
  const { link } = useLive();
  const time = asOfWords(board.asOf);
  const lastKnown = time ? <>last known state of {time}</> : <>this is the last known state</>;
  let line: ReactNode = children;
  if (link === "ended") line = <Warning>Signed out: {lastKnown}</Warning>;
  else if (link === "reconnecting") line = <Warning>Reconnecting: {lastKnown}</Warning>;
  else if (!board.engine.connected) line = <Warning>The engine does not answer: {lastKnown}</Warning>;
  return (
    <p role="status" className="min-h-6 text-lg text-muted">
      {line}
    </p>
  );
}
