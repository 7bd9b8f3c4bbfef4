import { useMemo, useSyncExternalStore } from "react";
import { type Board, boardOf, type RenderedBoard } from "./board";
import { before, current, subscribe } from "./stream";

export const useLive = () => useSyncExternalStore(subscribe, current, () => before);

/** The board of the server's answer until the stream has brought the whole list, or while the stream is older. */
export function useBoard(initial: RenderedBoard): Board {
  const live = useLive();
  return useMemo(() => {
    if (!live.services || (live.asOf && initial.renderedAt > live.asOf)) return initial;
    return boardOf({ services: [...live.services], engine: live.engine }, live.asOf);
  }, [initial, live]);
}
