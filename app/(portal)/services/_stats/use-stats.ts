import { useSyncExternalStore } from "react";
import type { Series } from "@/lib/services/stats-schema";
import { channelOf, keyOf, noSeries } from "./stream";

/** Every series of one service, or of all: changes once a second. */
export function useStats(selection: string): ReadonlyMap<string, Series> {
  const { subscribe, series } = channelOf(selection);
  return useSyncExternalStore(subscribe, series, () => noSeries);
}

/** One container's series out of the stream of all; renders again only when that one has changed. */
export function useContainerStats(id: string): Series | undefined {
  const { subscribe, series } = channelOf("all");
  return useSyncExternalStore(
    subscribe,
    () => series().get(keyOf(id)),
    () => undefined,
  );
}
