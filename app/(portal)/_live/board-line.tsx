import { Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { Moment } from "@/app/_ui/time";
import type { Board } from "./board";
import { useLive } from "./use-live";

const Warning = ({ children }: { children: ReactNode }) => (
  <span data-status="restarting" className="flex min-h-6 items-center gap-2 font-semibold text-status">
    <Unplug className="size-4 shrink-0" />
    <span>{children}</span>
  </span>
);

type Props = {
  board: Board;
  lastKnown?: string;
  /** The words begin with a name, which keeps its own first letter. */
  asWritten?: boolean;
  children: ReactNode;
};

/**
 * The line under a page's title: what `children` say while the page is live, or how old it is while it is not. It takes
 * the place of those words, so nothing moves. `lastKnown` is what the title would say, where the title names the engine.
 */
export function BoardLine({ board, lastKnown: words, asWritten = false, children }: Props) {
  const { link } = useLive();
  const time = board.asOf ? <Moment at={new Date(board.asOf).toISOString()} /> : null;
  const lastKnown = time ? <>last known state of {time}</> : <>this is the last known state</>;
  let news: ReactNode = null;
  if (link === "ended") news = <Warning>Signed out: {lastKnown}</Warning>;
  else if (link === "reconnecting") news = <Warning>Reconnecting: {lastKnown}</Warning>;
  else if (!board.engine.connected && words)
    news = (
      <>
        last known state{time ? <> of {time}</> : null}: {words}
      </>
    );
  else if (!board.engine.connected) news = <Warning>The engine does not answer: {lastKnown}</Warning>;
  else if (asWritten) news = children;
  // An age that counts on is no news: a screen reader would say it every second.
  return (
    <p className={`min-h-6 text-lg text-muted ${asWritten ? "" : "first-letter:uppercase"}`}>
      <span role="status">{news}</span>
      {news === null ? children : null}
    </p>
  );
}
