"use client";
import { isTrouble, statusOf } from "@/lib/services/schema";
import { useLive } from "../_live/use-live";

/** How many services need somebody, beside their place in the navigation; nothing when none does. */
export function TroubleCount() {
  const { services } = useLive();
  const count = services?.filter((row) => isTrouble(statusOf(row))).length ?? 0;
  if (count === 0) return null;
  return (
    <span
      data-status="failed"
      className="absolute top-1.5 left-[calc(50%+0.5rem)] min-w-4.5 rounded-full bg-status-failed px-1 text-center text-xs/4.5 font-semibold text-page md:top-2.5 md:right-2.5 md:left-auto"
    >
      {count}
      <span className="sr-only"> need attention</span>
    </span>
  );
}
