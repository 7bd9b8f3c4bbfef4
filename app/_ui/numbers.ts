// Numbers as people read them. Bytes in powers of 1024, as the engine's own tools count them.
const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Three figures: "812 B", "4.2 MiB", "1.50 GiB". */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  const digits = power === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  // 1023.9 MiB reads 1.00 GiB, not 1024 MiB.
  if (Number(value.toFixed(digits)) >= 1024 && power < units.length - 1) return `1.00 ${units[power + 1]}`;
  return `${value.toFixed(digits)} ${units[power]}`;
}

export const formatRate = (bytesPerSecond: number): string => `${formatBytes(bytesPerSecond)}/s`;

/** Without the digits that say nothing: "64 MiB" for "64.0 MiB", "4 KiB" for "4.00 KiB". */
export const withoutZeros = (words: string): string => words.replace(/\.0+(?=\s)/, "");

/** Small shares keep a digit: "0.4 %", "12 %", "230 %". */
export const formatPercent = (percent: number): string => `${percent.toFixed(percent < 9.95 ? 1 : 0)} %`;

/** Cut and never rounded up: "100 %" means that nothing was missing. */
export const formatAvailability = (percent: number): string =>
  percent === 100 ? "100 %" : `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
