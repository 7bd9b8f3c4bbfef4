// What somebody was about to do when the one-time code was wanted: kept in this tab alone, given back once. Never a
// secret.
import { useEffect, useRef } from "react";

const key = "draft";
/** Longer than giving a code takes, shorter than leaving the desk. */
const keptMs = 600_000;

type Draft = { what: string; value: unknown; at: number };

function readDraft(): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

/** `what` names the dialog, its place included. */
export const keepDraft = (what: string, value: unknown) =>
  sessionStorage.setItem(key, JSON.stringify({ what, value, at: Date.now() } satisfies Draft));

export const forgetDraft = () => sessionStorage.removeItem(key);

/** Opens the dialog again with what it held, when its page comes back. */
export function useDraft<T>(what: string, open: (value: T) => void) {
  const latest = useRef(open);
  useEffect(() => {
    const draft = readDraft();
    if (draft?.what !== what) return;
    forgetDraft();
    if (Date.now() - draft.at < keptMs) latest.current(draft.value as T);
  }, [what]);
}
