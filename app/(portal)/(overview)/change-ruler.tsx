import { StatusIcon } from "@/app/_ui/status";
import { useClock } from "@/app/_ui/time";
import { type ServiceRow, since, statusOf } from "@/lib/services/schema";
import { LiveLamp } from "../_live/live-lamp";
import { bins, marks, placeOf } from "./scale";

const most = 24;

/**
 * When each service last started or stopped, on one logarithmic rule from a month ago to now: whether one fell over, or
 * all came back together, is seen at once. The same moments are in the list as text.
 */
export function ChangeRuler({ rows }: { rows: readonly ServiceRow[] }) {
  const now = useClock((ms) => Math.floor(ms / 5000) * 5000);
  const stacks = new Map<number, ServiceRow[]>();
  for (const row of rows) {
    const at = since(row);
    if (!at) continue;
    const bin = Math.round(placeOf(now - Date.parse(at)) * bins);
    stacks.set(bin, [...(stacks.get(bin) ?? []), row]);
  }
  return (
    <figure className="flex flex-col gap-3">
      <figcaption className="flex justify-between text-sm text-muted">
        Last start or stop of each service
        <LiveLamp />
      </figcaption>
      <div aria-hidden="true" className="relative mx-3 h-20 border-b border-border-strong">
        {[...stacks].map(([bin, stack]) => (
          <div
            key={bin}
            className="absolute bottom-1 grid -translate-x-1/2 grid-flow-col"
            style={{
              left: `${(bin / bins) * 100}%`,
              gridTemplateRows: `repeat(${Math.min(6, stack.length)}, 0.65rem)`,
            }}
          >
            {stack.slice(0, most).map((row) => (
              <span key={row.id} title={row.title}>
                <StatusIcon status={statusOf(row)} className="size-3" />
              </span>
            ))}
          </div>
        ))}
        {marks.map(({ ageMs, label, wide }) => (
          <span
            key={label}
            className={`absolute top-full mt-2 -translate-x-1/2 text-xs whitespace-nowrap text-muted before:absolute before:-top-2 before:left-1/2 before:h-1.5 before:w-px before:bg-border-strong ${wide ? "hidden sm:block" : ""}`}
            style={{ left: `${placeOf(ageMs) * 100}%` }}
          >
            {label}
          </span>
        ))}
      </div>
      <div className="h-4" />
    </figure>
  );
}
