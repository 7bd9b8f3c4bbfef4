"use client";
import { useEffect, useRef, useState } from "react";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { withoutZeros } from "./numbers";

export type ChartLine = { name: string; values: readonly (number | null)[] };
export type ChartData = {
  /** Seconds since 1970, rising. */
  moments: readonly number[];
  /** One or two; the second is dashed. */
  lines: readonly ChartLine[];
  /** The span that is shown, in seconds since 1970. */
  from: number;
  until: number;
};
export type ChartProps = {
  label: string;
  data: ChartData;
  format: (value: number) => string;
  /** The scale ends no lower than this, so that calm looks calm. */
  floor: number;
  /** Steps of the scale in powers of two, for bytes. */
  binary?: boolean;
  /** Drawn as a line when it is within reach. */
  limit?: number | null;
  /** Called with the index of the moment under the pointer. */
  onPoint?: (index: number | null) => void;
};

const height = 128;
const axisWidth = 64;
const font = "11px ui-sans-serif, system-ui, sans-serif";
const twoDays = 2 * 86_400;
const tenMinutes = 600;

const binarySteps = Array.from({ length: 50 }, (_, power) => 2 ** power);

const momentWords = (span: number) => {
  const options: Intl.DateTimeFormatOptions =
    span > twoDays
      ? { day: "numeric", month: "short" }
      : { hour: "2-digit", minute: "2-digit", ...(span < tenMinutes ? { second: "2-digit" } : {}) };
  const format = new Intl.DateTimeFormat("en-GB", options);
  return (seconds: number) => format.format(seconds * 1000);
};

/** Lines over time on a canvas. What it shows is said in words by its label and by whoever places it. */
export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [ready, setReady] = useState(false);
  const lineCount = props.data.lines.length;

  useEffect(() => {
    const place = box.current;
    if (!place || lineCount === 0) return;
    let gone = false;
    let stop: () => void = () => undefined;
    // Only a page that draws loads the library.
    import("uplot").then(({ default: UPlot }) => {
      if (gone) return;
      const made = new UPlot(optionsOf(place, lineCount, latest), columns(latest.current.data), place);
      plot.current = made;
      const resize = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height }));
      resize.observe(place);
      const repaint = () => made.redraw(false);
      const themes = new MutationObserver(repaint);
      themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
      const dark = matchMedia("(prefers-color-scheme: dark)");
      dark.addEventListener("change", repaint);
      stop = () => {
        resize.disconnect();
        themes.disconnect();
        dark.removeEventListener("change", repaint);
        made.destroy();
        plot.current = null;
      };
      setReady(true);
    });
    return () => {
      gone = true;
      stop();
    };
  }, [lineCount]);

  const { data } = props;
  useEffect(() => {
    if (!ready) return;
    plot.current?.batch(() => {
      plot.current?.setData(columns(data), false);
      plot.current?.setScale("x", { min: data.from, max: data.until });
    });
  }, [data, ready]);

  return <div ref={box} role="img" aria-label={props.label} className="w-full" style={{ height }} />;
}

const columns = ({ moments, lines }: ChartData) =>
  [moments, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;

function optionsOf(place: HTMLElement, lineCount: number, latest: { current: ChartProps }): uPlot.Options {
  // Read when painted, since the theme may have changed; an element resolves light-dark() and what it names.
  const paint = (token: string) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--color-${token})`;
    place.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const hairline = { stroke: () => paint("border"), width: 1 };
  return {
    width: place.clientWidth,
    height,
    // Room for half of the last moment's words.
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      sync: { key: "use" },
      points: { size: 7, fill: () => paint("surface") },
      drag: { x: false, y: false },
    },
    scales: {
      x: { time: true, range: () => [latest.current.data.from, latest.current.data.until] },
      y: { range: (_, _min, max) => [0, Math.max((max ?? 0) * 1.12, latest.current.floor)] },
    },
    axes: [
      {
        ...{ font, size: 24, gap: 4, space: 80, grid: { show: false }, border: { show: true, ...hairline } },
        stroke: () => paint("muted"),
        ticks: { ...hairline, size: 4 },
        values: (_, splits) => splits.map(momentWords(latest.current.data.until - latest.current.data.from)),
      },
      {
        ...{ font, size: axisWidth, gap: 6, space: 34, grid: hairline, ticks: { show: false } },
        stroke: () => paint("muted"),
        values: (_, splits) => splits.map((value) => withoutZeros(latest.current.format(value))),
        ...(latest.current.binary ? { incrs: binarySteps } : {}),
      },
    ],
    series: [
      {},
      ...Array.from({ length: lineCount }, (_, index) => ({
        width: 1.5,
        spanGaps: false,
        points: { show: false },
        stroke: () => paint(index === 0 ? "accent" : "muted"),
        ...(index === 0
          ? { fill: () => `color-mix(in oklab, ${paint("accent")} 10%, transparent)` }
          : { dash: [5, 3] }),
      })),
    ],
    hooks: {
      setCursor: [(made) => latest.current.onPoint?.(made.cursor.idx ?? null)],
      draw: [
        (made) => {
          const { limit } = latest.current;
          const top = made.scales.y?.max ?? 0;
          if (!limit || limit > top) return;
          const y = made.valToPos(limit, "y", true);
          const { ctx, bbox } = made;
          ctx.save();
          ctx.strokeStyle = paint("status-unhealthy");
          ctx.setLineDash([6, 4]);
          ctx.beginPath();
          ctx.moveTo(bbox.left, y);
          ctx.lineTo(bbox.left + bbox.width, y);
          ctx.stroke();
          ctx.restore();
        },
      ],
    },
  };
}
