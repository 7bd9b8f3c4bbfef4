"use client";
import { type PointerEvent, useState } from "react";
import { formatDuration } from "@/app/_ui/duration";
import { useClientZone } from "@/app/_ui/time";
import type { Change, History, Segment, TimelineStatus } from "@/lib/services/history-schema";
import { causeWords, timelineWords } from "./history-words";
import { clockAt, ticksOf } from "./ticks";

// What is well lies low and quiet; trouble stands up. The shape says it, the colour helps.
const looks: Record<TimelineStatus, string> = {
  healthy: "h-2.5 bg-(--status) opacity-45",
  running: "h-2.5 bg-(--status) opacity-45",
  starting: "h-5 bg-(--status) opacity-60",
  stopped: "h-5 border-x border-t border-border-strong bg-surface",
  paused: "h-5 border-x border-t border-border-strong bg-surface",
  gone: "h-2.5 border-t border-dashed border-border-strong",
  unknown:
    "h-full bg-[repeating-linear-gradient(135deg,var(--color-border-strong)_0_1px,transparent_1px_6px)] opacity-60",
  restarting: "z-10 h-full min-w-[3px] bg-(--status)",
  unhealthy: "z-10 h-full min-w-[3px] bg-(--status)",
  failed: "z-10 h-full min-w-[3px] bg-(--status)",
};

type Pointed = { segment: Segment; at: number };

/** The change that began a segment, if it is among those that were sent. */
const beginningOf = (changes: readonly Change[], { from }: Segment) =>
  changes.find(({ at }) => Math.abs(Date.parse(at) - from) < 1_000);

/** The service's states over the range. What it shows is in the list of changes below as text. */
export function Strip({ history }: { history: History }) {
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const zone = useClientZone();
  const [from, until] = [Date.parse(history.from), Date.parse(history.until)];
  const place = (at: number) => `${(Math.max(0, at - from) / (until - from)) * 100}%`;
  const point = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = from + ((event.clientX - box.left) / box.width) * (until - from);
    // Trouble of a second is three pixels wide: what is nearest within them is what was meant.
    const slack = (3 / box.width) * (until - from);
    const near = (segment: Segment) => segment.from <= at + slack && at - slack <= segment.until;
    const sharp = history.segments.find((segment) => looks[segment.status].includes("z-10") && near(segment));
    const segment = sharp ?? history.segments.find((each) => each.from <= at && at <= each.until);
    setPointed(segment ? { segment, at: Math.min(Math.max(at, segment.from), segment.until) } : null);
  };
  const ticks = ticksOf(from, until, zone);
  return (
    <div className="flex flex-col" aria-hidden="true">
      <div className="relative">
        <div
          className="relative h-11 touch-pan-y overflow-hidden border-b border-border-strong"
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setPointed(null)}
        >
          {history.segments.map((segment) => (
            <span
              key={segment.from}
              data-status={segment.status}
              className={`absolute bottom-0 ${looks[segment.status]}`}
              style={{
                left: place(segment.from),
                width: `calc(${place(from + segment.until - segment.from)} + 0.5px)`,
              }}
            />
          ))}
        </div>
        {pointed ? <Tip pointed={pointed} history={history} left={place(pointed.at)} zone={zone} /> : null}
      </div>
      <div className="relative h-6 text-xs text-muted">
        {ticks.map(({ at, words, minor }) => (
          <span
            key={at}
            className={`absolute flex -translate-x-1/2 flex-col items-center ${minor ? "max-sm:hidden" : ""}`}
            style={{ left: place(at) }}
          >
            <span className="h-1.5 border-l border-border-strong" />
            {words}
          </span>
        ))}
      </div>
    </div>
  );
}

function Tip({ pointed, history, left, zone }: { pointed: Pointed; history: History; left: string; zone: string }) {
  const { segment } = pointed;
  const change = beginningOf(history.changes, segment);
  const cause = change ? causeWords(change) : null;
  const running = segment.until >= Date.parse(history.until);
  const opensLeft = Number.parseFloat(left) > 60;
  return (
    <div
      className={`pointer-events-none absolute bottom-full z-20 mb-1.5 w-max max-w-72 rounded-md border border-border bg-raised px-3 py-2 text-sm shadow-float ${opensLeft ? "-translate-x-full" : ""}`}
      style={{ left }}
    >
      <p data-status={segment.status} className="font-semibold text-status">
        {timelineWords[segment.status]} for {formatDuration(segment.until - segment.from)}
        {running ? " so far" : ""}
      </p>
      <p className="text-muted">
        {clockAt(segment.from, zone)} to {running ? "now" : clockAt(segment.until, zone)}
      </p>
      {cause ? <p>{cause}</p> : null}
      {change?.probe && segment.status === "unhealthy" ? (
        <p className="line-clamp-3 font-mono text-xs break-words text-muted">{change.probe}</p>
      ) : null}
    </div>
  );
}
