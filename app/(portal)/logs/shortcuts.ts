"use client";
import { useEffect, useRef } from "react";

/** Single keys, while nothing is typed and no dialog is open. */
export function useShortcuts(keys: Readonly<Record<string, () => unknown>>) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      const elsewhere =
        event.target instanceof HTMLElement && event.target.closest("input, select, textarea, dialog[open]");
      if (!act || elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
