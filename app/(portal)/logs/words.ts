import type { Level } from "@/lib/logs/schema";

export const levelWords: Record<Level, string> = {
  ...{ none: "", trace: "trace", debug: "debug", info: "info", warn: "warn", error: "error", fatal: "fatal" },
};

const hues = 8;

/** One of eight colours by name: the same service has the same one everywhere and always. */
export function hueOf(service: string): number {
  let sum = 0;
  for (const character of service) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum % hues;
}

const number = new Intl.NumberFormat("en-GB");
export const count = (value: number): string => number.format(value);
export const lines = (value: number): string => `${count(value)} ${value === 1 ? "line" : "lines"}`;
