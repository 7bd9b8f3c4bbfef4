// Points to an SVG path. Time runs to the right edge; a hole of several seconds stays a hole.
import { pastStepMs } from "@/lib/services/stats-schema";

type Box = { untilMs: number; spanMs: number; ceiling: number; width: number; height: number; pastUntil?: number };

const holeMs = 3_500;

export function pathOf(points: readonly (readonly [at: number, value: number])[], box: Box) {
  const { untilMs, spanMs, ceiling, width, height, pastUntil = 0 } = box;
  const pieces: [x: number, y: number][][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const [at, value] of points) {
    const x = width * (1 - (untilMs - at) / spanMs);
    if (x < 0) continue;
    if (at - before > (before <= pastUntil ? 2 * pastStepMs : holeMs)) pieces.push([]);
    before = at;
    const share = ceiling > 0 ? Math.min(1, value / ceiling) : 0;
    pieces.at(-1)?.push([Math.round(x * 10) / 10, Math.round((1 - share) * height * 10) / 10]);
  }
  const drawn = pieces.filter(({ length }) => length > 1);
  const line = (piece: [number, number][]) => `M${piece.map(([x, y]) => `${x} ${y}`).join("L")}`;
  const area = (piece: [number, number][]) =>
    `${line(piece)}L${piece.at(-1)?.[0]} ${height}L${piece[0]?.[0]} ${height}Z`;
  return { stroke: drawn.map(line).join(""), area: drawn.map(area).join("") };
}
