// Marks under the strip: round hours of a day, round days of a month, in the reader's zone.
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type Tick = { at: number; words: string; minor: boolean };

const part = (at: number, timeZone: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(at);

/** To the second, with the day: "24 Nov, 12:03:07". */
export const clockAt = (at: number, timeZone: string): string =>
  part(at, timeZone, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Minor ones are left out where there is little room. */
export function ticksOf(from: number, until: number, timeZone: string): Tick[] {
  const ticks: Tick[] = [];
  const month = until - from > 2 * dayMs;
  for (let at = Math.ceil(from / hourMs) * hourMs; at <= until; at += hourMs) {
    // The edges' words would be cut.
    const share = (at - from) / (until - from);
    if (share < 0.03 || share > 0.97) continue;
    const hour = Number(part(at, timeZone, { hour: "2-digit", hourCycle: "h23" }));
    const daysAgo = Math.round((until - at) / dayMs);
    if (month ? hour !== 0 || daysAgo % 5 !== 0 : hour % 3 !== 0) continue;
    const words =
      month || hour === 0
        ? part(at, timeZone, { day: "numeric", month: "short" })
        : part(at, timeZone, { hour: "2-digit", minute: "2-digit" });
    ticks.push({ at, words, minor: month ? daysAgo % 10 !== 0 : hour % 6 !== 0 });
  }
  return ticks;
}
