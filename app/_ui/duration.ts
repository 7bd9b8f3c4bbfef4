const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Two units at most, the smaller only while it matters: "40 s", "12 min", "3 h 5 min", "6 d 4 h", "61 d". */
export function formatDuration(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / second))} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < day) return pair(Math.floor(ms / hour), "h", Math.floor((ms % hour) / minute), "min");
  return pair(Math.floor(ms / day), "d", ms < 14 * day ? Math.floor((ms % day) / hour) : 0, "h");
}

const pair = (large: number, largeUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

/** The larger unit alone: "3 h", "6 d". */
export const formatRoughly = (ms: number): string => formatDuration(ms).split(" ").slice(0, 2).join(" ");
