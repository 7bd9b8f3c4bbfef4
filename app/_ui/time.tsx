"use client";
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import { formatDuration, formatRoughly } from "./duration";

// The server's time of rendering: the first paint in the browser shows the same words, then the clock goes on.
const Rendered = createContext(0);

export const Clock = ({ now, children }: { now: number; children: ReactNode }) => (
  <Rendered value={now}>{children}</Rendered>
);

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function everySecond(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Renders again only when `read` answers another value; `readRendered` must not depend on the reader's own zone. */
export function useClock<T extends string | number | null>(
  read: (now: number) => T,
  readRendered: (now: number) => T = read,
): T {
  const rendered = useContext(Rendered);
  return useSyncExternalStore(
    everySecond,
    () => read(Date.now()),
    () => readRendered(rendered),
  );
}

const never = () => () => undefined;
const inUtc = (at: string) => `${at.slice(0, 19).replace("T", " ")} UTC`;
const inZone = (at: string) => new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "long" });

/** The exact moment: UTC in the server's answer, the reader's own zone afterwards. */
export const useExact = (at: string): string =>
  useSyncExternalStore(
    never,
    () => inZone(at),
    () => inUtc(at),
  );

/** How long ago, kept current; the exact moment is in the title. */
export function Age({ at, rough, className }: { at: string; rough?: boolean; className?: string }) {
  const format = rough ? formatRoughly : formatDuration;
  const words = useClock((now) => format(now - Date.parse(at)));
  return (
    <time dateTime={at} title={useExact(at)} className={className}>
      {words}
    </time>
  );
}

function clockWords(at: string, now: number, seconds: boolean, timeZone?: string) {
  const day = (time: number | string) =>
    new Date(time).toLocaleDateString("en-GB", { timeZone, day: "numeric", month: "short" });
  const clock = new Date(at).toLocaleTimeString("en-GB", {
    ...{ timeZone, hour: "2-digit", minute: "2-digit" },
    ...(seconds ? { second: "2-digit" } : {}),
  });
  return day(at) === day(now) ? clock : `${day(at)}, ${clock}`;
}

/** The moment on the clock, with the day when it was not today. */
export function Moment({ at, seconds = false }: { at: string; seconds?: boolean }) {
  const words = useClock(
    (now) => clockWords(at, now, seconds),
    (now) => `${clockWords(at, now, seconds, "UTC")} UTC`,
  );
  return (
    <time dateTime={at} title={useExact(at)}>
      {words}
    </time>
  );
}

/** The reader's zone once the page is theirs; UTC in the server's answer, so that both first show the same. */
export const useClientZone = (): string =>
  useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => "UTC",
  );
