"use client";
import { useClientZone } from "@/app/_ui/time";
import { msOfStamp } from "@/lib/logs/schema";
import type { SkipItem } from "./buffer";
import { count, lines } from "./words";

type Props = { item: SkipItem; isFilling: boolean; isFiltered: boolean; fill: (item: SkipItem) => void };

/** Says that lines are missing here, why, and brings them. */
export function SkipRow({ item, isFilling, isFiltered, fill }: Props) {
  const timeZone = useClientZone();
  const at = new Date(msOfStamp(item.stamp)).toLocaleTimeString("en-GB", { timeZone });
  const { service } = item.source;
  return (
    <p
      data-skip={item.reason}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-y border-dashed border-border-strong bg-surface px-4 py-1.5 font-sans text-sm text-muted md:px-8"
    >
      {item.reason === "rotated" ? (
        <span>
          The engine's log rotation removed lines of {service} after {at}. They cannot be read any more.
        </span>
      ) : (
        <>
          <span>
            {item.count === null ? "Lines" : lines(item.count)} of {service} after {at} came faster than this page could
            take them{isFiltered ? ", those that the filters hide among them" : ""}.
          </span>
          <button
            type="button"
            disabled={isFilling}
            onClick={() => fill(item)}
            className="font-semibold text-accent underline-offset-2 hover:underline disabled:opacity-60"
          >
            {isFilling
              ? "Fetching"
              : `Show ${item.count === null ? "them" : item.count > 1_000 ? `the next ${count(1_000)}` : "them"}`}
          </button>
        </>
      )}
    </p>
  );
}
