"use client";
import { KeyRound } from "lucide-react";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useClock } from "@/app/_ui/time";

// Until when the last one-time code still counts, on this browser's own clock.
const FreshUntil = createContext(0);

/** Given by the shell: another code comes with a new sign-in, and that with a new page. */
export function CodeFreshness({ secondsLeft, children }: { secondsLeft: number; children: ReactNode }) {
  const until = useMemo(() => Date.now() + secondsLeft * 1_000, [secondsLeft]);
  return <FreshUntil value={until}>{children}</FreshUntil>;
}

/** For a dialog whose deed needs a fresh second factor: says that the code will be asked for, before one presses. */
export function CodeNotice() {
  const until = useContext(FreshUntil);
  const isFresh = useClock((now) => (now < until ? 1 : 0));
  if (isFresh) return null;
  return (
    <p className="flex items-start gap-2 text-text">
      <KeyRound className="mt-1 size-4 shrink-0 stroke-[1.75] text-muted" aria-hidden />
      You will be asked for your one-time code first: the last was given more than 5 minutes ago.
    </p>
  );
}
