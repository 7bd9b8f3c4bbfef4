"use client";
import { type RefObject, useEffect, useRef } from "react";
import type { Item } from "./buffer";
import type { ListHandle } from "./list";
import type { View } from "./view";

const hands = ["wheel", "touchmove", "pointerdown", "keydown"] as const;

/** Leads to the line of a link, and keeps it in view while what was written since comes in, until a hand moves the list. */
export function useLinkedLine(
  { at }: View,
  items: readonly Item[],
  choose: (key: number) => void,
  list: RefObject<ListHandle | null>,
) {
  const chosen = useRef<number | null>(null);
  const released = useRef(false);
  useEffect(() => {
    chosen.current = null;
    released.current = at === null;
    const release = () => {
      released.current = true;
    };
    for (const name of hands) window.addEventListener(name, release, { passive: true });
    return () => {
      for (const name of hands) window.removeEventListener(name, release);
    };
  }, [at]);
  useEffect(() => {
    if (!at || released.current) return;
    const isLinked = (item: Item) =>
      item.key === chosen.current ||
      (item.kind === "line" && item.stamp === at.stamp && item.seq === at.seq && item.container === at.container);
    const index = items.findIndex(isLinked);
    const item = items[index];
    if (!item) return;
    if (chosen.current === null) {
      chosen.current = item.key;
      choose(item.key);
    }
    const frame = requestAnimationFrame(() => list.current?.toIndex(index));
    return () => cancelAnimationFrame(frame);
  }, [at, items, choose, list]);
}
