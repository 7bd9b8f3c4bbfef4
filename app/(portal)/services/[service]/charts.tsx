"use client";
import { useEffect, useMemo, useState } from "react";
import { Chart, type ChartData } from "@/app/_ui/chart";
import { formatBytes, formatPercent } from "@/app/_ui/numbers";
import { Section } from "@/app/_ui/section";
import { Tabs } from "@/app/_ui/tabs";
import { useClientZone } from "@/app/_ui/time";
import type { ChartRange, Charts as Past } from "@/lib/services/charts-schema";
import { useStats } from "../_stats/use-stats";
import { liveData, type Measure, measures, pastData } from "./measures";
import { clockAt } from "./ticks";
import { useRead } from "./use-read";

/** What may be used at most, by all running containers together; null without a limit. */
export type Limits = { cpus: number | null; memoryBytes: number | null };
type Props = { service: string; running: boolean; limits: Limits };

const ranges = [
  { id: "live", label: "Live" },
  { id: "1h", label: "1 h" },
  { id: "24h", label: "24 h" },
  { id: "7d", label: "7 d" },
  { id: "30d", label: "30 d" },
] as const;
type Range = (typeof ranges)[number]["id"];

export function Charts({ service, running, limits }: Props) {
  const [range, setRange] = useState<Range>("live");
  return (
    <Section title="Use" aside={<Tabs label="Range of the charts" tabs={ranges} chosen={range} choose={setRange} />}>
      {range === "live" ? (
        <Live service={service} running={running} limits={limits} />
      ) : (
        <Before service={service} range={range} limits={limits} />
      )}
    </Section>
  );
}

const empty: ChartData = { moments: [], lines: [], from: 0, until: 0 };

function Live({ service, running, limits }: Props) {
  const all = useStats(service);
  const series = useMemo(() => [...all.values()].filter((each) => each.service === service), [all, service]);
  const none = running ? "Waiting for the engine's first numbers" : "It does not run: there is nothing to measure";
  return (
    <Grid>
      {measures.map((measure) => (
        <Figure
          key={measure.title}
          measure={measure}
          data={series.some(({ samples }) => samples.length > 0) ? liveData(series, measure) : empty}
          limits={limits}
          none={none}
          span="over the last five minutes"
        />
      ))}
    </Grid>
  );
}

function Before({ service, range, limits }: { service: string; range: ChartRange; limits: Limits }) {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const often = setInterval(() => setTurn((before) => before + 1), 60_000);
    return () => clearInterval(often);
  }, []);
  const { data, failed } = useRead<Past>(`/services/${encodeURIComponent(service)}/charts?range=${range}`, turn, null);
  const reading = data?.range === range ? "Prometheus has no numbers of this time yet" : "Asking Prometheus";
  return (
    <Grid>
      {measures.map((measure) => (
        <Figure
          key={measure.title}
          measure={measure}
          data={data ? pastData(data, measure) : empty}
          limits={limits}
          none={failed ?? reading}
          span={`over ${ranges.find(({ id }) => id === range)?.label}`}
        />
      ))}
    </Grid>
  );
}

const Grid = ({ children }: { children: React.ReactNode }) => (
  <div className="grid gap-x-6 gap-y-5 lg:grid-cols-2">{children}</div>
);

type FigureProps = { measure: Measure; data: ChartData; limits: Limits; none: string; span: string };

function Figure({ measure, data, limits, none, span }: FigureProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const zone = useClientZone();
  const { title, lines, format, floor, binary } = measure;
  const limit =
    title === "Memory" ? limits.memoryBytes : title === "Processor" && limits.cpus ? limits.cpus * 100 : null;
  const drawn = data.lines.some(({ values }) => values.some((value) => value !== null));
  const index = pointed ?? data.lines[0]?.values.findLastIndex((value) => value !== null) ?? -1;
  const at = (line: number) => data.lines[line]?.values[index] ?? null;
  const words = lines.map(({ name }, line) => {
    const value = at(line);
    const number = value === null ? "–" : format(value);
    return lines.length > 1 ? `${name} ${number}` : number;
  });
  return (
    <figure className="flex min-w-0 flex-col gap-1">
      <figcaption className="flex min-h-6 items-baseline justify-between gap-3">
        <span className="font-semibold">{title}</span>
        <span className="truncate text-sm">
          {drawn
            ? words.map((each, line) => <Key key={lines[line]?.field} line={line} of={lines.length} words={each} />)
            : null}
          {drawn && pointed === null ? <Share value={at(0)} limit={limit} title={title} /> : null}
          {drawn && pointed !== null ? (
            <span className="text-muted">
              {" "}
              at{" "}
              {clockAt((data.moments[index] ?? 0) * 1000, zone)
                .split(", ")
                .at(-1)}
            </span>
          ) : null}
        </span>
      </figcaption>
      <div className="relative rounded-md border border-border bg-surface">
        <Chart
          label={`${title} ${span}: ${drawn ? `now ${words.join(", ")}` : none}`}
          {...{ data, format, floor, binary, limit, onPoint: setPointed }}
        />
        {drawn ? null : (
          <p className="absolute inset-0 flex items-center justify-center rounded-md bg-surface px-6 text-center text-muted">
            {none}
          </p>
        )}
      </div>
    </figure>
  );
}

/** The number with a piece of its line, where there are two. */
const Key = ({ line, of, words }: { line: number; of: number; words: string }) => (
  <span className={line > 0 ? "ml-3" : ""}>
    {of > 1 ? (
      <span
        className={`mr-1.5 inline-block w-3.5 border-t-2 align-middle ${line === 0 ? "border-accent" : "border-dashed border-muted"}`}
      />
    ) : null}
    {words}
  </span>
);

function Share({ value, limit, title }: { value: number | null; limit: number | null; title: string }) {
  if (value === null) return null;
  if (limit === null) return <span className="text-muted">{title === "Processor" ? " of a core" : ""}</span>;
  const whole = title === "Processor" ? `${limit / 100} ${limit === 100 ? "core" : "cores"}` : formatBytes(limit);
  return (
    <span className="text-muted">
      {title === "Processor" ? " of a core" : ""}, {formatPercent((value / limit) * 100)} of {whole}
    </span>
  );
}
