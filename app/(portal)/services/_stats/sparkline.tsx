"use client";
import { formatBytes, formatPercent } from "@/app/_ui/numbers";
import { fieldOf, keptForAll, type Series } from "@/lib/services/stats-schema";
import { pathOf } from "./path";
import { useContainerStats } from "./use-stats";

const width = 40;
const height = 18;
// A new viewer's few seconds are not a sliver at the edge.
const shortestMs = 15_000;

const measures = {
  // Below a tenth of a core everything is calm, and is drawn so.
  cpu: { word: "Processor", ceiling: (most: number) => Math.max(most, 10), say: formatPercent },
  memory: {
    word: "Memory",
    ceiling: (most: number, series: Series) => Math.max(most, series.memoryLimitBytes),
    say: formatBytes,
  },
} as const;

type Props = { id: string; measure: keyof typeof measures; running: boolean };

/** The last minute of a container and its newest number, in a place of fixed size. Of a stopped one: a dash. */
export function ServiceSparkline({ id, measure, running }: Props) {
  const series = useContainerStats(id);
  const { word, ceiling, say } = measures[measure];
  const last = series?.samples.at(-1);
  const value = running && last ? fieldOf(last, measure) : null;
  const points = (series?.samples ?? []).flatMap((sample): [number, number][] => {
    const [at, each] = [fieldOf(sample, "at"), fieldOf(sample, measure)];
    return at === null || each === null ? [] : [[at, each]];
  });
  const spanMs = Math.min(keptForAll * 1000, Math.max(shortestMs, (last?.[0] ?? 0) - (points[0]?.[0] ?? 0)));
  const most = Math.max(0, ...points.map(([, each]) => each));
  const line =
    value === null || !series || !last
      ? null
      : pathOf(points, {
          ...{ untilMs: last[0] ?? 0, spanMs, ceiling: ceiling(most, series), width, height },
          pastUntil: series.pastUntil,
        });
  return (
    <span className="flex items-center justify-end gap-2" title={running ? `${word}, last minute` : undefined}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className="h-[18px] w-10 shrink-0 overflow-visible fill-accent/12 text-accent"
        aria-hidden="true"
      >
        {line ? (
          <>
            <path d={line.area} />
            <path d={line.stroke} fill="none" stroke="currentColor" strokeWidth="1.25" strokeLinejoin="round" />
          </>
        ) : null}
      </svg>
      <span className={`w-15 text-right text-sm whitespace-nowrap ${value === null ? "text-muted" : ""}`}>
        {value === null ? "–" : say(value)}
      </span>
    </span>
  );
}
