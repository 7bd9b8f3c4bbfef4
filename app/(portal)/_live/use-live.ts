import { useMemo, useSyncExternalStore } from "react";
import type { AlertList } from "@/lib/alerts/schema";
import { type Board, boardOf, type RenderedBoard } from "./board";
import { before, current, subscribe } from "./stream";

export const useLive = () => useSyncExternalStore(subscribe, current, () => before);

/** The board of the server's answer until the stream has brought the whole list, or while the stream is older. */
export function useBoard(initial: RenderedBoard): Board {
  const { services, engine, asOf } = useLive();
  return useMemo(() => {
    if (!services || (asOf && initial.renderedAt > asOf)) return initial;
    return boardOf({ services: [...services], engine }, asOf);
  }, [initial, services, engine, asOf]);
}

/** The alerts of the server's answer until the stream brings newer ones. */
export const useAlerts = (initial: AlertList | null): AlertList | null => useLive().alerts ?? initial;
