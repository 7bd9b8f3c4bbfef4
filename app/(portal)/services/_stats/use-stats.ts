import { createContext, useContext, useSyncExternalStore } from "react";
import type { Series } from "@/lib/services/stats-schema";
import { channelOf, keyOf, noSeries } from "./stream";

/** Every series of one service, or of all: changes once a second. */
export function useStats(selection: string): ReadonlyMap<string, Series> {
  const { subscribe, series } = channelOf(selection);
  return useSyncExternalStore(subscribe, series, () => noSeries);
}

/** Whose statistics a list asks for: all, or in a long one those near the screen. */
export const Selection = createContext("all");

const wide = "(min-width: 80rem)";
const nobody = () => () => undefined;
const onWidth = (listener: () => void) => {
  const query = matchMedia(wide);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
};

/**
 * One container's series out of the list's stream; renders again only when that one has changed. Where the columns have
 * no room, nothing is asked for.
 */
export function useContainerStats(id: string): Series | undefined {
  const { subscribe, series } = channelOf(useContext(Selection));
  const asked = useSyncExternalStore(
    onWidth,
    () => matchMedia(wide).matches,
    () => false,
  );
  return useSyncExternalStore(
    asked ? subscribe : nobody,
    () => (asked ? series().get(keyOf(id)) : undefined),
    () => undefined,
  );
}
