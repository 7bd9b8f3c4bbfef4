const second = 1000;
const day = 86_400 * second;
const shortest = 10 * second;
const longest = 30 * day;

export const bins = 48;

/** Where an age stands on the rule: 1 is now, 0 a month ago or more; each tenfold age is as far again. */
export function placeOf(ageMs: number): number {
  const age = Math.min(Math.max(ageMs, 0), longest);
  return 1 - Math.log((age + shortest) / shortest) / Math.log((longest + shortest) / shortest);
}

/** `wide` marks are left out where there is no room. */
export const marks: readonly { ageMs: number; label: string; wide?: boolean }[] = [
  { ageMs: 0, label: "now" },
  { ageMs: 60 * second, label: "1 min" },
  { ageMs: 600 * second, label: "10 min", wide: true },
  { ageMs: 3600 * second, label: "1 h" },
  { ageMs: 6 * 3600 * second, label: "6 h", wide: true },
  { ageMs: day, label: "1 d" },
  { ageMs: 7 * day, label: "7 d", wide: true },
  { ageMs: longest, label: "30 d" },
];
