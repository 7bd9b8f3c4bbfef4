"use client";
import { type MouseEvent, memo } from "react";
import { levelName, msOfStamp, type Style } from "@/lib/logs/schema";
import type { LineItem } from "./buffer";
import { type Segment, shownOnce } from "./segments";
import { hueOf, levelWords } from "./words";

// The terminal's sixteen colours; their lightness is fitted to the page by logs.css.
const palette = [
  ...["#6b7280", "#dc2626", "#16a34a", "#ca8a04", "#2563eb", "#c026d3", "#0891b2", "#9ca3af"],
  ...["#6b7280", "#ef4444", "#22c55e", "#eab308", "#3b82f6", "#d946ef", "#06b6d4", "#e5e7eb"],
];
const colorOf = (color: number | string) => (typeof color === "number" ? palette[color] : color);

function styleOf({ color, background, bold, dim, italic, underline, strike }: Style) {
  return {
    ...(color === undefined ? {} : { "--ansi": colorOf(color) }),
    ...(background === undefined ? {} : { "--ansi-back": colorOf(background) }),
    ...(bold ? { fontWeight: 650 } : {}),
    ...(dim ? { color: "var(--color-muted)" } : {}),
    ...(italic ? { fontStyle: "italic" } : {}),
    ...(underline || strike
      ? { textDecoration: `${underline ? "underline " : ""}${strike ? "line-through" : ""}` }
      : {}),
  };
}

function Run({ text, style, dim, mark }: Segment) {
  const classes = [
    mark ? "log-mark" : dim ? "text-muted" : "",
    !mark && style?.color !== undefined ? "log-ansi" : "",
    style?.background !== undefined ? "log-ansi-back" : "",
  ].filter((name) => name !== "");
  if (classes.length === 0 && !style) return text;
  return (
    <span className={classes.join(" ") || undefined} style={style ? styleOf(style) : undefined}>
      {text}
    </span>
  );
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const today = () => day.format(Date.now());
let lastSecond = -1;
let lastClock = "";

/** Lines of one second share the costly half. */
export function timeWords(stamp: string): { day: string; clock: string; fraction: string } {
  const ms = msOfStamp(stamp);
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastClock = clock.format(ms);
  }
  const date = Date.now() - ms > 3_600_000 ? day.format(ms) : "";
  return { day: date === today() ? "" : date, clock: lastClock, fraction: `.${stamp.slice(10, 13)}` };
}

type Props = {
  item: LineItem;
  showService: boolean;
  wrap: boolean;
  isOpen: boolean;
  isCurrent: boolean;
  toggle: (key: number) => void;
};

/** One line: when, how bad, who, what. A click unfolds it, unless it selects text. */
export const LineRow = memo(function LineRow({ item, showService, wrap, isOpen, isCurrent, toggle }: Props) {
  const { segments, more } = shownOnce(item);
  const time = timeWords(item.stamp);
  const level = levelName(item.level);
  const onClick = (event: MouseEvent) => {
    if ((event.target as HTMLElement).closest("a, button")) return;
    if (window.getSelection()?.isCollapsed === false) return;
    toggle(item.key);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the time is a button that does the same
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list moves from line to line by the arrow keys
    <div
      className="log-row flex cursor-default flex-wrap gap-x-2.5 px-4 py-1 md:flex-nowrap md:px-8 md:py-px"
      data-level={item.level}
      data-open={isOpen || undefined}
      data-current={isCurrent || undefined}
      onClick={onClick}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-expanded={isOpen}
        onClick={() => toggle(item.key)}
        className="shrink-0 self-start text-muted"
      >
        {time.day ? `${time.day} ` : null}
        {time.clock}
        <span className="max-md:hidden">{time.fraction}</span>
      </button>
      <span data-word={level} className="log-level w-[5ch] shrink-0">
        {levelWords[level]}
      </span>
      {showService ? (
        <span
          data-hue={hueOf(item.source.service)}
          title={item.source.previous ? `${item.source.service}, a container that is gone` : item.source.service}
          className="min-w-0 shrink-0 truncate text-(--log-hue) md:w-[17ch]"
        >
          {item.source.service}
          {item.source.previous ? <span className="text-muted"> (gone)</span> : null}
        </span>
      ) : null}
      <span
        className={`min-w-0 flex-1 max-md:basis-full ${wrap ? "whitespace-pre-wrap [overflow-wrap:anywhere]" : "max-md:line-clamp-4 max-md:whitespace-pre-wrap max-md:[overflow-wrap:anywhere] md:truncate md:whitespace-pre"}`}
      >
        {segments.map((segment, index) => (
          <Run key={index} {...segment} />
        ))}
        {more > 0 || item.sizeBytes > 0 ? <span className="text-muted"> … cut, click for more</span> : null}
      </span>
    </div>
  );
});
