"use client";
import { useClientZone, useExact } from "@/app/_ui/time";

export const dayOf = (at: string, timeZone: string) =>
  new Date(at).toLocaleDateString("en-GB", { timeZone, day: "numeric", month: "short", year: "numeric" });
export const timeOf = (at: string, timeZone: string) =>
  new Date(at).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** What was learned only later says both. */
export function Happened({ happenedAt, at }: { happenedAt: string; at: string }) {
  const zone = useClientZone();
  return (
    <span className="text-sm tabular-nums max-lg:block">
      <span className="max-lg:hidden">, </span>
      happened {timeOf(happenedAt, zone)}, learned {timeOf(at, zone)}
    </span>
  );
}

/** To the second; the day where it is another than that of the entry above. */
export function EntryTime({ at, above }: { at: string; above: string | undefined }) {
  const zone = useClientZone();
  const day = dayOf(at, zone);
  return (
    <time dateTime={at} title={useExact(at)} className="flex items-baseline justify-end gap-2 tabular-nums">
      {above !== undefined && dayOf(above, zone) === day ? null : <span className="mr-auto">{day}</span>}
      <span>{timeOf(at, zone)}</span>
    </time>
  );
}
